"""Axis limits, tick positions and the spacing of labels: plain arithmetic, no drawing."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def step(span: float, count: int = 5) -> float:
    """The round step (1, 2, 2.5, 5 times a power of ten) that cuts a span into at most ``count`` parts."""
    raw = max(span, 1e-12) / count
    power = 10.0 ** math.floor(math.log10(raw))
    return next(s * power for s in _STEPS if s * power >= raw * (1 - 1e-9))


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round tick positions within a span, both ends included where they are round."""
    size = step(high - low, count)
    first, last = math.ceil(low / size - 1e-9), math.floor(high / size + 1e-9)
    return [round(i * size, 12) for i in range(first, last + 1)]


def digits(positions: list[float], factor: float = 1.0) -> int:
    """Decimals needed so that neighbouring ticks read differently (0 to 4)."""
    for places in range(5):
        if all(
            abs(round(p * factor, places) - p * factor) < 1e-9 * max(1.0, abs(p * factor)) for p in positions
        ):
            return places
    return 4


def share_top(*columns: pd.Series, least: float = 0.05) -> float:
    """Upper end of an axis of shares: above every value, round, never above 1 by more than a hair."""
    values = [float(np.nanmax(c.to_numpy(dtype=float))) for c in columns if c.notna().any()]
    top = max([least, *values])
    size = step(top * 1.04) / 2
    return 1.0 if top > 0.9 else min(1.0, math.ceil(top * 1.04 / size - 1e-9) * size)


def span(*columns: pd.Series, zero: bool = True, pad: float = 0.06) -> tuple[float, float]:
    """Ends of an axis that hold every value, with some air; with ``zero`` they hold zero."""
    parts = [c.dropna().to_numpy(dtype=float) for c in columns]
    values = np.concatenate([*parts, np.zeros(1 if zero else 0)])
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    air = (high - low) * pad or max(abs(high), 1.0) * 0.1
    return (low if zero and low == 0 else low - air), (high if zero and high == 0 else high + air)


def spread(
    centres: list[float], sizes: list[float], low: float, high: float, gap: float = 0.0
) -> list[float]:
    """Move labels along a line as little as needed so that none overlap and all stay inside.

    Parameters
    ----------
    centres, sizes : list of float
        Wanted centre and size of each label.
    low, high : float
        Ends of the line.
    gap : float
        Air between neighbours.

    Returns
    -------
    list of float
        Centres, in the order given. Where the labels do not fit at all they keep their order and run over ``high``.
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
