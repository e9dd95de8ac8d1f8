"""Trends from tables and files of published figures."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd

from literacy.answers import read_table
from literacy.errors import LiteracyError
from literacy.files import opened
from literacy.instrument import Label
from literacy.messages import tell
from literacy.projection.trends.trends import Trend, build_trend
from literacy.provenance import Source

MOST = 1e12
"""Largest plausible sample size, standard error or design effect."""

LEAST_DEFF, MOST_DEFF = 0.1, 100.0
"""Limits of the design effect implied by a standard error; beyond them its unit does not fit the sample size."""

AGREE = 2.0
"""Tolerated ratio of the effective sizes implied by se, n_eff and deff."""

DEFF = 2.0
"""Design effect assumed for published figures without one; marked as an assumption in the result."""

FIRST_YEAR, LAST_YEAR = 1900, 2200

CHINESE = {
    "年份": "year", "年": "year", "地区": "area", "层级": "level", "估计值": "estimate", "比例": "share",
    "百分比": "percent", "标准误": "se", "自由度": "df", "样本量": "n", "有效样本量": "n_eff", "设计效应": "deff",
    "评分标准": "standard", "标准": "standard",
}  # fmt: skip
"""Chinese column names of published figures."""


def trend_from_frame(
    frame: pd.DataFrame,
    *,
    area: str = "",
    level: str = "",
    label: Label | None = None,
    n: float | None = None,
    deff: float = DEFF,
    splice: str = "",
    source: Source | None = None,
) -> Trend:
    """Make a Trend from published figures.

    Parameters
    ----------
    frame : DataFrame
        ``year`` and one of ``estimate``, ``share`` (0-1) or ``percent``; if known ``se``, ``n``, ``n_eff``, ``deff``,
        ``df``, ``standard``; ``area`` if the table contains several places, and its ``level``. Columns may have Chinese
        names (:data:`CHINESE`); other columns are ignored. Rows without a figure are omitted, with a note.
    area : str
        The place, which selects rows if the table has a column ``area``.
    level : str
        One of :data:`literacy.projection.trends.trends.LEVELS`; default is that in the table, otherwise a city.
    label : Label
    n : float, optional
        Sample size assumed for waves without a standard error or size. By default, the smaller of the nearest published
        sizes before and after.
    deff : float
        Design effect assumed if none is published.
    splice : str
        Reason why waves of different standards may be joined.
    source : Source, optional

    Returns
    -------
    Trend

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2021, 2023], "estimate": [0.09, 0.11], "n": [1000, 1200]})
    >>> lit.trend_from_frame(table, area="city").to_frame()["year"].tolist()
    [2021, 2023]
    """
    stated = source.path if source is not None else "published figures"
    where = f"{stated} ({area})" if area else stated
    known = _translated(frame, where)
    known, area, level = _one_place(known, area, level, where)
    table, notes = _figures(known, where)
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


def _translated(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the table with English column names; duplicate columns are an error."""
    known = frame.rename(columns=lambda c: CHINESE.get(str(c).strip(), str(c).strip()))
    names = known.columns
    twice = sorted(
        {str(c) for c in names[names.duplicated()]} | {str(c)[:-2] for c in names if str(c)[-2:] == "#2"}
    )
    if twice:
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=tell("the column {} comes twice", twice[0]),
            fix="keep one of them",
        )
    return known


def _one_place(known: pd.DataFrame, area: str, level: str, where: str) -> tuple[pd.DataFrame, str, str]:
    """Return the rows of one place, with its name and level."""
    if "area" in known.columns:
        places = _places(known)
        there = sorted(set(places))
        if (area and area not in there) or (not area and len(there) > 1):
            raise LiteracyError(
                "trend.waves",
                where=where,
                what=tell("no rows for {!r}", area)
                if area
                else tell("the table contains {} places", len(there)),
                fix=tell("give the area, one of: {}", ", ".join(there) or tell("none"))
                if area
                else tell(
                    "give the area, one of: {}, or project all of them together (read_trends, --together)",
                    ", ".join(there),
                ),
            )
        known = known[places == area] if area else known
        area = area or (there[0] if there else "")
    if "level" in known.columns and not level:
        levels = sorted({str(v) for v in known["level"].dropna()} - {""})
        if len(levels) > 1:
            raise LiteracyError(
                "trend.waves",
                where=where,
                what=tell("rows of several levels: {}", ", ".join(levels)),
                fix="keep one place and level, or give the area",
            )
        level = levels[0] if levels else ""
    return known, area, level or "city"


