"""What commands share before they calculate: the data file at its sheet, the options of design and weighting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.errors import LiteracyError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from literacy.files import TableFile
    from literacy.workflow.samples import DesignOptions

SHEET = "literacy.sheet"
"""Where the command line keeps the sheet that was named."""


def chosen_sheet() -> str | None:
    """The sheet named on the command line."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(SHEET)


def open_data(path: str | Path | TableFile, encoding: str | None = None) -> AbstractContextManager[TableFile]:
    """A data file, open, at the sheet named on the command line."""
    from literacy.files import opened

    return opened(path, encoding, chosen_sheet())


def take_options(options: dict[str, Any]) -> DesignOptions:
    """Design and weighting options of a command, as it got them."""
    from literacy.workflow.recipes import take_steps
    from literacy.workflow.samples import DesignOptions

    steps = take_steps(options)
    return DesignOptions(**options, steps=steps)


def one_standard(standards: tuple[str, ...]) -> str:
    """The one standard a command works with; empty = the wave's own."""
    if len(standards) > 1:
        raise LiteracyError(
            "cli.usage",
            where="--standard",
            what="a scored file holds one standard",
            fix="run it once for each standard; literacy estimate shows several side by side",
        )
    return standards[0] if standards else ""
