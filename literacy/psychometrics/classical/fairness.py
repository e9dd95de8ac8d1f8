"""Differential item functioning between groups of respondents with equal scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, f, norm, t

from literacy._display import Printable
from literacy.errors import option
from literacy.kernels.psychometrics.mantel_haenszel import (
    delete_units,
    match_odds,
    match_shares,
    nagelkerke,
    regress_logistic,
    step_without,
)
from literacy.messages import tell, tell_value
from literacy.psychometrics.arguments import take_share
from literacy.psychometrics.classical.matched_people import People, take_people
from literacy.psychometrics.differential import (
    ADJUSTMENTS,
    IrtDif,
    _pick_groups,
    adjust_many,
    irt_dif,
    say_level,
)
from literacy.psychometrics.differential import METHODS as BY_MODEL
from literacy.psychometrics.items import Answers, take_answers
from literacy.sampling import Design

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BY_SCORE = ("mantel_haenszel", "logistic", "logistic_uniform", "logistic_nonuniform", "standardisation")
SPELLINGS = {"mh": "mantel_haenszel", "standardization": "standardisation", "lr": "likelihood_ratio"}
ROUNDS = 10
LEAST = 30
"""Group size below which a group is compared only if it is given as ``focal``."""
DELTA = -2.35
"""Factor from the log odds ratio to the ETS delta scale."""
SMALL, LARGE = 1.0, 1.5
"""Bounds of the ETS classes A, B and C on the delta scale."""
PDIF = 0.10
"""Absolute standardised difference above which an item is flagged."""
MODERATE, STRONG = 0.035, 0.070
"""Bounds of the classes by the gain in Nagelkerke's R2 (Jodoin and Gierl 2001)."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Dif(Printable):
    """Differential item functioning between groups of respondents with equal scores.

    Attributes
    ----------
    table : DataFrame
        One row per item: item, statistic, df, p_value, p_adjusted, effect, se, class (A, B or C), flagged. The effect
        is the log of alpha (``mantel_haenszel``), the difference in proportion correct (``standardisation``) or the
        gain in Nagelkerke's R2 (``logistic``). ``mantel_haenszel`` adds alpha (odds ratio of reference to focal group),
        delta and se_delta; ``logistic`` adds the statistics and p values of uniform and non-uniform DIF.
    rates : DataFrame
        One row per group: group, n, rate (share of respondents at or above ``cut``), rate_without (the same without
        the flagged items).
    method, reference, focal : str
    notes : tuple of str
    """

    table: pd.DataFrame
    rates: pd.DataFrame
    method: str
    reference: str
    focal: str
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell(
            "Differential functioning by {}: {} against {}",
            tell_value(self.method),
            self.focal,
            self.reference,
        )

    def _notes(self) -> list[str]:
        return list(self.notes)