def _places(known: pd.DataFrame) -> pd.Series[str]:
    """Return the place of every row, "" where none is named."""
    return known["area"].map(lambda cell: "" if pd.isna(cell) else str(cell).strip()).astype(object)


def _figures(known: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[str]]:
    """Return checked years, shares and errors; rows without a figure are omitted with a note."""
    figures = [c for c in ("estimate", "share", "percent") if c in known.columns]
    if len(figures) != 1 or "year" not in known.columns:
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=tell("columns {}", ", ".join(map(str, known.columns)) or tell("none"))
            + (tell(": both {} contain a figure", tell(" and ").join(figures)) if len(figures) > 1 else ""),
            fix="give year and estimate (a share) or percent, one of them; se, n, deff, standard where known",
        )
    figure = figures[0]
    scale = 100.0 if figure == "percent" else 1.0
    table = pd.DataFrame({"year": _numbers(known, "year", where)})
    table["estimate"] = _numbers(known, figure, where) / scale
    for name in ("se", "df", "n", "n_eff", "deff"):
        table[name] = _numbers(known, name, where) if name in known.columns else math.nan
    table["se"] = table["se"] / (scale if figure == "percent" else 1.0)
    table["standard"] = known["standard"].to_numpy() if "standard" in known.columns else ""
    _refuse_years(table["year"], where)
    _refuse_shares(table["estimate"], figure, where)
    for name, least in (
        ("se", tell("zero or more")),
        ("n", tell("above 0")),
        ("n_eff", tell("above 0")),
        ("deff", tell("above 0")),
    ):
        given = table[name].dropna()
        wrong = given[~np.isfinite(given) | (given < 0) | ((given == 0) & (name != "se")) | (given > MOST)]
        if len(wrong):
            raise LiteracyError(
                "trend.waves",
                where=f"{where}: {table['year'].loc[wrong.index[0]]:g}: {name}",
                what=tell("{:g} is impossible", wrong.iloc[0]),
                fix=tell("give a finite number, {}, or leave the cell empty", least),
            )
    _refuse_wide(table, scale, where)
    _refuse_contradictions(table, scale, where)
    notes: list[str] = []
    blank = table["estimate"].isna()
    if blank.any():
        notes.append(tell("no figure for {}: omitted", ", ".join(f"{y:g}" for y in table.loc[blank, "year"])))
    table = table[~blank].reset_index(drop=True)
    if table.empty:
        raise LiteracyError(
            "trend.waves", where=where, what="there are no figures", fix="give at least one wave"
        )
    return table, notes


def _refuse_wide(table: pd.DataFrame, scale: float, where: str) -> None:
    """Raise an error for standard errors that imply less than one respondent, and are hence in another unit."""
    share = table["estimate"]
    most = (share * (1 - share)) ** 0.5
    wrong = table[(table["se"] > most) & (most > 0)]
    if len(wrong):
        one = wrong.iloc[0]
        stated = scale * float(one["se"])
        raise LiteracyError(
            "trend.waves",
            where=tell("{}: {:g}: se", where, one["year"]),
            what=tell(
                "{:g} exceeds the standard error of a single respondent ({:.3g})",
                stated,
                scale * float(most.loc[wrong.index[0]]),
            ),
            fix=(
                "give the standard error in the unit of the figure: for a share of 0.12, 0.9 points are 0.009"
            )
            if scale == 1
            else "give the standard error in percentage points, because the figure is in percent",
        )


