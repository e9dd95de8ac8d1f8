"""Jobs of the engine by type of variable: numbers, 0/1 values, levels of a category."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.estimation.core.code_labels import known_levels
from literacy.estimation.core.domains import Domains
from literacy.estimation.core.engine import Job
from literacy.estimation.core.estimate import check_level
from literacy.estimation.core.sample_columns import (
    find_column,
    is_number,
    level_order,
    plain_level,
    read_integers,
    read_live_levels,
    read_numbers,
    read_outcome,
    sort_levels,
)
from literacy.messages import tell
from literacy.sampling import Sample
from literacy.sampling.design import list_names

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Names = str | int | Sequence[str | int]
Known = Mapping[str, Collection[Any]]
DEFF = ("wr", "wor")
MISSING = ("each", "any")
MANY_LEVELS = 60


def check_options(level: float, deff: str, missing: str) -> None:
    """Raise an error for invalid options."""
    check_level(level)
    option("deff", deff, DEFF)
    option("missing", missing, MISSING)


def list_variables(variable: Names) -> tuple[str, ...]:
    """Return the names of the variables without duplicates."""
    names = list_names(variable)
    if not names:
        raise LiteracyError("estimate.variable", where="variable", what="none given", fix="name a column")
    twice = next((n for i, n in enumerate(names) if n in names[:i]), None)
    if twice is not None:
        raise LiteracyError(
            "estimate.variable", where=f"variable={twice!r}", what="given twice", fix="give it once"
        )
    return names


def has_value(sample: Sample, name: str) -> bool:
    """Whether a name has the form ``"column=value"``."""
    return "=" in name and name not in sample.frame.columns


def counts_as_number(sample: Sample, name: str) -> bool:
    """Whether the total of a variable is that of its numbers, rather than of its levels."""
    if has_value(sample, name):
        return True
    column = find_column(sample, name)
    return is_number(column) or bool(column.dtype in (bool, "boolean"))


def is_binary(sample: Sample, name: str) -> bool:
    """Whether a variable has no values except 0, 1 and missing."""
    if has_value(sample, name):
        return True
    column = find_column(sample, name)
    if pd.api.types.is_bool_dtype(column):
        return True
    if not is_number(column):
        return False
    values = column.to_numpy(np.float64, na_value=np.nan)
    return bool(((values == 0) | (values == 1) | np.isnan(values)).all())


def number_jobs(
    sample: Sample, names: Sequence[str], kind: str, missing: str = "each", block: bool = False
) -> tuple[Job, ...]:
    """Return the jobs of numeric variables, or of ``"column=value"``."""
    jobs = tuple(number_job(n, read_outcome(sample, n, role="variable", block=block), kind) for n in names)
    return share_rows(jobs, missing)


def number_job(name: str, values: Floats, kind: str) -> Job:
    """Return a job of numbers: "mean", "total" or "variance"."""
    valid = ~np.isnan(values)
    mask = None if valid.all() else valid
    centre = find_centre(values, mask)
    off = values - centre if centre else values
    columns = (None, off, off**2) if kind == "variance" else (None, off)
    return Job(name, kind, (), columns, (centre,), valid=mask)


def ratio_job(sample: Sample, numerator: str, denominator: str) -> Job:
    """Return a job of two totals, over rows that have both numbers."""
    y, x = read_numbers(sample, numerator, "numerator"), read_numbers(sample, denominator, "denominator")
    valid = np.isfinite(y) & np.isfinite(x)
    mask = None if valid.all() else valid
    a, b = find_centre(y, mask), find_centre(x, mask)
    return Job(f"{numerator}/{denominator}", "ratio", (), (None, y - a, x - b), (a, b), valid=mask)


def find_centre(values: Floats, valid: Bools | None) -> float:
    """Return a central value for centring, exactly the value of a constant; 0 for 0/1 values."""
    held = values if valid is None else values[valid]
    if not len(held):
        return 0.0
    low, high = float(held.min()), float(held.max())
    if low == high:
        return low
    return 0.0 if low >= 0 and high <= 1 else float(held.mean())


def share_jobs(
    sample: Sample, names: Sequence[str], domains: Domains, missing: str, known: Known, block: bool = False
) -> tuple[Job, ...]:
    """Return the jobs of shares: of 1 for 0/1 variables, otherwise of every level.

    Parameters
    ----------
    known : possible levels by column, observed or not
    block : the rows are part of a larger table: 0/1 values are treated as levels, as other rows may have more
    """
    jobs = []
    for name in names:
        plain = None if block else _read_zeros(sample, name)
        if plain is not None:
            jobs.append(Job(name, "mean", (), (None, plain), (0.0,), binary=True))
        elif has_value(sample, name) or (not block and is_binary(sample, name)):
            column = name.partition("=")[0].strip()
            values = read_outcome(sample, name, known.get(column, ()), "variable", block)
            valid = ~np.isnan(values)
            mask = None if valid.all() else valid
            jobs.append(Job(name, "mean", (), (None, values), (0.0,), valid=mask, binary=True))
        else:
            jobs.append(category_job(sample, name, domains, "shares", known.get(name, ()), block))
    return share_rows(tuple(jobs), missing)


def _read_zeros(sample: Sample, name: str) -> NDArray[np.integer[Any]] | None:
    """Return an integer 0/1 column in which both values occur, without copying; otherwise None."""
    if name not in sample.frame.columns:
        return None
    values = read_integers(find_column(sample, name))
    if values is None or int(values.min()) != 0 or int(values.max()) != 1:
        return None
    return values


def category_job(
    sample: Sample,
    name: str,
    domains: Domains,
    statistic: str,
    known: Collection[Any] = (),
    block: bool = False,
) -> Job:
    """Return the job of a category; levels of `known` without respondents are added, up to :data:`MANY_LEVELS`."""
    inside = np.zeros(len(sample), bool)
    for layer in domains.layers:
        inside |= layer.cell >= 0
    column = find_column(sample, name)
    code, levels = read_live_levels(sample, column, inside, f"variable={name!r}")
    if not levels and not block:
        raise no_value(name)
    if len(levels) > MANY_LEVELS and is_number(column):
        raise LiteracyError(
            "estimate.variable",
            where=f"variable={name!r}",
            what=tell("{} different numbers are too many for categories", len(levels)),
            fix="use mean, or group the values",
        )
    order = level_order(sample, column)
    code, levels = _add_levels(code, levels, known, order)
    valid = code >= 0
    numeric = is_number(column) or pd.api.types.is_bool_dtype(column)
    return Job(
        name,
        statistic,
        levels,
        (),
        code=code,
        valid=None if valid.all() else valid,
        scale=order,
        numeric=numeric,
        others=block and numeric and not is_binary(sample, name),
    )


def no_value(name: str) -> LiteracyError:
    """Return the error for a category without a value in any domain."""
    return LiteracyError(
        "estimate.variable",
        where=f"variable={name!r}",
        what="no value in the domain",
        fix="choose another domain",
    )


def _add_levels(
    code: NDArray[np.int64], levels: tuple[Any, ...], known: Collection[Any], order: tuple[Any, ...]
) -> tuple[NDArray[np.int64], tuple[Any, ...]]:
    """Return codes and levels including those without respondents."""
    more = [v for v in map(plain_level, known) if v not in levels]
    if not more or len(levels) + len(more) > MANY_LEVELS:
        return code, levels
    every = tuple(sort_levels([*levels, *more], order))
    place = np.array([*(every.index(v) for v in levels), -1], np.int64)
    return place[code], every


def known_to(sample: Sample, names: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """Return the possible levels by column, observed or not: categories, answers in the instrument, tiers."""
    out = {}
    for name in names:
        if name in sample.frame.columns:
            known = known_levels(sample, name)
            held = {plain_level(v) for v in sample.frame[name].dropna().unique()} if known else set()
            if held <= {*map(plain_level, known)} or name == "tier":
                out[name] = known
    return out


def share_rows(jobs: tuple[Job, ...], missing: str) -> tuple[Job, ...]:
    """With missing="any", restrict every job to the rows complete on all."""
    masks = [j.valid for j in jobs if j.valid is not None]
    if missing == "each" or len(jobs) < 2 or not masks:
        return jobs
    common = np.logical_and.reduce(masks)
    return tuple(replace(j, valid=common) for j in jobs)
