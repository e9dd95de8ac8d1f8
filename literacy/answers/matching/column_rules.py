"""Rules that match items to columns: wave map, name, option columns, path, text, matrix row, question number."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from literacy.answers.coding.columnforms import option_places
from literacy.answers.coding.optiontexts import option_texts
from literacy.answers.matching.headings import (
    Headings,
    question_forms,
    read_headings,
    spellings,
    starts_with,
    without_brackets,
)
from literacy.errors import LiteracyError
from literacy.files.table import NAMELESS
from literacy.files.text.spelling import skeleton, squeeze, tidy
from literacy.instrument.definitions import Item, Wave
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.files.table import Table

LOOSE = "question text, brackets aside"
ROW = "row of a matrix"
CUT = "question text, cut off"
_BY_NUMBER = re.compile(r"^\s*(?:第\s*(\d+)\s*题|[Qq]?\s*_?(\d+))\s*[.、:：]?\s*$")


@dataclass(frozen=True, slots=True)
class Place:
    """Columns of an item: one, or for multiple choice possibly one per option; ``by`` names the rule that applied."""

    item: str
    columns: tuple[str, ...]
    by: str
    codes: tuple[str, ...] = ()


class FileColumns:
    """Index of a file's columns for lookup; built once, however many surveys and waves are tried on the file."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.names: list[str] = [str(c) for c in table.frame.columns]
        self.exact: frozenset[str] = frozenset(self.names)
        self.folded: dict[str, list[str]] = {}
        for column in self.names:
            self.folded.setdefault(column.casefold(), []).append(column)
        self.ticks: dict[str, tuple[tuple[str, str], ...]] = _tick_columns(self.names, table)
        self._joined = "\0".join(name.casefold() for name in self.names)
        self._starts = list(accumulate((len(name.casefold()) + 1 for name in self.names), initial=0))

    @cached_property
    def headings(self) -> Headings:
        """Texts of the headings; parsed only if some items are not matched by column name."""
        return read_headings(self.names, self.table)

    @cached_property
    def squeezed(self) -> dict[str, list[str]]:
        """Columns by name, character width and blanks aside."""
        found: dict[str, list[str]] = {}
        for name in self.names:
            found.setdefault(squeeze(name), []).append(name)
        return found

    def holding(self, word: str) -> list[str]:
        """Return the columns whose name contains a word, ignoring case."""
        folded, found, at = word.casefold(), [], -1
        while folded and (at := self._joined.find(folded, at + 1)) >= 0:
            place = bisect_right(self._starts, at) - 1
            found.append(self.names[place])
            at = self._starts[place + 1] - 1
        return found

    def pick(self, name: str) -> str | None:
        """Return the column of that name, ignoring case."""
        if name in self.exact:
            return name
        near = self.folded.get(name.casefold(), [])
        if len(near) > 1:
            raise LiteracyError(
                "io.columns",
                where=name,
                what=tell("two column names differ only in case: {}", ", ".join(near)),
                fix="rename one of them, or name the right one in the wave's [columns]",
            )
        return near[0] if near else None

    def split(self, stem: str, item: Item, by: str) -> Place | None:
        """Return the option columns of a question stem."""
        found = self.ticks.get(skeleton(tidy(stem)))
        return tick_place(item, found, by, self.table) if found else None


def place_items(items: Sequence[Item], known: FileColumns, wave: Wave) -> dict[str, Place]:
    """Find the columns of every item; the more reliable rules are applied first, each to all items."""

    def by_map(item: Item, known: FileColumns) -> Place | None:
        return _by_map(item, known, wave)

    places: dict[str, Place] = {}
    taken: set[str] = set()
    for way in (
        by_map,
        _by_name,
        _by_ticks,
        _by_path,
        _by_text,
        _by_loose_text,
        _by_row,
        _by_options,
        _by_cut_text,
    ):
        found = {}
        for item in items:
            place = way(item, known) if item.name not in places else None
            if place is not None and not taken & set(place.columns):
                found[item.name] = place
        claims = Counter(c for place in found.values() for c in place.columns)
        for name, place in found.items():
            if way is by_map or all(claims[c] == 1 for c in place.columns):
                if taken & set(place.columns):
                    continue
                _refuse_copies(name, place, known)
                places[name] = place
                taken.update(place.columns)
    return places or _by_position(items, known.names, known.table)


def _refuse_copies(name: str, place: Place, known: FileColumns) -> None:
    """Raise an error if the file has a second column of the same name with different cells."""
    cells = known.table.frame
    for column in place.columns:
        copies = [c for c in known.holding(f"{column}#") if re.fullmatch(re.escape(column) + r"#\d+", c)]
        if any(not cells[column].equals(cells[c].rename(column)) for c in copies):
            raise _double(
                name,
                [column, *sorted(copies)],
                tell("the file has columns with the same name but different contents"),
            )


