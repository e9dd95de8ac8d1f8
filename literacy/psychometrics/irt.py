"""Item response models fitted to survey data by marginal (pseudo-)likelihood, with design-based standard errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import option
from literacy.kernels.psychometrics.marginal import Grid, evaluate, make_grid, row_scores
from literacy.kernels.psychometrics.maximization import Maximum, maximise
from literacy.kernels.psychometrics.patterns import (
    Patterns,
    compress_rows,
    make_patterns,
    sum_patterns,
)
from literacy.messages import tell
from literacy.psychometrics.arguments import take_count
from literacy.psychometrics.bank import TIES, Bank, pick_models, tabulate_bank
from literacy.psychometrics.fitted import IrtFit, Linear
from literacy.psychometrics.items import Answers, take_answers
from literacy.psychometrics.preparation import (
    find_start,
    lay_out_items,
    read_known,
    refuse_unidentified,
    rests_on_sums,
    take_grid,
)
from literacy.sampling import Design

Floats = NDArray[np.float64]

ERRORS = ("auto", "observed", "crossproduct", "sandwich", "none")
FINE = (-8.0, 8.0, 161)
"""Grid on which a fit is checked, and repeated where the default grid is too coarse."""
LEAST_SD = 1e-3
"""Standard deviation of a group below which its maximum is taken to lie at 0."""
COARSE = 1e-7
"""Relative difference in log likelihood between the two grids above which the fit is repeated."""


def fit_irt(
    data: Any,
    items: Sequence[str] | None = None,
    model: str | Sequence[str] | Mapping[str, str] = "2pl",
    weights: str | Sequence[float] | Floats | None = None,
    design: Design | None = None,
    *,
    groups: str | None = None,
    fixed: pd.DataFrame | IrtFit | None = None,
    se: str = "auto",
    prior: tuple[float, float] | None = (-1.1, 0.5),
    grid: tuple[float, float, int] = (-6.0, 6.0, 61),
    max_iterations: int = 500,
) -> IrtFit:
    """Fit an item response model by marginal maximum (pseudo-)likelihood.

    Parameters
    ----------
    data : Scored, Sample or DataFrame
        See :func:`literacy.psychometrics.items.take_answers`. Items not asked are missing by design; "don't know" is
        scored as the scoring standard specifies.
    items : sequence of str, optional
        Items to fit. Default: all.
    model : str, sequence or mapping
        ``rasch`` (slope 1, free variance), ``1pl`` (one free slope), ``2pl``, ``3pl`` (with a normal prior on
        logit g), ``pcm`` (slope 1, free variance), ``gpcm``, ``grm``; or one model per item.
    weights : str or (n,) array, optional
        Survey weights, used without rescaling.
    design : Design, optional
        Strata and sampling units for the standard errors.
    groups : str, optional
        Column of groups or waves, each with its own mean and variance. The first in sorted order sets the scale.
    fixed : DataFrame or IrtFit, optional
        Items whose parameters are known (``item, a, b`` or ``d``, ``g``, …). They set the scale, and the mean and
        variance of every group are free.
    se : str
        ``observed`` (inverse information), ``crossproduct``, ``sandwich`` (over sampling units and strata) or ``none``.
        ``auto`` means sandwich with weights or a design, otherwise observed.
    prior : (float, float), optional
        Mean and standard deviation of the normal prior on logit g. None: no prior.
    grid : (low, high, number)
        Quadrature points in standard deviations of the group. Where they are too coarse a finer grid is used, with a
        note.
    max_iterations : int
        Maximum number of passes over the data.

    Returns
    -------
    IrtFit
        Estimates are not bounded: items whose estimates diverge are named in ``infinite``, and ``converged`` is then
        False.

    Raises
    ------
    LiteracyError
        ``psychometrics.*`` for invalid data, items, models or options; ``design.*`` for an invalid design.

    References
    ----------
    Bock, Aitkin (1981), Psychometrika 46, 443-459; for weights Skinner (1989), in Analysis of Complex Surveys.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> skill = rng.normal(size=(500, 1))
    >>> right = rng.random((500, 4)) < 1 / (1 + np.exp(-(skill - [-1, 0, 0.5, 1])))
    >>> fit = fit_irt(pd.DataFrame(right.astype(int), columns=list("abcd")), model="rasch")
    >>> fit.converged
    True
    """
    option("se", se, ERRORS, "psychometrics.option")
    max_iterations = take_count(max_iterations, "max_iterations", 1, 1_000_000)
    every = take_answers(data, items, weights, design, groups)
    model = dict(model) if isinstance(model, Mapping) else model
    chosen = pick_models(model, every.items, [max(2, len(v)) for v in every.levels])
    out, notes = every.constant(), list(every.notes)
    kept = [j for j in range(len(every.items)) if j not in out]
    answers, models = every.keep(kept), tuple(chosen[j] for j in kept)
    known = read_known(fixed, answers, models)
    layout = lay_out_items(answers, models, known, prior)
    refuse_unidentified(answers, layout, known)
    kind = se if se != "auto" else ("sandwich" if every.designed else "observed")
    rows = None
    if rests_on_sums(layout, known):
        patterns = sum_patterns(*_live(answers), layout)
    else:
        rows = compress_rows(*_live(answers))
        patterns = make_patterns(*rows[:3], layout)
    points = take_grid(grid)
    start = find_start(answers, layout)
    found = maximise(layout, start, patterns, points, max_iterations, se != "none")
    if _coarse(found, patterns, points):
        points = make_grid(*FINE)
        notes.append(tell("the usual grid was too coarse for this test; a finer one was used"))
        found = maximise(layout, start, patterns, points, max_iterations, se != "none")
    whole, turned = _orient(found, models, known)
    bread = _bread(found, kind)
    cover = _turn(_covariance(found, bread, kind, answers, rows, points), turned)
    bank = Bank(answers.items, models, found.layout.with_fixed(np.arange(len(whole)), whole), whole, cover)
    infinite = [answers.items[j] for j in found.runaway]
    table, more = _finish(tabulate_bank(bank), every, kept, infinite, chosen)
    notes += more
    if "rasch" in models or "pcm" in models:
        notes.append(tell("rasch, pcm: slope 1, the variance of the scale is free"))
    if "3pl" in models:
        notes.append(
            tell("3pl without a prior of g")
            if prior is None
            else tell("3pl: prior logit g ~ N({:g}, {:g}²)", prior[0], prior[1])
        )
    flat = [
        n
        for g, n in enumerate(answers.group_names)
        if np.exp(whole[bank.layout.group_place(g) + 1]) < LEAST_SD
    ]
    notes += [
        tell("{}: the variance of the scale goes to 0 (its few respondents do not differ)", name)
        for name in flat
    ]
    if flat or not found.converged:
        notes.append(tell("no maximum was reached: do not use these numbers"))
    live = answers.live
    return IrtFit(
        parameters=table,
        groups=_group_table(bank, answers),
        loglik=found.loglik,
        iterations=found.iterations,
        converged=found.converged and not flat,
        infinite=(*infinite, *(every.items[j] for j in out)),
        free=layout.free,
        n=int(live.sum()),
        errors=kind,
        bank=bank,
        answers=answers,
        grid=points,
        linear=None if bread is None else Linear(found.layout, found.values, turned @ bread),
        notes=tuple(notes),
        history=(
            *every.sample.history,
            tell("item response model fitted to {} respondents", int(live.sum())),
        ),
    )


def _live(answers: Answers) -> tuple[NDArray[np.uint8], NDArray[np.int64], Floats]:
    """Return the codes, groups and weights of the respondents who count."""
    live = answers.live
    if live.all():
        return answers.codes, answers.group, answers.weight
    return answers.codes[live], answers.group[live], answers.weight[live]


def _coarse(found: Maximum, patterns: Patterns, points: Grid) -> bool:
    if len(points.points) >= FINE[2] or found.runaway or not np.isfinite(found.loglik):
        return False
    if len(patterns.weight) > 30_000:
        kept = np.arange(0, len(patterns.weight), len(patterns.weight) // 10_000)
        patterns = replace(
            patterns, cells=patterns.cells[kept], weight=patterns.weight[kept],
            bounds=np.searchsorted(kept, patterns.bounds),
        )  # fmt: skip
    usual = evaluate(found.layout, found.values, patterns, points).loglik
    fine = evaluate(found.layout, found.values, patterns, make_grid(*FINE)).loglik
    return bool(abs(usual - fine) > COARSE * abs(fine))


def _bread(found: Maximum, kind: str) -> Floats | None:
    """Return the inverse information (f, f) of the free parameters; None if not requested or not positive definite."""
    if kind == "none" or found.layout.free == 0 or not np.isfinite(found.information).all():
        return None
    if np.linalg.eigvalsh(found.information)[0] <= 0:
        return None
    return np.asarray(np.linalg.inv(found.information), np.float64)


def _covariance(
    found: Maximum,
    bread: Floats | None,
    kind: str,
    answers: Answers,
    rows: tuple[Any, Any, Any, Any] | None,
    points: Grid,
) -> Floats:
    """Return the covariance (f, f) of the free parameters; NaN where the information is not positive definite."""
    layout, size = found.layout, found.layout.free
    unknown = np.full((size, size), np.nan)
    if bread is None:
        return unknown
    if kind == "observed":
        return bread
    codes, group, _, place = rows if rows is not None else compress_rows(*_live(answers))
    patterns = make_patterns(codes, group, np.ones(len(codes)), layout)
    scores = row_scores(layout, found.values, patterns, points)
    live = answers.live
    if kind == "crossproduct" or not answers.designed:
        weight = np.bincount(place, answers.weight[live] ** 2, len(codes))
        meat = (scores * weight[:, None]).T @ scores
    else:
        spread = np.zeros((len(live), size))
        spread[live] = scores[place]
        meat = answers.sample.covariance(spread)
    if kind == "crossproduct":
        return np.asarray(np.linalg.inv(meat), np.float64) if np.linalg.matrix_rank(meat) == size else unknown
    out: Floats = bread @ meat @ bread
    return out


def _turn(cover: Floats, turned: Floats) -> Floats:
    """Return the covariance of all reported parameters: zero for fixed ones, NaN where it is not known."""
    if np.isfinite(cover).all():
        out: Floats = turned @ cover @ turned.T
        return out
    live = turned.any(axis=1)
    return np.where(np.outer(live, live), np.nan, 0.0)


def _orient(found: Maximum, models: tuple[str, ...], known: dict[int, Floats]) -> tuple[Floats, Floats]:
    """Return all parameters on the reported scale, and their derivatives (p, f) by the free parameters.

    Without fixed items, signs are chosen so that the slopes do not sum to a negative value. Rasch items have slope 1.
    """
    layout = found.layout
    whole = layout.whole(found.values)
    size = len(whole)
    turned = np.zeros((size, layout.free))
    live = np.flatnonzero(layout.slot >= 0)
    turned[live, layout.slot[live]] = 1.0
    slopes, means = layout.starts[:-1], layout.starts[-1] + 2 * np.arange(layout.groups)
    if not known and whole[slopes].sum() < 0:
        turn = np.ones(size)
        turn[slopes] = turn[means] = -1.0
        whole, turned = whole * turn, turned * turn[:, None]
    one = [j for j, m in enumerate(models) if TIES.get(m) == "rasch" and j not in known]
    if not one or known:
        return whole, turned
    at = int(slopes[one[0]])
    alpha = float(whole[at])
    if not alpha:
        return whole, turned
    jacobian = np.eye(size)
    out = whole.copy()
    for s in slopes:
        out[s] = whole[s] / alpha
        jacobian[s] /= alpha
        jacobian[s, at] -= whole[s] / alpha**2
    for m in means:
        out[m] = whole[m] * alpha
        jacobian[m] *= alpha
        jacobian[m, at] += whole[m]
        out[m + 1] = whole[m + 1] + np.log(abs(alpha))
        jacobian[m + 1, at] += 1 / alpha
    turned = jacobian @ turned
    exact = np.array([slopes[j] for j in one])
    out[exact] = 1.0
    turned[exact] = 0.0
    return out, turned


def _group_table(bank: Bank, answers: Answers) -> pd.DataFrame:
    rows = []
    for g, name in enumerate(answers.group_names):
        at = bank.layout.group_place(g)
        sd = float(np.exp(bank.whole[at + 1]))
        errors = [float(np.sqrt(v)) if (v := bank.covariance[i, i]) > 0 else np.nan for i in (at, at + 1)]
        rows.append(
            {
                "group": name,
                "n": int((answers.live & (answers.group == g)).sum()),
                "mean": float(bank.whole[at]),
                "sd": sd,
                "variance": sd**2,
                "se_mean": errors[0],
                "se_variance": 2 * sd**2 * errors[1],
            }
        )
    return pd.DataFrame(rows)


def _finish(
    table: pd.DataFrame, every: Answers, kept: list[int], runaway: list[str], models: tuple[str, ...]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the table in the order of the data, with excluded items, and notes on infinite values."""
    notes = []
    for name in runaway:
        at = table["item"] == name
        table.loc[at, "a"] = np.sign(table.loc[at, "a"]) * np.inf
        for column in (c for c in table.columns if c == "d" or (c[0] == "d" and c[1:].isdigit())):
            table.loc[at, column] = np.sign(table.loc[at, column]) * np.inf
        table.loc[at, [c for c in table.columns if c.startswith("se_")]] = np.nan
    if runaway and len({m for m in models if TIES.get(m)}) == 1 and len(runaway) == len(kept):
        notes.append(tell("the common slope of all items, or the variance of the scale, diverges"))
    else:
        notes += [
            tell(
                "{}: the slope diverges (together with the other items it separates respondents perfectly)",
                name,
            )
            for name in runaway
        ]
    rows: list[dict[Any, Any]] = []
    for j, item in enumerate(every.items):
        if j in kept:
            continue
        level = every.levels[j]
        row: dict[Any, Any] = {"item": item, "model": models[j], "categories": len(level)}
        if level in ((0,), (1,)):
            row |= {"d": np.inf if level == (1,) else -np.inf, "b": -np.inf if level == (1,) else np.inf}
        answer = "right" if level == (1,) else "wrong" if level == (0,) else "alike"
        notes.append(
            tell(
                "{}: all respondents answered {}; its difficulty is infinite and it is excluded", item, answer
            )
            if level
            else tell("{}: nobody answered; it is excluded", item)
        )
        rows.append(row)
    if not rows:
        return table, notes
    names = list(table.columns)
    records = {r["item"]: r for r in [*table.to_dict("records"), *rows]}
    whole = pd.DataFrame([records[i] for i in every.items], columns=names)
    return whole, notes