def _refuse_contradictions(table: pd.DataFrame, scale: float, where: str) -> None:
    """Raise an error if sample size, standard error and design effect of a wave are inconsistent."""
    for _, one in table.iterrows():
        share, n = float(one["estimate"]), float(one["n"])
        spread = share * (1 - share)
        if not spread > 0:
            continue
        sizes = {"n_eff": float(one["n_eff"])}
        if one["se"] > 0:
            sizes["se"] = spread / float(one["se"]) ** 2
        if one["deff"] > 0 and n > 0:
            sizes["deff"] = n / float(one["deff"])
        sizes = {name: size for name, size in sizes.items() if size > 0}
        least = math.sqrt(spread / n) if n > 0 else math.nan
        for name, size in sizes.items():
            if n > 0 and not LEAST_DEFF <= n / size <= MOST_DEFF:
                stated = f"{scale * float(one['se']):g}" if name == "se" else f"{float(one[name]):g}"
                raise LiteracyError(
                    "trend.waves",
                    where=f"{where}: {one['year']:g}: {name}",
                    what=tell(
                        "{} is inconsistent with n = {:,.0f}: that many respondents give a "
                        "standard error near {:.2f} points, not {:.2g} (a design effect of "
                        "{:.2g})",
                        stated,
                        n,
                        100 * least,
                        100 * math.sqrt(spread / size),
                        n / size,
                    ),
                    fix="give the standard error in the unit of the figure, and the number of "
                    "respondents it is based on",
                )
        if len(sizes) > 1 and max(sizes.values()) > AGREE * min(sizes.values()):
            stated = ", ".join(tell("{} gives {:,.0f}", name, size) for name, size in sizes.items())
            raise LiteracyError(
                "trend.waves",
                where=f"{where}: {one['year']:g}: {', '.join(sizes)}",
                what=tell("they contradict each other on the effective sample size: {}", stated),
                fix="give either the standard error, or n and the design effect",
            )


def _refuse_years(years: pd.Series, where: str) -> None:
    wrong = years[~((years >= FIRST_YEAR) & (years <= LAST_YEAR))]
    if len(wrong):
        value = tell("an empty cell") if wrong.isna().iloc[0] else f"{wrong.iloc[0]:g}"
        raise LiteracyError(
            "trend.waves",
            where=tell("{}: year", where),
            what=tell("{} in row {} is not a year", value, int(np.argmax(years.index == wrong.index[0])) + 1),
            fix="write the year in four digits in every row, such as 2023",
        )


def _refuse_shares(share: pd.Series, figure: str, where: str) -> None:
    known = share.dropna()
    wrong = known[~((known >= 0) & (known <= 1))]
    if len(wrong):
        value = float(wrong.iloc[0]) * (100 if figure == "percent" else 1)
        percents = figure != "percent" and bool((known >= 0).all() and (known <= 100).all())
        raise LiteracyError(
            "trend.waves",
            where=f"{where}: {figure}",
            what=tell(
                "{:g} is not a {}",
                value,
                tell("percentage") if figure == "percent" else tell("share between 0 and 1"),
            ),
            fix="name the column percent if these are percentages; 12 % is the share 0.12"
            if percents
            else "give figures that are possible for a share",
        )
    if figure == "percent" and len(known) and 0 < float(known.max()) < 0.01:
        raise LiteracyError(
            "trend.waves",
            where=tell("{}: percent", where),
            what=tell("no figure reaches 1 percent (the largest is {:g})", 100 * float(known.max())),
            fix="name the column estimate if these are shares, or if they truly are so small, give them as shares",
        )


def read_trend(
    path: str | Path,
    *,
    area: str = "",
    level: str = "",
    label: Label | None = None,
    n: float | None = None,
    deff: float = DEFF,
    splice: str = "",
) -> Trend:
    """Read a Trend from a file with the columns of :func:`trend_from_frame`: CSV (UTF-8 or GB18030) or Excel.

    Parameters
    ----------
    path : str or Path
    area, level, label, n, deff, splice
        As in :func:`trend_from_frame`.

    Returns
    -------
    Trend

    Examples
    --------
    >>> table = pd.DataFrame({"year": [2021, 2023], "percent": [9.1, 11.0], "n": [1000, 1200]})
    >>> table.to_csv("city.csv", index=False)
    >>> read_trend("city.csv", area="city").to_frame()["estimate"].round(3).tolist()
    [0.091, 0.11]
    """
    frame, source = _open(path)
    return trend_from_frame(
        frame,
        area=area,
        level=level,
        label=label,
        n=n,
        deff=deff,
        splice=splice,
        source=source,
    )


