"""Levels to reach by a year."""

from __future__ import annotations

from dataclasses import dataclass

from literacy.instrument.model import Label


@dataclass(frozen=True, slots=True)
class Goal:
    """A share to reach by a year. ``strict``: the rate must exceed it; ``value`` None: not known."""

    area: str
    label: Label
    year: int
    value: float | None
    strict: bool
    source: str
    status: str
    note: Label | None = None
    file: str = ""

    def __str__(self) -> str:
        level = "not known" if self.value is None else f"{'>' if self.strict else '>='} {self.value:.1%}"
        return f"{self.label.en} {self.year}: {level}"
