"""Column names of tables of estimates, which are reserved."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from literacy.errors import LiteracyError
from literacy.messages import tell

COLUMNS = ("estimate", "se", "ci_low", "ci_high", "df", "n", "n_eff", "deff", "method", "reliable")
"""Numeric columns, in the order of the table."""
RESERVED = ("variable", "level", *COLUMNS)
"""Columns that a table always has or may have."""


def refuse_names(names: Iterable[str], taken: Collection[str] = RESERVED, role: str = "by") -> None:
    """Raise an error for domain columns that would overwrite a column of the result.

    Raises
    ------
    LiteracyError
        ``estimate.variable``, naming the column.
    """
    for name in names:
        if name in taken:
            raise LiteracyError(
                "estimate.variable",
                where=f"{role}={name!r}",
                what="is a column of every results table and would overwrite the domains",
                fix=tell("rename the column in the data, for example to {!r}", name + "_"),
            )
