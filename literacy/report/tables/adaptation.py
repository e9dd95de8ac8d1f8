"""Conversion of results, such as estimates, trends, projections and goals, to the tables of the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.estimation import Model, Tabulation
from literacy.instrument import list_standards, load_standard
from literacy.messages import tell
from literacy.plan import Scoreboard
from literacy.projection import Backtest, Contributions, Projection, Trend
from literacy.report.figures.registry import CHARTS
from literacy.report.tables import conversions
from literacy.report.tables.contract import TABLES
from literacy.weighting import Weighting

_ESTIMATES = {"proportion": "share_by_group"}
_CONVERSIONS: dict[type, Callable[[Any], dict[str, pd.DataFrame]]] = {
    Projection: conversions.projection_tables,
    Trend: lambda trend: {"trend": conversions.surveyed_rows(trend)},
    Weighting: conversions.weighting_tables,
    Model: conversions.model_tables,
    Backtest: conversions.backtest_tables,
    Contributions: conversions.contribution_tables,
    Tabulation: conversions.answer_tables,
    Scoreboard: lambda board: {"scoreboard": board.to_frame(), "provenance": board.provenance_frame()},
}
_JOINT = {"zh": "，", "en": ", "}


def tables_of(result: object, wanted: str | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables of a result, by their names in the contract.

    Parameters
    ----------
    result : object
        A DataFrame, a mapping of table name to DataFrame, an Estimate, Trend, Projection, Weighting, Model, Backtest,
        Contributions, Scoreboard, Goal or sequence of goals.
    wanted : str, optional
        Name of the table of a DataFrame or estimate; by default inferred from its columns or kind.
    """
    if isinstance(result, pd.DataFrame):
        return {wanted or guess_table(result): result}
    if isinstance(result, Mapping):
        return {str(k): tables_of(v, str(k))[str(k)] for k, v in result.items()}
    if all(hasattr(result, name) for name in ("table", "kind", "by", "labels")):
        return _estimate_tables(result, wanted)
    for kind, convert in _CONVERSIONS.items():
        if isinstance(result, kind):
            return convert(result)
    if wanted == "goal" or hasattr(result, "strict"):
        return {"goal": goal_frame([result] if hasattr(result, "strict") else result)}
    weighting = getattr(result, "weighting", None)
    if isinstance(weighting, Weighting):
        return conversions.weighting_tables(weighting)
    if isinstance(result, Printable):
        frame = result.to_frame()
        if wanted is not None:
            return {wanted: frame}
        if {"estimate", "ci_low", "ci_high"} <= set(frame.columns):
            return {"mean_by_group": _name_rows(frame)}
        raise LiteracyError(
            "report.input", where=type(result).__name__, what="there is no figure for it",
            fix="draw an estimate or a projection made from it, or give the name of the figure "
                "its table is for",
        )  # fmt: skip
    raise LiteracyError(
        "report.input", where=type(result).__name__, what="it is neither a table nor a result "
                                                          "that can be turned into one",
        fix="give a DataFrame, an Estimate, Trend, Projection, Weighting, Model or Backtest",
    )  # fmt: skip


def _name_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of estimates in the layout of the figure of estimates, with leading text columns as row names."""
    parts = [c for c in frame.columns[: list(frame.columns).index("estimate")] if frame[c].dtype == object or
             isinstance(frame[c].dtype, pd.StringDtype)]  # fmt: skip
    keep = [c for c in TABLES["mean_by_group"] if c in frame]
    return frame[keep].assign(group=[":".join(map(str, row)) for row in _rows(frame, parts)])


def guess_table(frame: pd.DataFrame) -> str:
    """Return the table with most of the columns and all required ones present; ties go to the first registered."""
    have = {str(c) for c in frame.columns}
    best, most = "", 0
    for chart in CHARTS:
        spec = TABLES[chart.table]
        known = len(have & set(spec)) if {c for c, (_, need) in spec.items() if need} <= have else 0
        if known > most:
            best, most = chart.table, known
    if not best:
        raise LiteracyError(
            "report.input", where="table", what=tell("no figure can be drawn from columns {}", ', '.join(sorted(have))),
            fix="rename the columns as shown by list_figures()",
        )  # fmt: skip
    return best


def goal_frame(goals: object) -> pd.DataFrame:
    """Return goals (objects with area, year, value, strict, label) as a table; goals without a value are omitted."""
    rows = []
    for goal in goals if isinstance(goals, Iterable) else ():
        if getattr(goal, "value", None) is None:
            continue
        label = getattr(goal, "label", None)
        rows.append({"area": str(getattr(goal, "area", "")), "year": goal.year, "value": goal.value,
                     "strict": int(goal.strict), "label_zh": getattr(label, "zh", ""),
                     "label_en": getattr(label, "en", ""), "source": str(getattr(goal, "source", ""))})  # fmt: skip
    if not rows:
        raise LiteracyError(
            "report.input", where="goal", what="no goal with a value", fix="give a Goal, several, or a table"
        )
    return pd.DataFrame(rows)


def _estimate_tables(result: Any, wanted: str | None) -> dict[str, pd.DataFrame]:
    name = wanted or _ESTIMATES.get(result.kind, "mean_by_group")
    source: pd.DataFrame = result.to_frame()
    parts = [c for c in result.by if c in source]
    if "level" in source and source["level"].nunique() > 1:
        parts.append("level")
    if "variable" in source and source["variable"].nunique() > 1:
        parts.append("variable")
    by_lang = {
        lang: [_words(result, parts, row, lang) for row in _rows(source, parts)] for lang in ("zh", "en")
    }
    keep = [c for c in TABLES[name] if c in source]
    table = source[keep].assign(
        group=[":".join(map(str, row)) for row in _rows(source, parts)],
        zh=by_lang["zh"], en=by_lang["en"],
        wave=result.wave, standard=result.standard, universe=result.universe,
        confidence=result.options.level, synthetic=int(result.origin.synthetic), variable=result.variable,
    )  # fmt: skip
    found = {name: table}
    file_source = getattr(result, "source", None)
    if file_source is not None:
        found["provenance"] = pd.DataFrame(
            [{"table": "", "kind": "source", "zh": str(file_source), "en": str(file_source)}]
        )
    named = [
        (kind, str(k), v) for kind in ("variable", "universe") for k, v in result.labels.get(kind, {}).items()
    ]
    if result.standard in list_standards():
        named.append(("standard", result.standard, load_standard(result.standard).label))
    if named:
        found["labels"] = pd.DataFrame([{"kind": k, "name": n, "zh": v.zh, "en": v.en} for k, n, v in named])
    return found


def _rows(source: pd.DataFrame, parts: list[str]) -> list[tuple[Any, ...]]:
    return list(source[parts].itertuples(index=False, name=None)) if parts else [()] * len(source)


def _words(result: Any, parts: list[str], row: tuple[Any, ...], lang: str) -> str:
    """Return the label of a row in a language; empty if a part of it has no label."""
    words = []
    for part, value in zip(parts, row, strict=True):
        known = result.labels.get(result.variable if part == "level" else part, {})
        if value not in known:
            return ""
        words.append(str(getattr(known[value], lang)))
    return _JOINT[lang].join(words)
