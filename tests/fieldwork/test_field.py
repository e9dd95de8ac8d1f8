"""Visit logs, cases, the board, representativity."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from literacy._resources import sample_dir
from literacy.errors import LiteracyError
from literacy.estimation import proportion
from literacy.fieldwork import (
    Assumptions,
    close_field,
    draw_status,
    encode_status,
    field_status,
    format_status,
    measure_representativity,
    read_visits,
    select,
)
from literacy.sampling import Design, Sample
from literacy.weighting import adjust_nonresponse

FOLDER = sample_dir() / "fieldwork"


def log(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["unit", "household", "interviewer", "date", "disposition"])


@pytest.fixture
def sample() -> pd.DataFrame:
    frame = pd.DataFrame(
        {"unit": list("abcdef"), "stratum": ["s"] * 3 + ["t"] * 3, "size": [40, 60, 50, 90, 80, 70]}
    )
    return select(frame, {"s": 2, "t": 2}, seed=3, take=3, reserve=1).to_frame()


def test_the_last_outcome_stands_and_an_interview_stays_made(sample: pd.DataFrame) -> None:
    unit = sample["unit"].iloc[0]
    visits = log(
        (unit, 1, "A1", "2026-05-06", "2.24"),
        (unit, 1, "A1", "2026-05-08", "1.1"),
        (unit, 1, "A2", "2026-05-09", 2.2),
        (unit, 2, "A1", "2026年5月7日", "211"),
        (unit, 3, "A1", "2026/5/7", "4.60"),
        (unit, 4, "A1", "2026-05-07", "3.11"),
    )
    cases = close_field(sample, visits)
    table = cases.to_frame().set_index("household")
    assert table["disposition"].to_dict() == {"1": "1.1", "2": "2.11", "3": "4.60", "4": "3.11"}
    assert table["responded"].tolist() == [1, 0, 0, 0] and table["visits"].tolist() == [3, 1, 1, 1]
    assert table["eligible"].tolist()[:3] == [1, 1, 0] and pd.isna(table["eligible"].iloc[3])
    assert table["base_weight"].iloc[2] == 0  # not eligible
    row = sample.iloc[0]
    assert table["base_weight"].iloc[0] == pytest.approx(
        row["size"] / 4 / row["probability"]
    )  # four were approached
    assert "weights are based on the actual number" in str(cases) and cases.rates.rate(
        "RR1"
    ) == pytest.approx(1 / 3)


def test_substitutes_are_no_response(sample: pd.DataFrame) -> None:
    unit, spare = sample["unit"].iloc[0], sample.loc[sample["reserve"] == 1, "unit"].iloc[0]
    visits = log(
        (unit, 1, "A1", "2026-05-06", "2.11"),
        (unit, 2, "A1", "2026-05-06", "1.1"),
        (spare, 1, "A1", "2026-05-07", "1.1"),
    )
    plain = close_field(sample, visits)
    assert plain.rates.rate("RR1") == 0.5 and plain.rates.substitutes == 1
    told = visits.assign(substitute_for=["", "1", ""])
    both = close_field(sample, told)
    assert both.rates.rate("RR1") == 0.0 and both.to_frame()["responded"].sum() == 0
    assert "2 substitutes (2 interviews) are separate cases" in str(both)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("zz", 1, "A", "2026-05-06", "1.1")], "1 units were not drawn"),
        ([("a", 1, "A", "never", "1.1")], "not a date in 1 of 1 visits"),
        ([("a", 1, "A", "2026-05-06", "8.8")], r"no such code: '8\.8'"),
        ([("a", "", "A", "2026-05-06", "1.1")], "unit or household empty"),
        ([], "no visits"),
    ],
)
def test_bad_logs_are_refused_in_one_message(
    sample: pd.DataFrame, rows: list[tuple[object, ...]], told: str
) -> None:
    with pytest.raises(LiteracyError, match=told) as caught:
        close_field(sample, log(*rows))
    assert caught.value.code == "field.visits"


def test_a_log_headed_in_chinese_and_one_without_columns() -> None:
    table = log(("a", 1, "A1", "2026-05-06", "拒访"))
    chinese = table.set_axis(["村/社区", "户号", "调查员", "日期", "结果代码"], axis=1)
    assert read_visits(chinese).to_frame()["disposition"].tolist() == ["2.11"]
    with pytest.raises(LiteracyError, match="no column date, disposition"):
        read_visits(table[["unit", "household", "interviewer"]])


def test_answers_are_joined_to_their_cases(sample: pd.DataFrame) -> None:
    unit = sample["unit"].iloc[0]
    visits = log((unit, 1, "A1", "2026-05-06", "1.1"), (unit, 2, "A1", "2026-05-06", "2.11"))
    answers = pd.DataFrame({"unit": [unit], "household": [1], "literate": [1]})
    assert close_field(sample, visits, answers).to_frame()["literate"].tolist()[0] == 1
    with pytest.raises(LiteracyError, match="1 interviews have no completed case"):
        close_field(sample, visits, answers.assign(household=2))
    with pytest.raises(LiteracyError, match="1 households appear twice"):
        close_field(sample, visits, pd.concat([answers, answers]))


def test_the_board_of_the_synthetic_field() -> None:
    board = field_status(
        FOLDER / "sample.csv", FOLDER / "visits.csv", today="2026-05-18", end="2026-06-01", by=["age_band", "sex"],
        flagged={"A03": 0.4}, assume=Assumptions(margin=0.03),
    )  # fmt: skip
    whole = board.rows("all").iloc[0]
    visits = pd.read_csv(FOLDER / "visits.csv")
    upto = visits[visits["date"] <= "2026-05-18"]
    assert whole["done"] == (upto["disposition"] == 1.1).sum()
    assert whole["target"] == len(pd.read_csv(FOLDER / "sample.csv")) == 580
    assert whole["expected"] == pytest.approx(580 * 13 / 27)
    for kind in ("stratum", "unit", "interviewer", "day"):
        assert board.rows(kind)["done"].sum() == whole["done"]
    assert board.rows("day")["visits"].sum() == len(upto)
    assert {"flagged", "call again"} <= set(board.alerts["alert"]) and board.stop.startswith("go on")
    assert "visits dated after today" in str(board)
    found = board.representativity
    assert found is not None and found.ci_low < found.estimate < found.ci_high
    parts = found.to_frame()
    age = parts[(parts["variable"] == "age_band") & (parts["level"] != "")]
    assert age["unconditional"].is_monotonic_increasing  # the young answer least
    whole_parts = parts[parts["level"] == ""].set_index("variable")["unconditional"]
    assert whole_parts["age_band"] > 2 * whole_parts["sex"]
    for lang in ("zh", "en"):
        page = format_status(board, lang)
        assert page == format_status(board, lang) and "RR1" in page and "<table>" in page
    assert "今日应完成" in format_status(board, "zh")


def test_an_r_indicator_by_hand() -> None:
    """Two classes of equal size answering at 0.8 and 0.4: S = 0.2, R = 0.6."""
    rows = [
        {"unit": i % 20, "base_weight": 1.0, "g": g, "responded": int(i < n)}
        for g, n in (("a", 800), ("b", 400))
        for i in range(1000)
    ]
    found = measure_representativity(pd.DataFrame(rows), ["g"])
    assert found.plain == pytest.approx(0.6, abs=1e-6) and found.estimate == pytest.approx(0.6, abs=0.002)
    level = found.to_frame().set_index("level")["unconditional"]
    assert level["a"] == pytest.approx(0.2 * np.sqrt(0.5), abs=1e-6) and level[""] == pytest.approx(
        0.2, abs=1e-6
    )
    same = [
        {"unit": i % 20, "base_weight": 1.0, "g": g, "responded": int(i % 5 < 3)}
        for g in "ab"
        for i in range(500)
    ]
    assert measure_representativity(pd.DataFrame(same), ["g"]).estimate == pytest.approx(1.0)
    with pytest.raises(LiteracyError, match="missing in 1 of"):
        measure_representativity(pd.DataFrame(rows).assign(g=[None, *["a"] * 1999]), ["g"])


def test_nonresponse_adjustment_reads_the_cases() -> None:
    cases = close_field(FOLDER / "sample.csv", FOLDER / "visits.csv", pd.read_csv(FOLDER / "answers.csv"))
    table = cases.to_frame()
    plain = Sample(
        table[table["responded"] == 1].reset_index(drop=True), Design("base_weight", "stratum", "unit")
    )
    full = adjust_nonresponse(
        Sample(table, Design("base_weight", "stratum", "unit")), "responded", by=["age_band"]
    )
    assert full.weight.sum() == pytest.approx(table["base_weight"].sum())
    biased, better = (float(proportion(s, "literate").estimate[0]) for s in (plain, full))
    assert better > biased  # the young are more often literate and answered less


def test_reserve_out_of_order_is_told() -> None:
    frame = pd.DataFrame({"unit": range(8), "size": [10] * 8})
    drawn = select(frame, 3, seed=1, take=2, reserve=3).to_frame()
    spare = drawn.loc[drawn["reserve"] == 1].sort_values("order")["unit"].tolist()
    rows = [(drawn["unit"].iloc[0], 1, "A1", "2026-05-06", "1.1"), (spare[1], 1, "A1", "2026-05-06", "1.1")]
    board = field_status(drawn, log(*rows))
    assert "reserve order" in set(board.alerts["alert"])
    board = field_status(drawn, log(rows[0], (spare[0], 1, "A1", "2026-05-06", "1.1")))
    assert "reserve order" not in set(board.alerts["alert"])


def test_the_synthetic_files_are_made_by_their_script(tmp_path: Path) -> None:
    import runpy

    runpy.run_path(str(FOLDER / "generate.py"))["generate"](tmp_path)
    for name in ("sample.csv", "visits.csv", "answers.csv", "residents.csv"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_one_adult_of_a_household_makes_weights_of_persons() -> None:
    """Two strata of one household size each: the weights of all cases add up to the people who live there."""
    frame = pd.DataFrame({"unit": range(10), "stratum": ["a", "b"] * 5, "size": [20] * 10})
    drawn = select(frame, {"a": 3, "b": 2}, seed=4, take=4, method="simple").to_frame()
    size = drawn.set_index("unit")["stratum"].map({"a": 2, "b": 5})
    rows = [
        (str(u), h, "A1", "2026-05-06", "1.1" if h < 3 else "2.24", size[u] if h < 3 else "")
        for u in drawn["unit"] for h in (1, 2, 3, 4)
    ]  # fmt: skip
    visits = pd.DataFrame(rows, columns=["unit", "household", "interviewer", "date", "disposition", "adults"])
    for method in ("birthday", "random", "kish"):
        cases = close_field(drawn, visits, person=method)
        table = cases.to_frame()
        assert table["base_weight"].sum() == pytest.approx(100 * 2 + 100 * 5)
        asked = table[table["responded"] == 1]
        assert asked["base_weight"].to_numpy() * asked["probability"].to_numpy() == pytest.approx(1)
        assert "10 households with an unknown number of adults" in str(cases)
    numbered = visits.assign(person=[1 if d == "1.1" else "" for d in visits["disposition"]])
    asked = close_field(drawn, numbered, person="kish").to_frame().query("responded == 1 and stratum == 'b'")
    assert asked["probability_person"].tolist() == pytest.approx(
        [2 / 12] * len(asked)
    )  # table A alone names the first
    assert "weights are those of households" in str(close_field(drawn, visits))
    for bad, told in (
        (visits.drop(columns="adults"), "no column adults"), (visits.assign(adults=""), "adults not counted in 10"),
        (visits.assign(adults=0), "no whole number above 0"), (numbered.assign(person=6), "Kish's table can name"),
    ):  # fmt: skip
        with pytest.raises(LiteracyError, match=told):
            close_field(drawn, bad, person="kish")


def test_figures_of_the_board() -> None:
    sample, visits = FOLDER / "sample.csv", FOLDER / "visits.csv"
    board = field_status(sample, visits, end="2026-06-01")
    figures = draw_status(board, "zh")
    for drawn in figures.values():
        ElementTree.fromstring(drawn)
    units = board.rows("unit")
    for row in units.to_dict("records"):
        assert f"<title>{row['name']}: {row['done']:.0f} / {row['target']:.0f}</title>" in figures["units"]
    assert f"{board.rows('all')['done'].iloc[0]:.0f} / 580" in figures["progress"]
    assert all(drawn in format_status(board, "zh") for drawn in figures.values())
    names = zipfile.ZipFile(io.BytesIO(encode_status(board, "zh"))).namelist()
    assert sum("charts/chart" in n for n in names) == 2
    hostile = pd.read_csv(visits).replace("A01", '<script>&"x')
    for drawn in draw_status(field_status(sample, hostile), "en").values():
        ElementTree.fromstring(drawn)


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"icc": 2.0}, {"margin": -1.0}, {"level": 1.0}])
def test_assumptions_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(LiteracyError, match="out of range"):
        field_status(FOLDER / "sample.csv", FOLDER / "visits.csv", assume=Assumptions(**wrong))


def test_what_a_log_may_hold_twice_is_said() -> None:
    away, done = ("a", 1, "x", "2026-05-06", "2.24"), ("a", 2, "x", "2026-05-06", "1.1")
    assert not [n for n in read_visits(log(away, done)).notes if "repeat" in n or "several" in n]
    notes = read_visits(log(away, away, done, ("a", 2, "y", "2026-05-08", "1.1"))).notes
    assert [n.split()[0] for n in notes if "repeat" in n or "several" in n] == ["1", "1"]
