"""Trend: the shares of one place by wave, with their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.estimation import Estimate
from literacy.instrument import Label
from literacy.kernels.forecast.spread import df_factor, empirical_logit
from literacy.messages import tell, tell_value
from literacy.projection.trends.links import LinkLike, link_covariance
from literacy.projection.trends.pooling import pool_rows
from literacy.projection.trends.reference_dates import to_times, to_years, whole_years
from literacy.projection.trends.surveyed import EstimateLike, effective_size, read_wave, read_year
from literacy.provenance import Origin, Source

Floats = NDArray[np.float64]

LEVELS = ("nation", "region", "province", "league", "city", "group")
"""Levels of places, from the highest to the lowest."""

_NAMELESS = Label("", "")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trend(Printable):
    """Shares of one place by wave.

    Attributes
    ----------
    area : str
        Name of the place.
    level : str
        One of :data:`LEVELS`.
    years : (k,) array, rising
        Date of each wave: a year without a fraction (2023) is the middle of that year, 2023.2 the spring. A wave of
        2023.5 belongs to 2023.
    estimate, se : (k,) arrays
        Shares (0-1) and their standard errors.
    covariance : (k, k) array
        Sampling covariance between the waves; diagonal for independent samples.
    n, n_eff, df : (k,) arrays
        Respondents (NaN if not published), effective size corresponding to the standard error, its degrees of freedom.
    standards : tuple of str
        Standard by which each wave was scored; empty if not known.
    breaks : tuple of float
        Waves at which the series was joined across a change of standard.
    assumed : tuple of bool
        Waves with an assumed design effect; empty if there are none.
    label : Label
    notes : tuple of str
        Assumptions made in building the trend.
    source : Source or None
        Source of a table of figures.
    waves : tuple of Source
        Sources of the waves, if they were estimated from files.
    origin : Origin
        Provenance of the waves' data.
    """

    area: str
    level: str
    years: Floats
    estimate: Floats
    se: Floats
    covariance: Floats
    n: Floats
    n_eff: Floats
    df: Floats
    standards: tuple[str, ...]
    breaks: tuple[float, ...] = ()
    assumed: tuple[bool, ...] = ()
    label: Label = _NAMELESS
    notes: tuple[str, ...] = ()
    source: Source | None = None
    waves: tuple[Source, ...] = ()
    origin: Origin = field(default_factory=Origin)

    def __len__(self) -> int:
        return len(self.years)

    @property
    def times(self) -> Floats:
        """Times of the waves (k,) on the scale of whole years, where 2023 is the middle of 2023."""
        return to_times(self.years)

    @property
    def break_times(self) -> Floats:
        """Times of :attr:`breaks`, as :attr:`times`."""
        return to_times(np.array(self.breaks, dtype=float))

    @property
    def synthetic(self) -> bool:
        """True if the data of any wave are synthetic."""
        return self.origin.synthetic

    @property
    def correlated(self) -> bool:
        """True if waves share respondents or sampling units, so that their errors are correlated."""
        return bool(np.any(self.covariance - np.diag(np.diag(self.covariance))))

    def log_odds(self) -> tuple[Floats, Floats]:
        """Return empirical log odds (k,) and their sampling covariance (k, k)."""
        value, variance = empirical_logit(self.estimate, self.n_eff)
        root = np.sqrt(variance)
        se = np.where(self.se > 0, self.se, np.inf)
        correlation = self.covariance / np.outer(se, se)
        np.fill_diagonal(correlation, 1.0)
        return value, correlation * np.outer(root, root)

    def observations(self) -> tuple[Floats, Floats]:
        """Return the log odds as model input, with the covariance inflated for few degrees of freedom."""
        value, covariance = self.log_odds()
        wider = df_factor(self.df)
        return value, covariance * np.outer(wider, wider)

    def until(self, year: float) -> Trend:
        """Return the waves up to and including a year."""
        return self._pick(np.asarray(self.times <= to_times(np.array([float(year)]))[0]))

    def rows(self, year: float) -> NDArray[np.intp]:
        """Return the indices of the waves of a calendar year."""
        return np.flatnonzero(np.floor(self.years) == math.floor(year))

    def row(self, year: float) -> int | None:
        """Return the index of the last wave of a year, None if there is none."""
        at = self.rows(year)
        return int(at[-1]) if len(at) else None

    def _pick(self, keep: NDArray[np.bool_]) -> Trend:
        years = self.years[keep]
        return replace(
            self,
            years=years,
            estimate=self.estimate[keep],
            se=self.se[keep],
            covariance=self.covariance[np.ix_(keep, keep)],
            n=self.n[keep],
            n_eff=self.n_eff[keep],
            df=self.df[keep],
            standards=tuple(s for s, k in zip(self.standards, keep, strict=True) if k),
            breaks=tuple(b for b in self.breaks if b in years[1:]),
            assumed=tuple(a for a, k in zip(self.assumed, keep, strict=True) if k) if self.assumed else (),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per wave: year, area, level, estimate, se, n, n_eff, df, standard, joined."""
        return pd.DataFrame(
            {
                "year": whole_years(self.years),
                "area": self.area,
                "level": self.level,
                "estimate": self.estimate,
                "se": self.se,
                "df": self.df,
                "n": self.n,
                "n_eff": self.n_eff,
                "standard": list(self.standards),
                "joined": [y in self.breaks for y in self.years],
            }
        )

    def _unit(self) -> str:
        return "share"

    def _title(self) -> str:
        place = self.area or tell("the surveyed place")
        return tell("Trend of {} ({}): {} wave(s)", place, tell_value(self.level), len(self))

    def _notes(self) -> list[str]:
        notes = [tell("synthetic data: nobody was interviewed")] * self.synthetic + list(self.notes)
        if self.correlated:
            notes.append(tell("the waves' sampling errors are correlated"))
        return notes


