"""Default number of processes."""

from __future__ import annotations

import os

FREE = 1.5
"""Minimum number of free processors for a second process, including the one used by this process."""
PAYS = 200
"""Cells in millions (a few seconds of scoring) from which a second process saves more time than it takes to start."""


def choose_number(cells: float, shares: int) -> int:
    """Return the number of processes for scoring: two for many cells, more than one share and a free processor."""
    known = getattr(os, "sched_getaffinity", None)
    processors = len(known(0)) if known else os.cpu_count() or 1
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return 2 if cells >= PAYS * 1e6 and shares > 1 and processors - busy >= FREE else 1
