"""Selection of units without replacement: five methods that select the same units on every machine.

Only whole numbers and the four IEEE arithmetic operations in a fixed order are used. No decision depends on a logarithm
or a power, whose last digit may differ between machines.

References
----------
Brewer (1975), "A simple procedure for sampling pi-ps wor", Australian Journal of Statistics 17: 166-172. Sampford
(1967), "On sampling without replacement with unequal probabilities of selection", Biometrika 54: 499-513. Deville &
Tillé (1998), "Unequal probability sampling without replacement through a splitting method", Biometrika 85: 89-101
(pivotal). Madow (1949), Annals of Mathematical Statistics 20: 333-354 (systematic). Tillé (2006), "Sampling
Algorithms", chapters 5 and 6.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.fieldwork.random_stream import ONE, RandomStream

Floats = NDArray[np.float64]


def draw_simple(units: int, n: int, stream: RandomStream) -> list[int]:
    """Simple random sample: indices of the ``n`` units with the smallest random numbers, in that order."""
    return stream.shuffle(units)[:n]


def draw_systematic(sizes: Sequence[int], n: int, start: int) -> list[int]:
    """Systematic sample with probability proportional to size: indices of ``n`` distinct units.

    Parameters
    ----------
    sizes : (m,) whole numbers, each below total / n (larger units are selected with certainty beforehand)
    n : int
    start : int
        Random start, in units of 2**-53 of the sampling interval.

    Returns
    -------
    list of n indices, ascending.
    """
    total = sum(sizes)
    out, reached, hit = [], 0, 0
    for place, size in enumerate(sizes):
        reached += size
        # point i lies at (i + start / 2**53) * total / n; integers are compared, so nothing is rounded
        while hit < n and (hit * ONE + start) * total < reached * n * ONE:
            out.append(place)
            hit += 1
    return out


def draw_brewer(pi: Floats, n: int, stream: RandomStream) -> list[int]:
    """Brewer's sequential procedure: indices of ``n`` units with inclusion probabilities ``pi`` (m,)."""
    out: list[int] = []
    free = np.ones(len(pi), bool)
    taken = 0.0
    for draw in range(n):
        left = n - taken
        below = left - pi * (n - draw)
        # at the last draw `below` vanishes, since `left` is then the sum of the remaining probabilities
        chance = np.where(free & (below > 0), pi * (left - pi) / np.where(below > 0, below, 1.0), 0.0)
        if draw == n - 1:
            chance = np.where(free, pi, 0.0)
        place = _pick(chance, stream)
        out.append(place)
        free[place] = False
        taken += float(pi[place])
    return out


def draw_pivotal(pi: Floats, n: int, stream: RandomStream) -> list[int]:
    """Pivotal method along the list: indices of ``n`` units with inclusion probabilities ``pi`` (m,)."""
    out: list[int] = []
    holder, held = -1, 0.0
    for place, value in enumerate(pi.tolist()):
        if value <= 0.0:
            continue
        if holder < 0:
            holder, held = place, value
            continue
        both = held + value
        if both < 1.0:
            # one of the two units is eliminated, the other takes over both probabilities
            if stream.uniform() * both >= held:
                holder = place
            held = both
        else:
            # one of the two units is selected, the other keeps the remaining probability
            if stream.uniform() * (2.0 - both) < 1.0 - value:
                out.append(holder)
                holder = place
            else:
                out.append(place)
            held = both - 1.0
            if held <= 0.0:
                holder = -1
    if len(out) < n and holder >= 0:
        out.append(holder)  # its probability is 1 up to rounding
    return sorted(out[:n])


def draw_sampford(pi: Floats, n: int, stream: RandomStream) -> list[int]:
    """Sampford's design, by a sequential procedure without rejection.

    A Sampford sample consists of a first unit i and ``n`` - 1 others, with probability proportional to ``pi[i]`` times
    the product of ``pi / (1 - pi)`` over the others. Going down the list, each unit is made the first unit, one of the
    others, or is left out, with conditional probabilities from :func:`sampford_sums`.

    Returns
    -------
    list of n indices, ascending.
    """
    plain, special = sampford_sums(pi, n)
    out: list[int] = []
    need, open_ = n - 1, True
    for place, p in enumerate(pi.tolist()):
        if not open_ and need == 0:
            break
        rest = special[place + 1] if open_ else plain[place + 1]
        leave = (1.0 - p) * float(rest[need])
        other = p * float(rest[need - 1]) if need else 0.0
        one = p * (1.0 - p) * float(plain[place + 1][need]) if open_ else 0.0
        point = stream.uniform() * (leave + other + one)
        if point < one:
            out.append(place)
            open_ = False
        elif point < one + other:
            out.append(place)
            need -= 1
    return out


def sampford_sums(pi: Floats, n: int) -> tuple[Floats, Floats]:
    """Probabilities of all ways to complete a Sampford sample from each position of the list.

    Returns
    -------
    (m + 1, n) and (m + 1, n)
        Probability that ``k`` of the units from that position on are selected under Poisson sampling, and the same with
        one further unit counted as Sampford's first unit.
    """
    units = len(pi)
    plain, special = np.zeros((units + 1, n)), np.zeros((units + 1, n))
    plain[units, 0] = 1.0
    for place in range(units - 1, -1, -1):
        p = float(pi[place])
        for sums in (plain, special):
            sums[place] = (1.0 - p) * sums[place + 1]
            sums[place, 1:] += p * sums[place + 1, :-1]
        special[place] += p * (1.0 - p) * plain[place + 1]
    return plain, special


def draw_successive(sizes: Sequence[int], n: int, stream: RandomStream) -> list[int]:
    """Successive sampling: indices of ``n`` units in order of selection, each with probability proportional to size."""
    left = list(sizes)
    out: list[int] = []
    for _ in range(n):
        point, reached = stream.below(sum(left)), 0
        for place, size in enumerate(left):
            reached += size
            if point < reached:
                out.append(place)
                left[place] = 0
                break
    return out


def _pick(chance: Floats, stream: RandomStream) -> int:
    """Index selected with probability proportional to ``chance``."""
    sums = np.cumsum(chance)
    place = int(np.searchsorted(sums, stream.uniform() * float(sums[-1]), side="right"))
    if place >= len(chance) or chance[place] <= 0:  # rounding at the end of the last interval
        place = int(np.flatnonzero(chance > 0)[-1])
    return place
