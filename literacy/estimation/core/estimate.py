"""Estimate: numbers of a population with their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.provenance import Source

Floats = NDArray[np.float64]
COLUMNS = ("estimate", "se", "ci_low", "ci_high", "df", "n", "n_eff", "deff", "method", "reliable")
KINDS = {
    "mean": "mean",
    "proportion": "share",
    "total": "total",
    "ratio": "ratio",
    "quantile": "quantile",
    "population_variance": "variance",
    "contrast": "contrast",
    "standardized": "standardized",
}


@dataclass(frozen=True, slots=True)
class Options:
    """The choices behind an estimate, printed with it.

    ``variance`` is "taylor" or the name of the replicates, ``ci`` the interval, ``deff`` the reference of the design
    effect, ``lonely_psu`` the rule for strata with one sampling unit.
    """

    variance: str
    ci: str
    level: float
    deff: str
    lonely_psu: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Estimate(Printable):
    """Population estimates with their joint covariance. No arithmetic: see :meth:`contrast`.

    Attributes
    ----------
    table : DataFrame
        The ``by`` columns, ``variable``, ``level`` (categories only), then estimate, se, ci_low, ci_high, df,
        n, n_eff, deff, method, reliable. Shares are 0-1.
    covariance : (k, k) float
        Of the rows of the table.
    kind : str
        Which estimator made it.
    by : tuple of str
        The domain columns.
    overlapping : tuple of str
        Those of them whose domains overlap (the five groups).
    options : Options
        The choices.
    standard, wave, universe : str
        Scoring standard, wave and universe, where known.
    labels : mapping
        Column to value to bilingual label, where the instrument knows them.
    notes : tuple of str
        What a reader of the table must know.
    history : tuple of str
        One sentence a step.
    source : Source or None
        The file.
    """

    table: pd.DataFrame
    covariance: Floats
    kind: str
    by: tuple[str, ...]
    options: Options
    standard: str = ""
    wave: str = ""
    universe: str = ""
    overlapping: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    source: Source | None = None

    @property
    def level(self) -> float:
        """Confidence level."""
        return self.options.level

    @property
    def variable(self) -> str:
        """The variable, where there is one."""
        names = list(dict.fromkeys(self.table["variable"]))
        return str(names[0]) if len(names) == 1 else ""

    @property
    def estimate(self) -> Floats:
        """(k,) the estimates."""
        return self.table["estimate"].to_numpy(np.float64)

    @property
    def se(self) -> Floats:
        """(k,) their standard errors."""
        return self.table["se"].to_numpy(np.float64)

    @property
    def names(self) -> tuple[str, ...]:
        """One name a row, as :meth:`contrast` wants it: the domain, else the variable or level, joined by ``:``."""
        parts = [*self.by]
        if self.table["variable"].nunique() > 1 or not (self.by or "level" in self.table):
            parts.append("variable")
        if "level" in self.table:
            parts.append("level")
        return tuple(":".join(str(v) for v in row) for row in self.table[parts].itertuples(index=False))

    def contrast(self, first: str, second: str) -> Estimate:
        """Difference of two rows, ``first`` minus ``second``, with their covariance.

        Rows are named as in :attr:`names`; see :func:`literacy.estimation.contrast` for other functions.
        """
        from literacy.estimation.change.contrasts import contrast

        return contrast(self, {first: 1.0, second: -1.0})

    def evolve(self, **changes: Any) -> Estimate:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)

    def to_frame(self) -> pd.DataFrame:
        """The table (a copy)."""
        return self.table.copy()

    def _title(self) -> str:
        head = KINDS.get(self.kind, self.kind)
        head += f" of {self.variable}" if self.variable else ""
        head += f" by {' x '.join(self.by)}" if self.by else ""
        context = [f"wave {self.wave}"] * bool(self.wave) + [f"standard {self.standard}"] * bool(
            self.standard
        )
        context += [f"universe {self.universe}"] * bool(self.universe)
        return head[0].upper() + head[1:] + (f" ({', '.join(context)})" if context else "")

    def _notes(self) -> list[str]:
        o = self.options
        interval = f"{o.ci} interval" if o.ci != "mean" else "t interval"
        out = [
            f"{o.level:.0%} {interval}; variance: {o.variance}, strata with one sampling unit: {o.lonely_psu}"
        ]
        return out + list(self.notes)
