"""Pooling of several surveys in the same year."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.messages import tell

Floats = NDArray[np.float64]


def weigh_sizes(n_eff: Floats) -> Floats:
    """Weights of surveys pooled by effective size; exact figures get all the weight."""
    exact = np.isinf(n_eff)
    weight = exact.astype(float) if exact.any() else np.asarray(n_eff, dtype=float)
    return np.asarray(weight / weight.sum())


def pool_df(variance: Floats, df: Floats) -> float:
    """Degrees of freedom of a sum of independent variance estimates (Welch 1947, Satterthwaite 1946).

    Parameters
    ----------
    variance : (k,) variances of the parts
    df : (k,) their degrees of freedom, NaN where the variance is treated as known

    Returns
    -------
    float, NaN if all are known
    """
    stated = np.isfinite(df) & (df > 0)
    below = float(np.sum(variance[stated] ** 2 / df[stated]))
    return math.nan if below == 0 else float(np.sum(variance)) ** 2 / below


def pool_rows(frame: pd.DataFrame, n_eff: Floats, where: str) -> tuple[pd.DataFrame, Floats, tuple[str, ...]]:
    """Pool rows with the same time: shares weighted by effective size, sizes added; notes state what was pooled.

    Parameters
    ----------
    frame : DataFrame with year (in order), estimate, se, df, n, n_eff, standard
    n_eff : (k,) effective sizes
    where : str, for messages

    Returns
    -------
    frame, n_eff, notes

    Raises
    ------
    LiteracyError
        If a row is duplicated, or surveys of different standards have the same time.
    """
    notes: list[str] = []
    rows, sizes = [], []
    for year, part in frame.groupby("year", sort=False):
        at = part.index.to_numpy()
        if len(part) == 1:
            rows.append(part.iloc[0].to_dict())
            sizes.append(float(n_eff[at[0]]))
            continue
        standards = sorted({str(s) for s in part["standard"] if str(s)})
        twice = part[["estimate", "n"]].round(9).duplicated().any()
        if twice or len(standards) > 1:
            raise LiteracyError(
                "trend.waves",
                where=f"{where}: {year:g}",
                what=tell("the same figure appears twice")
                if twice
                else tell("two surveys of the same time by different standards ({})", ", ".join(standards)),
                fix="keep one of the two rows"
                if twice
                else "keep the survey scored by the standard of the other waves",
            )
        weight = weigh_sizes(n_eff[at])
        share = part["estimate"].to_numpy(dtype=float)
        size = float(np.sum(n_eff[at])) if np.all(np.isfinite(n_eff[at])) else math.inf
        pooled = float(weight @ share)
        parts = weight**2 * share * (1 - share) / n_eff[at]
        n = part["n"].to_numpy(dtype=float)
        record = part.iloc[-1].to_dict()
        record |= {
            "estimate": pooled,
            "se": math.sqrt(float(parts.sum())) if 0 < pooled < 1 else math.nan,
            "df": pool_df(parts, part["df"].to_numpy(dtype=float)),
            "n": float(n.sum()),
            "n_eff": size,
            "standard": standards[0] if standards else "",
        }
        if "assumed" in part.columns:
            record["assumed"] = bool(part["assumed"].any())
        rows.append(record)
        sizes.append(pooled * (1 - pooled) / record["se"] ** 2 if record["se"] > 0 else size)
        stated = ", ".join(f"{100 * p:.2f}" for p in share)
        notes.append(
            tell(
                "{} surveys of {:g} ({} %) are pooled by effective size: {:.2f} %",
                len(part),
                year,
                stated,
                100 * pooled,
            )
        )
    return pd.DataFrame(rows, columns=frame.columns), np.array(sizes, dtype=float), tuple(notes)
