"""Differential item functioning by item response models: Lord's test, likelihood-ratio test, RMSD by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.kernels.psychometrics.ability_estimates import expected_score
from literacy.kernels.psychometrics.patterns import NOT_ASKED
from literacy.messages import tell, tell_value
from literacy.psychometrics.arguments import take_share
from literacy.psychometrics.fitted import IrtFit
from literacy.psychometrics.fitting import curve_departure
from literacy.psychometrics.irt import fit_irt
from literacy.psychometrics.items import Answers, take_answers
from literacy.psychometrics.linked_differences import compare_parameters
from literacy.sampling import Design

Floats = NDArray[np.float64]

METHODS = ("lord", "likelihood_ratio", "rmsd")
GROUP = "group of the comparison"
ADJUSTMENTS = ("none", "bh", "holm")
ROUNDS = 5
RMSD_LIMIT = 0.1
"""RMSD of a group's curve above which an item is flagged, provided its interval lies above half this value."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IrtDif(Printable):
    """Differential item functioning between two groups, given ability.

    Attributes
    ----------
    table : DataFrame
        item, statistic, df, p_value, p_adjusted, effect (expected score under the focal
        parameters minus that under the reference parameters, averaged over the focal group, as a share of the item's
        maximum score), flagged. For ``rmsd``: item, statistic (corrected RMSD of the worse-fitting group), rmsd,
        ci_low, ci_high, flagged.
    method, reference, focal : str
    notes : tuple of str
    """

    table: pd.DataFrame
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


def irt_dif(
    data: Any,
    by: str,
    items: Sequence[str] | None = None,
    method: str = "lord",
    model: str = "2pl",
    weights: Any = None,
    design: Design | None = None,
    *,
    reference: str | None = None,
    focal: str | None = None,
    alpha: float = 0.05,
    purify: bool | None = None,
    adjust: str | None = None,
) -> IrtDif:
    """Test every item for differential functioning between two groups.

    Parameters
    ----------
    data, items, weights, design
        As in :func:`literacy.fit_irt`.
    by : str
        Column that holds the groups.
    method : str
        ``lord``: Wald test of the parameters of separate fits, linked by the items not flagged.
        ``likelihood_ratio``: item parameters free against equal across groups in a joint fit; not available with
        weights. ``rmsd``: each group's observed curve against the curve of a joint fit.
    model : str
        Item response model, as in :func:`literacy.fit_irt`.
    reference, focal : str, optional
        Levels of ``by``. By default the larger group is the reference; without ``focal`` there must be exactly two.
    alpha : float
        Level at which an item is flagged (not used by ``rmsd``).
    purify : bool, optional
        Whether flagged items neither link the groups nor are held equal across them when others are tested. Default:
        yes; not an option of ``rmsd``.
    adjust : str, optional
        Adjustment for multiple tests, as in :func:`literacy.dif`: ``none``, ``bh`` or ``holm``. Default: ``bh``; not an
        option of ``rmsd``.

    Returns
    -------
    IrtDif
        With weights or a design the errors of ``lord`` are those of sampling units and strata, of both groups jointly
        where they share units, and its p values those of F with as many degrees of freedom as the units of the two
        groups give. The error of the link, which the same answers determine, is part of the test.

    Raises
    ------
    LiteracyError
        ``psychometrics.option``, ``psychometrics.data``.

    References
    ----------
    Lord (1980), Applications of Item Response Theory; Thissen, Steinberg, Wainer (1993); Koehler, Robitzsch, Hartig
    (2020); Krishnamoorthy, Yu (2004), Statistics and Probability Letters 66, 161-169 (degrees of freedom).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> skill, side = rng.normal(size=(2000, 1)), np.arange(2000) % 2
    >>> hard = np.zeros((2000, 6))
    >>> hard[side == 1, 0] = 1.0
    >>> right = rng.random((2000, 6)) < 1 / (1 + np.exp(-(skill - hard)))
    >>> frame = pd.DataFrame(right.astype(int), columns=list("abcdef")).assign(side=side)
    >>> irt_dif(frame, "side", model="rasch").table.query("flagged")["item"].tolist()
    ['a']
    """
    option("method", method, METHODS, "psychometrics.option")
    option("adjust", adjust or "bh", ADJUSTMENTS, "psychometrics.option")
    if method == "rmsd" and (purify is not None or adjust is not None):
        raise LiteracyError(
            "psychometrics.option", where="purify, adjust",
            what=tell("method='rmsd' makes no tests: they have no effect"),
            fix=tell("omit them, or use method='lord'"),
        )  # fmt: skip
    alpha = take_share(alpha, "alpha")
    rule = _Rule(alpha, adjust or "bh", purify is not False)
    answers = take_answers(data, items, weights, design, by)
    first, second = _pick_groups(answers, by, reference, focal)
    chosen = _two(answers, by, first, second)
    made_up = [tell("synthetic data: nobody was interviewed")] * answers.sample.origin.synthetic
    if method == "likelihood_ratio":
        if answers.designed and np.ptp(answers.weight[answers.live]) > 0:
            raise LiteracyError(
                "psychometrics.option", where="method 'likelihood_ratio'",
                what="with weights a ratio of pseudo-likelihoods does not follow a chi-square "
                     "distribution", fix="use method='lord'",
            )  # fmt: skip
        table, notes = _by_ratio(chosen, model, rule)
    elif method == "lord":
        table, notes = _by_parameters(chosen, model, rule)
    else:
        table, notes = _by_curves(chosen, model)
        return IrtDif(table, method, first, second, (*notes, *made_up))
    table["p_adjusted"] = adjust_many(table["p_value"].to_numpy(np.float64), rule.adjust)
    table["flagged"] = rule.flag(table)
    columns = ["item", "statistic", "df", "p_value", "p_adjusted", "effect", "flagged"]
    notes.append(say_level(alpha, rule.adjust, len(table)))
    return IrtDif(table[columns], method, first, second, (*notes, *made_up))


