"""An Estimate from arrays, for results that no single domain engine makes."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd

from literacy.estimation.core.assembly import find_labels, name_codes
from literacy.estimation.core.estimate import Estimate, Options
from literacy.estimation.core.variables import Floats
from literacy.kernels.design.intervals import proportion_interval, symmetric_interval
from literacy.sampling import Sample


def build_estimate(
    sample: Sample,
    kind: str,
    labels: Mapping[str, list[Any]],
    estimate: Floats,
    covariance: Floats,
    df: Floats | float,
    n: Any,
    level: float,
    *,
    by: tuple[str, ...] = (),
    method: str = "",
    test: bool = False,
    ci: str = "mean",
    kish: Floats | None = None,
    overlapping: tuple[str, ...] = (),
    extra: Mapping[str, Any] | None = None,
    notes: tuple[str, ...] = (),
    step: str = "",
) -> Estimate:
    """Make an Estimate.

    Parameters
    ----------
    sample : Sample
    kind : str
    labels : dict of lists
        Leading columns: the `by` columns, then ``variable`` and, where there are any, ``level``.
    estimate, covariance : (k,) and (k, k) arrays
    df : float or (k,) array
    n : int or (k,) array
        Respondents.
    level : float
        Confidence level.
    by, method, notes : as in Estimate
    test : bool
        Add ``statistic`` and ``p_value`` of the t test against 0.
    ci : str
        "mean" for t intervals, else an interval of shares.
    kish : (k,) array, optional
        Kish's effective number of respondents, for intervals of shares without variance.
    extra : dict, optional
        Further columns.
    step : str
        Sentence for the history.
    """
    from scipy import stats

    k = len(estimate)
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    se = np.where(np.isfinite(np.diag(covariance)), se, np.nan)
    degrees = np.broadcast_to(np.asarray(df, np.float64), (k,))
    if ci == "mean":
        low, high = symmetric_interval(estimate, se, degrees, level)
    else:
        counts = np.broadcast_to(np.asarray(n, np.float64), (k,))
        own = counts if kish is None else kish
        low, high = proportion_interval(estimate, se, degrees, level, ci, counts, own)
    variance = "taylor" if sample.replicates is None else sample.replicates.method
    table: dict[str, Any] = dict(labels)
    table |= {"estimate": estimate, "se": se, "ci_low": low, "ci_high": high, "df": degrees}
    table["n"] = np.broadcast_to(np.asarray(n), (k,)).astype(np.int64)
    table |= {"n_eff": np.full(k, np.nan), "deff": np.full(k, np.nan)}
    table["method"] = f"{variance}, {method}" if method else variance
    table["reliable"] = pd.array([pd.NA] * k, dtype="boolean")
    if test:
        t = np.divide(estimate, se, out=np.full(k, np.nan), where=se > 0)
        table["statistic"] = t
        table["p_value"] = np.where(degrees > 0, 2 * stats.t.sf(np.abs(t), np.maximum(degrees, 1e-9)), np.nan)
    table |= dict(extra or {})
    frame = pd.DataFrame(table)
    domains = SimpleNamespace(by=by, order=[list(dict.fromkeys(frame[b])) for b in by])
    known = find_labels(
        sample, cast(Any, domains), cast(Any, SimpleNamespace(variables=list(frame["variable"])))
    )
    return Estimate(
        table=frame,
        covariance=np.asarray(covariance),
        kind=kind,
        by=by,
        options=Options(variance, ci, level, "wr", sample.design.lonely_psu),
        standard=str(getattr(sample.standard, "id", "") or ""),
        wave=str(getattr(sample.wave, "name", "") or ""),
        universe=sample.universe,
        labels=known,
        notes=(*notes, *name_codes(known, frame)),
        history=(*sample.history, step) if step else sample.history,
        source=sample.source,
        overlapping=overlapping,
    )
