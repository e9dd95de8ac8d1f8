"""R's rule for detecting that base weights are on another scale than the totals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.weighting.margin_inputs import plain_key
from literacy.weighting.problem import Problem

Floats = NDArray[np.float64]


def scale_probes(problem: Problem) -> Floats:
    """Return sums of totals (j, k) that correspond to the columns of R's model matrix.

    R compares totals with weighted sums for the constant, for every level of a factor except the first, and for numeric
    columns; the rule of ``grake`` uses exactly these.
    """
    k = len(problem.totals)
    rows = []
    start = 0
    for t, table in enumerate(problem.tables):
        size = len(table.levels)
        if t == 0:
            whole = np.zeros(k)
            whole[:size] = 1.0
            rows.append(whole)
        first = min(range(size), key=lambda i: plain_key(table.levels[i]))
        for i in range(size):
            if i != first:
                one = np.zeros(k)
                one[start + i] = 1.0
                rows.append(one)
        start += size
    for j in range(start, k):
        one = np.zeros(k)
        one[j] = 1.0
        rows.append(one)
    return np.array(rows)
