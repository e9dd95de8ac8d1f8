"""Sampling frames: an office's list of units as a checked table with the four columns used in selection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.messages import tell, tell_column

ROLES = ("unit", "stratum", "size", "certainty")
HEADINGS = {
    "unit": (
        "unit 单位 单位名称 单位编号 单位编码 村 社区 嘎查 村社区 村/社区 社区/村 "
        "村(社区) 社区(村) 嘎查/社区 社区/嘎查 村居 村/居 "
        "村居名称 村名 社区名称 嘎查名称 抽样单位 抽样单元 居委会 村委会 psu cluster village community"
    ),
    "stratum": "stratum strata 层 分层 抽样层 层名 层别 所属层 层编号",
    "size": (
        "size 户数 人数 人口 人口数 总人口 常住人口 常住人口数 总户数 "
        "常住户数 成年人数 成人数 规模 规模量 households people "
        "population persons adults"
    ),
    "certainty": "certainty certain 必选 必抽 必查 必入样 必选单位 自代表",
}
_SUMS = frozenset(["合计", "总计", "小计", "共计", "总和", "total", "subtotal", "sum"])
_UNIT = re.compile(r"[(\[](人|户|个|名)[)\]]$")
_PARTS = re.compile(r"[()/\[\]、,或和与]")
_AGED = re.compile(
    r"(18|十八)(岁|周岁)?([-—–~至到](69|六十九)(岁|周岁)?|及?以上|岁及以上)?的?(常住)?(成年)?(人口|人数|居民|人)(数)?"
)
_YES = frozenset(["1", "1.0", "是", "y", "yes", "true", "必选", "必抽", "√", "✓"])
_NO = frozenset(["", "0", "0.0", "否", "n", "no", "false", "nan", "none", "<na>"])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Frame(Printable):
    """A checked sampling frame.

    Attributes
    ----------
    table : DataFrame
        The file's rows and columns; columns with a role are named ``unit``, ``stratum``, ``size``, ``certainty``.
    notes : tuple of str
        Notes on the heading used for each role, and on what was left out.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        strata = self.table["stratum"].nunique() if "stratum" in self.table else 1
        return tell("Frame of {} units in {} strata", len(self.table), strata)

    def _notes(self) -> list[str]:
        return list(self.notes)


def read_frame(source: str | Path, *, encoding: str | None = None) -> Frame:
    """Read a sampling frame from a file, or load that of a survey.

    Parameters
    ----------
    source : str or Path
        A workbook, CSV or other table with one row per unit and the headings ``unit``, ``stratum``, ``size`` and
        optionally ``certainty`` (1 = selected with certainty), or 单位/村/社区, 层, 户数/人数, 必选; or the name of a
        survey.
    encoding : str, optional
        Encoding of a text file; detected by default.

    Returns
    -------
    Frame

    Raises
    ------
    LiteracyError
        ``io.*``; ``frame.invalid``, see :func:`check_frame`.

    Examples
    --------
    >>> lit.read_frame(lit.sample_data("fieldwork/frame.xlsx")).table.columns[:3].tolist()
    ['unit', 'stratum', 'size']
    """
    from literacy.answers import read_plain
    from literacy.instrument import list_surveys, load_frame

    if str(source) != "-" and not Path(source).exists() and str(source) in list_surveys():
        table = load_frame(str(source))
        return arrange_frame(
            table, (tell("the frame of survey {}", source),), where=f"surveys/{source}/frame.csv"
        )
    table, notes = read_plain(source, encoding=encoding)
    return arrange_frame(table, notes, where=str(source))


def arrange_frame(table: pd.DataFrame, notes: tuple[str, ...] = (), where: str = "frame") -> Frame:
    """Rename the columns by their roles and check them; see :func:`read_frame`."""
    found = {role: column for role in ROLES if (column := _find(table, role, where))}
    renamed = table.rename(columns={column: role for role, column in found.items()})
    remarks = [
        tell("{} is read as {}", column, tell_column(role))
        for role, column in found.items()
        if column != role
    ]
    if "unit" not in found:
        renamed = renamed.assign(unit=[str(k + 1) for k in range(len(renamed))])
        remarks.append(tell("no column is headed unit: the units are numbered by their rows"))
    return Frame(check_frame(renamed, where), (*notes, *remarks))


