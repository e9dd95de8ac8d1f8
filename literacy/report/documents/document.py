"""A document before it has a format: parts of paragraphs, tables and charts, in one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a table or chart: shown as its number, and followed by a field or link."""

    target: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: runs of text and references. ``kind`` is body, note or term."""

    runs: tuple[str | Ref, ...]
    kind: str = "body"

    @property
    def plain(self) -> str:
        """The words without references."""
        return "".join(r for r in self.runs if isinstance(r, str))


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its unit (a key of the facts' units; empty for text), and its width in parts."""

    head: str
    unit: str = ""
    width: float = 1.0

    @property
    def numeric(self) -> bool:
        """Numbers, set to the right."""
        return bool(self.unit)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as read, and the number a spreadsheet holds (None: text or a sign)."""

    text: str
    number: float | None = None
    indent: int = 0


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with its caption; the first column names the rows."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart in percent (or another unit named by the chart), with its bounds where it has any."""

    name: str
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart with its caption and a description in words. ``kind`` is bar, column or line."""

    id: str
    caption: str
    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str
    alt: str


Block = Text | TableBlock | ChartBlock


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its heading; ``wide`` parts stand on landscape pages."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the cover."""

    title: str
    subtitle: str
    office: str
    date: str
    mark: str
    logo: bytes = b""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document in one language.

    ``numbers`` gives every table and chart its printed name, as ``表1`` or ``Figure 2``. A ``leaf`` is a short form:
    title and text without cover, contents, headings and numbers.
    """

    lang: str
    cover: Cover
    parts: tuple[Part, ...]
    numbers: dict[str, str]
    leaf: bool = False

    def blocks(self) -> Iterator[Block]:
        """All blocks in order."""
        for part in self.parts:
            yield from part.blocks

    def find(self, target: str) -> TableBlock | ChartBlock:
        """A table or chart by its id."""
        return next(b for b in self.blocks() if not isinstance(b, Text) and b.id == target)


def number_blocks(parts: tuple[Part, ...], lang: str) -> dict[str, str]:
    """Printed names of tables and charts, each counted through the document."""
    counts = {"table": 0, "chart": 0}
    words = {"table": ("表", "Table "), "chart": ("图", "Figure ")}
    out: dict[str, str] = {}
    for part in parts:
        for block in part.blocks:
            if isinstance(block, Text):
                continue
            kind = "table" if isinstance(block, TableBlock) else "chart"
            counts[kind] += 1
            out[block.id] = f"{words[kind][lang == 'en']}{counts[kind]}"
    return out
