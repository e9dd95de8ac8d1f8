"""A table built when it is first looked at."""

from __future__ import annotations

import numpy as np
import pandas as pd

from literacy._latetable import LateTable


def test_the_table_is_the_same_each_time_and_as_pandas_makes_it() -> None:
    columns = {"d": [1, 2], "name": ("a", "b"), "x": np.array([0.5, np.nan]), "method": "taylor"}
    late = LateTable(columns)
    assert np.array_equal(late.numbers("x"), [0.5, np.nan], equal_nan=True)
    pd.testing.assert_frame_equal(late.frame, pd.DataFrame(columns))
    assert late.frame is late.frame


def test_numbers_follow_the_table_once_it_is_there() -> None:
    late = LateTable({"x": np.array([1.0, 2.0])})
    late.frame.loc[0, "x"] = 7.0
    assert late.numbers("x").tolist() == [7.0, 2.0]
    assert LateTable.of(late.frame).numbers("x").tolist() == [7.0, 2.0]


def test_numbers_cannot_be_written_to_and_names_are_nobody_elses() -> None:
    late = LateTable({"x": np.array([1.0, 2.0])})
    assert not late.numbers("x").flags.writeable
    late.frame.columns.name = "mine"
    assert LateTable({"x": [3]}).frame.columns.name is None
