"""Weighting of a file that is read block by block, from the sums of the cells of its margins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.weighting.trimming import kish_of
from literacy.messages import tell
from literacy.sampling import BlockAdjustment, Design, Sample
from literacy.sampling.codes import find_column
from literacy.weighting.adjustments import CellEffect, GroupAdjustment, LinearAdjustment, RakingAdjustment
from literacy.weighting.cells import cross_columns
from literacy.weighting.coded_columns import GONE, number_column, plain, refuse_missing
from literacy.weighting.diagnostics import Weighting, describe_step
from literacy.weighting.margin_inputs import read_margins
from literacy.weighting.problem import check_weights

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = tuple[Any, ...]
MOST = 1_000_000
WEIGHT = "(weight)"


@dataclass(frozen=True, slots=True, eq=False)
class CellSums:
    """Sums by cell of some columns, which can be added over blocks.

    Attributes
    ----------
    columns : names of the columns.
    keys : values of each cell (None if missing) -> index of the cell.
    weights, squares, rows : (C,) sums of weights and of squared weights, and number of rows with weight.
    before, least, most : sums of previous weights, and smallest and largest ratio to them, if there were any.
    """

    columns: tuple[str, ...]
    keys: Mapping[Key, int] = field(default_factory=dict)
    weights: Floats = field(default_factory=lambda: np.zeros(0))
    squares: Floats = field(default_factory=lambda: np.zeros(0))
    rows: Floats = field(default_factory=lambda: np.zeros(0))

    def __add__(self, other: CellSums) -> CellSums:
        """Return the sums over both blocks."""
        keys = dict(self.keys)
        place = np.array([keys.setdefault(k, len(keys)) for k in other.keys], np.int64)
        if len(keys) > MOST:
            raise LiteracyError(
                "weighting.value", where=", ".join(self.columns), what=tell("more than {:,} cells", MOST),
                fix="make classes of the columns of the margins",
            )  # fmt: skip

        def add(x: Floats, y: Floats) -> Floats:
            out = np.zeros(len(keys))
            out[: len(x)] = x
            out[place] += y
            return out

        return CellSums(
            self.columns, keys, add(self.weights, other.weights), add(self.squares, other.squares),
            add(self.rows, other.rows),
        )  # fmt: skip


def margin_columns(margins: Any, frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns of the data, of which *frame* is a block, to which margins refer."""
    targets = read_margins(margins, [str(c) for c in frame.columns])
    for table in targets.tables:
        for name in table.columns:
            find_column(frame, name, tell("margin {!r}: column", table.name))
    named = [c for t in targets.tables for c in t.columns] + [q.column for q in targets.quantities]
    return tuple(dict.fromkeys(c for c in named if c))


def _cross(sample: Sample, columns: tuple[str, ...]) -> tuple[NDArray[np.int32], list[Key]]:
    """Return the cell of each row with weight, and the values of the cells."""
    numbered = [number_column(find_column(sample.frame, n, "margin")) for n in columns]
    cells = cross_columns(numbered, sample.weight)
    values = [
        [None if n.values[i] is GONE else plain(n.values[i]) for i in at]
        for n, at in zip(numbered, cells.positions, strict=True)
    ]
    return cells.cell, list(zip(*values, strict=True))


def sum_cells(sample: Sample, columns: tuple[str, ...]) -> CellSums:
    """Return the sums by cell of a block."""
    check_weights(sample)
    cell, keys = _cross(sample, columns)
    live = sample.weight > 0
    count = len(keys)

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(cell[live], values[live], minlength=count), np.float64)

    w = sample.weight
    return CellSums(
        columns, {k: i for i, k in enumerate(keys)}, total(w), total(w * w), total(np.ones(len(w)))
    )


