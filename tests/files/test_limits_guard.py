"""What happens around the child that reads: killed, out of memory, not to be started, and paths that are no files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from literacy._resources import sample_data
from literacy.answers import write_table
from literacy.errors import LiteracyError
from literacy.files import load_table
from literacy.files.child import guard
from tests.conftest import ROOT


@pytest.fixture
def wave(tmp_path: Path) -> Path:
    path = tmp_path / "w.sav"
    shutil.copy(sample_data("erenhot_2025.sav"), path)
    return path


def child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """Put another program in the child's place."""
    worker = tmp_path / "child.py"
    worker.write_text("import json, os, sys, time\n" + code, encoding="utf-8")
    monkeypatch.setattr(guard, "WORKER", worker)


def test_a_child_the_system_kills(wave: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, tmp_path, "os.kill(os.getpid(), 9)\n")
    with pytest.raises(LiteracyError, match=r"killed .* when memory runs out") as caught:
        load_table(wave)
    assert caught.value.code == "io.reader"


def test_a_child_at_its_limit_of_memory(wave: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, tmp_path, "print(json.dumps({'error': 'MemoryError: '}), flush=True)\n")
    with pytest.raises(LiteracyError, match="more memory than the limit of") as caught:
        load_table(wave)
    assert caught.value.code == "io.limit"


def test_the_real_child_stays_under_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So little memory that not even the library can be loaded: one error, whichever it is."""
    path = tmp_path / "x.dta"
    write_table(pd.DataFrame({"a": [1.0]}), path)
    monkeypatch.setattr(guard, "MAX_MEMORY", 100 << 20)
    with pytest.raises(LiteracyError) as caught:
        load_table(path)
    assert caught.value.code in ("io.limit", "io.damaged", "io.reader")


@pytest.mark.parametrize("python", [None, "", "/no/such/python"])
def test_no_python_to_start(python: str | None, wave: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(LiteracyError, match="cannot be started") as caught:
        load_table(wave)
    assert caught.value.code == "io.reader"


def test_a_file_deleted_while_it_is_read(wave: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, tmp_path, "os.unlink(json.loads(sys.stdin.read())['path'])\n")
    with pytest.raises(LiteracyError, match="no longer there") as caught:
        load_table(wave)
    assert caught.value.code == "io.missing"


def test_a_child_that_says_nonsense(wave: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child(monkeypatch, tmp_path, "print('hello', flush=True)\n")
    with pytest.raises(LiteracyError, match="stopped"):
        load_table(wave)


@pytest.mark.parametrize(
    "name", ["a b.sav", "二连浩特 调查.sav", "-o.sav", 'it\'s "so".sav', "x" * 240 + ".sav", "a\nb.sav"]
)
def test_any_name_a_file_may_have(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    monkeypatch.chdir(tmp_path)
    write_table(frame, tmp_path / name if len(name) < 200 else tmp_path / "s.sav")
    if len(name) > 200:
        (tmp_path / "s.sav").rename(tmp_path / name)
    assert load_table(Path(name)).frame["a"].tolist() == [1.0, 2.0]


def test_a_name_of_no_encoding(tmp_path: Path) -> None:
    source = tmp_path / "s.sav"
    write_table(pd.DataFrame({"a": [1.0]}), source)
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xd6\xd0.sav"))
    try:
        source.rename(odd)
    except OSError:
        pytest.skip("this file system takes no such name")
    assert len(load_table(odd).frame) == 1


@pytest.mark.parametrize(
    "kind", ["folder", "loop", "null", "none", "too long", "empty", "zero character", "pipe", "endless"]
)
def test_what_is_no_file(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "x.sav"
    if kind == "folder":
        place.mkdir()
    elif kind == "loop":
        place.symlink_to(place)
    elif kind == "null":
        place = Path(os.devnull)
    elif kind == "too long":
        place = tmp_path / ("x" * 5000)
    elif kind == "empty":
        place.touch()
    elif kind == "zero character":
        place = Path(f"{tmp_path}/a\0b")
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "endless":
        place = Path("/dev/zero")
    with pytest.raises(LiteracyError) as caught:
        load_table(place)
    assert caught.value.code == ("io.empty" if kind == "empty" else "io.missing") and caught.value.fix


def run_without_rights(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run as a user to whom permissions apply: root only without its right to pass over them."""
    less = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    return subprocess.run(
        [*less, sys.executable, "-c", script], capture_output=True, text=True, timeout=60, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
    )  # fmt: skip


def test_as_a_user_who_may_not(wave: Path, tmp_path: Path) -> None:
    """No permission to read; and no folder to write temporary files into, which reading does not need."""
    if os.name != "posix" or (os.geteuid() == 0 and shutil.which("setpriv") is None):
        pytest.skip("permissions do not hold for this user")
    script = f"from literacy.files import load_table\nprint(len(load_table({str(wave)!r}).frame))"
    wave.chmod(0)
    refused = run_without_rights(script, tmp_path)
    if refused.returncode == 0 and os.geteuid() == 0:
        pytest.skip("root keeps its rights here")
    assert "cannot be opened (Permission denied)" in refused.stderr and "io.missing" in refused.stderr
    wave.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        read = run_without_rights(script, tmp_path)
        write = "import pandas as pd\nfrom literacy.answers import write_table\n"
        write += f"write_table(pd.DataFrame({{'a': [1]}}), {str(tmp_path / 'o.sav')!r})"
        written = run_without_rights(write, tmp_path)
    finally:
        tmp_path.chmod(0o755)
    assert read.returncode == 0 and int(read.stdout) > 1000, read.stderr
    assert "io.write" in written.stderr and not (tmp_path / "o.sav").exists()