def _by_map(item: Item, known: FileColumns, wave: Wave) -> Place | None:
    if item.name not in wave.columns:
        return None
    wanted = wave.columns[item.name]
    column = known.pick(wanted)
    if column is None:  # a spreadsheet may have changed character width or blanks
        alike = known.squeezed.get(squeeze(wanted), [])
        column = alike[0] if len(alike) == 1 else None
    if column is not None:
        return Place(item.name, (column,), "wave map")
    return known.split(wanted, item, "wave map") or _named_ticks(item, wanted, known, "wave map")


def _by_name(item: Item, known: FileColumns) -> Place | None:
    column = known.pick(item.name)
    if column is None:
        return None
    return Place(item.name, (column,), "name")


def _double(item: str, columns: Sequence[str], what: str) -> LiteracyError:
    return LiteracyError(
        "io.columns",
        where=item,
        what=f"{what}: {', '.join(columns[:4])}",
        fix="delete the duplicate, or name the right column in the wave's [columns]",
    )


def _by_ticks(item: Item, known: FileColumns) -> Place | None:
    if item.type != "multiple":
        return None
    by = "one column an option"
    named = _named_ticks(item, item.name, known, by)
    if named:
        return named
    for stem in (item.name, *spellings(item)):
        place = known.split(stem, item, by)
        if place:
            return place
    return None


def _named_ticks(item: Item, stem: str, known: FileColumns, by: str) -> Place | None:
    """Match ``k46_1``, ``k46.2``, ``k46[3]``, ``k46/4``, ``k46[SQ005]``: item name and an option's code or position."""
    near = known.holding(stem)
    if not near:
        return None
    own = {str(o.code).casefold() for o in item.options}
    pattern = re.compile(rf"{re.escape(stem)}\s*(?:([\[/(]+)|[_.#:-]+)\s*(.+?)[\])]?", re.IGNORECASE)
    tails = {}
    for column in near:
        parts = pattern.fullmatch(column)
        if parts:
            tails[column] = (parts.group(2), bool(parts.group(1)))
    numbered = {
        c: m.group(1) for c, (t, _) in tails.items() if (m := re.fullmatch(r"SQ0*(\d+)", t, re.IGNORECASE))
    }
    if numbered:
        return _numbered_ticks(item, numbered, known, by)
    hits = {}
    for column, (tail, sure) in tails.items():
        code = re.sub(r"^(?:A|opt)?0*(?=\d)", "", tail, flags=re.IGNORECASE)
        if code.casefold() in own or (code.isdigit() or sure):
            hits[column] = code
    if sum(code.casefold() in own for code in hits.values()) < 2:
        return None
    return tick_place(item, tuple(hits.items()), by, known.table)


def _numbered_ticks(item: Item, numbered: Mapping[str, str], known: FileColumns, by: str) -> Place | None:
    """Match LimeSurvey subquestions, numbered from 1, to options by position; by code only if both agree."""
    shown = option_places(item)
    codes = {str(o.code): (o.code, o.missing) for o in item.options}
    same = all(n in codes and shown.get(n, codes[n]) == codes[n] for n in numbered.values())
    if same:
        return Place(item.name, tuple(numbered), by, tuple(numbered.values()))
    if sorted(map(int, numbered.values())) != list(range(1, len(shown) + 1)):
        what = tell("{} numbered option columns for {} options", len(numbered), len(shown))
        raise _double(item.name, list(numbered), what)
    return Place(item.name, tuple(numbered), by, tuple(str(shown[n][0]) for n in numbered.values()))


def tick_place(item: Item, found: Sequence[tuple[str, str]], by: str, table: Table) -> Place:
    """Return the option columns of an item; a free-text column beside an option's column of ticks is dropped."""
    texts = option_texts(item)
    codes = {str(o.code).casefold(): o.code for o in item.options}
    kept: dict[str, str] = {}
    for column, named in found:
        option = (
            texts.find(named) if named.strip().casefold() not in codes or table.platform == "wjx" else None
        )
        if option is None and squeeze(named) in ("other", "-oth-"):
            option = texts.other
            if option is None and not _filled(table, column):
                continue
        beside = str(option[0]) in kept.values() if option is not None else squeeze(named).endswith("comment")
        if beside and not _is_numeric(table, column):
            continue
        kept[column] = str(option[0]) if option is not None else named
    return Place(item.name, tuple(kept), by, tuple(kept.values()))


def _filled(table: Table, column: str) -> bool:
    return any(squeeze(c) for c in table.frame[column].dropna().unique())


def _is_numeric(table: Table, column: str) -> bool:
    return all(re.fullmatch(r"[+-]?\d+(\.0)?", squeeze(c)) for c in table.frame[column].dropna().unique())