def read_trends(
    path: str | Path, *, level: str = "", n: float | None = None, deff: float = DEFF, splice: str = ""
) -> dict[str, Trend]:
    """Read the trends of several places from a file with a column ``area``, in the order in which the places occur.

    Parameters
    ----------
    path : str or Path
    level, n, deff, splice
        As in :func:`trend_from_frame`, for every place.

    Returns
    -------
    dict of area to Trend

    Raises
    ------
    LiteracyError
        ``trend.waves``, also if a row names no place.

    Examples
    --------
    >>> table = pd.DataFrame({"area": ["A", "B"], "year": 2023, "percent": [9.1, 11.0], "n": 1000})
    >>> table.to_csv("banners.csv", index=False)
    >>> list(read_trends("banners.csv"))
    ['A', 'B']
    """
    frame, source = _open(path)
    known = _translated(frame, str(path))
    if "area" not in known.columns:
        raise LiteracyError(
            "trend.waves",
            where=str(path),
            what="there is no column area, so that the places cannot be told apart",
            fix="name the place of every row in a column area",
        )
    names = _places(known)
    filled = known.drop(columns="area").notna().any(axis=1)
    if (blank := filled & (names == "")).any():
        raise LiteracyError(
            "trend.waves",
            where=f"{path}: area",
            what=tell("row {} names no place", int(np.argmax(blank.to_numpy())) + 1),
            fix="name the place of every row in a column area",
        )
    return {
        name: trend_from_frame(
            frame[names == name], area=name, level=level, n=n, deff=deff, splice=splice, source=source
        )
        for name in dict.fromkeys(names[filled].tolist())
    }


def _open(path: str | Path) -> tuple[pd.DataFrame, Source]:
    """Read a file of figures, with its source."""
    file = Path(path)
    if not file.is_file():
        raise LiteracyError(
            "io.missing",
            where=str(path),
            what="there is no such file",
            fix="check the path; a CSV with the columns year, estimate (or percent), se or n is expected",
        )
    with opened(file) as table:
        frame = read_table(table)
        return frame, table.find_source(len(frame))


def _numbers(frame: pd.DataFrame, name: str, where: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = pd.to_numeric(frame[name], errors="coerce")
    wrong = frame[name].notna() & values.isna() & (frame[name].astype(str).str.strip() != "")
    if wrong.any():
        raise LiteracyError(
            "trend.waves",
            where=f"{where}: {name}",
            what=tell("{!r} is not a number", frame.loc[wrong, name].iloc[0]),
            fix="write plain numbers, empty cells where nothing is published",
        )
    return values.to_numpy(dtype=float)


def _assume(
    table: pd.DataFrame, n: float | None, deff: float, where: str
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Fill in sizes and design effects of waves without a standard error, with a note for each."""
    table, notes = table.copy(), []
    if not (math.isfinite(deff) and deff > 0) or (n is not None and not n > 0):
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=f"n = {n}, deff = {deff:g}",
            fix="an assumed size and an assumed design effect must both be positive",
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
                    fix="state an assumed size, for example n=2000; it is stated with every result",
                )
            size = float(n) if n is not None else min(before + after)
            notes.append((year, f"n = {size:,.0f}"))
        effective[i] = size / (deff if math.isnan(effects[i]) else effects[i])
    table["n_eff"] = effective
    table["assumed"] = bare & table["deff"].isna()
    remarks = (
        [
            tell(
                "sample size not published, assumed: {}",
                "; ".join((f"{y:g} {text}" for y, text in sorted(notes))),
            )
        ]
        if notes
        else []
    )
    if (bare & table["deff"].isna()).any():
        remarks.append(tell("no standard error is published; a design effect of {:g} is assumed", deff))
    share = table["estimate"]
    inside = bare & (share > 0) & (share < 1)
    table.loc[inside, "se"] = np.sqrt(share * (1 - share) / effective)[inside]
    return table, tuple(remarks)
