"""Cells of cross-classified margins: most weighting operations need only the cells, not the rows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.weighting.trimming import WeightSums

Floats = NDArray[np.float64]
Integers = NDArray[np.integer]
BLOCK = 1 << 15


def find_extremes(values: Integers) -> tuple[int, int]:
    """Minimum and maximum of integers (n,), n > 0, in one pass over blocks."""
    parts = [values[start : start + BLOCK] for start in range(0, len(values), BLOCK)]
    ends = [(int(part.min()), int(part.max())) for part in parts]
    return min(low for low, _ in ends), max(high for _, high in ends)


def sum_rows(cell: Integers, values: NDArray[np.generic], cells: int) -> Floats:
    """Sum values (n,) by cell: (cells,)."""
    return np.asarray(np.bincount(cell, values, minlength=cells), dtype=np.float64)


def cross_codes(
    codes: Sequence[Integers],
    lows: Sequence[int],
    spans: Sequence[int],
    weight: Floats,
    unchecked: Sequence[bool] = (),
) -> tuple[NDArray[np.int32], Floats] | None:
    """Number the combinations of several codes and sum the weights of each.

    The rows are read once, in blocks that stay in the processor's cache.

    Parameters
    ----------
    codes : arrays (n,) of integers; the m-th lies in ``lows[m] .. lows[m] + spans[m] - 1``
    lows, spans : smallest value and number of values of each code; the product of the spans must be below 2**31
    weight : (n,) weights
    unchecked : for each code, whether it may lie outside that range and has to be checked; none if empty

    Returns
    -------
    index (n,) of each row's combination, row-major in the codes, and the summed weights of all combinations
    (prod(spans),); None if an unchecked code lies outside its range.
    """
    checks = [
        (code, low, low + span - 1)
        for code, low, span, wanted in zip(codes, lows, spans, unchecked or [False] * len(codes), strict=True)
        if wanted
    ]
    n, size = len(weight), math.prod(spans)
    joint = np.zeros(n, dtype=np.int32)
    sums = np.zeros(size)
    offset = 0
    for low, span in zip(lows, spans, strict=True):
        offset = offset * span + low
    room = np.empty(min(n, BLOCK), dtype=np.intp)  # allocated once: page faults would cost more than the sums
    for start in range(0, n, BLOCK):
        rows = slice(start, start + BLOCK)
        if not all(low <= code[rows].min() and code[rows].max() <= high for code, low, high in checks):
            return None
        part = room[: len(weight[rows])]
        part[:] = codes[0][rows] if codes else 0
        for code, span in zip(codes[1:], spans[1:], strict=True):
            part *= span
            part += code[rows]
        if offset:
            part -= offset
        joint[rows] = part
        if size <= BLOCK:
            sums += np.bincount(part, weight[rows], minlength=size)
    if size > BLOCK:
        sums = sum_rows(joint, weight, size)
    return joint, sums


def renumber(cell: NDArray[np.int32], place: NDArray[np.int32]) -> None:
    """Replace every index in ``cell`` by ``place[index]``, in place."""
    for start in range(0, len(cell), BLOCK):
        rows = slice(start, start + BLOCK)
        cell[rows] = place[cell[rows]]


def multiply_cells(weight: Floats, ratio: Floats, cell: Integers) -> tuple[Floats, WeightSums]:
    """Multiply weights (n,) by the ratio of their cell: the new weights (n,) and their sums."""
    out = np.empty_like(weight)
    sums = WeightSums()
    for start in range(0, len(weight), BLOCK):
        rows = slice(start, start + BLOCK)
        part = out[rows]
        np.take(ratio, cell[rows], out=part, mode="clip")  # all cells are in range; "clip" avoids a copy
        part *= weight[rows]
        sums = sums.add(part)
    return out, sums
