"""Different values are found as pandas finds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from literacy.files.writing.distinct import find_distinct

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
