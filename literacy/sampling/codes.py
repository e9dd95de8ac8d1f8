"""Design columns converted to integer codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._nearest import guess_word
from literacy.errors import CountedError, LiteracyError
from literacy.kernels.design.aggregation import BLOCK
from literacy.kernels.design.variance import Bools, Floats, Ints, Stage
from literacy.kernels.models.pairwise import PairBlock, approximate_pairs, joint_pairs
from literacy.messages import mark, tell
from literacy.sampling.design import Design
from literacy.sampling.unit_labels import Spellings, join_spellings, note_spellings

VARIES = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class StageUnits:
    """Labels and populations of the units of one stage, by which units of two blocks of data are joined.

    Attributes
    ----------
    strata : (H,) labels of the strata within the unit of the previous stage.
    units : (m,) labels of the units within their stratum; None if every row is its own unit.
    low, high : (m,) smallest and largest fpc among the rows of each unit; None without fpc.
    """

    strata: NDArray[Any]
    units: NDArray[Any] | None
    low: Floats | None
    high: Floats | None


@dataclass(frozen=True, slots=True)
class Codes:
    """The design in integer codes.

    Attributes
    ----------
    stages : tuple of Stage
        Every stage that contributes variance.
    strata_labels : tuple of str
        Labels of the first-stage strata.
    fraction : (n,) float
        Product of the sampling fractions of a row if fpc determines them; otherwise ones.
    pairs : tuple of PairBlock
        Joint inclusion of sampling units under unequal probabilities; empty for other designs.
    spellings : tuple of Spellings
        Labels of the design columns as they are written.
    units : tuple of StageUnits
        Labels and populations of the units of every stage.
    """

    stages: tuple[Stage, ...]
    strata_labels: tuple[str, ...]
    fraction: Floats
    pairs: tuple[PairBlock, ...] = ()
    spellings: tuple[Spellings, ...] = ()
    units: tuple[StageUnits, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on labels that were merged."""
        return note_spellings(self.spellings)


def name_role(role: str, name: str) -> str:
    """Return how messages name a column of the design."""
    return f"{role}={name!r}"


def list_roles(design: Design) -> list[str]:
    """Return the columns of a design, as messages name them, in the order in which :class:`Sample` looks at them."""
    strata, psu = design.strata, design.psu
    found = [name_role("fpc", name) for name in design.fpc]
    for s in range(max(len(strata), len(psu))):
        found += [name_role("strata", name) for name in strata[s : s + 1]]
        found += [name_role("psu", name) for name in psu[s : s + 1]]
    return [*found, *([name_role("weight", design.weight)] if design.weight else [])]


def find_column(frame: pd.DataFrame, name: str, role: str, *, code: str = "design.column") -> pd.Series[Any]:
    """Return a column of the data, or raise an error with the given code that names the nearest column."""
    where = f"{role}={name!r}"
    if name not in frame.columns:
        fix = guess_word(name, frame.columns, tell("name a column of the data"))
        if f"{name}_correct" in frame.columns:
            fix = tell(
                "give the file of the answers: this one only records whether they are correct, {}_correct",
                name,
            )
        raise LiteracyError(code, where=where, what="no such column", fix=fix)
    column = frame[name]
    if isinstance(column, pd.DataFrame):
        raise LiteracyError(code, where=where, what="the column occurs twice", fix="rename one")
    return column


def _codes(
    frame: pd.DataFrame,
    name: str,
    role: str,
    inside: Bools,
    spelled: dict[str, Spellings],
    dtype: type[np.signedinteger[Any]] = np.int64,
) -> tuple[Ints, int, NDArray[Any]]:
    """Return codes of a column, their number and the labels; a missing label inside the universe is an error.

    Missing labels outside the universe get a separate code. ``dtype`` is the type of the codes of integer columns; a
    narrow one suffices for codes that are read only once. The labels as written are entered in ``spelled``.
    """
    column = find_column(frame, name, role)
    where = f"{role} {name}"
    quick = _number_integers(column, dtype)
    if quick is not None:
        labels = quick[1].astype(object)
        spelled[where] = Spellings(where, labels)
        return quick[0], len(labels), labels
    try:
        raw, uniques = pd.factorize(column)
    except TypeError as error:
        raise LiteracyError(
            "design.value",
            where=f"{role}={name!r}",
            what="contains values that cannot be labels (lists or the like)",
            fix="make them text or numbers",
        ) from error
    codes = raw.astype(np.int64, copy=False)
    spelled[where] = Spellings(where, np.asarray(uniques, dtype=object))
    codes, labels, _ = join_spellings(codes, spelled[where].labels, where)
    missing = codes < 0
    if missing.any():
        count = int((missing & inside).sum())
        if count:
            raise CountedError(
                "design.value",
                where=name_role(role, name),
                counts=((mark("missing in {} rows"), count),),
                fix="complete the column, or exclude those rows from the universe",
            )
        codes = np.where(missing, len(labels), codes)
        labels = np.append(labels, "(outside the universe)")
    return codes, len(labels), labels


