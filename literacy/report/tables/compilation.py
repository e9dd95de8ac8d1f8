"""Compilation of the tables from which the figures of the report are drawn.

``compile_tables`` converts weighted waves, their trend and the projection to the tables of
:mod:`literacy.report.tables.contract`. Drawing is separate, so that the CSV files can also be used elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from literacy.estimation import Estimate
from literacy.instrument import Goal, Label, Margins
from literacy.projection import Contributions, Projection, Trend
from literacy.report.facts import Study
from literacy.report.tables.adaptation import goal_frame
from literacy.report.tables.conversions import (
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
"""Area of a published series -> area of its goals, if they differ."""


def compile_tables(
    study: Study,
    projection: Projection | None,
    goals: Sequence[Goal],
    levels: Sequence[Trend] = (),
    margins: Margins | None = None,
    contributions: Contributions | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of the annual report.

    Parameters
    ----------
    study : Study
        Weighted waves of one survey, scored by one standard, with their estimates; the report is for the latest.
    projection : Projection, optional
        Projection of the city's trend to the goal; None if none is available.
    goals : sequence of Goal
        Goals of higher levels drawn in addition to those of the projection; goals without a value are omitted.
    levels : sequence of Trend
        Published series of higher levels, drawn with the city's.
    margins : Margins, optional
        Margins to which the latest wave was weighted; their proxies are stated below the figure.
    contributions : Contributions, optional
        Contributions of the groups to the gap to a goal.

    Returns
    -------
    dict of table name -> DataFrame
    """
    latest = study.latest
    synthetic = int(latest.origin.synthetic)
    shares = pd.concat([shares_by_group(study, y) for y in sorted(study.samples)], ignore_index=True)
    published = [published_rows(t) for t in levels]
    tables = {
        "share_by_group": shares,
        "mean_by_group": mean_by_group(study),
        "dimensions_by_group": dimensions_by_group(study),
        "items": item_shares(study),
        "weights": weight_histogram(latest),
        "margins": margins_met(latest),
        "labels": label_rows(latest),
    }
    collected = [provenance_rows(study.samples, margins)]
    if projection is not None:
        tables |= {
            "goal": goals_drawn(projection, goals, levels),
            "trend": pd.concat([city_rows(shares, projection.trend), *published], ignore_index=True),
            "fan": fan_rows(projection, synthetic),
            "prior": prior_rows(projection, synthetic),
        }
        collected.append(origin_rows(projection, "trend", levels))
    if contributions is not None:
        gap = contribution_tables(contributions)["gap"]
        tables["gap"] = gap[[study.released((study.year,), "group", g) for g in gap["group"]]]
    tables["provenance"] = pd.concat(collected, ignore_index=True).drop_duplicates()
    order = (
        "share_by_group", "mean_by_group", "dimensions_by_group", "items", "weights", "margins", "goal", "trend", "fan",
        "prior", "gap", "labels", "provenance",
    )  # fmt: skip
    return {name: tables[name] for name in order if name in tables and len(tables[name])}


def goals_drawn(projection: Projection, goals: Sequence[Goal], levels: Sequence[Trend]) -> pd.DataFrame:
    """Return the goals of the projection, followed by those of the higher levels drawn."""
    own = goal_rows(projection)
    drawn = {ALIASES.get(t.area, t.area): t.level for t in levels}
    above = [g for g in goals if g.area in drawn and g.value is not None and g.area != projection.trend.area]
    if not above:
        return own
    return pd.concat([own, goal_frame(above).assign(level=[drawn[g.area] for g in above])], ignore_index=True)


def _marked(frame: pd.DataFrame, sample: Sample, year: int) -> pd.DataFrame:
    """Return estimates with the columns required by the footer."""
    return frame.assign(
        wave=str(year),
        standard=sample.origin.standard,
        universe=sample.universe,
        synthetic=int(sample.origin.synthetic),
        confidence=0.95,
    )


def _by_group(study: Study, year: int, whole: Estimate, groups: Estimate | None) -> pd.DataFrame:
    """Return the overall estimate (empty group), then those of groups, without those that may not be released."""
    parts = [whole.to_frame().assign(group="")]
    hidden = {""} if study.hidden(year, "") else set()
    if groups is not None:
        parts.append(groups.to_frame())
        hidden |= set(study.hidden(year, "group"))
    frame = pd.concat(parts, ignore_index=True)
    keep = ~frame["group"].isin(hidden) & frame["estimate"].notna()
    return _marked(frame[keep].reset_index(drop=True), study.samples[year], year)


def shares_by_group(study: Study, year: int) -> pd.DataFrame:
    """Return the share of scientifically literate people in a wave, overall and by group."""
    return _by_group(
        study,
        year,
        study.share(year),
        study.share(year, "group") if study.groups and study.grouped(year) else None,
    )


def mean_by_group(study: Study) -> pd.DataFrame:
    """Return the mean score in the latest wave, overall and by group."""
    year = study.year
    if "total" not in study.latest.frame:
        return pd.DataFrame()
    return _by_group(study, year, study.mean(year), study.mean(year, "group") if study.groups else None)


