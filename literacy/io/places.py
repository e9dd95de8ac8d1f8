"""The ways in which an item finds its column: map, name, option columns, path, text, row of a matrix, number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from literacy.errors import LiteracyError
from literacy.instrument.model import Item, Wave
from literacy.io.words import last_bracket, skeleton, strip_prefix

if TYPE_CHECKING:
    from literacy.io.table import Table

_NUMBERED = re.compile(r"^\s*(?:第\s*(\d+)\s*题|[Qq]?(\d+)\s*[.、．:：)）\s])\s*[、.．:：]?\s*")
_BY_NUMBER = re.compile(r"^\s*(?:第\s*(\d+)\s*题|[Qq]?\s*_?(\d+))\s*[.、:：]?\s*$")
_MARKS = re.compile(
    r"[\[【(（]\s*(单选题?|多选题?|判断题?|填空题?|量表题?|必答题?|必填|可多选|不定项)\s*[\])】）]"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is: one column, or for multiple choice one column an option; ``by`` says how it was found."""

    item: str
    columns: tuple[str, ...]
    by: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Columns:
    """A file's columns, looked up in every way."""

    wave: Wave
    exact: frozenset[str]
    folded: Mapping[str, list[str]]
    ticks: Mapping[str, tuple[tuple[str, str], ...]]
    texts: Mapping[str, list[str]]
    rows: Mapping[str, list[str]]

    def pick(self, name: str) -> str | None:
        """The column of that name, whatever its case."""
        if name in self.exact:
            return name
        near = self.folded.get(name.casefold(), [])
        if len(near) > 1:
            raise LiteracyError(
                "io.columns",
                where=name,
                what=f"two columns differ only by case: {', '.join(near)}",
                mend="rename one of them, or name the right one in the wave's [columns]",
            )
        return near[0] if near else None

    def split(self, stem: str, item: str, by: str) -> Place | None:
        """The option columns of a stem."""
        found = self.ticks.get(skeleton(stem))
        return Place(item, tuple(c for c, _ in found), by, tuple(o for _, o in found)) if found else None


def place_items(items: Sequence[Item], columns: list[str], table: Table, wave: Wave) -> dict[str, Place]:
    """Find the column of every item; the surer ways come first for all items."""
    folded: dict[str, list[str]] = {}
    for column in columns:
        folded.setdefault(column.casefold(), []).append(column)
    texts, rows = _question_texts(columns, table)
    known = _Columns(wave, frozenset(columns), folded, _tick_columns(columns, table), texts, rows)
    places: dict[str, Place] = {}
    taken: set[str] = set()
    for way in (_by_map, _by_name, _by_ticks, _by_path, _by_text, _by_row):
        for item in items:
            if item.name in places:
                continue
            place = way(item, known)
            if place is not None and not taken & set(place.columns):
                places[item.name] = place
                taken.update(place.columns)
    return places or _by_position(items, columns, table)


def _by_map(item: Item, known: _Columns) -> Place | None:
    if item.name not in known.wave.columns:
        return None
    wanted = known.wave.columns[item.name]
    column = known.pick(wanted)
    if column is not None:
        return Place(item.name, (column,), "wave map")
    return known.split(wanted, item.name, "wave map") or _named_ticks(item, wanted, known, "wave map")


def _by_name(item: Item, known: _Columns) -> Place | None:
    column = known.pick(item.name)
    return Place(item.name, (column,), "name") if column is not None else None


def _by_ticks(item: Item, known: _Columns) -> Place | None:
    if item.type != "multiple":
        return None
    by = "one column an option"
    named = _named_ticks(item, item.name, known, by)
    if named:
        return named
    for stem in (item.name, *_spellings(item)):
        place = known.split(stem, item.name, by)
        if place:
            return place
    return None


def _named_ticks(item: Item, stem: str, known: _Columns, by: str) -> Place | None:
    """``k46_1``, ``k46.2``, ``k46[3]``, ``k46/4``: the item's name and an option's code."""
    own = {str(o.code).casefold() for o in item.options}
    pattern = re.compile(rf"{re.escape(stem)}\s*[_./#\[(:-]+\s*(.+?)[\])]?", re.IGNORECASE)
    hits = {}
    for near in known.folded.values():
        for column in near:
            parts = pattern.fullmatch(column)
            if parts:
                code = parts.group(1)
                code = re.sub(r"^(?:SQ|A|opt)?0*(?=\d)", "", code, flags=re.IGNORECASE)
                if code.casefold() in own:
                    hits[column] = code
    return Place(item.name, tuple(hits), by, tuple(hits.values())) if len(hits) >= 2 else None