def _number_integers(column: pd.Series[Any], dtype: type[np.signedinteger[Any]]) -> tuple[Ints, Ints] | None:
    """Return codes and values of an integer column with a range no longer than the data, in order of first occurrence.

    Equivalent to ``factorize``, but without a hash table.
    """
    if not isinstance(column.dtype, np.dtype) or column.dtype.kind != "i" or not len(column):
        return None
    values = column.to_numpy()
    n, low, high = len(values), int(values.min()), int(values.max())
    if high - low >= n:
        return None
    blocks = [slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK)]
    first = np.full(high - low + 1, n)
    for rows in reversed(blocks):  # later assignments overwrite earlier ones, so the first row remains
        first[values[rows][::-1].astype(np.int64) - low] = np.arange(rows.stop - 1, rows.start - 1, -1)
    order = np.argsort(first, kind="stable")[: int((first < n).sum())]
    place = np.empty(len(first), dtype)
    place[order] = np.arange(len(order))
    codes = np.empty(n, dtype)
    for rows in blocks:
        codes[rows] = place[values[rows].astype(np.int64) - low]
    return codes, order + low


def pair_codes(first: Ints, second: Ints, count: int, n: int) -> tuple[Ints, Ints]:
    """Return codes of the observed pairs, and ``first * count + second`` of each; ``second`` may be overwritten."""
    size = (int(first.max()) + 1) * count if n else 0
    if size <= max(4 * n, 1024):
        blocks = [slice(start, start + BLOCK) for start in range(0, n, BLOCK)]
        seen = np.zeros(size, bool)
        for rows in blocks:
            seen[first[rows].astype(np.int64) * count + second[rows]] = True
        keys = np.flatnonzero(seen)
        place = np.empty(size, np.int64)  # only the places of pairs that occur are written and read
        place[keys] = np.arange(len(keys))
        for rows in blocks:
            second[rows] = place[first[rows].astype(np.int64) * count + second[rows]]
        return second, keys
    codes, uniques = pd.factorize(first.astype(np.int64) * count + second)
    return codes.astype(np.int64, copy=False), np.asarray(uniques, np.int64)


def _fractions(frame: pd.DataFrame, design: Design, inside: Bools) -> tuple[list[Floats], bool]:
    """Return the fpc columns as floats and whether they contain population counts."""
    values = []
    for name in design.fpc:
        column = pd.to_numeric(find_column(frame, name, "fpc"), errors="coerce")
        value = column.to_numpy(np.float64, na_value=np.nan)
        bad = inside & ~(value > 0)
        if bad.any():
            raise CountedError(
                "design.fpc",
                where=name_role("fpc", name),
                counts=((mark("missing, zero or negative in {} rows"), int(bad.sum())),),
                fix="give a population count or a sampling fraction in every row",
            )
        values.append(value)
    if not values:
        return [], False
    low = min(float(np.min(v[inside], initial=np.inf)) for v in values)
    high = max(float(np.max(v[inside], initial=0.0)) for v in values)
    if low < 1 < high:
        raise LiteracyError(
            "design.fpc",
            where="fpc",
            what="some values are below 1 and some above",
            fix="give population counts everywhere or sampling fractions everywhere",
        )
    if design.pps and high > 1:
        raise LiteracyError(
            "design.fpc",
            where="fpc",
            what="population counts",
            fix="with pps the column must contain inclusion probabilities",
        )
    return values, high > 1


def _unit_value(value: Floats, unit: Ints, units: int, inside: Bools) -> tuple[Floats, Floats]:
    """Return the smallest and largest value among the rows of each unit that are inside the universe."""
    low, high = np.full(units, np.inf), np.full(units, -np.inf)
    rows = np.flatnonzero(inside)
    np.minimum.at(low, unit[rows], value[rows])
    np.maximum.at(high, unit[rows], value[rows])
    empty = ~np.isfinite(high) & (low > high)
    low[empty] = high[empty] = np.inf
    return low, high


