"""Irregular lines found in a pass over the rows of a text table, reported by line number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from literacy.files.text.oddrows import tell_line
from literacy.messages import tell

SHOWN = 5


@dataclass(slots=True)
class Losses:
    """Counts of rows, and irregular lines.

    Attributes
    ----------
    rows, blank, empty : int
        Numbers of rows read, of rows with separators only, and of empty lines.
    short : list of (line, cells)
    wide, repeated, marks, stray, spaced : list of line
        Lines with surplus empty cells; repeated headers; lines with a byte order mark; lines with an undoubled quote
        within a quoted cell; lines with a quote after a blank.
    spans : list of (first line, last line)
        Quoted cells that contain lines resembling rows.
    totals : list of (line, word)
        Rows labelled as totals or remarks.
    """

    rows: int = 0
    blank: int = 0
    empty: int = 0
    short: list[tuple[int, int]] = field(default_factory=list)
    wide: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)
    spaced: list[int] = field(default_factory=list)
    totals: list[tuple[int, str]] = field(default_factory=list)
    last_line: int = 0

    @property
    def skipped(self) -> bool:
        """Whether any line was skipped, so that row and line numbers do not correspond."""
        return bool(self.blank or self.empty or self.repeated)

    def add(self, other: Losses) -> None:
        """Add the counts and lines found in further rows."""
        self.rows, self.blank, self.empty = (
            self.rows + other.rows, self.blank + other.blank, self.empty + other.empty
        )  # fmt: skip
        self.short += other.short
        self.wide += other.wide
        self.spans += other.spans
        self.repeated += other.repeated
        self.marks += other.marks
        self.stray += other.stray
        self.spaced += other.spaced
        self.totals += other.totals

    def notes(self, width: int, *, ended: bool) -> tuple[str, ...]:
        """Return notes on the irregular lines, each with the count and the first line numbers."""
        texts = [*self._cells(width), *self._lines(width)]
        if not ended:
            texts.append(
                tell(
                    "the file ends without a line break, in line {}: its last cell may be truncated",
                    self.last_line,
                )
            )
        return tuple(texts)

    def _cells(self, width: int) -> list[str]:
        texts = []
        if self.short:
            lines = ", ".join(
                tell("line {} ({} of {})", line, count, width) for line, count in self.short[:SHOWN]
            )
            texts.append(
                tell(
                    "{} before the last column, the cells {} are empty: {}{}",
                    _count(self.short, tell("line ends"), tell("lines end")),
                    tell("it lacks") if len(self.short) == 1 else tell("they lack"),
                    lines,
                    _more(self.short),
                )
            )
        if self.wide:
            texts.append(
                tell(
                    "empty cells beyond the last column in {}: {}",
                    _count(self.wide, "line", "lines"),
                    _listed(self.wide),
                )
            )
        if self.spans:
            lines = ", ".join(tell("lines {} to {}", first, last) for first, last in self.spans[:SHOWN])
            texts.append(
                tell(
                    "a quoted cell contains what look like rows of data; is its closing quote missing? {}{}",
                    lines,
                    _more(self.spans),
                )
            )
        if self.stray:
            texts.append(
                tell(
                    "text after a closing quote, which became part of its cell; quotes inside a cell must be doubled: "
                    "line {}",
                    _listed(self.stray),
                )
            )
        if self.spaced:
            texts.append(
                tell("quotes after a blank read as quotes around the cell: line {}", _listed(self.spaced))
            )
        return texts

    def _lines(self, width: int) -> list[str]:
        texts = []
        if self.blank:
            texts.append(tell_blank(self.rows, self.blank))
        if self.empty and width == 1:
            texts.append(tell("{:,} empty line{} skipped", self.empty, "s" if self.empty > 1 else ""))
        if self.repeated:
            texts.append(
                tell(
                    "the header stands in the rows once more and was skipped there (files pasted together?): line {}",
                    _listed(self.repeated),
                )
            )
        if self.marks:
            texts.append(
                tell(
                    "a byte order mark inside the file was skipped (files pasted together?): line {}",
                    _listed(self.marks),
                )
            )
        if self.totals:
            line, word = self.totals[0]
            more = tell(" and {:,} more", len(self.totals) - 1) if len(self.totals) > 1 else ""
            texts.append(tell_line(line, word, more))
        return texts


def tell_blank(rows: int, blank: int) -> str:
    """Return the note on blank rows, given the number of rows read."""
    return tell(
        "{:,} rows in the file, {:,} read: {:,} blank row{} skipped",
        rows + blank, rows, blank, "s" if blank > 1 else "",
    )  # fmt: skip


def _count(found: Sequence[Any], one: str, many: str) -> str:
    return f"{len(found):,} {one if len(found) == 1 else many}"


def _more(found: Sequence[Any]) -> str:
    return tell(" and {:,} more", len(found) - SHOWN) if len(found) > SHOWN else ""


def _listed(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines[:SHOWN])) + _more(lines)
