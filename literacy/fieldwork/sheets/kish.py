"""Kish's tables for selecting one adult in a household.

The eight tables and their frequencies are those of Kish (1949), "A procedure for objective respondent selection
within the household", Journal of the American Statistical Association 44: 380-387: A, C, D and F each for 2 of 12
households, B1, B2, E1 and E2 each for one.
"""

from __future__ import annotations

from literacy.instrument import FrozenMap
from literacy.kernels.fieldwork.random_stream import RandomStream

TABLES: FrozenMap[tuple[int, ...]] = FrozenMap({
    "A": (1, 1, 1, 1, 1, 1), "B1": (1, 1, 1, 1, 2, 2), "B2": (1, 1, 1, 2, 2, 2), "C": (1, 1, 2, 2, 3, 3),
    "D": (1, 2, 2, 3, 4, 4), "E1": (1, 2, 3, 3, 3, 5), "E2": (1, 2, 3, 4, 5, 5), "F": (1, 2, 3, 4, 5, 6),
})  # fmt: skip
"""Table -> number of the adult in households of 1, 2, 3, 4, 5, 6 or more adults; men first, oldest to youngest."""
MOST = 6
"""Number of adults that a table can distinguish."""
_TWELVE = ("A", "A", "B1", "B2", "C", "C", "D", "D", "E1", "E2", "F", "F")


def assign_tables(households: int, seed: int, name: str) -> list[str]:
    """Return a table for each household; every twelve households get Kish's twelve tables in random order."""
    out: list[str] = []
    stream = RandomStream(seed, f"kish|{name}")
    while len(out) < households:
        out += [_TWELVE[i] for i in stream.shuffle(12)]
    return out[:households]


def kish_chance(adults: int, person: int | None = None) -> float:
    """Selection probability of an adult under Kish's tables; without *person*, the mean over selectable adults."""
    size = min(adults, MOST)
    if person is None:
        return 1.0 / size
    return sum(TABLES[name][size - 1] == person for name in _TWELVE) / len(_TWELVE)
