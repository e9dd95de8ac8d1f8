"""Ends that are not the usual one: standard output closed or full, a used folder, a signal at a random moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from literacy.files.leftovers import clear_leftovers, hold_file, hold_folder, name_beside
from literacy.files.writing.result_folder import fill_folder
from literacy.files.writing.whole import replace_file, write_atomic
from literacy.report.folders import ROOMS, is_made
from tests.cli.conftest import Run
from tests.conftest import ROOT

posix = pytest.mark.skipif(os.name != "posix", reason="signals, devices and modes of POSIX")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which ``$lit`` is the command."""
    return subprocess.run(
        ["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "lit": f"{sys.executable} -m literacy"},
    )  # fmt: skip


@posix
@full
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("$lit survey list > /dev/full", "standard output: cannot be written (No space left on device)"),
        ("$lit --help > /dev/full", "standard output: cannot be written (No space left on device)"),
        ("$lit survey list >&-", "standard output: is closed"),
        ("$lit survey export gss-science --to wjx >&-", "standard output: is closed"),
        ("$lit survey list --format xlsx >&-", "standard output: is closed"),
        (
            "$lit plan template 2025 > /dev/full",
            "standard output: cannot be written (No space left on device)",
        ),
        ("$lit score - <&-", "standard input: is closed"),
    ],
)
def test_streams_that_take_or_give_nothing(tmp_path: Path, line: str, words: str) -> None:
    done = shell(line, tmp_path)
    assert done.returncode == 1
    assert words in done.stderr and done.stderr.count("fix:") == 1
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@posix
@full
def test_words_that_reach_nobody_are_no_traceback(tmp_path: Path) -> None:
    done = shell("$lit survey show nowhere 2> /dev/full", tmp_path)
    assert done.returncode == 1
    done = shell("$lit survey list -o x.csv >&- 2>&-", tmp_path)
    assert done.returncode == 0 and (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbf")


# ---- the temporary file


@posix
def test_the_file_beside_it_is_hidden_and_private(tmp_path: Path) -> None:
    seen: list[tuple[str, int, list[str]]] = []

    def write(place: Path) -> None:
        place.write_bytes(b"new")
        seen.append((place.name, place.stat().st_mode & 0o777, sorted(p.name for p in tmp_path.iterdir())))

    replace_file(tmp_path / "out.csv", write)
    name, mode, there = seen[0]
    assert name.startswith(".out.") and name.endswith(".csv") and mode == 0o600 and there == [name]
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o666 & ~mask


@posix
def test_bytes_are_synced_before_the_name_is_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda handle: (done.append("sync"), sync(handle)))
    monkeypatch.setattr(Path, "replace", lambda a, b: (done.append("rename"), rename(a, b)))
    write_atomic(tmp_path / "x.csv", b"1")
    assert done[:2] == ["sync", "rename"]


def test_long_names_have_room_for_the_hidden_one(tmp_path: Path) -> None:
    for name in ("x" * 251 + ".csv", "数" * 83 + ".csv"):
        assert len(os.fsencode(name_beside(tmp_path / name).name)) <= 255
        write_atomic(tmp_path / name, b"1")
        assert (tmp_path / name).read_bytes() == b"1"


def test_what_is_held_goes_on_any_end(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), hold_file(tmp_path / "a") as file, hold_folder(tmp_path / "b"):
        assert file.exists()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with hold_file(tmp_path / "a"), hold_folder(tmp_path / "b") as folder:
        (folder / "deep").write_text("1", encoding="utf-8")
        clear_leftovers()
        assert list(tmp_path.iterdir()) == []


# ---- the folder


def stale(room: str, name: str) -> bool:
    """Files of an earlier run in these tests."""
    return is_made(room, name)


