"""Format-independent model of a document in one language: parts made of paragraphs, tables and charts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a table or chart, printed as its number and linked to it."""

    target: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of text runs and references. ``kind`` is body, note or term."""

    runs: tuple[str | Ref, ...]
    kind: str = "body"

    @property
    def plain(self) -> str:
        """The text without references."""
        return "".join(r for r in self.runs if isinstance(r, str))


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: heading, unit (``text`` for formatted numbers, empty for words) and relative width."""

    head: str
    unit: str = ""
    width: float = 1.0

    @property
    def numeric(self) -> bool:
        """Whether the column has a unit and is therefore right-aligned."""
        return bool(self.unit)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: the text displayed, and the number written to spreadsheets (None for text or a symbol)."""

    text: str
    number: float | None = None
    indent: int = 0


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with its caption; the first column labels the rows."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A chart series in percent (or the unit given by the axis of the chart), with interval bounds if available."""

    name: str
    values: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartBlock:
    """A chart with its caption and alternative text. ``kind`` is bar, column or line."""

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
    """A part of a document with its heading; ``wide`` parts are set on landscape pages."""

    name: str
    title: str
    blocks: tuple[Block, ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """Content of the cover page."""

    title: str
    subtitle: str
    office: str
    date: str
    mark: str
    logo: bytes = b""


@dataclass(frozen=True, slots=True)
class Document:
    """A complete document in one language.

    ``numbers`` maps the id of each table and chart to its printed number, such as ``表1`` or ``Figure 2``. A ``leaf``
    is a short form: title and text without cover, contents, headings and numbers.
    """

    lang: str
    cover: Cover
    parts: tuple[Part, ...]
    numbers: dict[str, str]
    leaf: bool = False

    def blocks(self) -> Iterator[Block]:
        """Yield all blocks in order."""
        for part in self.parts:
            yield from part.blocks

    def find(self, target: str) -> TableBlock | ChartBlock:
        """Return the table or chart with a given id."""
        return next(b for b in self.blocks() if not isinstance(b, Text) and b.id == target)


def number_blocks(parts: tuple[Part, ...], lang: str) -> dict[str, str]:
    """Return the printed numbers of tables and charts by id; each kind is numbered through the whole document."""
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
