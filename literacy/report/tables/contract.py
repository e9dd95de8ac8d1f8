"""Specification of the tables from which figures are drawn: their columns, and the validation of each table.

A folder ``tables/`` contains one CSV file (UTF-8) per table. Shares are between 0 and 1. Columns marked ``!`` are
required; the others may be missing or empty. Labels of a row are given in its columns ``zh`` and ``en``; if these are
missing, the name is looked up in ``labels.csv`` and, if not found, shown unchanged. An empty ``group`` stands for the
overall value.

====================  ==============================================================================
table                 content of a row
====================  ==============================================================================
share_by_group        a share in one group and wave: the overall share first, then groups in drawing order
mean_by_group         the same for a mean; not drawn in percent
goal                  a goal: ``strict`` is 1 for "more than" and 0 for "at least"; ``level`` as in trend; the
                      label names the place ("目标"/"goal" and the year are added); if projected, ``p_reached``
                      is the probability that the true share passes the goal, ``p_shown`` and ``p_proven`` the
                      probabilities that the estimate, or the whole interval, of a survey like the last one
                      passes it; if the year of the goal was surveyed, ``outcome`` is passed, not passed or
                      cannot be told, and ``p_reached`` is based on that survey alone
answers               the share of one answer to one question among those asked, in drawing order, with the
                      text of the question
dimensions_by_group   the share of a dimension's points reached by a group
trend                 a published or estimated value of a level; ``break`` is 1 if it is not comparable with the
                      previous value
fan                   the model's share in one year (smoothed up to the last survey): median, 50/80/95 % bounds,
                      probability that the true share passes the first goal, and label and level of the series
items                 the share of correct answers to one item
weights               a bin of the histogram of weights (mean 1) at a stage: base or final
margins               a level of a margin: counts before and after weighting, and the population total
coefficients          a term of a regression; ``reference`` is 1 for the reference level;
                      ``scale`` is link, odds_ratio, rate_ratio or points (share units, drawn in points)
prior                 the forecast under one strength of the prior; ``chosen`` is 1 for the one in use
gap                   a group's contribution to the gap (goal minus estimate), in share units; positive values
                      are a shortfall
backtest              the scores of a forecasting method on past data (``mae``, ``crps`` in share units)
calibration           a bin of forecast probabilities and the observed frequency of the event
item_map              people (a bin of the histogram of positions) or an item (its difficulty) on the scale of the test
item_curves           an item at a point of the scale: expected score under the model, or observed score (maximum 1)
information           a point of the scale: test information and standard error; rows with ``score`` are cut scores
dif                   an item's difference between two groups on the ETS delta scale (negative: harder for ``focal``)
option_curves         the share of an option of an item in one fifth of the score on the other items (``band``, 1 is
                      lowest); ``right`` is 1 for the key
scoreboard            an action, project or task of the plan; ``kind`` is action, project or task
labels                a bilingual label of a name; ``kind`` is group, dimension, wave, standard, universe, margin, …
provenance            a fact for the footer; ``kind`` is source, standard, wave, universe, mode, n, method, proxy,
                      note, synthetic or confidence; an empty ``table`` refers to all tables
====================  ==============================================================================

Tables of estimates may also contain ``se, df, n, n_eff, deff, method, reliable, confidence`` (0.95),
``standard, universe, source, synthetic`` (flag), which are used for the footer and for marks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from literacy._nearest import nearest_words
from literacy.errors import LiteracyError
from literacy.messages import tell

_CI = "ci_low:share ci_high:share"
_ESTIMATE = (
    "wave:text se:number df:number n:number n_eff:number deff:number method:text reliable:flag confidence:share "
    "standard:text universe:text source:text synthetic:flag zh:text en:text"
)

_SPECS = {
    "share_by_group": f"variable:text group:text estimate:share! {_CI} {_ESTIMATE}",
    "mean_by_group": f"variable:text group:text estimate:number! ci_low:number ci_high:number {_ESTIMATE}",
    "answers": f"question:text! question_zh:text question_en:text group:text estimate:share! {_CI} {_ESTIMATE}",
    "goal": "area:text level:text year:number! value:share! strict:flag label_zh:text label_en:text source:text "
    "p_reached:share p_shown:share p_proven:share outcome:text",
    "dimensions_by_group": f"group:text dimension:text! estimate:share! {_CI} {_ESTIMATE}",
    "trend": "year:number! level:text! label_zh:text label_en:text estimate:share! ci_low:share ci_high:share "
    "standard:text break:flag status:text source:text confidence:share synthetic:flag n:number reliable:flag",
    "fan": "year:number! median:share! low_50:share high_50:share low_80:share high_80:share low_95:share "
    "high_95:share p_reached:share synthetic:flag level:text label_zh:text label_en:text",
    "items": f"item:text! zh:text en:text dimension:text estimate:share! {_CI} {_ESTIMATE}",
    "weights": "stage:text! bin_low:number! bin_high:number! share:share! synthetic:flag source:text wave:text",
    "margins": "margin:text! level:text! zh:text en:text before:number! after:number! target:number! "
    "synthetic:flag source:text wave:text",
    "coefficients": "model:text term:text! label_zh:text label_en:text estimate:number! ci_low:number ci_high:number "
    "scale:text reference:flag reliable:flag confidence:share synthetic:flag source:text n:number wave:text",
    "prior": "sd:number! p_reached:share! median:share low_95:share high_95:share chosen:flag synthetic:flag "
    "year:number goal:share strict:flag",
    "gap": "group:text! zh:text en:text estimate:number! ci_low:number ci_high:number part:text share:share "
    "confidence:share synthetic:flag source:text wave:text year:number goal:share strict:flag",
    "backtest": "method:text! zh:text en:text label_zh:text label_en:text forecasts:number mae:number "
    "crps:number brier:number coverage:share nominal:share default:flag",
    "calibration": "forecast:share! observed:share! n:number ci_low:share ci_high:share synthetic:flag",
    "item_map": "kind:text! name:text theta:number! share:share synthetic:flag source:text wave:text",
    "item_curves": "item:text! theta:number! expected:share observed:share n:number synthetic:flag source:text "
    "wave:text",
    "information": "theta:number! information:number! se:number score:number synthetic:flag source:text wave:text",
    "dif": "item:text! focal:text estimate:number! ci_low:number ci_high:number class:text flagged:flag "
    "confidence:share synthetic:flag source:text wave:text",
    "option_curves": "item:text! option:text! right:flag band:number! share:share! n:number synthetic:flag source:text "
    "wave:text",
    "scoreboard": "code:text! kind:text! zh:text! en:text! value:number ci_low:number ci_high:number unit:text "
    "change:number goal:number strict:flag status:text! evidence:text wave:text synthetic:flag source:text "
    "confidence:share indicator_zh:text indicator_en:text unit_zh:text "
    "since:number start_year:text",
    "labels": "kind:text! name:text! zh:text! en:text!",
    "provenance": "table:text kind:text! zh:text! en:text",
}
TABLES: dict[str, dict[str, tuple[str, bool]]] = {
    name: {
        word.partition(":")[0]: (word.partition(":")[2].rstrip("!"), word.endswith("!"))
        for word in spec.split()
    }
    for name, spec in _SPECS.items()
}
STAGES = ("base", "final")
STATUSES = ("on_course", "behind", "cannot_tell", "no_data")
_TRUE, _FALSE = {"1", "1.0", "true", "yes", "是"}, {"0", "0.0", "false", "no", "否", ""}


def _fail(where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError("report.input", where=where, what=what, fix=fix)


def _text(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return values as single-line text: missing values empty, whole floats as integers (2025.0 as 2025)."""
    plain = values.astype(object).where(values.notna(), "")
    whole = plain.map(lambda v: str(int(v)) if isinstance(v, float) and v.is_integer() else str(v))
    return whole.map(lambda v: " ".join(v.split())).astype(object)