def trend(
    waves: Mapping[int, EstimateLike] | Mapping[float, EstimateLike],
    *,
    row: Mapping[str, object] | None = None,
    area: str = "",
    level: str = "city",
    label: Label | None = None,
    covariance: Sequence[Sequence[float]] | Floats | None = None,
    splice: str = "",
    link: LinkLike | Mapping[int, LinkLike] | None = None,
) -> Trend:
    """Combine the estimates of several waves to a trend.

    Parameters
    ----------
    waves : mapping of year to Estimate
        One Estimate of a single share per wave; may be empty for a place that was never surveyed.
    row : mapping, optional
        Selects the row of estimates with several rows, for example ``{"group": "elderly"}``.
    area, level, label : str, str, Label
        The place, as used in titles and figures.
    covariance : (k, k), optional
        Sampling covariance of the shares in the order of ``waves``; by default waves are independent samples.
    splice : str
        Reason why waves of different standards may be joined. The join is marked and widens the projection.
    link : Link or mapping of year to Link, optional
        Links between the scales of the waves' tests (:func:`literacy.link_items`), whose error enters changes and the
        projection. A single link is that of the last wave.

    Returns
    -------
    Trend

    Raises
    ------
    LiteracyError
        ``trend.standards`` for waves of different standards; ``trend.waves`` for any other input that is not a series
        of shares.

    Examples
    --------
    >>> made = lit.trend(
    ...     {2023: lit.proportion(earlier, "literate"), 2025: lit.proportion(sample, "literate")}
    ... )
    >>> made.to_frame()["year"].tolist()
    [2023, 2025]
    """
    keys = [read_year(y) for y in waves]
    universes = sorted({e.universe for e in waves.values() if e.universe})
    if len(universes) > 1:
        raise LiteracyError(
            "trend.waves",
            where=tell("trend of {}", area) if area else tell("trend"),
            what=tell("the waves refer to different universes ({})", ", ".join(universes)),
            fix="estimate all waves for the same universe",
        )
    records = [read_wave(y, e, row) for y, e in zip(keys, waves.values(), strict=True)]
    made = build_trend(
        pd.DataFrame(records, columns=["year", "estimate", "se", "df", "n", "n_eff", "standard"]),
        area=area,
        level=level,
        label=label,
        covariance=covariance,
        splice=splice,
    )
    files = [
        getattr(one, "source", None) for _, one in sorted(waves.items(), key=lambda pair: read_year(pair[0]))
    ]
    origins = [one.origin for _, one in sorted(waves.items(), key=_by_year) if isinstance(one, Estimate)]
    origin = reduce(Origin.join, origins, Origin())
    made = replace(made, waves=tuple(f for f in files if f is not None), origin=origin)
    return made if link is None else _add_links(made, link)


def _add_links(made: Trend, link: LinkLike | Mapping[int, LinkLike]) -> Trend:
    added, notes = link_covariance(made.years, made.estimate, link)
    covariance = made.covariance + added
    se = np.sqrt(np.diag(covariance))
    size = np.where(np.diag(added) > 0, made.estimate * (1 - made.estimate) / se**2, made.n_eff)
    return replace(made, covariance=covariance, se=se, n_eff=size, notes=(*made.notes, *notes))


def _by_year(pair: tuple[float, EstimateLike]) -> float:
    return read_year(pair[0])


