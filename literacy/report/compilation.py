"""Compile the report's tables: every figure and sentence reads these, and nothing else.

``compile_tables`` takes weighted waves, their trend and the projection, and gives the tables of
:mod:`literacy.report.contract`. Nothing is drawn here, so an office can also take the CSV elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from literacy.estimation import mean, proportion
from literacy.instrument import Goal, Margins
from literacy.projection import Contributions, Projection, Trend
from literacy.report.adaptation import goal_frame
from literacy.report.conversions import (
    contribution_tables,
    fan_rows,
    goal_rows,
    name_origin,
    origin_rows,
    prior_rows,
    published_rows,
    weighting_tables,
)
from literacy.sampling import Sample
from literacy.weighting import Weighting

ALIASES = {"national": "china"}
"""Published series whose goals stand under another area."""


def compile_tables(
    samples: Mapping[int, Sample],
    projection: Projection,
    goals: Sequence[Goal],
    levels: Sequence[Trend] = (),
    margins: Margins | None = None,
    contributions: Contributions | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables of the annual report.

    Parameters
    ----------
    samples : mapping year -> Sample
        Weighted waves of one survey, scored by one standard; the latest is the report's year.
    projection : Projection
        The city's trend carried to the goal.
    goals : sequence of Goal
        Goals of the higher levels to draw beside those projected to; unknown ones are left out.
    levels : sequence of Trend
        Published series of higher levels, drawn beside the city's.
    margins : Margins, optional
        What the latest wave was weighted to; its proxies are named below the figure.
    contributions : Contributions, optional
        The groups' parts of the gap to a goal.

    Returns
    -------
    dict of table name -> DataFrame
    """
    latest = samples[max(samples)]
    synthetic = int(latest.origin.synthetic)
    shares = pd.concat([shares_by_group(s) for _, s in sorted(samples.items())], ignore_index=True)
    published = [published_rows(t) for t in levels]
    tables = {
        "share_by_group": shares,
        "mean_by_group": mean_by_group(latest),
        "dimensions_by_group": dimensions_by_group(latest),
        "items": item_shares(latest),
        "weights": weight_histogram(latest),
        "margins": margins_met(latest),
        "goal": goals_drawn(projection, goals, levels),
        "trend": pd.concat([city_rows(shares, projection.trend), *published], ignore_index=True),
        "fan": fan_rows(projection, synthetic),
        "prior": prior_rows(projection, synthetic),
        "gap": contribution_tables(contributions)["gap"] if contributions is not None else pd.DataFrame(),
        "labels": label_rows(latest),
        "provenance": pd.concat(
            [provenance_rows(samples, margins), origin_rows(projection, "trend", levels)], ignore_index=True
        ).drop_duplicates(),
    }
    return {name: table for name, table in tables.items() if len(table)}


def goals_drawn(projection: Projection, goals: Sequence[Goal], levels: Sequence[Trend]) -> pd.DataFrame:
    """The goals projected to, then those of the higher levels that are drawn."""
    own = goal_rows(projection)
    drawn = {ALIASES.get(t.area, t.area): t.level for t in levels}
    above = [g for g in goals if g.area in drawn and g.value is not None and g.area != projection.trend.area]
    if not above:
        return own
    return pd.concat([own, goal_frame(above).assign(level=[drawn[g.area] for g in above])], ignore_index=True)


def _marked(frame: pd.DataFrame, sample: Sample) -> pd.DataFrame:
    """Estimates with what a footer needs to know about them."""
    return frame.assign(
        wave=sample.origin.wave,
        standard=sample.origin.standard,
        universe=sample.universe,
        synthetic=int(sample.origin.synthetic),
        confidence=0.95,
    )


def _by_group(sample: Sample, estimator: Any, variable: str) -> pd.DataFrame:
    """The whole (empty group) first, then the groups."""
    whole = estimator(sample, variable).to_frame().assign(group="")
    groups = estimator(sample, variable, by="group").to_frame()
    return _marked(pd.concat([whole, groups], ignore_index=True), sample)


def shares_by_group(sample: Sample) -> pd.DataFrame:
    """Share literate of the whole and of each group."""
    return _by_group(sample, proportion, "literate")


def mean_by_group(sample: Sample) -> pd.DataFrame:
    """Mean score of the whole and of each group."""
    return _by_group(sample, mean, "total")


