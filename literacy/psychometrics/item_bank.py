"""Item bank: use, difficulty and differential functioning of each item, wave by wave."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.psychometrics.arguments import require_table
from literacy.psychometrics.classical.fairness import Dif
from literacy.psychometrics.classical.itemreport import ItemAnalysis

WAVE = re.compile(r"difficulty_(.+)")
KEPT = ("n", "difficulty", "item_rest", "flags", "dif")


def update_bank(
    bank: pd.DataFrame | None,
    found: ItemAnalysis,
    wave: str,
    about: pd.DataFrame | None = None,
    dif: Dif | None = None,
) -> pd.DataFrame:
    """Add the results of a wave to an item bank.

    Parameters
    ----------
    bank : DataFrame or None
        The existing bank. None starts a new one.
    found : ItemAnalysis
        Results for all respondents together (no ``by``).
    wave : str
        Name of the wave. Results already in the bank for this wave are replaced.
    about : DataFrame, optional
        Column ``item`` and further columns to copy unchanged into the bank (dimension, benchmark).
    dif : Dif, optional
        Mantel-Haenszel results. With several focal groups, each item takes the group with the largest absolute delta.

    Returns
    -------
    DataFrame
        One row per item: item, the columns of *about* and any other columns of the bank, waves, uses; difficulty,
        item_rest, flags and dif (ETS class, with the group unless it is A) at the last use; and for every wave ``n_``,
        ``difficulty_``, ``item_rest_``, ``flags_``, ``dif_``.

    Raises
    ------
    LiteracyError
        ``psychometrics.bank`` where the table is not an item bank, no wave is named, or the results are by group.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [0, 1, 1, 1], "b": [0, 0, 1, 1], "c": [0, 1, 0, 1]})
    >>> bank = lit.update_bank(None, lit.item_analysis(frame), "2025")
    >>> bank[["item", "waves", "difficulty"]].values.tolist()
    [['a', '2025', 0.75], ['b', '2025', 0.5], ['c', '2025', 0.5]]
    """
    wave = str(wave).strip()
    if not wave or "group" in found.table.columns:
        raise LiteracyError(
            "psychometrics.bank", where="wave" if not wave else "by",
            what="no wave is named" if not wave else "the results are of several groups",
            fix="name the wave (--wave)" if not wave else "analyse all respondents together",
        )  # fmt: skip
    if bank is not None:
        require_table(bank, "bank")
    if bank is not None and ("item" not in bank.columns or bank["item"].duplicated().any()):
        raise LiteracyError(
            "psychometrics.bank", where="bank", what="it has no column item, or an item twice",
            fix="give a table with one row per item, such as the one this command writes",
        )  # fmt: skip
    new = found.table[["item", "n", "difficulty", "item_rest", "flags"]].assign(dif="")
    if dif is not None:
        new["dif"] = new["item"].map(_classes(dif)).fillna("")
    new = new.set_index(new["item"].astype(str)).drop(columns="item")
    old = (
        pd.DataFrame(index=pd.Index([], name="item"))
        if bank is None
        else bank.set_index(bank["item"].astype(str))
    )
    old = old.drop(columns=[c for c in ("item", *KEPT[1:], "waves", "uses") if c in old.columns])
    names = [*old.index, *(i for i in new.index if i not in set(old.index))]
    out = old.reindex(names)
    if about is not None:
        for column in (c for c in about.columns if c != "item"):
            values = about.set_index(about["item"].astype(str))[column].reindex(names)
            out[column] = values if column not in out.columns else values.fillna(out[column])
    for column in KEPT:
        out[f"{column}_{wave}"] = new[column].reindex(names)
    waves = sorted({m.group(1) for c in out.columns if (m := WAVE.fullmatch(str(c)))})
    used = {w: out[f"difficulty_{w}"].notna() for w in waves}
    summary = pd.DataFrame(index=out.index)
    summary["waves"] = [", ".join(w for w in waves if used[w][i]) for i in names]
    summary["uses"] = [sum(bool(used[w][i]) for w in waves) for i in names]
    for column in KEPT[1:]:
        summary[column] = [_last(out, column, [w for w in waves if used[w][i]], i) for i in names]
    history = [f"{c}_{w}" for w in waves for c in KEPT if f"{c}_{w}" in out.columns]
    own = out.drop(columns=history)
    made = pd.concat([own, summary, out[history]], axis=1)
    made.index.name = "item"
    return made.reset_index()


def _classes(dif: Dif) -> dict[str, str]:
    """Return the ETS class of every item, with the group in parentheses unless the class is A."""
    out: dict[str, str] = {}
    size: dict[str, float] = {}
    for row in dif.table.to_dict("records"):
        name, delta = str(row["item"]), abs(float(row.get("delta", float("nan"))))
        if name not in size or delta > size[name]:
            size[name] = delta
            grade = str(row["class"])
            out[name] = grade if grade == "A" else f"{grade} ({row.get('focal', dif.focal)})"
    return out


def _last(table: pd.DataFrame, column: str, waves: list[str], item: str) -> Any:
    """Return the value at the last use; for ``dif``, at the last use that has one."""
    for wave in reversed(waves):
        name = f"{column}_{wave}"
        value: Any = table.at[item, name] if name in table.columns else None
        if not pd.isna(value) and value != "":
            return value
        if column != "dif":
            break
    return "" if column in ("flags", "dif") else float("nan")


def describe_update(bank: pd.DataFrame, wave: str) -> str:
    """Return a one-line summary of the bank."""
    column = f"difficulty_{wave}"
    return tell("bank: {} items, {} of them used in {}", len(bank), int(bank[column].notna().sum()), wave)
