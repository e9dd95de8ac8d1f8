"""The ``literacy`` command itself: finds its subcommands and turns errors into one clear message."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from literacy.errors import LiteracyError
from literacy.provenance import __version__

INTERRUPTED, CLOSED = 130, 141
"""Exit codes after Ctrl-C, and where the program that read the output has gone: those a shell gives."""

COMMANDS: dict[str, str] = {
    "demo": "Run the main job on the synthetic sample survey.",
    "sample": "Plan and draw a sample, and print what the field needs.",
    "field": "Follow the field by its visit log, and close it.",
    "check": "Flag answers that look wrong, with reasons; nothing is deleted.",
    "score": "Score a questionnaire file: one row per respondent.",
    "weight": "Weight a survey to population margins.",
    "estimate": "Estimate shares, means and totals with their uncertainty.",
    "margins": "Population totals: a workbook to fill in, and a look at it.",
    "compare": "Compare two waves: change, test, and what the change is made of.",
    "model": "Regress on several variables at once, with the design accounted for.",
    "irt": "Fit an item response model: how hard and how telling every item is.",
    "link": "Link this year's scale to an earlier one by common items.",
    "project": "Project the share of literate citizens to the goal.",
    "backtest": "Try forecasting methods on published history.",
    "plan": "Show the city's plan, its scoreboard, and the return its offices fill in.",
    "report": "Draw the annual report's figures, with the CSV they are drawn from.",
    "survey": "List, show and check surveys, and match a file with one.",
}
"""Command -> one line; each lives in the module ``literacy.cli.<command>`` as ``command``."""


class Commands(click.Group):
    """A group that imports a command when it is called, so that ``--help`` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"literacy.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but naming the nearest command."""
        name = str(args[0])
        if name not in COMMANDS and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            ctx.fail(f"no such command '{name}'" + (f"; did you mean '{near[0]}'?" if near else ""))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run; a LiteracyError becomes one message on stderr and exit code 1."""
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except LiteracyError as error:
            click.secho("error", fg="red", bold=True, err=True, nl=False, color=ctx.color)
            click.echo(f" {self.tell(ctx, error)}", err=True)
            ctx.exit(1)
        except ModuleNotFoundError as error:
            click.echo(f"error {_absent(error)}", err=True)
            ctx.exit(1)
        except BrokenPipeError:  # who read the output has read enough
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, ValueError):
                    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            ctx.exit(CLOSED)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)

    def tell(self, ctx: click.Context, error: LiteracyError) -> str:
        """The message; the file that standard input is kept in is called standard input."""
        from literacy.cli.options import KEPT

        kept = ctx.meta.get(KEPT)
        return str(error).replace(kept, Path(kept).name) if kept else str(error)


def _absent(error: ModuleNotFoundError) -> LiteracyError:
    """The message for a library that is not installed."""
    library = (error.name or "").partition(".")[0]
    if not library or library == "literacy":
        raise error
    return LiteracyError(
        "cli.usage",
        where="installation",
        what=f"the library {library} is missing",
        fix="install again, in the folder of the project: pip install .",
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="literacy %(version)s")
def main() -> None:
    """Turn questionnaires into the share of scientifically literate citizens, and into the chance of the goal.

    \b
    Example:
      literacy demo
      literacy score survey.sav -o scored.csv
      literacy estimate scored.csv --share literate --by group
    """