def _by_path(item: Item, known: _Columns) -> Place | None:
    """``group/item`` and ``group-item`` (ODK), ``item. Question text`` (LimeSurvey)."""
    pattern = re.compile(
        rf"(?:.*[/:-])?{re.escape(item.name)}(?:\.\s.*|\[SQ0*1\])?", re.IGNORECASE | re.DOTALL
    )
    found = [c for near in known.folded.values() for c in near if pattern.fullmatch(c)]
    return Place(item.name, (found[0],), "name") if len(found) == 1 else None


def _by_text(item: Item, known: _Columns) -> Place | None:
    for spelling in _spellings(item):
        found = known.texts.get(skeleton(spelling), [])
        if len(found) == 1:
            return Place(item.name, (found[0],), "question text")
        if item.type == "multiple" and len(found) == len(item.answers):
            codes = tuple(str(o.code) for o in item.answers)
            return Place(item.name, tuple(found), "question text, options in order", codes)
        if len(found) > 1:
            raise LiteracyError(
                "io.columns",
                where=item.name,
                what=f"{len(found)} columns carry the text of this item: {', '.join(found[:4])}",
                mend="delete the double, or name the right one in the wave's [columns]",
            )
    return None


def _by_row(item: Item, known: _Columns) -> Place | None:
    """One row of a matrix question: its text after a dash or in the last brackets."""
    for spelling in _spellings(item):
        found = known.rows.get(skeleton(spelling), [])
        if len(found) == 1:
            return Place(item.name, (found[0],), "question text")
    return None


def _by_position(items: Sequence[Item], columns: list[str], table: Table) -> dict[str, Place]:
    """By question number: only where nothing says more and the numbers run over exactly the wave's items."""
    numbered: dict[int, str] = {}
    for column in columns:
        hit = _BY_NUMBER.match(column)
        if hit and not table.labels.get(column):
            number = int(hit.group(1) or hit.group(2))
            if number in numbered:
                return {}
            numbered[number] = column
    if sorted(numbered) != list(range(1, len(items) + 1)):
        return {}
    return {item.name: Place(item.name, (numbered[k],), "number") for k, item in enumerate(items, start=1)}


def _spellings(item: Item) -> list[str]:
    return [text for text in (item.label.zh, item.label.en, *(t for _, t in item.label.others)) if text]


def bare_question(text: str) -> str:
    """A question's text without its number and without marks such as ``[单选题]`` or ``*``."""
    text = _MARKS.sub("", _NUMBERED.sub("", text, count=1))
    return strip_prefix(text).strip(" *")


def _question_texts(columns: list[str], table: Table) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Skeleton of a question -> columns, and skeleton of a matrix row -> columns."""
    texts: dict[str, list[str]] = {}
    rows: dict[str, list[str]] = {}
    for column in columns:
        if column in table.ticks:
            continue
        label = table.labels.get(column, "")
        spoken = [t for t in (column, label) if t]
        forms = {skeleton(t) for t in spoken} | {skeleton(bare_question(t)) for t in spoken}
        for form in sorted(forms - {""}):
            texts.setdefault(form, []).append(column)
        for row in _matrix_rows(label or column):
            rows.setdefault(skeleton(row), []).append(column)
    return texts, rows


def _matrix_rows(text: str) -> list[str]:
    """What may be the row's own text in the heading of a matrix question."""
    rows = [part for part in re.split(r"—+|--+|–|[:：]\s*", text)[1:] if part.strip()]
    bracket = re.search(r"[(（\[]([^()（）\[\]]+)[)）\]]\s*$", text)
    if bracket:
        rows.append(bracket.group(1))
    whole = last_bracket(text)[1]
    if whole:
        rows.append(whole)
    return list(dict.fromkeys(strip_prefix(r) for r in rows))


def has_column(stem: str, places: Mapping[str, Place]) -> bool:
    """Whether the question of split columns already has a column of its own."""
    bare = stem.casefold()
    for name, place in places.items():
        known = {name.casefold(), *(c.casefold() for c in place.columns)}
        if len(place.columns) == 1 and (bare in known or re.split(r"[/:-]", bare)[-1] in known):
            return True
    return False


def _tick_columns(columns: list[str], table: Table) -> dict[str, tuple[tuple[str, str], ...]]:
    """Skeleton of a question -> ((column, option), …) for columns that hold one option each."""
    stems: dict[str, list[tuple[str, str]]] = {}
    for column in columns:
        if column not in table.ticks:
            continue
        stem, option = table.ticks[column]
        coded = re.match(r"([A-Za-z]\w*)\.\s", stem)
        forms = {skeleton(stem), skeleton(bare_question(stem)), skeleton(re.split(r"[/:-]", stem)[-1])}
        forms |= {skeleton(coded.group(1)), skeleton(stem[coded.end() :])} if coded else set()
        for form in forms - {""}:
            stems.setdefault(form, []).append((column, option))
    return {stem: tuple(found) for stem, found in stems.items()}