def _by_path(item: Item, known: FileColumns) -> Place | None:
    """Match ``group/item`` (in ODK also with ``-``, ``.``, ``:``) and ``item. Question text`` (LimeSurvey)."""
    near = known.holding(item.name)
    if not near:
        return None
    before = r"(?:.*[/:.-])?" if known.table.platform == "odk" else r"(?:.*/)?"
    pattern = re.compile(rf"{before}{re.escape(item.name)}(?:\.\s.*|\[SQ0*1\])?", re.IGNORECASE | re.DOTALL)
    found = [c for c in near if pattern.fullmatch(c)]
    return Place(item.name, (found[0],), "name") if len(found) == 1 else None


def _by_text(item: Item, known: FileColumns) -> Place | None:
    for spelling in spellings(item):
        found = known.headings.texts.get(skeleton(tidy(spelling)), [])
        if len(found) == 1:
            return Place(item.name, (found[0],), "question text")
        if item.type == "multiple" and len(found) == len(item.answers) and known.table.platform != "wjx":
            codes = tuple(str(o.code) for o in item.answers)
            return Place(item.name, tuple(found), "question text, options in order", codes)
        if len(found) > 1:
            raise _double(item.name, found, tell("{} columns carry the text of this item", len(found)))
    return None


def _by_loose_text(item: Item, known: FileColumns) -> Place | None:
    """Match by question text, ignoring a bracketed hint in the heading or the item's own brackets."""
    if item.type == "multiple":
        for spelling in spellings(item):
            for stem in (spelling, *without_brackets(spelling)):
                found = known.ticks.get(f"~{skeleton(tidy(stem))}", known.ticks.get(skeleton(tidy(stem))))
                if found:
                    return tick_place(item, found, "one column an option", known.table)
    forms = [skeleton(tidy(s)) for s in spellings(item)]
    loose = [skeleton(w) for s in spellings(item) for w in without_brackets(s)]
    columns = {c for f in forms for c in known.headings.loose.get(f, ())}
    columns |= {c for f in loose for c in known.headings.texts.get(f, ())}
    return Place(item.name, (*columns,), LOOSE) if len(columns) == 1 else None


def _by_row(item: Item, known: FileColumns) -> Place | None:
    """Match one row of a matrix question by its text after a dash or in the last brackets."""
    for spelling in spellings(item):
        found = known.headings.rows.get(skeleton(tidy(spelling)), [])
        if len(found) == 1:
            return Place(item.name, (found[0],), ROW)
    return None


def _by_options(item: Item, known: FileColumns) -> Place | None:
    """Match option columns whose headings name no question (``第4题(电视)``), if one set only holds these options."""
    if item.type != "multiple":
        return None
    texts = option_texts(item)
    fitting = []
    for stem, found in known.ticks.items():
        if stem.startswith(NAMELESS):
            options = [texts.find(named) for _, named in found]
            if (
                None not in options
                and {o for o in item.answers if (o.code, o.missing) not in options} == set()
            ):
                fitting.append(found)
    return tick_place(item, fitting[0], "its options", known.table) if len(fitting) == 1 else None


def _by_cut_text(item: Item, known: FileColumns) -> Place | None:
    """Match a truncated heading with which the text of this item begins, if there is only one."""
    columns = {c for spelling in spellings(item) for c in starts_with(known.headings.cut, spelling)}
    return Place(item.name, (*columns,), CUT) if len(columns) == 1 else None


def _by_position(items: Sequence[Item], columns: list[str], table: Table) -> dict[str, Place]:
    """Match by question number, only if no other rule applies and the numbers cover exactly the wave's items."""
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


def has_column(stem: str, places: Mapping[str, Place]) -> bool:
    """Return whether the question of option columns already has a column of its own."""
    bare = stem.casefold()
    for name, place in places.items():
        known = {name.casefold(), *(c.casefold() for c in place.columns)}
        if len(place.columns) == 1 and (bare in known or re.split(r"[/:-]", bare)[-1] in known):
            return True
    return False


def _tick_columns(columns: list[str], table: Table) -> dict[str, tuple[tuple[str, str], ...]]:
    """Map the skeletons of questions to ((column, option), …), for columns that hold one option each."""
    stems: dict[str, list[tuple[str, str]]] = {}
    for column in columns:
        if column not in table.ticks:
            continue
        stem, option = table.ticks[column]
        if stem.startswith(NAMELESS):
            stems.setdefault(stem, []).append((column, option))
            continue
        coded = re.match(r"([A-Za-z]\w*)\.\s", stem)
        forms = question_forms(stem) | {skeleton(re.split(r"[/:-]", stem)[-1])}
        forms |= {skeleton(coded.group(1)), skeleton(stem[coded.end() :])} if coded else set()
        loose = {f"~{f}" for w in without_brackets(stem) for f in question_forms(w)}
        for form in (forms | loose) - {""}:
            stems.setdefault(form, []).append((column, option))
    return {stem: tuple(found) for stem, found in stems.items()}