def dif(
    scored: Any,
    by: str,
    method: str = "mantel_haenszel",
    items: Sequence[str] | None = None,
    weights: Any = None,
    design: Design | None = None,
    *,
    reference: Any = None,
    focal: Any = None,
    purify: bool = False,
    alpha: float = 0.05,
    adjust: str = "none",
    model: str = "2pl",
    cut: float = 0.7,
) -> Dif | IrtDif:
    """Test every item for differential functioning between two groups.

    Parameters
    ----------
    scored, items, weights, design
        As ``data`` in :func:`literacy.fit_irt`. Methods based on the score use only respondents who were asked every
        item.
    by : str
        Column that holds the groups.
    method : str
        Based on the score: ``mantel_haenszel``, ``logistic`` (uniform and non-uniform DIF jointly),
        ``logistic_uniform``, ``logistic_nonuniform``, ``standardisation``. Based on a model, see
        :func:`literacy.irt_dif`: ``lord``, ``likelihood_ratio``, ``rmsd``.
    reference, focal : optional
        Levels of ``by``. By default the largest group is the reference, and every other group of at least 30
        respondents is compared with it, in separate rows (first column ``focal``). Methods based on a model compare
        exactly two groups.
    purify : bool
        Match on the items not flagged (and the tested item itself), repeating until the flags no longer change.
    alpha : float
        Significance level of the tests.
    adjust : str
        Adjustment for multiple tests, which determines what ``alpha`` controls: ``none``, the probability that an item
        without DIF is flagged; ``bh`` (Benjamini and Hochberg), the expected share of false positives among flagged
        items; ``holm``, the probability that any item is flagged falsely.
    model : str
        Item response model of the methods based on a model.
    cut : float
        Share of the maximum score that counts as reaching the cut in ``rates``.

    Returns
    -------
    Dif or IrtDif
        With weights or a design, Wald tests over strata and sampling units are used. Their standard errors come from
        leaving out one unit at a time (linearised for more than 3,000 units), their degrees of freedom from the
        Welch-Satterthwaite formula. ETS class C requires ``|delta| >= 1.5`` and significantly above 1 (one-sided,
        5 %); class A means ``|delta| < 1`` or not significantly different from 0.

    Raises
    ------
    LiteracyError
        ``psychometrics.option``, ``psychometrics.items``, ``psychometrics.data``.

    References
    ----------
    Holland, Thayer (1988); Dorans, Holland (1993); Swaminathan, Rogers (1990); Jodoin, Gierl (2001).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> skill, side = rng.normal(size=(2000, 1)), np.arange(2000) % 2
    >>> hard = np.zeros((2000, 6))
    >>> hard[side == 1, 0] = 1.0
    >>> right = rng.random((2000, 6)) < 1 / (1 + np.exp(-(skill - hard)))
    >>> frame = pd.DataFrame(right.astype(int), columns=list("abcdef")).assign(side=side)
    >>> dif(frame, "side", purify=True).table.query("flagged")["item"].tolist()
    ['a']
    """
    method = SPELLINGS.get(method, method)
    option("method", method, (*BY_SCORE, *BY_MODEL), "psychometrics.option")
    option("adjust", adjust, ADJUSTMENTS, "psychometrics.option")
    alpha, cut = take_share(alpha, "alpha"), take_share(cut, "cut", ends=True)
    if method in BY_MODEL:
        plain = method == "rmsd" and not purify and adjust == "none"
        return irt_dif(
            scored, by, items, method, model, weights, design, reference=reference, focal=focal, alpha=alpha,
            purify=None if plain else purify, adjust=None if plain else adjust,
        )  # fmt: skip
    answers = take_answers(scored, items, weights, design, by)
    notes = list(answers.notes)
    pairs = _pair_groups(answers, by, reference, focal, notes)
    tables, rates = [], []
    for first, second in pairs:
        remarks: list[str] = []
        people = take_people(answers, first, second, by, remarks)
        table = _search(people, method, alpha, adjust, purify, remarks)
        found = people.x[:, table["flagged"].to_numpy(bool)]
        remarks += _remark(people, table, method, alpha, adjust)
        rated = _rates(people, found, first, second, cut)
        if len(pairs) > 1:
            table.insert(0, "focal", second)
            rated.insert(0, "focal", second)
            remarks = [f"{second}: {note}" for note in remarks]
        tables.append(table)
        rates.append(rated)
        notes += remarks
    return Dif(
        pd.concat(tables, ignore_index=True), pd.concat(rates, ignore_index=True), method, pairs[0][0],
        ", ".join(second for _, second in pairs), tuple(dict.fromkeys(notes)),
    )  # fmt: skip


def _largest(answers: Answers, leave: str = "") -> str:
    sizes = {n: int((answers.live & (answers.group == g)).sum()) for g, n in enumerate(answers.group_names)}
    return max((n for n in sizes if n != leave), key=lambda n: sizes[n])


def _pair_groups(
    answers: Answers, by: str, reference: Any, focal: Any, notes: list[str]
) -> list[tuple[str, str]]:
    """Return pairs of reference and focal group: the two given, or the reference with every large enough group."""
    names = answers.group_names
    if focal is not None or len(names) < 3:
        return [_pick_groups(answers, by, reference, focal)]
    first, _ = _pick_groups(answers, by, reference, _largest(answers, leave=str(reference)))
    if reference is None:
        first = _largest(answers)
    others = []
    for name in names:
        size = int((answers.live & (answers.group == names.index(name))).sum())
        if name != first and size < LEAST:
            notes.append(
                tell(
                    "{} {}: {} respondents are too few to compare (at least {}, or give focal=)",
                    by,
                    name,
                    size,
                    LEAST,
                )
            )
        elif name != first:
            others.append((first, name))
    return others or [_pick_groups(answers, by, reference, focal)]


