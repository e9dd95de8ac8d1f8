"""The second stage: households or persons of a list, drawn within each unit of the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.fieldwork.drawing.frames import HEADINGS, plain_heading
from literacy.fieldwork.drawing.selection import MADE, Selection
from literacy.kernels.fieldwork.dice import Dice
from literacy.kernels.fieldwork.draws import draw_simple, draw_systematic
from literacy.messages import tell
from literacy.sampling import Design

ORDERS = ("systematic", "simple")
_HOUSEHOLD = "household 户 户号 户编号 住户编号 household_id person 人员编号 编号 id"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SecondStage(Printable):
    """Households or persons drawn.

    Attributes
    ----------
    table : DataFrame
        The list's rows that were drawn, ``stratum`` and other columns of the unit, ``stage`` (2), ``probability`` (of
        both stages together), ``base_weight`` (one over it), ``order`` (within the unit), ``reserve`` (0), and the
        stages' own ``probability_unit`` and ``probability_within``.
    history : tuple of str
    """

    table: pd.DataFrame
    history: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """The table (a copy)."""
        return self.table.copy()

    def design(self) -> Design:
        """Two stages: units by Brewer's approximation, then simple random within them."""
        strata = "stratum" if "stratum" in self.table else None
        return Design(
            "base_weight",
            strata,
            ("unit", "household"),
            ("probability_unit", "probability_within"),
            pps="brewer",
        )

    def _title(self) -> str:
        return tell(
            "Second stage: {} of the lists of {} units", len(self.table), self.table["unit"].nunique()
        )

    def _notes(self) -> list[str]:
        return list(self.history)


def select_within(selection: Selection, lists: pd.DataFrame, *, method: str = "systematic") -> SecondStage:
    """Draw households or persons from the lists of the units drawn, ``take`` in each.

    Parameters
    ----------
    selection : Selection
        With ``take``. Reserve units are left out: list them when they are released.
    lists : DataFrame
        One row a household or person, with ``unit`` and ``household`` (a number unique within the unit; Chinese heads
        too). Names and the like are not needed and should not be in it.
    method : {"systematic", "simple"}
        Along the list at equal distances from a random start, or simple random.

    Returns
    -------
    SecondStage
        Probabilities follow from the lists as they are, not from the sizes of the frame.

    Raises
    ------
    LiteracyError
        ``frame.invalid``: a unit drawn without a list, double or empty numbers; ``plan.size``: a list shorter than
        ``take``.

    Examples
    --------
    >>> import pandas as pd
    >>> from literacy.fieldwork import select
    >>> drawn = select(pd.DataFrame({"unit": ["a", "b"], "size": [4, 6]}), 1, seed=2, take=2)
    >>> people = pd.DataFrame({"unit": ["a"] * 4 + ["b"] * 6, "household": list(range(4)) + list(range(6))})
    >>> len(select_within(drawn, people).table)
    2
    """
    option("method", method, ORDERS)
    if "take" not in selection.table:
        raise LiteracyError(
            "plan.size",
            where="take",
            what="the number per unit is not given",
            fix="draw the units with take=",
        )
    table = _arrange(lists)
    main = selection.table[selection.table["reserve"] == 0]
    parts = []
    for row in main.to_dict("records"):
        unit = str(row["unit"])
        own = table[table["unit"] == unit]
        if own.empty:
            raise LiteracyError(
                "frame.invalid",
                where=tell("lists: unit {!r}", unit),
                what="has no list",
                fix="add its list of households",
            )
        take = int(row["take"])
        if take > len(own):
            raise LiteracyError(
                "plan.size",
                where=tell("lists: unit {!r}", unit),
                what=tell("{} to be drawn of {} listed", take, len(own)),
                fix="take fewer, or list all households",
            )
        dice = Dice(selection.seed, f"within|{method}|{unit}")
        if method == "simple":
            at = sorted(draw_simple(len(own), take, dice))
        elif take == len(own):
            at = list(range(take))
        else:
            at = draw_systematic([1] * len(own), take, dice.throw())
        chosen = own.iloc[at].reset_index(drop=True)
        kept = {
            k: v
            for k, v in row.items()
            if str(k) not in (*MADE, "units", "take", "within") and str(k) not in chosen
        }
        inside = take / len(own)
        chance = float(row["probability"]) * inside
        unit_columns = {str(k): v for k, v in kept.items()}
        parts.append(chosen.assign(
            **unit_columns, stage=2, probability=chance, base_weight=1 / chance, order=np.arange(take) + 1, reserve=0,
            probability_unit=row["probability"], probability_within=inside,
        ))  # fmt: skip
    out = pd.concat(parts, ignore_index=True)
    first = ["unit", "household", *[c for c in ("stratum",) if c in out]]
    out = out[[*first, *[c for c in out.columns if c not in first]]]
    told = tell(
        "{} drawn from the lists ({}, seed {}); base weights {:.4g} to {:.4g}",
        len(out),
        method,
        selection.seed,
        out["base_weight"].min(),
        out["base_weight"].max(),
    )
    return SecondStage(out, (*selection.history, told))


def _arrange(lists: pd.DataFrame) -> pd.DataFrame:
    """Columns ``unit`` and ``household`` as texts, checked."""
    from literacy.fieldwork.progress.visits import as_label

    names = {}
    for role, words in (("unit", HEADINGS["unit"]), ("household", _HOUSEHOLD)):
        known = {plain_heading(w) for w in words.split()}
        met = [str(c) for c in lists.columns if str(c) == role] or [
            str(c) for c in lists.columns if plain_heading(str(c)) in known
        ]
        if not met:
            raise LiteracyError(
                "frame.invalid",
                where="lists",
                what=tell("no column {}", role),
                fix="name the columns unit and household",
            )
        names[met[0]] = role
    table = lists.rename(columns=names).reset_index(drop=True)
    table["unit"], table["household"] = table["unit"].map(as_label), table["household"].map(as_label)
    bad = table.duplicated(["unit", "household"]) | (table["household"] == "")
    if bad.any():
        raise LiteracyError(
            "frame.invalid",
            where="lists: household",
            what=tell("empty or duplicated within its unit in {} rows", int(bad.sum())),
            fix="number the households of a unit",
        )
    return table
