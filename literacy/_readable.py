"""Tables for display: translated headings, shares in percent, codes as labels, coded terms in plain words."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from literacy.messages import tell_column, tell_value

Known = Mapping[str, Mapping[str, str]]
"""Column -> value (as text) -> label."""

ENGLISH = {
    "estimate": "Estimate",
    "se": "Standard error",
    "ci_low": "Lower bound",
    "ci_high": "Upper bound",
    "df": "df",
    "n": "n",
    "n_eff": "Effective n",
    "deff": "Design effect",
    "method": "Method",
    "reliable": "Reliable",
    "group": "Group",
    "level": "Level",
    "quantile_p": "Probability",
    "variable": "Variable",
    "wave": "Wave",
    "year": "Year",
    "item": "Item",
    "dimension": "Dimension",
    "standard": "Standard",
    "universe": "Universe",
    "value": "Value",
    "share": "Share",
    "median": "Median",
    "p_reached": "Probability that the true share passes",
    "margin": "Margin",
    "before": "Before weighting",
    "after": "After weighting",
    "target": "Population",
    "zh": "Chinese label",
    "en": "English label",
    "source": "Source",
    "synthetic": "Synthetic",
    "sex": "Sex",
    "age": "Age",
    "education": "Education",
    "occupation": "Occupation",
    "residence": "Residence",
    "status": "Status",
    "goal": "Goal",
    "last_wave": "In the last wave",
    "with_effort": "With the effort",
    "scenario": "Scenario",
    "gain (points)": "Gain (points)",
    "gap (points)": "Gap (points)",
    "gap_part (points)": "Part in the city's gap (points)",
    "gap_own (points)": "Own gap (points)",
    "effect (points)": "Effect (points)",
    "gain_per_year (points)": "Gain per year (points)",
    "limit_per_year (points)": "Limit per year (points)",
    "at_limit": "At its limit",
    "extra (points)": "Extra gain (points)",
    "extra_per_year (points)": "Extra gain per year (points)",
    "own_per_year (points)": "Of own effort per year (points)",
    "cost": "Cost",
    "effort": "Effort",
    "effort_share": "Share of the effort",
    "share_assumed": "Share assumed",
    "change": "Change",
    "se (points)": "Standard error (points)",
    "estimate (points)": "Estimate (points)",
    "ci_low (points)": "Lower bound (points)",
    "ci_high (points)": "Upper bound (points)",
    "change (points)": "Change (points)",
    "a_year (points)": "Change per year (points)",
    "worth (points)": "Worth (points)",
    "first": "First",
    "last": "Last",
    "needed": "Needed",
    "p_needed": "Probability of reaching it",
    "chance": "Probability of proof",
    "rank": "Rank",
    "rank_best": "Best rank",
    "rank_worst": "Worst rank",
}
"""English headings; the Chinese ones are in the message catalogue under the context ``column``."""

SHARES = frozenset(
    {
        "estimate", "ci_low", "ci_high", "observed", "goal", "standard_share", "before", "after", "crude",
        "needed", "first", "last", "last_wave", "scenario",
    }
)  # fmt: skip
"""Columns shown in percent where the unit of the table is the share."""
POINTS = frozenset({"estimate", "se", "ci_low", "ci_high", "change", "a_year"})
"""Columns shown in percentage points where the unit of the table is the difference of shares."""
DISTANCES = frozenset(
    {
        "se", "worth", "gain", "gain_per_year", "limit_per_year", "extra", "extra_per_year", "own_per_year", "gap",
        "gap_own", "effect",
    }
)  # fmt: skip
"""Columns shown in percentage points where the unit of the table is the share: gains, and distances to a goal."""
ALWAYS = frozenset(
    {
        "share", "p_reached", "median", "literate_share", "probability", "probability_shown", "probability_proven",
        "pace_needed", "pace_seen", "pace_projected", "chance", "share_assumed", "effort_share",
        *(f"{side}_{p}" for p in (50, 80, 95) for side in ("low", "high")),
    }
)  # fmt: skip
"""Columns shown in percent in every table."""
WHOLE = frozenset(
    {"n", "year", "wave", "first_year", "rows", "rank", "rank_best", "rank_worst", "n_eff", "n_needed"}
)
WORDS = frozenset(
    {
        "method", "kind", "outcome", "status", "level", "assumption", "setting", "statistic", "term", "step", "stage",
        "by", "tier", "verdict", "variable", "check", "model", "scope", "family", "standard", "universe", "area",
        "reliability", "aim", "flag", "flags", "class", "direction", "role", "type", "rule", "value", "name", "item",
        "constant",
    }
)  # fmt: skip
"""Columns whose texts are translated as terms of the program."""


NAMED = frozenset(
    {
        "group", "universe", "survey", "wave", "year", "standard", "tier", "literate", "total", "area", "stratum",
        "base_weight", "weight", "id", "household", "interviewer", "date", "sex", "age", "age_band", "age_two",
        "education", "education_three", "occupation", "residence",
    }
)  # fmt: skip
"""Columns of data, as opposed to results, whose headings are translated: those that the program or its surveys name."""


def own_heading(name: str, lang: str = "") -> str:
    """Return the displayed name of a column of the user's data, which may be named like one of a result.

    >>> own_heading("sex", "zh"), own_heading("b", "zh")
    ('性别', 'b')
    """
    return tell_column(name, lang) if name in NAMED else name


def own_variable(name: str, scored: bool) -> str:
    """Return the displayed name of a variable: in *scored* data, those that scoring adds are translated."""
    return tell_value(name) if scored else name


def readable(
    frame: pd.DataFrame,
    lang: str,
    unit: str | Sequence[str],
    known: Known | None = None,
    keys: Collection[str] = ("level",),
    heads: Mapping[str, str] | None = None,
    own: Collection[str] = (),
) -> pd.DataFrame:
    """Return the table as text: translated headings, shares as percentages, codes as labels, missing values as a dash.

    Parameters
    ----------
    frame : DataFrame
        Table with the standard column names; shares are between 0 and 1.
    lang : str
        ``zh`` or ``en``.
    unit : {"share", "points", "number"}, or one per row
        Unit of ``estimate`` and its interval; points are differences of shares.
    known : mapping, optional
        Column -> value -> label.
    keys : collection of str
        Columns that name the rows; their numbers are shown in full.
    heads : mapping, optional
        Column -> column whose heading it has.
    own : collection of str
        Columns of the user's data: their headings and texts are not those of a result.
    """
    frame = one_language(frame, lang)
    out: dict[str, list[str]] = {}
    units = [unit] * len(frame) if isinstance(unit, str) else list(unit)
    same = unit if isinstance(unit, str) else units[0] if len(set(units)) == 1 else "mixed"
    for column in map(str, frame.columns):
        points = column in POINTS if same == "points" else same == "share" and column in DISTANCES
        shared = (heads or {}).get(column, column)
        name = f"{column} (points)" if points and shared == column else shared
        alien = column in own and column not in NAMED
        head = column if alien else ENGLISH.get(name, name) if lang == "en" else tell_column(name, lang)
        if head in out:
            head = f"{head} [{column}]"
        labels = (known or {}).get(column, {})
        key = column in keys
        role = "" if alien else column
        cells = [_cell(v, role, u, lang, labels, key) for v, u in zip(frame[column], units, strict=True)]
        if same == "mixed" and column == "se":
            cells = [f"{c}%" if u == "share" and c != "–" else c for c, u in zip(cells, units, strict=True)]
        out[head] = cells
    return pd.DataFrame(out)


def one_language(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the table without the columns in the other language, where a text has a Chinese and an English column."""
    names = list(map(str, frame.columns))
    pairs = [(n, f"{n[:-2]}en") for n in names if n.endswith("zh") and f"{n[:-2]}en" in names]
    out = frame.drop(columns=[zh if lang == "en" else en for zh, en in pairs])
    return out.rename(
        columns={zh if lang == "zh" else en: zh[:-2].rstrip("_") or "label" for zh, en in pairs}
    )


