"""Standard input and output: any format through a pipe, nothing left behind, and a quiet end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import literacy
from literacy.files.stdin import spool_input
from tests.cli.conftest import Run
from tests.conftest import ROOT, some

EXPORTS = ROOT / "tests" / "reference" / "exports"
FILES = [p.name for p in sorted(EXPORTS.iterdir()) if p.suffix not in (".py", ".json", ".md") and p.is_file()]
COMMAND = [sys.executable, "-m", "literacy"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of our own, to see what is left in it."""
    place = tmp_path / "private"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr("tempfile.tempdir", None)
    return place


@pytest.mark.parametrize("name", some(FILES))
def test_a_piped_file_is_scored_as_the_file_is(run: Run, private: Path, name: str) -> None:
    shutil.copy(EXPORTS / name, name)
    whole = run("score", name, "-i", "erenhot")
    piped = run("score", "-", "-i", "erenhot", input=Path(name).read_bytes())
    assert piped.stdout_bytes == whole.stdout_bytes
    assert piped.stderr.replace("standard input", name) == whole.stderr
    assert list(private.iterdir()) == []


COMMANDS = [
    ("check", "--format", "csv"), ("weight", "--margins", "2025"), ("estimate", "--share", "literate"),
    ("model", "--outcome", "literate", "--on", "age"), ("project", "--goal", "2025"), ("survey", "match"),
    ("scenario", "--goal", "2030=0.2"),
    ("plan", "status"),
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[0])
def test_every_command_reads_standard_input(
    run: Run, survey: str, private: Path, command: tuple[str, ...]
) -> None:
    head = command[: 1 + (command[0] in ("survey", "plan"))]
    rest = command[len(head) :]
    whole = run(*head, survey, *rest)
    piped = run(*head, "-", *rest, input=Path(survey).read_bytes())
    assert piped.stdout.replace("standard input", survey) == whole.stdout
    assert "literacy-" not in piped.stdout + piped.stderr
    assert list(private.iterdir()) == []


def test_two_waves_one_of_them_piped(run: Run, private: Path) -> None:
    for year in (2023, 2025):
        shutil.copy(literacy.sample_data(f"erenhot_{year}.sav"), f"{year}.sav")
    data = Path("2025.sav").read_bytes()
    whole = run("compare", "2023.sav", "2025.sav", "--share", "literate")
    assert run("compare", "2023.sav", "-", "--share", "literate", input=data).stdout == whole.stdout
    again = run("compare", "-", "-", "--share", "literate", input=data, code=2)
    assert "only one file can be -" in again.stderr
    assert list(private.iterdir()) == []


def test_scored_files_and_chains(run: Run, survey: str, private: Path) -> None:
    scored = run("score", survey).stdout_bytes
    weighted = run("weight", "-", "--margins", "2025", input=scored).stdout_bytes
    share = run("estimate", "-", "--share", "literate", "--format", "csv", input=weighted).stdout
    direct = run("estimate", survey, "--share", "literate", "--margins", "2025", "--format", "csv").stdout
    assert share == direct
    assert list(private.iterdir()) == []


def test_figures_and_returns_are_piped(run: Run, private: Path) -> None:
    figures = b"year,estimate,n\n2020,0.1,1000\n2023,0.12,1000\n"
    assert "2027" in run("project", "--estimates", "-", "--goal", "2027=0.15", input=figures).stdout
    returns = run("plan", "template", "2025").stdout_bytes
    assert run("plan", "status", "--year", "2025", "--returns", "-", input=returns).stdout
    assert list(private.iterdir()) == []


def test_python_reads_standard_input(
    survey: str, private: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import literacy as lit; r = lit.read('-'); print(r.source.path, len(r)); print(r)"
    with (tmp_path / survey).open("rb") as file:
        done = subprocess.run([sys.executable, "-c", code], stdin=file, capture_output=True, check=True)
    assert done.stdout.decode().startswith("standard input 1380")
    assert "literacy-" not in done.stdout.decode()
    assert list(private.iterdir()) == []


@posix
def test_only_the_owner_may_read_it(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    class Stream:
        buffer = io.BytesIO(b"phone\n13900001234\n")

    monkeypatch.setattr(sys, "stdin", Stream)
    before = os.umask(0)
    try:
        with spool_input() as kept:
            assert kept.stat().st_mode & 0o777 == 0o600
            assert kept.parent.stat().st_mode & 0o777 == 0o700
            assert kept.read_bytes() == b"phone\n13900001234\n"
    finally:
        os.umask(before)
    assert list(private.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "io.empty"), (b"just words", "io."), (b"%PDF-1.7 ...", "io.format")]
)
def test_errors_leave_nothing_and_speak_of_standard_input(
    run: Run, private: Path, data: bytes, code: str
) -> None:
    result = run("score", "-", "-i", "erenhot", input=data, code=1)
    assert code in result.stderr and "standard input" in result.stderr
    assert str(private) not in result.stderr
    assert list(private.iterdir()) == []


