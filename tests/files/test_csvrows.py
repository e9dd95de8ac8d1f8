"""CSV rows put together by columns read back as pandas would write them; only the point of whole numbers goes."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.files.writing import csv as csvrows
from literacy.files.writing.csv import encode_csv, encode_rows, format_number

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=20), st.sampled_from([",", "\t", ";"]))
def test_any_text_comes_back(cells: list[tuple[str, str]], separator: str) -> None:
    frame = pd.DataFrame({"a": pd.Series([a for a, _ in cells], dtype=object), "b": [b for _, b in cells]})
    data = encode_rows(frame, separator, str)
    read = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=separator))
    assert read == [[a, b] for a, b in cells]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=20))
def test_any_number_comes_back_with_all_its_digits(numbers: list[float]) -> None:
    frame = pd.DataFrame({"x": np.array(numbers, dtype=float), "y": 1})
    read = [float(row[0]) if row[0] else np.nan for row in rows_of(encode_rows(frame, ",", str))]
    assert np.array_equal(np.array(read), np.array(numbers, dtype=float), equal_nan=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (-3.0, "-3"), (0.1, "0.1"), (1e22, "1e+22"), (1e16, "1e+16"), (123456789.5, "123456789.5")],
)
def test_whole_numbers_have_no_point(value: float, text: str) -> None:
    assert format_number(value) == text


def test_types_side_by_side() -> None:
    frame = pd.DataFrame(
        {
            "text": ['说"是"', "a,b", None], "whole": pd.array([1, None, 3], dtype="Int64"),
            "yes": [True, False, True], "day": pd.to_datetime(["2025-06-01", None, "2025-06-03"]),
            "mixed": pd.Series([1.0, "x", None], dtype=object), "kind": pd.Categorical(["a", "b", "a"]),
            "time": pd.to_datetime(["2025-06-01 10:00:00", "2025-06-02 00:00:00", None]),
        }
    )  # fmt: skip
    assert rows_of(encode_csv(frame)) == [
        ["text", "whole", "yes", "day", "mixed", "kind", "time"],
        ['说"是"', "1", "True", "2025-06-01", "1", "a", "2025-06-01 10:00:00"],
        ["a,b", "", "False", "", "x", "b", "2025-06-02 00:00:00"],
        ["", "3", "True", "2025-06-03", "", "a", ""],
    ]


def test_a_single_column_keeps_its_empty_rows() -> None:
    assert encode_csv(pd.DataFrame({"a": ["x", None, "y"]})) == b'a\nx\n""\ny\n'


def test_no_rows_and_no_columns() -> None:
    assert encode_csv(pd.DataFrame({"a": [], "b": []})) == b"a,b\n"


def test_wide_rows_are_joined_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"a": ["长" * k for k in range(1, 40)], "b": range(39)})
    whole = encode_csv(frame)
    monkeypatch.setattr(csvrows, "WIDE", 300)
    assert encode_csv(frame) == whole


def test_moments_of_a_part_may_be_told_to_have_a_clock() -> None:
    frame = pd.DataFrame({"t": pd.to_datetime(["2025-06-01"]), "n": [1]})
    assert encode_rows(frame, ",", str, {"t"}) == b"2025-06-01 00:00:00,1\n"
    assert encode_rows(frame, ",", str, ()) == b"2025-06-01,1\n"
