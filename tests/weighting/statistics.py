"""Five statistics computed straight from a sample, so that weighting is tested without the estimation room."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.kernels.design.variance import Stage
from literacy.sampling import Replicates, Sample

Floats = NDArray[np.float64]


def jackknife(sample: Sample, kind: str, mse: bool = False) -> Sample:
    """Delete-one-unit jackknife without fpc: JK1 (one stratum) or JKn."""
    stage: Stage = sample.codes.stages[0]
    units = stage.units
    factors = np.ones((units, units))
    size = stage.size[stage.stratum].astype(float)
    for r in range(units):
        same = stage.stratum == stage.stratum[r]
        factors[same, r] = size[r] / (size[r] - 1)
        factors[r, r] = 0.0
    if kind == "JK1":
        scale, rscales = (units - 1) / units, np.ones(units)
    else:
        scale, rscales = 1.0, (size - 1) / size
    replicates = Replicates(
        factors, stage.unit, sample.weight, scale, rscales, mse, float(units - len(stage.size)), kind
    )
    return sample.evolve(replicates=replicates)


def point(frame: pd.DataFrame, weights: Floats) -> Floats:
    """Mean of api00, total of meals, their ratio, means of api00 by stype; (6, R) for weights (n, R)."""
    y, z = frame["api00"].to_numpy(float), frame["meals"].to_numpy(float)
    rows = [y @ weights / weights.sum(axis=0), z @ weights, (z @ weights) / (y @ weights)]
    for level in sorted(frame["stype"].unique()):
        part = weights[(frame["stype"] == level).to_numpy()]
        rows.append(y[(frame["stype"] == level).to_numpy()] @ part / part.sum(axis=0))
    return np.array(rows)


def scores(frame: pd.DataFrame, weights: Floats) -> Floats:
    """Linearised scores (n, 6) of the same statistics."""
    y, z = frame["api00"].to_numpy(float), frame["meals"].to_numpy(float)
    mean, _, ratio, *by = point(frame, weights[:, None])[:, 0]
    columns = [(y - mean) / weights.sum(), z, (z - ratio * y) / (y @ weights)]
    for level, value in zip(sorted(frame["stype"].unique()), by, strict=True):
        inside = (frame["stype"] == level).to_numpy(float)
        columns.append(inside * (y - value) / (inside @ weights))
    return np.column_stack(columns)


def describe(sample: Sample) -> dict[str, Floats]:
    """Estimates and standard errors, named as in the reference file."""
    estimate = point(sample.frame, sample.weight[:, None])[:, 0]
    if sample.replicates is not None:
        thetas = point(sample.frame, sample.replicates.weights()).T
        covariance = sample.replicates.covariance(thetas, estimate)
    else:
        covariance = sample.covariance(scores(sample.frame, sample.weight))
    se = np.sqrt(np.diag(covariance))
    names = {"mean": 0, "total": 1, "ratio": 2}
    out: dict[str, Any] = {name: np.array([estimate[i], se[i]]) for name, i in names.items()}
    return {**out, "by": estimate[3:], "by_se": se[3:]}
