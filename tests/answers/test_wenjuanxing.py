"""Every shape in which an office may have its 问卷星 export reads to one table, or is refused in one clear sentence."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.answers import Responses, read
from literacy.instrument.definitions import Item, Option
from tests.conftest import some
from tests.files.exports import DESIGN, asked_items
from tests.files.wenjuanxing import Style, export

FULL = str.maketrans("0123456789?:,()", "０１２３４５６７８９？：，（）")
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@pytest.fixture(scope="module")
def wave(truth: Responses) -> Responses:
    """A few of the respondents, every kind of missing among them."""
    few = truth.keep(np.arange(len(truth)) % 8 == 0, "every eighth kept")
    kinds = set(np.unique(few.missing.to_numpy()))
    assert {0, 1, 2, 3, 5} <= kinds
    return few


def write(frame: pd.DataFrame, path: Path, encoding: str = "utf-8-sig", sep: str = ",") -> Path:
    path.write_bytes(frame.to_csv(index=False, sep=sep).encode(encoding))
    return path


def differing(truth: Responses, got: Responses) -> list[str]:
    """Items whose answers or kinds of missing differ, and design columns that do."""
    found = []
    for item in asked_items(truth):
        one, other = truth.frame[item.name], got.frame[item.name]
        kinds = truth.missing[item.name].tolist(), got.missing[item.name].tolist()
        if kinds[0] != kinds[1] or one[one.notna()].tolist() != other[other.notna()].tolist():
            found.append(item.name)
    design = [
        c
        for c in DESIGN
        if [str(v) for v in truth.frame[c].tolist()] != [str(v) for v in got.frame[c].tolist()]
    ]
    return found + [c for c in design if c != "base_weight"]


def lettered(place: int, option: Option) -> str:
    return f"{chr(64 + place)}.{option.label.zh}"


def _cut(item: Item) -> str:
    return item.label.zh[:18] + "…" if len(item.label.zh) > 19 else item.label.zh


def _swap_punctuation(text: str) -> str:
    return text.rstrip("？。").replace("，", ",").replace("（", "(").replace("）", ")").replace("：", ":")


HEADINGS = {
    "dot": lambda k, i: f"{k}. {i.label.zh}",
    "colon": lambda k, i: f"{k}：{i.label.zh}",
    "twice numbered": lambda k, i: f"{k}、{k}. {i.label.zh}",
    "numbered Q": lambda k, i: f"{k}、Q{k}：{i.label.zh}",
    "numbered in Chinese": lambda k, i: f"{k}、（{k}）{i.label.zh}",
    "required": lambda k, i: f"{k}、*{i.label.zh}",
    "required before": lambda k, i: f"*{k}. {i.label.zh} *",
    "type after": lambda k, i: f"{k}、{i.label.zh} [{'多选题' if i.type == 'multiple' else '单选题'}]",
    "type before": lambda k, i: f"{k}、【{'多选题' if i.type == 'multiple' else '单选题'}】{i.label.zh}",
    "type in brackets": lambda k, i: f"{k}.{i.label.zh}(单选)",
    "hint": lambda k, i: f"{k}、{i.label.zh}（请根据实际情况选择）",
    "two hints": lambda k, i: f"{k}、{i.label.zh}【必答】(最多选 3 项)",
    "entities": lambda k, i: f"{k}、{i.label.zh.replace('，', '，&nbsp;').replace('“', '&ldquo;')}&nbsp;",
    "tags": lambda k, i: f'{k}、<span style="color: red">{i.label.zh[:4]}</span>{i.label.zh[4:]}<br />',
    "blanks nobody sees": lambda k, i: f"\ufeff{k}、\u3000{i.label.zh[:3]}\u200b{i.label.zh[3:]}\xa0",
    "line breaks": lambda k, i: f"{k}、{i.label.zh[:5]}\r\n{i.label.zh[5:]}\n",
    "other punctuation": lambda k, i: f"{k}、{_swap_punctuation(i.label.zh)}",
    "full width": lambda k, i: f"{k}、{i.label.zh}".translate(FULL),
    "the item's hint": lambda k, i: f"{k}、{i.label.zh}{i.hint.zh if i.hint else ''}",
    "matrix rows": lambda k, i: (
        f"{k}、请在每一行选一项—{i.label.zh}" if i.type != "multiple" else f"{k}、{i.label.zh}"
    ),
    "matrix rows in brackets": lambda k, i: (
        f"第{k}题({i.label.zh})" if i.type != "multiple" else f"{k}、{i.label.zh}"
    ),
    "cut off": lambda k, i: f"{k}、{_cut(i)}" if i.type == "category" else f"{k}、{i.label.zh}",
    "without its brackets": lambda k, i: f"{k}、{re.sub('（[^）]*）$', '', i.label.zh)}",
}


STEMS = ("full width", "hint", "line breaks", "numbered in Chinese", "tags", "two hints", "type after")
"""Headings in which the stem before the first option may go wrong as well."""


@pytest.mark.parametrize(
    "name,numbers", some([*((n, False) for n in sorted(HEADINGS)), *((n, True) for n in STEMS)])
)
def test_headings(name: str, numbers: bool, wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(numbers=numbers, heading=HEADINGS[name]))
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


OPTIONS = {
    "letter": lettered,
    "letter and comma": lambda k, o: f"{chr(64 + k)}、{o.label.zh}",
    "circled": lambda k, o: f"{CIRCLED[k - 1]}{o.label.zh}",
    "number": lambda k, o: f"{k}. {o.label.zh}",
    "points": lambda k, o: f"{o.label.zh}({k}分)",
    "where to go on": lambda k, o: f"{o.label.zh}（请跳至第{k + 3}题）",
    "entities": lambda k, o: f"{o.label.zh}&nbsp;",
    "full width and blanks": lambda k, o: f"\u3000{o.label.zh.translate(FULL)}\u200b",
    "narrow": lambda k, o: o.label.zh.replace("（", "(").replace("）", ")").replace("，", ","),
    "English": lambda k, o: o.label.en,
}


@pytest.mark.parametrize("name", some(sorted(OPTIONS)))
def test_options_by_text(name: str, wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(option=OPTIONS[name]))
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


@pytest.mark.parametrize(
    "true,false", [("对", "错"), ("√", "×"), ("正确", "错误"), ("是", "否"), ("A.对", "B.错")]
)
def test_true_and_false(true: str, false: str, wave: Responses, tmp_path: Path) -> None:
    def option(place: int, option: Option) -> str:
        return {"对": true, "错": false}.get(option.label.zh, option.label.zh)

    frame = export(wave, Style(option=option))
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


def test_what_a_person_wrote_beside_an_option_is_no_answer(wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(filled=True))
    assert frame.map(lambda c: "〖抖音┋电视" in str(c)).to_numpy().any()
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


@pytest.mark.parametrize("join", some(["┋", ";", "；", "→", "|", ",", "、", "\n"]))
def test_joined_answers(join: str, wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(join=join))
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


@pytest.mark.parametrize("split", some(["first", "full", "dash", "bare", "cell"], 2))
@pytest.mark.parametrize("option", ["plain", "letter"])
def test_multiple_choice_by_number(split: str, option: str, wave: Responses, tmp_path: Path) -> None:
    style = Style(numbers=True, split=split)
    frame = export(wave, style.but(option=lettered) if option == "letter" else style)
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


EXTRA = {
    "1、您的姓名": ["张三", "李四"],
    "2、您的手机号": ["13800000001", "13900000002"],
    "3、您对本次调查的意见": ["没有", "很好", "(空)"],
    "4、【段落说明】以下是测试题": [""],
    "5、您配偶的受教育程度是？": ["初中", "小学及以下"],
    "您有几个孩子": [1, 2, 0],
}


@pytest.mark.parametrize("numbers", [False, True], ids=["text", "number"])
@pytest.mark.parametrize("shape", ["order", "numbers", "extra", "leading"])
def test_the_form_is_not_the_instruments(shape: str, numbers: bool, wave: Responses, tmp_path: Path) -> None:
    style = {
        "order": Style(order=lambda items: [*items[40:], *reversed(items[:40])]),
        "numbers": Style(renumber=lambda k: 3 * k + 7),
        "extra": Style(extra=EXTRA),
        "leading": Style(leading=("序号",)),
    }[shape].but(numbers=numbers)
    got = read(write(export(wave, style), tmp_path / "a.csv"), wave.instrument)
    assert differing(wave, got) == []
    if shape == "extra":
        assert "13800000001" not in got.frame.to_csv() and "张三" not in got.frame.to_csv()
        said = next(n for n in got.history if "personal" in n)
        assert "姓名" in said and "手机号" in said


@pytest.mark.parametrize("numbers", [False, True], ids=["text", "number"])
def test_no_leading_column_at_all(numbers: bool, wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(numbers=numbers, leading=()))
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


@pytest.mark.parametrize(
    "words",
    [("", ""), ("空", "跳过"), ("（空）", "（跳过）"), ("(空)", "(跳过)"), ("-2", "-3"), ("−2", "−3")],
)
def test_words_for_missing(words: tuple[str, str], wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(empty=words[0], skipped=words[1]))
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


@pytest.mark.parametrize("words", [("", ""), ("-2", "-3"), ("(空)", "(跳过)"), (-2.0, -3.0)])
def test_codes_for_missing(words: tuple[object, object], wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(numbers=True, empty=words[0], skipped=words[1]))
    path = write(frame, tmp_path / "9_按序号_调查.csv")
    assert differing(wave, read(path, wave.instrument)) == []
