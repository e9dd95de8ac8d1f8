"""SPSS files (.sav, .zsav)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.io.table import Range, Table


def load_spss(path: Path, encoding: str | None = None, metadata_only: bool = False) -> Table:
    """A .sav or .zsav file as a table, user-missing codes kept."""
    import pyreadstat

    try:
        cells, meta = pyreadstat.read_sav(
            str(path),
            user_missing=True,
            encoding=encoding,
            metadataonly=metadata_only,
            disable_datetime_conversion=True,
            output_format="dict",
        )
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        UnicodeDecodeError,
        SystemError,
        IndexError,
    ) as error:
        raise damaged(path, str(error)) from None
    return _build(cells, meta)


def damaged(path: Path, reason: str) -> LiteracyError:
    """The error for a file the library refuses."""
    short = " ".join(reason.split())[:160]
    return LiteracyError(
        "io.damaged",
        where=str(path),
        what=f"the file is cut off or damaged ({short})",
        mend="get the file again from its source, or save it anew in SPSS or PSPP",
    )


def _build(cells: dict[str, Any], meta: Any) -> Table:
    names = list(meta.column_names)
    columns: dict[str, Any] = {}
    for name in names:
        array = np.asarray(cells.get(name, ()))
        if (meta.readstat_variable_types or {}).get(name) == "string":
            texts = [v if isinstance(v, str) and v.strip() else None for v in array]
            columns[name] = pd.Series(texts, dtype="str")
        else:
            columns[name] = pd.Series(array.astype(np.float64))
    frame = pd.DataFrame(columns)
    dates = {n: f for n, f in (meta.original_variable_types or {}).items() if n in columns}
    for name, kind in dates.items():
        if frame[name].dtype == np.float64 and kind.upper().startswith(
            ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "DATETIME", "YMDHMS")
        ):
            frame[name] = spss_dates(frame[name])
    labels = {n: str(label) for n, label in (meta.column_names_to_labels or {}).items() if label}
    values = {n: dict(v) for n, v in (meta.variable_value_labels or {}).items()}
    ranges: dict[str, tuple[Range, ...]] = {
        n: tuple((r["lo"], r["hi"]) for r in v) for n, v in (meta.missing_ranges or {}).items()
    }
    return Table(frame, "sav", labels, values, ranges)


def spss_dates(seconds: pd.Series) -> pd.Series:
    """Seconds since 14 October 1582 as dates; what no calendar holds becomes missing."""
    shifted = seconds.to_numpy(dtype=np.float64) - 12_219_379_200.0
    bad = ~np.isfinite(shifted) | (np.abs(shifted) > 9e9)
    whole = np.where(bad, 0, np.round(np.where(bad, 0, shifted))).astype(np.int64)
    stamps = whole.astype("datetime64[s]")
    stamps[bad] = np.datetime64("NaT")
    return pd.Series(stamps, index=seconds.index, name=seconds.name)
