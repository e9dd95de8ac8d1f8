"""The lines of the contact sheets: all households to be visited, in order."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from literacy.fieldwork.progress.visits import as_label
from literacy.fieldwork.sheets.kish import assign_tables
from literacy.kernels.fieldwork.random_stream import RandomStream
from literacy.sampling.codes import find_column


def sort_units(sample: pd.DataFrame, order: str | Sequence[str] | None) -> pd.DataFrame:
    """Sort the units of a sample by some columns (numbers as numbers), with the reserve last."""
    if order is None:
        return sample
    names = [order] if isinstance(order, str) else list(order)
    keys = pd.DataFrame({"reserve": sample["reserve"]})
    for name in names:
        column = find_column(sample, name, "order")
        number = pd.to_numeric(column, errors="coerce")
        keys[f"by_{name}"] = column.astype(str) if number.isna().any() else number
    return sample.loc[keys.sort_values(list(keys.columns), kind="stable").index].reset_index(drop=True)


def make_lines(sample: pd.DataFrame, seed: int, spare: int = 0) -> pd.DataFrame:
    """Return the lines of the contact sheets, one row per household.

    Parameters
    ----------
    sample : DataFrame
        Sample as returned by ``read_sample``.
    seed : int
        Seed of tables, draws and starts.
    spare : int
        Number of lines in addition to those planned in each unit (samples without households).

    Returns
    -------
    DataFrame
        ``unit, stratum, household, kish`` (table), ``draw`` (a number in [0, 1) that selects the adult on a tablet),
        ``start, step`` (random walk: first dwelling, and interval; 0 if households are listed), ``reserve``.
    """
    rows = []
    for unit, own in sample.groupby("unit", sort=False):
        first = own.iloc[0]
        listed = "household" in own
        take = int(first["take"]) if not listed and "take" in own and pd.notna(first["take"]) else len(own)
        numbers = (
            [as_label(h) for h in own["household"]] if listed else [str(k + 1) for k in range(take + spare)]
        )
        stream = RandomStream(seed, f"sheet|{unit}")
        step = 0 if listed or "size" not in own else max(int(first["size"]) // max(take, 1), 1)
        start = stream.below(step) + 1 if step else 0
        tables = assign_tables(len(numbers), seed, str(unit))
        for number, table in zip(numbers, tables, strict=True):
            rows.append(
                {
                    "unit": str(unit),
                    "stratum": as_label(first["stratum"]) if "stratum" in own else "",
                    "household": number,
                    "kish": table,
                    "draw": round(stream.uniform(), 6),
                    "start": start,
                    "step": step,
                    "reserve": int(first["reserve"]),
                }
            )
    return pd.DataFrame(rows)
