"""A survey in one workbook: made, edited, checked by cell, turned into a folder and back, with nothing lost."""

from __future__ import annotations

import csv
import datetime
import io
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner
from python_calamine import load_workbook

import literacy as lit
from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.instrument import check_survey, load_instrument, locate_survey
from literacy.instrument.workbooks.sheet_parsing import open_survey_workbook
from literacy.instrument.workbooks.toml_text import format_toml
from literacy.questionnaire.authoring.drafts import draft_survey
from literacy.questionnaire.authoring.survey_files import read_files
from literacy.questionnaire.authoring.workbook_layout import format_workbook
from tests.conftest import ROOT

EXPORT = ROOT / "tests" / "reference" / "exports" / "1234567_按文本_科学素质调查_60_60.xlsx"
SURVEYS = ("erenhot", "gss-science")


def records(text: str) -> list[dict[str, str]]:
    heads, *lines = csv.reader(io.StringIO(text, newline=""))
    return [{k: v for k, v in zip(heads, line, strict=True) if v} for line in lines if any(line)]


def cells(path: Path) -> dict[str, list[list[object]]]:
    book = load_workbook(str(path))
    return {n: book.get_sheet_by_name(n).to_python() for n in book.sheet_names}


def rewrite(path: Path, change: dict[tuple[str, int, int], object]) -> None:
    """The workbook with some cells (sheet, row and column from 0) replaced, as a person at a spreadsheet leaves it."""
    tables = cells(path)
    for (sheet, row, column), value in change.items():
        while len(tables[sheet]) <= row:
            tables[sheet].append([])
        line = tables[sheet][row]
        line += [""] * (column + 1 - len(line))
        line[column] = value
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy/m/d"})
    for name, table in tables.items():
        page = book.add_worksheet(name)
        for r, line in enumerate(table):
            for c, cell in enumerate(line):
                if isinstance(cell, datetime.date):
                    page.write_datetime(r, c, datetime.datetime(cell.year, cell.month, cell.day), day)
                elif isinstance(cell, str):
                    page.write_string(r, c, cell)
                else:
                    page.write(r, c, cell)
    book.close()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    lit.new_survey(tmp_path / "mycity", year=2026)
    return tmp_path / "mycity" / "survey.xlsx"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", SURVEYS)
def test_a_survey_goes_through_the_workbook_whole(name: str, lang: str, tmp_path: Path) -> None:
    files = read_files(locate_survey(name))
    path = tmp_path / "s.xlsx"
    path.write_bytes(format_workbook(files, lang=lang))
    back = open_survey_workbook(path).book.files
    assert set(back) == set(files)
    for file, text in files.items():
        read = tomllib.loads if file.endswith(".toml") else records
        assert read(back[file]) == read(text), file
    assert format_workbook(back, lang=lang) == path.read_bytes()
    assert not check_survey(path)


