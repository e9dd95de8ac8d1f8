"""Published series in surveys/reference: the nation, its regions and provinces."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from literacy._resources import surveys_dir
from literacy.errors import LiteracyError
from literacy.instrument import Label, load_reference, nearest
from literacy.messages import mark, tell
from literacy.projection.trends.series import DEFF, trend_from_frame
from literacy.projection.trends.trends import Trend
from literacy.provenance import trace

SINCE = 2001
"""First year of the national series for adults 18-69; 1996 covered 120 counties and another population."""

NOT_ALIKE = mark(
    "2020 and 2022 are not directly comparable: between them the published total rose by 2.37 "
    "points, but with constant weights of regions and sexes by 1.91; a break of unknown size is "
    "allowed for at 2022"
)
"""Caveat on the published national figures (surveys/reference/national_breakdown.csv)."""

FILES = {"nation": "national_series", "region": "national_breakdown"}
"""Reference file of each level; provinces have their own."""

ASSUMED = {"province": 2000.0, "region": 10_000.0}
"""Respondents assumed for places without a published sample size (about 70,000 over 32 sub-populations)."""


def series_trend(name: str = "national", *, since: float = SINCE, deff: float = DEFF) -> Trend:
    """Return a published series of ``surveys/reference`` as a Trend.

    Parameters
    ----------
    name : str
        ``national``; a region (``east``, ``central``, ``west``); or a province by name, ``inner_mongolia`` or
        ``内蒙古``. :func:`list_series` lists them.
    since : float
        First year to include.
    deff : float
        Assumed design effect, as none is published.

    Returns
    -------
    Trend

    Examples
    --------
    >>> lit.series_trend("national").to_frame()["year"].tolist()[:3]
    [2001, 2003, 2005]
    """
    table = _published(surveys_dir())
    wanted = table[(table["name"] == name) | (table["zh"] == name)]
    if wanted.empty:
        known = sorted(set(table["name"]))
        raise LiteracyError(
            "reference.unknown",
            where=name,
            what=tell("is not a published series{}", nearest(name, (*known, *table["zh"]))),
            fix=tell("use one of: {}", ", ".join(known)),
        )
    first = wanted.iloc[0]
    rows = wanted[(wanted["year"] >= since) & wanted["share"].notna()]
    made = trend_from_frame(
        rows[["year", "share", "n", "standard"]],
        level=first["level"],
        area=first["name"],
        label=Label(first["zh"], first["en"]),
        n=ASSUMED.get(first["level"]),
        deff=deff,
        splice=tell("published as one series"),
    )
    file = surveys_dir() / "reference" / f"{FILES.get(first['level'], 'provinces')}.csv"
    made = replace(made, source=trace(file, len(wanted)))
    if first["level"] in ("nation", "region"):
        made = replace(made, notes=(*made.notes, tell(NOT_ALIKE)))
    early = wanted.loc[(wanted["year"] < since) & wanted["share"].notna(), "year"]
    if len(early):
        caveat = tell(
            "{} omitted (before {:g}: a different population)", ", ".join(f"{y:g}" for y in early), since
        )
        made = replace(made, notes=(*made.notes, caveat))
    return made


def list_series() -> pd.DataFrame:
    """Return the published series: name, zh, en, level, waves, first, last.

    Returns
    -------
    DataFrame
        One row per series.

    Examples
    --------
    >>> lit.list_series().columns[:3].tolist()
    ['name', 'zh', 'en']
    """
    table = _published(surveys_dir())
    table = table[table["share"].notna()]
    groups = table.groupby(["name", "zh", "en", "level"], sort=False)["year"]
    return groups.agg(waves="count", first="min", last="max").astype("int64").reset_index()


_REGIONS = {
    "east": ("东部地区", "eastern region"),
    "central": ("中部地区", "central region"),
    "west": ("西部地区", "western region"),
}


@lru_cache(maxsize=1)
def _published(folder: Path) -> pd.DataFrame:
    """Return all reference series of a folder in one long table: name, zh, en, level, year, share, n, standard."""
    nation = load_reference("national_series")
    size = pd.to_numeric(nation["valid_sample"]).fillna(pd.to_numeric(nation["design_sample"]))
    nation = nation.assign(name="national", zh="全国", en="China", level="nation", n=size)
    parts = load_reference("national_breakdown")
    parts = parts[parts["dimension"] == "region"]
    regions = parts.assign(
        name=parts["category"],
        zh=parts["category"].map(lambda c: _REGIONS[c][0]),
        en=parts["category"].map(lambda c: _REGIONS[c][1]),
        level="region",
        n=math.nan,
    )
    provinces = load_reference("provinces")
    provinces = provinces.assign(
        name=provinces["area"],
        en=provinces["area"].str.replace("_", " ").str.title(),
        level="province",
        n=math.nan,
    )
    keep = ["name", "zh", "en", "level", "year", "share", "n", "standard"]
    frames = [
        part[keep].astype({"year": float, "share": float, "n": float})
        for part in (nation, regions, provinces)
    ]
    return pd.concat(frames, ignore_index=True)