def compile_design(
    frame: pd.DataFrame, design: Design, inside: Bools, joint: Floats | None = None, block: bool = False
) -> Codes:
    """Convert the design columns of a frame to integer codes.

    Parameters
    ----------
    frame : DataFrame
        The data, n rows.
    design : Design
        Names of the design columns.
    inside : (n,) bool
        Rows of the universe; only these must have complete design columns.
    joint : (m, m) float, optional
        Joint inclusion probabilities of the sampling units, in order of first occurrence.
    block : bool
        The rows are a block of a larger file; stages that contribute no variance here are kept, as they may elsewhere.

    Returns
    -------
    Codes
    """
    n = len(frame)
    levels = max(len(design.psu), 1)
    if len(design.strata) > levels:
        raise LiteracyError(
            "design.value",
            where="strata",
            what=tell("{} columns for {} stages (one column per stage)", len(design.strata), levels),
            fix="combine the columns into one, or give the sampling units of every stage",
        )
    if len(design.fpc) > levels:
        raise LiteracyError(
            "design.fpc",
            where="fpc",
            what=tell("{} columns for {} stages (one column per stage)", len(design.fpc), levels),
            fix="give the sampling units of every stage in psu=",
        )
    values, counts = _fractions(frame, design, inside)
    stages: list[Stage] = []
    named: list[StageUnits] = []
    fraction = np.ones(n) if values else np.broadcast_to(np.ones(1), n)
    labels: tuple[str, ...] = ()
    above_unit, above_share = np.zeros(n, np.int64), np.ones(1)
    spelled: dict[str, Spellings] = {}
    for s in range(levels):
        if design.strata:
            name = design.strata[min(s, len(design.strata) - 1)]
            plain, kinds, names = _codes(
                frame, name, "strata", inside, spelled, np.int32 if n < 2**31 else np.int64
            )
        else:
            plain, kinds, names = np.zeros(n, np.int64), 1, np.array(["(all)"], dtype=object)
        if s == 0:
            stratum, parent = plain, np.zeros(kinds, np.int64)
            labels = tuple(str(x) for x in names)
        else:
            stratum, keys = pair_codes(above_unit, plain, kinds, n)
            parent, names = keys // kinds, names[keys % kinds]
        unit, stratum_of, called = _stage_units(frame, design, s, stratum, inside, spelled)
        value = values[s] if s < len(values) else None
        low, high = (None, None) if value is None else _unit_value(value, unit, len(stratum_of), inside)
        own = StageUnits(names, called, low, high)
        size = np.bincount(stratum_of, minlength=len(parent))
        made, taken = make_stage(own, unit, stratum_of, parent, size, above_share, design, labels, s, counts)
        if s == 0 or block or made.share.any():
            stages.append(made)
            named.append(own)
        if values:
            fraction *= taken[unit]
        above_unit = unit
        above_share = made.share[stratum_of] * taken
        if not values:
            break
    pairs = find_pairs(design, stages[0], joint)
    return Codes(tuple(stages), labels, fraction, pairs, tuple(spelled.values()), tuple(named))


def make_stage(
    own: StageUnits,
    unit: Ints,
    stratum_of: Ints,
    parent: Ints,
    size: Ints,
    above: Floats,
    design: Design,
    labels: tuple[str, ...],
    s: int,
    counts: bool,
) -> tuple[Stage, Floats]:
    """Return a stage, and the sampling fraction (m,) of its units.

    Parameters
    ----------
    own : labels and populations of the units
    unit : (n,) unit of each row, only stored
    stratum_of, parent : (m,) stratum of each unit, (H,) unit of the previous stage of each stratum
    size : (H,) number of units sampled in each stratum
    above : product of the sampling fractions of the units of the previous stage
    labels : labels of the first-stage strata, for messages
    s : index of the stage, from 0
    counts : whether the fpc contains population counts
    """
    left, taken = _unsampled(own, counts, stratum_of, size, design, labels, s)
    return Stage(unit, stratum_of, parent, size, left, above[parent]), taken


