"""One reading road: a file is opened once, only what is asked for is decoded, the whole is the blocks joined."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from literacy.files import open_table, readers
from literacy.files.sheets import parquet
from literacy.files.text import textfile
from tests.conftest import some
from tests.reference.exports.make import HERE

FAULTS = Path(__file__).parent / "faults"
FILES = sorted(json.loads((HERE / "origin.json").read_text(encoding="utf-8"))["files"].values())


@pytest.mark.parametrize("name", some(FILES))
def test_the_whole_is_the_blocks_joined(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SMALL", 0)
    with open_table(HERE / name, rows=1000) as file:
        whole = file.table()
        for rows in (1, 7, 1000):
            blocks = list(file.reader.blocks(file.columns, rows))
            joined = pd.concat([t.frame for t in blocks], ignore_index=True)
            pd.testing.assert_frame_equal(joined, whole.frame, check_dtype=bool(len(whole.frame)))
            assert max(len(t.frame) for t in blocks) <= rows
            assert blocks[-1].notes == whole.notes and blocks[0].labels == whole.labels


WATCH = """
import os, sys
def _hear(event, args):
    if event == "open" and "wave" in str(args[0]):
        os.write(int(os.environ["HEARD"]), (str(args[0]) + "\\n").encode())
sys.addaudithook(_hear)
"""
"""Is run by every Python that starts, the reading child as well (sitecustomize)."""
OPENED = """
import json, os, subprocess, sys, contextlib, io
heard = open(os.environ["LOG"], "a+b", buffering=0)
os.set_inheritable(heard.fileno(), True)
os.environ["HEARD"] = str(heard.fileno())
exec(open(os.environ["WATCHER"]).read())
start = subprocess.Popen
def keep(*args, pass_fds=(), **more):
    return start(*args, pass_fds=(*pass_fds, heard.fileno()), **more)
subprocess.Popen = keep
from literacy.cli import main
from tests.conftest import some
counts = {}
ENDINGS = sys.argv[2].split()
for command in json.loads(sys.argv[1]):
    heard.truncate(0)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        status = main(command, standalone_mode=False)
    assert not status, (command, said.getvalue())
    paths = [p.rpartition("=")[2] for p in command if p.rpartition(".")[2] in ENDINGS]
    heard.seek(0)
    seen = heard.read().decode().split("\\n")
    counts[" ".join(command[:4])] = {p: seen.count(p) for p in paths if "wave" in p}
