"""Limits of the quality check given on the command line."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING

from literacy.errors import LiteracyError
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.quality import Limits


def read_limits(wanted: tuple[str, ...]) -> Limits:
    """Return the default limits with those of the command line replaced.

    Raises
    ------
    LiteracyError
        ``cli.usage`` for an unknown limit, or a value that is not a positive number (``unlikely``: negative).
    """
    from literacy.quality import Limits

    kinds = {f.name: int if isinstance(f.default, int) else float for f in fields(Limits)}
    changes: dict[str, float] = {}
    for text in wanted:
        name, sign, value = text.partition("=")
        if not sign or name not in kinds:
            raise LiteracyError(
                "cli.usage", where=f"--limit {text}", what="is not NAME=VALUE of a known limit",
                fix=tell("the limits are {}", ', '.join(kinds)),
            )  # fmt: skip
        try:
            number = kinds[name](value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or (number >= 0 if name == "unlikely" else number <= 0):
            raise LiteracyError(
                "cli.usage", where=f"--limit {text}", what=tell("{} is not a valid value of that "
                                                                "limit", value or 'nothing'),
                fix=tell("the default is {}={:g}", name, getattr(Limits(), name)),
            )  # fmt: skip
        changes[name] = number
    return Limits(**changes)  # type: ignore[arg-type]  # each value was converted by the type of its default
