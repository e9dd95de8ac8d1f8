"""Different values are found as pandas finds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.files.writing.distinct import find_distinct, find_places

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
