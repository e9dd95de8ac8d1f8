"""Bombs, headers of ten million columns and other files too large: one message, at once, in little memory."""

from __future__ import annotations

import json
import os
import resource
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.answers import write_table
from literacy.errors import LiteracyError
from literacy.files import limits as bounds
from literacy.files import load_table  # fmt: skip
from literacy.files.child import guard, worker
from literacy.files.sheets import parquet, workbook
from literacy.files.statistics import portable, savfile
from tests.conftest import ROOT
from tests.files import archives as make

TEN_MILLION = 10_000_000
SECONDS, MEMORY = 15.0, 1500 << 20  # of the whole command and its child

Made = Callable[[Path], Path]


def text(*parts: bytes) -> Made:
    def write(path: Path) -> Path:
        path.write_bytes(b"".join(parts))
        return path

    return write


def wide_parquet(path: Path) -> Path:
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parts

    parts.write_table(pyarrow.table({f"c{k}": [1] for k in range(20_001)}), path)
    return path


def long_footer(path: Path) -> Path:
    path.write_bytes(wide_parquet(path).read_bytes()[:-8] + struct.pack("<I", 2**31 - 1) + b"PAR1")
    return path


def one_text_many_times(path: Path) -> Path:
    pyarrow = pytest.importorskip("pyarrow")
    import pyarrow.parquet as parts

    places = pyarrow.array(np.zeros(60_000, dtype="i4"))
    column = pyarrow.DictionaryArray.from_arrays(places, pyarrow.array(["x" * 100_000]))
    parts.write_table(pyarrow.table({"a": column}), path, store_schema=False)
    return path


def old_corner(path: Path) -> Path:
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "a")
    sheet.write(65_535, 255, "z")
    book.save(str(path))
    return path


