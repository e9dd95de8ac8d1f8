"""Lord's test: item parameters of two groups on one scale, with the error of the link between their scales.

References
----------
.. [KY] Krishnamoorthy, K., Yu, J. (2004). Modified Nel and Van der Merwe test for the multivariate Behrens-Fisher
   problem. Statistics and Probability Letters 66, 161-169.
.. [L] Lord, F. M. (1980). Applications of Item Response Theory to Practical Testing Problems.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2, f

from literacy.kernels.psychometrics.ability_estimates import expected_score
from literacy.kernels.psychometrics.transformation import transform
from literacy.psychometrics.bank import TIES, Bank
from literacy.psychometrics.fitted import IrtFit
from literacy.psychometrics.items import Answers
from literacy.psychometrics.linking import find_anchor_link

Floats = NDArray[np.float64]


def compare_parameters(
    answers: Answers, side: NDArray[np.int64], fits: list[IrtFit], anchor: list[str], fixed_slope: bool
) -> pd.DataFrame:
    """Return Lord's test of every item; the errors of the link that the same answers determine are part of it."""
    old, new = fits[0].bank, fits[1].bank
    link = find_anchor_link(fits, anchor, [old.whole, new.whole], fixed_slope)
    moved = transform(new.layout, new.whole, *link)
    slopes = _gap_slopes(fits, anchor, fixed_slope, link)
    whole, parts, df = _gap_covariance(answers, side, fits, slopes)
    alone = np.diag(old.covariance) + np.diag(new.covariance)
    at = new.layout.group_place(0)
    theta = moved[at] + np.exp(moved[at + 1]) * fits[1].grid.points
    mass = np.exp(fits[1].grid.log_weights)
    gap = (expected_score(new.layout, moved, theta) - expected_score(old.layout, old.whole, theta)) @ mass
    rows = []
    for j, item in enumerate(old.items):
        places = np.arange(old.layout.starts[j], old.layout.starts[j + 1])
        places = places[np.diag(whole)[places] > 1e-9 * alone[places]]
        here = np.ix_(places, places)
        value, p = _wald_f(moved[places] - old.whole[places], whole[here], [part[here] for part in parts], df)
        rows.append(
            {
                "item": item,
                "statistic": value,
                "df": float(len(places)),
                "p_value": p,
                "effect": float(gap[j] / (old.layout.categories[j] - 1)),
            }
        )
    return pd.DataFrame(rows)


def _gap_slopes(
    fits: list[IrtFit], anchor: list[str], fixed_slope: bool, at: tuple[float, float]
) -> list[Floats]:
    """Return the derivatives (p, p) of linked focal less reference parameters by those of the reference and focal fit.

    The link moves with the parameters of the anchor items; it cancels what their errors have in common.
    """
    old, new = fits[0].bank, fits[1].bank
    size = len(new.whole)

    def gap(shifts: list[Floats], place: tuple[float, float]) -> Floats:
        return np.asarray(transform(new.layout, shifts[1], *place) - shifts[0])

    base = [old.whole, new.whole]
    turns = []
    for k in (0, 1):
        ends = []
        for sign in (1.0, -1.0):
            place = list(at)
            place[k] += sign * 1e-5
            ends.append(gap(base, (place[0], place[1])))
        turns.append((ends[0] - ends[1]) / 2e-5)
    made = []
    for side, bank in enumerate((old, new)):
        out = np.zeros((size, size))
        linking = np.concatenate(
            [
                np.arange(bank.layout.starts[j], bank.layout.starts[j + 1])
                for j in map(bank.items.index, anchor)
            ]
        )
        for places in _moving(bank):
            sides, links = [], []
            for sign in (1.0, -1.0):
                shifts = [w.copy() for w in base]
                shifts[side][places] += sign * 1e-5
                sides.append(gap(shifts, at))
                if np.isin(places, linking).any():
                    links.append(find_anchor_link(fits, anchor, shifts, fixed_slope))
            out[:, places[0]] = (sides[0] - sides[1]) / 2e-5
            if links:
                for turn, up, down in zip(turns, *links, strict=True):
                    out[:, places[0]] += turn * (up - down) / 2e-5
        made.append(out)
    return made


def _moving(bank: Bank) -> list[NDArray[np.int64]]:
    """Return the estimated parameters, as places of the whole vector; those that are one (a common slope) together."""
    free = np.flatnonzero(np.diag(bank.covariance) > 0)
    common = np.array(
        [s for s, m in zip(bank.layout.starts, bank.models, strict=False) if TIES.get(m) == "1pl"], int
    )
    common = common[np.isin(common, free)]
    alone = [np.array([i]) for i in free if i not in common]
    return [*alone, common] if len(common) else alone


def _gap_covariance(
    answers: Answers, side: NDArray[np.int64], fits: list[IrtFit], slopes: list[Floats]
) -> tuple[Floats, list[Floats], list[float]]:
    """Return the covariance of the differences, the part of each group, and degrees of freedom (each, then joint)."""
    if not answers.designed:
        parts = [s @ f.bank.covariance @ s.T for s, f in zip(slopes, fits, strict=True)]
        return parts[0] + parts[1], parts, [np.inf] * 3
    sample = answers.sample
    scores = [f.influence(s.T) for f, s in zip(fits, slopes, strict=True)]
    parts = [sample.covariance(s) for s in scores]
    df = [sample.df(side == 0), sample.df(side == 1), sample.df(side >= 0)]
    return sample.covariance(scores[0] + scores[1]), parts, df


def _wald_f(away: Floats, cover: Floats, parts: list[Floats], df: list[float]) -> tuple[float, float]:
    """Return Wald's statistic and its p value; with finite df by F, the df of both groups joined. [KY]_"""
    q = len(away)
    if not q or not np.isfinite(cover).all():
        return np.nan, np.nan
    inverse = np.linalg.pinv(cover)
    value = float(away @ inverse @ away)
    if not np.isfinite(df[2]):
        return value, float(chi2.sf(value, q))
    spread = 0.0
    for part, each in zip(parts, df[:2], strict=True):
        share = part @ inverse
        spread += (np.trace(share @ share) + np.trace(share) ** 2) / max(each, 1.0)
    joined = min(df[2], (q + q**2) / spread)
    rest = joined - q + 1
    return value, float(f.sf(value * rest / (joined * q), q, rest)) if rest > 0 else np.nan