def build_trend(
    frame: pd.DataFrame,
    *,
    area: str,
    level: str,
    label: Label | None,
    covariance: Sequence[Sequence[float]] | Floats | None = None,
    splice: str = "",
    notes: tuple[str, ...] = (),
    source: Source | None = None,
) -> Trend:
    """Check and sort wave records (year, estimate, se, df, n, n_eff, standard) and make a Trend from them."""
    option("level", level, LEVELS)
    where = tell("trend of {}", area) if area else tell("trend")
    if splice and not any(c.isalnum() for c in splice):
        raise LiteracyError(
            "trend.standards",
            where=tell("{}: splice", where),
            what="no reason is given",
            fix="state in words why the waves may be joined, or omit it",
        )
    order = np.argsort(to_times(frame["year"].to_numpy(dtype=float)), kind="stable")
    if np.any(order != np.arange(len(order))):
        given = ", ".join(f"{y:g}" for y in frame["year"])
        notes = (*notes, tell("the waves were given as {} and put in order", given))
    frame = frame.iloc[order].reset_index(drop=True)
    frame["year"] = to_years(to_times(frame["year"].to_numpy(dtype=float)))
    if np.any(~np.isfinite(frame["year"])):
        raise LiteracyError(
            "trend.waves", where=where, what="a wave has no year", fix="give a year for every wave"
        )
    n_eff = np.empty(len(frame))
    for i in range(len(frame)):
        record = frame.iloc[i]
        year = f"{record['year']:g}"
        n_eff[i], note = effective_size(f"{where}: {year}" if area else year, record)
        notes = (*notes, note) if note else notes
    if covariance is None:
        frame, n_eff, pooled = pool_rows(frame, n_eff, where)
        notes = (*notes, *pooled)
    years = frame["year"].to_numpy(dtype=float)
    for year, count in zip(*np.unique(years, return_counts=True), strict=True):
        if count > 1:
            raise LiteracyError(
                "trend.waves",
                where=where,
                what=tell(
                    "there are {} estimates for {:g} as well as a covariance between them", count, year
                ),
                fix="keep one estimate per point in time where a covariance is given, or use "
                "times such as 2023.2 and 2023.8",
            )
    standards = tuple("" if pd.isna(s) else str(s) for s in frame["standard"])
    breaks = _breaks(years, standards, splice, where)
    if breaks:
        notes = (
            *notes,
            tell(
                "joined across changes of the standard at {}: {}", ", ".join(f"{b:g}" for b in breaks), splice
            ),
        )
    unknown = [f"{y:g}" for y, s in zip(years, standards, strict=True) if not s]
    if unknown and len(unknown) < len(standards):
        notes = (
            *notes,
            tell("the standard of {} is unknown and assumed to be that of the others", ", ".join(unknown)),
        )
    share = frame["estimate"].to_numpy(dtype=float)
    se = frame["se"].to_numpy(dtype=float)
    known = np.where(np.isfinite(n_eff), n_eff, 1.0)
    middle = (known * share + 0.5) / (known + 1)
    approximate = np.sqrt(middle * (1 - middle) / (known + 1))
    se = np.where((se > 0) | np.isinf(n_eff), np.nan_to_num(se), approximate)
    return Trend(
        area=area,
        level=level,
        years=years,
        estimate=share,
        se=se,
        covariance=_covariance(covariance, se, order, where),
        n=frame["n"].to_numpy(dtype=float),
        n_eff=n_eff,
        df=frame["df"].to_numpy(dtype=float),
        standards=standards,
        breaks=breaks,
        assumed=tuple(bool(a) for a in frame["assumed"]) if "assumed" in frame.columns else (),
        label=label or Label(area, area),
        notes=notes,
        source=source,
    )


def _breaks(years: Floats, standards: tuple[str, ...], splice: str, where: str) -> tuple[float, ...]:
    known = [(float(y), s) for y, s in zip(years, standards, strict=True) if s]
    changes = [(earlier, later) for earlier, later in pairwise(known) if earlier[1] != later[1]]
    if changes and not splice:
        pairs = "; ".join(tell("{:g} by {!r}, {:g} by {!r}", a[0], a[1], b[0], b[1]) for a, b in changes)
        raise LiteracyError(
            "trend.standards",
            where=where,
            what=tell("waves were scored by different standards ({}); the figures cannot be compared", pairs),
            fix="score all waves by the same standard, or justify the link: splice='why' (--splice WHY)",
        )
    return tuple(later[0] for _, later in changes)


def _covariance(
    given: Sequence[Sequence[float]] | Floats | None, se: Floats, order: NDArray[np.intp], where: str
) -> Floats:
    if given is None:
        return np.diag(se**2)
    matrix = np.asarray(given, dtype=float)
    if matrix.shape != (len(se), len(se)) or not np.allclose(matrix, matrix.T, atol=1e-12):
        raise LiteracyError(
            "trend.waves",
            where=tell("{}: covariance", where),
            what=tell("shape {}, expected a symmetric {} by {} matrix", matrix.shape, len(se), len(se)),
            fix="give the covariance of the shares in the order of the waves",
        )
    matrix = matrix[np.ix_(order, order)]
    off = matrix - np.diag(np.diag(matrix))
    joined: Floats = np.diag(se**2) + off
    if np.any(np.linalg.eigvalsh(joined) < -1e-12):
        raise LiteracyError(
            "trend.waves",
            where=tell("{}: covariance", where),
            what="the matrix is not a covariance (a correlation beyond 1)",
            fix="check the covariances between the waves",
        )
    return joined
