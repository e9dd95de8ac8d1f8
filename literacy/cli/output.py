"""Output of commands: data to files or stdout, messages to stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from literacy._texts import encode_utf8, show_controls
from literacy.errors import LiteracyError
from literacy.messages import language, tell

if TYPE_CHECKING:
    import pandas as pd

    from literacy.files import Filling
    from literacy.instrument import Instrument


def say(*lines: object) -> None:
    """Print messages to stderr."""
    for line in lines:
        click.echo(show_controls(tell(str(line))), err=True)


@contextmanager
def show_progress(label: str, *, long: bool) -> Iterator[Callable[[float], None] | None]:
    """Show a progress bar on stderr for *long* work at a terminal; yields a function of the fraction done."""
    if not long or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr, show_pos=False) as bar:
        yield lambda share: bar.update(int(1000 * share) - bar.pos)


def show_stages(count: int) -> Callable[[str], None]:
    """Show a line with the remaining time on stderr at the start of each of *count* stages, if it is a terminal."""
    import time

    began = time.monotonic()
    done = 0

    def begin(name: str) -> None:
        nonlocal done
        if sys.stderr is None or not sys.stderr.isatty():
            return
        left = (time.monotonic() - began) / done * (count - done) if done else 0.0
        done += 1
        say(f"[{done}/{count}] {name}" + (tell(", about {:.0f} s left", left) if done > 1 else ""))

    return begin


@dataclass(frozen=True, slots=True)
class Output:
    """Destination and format of a command's result; created from ``-o`` and ``--format`` before the work begins.

    Attributes
    ----------
    path : str
        Output file; ``-`` is standard output.
    form : str
        A format of :mod:`literacy.files.writing.output_formats`.
    """

    path: str
    form: str

    def write(
        self,
        result: Any,
        lang: str | None = None,
        *,
        notes: Sequence[str] = (),
        shown: pd.DataFrame | None = None,
    ) -> None:
        """Write a result or data frame; with *lang*, formatted for display (as *shown*, if given).

        Notes (of the result, and *notes*) that the format cannot contain are printed to stderr; workbooks have them on
        a separate sheet.
        """
        import pandas as pd

        from literacy import _display
        from literacy._readable import one_language

        bare = isinstance(result, pd.DataFrame)
        asked = lang
        lang = lang or (None if language() == "en" else language())
        frame = result if bare else result.to_frame()
        notes = list(dict.fromkeys(map(str, [*([] if bare else result._notes()), *notes])))
        heading = "" if bare else result._title()
        if self.form in ("table", "html", "md"):
            given = shown is not None
            if shown is None:
                shown = frame if bare or (asked and not result._brief) else result._summary()
                shown = for_readers(result, shown, lang) if lang else one_language(shown, "en")
            whole = max(len(shown), 1)
            keys = _display.KEYS if bare else result._keys()
            if self.form == "html":
                body = page_body(heading, _display.format_html(shown, whole, keys=keys), notes)
                self.text(_display.format_document(heading or "literacy", body, lang or "en"))
            elif self.form == "md":
                parts = [f"**{heading}**"] if heading else []
                parts += [_display.format_markdown(shown, whole, keys), "\n".join(f"- {n}" for n in notes)]
                self.text("\n\n".join(p for p in parts if p) + "\n")
            elif bare:
                self.text(_display.format_table(shown) + "\n")
                say(*(f"· {n}" for n in notes))
            elif asked or given:
                lines = [heading, _display.format_table(shown, keys=keys), *(f"· {n}" for n in notes)]
                self.text("\n".join(line for line in lines if line) + "\n")
            else:
                self.text(f"{result}\n")
            return
        if shown is None and lang and self.form == "xlsx":
            shown = for_readers(result, frame, lang)
        if asked and self.form != "xlsx":
            say(
                tell(
                    "· --lang {} applies to tables, html, md and xlsx: in {} names and numbers are "
                    "left as in the data",
                    lang,
                    self.form,
                )
            )
        self.data(frame, notes=notes, shown=shown)
        say(*(f"· {n}" for n in notes))

    def text(self, text: str) -> None:
        """Write a text, without control characters that a terminal would interpret."""
        self.put(encode_utf8(show_controls(text)))

    def put(self, data: bytes) -> None:
        """Write bytes to the file, atomically, or to standard output."""
        from literacy.files import write_atomic

        write_atomic(self.path, data)
        self.report()

    def data(
        self, frame: pd.DataFrame, instrument: Instrument | None = None, notes: Sequence[str] = (),
        shown: pd.DataFrame | None = None,
    ) -> None:  # fmt: skip
        """Write a data table; contents that the format cannot represent are reported."""
        from literacy.answers import write_table

        refuse_screen(self.path, self.form)
        changed = write_table(frame, self.path, instrument, form=self.form, notes=notes, shown=shown)
        self.report(changed)

    def report(self, changed: Sequence[str] = ()) -> None:
        """Report what was written, and contents the format could not represent."""
        if self.path != "-":
            say(tell("wrote {}", self.path))
        say(*(f"· {n}" for n in changed))


def refuse_screen(path: str, form: str) -> None:
    """Raise an error if a workbook would be written to a terminal.

    Raises
    ------
    LiteracyError
        ``cli.usage``
    """
    from literacy.files.writing.output_formats import BINARY

    if path == "-" and form in BINARY and sys.stdout is not None and sys.stdout.isatty():
        raise LiteracyError(
            "cli.usage", where="-o", what=tell("a {} file cannot be shown here", form),
            fix="give a file name: -o FILE",
        )  # fmt: skip


def page_body(heading: str, table: str, notes: Sequence[str]) -> str:
    """Return heading, table and notes of an HTML page."""
    import html

    items = "".join(f"<li>{html.escape(show_controls(n))}</li>" for n in notes)
    head = f"<h1>{html.escape(show_controls(heading))}</h1>" if heading else ""
    end = f'<ul class="note">{items}</ul>' if items else ""
    return f"{head}{table}{end}"


def refuse_overwrite(path: str | Path) -> None:
    """Raise an error if a command would overwrite one of its input files.

    Raises
    ------
    LiteracyError
        ``io.write`` if *path* is an input file of the running command.
    """
    from literacy.files import refuse_inputs

    ctx = click.get_current_context(silent=True)
    if ctx is not None:
        refuse_inputs(path, _inputs(ctx))


@contextmanager
def fill_output(out: str | Path) -> Iterator[Filling]:
    """Provide a new folder for tables and figures that replaces *out* at the end; removed files are reported.

    Raises
    ------
    LiteracyError
        ``io.write`` if the folder cannot be written, or a file to be removed is an input of the running command.
    """
    from literacy.files import fill_folder
    from literacy.report.folders import ROOMS, is_made

    refuse_replacing(out)
    with fill_folder(out, is_made, ROOMS) as filling:
        yield filling
    if filling.removed:
        say(tell("· removed from {}, left by an earlier run: {}", out, ", ".join(filling.removed)))


def refuse_replacing(out: str | Path) -> None:
    """Raise an error if a report would replace one of its input files.

    Raises
    ------
    LiteracyError
        ``io.write``
    """
    from literacy.report.folders import ROOMS, is_made

    for place in (p for room in ("", *ROOMS) for p in (Path(out) / room).glob("*")):
        if is_made(place.relative_to(out).parent.name, place.name):
            refuse_overwrite(place)


def _inputs(ctx: click.Context) -> Iterator[str | Path]:
    """Yield every file named by the options and arguments of a command, including those of a survey's folder."""
    choices = {p.name for p in ctx.command.params if isinstance(p.type, click.Choice)}
    for name, value in ctx.params.items():
        if name in choices or name in ("out", "figures", "workbook", "protocol", "scores", "bank_kept"):
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if not isinstance(one, str) or not one:
                continue
            place = Path(one)
            if place.is_dir():
                yield from (p for deep in ("*", "*/*") for p in place.glob(deep) if p.is_file())
            elif place.is_file():
                yield place
    if ctx.meta.get("literacy.kept"):
        yield "/dev/stdin"


def for_readers(result: Any, frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return the table with headings and labels in a language, and shares in percent."""
    from literacy._readable import readable

    shown: pd.DataFrame = (
        result.for_readers(frame, lang) if hasattr(result, "for_readers") else readable(frame, lang, "number")
    )
    return shown
