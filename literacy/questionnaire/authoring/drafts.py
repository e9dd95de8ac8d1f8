"""Drafts of a new survey: a small example, or the structure of an existing survey without its waves."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from literacy.instrument.workbooks.toml_text import format_toml

Files = dict[str, str]
ITEM_COLUMNS = (
    "item", "type", "module", "zh", "en", "options", "key", "dimension", "benchmark", "min", "max", "short_zh",
    "short_en",
)  # fmt: skip

_OPTIONS: tuple[tuple[str, str, str, str, str], ...] = (
    ("sex", "1", "男", "Male", ""),
    ("sex", "2", "女", "Female", ""),
    ("education", "1", "小学及以下", "Primary school or below", ""),
    ("education", "2", "初中", "Junior secondary school", ""),
    ("education", "3", "高中、中专、职高或技校", "Senior secondary or vocational school", ""),
    ("education", "4", "大学专科", "Junior college", ""),
    ("education", "5", "大学本科及以上", "Bachelor's degree or above", ""),
    ("residence", "1", "城镇", "Urban", ""),
    ("residence", "2", "乡村", "Rural", ""),
    ("occupation", "1", "领导干部、公务员", "Official or civil servant", ""),
    ("occupation", "2", "产业工人", "Industrial worker", ""),
    ("occupation", "3", "农牧民", "Farmer or herder", ""),
    ("occupation", "4", "其他", "Other", ""),
    ("true_false", "1", "对", "True", ""),
    ("true_false", "2", "错", "False", ""),
    ("true_false", "8", "不知道", "Don't know", "dont_know"),
)
_EXAMPLES: tuple[tuple[str, str, str, str, str], ...] = (
    ("k01", "knowledge", "1", "示例题（请换成自己的题）：地球绕太阳转一圈的时间是一年。",
     "Example item, to be replaced: the Earth takes a year to go around the Sun."),
    ("m01", "method", "2", "示例题（请换成自己的题）：只问十个人，就能准确知道全市居民的看法。",
     "Example item, to be replaced: asking ten people is enough to know what all residents think."),
    ("s01", "spirit", "2", "示例题（请换成自己的题）：科学结论一经提出就不会再改变。",
     "Example item, to be replaced: a scientific conclusion never changes once it has been reached."),
    ("a01", "application", "1", "示例题（请换成自己的题）：服药前应当先看清说明书上的用量。",
     "Example item, to be replaced: the dose in the leaflet should be read before a medicine is taken."),
)  # fmt: skip


def draft_survey(name: str, year: int, lang: str = "zh") -> Files:
    """Return the files of a small valid survey; its test items are marked as examples."""
    both = lang != "zh"

    def label(zh: str, en: str) -> dict[str, str]:
        return {"zh": zh, "en": en} if both else {"zh": zh}

    items: list[dict[str, str]] = [
        _item("age", "number", "background", "您今年多大年龄？（周岁）", "How old are you, in completed years?", both,
              min="10", max="100", short=("年龄", "Age")),
        _item("sex", "category", "background", "您的性别是？", "What is your sex?", both, options="sex", short=("性别", "Sex")),
        _item("education", "category", "background", "您的受教育程度是？", "What is your highest level of education?", both,
              options="education", short=("受教育程度", "Education")),
        _item("residence", "category", "background", "您现在常住在城镇还是乡村？", "Do you live in town or in the countryside?",
              both, options="residence", short=("居住地", "Residence")),
        _item("occupation", "category", "background", "您目前的主要职业或身份是？", "What is your main occupation or status?",
              both, options="occupation", short=("职业", "Occupation")),
    ]  # fmt: skip
    items += [
        _item(item, "true_false", "test", zh, en, both, options="true_false", key=key, dimension=dimension)
        for item, dimension, key, zh, en in _EXAMPLES
    ]
    adults = [{"column": "age", "min": 18, "max": 69}]
    instrument: dict[str, Any] = {
        "survey": name,
        "area": name,
        "languages": ["zh", "en"] if both else ["zh"],
        "id": "id",
        "blank": "skipped",
        "sources": [
            "示例：请写明问卷和人群定义的依据"
            if not both
            else "Example: say what the form and the groups rest on"
        ],
        "label": label(f"{name} 公民科学素质调查", f"Survey of scientific literacy: {name}"),
        "standards": [{"id": "cast100"}],
        "modules": [
            {"name": "background", "label": label("基本情况", "Background")},
            {"name": "test", "label": label("科学素质测试题", "Scientific literacy test")},
        ],
        "universes": [
            {
                "name": "adults",
                "label": label("18—69岁常住居民", "Residents aged 18-69"),
                "indicator": True,
                "all_of": adults,
            }
        ],
        "groups": [
            _group("farmers_herders", label("农牧民", "Farmers and herders"), "occupation", values=[3]),
            _group("workers", label("产业工人", "Industrial workers"), "occupation", values=[2]),
            _group("elderly", label("老年人（60—69 岁）", "Elderly (60-69)"), "age", min=60),
            _group(
                "officials",
                label("领导干部和公务员", "Officials and civil servants"),
                "occupation",
                values=[1],
            ),
        ],
        "recodes": [
            {
                "name": "age_band",
                "label": label("年龄段", "Age band"),
                "column": "age",
                "levels": [
                    {"code": f"{a}-{b}", "min": a, "max": b, "label": label(f"{a}—{b} 岁", f"{a}-{b}")}
                    for a, b in ((18, 29), (30, 39), (40, 49), (50, 59), (60, 69))
                ],
            }
        ],
    }
    options = [
        {"options": o, "code": c, "zh": zh, "en": en if both else "", "missing": m}
        for o, c, zh, en, m in _OPTIONS
    ]
    return write_files(instrument, items, options, {f"waves/{year}.toml": {"name": str(year), "year": year}})


def _group(name: str, label: dict[str, str], column: str, **bounds: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "universe": "adults", "all_of": [{"column": column, **bounds}]}


def _item(
    item: str,
    kind: str,
    module: str,
    zh: str,
    en: str,
    both: bool,
    *,
    short: tuple[str, str] = ("", ""),
    **more: str,
) -> dict[str, str]:
    texts = {"zh": zh, "en": en if both else "", "short_zh": short[0], "short_en": short[1] if both else ""}
    return {"item": item, "type": kind, "module": module, **texts, **more}


def draft_like(files: Mapping[str, str], name: str, year: int) -> Files:
    """Return the structure of a survey under a new name, without plan, waves, margins, goals, frame and notes."""
    instrument = tomllib.loads(files["instrument.toml"])
    instrument |= {"survey": name, "area": name}
    for key in ("note", "higher", "demonstration"):
        instrument.pop(key, None)
    kept = {k: v for k, v in files.items() if k in ("items.csv", "options.csv") or k.startswith("standards/")}
    kept["items.csv"] = _without_notes(kept["items.csv"])
    wave: dict[str, Any] = {"name": str(year), "year": year}
    return {"instrument.toml": format_toml(instrument), **kept, f"waves/{year}.toml": format_toml(wave)}


def _without_notes(text: str) -> str:
    lines = list(csv.reader(io.StringIO(text, newline="")))
    kept = [p for p, heading in enumerate(lines[0]) if not heading.startswith("note_")]
    return format_csv([[line[p] if p < len(line) else "" for p in kept] for line in lines])


def write_files(
    instrument: Mapping[str, Any],
    items: Sequence[Mapping[str, str]],
    options: Sequence[Mapping[str, str]],
    more: Mapping[str, Mapping[str, Any]],
) -> Files:
    """Return the files of a survey by path, as texts."""
    rows = [list(ITEM_COLUMNS), *([item.get(c, "") for c in ITEM_COLUMNS] for item in items)]
    heads = ("options", "code", "zh", "en", "missing")
    sets = [list(heads), *([option.get(c, "") for c in heads] for option in options)]
    out = {
        "instrument.toml": format_toml(instrument),
        "items.csv": format_csv(rows),
        "options.csv": format_csv(sets),
    }
    return out | {name: format_toml(data) for name, data in more.items()}


def format_csv(lines: Iterable[Sequence[str]]) -> str:
    """Format rows of cells as CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(lines)
    return out.getvalue()
