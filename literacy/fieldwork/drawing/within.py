"""Second-stage selection: households or persons from lists of the selected units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.fieldwork.drawing.frames import HEADINGS, plain_heading
from literacy.fieldwork.drawing.selection import MADE, Selection
from literacy.kernels.fieldwork.draws import draw_simple, draw_systematic
from literacy.kernels.fieldwork.random_stream import RandomStream
from literacy.messages import tell
from literacy.sampling import Design

ORDERS = ("systematic", "simple")
_HOUSEHOLD = "household 户 户号 户编号 住户编号 household_id person 人员编号 编号 id"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SecondStage(Printable):
    """Selected households or persons.

    Attributes
    ----------
    table : DataFrame
        The selected rows of the list with ``stratum`` and other columns of the unit, ``stage`` (2), ``probability`` (of
        both stages combined), ``base_weight`` (its inverse), ``order`` (within the unit), ``reserve`` (0), and the
        stagewise ``probability_unit`` and ``probability_within``.
    history : tuple of str
    """

    table: pd.DataFrame
    history: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def design(self) -> Design:
        """Return the two-stage design: units by Brewer's approximation, simple random sampling within them."""
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
    """Select ``take`` households or persons from the list of each selected unit.

    Parameters
    ----------
    selection : Selection
        A selection with ``take``. Reserve units are ignored; supply their lists when they are released.
    lists : DataFrame
        One row per household or person, with ``unit`` and ``household`` (a number unique within the unit; Chinese
        headings are accepted). Names are not needed and should not be included.
    method : {"systematic", "simple"}
        Systematic selection from a random start, or simple random sampling.

    Returns
    -------
    SecondStage
        Probabilities are based on the lists, not on the sizes in the frame.

    Raises
    ------
    LiteracyError
        ``frame.invalid``: a selected unit without a list, duplicate or empty numbers; ``plan.size``: a list shorter
        than ``take``.

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
        stream = RandomStream(selection.seed, f"within|{method}|{unit}")
        if method == "simple":
            at = sorted(draw_simple(len(own), take, stream))
        elif take == len(own):
            at = list(range(take))
        else:
            at = draw_systematic([1] * len(own), take, stream.next_integer())
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
    sentence = tell(
        "{} drawn from the lists ({}, seed {}); base weights {:.4g} to {:.4g}",
        len(out),
        method,
        selection.seed,
        out["base_weight"].min(),
        out["base_weight"].max(),
    )
    return SecondStage(out, (*selection.history, sentence))


def _arrange(lists: pd.DataFrame) -> pd.DataFrame:
    """Return the checked list with columns ``unit`` and ``household`` as texts."""
    from literacy.fieldwork.progress.visits import as_label

    names = {}
    for role, headings in (("unit", HEADINGS["unit"]), ("household", _HOUSEHOLD)):
        known = {plain_heading(w) for w in headings.split()}
        matches = [str(c) for c in lists.columns if str(c) == role] or [
            str(c) for c in lists.columns if plain_heading(str(c)) in known
        ]
        if not matches:
            raise LiteracyError(
                "frame.invalid",
                where="lists",
                what=tell("no column {}", role),
                fix="name the columns unit and household",
            )
        names[matches[0]] = role
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
