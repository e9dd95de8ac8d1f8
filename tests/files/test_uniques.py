"""Different values are found as pandas finds them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.errors import LiteracyError
from literacy.files import open_table
from literacy.files.sheets.small_integers import ByteColumn
from literacy.files.writing.distinct import find_distinct, find_places, look_up

SMALL = st.integers(-1500, 1500).map(float)
CELLS = st.one_of(SMALL, st.floats(allow_nan=True, allow_infinity=True), st.just(float("nan")))


@given(st.one_of(st.lists(SMALL, max_size=30), st.lists(CELLS, max_size=30)))
def test_each_cell_is_found_again(cells: list[float]) -> None:
    column = pd.Series(cells, dtype=float)
    positions, uniques = find_distinct(column)
    values = np.append(np.asarray(uniques, dtype=float), np.nan)
    assert np.array_equal(values[positions], column.to_numpy(), equal_nan=True)
    assert sorted(uniques) == sorted(column.dropna().unique())


def test_texts_and_whole_number_types_go_as_before() -> None:
    for column in (pd.Series(["b", None, "b"], dtype="str"), pd.Series([3, None, 1], dtype="Int64")):
        positions, uniques = find_distinct(column)
        assert [None if p < 0 else uniques[p] for p in positions] == [
            None if pd.isna(c) else c for c in column
        ]


@pytest.mark.parametrize("cells", [
    [-1000, None, 1000, 3], [0, 30, None, 7, 7], [None, -3, 200],
    [5, 5, 5], [254, None, 0], [255, None, 0], [-128, 127],
])  # fmt: skip
@pytest.mark.parametrize("kind", ["int8", "int16", "int64", "float64"])
def test_places_lead_back_to_the_cells(cells: list[int | None], kind: str) -> None:
    given = [c for c in cells if c is not None or kind == "float64"]
    if kind == "int8" and any(c is not None and not -128 <= c <= 127 for c in given):
        given = [None if c is None else c % 100 for c in given]
    column = pd.Series(given, dtype=kind)
    found = find_places(column)
    table = np.full(found.size + 1, np.nan)
    table[found.at] = found.uniques
    assert np.array_equal(table[found.cells], column.to_numpy(float), equal_nan=True)
    assert list(found.uniques) == sorted({c for c in given if c is not None})
    assert found.gaps == (None in given)


@given(st.lists(st.one_of(st.none(), st.integers(0, 254)), min_size=1, max_size=40), st.integers(-120, 0))
def test_values_of_places_go_back_to_the_cells(cells: list[int | None], low: int) -> None:
    column = pd.Series([np.nan if c is None else c + low for c in cells], dtype=float)
    found = find_places(column)
    values = np.asarray([v % 5 for v in found.uniques], dtype=np.int8)
    made = look_up(found, values, -1)
    assert made.tolist() == [-1 if c is None else (c + low) % 5 for c in cells]


@pytest.mark.parametrize("rows", [1, 3, 700])
@pytest.mark.parametrize("group", [2, 5, 1000])
def test_parquet_gives_small_integers_as_places(tmp_path: Path, rows: int, group: int) -> None:
    rng = np.random.default_rng(rows)
    cells = {
        "a": [None if x < 0.2 else int(x * 9) for x in rng.random(601)],
        "b": rng.integers(-100, 100, 601).tolist(),
        "c": [None] * 600 + [3],
        "wide": rng.integers(0, 5000, 601).tolist(),
        "t": rng.choice(["x", "y"], 601).tolist(),
    }
    kinds = {"a": "int64", "b": "int8", "c": "int32", "wide": "int64", "t": "string"}
    table = pa.table({name: pa.array(v, kinds[name]) for name, v in cells.items()})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=group)
    with open_table(tmp_path / "t.parquet", rows=rows) as file:
        blocks = list(file.blocks(list(cells), placed=frozenset(cells)))
    for name in ("a", "b", "c"):
        back: list[int | None] = []
        for block in blocks:
            found = block.places[name]
            value = dict(zip(found.at.tolist(), (int(u) for u in found.uniques), strict=True))
            back += [value.get(int(c)) for c in found.cells]
            assert found.gaps == (None in back[len(back) - len(found.cells) :])
        assert back == cells[name]
    for name in ("wide", "t"):
        assert pd.concat([block.frame[name] for block in blocks]).tolist() == cells[name]


def test_integers_beyond_their_statistics_are_a_damaged_file() -> None:
    batch = pa.record_batch({"a": pa.array([1, None, 300])})
    with pytest.raises(LiteracyError) as error:
        ByteColumn(iter([batch]), 0, 9, "t.parquet").take(3)
    assert error.value.code == "io.damaged"
    with pytest.raises(LiteracyError):
        ByteColumn(iter([batch]), 0, 300, "t.parquet").take(4)
