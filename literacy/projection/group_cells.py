"""Trends of groups: overlapping groups are split into disjoint cells whose projections add up to the city."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy._nearest import guess_word
from literacy.errors import LiteracyError
from literacy.estimation import Estimate, proportion
from literacy.instrument import Label
from literacy.messages import tell
from literacy.projection.trends.trends import Trend, build_trend, trend
from literacy.sampling import Sample

Floats = NDArray[np.float64]
OTHERS = "others"
OTHERS_LABEL = Label("其他居民", "other residents")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupTrends(Printable):
    """Trends of groups, of the disjoint cells of which they consist, and of the whole population.

    Attributes
    ----------
    city : Trend
        The whole population.
    groups : tuple of Trend
        One per group, as surveyed; ``others`` are those in no group.
    cells : tuple of Trend
        One per combination of groups ("youth+workers"); disjoint, and together the whole population.
    weight : (c,) array
        Population share of each cell.
    member : (g, c) bool array
        Membership of cells in groups.
    notes : tuple of str
    """

    city: Trend
    groups: tuple[Trend, ...]
    cells: tuple[Trend, ...]
    weight: Floats
    member: NDArray[np.bool_]
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the groups."""
        return tuple(g.area for g in self.groups)

    @property
    def labels(self) -> dict[str, dict[str, Label]]:
        """Labels of the groups, as column -> value -> label."""
        return {"group": {g.area: g.label for g in self.groups}}

    def name(self, group: str) -> str:
        """Return the label of a group in the language of the messages."""
        return self.labels["group"][group].localized

    def require(self, group: str) -> None:
        """Raise an error if there is no such group, with the names of all.

        Raises
        ------
        LiteracyError
            ``project.input``
        """
        if group in self.names:
            return
        guess = guess_word(group, self.names)
        listed = list_names(n if (label := self.name(n)) == n else f"{n} ({label})" for n in self.names)
        raise LiteracyError(
            "project.input",
            where="group",
            what=tell("{!r} is unknown", group),
            fix=f"{guess} {tell('use one of: {}', listed)}".lstrip(),
        )

    @property
    def shares(self) -> Floats:
        """Population share of each group, (g,)."""
        return np.asarray(self.member @ self.weight)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per group and wave: group, share (of the population), year, estimate, se, n."""
        parts = []
        for one, share in zip(self.groups, self.shares, strict=True):
            frame = one.to_frame()[["year", "estimate", "se", "n", "n_eff"]]
            frame.insert(0, "share", share)
            frame.insert(0, "group", one.area)
            parts.append(frame)
        return pd.concat(parts, ignore_index=True)

    def _unit(self) -> str:
        return "share"

    def _title(self) -> str:
        return tell("Trends of {} groups in {} disjoint cells", len(self.groups), len(self.cells))

    def _notes(self) -> list[str]:
        return list(self.notes)


def list_names(names: Iterable[str]) -> str:
    """Return names in a row, with the mark of the language of the messages between them."""
    found = list(names)
    return Label("、".join(found), ", ".join(found)).localized


def group_trends(
    samples: Mapping[int, Sample], *, variable: str = "literate", by: str = "group", area: str = ""
) -> GroupTrends:
    """Estimate trends of groups from the samples of several waves.

    Groups may overlap: respondents are assigned to cells by the combination of groups to which they belong. Population
    shares are estimated from the last wave.

    Parameters
    ----------
    samples : mapping of year to Sample
    variable : str
        A 0/1 column.
    by : str
        Prefix of the 0/1 columns of the groups (``group`` for ``group_youth`` …), or a single column of disjoint
        groups.
    area : str
        Name of the place.

    Returns
    -------
    GroupTrends

    Examples
    --------
    >>> lit.group_trends({2023: earlier, 2025: sample}).names
    ('youth', 'farmers_herders', 'workers', 'elderly', 'officials', 'others')
    """
    if not samples:
        raise LiteracyError(
            "trend.waves",
            where="group_trends",
            what="no wave is given",
            fix="give {2023: sample, 2025: sample}",
        )
    years = sorted(samples)
    marked = {y: _mark(samples[y], by) for y in years}
    names = tuple(dict.fromkeys(n for y in years for n in marked[y][1]))
    city_estimates = {y: proportion(samples[y], variable) for y in years}
    city = trend(city_estimates, area=area, level="city")
    effects = {y: max(1.0, float(city_estimates[y].to_frame()["deff"].iloc[0])) for y in years}
    tables = {y: proportion(marked[y][0], variable, by="_cell").to_frame() for y in years}
    last = marked[years[-1]][0]
    weight = pd.Series(last.weight).groupby(last.frame["_cell"].to_numpy()).sum()
    weight = weight[weight > 0] / weight.sum()
    keep = [
        str(c) for c in weight.index if any(str(c) in set(t["_cell"].astype(str)) for t in tables.values())
    ]
    omitted = sorted({str(c) for t in tables.values() for c in t["_cell"]} - set(keep))
    notes = [tell("population shares of the groups are those of the last wave's weights")]
    notes.append(tell("the sampling error of a cell is based on its size and the overall design effect"))
    if omitted:
        notes.append(tell("not observed in the last wave and omitted: {}", ", ".join(omitted)))
    unmarked = {y: marked[y][2] for y in years if marked[y][2]}
    if unmarked:
        notes.append(
            tell("respondents of unknown group counted as others: ")
            + ", ".join(tell("{} in {}", n, y) for y, n in unmarked.items())
        )
    cells = tuple(_cell_trend(c, tables, effects, city) for c in keep)
    labels = _labels(samples[years[-1]])
    member, groups = [], []
    for name in (*names, OTHERS):
        row = np.array([name in c.split("+") for c in keep])
        if row.any():
            member.append(row)
            label = OTHERS_LABEL if name == OTHERS else labels.get(name, Label(name, name))
            groups.append(_group_trend(name, label, by, samples, variable, city, cells, row, notes))
    share = weight[keep].to_numpy(dtype=float)
    return GroupTrends(city, tuple(groups), cells, share / share.sum(), np.array(member), tuple(notes))


def join_groups(
    groups: Mapping[str, Trend],
    shares: Mapping[str, float],
    city: Trend,
    *,
    labels: Mapping[str, Label] | None = None,
) -> GroupTrends:
    """Combine published trends of disjoint groups; the remainder of the population is derived from the city's trend.

    Parameters
    ----------
    groups : mapping of name to Trend
        Disjoint groups.
    shares : mapping of name to float
        Population share of each group, summing to at most 1.
    city : Trend
        Trend of the whole population, with the same waves.
    labels : mapping, optional
    """
    missing = [g for g in groups if g not in shares]
    total = math.fsum(shares[g] for g in groups if g in shares)
    if not groups or missing or any(not shares[g] > 0 for g in groups):
        raise LiteracyError(
            "project.input",
            where="shares",
            what=tell("no population share above 0 for {}", ", ".join(missing) or tell("some group")),
            fix="give the population share of each group",
        )
    if total > 1 + 1e-9:
        raise LiteracyError(
            "project.input",
            where="shares",
            what=tell("the groups make up {:.3f} of the population, so they overlap", total),
            fix="give disjoint groups, or the samples themselves to group_trends, which splits overlapping groups",
        )
    names, cells = list(groups), [groups[g] for g in groups]
    weight = [float(shares[g]) for g in groups]
    notes: tuple[str, ...] = (tell("population shares of the groups were supplied by the user"),)
    if total < 1 - 1e-9:
        names.append(OTHERS)
        cells.append(_rest(groups, shares, city, 1 - total))
        weight.append(1 - total)
        notes = (*notes, tell("others: the remainder of the city's share, wave by wave"))
    known = {**{g: groups[g].label for g in groups}, OTHERS: OTHERS_LABEL, **(labels or {})}
    named = tuple(
        _renamed(one, name, known.get(name, Label(name, name)))
        for one, name in zip(cells, names, strict=True)
    )
    return GroupTrends(city, named, named, np.array(weight), np.eye(len(names), dtype=bool), notes)


def _mark(sample: Sample, by: str) -> tuple[Sample, tuple[str, ...], int]:
    """Return the sample with a column ``_cell``, the group names, and the number of respondents in unknown groups."""
    frame = sample.frame
    if by in frame.columns:
        known = frame[by].notna()
        cell = frame[by].astype(object).where(known, OTHERS).astype(str)
        names = tuple(sorted(set(cell[known])))
        unknown = int((~known & (sample.weight > 0)).sum())
        return sample.evolve(frame=frame.assign(_cell=cell)), names, unknown
    columns = [c for c in frame.columns if str(c).startswith(f"{by}_")]
    if not columns:
        raise LiteracyError(
            "estimate.domain",
            where=f"by={by!r}",
            what="there is no such column and no column with that prefix",
            fix="give the column of the groups, or the prefix of their 0/1 columns",
        )
    names = tuple(str(c)[len(by) + 1 :] for c in columns)
    inside = frame[columns].apply(pd.to_numeric, errors="coerce")
    unknown = int((inside.isna().any(axis=1) & (sample.weight > 0)).sum())
    flags = inside.fillna(0).to_numpy(dtype=float) == 1
    joined = ["+".join(n for n, f in zip(names, row, strict=True) if f) or OTHERS for row in flags]
    return sample.evolve(frame=frame.assign(_cell=joined)), names, unknown


def _cell_trend(
    cell: str, tables: Mapping[int, pd.DataFrame], effects: Mapping[int, float], city: Trend
) -> Trend:
    rows = []
    for year, table in tables.items():
        one = table[table["_cell"].astype(str) == cell]
        if len(one):
            rows.append(
                {
                    "year": float(year),
                    "estimate": float(one["estimate"].iloc[0]),
                    "n": float(one["n"].iloc[0]),
                    "n_eff": float(one["n"].iloc[0]) / effects[year],
                }
            )
    return _plain_trend(pd.DataFrame(rows), cell, Label(cell, cell), city)


def _plain_trend(rows: pd.DataFrame, name: str, label: Label, city: Trend) -> Trend:
    """Return a trend with standard errors from effective sizes alone, and the city's standards."""
    standard = dict(zip(city.years.tolist(), city.standards, strict=True))
    p = rows["estimate"].to_numpy(dtype=float)
    rows = rows.assign(
        se=np.sqrt(p * (1 - p) / rows["n_eff"]).where((p > 0) & (p < 1)),
        df=math.nan,
        standard=[standard.get(y, "") for y in rows["year"]],
    )
    made = build_trend(rows, area=name, level="group", label=label, splice=tell("as the city's waves"))
    return replace(_renamed(made, name, label), origin=city.origin)


