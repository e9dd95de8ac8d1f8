"""A clerk's workbook: answers and questions by their names, full-width percents, a line of sums below the answers."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.files.text.spelling import strip_prefix
from literacy.messages import speak

DRUG = ["500人用药、500人不用，比较结果", "1000人都用药", "问医生", "不知道"]


def write_answers(path: Path, year: int = 2024, people: int = 40) -> Path:
    """An export with a title over the head, empty rows, ages in full width, and a line of sums."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["青禾市原始数据"])
    page.merge_cells("A1:G1")
    page.append([])
    page.append(
        [
            "序号",
            "提交答卷时间",
            "1、您的性别",
            "2、您的年龄（周岁）",
            "3、您的职业",
            "4、地心的温度非常高。",
            "5、检验新药用什么办法？",
        ]
    )
    for i in range(people):
        day = datetime.datetime(year, 9, 3) + datetime.timedelta(hours=i)
        age = "３５" if i % 7 == 0 else f"{20 + i}岁" if i % 7 == 1 else 20 + i
        page.append([i + 1, day.strftime("%Y/%m/%d %H:%M:%S"), "男女"[i % 2], age, ["农牧民", "产业工人"][i % 2],
                     ["对", "错", "不知道"][i % 3], DRUG[i % 4]])  # fmt: skip
        if i == 10:
            page.append([])
    page.append(["合计", None, people])
    book.save(path)
    return path


def fill(path: Path, cells: dict[tuple[str, str], object]) -> None:
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    book.save(path)


FILLED: dict[tuple[str, str], object] = {
    ("题目", "G5"): "对", ("题目", "G6"): DRUG[0],
    ("标准", "A2"): "oxford", ("标准", "B2"): "１",
    ("人群", "A3"): "人群", ("人群", "B3"): "farmers", ("人群", "C3"): "农牧民", ("人群", "E3"): "adults",
    ("人群", "H3"): "职业", ("人群", "K3"): "农牧民",
    ("目标", "A2"): "qinghe", ("目标", "B2"): "青禾市", ("目标", "D2"): "２０３０年", ("目标", "E2"): "１５％",
    ("目标", "F2"): "否", ("目标", "G2"): "已公布", ("目标", "H2"): "实施方案",
}  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> Path:
    lit.new_survey(tmp_path / "qinghe", source=write_answers(tmp_path / "2024.xlsx"))
    return tmp_path / "qinghe"


def test_names_of_answers_and_questions_stand_for_their_codes(city: Path) -> None:
    fill(city / "survey.xlsx", FILLED)
    assert lit.check_survey(city) == []
    made = lit.load_instrument(city)
    keys = {i.label.zh: [o.label.zh for o in i.options if o.code in i.key] for i in made.items if i.key}
    assert keys == {"地心的温度非常高。": ["对"], "检验新药用什么办法？": [DRUG[0]]}
    (condition,) = made.group("farmers").any_of[0]
    assert condition.column == "occupation"
    assert [o.label.zh for o in made.levels("occupation") if o.code in condition.values] == ["农牧民"]
    goal = lit.load_goal(made, 2030)
    assert (goal.value, goal.strict) == (0.15, False)


def test_a_line_of_sums_makes_no_option_and_is_named_where_it_stops_the_reading(city: Path) -> None:
    fill(city / "survey.xlsx", FILLED)
    made = lit.load_instrument(city)
    assert [o.label.zh for o in made.levels("sex")] == ["男", "女"]
    with pytest.raises(LiteracyError, match="row 45 of the sheet begins with '合计'") as caught:
        lit.read(city.parent / "2024.xlsx", made)
    assert caught.value.code == "responses.code"


def test_answers_keep_the_signs_they_were_written_with(city: Path) -> None:
    texts = {o.label.zh for i in lit.load_instrument(city).items for o in i.options}
    assert DRUG[0] in texts
    assert strip_prefix("Ａ．对，很对（是）") == "对，很对（是）"
    assert strip_prefix("（２）其他（请注明）") == "其他（请注明）"


def test_what_is_no_answer_is_told_at_its_cell_with_the_answers(city: Path) -> None:
    fill(city / "survey.xlsx", FILLED | {("题目", "G5"): "正确的", ("人群", "K3"): "牧民"})
    with speak("zh"):
        said = "\n".join(map(str, lit.check_survey(city)))
    assert "题目!G5" in said and "1 对" in said
    assert "人群!K3" in said and "3:3" not in said


def test_a_heading_that_changed_is_named_and_mapped_in_the_workbook(city: Path) -> None:
    """The question on occupation has another heading in the second year, with full-width signs."""
    fill(city / "survey.xlsx", FILLED)
    second = write_answers(city.parent / "2026.xlsx", 2026)
    book = openpyxl.load_workbook(second)
    page = book.active
    page.delete_rows(page.max_row)
    page["E3"] = "3、您的职业身份是什么？"
    page["D3"], page["H3"] = "2、您的实足岁数？", "来自IP"
    for row in range(4, page.max_row + 1):
        if page.cell(row, 1).value:
            page.cell(row, 8).value = f"10.0.{row}.1(内蒙古)"
    book.save(second)
    with speak("zh"), pytest.raises(LiteracyError) as caught:
        lit.read(second, lit.load_instrument(city))
    assert "“列名”表" in caught.value.fix and "survey.xlsx" in caught.value.fix
    shown = CliRunner().invoke(main, ["survey", "--lang", "zh", "match", str(second), "-i", str(city)]).output
    assert "略去：IP 地址" in shown and "IP address" not in shown
    mapped = {"A2": "2026", "B2": "age", "C2": "2、您的实足岁数？", "A3": "2026", "B3": "occupation"}
    fill(
        city / "survey.xlsx",
        {("列名", k): v for k, v in mapped.items()} | {("列名", "C3"): "3、您的职业身份是什么?"},
    )
    assert lit.check_survey(city) == []
    made = lit.read(second, lit.load_instrument(city))
    assert (
        made.wave.year == 2026 and made.frame["age"].notna().all() and made.frame["occupation"].notna().all()
    )