def _cell(value: Any, column: str, unit: str, lang: str, labels: Mapping[str, str], key: bool) -> str:
    if isinstance(value, str) or pd.isna(value):
        text = value if isinstance(value, str) else ""
        if text in labels:
            return labels[text]
        if not text:
            return tell_value("All", lang) if column == "group" else "–"
        named = column == "item" and text[-1:].isdigit()  # q25 is an item there, elsewhere the lower quartile
        return _words(text, lang) if column in WORDS and not named else text
    if isinstance(value, bool) or type(value).__name__ == "bool" or column in ("reliable", "synthetic"):
        return tell_value("yes" if value else "no", lang)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if str(value) in labels:
        return labels[str(value)]
    if key:  # a name of its row, not a figure: rounded, two rows could have the same
        return f"{value:.15g}".replace("-", "−")
    return _number(float(value), column, unit, isinstance(value, float) or hasattr(value, "dtype"))


def _number(figure: float, column: str, unit: str, fraction: bool) -> str:
    levels = unit == "points" and column in ("before", "after", "first", "last")
    if column in ALWAYS or levels or (unit == "share" and column in SHARES):
        return f"{_fixed(100 * figure, 1)}%"
    if math.isinf(figure):
        return "–"
    if (unit == "share" and column in DISTANCES) or (unit == "points" and column in POINTS):
        return _fixed(100 * figure, 2)
    if column in WHOLE or (figure.is_integer() and not fraction):
        return f"{figure:.0f}"
    if column == "p_value" and 0 <= figure < 1e-4:
        return "<0.0001"
    return _fixed(figure, 4 if 0 < abs(figure) < 1 else 2)


def _fixed(figure: float, digits: int) -> str:
    return f"{round(figure, digits) + 0.0:.{digits}f}".replace("-", "−")


def _words(text: str, lang: str) -> str:
    """Translate terms of the program: one by one where they are joined, and apart from what stands in brackets."""
    whole = tell_value(text, lang)
    if whole != text:
        return whole
    for joint, shown in (("; ", "；"), (", ", "，")):
        if joint in text and not (joint == ", " and text.endswith(")")):
            return (shown if lang == "zh" else joint).join(_words(part, lang) for part in text.split(joint))
    head, bracket, rest = text.partition(" (")
    named = tell_value(head, lang)
    return f"{named}（{rest.removesuffix(')')}）" if bracket and named != head else text