def test_workbook_folder_workbook_is_the_same_file(mine: Path, tmp_path: Path) -> None:
    assert lit.convert_survey(mine, tmp_path / "text") == ()
    lit.convert_survey(tmp_path / "text", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == mine.read_bytes()
    with pytest.raises(LiteracyError, match="exists already"):
        lit.convert_survey(mine, tmp_path / "text")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_survey_has_no_mistakes_and_is_found_by_its_folder(lang: str, tmp_path: Path) -> None:
    lit.new_survey(tmp_path / "my city", lang=lang, year=2026)
    folder = tmp_path / "my city"
    assert check_survey(folder) == [] and check_survey(folder / "survey.xlsx") == []
    instrument = load_instrument(folder)
    assert instrument.survey == "my_city" and [w.year for w in instrument.waves] == [2026]
    assert (folder / "literacy.toml").read_text() == 'survey = "survey.xlsx"\n'
    with pytest.raises(LiteracyError, match="already contains a survey"):
        lit.new_survey(folder)


def test_two_forms_of_a_survey_in_one_folder_are_refused(mine: Path) -> None:
    (mine.parent / "instrument.toml").write_text('survey = "x"\n')
    with pytest.raises(LiteracyError) as caught:
        load_instrument(mine.parent)
    assert caught.value.code == "survey.invalid" and "survey.xlsx" in caught.value.what


def test_the_likeness_of_a_survey_leaves_its_years_behind(tmp_path: Path) -> None:
    lit.new_survey(tmp_path / "other", like="erenhot", year=2026)
    made, old = load_instrument(tmp_path / "other"), load_instrument("erenhot")
    assert check_survey(tmp_path / "other") == []
    assert [i.name for i in made.items] == [i.name for i in old.items] and not made.demonstration
    assert [w.name for w in made.waves] == ["2026"] and not any(i.note for i in made.items)
    assert set(read_files(locate_survey(tmp_path / "other"))) == {
        "instrument.toml", "items.csv", "options.csv", "waves/2026.toml",
    }  # fmt: skip


def test_an_export_becomes_a_survey_whose_items_meet_its_columns(tmp_path: Path) -> None:
    notes = lit.new_survey(tmp_path / "c", source=EXPORT)
    assert check_survey(tmp_path / "c") == []
    made = load_instrument(tmp_path / "c")
    assert {"age", "sex", "education", "residence"} <= {i.name for i in made.items}
    assert made.item("age").type == "number" and made.item("sex").type == "category"
    assert [w.name for w in made.waves] == ["2025"] and made.design.weight == "base_weight"
    assert any("Key" in n for n in notes)
    kinds = {i.type for i in made.items}
    assert {"true_false", "single", "multiple", "number"} <= kinds
    responses = lit.read(EXPORT, made)
    told = lit.read(EXPORT, "erenhot")
    assert len(responses) == len(told)
    assert responses.frame["sex"].notna().sum() == told.frame["sex"].notna().sum()


def test_an_xlsform_becomes_a_survey(tmp_path: Path) -> None:
    lit.export_questionnaire("erenhot", str(tmp_path / "form.xlsx"), "xlsform")
    lit.new_survey(tmp_path / "c", source=tmp_path / "form.xlsx", year=2026)
    assert check_survey(tmp_path / "c") == []
    made, old = load_instrument(tmp_path / "c"), load_instrument("erenhot")
    assert {i.name for i in old.items if i.type != "text"} <= {i.name for i in made.items}
    assert [o.code for o in made.item("sex").options] == [o.code for o in old.item("sex").options]


ITEMS, OPTIONS, GROUPS, WAVES = "题目", "选项", "人群", "波次"
MISTAKES = {
    "a key that is no option": ((ITEMS, 6, 6), 7, "题目!G7", "code 7"),
    "an unknown type": ((ITEMS, 6, 1), "判段", "题目!B7", "判段"),
    "an item twice": ((ITEMS, 6, 0), "age", "题目!A2", "twice"),
    "an unknown option set": ((ITEMS, 2, 5), "sexx", "题目!F3", "did you mean 'sex'"),
    "an option without its text": ((OPTIONS, 2, 2), "", "选项!C3", "missing"),
    "a code twice": ((OPTIONS, 2, 1), 1, "选项!B2", "twice"),
    "a condition on no column": ((GROUPS, 1, 7), "agee", "人群!", "did you mean 'age'"),
    "a group of no universe": ((GROUPS, 2, 4), "adultss", "人群!E3", "did you mean 'adults'"),
    "a date that is none": ((WAVES, 1, 2), "昨天", "波次!C2", "昨天"),
    "a year that is none": ((WAVES, 1, 1), "今年", "波次!B2", "今年"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_cell(name: str, mine: Path) -> None:
    cell, value, place, words = MISTAKES[name]
    rewrite(mine, {cell: value})
    found = [str(f) for f in check_survey(mine)]
    assert any(place in f and words in f for f in found), found
    assert all(str(mine) in f for f in found)
    result = CliRunner().invoke(main, ["survey", "check", str(mine)])
    assert result.exit_code == 1 and place in result.output


def test_all_mistakes_are_told_at_once(mine: Path) -> None:
    picked = [
        "a key that is no option",
        "an unknown option set",
        "an option without its text",
        "a date that is none",
    ]
    rewrite(mine, {MISTAKES[n][0]: MISTAKES[n][1] for n in picked})
    found = "\n".join(map(str, check_survey(mine)))
    assert all(MISTAKES[n][2] in found for n in picked)


def test_the_habits_of_excel_do_no_harm(mine: Path) -> None:
    wanted = load_instrument(mine)
    rewrite(mine, {
        (OPTIONS, 1, 1): 1.0, (OPTIONS, 2, 1): "２", (ITEMS, 6, 6): 1.0, (ITEMS, 6, 1): " 判断 ",
        (WAVES, 1, 2): datetime.date(2026, 5, 6), (WAVES, 1, 3): "2026/7/11", (ITEMS, 1, 9): "１０",
    })  # fmt: skip
    assert check_survey(mine) == []
    made = load_instrument(mine)
    assert made.items == wanted.items
    assert (made.waves[0].start, made.waves[0].end) == (datetime.date(2026, 5, 6), datetime.date(2026, 7, 11))


def test_chinese_items_alone_are_enough(mine: Path) -> None:
    table = cells(mine)[ITEMS]
    start = len(table)
    rewrite(mine, {(ITEMS, start + r, c): v for r in range(5) for c, v in
                   enumerate([f"k1{r}", "判断", "test", f"中文题目{r}", "", "true_false", 1, "科学知识"])})  # fmt: skip
    assert check_survey(mine) == []
    assert len(load_instrument(mine).scored_items) == 9


def test_a_third_language_has_its_own_columns(tmp_path: Path) -> None:
    files = draft_survey("x", 2026)
    data = tomllib.loads(files["instrument.toml"]) | {"languages": ["zh", "mn"]}
    for family in ("modules", "universes", "groups", "recodes"):
        for thing in data[family]:
            thing["label"]["mn"] = "MN"
            for level in thing.get("levels", []):
                level["label"]["mn"] = "MN"
    data["label"]["mn"] = "MN"
    files["instrument.toml"] = format_toml(data)
    for name in ("items.csv", "options.csv"):
        heads, *lines = csv.reader(io.StringIO(files[name], newline=""))
        out = io.StringIO(newline="")
        csv.writer(out).writerows([[*heads, "mn"], *([*line, f"MN {line[0]}"] for line in lines)])
        files[name] = out.getvalue()
    path = tmp_path / "s.xlsx"
    path.write_bytes(format_workbook(files))
    assert check_survey(path) == []
    made = load_instrument(path)
    assert (
        made.item("sex").label.get("mn") == "MN sex"
        and made.item("sex").options[0].label.get("mn") == "MN sex"
    )
    rewrite(path, {(OPTIONS, 1, cells(path)[OPTIONS][0].index("mn")): ""})
    assert any("languages are zh, mn" in str(f) for f in check_survey(path))


def test_a_workbook_that_is_no_survey_is_refused(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "data.xlsx"))
    book.add_worksheet("Sheet1").write_row(0, 0, ["age", "sex"])
    book.close()
    for survey in (tmp_path / "data.xlsx", tmp_path / "none.xlsx"):
        with pytest.raises(LiteracyError) as caught:
            load_instrument(survey)
        assert caught.value.code in ("survey.invalid", "survey.unknown") and caught.value.fix
    (tmp_path / "text.xlsx").write_text("no workbook")
    with pytest.raises(LiteracyError, match="not a readable workbook"):
        load_instrument(tmp_path / "text.xlsx")


def test_an_unknown_sheet_or_column_is_named(mine: Path) -> None:
    rewrite(mine, {(ITEMS, 0, 3): "题木"})
    with pytest.raises(LiteracyError, match=r"题目!D1.*题木"):
        load_instrument(mine)
    shutil.copy(mine, mine.parent / "b.xlsx")
    tables = cells(mine)
    book = xlsxwriter.Workbook(str(mine))
    for name in [*tables, "题目二"]:
        book.add_worksheet(name).write(0, 0, "x" if name == "题目二" else "")
    book.close()
    with pytest.raises(LiteracyError, match="题目二"):
        load_instrument(mine)


def test_a_workbook_saved_by_libreoffice_reads_the_same(mine: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not here")
    out = tmp_path / "lo"
    done = subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx", "--outdir",
         str(out), str(mine)],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode or not (out / "survey.xlsx").is_file():
        pytest.skip("LibreOffice cannot run here")
    assert open_survey_workbook(out / "survey.xlsx").book.files == open_survey_workbook(mine).book.files


def test_data_are_scored_with_a_workbook(mine: Path, tmp_path: Path) -> None:
    data = tmp_path / "answers.csv"
    data.write_text(
        "id,age,sex,education,residence,occupation,k01,m01,s01,a01\n"
        + "".join(f"{n},{20 + n},{1 + n % 2},3,1,{1 + n % 4},1,2,{1 + n % 2},1\n" for n in range(30))
    )
    result = CliRunner().invoke(main, ["score", str(data), "-i", str(mine), "-o", str(tmp_path / "out.csv")])
    assert result.exit_code == 0, result.output
    made = lit.read_table(tmp_path / "out.csv")
    assert made["total"].tolist() == [100 if n % 2 else 80 for n in range(30)]
