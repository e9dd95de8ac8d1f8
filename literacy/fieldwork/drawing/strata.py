"""Selection within one stratum: units, inclusion probabilities and reserve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.fieldwork.draws import (
    draw_brewer,
    draw_pivotal,
    draw_sampford,
    draw_simple,
    draw_successive,
    draw_systematic,
)
from literacy.kernels.fieldwork.inclusion import certain_units, inclusion_probabilities, whole_sizes
from literacy.kernels.fieldwork.joint import joint_sampford, joint_simple, joint_systematic
from literacy.kernels.fieldwork.random_stream import ONE, RandomStream
from literacy.messages import tell

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
METHODS = ("pps", "sampford", "brewer", "pivotal", "simple", "systematic")
UNEQUAL = ("pps", "sampford", "brewer", "pivotal")
JOINT = ("pps", "sampford", "simple", "systematic")
MOST = 50_000_000
"""Maximum number of elements of the sums used by Sampford's method."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The draw in a stratum.

    Attributes
    ----------
    stratum : object
    n : int
        Number of units selected.
    rows : (n,) row numbers of the selected units in the frame, in the order of the list
    probability : (m,) inclusion probability of every unit of the stratum, in the order of ``places``
    places : (m,) row numbers of the stratum's units in the frame, in the order of the draw
    sizes : (m,) whole numbers in proportion to the sizes
    certain : (m,) bool, units selected with certainty
    start : int
        Random start of a systematic draw, in units of 2**-53 of the sampling interval; -1 for other methods.
    standby : tuple of int
        Row numbers of the reserve in the frame, in the order of release.
    """

    stratum: object
    n: int
    rows: Ints
    probability: Floats
    places: Ints
    sizes: tuple[int, ...]
    certain: NDArray[np.bool_]
    start: int
    standby: tuple[int, ...]

    def joint(self, method: str) -> Floats:
        """Return the joint inclusion probabilities (n, n) of the units ``rows``; see :data:`JOINT`."""
        pi = self.probability
        at = {int(p): i for i, p in enumerate(self.places)}
        mine = np.array([at[int(r)] for r in self.rows], dtype=np.int64)
        out = np.outer(pi[mine], pi[mine])
        np.fill_diagonal(out, pi[mine])
        open_ = ~self.certain
        n = self.n - int(self.certain.sum())
        where = np.flatnonzero(open_[mine])
        if not len(where):
            return out
        among = np.cumsum(open_) - 1
        rows = among[mine[where]]
        if method == "sampford":
            part = joint_sampford(pi[open_], n, rows)
        elif method == "simple":
            part = joint_simple(int(open_.sum()), n, len(rows))
        else:
            sizes = [s for s, o in zip(self.sizes, open_, strict=True) if o]
            part = joint_systematic(sizes, n, rows)
        out[np.ix_(where, where)] = part
        return out


def draw_stratum(
    stratum: object,
    places: Ints,
    sizes: Floats,
    forced: NDArray[np.bool_],
    n: int,
    method: str,
    seed: int,
    reserve: int,
) -> Drawn:
    """Select ``n`` units of a stratum, followed by ``reserve`` reserve units.

    Parameters
    ----------
    places : (m,) row numbers in the frame, in the order of the draw
    sizes : (m,) nonnegative sizes
    forced : (m,) bool, units selected with certainty
    """
    equal = method not in UNEQUAL
    measure = [1.0] * len(places) if equal else [float(s) for s in sizes]
    _check(stratum, measure, forced, n)
    whole = whole_sizes(measure)
    certain = np.array(certain_units(whole, n, forced.tolist()), dtype=bool)
    pi = inclusion_probabilities(measure, n, forced.tolist())
    open_ = np.flatnonzero(~certain)
    left = n - int(certain.sum())
    stream = RandomStream(seed, f"select|{method}|{stratum}")
    start = -1
    drawn: list[int] = []
    if left:
        own = [whole[i] for i in open_]
        if method in ("pps", "systematic"):
            start = stream.next_integer()
            drawn = draw_systematic(own, left, start)
        elif method == "simple":
            drawn = draw_simple(len(own), left, stream)
        elif method == "brewer":
            drawn = draw_brewer(pi[open_], left, stream)
        elif method == "pivotal":
            drawn = draw_pivotal(pi[open_], left, stream)
        else:
            _check_room(len(own), left)
            drawn = draw_sampford(pi[open_], left, stream)
    chosen = np.sort(np.concatenate([np.flatnonzero(certain), open_[np.array(drawn, dtype=np.int64)]]))
    rest = [0 if i in set(chosen.tolist()) else s for i, s in enumerate(whole)]
    spare = min(reserve, sum(s > 0 for s in rest))
    standby = draw_successive(rest, spare, RandomStream(seed, f"reserve|{stratum}"))
    return Drawn(
        stratum, n, places[chosen], pi, places, tuple(whole), certain, start, tuple(int(places[i]) for i in standby)
    )  # fmt: skip


def start_share(drawn: Drawn) -> float:
    """Random start of a systematic draw, as a fraction of the sampling interval."""
    return drawn.start / ONE


def _check(stratum: object, measure: list[float], forced: NDArray[np.bool_], n: int) -> None:
    able = sum(m > 0 or bool(f) for m, f in zip(measure, forced, strict=True))
    where = tell("units: stratum {!r}", stratum) if str(stratum) else tell("units")
    if not 1 <= n <= able:
        zero = len(measure) - able
        more = tell(" ({} more have size 0 and cannot be drawn)", zero) if zero else ""
        raise LiteracyError(
            "plan.size",
            where=where,
            what=tell("{} to be drawn of {}{}", n, able, more),
            fix="draw at least 1 and at most all units",
        )
    if int(forced.sum()) > n:
        raise LiteracyError(
            "plan.size",
            where=where,
            what=tell("there are {} certainty units and only {} are to be drawn", int(forced.sum()), n),
            fix="draw more, or have fewer certainty units",
        )


def _check_room(units: int, n: int) -> None:
    if units * n > MOST:
        raise LiteracyError(
            "plan.size", where="method='sampford'", what=tell("{} of {} units is more than it "
                                                              "can compute", n, units),
            fix="use method='pivotal' or 'pps', or draw within strata",
        )  # fmt: skip
