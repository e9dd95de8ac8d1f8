"""Numbers beside units, signs and words in a numeric item: read and said where certain, else refused with the cause."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from literacy.answers import read
from literacy.answers.coding.amounts import read_amount
from literacy.errors import LiteracyError
from literacy.instrument.definitions import Item, Label

WAVES = str(Path(__file__).parent.parent / "files" / "faults" / "two_waves")


def asks(zh: str, en: str = "", unit: str = "") -> Item:
    return Item("x", "number", Label(zh, en), "m", unit=unit)


@pytest.mark.parametrize(
    ("question", "cell", "number"),
    [
        ("您今年多大年龄？（周岁）", "45岁", 45),
        ("您的年龄是？", "45 周岁", 45),
        ("您的年龄是？", "18个月", None),
        ("您的年龄是？", "45次", None),
        ("您受教育多少年？", "12年", 12),
        ("您每天上网几小时？", "1.5小时", 1.5),
        ("您每天上网几小时？", "30分钟", None),
        ("您每天上网几小时？", "3天", None),
        ("您每天上网多长时间？", "1.5小时", None),
        ("您每天上网多少分钟？", "30分钟", 30),
        ("您每天上网多少分钟？", "1.5小时", None),
        ("您每周上网几小时几分钟？", "3小时", None),
        ("2025年您去过几次科技馆？", "3次", 3),
        ("您去过科技馆吗？请写次数", "3 次", 3),
        ("您家有几口人？", "4口人", 4),
        ("您家的月收入（元）", "3000元", 3000),
        ("您家的月收入（万元）", "3000元", None),
        ("您家的月收入（万元）", "1.2万元", 1.2),
        ("您家的月收入（元）", "3千元", None),
        ("您家的收入", "3000元", 3000),
        ("您家的收入", "1.2万", None),
        ("您的年龄是？", "60%", None),
        ("您的年龄是？", "约30", None),
        ("您的年龄是？", "30左右", None),
        ("您的年龄是？", "30多岁", None),
        ("您的年龄是？", "20-30岁", None),
    ],
)
def test_a_unit_is_read_only_as_the_question_counts(question: str, cell: str, number: float | None) -> None:
    found = read_amount(cell, asks(question))
    assert (found.number if found else None) == number


def test_units_in_english_and_as_declared() -> None:
    assert read_amount("45 years", asks("", "How old are you?")) == (45.0, "years")
    assert read_amount("2 hours", asks("", "How many hours a day do you read?")) == (2.0, "hours")
    assert read_amount("2 days", asks("", "How many hours a day do you read?")) is None
    assert read_amount("20分钟", asks("阅读时间", unit="分钟")) == (20.0, "分钟")


def ages(path: Path, cells: list[str]) -> Path:
    rows = len(cells)
    frame = pd.DataFrame({"age": cells, "sex": [1] * rows, "q1": 1, "q2": 2, "q3": 1, "wave": 2026})
    frame.to_csv(path, index=False)
    return path


@pytest.mark.parametrize(
    ("cells", "ages_read", "said"),
    [
        (["45岁", "46", "47 周岁"], [45, 46, 47], ["age: cells with the unit 岁 read", "unit 周岁"]),
        (["45 Years", "46"], [45, 46], ["age: cells with the unit years read"]),
        (
            ["１２", "３５岁", "20"],
            [12, 35, 20],
            ["age: digits in full width", "unit 岁"],
        ),
        (["４５．５", "46岁"], [45.5, 46], ["age: digits in full width"]),
        (["45", "46岁", " 47 "], [45, 46, 47], ["unit 岁"]),
    ],
)
def test_what_is_read_is_said(
    tmp_path: Path, cells: list[str], ages_read: list[float], said: list[str]
) -> None:
    answers = read(ages(tmp_path / "x.csv", cells), WAVES)
    assert answers.frame["age"].tolist() == ages_read
    assert all(any(s in note for note in answers.history) for s in said)


def test_plain_numbers_are_not_said(tmp_path: Path) -> None:
    answers = read(ages(tmp_path / "x.csv", ["45", "46"]), WAVES)
    assert not any("read as numbers" in note for note in answers.history)


@pytest.mark.parametrize(
    "cell",
    [
        "约30",
        "30左右",
        "60 %",
        "60%",
        "20-30",
        "3次",
        "1.5小时",
        "18个月",
        "30?",
        "≥30",
        "30多",
        "1,5",
        "３０％",
    ],
)
def test_what_is_not_certain_is_refused_with_the_cell(tmp_path: Path, cell: str) -> None:
    with pytest.raises(LiteracyError) as refused:
        read(ages(tmp_path / "x.csv", ["45", "46", cell]), WAVES)
    assert refused.value.code == "responses.code"
    assert f"age: code {cell}, 1 time (not a plain number)" in refused.value.what
    assert "write the number alone" in refused.value.fix


@pytest.mark.parametrize("cell", ["张三12", "13812345678号", "二连浩特市1号"])
def test_other_texts_are_not_shown(tmp_path: Path, cell: str) -> None:
    with pytest.raises(LiteracyError) as refused:
        read(ages(tmp_path / "x.csv", ["45", "46", cell]), WAVES)
    assert cell not in str(refused.value)
    assert "not a plain number" in refused.value.what
