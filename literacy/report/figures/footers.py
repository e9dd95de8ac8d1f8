"""Footers: every figure says where its numbers come from, by which standard, of whom, how many."""

from __future__ import annotations

from pathlib import PurePath

import pandas as pd

from literacy.report.figures.figure_terms import number
from literacy.report.figures.inputs import Inputs, records

_KINDS = ("source", "standard", "wave", "universe", "mode", "n", "method", "proxy", "note")
_COLUMNS = ("source", "standard", "wave", "universe")
_NOT_SAID = {
    ("trend", "standard"),
    ("goal", "source"),
}  # a trend mixes standards; a goal is no source of data


def is_synthetic(inputs: Inputs, names: tuple[str, ...]) -> bool:
    """Whether any table drawn, or the provenance, says the data are made up."""
    flagged = any(
        bool(inputs[n]["synthetic"].any()) for n in names if n in inputs and "synthetic" in inputs[n]
    )
    rows = _provenance(inputs, names)
    stated = rows[rows["kind"] == "synthetic"] if len(rows) else rows
    return flagged or (bool(len(stated)) and not set(stated["zh"].str.lower()) <= {"0", "false", "否", "no"})


def confidence(inputs: Inputs, name: str) -> float | None:
    """The level of a table's intervals where it is stated; nothing is assumed."""
    table = inputs[name]
    levels = set(table["confidence"].dropna()) if "confidence" in table else set()
    if not levels:
        rows = _provenance(inputs, (name,))
        stated = rows.loc[rows["kind"] == "confidence", "zh"] if len(rows) else pd.Series(dtype=object)
        levels = set(pd.to_numeric(stated, errors="coerce").dropna())
    return levels.pop() if len(levels) == 1 else None


def interval_name(inputs: Inputs, name: str) -> str:
    """How the intervals of a table are called: with their level where it is known."""
    level = confidence(inputs, name)
    return inputs.say("interval") if level is None else inputs.say("interval.level", level=f"{100 * level:g}")


def _provenance(inputs: Inputs, names: tuple[str, ...]) -> pd.DataFrame:
    if "provenance" not in inputs:
        return pd.DataFrame()
    table = inputs["provenance"]
    return table[table["table"].isin(["", *names])]


def _short(text: str) -> str:
    """A path as its file name: figures name files, not machines."""
    is_path = ("/" in text or "\\" in text) and "://" not in text and " " not in text
    return PurePath(text.replace("\\", "/")).name if is_path else text


def _stated(rows: pd.DataFrame, kind: str, lang: str) -> list[str]:
    if not len(rows):
        return []
    hits = rows[rows["kind"] == kind]
    return list(dict.fromkeys(str(r[lang] or r["zh"]).rstrip("。.；; ") for r in records(hits)))


def _from_columns(inputs: Inputs, names: tuple[str, ...], kind: str) -> list[str]:
    seen: dict[str, None] = {}
    for name in names:
        if name in inputs and kind in inputs[name] and (name, kind) not in _NOT_SAID:
            for value in inputs[name][kind]:
                seen.update({str(value): None} if value else {})
    return [_short(v) if kind == "source" else inputs.label(kind, v) for v in seen]


def _sizes(inputs: Inputs, name: str) -> list[str]:
    table = inputs[name]
    if "n" not in table or table["n"].isna().all():
        return []
    low, high = table["n"].min(), table["n"].max()
    return [number(low, 0)] if low == high else []


def footer_lines(inputs: Inputs, names: tuple[str, ...], extra: list[str]) -> list[str]:
    """Footer paragraphs of a figure drawn from the tables ``names`` (the main one first).

    Stated provenance comes first; where it is silent, the columns of the tables speak. Proxies and notes get a
    separate line, and synthetic data a conspicuous last one.
    """
    rows = _provenance(inputs, names)
    colon, semicolon = inputs.say("colon"), inputs.say("semicolon")
    facts: list[str] = []
    lines: list[str] = []
    for kind in _KINDS:
        values = _stated(rows, kind, inputs.lang)
        if not values and kind in _COLUMNS:
            values = _from_columns(inputs, names, kind)
        if not values and kind == "n":
            values = _sizes(inputs, names[0])
        if not values:
            continue
        line = (
            inputs.say(f"foot.{kind}")
            + colon
            + inputs.say("list" if kind == "wave" else "semicolon").join(values)
        )
        (lines if kind in ("proxy", "note", "source") else facts).append(line)
    out = ([semicolon.join(facts)] if facts else []) + lines
    out += [inputs.say("foot.note") + colon + text for text in extra]
    if is_synthetic(inputs, names):
        out.append(inputs.say("foot.synthetic"))
    return out
