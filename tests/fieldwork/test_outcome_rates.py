"""AAPOR's rates against worked examples, and the codes of a log."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from literacy._resources import sample_dir
from literacy.errors import LiteracyError
from literacy.fieldwork import close_field, list_dispositions, rate_outcomes, read_outcomes
from literacy.fieldwork.dispositions import find_disposition, outcome_group

COUNTS = {"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1, "NE": 1}
README = {
    "RR1": 0.364,
    "RR2": 0.545,
    "RR3": 0.370,
    "RR4": 0.556,
    "RR5": 0.444,
    "RR6": 0.667,
    "COOP1": 0.500,
    "COOP2": 0.750,
    "COOP3": 0.571,
    "COOP4": 0.857,
    "REF1": 0.091,
    "REF2": 0.093,
    "REF3": 0.111,
    "CON1": 0.727,
    "CON2": 0.741,
    "CON3": 0.889,
}
"""The worked example of R outcomerate 1.0.1 (README, e by eligibility_rate), three digits."""


@pytest.mark.reference
def test_the_worked_example() -> None:
    rates = rate_outcomes(COUNTS)
    assert {r: round(rates.rate(r), 3) for r in README} == README
    assert rates.e == pytest.approx(0.9) and not rates.e_given and "e = 0.9000" in str(rates)


@pytest.mark.reference
def test_single_cases_and_weights() -> None:
    """outcomerate's second example: x and w of its README; RR2 0.55, CON1 0.73, weighted 0.50 and 0.69."""
    x = ["I", "P", "I", "UO", "R", "I", "NC", "I", "O", "P", "UH"]
    plain = rate_outcomes(x)
    assert (round(plain.rate("RR2"), 2), round(plain.rate("CON1"), 2)) == (0.55, 0.73)
    weighted = rate_outcomes(x, weight=[1.3] * 6 + [2.5] * 5)
    assert (round(weighted.rate("RR2"), 2), round(weighted.rate("CON1"), 2)) == (0.50, 0.69)


def test_codes_as_they_come_from_workbooks() -> None:
    for cell, code in (
        ("2.20", "2.20"),
        (2.2, "2.20"),
        ("211", "2.11"),
        (110.0, "1.1"),
        ("1.10", "1.1"),
        (2.112, "2.112"),
        ("拒访", "2.11"),
        ("Refusal", "2.11"),
        (3.9, "3.90"),
        ("410", "4.10"),
    ):
        found = find_disposition(cell)
        assert found is not None and found.code == code, cell
    assert find_disposition("9.9") is None and find_disposition("") is None and outcome_group("ne") == "NE"


def test_every_code_says_where_it_is_from() -> None:
    table = list_dispositions("zh")
    assert set(table["seen"]) == {"secondary", "not seen"} and table["edition"].str.contains("2016").all()
    assert table["code"].is_unique and table["label"].is_unique
    assert set(table["group"]) == {"I", "P", "R", "NC", "O", "UH", "UO", "NE"}


def test_what_cannot_be_worked_out_is_nan_and_what_is_unknown_an_error() -> None:
    assert rate_outcomes({"NE": 3}).rate("RR1") != rate_outcomes({"NE": 3}).rate("RR1")
    assert rate_outcomes({"I": 3}).rate("RR3") == 1.0
    nothing_known = rate_outcomes({"UH": 5})
    assert nothing_known.rate("RR3") != nothing_known.rate("RR3")
    with pytest.raises(LiteracyError, match=r"no such code: '7\.7'"):
        rate_outcomes(["1.1", "7.7"])
    with pytest.raises(LiteracyError, match="out of range"):
        rate_outcomes({"I": 1}, e=1.2)


def test_dispositions_of_any_kind_of_file_give_the_same_rates(tmp_path: Path) -> None:
    folder = sample_dir() / "fieldwork"
    cases = close_field(folder / "sample.csv", folder / "visits.csv")
    cases.to_frame().to_csv(tmp_path / "cases.csv", index=False)
    for source in (tmp_path / "cases.csv", folder / "visits.csv"):
        found = read_outcomes(source)
        assert found.counts == cases.rates.counts and found.e == cases.rates.e
    one = read_outcomes(pd.DataFrame({"结果代码": ["110", "拒访"]}))
    assert one.rate("RR1") == 0.5
    stands = pd.DataFrame({"disposition": ["1.1", "1.1"], "substitute": [0, 1]})
    assert (read_outcomes(stands).counts["I"], read_outcomes(stands).substitutes) == (1.0, 1)
    with pytest.raises(LiteracyError, match="no column disposition"):
        read_outcomes(pd.DataFrame({"x": [1]}))
