"""Several results shown as one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from literacy._display import Printable


@dataclass(frozen=True, slots=True, repr=False)
class Joined(Printable):
    """Several results as one table.

    Attributes
    ----------
    results : pairs of standard and result.
    several : whether there are several standards, which then are a column of the table.
    """

    results: tuple[tuple[str, Any], ...]
    several: bool

    def to_frame(self) -> pd.DataFrame:
        """Return the rows of all results; if there are several standards, prefixed with the standard."""
        frames = []
        for name, result in self.results:
            frame = result.to_frame()
            if self.several:
                frame.insert(0, "standard", name)
            frames.append(frame)
        joined: pd.DataFrame = pd.concat(frames, ignore_index=True)
        return joined

    def _title(self) -> str:
        return ""

    def _notes(self) -> list[str]:
        return list(dict.fromkeys(note for _, result in self.results for note in result._notes()))

    def _unit(self) -> list[str]:
        units: list[str] = []
        for _, result in self.results:
            unit = result._unit()
            units += [unit] * len(result.to_frame()) if isinstance(unit, str) else unit
        return units

    def _known(self, lang: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for _, result in self.results:
            for column, labels in result._known(lang).items():
                found[column] = {**labels, **found.get(column, {})}
        return found

    def _keys(self) -> frozenset[str]:
        return frozenset().union(*(result._keys() for _, result in self.results))

    def _own(self) -> frozenset[str]:
        return frozenset().union(*(result._own() for _, result in self.results))

    def _heads(self) -> dict[str, str]:
        """Return the headings that all results with such a column have in common."""
        named = [
            {c: result._heads().get(c, c) for c in result.to_frame().columns} for _, result in self.results
        ]
        return {
            column: heads[column]
            for heads in named
            for column in heads
            if len({other[column] for other in named if column in other}) == 1
        }
