"""SPSS and Stata files: no rows, a declared weight, moments in every format, codes that share a label."""

from __future__ import annotations

import struct
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from literacy.answers import match_file, read, read_table
from literacy.errors import LiteracyError
from literacy.files import load_table

FAULTS = Path(__file__).parent / "faults"
WAVES = str(FAULTS / "two_waves")


@pytest.mark.parametrize("text", [True, False])
@pytest.mark.parametrize("options", [{}, {"compress": True}, {"row_compress": True}])
def test_a_file_without_rows_has_its_columns(tmp_path: Path, text: bool, options: dict[str, bool]) -> None:
    path = tmp_path / "x.sav"
    frame = pd.DataFrame({"a": pd.Series(dtype=float), **({"t": pd.Series(dtype=str)} if text else {})})
    pyreadstat.write_sav(frame, path, **options)
    assert list(load_table(path).frame.columns) == list(frame.columns)
    with pytest.raises(LiteracyError) as refused:
        read(path, "erenhot")
    assert refused.value.code == "io.empty"


def test_matching_a_file_without_rows_lists_its_columns() -> None:
    met = match_file(FAULTS / "no_rows.sav", WAVES, "2026")
    assert len(met.other) + len(met.places) == 3


def weighted(path: Path, frame: pd.DataFrame, segment: int, **options: bool) -> None:
    """A file whose header says that it is weighted by the variable that begins at a segment, counted from 1."""
    pyreadstat.write_sav(frame, path, **options)
    raw = bytearray(path.read_bytes())
    raw[76:80] = struct.pack("<i", segment)
    path.write_bytes(raw)