def _number(value: object) -> float:
    """Return a cell as a float, parsed by Python and hence exact to the last digit; NaN for an empty cell."""
    text = str(value).strip()
    return float(text) if text and not pd.isna(value) else np.nan  # type: ignore[call-overload]  # any scalar will do


def _numbers(values: pd.Series[Any], where: str) -> pd.Series[Any]:
    out = []
    for value in values:
        try:
            out.append(_number(value))
        except ValueError as error:
            what = tell("{!r} is not a number", value)
            raise _fail(where, what, "write plain numbers, or leave the cell empty") from error
    numeric: pd.Series[Any] = pd.Series(out, dtype=float)
    if np.isinf(numeric.to_numpy()).any():
        raise _fail(where, "an infinite number", "leave the cell empty if there is no value")
    return numeric


def _flags(values: pd.Series[Any], where: str) -> pd.Series[Any]:
    words = _text(values).str.strip().str.lower()
    bad = ~words.isin(_TRUE | _FALSE)
    if bad.any():
        raise _fail(where, tell("{!r} is neither 1 nor 0", words[bad].iloc[0]), "write 1 or 0")
    return words.isin(_TRUE)


def check_table(name: str, frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return a validated table in the form used by figures: columns typed, optional ones added, values in range.

    Parameters
    ----------
    name : str
        A key of :data:`TABLES`.
    frame : DataFrame
        The table as read.
    where : str
        Name of the table in error messages.

    Raises
    ------
    LiteracyError
        ``report.input`` for a missing column (the most similar one present is suggested), an empty table, text in a
        numeric column, a share outside 0-1 (probably a percentage), or an interval that does not contain its estimate.
    """
    spec = TABLES[name]
    for column, (_, needed) in spec.items():
        if needed and column not in frame.columns:
            near = nearest_words(column, frame.columns)
            hint = tell("; {!r} looks similar", near[0]) if near else ""
            raise _fail(
                where, tell("the column {!r} is missing{}", column, hint), tell("needed: {}", _needed(spec))
            )
    if frame.empty and name not in ("labels", "provenance"):
        raise _fail(where, "the table has no rows", "write at least one row, or omit the table")
    out = {}
    for column, (kind, _) in spec.items():
        place = f"{where}:{column}"
        if column not in frame.columns:
            default: Any = {"text": "", "flag": column in ("reliable", "strict")}.get(kind, np.nan)
            out[column] = pd.Series([default] * len(frame), dtype=object if kind == "text" else None)
            continue
        values = frame[column].reset_index(drop=True)
        if kind == "text":
            out[column] = _text(values)
        elif kind == "flag":
            filled = values.astype(object).where(
                values.notna(), "1" if column in ("reliable", "strict") else "0"
            )
            out[column] = _flags(filled, place)
        else:
            out[column] = _numbers(values, place)
        if kind == "share":
            _check_share(out[column], place)
    table = pd.DataFrame(out)
    _check_intervals(table, where)
    return table


def _check_share(values: pd.Series[Any], place: str) -> None:
    """Check that shares lie in 0-1; bounds of symmetric intervals may exceed this range by up to 0.5."""
    slack = 0.5 if place.endswith(("ci_low", "ci_high")) else 1e-9
    wrong = values[(values < -slack) | (values > 1 + slack)]
    if len(wrong):
        fix = "write shares from 0 to 1, not percents; means belong into mean_by_group"
        raise _fail(place, tell("{:g} is not a share", wrong.iloc[0]), fix)


def _needed(spec: dict[str, tuple[str, bool]]) -> str:
    return ", ".join(c for c, (_, needed) in spec.items() if needed)


def _check_intervals(table: pd.DataFrame, where: str) -> None:
    pairs = [("ci_low", "ci_high"), *((f"low_{p}", f"high_{p}") for p in (50, 80, 95))]
    for low, high in pairs:
        if low not in table or high not in table:
            continue
        if (table[low].notna() != table[high].notna()).any():
            raise _fail(
                f"{where}:{low}",
                tell("a row has either {} or {}, not both", low, high),
                "give both bounds, or neither",
            )
        crossed = table[low] > table[high] + 1e-12
        if crossed.any():
            raise _fail(
                f"{where}:{low}",
                tell("{} exceeds {} in row {}", low, high, int(crossed.to_numpy().argmax()) + 1),
                "swap the bounds",
            )
    if "ci_low" in table and "estimate" in table:
        outside = (table["estimate"] < table["ci_low"] - 1e-9) | (table["estimate"] > table["ci_high"] + 1e-9)
        if outside.any():
            raise _fail(
                f"{where}:estimate",
                tell(
                    "the estimate of row {} lies outside its interval", int(outside.to_numpy().argmax()) + 1
                ),
                "check that estimate and interval come from one row of the same result",
            )
