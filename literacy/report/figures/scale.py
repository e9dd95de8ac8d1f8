"""Computation of axis limits, tick positions and label spacing, without any drawing."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def step(span: float, count: int = 5) -> float:
    """Return the smallest round step (1, 2, 2.5 or 5 times a power of ten) giving at most ``count`` intervals."""
    raw = max(span, 1e-12) / count
    power = 10.0 ** math.floor(math.log10(raw))
    return next(s * power for s in _STEPS if s * power >= raw * (1 - 1e-9))


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return round tick positions from ``low`` to ``high``, including the ends if they are round."""
    size = step(high - low, count)
    first, last = math.ceil(low / size - 1e-9), math.floor(high / size + 1e-9)
    return [round(i * size, 12) for i in range(first, last + 1)]


def digits(positions: list[float], factor: float = 1.0) -> int:
    """Return the number of decimals (0 to 4) needed to print every tick position without rounding."""
    for places in range(5):
        if all(
            abs(round(p * factor, places) - p * factor) < 1e-9 * max(1.0, abs(p * factor)) for p in positions
        ):
            return places
    return 4


def share_top(*columns: pd.Series, least: float = 0.05) -> float:
    """Return the upper limit of an axis of shares: a round number no less than any value, and at most 1."""
    values = [float(np.nanmax(c.to_numpy(dtype=float))) for c in columns if c.notna().any()]
    top = max([least, *values])
    size = step(top * 1.04) / 2
    return 1.0 if top > 0.9 else min(1.0, math.ceil(top * 1.04 / size - 1e-9) * size)


def span(*columns: pd.Series, zero: bool = True, pad: float = 0.06) -> tuple[float, float]:
    """Return axis limits that contain every value, with padding; with ``zero``, they also contain zero."""
    parts = [c.dropna().to_numpy(dtype=float) for c in columns]
    values = np.concatenate([*parts, np.zeros(1 if zero else 0)])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    air = (high - low) * pad or max(abs(high), 1.0) * 0.1
    return (low if zero and low == 0 else low - air), (high if zero and high == 0 else high + air)


def spread(
    centres: list[float], sizes: list[float], low: float, high: float, gap: float = 0.0
) -> list[float]:
    """Shift labels along a line so that none overlap and all stay within its ends.

    Parameters
    ----------
    centres, sizes : list of float
        Preferred centre and size of each label.
    low, high : float
        Ends of the line.
    gap : float
        Minimum gap between neighbouring labels.

    Returns
    -------
    list of float
        Centres, in the order given. If the labels do not fit, they keep their order and extend beyond ``high``.
    """
    order = sorted(range(len(centres)), key=lambda i: centres[i])
    out = list(centres)
    edge = low
    for i in order:
        out[i] = max(out[i], edge + sizes[i] / 2)
        edge = out[i] + sizes[i] / 2 + gap
    edge = high
    for i in reversed(order):
        out[i] = min(out[i], edge - sizes[i] / 2)
        edge = out[i] - sizes[i] / 2 - gap
    edge = low
    for i in order:
        out[i] = max(out[i], edge + sizes[i] / 2)
        edge = out[i] + sizes[i] / 2 + gap
    return out
