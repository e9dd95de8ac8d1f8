"""Means, shares, totals, ratios and population variances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.estimation.core.assembly import assemble, check_level
from literacy.estimation.core.domains import By, Domains, Where, find_domains
from literacy.estimation.core.engine import Job, run
from literacy.estimation.core.estimate import Estimate
from literacy.estimation.core.variables import (
    find_column,
    is_number,
    read_integers,
    read_levels,
    read_numbers,
    read_outcome,
)
from literacy.kernels.design.intervals import METHODS
from literacy.kernels.design.linearization import Counts, Mean, Ratio, Shares, Smooth, Total, Variance
from literacy.sampling import Sample

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Names = str | Sequence[str]
DEFF = ("wr", "wor")
MISSING = ("each", "any")
MANY_LEVELS = 60


def mean(
    sample: Sample, variable: Names, *, by: By = None, where: Where = None, level: float = 0.95, deff: str = "wr",
    df: float | None = None, missing: str = "each",
) -> Estimate:  # fmt: skip
    """Population mean of numbers.

    Parameters
    ----------
    sample : Sample
    variable : str or list of str
        Columns of numbers, or "column=value" for 1 where it holds. Rows without a value form no part of the domain and
        are counted in a note.
    by : str or list of str, optional
        Domains: columns to cross, or the prefix of a family of overlapping 0/1 columns ("group").
    where : str, list, mapping or truth values, optional
        Restrict to a domain: "column=value", {"column": [values]}, or one truth value a row.
    level : float
        Confidence level.
    deff : "wr" or "wor"
        Reference of the design effect: simple random sampling with or without replacement. n_eff is always n over the
        effect against sampling with replacement.
    df : float, optional
        Degrees of freedom of the interval; default those of the domain (sampling units less strata). ``inf`` gives
        normal intervals.
    missing : "each" or "any"
        With several variables: each uses its own complete rows, or only rows complete on all.

    Returns
    -------
    Estimate
    """
    jobs, domains, notes = _numeric_jobs(sample, variable, by, where, level, deff, missing, "mean")
    return assemble(sample, domains, run(sample, domains, jobs), "mean", "mean", level, deff, df, notes)


def total(
    sample: Sample, variable: Names, *, by: By = None, where: Where = None, level: float = 0.95, deff: str = "wr",
    df: float | None = None, missing: str = "each",
) -> Estimate:  # fmt: skip
    """Population total of numbers, or of the members of each level of a category. Arguments as in :func:`mean`."""
    _check(level, deff, missing)
    domains = find_domains(sample, by, where)
    names = _names(variable)
    if all(_is_binary(sample, v) or is_number(find_column(sample, v)) for v in names):
        jobs, domains, notes = _numeric_jobs(sample, variable, by, where, level, deff, missing, "total")
    else:
        jobs = tuple(_category_job(sample, v, domains, Counts()) for v in names)
        notes = tuple(n for j in jobs for n in _missing_note(domains, j.name, j.valid))
    return assemble(sample, domains, run(sample, domains, jobs), "total", "mean", level, deff, df, notes)


def proportion(
    sample: Sample, variable: Names, *, by: By = None, where: Where = None, ci: str = "logit", level: float = 0.95,
    deff: str = "wr", df: float | None = None, missing: str = "each",
) -> Estimate:  # fmt: skip
    """Population share.

    The share of 1 of a variable of zeros and ones (or truth values), or of one value ("tier=advanced"); otherwise the
    share of each level.

    Parameters
    ----------
    ci : str
        Interval: "logit" (default), "beta" (Korn-Graubard), "wilson", "likelihood", "arcsine", "mean" (symmetric),
        "xlogit" (another name of "logit").
    sample, variable, by, where, level, deff, df, missing
        As in :func:`mean`.

    Returns
    -------
    Estimate
        ``reliable`` follows the NCHS 2017 presentation standard.
    """
    _check(level, deff, missing)
    option("ci", ci, METHODS)
    domains = find_domains(sample, by, where)
    jobs: list[Job] = []
    for name in _names(variable):
        plain = _read_binary(sample, name)
        if plain is not None:
            jobs.append(Job(name, (), (None, plain), None, None, lambda n: Mean(), binary=True))
        elif _is_binary(sample, name):
            jobs.append(replace(_number_job(name, read_outcome(sample, name), "mean"), binary=True))
        else:
            jobs.append(_category_job(sample, name, domains, Shares()))
    done = _share_rows(tuple(jobs), missing)
    notes = tuple(n for j in done for n in _missing_note(domains, j.name, j.valid))
    return assemble(sample, domains, run(sample, domains, done), "proportion", ci, level, deff, df, notes)


def ratio(
    sample: Sample, numerator: str, denominator: str, *, by: By = None, where: Where = None, level: float = 0.95,
    deff: str = "wr", df: float | None = None,
) -> Estimate:  # fmt: skip
    """Ratio of two population totals, over rows that have both numbers. Arguments as in :func:`mean`."""
    _check(level, deff, "each")
    domains = find_domains(sample, by, where)
    y, x = read_numbers(sample, numerator, "numerator"), read_numbers(sample, denominator, "denominator")
    valid = np.isfinite(y) & np.isfinite(x)
    name = f"{numerator}/{denominator}"
    job = Job(name, (), (None, y, x), None, None if valid.all() else valid, lambda n: Ratio())
    notes = tuple(_missing_note(domains, name, job.valid))
    return assemble(sample, domains, run(sample, domains, (job,)), "ratio", "mean", level, deff, df, notes)


def population_variance(
    sample: Sample, variable: Names, *, by: By = None, where: Where = None, level: float = 0.95,
    deff: str = "wr", df: float | None = None, missing: str = "each",
) -> Estimate:  # fmt: skip
    """Population variance of numbers (R's ``svyvar``). Arguments as in :func:`mean`."""
    jobs, domains, notes = _numeric_jobs(sample, variable, by, where, level, deff, missing, "variance")
    result = run(sample, domains, jobs)
    return assemble(sample, domains, result, "population_variance", "mean", level, deff, df, notes)


def _check(level: float, deff: str, missing: str) -> None:
    check_level(level)
    option("deff", deff, DEFF)
    option("missing", missing, MISSING)


def _names(variable: Names) -> tuple[str, ...]:
    names = (variable,) if isinstance(variable, str) else tuple(variable)
    if not names:
        raise LiteracyError("estimate.variable", where="variable", what="none named", fix="name a column")
    return names


def _is_binary(sample: Sample, name: str) -> bool:
    if "=" in name and name not in sample.frame.columns:
        return True
    column = find_column(sample, name)
    if pd.api.types.is_bool_dtype(column):
        return True
    if not is_number(column):
        return False
    values = column.to_numpy(np.float64, na_value=np.nan)
    return bool(((values == 0) | (values == 1) | np.isnan(values)).all())


def _read_binary(sample: Sample, name: str) -> NDArray[np.integer[Any]] | None:
    """A column of whole zeros and ones, both of which occur, without a copy."""
    if name not in sample.frame.columns:
        return None
    values = read_integers(find_column(sample, name))
    if values is None or int(values.min()) != 0 or int(values.max()) != 1:
        return None
    return values


def _numeric_jobs(
    sample: Sample,
    variable: Names,
    by: By,
    where: Where,
    level: float,
    deff: str,
    missing: str,
    kind: str,
) -> tuple[tuple[Job, ...], Domains, tuple[str, ...]]:
    _check(level, deff, missing)
    domains = find_domains(sample, by, where)
    jobs = tuple(_number_job(name, read_outcome(sample, name), kind) for name in _names(variable))
    jobs = _share_rows(jobs, missing)
    return jobs, domains, tuple(n for j in jobs for n in _missing_note(domains, j.name, j.valid))


def _number_job(name: str, values: Floats, kind: str) -> Job:
    valid = ~np.isnan(values)
    mask = None if valid.all() else valid
    centre = _centre(values, mask)
    off = values - centre if centre else values
    if kind == "total":
        whole = Total(centre)
        return Job(name, (), (None, off), None, mask, lambda n: whole)
    if kind == "variance":
        return Job(name, (), (None, off, off**2), None, mask, Variance)
    statistic: Smooth = Mean(centre)
    return Job(name, (), (None, off), None, mask, lambda n: statistic)


def _centre(values: Floats, valid: Bools | None) -> float:
    """A value near the middle, exactly the value of a constant; 0 for zeros and ones."""
    held = values if valid is None else values[valid]
    if not len(held):
        return 0.0
    low, high = float(held.min()), float(held.max())
    if low == high:
        return low
    return 0.0 if low >= 0 and high <= 1 else float(held.mean())


def _category_job(sample: Sample, name: str, domains: Domains, statistic: Smooth) -> Job:
    inside = np.zeros(len(sample), bool)
    for layer in domains.layers:
        inside |= layer.cell >= 0
    code, levels = read_levels(sample, name, inside)
    if not levels:
        raise LiteracyError(
            "estimate.variable",
            where=f"variable={name!r}",
            what="no value in the domain",
            fix="choose another domain",
        )
    column = find_column(sample, name)
    if len(levels) > MANY_LEVELS and is_number(column):
        raise LiteracyError(
            "estimate.variable",
            where=f"variable={name!r}",
            what=f"{len(levels)} different numbers are no categories",
            fix="use mean, or make classes",
        )
    valid = code >= 0
    return Job(name, levels, (), code, None if valid.all() else valid, lambda n: statistic)


def _share_rows(jobs: tuple[Job, ...], missing: str) -> tuple[Job, ...]:
    """With missing="any", let every job use the rows complete on all."""
    masks = [j.valid for j in jobs if j.valid is not None]
    if missing == "each" or len(jobs) < 2 or not masks:
        return jobs
    common = np.logical_and.reduce(masks)
    return tuple(replace(j, valid=common) for j in jobs)


def _missing_note(domains: Domains, name: str, valid: Bools | None) -> list[str]:
    if valid is None:
        return []
    inside = np.zeros(len(valid), bool)
    for layer in domains.layers:
        inside |= layer.cell >= 0
    lost = int((inside & ~valid).sum())
    return [f"{lost} rows without {name} are outside its domain"] if lost else []