def used(folder: Path) -> dict[str, str]:
    """A folder of an earlier run, with files of the user's own."""
    files = {
        "tables/gap.csv": "old", "tables/items.csv": "old", "figures/gap.en.png": "old", "figures/items.zh.svg": "old",
        "tables/my own.csv": "mine", "figures/logo.png": "mine", "figures/deep/x.txt": "mine", "letter.txt": "mine",
        "short/brief.zh.docx": "old", "report.en.docx": "old",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return files


def holds(folder: Path) -> dict[str, str]:
    """Every file of a folder, hidden ones too."""
    return {str(p.relative_to(folder)): p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}


def test_a_used_folder_keeps_only_what_is_not_of_an_earlier_run(tmp_path: Path) -> None:
    used(tmp_path / "out")
    with fill_folder(tmp_path / "out", stale, ROOMS) as filling:
        for name in ("tables/items.csv", "figures/items.en.svg"):
            (filling.fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (filling.fresh / name).write_text("new", encoding="utf-8")
    assert sorted(filling.removed) == [
        "figures/gap.en.png", "figures/items.zh.svg", "report.en.docx", "short/brief.zh.docx", "tables/gap.csv",
    ]  # fmt: skip
    assert holds(tmp_path / "out") == {
        "tables/items.csv": "new", "figures/items.en.svg": "new", "tables/my own.csv": "mine",
        "figures/logo.png": "mine", "figures/deep/x.txt": "mine", "letter.txt": "mine",
    }  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_run_that_fails_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = used(tmp_path / "out")
    with pytest.raises(ZeroDivisionError), fill_folder(tmp_path / "out", stale, ROOMS) as filling:
        (filling.fresh / "tables").mkdir()
        raise ZeroDivisionError
    assert holds(tmp_path / "out") == before
    rename, count = Path.rename, []

    def fail_third(here: Path, there: Path) -> Path:
        count.append(here)
        if len(count) == 3:
            raise OSError(28, "No space left on device")
        return rename(here, there)

    monkeypatch.setattr(Path, "rename", fail_third)
    with (
        pytest.raises(Exception, match="No space left"),
        fill_folder(tmp_path / "out", stale, ROOMS) as filling,
    ):
        for room in ("tables", "figures"):
            (filling.fresh / room).mkdir()
            (filling.fresh / room / "items.csv").write_text("new", encoding="utf-8")
    assert holds(tmp_path / "out") == before


@pytest.mark.parametrize("command", ["report", "demo"])
def test_a_folder_that_cannot_be_written_is_one_error(run: Run, survey: str, command: str) -> None:
    Path("file").write_text("a file", encoding="utf-8")
    call = ("report", "2025", survey) if command == "report" else ("demo",)
    for out in ("file", "file/deeper"):
        done = run(*call, "-o", out, code=1)
        assert f"error {out}: cannot be written" in done.stderr and "[io.write]" in done.stderr
        assert done.stderr.count("fix:") == 1
    assert sorted(p.name for p in Path().iterdir()) == ["file", survey]


def test_figures_beside_the_tables_of_another_run(run: Run) -> None:
    call = ("backtest", "--series", "national", "--method", "linear", "--figures", "out", "--lang", "en")
    run(*call)
    run(*call)
    there = holds_names(Path("out"))
    assert "tables/backtest.csv" in there and "figures/backtest.en.svg" in there
    Path("out/tables/gap.csv").write_text("old", encoding="utf-8")
    done = run(*call, code=1)
    assert "error out: the folder contains tables of another run (gap.csv)" in done.stderr
    assert holds_names(Path("out")) == sorted([*there, "tables/gap.csv"])


def holds_names(folder: Path) -> list[str]:
    """Every file of a folder."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


# ---- signals


@posix
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_while_the_folder_changes_hands(tmp_path: Path, number: int, code: int) -> None:
    """The step is finished first, then the program ends: new whole, nothing left."""
    before = used(tmp_path / "out")
    script = f"""
import os, shutil, sys
from pathlib import Path
from literacy.cli.group import _end_in_order
from literacy.files import fill_folder
_end_in_order()
copy = shutil.copy2
def struck(*a, **k):
    os.kill(os.getpid(), {int(number)})
    return copy(*a, **k)
with fill_folder("out", lambda room, name: False) as filling:
    (filling.fresh / "tables").mkdir()
    (filling.fresh / "tables" / "items.csv").write_text("new")
    if sys.argv[1] == "early":
        os.kill(os.getpid(), {int(number)})
    shutil.copy2 = struck
print("never here")
"""
    for when, items in (("early", "old"), ("late", "new")):
        done = subprocess.run(
            [sys.executable, "-c", script, when], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "never here" not in done.stdout and "Traceback" not in done.stderr
        assert holds(tmp_path / "out") == {**before, "tables/items.csv": items}
        assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.search
@posix
def test_signals_at_random_moments() -> None:
    from tests.cli import signals

    told = signals.strike(rounds=2, rows=3, seed=7)  # `make signals`: 40
    assert told.faults == [], told.faults
