"""Answers to items as categories, taken from a Scored, a Sample or a plain table, with notes on exclusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._nearest import guess_word
from literacy.errors import LiteracyError
from literacy.kernels.psychometrics.patterns import NOT_ASKED
from literacy.messages import tell
from literacy.sampling import Design, Sample
from literacy.scoring import Scored

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MARK = "_correct"
"""Suffix of the columns in which a Scored holds right and wrong."""
MOST_CATEGORIES = 30
WIDEST = 1000
"""Widest range of values whose categories are found by counting rather than sorting."""
WEIGHT = "weight given as numbers"


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers of all respondents in the data.

    Attributes
    ----------
    items : tuple of str
    codes : (n, j) uint8
        Category, from 0; 255 where not asked.
    levels : tuple of tuple of int
        For each item, the original value of every category.
    weight : (n,) float
        0 outside the universe.
    group : (n,) int
        Index into ``group_names``.
    group_names : tuple of str
    sample : Sample
        The data with their design.
    designed : bool
        Whether weights or a design were given.
    notes : tuple of str
    live : (n,) bool
        Respondents who count: weight above 0 and at least one answer.
    """

    items: tuple[str, ...]
    codes: NDArray[np.uint8]
    levels: tuple[tuple[int, ...], ...]
    weight: Floats
    group: Ints
    group_names: tuple[str, ...]
    sample: Sample
    designed: bool
    notes: tuple[str, ...]
    live: NDArray[np.bool_]

    def constant(self) -> list[int]:
        """Return the indices of items that all respondents in use answered alike, or that none of them answered."""
        return [j for j, level in enumerate(self.levels) if len(level) < 2]

    def keep(self, items: Sequence[int]) -> Answers:
        """Return the answers to some of the items."""
        if list(items) == list(range(len(self.items))):
            return self
        codes = np.ascontiguousarray(self.codes[:, list(items)])
        return replace(
            self,
            items=tuple(self.items[j] for j in items),
            codes=codes,
            levels=tuple(self.levels[j] for j in items),
            live=_who_counts(codes, self.weight),
        )


def take_answers(
    data: Any,
    items: Sequence[str] | None = None,
    weights: Any = None,
    design: Design | None = None,
    groups: str | None = None,
) -> Answers:
    """Read answers, weights, design and groups from *data*.

    Parameters
    ----------
    data : Scored, Sample or DataFrame
        From a Scored, the right and wrong answers as the standard counts them ("don't know" is wrong where the standard
        says so). From a table, ordered whole numbers: the lowest observed value is the first category, and a missing
        value means not asked.
    items : sequence of str, optional
        Names of the items. Default: all scored items, or all columns of a table that the design does not use.
    weights : str or (n,) array, optional
        Survey weights: a column, or one number per row.
    design : Design, optional
        Strata and sampling units.
    groups : str, optional
        Column of groups or waves.

    Raises
    ------
    LiteracyError
        ``psychometrics.items`` for columns that are not items, ``psychometrics.data`` where nobody answered,
        ``psychometrics.option`` for weights given twice.
    """
    sample, designed = _take_sample(data, weights, design)
    frame = sample.frame
    columns = _find_columns(frame, items, sample, groups, scored=_is_scored(data))
    notes: list[str] = [tell("synthetic data: nobody was interviewed")] * sample.origin.synthetic
    if _is_scored(data) and not designed:
        notes.append(
            tell(
                "unweighted: give the design (--weight, --strata, --psu; in Python a Sample) for weighted figures and "
                "design-based standard errors"
            )
        )
    live = sample.weight > 0
    plain = _plain_answers(frame, [c for _, c in columns], live)
    codes = np.full((len(frame), len(columns)), NOT_ASKED, np.uint8) if plain is None else plain
    levels: list[tuple[int, ...]] = [(0, 1)] * len(columns) if plain is not None else []
    for j, (name, column) in enumerate(columns if plain is None else ()):
        level, seen = _categories(frame[column], name, live)
        codes[seen >= 0, j] = seen[seen >= 0]
        levels.append(level)
        if level and level[-1] - level[0] + 1 > len(level):
            notes.append(
                tell(
                    "{}: nobody chose some values between {} and {}; they do not count as categories",
                    name,
                    level[0],
                    level[-1],
                )
            )
    group, names = _groups(frame, groups, live)
    answers = Answers(
        tuple(n for n, _ in columns),
        codes,
        tuple(levels),
        sample.weight,
        group,
        names,
        sample,
        designed,
        (),
        live if plain is not None else _who_counts(codes, sample.weight),
    )
    if sample.replicates is not None:
        notes.append(
            tell(
                "replicate weights are not used: standard errors are linearised over strata and "
                "sampling units"
            )
        )
    lost = int(live.sum() - answers.live.sum())
    if not answers.live.any():
        raise LiteracyError(
            "psychometrics.data",
            where="items",
            what="nobody answered any of the items",
            fix="choose other items",
        )
    if lost:
        notes.append(tell("{} respondents were asked none of the items and are excluded", lost))
    return replace(answers, notes=tuple(notes))


