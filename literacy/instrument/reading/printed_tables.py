"""Tables in the layout of statistical yearbooks: title and unit above, two-line headers, notes below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from literacy.instrument.workbooks.cell_texts import number
from literacy.messages import tell

Line = tuple[int, list[str]]
"""Row number on the sheet, and the cells."""
TEN_THOUSAND = 10_000
_UNIT = re.compile(r"(单位|unit)\s*[:：]|[(（]\s*(单位[:：])?\s*万人?\s*[)）]", re.IGNORECASE)
_SOURCE = re.compile(r"^(数据|资料)?(来源|出处)\s*[:：]\s*|^source\s*:\s*", re.IGNORECASE)
_WAN = re.compile(r"([\d.,，\s]*\d)\s*万\s*(人)?")


@dataclass(frozen=True, slots=True)
class Printed:
    """A table without its surroundings; its unit (1 or 10,000 people), its source, and the notes that were removed."""

    lines: tuple[Line, ...]
    unit: int
    source: str
    notes: tuple[str, ...]


def figure_of(text: str, unit: int = 1) -> float | None:
    """Parse a printed total: ``15,200``, ``1.52万``, ``48.3%``; None if it is not a number."""
    bare = text.strip()
    wan = _WAN.fullmatch(bare)
    found = (
        number(wan[1].replace(" ", "")) if wan else number(bare.removesuffix("人").strip()) if bare else None
    )
    if not isinstance(found, int | float):
        return None
    factor = TEN_THOUSAND if wan else 1 if "%" in bare else unit
    return float(format(found * factor, ".12g"))  # avoids 15200.000000000002


def strip_print(title: str, lines: Sequence[Line]) -> Printed:
    """Separate title, unit and notes from a printed table, and join two-line headers.

    Parameters
    ----------
    title : str
        Name of the sheet, used in the notes.
    lines : sequence of Line
        Rows that are not empty.
    """
    width = [sum(bool(c.strip()) for c in cells) for _, cells in lines]
    first = next((k for k, w in enumerate(width) if w > 1), 0)
    last = max((k for k, w in enumerate(width) if w > 1), default=len(lines) - 1)
    above, table, below = lines[:first], list(lines[first : last + 1]), lines[last + 1 :]
    around = [next(c.strip() for c in cells if c.strip()) for _, cells in (*above, *below)]
    source = next((_SOURCE.sub("", t) for t in around if _SOURCE.match(t)), "")
    if len(table) > 2 and _goes_on(table[0][1], table[1][1]):
        table = [(table[1][0], _joined(table[0][1], table[1][1])), *table[2:]]
    heads = [*(t for t in around if _UNIT.search(t)), *(table[0][1] if table else [])]
    unit = TEN_THOUSAND if any("万" in h for h in heads) else 1
    notes = []
    if around:
        notes.append(tell("{}: lines outside the table, not read as totals: {}", title, "; ".join(around)))
    if unit > 1:
        notes.append(tell("{}: totals in units of 10,000 people (万)", title))
    return Printed(tuple(table), unit, source, tuple(notes))


def _goes_on(head: Sequence[str], below: Sequence[str]) -> bool:
    """Whether the second line belongs to the header: first cell empty, the others texts without numbers."""
    others = [c for c in below[1:] if c.strip()]
    return bool(others) and not (below and below[0].strip()) and all(figure_of(c) is None for c in others)


def _joined(head: Sequence[str], below: Sequence[str]) -> list[str]:
    """Join a two-line header: the lower text where there is one, otherwise the upper."""
    size = max(len(head), len(below))
    upper, lower = ([*line, *[""] * (size - len(line))] for line in (head, below))
    return [low.strip() or up for up, low in zip(upper, lower, strict=True)]
