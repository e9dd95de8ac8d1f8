"""Metadata that a format can store besides the cells: labels, value labels, missing codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from literacy.instrument.definitions import Code, Label, Option


@dataclass(frozen=True, slots=True)
class Description:
    """Label, options and user-missing codes by column."""

    labels: Mapping[str, Label] = field(default_factory=dict)
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    missing: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