@dataclass(frozen=True, slots=True)
class _Rule:
    """When an item is flagged, and whether flagged items are left out of the comparison of others."""

    alpha: float
    adjust: str
    purify: bool

    def flag(self, table: pd.DataFrame) -> NDArray[np.bool_]:
        p = table["p_value"].to_numpy(np.float64)
        return (p if self.adjust == "none" else adjust_many(p, self.adjust)) < self.alpha


def _pick_groups(answers: Answers, by: str, reference: str | None, focal: str | None) -> tuple[str, str]:
    names = list(answers.group_names)
    for given, what in ((reference, "reference"), (focal, "focal")):
        if given is not None and str(given) not in names:
            raise LiteracyError(
                "psychometrics.option", where=what, what=tell("{} has no level {!r}", by, given),
                fix=tell("use one of: {}", ', '.join(names[:10])),
            )  # fmt: skip
    if len(names) < 2:
        raise LiteracyError(
            "psychometrics.option", where=f"by={by!r}",
            what=tell("all respondents who count are in one group ({})", names[0]),
            fix="give a column with at least two groups",
        )  # fmt: skip
    sizes = [int((answers.live & (answers.group == g)).sum()) for g in range(len(names))]
    order = [names[g] for g in np.argsort([-s for s in sizes], kind="stable")]
    first = str(reference) if reference is not None else next(n for n in order if n != str(focal))
    rest = [n for n in order if n != first]
    if focal is None and len(rest) > 1:
        raise LiteracyError(
            "psychometrics.option", where=f"by={by!r}", what=tell("{} groups; exactly two are "
                                                                  "compared", len(names)),
            fix="give reference= and focal= (--reference, --focal)",
        )  # fmt: skip
    return first, str(focal) if focal is not None else rest[0]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Answers of the two groups; ``side`` is 0 for the reference group, 1 for the focal group and -1 for all others."""

    answers: Answers
    frame: pd.DataFrame
    side: NDArray[np.int64]


def _two(answers: Answers, by: str, first: str, second: str) -> _Pair:
    names = answers.group_names
    side = np.full(len(answers.group), -1)
    side[answers.group == names.index(first)] = 0
    side[answers.group == names.index(second)] = 1
    side[~answers.live] = -1
    for g, name in enumerate((first, second)):
        for j, item in enumerate(answers.items):
            seen = np.unique(answers.codes[(side == g) & (answers.codes[:, j] != NOT_ASKED), j])
            if len(seen) < len(answers.levels[j]) or len(seen) < 2:
                raise LiteracyError(
                    "psychometrics.data", where=f"{item}, {by} {name!r}", what="some of its answers do not occur there",
                    fix="omit the item: items=[…]",
                )  # fmt: skip
    frame = answers.sample.frame.copy()
    for j, item in enumerate(answers.items):
        column = answers.codes[:, j].astype(np.float64)
        frame[f"{item}"] = np.where((answers.codes[:, j] == NOT_ASKED) | (side < 0), np.nan, column)
    frame[GROUP] = np.maximum(side, 0)
    return _Pair(answers, frame, side)


def _fit(
    pair: _Pair, frame: pd.DataFrame, items: list[str], model: Any, rows: NDArray[np.bool_], **more: Any
) -> IrtFit:
    sample = pair.answers.sample
    weight = np.where(rows, sample.weight, 0.0)
    if pair.answers.designed:
        made = sample.evolve(frame=frame, weight=weight, standard=None)
        return fit_irt(made, items, model, **more)
    return fit_irt(frame[rows], items, model, **more)


def _refuse_no_maximum(fit: IrtFit) -> None:
    if not fit.converged:
        raise LiteracyError(
            "psychometrics.data", where=", ".join(fit.infinite) or "items",
            what="the joint model of both groups has no maximum", fix="omit these items: items=[…]",
        )  # fmt: skip


def _by_parameters(pair: _Pair, model: str, rule: _Rule) -> tuple[pd.DataFrame, list[str]]:
    items = list(pair.answers.items)
    fits = [_fit(pair, pair.frame, items, model, pair.side == g) for g in (0, 1)]
    anchor, flagged = items, set[str]()
    notes: list[str] = []
    for _ in range(ROUNDS):
        table = compare_parameters(pair.answers, pair.side, fits, anchor, model in ("rasch", "pcm"))
        found = set(table.loc[rule.flag(table), "item"])
        if not rule.purify or found == flagged or len(items) - len(found) < 2:
            break
        flagged, anchor = found, [i for i in items if i not in found]
    notes.append(
        tell("focal scale linked to the reference scale by {} items not flagged (robust mean)", len(anchor))
        if rule.purify
        else tell("focal scale linked to the reference scale by all {} items (robust mean)", len(anchor))
    )
    if not all(f.converged for f in fits):
        notes.append(tell("the fit within a group did not converge: its items cannot be assessed"))
    return table, notes


def _split(frame: pd.DataFrame, items: list[str], apart: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """Split the items in *apart* into one column per group."""
    columns, names = {}, []
    for item in items:
        if item not in apart:
            names.append(item)
            continue
        for g in (0, 1):
            columns[f"{item} [{g}]"] = frame[item].where(frame[GROUP] == g)
            names.append(f"{item} [{g}]")
    return frame.assign(**columns), names


def _by_ratio(pair: _Pair, model: str, rule: _Rule) -> tuple[pd.DataFrame, list[str]]:
    items, rows = list(pair.answers.items), pair.side >= 0
    base = _fit(pair, pair.frame, items, model, rows, groups=GROUP, se="none")
    _refuse_no_maximum(base)
    table = pd.DataFrame([_ratio(pair, items, [], i, model, rows, base.loglik) for i in items])
    apart = list(table.loc[rule.flag(table), "item"]) if rule.purify else []
    notes = [tell("all other items are common to both groups")]
    if apart and len(items) - len(apart) >= 2:
        frame, names = _split(pair.frame, items, apart)
        clean = _fit(pair, frame, names, model, rows, groups=GROUP, se="none")
        again = []
        for i in items:
            if i in apart:  # item equal against free across groups; other flagged items are free
                rest = [a for a in apart if a != i]
                part, kept = _split(pair.frame, items, rest)
                equal = _fit(pair, part, kept, model, rows, groups=GROUP, se="none").loglik
                again.append(_ratio(pair, items, rest, i, model, rows, equal))
            else:
                again.append(_ratio(pair, items, apart, i, model, rows, clean.loglik))
        table = pd.DataFrame(again)
        notes = [tell("purified: {} items are common to both groups", len(items) - len(apart))]
    return table, notes


def _ratio(
    pair: _Pair,
    items: list[str],
    apart: list[str],
    item: str,
    model: str,
    rows: NDArray[np.bool_],
    equal: float,
) -> dict[str, Any]:
    frame, names = _split(pair.frame, items, [*apart, item])
    free = _fit(pair, frame, names, model, rows, groups=GROUP, se="none")
    value = max(2 * (free.loglik - equal), 0.0)
    bank = free.bank
    first, second = (bank.items.index(f"{item} [{g}]") for g in (0, 1))
    theta = bank.layout.nodes(bank.whole, free.grid.points, 1)
    expected = expected_score(bank.layout, bank.whole, theta) @ np.exp(free.grid.log_weights)
    df = float(bank.layout.starts[first + 1] - bank.layout.starts[first])
    df -= bank.models[first] in ("rasch", "pcm", "1pl")
    return {
        "item": item,
        "statistic": value,
        "df": df,
        "p_value": float(chi2.sf(value, df)),
        "effect": float(expected[second] - expected[first]) / (int(bank.layout.categories[first]) - 1),
    }


def _by_curves(pair: _Pair, model: str) -> tuple[pd.DataFrame, list[str]]:
    items = list(pair.answers.items)
    fit = _fit(pair, pair.frame, items, model, pair.side >= 0, groups=GROUP)
    _refuse_no_maximum(fit)
    rows = []
    for j, item in enumerate(fit.bank.items):
        sides = [curve_departure(fit, j, g) for g in (0, 1)]
        worst = int(sides[1][1] >= sides[0][1])
        seen, corrected, low, high = sides[worst]
        rows.append(
            {
                "item": item,
                "statistic": corrected,
                "rmsd": seen,
                "ci_low": low,
                "ci_high": high,
                "flagged": corrected > RMSD_LIMIT and low > RMSD_LIMIT / 2,
            }
        )
    return pd.DataFrame(rows), [
        tell(
            "statistic: RMSD between the curve of the worse-fitting group and the common curve, "
            "corrected for chance"
        ),
        tell("flagged above {:g} with an interval above {:g}", RMSD_LIMIT, RMSD_LIMIT / 2),
    ]


def adjust_many(p: Floats, method: str) -> Floats:
    """Return p values adjusted for their number by Holm's method, otherwise Benjamini and Hochberg's; NaN is kept."""
    out = np.full(len(p), np.nan)
    good = np.flatnonzero(np.isfinite(p))
    order = good[np.argsort(p[good])]
    m = len(order)
    if m and method == "holm":
        out[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(m, 0, -1)), 1.0)
    elif m:
        stepped = p[order] * m / np.arange(1, m + 1)
        out[order] = np.minimum(np.minimum.accumulate(stepped[::-1])[::-1], 1.0)
    return out


def say_level(alpha: float, adjust: str, items: int) -> str:
    """Return the sentence on what the level of the tests promises."""
    if adjust == "none":
        return tell(
            "flagged at {:g} per item: {:.1f} of {} items expected by chance alone if there is no DIF",
            alpha,
            alpha * items,
            items,
        )
    if adjust == "bh":
        return tell(
            "flagged at {:g} after adjustment for {} items (Benjamini and Hochberg): the expected share of "
            "false alarms among the flagged items",
            alpha,
            items,
        )
    return tell(
        "flagged at {:g} after adjustment for {} items (Holm): the probability of any false alarm",
        alpha,
        items,
    )
