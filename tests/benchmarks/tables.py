"""Large files to read: 50 columns of random codes with a design, many columns, and waves drawn from the sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import literacy

SEED = 20250101
BLOCK = 500_000
REGIONS = ("锡林浩特市", "二连浩特市", "苏尼特右旗", "阿巴嘎旗", "东乌珠穆沁旗")
WAVE = """survey = "erenhot"
name = "2025"
year = 2025
synthetic = true
standard = "cast100"
absent = ["k46", "k47", "k48", "k49", "k50", "channels", "visits", "activities", "attitudes", "digital", "health",
  "decision", "language", "school_grade"]
"""
"""A wave of background, weights and the test up to item 45, and nothing else: 60 columns."""
FIRST = (
    "id",
    "wave",
    "base_weight",
    "stratum",
    "psu",
    "age",
    "sex",
    "education",
    "occupation",
    "residence",
    "community",
)


def _blocks(rows: int, texts: bool = False) -> Iterator[pd.DataFrame]:
    """Fifty columns: outcome, domain, weight, stratum, unit, and 45 of codes."""
    for first in range(0, rows, BLOCK):
        n = min(BLOCK, rows - first)
        rng = np.random.default_rng((SEED, first))
        place = np.arange(first, first + n)
        domain = rng.integers(0, 5, n)
        columns = {
            "y": rng.integers(0, 2, n), "d": np.array(REGIONS, dtype=object)[domain] if texts else domain,
            "w": rng.gamma(4, 5, n).round(4), "h": place % 5, "u": place % 1000,
            **{f"c{k}": rng.integers(1, 6, n) for k in range(45)},
        }  # fmt: skip
        yield pd.DataFrame(columns)


def write_csv(path: Path, rows: int, encoding: str = "") -> None:
    """A CSV file; with an encoding, its domains are Chinese texts."""
    for k, frame in enumerate(_blocks(rows, texts=bool(encoding))):
        with path.open("a" if k else "w", encoding=encoding or "ascii", newline="") as file:
            frame.to_csv(file, index=False, header=k == 0)


def write_parquet(path: Path, rows: int) -> None:
    """A Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet

    writer = None
    for frame in _blocks(rows):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def write_sav(path: Path, rows: int) -> None:
    """A compressed .sav file."""
    import pyreadstat

    pyreadstat.write_sav(pd.concat(_blocks(rows), ignore_index=True), str(path), row_compress=True)


def write_wide(path: Path, columns: int) -> None:
    """Fifty rows of many columns."""
    cells = np.random.default_rng(SEED).integers(1, 6, (50, columns))
    _write(pd.DataFrame(cells, columns=[f"v{k}" for k in range(1, columns + 1)]), path)


def write_wave(path: Path, rows: int) -> list[str]:
    """The wave of 2025, its rows drawn with replacement; the options by which it is scored."""
    return _draw(path, rows, None)


def write_short_wave(path: Path, rows: int) -> list[str]:
    """The same of 60 columns."""
    wave = path.with_name("wave.toml")
    wave.write_text(WAVE, encoding="utf-8")
    return [*_draw(path, rows, 45), "-w", str(wave)]


def _draw(path: Path, rows: int, items: int | None) -> list[str]:
    import pyreadstat

    frame, meta = pyreadstat.read_sav(literacy.sample_data("erenhot_2025.sav"), user_missing=True)
    names = list(frame.columns)
    if items is not None:
        names = [*FIRST, *(c for c in names if c.startswith("k") and c < f"k{items + 1}")]
    places = np.random.default_rng(SEED).integers(0, len(frame), rows)
    drawn = frame[names].iloc[places].reset_index(drop=True)
    drawn["id"] = np.arange(rows) + 1.0
    if path.suffix == ".sav":
        pyreadstat.write_sav(
            drawn, str(path), column_labels={c: meta.column_names_to_labels[c] or c for c in names},
            variable_value_labels={c: v for c, v in meta.variable_value_labels.items() if c in names},
            missing_ranges={c: v for c, v in meta.missing_ranges.items() if c in names}, row_compress=True,
        )  # fmt: skip
        return ["-i", "erenhot"]
    _write(drawn.convert_dtypes(), path)
    return ["-i", "erenhot"]


def _write(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        import pyreadstat

        pyreadstat.write_sav(frame, str(path), row_compress=True)
