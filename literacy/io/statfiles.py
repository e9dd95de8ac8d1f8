"""Tables out as SPSS or Stata files: everything that does not fit is told, nothing is cut in silence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from literacy.instrument.model import Code, Label, Option
from literacy.io.description import Description
from literacy.io.output import replace_file, write_error

LABEL_BYTES, VALUE_BYTES, NAME_BYTES = 256, 120, 64
_RESERVED = frozenset({"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"})


def write_spss(frame: pd.DataFrame, path: Path, described: Description, lang: str = "zh") -> tuple[str, ...]:
    """Write a .sav or .zsav file with labels and user-missing codes; returns what had to be changed, a sentence each.

    Raises
    ------
    LiteracyError
        ``io.write`` where a text is longer than the format holds, or the folder cannot be written.
    """
    import pyreadstat

    names, notes = _names(frame)
    told = list(notes)
    plain = pd.DataFrame({names[c]: _plain(frame[c], str(c), path, told) for c in frame.columns})
    cut: list[str] = []
    known = [c for c in frame.columns if c in described.labels]
    labels: dict[str, str | None] = {
        names[c]: _fit(_text(described.labels[c], lang), LABEL_BYTES, c, cut) for c in known
    }
    values, missing = {}, {}
    for column in frame.columns:
        numeric = pd.api.types.is_numeric_dtype(plain[names[column]])
        options = described.options.get(column, ())
        if options and numeric:
            values[names[column]] = _values(options, lang, column, cut)
        codes = [float(c) for c in described.missing.get(column, ()) if not isinstance(c, str)]
        if codes and numeric:
            ranges = _ranges(codes, [o for o in options if not o.missing], column, told)
            if ranges:
                missing[names[column]] = ranges
    if cut:
        told.append(f"labels longer than SPSS holds were shortened with …: {', '.join(sorted(set(cut))[:8])}")

    def write(temporary: Path) -> None:
        pyreadstat.write_sav(
            plain,
            str(temporary),
            column_labels=labels,
            variable_value_labels=values,
            missing_ranges=missing,
            compress=path.suffix.lower() == ".zsav",
            row_compress=path.suffix.lower() != ".zsav",
        )

    replace_file(path, write, (pyreadstat.PyreadstatError, pyreadstat.ReadstatError))
    return tuple(told)


def write_stata(frame: pd.DataFrame, path: Path, described: Description, lang: str = "zh") -> tuple[str, ...]:
    """Write a .dta file (Stata 15, UTF-8) with labels; returns what had to be changed."""
    import pyreadstat

    names, notes = _names(frame, limit=32, pattern=re.compile(r"[^A-Za-z0-9_]"))
    told = list(notes)
    plain = pd.DataFrame({names[c]: _plain(frame[c], str(c), path, told) for c in frame.columns})
    cut: list[str] = []
    labels: dict[str, str | None] = {}
    for column in frame.columns:
        if column in described.labels:
            text = _text(described.labels[column], lang)
            labels[names[column]] = text if len(text) <= 80 else text[:79] + "…"
            if len(text) > 80:
                cut.append(str(column))
    values: dict[str, dict[int | float, str]] = {}
    for column in frame.columns:
        options = [o for o in described.options.get(column, ()) if isinstance(o.code, int)]
        if options and pd.api.types.is_numeric_dtype(plain[names[column]]):
            values[names[column]] = {int(o.code): _text(o.label, lang) for o in options}
    if cut:
        told.append(f"labels longer than Stata holds were shortened with …: {', '.join(sorted(cut)[:8])}")

    def write(temporary: Path) -> None:
        pyreadstat.write_dta(
            plain, str(temporary), column_labels=labels, variable_value_labels=values, version=15
        )

    replace_file(path, write, (pyreadstat.PyreadstatError, pyreadstat.ReadstatError))
    return tuple(told)


def _text(label: Label, lang: str) -> str:
    return label.get(lang)


def _names(
    frame: pd.DataFrame, limit: int = NAME_BYTES, pattern: re.Pattern[str] = re.compile(r"[^\w.$#@]")
) -> tuple[dict[Any, str], tuple[str, ...]]:
    """Names a statistics program accepts, different from each other whatever their case; and what was renamed."""
    given: dict[Any, str] = {}
    taken: set[str] = set()
    changed = []
    for column in frame.columns:
        name = pattern.sub("_", str(column)).strip("_.") or "v"
        if not name[0].isalpha():
            name = "v_" + name
        name = fit_bytes(name, limit, "")
        if name.upper() in _RESERVED:
            name += "_"
        base, number = name, 2
        while name.casefold() in taken:
            name = f"{fit_bytes(base, limit - 4, '')}_{number}"
            number += 1
        taken.add(name.casefold())
        given[column] = name
        if name != str(column):
            changed.append(f"{column} -> {name}")
    return given, ((f"columns renamed: {'; '.join(changed[:10])}",) if changed else ())


def fit_bytes(text: str, limit: int, mark: str = "…") -> str:
    """A text of at most *limit* bytes of UTF-8, never cut inside a character."""
    raw = text.encode("utf-8")
    if len(raw) <= limit:
        return text
    return raw[: limit - len(mark.encode("utf-8"))].decode("utf-8", "ignore") + mark


def _fit(text: str, limit: int, column: str, cut: list[str]) -> str:
    short = fit_bytes(text, limit)
    if short != text:
        cut.append(column)
    return short


def _values(options: tuple[Option, ...], lang: str, column: str, cut: list[str]) -> dict[float, str]:
    return {
        float(o.code): _fit(o.label.get(lang), VALUE_BYTES, column, cut) for o in options if _number(o.code)
    }


def _number(code: Code) -> bool:
    return not isinstance(code, str)


def _ranges(codes: list[float], answers: list[Option], column: str, told: list[str]) -> list[Any]:
    """User-missing codes as SPSS takes them: three single codes, or one range and one code."""
    codes = sorted(set(codes))
    if len(codes) <= 3:
        return list(codes)
    valid = [float(o.code) for o in answers if _number(o.code)]
    for single in (None, codes[0], codes[-1]):
        rest = [c for c in codes if c != single]
        if not any(rest[0] <= v <= rest[-1] for v in valid):
            span: list[Any] = [{"lo": rest[0], "hi": rest[-1]}]
            return [*span, single] if single is not None else span
    told.append(
        f"{column}: SPSS holds only three of its {len(codes)} missing codes; the others stay ordinary codes"
    )
    return codes[-3:]


def _plain(column: pd.Series, name: str, path: Path, told: list[str]) -> pd.Series:
    """A column of a type the writer takes: float64, str, or naive time."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        told.append(f"{name}: times written as they read on the clock of {column.dtype.tz}, without the zone")
        naive: pd.Series[Any] = column.dt.tz_localize(None)
        return naive
    if pd.api.types.is_datetime64_any_dtype(column):
        return column
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        return pd.Series(column.to_numpy(dtype=np.float64, na_value=np.nan), index=column.index)
    texts = pd.Series(column.map(str, na_action="ignore").fillna(""), dtype=object)
    longest = max((len(t.encode("utf-8")) for t in texts), default=0)
    if longest > 32_767:
        what = f"a text of {name} has {longest:,} bytes; statistics files hold 32,767"
        raise write_error(path, what, "write .csv or .parquet")
    return texts