def find_pairs(design: Design, stage: Stage, joint: Floats | None) -> tuple[PairBlock, ...]:
    """Return the joint inclusion of units for designs with unequal probabilities."""
    if design.pps in ("overton", "hr"):
        return approximate_pairs(1.0 - stage.unsampled, stage.stratum, design.pps)
    if (design.pps == "joint") != (joint is not None):
        raise LiteracyError(
            "design.value",
            where="joint",
            what="joint probabilities and pps='joint' go together",
            fix="give both or neither",
        )
    if joint is None:
        return ()
    matrix = np.asarray(joint, np.float64)
    fits = matrix.shape == (stage.units, stage.units) and bool(np.isfinite(matrix).all())
    if not fits or not bool((matrix > 0).all()) or not np.allclose(matrix, matrix.T):
        raise LiteracyError(
            "design.value",
            where="joint",
            what=tell("not a symmetric matrix of positive probabilities for {} sampling units", stage.units),
            fix="one row and one column per unit, in the order in which the units first occur",
        )
    first = np.full(stage.units, len(stage.unit))
    np.minimum.at(first, stage.unit, np.arange(len(stage.unit)))
    rank = np.argsort(np.argsort(first, kind="stable"), kind="stable")
    return joint_pairs(matrix[np.ix_(rank, rank)])


def _stage_units(
    frame: pd.DataFrame, design: Design, s: int, stratum: Ints, inside: Bools, spelled: dict[str, Spellings]
) -> tuple[Ints, Ints, NDArray[Any] | None]:
    """Return the unit of each row, and stratum and label of each unit, at stage ``s``."""
    n = len(frame)
    if not design.psu:
        return np.arange(n), stratum.astype(np.int64, copy=False), None
    codes, count, labels = _codes(frame, design.psu[s], "psu", inside, spelled)
    if s == 0 and not design.nest:
        low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
        rows = np.flatnonzero(inside)
        np.minimum.at(low, codes[rows], stratum[rows])
        np.maximum.at(high, codes[rows], stratum[rows])
        torn = np.flatnonzero((high >= 0) & (low < high))
        if len(torn):
            raise refuse_torn(design, len(torn), labels[torn[0]])
    unit, keys = pair_codes(stratum, codes, count, n)
    return unit, keys // count, labels[keys % count]


def refuse_torn(design: Design, count: int, label: Any) -> LiteracyError:
    """Return the error for unit labels that occur in several strata."""
    return LiteracyError(
        "design.nesting",
        where=f"psu={design.psu[0]!r}",
        what=tell("{} labels occur in several strata, for example {!r}", count, label),
        fix="use nest=True if the labels start again in each stratum",
    )


def _unsampled(
    own: StageUnits,
    counts: bool,
    stratum_of: Ints,
    size: Ints,
    design: Design,
    labels: tuple[str, ...],
    s: int,
) -> tuple[Floats, Floats]:
    """Return the unsampled fraction (m,), and the sampling fraction (m,) of the stratum (PPS: of the unit)."""
    units = len(stratum_of)
    low, high = own.low, own.high
    if low is None or high is None:
        return np.ones(units), np.zeros(units)
    sampled = size[stratum_of].astype(np.float64)
    if not design.pps:
        strata_low, strata_high = np.full(len(size), np.inf), np.full(len(size), -np.inf)
        known = np.isfinite(high)
        np.minimum.at(strata_low, stratum_of[known], low[known])
        np.maximum.at(strata_high, stratum_of[known], high[known])
    else:
        strata_low, strata_high = low, high
    torn = np.flatnonzero(np.isfinite(strata_high) & (strata_high > strata_low * (1 + VARIES)))
    if len(torn):
        place = (
            tell("stratum {!r}", labels[torn[0]])
            if s == 0 and not design.pps
            else tell("a unit of stage {}", s + 1)
        )
        raise LiteracyError(
            "design.fpc",
            where=f"fpc={design.fpc[s]!r}",
            what=tell("the value varies within {}", place)
            + ("" if design.pps else tell(" ({} such cases)", len(torn))),
            fix="one population count per stratum and stage; for unequal probabilities give pps='brewer'",
        )
    if not design.pps:
        high = np.where(np.isfinite(strata_high[stratum_of]), strata_high[stratum_of], np.inf)
    if counts:
        small = np.flatnonzero(np.isfinite(high) & (high < sampled))
        if len(small):
            first = stratum_of[small[0]]
            place = tell("stratum {!r}", labels[first]) if s == 0 else tell("a stratum of stage {}", s + 1)
            raise LiteracyError(
                "design.fpc",
                where=f"fpc={design.fpc[s]!r}",
                what=tell(
                    "{} has {} sampled units of {:g} in the population",
                    place,
                    int(size[first]),
                    high[small[0]],
                ),
                fix="correct the population count",
            )
        fraction = np.where(np.isfinite(high), sampled / high, 0.0)
    else:
        fraction = np.where(np.isfinite(high), high, 0.0)
    return 1.0 - fraction, fraction