LABELS = struct.pack("<ii", 3, 2_000_000_000)
CASES: dict[str, tuple[str, Made, str]] = {
    "csv, ten million commas": ("x.csv", text(b"," * TEN_MILLION, b"\n1\n"), "10,000,001 columns; the limit is 20,000"),
    "csv, ten million names": (
        "x.csv", lambda p: text(",".join(f"q{k}" for k in range(TEN_MILLION)).encode())(p), "columns; the limit is",
    ),
    "csv, one line of 200 MB": ("x.csv", text(b"x" * 200_000_000), "a line of more than 16 MiB; the limit is 16 MiB"),
    "csv, a cell of 100 MB": ("x.csv", text(b'a,b\n1,"', b"y" * 100_000_000, b'"\n'), "a line of more than 16 MiB"),
    "csv, a row of many cells": ("x.csv", text(b"a,b\n", b"," * 20_000_000, b"\n"), "a line of more than 16 MiB"),
    "csv, an open quote": ("x.csv", text(b'a,"b', b"y\n" * 5_000_000), "not closed within 1,000 lines"),
    "sav, a header of ten million": ("x.sav", lambda p: make.sav(p, cells=TEN_MILLION), "10,000,000 cells a row"),
    "zsav, a header of ten million": (
        "x.zsav", lambda p: make.sav(p, cells=TEN_MILLION, packed=True), "10,000,000 cells a row; the limit",
    ),
    "sav, real variables": ("x.sav", lambda p: make.sav(p, cells=-1, columns=300_000), "more than 20,000 columns"),
    "zsav, real variables": (
        "x.zsav", lambda p: make.sav(p, cells=-1, columns=300_000, packed=True), "more than 20,000 columns",
    ),
    "sav, two thousand million labels": ("x.sav", lambda p: make.sav(p, records=LABELS), "value labels; the limit is"),
    "sav, labels that are there": (
        "x.sav", lambda p: make.sav(p, records=struct.pack("<ii", 3, 2_000_000) + bytes(32_000_000)),
        "2,000,000 value labels; the limit is 1,000,000",
    ),
    "sav, a dictionary of 200 MB": (
        "x.sav", lambda p: make.sav(p, records=struct.pack("<4i", 7, 99, 1, 200_000_000) + bytes(200_000_000)),
        "a dictionary of more than 128 MiB",
    ),
    "sav, rows that are not there": ("x.sav", lambda p: make.sav(p, rows=2_000_000_000), "fewer rows than the 2,000"),
    "zsav, a block of 2 GB": (
        "x.zsav", lambda p: make.blocks(p, [(0, 2_000_000_000)], make.packed_block(1000)),
        "a block of 2,000,000,000 bytes; the limit is 64 MiB",
    ),
    "por, many variables": ("x.por", lambda p: make.por(p, 30_000), "more than 20,000 columns"),
    "dta, ten million (119)": ("x.dta", lambda p: make.dta(p, TEN_MILLION, 1, 119), "10,000,000 columns; the limit"),
    "dta, many (118)": ("x.dta", lambda p: make.dta(p, 65_535, 1), "65,535 columns; the limit is 20,000"),
    "dta, many (114)": ("x.dta", lambda p: make.dta(p, 32_767, 1, 114), "32,767 columns; the limit is 20,000"),
    "dta, rows that are not there": ("x.dta", lambda p: make.dta(p, 10, 1 << 62), "more than the file has bytes"),
    "parquet, many columns": ("x.parquet", wide_parquet, "20,001 columns; the limit is 20,000"),
    "parquet, a long description": ("x.parquet", long_footer, "2,048 MiB; the limit is 64 MiB"),
    "parquet, one text many times": ("x.parquet", one_text_many_times, "more than the limit of 4,096 MiB"),
    "xlsx, a cell in the corner": ("x.xlsx", make.corner, "of 16,384 columns; the limit is 150,000,000 cells"),
    "xlsx, a cell beyond": ("x.xlsx", lambda p: make.corner(p, "ZZZZZZ9", 9), "columns; the limit is 150,000,000"),
    "xlsx, many cells": (
        "x.xlsx", lambda p: make.workbook(p, f'<row r="1">{"<c><v>1</v></c>" * 10_000_000}</row>'), "400 times",
    ),
    "xlsx, 60,000 cells in a row": (  # without places
        "x.xlsx", lambda p: make.workbook(p, "<row>" + "".join(f"<c><v>{k}</v></c>" for k in range(60_000)) + "</row>"),
        "60,000 columns; the limit is 20,000",
    ),
    "xlsx, a bomb": ("x.xlsx", make.bomb, "the limits are 2,048 MiB, 400 times and 20,000"),
    "xlsx, a lying directory": ("x.xlsx", make.lying, "Bad CRC-32"),
    "xlsx, parts that overlap": ("x.xlsx", make.overlapping, "overlap"),
    "xlsx, many parts": (
        "x.xlsx", lambda p: make.workbook(p, more={f"xl/p{k}": b"" for k in range(20_001)}), "(20006 parts)",
    ),
    "xls, a cell in the corner": ("x.xls", old_corner, "65,536 rows of 256 columns, most of them empty"),
}  # fmt: skip
MEASURED = """
import atexit, json, resource, sys
def tell():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {"seconds": sum(u.ru_utime + u.ru_stime for u in used), "memory": max(u.ru_maxrss for u in used) << 10}
    open(PLACE, "w").write(json.dumps(told))
atexit.register(tell)
from literacy.cli import main
main()
"""


def refused(path: Path, folder: Path) -> tuple[str, dict[str, float]]:
    """What ``literacy score`` says of a file it refuses, and what it took; nothing is left behind."""
    folder.mkdir()
    usage = folder.parent / "usage.json"
    script = MEASURED.replace("PLACE", repr(str(usage)))
    done = subprocess.run(
        [sys.executable, "-c", script, "score", str(path), "-i", "erenhot", "-o", str(folder / "out.csv")],
        capture_output=True, text=True, encoding="utf-8", timeout=120, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30)),
    )  # fmt: skip
    assert done.returncode == 1 and done.stdout == "", done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("fix: ") == 1 and done.stderr.count("\n  [io.") == 1
    assert list(folder.iterdir()) == []
    return done.stderr, json.loads(usage.read_text(encoding="utf-8"))


