"""Opening of data files, and collection of design and weighting options, for all commands."""

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
"""Key of the click context under which the sheet name is stored."""


def chosen_sheet() -> str | None:
    """Return the sheet named on the command line."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(SHEET)


def open_data(path: str | Path | TableFile, encoding: str | None = None) -> AbstractContextManager[TableFile]:
    """Open a data file, at the sheet named on the command line."""
    from literacy.files import opened

    return opened(path, encoding, chosen_sheet())


def take_options(options: dict[str, Any]) -> DesignOptions:
    """Return the design and weighting options of a command, removed from *options*."""
    from literacy.workflow.recipes import take_steps
    from literacy.workflow.samples import DesignOptions

    steps = take_steps(options)
    return DesignOptions(**options, steps=steps)


def one_standard(standards: tuple[str, ...]) -> str:
    """Return the single standard of a command; empty means that of the wave."""
    if len(standards) > 1:
        raise LiteracyError(
            "cli.usage",
            where="--standard",
            what="a scored file contains a single standard",
            fix="run it once for each standard; literacy estimate shows several side by side",
        )
    return standards[0] if standards else ""