sys.stderr.write(json.dumps(counts))
"""


def test_every_command_opens_its_file_once(tmp_path: Path) -> None:
    """Counted by the audit hook of Python, in the command and in the child that reads with other people's libraries."""
    frame = pd.read_csv(FAULTS / "answers_of_2026.csv").drop(columns="submitted")
    files = {
        ending: tmp_path / f"wave.{ending}"
        for ending in ("csv", "parquet", "sav", "zsav", "dta", "xlsx", "ods", "por")
    }
    frame.to_csv(files["csv"], index=False)
    frame.to_parquet(files["parquet"], index=False)
    frame.to_excel(files["xlsx"], index=False)
    frame.to_excel(files["ods"], index=False)
    for ending in ("sav", "zsav", "dta", "por"):
        write = {"zsav": pyreadstat.write_sav}.get(ending) or getattr(pyreadstat, f"write_{ending}")
        write(frame, str(files[ending]))
    own, csv = ["-i", str(FAULTS / "two_waves")], str(files["csv"])
    margins, later = tmp_path / "sex.csv", tmp_path / "wave2028.csv"
    margins.write_text("table,level,total\nsex,1,0.5\nsex,2,0.5\n", encoding="utf-8")
    frame.to_csv(later, index=False)
    scored = str(tmp_path / "wave_scored.csv")
    share = ["--share", "literate", "-o", str(tmp_path / "e.txt")]
    commands = [
        *(["score", str(f), *own, "-w", "2026", "-o", scored] for f in files.values()),
        *(["estimate", str(f), *own, "-w", "2026", *share] for f in files.values()),
        ["estimate", scored, *own, "--by", "sex", *share],
        ["check", csv, *own, "-w", "2026", "-o", str(tmp_path / "check.txt")],
        ["weight", csv, *own, "-w", "2026", "--margins", str(margins), "-o", str(tmp_path / "w.csv")],
        ["survey", "match", csv, *own, "-o", str(tmp_path / "m.toml")],
        ["compare", f"2026={csv}", str(later), *own, "--share", "literate", "-o", str(tmp_path / "c.txt")],
        ["tabulate", csv, "sex", *own, "-w", "2026", "-o", str(tmp_path / "t.txt")],
        ["items", csv, *own, "-w", "2026", "-o", str(tmp_path / "i.txt")],
        ["project", f"2026={csv}", str(later), *own, "--goal", "2030=0.5", "-o", str(tmp_path / "p.txt")],
        ["dif", csv, *own, "-w", "2026", "--by", "sex", "-o", str(tmp_path / "d.txt")],
        ["irt", csv, *own, "-w", "2026", "--model", "rasch", "-o", str(tmp_path / "r.txt")],
        ["link", f"2026={csv}", str(later), *own, "--model", "rasch", "-o", str(tmp_path / "l.txt")],
        ["model", csv, *own, "-w", "2026", "--outcome", "literate", "--on", "sex", "-o", str(tmp_path / "b.txt")],
        ["report", "2026", f"2026={csv}", *own, "-o", str(tmp_path / "r"), "--lang", "zh", "--parts", "summary"],
    ]  # fmt: skip
    watcher = tmp_path / "site" / "sitecustomize.py"
    watcher.parent.mkdir()
    watcher.write_text("import os\nif 'HEARD' in os.environ:\n" + WATCH.replace("\n", "\n    ") + "\n")
    done = subprocess.run(
        [sys.executable, "-c", OPENED, json.dumps(commands), " ".join(files)],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(watcher.parent),
            "LOG": str(tmp_path / "heard"),
            "WATCHER": str(watcher),
        },
    )
    assert done.returncode == 0, done.stderr[-2000:]
    counts = json.loads(done.stderr.strip().splitlines()[-1])
    assert len(counts) == len(commands) and any(opened for opened in counts.values())
    for command, opened in counts.items():
        for path, count in opened.items():
            written = path == scored and command.startswith("score")
            assert written or count == 1, (command, path, count)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_only_the_columns_that_are_needed_are_decoded(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({f"v{k}": rng.integers(0, 2, 200) for k in range(50)})
    path = tmp_path / f"x.{ending}"
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path)
    module = textfile if ending == "csv" else parquet
    real, decoded = module.convert, []
    monkeypatch.setattr(module, "convert", lambda cells, form: decoded.append(1) or real(cells, form))
    arguments = ["estimate", str(path), "--share", "v1", "--by", "v2", "--psu", "v3", "--where", "v4=1"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0 and len(decoded) == 4
    monkeypatch.undo()
    narrow = frame[["v1", "v2", "v3", "v4"]]
    narrow.to_csv(tmp_path / "n.csv", index=False)
    assert (
        CliRunner().invoke(main, ["estimate", str(tmp_path / "n.csv"), *arguments[2:]]).stdout == done.stdout
    )


def test_a_column_that_is_not_there_is_named_with_its_neighbour(tmp_path: Path) -> None:
    pd.DataFrame({"visits": [1, 2], "other": [1, 2]}).to_csv(tmp_path / "x.csv", index=False)
    done = CliRunner().invoke(main, ["estimate", str(tmp_path / "x.csv"), "--mean", "visit"])
    assert done.exit_code == 1 and "did you mean 'visits'" in done.stderr


def test_parquet_types_are_exact(tmp_path: Path) -> None:
    big = 2**53 + 1
    table = pa.table(
        {
            "code": pa.array([big, big + 1, big + 2]),
            "gaps": pa.array([big, None, big + 2]),
            "small": pa.array([1, None, 3], pa.int32()),
            "whole": pa.array([Decimal(big), Decimal(1), None], pa.decimal128(38, 0)),
            "huge": pa.array(
                [Decimal("1000000000000000000000000000001"), Decimal(1), Decimal(2)], pa.decimal128(38, 0)
            ),
            "money": pa.array([Decimal("1.5"), Decimal("2.5"), None], pa.decimal128(10, 2)),
            "unsigned": pa.array([2**64 - 1, 1, 2], pa.uint64()),
            "truth": pa.array([True, None, False]),
            "text": pa.array(["a", " ", None]).dictionary_encode(),
            "day": pa.array([0, None, 20_000], pa.date32()),
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    frame = lit.read_table(tmp_path / "x.parquet")
    assert frame["code"].tolist() == [big, big + 1, big + 2] and frame["code"].dtype == np.int64
    assert [frame["gaps"][0], frame["gaps"][2]] == [big, big + 2] and frame["gaps"].isna()[1]
    assert frame["small"].tolist()[::2] == [1, 3] and frame["small"].dtype == np.float64
    assert frame["whole"][0] == big and frame["huge"][0] == str(10**30 + 1)
    assert frame["money"].tolist()[:2] == [1.5, 2.5] and frame["unsigned"][0] == str(2**64 - 1)
    assert frame["truth"].tolist()[::2] == [1, 0] and frame["text"].isna().tolist() == [False, True, True]
    assert frame["day"][2] == pd.Timestamp("2024-10-04")
    pq.write_table(table, tmp_path / "bare.parquet", write_statistics=False)
    pd.testing.assert_frame_equal(lit.read_table(tmp_path / "bare.parquet"), frame)


@pytest.mark.skipif(not hasattr(os, "pread"), reason="this system hands no open files on")
@pytest.mark.parametrize("ending", ["sav", "dta", "xlsx"])
def test_the_reading_child_is_given_the_open_file(ending: str, tmp_path: Path) -> None:
    """No audit hook hears what a library in C opens; but a path that is gone cannot be opened at all."""
    frame, path = pd.DataFrame({"a": [1.0, 2.0], "t": ["x" * 300, "科普"]}), tmp_path / f"x.{ending}"
    write = frame.to_excel if ending == "xlsx" else None
    write(path, index=False) if write else getattr(pyreadstat, f"write_{ending}")(frame, str(path))
    with path.open("rb") as file, ExitStack() as closing:
        path.unlink()
        read = readers.read_file(file, path, closing, None, None).whole(["a", "t"])
    assert read.frame["a"].tolist() == [1, 2] and read.frame["t"].tolist() == frame["t"].tolist()


def test_decimals_that_are_rounded_are_counted(tmp_path: Path) -> None:
    """By the digits of the cells, not by what their type allows; the same whole and in blocks."""
    cells = [Decimal(t) for t in ("12.5", "0.1", "12345678901234567.25", "-0.000000000000000012", "1e17")]
    wide = pa.array([*cells, None, cells[2]], pa.decimal128(38, 18))
    pq.write_table(
        pa.table({"x": wide, "y": pa.array([Decimal("1.25")] * 7, pa.decimal128(10, 2))}),
        tmp_path / "d.parquet",
    )
    said = ("x: 2 decimal numbers of more than 15 significant digits are rounded",)
    for rows in (None, 2):
        with open_table(tmp_path / "d.parquet", rows=rows) as file:
            assert file.table().notes == said
