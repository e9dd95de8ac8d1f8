"""Scales on which a share may grow linearly: the symmetric family of Aranda-Ordaz (1981).

``x = 2/λ · tanh(λ z / 2)`` of the log odds ``z``: λ = 0 is the logit, about 0.4 the probit, about 0.67 the arcsine
square root, 1 the share itself. The larger λ, the fewer log odds a place gains per year as it approaches one half.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EDGE = 1e-12


def bend(z: Floats, curvature: float) -> Floats:
    """Transform log odds to the scale with curvature λ."""
    z = np.asarray(z, dtype=float)
    return z if curvature == 0 else np.asarray(2 / curvature * np.tanh(curvature * z / 2))


def unbend(x: Floats, curvature: float) -> Floats:
    """Inverse of :func:`bend`; values beyond the range of the scale give the log odds of a share close to 0 or 1."""
    x = np.asarray(x, dtype=float)
    if curvature == 0:
        return x
    inside = np.clip(curvature * x / 2, -1 + EDGE, 1 - EDGE)
    return np.asarray(2 / curvature * np.arctanh(inside))


def steepness(z: Floats, curvature: float) -> Floats:
    """Derivative of :func:`bend` with respect to the log odds."""
    z = np.asarray(z, dtype=float)
    return np.ones_like(z) if curvature == 0 else np.asarray(1 / np.cosh(curvature * z / 2) ** 2)
