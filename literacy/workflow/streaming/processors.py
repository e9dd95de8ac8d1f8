"""How many processors are used unasked."""

from __future__ import annotations

import os

PAYS = 200
"""Millions of cells, some seconds of scoring, from which a second process saves more than its start costs."""


def choose_number(cells: float, shares: int) -> int:
    """Processes that pay for so many cells to be scored: two, where there are as many processors and shares."""
    known = getattr(os, "sched_getaffinity", None)
    processors = len(known(0)) if known else os.cpu_count() or 1
    return 2 if cells >= PAYS * 1e6 and shares > 1 and processors > 1 else 1