def dimensions_by_group(study: Study) -> pd.DataFrame:
    """Return the mean share of each dimension's points in the latest wave, overall and by group."""
    parts, year = [], study.year
    for dimension in study.standard.dimensions:
        if dimension.points is None or dimension.name not in study.latest.frame:
            continue
        groups = study.mean(year, "group", dimension.name) if study.groups else None
        frame = _by_group(study, year, study.mean(year, "", dimension.name), groups)
        numbers = ["estimate", "se", "ci_low", "ci_high"]
        frame[numbers] = frame[numbers] / dimension.points
        frame[["ci_low", "ci_high"]] = frame[["ci_low", "ci_high"]].clip(0.0, 1.0)
        parts.append(frame.assign(dimension=dimension.name))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def item_shares(study: Study) -> pd.DataFrame:
    """Return the share of correct answers to each scored item."""
    parts, sample = [], study.latest
    for item in study.instrument.scored_items:
        name = f"{item.name}_correct"
        if name in sample.frame and sample.frame.loc[sample.weight != 0, name].notna().any():
            frame = study.share(study.year, "", name).to_frame()
            parts.append(
                frame.assign(item=item.name, zh=item.label.zh, en=item.label.en, dimension=item.dimension)
            )
    found = [p for p in parts if p["n"].iloc[0] >= study.minimum]
    return _marked(pd.concat(found, ignore_index=True), sample, study.year) if found else pd.DataFrame()


def weight_histogram(sample: Sample) -> pd.DataFrame:
    """Return the histogram of weights (mean 1) before and after weighting."""
    if not isinstance(sample.weighting, Weighting):
        return pd.DataFrame()
    frame = weighting_tables(sample.weighting)["weights"]
    return frame.assign(wave=sample.origin.wave, synthetic=int(sample.origin.synthetic))


def margins_met(sample: Sample) -> pd.DataFrame:
    """Return counts by level of each margin before and after weighting, and population totals."""
    if not isinstance(sample.weighting, Weighting):
        return pd.DataFrame()
    weighting = sample.weighting
    frame = weighting.margins.rename(columns={"population": "target"})
    keys = zip(frame["margin"].astype(str), frame["level"].astype(str), strict=True)
    labels = [weighting.label_level(*k) for k in keys]
    return frame.assign(
        zh=[label.zh for label in labels],
        en=[label.en for label in labels],
        wave=sample.origin.wave,
        synthetic=int(sample.origin.synthetic),
    )


def city_rows(shares: pd.DataFrame, trend: Trend) -> pd.DataFrame:
    """Return the city's estimates by wave, with their intervals."""
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
    """Return the labels of groups, dimensions, universes, margins and the standard."""
    instrument, _, standard = sample.survey()
    things = [
        *(("group", g.name, g.label) for g in instrument.groups),
        *(("dimension", d.name, d.label) for d in standard.dimensions),
        *(("universe", u.name, u.label) for u in instrument.universes),
        *_margin_names(sample),
        ("standard", standard.id, standard.label),
    ]
    return pd.DataFrame([{"kind": k, "name": n, "zh": label.zh, "en": label.en} for k, n, label in things])


def _margin_names(sample: Sample) -> list[tuple[str, str, Label]]:
    """Return the labels of the margins to which a sample was weighted."""
    weighting = sample.weighting
    if not isinstance(weighting, Weighting):
        return []
    return [
        ("margin", name, weighting.label_margin(name))
        for name in weighting.margins["margin"].astype(str).unique()
    ]


def _totals_rows(sample: Sample, margins: Margins | None) -> list[dict[str, str]]:
    """Return the sources of the population totals: their file, and the source stated for each table."""
    weighting = sample.weighting
    if margins is None or not isinstance(weighting, Weighting):
        return []
    name = Path(margins.file).name
    collected: dict[str, list[Label]] = {}
    for table in margins.tables:
        collected.setdefault(table.source.rstrip("。. "), []).append(weighting.label_margin(table.name))
    rows = []
    for source, labels in collected.items():
        zh, en = "、".join(x.zh for x in labels), ", ".join(x.en for x in labels)
        stated_zh, stated_en = (f"：{source}", f": {source}") if source else ("", "")
        rows.append(
            {
                "table": "margins",
                "kind": "totals",
                "zh": f"加权所用总体数（{zh}），{name}{stated_zh}",
                "en": f"Population totals ({en}), {name}{stated_en}",
            }
        )
    return rows


def provenance_rows(samples: Mapping[int, Sample], margins: Margins | None = None) -> pd.DataFrame:
    """Return facts for the footers: files, proxies, and sources of the population totals."""
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
    rows += _totals_rows(latest, margins)
    for table in margins.tables if margins is not None else ():
        if table.proxy is not None:
            rows.append({"table": "margins", "kind": "proxy", "zh": table.proxy.zh, "en": table.proxy.en})
    return pd.DataFrame(rows, columns=["table", "kind", "zh", "en"])
