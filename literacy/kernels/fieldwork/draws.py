"""Drawing units without replacement: five methods, the same units for the same numbers on every machine.

Only whole numbers and the four operations of IEEE arithmetic in a fixed order are used; no logarithm or power, whose
last digit differs between machines, enters a decision.

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

from literacy.kernels.fieldwork.dice import ONE, Dice

Floats = NDArray[np.float64]


def draw_simple(units: int, n: int, dice: Dice) -> list[int]:
    """Simple random sampling: the ``n`` units with the smallest random numbers, in that order."""
    return dice.shuffle(units)[:n]


def draw_systematic(sizes: Sequence[int], n: int, start: int) -> list[int]:
    """Units hit by ``n`` points at equal distances on the cumulated sizes; always ``n`` different units.

    Parameters
    ----------
    sizes : (m,) whole numbers, each below total / n (larger ones are certain and not in here)
    n : int
    start : int
        The random start in units of 2**-53 of the distance.

    Returns
    -------
    list of n places, ascending.
    """
    total = sum(sizes)
    out, reached, hit = [], 0, 0
    for place, size in enumerate(sizes):
        reached += size
        # point i lies at (i + start / 2**53) * total / n: compared in whole numbers, so nothing is rounded
        while hit < n and (hit * ONE + start) * total < reached * n * ONE:
            out.append(place)
            hit += 1
    return out


def draw_brewer(pi: Floats, n: int, dice: Dice) -> list[int]:
    """Brewer's sequential procedure: ``n`` draws with probabilities that keep every ``pi``."""
    out: list[int] = []
    free = np.ones(len(pi), bool)
    taken = 0.0
    for draw in range(n):
        left = n - taken
        below = left - pi * (n - draw)
        # the last draw takes what is left: below vanishes there, as left is then the rest of the probabilities
        chance = np.where(free & (below > 0), pi * (left - pi) / np.where(below > 0, below, 1.0), 0.0)
        if draw == n - 1:
            chance = np.where(free, pi, 0.0)
        place = _pick(chance, dice)
        out.append(place)
        free[place] = False
        taken += float(pi[place])
    return out


def draw_pivotal(pi: Floats, n: int, dice: Dice) -> list[int]:
    """The pivotal method along the list: two units at a time settle between them who may go on."""
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
            # one of the two leaves the list, the other carries both chances
            if dice.uniform() * both >= held:
                holder = place
            held = both
        else:
            # one of the two is drawn, the other carries what is left
            if dice.uniform() * (2.0 - both) < 1.0 - value:
                out.append(holder)
                holder = place
            else:
                out.append(place)
            held = both - 1.0
            if held <= 0.0:
                holder = -1
    if len(out) < n and holder >= 0:
        out.append(holder)  # its chance is 1 but for rounding
    return sorted(out[:n])


def draw_sampford(pi: Floats, n: int, dice: Dice) -> list[int]:
    """Sampford's design, drawn without a rejected sample.

    A Sampford sample is one unit i and ``n`` - 1 others, the pair being as likely as ``pi[i]`` times the product of
    ``pi / (1 - pi)`` of the others. Walking down the list, a unit is the one, one of the others, or left out, with
    chances from the sums over all ways to go on (:func:`sampford_sums`).

    Returns
    -------
    list of n places, ascending.
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
        point = dice.uniform() * (leave + other + one)
        if point < one:
            out.append(place)
            open_ = False
        elif point < one + other:
            out.append(place)
            need -= 1
    return out


def sampford_sums(pi: Floats, n: int) -> tuple[Floats, Floats]:
    """Sums over all ways to fill up from each place of the list on.

    Returns
    -------
    (m + 1, n) twice: chance that independent units from that place on are ``k`` (as with Poisson sampling), and the
    same with one of them counted as Sampford's first unit besides.
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


def draw_successive(sizes: Sequence[int], n: int, dice: Dice) -> list[int]:
    """One unit after the other, each with probability proportional to size among those left; in the order drawn."""
    left = list(sizes)
    out: list[int] = []
    for _ in range(n):
        point, reached = dice.below(sum(left)), 0
        for place, size in enumerate(left):
            reached += size
            if point < reached:
                out.append(place)
                left[place] = 0
                break
    return out


def _pick(chance: Floats, dice: Dice) -> int:
    """A place with probability proportional to ``chance``."""
    sums = np.cumsum(chance)
    place = int(np.searchsorted(sums, dice.uniform() * float(sums[-1]), side="right"))
    if place >= len(chance) or chance[place] <= 0:  # the end of the last interval, by rounding
        place = int(np.flatnonzero(chance > 0)[-1])
    return place
