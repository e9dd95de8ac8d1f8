"""Item analysis: difficulty, item-rest correlation, options, missing answers and flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from literacy._display import Printable
from literacy.answers import Responses
from literacy.errors import LiteracyError
from literacy.estimation.core.code_labels import find_labels
from literacy.instrument import KINDS
from literacy.kernels.psychometrics.internal import find_alpha, weighted_covariance
from literacy.messages import tell
from literacy.psychometrics.arguments import take_share
from literacy.psychometrics.classical.reliability_coefficients import take_values
from literacy.psychometrics.items import Answers, take_answers
from literacy.sampling import Design, Sample
from literacy.scoring import Scored, score

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EASY, HARD, UNANSWERED = 0.95, 0.10, 0.10
"""Shares beyond which an item is flagged as too easy, too hard or unanswered."""
BANDS = 5
"""Number of bands (fifths) of the score on the other items in which the shares of options are computed."""
RATE = 0.05
"""Probability that any item of the test is flagged for its correlations by chance alone."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ItemAnalysis(Printable):
    """Item and option statistics.

    Attributes
    ----------
    table : DataFrame
        One row per item (and group): item, n (asked), difficulty (mean share of the item's points), se, item_total,
        item_rest (correlation with the other items), alpha_dropped (alpha without the item), dont_know (NaN where not
        recorded), omitted, not_reached (shares of those asked), flags (reasons; empty where there are none). With
        groups, a first column ``group``.
    options : DataFrame
        One row per option: item, option, right, share, correlation (with the other items), mean_rest (mean score on
        the other items). Empty where the data contain only right and wrong.
    curves : DataFrame
        One row per option and fifth of the score on the other items: item, option, right, band (1 is the lowest),
        share, n. Where options are not known, the values of an item take their place, the highest being right.
    notes : tuple of str
    labels : mapping
        Labels of the groups, as far as the instrument has them.
    """

    table: pd.DataFrame
    options: pd.DataFrame
    curves: pd.DataFrame
    notes: tuple[str, ...]
    labels: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table, one row per item."""
        return self.table.copy()

    def _title(self) -> str:
        flagged = int((self.table["flags"] != "").sum())
        return tell("Items: {}, rows with a flag: {}", self.table["item"].nunique(), flagged)

    def _notes(self) -> list[str]:
        return list(self.notes)


def item_analysis(
    data: Any,
    items: Sequence[str] | None = None,
    weights: Any = None,
    design: Design | None = None,
    by: str | None = None,
    *,
    answers: Responses | pd.DataFrame | None = None,
    key: Mapping[str, Any] | None = None,
    easy: float = EASY,
    hard: float = HARD,
    unanswered: float = UNANSWERED,
) -> ItemAnalysis:
    """Compute item and option statistics, and flag items with problems.

    Parameters
    ----------
    data, items, weights, design
        As in :func:`literacy.fit_irt`. A Responses is scored first, and its options are analysed.
    by : str, optional
        Column of groups.
    answers : Responses or DataFrame, optional
        The chosen options, in the same rows as ``data``. Without them the options are not analysed.
    key : mapping, optional
        Maps each item to the code of its right answer, for a plain table of chosen options (``data`` itself or
        ``answers``). For a Responses, the key of the instrument is used.
    easy, hard, unanswered : float
        Items are flagged if their difficulty is above ``easy`` or below ``hard``, or the share of missing answers is
        above ``unanswered``.

    Returns
    -------
    ItemAnalysis
        Estimates are weighted; standard errors and tests are design-based. An item is flagged ``reversed key`` where
        it correlates negatively with the other items, and ``distractor better than the key`` where a wrong option
        correlates more strongly with the other items than the key does (each at a level of 5 % for all items together).

    Raises
    ------
    LiteracyError
        ``psychometrics.option``, ``psychometrics.items``, ``psychometrics.data``.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> right = (rng.random((800, 5)) < 1 / (1 + np.exp(-1.5 * rng.normal(size=(800, 1))))).astype(int)
    >>> right[:, 0] = 1 - right[:, 0]
    >>> item_analysis(pd.DataFrame(right, columns=list("abcde"))).table["flags"].tolist()
    ['reversed key', '', '', '', '']
    """
    easy, hard = take_share(easy, "easy", ends=True), take_share(hard, "hard", ends=True)
    unanswered = take_share(unanswered, "unanswered", ends=True)
    chosen, made, key = _take_options(data, answers, key, items)
    taken = take_answers(
        made, items if key is None or answers is not None else list(key), weights, design, by
    )
    notes = list(taken.notes)
    asked = _Given(taken, answers if isinstance(answers, Responses) else data)
    if asked.missing is None and (asked.omitted | asked.late).any():
        notes.append(
            tell(
                "the reason for a missing answer is not recorded: before a later answer it "
                "counts as omitted, after the last as not reached"
            )
        )
    odd = [f"{i} ({v[0]}–{v[-1]})" for i, v in zip(taken.items, taken.levels, strict=True)
           if v and (v[0] < 0 or (v[0] > 0 and len(v) > 1))]  # fmt: skip
    if odd:
        notes.append(
            tell("values that do not begin at 0: {}; difficulty is the share of the points between 0 (or the lowest "
                 "value, if negative) and the highest; code wrong as 0 if the lowest is a wrong answer", ", ".join(odd))
        )  # fmt: skip
    names = taken.group_names if by is not None else ("",)
    tables, options = [], []
    for g, name in enumerate(names):
        rows = taken.live & ((taken.group == g) if by is not None else True)
        table, listed = _judge(taken, rows, asked, chosen, key or {}, (easy, hard, unanswered))
        if by is not None:
            table.insert(0, "group", name)
            listed.insert(0, "group", name)
        tables.append(table)
        options.append(listed)
    notes.append(
        tell(
            "too easy above {:g}, too hard below {:g}, unanswered above {:g}; correlations are "
            "tested so that the probability of flagging any of {} items by chance is {:g}",
            easy,
            hard,
            unanswered,
            len(taken.items),
            RATE,
        )
    )
    if not key:
        notes.append(tell("the data contain only right and wrong: the options are not analysed"))
    return ItemAnalysis(
        pd.concat(tables, ignore_index=True),
        pd.concat(options, ignore_index=True),
        _trace_options(taken, asked, chosen, key or {}),
        tuple(dict.fromkeys(notes)),
        {"group": known}
        if by is not None and (known := find_labels(taken.sample, [by], [names], []).get(by))
        else {},
    )


def _take_options(
    data: Any, answers: Any, key: Mapping[str, Any] | None, items: Sequence[str] | None
) -> tuple[pd.DataFrame | None, Any, dict[str, Any] | None]:
    """Return the chosen options, the data with the scores, and the key."""
    if isinstance(data, Responses):
        answers, data = data, score(data)
    if isinstance(answers, Responses):
        right = {
            i.name: i.key[0]
            for i in answers.instrument.scored_items
            if len(i.key) == 1 and i.type != "multiple"
        }
        key = {**right, **(key or {})}
    if answers is not None:
        frame = answers.frame if isinstance(answers, Responses) else answers
        if not isinstance(frame, pd.DataFrame) or frame.columns.has_duplicates:
            raise LiteracyError(
                "psychometrics.option", where="answers",
                what="a column is given twice" if isinstance(frame, pd.DataFrame)
                else tell("{} contains no answers", type(frame).__name__),
                fix="give Responses or a DataFrame with each column once",
            )  # fmt: skip
        if len(frame) != len(data.frame if isinstance(data, Scored | Sample) else data):
            raise LiteracyError(
                "psychometrics.option", where="answers", what=tell("{} rows, a different number "
                                                                   "from the data", len(frame)),
                fix="give the answers of the same respondents in the same order",
            )  # fmt: skip
        if key is None:
            raise LiteracyError(
                "psychometrics.option",
                where="key",
                what="the correct options are not known",
                fix="give key={item: code}",
            )
        return frame, data, {k: v for k, v in key.items() if k in frame.columns}
    if key is None:
        return None, data, None
    if not isinstance(data, pd.DataFrame):
        raise LiteracyError(
            "psychometrics.option",
            where="key",
            what="the data are scored already",
            fix="give answers= as well",
        )
    absent = [str(k) for k in key if k not in data.columns]
    if absent:
        raise LiteracyError(
            "psychometrics.items",
            where="key",
            what=tell("no column {!r}", absent[0]),
            fix="give columns of the data",
        )
    key = {k: v for k, v in key.items() if items is None or k in items}
    right_or_wrong = {k: (data[k] == v).astype(np.float64).where(data[k].notna()) for k, v in key.items()}
    return data, data.assign(**right_or_wrong), key


class _Given:
    """Masks (n, k) of what was asked, omitted, not reached and answered with "don't know"."""

    def __init__(self, taken: Answers, source: Any) -> None:
        values = take_values(taken)
        self.values = values
        self.missing: NDArray[np.int8] | None = None
        blank = np.isnan(values)
        if isinstance(source, Responses):
            self.missing = source.missing[list(taken.items)].to_numpy(np.int8)
            out = self.missing >= KINDS.index("not_asked")
            blank = (self.missing == KINDS.index("skipped")) | (self.missing == KINDS.index("refused"))
            self.unsure = self.missing == KINDS.index("dont_know")
        else:
            out = np.zeros(values.shape, bool)
            self.unsure = np.zeros(values.shape, bool)
        behind = np.cumprod((blank | out)[:, ::-1], axis=1)[:, ::-1].astype(bool)
        self.late = blank & behind
        self.omitted = blank & ~behind
        self.asked = ~out


def _judge(
    taken: Answers, rows: Bools, given: _Given, chosen: pd.DataFrame | None, key: Mapping[str, Any],
    limits: tuple[float, float, float],
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    x, sample, k = given.values, taken.sample, len(taken.items)
    weight = np.where(rows, taken.weight, 0.0)
    there = ~np.isnan(x)
    filled = np.where(there, x, 0.0)
    count = there.sum(axis=1)
    full = rows & (count == k)
    alone = k < 2
    whole_cover = weighted_covariance(filled[full], weight[full]) if k > 2 and full.sum() > 2 else None
    out, listed = [], []
    wrong_options = sum(
        max(chosen.loc[rows, i].nunique() - 1, 0) for i in taken.items if chosen is not None and i in key
    )
    for j, item in enumerate(taken.items):
        level = taken.levels[j] or (0,)
        low, high = min(level[0], 0), max(level[-1], 1)
        seen = rows & there[:, j]
        others = count - there[:, j]
        usable = seen & (others > 0)
        rest = np.where(others > 0, (filled.sum(axis=1) - filled[:, j]) / np.maximum(others, 1), 0.0)
        share, error = _mean(sample, (filled[:, j] - low) / (high - low), weight, seen)
        r, r_error = _correlation(sample, [filled[:, j]], rest, weight, usable)
        whole, _ = _correlation(
            sample, [filled[:, j]], filled.sum(axis=1) / np.maximum(count, 1), weight, usable
        )
        asked = rows & given.asked[:, j]
        reasons = []
        if np.isfinite(r_error[0]) and r[0] < -norm.ppf(1 - RATE / k) * r_error[0]:
            reasons.append("reversed key")
        if chosen is not None and item in key:
            table, better = _judge_options(
                sample,
                chosen[item],
                key[item],
                rest,
                weight,
                rows & (others > 0) & given.asked[:, j],
                wrong_options,
            )
            table.insert(0, "item", item)
            listed.append(table)
            if better:
                reasons.append(f"distractor better than the key ({', '.join(better)})")
        left = [_share(m[:, j], weight, asked) for m in (given.omitted, given.late)]
        reasons += ["too easy"] * (share > limits[0]) + ["too hard"] * (share < limits[1])
        reasons += ["unanswered"] * (sum(left) > limits[2])
        dropped = np.nan
        if whole_cover is not None:
            cover = np.delete(np.delete(whole_cover, j, axis=0), j, axis=1)
            dropped = find_alpha(cover) if cover.sum() > 1e-12 else np.nan
        out.append(
            {
                "item": item, "n": float(asked.sum()), "difficulty": share, "se": error,
                "item_total": np.nan if alone else whole[0], "item_rest": r[0], "alpha_dropped": dropped,
                "dont_know": _share(given.unsure[:, j], weight, asked) if given.missing is not None else np.nan,
                "omitted": left[0], "not_reached": left[1], "flags": "; ".join(reasons),
            }
        )  # fmt: skip
    options = ["item", "option", "right", "share", "correlation", "mean_rest"]
    return pd.DataFrame(out), pd.concat(listed, ignore_index=True) if listed else pd.DataFrame(
        columns=options
    )


def _trace_options(
    taken: Answers, given: _Given, chosen: pd.DataFrame | None, key: Mapping[str, Any]
) -> pd.DataFrame:
    """Return the weighted share of each option by fifth of the score on the other items, over all groups."""
    columns = ["item", "option", "right", "band", "share", "n"]
    out: list[dict[str, Any]] = []
    there = ~np.isnan(given.values)
    filled = np.where(there, given.values, 0.0)
    for j, item in enumerate(taken.items):
        known = chosen is not None and item in key
        options = chosen[item] if chosen is not None and known else pd.Series(given.values[:, j])
        right = key[item] if known else max((taken.levels[j] or (0,))[-1], 1)
        others = there.sum(axis=1) - there[:, j]
        rest = (filled.sum(axis=1) - filled[:, j]) / np.maximum(others, 1)
        rows = taken.live & (others > 0) & options.notna().to_numpy()
        if not rows.any():
            continue
        order = np.argsort(rest[rows], kind="stable")
        share = np.cumsum(taken.weight[rows][order]) / taken.weight[rows].sum()
        cuts = rest[rows][order][
            np.minimum(np.searchsorted(share, np.arange(1, BANDS) / BANDS), len(order) - 1)
        ]
        band = np.searchsorted(cuts, rest[rows], side="left") + 1
        codes, weight = options[rows].to_numpy(), taken.weight[rows]
        for option in sorted(set(codes), key=lambda c: (isinstance(c, str), c)):
            for b in np.unique(band):
                mine = band == b
                out.append(
                    {
                        "item": item, "option": option, "right": bool(option == right), "band": int(b),
                        "share": float(weight[mine & (codes == option)].sum() / weight[mine].sum()),
                        "n": int(mine.sum()),
                    }
                )  # fmt: skip
    return pd.DataFrame(out, columns=columns)


def _judge_options(
    sample: Sample, column: pd.Series[Any], right: Any, rest: Floats, weight: Floats, rows: Bools, tests: int
) -> tuple[pd.DataFrame, list[str]]:
    """Return the statistics of each option, and the distractors that correlate more with the rest than the key does."""
    codes = sorted(column[rows].dropna().unique(), key=lambda c: (isinstance(c, str), c))
    made = rows & column.notna().to_numpy()
    out, better = [], []
    keyed = np.asarray((column == right).fillna(False), np.float64)
    for code in codes:
        hit = np.asarray((column == code).fillna(False), np.float64)
        both, error = _correlation(sample, [hit, keyed], rest, weight, made)
        middle = _divide(float((weight * hit * made) @ rest), float((weight * hit) @ made))
        out.append(
            {
                "option": str(code), "right": bool(code == right), "share": _share(hit > 0, weight, made),
                "correlation": both[0], "mean_rest": middle,
            }
        )  # fmt: skip
        gap = both[0] - both[1]
        if code != right and np.isfinite(error[2]) and both[0] > 0:
            better += [str(code)] * bool(gap > norm.ppf(1 - RATE / max(tests, 1)) * error[2])
    return pd.DataFrame(out, columns=["option", "right", "share", "correlation", "mean_rest"]), better


def _divide(a: float, b: float) -> float:
    return float(a / b) if b > 0 else np.nan


def _share(what: Bools, weight: Floats, rows: Bools) -> float:
    return _divide(float(weight[rows] @ what[rows]), float(weight[rows].sum()))


def _mean(sample: Sample, x: Floats, weight: Floats, rows: Bools) -> tuple[float, float]:
    total = float(weight[rows].sum())
    if not total > 0:
        return np.nan, np.nan
    mean = float(weight[rows] @ x[rows]) / total
    away = np.where(rows, (x - mean) / total, 0.0)
    return mean, float(np.sqrt(sample.covariance(away[:, None], rows)[0, 0]))


def _correlation(
    sample: Sample, columns: list[Floats], rest: Floats, weight: Floats, rows: Bools
) -> tuple[Floats, Floats]:
    """Return weighted correlations with *rest*, and their errors, followed by the error of first minus last."""
    w = np.where(rows, weight, 0.0)
    total = w.sum()
    none = np.full(len(columns), np.nan), np.full(len(columns) + 1, np.nan)
    if not total > 0 or rows.sum() < 3:
        return none
    v = rest - w @ rest / total
    spread = np.sqrt(w @ v**2 / total)
    if not spread > 1e-12:
        return none
    v = v / spread
    found, scores = [], []
    for x in columns:
        u = x - w @ x / total
        sd = np.sqrt(w @ u**2 / total)
        if not sd > 1e-12:
            found.append(np.nan)
            scores.append(np.full(len(x), np.nan))
            continue
        u = u / sd
        r = float(w @ (u * v)) / total
        found.append(r)
        scores.append(np.where(rows, (u * v - r * (u**2 + v**2) / 2) / total, 0.0))
    if np.isnan(found).any():
        return np.array(found), none[1]
    scores.append(scores[0] - scores[-1])
    cover = np.diag(sample.covariance(np.column_stack(scores), rows))
    return np.array(found), np.sqrt(np.maximum(cover, 0.0))