def _renamed(one: Trend, name: str, label: Label) -> Trend:
    return replace(one, area=name, label=label, level="group", notes=())


def _group_trend(
    name: str,
    label: Label,
    by: str,
    samples: Mapping[int, Sample],
    variable: str,
    city: Trend,
    cells: Sequence[Trend],
    row: NDArray[np.bool_],
    notes: list[str],
) -> Trend:
    """Return the trend of a group as surveyed; ``others`` from its only cell. Omitted waves are added to the notes."""
    if name == OTHERS:
        return _renamed(next(c for c, r in zip(cells, row, strict=True) if r), name, label)
    estimates: dict[int, Estimate] = {}
    for year, sample in sorted(samples.items()):
        frame = sample.frame
        where = {by: name} if by in frame.columns else {f"{by}_{name}": 1}
        if by not in frame.columns and f"{by}_{name}" not in frame.columns:
            continue
        ((column, value),) = where.items()
        if not (frame.loc[sample.weight != 0, column] == value).any():
            notes.append(tell("nobody of {} in {}: the wave is not in the group's trend", name, year))
            continue
        estimates[year] = proportion(sample, variable, where=where)
    made = trend(estimates, area=name, level="group", label=label)
    return _renamed(made, name, label)


def _rest(groups: Mapping[str, Trend], shares: Mapping[str, float], city: Trend, left: float) -> Trend:
    rows = []
    for i, year in enumerate(city.years):
        at = {g: t.row(year) for g, t in groups.items()}
        if any(j is None for j in at.values()):
            continue
        known = math.fsum(shares[g] * float(t.estimate[at[g] or 0]) for g, t in groups.items())
        value = (float(city.estimate[i]) - known) / left
        if not 0 <= value <= 1:
            raise LiteracyError(
                "project.input",
                where=tell("groups in {:g}", year),
                what=tell("the groups leave {:.1f} % for the others, which is impossible", 100 * value),
                fix="check the population shares of the groups, and that groups and city come "
                "from the same survey",
            )
        variance = float(city.se[i]) ** 2 + math.fsum(
            (shares[g] * float(t.se[at[g] or 0])) ** 2 for g, t in groups.items()
        )
        rows.append(
            {
                "year": float(year),
                "estimate": value,
                "n": math.nan,
                "n_eff": max(value * (1 - value), 1e-4) * left**2 / variance,
            }
        )
    if not rows:
        raise LiteracyError(
            "project.input",
            where="groups",
            what="no wave contains both the city and every group",
            fix="give the figures of the groups for a wave of the city",
        )
    return _plain_trend(pd.DataFrame(rows), OTHERS, OTHERS_LABEL, city)


def _labels(sample: Sample) -> dict[str, Label]:
    groups = getattr(sample.instrument, "groups", ()) or ()
    return {g.name: g.label for g in groups}
