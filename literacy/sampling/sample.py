"""Sample: data with its design and its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.kernels.design.variance import design_covariance, sum_units
from literacy.kernels.models.pairwise import pair_covariance
from literacy.provenance import Source
from literacy.sampling.adjustment import Adjustment
from literacy.sampling.codes import Codes, compile_design, find_column
from literacy.sampling.design import Design
from literacy.sampling.replication import Replicates

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
BLOCK = 4  # columns of scores projected at a time


class Carrier(Protocol):
    """What a Sample is made from besides a plain table: a ``Scored``."""

    @property
    def frame(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def history(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, eq=False, repr=False, init=False)
class Sample(Printable):
    """Respondents with their design and weights. Rows are never dropped.

    Parameters
    ----------
    data : Scored or DataFrame
        The respondents.
    design : Design
        Names of the design columns.
    universe : str or dict, optional
        Whom the numbers are to speak for: a value of the column ``universe``, or ``{column: value}``. Rows outside
        get weight 0 and stay in the design. Default for a ``Scored``: the universe of the instrument's indicator;
        "all" takes everybody.
    joint : (m, m) array, optional
        Joint inclusion probabilities for ``pps="joint"``, single ones on the diagonal, of the sampling units in the
        order in which they first occur.

    Attributes
    ----------
    frame, design : the data and the names of its design columns.
    weight, base_weight : (n,) the weights in force and as delivered.
    inside : (n,) bool, rows of the universe.
    codes : the design as integers.
    adjustments : re-weighting steps that enter the variance.
    replicates : replicate weights, or None.
    weighting : diagnostics of the last re-weighting, or None.
    history : one sentence a step.
    """

    frame: pd.DataFrame
    design: Design
    weight: Floats
    base_weight: Floats
    inside: Bools
    codes: Codes
    adjustments: tuple[Adjustment, ...]
    replicates: Replicates | None
    weighting: Printable | None
    universe: str
    instrument: Any
    wave: Any
    standard: Any
    source: Source | None
    history: tuple[str, ...]

    def __init__(
        self,
        data: Carrier | pd.DataFrame,
        design: Design,
        universe: str | Mapping[str, Any] | None = None,
        joint: Floats | None = None,
    ) -> None:
        # a lazy copy: what a caller writes into the table later reaches neither the sample nor its weights
        frame = (data if isinstance(data, pd.DataFrame) else data.frame).copy(deep=False)
        if len(frame) == 0:
            raise LiteracyError("io.empty", where="Sample", what="no rows", fix="give data with respondents")
        inside, name, notes = _find_universe(data, frame, universe)
        codes = compile_design(frame, design, inside, joint)
        weight, more = _read_weight(frame, design, codes, inside)
        values: dict[str, Any] = {
            "frame": frame,
            "design": design,
            "weight": weight,
            "base_weight": weight,
            "inside": inside,
            "codes": codes,
            "adjustments": (),
            "replicates": None,
            "weighting": None,
            "universe": name,
            "history": (*tuple(getattr(data, "history", ())), *notes, *more),
        }
        for key in ("instrument", "wave", "standard", "source"):
            values[key] = None if isinstance(data, pd.DataFrame) else getattr(data, key, None)
        for key, value in values.items():
            object.__setattr__(self, key, value)

    def evolve(self, **changes: Any) -> Sample:
        """Return a new Sample with some fields replaced (the codes of the design are shared)."""
        new = object.__new__(Sample)
        for field in fields(self):
            object.__setattr__(new, field.name, changes.pop(field.name, getattr(self, field.name)))
        if changes:
            raise TypeError(f"Sample has no field {sorted(changes)[0]!r}")
        return new

    def __len__(self) -> int:
        return len(self.frame)

    def df(self, rows: Bools | None = None) -> float:
        """Sampling units less strata, among rows with positive weight (R's ``degf`` of the subset)."""
        if self.replicates is not None and rows is None:
            return self.replicates.df
        first = self.codes.stages[0]
        live = self.weight != 0 if rows is None else (self.weight != 0) & rows
        units = np.bincount(first.unit, live, minlength=first.units) > 0
        strata = np.bincount(first.stratum, units, minlength=len(first.size)) > 0
        return float(units.sum() - strata.sum())

    def covariance(self, scores: Floats, present: Bools | None = None) -> Floats:
        """Design covariance of ``sum(weight * scores)``.

        Parameters
        ----------
        scores : (n, k)
            Unweighted linearised scores.
        present : (n,) or (n, k) bool, optional
            Rows of the domain each column speaks for; matters only to the lonely-PSU rules "adjust" and "average".

        Returns
        -------
        (k, k) covariance: adjustments applied, every stage, fpc, lonely units.
        """
        scores = np.atleast_2d(np.asarray(scores, np.float64).T).T
        live = self.weight != 0
        stages = self.codes.stages
        totals = [np.empty((stage.units, scores.shape[1])) for stage in stages]
        for start in range(0, scores.shape[1], BLOCK):
            block = slice(start, start + BLOCK)
            weighted = np.where(live[:, None], scores[:, block], 0.0)
            weighted *= self.weight[:, None]
            for adjustment in self.adjustments:
                weighted = adjustment.project(weighted)
            for s, stage in enumerate(stages):
                totals[s][:, block] = sum_units(weighted, stage.unit, stage.units)
        counts = None
        if present is not None and not self.adjustments and self._needs_presence():
            seen = np.broadcast_to(present[:, None] if present.ndim == 1 else present, scores.shape)
            rows = seen & self.inside[:, None]
            counts = tuple(sum_units(rows.astype(np.float64), s.unit, s.units) for s in stages)
        return self.total_covariance(tuple(totals), counts)

    def total_covariance(
        self, totals: tuple[Floats, ...], counts: tuple[Floats, ...] | None = None
    ) -> Floats:
        """Design covariance from unit totals.

        Parameters
        ----------
        totals : tuple of (m_s, k)
            Sums of the weighted (and adjusted) scores over the units of each stage.
        counts : tuple of (m_s, k), optional
            Rows of each column's domain in the units; see ``present`` of :meth:`covariance`.
        """
        stages = self.codes.stages
        if self.codes.pairs:
            return pair_covariance(totals[0], self.codes.pairs, self.design.pps_variance)
        if self.design.lonely_psu == "fail":
            self._refuse_lonely(totals)
        present = None
        if counts is not None and self._needs_presence() and not self.adjustments:
            present = tuple(
                sum_units(c, stage.stratum, len(stage.size)) > 0
                for c, stage in zip(counts, stages, strict=True)
            )
        return design_covariance(totals, stages, self.design.lonely_psu, present)

    def _needs_presence(self) -> bool:
        rule = self.design.lonely_psu in ("adjust", "average")
        return rule and any(bool(stage.lonely.any()) for stage in self.codes.stages)

    def _refuse_lonely(self, totals: tuple[Floats, ...]) -> None:
        for s, stage in enumerate(self.codes.stages):
            lonely = stage.lonely
            if not lonely.any():
                continue
            alone = lonely[stage.stratum] & (totals[s] != 0).any(axis=1)
            if not alone.any():
                continue
            strata = np.unique(stage.stratum[alone])
            if s == 0:
                names = ", ".join(repr(self.codes.strata_labels[h]) for h in strata[:5])
                what = f"a single sampling unit in stratum {names}" + (" …" if len(strata) > 5 else "")
            else:
                what = f"a single sampling unit in {len(strata)} strata of stage {s + 1}"
            raise LiteracyError(
                "design.lonely_psu",
                where=f"strata={', '.join(self.design.strata)!r}",
                what=what,
                fix="join it to a similar stratum, or choose lonely_psu='adjust', 'average', 'certainty' or 'remove'",
            )

    def to_frame(self) -> pd.DataFrame:
        """The data with the weight in force as column ``weight``."""
        out = self.frame.copy()
        out["weight"] = self.weight
        return out

    def _summary(self) -> pd.DataFrame:
        first = self.codes.stages[0]
        live = self.weight != 0
        w = self.weight[live]
        units = np.bincount(first.unit, live, minlength=first.units) > 0
        strata = np.bincount(first.stratum, units, minlength=len(first.size)) > 0
        kish = len(w) * float((w**2).sum()) / float(w.sum()) ** 2 if len(w) else float("nan")
        rows = [
            ("rows", float(len(self))),
            ("n (positive weight)", float(live.sum())),
            ("strata", float(strata.sum())),
            ("sampling units", float(units.sum())),
            ("stages", float(len(self.codes.stages))),
            ("df", self.df()),
            ("sum of weights", float(w.sum())),
            ("deff_kish", kish),
        ]
        return pd.DataFrame(rows, columns=["what", "value"])

    def _title(self) -> str:
        return f"Sample of {len(self)} rows" + (f", universe {self.universe}" if self.universe else "")

    def _notes(self) -> list[str]:
        return list(self.history)


def _find_universe(
    data: Any, frame: pd.DataFrame, universe: str | Mapping[str, Any] | None
) -> tuple[Bools, str, list[str]]:
    """Rows of the universe, its name, and sentences for the history."""
    everybody = np.ones(len(frame), bool)
    if isinstance(universe, Mapping):
        inside, name = everybody, ", ".join(f"{k}={v}" for k, v in universe.items())
        for column, value in universe.items():
            if column not in frame.columns:
                raise LiteracyError(
                    "design.column",
                    where=f"universe={column!r}",
                    what="no such column",
                    fix="name a column of the data",
                )
            wanted = list(value) if isinstance(value, list | tuple | set) else [value]
            inside = inside & frame[column].isin(wanted).to_numpy(bool)
        return _checked(inside, name)
    plain = isinstance(data, pd.DataFrame)
    if universe == "all":
        return everybody, "all", ["the universe is everybody in the file"]
    if universe is None and "universe" in frame.columns and not plain:
        known = getattr(getattr(data, "instrument", None), "universes", ())
        universe = next((str(u.name) for u in known if u.indicator), None)
    if universe is None:
        notes = []
        if plain and "universe" in frame.columns and frame["universe"].nunique() > 1:
            counts = frame["universe"].value_counts().sort_index()
            text = ", ".join(f"{k} {v}" for k, v in counts.items())
            notes.append(
                f"the data hold several universes ({text}); all rows are used: say universe= to choose"
            )
        return everybody, "", notes
    if "universe" not in frame.columns:
        raise LiteracyError(
            "design.universe",
            where=f"universe={universe!r}",
            what="the data have no column 'universe'",
            fix="score the data first, or say universe={column: value}",
        )
    return _checked((frame["universe"] == universe).fillna(False).to_numpy(bool), universe)


def _checked(inside: Bools, name: str) -> tuple[Bools, str, list[str]]:
    if not inside.any():
        raise LiteracyError(
            "design.universe", where=f"universe={name!r}", what="no row belongs to it", fix="check the name"
        )
    outside = int((~inside).sum())
    word = "row" if outside == 1 else "rows"
    return (
        inside,
        name,
        [f"universe {name}: {int(inside.sum())} rows; {outside} {word} outside it get weight 0"],
    )


def _read_weight(
    frame: pd.DataFrame, design: Design, codes: Codes, inside: Bools
) -> tuple[Floats, list[str]]:
    """Base weights, zero outside the universe."""
    if not design.weight:
        weight = np.where(inside, 1.0 / codes.fraction, 0.0) if design.fpc else inside.astype(np.float64)
        if not np.isfinite(weight).all():
            raise LiteracyError(
                "design.weight",
                where="weight",
                what="weights do not follow from an infinite fpc",
                fix="name a column of weights",
            )
        if design.fpc:
            return weight, ["base weights are population over sample counts (from fpc)"]
        return weight, ["no weights given: every row counts 1"]
    column = find_column(frame, design.weight, "weight")
    if not pd.api.types.is_numeric_dtype(column):
        column = pd.to_numeric(column, errors="coerce")
    weight = column.to_numpy(np.float64, na_value=np.nan)
    missing = int((~np.isfinite(weight) & inside).sum())
    negative = int((weight < 0).sum())
    if missing or negative:
        found = [f"{missing} missing or not a number"] * (missing > 0) + [f"{negative} negative"] * (
            negative > 0
        )
        raise LiteracyError(
            "design.weight",
            where=f"weight={design.weight!r}",
            what=f"{' and '.join(found)} among {int(inside.sum())} rows",
            fix="correct the weights, or leave those rows out of the universe",
        )
    if not inside.all():
        weight = np.where(inside, weight, 0.0)
    elif weight.flags.writeable:  # pandas without copy on write
        weight = np.array(weight)
    zero = int(((weight == 0) & inside).sum())
    notes = [f"{zero} rows have a base weight of 0 and count in no estimate"] if zero else []
    if zero == int(inside.sum()):
        raise LiteracyError(
            "design.weight", where=f"weight={design.weight!r}", what="all weights are 0", fix="give weights"
        )
    return weight, notes