def dimensions_by_group(sample: Sample) -> pd.DataFrame:
    """Share of each dimension's points that the whole and each group reach."""
    parts = []
    for dimension in sample.survey()[2].dimensions:
        if dimension.points is None:
            continue
        frame = _by_group(sample, mean, dimension.name)
        numbers = ["estimate", "se", "ci_low", "ci_high"]
        frame[numbers] = frame[numbers] / dimension.points
        frame[["ci_low", "ci_high"]] = frame[["ci_low", "ci_high"]].clip(0.0, 1.0)
        parts.append(frame.assign(dimension=dimension.name))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"dimension": [], "estimate": []})


def item_shares(sample: Sample) -> pd.DataFrame:
    """Share of right answers to each item of the standard."""
    parts = []
    for item in sample.survey()[0].scored_items:
        name = f"{item.name}_correct"
        if name in sample.frame and sample.frame[name].notna().any():
            frame = proportion(sample, name).to_frame()
            parts.append(
                frame.assign(item=item.name, zh=item.label.zh, en=item.label.en, dimension=item.dimension)
            )
    return _marked(pd.concat(parts, ignore_index=True), sample)


def weight_histogram(sample: Sample) -> pd.DataFrame:
    """Histogram of weights (mean 1) before and after weighting."""
    if not isinstance(sample.weighting, Weighting):
        return pd.DataFrame()
    frame = weighting_tables(sample.weighting)["weights"]
    return frame.assign(wave=sample.origin.wave, synthetic=int(sample.origin.synthetic))


def margins_met(sample: Sample) -> pd.DataFrame:
    """Weighted counts of each margin's levels before and after, and the population's."""
    if not isinstance(sample.weighting, Weighting):
        return pd.DataFrame()
    frame = sample.weighting.margins.rename(columns={"population": "target"})
    known = {
        (name, str(option.code)): option.label
        for name in frame["margin"].unique()
        for option in sample.survey()[0].levels(name)
    }
    keys = list(zip(frame["margin"], frame["level"].astype(str), strict=True))
    return frame.assign(
        zh=[known[k].zh if k in known else k[1] for k in keys],
        en=[known[k].en if k in known else k[1] for k in keys],
        wave=sample.origin.wave,
        synthetic=int(sample.origin.synthetic),
    )


def city_rows(shares: pd.DataFrame, trend: Trend) -> pd.DataFrame:
    """The city's waves with their intervals, as estimated."""
    whole = shares[shares["group"] == ""].reset_index(drop=True)
    return whole[
        ["estimate", "ci_low", "ci_high", "standard", "n", "reliable", "confidence", "synthetic"]
    ].assign(
        year=whole["wave"].astype(int),
        level="city",
        label_zh=trend.label.zh or trend.area,
        label_en=trend.label.en or trend.area,
    )


def label_rows(sample: Sample) -> pd.DataFrame:
    """Labels of groups, dimensions, universes, margins, waves and the standard."""
    instrument, _, standard = sample.survey()
    things = [
        *(("group", g.name, g.label) for g in instrument.groups),
        *(("dimension", d.name, d.label) for d in standard.dimensions),
        *(("universe", u.name, u.label) for u in instrument.universes),
        *(("margin", r.name, r.label) for r in instrument.recodes),
        *(("margin", i.name, i.heading) for i in instrument.items if i.module == "background"),
        ("standard", standard.id, standard.label),
    ]
    return pd.DataFrame([{"kind": k, "name": n, "zh": label.zh, "en": label.en} for k, n, label in things])


def provenance_rows(samples: Mapping[int, Sample], margins: Margins | None = None) -> pd.DataFrame:
    """Facts for the footers: files, proxies, whether the data are synthetic."""
    rows: list[dict[str, str]] = []
    for _, sample in sorted(samples.items()):
        if sample.source is not None:
            rows.append({"table": "", "kind": "source", **name_origin(sample.source)})
    latest = samples[max(samples)]
    for group in latest.survey()[0].groups:
        if group.proxy is not None:
            rows.append(
                {
                    "table": "share_by_group",
                    "kind": "proxy",
                    "zh": f"{group.label.zh}：{group.proxy.zh}",
                    "en": f"{group.label.en}: {group.proxy.en}",
                }
            )
    for table in margins.tables if margins is not None else ():
        if table.proxy is not None:
            rows.append({"table": "margins", "kind": "proxy", "zh": table.proxy.zh, "en": table.proxy.en})
    return pd.DataFrame(rows, columns=["table", "kind", "zh", "en"])
