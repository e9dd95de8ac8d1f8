"""The largest gains per year that waves have shown, in published figures and of a city's groups."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from literacy._resources import surveys_dir
from literacy.instrument import Label, load_reference
from literacy.messages import tell
from literacy.projection.group_cells import GroupTrends
from literacy.projection.trends.published import ASSUMED, SINCE
from literacy.projection.trends.series import DEFF, trend_from_frame
from literacy.projection.trends.trends import Trend

PARTS = ("group", "region", "urban_rural", "sex", "age", "education", "city_cluster")
"""Dimensions of the national breakdown whose categories are parts of the population."""

UNFIT = ("doubtful", "not found")
"""Statuses of published figures on which nothing is built."""

WIDTH = 1.959963984540054
"""Standard errors to the end of a 95 % interval; standard errors of few degrees of freedom are widened before."""


@dataclass(frozen=True, slots=True)
class Gain:
    """Gain of a place or group between two waves.

    Attributes
    ----------
    label : Label
    first, last : float
        Years of the waves.
    before, after : float
        Shares, as published or surveyed.
    pace, se : float
        Log odds per year, and its standard error.
    """

    label: Label
    first: float
    last: float
    before: float
    after: float
    pace: float
    se: float

    @property
    def shown(self) -> float:
        """Gain in log odds per year that is shown: the lower end of the 95 % interval."""
        return self.pace - WIDTH * self.se

    def describe(self) -> str:
        """Return place, years and shares in words."""
        return tell(
            "{}, {:g} to {:g}: from {:.1f} % to {:.1f} %",
            self.label.localized,
            self.first,
            self.last,
            100 * self.before,
            100 * self.after,
        )


def fastest_published(break_sd: float) -> Gain:
    """Return the gain of the published figures of which most is shown.

    Figures count from 2001 on and if they are by a standard of the national series. Their sampling error is that of the
    sizes assumed of series in general, where none are published; marked breaks between two of them widen it.

    Parameters
    ----------
    break_sd : float
        Standard deviation of what a marked break adds, in logits: that of the projection.
    """
    return max(_published_gains(surveys_dir(), break_sd), key=lambda g: g.shown)


def fastest_surveyed(groups: GroupTrends) -> Gain | None:
    """Return the gain between two waves, of the city's groups and the city, of which most is shown."""
    found = [g for one in (*groups.groups, groups.city) for g in _gains(one, one.label)]
    return max(found, key=lambda g: g.shown, default=None)


@lru_cache(maxsize=8)
def _published_gains(folder: Path, break_sd: float) -> tuple[Gain, ...]:
    """Return all gains in the reference tables; *folder* is only the key of the cache."""
    breaks = _breaks()
    found: list[Gain] = []
    for table in (_nation(), _breakdown(), *map(_places, ("provinces", "cities"))):
        fit = table["share"].between(0, 1, inclusive="neither") & ~table["status"].isin(UNFIT)
        table = table[fit & (table["year"] >= SINCE) & table["standard"].isin(list(breaks))]
        for (zh, en), rows in table.groupby(["zh", "en"], sort=False):
            found += _gains(_line(rows), Label(str(zh), str(en)), breaks, break_sd)
    return tuple(found)


def _breaks() -> dict[str, int]:
    """Return the standards of the national series, with the number of its marked breaks up to each."""
    nation = load_reference("national_series").sort_values("year")
    return dict(zip(nation["standard"], nation["break_before"].cumsum().astype(int), strict=True))


def _nation() -> pd.DataFrame:
    table = load_reference("national_series")
    size = pd.to_numeric(table["valid_sample"]).fillna(pd.to_numeric(table["design_sample"]))
    return table.assign(zh="全国", en="China", n=size.astype(float))


def _breakdown() -> pd.DataFrame:
    table = load_reference("national_breakdown")
    table = table[table["dimension"].isin(PARTS)]
    zh, en = "全国·" + table["zh"], "China, " + table["category"]
    return table.assign(zh=zh, en=en, n=ASSUMED["region"])


def _places(name: str) -> pd.DataFrame:
    table = load_reference(name)
    return table.assign(en=table["area"].str.replace("_", " ").str.title(), n=ASSUMED["province"])


def _line(rows: pd.DataFrame) -> Trend:
    figures = rows[["year", "share", "n", "standard"]].astype({"year": float, "share": float, "n": float})
    figures = figures.sort_values("year").drop_duplicates("year", keep="last")
    return trend_from_frame(figures, deff=DEFF, splice=tell("published as one series"))


def _gains(
    one: Trend, label: Label, breaks: Mapping[str, int] | None = None, break_sd: float = 0.0
) -> Iterator[Gain]:
    """Yield the gains between all pairs of waves.

    Published figures: *breaks* numbers the marked breaks; each between two waves widens the standard error. Surveyed
    waves are not compared across a change of standard.
    """
    value, covariance = one.observations()
    for i in range(len(one)):
        for j in range(i + 1, len(one)):
            span = float(one.times[j] - one.times[i])
            if span <= 0:
                continue
            before, after = one.standards[i], one.standards[j]
            if breaks is None and before != after:
                continue
            jumps = 0 if breaks is None else abs(breaks[after] - breaks[before])
            variance = float(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]) + jumps * break_sd**2
            yield Gain(
                label, float(one.years[i]), float(one.years[j]), float(one.estimate[i]), float(one.estimate[j]),
                float(value[j] - value[i]) / span, math.sqrt(max(variance, 0.0)) / span,
            )  # fmt: skip
