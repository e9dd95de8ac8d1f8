"""The ``literacy`` command: lazy loading of subcommands, and errors as a single message."""

from __future__ import annotations

import contextlib
import gettext
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import click

from literacy._nearest import guess_word
from literacy._texts import show_controls
from literacy.cli.help_texts import localized_command, requested_language
from literacy.errors import LiteracyError
from literacy.messages import LANGUAGES, PLACE, VARIABLE, language, speak, tell
from literacy.provenance import __version__

INTERRUPTED, CLOSED = 130, 141
"""Exit codes after Ctrl-C, and after the reader of the output has exited, as in a shell."""

ENDED = ("SIGINT", "SIGTERM", "SIGHUP")

COMMANDS: dict[str, str] = {
    "demo": "Run the main job on the synthetic sample survey.",
    "sample": "Plan and draw a sample, and print the field documents.",
    "field": "Monitor fieldwork from its visit log, and close it.",
    "check": "Flag suspicious responses, with reasons; nothing is deleted.",
    "score": "Score a questionnaire file: one row per respondent.",
    "weight": "Weight a survey to population margins.",
    "estimate": "Estimate shares, means and totals with their uncertainty.",
    "tabulate": "Tabulate the answers to every question.",
    "margins": "Population totals: a workbook to fill in, and a check of it.",
    "compare": "Compare two waves: change, test, and decomposition of the change.",
    "model": "Regress an outcome on several variables, accounting for the design.",
    "items": "Analyse every item of a test, and the reliability of its score.",
    "dif": "Test whether items function differently in two groups (DIF).",
    "irt": "Fit an item response model: difficulty and discrimination of every item.",
    "link": "Link this year's scale to an earlier one through common items.",
    "form": "Assemble forms of a test from a bank of items.",
    "project": "Project the share of literate citizens towards the goal.",
    "scenario": "Project the groups, and ask what another pace, other shares or effort would change.",
    "backtest": "Backtest forecasting methods on published series.",
    "plan": "Show the city's plan, its scoreboard, and the returns completed by its offices.",
    "report": "Produce the annual report: tables, figures and documents.",
    "notebooks": "Copy the notebooks that come with the program.",
    "survey": "List, show and check surveys, and match a file with a survey.",
}
"""Command -> one-line description; each is defined as ``command`` in the module ``literacy.cli.<command>``."""


class Commands(click.Group):
    """A group that imports a command only when it is called, so that ``--help`` is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names in the order of the workflow."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command with the given name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"literacy.cli.{cmd_name}").command
        return localized_command(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section(tell("Commands")):
            formatter.write_dl([(name, tell(text)) for name, text in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve as click does, but name the nearest command in errors."""
        name = str(args[0])
        if name not in COMMANDS and not name.startswith("-"):
            guess = guess_word(name, COMMANDS)
            ctx.fail(tell("no such command '{}'", name) + (f"; {guess}" if guess else ""))
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *more: Any, **options: Any) -> Any:
        """Run a command line; without *args* that of the process, with orderly termination on signals."""
        if args is None:
            _occupy_handles()
            _end_in_order()
        with speak(requested_language(sys.argv[1:] if args is None else args, self) or language()):
            gettext.bindtextdomain("messages", PLACE)  # click's own messages are in the same catalogue
            return localized_command(self)._run(args, *more, **options)

    def _run(self, args: Sequence[str] | None, *more: Any, **options: Any) -> Any:
        try:
            return super().main(args, *more, **options)
        except SystemExit as end:
            if end.code in (0, None):
                self._flush()
            raise
        except OSError as error:  # of a stream, which has no file name: the help could not be written
            if error.filename is not None:
                raise
            _refuse_stdout(error)

    def _flush(self) -> None:
        """Verify that standard output accepted all data; else discard the rest, so that exit cannot fail again."""
        try:
            if sys.stdout is not None and not sys.stdout.closed:
                sys.stdout.flush()
        except BrokenPipeError:
            _leave_streams()
            raise SystemExit(CLOSED) from None
        except OSError as error:
            _refuse_stdout(error)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a LiteracyError becomes one message on stderr and exit code 1."""
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            _check_language()
            return super().invoke(ctx)
        except LiteracyError as error:
            self.fail(ctx, error)
        except MemoryError:
            self.fail(ctx, _too_large())
        except RecursionError:
            self.fail(ctx, _too_deep())
        except ModuleNotFoundError as error:
            self.fail(ctx, _absent(error))
        except BrokenPipeError:  # the reader of the output has exited
            _leave_streams()
            ctx.exit(CLOSED)
        except OSError as error:
            self.fail(ctx, _refused(error))
        except click.UsageError as error:
            raise click.UsageError(show_controls(error.format_message()), error.ctx) from None
        except KeyboardInterrupt:
            click.echo(tell("interrupted"), err=True)
            ctx.exit(INTERRUPTED)

    def fail(self, ctx: click.Context, error: LiteracyError) -> NoReturn:
        """Print the error message and exit with code 1."""
        with contextlib.suppress(OSError):  # standard error may be full or closed as well
            click.secho(tell("error"), fg="red", bold=True, err=True, nl=False, color=ctx.color)
            click.echo(f" {self.message(ctx, error)}", err=True)
        if error.where == tell("standard output"):
            _leave_streams()
        ctx.exit(1)

    def message(self, ctx: click.Context, error: LiteracyError) -> str:
        """Return the error message; the temporary file that holds standard input is called standard input."""
        from literacy.cli.options import KEPT

        kept = ctx.meta.get(KEPT)
        return str(error).replace(kept, tell(Path(kept).name)) if kept else str(error)


def _refuse_stdout(error: OSError) -> NoReturn:
    """Print a message that standard output cannot be written, and exit with code 1."""
    from literacy.files import stdout_error

    _leave_streams()
    click.echo(f"{tell('error')} {stdout_error(error.strerror or str(error))}", err=True)
    raise SystemExit(1) from None


def _leave_streams() -> None:
    """Prevent further writing to streams that cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
            continue
        with contextlib.suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _occupy_handles() -> None:
    """Occupy file descriptors 0, 1 and 2 if closed by the shell, so that no file is opened with them."""
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(handle)