def check_frame(table: pd.DataFrame, where: str = "frame") -> pd.DataFrame:
    """Check a frame, reporting all problems of a kind in one message, and return it with role columns first.

    Raises
    ------
    LiteracyError
        ``frame.invalid``: no rows, duplicate or empty units, missing strata, sizes that are not numbers or negative, a
        stratum whose sizes are all 0, or a certainty other than yes or no.
    """
    if not len(table):
        raise _invalid(where, "no units", "give one row per unit")
    out = table.reset_index(drop=True).copy()
    if "unit" in out:
        blank = out["unit"].isna() | (out["unit"].astype(str).str.strip() == "")
        if blank.any():
            raise _invalid(
                tell("{}: unit", where),
                tell("empty in {}", _rows(blank)),
                "give every unit a unique name or number",
            )
        out["unit"] = out["unit"].map(lambda v: v.strip() if isinstance(v, str) else v)
        sums = out["unit"].astype(str).map(plain_heading).isin(_SUMS)
        if sums.any():
            raise _invalid(
                tell("{}: unit", where),
                tell("{!r} in {} is a sum, not a unit", str(out.loc[sums, "unit"].iloc[0]), _rows(sums)),
                "leave the rows of totals out",
            )
        double = out["unit"].astype(str).map(plain_heading).duplicated(keep=False)
        if double.any():
            names = ", ".join(map(repr, out.loc[double, "unit"].astype(str).unique()[:5]))
            raise _invalid(
                tell("{}: unit", where),
                tell(
                    "{} appear{} more than once ({})",
                    names,
                    "s" if names.count(",") == 0 else "",
                    _rows(double),
                ),
                "one row per unit: merge the rows, or give each unit a unique name",
            )
    if "stratum" in out:
        blank = out["stratum"].isna() | (out["stratum"].astype(str).str.strip() == "")
        if blank.any():
            raise _invalid(
                tell("{}: stratum", where),
                tell("empty in {}", _rows(blank)),
                "give the stratum of every unit",
            )
    if "size" in out:
        out["size"] = read_sizes(out["size"], tell("{}: size", where))
    if "certainty" in out:
        text = out["certainty"].map(lambda v: "" if pd.isna(v) else str(v).strip().lower())
        odd = ~text.isin(_YES | _NO)
        if odd.any():
            raise _invalid(
                tell("{}: certainty", where),
                tell("{!r} in {}", text[odd].iloc[0], _rows(odd)),
                "write 1 or 是; otherwise 0 or leave empty",
            )
        out["certainty"] = text.isin(_YES).astype(np.int64)
    if "size" in out:
        key = out["stratum"].astype(str) if "stratum" in out else pd.Series("(all)", index=out.index)
        empty = out["size"].groupby(key).sum()
        empty = empty[empty <= 0]
        if len(empty):
            raise _invalid(
                tell("{}: stratum {!r}", where, empty.index[0]), "is empty: all its sizes are 0",
                "omit the stratum, or correct the sizes",
            )  # fmt: skip
    return out


def read_sizes(column: pd.Series, where: str) -> pd.Series:
    """Return sizes as nonnegative numbers; an error if any is missing. Integers stay integers."""
    values = pd.to_numeric(column.map(_plain_number), errors="coerce")
    number = values.to_numpy(np.float64, na_value=np.nan)
    missing, below = ~np.isfinite(number), number < 0
    if missing.any() or below.any():
        parts = [tell("missing or not a number in {}", _rows(pd.Series(missing)))] * bool(missing.any())
        parts += [tell("below 0 in {}", _rows(pd.Series(below)))] * bool(below.any())
        raise _invalid(
            where,
            " and ".join(parts),
            "fill in the size of every unit (an unknown size must be counted first)",
        )
    whole = bool((number == np.floor(number)).all())
    return pd.Series(number.astype(np.int64) if whole else number, index=column.index, name="size")


def _plain_number(cell: object) -> object:
    return cell.replace(",", "").replace("，", "").strip() if isinstance(cell, str) else cell


def _find(table: pd.DataFrame, role: str, where: str) -> str:
    """Return the column of a role: the one with its name, otherwise the only column with one of its headings."""
    names = [str(c) for c in table.columns]
    if role in names:
        return role
    known = {plain_heading(w) for w in HEADINGS[role].split()}
    matches = [n for n in names if _means(n, role, known)]
    if len(matches) > 1:
        raise _invalid(
            where,
            tell("{} could each be the {}", ", ".join(matches), role),
            tell("name the intended column {}, or rename the others", role),
        )
    return matches[0] if matches else ""


def _means(name: str, role: str, known: set[str]) -> bool:
    """Whether a heading denotes a role: one of its terms, several of them (嘎查（社区）), or people of an age."""
    plain = plain_heading(name)
    if plain in known:
        return True
    unit = _UNIT.sub("", plain)
    parts = [p for p in _PARTS.split(unit) if p]
    if parts and all(p in known for p in parts):
        return True
    return role == "size" and bool(_AGED.fullmatch(unit))


def plain_heading(text: str) -> str:
    """Normalise a heading: without blanks, width and case."""
    import unicodedata

    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _rows(mask: pd.Series) -> str:
    places = np.flatnonzero(mask.to_numpy(bool)) + 1
    listed = ", ".join(str(p) for p in places[:5]) + (" …" if len(places) > 5 else "")
    return tell("{} of {} units (row{} {})", len(places), len(mask), "s" if len(places) > 1 else "", listed)


def _invalid(where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError("frame.invalid", where=where, what=what, fix=fix)