def test_a_cut_off_file_and_a_usage_error_leave_nothing(run: Run, survey: str, private: Path) -> None:
    data = Path(survey).read_bytes()
    assert "standard input" in run("score", "-", "-i", "erenhot", input=data[:9000], code=1).stderr
    run("estimate", "-", "--nonsense", input=data, code=2)
    run("estimate", "-", input=data, code=2)
    assert list(private.iterdir()) == []


def begin(private: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A command that waits for the rest of its standard input."""
    child = subprocess.Popen(
        [*COMMAND, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdin is not None
    child.stdin.write(b"phone,answer\n" + b"13900001234,1\n" * 200_000)
    child.stdin.flush()
    deadline = time.monotonic() + 60
    while not list(private.glob("literacy-*/*")):
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.02)
    return child


@posix
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_an_interrupted_command_leaves_nothing(private: Path, tmp_path: Path, number: int, code: int) -> None:
    child = begin(private, "score", "-", "-o", str(tmp_path / "out.csv"))
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    assert child.returncode == code
    assert b"Traceback" not in err and out == b""
    assert list(private.iterdir()) == []
    assert not list(tmp_path.glob("*out*"))


@posix
def test_ctrl_c_while_scoring_a_file(run: Run, survey: str, private: Path, tmp_path: Path) -> None:
    child = subprocess.Popen(
        [*COMMAND, "score", survey, "-o", "scored.csv"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    time.sleep(0.8)
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode in (0, 130), err.decode()
    assert b"Traceback" not in err
    assert list(private.iterdir()) == [] and not list(tmp_path.glob(".scored*"))


WHILE_LOADING = """
import os, signal, sys
class Look:
    def find_spec(self, name, *_):
        if name == "literacy.cli.group":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Look())
"""
WHEN_DONE = """
import os, signal
class Last:  # deleted after Python has given up its own handlers
    def __init__(self):
        self.kill, self.child, self.number = os.kill, os.getpid(), signal.SIGINT
    def __del__(self):
        self.kill(self.child, self.number)
last = Last()
"""


@posix
@pytest.mark.parametrize(("when", "code"), [(WHILE_LOADING, 130), (WHEN_DONE, 0)])
def test_ctrl_c_before_the_work_and_after_it(survey: str, tmp_path: Path, when: str, code: int) -> None:
    code_of_child = f"{when}\nfrom literacy.__main__ import run\nrun()"
    done = subprocess.run(
        [sys.executable, "-c", code_of_child, "score", survey, "-o", "scored.csv"],
        cwd=tmp_path, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "scored.csv").exists() == (code == 0)


@posix
@pytest.mark.parametrize("command", ["score", "check", "estimate"])
def test_a_closed_pipe_ends_quietly(survey: str, tmp_path: Path, command: str) -> None:
    more = {"estimate": ["--share", "literate"], "check": ["--format", "csv"]}.get(command, [])
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*COMMAND, command, survey, *more], cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    os.close(writer)
    assert done.returncode == 141
    for word in (b"Traceback", b"Error", b"Exception", b"Broken"):
        assert word not in done.stderr, done.stderr.decode()


def test_a_dash_is_standard_output(run: Run, survey: str) -> None:
    assert run("score", survey, "-o", "-").stdout_bytes == run("score", survey).stdout_bytes
    assert run("survey", "match", survey, "-o", "-").stdout.count("[columns]") <= 1
    assert not list(Path().glob("-"))


def test_a_file_called_dash_is_read_by_its_path(run: Run, survey: str) -> None:
    Path(survey).rename("-")
    assert run("score", "./-").stdout.startswith("id,")