def _end_in_order() -> None:
    """On INT, TERM and HUP, remove temporary files, then exit with the code a shell would report."""
    numbers = [getattr(signal, name) for name in ENDED if hasattr(signal, name)]

    def end(number: int, _: FrameType | None) -> None:
        for one in numbers:
            signal.signal(one, signal.SIG_IGN)
        files = sys.modules.get("literacy.files.leftovers")
        if files is not None and hasattr(files, "clear_leftovers"):  # not while it is being loaded
            if files.end_later(lambda: end(number, None)):
                return
            files.clear_leftovers()
        if number == signal.SIGINT:
            with contextlib.suppress(OSError, RuntimeError):
                os.write(2, f"{tell('interrupted')}\n".encode())
        os._exit(128 + number)

    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, end)


def _check_language() -> None:
    """Raise an error if the environment requests a language that is not available."""
    value = os.environ.get(VARIABLE, "")
    if value.casefold()[:2] not in ("", *LANGUAGES):
        raise LiteracyError(
            "cli.usage",
            where=VARIABLE,
            what=tell("'{}' is not a language of this program", value),
            fix="set it to zh or en",
        )


def _too_large() -> LiteracyError:
    return LiteracyError(
        "io.limit",
        where="memory",
        what="there is not enough memory for this",
        fix="close other programs, use a machine with more memory, or give fewer rows or columns",
    )


def _refused(error: OSError) -> LiteracyError:
    """Return the error for an operation that the system refused."""
    return LiteracyError(
        "io.write",
        where=str(error.filename or tell("this machine")),
        what=error.strerror or str(error),
        fix="check the file or folder, its permissions and free space",
    )


def _too_deep() -> LiteracyError:
    return LiteracyError("io.limit", where="input", what="it is nested too deeply", fix="reduce the nesting")


def _absent(error: ModuleNotFoundError) -> LiteracyError:
    """Return the error for a library that is not installed."""
    library = (error.name or "").partition(".")[0]
    if not library or library == "literacy":
        raise error
    return LiteracyError(
        "cli.usage",
        where="installation",
        what=tell("the library {} is missing", library),
        fix="reinstall, in the project folder: pip install .",
    )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="literacy %(version)s")
def main() -> None:
    """Estimate the share of scientifically literate citizens, and the probability of reaching the goal.

    \b
    Example:
      literacy demo
      literacy score survey.sav -o scored.csv
      literacy estimate scored.csv --share literate --by group
    """