def _who_counts(codes: NDArray[np.uint8], weight: Floats) -> NDArray[np.bool_]:
    out: NDArray[np.bool_] = (weight > 0) & (codes != NOT_ASKED).any(axis=1)
    return out


def _plain_answers(
    frame: pd.DataFrame, columns: list[str], live: NDArray[np.bool_]
) -> NDArray[np.uint8] | None:
    """Return the codes if the table is complete, with only 0 and 1 and both in every column; otherwise None."""
    if not columns or not all(isinstance(d, np.dtype) and d.kind in "iub" for d in frame.dtypes[columns]):
        return None
    table = (frame if list(frame.columns) == columns else frame[columns]).to_numpy()
    if not live.all():
        table = table[live]
    if not len(table) or (table.min(axis=0) != 0).any() or (table.max(axis=0) != 1).any():
        return None
    if live.all():
        return np.ascontiguousarray(table, np.uint8)
    codes = np.full((len(frame), len(columns)), NOT_ASKED, np.uint8)
    codes[live] = table
    return codes


def _is_scored(data: Any) -> bool:
    return isinstance(data, Scored) or (isinstance(data, Sample) and data.standard is not None)


def _take_sample(data: Any, weights: Any, design: Design | None) -> tuple[Sample, bool]:
    if isinstance(data, Sample):
        if weights is not None or design is not None:
            raise LiteracyError(
                "psychometrics.option", where="weights, design", what="a Sample carries its own",
                fix="omit them, or give the table",
            )  # fmt: skip
        known = bool(data.design.columns or data.adjustments) or bool(np.ptp(data.weight[data.weight > 0]))
        return data, known
    if not isinstance(data, pd.DataFrame | Scored):
        raise LiteracyError(
            "psychometrics.items", where="data", what=tell("{} contains no answers", type(data).__name__),
            fix="give a Scored, a Sample or a DataFrame",
        )  # fmt: skip
    if weights is not None and design is not None and design.weight:
        raise LiteracyError(
            "psychometrics.option", where="weights", what=tell("the design already specifies "
                                                               "weights ({})", design.weight),
            fix="give each of them once",
        )  # fmt: skip
    if weights is None:
        return Sample(data, design or Design()), design is not None
    column = weights
    if not isinstance(weights, str):
        frame = data if isinstance(data, pd.DataFrame) else data.frame
        numbers = np.asarray(weights, np.float64)
        if numbers.shape != (len(frame),):
            raise LiteracyError(
                "psychometrics.option", where="weights", what=tell("shape {} for {} rows", numbers.shape, len(frame)),
                fix="give one weight per row",
            )  # fmt: skip
        frame = frame.assign(**{WEIGHT: numbers})
        data, column = (frame if isinstance(data, pd.DataFrame) else replace(data, frame=frame)), WEIGHT
    own = design or Design()
    made = Design(
        column, own.strata, own.psu, own.fpc, own.nest, own.pps or None, own.pps_variance, own.lonely_psu
    )
    return Sample(data, made), True


