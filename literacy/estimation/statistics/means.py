"""Means, shares, totals, ratios and population variances."""

from __future__ import annotations

from literacy.errors import option
from literacy.estimation.core.domains import By, Where, find_domains
from literacy.estimation.core.estimate import Estimate
from literacy.estimation.core.results import estimate_rows
from literacy.estimation.core.totals import Task
from literacy.estimation.statistics.summed_variables import (
    Known,
    Names,
    category_job,
    check_options,
    counts_as_number,
    known_to,
    list_variables,
    number_jobs,
    ratio_job,
    share_jobs,
)
from literacy.kernels.design.intervals import METHODS
from literacy.sampling import Sample


def mean(
    sample: Sample, variable: Names, *, by: By = None, where: Where = None, level: float = 0.95, deff: str = "wr",
    df: float | None = None, missing: str = "each",
) -> Estimate:  # fmt: skip
    """Estimate population means of numeric variables.

    Parameters
    ----------
    sample : Sample
    variable : str or list of str
        Numeric columns, or "column=value" as a 0/1 variable. Rows without a value do not belong to the domain and are
        counted in a note.
    by : str or list of str, optional
        Domains: columns to be cross-classified, or the prefix of a family of overlapping 0/1 columns ("group").
    where : str, list, mapping or truth values, optional
        Restriction to a domain: "column=value", {"column": [values]}, or one boolean per row.
    level : float
        Confidence level.
    deff : "wr" or "wor"
        Reference of the design effect: simple random sampling with or without replacement. n_eff is always n divided by
        the design effect against sampling with replacement.
    df : float, optional
        Degrees of freedom of the interval; default is those of the domain (sampling units less strata). ``inf`` gives
        normal intervals.
    missing : "each" or "any"
        With several variables: each uses its own complete rows, or only rows complete on all of them.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> lit.mean(sample, "total", by="sex").estimate.round(2)
    array([47.59, 47.55])
    >>> lit.mean(sample, ["knowledge", "method"]).names
    ('knowledge', 'method')
    """
    check_options(level, deff, missing)
    names, domains = list_variables(variable), find_domains(sample, by, where)
    jobs = number_jobs(sample, names, "mean", missing)
    task = Task("mean", names, domains.by, level=level, deff=deff, df=df)
    return estimate_rows(sample, domains, jobs, task)


def total(
    sample: Sample, variable: Names, *, by: By = None, where: Where = None, level: float = 0.95, deff: str = "wr",
    df: float | None = None, missing: str = "each",
) -> Estimate:  # fmt: skip
    """Estimate population totals of numbers, or of each level of a category. Arguments as in :func:`mean`.

    Parameters
    ----------
    sample : Sample
    variable, by, where, level, deff, df, missing
        As in :func:`mean`.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> lit.total(sample, "literate").estimate.round(0)
    array([7556.])
    """
    check_options(level, deff, missing)
    names, domains = list_variables(variable), find_domains(sample, by, where)
    if all(counts_as_number(sample, v) for v in names):
        jobs = number_jobs(sample, names, "total", missing)
    else:
        jobs = tuple(category_job(sample, v, domains, "counts") for v in names)
    task = Task("total", names, domains.by, level=level, deff=deff, df=df)
    return estimate_rows(sample, domains, jobs, task)


def proportion(
    sample: Sample, variable: Names, *, by: By = None, where: Where = None, ci: str = "logit", level: float = 0.95,
    deff: str = "wr", df: float | None = None, missing: str = "each",
) -> Estimate:  # fmt: skip
    """Estimate population shares.

    For a 0/1 or boolean variable the share of 1, for a single value ("tier=advanced") its share, otherwise the share of
    each level. A level that is known (a category, an answer in the instrument, a tier) but not observed has share 0
    with an exact upper limit.

    Parameters
    ----------
    ci : str
        Interval: "logit" (default), "beta" (Korn-Graubard), "wilson", "likelihood", "arcsine", "mean" (symmetric),
        "xlogit" (synonym of "logit").
    sample, variable, by, where, level, deff, df, missing
        As in :func:`mean`.

    Returns
    -------
    Estimate
        ``reliable`` follows the NCHS 2017 presentation standard.

    Examples
    --------
    >>> share = lit.proportion(sample, "literate", by="sex")
    >>> share.estimate.round(3), share.se.round(3)
    (array([0.148, 0.136]), array([0.014, 0.016]))
    >>> lit.proportion(sample, "tier", where="sex=1").table["level"].tolist()
    ['lower', 'basic', 'literate', 'advanced']
    """
    names = list_variables(variable)
    return estimate_shares(
        sample,
        names,
        by,
        where,
        ci=ci,
        level=level,
        deff=deff,
        df=df,
        missing=missing,
        known=known_to(sample, names),
    )


def estimate_shares(
    sample: Sample, names: tuple[str, ...], by: By, where: Where, *, ci: str = "logit", level: float = 0.95,
    deff: str = "wr", df: float | None = None, missing: str = "each", known: Known | None = None,
) -> Estimate:  # fmt: skip
    """Estimate shares; `known` gives the levels of each variable in addition to those observed."""
    check_options(level, deff, missing)
    option("ci", ci, METHODS)
    domains = find_domains(sample, by, where)
    jobs = share_jobs(sample, names, domains, missing, known or {})
    task = Task("proportion", names, domains.by, ci=ci, level=level, deff=deff, df=df)
    return estimate_rows(sample, domains, jobs, task)


def ratio(
    sample: Sample, numerator: str, denominator: str, *, by: By = None, where: Where = None, level: float = 0.95,
    deff: str = "wr", df: float | None = None,
) -> Estimate:  # fmt: skip
    """Estimate the ratio of two population totals, over rows with both numbers. Arguments as in :func:`mean`.

    Parameters
    ----------
    sample : Sample
    numerator, denominator : str
        Numeric columns.
    by, where, level, deff, df
        As in :func:`mean`.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> lit.ratio(sample, "knowledge", "total").estimate.round(4)
    array([0.4212])
    """
    check_options(level, deff, "each")
    domains = find_domains(sample, by, where)
    job = ratio_job(sample, str(numerator), str(denominator))
    task = Task("ratio", (job.name,), domains.by, level=level, deff=deff, df=df)
    return estimate_rows(sample, domains, (job,), task)


def population_variance(
    sample: Sample, variable: Names, *, by: By = None, where: Where = None, level: float = 0.95,
    deff: str = "wr", df: float | None = None, missing: str = "each",
) -> Estimate:  # fmt: skip
    """Estimate population variances of numeric variables (R's ``svyvar``). Arguments as in :func:`mean`.

    Parameters
    ----------
    sample : Sample
    variable, by, where, level, deff, df, missing
        As in :func:`mean`.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> lit.population_variance(sample, "total").estimate.round(1)
    array([336.9])
    """
    check_options(level, deff, missing)
    names, domains = list_variables(variable), find_domains(sample, by, where)
    jobs = number_jobs(sample, names, "variance", missing)
    task = Task("population_variance", names, domains.by, level=level, deff=deff, df=df)
    return estimate_rows(sample, domains, jobs, task)
