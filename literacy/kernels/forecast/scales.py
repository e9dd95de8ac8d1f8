"""Scales on which a share may grow linearly.

λ >= 0 is the symmetric family of Aranda-Ordaz (1981), ``x = 2/λ · tanh(λ z / 2)`` of the log odds ``z``: 0 is the
logit, about 0.4 the probit, about 0.67 the arcsine square root, 1 the share itself. The larger λ, the fewer log odds
a place gains per year as it approaches one half. λ < 0 is logistic growth to a ceiling c = -λ (Verhulst 1838):
``x = log(p / (c - p))`` of the share ``p``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EDGE = 1e-12
FAR = 700.0


def bend(z: Floats, curvature: float) -> Floats:
    """Transform log odds to the scale with curvature λ; shares at or above a ceiling are taken just below it."""
    z = np.asarray(z, dtype=float)
    if curvature < 0:
        return np.asarray(-np.log(_room(z, curvature)))
    return z if curvature == 0 else np.asarray(2 / curvature * np.tanh(curvature * z / 2))


def unbend(x: Floats, curvature: float) -> Floats:
    """Inverse of :func:`bend`; values beyond the range of the scale give the log odds of a share close to 0 or 1."""
    x = np.asarray(x, dtype=float)
    if curvature == 0:
        return x
    if curvature < 0:
        return np.asarray(-np.log((1 + np.exp(-np.clip(x, -FAR, FAR))) / -curvature - 1))
    inside = np.clip(curvature * x / 2, -1 + EDGE, 1 - EDGE)
    return np.asarray(2 / curvature * np.arctanh(inside))


def steepness(z: Floats, curvature: float) -> Floats:
    """Derivative of :func:`bend` with respect to the log odds."""
    z = np.asarray(z, dtype=float)
    if curvature < 0:
        return np.asarray(-curvature * np.exp(-np.clip(z, -FAR, FAR)) / _room(z, curvature))
    return np.ones_like(z) if curvature == 0 else np.asarray(1 / np.cosh(curvature * z / 2) ** 2)


def _room(z: Floats, curvature: float) -> Floats:
    """What is left below the ceiling, relative to the share: (c - p) / p."""
    return np.asarray(np.maximum(-curvature * (1 + np.exp(-np.clip(z, -FAR, FAR))) - 1, EDGE))
