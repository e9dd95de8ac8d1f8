"""From Totals to results: point estimates, linearisation, covariance, degrees of freedom, order of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from literacy.estimation.core.totals import Part, Spread, Totals
from literacy.kernels.design.elements import Groups, element_covariance
from literacy.kernels.design.linearization import Smooth, make_statistic
from literacy.kernels.design.replication import RANK
from literacy.sampling.codes import Codes
from literacy.sampling.joining import Frames, compile_frames
from literacy.sampling.replication import describe_lost, pool_replicates
from literacy.sampling.variance import needs_presence, refuse_lonely, total_covariance

Floats = NDArray[np.float64]
ROUNDING = 1e-14  # spreads below this multiple of the mean square are those of equal values
NOISE = 1e-20  # variances below this multiple of that of simple random sampling are rounding error


@dataclass(frozen=True, slots=True)
class Result:
    """Estimates by domain; arrays are (K,), except ``covariance`` (K, K).

    ``srs`` is the variance under simple random sampling of n with replacement, ``kish`` Kish's effective number of
    respondents, ``population`` the sum of the weights.
    """

    keys: tuple[tuple[object, ...], ...]
    variables: tuple[str, ...]
    levels: tuple[object, ...]
    estimate: Floats
    covariance: Floats
    n: Floats
    df: Floats
    srs: Floats
    kish: Floats
    population: Floats
    notes: tuple[str, ...]


def finish_numbers(totals: Totals) -> Result:
    """Compute the estimates of every variable in every domain, with their joint covariance."""
    codes = compile_units(totals)
    parts = totals.parts
    statistics = [make_statistic(p.statistic, p.centre, p.n) for p in parts]
    slopes = [_fill(s.jacobian(p.t)) for s, p in zip(statistics, parts, strict=True)]
    estimate = np.concatenate([s.point(p.t).reshape(-1) for s, p in zip(statistics, parts, strict=True)])
    notes: list[str] = []
    if totals.spread is not None:
        covariance = _pool(totals.spread, parts, statistics, estimate, notes)
    else:
        covariance = linear_covariance(totals, codes, slopes)
    df = [_degrees(totals, codes, p) for p in parts]
    return _assemble(totals, estimate, covariance, slopes, df, tuple(notes))


def linear_covariance(totals: Totals, codes: Codes, slopes: Sequence[Floats]) -> Floats:
    """Return the Taylor covariance of linear functions of the totals.

    Parameters
    ----------
    totals : Totals
    codes : the compiled design
    slopes : (D, q, k) coefficients of the functions, for each part
    """
    parts = totals.parts
    if totals.project is not None:
        return total_covariance(totals.design, codes, totals.project(slopes), None, adjusted=True)
    if len(parts) == 1 and parts[0].groups is not None:
        return _people(totals, codes, parts[0], slopes[0])
    return _linearize(totals, codes, slopes)


def _fill(slope: Floats) -> Floats:
    """Replace undefined derivatives by 0."""
    gaps = np.isnan(slope)
    return np.where(gaps, 0.0, slope) if gaps.any() else slope


def compile_units(totals: Totals) -> Codes:
    """Return the compiled design for variance estimation."""
    return compile_frames(totals.units, totals.design) if isinstance(totals.units, Frames) else totals.units


def part_degrees(totals: Totals, part: Part) -> Floats:
    """Return the degrees of freedom of each domain (D,) of a part."""
    return _degrees(totals, compile_units(totals), part)


def _linearize(totals: Totals, codes: Codes, slopes: Sequence[Floats]) -> Floats:
    """Taylor covariance from totals by unit."""
    sums, counts = [], []
    present = needs_presence(totals.design, codes)
    for s, stage in enumerate(codes.stages):
        parts = [
            _score_units(p.z[s], slope).reshape(stage.units, -1)
            for p, slope in zip(totals.parts, slopes, strict=True)
        ]
        sums.append(np.concatenate(parts, axis=1) if len(parts) > 1 else parts[0])
        if present and totals.effect is None:
            seen = [
                np.repeat(p.weights(p.z[s]) != 0, slope.shape[2], axis=1)
                for p, slope in zip(totals.parts, slopes, strict=True)
            ]
            counts.append(np.concatenate(seen, axis=1).astype(np.float64))
    if totals.effect is not None:
        inner = [
            np.einsum("cdq,dqk->cdk", p.inner, slope).reshape(len(p.inner), -1)
            for p, slope in zip(totals.parts, slopes, strict=True)
            if p.inner is not None
        ]
        effects = totals.effect.explain(np.concatenate(inner, axis=1))
        sums = [total - span @ effects for total, span in zip(sums, totals.spans, strict=False)]
    return total_covariance(
        totals.design, codes, tuple(sums), tuple(counts) or None, adjusted=totals.effect is not None
    )


def _score_units(z: Floats, slope: Floats) -> Floats:
    """Linearised scores (m, D, k) of the units from their totals (m, D, q)."""
    if slope.shape[2] > 1:
        return np.asarray(np.einsum("mdq,dqk->mdk", z, slope))
    out = z[:, :, 0] * slope[:, 0, 0]
    for q in range(1, z.shape[2]):
        out += z[:, :, q] * slope[:, q, 0]
    return out


def _people(totals: Totals, codes: Codes, part: Part, slope: Floats) -> Floats:
    """Taylor covariance for designs in which rows are the sampling units."""
    stage, rule = codes.stages[0], totals.design.lonely_psu
    assert part.groups is not None
    left = np.zeros(len(stage.size))
    np.maximum.at(left, stage.stratum, stage.unsampled)
    if rule == "fail" and bool(stage.lonely.any()):
        held = part.groups.count.reshape(len(stage.size), -1).sum(axis=1) > 0
        refuse_lonely(totals.design, codes, 0, np.flatnonzero(stage.lonely & held))
    return element_covariance(part.groups, slope, stage.size, left, rule, part.category)


def _pool(
    spread: Spread, parts: Sequence[Part], statistics: Sequence[Smooth], estimate: Floats, notes: list[str]
) -> Floats:
    """Covariance from the estimates of the replicates."""
    thetas = np.concatenate(
        [
            s.point(p.theta).reshape(len(spread.rscales), -1)
            for s, p in zip(statistics, parts, strict=True)
            if p.theta is not None
        ],
        axis=1,
    )
    covariance, lost = pool_replicates(thetas, estimate, spread.scale, spread.rscales, spread.mse)
    notes += describe_lost(lost, len(spread.rscales))
    return covariance


def _degrees(totals: Totals, codes: Codes, p: Part) -> Floats:
    """Degrees of freedom of each domain (D,)."""
    first = codes.stages[0]
    if p.df is not None:
        return p.df
    if totals.spread is not None:
        whole = totals.spread.df if totals.spread.gram is None else _rank(totals.spread.gram) - 1.0
        own = [] if p.gram is None else [min(whole, _rank(g) - 1.0) for g in p.gram]
        return np.array(own) if own else np.full(len(p.keys), whole)
    if p.groups is not None:
        rows = p.groups.count if not p.category else p.groups.count.sum(axis=2)
        return np.asarray(p.n - (rows > 0).sum(axis=0))
    assert p.counts is not None
    return first.count_df(p.counts)


def _rank(gram: Floats) -> int:
    """Rank of a matrix from its Gram matrix, with the tolerance of ``kernels.design.replication.count_rank``."""
    size = np.linalg.eigvalsh(gram)
    return int((size > RANK**2 * size[-1]).sum()) if len(size) and size[-1] > 0 else 0


def _srs(p: Part, slope: Floats) -> Floats:
    """Variance (D, k) under simple random sampling with replacement of the n respondents of each domain."""
    moments = p.t[:, :, None] * np.eye(p.t.shape[1]) if p.moments is None else p.moments
    whole, n = p.weights(p.t)[:, None], p.n[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = p.t / whole
        spread = moments / whole[..., None] - mean[:, :, None] * mean[:, None, :]
        if not p.category:
            spread[:, 0, :] = spread[:, :, 0] = 0.0  # the column of ones
        square = (np.matmul(spread, slope) * slope).sum(axis=1)
        size = (np.matmul(np.abs(moments / whole[..., None]), np.abs(slope)) * np.abs(slope)).sum(axis=1)
        square = np.where(square <= ROUNDING * size, 0.0, square)
        return np.asarray(np.maximum(square, 0.0) / (n - 1) * whole**2)


def _assemble(
    totals: Totals, estimate: Floats, covariance: Floats, slopes: Sequence[Floats], df: Sequence[Floats],
    notes: tuple[str, ...],
) -> Result:  # fmt: skip
    """Combine the parts in the order of the table."""
    parts = totals.parts
    names = list(dict.fromkeys(p.name for p in parts))
    keys, variables, levels, place = [], [], [], []
    rank = [{v: i for i, v in enumerate(values)} for values in totals.order]
    for p in parts:
        j = names.index(p.name)
        for key in p.keys:
            position = tuple(r[v] for r, v in zip(rank, key, strict=True))
            for i, level in enumerate(p.levels or (None,)):
                keys.append(key)
                variables.append(p.name)
                levels.append(level)
                place.append((position, j, i))
    order = sorted(range(len(place)), key=place.__getitem__)
    sorted_ = order == list(range(len(place)))

    def spread(values: Sequence[Floats]) -> Floats:
        wide = [
            v.reshape(-1) if v.ndim > 1 or p.width == 1 else np.repeat(v, p.width)
            for v, p in zip(values, parts, strict=True)
        ]
        whole = np.concatenate(wide) if len(wide) > 1 else wide[0]
        return whole if sorted_ else whole[order]

    srs = spread([_srs(p, slope) for p, slope in zip(parts, slopes, strict=True)])
    covariance = covariance if sorted_ else covariance[np.ix_(order, order)]
    noise = np.diag(covariance) <= NOISE * srs
    if noise.any():
        covariance[noise, :] = 0.0
        covariance[:, noise] = 0.0
    population = spread([p.weights(p.t) for p in parts])
    squares = spread([p.squares for p in parts])
    with np.errstate(divide="ignore", invalid="ignore"):
        kish = population**2 / squares
    return Result(
        tuple(keys[i] for i in order),
        tuple(variables[i] for i in order),
        tuple(levels[i] for i in order),
        estimate if sorted_ else estimate[order],
        covariance,
        spread([p.n for p in parts]),
        spread(df),
        srs,
        kish,
        population,
        notes,
    )


def take_binary(totals: Totals) -> Totals:
    """Convert categories of which no row has a number other than 0 and 1 to numbers, whose share of 1 is estimated."""
    others = {p.name for p in totals.parts if p.others or not p.numeric}
    parts = tuple(_as_binary(p) if p.category and p.name not in others else p for p in totals.parts)
    return replace(totals, parts=parts)


def _as_binary(p: Part) -> Part:
    """Convert totals of the levels of y to totals of weight times (1, y)."""
    one, zero = [i for i, v in enumerate(p.levels) if v == 1], [i for i, v in enumerate(p.levels) if v == 0]

    def pair(t: Floats) -> Floats:
        ones = t[..., one].sum(axis=-1)
        return np.stack([t[..., zero].sum(axis=-1) + ones, ones], axis=-1)

    t = pair(p.t)
    groups = p.groups
    if groups is not None:
        shape = groups.count.shape[:2]
        made = Groups(np.zeros(shape), np.zeros((*shape, 2)), np.zeros((*shape, 2, 2)))
        for i in (*zero, *one):
            u = np.array([1.0, float(p.levels[i])])
            made = made.merge(
                Groups(
                    groups.count[:, :, i],
                    groups.mean[:, :, i] * u,
                    groups.spread[:, :, i] * np.outer(u, u),
                )
            )
        groups = made
    moments = np.stack([np.stack([t[:, 0], t[:, 1]], -1), np.stack([t[:, 1], t[:, 1]], -1)], axis=1)
    return replace(
        p,
        statistic="mean" if p.statistic == "shares" else "total",
        levels=(),
        scale=(),
        centre=(0.0,),
        t=t,
        moments=moments,
        z=tuple(pair(z) for z in p.z),
        groups=groups,
        theta=None if p.theta is None else pair(p.theta),
        inner=None if p.inner is None else pair(p.inner),
    )
