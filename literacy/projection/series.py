"""Trends from published figures: tables, CSV files, and the series in surveys/reference."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.instrument import Label, load_reference, nearest
from literacy.projection.waves import Trend, build_trend
from literacy.provenance import Source, trace

DEFF = 2.0
"""Design effect taken for published figures that come without one (assumed, and said so on the result)."""

SINCE = 2001
"""First year of the national series on adults 18-69; 1996 covered 120 counties and another population."""

ASSUMED = {"province": 2000.0, "region": 10_000.0}
"""Respondents taken for places whose sample size is not published (about 70,000 over 32 sub-populations)."""


def trend_from_frame(
    frame: pd.DataFrame,
    *,
    area: str = "",
    level: str = "city",
    label: Label | None = None,
    n: float | None = None,
    deff: float = DEFF,
    splice: str = "",
    source: Source | None = None,
) -> Trend:
    """Make a Trend of published figures.

    Parameters
    ----------
    frame : DataFrame
        ``year`` and one of ``estimate``, ``share`` (0-1) or ``percent``; where known ``se``, ``n``, ``n_eff``,
        ``deff``, ``df``, ``standard``; ``area`` where the table holds several places. Rows without a figure
        are left out, with a note.
    area : str
        The place; picks its rows where the table has an ``area`` column.
    level, label : str, Label
    n : float, optional
        Sample size to assume for waves that publish neither a standard error nor a size. Without it the
        smaller of the nearest published sizes before and after is assumed.
    deff : float
        Design effect to assume where none is published.
    splice : str
        Why waves of different standards may be joined.
    source : Source, optional
    """
    where = f"published figures of {area}" if area else "published figures"
    known = frame.rename(columns=str)
    if "area" in known.columns and area:
        there = sorted(set(known["area"].astype(str)))
        known = known[known["area"].astype(str) == area]
        if known.empty:
            raise LiteracyError(
                "trend.waves",
                where=where,
                what=f"no rows for {area!r}",
                mend=f"choose among: {', '.join(there)}",
            )
    figure = next((c for c in ("estimate", "share", "percent") if c in known.columns), None)
    if figure is None or "year" not in known.columns:
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=f"columns {', '.join(map(str, known.columns))}",
            mend="give year and estimate (a share) or percent; se, n, deff, standard where known",
        )
    table = pd.DataFrame({"year": _numbers(known, "year", where)})
    table["estimate"] = _numbers(known, figure, where) / (100.0 if figure == "percent" else 1.0)
    for name in ("se", "df", "n", "n_eff", "deff"):
        table[name] = _numbers(known, name, where) if name in known.columns else math.nan
    if figure == "percent" and "se" in known.columns:
        table["se"] = table["se"] / 100.0
    table["standard"] = known["standard"].to_numpy() if "standard" in known.columns else ""
    notes: list[str] = []
    blank = table["estimate"].isna()
    if blank.any():
        notes.append(f"no figure for {', '.join(f'{y:g}' for y in table.loc[blank, 'year'])}: left out")
    table = table[~blank].reset_index(drop=True)
    if table.empty:
        raise LiteracyError(
            "trend.waves", where=where, what="there is no figure at all", mend="give at least one wave"
        )
    table, more = _assume(table, n, deff, where)
    return build_trend(
        table,
        area=area,
        level=level,
        label=label,
        splice=splice,
        notes=(*notes, *more),
        source=source,
    )


def read_trend(
    path: str | Path,
    *,
    area: str = "",
    level: str = "city",
    label: Label | None = None,
    n: float | None = None,
    deff: float = DEFF,
    splice: str = "",
) -> Trend:
    """Make a Trend of a CSV file with the columns of :func:`trend_from_frame`."""
    file = Path(path)
    if not file.is_file():
        raise LiteracyError(
            "io.missing",
            where=str(path),
            what="there is no such file",
            mend="check the path; a CSV with the columns year, estimate (or percent), se or n is expected",
        )
    try:
        frame = pd.read_csv(file, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise LiteracyError(
            "io.format",
            where=str(path),
            what=f"cannot be read as a CSV file in UTF-8 ({error})",
            mend="save it as CSV UTF-8 with a header row",
        ) from error
    return trend_from_frame(
        frame,
        area=area,
        level=level,
        label=label,
        n=n,
        deff=deff,
        splice=splice,
        source=trace(file, len(frame)),
    )


def series_trend(name: str = "national", *, since: float = SINCE, deff: float = DEFF) -> Trend:
    """Make a Trend of a published series of ``surveys/reference``.

    Parameters
    ----------
    name : str
        ``national``; a region (``east``, ``central``, ``west``); or a province by name, ``inner_mongolia`` or
        ``内蒙古``. :func:`list_series` lists them.
    since : float
        First year to take.
    deff : float
        Design effect to assume; none is published.
    """
    table = _published()
    wanted = table[(table["name"] == name) | (table["zh"] == name)]
    if wanted.empty:
        known = sorted(set(table["name"]))
        raise LiteracyError(
            "reference.unknown",
            where=name,
            what=f"is no published series{nearest(name, (*known, *table['zh']))}",
            mend=f"use one of: {', '.join(known)}",
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
        splice="published as one series",
    )
    early = wanted.loc[(wanted["year"] < since) & wanted["share"].notna(), "year"]
    if len(early):
        said = f"{', '.join(f'{y:g}' for y in early)} left out (before {since:g}: another population)"
        made = replace(made, notes=(*made.notes, said))
    return made


def list_series() -> pd.DataFrame:
    """The published series: name, zh, en, level, waves, first, last."""
    table = _published()
    table = table[table["share"].notna()]
    groups = table.groupby(["name", "zh", "en", "level"], sort=False)["year"]
    return groups.agg(waves="count", first="min", last="max").astype("int64").reset_index()


_REGIONS = {
    "east": ("东部地区", "eastern region"),
    "central": ("中部地区", "central region"),
    "west": ("西部地区", "western region"),
}


def _published() -> pd.DataFrame:
    """All reference series in one long table: name, zh, en, level, year, share, n, standard."""
    nation = load_reference("national_series")
    nation = nation.assign(
        name="national", zh="全国", en="China", level="nation", n=pd.to_numeric(nation["valid_sample"])
    )
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


def _numbers(frame: pd.DataFrame, name: str, where: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = pd.to_numeric(frame[name], errors="coerce")
    wrong = frame[name].notna() & values.isna() & (frame[name].astype(str).str.strip() != "")
    if wrong.any():
        raise LiteracyError(
            "trend.waves",
            where=f"{where}: {name}",
            what=f"{frame.loc[wrong, name].iloc[0]!r} is not a number",
            mend="write plain numbers, empty cells where nothing is published",
        )
    return values.to_numpy(dtype=float)


def _assume(
    table: pd.DataFrame, n: float | None, deff: float, where: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Fill sizes and design effects of waves without a standard error; each filling is a note."""
    table, notes = table.copy(), []
    if not (math.isfinite(deff) and deff > 0) or (n is not None and not n > 0):
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=f"n = {n}, deff = {deff:g}",
            mend="an assumed size and an assumed design effect are both above 0",
        )
    bare = table["se"].isna() & table["n_eff"].isna()
    published = table.loc[table["n"].notna(), ["year", "n"]].sort_values("year")
    years, sizes, effects = (table[c].to_numpy(dtype=float).copy() for c in ("year", "n", "deff"))
    effective = table["n_eff"].to_numpy(dtype=float).copy()
    for i in np.flatnonzero(bare):
        year, size = float(years[i]), float(sizes[i])
        if math.isnan(size):
            before = published.loc[published["year"] < year, "n"].tolist()[-1:]
            after = published.loc[published["year"] > year, "n"].tolist()[:1]
            if n is None and not before + after:
                raise LiteracyError(
                    "trend.waves",
                    where=f"{where}: {year:g}",
                    what="neither a standard error nor a sample size is published",
                    mend="state an assumed size, for example n=2000; it is named on every result",
                )
            size = float(n) if n is not None else min(before + after)
            notes.append((year, f"n = {size:,.0f}"))
        effective[i] = size / (deff if math.isnan(effects[i]) else effects[i])
    table["n_eff"] = effective
    said = (
        [f"sample size not published, assumed: {'; '.join(f'{y:g} {text}' for y, text in sorted(notes))}"]
        if notes
        else []
    )
    if (bare & table["deff"].isna()).any():
        said.append(f"no standard error is published; a design effect of {deff:g} is assumed")
    share = table["estimate"]
    inside = bare & (share > 0) & (share < 1)
    table.loc[inside, "se"] = np.sqrt(share * (1 - share) / effective)[inside]
    return table, tuple(said)