@pytest.mark.parametrize("text", ["", "k" * 7, "k" * 30, "k" * 700])
@pytest.mark.parametrize("options", [{}, {"compress": True}])
def test_the_weight_a_file_declares_is_named(tmp_path: Path, text: str, options: dict[str, bool]) -> None:
    path = tmp_path / "x.sav"
    width = max(1, -(-len(text) // 8))
    before = {"t": [text, text]} if text else {}
    weighted(
        path,
        pd.DataFrame({**before, "x": [1.0, 3.0], "w2": [1.0, 3.0]}),
        (width if text else 0) + 2,
        **options,
    )
    table = load_table(path)
    if len(text) > 255:  # segments of its own: the header's count is not trusted
        assert table.weight == ""
        return
    assert table.weight == "w2"
    assert any("w2" in n and "--weight w2" in n for n in table.notes)


def test_no_weight_is_named_where_none_is_declared(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    for segment in (0, 9):  # 9: no variable begins there
        weighted(path, pd.DataFrame({"x": [1.0, 3.0], "w2": [1.0, 3.0]}), segment)
        assert load_table(path).weight == ""
        assert not load_table(path).notes


def dated(path: Path, form: str, days: list[str]) -> None:
    seconds = (
        pd.to_datetime(pd.Series(days).astype("datetime64[s]")) - np.datetime64("1582-10-14", "s")
    ).dt.total_seconds()
    pyreadstat.write_sav(pd.DataFrame({"m": seconds}), path, variable_format={"m": form})


@pytest.mark.parametrize(
    ("form", "day", "read_as"),
    [
        ("MOYR8", "2025-03-17", "2025-03-01"),
        ("MOYR6", "1900-12-31", "1900-12-01"),
        ("QYR8", "2025-06-30", "2025-04-01"),
        ("QYR6", "2024-12-31", "2024-10-01"),
        ("WKYR8", "2025-03-03", "2025-02-26"),
        ("WKYR10", "2024-12-31", "2024-12-30"),
        ("DATE11", "1583-01-01", "1583-01-01"),
        ("ADATE10", "1677-09-20", "1677-09-20"),
        ("EDATE10", "2262-04-12", "2262-04-12"),
        ("SDATE10", "9999-12-31", "9999-12-31"),
        ("JDATE7", "2025-06-01", "2025-06-01"),
        ("DATETIME20", "2300-06-01", "2300-06-01"),
        ("YMDHMS19", "2025-06-01", "2025-06-01"),
    ],
)
def test_every_spss_format_of_a_moment_is_one(tmp_path: Path, form: str, day: str, read_as: str) -> None:
    path = tmp_path / "x.sav"
    dated(path, form, [day, day])
    moments = load_table(path).frame["m"]
    assert pd.api.types.is_datetime64_any_dtype(moments)
    assert moments.astype(str).tolist() == [read_as, read_as]
    assert list(read_table(path, keep_personal=False).columns) == ["m"]  # neither a telephone nor a birthday


def test_moments_keep_parts_of_a_second(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    seconds = pd.Series([1.4e10 + 0.25, 1.4e10 + 0.125])
    pyreadstat.write_sav(pd.DataFrame({"m": seconds}), path, variable_format={"m": "DATETIME23.3"})
    assert load_table(path).frame["m"].dt.microsecond.tolist() == [250_000, 125_000]


def test_lengths_of_time_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.sav"
    forms = {"t": "TIME8", "d": "DTIME10", "k": "WKDAY9", "m": "MONTH9"}
    frame = pd.DataFrame({"t": [3600.0], "d": [90_000.0], "k": [2.0], "m": [12.0]})
    pyreadstat.write_sav(frame, path, variable_format=forms)
    assert load_table(path).frame.iloc[0].tolist() == [3600.0, 90_000.0, 2.0, 12.0]


@pytest.mark.parametrize(
    ("form", "count", "read_as"),
    [
        # Stata 18 [D] Datetime: display %tq 260 is 2025q1, %tm 785 2025m6, %tw 3380 2025w1, %th 130 2025h1
        ("%tq", 260, "2025-01-01"),
        ("%tq", -1, "1959-10-01"),
        ("%tm", 785, "2025-06-01"),
        ("%tm", -600, "1910-01-01"),
        ("%tw", 3380, "2025-01-01"),
        ("%tw", 3431, "2025-12-24"),
        ("%tw", -1, "1959-12-24"),
        ("%th", 131, "2025-07-01"),
        ("%td", 23_742, "2025-01-01"),
        ("%d", -104_000, "1675-04-04"),
        ("%-td", 200_000, "2507-08-01"),
        ("%tqCCYY!qq", 260, "2025-01-01"),
        ("%tdCCYY-NN-DD", 23_742, "2025-01-01"),
        ("%tc", 2_051_308_800_000, "2025-01-01"),
    ],
)
def test_every_stata_format_of_a_moment_is_one(tmp_path: Path, form: str, count: float, read_as: str) -> None:
    path = tmp_path / "x.dta"
    pyreadstat.write_dta(pd.DataFrame({"m": [float(count)] * 3}), path, variable_format={"m": form})
    assert load_table(path).frame["m"].astype(str).tolist() == [read_as] * 3


def test_stata_years_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.dta"
    pyreadstat.write_dta(pd.DataFrame({"m": [2025.0, 1910.0]}), path, variable_format={"m": "%ty"})
    assert load_table(path).frame["m"].tolist() == [2025.0, 1910.0]


def answers(path: Path, labels: dict[float, str], codes: list[float]) -> None:
    frame = pd.DataFrame({"age": [30.0] * len(codes), "sex": 1.0, "q1": codes, "q2": 1.0, "q3": 1.0})
    write = pyreadstat.write_dta if path.suffix == ".dta" else pyreadstat.write_sav
    write(frame, path, variable_value_labels={"q1": labels})


@pytest.mark.parametrize("ending", [".sav", ".dta"])
@pytest.mark.parametrize(
    "labels",
    [{1: "对", 2: "对", 8: "不知道"}, {1: "错", 2: "错"}, {1: "True", 2: "true"}, {1: "x", 2: "x"}],
    ids=["both true", "both false", "case", "unknown"],
)  # fmt: skip
def test_two_codes_of_one_label_are_refused(tmp_path: Path, ending: str, labels: dict[float, str]) -> None:
    path = tmp_path / f"x{ending}"
    answers(path, labels, [1.0, 2.0, 2.0])
    with pytest.raises(LiteracyError) as refused:
        read(path, WAVES, "2026")
    assert refused.value.code == "responses.code"
    assert "q1: code" in refused.value.what
    assert "codes 1 and 2 share the label" in refused.value.what


@pytest.mark.parametrize(
    "labels",
    [{8: "不知道", 9: "不知道"}, {1: "对", 2: "错", 3: "z", 4: "z"}, {}],
    ids=["kinds", "unused", "none"],
)
def test_labels_that_do_no_harm_are_no_fault(tmp_path: Path, labels: dict[float, str]) -> None:
    path = tmp_path / "x.sav"
    answers(path, labels, [1.0, 2.0, 2.0])
    assert read(path, WAVES, "2026").frame["q1"].tolist() == [1, 2, 2]


def test_odd_columns_of_parquet(tmp_path: Path) -> None:
    """Days beyond the nanoseconds of INT96 are kept, lists and bytes are said, two columns of one name are refused."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    days = pa.array([datetime(1500, 1, 1), datetime(2025, 1, 1, 20)], pa.timestamp("us"))
    parquet.write_table(pa.table({"day": days}), tmp_path / "d.parquet", use_deprecated_int96_timestamps=True)
    assert [str(d)[:10] for d in load_table(tmp_path / "d.parquet").frame["day"]] == [
        "1500-01-01",
        "2025-01-01",
    ]

    odd = {"l": [[1, 2], [3]], "s": [{"a": 1}, {"a": 2}], "b": [b"x", b"y"], "n": [1, 2]}
    parquet.write_table(pa.table(odd), tmp_path / "o.parquet")
    assert "lists, records or bytes: l, s, b" in " ".join(load_table(tmp_path / "o.parquet").notes)

    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"])
    parquet.write_table(twice, tmp_path / "t.parquet")
    with pytest.raises(LiteracyError, match="two columns have one name: x"):
        load_table(tmp_path / "t.parquet")