def _search(
    people: People, method: str, alpha: float, adjust: str, purify: bool, notes: list[str]
) -> pd.DataFrame:
    """Return the table of tests; with *purify*, matching is repeated on unflagged items until the flags are stable."""
    k = people.x.shape[1]
    flagged = np.zeros(k, bool)
    seen: list[Bools] = []
    for _ in range(ROUNDS if purify else 1):
        table = _test_all(people, method, ~flagged, alpha)
        p = table["p_value"].to_numpy(np.float64)
        table["p_adjusted"] = adjust_many(p, adjust)
        judged = p if adjust == "none" else table["p_adjusted"].to_numpy(np.float64)
        found = (
            np.abs(table["effect"].to_numpy(np.float64)) > PDIF
            if method == "standardisation"
            else judged < alpha
        )
        table["flagged"] = found
        if not purify:
            return table[_order(table)]
        if np.array_equal(found, flagged) or found.all():
            notes.append(
                tell(
                    "matched on the {} items not flagged (purified, rounds {})",
                    int((~flagged).sum()),
                    len(seen) + 1,
                )
            )
            return table[_order(table)]
        flagged = found
        seen.append(found)
    notes.append(tell("purification had not converged after {} rounds: the flags are not final", ROUNDS))
    return table[_order(table)]


def _order(table: pd.DataFrame) -> list[str]:
    first = ["item", "statistic", "df", "p_value", "p_adjusted", "effect", "se", "class", "flagged"]
    return [*first, *(c for c in table.columns if c not in first)]


def _test_all(people: People, method: str, anchor: Bools, alpha: float) -> pd.DataFrame:
    out = []
    for j, item in enumerate(people.answers.items):
        use = anchor.copy()
        use[j] = True
        score = people.x[:, use].sum(axis=1)
        if method == "mantel_haenszel":
            row = _by_odds(people, j, score, alpha)
        elif method == "standardisation":
            row = _by_shares(people, j, score)
        else:
            row = _by_regression(people, j, score, method)
        out.append({"item": item, **row})
    return pd.DataFrame(out)


def _by_odds(people: People, j: int, score: Floats, alpha: float) -> dict[str, Any]:
    answers = people.answers
    odds = match_odds(people.x[:, j], people.focal, score.astype(np.int64), people.weight)
    usable = 0 < odds.ratio < np.inf
    log = float(np.log(odds.ratio)) if usable else np.nan
    df = np.inf
    if answers.designed:
        moved = odds.influence
        if usable and people.units is not None:
            without = delete_units(
                people.x[:, j], people.focal, score.astype(np.int64), people.weight, *people.units
            )
            moved = people.leave_out(moved, log, without)
        error, df = (people.error(moved), people.df(moved)) if usable else (np.nan, np.nan)
        statistic = (log / error) ** 2 if error > 0 else np.nan
        p = float(f.sf(statistic, 1, df)) if df > 0 else np.nan
    else:
        error = float(np.sqrt(odds.variance)) if usable else np.nan
        statistic = odds.chi2
        p = float(chi2.sf(statistic, 1))
    delta, wide = DELTA * log, abs(DELTA) * error
    return {
        "statistic": statistic, "df": 1.0, "p_value": p, "effect": log, "se": error,
        "class": classify_delta(delta, wide, p, alpha, df),
        "alpha": odds.ratio, "delta": delta, "se_delta": wide,
    }  # fmt: skip


def classify_delta(delta: float, error: float, p: float, alpha: float, df: float = np.inf) -> str:
    """Return the ETS class: A negligible, B moderate, C large (at least 1.5 and significantly above 1)."""
    if not np.isfinite([delta, error, p]).all():
        return ""
    if abs(delta) < SMALL or p >= alpha:
        return "A"
    bound = float(t.ppf(0.95, df)) if np.isfinite(df) else float(norm.ppf(0.95))
    return "C" if abs(delta) >= LARGE and (abs(delta) - SMALL) > bound * error else "B"


def _by_shares(people: People, j: int, score: Floats) -> dict[str, Any]:
    value, influence = match_shares(people.x[:, j], people.focal, score.astype(np.int64), people.weight)
    error = people.error(influence)
    statistic = (value / error) ** 2 if error > 0 else np.nan
    df = people.df(influence) if people.answers.designed else np.inf
    p = float(f.sf(statistic, 1, df)) if np.isfinite(df) and df > 0 else float(chi2.sf(statistic, 1))
    level = "" if not np.isfinite(value) else "A" if abs(value) < 0.05 else "B" if abs(value) < PDIF else "C"
    return {
        "statistic": statistic, "df": 1.0, "p_value": p, "effect": value, "se": error,
        "class": level,
    }  # fmt: skip


