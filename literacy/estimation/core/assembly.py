"""From the engine's arrays to an Estimate: intervals, design effects, reliability, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation.core.domains import Domains
from literacy.estimation.core.engine import Result
from literacy.estimation.core.estimate import Estimate, Options
from literacy.kernels.design.intervals import proportion_interval, symmetric_interval
from literacy.kernels.release.reliability import judge_proportions
from literacy.sampling import Sample

Floats = NDArray[np.float64]
RELATIVE = 0.01  # weights whose mean is within this of 1 are taken to be scaled to the sample size


def check_level(level: float) -> None:
    """Refuse a confidence level outside (0, 1)."""
    if not 0 < level < 1:
        raise LiteracyError(
            "estimate.option", where=f"level={level}", what="not between 0 and 1", fix="for example 0.95"
        )


def weights_are_relative(sample: Sample) -> bool:
    """Whether the weights say nothing of the population's size: no fpc, and their sum is about that of the rows."""
    if sample.design.fpc:
        return False
    live = sample.weight != 0
    return bool(abs(sample.weight.sum() / max(int(live.sum()), 1) - 1) <= RELATIVE)


def design_effects(sample: Sample, r: Result, deff: str) -> tuple[Floats, Floats, list[str]]:
    """Design effect against the named reference, n_eff, and a note where the reference does not exist.

    n_eff = n / deff against sampling with replacement, whatever reference is shown; Kish's where the variance is 0.
    """
    var = np.diag(r.covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        with_replacement = np.where(r.srs > 0, var / r.srs, np.nan)
        n_eff = np.where(var > 0, r.n / with_replacement, r.kish)
    if deff == "wr":
        return with_replacement, n_eff, []
    without = "no without-replacement design effect: the weights sum to the sample size, not to a population"
    if weights_are_relative(sample):
        return np.full(len(var), np.nan), n_eff, [without]
    with np.errstate(divide="ignore", invalid="ignore"):
        left = (r.population - r.n) / r.population
        value = np.where(left > 0, with_replacement / left, np.nan)
    note = [without] if bool((left <= 0).any()) else []
    return value, n_eff, note


def assemble(
    sample: Sample,
    domains: Domains,
    result: Result,
    kind: str,
    ci: str,
    level: float,
    deff: str,
    df: float | None,
    notes: tuple[str, ...] = (),
) -> Estimate:
    """Make the Estimate of one call."""
    r = result
    se = np.sqrt(np.where(np.diag(r.covariance) >= 0, np.diag(r.covariance), np.nan))
    se = np.where(np.isfinite(r.estimate), se, np.nan)
    degrees = r.df if df is None else np.full(len(se), float(df))
    effect, n_eff, extra = design_effects(sample, r, deff)
    share = kind == "proportion"
    reliable: Any = np.full(len(se), pd.NA, dtype=object)
    if share:
        low, high = proportion_interval(r.estimate, se, degrees, level, ci, r.n, r.kish)
        good, review = judge_proportions(r.estimate, se, degrees, r.n, n_eff, r.kish)
        reliable = good.astype(object)
        extra += _reliability_notes(good, review)
    else:
        low, high = symmetric_interval(r.estimate, se, degrees, level)
    variance = "taylor" if sample.replicates is None else sample.replicates.method
    options = Options(variance, ci, level, deff, sample.design.lonely_psu)
    columns: dict[str, Any] = {name: [k[i] for k in r.keys] for i, name in enumerate(domains.by)}
    columns["variable"] = list(r.variables)
    if any(x is not None for x in r.levels):
        columns["level"] = list(r.levels)
    columns |= {
        "estimate": r.estimate,
        "se": se,
        "ci_low": low,
        "ci_high": high,
        "df": degrees,
        "n": r.n.astype(np.int64),
        "n_eff": n_eff,
        "deff": effect,
        "method": f"{variance}, {ci}" if share else variance,
        "reliable": pd.array(reliable, dtype="boolean"),
    }
    if (degrees <= 0).any():
        extra.append("no interval where fewer than two sampling units carry the domain (df 0)")
    table = pd.DataFrame(columns)
    labels = find_labels(sample, domains, r)
    return Estimate(
        table=table,
        covariance=r.covariance,
        kind=kind,
        by=domains.by,
        options=options,
        standard=str(getattr(sample.standard, "id", "") or ""),
        wave=str(getattr(sample.wave, "name", "") or ""),
        universe=sample.universe,
        labels=labels,
        notes=(*notes, *domains.notes, *extra, *name_codes(labels, table)),
        history=sample.history,
        source=sample.source,
        overlapping=domains.overlapping,
    )


def _reliability_notes(reliable: NDArray[np.bool_], review: NDArray[np.bool_]) -> list[str]:
    out = []
    if (~reliable).any():
        out.append(f"{int((~reliable).sum())} of {len(reliable)} not reliable by the NCHS 2017 standard")
    if review.any():
        out.append(
            f"{int(review.sum())} reliable but for a statistician to review (df below 8, or a share of 0 or 1)"
        )
    return out


def name_codes(labels: Mapping[str, Mapping[Any, Any]], table: pd.DataFrame) -> list[str]:
    """One sentence a column of number codes: what they stand for."""
    out = []
    for column in table.columns:
        known = labels.get(column, {})
        if known and pd.api.types.is_numeric_dtype(table[column]):
            seen = [v for v in dict.fromkeys(table[column]) if v in known]
            out.append(f"{column}: " + ", ".join(f"{v} = {known[v]}" for v in seen))
    return out


def find_labels(sample: Sample, domains: Domains, r: Result) -> Mapping[str, Mapping[Any, Any]]:
    """Bilingual labels of groups, options and variables, as far as the instrument knows them."""
    instrument = sample.instrument
    if instrument is None:
        return {}
    items = {i.name: i for i in (*instrument.items, *getattr(instrument, "recodes", ()))}
    groups = {g.name: g.label for g in getattr(instrument, "groups", ())}
    out: dict[str, Mapping[Any, Any]] = {}
    for name in (*domains.by, *dict.fromkeys(r.variables)):
        if name in items:
            out[name] = {o.code: o.label for o in items[name].options}
    for name, values in zip(domains.by, domains.order, strict=True):
        if name not in out and values and all(v in groups for v in values):
            out[name] = {v: groups[v] for v in values}
    tiers = {t.name: t.label for t in getattr(sample.standard, "tiers", ())}
    if "tier" in (*domains.by, *r.variables) and tiers:
        out["tier"] = tiers
    named = {v: items[v].label for v in dict.fromkeys(r.variables) if v in items}
    return out | ({"variable": named} if named else {})
