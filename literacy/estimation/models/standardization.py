"""Direct standardisation: estimates of domains with a standard composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError, option
from literacy.estimation.core.domains import By, Layer, Where, find_domains
from literacy.estimation.core.estimate import Estimate, Numbers, check_level
from literacy.estimation.core.results import estimate_from
from literacy.estimation.core.sample_columns import (
    Bools,
    Floats,
    Ints,
    covariance_of,
    degrees,
    indicators,
    read_levels,
    read_outcome,
    sum_levels,
)
from literacy.kernels.design.intervals import METHODS
from literacy.kernels.design.residuals import group_residuals
from literacy.kernels.design.variance import sum_units
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.sampling.design import list_names

Shares = Mapping[Any, float] | pd.Series | pd.DataFrame


def standardize(
    sample: Sample,
    variable: str,
    adjust: str | Sequence[str],
    shares: Shares,
    *,
    by: By = None,
    where: Where = None,
    ci: str = "logit",
    level: float = 0.95,
) -> Estimate:
    """Estimate the mean or share of each domain, standardised to a given composition (R: ``svystandardize``).

    Parameters
    ----------
    sample : Sample
    variable : str
        A numeric or 0/1 column, or ``"column=value"``. Rows without a value are excluded.
    adjust : str or sequence of str
        Columns whose composition is standardised, such as an age group; several are cross-classified.
    shares : dict, Series or DataFrame
        Share of each level in the standard population (a tuple of levels for several columns; a DataFrame has the
        columns and ``share``). They are rescaled to sum to 1.
    by : str or sequence of str, optional
        Domains, which may overlap.
    where : str, dict or truth values, optional
        Domain to which the analysis is restricted.
    ci : str
        Interval of a 0/1 variable, as in ``proportion``; means have t intervals.
    level : float
        Confidence level.

    Returns
    -------
    Estimate
        With the unstandardised estimate in the column ``crude``.

    Raises
    ------
    LiteracyError
        ``estimate.domain`` if a domain has no respondents in a level with a positive standard share, which R silently
        distributes over the other levels.

    Examples
    --------
    >>> shares = {"junior_or_below": 0.4, "senior": 0.35, "tertiary": 0.25}
    >>> lit.standardize(sample, "literate", "education_three", shares).estimate.round(3)
    array([0.172])
    """
    option("ci", ci, METHODS)
    check_level(level)
    y = read_outcome(sample, variable)
    columns = list(list_names(adjust))
    domains = find_domains(sample, by, where)
    code, keys = _cross(sample, columns, ~np.isnan(y))
    share = _read_shares(shares, columns, keys)
    valid = ~np.isnan(y) & (code >= 0)
    parts = [_layer(sample, layer, y, code, valid, share, keys, columns) for layer in domains.layers]
    value = np.concatenate([p.value for p in parts])
    replicate_notes: list[str] = []
    if sample.replicates is not None:
        covariance = _replicated(sample, parts, value, replicate_notes)
    else:
        totals = [[], *([] for _ in sample.codes.stages[1:])]  # type: list[list[Floats]]
        for part in parts:
            scores = part.scores(sample)
            for s, stage in enumerate(sample.codes.stages):
                totals[s].append(sum_units(scores, stage.unit, stage.units))
        covariance = sample.total_covariance(tuple(np.concatenate(t, axis=1) for t in totals))
    labels: dict[str, list[Any]] = {
        name: [key[i] for layer in domains.layers for key in layer.keys] for i, name in enumerate(domains.by)
    }
    labels["variable"] = [variable] * len(value)
    n = np.concatenate([p.n for p in parts])
    is_share = bool(np.isin(y[valid & (sample.weight != 0)], (0.0, 1.0)).all())
    inside = np.any([layer.cell >= 0 for layer in domains.layers], axis=0)
    lost = int((inside & ~valid & (sample.weight != 0)).sum())
    notes = [tell("composition by {} held at the standard", " × ".join(columns)), *domains.notes]
    notes += (
        [tell("{} respondents without {} or {} left out", lost, variable, tell(" or ").join(columns))]
        if lost
        else []
    )
    numbers = Numbers(
        kind="standardized",
        labels=labels,
        estimate=value,
        covariance=covariance,
        df=np.concatenate([p.df for p in parts]),
        n=n,
        level=level,
        by=domains.by,
        overlapping=domains.overlapping,
        ci=ci if is_share else "mean",
        kish=np.concatenate([p.kish for p in parts]),
        unit="share" if is_share else "number",
        method="standardised",
        extra={"crude": np.concatenate([p.crude for p in parts])},
        notes=(*notes, *replicate_notes),
    )
    return estimate_from(sample, numbers, tell("{} standardised by {}", variable, " × ".join(columns)))


class _Part:
    """Standardised means of the disjoint domains of one layer."""

    __slots__ = (
        "cell",
        "cells",
        "crude",
        "df",
        "kish",
        "levels",
        "n",
        "share",
        "size",
        "value",
        "weight",
        "y",
    )

    def __init__(self, sample: Sample, cell: Ints, domains: int, y: Floats, share: Floats) -> None:
        self.cell, self.levels, self.share = cell, len(share), share
        self.cells = domains * len(share)
        self.y = np.where(cell >= 0, y, 0.0)
        self.weight = np.where(cell >= 0, sample.weight, 0.0)
        column = self.weight[:, None]
        self.size = sum_levels(cell, self.cells, column)[:, 0].reshape(domains, -1)
        means = self.means(column)[:, 0].reshape(domains, -1)
        self.value = means @ share
        self.crude = (means * self.size).sum(axis=1) / self.size.sum(axis=1)
        live = (cell >= 0) & (sample.weight != 0)
        domain = np.where(live, cell // len(share), -1)
        self.n = np.bincount(domain[live], minlength=domains)
        self.df = np.array([degrees(sample, domain == d) for d in range(domains)])
        new = self.new_weight()
        sums = sum_levels(domain, domains, np.column_stack([new, new**2]))
        self.kish = sums[:, 0] ** 2 / sums[:, 1]

    def means(self, W: Floats) -> Floats:
        """Return the means (cells, R) under weights W (n, R)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            top = sum_levels(self.cell, self.cells, W * self.y[:, None])
            return np.asarray(top / sum_levels(self.cell, self.cells, W))

    def revalue(self, W: Floats) -> Floats:
        """Return the standardised means (domains, R) under weights W (n, R)."""
        means = self.means(W).reshape(-1, self.levels, W.shape[1])
        return np.asarray(
            np.einsum("dar,a->dr", np.where(self.share[None, :, None] > 0, means, 0.0), self.share)
        )

    def new_weight(self) -> Floats:
        """Return the weights with the standard composition in every domain."""
        with np.errstate(invalid="ignore", divide="ignore"):
            factor = self.share * self.size.sum(axis=1, keepdims=True) / self.size
        factor = np.append(np.nan_to_num(factor.ravel(), posinf=0.0), 0.0)
        return np.asarray(self.weight * factor[self.cell])

    def scores(self, sample: Sample) -> Floats:
        """Return weighted scores (n, domains) projected by all adjustments, the standardisation being the last."""
        new, domains = self.new_weight(), len(self.value)
        domain = np.where(self.cell >= 0, self.cell // self.levels, -1)
        gap = (self.y - np.append(self.value, 0.0)[domain]) / np.append(self.size.sum(axis=1), 1.0)[domain]
        x = indicators(domain, domains) * (gap * new)[:, None]
        for adjustment in sample.adjustments:
            x = adjustment.project(x)
        place = np.where(self.cell >= 0, self.cell, self.cells).astype(np.int64)
        return group_residuals(x, new, place, self.cells + 1)


def _layer(
    sample: Sample,
    layer: Layer,
    y: Floats,
    code: Ints,
    valid: Bools,
    share: Floats,
    keys: list[tuple[Any, ...]],
    columns: list[str],
) -> _Part:
    domains, levels = len(layer.keys), len(share)
    inside = (layer.cell >= 0) & valid & (sample.weight != 0)
    cell = np.where(inside, layer.cell * levels + code, -1)
    count = np.bincount(cell[inside], minlength=domains * levels).reshape(domains, levels)
    for d, a in np.argwhere((count == 0) & (share > 0)):
        domain = ", ".join(map(str, layer.keys[d])) or tell("the whole")
        raise LiteracyError(
            "estimate.domain",
            where=tell("standardize by {}", " × ".join(columns)),
            what=tell("{} has no respondents in {}", domain, ", ".join(map(str, keys[a]))),
            fix="combine levels of the standard, or omit the domain",
        )
    return _Part(sample, cell, domains, y, share)


def _cross(sample: Sample, columns: list[str], known: Bools) -> tuple[Ints, list[tuple[Any, ...]]]:
    """Return the code (n,) of the crossed levels, -1 if any is missing, and the levels of each code."""
    code = np.zeros(len(sample), np.int64)
    keys: list[tuple[Any, ...]] = [()]
    for name in columns:
        own, levels = read_levels(sample, name, known, "adjust")
        code = np.where((code >= 0) & (own >= 0), code * len(levels) + own, -1)
        keys = [(*k, v) for k in keys for v in levels]
    return code, keys


def _read_shares(shares: Shares, columns: list[str], keys: list[tuple[Any, ...]]) -> Floats:
    """Return the shares in the order of the codes, summing to 1."""
    if isinstance(shares, pd.DataFrame):
        missing = [c for c in (*columns, "share") if c not in shares.columns]
        if missing:
            raise LiteracyError(
                "estimate.option",
                where="shares",
                what=tell("no column {!r}", missing[0]),
                fix="name the columns and share",
            )
        shares = shares.set_index(columns)["share"]
    given = {k if isinstance(k, tuple) else (k,): float(v) for k, v in shares.items()}
    text = {tuple(map(str, k)): v for k, v in given.items()}
    unknown = [k for k in text if k not in {tuple(map(str, key)) for key in keys} and text[k] > 0]
    absent = [key for key in keys if tuple(map(str, key)) not in text]
    values = np.array([text.get(tuple(map(str, key)), 0.0) for key in keys])
    if unknown or absent or (values < 0).any() or not np.isfinite(values).all() or values.sum() <= 0:
        odd = unknown[0] if unknown else absent[0] if absent else tell("a negative or missing share")
        word = (
            tell("is in the standard but not in the data")
            if unknown
            else tell("is in the data but not in the standard")
        )
        raise LiteracyError(
            "estimate.option",
            where=tell("shares of {}", " × ".join(columns)),
            what=str(odd) if not (unknown or absent) else f"{', '.join(map(str, odd))} {word}",
            fix="give one share for each level in the data",
        )
    return np.asarray(values / values.sum())


def _replicated(sample: Sample, parts: list[_Part], value: Floats, notes: list[str]) -> Floats:
    def again(W: Floats) -> Floats:
        return np.concatenate([p.revalue(W) for p in parts])

    return covariance_of(sample, np.empty(0), value, again, np.ones(len(sample), bool), notes)