@pytest.mark.search
@pytest.mark.parametrize("case", CASES)
def test_refused_at_once_in_little_memory_and_nothing_left(case: str, tmp_path: Path) -> None:
    name, write, said = CASES[case]
    path = write(tmp_path / name)
    message, used = refused(path, tmp_path / "work")
    assert said in message
    assert used["seconds"] < SECONDS and used["memory"] < MEMORY


def test_every_limit_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    for number in (
        f"{bounds.MAX_COLUMNS:,} columns", f"{bounds.MAX_TEXT_LINE >> 20} MiB", f"{bounds.MAX_HEADER_LINES:,} lines",
        f"{bounds.MAX_HELD // 10**6:,} million cells", f"{savfile.MAX_LABELS:,} value labels",
        f"{savfile.MAX_DICTIONARY >> 20} MiB", f"{savfile.MAX_BLOCK >> 20} MiB", f"{savfile.MAX_SEGMENTS:,} cells",
        f"{portable.MAX_BYTES >> 20} MiB", f"{parquet.MAX_FOOTER >> 20} MiB", f"{parquet.MAX_UNPACKED >> 20:,} MiB",
        f"{workbook.MAX_UNPACKED >> 20:,} MiB", f"{workbook.MAX_RATIO} times", f"{workbook.MAX_PARTS:,} parts",
        f"{guard.MAX_CELLS // 10**6} million cells", f"{worker.DENSEST} for each byte", f"{guard.MAX_MEMORY >> 30} GiB",
        f"{guard.PATIENCE:.0f} s and {1e6 / guard.BYTES_PER_SECOND:.0f} s a megabyte",
    ):  # fmt: skip
        assert number in page, number


@pytest.mark.search
def test_at_the_limit_a_file_is_read(tmp_path: Path) -> None:
    frame = pd.DataFrame(np.arange(20_000.0).reshape(1, -1), columns=[f"v{k}" for k in range(20_000)])
    frame.to_csv(tmp_path / "x.csv", index=False)
    assert load_table(tmp_path / "x.csv").frame.to_numpy().sum() == frame.to_numpy().sum()


def test_archives_in_an_archive_are_bytes_and_a_stated_dimension_is_no_cell(tmp_path: Path) -> None:
    for path in (
        make.nested(tmp_path / "n.xlsx"),
        make.workbook(tmp_path / "d.xlsx", top='<dimension ref="A1:XFD1048576"/>'),
    ):
        assert load_table(path).frame.to_dict("list") == {"a": [1.0], "b": [2.0]}


def test_blocks_over_each_other_are_refused(tmp_path: Path) -> None:
    block = make.packed_block(1_000_000)
    fine = make.blocks(tmp_path / "fine.zsav", [(0, 1_000_000), (1, 1_000_000)], block)
    assert len(load_table(fine).frame) == 2_000_000  # every byte is the command of one number
    with pytest.raises(LiteracyError, match="overlaps another"):
        load_table(make.blocks(tmp_path / "same.zsav", [(0, 1_000_000)] * 2000, block))


def test_more_cells_than_are_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_HELD", 1000)
    frame = pd.DataFrame(np.zeros((101, 10)))
    for ending in ("sav", "dta"):
        write_table(frame, tmp_path / f"x.{ending}")
        with pytest.raises(
            LiteracyError, match="101 rows of 10 columns; the limit is 1,000 cells held at once"
        ):
            load_table(tmp_path / f"x.{ending}")


def test_quotes_in_a_header_may_span_lines_and_others_are_no_quotes(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b'"q1\nsecond line",b\n1,5"\n' + b"2,3\n" * 3000)
    assert len(load_table(path).frame) == 3001
    path.write_bytes("题,b\n1,2\n".encode("utf-16"))
    assert load_table(path).frame.columns.tolist() == ["题", "b"]
