"""Sample: survey data with their design and weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument import Instrument, Standard, Wave
from literacy.kernels.design.variance import sum_units
from literacy.kernels.weighting.trimming import WeightSums, sum_weights
from literacy.messages import tell
from literacy.provenance import Origin, Source
from literacy.sampling.adjustment import Adjustment
from literacy.sampling.codes import Codes, compile_design
from literacy.sampling.design import Design
from literacy.sampling.foreign_tables import take_table
from literacy.sampling.replication import Replicates
from literacy.sampling.universe import find_universe, read_weight
from literacy.sampling.variance import needs_presence, total_covariance

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
BLOCK = 4  # number of score columns projected at a time


@runtime_checkable
class Carrier(Protocol):
    """Interface of objects other than plain tables from which a Sample is made, such as ``Scored``."""

    @property
    def frame(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def instrument(self) -> Instrument: ...  # noqa: D102
    @property
    def wave(self) -> Wave: ...  # noqa: D102
    @property
    def standard(self) -> Standard: ...  # noqa: D102
    @property
    def origin(self) -> Origin: ...  # noqa: D102


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Fields(Printable):
    frame: pd.DataFrame
    design: Design
    weight: Floats
    base_weight: Floats
    inside: Bools
    codes: Codes
    adjustments: tuple[Adjustment, ...]
    replicates: Replicates | None
    weighting: Printable | None
    instrument: Instrument | None
    wave: Wave | None
    standard: Standard | None
    origin: Origin
    weighed: list[WeightSums]  # empty until computed


class Sample(_Fields):
    """Respondents with their sample design and weights. Rows are never dropped.

    Parameters
    ----------
    data : Scored, or any table
        The respondents: a ``Scored``, a pandas, polars or pyarrow table, or a mapping of names to columns.
    design : Design, optional
        Names of the design columns. Default for a ``Scored``: the wave's own design; for a plain table: weights of 1.
    universe : str or dict, optional
        Population to which estimates refer: a value of the column ``universe``, or ``{column: value}``. Rows outside
        get weight 0 and remain in the design. Default for a ``Scored``: the universe of the instrument's indicator;
        "all" includes everyone.
    joint : (m, m) array, optional
        Joint inclusion probabilities for ``pps="joint"``, first-order ones on the diagonal, with sampling units in
        order of first occurrence.
    block : bool
        The rows are a block of a larger table, so that having no rows, or none in the universe, is not an error. See
        :func:`literacy.partial`.

    Attributes
    ----------
    frame, design : the data and the design.
    weight, base_weight : (n,) current weights and base weights.
    inside : (n,) bool, rows of the universe.
    codes : the design in integer codes.
    adjustments : weighting steps that enter the variance.
    replicates : replicate weights, or None.
    weighting : diagnostics of the weighting steps, or None.
    instrument, wave, standard : what the answers were scored by; None for a plain table.
    origin : Origin
        Provenance inherited by every result; ``history``, ``source`` and ``universe`` are part of it.

    Examples
    --------
    >>> table = {"score": [70, 50, 90, 60], "village": ["a", "a", "b", "b"], "w": [10, 12, 9, 11]}
    >>> made = lit.Sample(table, lit.Design(weight="w", psu="village"))
    >>> made.df()
    1.0
    >>> lit.Sample(lit.score(responses)).design.psu
    ('psu', 'id')
    """

    __slots__ = ()

    def __init__(
        self,
        data: Any,
        design: Design | None = None,
        universe: str | Mapping[str, Any] | None = None,
        joint: Floats | None = None,
        *,
        block: bool = False,
    ) -> None:
        known = None if isinstance(data, pd.DataFrame) or not isinstance(data, Carrier) else data
        frame, remarks = take_table(data)
        if len(frame) == 0 and not block:
            raise LiteracyError("io.empty", where="Sample", what="no rows", fix="give data with respondents")
        design = _own_design(known, frame) if design is None else design
        instrument = None if known is None else known.instrument
        inside, name, notes = find_universe(frame, instrument, universe, block)
        codes = compile_design(frame, design, inside, joint, block)
        weight, more = read_weight(frame, design, codes, inside, block)
        origin = Origin() if known is None else known.origin
        origin = origin.evolve(
            universe=name,
            variance="taylor",
            lonely_psu=design.lonely_psu,
            history=(*origin.history, *remarks, *notes, *codes.notes, *more),
        )
        super().__init__(
            frame=frame,
            design=design,
            weight=weight,
            base_weight=weight,
            inside=inside,
            codes=codes,
            adjustments=(),
            replicates=None,
            weighting=None,
            instrument=instrument,
            wave=None if known is None else known.wave,
            standard=None if known is None else known.standard,
            origin=origin,
            weighed=[],
        )

    def evolve(self, **changes: Any) -> Sample:
        """Return a new Sample with some fields replaced (the compiled design is shared).

        ``history``, ``source`` and ``universe`` are accepted as fields of the origin.
        """
        origin: Origin = changes.pop("origin", self.origin)
        known: dict[str, Any] = {
            name: changes.pop(name) for name in ("history", "source", "universe") if name in changes
        }
        if "weight" in changes:
            changes.setdefault("weighed", [])
        values = {f.name: changes.pop(f.name, getattr(self, f.name)) for f in fields(self)}
        if changes:
            raise TypeError(f"Sample has no field {sorted(changes)[0]!r}")
        replicates: Replicates | None = values["replicates"]
        wave: Wave | None = values["wave"]
        standard: Standard | None = values["standard"]
        known["variance"] = "taylor" if replicates is None else replicates.method
        known["lonely_psu"] = values["design"].lonely_psu
        if wave is not self.wave and wave is not None:
            known |= {"wave": wave.name, "synthetic": wave.synthetic}
        if standard is not self.standard:
            known["standard"] = "" if standard is None else standard.id
        values["origin"] = origin.evolve(**known)
        new = object.__new__(Sample)
        _Fields.__init__(new, **values)
        return new

    @property
    def weight_sums(self) -> WeightSums:
        """Return count, sum, sum of squares and minimum of the nonzero weights; computed once."""
        if not self.weighed:
            self.weighed.append(sum_weights(self.weight))
        return self.weighed[0]

    @property
    def history(self) -> tuple[str, ...]:
        """One sentence per step."""
        return self.origin.history

    @property
    def source(self) -> Source | None:
        """The input file."""
        return self.origin.source

    @property
    def universe(self) -> str:
        """Population to which estimates refer; empty means everyone in the data."""
        return self.origin.universe

    def survey(self) -> tuple[Instrument, Wave, Standard]:
        """Return the instrument, wave and standard of scored data.

        Raises
        ------
        LiteracyError
            ``report.input`` for a plain table, which was not scored.
        """
        if self.instrument is None or self.wave is None or self.standard is None:
            raise LiteracyError(
                "report.input",
                where="Sample",
                what="a plain table without an instrument",
                fix="score the answers first: Sample(score(read(file, survey)))",
            )
        return self.instrument, self.wave, self.standard

    def __len__(self) -> int:
        return len(self.frame)

    def df(self, rows: Bools | None = None) -> float:
        """Design degrees of freedom: sampling units less strata, among rows with positive weight (R's ``degf``)."""
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
            Rows of the domain of each column; used only by the rules "adjust" and "average" for lonely units.

        Returns
        -------
        (k, k) covariance, accounting for adjustments, all stages, fpc and lonely units.
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
        if present is not None and not self.adjustments and needs_presence(self.design, self.codes):
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
            Weighted (and adjusted) scores summed by unit, for each stage.
        counts : tuple of (m_s, k), optional
            Number of rows of each column's domain in each unit; see ``present`` in :meth:`covariance`.
        """
        return total_covariance(self.design, self.codes, totals, counts, adjusted=bool(self.adjustments))

    def to_frame(self) -> pd.DataFrame:
        """Return the data with the current weight as column ``weight``."""
        out = self.frame.copy()
        out["weight"] = self.weight
        return out

    def _own(self) -> set[str]:
        return set(map(str, self.frame.columns))

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
        return tell("Sample of {} rows", len(self)) + (
            tell(", universe {}", self.universe) if self.universe else ""
        )

    def _notes(self) -> list[str]:
        return list(self.history)


def _own_design(known: Carrier | None, frame: pd.DataFrame) -> Design:
    """Return the wave's own design restricted to columns of the table; an empty design for a plain table."""
    if known is None:
        return Design()
    own = known.wave.design.resolve(frame.columns)
    return Design(weight=own.weight, strata=own.strata, psu=own.psu, fpc=own.fpc)
