"""Answer keys given as a table, entered into the files of a new survey."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from literacy._nearest import guess_word
from literacy.errors import LiteracyError
from literacy.files import load_table
from literacy.files.text.spelling import squeeze
from literacy.instrument.workbooks.cell_texts import cell_text
from literacy.messages import tell
from literacy.questionnaire.authoring.drafts import format_csv

_HEADS = {
    "item": ("题目", "题号", "序号", "题干", "question", "item", "no", "number"),
    "key": ("正确答案", "答案", "标准答案", "key", "answer", "rightanswer"),
    "dimension": ("维度", "dimension"),
}
_DIMENSIONS = {
    "科学知识": "knowledge", "科学方法": "method", "科学精神": "spirit", "科学精神和思想": "spirit",
    "应用科学的能力": "application", "应用": "application", "知识": "knowledge", "方法": "method", "精神": "spirit",
}  # fmt: skip
_SPLIT = re.compile(r"[|┋、,，;；]")


def fill_keys(files: Mapping[str, str], place: str | os.PathLike[str]) -> tuple[dict[str, str], str]:
    """Return the files of a survey with keys and dimensions from a table, and a note on how many were entered.

    A row identifies its question by number, name or text, and the answer by code, letter or text.

    Raises
    ------
    LiteracyError
        ``survey.invalid`` listing all rows that cannot be matched; ``io.columns`` without the columns 题目 and 正确答案.
    """
    table = load_table(Path(place))
    columns = {str(c): squeeze(str(c)).lower() for c in table.frame.columns}
    found = {
        role: next((c for c, bare in columns.items() if bare in heads), "") for role, heads in _HEADS.items()
    }
    if not found["item"] or not found["key"]:
        raise LiteracyError(
            "io.columns",
            where=str(place),
            what=tell("has no column of {}", "题目" if not found["item"] else "正确答案"),
            fix="give it the columns 题目, 正确答案 and, where the standard has dimensions, 维度",
        )
    items = list(csv.DictReader(io.StringIO(files["items.csv"])))
    sets: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(files["options.csv"])):
        sets.setdefault(row["options"], []).append(row)
    problems: list[str] = []
    filled: set[str] = set()
    frame = table.frame.astype("object").where(table.frame.notna(), None)
    for number, row in enumerate(frame.to_dict("records"), start=2):
        cells = {role: cell_text(row[c]).strip() if c else "" for role, c in found.items()}
        if not any(cells.values()):
            continue
        item = _find(cells["item"], items)
        if item is None:
            guess = guess_word(cells["item"], [i["zh"] for i in items])
            problems.append(
                tell(
                    "row {}: no question is called '{}'{}",
                    number,
                    cells["item"],
                    f"; {guess}" if guess else "",
                )
            )
            continue
        if item["item"] in filled:
            problems.append(tell("row {}: '{}' has its answer already", number, cells["item"]))
            continue
        codes = [_code(part, sets.get(item["options"], [])) for part in _parts(cells["key"], item)]
        if not codes or "" in codes:
            offered = ", ".join(o["zh"] for o in sets.get(item["options"], []))
            problems.append(tell("row {}: '{}' is none of the answers {}", number, cells["key"], offered))
            continue
        item["key"] = "|".join(codes)
        item["dimension"] = _DIMENSIONS.get(cells["dimension"], cells["dimension"]) or item["dimension"]
        filled.add(item["item"])
    if problems:
        raise LiteracyError(
            "survey.invalid", where=str(place), what="; ".join(problems), fix="correct these rows of the key"
        )
    text = format_csv([list(items[0]), *(list(i.values()) for i in items)])
    return {**files, "items.csv": text}, tell("{} right answers were taken from {}", len(filled), place)


def _find(text: str, items: list[dict[str, str]]) -> dict[str, str] | None:
    """Return the item that a text identifies by name, question text or number, or None."""
    bare = squeeze(re.sub(r"^\s*\d+\s*[、.．：:]\s*", "", text)).lower()
    for item in items:
        if bare in (item["item"].lower(), squeeze(item["zh"]).lower()):
            return item
    number = re.fullmatch(r"[第qQ]?\s*(\d+)(\.0)?\s*题?", text)
    place = int(number[1]) if number else 0
    return items[place - 1] if 0 < place <= len(items) else None


def _parts(text: str, item: Mapping[str, Any]) -> list[str]:
    if item["type"] == "multiple" and re.fullmatch(r"[A-Za-z]+", text):
        return list(text)
    return [part for part in _SPLIT.split(text) if part.strip()] if item["type"] == "multiple" else [text]


def _code(text: str, options: list[dict[str, str]]) -> str:
    """Return the code of an answer given as code, letter or text; empty if there is none."""
    bare = squeeze(text).lower().removesuffix(".0")
    for option in options:
        if bare == squeeze(option["zh"]).lower():
            return option["code"]
    if re.fullmatch(r"[a-z]", bare) and ord(bare) - ord("a") < len(options):
        return options[ord(bare) - ord("a")]["code"]
    return bare if bare in {o["code"] for o in options} else ""
