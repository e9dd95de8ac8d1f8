"""Answers in a block of rows, stored as positions in tables of codes; columns are built only as far as requested."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from literacy.answers.coding.coded import Coded
    from literacy.instrument import Instrument, Wave
    from literacy.provenance import Source


@dataclass(frozen=True, slots=True)
class CodedAnswers:
    """Answers in a block of rows of a file.

    Attributes
    ----------
    frame : DataFrame
        As in :class:`literacy.Responses`, for all items or for those whose columns are requested.
    coded : mapping
        Coded answers to every item in the file.
    kinds : (items, n) int8
        Kind of missing value for every item of the instrument.
    instrument, wave, source, history, absent
        As in :class:`literacy.Responses`.
    wanted : collection of str, optional
        Columns requested of the result computed from the answers; None means all.
    paradata : DataFrame, optional
        As in :class:`literacy.Responses`, if requested.
    """

    frame: pd.DataFrame
    coded: Mapping[str, Coded]
    kinds: NDArray[np.int8]
    instrument: Instrument
    wave: Wave
    source: Source | None
    history: tuple[str, ...]
    absent: tuple[str, ...]
    wanted: Collection[str] | None = None
    paradata: pd.DataFrame | None = None

    def keep(self, rows: NDArray[np.bool_]) -> CodedAnswers:
        """Keep the rows where a boolean array is true."""
        if rows.all():
            return self
        coded = {
            name: replace(
                one,
                kinds=one.kinds[rows],
                positions=one.positions[rows] if one.numbers is None else one.positions,
                numbers=None if one.numbers is None else one.numbers[rows],
            )
            for name, one in self.coded.items()
        }
        return replace(
            self,
            frame=self.frame.loc[rows].reset_index(drop=True),
            coded=coded,
            kinds=self.kinds[:, rows],
            paradata=None if self.paradata is None else self.paradata.loc[rows].reset_index(drop=True),
        )


def find_items(
    instrument: Instrument, wave: Wave, wanted: Collection[str], columns: Iterable[str]
) -> set[str]:
    """Return the items needed as columns for the requested columns, the universes, the groups and the design."""
    names = {*wanted, *(c.column for u in instrument.universes for c in u.all_of)}
    names |= {c.column for g in instrument.groups for some in g.any_of for c in some}
    design = wave.design.resolve((*columns, *(i.name for i in instrument.items)))
    names |= {n for n in (design.weight, design.strata, *design.psu, *design.fpc) if n}
    names |= {r.column for r in instrument.recodes if r.name in names}
    for item in instrument.items:
        if item.type == "text" or not names.isdisjoint(f"{item.name}_{o.code}" for o in item.options):
            names.add(item.name)
    return names
