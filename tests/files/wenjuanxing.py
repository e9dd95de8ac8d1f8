"""Exports of 问卷星 as offices have them: one wave written in many shapes, each of which must read the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pandas as pd

from literacy.answers.responses import Responses
from literacy.instrument.definitions import Item, Option
from tests.files.exports import DESIGN, asked_items, cells, missing_code

LEADING = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP", "总分")
Heading = Callable[[int, Item], str]
Spell = Callable[[int, Option], str]


def plain_heading(number: int, item: Item) -> str:
    return f"{number}、{item.label.zh}"


def plain_option(place: int, option: Option) -> str:
    return option.label.zh


@dataclass(frozen=True)
class Style:
    """How one office's export looks.

    ``split`` is how multiple choice by number is written: ``first`` (the stem before the first option only), ``full``,
    ``dash``, ``bare`` (``第4题(电视)``) or ``cell`` (``1┋3``).
    """

    numbers: bool = False
    heading: Heading = plain_heading
    option: Spell = plain_option
    split: str = "first"
    leading: tuple[str, ...] = LEADING
    order: Callable[[list[Item]], list[Item]] = list
    renumber: Callable[[int], int] = lambda k: k
    extra: dict[str, list[object]] = field(default_factory=dict)
    empty: object = None
    skipped: object = None
    duration: Callable[[int], object] = lambda k: f"{400 + k}秒"
    moment: Callable[[int], object] = lambda k: f"2025/6/{1 + k % 28} 10:{k % 60:02d}:05"
    join: str = "┋"
    filled: bool = False

    def but(self, **changes: object) -> Style:
        return replace(self, **changes)  # type: ignore[arg-type]


def shown(item: Item) -> list[Option]:
    """What the form offers."""
    return [o for o in item.options if o.missing not in ("skipped", "not_asked")]


def export(truth: Responses, style: Style = Style()) -> pd.DataFrame:  # a frozen value
    """The export as a table of texts and numbers; headings may repeat."""
    n = len(truth.frame)
    empty = style.empty if style.empty is not None else (-2 if style.numbers else "(空)")
    skipped = style.skipped if style.skipped is not None else (-3 if style.numbers else "(跳过)")
    names: list[str] = []
    columns: list[list[object]] = []

    def add(name: str, values: list[object]) -> None:
        names.append(name)
        columns.append(values)

    made = {
        "序号": list(range(1, n + 1)), "用户ID": [f"u{k}" for k in range(n)],
        "提交答卷时间": [style.moment(k) for k in range(n)],
        "所用时间": [style.duration(k) for k in range(n)], "来源": ["微信"] * n, "来源详情": ["N/A"] * n,
        "来自IP": [f"1.24.{k % 250}.{k % 200}(内蒙古-锡林郭勒)" for k in range(n)], "总分": [k % 9 for k in range(n)],
    }  # fmt: skip
    for name in style.leading:
        add(name, made[name])
    extra = iter(style.extra.items())
    for position, item in enumerate(style.order(asked_items(truth)), start=1):
        if position % 20 == 1:
            name, values = next(extra, ("", []))
            if name:
                add(name, (values * n)[:n])
        number = style.renumber(position)
        told = cells(truth, item)
        places = {str(o.code): k for k, o in enumerate(shown(item), start=1)}
        if style.numbers and item.type == "multiple" and style.split != "cell":
            for k, option in enumerate(shown(item), start=1):
                add(
                    _option_heading(style, number, item, k, option),
                    [_tick(option, v, t, empty, skipped) for v, t in told],
                )
            continue
        add(
            style.heading(number, item),
            [_cell(style, item, places, v, t, empty, skipped) for v, t in told],
        )
    for name, values in extra:
        add(name, (values * n)[:n])
    for name in DESIGN:
        add(name, truth.frame[name].tolist())
    frame = pd.DataFrame({k: pd.Series(c, dtype=object) for k, c in enumerate(columns)})
    frame.columns = pd.Index(names)
    return frame


def _option_heading(style: Style, number: int, item: Item, place: int, option: Option) -> str:
    text = style.option(place, option)
    stem = style.heading(number, item)
    return {
        "first": f"{stem}({text})" if place == 1 else f"{number}({text})",
        "full": f"{stem}({text})",
        "dash": f"{stem}—{text}",
        "bare": f"第{number}题({text})",
    }[style.split]


def _tick(option: Option, value: object, kind: str, empty: object, skipped: object) -> object:
    if value is None and kind in ("not_applicable", "skipped") and kind != option.missing:
        return skipped if kind == "not_applicable" else empty
    if value is None:
        return int(option.missing == kind)
    return int(str(option.code) in str(value).split("|"))


def _cell(
    style: Style, item: Item, places: dict[str, int], value: object, kind: str, empty: object, skipped: object
) -> object:
    code = missing_code(item, kind) if value is None else value
    if code is None or kind == "skipped":
        return skipped if kind == "not_applicable" else empty
    if item.type == "number":
        return code
    chosen = [str(c) for c in str(code).split("|")]
    if style.numbers:
        return places[chosen[0]] if len(chosen) == 1 else style.join.join(str(places[c]) for c in chosen)
    texts = [style.option(places[c], item.option(int(c))) for c in chosen]  # type: ignore[arg-type]
    if style.filled:
        texts = [f"{t}〖抖音┋电视, 广播〗" if "其他" in t else t for t in texts]
    return style.join.join(texts)
