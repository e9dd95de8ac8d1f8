"""Tables of item parameters: one row per item, on the reported scale, with standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._nearest import guess_word
from literacy.errors import LiteracyError
from literacy.kernels.psychometrics.layout import Layout, lay_out
from literacy.messages import tell
from literacy.psychometrics.arguments import require_table

Floats = NDArray[np.float64]

KINDS = {
    "rasch": "divide", "1pl": "divide", "2pl": "divide", "3pl": "guess", "pcm": "divide", "gpcm": "divide",
    "grm": "graded",
}  # fmt: skip
"""Response function of each model."""
TIES = {"rasch": "rasch", "pcm": "rasch", "1pl": "1pl"}
"""Models whose items share one slope, with the name of the group of items that share it."""
DICHOTOMOUS = ("rasch", "1pl", "2pl", "3pl")


@dataclass(frozen=True, slots=True)
class Bank:
    """Items with known parameters.

    Attributes
    ----------
    items, models : tuples of str
    layout : Layout
        All parameters fixed at their values.
    whole : (p,) array
        Parameter values: those of the items, then the mean and log standard deviation of each group.
    covariance : (p, p) array
        Covariance of ``whole``: zero for fixed parameters, NaN for parameters that could not be determined.
    """

    items: tuple[str, ...]
    models: tuple[str, ...]
    layout: Layout
    whole: Floats
    covariance: Floats

    def values(self, item: int) -> Floats:
        """Return the parameters of one item."""
        return self.whole[self.layout.starts[item] : self.layout.starts[item + 1]]


def tabulate_bank(bank: Bank) -> pd.DataFrame:
    """Tabulate a bank, one row per item.

    Columns: item, model, categories, a, d, b, g; d1 …, b1 … where items have several categories; ``se_`` of each.
    """
    rows = [_row(bank, j) for j in range(len(bank.items))]
    deep = max((int(k) for k in bank.layout.categories), default=2) - 1
    names = ["a", "d", "b", "g"]
    if deep > 1 or "grm" in bank.models or "gpcm" in bank.models or "pcm" in bank.models:
        names += [f"d{k}" for k in range(1, deep + 1)] + [f"b{k}" for k in range(1, deep + 1)]
    columns = ["item", "model", "categories", *names, *(f"se_{n}" for n in names)]
    return pd.DataFrame(rows).reindex(columns=columns)


def _row(bank: Bank, j: int) -> dict[str, Any]:
    kind, k = bank.layout.kinds[j], int(bank.layout.categories[j])
    values = bank.values(j)
    part = slice(int(bank.layout.starts[j]), int(bank.layout.starts[j + 1]))
    cover = bank.covariance[part, part]
    a = float(values[0])
    row: dict[str, Any] = {"item": bank.items[j], "model": bank.models[j], "categories": k, "a": a, "g": 0.0}
    row["se_a"] = _root(cover[0, 0])
    for c in range(1, k):
        weights = np.zeros(len(values))
        weights[c] = 1.0
        if kind == "divide" and c > 1:
            weights[c - 1] = -1.0
        threshold = -float(weights @ values) / a if a else float("nan")
        slope = -weights / a if a else np.full(len(values), np.nan)
        slope[0] = -threshold / a if a else np.nan
        row |= {f"d{c}": float(values[c]), f"se_d{c}": _root(cover[c, c])}
        row |= {f"b{c}": threshold, f"se_b{c}": _root(float(slope @ cover @ slope))}
    if k == 2:
        row |= {"d": row["d1"], "b": row["b1"], "se_d": row["se_d1"], "se_b": row["se_b1"]}
    if kind == "guess":
        g = 1 / (1 + float(np.exp(-values[2])))
        row |= {"g": g, "se_g": g * (1 - g) * _root(cover[2, 2])}
    return row


def _root(variance: float) -> float:
    """Return the standard error for a variance; NaN where the parameter was not estimated."""
    return float(np.sqrt(variance)) if variance > 0 else float("nan")


def read_bank(table: pd.DataFrame, where: str) -> Bank:
    """Read items with known parameters from a table.

    Parameters
    ----------
    table : DataFrame
        Columns ``item``, ``a`` and ``b`` (or ``d``), and ``g`` where items can be guessed; for items with several
        categories ``d1`` … or ``b1`` … with a column ``model`` (gpcm, pcm, grm).
    where : str
        Name of the table in error messages.

    Raises
    ------
    LiteracyError
        ``psychometrics.items`` for missing columns or values.
    """
    require_table(table, where)
    if "item" not in table.columns or "a" not in table.columns:
        raise LiteracyError(
            "psychometrics.items", where=where, what=tell("columns {}", ', '.join(map(str, table.columns))),
            fix="give item, a and b (or d), and g where items are guessed",
        )  # fmt: skip
    items = tuple(str(i) for i in table["item"])
    if len(set(items)) < len(items):
        raise LiteracyError(
            "psychometrics.items",
            where=where,
            what="an item appears there twice",
            fix="keep one row per item",
        )
    kinds, categories, fixed, models = [], [], {}, []
    for j, row in enumerate(table.to_dict("records")):
        kind, values, model = _values(row, where)
        kinds.append(kind)
        fixed[j] = values
        models.append(model)
        categories.append(2 if kind == "guess" else len(values))
    layout = lay_out(kinds, categories, [""] * len(items), 1, fixed)
    whole = layout.whole(np.zeros(0))
    return Bank(items, tuple(models), layout, whole, np.zeros((len(whole), len(whole))))


def _values(row: dict[Any, Any], where: str) -> tuple[str, Floats, str]:
    def number(name: str) -> float:
        value = row.get(name)
        if value is None or pd.isna(value):
            return float("nan")
        try:
            return float(value)
        except (TypeError, ValueError):
            raise LiteracyError(
                "psychometrics.items", where=f"{where}: {row['item']}", what=tell("{}: {!r} is no number", name, value),
                fix="write parameters as numbers",
            ) from None  # fmt: skip

    a, g = number("a"), number("g")
    deep = [k for k in range(1, 30) if np.isfinite(number(f"d{k}")) or np.isfinite(number(f"b{k}"))]
    stated = row.get("model")
    model = str(stated) if stated and not pd.isna(stated) else ("3pl" if g > 0 else "2pl")
    if model not in KINDS:
        raise LiteracyError(
            "psychometrics.model", where=f"{where}: {row['item']}", what=tell("{!r} is unknown", model),
            fix=tell("use one of: {}", ', '.join(KINDS)),
        )  # fmt: skip
    kind = KINDS[model]
    if kind == "guess" or (g > 0 and len(deep) < 2):
        kind, model = "guess", "3pl"
    if deep and kind != "guess" and (len(deep) > 1 or not np.isfinite(number("b") + number("d"))):
        steps = np.array([number(f"d{k}") for k in deep])
        if not np.isfinite(steps).all():
            points = np.array([number(f"b{k}") for k in deep])
            steps = -a * (points if kind == "graded" else np.cumsum(points))
        values = np.concatenate([[a], steps])
    else:
        d = number("d") if np.isfinite(number("d")) else -a * number("b")
        values = np.array([a, d])
    if kind == "guess":
        values = np.append(values, np.log(g / (1 - g)) if 0 < g < 1 else np.nan)
    if not np.isfinite(values).all():
        raise LiteracyError(
            "psychometrics.items", where=f"{where}: {row['item']}", what="a parameter is missing or infinite",
            fix="omit the item, or give all its parameters",
        )  # fmt: skip
    return kind, values, model


def pick_models(model: Any, items: Sequence[str], categories: Sequence[int]) -> tuple[str, ...]:
    """Return one model per item, after checking that each item can be fitted with its model.

    Raises
    ------
    LiteracyError
        ``psychometrics.model`` for unknown models, models that do not match the items, and models for right-or-wrong
        items given to items with more than two categories.
    """
    if isinstance(model, str):
        chosen = [model] * len(items)
    elif isinstance(model, dict):
        unknown = [str(k) for k in model if k not in items]
        absent = [i for i in items if i not in model]
        if unknown or absent:
            raise LiteracyError(
                "psychometrics.model", where="model",
                what=tell("no item {!r}", unknown[0]) if unknown else tell("no model for {!r}", absent[0]),
                fix="give a model for every item",
            )  # fmt: skip
        chosen = [model[i] for i in items]
    else:
        chosen = list(model)
    if len(chosen) != len(items):
        raise LiteracyError(
            "psychometrics.model", where="model", what=tell("{} models for {} items", len(chosen), len(items)),
            fix="give one model, or one per item",
        )  # fmt: skip
    for name, item, k in zip(chosen, items, categories, strict=True):
        if name not in KINDS:
            raise LiteracyError(
                "psychometrics.model", where="model", what=tell("{!r} is unknown", name),
                fix=tell("{} use one of: {}", guess_word(name, KINDS), ', '.join(KINDS)).lstrip(),
            )  # fmt: skip
        if name in DICHOTOMOUS and k > 2:
            raise LiteracyError(
                "psychometrics.model",
                where=tell("model {!r}: {}", name, item),
                what=tell("the item has {} categories", k),
                fix="use pcm, gpcm or grm for it: model={item: model, …}",
            )
    return tuple(chosen)