def _find_columns(
    frame: pd.DataFrame, items: Sequence[str] | None, sample: Sample, groups: str | None, scored: bool
) -> list[tuple[str, str]]:
    """Return the name and the column of every item."""
    if isinstance(items, str):
        items = [items]
    if items is None:
        if scored:
            found = [(str(c).removesuffix(MARK), str(c)) for c in frame.columns if str(c).endswith(MARK)]
        else:
            used = {*sample.design.columns, groups}
            found = [(str(c), c) for c in frame.columns if c not in used]
    else:
        found = []
        for name in items:
            column = f"{name}{MARK}" if f"{name}{MARK}" in frame.columns else name
            if column not in frame.columns:
                raise LiteracyError(
                    "psychometrics.items", where="items", what=tell("no column {!r}", name),
                    fix=guess_word(name, frame.columns, tell("give columns of the data")),
                )  # fmt: skip
            found.append((str(name).removesuffix(MARK), column))
    names = [n for n, _ in found]
    if not found or len(set(names)) < len(names):
        raise LiteracyError(
            "psychometrics.items", where="items", what="an item is given twice" if found else "there are no items",
            fix="give each item once (items=[…], --item)",
        )  # fmt: skip
    return found


def _categories(column: pd.Series, name: str, live: NDArray[np.bool_]) -> tuple[tuple[int, ...], Ints]:
    """Return the values observed among respondents who count, and the category of each row (-1 where missing)."""
    if column.isna().all():
        return (), np.full(len(column), -1)
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_complex_dtype(column):
        raise LiteracyError(
            "psychometrics.items", where=name, what="it does not contain numbers",
            fix="omit it (items=[…], --item), or code its categories as ordered whole numbers",
        )  # fmt: skip
    values, there = _whole_numbers(column, name)
    low = int(values.min(initial=0, where=there)) if there.any() else 0
    wide = int(values.max(initial=low, where=there)) - low + 1
    if wide > WIDEST:
        seen = np.unique(values[there & live])
        place = np.searchsorted(seen, values)
    else:
        steps = np.where(there, values - low, 0)
        counted = np.bincount(steps, there & live, minlength=wide) > 0
        seen = np.flatnonzero(counted) + low
        place = (np.cumsum(counted) - 1)[steps]
    if len(seen) > MOST_CATEGORIES:
        raise LiteracyError(
            "psychometrics.items",
            where=name,
            what=tell("{} different values are not categories of an item", len(seen)),
            fix="give the items (items=[…], --item)",
        )
    if len(seen) == 0:
        return (), np.full(len(values), -1)
    place = np.clip(place, 0, len(seen) - 1)
    return tuple(int(v) for v in seen), np.where(there & (seen[place] == values), place, -1)


def _whole_numbers(column: pd.Series, name: str) -> tuple[Ints, NDArray[np.bool_]]:
    """Return the values (0 where missing) and a mask of the rows that have one."""
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind in "iub":
        return column.to_numpy().astype(np.int64), np.ones(len(column), bool)
    values = column.to_numpy(np.float64, na_value=np.nan)
    there = np.isfinite(values)
    whole = np.where(there, values, 0.0).astype(np.int64)
    if np.isinf(values).any() or (whole[there] != values[there]).any():
        raise LiteracyError(
            "psychometrics.items", where=name, what="some values are not whole numbers",
            fix="omit it (items=[…], --item), or code its categories as ordered whole numbers",
        )  # fmt: skip
    return whole, there


def _groups(frame: pd.DataFrame, groups: str | None, live: NDArray[np.bool_]) -> tuple[Ints, tuple[str, ...]]:
    if groups is None:
        return np.zeros(len(frame), np.int64), ("all",)
    if groups not in frame.columns:
        raise LiteracyError(
            "psychometrics.option",
            where="groups",
            what=tell("no column {!r}", groups),
            fix="name a column of the data",
        )
    column = frame[groups]
    missing = int((column.isna().to_numpy() & live).sum())
    if missing:
        raise LiteracyError(
            "psychometrics.option", where=f"groups={groups!r}", what=tell("{} respondents have no group", missing),
            fix="give every respondent a group, or exclude them from the universe",
        )  # fmt: skip
    names = sorted(column[live].unique())
    if len(names) > 60:
        raise LiteracyError(
            "psychometrics.option", where=f"groups={groups!r}", what=tell("{} groups are too many", len(names)),
            fix="give a column of groups or waves",
        )  # fmt: skip
    place = {name: i for i, name in enumerate(names)}
    return column.map(place).fillna(0).to_numpy(np.int64), tuple(str(n) for n in names)
