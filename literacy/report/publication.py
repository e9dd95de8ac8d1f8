"""Tables as people read them: bilingual heads, percent, the sign of an unreliable number; CSV or HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from literacy._texts import disarm, show_line
from literacy.errors import LiteracyError, option
from literacy.files import encode_csv
from literacy.messages import tell
from literacy.report.figure import write_bytes
from literacy.report.words import LANGUAGES, number

HEADS: dict[str, tuple[str, str]] = {
    "estimate": ("估计值", "Estimate"),
    "se": ("标准误", "Standard error"),
    "ci_low": ("区间下限", "Lower bound"),
    "ci_high": ("区间上限", "Upper bound"),
    "df": ("自由度", "df"),
    "n": ("样本量", "n"),
    "n_eff": ("有效样本量", "Effective n"),
    "deff": ("设计效应", "Design effect"),
    "method": ("方法", "Method"),
    "reliable": ("是否可靠", "Reliable"),
    "group": ("群体", "Group"),
    "level": ("类别", "Level"),
    "variable": ("变量", "Variable"),
    "wave": ("调查年份", "Wave"),
    "year": ("年份", "Year"),
    "item": ("题号", "Item"),
    "dimension": ("维度", "Dimension"),
    "standard": ("评分标准", "Standard"),
    "universe": ("对象", "Universe"),
    "value": ("数值", "Value"),
    "share": ("比例", "Share"),
    "median": ("中位数", "Median"),
    "p_reached": ("真实比例达标的概率", "Probability that the true share passes"),
    "margin": ("控制变量", "Margin"),
    "before": ("加权前", "Before weighting"),
    "after": ("加权后", "After weighting"),
    "target": ("总体", "Population"),
    "zh": ("中文名称", "Chinese label"),
    "en": ("英文名称", "English label"),
    "source": ("来源", "Source"),
    "synthetic": ("合成数据", "Synthetic"),
    "sex": ("性别", "Sex"),
    "age": ("年龄", "Age"),
    "education": ("文化程度", "Education"),
    "occupation": ("职业", "Occupation"),
    "residence": ("居住地", "Residence"),
    "status": ("状态", "Status"),
    "goal": ("目标", "Goal"),
    "change": ("变化", "Change"),
}
_SHARES = ("estimate", "ci_low", "ci_high")
_ALWAYS = frozenset(
    {"share", "p_reached", "median", *(f"{side}_{p}" for p in (50, 80, 95) for side in ("low", "high"))}
)
_WHOLE = frozenset({"n", "year", "wave"})
_YES = {True: ("是", "yes"), False: ("否", "no")}


def write_table(
    result: object,
    path: str | Path,
    lang: str = "zh",
    *,
    unit: str | None = None,
    title: str = "",
    notes: Sequence[str] = (),
    labels: pd.DataFrame | None = None,
) -> Path:
    """Write a table for readers; the only place where shares become percents.

    Parameters
    ----------
    result : DataFrame or object with ``to_frame``
        In the one column vocabulary, shares 0-1.
    path : str or Path
        ``.csv`` (UTF-8 with byte order mark, which Excel needs for Chinese) or ``.html``.
    lang : str
        ``zh`` or ``en``.
    unit : {"share", "number"}, optional
        What ``estimate`` and its interval are. By default share for an Estimate of kind proportion, else number.
    title : str
        Caption of the HTML table.
    notes : sequence of str
        Lines below the HTML table.
    labels : DataFrame, optional
        ``kind, name, zh, en``; names in a column ``kind`` are shown as their labels.

    Returns
    -------
    Path
        The file written.
    """
    option("lang", lang, LANGUAGES, "report.input")
    place = Path(path)
    if place.suffix.lower() not in (".csv", ".html"):
        raise LiteracyError(
            "report.input", where=str(path), what=tell("{} is not a table's", place.suffix or tell("no suffix")),
            fix="end the name in .csv or .html",
        )  # fmt: skip
    kind = "share" if getattr(result, "kind", "") == "proportion" else "number"
    option("unit", unit or kind, ("share", "number"), "report.input")
    frame = _frame_of(result)
    shown = readable(frame, lang, unit or kind, labels)
    if place.suffix.lower() == ".csv":
        return write_bytes(place, encode_csv(shown, excel=True))
    return write_bytes(place, _html(shown, _numeric(frame), lang, title, list(notes)).encode("utf-8"))


def _frame_of(result: object) -> pd.DataFrame:
    if isinstance(result, pd.DataFrame):
        return result
    if hasattr(result, "to_frame"):
        frame: pd.DataFrame = result.to_frame()
        return frame
    raise LiteracyError(
        "report.input",
        where=type(result).__name__,
        what="it is not a table",
        fix="give a DataFrame or a result",
    )


def readable(frame: pd.DataFrame, lang: str, unit: str, labels: pd.DataFrame | None = None) -> pd.DataFrame:
    """The table as text: heads in a language, shares as percents, names as labels, missing as a dash."""
    place = LANGUAGES.index(lang)
    known: dict[tuple[str, str], str] = {}
    if labels is not None:
        rows = labels[["kind", "name", lang]].fillna("").itertuples(index=False, name=None)
        known = {(str(k), str(n)): str(label) for k, n, label in rows}
    out: dict[str, list[str]] = {}
    for column in map(str, frame.columns):
        head = HEADS[column][place] if column in HEADS else column
        if column == "se" and unit == "share":
            head += ("（百分点）", " (points)")[place]
        if head in out:
            head = f"{head} [{column}]"
        out[head] = [_cell(v, column, unit, place, known) for v in frame[column]]
    return pd.DataFrame(out)


def _cell(value: Any, column: str, unit: str, place: int, known: dict[tuple[str, str], str]) -> str:
    if isinstance(value, str) or pd.isna(value):
        text = "" if not isinstance(value, str) else value
        if (column, text) in known:
            return known[column, text]
        whole = ("全体", "All")[place] if column == "group" and text == "" else "–"
        return text or whole
    if isinstance(value, bool) or type(value).__name__ == "bool" or column in ("reliable", "synthetic"):
        return _YES[bool(value)][place]
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    figure = float(value)
    if column in _ALWAYS or (unit == "share" and column in _SHARES):
        return number(100 * figure) + "%"
    if column == "se" and unit == "share":
        return number(100 * figure, 2)
    if column in _WHOLE:
        return f"{figure:.0f}"
    if (column, str(value)) in known:
        return known[column, str(value)]
    return number(figure, 0 if figure.is_integer() and not isinstance(value, float) else 2).replace(",", "")


def _numeric(frame: pd.DataFrame) -> list[bool]:
    return [pd.api.types.is_numeric_dtype(frame[c]) for c in frame.columns]


_STYLE = (
    "body{font-family:'Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;color:#1A1A1A}"
    "table{border-collapse:collapse}caption{text-align:left;font-size:1.15em;padding:.4em 0}"
    "th,td{padding:.25em .7em;border-bottom:1px solid #BFBFBF}th{border-bottom:2px solid #1A1A1A;text-align:left}"
    ".n{text-align:right;font-variant-numeric:tabular-nums}p{color:#595959;font-size:.85em;margin:.3em 0}"
)


def _safe(cell: object) -> str:
    """A cell that neither a browser nor a spreadsheet takes for more than text."""
    return html.escape(disarm(show_line(str(cell))))


def _html(shown: pd.DataFrame, numeric: list[bool], lang: str, title: str, notes: list[str]) -> str:
    marks = [' class="n"' if n else "" for n in numeric]
    head = "".join(f'<th{m} scope="col">{_safe(c)}</th>' for c, m in zip(shown.columns, marks, strict=True))
    body = "\n".join(
        "<tr>" + "".join(f"<td{m}>{_safe(v)}</td>" for v, m in zip(row, marks, strict=True)) + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    caption = f"<caption>{html.escape(title)}</caption>" if title else ""
    below = "\n".join(f"<p>{html.escape(n)}</p>" for n in notes)
    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!DOCTYPE html>\n<html lang="{tag}">\n<head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<table>{caption}\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n{below}\n</body>\n</html>\n"
    )
