"""Returns of several offices: they join, whatever file they come in, and each conflict names both sides."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import literacy
from literacy.errors import LiteracyError
from literacy.instrument import Plan, load_plan
from literacy.plan import make_template, read_returns

OLD = ["year", "task", "indicator", "zh", "en", "value", "unit", "source", "note"]
NEW = ["office", "deadline", "last_year"]
HEAD = "year,indicator,value,unit,source,office\n"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("erenhot")


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """The plan with two offices named, one with a deadline."""
    text = (Path(literacy.__file__).parent / "_data/surveys/erenhot/plan.toml").resolve()
    if not text.is_file():
        text = Path(__file__).parents[2] / "surveys/erenhot/plan.toml"
    body = text.read_text(encoding="utf-8")
    body = body.replace('office = ""', 'office = "教育局"\ndeadline = "2025-12-31"', 1)
    body = body.replace('office = ""', 'office = "科协、教育局"', 1)
    path = tmp_path_factory.mktemp("plan") / "plan.toml"
    path.write_text(body, encoding="utf-8")
    return load_plan(path)


def fill(plan: Plan, values: dict[str, str]) -> pd.DataFrame:
    frame = make_template(plan, 2025).astype(object)
    for name, value in values.items():
        frame.loc[frame["indicator"] == name, ["value", "source"]] = [value, "SYNTHETIC register"]
    return frame


def test_three_offices_in_three_formats_join(plan: Plan, tmp_path: Path) -> None:
    fill(plan, {"venues": "7"}).to_csv(tmp_path / "a.csv", index=False)
    literacy.write_table(fill(plan, {"bases": "3", "funds": "12.5"}), tmp_path / "b.xlsx")
    fill(plan, {"meetings": "4"}).to_csv(tmp_path / "c.csv", index=False, encoding="gb18030")
    got = read_returns([tmp_path / n for n in ("a.csv", "b.xlsx", "c.csv")], plan)
    assert {r.indicator: r.value for r in got.reports} == {
        "venues": 7,
        "bases": 3,
        "funds": 12.5,
        "meetings": 4,
    }
    assert {Path(r.file).name for r in got.reports} == {"a.csv", "b.xlsx", "c.csv"}


@pytest.mark.parametrize("ending", ["parquet", "sav", "dta"])
def test_a_return_is_read_from_every_file_the_template_is_written_to(
    plan: Plan, tmp_path: Path, ending: str
) -> None:
    literacy.write_table(fill(plan, {"venues": "7", "funds": "12.5"}), tmp_path / f"a.{ending}")
    got = read_returns(tmp_path / f"a.{ending}", plan)
    assert {r.indicator: r.value for r in got.reports} == {"venues": 7, "funds": 12.5}


def test_a_return_as_json_is_one_error_that_says_so(plan: Plan, tmp_path: Path) -> None:
    literacy.write_table(fill(plan, {"venues": "7"}), tmp_path / "a.json")
    with pytest.raises(LiteracyError) as caught:
        read_returns(tmp_path / "a.json", plan)
    assert caught.value.code == "io.format"
    assert "JSON" in str(caught.value)


@pytest.mark.parametrize("mark", [";", "\t", "；", "，"])
def test_other_separators_are_read_and_said(plan: Plan, tmp_path: Path, mark: str) -> None:
    text = (HEAD + "2025,venues,7,座,list,科协\n").replace(",", mark)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    got = read_returns(tmp_path / "a.csv", plan)
    assert [(r.value, r.office) for r in got.reports] == [(7, "科协")]
    assert "separated by" in str(got)
    (tmp_path / "b.csv").write_text(HEAD + "2025,venues,7,座,list；book,科协\n", encoding="utf-8")
    assert not read_returns(tmp_path / "b.csv", plan).remarks


def test_a_workbook_whose_name_says_csv_is_read_as_what_it_is(plan: Plan, tmp_path: Path) -> None:
    literacy.write_table(fill(plan, {"venues": "7"}), tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").rename(tmp_path / "a.csv")
    assert read_returns(tmp_path / "a.csv", plan).reports[0].value == 7


def test_a_workbook_is_checked_as_a_csv_is(plan: Plan, tmp_path: Path) -> None:
    frame = fill(plan, {"venues": "7.5", "bases": "many"})
    literacy.write_table(frame, tmp_path / "a.xlsx")
    with pytest.raises(LiteracyError) as caught:
        read_returns(tmp_path / "a.xlsx", plan)
    assert "not a whole number" in str(caught.value) and "'many'" in str(caught.value)


def test_each_conflict_names_both_offices_and_files(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        HEAD + "2025,venues,7,座,list,科协\n2025,bases,3,个,list,科协\n", encoding="utf-8"
    )
    (tmp_path / "b.csv").write_text(
        HEAD + "2025,venues,9,座,list,教育局\n2025,bases,4,个,list,教育局\n", encoding="utf-8"
    )
    with pytest.raises(LiteracyError) as caught:
        read_returns([tmp_path / "a.csv", tmp_path / "b.csv"], plan)
    for word in ("2 problems", "'venues'", "'bases'", "科协", "教育局", "a.csv", "b.csv", "7 by", "9 by"):
        assert word in str(caught.value)


@pytest.mark.parametrize("blank", ["2025,venues,,座,,科协\n", "2025,venues,,,,\n", ",,,,,\n"])
def test_a_row_without_a_value_stands_in_nobodys_way(plan: Plan, tmp_path: Path, blank: str) -> None:
    text = HEAD + blank + "2025,venues,9,座,list,教育局\n" + blank
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    got = read_returns(tmp_path / "a.csv", plan).reports
    assert [(r.value, r.office) for r in got] == [(9, "教育局")]


def test_the_new_columns_stand_last_and_may_be_left_out(plan: Plan, tmp_path: Path) -> None:
    assert list(make_template(plan, 2025)) == [*OLD, *NEW]
    fill(plan, {"venues": "7"})[OLD].to_csv(tmp_path / "a.csv", index=False)
    assert read_returns(tmp_path / "a.csv", plan).reports[0].value == 7


def test_one_sheet_for_each_office(named: Plan, plan: Plan) -> None:
    school = make_template(named, 2025, office="教育局")
    assert set(school["indicator"]) == {"science_teachers", "campus_events"}
    assert school["deadline"].tolist() == ["2025-12-31", ""]
    assert set(make_template(named, 2025, office="科协")["indicator"]) == {"campus_events"}
    with pytest.raises(LiteracyError, match="教育局"):
        make_template(named, 2025, office="教育厅")
    whole = make_template(plan, 2025, office="教育局")
    assert len(whole) == len(make_template(plan, 2025)) and set(whole["office"]) == {"教育局"}


def test_last_years_value_is_written_checked_and_never_taken_for_a_return(plan: Plan, tmp_path: Path) -> None:
    head = "year,indicator,value,unit,source\n"
    (tmp_path / "old.csv").write_text(head + "2024,venues,6,座,list\n", encoding="utf-8")
    old = read_returns(tmp_path / "old.csv", plan)
    sheet = make_template(plan, 2025, returns=old).set_index("indicator")
    assert sheet.loc["venues", "last_year"] == "6" and (sheet["last_year"] != "").sum() == 1
    (tmp_path / "new.csv").write_text(
        head.replace("source", "source,last_year") + "2025,venues,7,座,list,5\n", encoding="utf-8"
    )
    with pytest.raises(LiteracyError, match=r"5 for 'venues' of 2024, but 6 was reported by old|old\.csv"):
        read_returns([tmp_path / "old.csv", tmp_path / "new.csv"], plan)
    alone = read_returns(tmp_path / "new.csv", plan)
    assert alone.years == (2025,) and "1 values of last year" in str(alone)
