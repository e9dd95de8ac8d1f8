"""A small survey of an office's own, whose codes, places and texts are as unlike each other as they may be."""

from __future__ import annotations

import csv
from pathlib import Path

INSTRUMENT = """
survey = "own"
area = "own"
id = "id"
blank = "skipped"
sources = ["made up for tests"]

[label]
zh = "自编问卷"
en = "Survey of an office's own"

[[standards]]
id = "oxford"
literate = 2
items = ["fire", "ice"]

[[modules]]
name = "all"
label = { zh = "全部", en = "All" }

[[universes]]
name = "everybody"
label = { zh = "全部受访者", en = "All respondents" }
all_of = []
indicator = true
"""
ITEMS = [
    ("fire", "true_false", "火是热的。", "Fire is hot.", "turned", "0"),
    ("ice", "true_false", "冰是热的。", "Ice is hot.", "turned", "1"),
    ("agree", "scale", "您同意这种说法吗？", "Do you agree?", "five", ""),
    ("often", "scale", "您多久读一次报？", "How often do you read a newspaper?", "zero", ""),
    ("children", "category", "您有几个孩子？", "How many children do you have?", "count", ""),
    ("hours", "category", "您每天看几小时电视？", "How many hours of television a day?", "hours", ""),
    ("visits_1", "category", "过去一年您去过科技馆吗？", "Science museum in the last year?", "yes", ""),
    (
        "visits_2",
        "category",
        "过去一年您去过科技馆以外的场馆吗？",
        "Other venues in the last year?",
        "yes",
        "",
    ),
    ("media", "multiple", "您从哪里了解消息？（可多选）", "Where do you get news?", "media", ""),
]
OPTIONS = [
    ("turned", 1, "错", "False", ""), ("turned", 0, "对", "True", ""),
    ("turned", 8, "不知道", "Don't know", "dont_know"),
    *[("five", code, zh, en, "") for code, zh, en in (
        (5, "非常同意", "Strongly agree"), (4, "同意", "Agree"), (3, "一般", "Neither"), (2, "不同意", "Disagree"),
        (1, "非常不同意", "Strongly disagree"))],
    *[("zero", code, zh, zh, "") for code, zh in ((0, "从不"), (1, "每月"), (2, "每周"), (3, "每天"))],
    *[("count", code, zh, zh, "") for code, zh in ((1, "0"), (2, "1"), (3, "2"), (4, "3 个及以上"))],
    *[("hours", code, zh, zh, "") for code, zh in ((1, "2.5小时"), (2, "5小时"), (3, "1、2小时"), (4, "8:30以后"))],
    ("yes", 1, "去过", "Yes", ""), ("yes", 2, "没去过", "No", ""),
    ("yes", 3, "去过（记不清）", "Cannot recall", "dont_know"),
    *[("media", code, zh, zh, "") for code, zh in (
        (4, "报纸、杂志"), (3, "报纸"), (2, "广播/电台"), (1, "其他（请注明）"))],
    ("media", 9, "不知道", "Don't know", "dont_know"),
]  # fmt: skip


def write_survey(folder: Path) -> Path:
    """The survey's folder."""
    folder.mkdir(parents=True)
    (folder / "instrument.toml").write_text(INSTRUMENT, encoding="utf-8")
    with (folder / "items.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [(n, t, "all", zh, en, o, k, "", "") for n, t, zh, en, o, k in ITEMS]
        csv.writer(file).writerows(
            [("item", "type", "module", "zh", "en", "options", "key", "dimension", "benchmark"), *rows]
        )
    with (folder / "options.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("options", "code", "zh", "en", "missing"), *OPTIONS])
    return folder


def question(name: str) -> str:
    """An item's text in Chinese."""
    return next(zh for n, _, zh, *_ in ITEMS if n == name)
