"""Footers of figures: source of the numbers, scoring standard, universe and sample size."""

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
}  # a trend may mix standards; a goal is not a data source


def is_synthetic(inputs: Inputs, names: tuple[str, ...]) -> bool:
    """Return whether the data are synthetic, according to any table drawn or the provenance."""
    flagged = any(
        bool(inputs[n]["synthetic"].any()) for n in names if n in inputs and "synthetic" in inputs[n]
    )
    rows = _provenance(inputs, names)
    stated = rows[rows["kind"] == "synthetic"] if len(rows) else rows
    return flagged or (bool(len(stated)) and not set(stated["zh"].str.lower()) <= {"0", "false", "否", "no"})


def confidence(inputs: Inputs, name: str) -> float | None:
    """Return the confidence level of a table's intervals, or None unless exactly one level is stated."""
    table = inputs[name]
    levels = set(table["confidence"].dropna()) if "confidence" in table else set()
    if not levels:
        rows = _provenance(inputs, (name,))
        stated = rows.loc[rows["kind"] == "confidence", "zh"] if len(rows) else pd.Series(dtype=object)
        levels = set(pd.to_numeric(stated, errors="coerce").dropna())
    return levels.pop() if len(levels) == 1 else None


def interval_name(inputs: Inputs, name: str) -> str:
    """Return the name of a table's intervals, including the confidence level where known."""
    level = confidence(inputs, name)
    return inputs.say("interval") if level is None else inputs.say("interval.level", level=f"{100 * level:g}")


def _provenance(inputs: Inputs, names: tuple[str, ...]) -> pd.DataFrame:
    if "provenance" not in inputs:
        return pd.DataFrame()
    table = inputs["provenance"]
    return table[table["table"].isin(["", *names])]


def _short(text: str) -> str:
    """Return the file name of a path, so that figures do not reveal local folders; other text is unchanged."""
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
    """Return the footer paragraphs of a figure drawn from the tables ``names`` (the main table first).

    The table ``provenance`` takes precedence; anything it does not state is taken from the columns of the tables.
    Sources, proxies and notes are placed on separate lines, and synthetic data are declared on the last line.
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