@dataclass(frozen=True, slots=True, eq=False)
class CellFactors:
    """Factors by which weighting to margins multiplies the weights of each cell.

    Attributes
    ----------
    columns, keys : as in :class:`CellSums`.
    ratio : (C,) ratio of new to old weight.
    name : name of the step.
    place : (C,) cell of the adjustment.
    effect : what the margins explain.
    share : "row", "base" or "weight": multiplier of the scores in the sums by cell.
    weighting : diagnostics.
    sentence : description of the step, for the history.
    """

    columns: tuple[str, ...]
    keys: Mapping[Key, int]
    ratio: Floats
    name: str
    place: Ints
    effect: CellEffect
    share: str
    weighting: Weighting
    sentence: str

    def apply(self, block: Sample) -> Sample:
        """Return the block with its new weights."""
        cell, keys = _cross(block, self.columns)
        at = np.array([self.keys[k] for k in keys] or [0], np.int64)[cell]
        live = block.weight > 0
        ratio = np.where(live, self.ratio[at], 1.0)
        weight = block.weight * ratio
        share = {"row": live.astype(np.float64), "base": block.weight, "weight": weight}[self.share]
        adjustment = BlockAdjustment(self.name, self.place[at], int(self.place.max()) + 1, share, self.effect)
        origin = block.origin.evolve(weighting=(*block.origin.weighting, self.name))
        return block.evolve(weight=weight, adjustments=(adjustment,), origin=origin)


def solve_cells(sums: CellSums, universe: str, weigh: Callable[[Sample], Sample]) -> CellFactors:
    """Weight the cells as if each were one respondent, and express the diagnostics in respondents.

    Parameters
    ----------
    sums : CellSums
        Sums over all blocks.
    universe : str
        Name of the universe of the rows.
    weigh : function
        :func:`literacy.rake`, or another weighting step, applied to a Sample.

    Raises
    ------
    LiteracyError
        As raised by that step.
    """
    for j, name in enumerate(sums.columns):
        gone = sum(int(sums.rows[i]) for k, i in sums.keys.items() if k[j] is None)
        refuse_missing(np.ones(gone, bool), name)
    columns: dict[str, Any] = {n: [k[j] for k in sums.keys] for j, n in enumerate(sums.columns)}
    frame = pd.DataFrame(columns).infer_objects()
    frame[WEIGHT] = sums.weights
    made = weigh(Sample(frame, Design(WEIGHT)).evolve(universe=universe))
    ratio = made.weight / sums.weights
    assert isinstance(made.weighting, Weighting)
    (step,) = made.weighting.steps
    deff, n_eff = kish_of(
        int(sums.rows.sum()), float(made.weight.sum()), float((sums.squares * ratio**2).sum())
    )
    true = replace(step, n=int(sums.rows.sum()), deff_kish=deff, n_eff=n_eff)
    sentence = made.history[-1].replace(
        describe_step(step).partition(": ")[2], describe_step(true).partition(": ")[2]
    )
    (adjustment,) = made.adjustments
    effect, place, share = _read_effect(adjustment, sums)
    weighting = Weighting((true,), sums.weights, made.weight, made.origin)
    return CellFactors(sums.columns, sums.keys, ratio, step.method, place, effect, share, weighting, sentence)


def _read_effect(adjustment: Any, sums: CellSums) -> tuple[CellEffect, Ints, str]:
    """Convert an adjustment of cells to one of rows."""
    place = np.asarray(adjustment.cell, np.int64)
    count = int(place.max()) + 1

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(place, values, minlength=count), np.float64)

    if isinstance(adjustment, GroupAdjustment):
        return CellEffect("group", total(adjustment.weights)), place, "weight"
    if isinstance(adjustment, RakingAdjustment):
        return CellEffect("rake", total(sums.rows), adjustment.margins), place, "row"
    assert isinstance(adjustment, LinearAdjustment)
    size = total(adjustment.base)
    effect = CellEffect("linear", size, (), adjustment.auxiliary, adjustment.sigma2)
    return effect, place, "base"
