"""Classification accuracy and consistency: how often a cut score classifies correctly, and a retest alike.

References
----------
.. [L] Lee (2010). Classification consistency and accuracy for complex assessments using item response theory.
   J. Educ. Measurement 47, 1-17.
.. [R] Rudner (2005). Expected classification accuracy. Practical Assessment, Research and Evaluation 10(13).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from literacy.kernels.psychometrics.layout import Layout

Floats = NDArray[np.float64]


def score_chances(layout: Layout, whole: Floats, theta: Floats, times: int = 1) -> Floats:
    """Distribution (q, s + 1) of the sum score at each point, for a test *times* as long with similar items. [L]_"""
    out = np.ones((len(theta), 1))
    table = np.exp(layout.log_table(whole, theta)).T
    for j in range(len(layout.kinds)):
        chance = table[:, layout.firsts[j] : layout.firsts[j + 1]]
        for _ in range(times):
            new = np.zeros((len(theta), out.shape[1] + chance.shape[1] - 1))
            for c in range(chance.shape[1]):
                new[:, c : c + out.shape[1]] += chance[:, c : c + 1] * out
            out = new
    return out


def bands_by_score(chances: Floats, cuts: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Probability (q, m + 1) of each band between the cuts (a score at the cut is above it), and the true band (q,)."""
    scores = np.arange(chances.shape[1])
    band = np.searchsorted(cuts, scores + 1e-9, side="right")
    expected = chances @ scores
    true = np.searchsorted(cuts, expected + 1e-9, side="right")
    out = np.stack([chances[:, band == m].sum(axis=1) for m in range(len(cuts) + 1)], axis=1)
    return out, true.astype(np.int64)


def bands_by_position(theta: Floats, information: Floats, cuts: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """As :func:`bands_by_score`, for ability estimates with normal errors. [R]_"""
    with np.errstate(divide="ignore"):
        error = 1 / np.sqrt(information)
    below = ndtr((cuts[None, :] - theta[:, None]) / error[:, None])
    edges = np.concatenate([np.zeros((len(theta), 1)), below, np.ones((len(theta), 1))], axis=1)
    return np.diff(edges, axis=1), np.searchsorted(cuts, theta, side="right").astype(np.int64)


def judge_bands(bands: Floats, true: NDArray[np.int64], mass: Floats) -> tuple[float, float]:
    """Classification accuracy and consistency, averaged over the points."""
    right = bands[np.arange(len(bands)), true]
    return float(mass @ right), float(mass @ (bands**2).sum(axis=1))


def pass_chances(bands: Floats, true: NDArray[np.int64], mass: Floats) -> tuple[float, float, float]:
    """True share above a single cut, and the rates of passing for those truly above and failing for those below."""
    above = true > 0
    share = float(mass[above].sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        hit = float(np.divide(mass[above] @ bands[above, 1], share)) if share > 0 else np.nan
        miss = float(mass[~above] @ bands[~above, 0] / (1 - share)) if share < 1 else np.nan
    return share, hit, miss
