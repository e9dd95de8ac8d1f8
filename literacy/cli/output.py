"""How commands speak: tables and files on one side, words on stderr on the other."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd

    from literacy.instrument import Instrument


def say(*lines: object) -> None:
    """Words for the person at the terminal (stderr)."""
    for line in lines:
        click.echo(str(line), err=True)


@contextmanager
def show_progress(label: str, *, long: bool) -> Iterator[Callable[[float], None] | None]:
    """A bar on stderr for *long* work at a terminal; what it gives is told the share that is done."""
    if not long or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1000, label=label, file=sys.stderr, show_pos=False) as bar:
        yield lambda share: bar.update(int(1000 * share) - bar.pos)


def _plain(value: Any) -> Any:
    """A JSON value: missing and infinite numbers become null, numpy scalars plain ones."""
    import numpy as np

    if isinstance(value, np.generic):
        value = value.item()
    if value is None or str(value) == "<NA>" or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def format_json(frame: pd.DataFrame) -> str:
    """A list of records, numbers with all their digits."""
    names = [str(c) for c in frame.columns]
    records = [
        {n: _plain(v) for n, v in zip(names, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]
    return json.dumps(records, ensure_ascii=False, indent=1)


def format_csv(frame: pd.DataFrame) -> str:
    """CSV with all digits and Unix line ends."""
    return str(frame.to_csv(index=False, lineterminator="\n"))


def write_text(text: str, out: str) -> None:
    """Text to a file (whole or not at all), or to stdout."""
    if out == "-":
        click.echo(text.encode("utf-8"), nl=False)
        return
    from literacy.files import write_atomic

    write_atomic(Path(out), text.encode("utf-8"))
    say(f"wrote {out}")


def write_data(frame: pd.DataFrame, out: str, instrument: Instrument | None = None) -> None:
    """A table of respondents in the format its name asks for, or plain CSV to stdout; nothing is cut unsaid."""
    from literacy.answers import write_table
    from literacy.files import encode_csv

    if out == "-":
        click.echo(encode_csv(frame), nl=False)
        return
    notes = write_table(frame, out, instrument)
    say(f"wrote {out}", *(f"· {n}" for n in notes))


def emit(result: Any, form: str, out: str = "-", lang: str | None = None) -> None:
    """A carrier or data frame in the chosen form; with a language, a table for readers."""
    import pandas as pd

    from literacy._display import format_table

    frame = result if isinstance(result, pd.DataFrame) else result.to_frame()
    if form == "json":
        text = format_json(frame) + "\n"
    elif form == "csv":
        text = format_csv(frame)
    elif lang:
        text = format_table(for_readers(result, frame, lang)) + "\n"
    else:
        text = (format_table(frame) if isinstance(result, pd.DataFrame) else str(result)) + "\n"
    write_text(text, out)


def for_readers(result: Any, frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The table with heads and labels in a language, and shares in percent."""
    import pandas as pd

    from literacy.report import readable

    known = dict(getattr(result, "labels", {}))
    known.setdefault("level", known.get(getattr(result, "variable", ""), {}))
    rows = [
        {"kind": kind, "name": str(name), "zh": label.zh, "en": label.en}
        for kind, names in known.items()
        for name, label in names.items()
    ]
    labels = pd.DataFrame(rows, columns=["kind", "name", "zh", "en"])
    unit = "share" if getattr(result, "kind", "") == "proportion" else "number"
    return readable(frame, lang, unit, labels)
