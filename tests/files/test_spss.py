"""SPSS files: the own decoder against pyreadstat, and files that are broken on purpose."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy._resources import sample_data
from literacy.answers import read
from literacy.errors import LiteracyError
from literacy.files import load_table, open_table
from literacy.files.child import guard
from literacy.files.statistics.savfile import _SPACES, SYSMIS, _unpack, iterate_cells, walk_layout
from tests.conftest import some


def mixed(rows: int, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "small": rng.integers(-90, 150, rows).astype(float),
            "gaps": np.where(rng.random(rows) < 0.3, np.nan, rng.integers(0, 5, rows)),
            "town": [["", "二连浩特", "a" * 17, "短"][k] for k in rng.integers(0, 4, rows)],
            "real": rng.normal(size=rows),
            "long": ["科普" * int(k) for k in rng.integers(0, 30, rows)],
        }
    )


@pytest.mark.parametrize("rows", some([7, 1, 3001]))
@pytest.mark.parametrize(
    "options", [{}, {"row_compress": True}, {"compress": True}], ids=["plain", "packed", "zsav"]
)
def test_cells_are_those_pyreadstat_reads(tmp_path: Path, rows: int, options: dict[str, bool]) -> None:
    frame = mixed(rows)
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(frame, path, **options)
    whole = load_table(path).frame
    with open_table(path, rows=500) as file:
        parts = pd.concat([t.frame for t in file.blocks()], ignore_index=True)
    expected, _ = pyreadstat.read_sav(path)
    for got in (whole, parts):
        assert list(got.columns) == list(expected.columns)
        for name in ("small", "gaps", "real"):
            np.testing.assert_array_equal(got[name].to_numpy(), expected[name].to_numpy(dtype=float))
        for name in ("town", "long"):
            assert got[name].fillna("").tolist() == expected[name].fillna("").tolist()


def test_very_long_texts_are_left_to_the_library(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": [1.0, 2.0], "t": ["x" * 700, "y"]}), path)
    with path.open("rb") as file:
        assert not walk_layout(file).plain
    assert load_table(path).frame["t"].tolist() == ["x" * 700, "y"]


def test_user_missing_ranges_and_labels_come_through(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(
        pd.DataFrame({"q": [1.0, 8.0, 97.0, np.nan]}), path, column_labels={"q": "问题"},
        variable_value_labels={"q": {1: "对", 8: "不知道"}}, missing_ranges={"q": [{"lo": 90, "hi": 99}, 8]},
    )  # fmt: skip
    table = load_table(path)
    assert table.declared_missing("q").tolist() == [False, True, True, False]
    assert table.labels["q"] == "问题" and table.value_labels["q"][8.0] == "不知道"


@pytest.mark.parametrize("share", [0.0005, 0.01, 0.3, 0.7, 0.99])
def test_a_cut_off_file_is_one_clear_error(tmp_path: Path, share: float) -> None:
    data = sample_data("erenhot_2025.sav").read_bytes()
    path = tmp_path / "cut.sav"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(LiteracyError) as caught:
        read(path, "erenhot")
    assert caught.value.code in ("io.damaged", "io.format")
    assert "Traceback" not in str(caught.value) and "cut.sav" in str(caught.value)


def test_fewer_rows_than_promised_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": np.arange(50.0), "b": np.arange(50.0) / 7}), path)
    data = bytearray(path.read_bytes())
    for promised in (49, 51, 5000):
        data[80:84] = struct.pack("<i", promised)
        path.write_bytes(data)
        with pytest.raises(LiteracyError, match="header"):
            load_table(path)


def test_a_reader_that_dies_is_told_and_harmless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text("import os\nos.abort()\n", encoding="utf-8")
    monkeypatch.setattr("literacy.files.child.guard.WORKER", worker)
    with pytest.raises(LiteracyError, match="stopped"):
        load_table(sample_data("erenhot_2025.sav"))


def test_a_reader_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text("import time\ntime.sleep(60)\n", encoding="utf-8")
    monkeypatch.setattr("literacy.files.child.guard.WORKER", worker)
    monkeypatch.setattr("literacy.files.child.guard.PATIENCE", 0.3)
    monkeypatch.setattr("literacy.files.child.guard.BYTES_PER_SECOND", 1e12)
    with pytest.raises(LiteracyError, match="did not finish"):
        load_table(sample_data("erenhot_2025.sav"))


def test_a_reader_that_computes_without_end_is_stopped_by_its_own_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = tmp_path / "worker.py"
    text = guard.WORKER.read_text(encoding="utf-8")
    endless = text.replace("    library = ", "    while True:\n        pass\n    library = ", 1)
    assert endless != text
    worker.write_text(endless, encoding="utf-8")
    monkeypatch.setattr(guard, "WORKER", worker)
    monkeypatch.setattr(guard, "PATIENCE", 0.2)
    monkeypatch.setattr(guard, "BYTES_PER_SECOND", 1e12)
    monkeypatch.setattr(guard, "BUSY", 600.0)
    begun = time.monotonic()
    with pytest.raises(LiteracyError, match="did not finish"):
        load_table(sample_data("erenhot_2025.sav"))
    assert time.monotonic() - begun < 60, "ended by the clock (120 s), not by its own time"


def test_blocks_hold_whole_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(mixed(1000), path, row_compress=True)
    with path.open("rb") as file:
        sizes = [len(block) for block in iterate_cells(file, walk_layout(file), 300)]
    assert sizes == [300, 300, 300, 100]


def _unpacked_slowly(data: bytes, bias: float) -> list[float]:
    """The byte codes undone one by one, after the PSPP Developers Guide."""
    cells: list[float] = []
    at = 0
    while at + 8 <= len(data):
        codes, at = data[at : at + 8], at + 8
        for code in codes:
            if code == 252:
                return cells
            if code == 253:
                cells.append(struct.unpack("<d", data[at : at + 8])[0])
                at += 8
            elif code:
                cells.append({254: float(_SPACES), 255: float(SYSMIS)}.get(code, code - bias))
    return cells


@given(st.lists(st.lists(st.sampled_from([0, 1, 100, 251, 253, 253, 254, 255]), min_size=8, max_size=8), max_size=12),
       st.sampled_from([b"\xfd" * 8, bytes(8), struct.pack("<d", 31.013), b"\xfd\x00\x01\xfd\xff\xfe\xfd\x40"]),
       st.integers(8, 64), st.booleans())  # fmt: skip
def test_packed_cells_are_found_wherever_the_data_are_cut(
    words: list[list[int]], literal: bytes, piece: int, ended: bool
) -> None:
    """Cells that look like commands, commands without cells, and blocks that lie across two pieces."""
    data = b"".join(bytes(word) + literal * word.count(253) for word in words)
    data += bytes([252, *[0] * 7]) if ended else b""
    pieces = (data[k : k + piece] for k in range(0, len(data), piece))
    cells = [c for part in _unpack(pieces, 100.0) for c in part.tolist()]
    assert np.array_equal(cells, _unpacked_slowly(data, 100.0), equal_nan=True)
