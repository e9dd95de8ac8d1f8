"""Allocation of a sample to the strata of a frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.fieldwork.drawing.frames import Frame, read_sizes
from literacy.kernels.design.intervals import t_quantile
from literacy.kernels.fieldwork.apportionment import share_out
from literacy.messages import tell, tell_value
from literacy.sampling.codes import find_column

Floats = NDArray[np.float64]
RULES = ("proportional", "equal", "power", "neyman")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Allocation(Printable):
    """Allocation of respondents to strata.

    Attributes
    ----------
    table : DataFrame
        One row per stratum: ``population``, ``n``, ``fraction``, ``weight`` and ``margin`` (half-width of the
        interval).
    strata : tuple of str
        Columns that define the strata.
    rule : str
        Allocation rule.
    share, deff, level : float
        Assumptions of ``margin``.
    deff_kish : float
        Kish's design effect of the unequal sampling fractions.
    """

    table: pd.DataFrame
    strata: tuple[str, ...]
    rule: str
    share: float
    deff: float
    level: float
    deff_kish: float

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    @property
    def margin(self) -> float:
        """Half-width of the interval of the expected share over all strata."""
        size = self.table["population"].to_numpy(np.float64)
        n = self.table["n"].to_numpy(np.float64)
        v = (size / size.sum()) ** 2 * (1 - n / size) * self.share * (1 - self.share) / n
        return float(t_quantile(np.inf, self.level) * np.sqrt(self.deff * v.sum()))

    def _title(self) -> str:
        return tell("Allocation of {} respondents, {}", int(self.table["n"].sum()), tell_value(self.rule))

    def _notes(self) -> list[str]:
        return [
            tell(
                "margin of error: half the {:.0%} interval for a share of {:g}, design effect "
                "{:g}; all strata together {:.4f}",
                self.level,
                self.share,
                self.deff,
                self.margin,
            ),
            tell("unequal sampling fractions: design effect of the weights {:.3f}", self.deff_kish),
        ]


def allocate(
    frame: pd.DataFrame | Frame, size: int, strata: str | Sequence[str] | None = None, *, measure: str | None = None,
    rule: str = "proportional", spread: str | None = None, power: float = 0.5, minimum: int = 2,
    share: float = 0.12, deff: float = 1.5, level: float = 0.95,
) -> Allocation:  # fmt: skip
    """Allocate a number of respondents to the strata of a frame.

    Parameters
    ----------
    frame : Frame or DataFrame
        One row per unit of the list (a community, a gacha) or per person.
    size : int
        Total number of respondents.
    strata : str or list of str, optional
        Columns whose combinations define the strata; default ``stratum``.
    measure : str, optional
        Column with the number of people in a unit; default is ``size`` if the frame has it, otherwise 1 per row.
    rule : str
        "proportional" to population; "equal"; "power": proportional to population to the power ``power``; "neyman":
        proportional to population times ``spread``.
    spread : str, optional
        Column with the expected standard deviation in the unit's stratum, for "neyman".
    power : float
        Exponent for "power": 0 gives equal, 1 proportional allocation.
    minimum : int
        Minimum number of respondents in a stratum; 2 permit a standard error.
    share, deff, level : float
        Assumptions of the margins in the table; they do not affect the allocation.

    Returns
    -------
    Allocation

    Raises
    ------
    LiteracyError
        ``frame.invalid``; ``plan.size`` if the strata are too small for the size; ``estimate.option``.

    Examples
    --------
    >>> import pandas as pd
    >>> strata = pd.DataFrame({"stratum": ["sumu", "town"], "size": [1080, 52026]})
    >>> allocate(strata, 1200, rule="power").table["n"].tolist()
    [151, 1049]
    """
    option("rule", rule, RULES)
    if isinstance(frame, Frame):
        frame = frame.table
    names = _names(frame, strata)
    people = _read_measure(frame, measure if measure is not None or "size" not in frame else "size")
    keys = pd.DataFrame({name: find_column(frame, name, "strata") for name in names})
    if keys.isna().any(axis=None):
        missing = int(keys.isna().any(axis=1).sum())
        raise LiteracyError(
            "frame.invalid",
            where=f"strata={', '.join(names)!r}",
            what=tell("missing in {} rows", missing),
            fix="complete the frame",
        )
    keys = keys.assign(population=people, spread=_read_spread(frame, spread, rule) * people)
    table = keys.groupby(list(names), sort=True, observed=True)[["population", "spread"]].sum().reset_index()
    population = table["population"].to_numpy(np.float64)
    empty = table.loc[population < 1, list(names)].astype(str)
    if len(empty):
        raise LiteracyError(
            "frame.invalid",
            where=tell("stratum {!r}", ", ".join(empty.iloc[0])),
            what="is empty: it has no population",
            fix="omit the stratum, or correct the sizes",
        )
    claim = {
        "proportional": population,
        "equal": np.ones(len(table)),
        "power": population**power,
        "neyman": table["spread"].to_numpy(np.float64),
    }[rule]
    most = np.floor(population).astype(np.int64)
    least = np.minimum(minimum, most)
    if not least.sum() <= size <= most.sum():
        raise LiteracyError(
            "plan.size",
            where=f"size={size}",
            what=tell(
                "{} strata need {} people and contain {}", len(table), int(least.sum()), int(most.sum())
            ),
            fix="choose another size or minimum",
        )
    n = share_out(size, claim, least, most)
    weight = population / n
    kish = size * float((n * weight**2).sum()) / float((n * weight).sum()) ** 2
    z = float(t_quantile(np.inf, level))
    table = table.drop(columns="spread").assign(
        n=n,
        fraction=n / population,
        weight=weight,
        margin=z * np.sqrt(deff * share * (1 - share) / n * (1 - n / population)),
    )
    return Allocation(table, names, rule, share, deff, level, kish)


def _read_measure(frame: pd.DataFrame, measure: str | None, role: str = "measure") -> Floats:
    """Return the number of people in each unit; 1 if no column is named."""
    if not measure:
        return np.ones(len(frame))
    return read_sizes(find_column(frame, measure, role), f"{role}={measure!r}").to_numpy(np.float64)


def _read_spread(frame: pd.DataFrame, spread: str | None, rule: str) -> Floats:
    if rule != "neyman":
        return np.ones(len(frame))
    if spread is None:
        raise LiteracyError(
            "estimate.option",
            where="rule='neyman'",
            what="no standard deviations",
            fix="give their column in spread=",
        )
    return _read_measure(frame, spread, "spread")


def _names(frame: pd.DataFrame, strata: str | Sequence[str] | None) -> tuple[str, ...]:
    if strata is None:
        if "stratum" not in frame.columns:
            raise LiteracyError(
                "estimate.option",
                where="strata",
                what="the frame has no column 'stratum'",
                fix="give the strata",
            )
        return ("stratum",)
    return (strata,) if isinstance(strata, str) else tuple(strata)
