"""Joining of sampling units from two blocks of data by their labels."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.variance import Stage
from literacy.sampling.codes import Codes, StageUnits, find_pairs, make_stage, refuse_torn
from literacy.sampling.design import Design
from literacy.sampling.unit_labels import Spellings, merge_spellings, note_spellings, plain_label

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Name = TypeVar("Name", bound=Hashable)
SHARED = 1 << 16
"""Number of units up to which the labels of the last block are kept for the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Units of one stage by label.

    Attributes
    ----------
    strata : the H strata, as unit of the previous stage and label.
    units : the m units, as stratum and label; if rows are their own units, their number.
    stratum_of : (m,) stratum of each unit; parent : (H,) unit of the previous stage of each stratum.
    low, high : (m,) smallest and largest fpc of each unit; None without fpc.
    """

    strata: tuple[Hashable, ...]
    units: tuple[tuple[Hashable, Hashable], ...]
    stratum_of: Ints
    parent: Ints
    low: Floats | None
    high: Floats | None


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Units of every stage.

    ``labels`` are those of the first-stage strata. If rows are their own units and are not kept individually, ``size``
    (H,) is the number of rows of each stratum, and ``low`` and ``high`` (H,) are the range of their fpc. ``spellings``
    are the labels of the design columns as they are written.
    """

    stages: tuple[Frame, ...]
    labels: tuple[str, ...]
    size: Ints | None = None
    low: Floats | None = None
    high: Floats | None = None
    spellings: tuple[Spellings, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on labels that were merged, within a block or between blocks."""
        return note_spellings(self.spellings)


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """New indices of the units of each stage and of the first-stage strata after joining."""

    units: tuple[Ints, ...]
    strata: Ints


def list_frames(codes: Codes, alone: bool) -> Frames:
    """Return the units of a compiled design by label; if `alone`, rows are their own units and only strata are kept."""
    stages: list[Frame] = []
    above: tuple[Hashable, ...] = ((),)
    for stage, own in zip(codes.stages, codes.units, strict=True):
        names = [plain_label(v) for v in own.strata]
        strata = (
            tuple((above[p], n) for p, n in zip(stage.parent, names, strict=True)) if stages else tuple(names)
        )
        if alone:
            low, high = _by_stratum(own, stage)
            nothing = np.zeros(0, np.int64)
            only = Frame(strata, (), nothing, stage.parent, None, None)
            return Frames((only,), codes.strata_labels, stage.size, low, high, codes.spellings)
        if own.units is None:
            units: tuple[tuple[Hashable, Hashable], ...] = ()
        else:
            labels = tuple(map(plain_label, own.units.tolist()))
            make = _name_units if len(labels) <= SHARED else _name_units.__wrapped__
            units = make(strata, stage.stratum.tobytes(), labels)
        stages.append(Frame(strata, units, stage.stratum, stage.parent, own.low, own.high))
        above = units
    return Frames(tuple(stages), codes.strata_labels, spellings=codes.spellings)


@lru_cache(maxsize=1)
def _name_units(
    strata: tuple[Hashable, ...], stratum: bytes, labels: tuple[str, ...]
) -> tuple[tuple[Hashable, Hashable], ...]:
    """Return stratum and label of each unit; blocks of one file mostly have the same units, and share the result."""
    places = np.frombuffer(stratum, np.int64).tolist()
    return tuple((strata[h], n) for h, n in zip(places, labels, strict=True))


def _by_stratum(own: StageUnits, stage: Stage) -> tuple[Floats | None, Floats | None]:
    """Return the smallest and largest fpc of each stratum."""
    if own.low is None or own.high is None:
        return None, None
    low, high = np.full(len(stage.size), np.inf), np.full(len(stage.size), -np.inf)
    known = np.isfinite(own.high)
    np.minimum.at(low, stage.stratum[known], own.low[known])
    np.maximum.at(high, stage.stratum[known], own.high[known])
    return low, high


def join_frames(a: Frames, b: Frames) -> tuple[Frames, Place, Place]:
    """Return the union of two sets of units, and the new indices of each."""
    stages: list[Frame] = []
    moved: tuple[list[Ints], list[Ints]] = ([], [])
    first: tuple[Ints, Ints] = (np.zeros(0, np.int64), np.zeros(0, np.int64))
    for s, (x, y) in enumerate(zip(a.stages, b.stages, strict=True)):
        strata, hx, hy = _union(x.strata, y.strata)
        parent = np.zeros(len(strata), np.int64)
        if s:
            parent[hx], parent[hy] = moved[0][-1][x.parent], moved[1][-1][y.parent]
        else:
            first = (hx, hy)
        if x.units or y.units:
            units, ux, uy = _union(x.units, y.units)
            count = len(units)
        else:  # rows are their own units, so there are no common units
            units, count = (), len(x.stratum_of) + len(y.stratum_of)
            ux, uy = np.arange(len(x.stratum_of)), np.arange(len(x.stratum_of), count)
        stratum_of = np.zeros(count, np.int64)
        stratum_of[ux], stratum_of[uy] = hx[x.stratum_of], hy[y.stratum_of]
        low = _extreme(x.low, y.low, ux, uy, count, np.minimum, np.inf)
        high = _extreme(x.high, y.high, ux, uy, count, np.maximum, -np.inf)
        stages.append(Frame(strata, units, stratum_of, parent, low, high))
        moved[0].append(ux)
        moved[1].append(uy)
    hx, hy = first
    count = len(stages[0].strata)
    labels = np.empty(count, dtype=object)
    labels[hy], labels[hx] = list(b.labels), list(a.labels)
    size = None
    if a.size is not None and b.size is not None:
        size = np.zeros(count, np.int64)
        size[hx] += a.size
        size[hy] += b.size
    low = _extreme(a.low, b.low, hx, hy, count, np.minimum, np.inf)
    high = _extreme(a.high, b.high, hx, hy, count, np.maximum, -np.inf)
    spellings = merge_spellings(a.spellings, b.spellings)
    frames = Frames(tuple(stages), tuple(str(x) for x in labels), size, low, high, spellings)
    return frames, Place(tuple(moved[0]), hx), Place(tuple(moved[1]), hy)


def _union(a: Sequence[Name], b: Sequence[Name]) -> tuple[tuple[Name, ...], Ints, Ints]:
    """Return the union of labels, and the index of each input label in it."""
    if a == b:  # which takes no time where both are the same
        return tuple(a), np.arange(len(a)), np.arange(len(a))
    at: dict[Name, int] = {v: i for i, v in enumerate(a)}
    second = np.array([at.setdefault(v, len(at)) for v in b], dtype=np.int64)
    return tuple(at), np.arange(len(a)), second


def _extreme(
    x: Floats | None, y: Floats | None, ux: Ints, uy: Ints, count: int, pick: Any, none: float
) -> Floats | None:
    """Return the smaller or larger fpc of units of both; infinite for a unit without respondents."""
    if x is None or y is None:
        return None
    out = np.full(count, none)
    for place, values in ((ux, x), (uy, y)):
        out[place] = pick(out[place], np.where(np.isfinite(values), values, none))
    return out


def compile_frames(frames: Frames, design: Design) -> Codes:
    """Compile the design for variance estimation from labelled units, without rows.

    Raises
    ------
    LiteracyError
        ``design.nesting``, ``design.fpc``: errors that can only be detected once all units are known.
    """
    if not design.nest and frames.stages[0].units:
        seen: dict[Hashable, Hashable] = {}
        torn = [name for stratum, name in frames.stages[0].units if seen.setdefault(name, stratum) != stratum]
        if torn:
            raise refuse_torn(design, len(set(torn)), torn[0])
    highest = [h[np.isfinite(h)].max(initial=0.0) for f in frames.stages if (h := f.high) is not None]
    if frames.high is not None:
        highest.append(frames.high[np.isfinite(frames.high)].max(initial=0.0))
    counts = max(highest, default=0.0) > 1
    none = np.zeros(0, np.int64)
    made: list[Stage] = []
    above = np.ones(1)
    for s, f in enumerate(frames.stages):
        alone = frames.size is not None  # rows as units: one entry per stratum
        stratum_of = np.arange(len(f.strata)) if alone else f.stratum_of
        low, high = (frames.low, frames.high) if alone else (f.low, f.high)
        if high is not None:
            high = np.where(np.isfinite(high), high, np.inf)
        own = StageUnits(np.zeros(0, object), None, low, high)
        size = np.bincount(stratum_of, minlength=len(f.strata)) if frames.size is None else frames.size
        stage, taken = make_stage(
            own, none, stratum_of, f.parent, size, above, design, frames.labels, s, counts
        )
        if s and not stage.share.any():
            break
        made.append(stage)
        above = stage.share[stratum_of] * taken
    return Codes(tuple(made), frames.labels, np.ones(0), find_pairs(design, made[0], None))
