"""Different texts of a column, and cells kept between passes: nothing changes, also where there is no room."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.files.tablefile import open_table
from literacy.files.text import keptcells
from literacy.files.text.columncells import distinct_cells
from literacy.files.text.keptcells import CellStore
from literacy.files.text.numbers import Cells

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3).map(str.encode)
ROWS = st.one_of(
    st.lists(st.sampled_from([b"", b"1", b"8", b"12", b"\xe9", b"99", b"-1"]), max_size=40),
    st.lists(CELL, max_size=40),
)


@given(ROWS, ROWS)
def test_rows_find_their_texts(first: list[bytes], second: list[bytes]) -> None:
    chunks = pa.chunked_array([pa.array(["x"], pa.binary()), pa.array(first, pa.binary())], pa.binary())
    chunks = pa.chunked_array([*chunks.slice(1).chunks, pa.array(second, pa.binary())], pa.binary())
    positions, texts = distinct_cells(chunks.chunks)
    assert [texts[int(p)].as_py() for p in positions] == [*first, *second]


@given(st.lists(st.lists(st.text(max_size=3), max_size=60), min_size=1, max_size=4))
def test_kept_cells_come_back(columns: list[list[str]]) -> None:
    with ExitStack() as closing:
        store, kept = CellStore(closing), []
        for texts in columns:
            coded = pa.array(texts, pa.string()).dictionary_encode()
            narrow = np.uint8 if len(coded.dictionary) % 2 else np.int32
            cells = Cells(coded.indices.to_numpy().astype(narrow), coded.dictionary)
            kept.append(store.put({"a": cells, "b": cells}))
        for texts, places in zip(columns, kept, strict=True):
            for name in "ab":
                cells = store.get(places[name])
                assert [cells.texts[int(p)].as_py() for p in cells.positions] == texts


@pytest.mark.parametrize("room", [0, 3_000])
def test_without_room_rows_are_taken_apart_again(
    room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "long.csv"
    frame = pd.DataFrame({"id": np.arange(1000), "code": np.arange(1000) % 7, "text": "x"})
    frame.to_csv(path, index=False)
    monkeypatch.setattr("literacy.files.text.rows.LINES", 100)
    monkeypatch.setattr("literacy.files.text.rows.CELLS", 1)
    write = CellStore._write

    def full(store: CellStore, data: bytes) -> None:
        if store._end + len(data) > room:
            raise OSError(28, "No space left on device")
        write(store, data)

    monkeypatch.setattr(keptcells.CellStore, "_write", full)
    with open_table(path, rows=64) as file:
        for _ in range(2):
            read = pd.concat([t.frame for t in file.blocks()], ignore_index=True)
            pd.testing.assert_frame_equal(read, frame, check_dtype=False)