def _by_regression(people: People, j: int, score: Floats, method: str) -> dict[str, Any]:
    right, w = people.x[:, j], people.weight
    side = people.focal.astype(np.float64)
    whole = np.column_stack([np.ones(len(score)), score, side, score * side])
    fits = [regress_logistic(whole[:, :c], right, w) for c in (1, 2, 3, 4)]
    none, base, uniform, both = fits
    parts = {}
    if people.answers.designed:
        pairs = {"logistic": (both, [2, 3]), "uniform": (uniform, [2]), "nonuniform": (both, [3])}
        for name, (fit, at) in pairs.items():
            moved = fit.scores @ fit.inverse
            if fit.found and people.units is not None:
                without = step_without(whole[:, : len(fit.beta)], right, w, fit, *people.units)
                columns = [
                    people.leave_out(m, b, o) for m, b, o in zip(moved.T, fit.beta, without.T, strict=True)
                ]
                moved = np.column_stack(columns)
            cover = people.covariance(moved[:, at])
            df = people.df(moved[:, 2])
            wald = (
                float(fit.beta[at] @ np.linalg.pinv(cover, hermitian=True) @ fit.beta[at])
                if fit.found
                else np.nan
            )
            left = df - len(at) + 1
            p = float(f.sf(wald * left / (df * len(at)), len(at), left)) if left > 0 else np.nan
            parts[name] = (wald, len(at), p)
    else:
        pairs2 = {
            "logistic": (base, both, 2),
            "uniform": (base, uniform, 1),
            "nonuniform": (uniform, both, 1),
        }
        for name, (small, large, number) in pairs2.items():
            value = 2 * (large.loglik - small.loglik) if small.found and large.found else np.nan
            parts[name] = (value, number, float(chi2.sf(value, number)))
    statistic, number, p = parts[method.removeprefix("logistic_")]
    n = float(w.sum())
    small, large = (
        (base, uniform)
        if method == "logistic_uniform"
        else (uniform, both)
        if "non" in method
        else (base, both)
    )
    gain = nagelkerke(large.loglik, none.loglik, n) - nagelkerke(small.loglik, none.loglik, n)
    gain = gain if np.isfinite(statistic) else np.nan
    level = "" if np.isnan(gain) else "A" if gain < MODERATE else "B" if gain < STRONG else "C"
    return {
        "statistic": statistic, "df": float(number), "p_value": p, "effect": gain, "se": np.nan, "class": level,
        "uniform": parts["uniform"][0], "p_uniform": parts["uniform"][2],
        "nonuniform": parts["nonuniform"][0], "p_nonuniform": parts["nonuniform"][2],
        "b_group": float(uniform.beta[2]) if uniform.found else np.nan,
        "b_interaction": float(both.beta[3]) if both.found else np.nan,
    }  # fmt: skip


def _rates(people: People, flagged: Floats, first: str, second: str, cut: float) -> pd.DataFrame:
    k, total = people.x.shape[1], people.x.sum(axis=1)
    left = k - flagged.shape[1]
    rest = total - flagged.sum(axis=1)
    out = []
    for name, rows in ((first, ~people.focal), (second, people.focal)):
        w = people.weight[rows] / people.weight[rows].sum()
        there = float(w @ (rest[rows] >= cut * left - 1e-9)) if left else np.nan
        out.append((name, float(rows.sum()), float(w @ (total[rows] >= cut * k - 1e-9)), there))
    return pd.DataFrame(out, columns=["group", "n", "rate", "rate_without"])


def _remark(people: People, table: pd.DataFrame, method: str, alpha: float, adjust: str) -> list[str]:
    k, small = len(table), int(min(people.focal.sum(), (~people.focal).sum()))
    notes = []
    if method == "standardisation":
        notes.append(tell("flagged where the shares differ by more than {:g}", PDIF))
    else:
        notes.append(say_level(alpha, adjust, k))
    if method == "mantel_haenszel":
        wide = float(table["se_delta"].median())
        seen = (norm.ppf(1 - alpha / 2) + norm.ppf(0.8)) * wide
        if np.isfinite(seen):
            notes.append(
                tell(
                    "the smaller group has {}: for a typical item a delta of {:.2f} is detected with 80 % power",
                    small,
                    seen,
                )
            )
    if people.answers.designed:
        notes.append(tell("weighted; standard errors account for strata and sampling units"))
    undetermined = table.loc[table["statistic"].isna(), "item"].tolist()
    if undetermined:
        notes.append(
            tell(
                "cannot be determined (equal scores with both answers in both groups are absent): {}",
                ", ".join(undetermined),
            )
        )
    return notes
