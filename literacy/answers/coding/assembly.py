"""Assembly of responses from a matched table: coding of items, kinds of missing values, personal columns omitted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._nearest import nearest_words
from literacy.answers.coding.amounts import LIKE_AMOUNT
from literacy.answers.coding.birthyears import BirthYears, count_years
from literacy.answers.coding.coded import BLANK, Coded, Declared, Memory, is_worded
from literacy.answers.coding.coding import code_column
from literacy.answers.coding.optiontexts import labelled_alike
from literacy.answers.coding.ticks import code_ticks
from literacy.answers.matching.wavesigns import days_outside
from literacy.answers.overview import MANY, Note, Overview, Unknown, count_answers
from literacy.answers.paradata import names_interviewers
from literacy.errors import LiteracyError
from literacy.files.text.oddrows import pick_totals
from literacy.instrument import KINDS, holds
from literacy.instrument.definitions import Item
from literacy.messages import tell
from literacy.privacy.privacy import (
    CLEANED,
    clean_column,
    find_personal,
    name_personal,
    personal_content,
    redact,
)

if TYPE_CHECKING:
    from literacy.answers.matching.column_rules import Place
    from literacy.answers.matching.matching import Match
    from literacy.files.table import Table
    from literacy.instrument import Instrument
    from literacy.instrument.definitions import Condition

Wanted = Collection[str] | None
"""Items whose answers become columns; None means all."""
_KIND = {name: np.int8(code) for code, name in enumerate(KINDS)}
SHOWN = 10
CODE_LIKE = re.compile(r"[+-]?[0-9]{1,4}(\.[0-9]{1,2})?|[A-Za-z]{1,2}[0-9]{0,3}|\.[a-z]")


@dataclass(frozen=True, slots=True)
class Part:
    """A coded block of rows of a file.

    Attributes
    ----------
    frame : columns of answers and other columns of the file.
    coded : answers to every item in the file, as positions in a table of codes.
    kinds : (items, n) int8
        Kind of missing value for every item of the instrument.
    unknown, notes : unknown codes, and notes on the block.
    born : years of birth among ages.
    """

    frame: pd.DataFrame
    coded: Mapping[str, Coded]
    kinds: NDArray[np.int8]
    unknown: tuple[Unknown, ...]
    notes: tuple[Note, ...]
    born: tuple[BirthYears, ...] = ()


def assemble_part(
    table: Table, match: Match, overview: Overview, order: Sequence[str], memory: Memory | None = None,
    wanted: Wanted = None,
) -> Part:  # fmt: skip
    """Code a block of rows, given the overview of the whole file and the order of its columns.

    *memory* caches the readings of values in earlier blocks; *wanted* are the items that become columns (default all).
    """
    n = len(table.frame)
    memory = memory or Memory()
    coded: dict[str, Coded] = {}
    unknown: list[Unknown] = []
    born: list[BirthYears] = []
    for item in match.instrument.items:
        place = match.places.get(item.name)
        if place is None:
            continue
        result = _code(table, item, place, match, memory, overview)
        coded[item.name] = result
        born += count_years(result, item, place.columns[0])
        unknown += [Unknown(item.name, place.columns[0], code, count) for code, count in result.unknown]
    kinds = np.empty((len(match.instrument.items), n), dtype=np.int8)
    for k, item in enumerate(match.instrument.items):
        kinds[k] = coded[item.name].kinds if item.name in coded else _KIND["not_asked"]
    settle_blanks(kinds, coded, table.frame, match)
    frame = _columns(table, order, match, coded, overview, wanted)
    notes = _gather_notes(coded, match)
    last = 2 * len(match.instrument.items)
    notes += [Note(tell(CLEANED), count, last) for count in [_clean_texts(frame, match, overview)] if count]
    notes += [Note(text, count, last + 1) for text, count in days_outside(table, match.wave, overview.days)]
    asked = {item.name: k for k, item in enumerate(match.instrument.items) if item.type != "text"}
    found = {name: kinds[k] for name, k in asked.items() if name in coded}
    notes += count_answers(found, int(_KIND["skipped"]), n)
    return Part(frame, coded, kinds, tuple(unknown), tuple(notes), tuple(born))


def _gather_notes(coded: Mapping[str, Coded], match: Match) -> list[Note]:
    """Return the notes on the readings of the items, in their order, and then those with counts."""
    items = match.instrument.items
    found: list[Note] = []
    for place, item in enumerate(items):
        if item.name in coded:
            found += [Note(text, 0, place) for text in coded[item.name].notes]
            found += [Note(text, count, len(items) + place) for text, count in coded[item.name].counts]
    return found


def remarks(
    match: Match, personal: Mapping[str, str], repeated: int = 0, *, compared: bool = True
) -> tuple[str, ...]:
    """Return the notes on a whole file: how columns were matched, what was omitted, which items are missing."""
    remarks_made = list(match.notes)
    remarks_made += name_personal(personal)
    if repeated:
        remarks_made.append(
            tell(
                "{}: {:,} rows repeat a number used before (was a file pasted in twice? literacy check lists them)",
                match.instrument.id_column,
                repeated,
            )
        )
    if not compared:
        remarks_made.append(
            tell(
                "{}: only the first {:,} numbers were compared for repeats", match.instrument.id_column, MANY
            )
        )
    gone = [
        name
        for name in match.absent
        if name not in match.wave.absent and not match.instrument.item(name).optional
    ]
    if gone:
        remarks_made.append(
            tell("{} items are not in the file and count as not asked: {}", len(gone), ", ".join(gone[:8]))
        )
    return tuple(remarks_made)


def _code(table: Table, item: Item, place: Place, match: Match, memory: Memory, overview: Overview) -> Coded:
    declared = {column: declare(table, column, match) for column in place.columns}
    if len(place.columns) > 1:
        return code_ticks(table, item, place, declared, memory)
    column = place.columns[0]
    cells = table.places.get(column)
    return code_column(
        table.frame[column] if cells is None else cells, column, item, declared[column], memory,
        overview.written.get(column),
    )  # fmt: skip


def declare(table: Table, column: str, match: Match) -> Declared:
    """Return the declarations of a file and its instrument about a column."""
    return Declared(
        table.value_labels.get(column, {}),
        tuple(table.user_missing.get(column, ())),
        match.instrument.missing,
        table.words,
        match.numbers,
    )


def settle_blanks(
    kinds: NDArray[np.int8], coded: Mapping[str, Coded], raw: pd.DataFrame, match: Match
) -> None:
    """Assign a kind of missing value to empty cells, in place, in the kinds (items, n) of the instrument's items.

    A cell is not applicable if the item's filter conditions do not hold for the respondent. Otherwise the instrument's
    rule for blanks applies: a kind, or ``by_module`` (not asked if the respondent's whole module is empty, else
    skipped).
    """
    instrument = match.instrument
    if not any(c.blank for c in coded.values()):
        return
    known = _asked_columns(instrument, coded, raw)
    module_empty: dict[str, NDArray[np.bool_]] = {}
    nobody = np.zeros(kinds.shape[1], dtype=bool)
    asked: dict[tuple[Condition, ...], NDArray[np.bool_]] = {}
    if instrument.blank == "by_module":
        for k, item in enumerate(instrument.items):
            if item.name in coded:
                held = module_empty.get(item.module)
                blank = kinds[k] == BLANK if coded[item.name].blank and held is not nobody else nobody
                module_empty[item.module] = blank if held is None or blank is nobody else held & blank
    for k, item in enumerate(instrument.items):
        if item.name not in coded or not coded[item.name].blank:
            continue
        gone = kinds[k] == BLANK
        by_module = instrument.blank == "by_module"
        usual = "skipped" if by_module else instrument.blank
        _replace(kinds[k], gone, np.int8(BLANK), _KIND[usual])
        if by_module and module_empty[item.module] is not nobody:
            _replace(kinds[k], gone & module_empty[item.module], _KIND[usual], _KIND["not_asked"])
        if item.asked:
            if item.asked not in asked:
                asked[item.asked] = ~holds(item.asked, known)
            kinds[k][gone & asked[item.asked]] = _KIND["not_applicable"]


def _replace(kinds: NDArray[np.int8], rows: NDArray[np.bool_], old: np.int8, new: np.int8) -> None:
    """Replace a kind by another in some rows, all of which have it, in place; arithmetic is faster than a mask."""
    kinds += rows.view(np.int8) * (new - old)


def _asked_columns(instrument: Instrument, coded: Mapping[str, Coded], raw: pd.DataFrame) -> pd.DataFrame:
    """Return the columns used by filter conditions; an item that is not in the file is missing for all respondents."""
    index = pd.RangeIndex(len(raw))
    columns: dict[str, pd.Series | float] = {}
    for name in sorted({c.column for i in instrument.items for c in i.asked}):
        if name in coded:
            columns[name] = coded[name].values
        elif name in raw:
            columns[name] = raw[name].set_axis(index)
        elif any(i.name == name for i in instrument.items):
            columns[name] = np.nan
    return pd.DataFrame(columns, index=index)


def personal_columns(
    cells: Mapping[Any, pd.Series], labels: Mapping[str, str], match: Match
) -> dict[str, str]:
    """Return the columns that identify people and what each holds; items and design columns only if declared so.

    *cells* are those of each column that decide; see :class:`~literacy.privacy.Glimpses`.
    """
    design = match.wave.design.resolve(match.other)
    keep = {design.weight, design.strata, *design.psu, *design.fpc, match.instrument.id_column}
    items = {c for p in match.places.values() for c in p.columns}
    named = [*match.instrument.personal]
    for item in match.instrument.items:
        if item.personal and item.name in match.places:
            named += match.places[item.name].columns
    found = find_personal(cells, dict(labels), named, (keep | items) - set(named))
    number = match.instrument.id_column
    if number in match.other and number not in found and (what := personal_content(cells[number])):
        found[number] = what
    for column in match.other:
        if column not in found and column not in keep:
            label = labels.get(column, "")
            if names_interviewers(str(column), label, cells[column]):
                found[column] = "interviewers' names"
    return found


def _columns(
    table: Table,
    order: Sequence[str],
    match: Match,
    coded: Mapping[str, Coded],
    overview: Overview,
    wanted: Wanted,
) -> pd.DataFrame:
    """Return the columns in the order given, items under their own names; items not in the file come last, empty."""
    first = {place.columns[0]: name for name, place in match.places.items()}
    later = {c for place in match.places.values() for c in place.columns[1:]}
    items = {i.name: i for i in match.instrument.items}
    renamed = _short_names(match) if table.format == "por" else {}
    index = pd.RangeIndex(len(table.frame))
    columns: dict[str, pd.Series] = {}
    for column in order:
        if column in overview.personal or column in later:
            continue
        if column in first:
            name = first[column]
            if wanted is not None and name not in wanted:
                continue
            cells = coded[name].values
            measured = items[name].type == "number" and column not in overview.integral
            columns[name] = cells.astype("Float64") if measured else cells
            continue
        cells = table.frame[column]
        if column in table.user_missing:
            cells = cells.mask(table.declared_missing(column))
        cells = cells.set_axis(index)
        name = renamed.get(str(column), str(column))
        while name in items or name in columns:
            name += "_in_file"
        columns[name] = cells.astype(np.int64) if column in overview.whole else cells
    gone = {c for c in overview.personal if c in first}
    empty: dict[str, pd.Series] = {}
    for item in match.instrument.items:
        if wanted is not None and item.name not in wanted:
            continue
        if item.name not in columns and not (
            item.name in match.places and match.places[item.name].columns[0] in gone
        ):
            kind = "str" if is_worded(item) else "Int64"
            if kind not in empty:
                empty[kind] = _empty(len(index), kind)
            columns[item.name] = empty[kind]
    return pd.DataFrame(columns, index=index)


def _empty(n: int, kind: str) -> pd.Series:
    """Return an empty column of a type."""
    return pd.Series([None], dtype=kind).take(np.zeros(n, dtype=np.intp)).reset_index(drop=True)


def _short_names(match: Match) -> dict[str, str]:
    """Map design columns truncated to eight capitals in a portable file to their names in the survey."""
    design = match.wave.design
    known = [design.weight, design.strata, *design.psu, *design.fpc, match.instrument.id_column, "wave"]
    found = {}
    for name in dict.fromkeys(k for k in known if k):
        fits = [c for c in match.other if len(c) <= 8 and name.casefold()[:8] == c.casefold()]
        if len(fits) == 1:
            found[fits[0]] = name
    return found


def _clean_texts(frame: pd.DataFrame, match: Match, overview: Overview) -> int:
    """Remove personal data from open-ended answers (in place) and return their number."""
    if overview.keep_personal:
        return 0
    touched = 0
    design = match.wave.design.resolve(frame.columns)
    kept = {i.name for i in match.instrument.items if i.type != "text"}
    kept |= {n for n in (design.weight, design.strata, *design.psu, *design.fpc) if n}
    for name in frame.columns:
        if name not in kept:
            numbers = {name, str(name).removesuffix("_in_file")} & overview.personal_numbers
            frame[name], count = clean_column(frame[name], bool(numbers))
            touched += count
    return touched


def refuse_codes(
    unknown: Sequence[Unknown], table: Table, where: str, instrument: Instrument | None = None
) -> LiteracyError:
    """Return the error that lists the unknown codes, with their columns and counts."""
    rows = []
    for item, column, code, count in unknown[:SHOWN]:
        named = item if item == column else tell("{} (column {})", item, column)
        number = _is_number(instrument, item)
        shown = code if number and LIKE_AMOUNT.fullmatch(code) else _shown(code)
        declared = _declared_missing_text(table, column, code) + _alike_text(table, column, code)
        near = _near_option(instrument, item, code)
        if number and not near and any(c.isdigit() for c in code) and not CODE_LIKE.fullmatch(code):
            near = tell(" (not a plain number)")
        rows.append(
            tell("{}: code {}{}, {} time{}{}", named, shown, declared, count, "s" if count != 1 else "", near)
        )
    more = tell("; and {} more", len(unknown) - SHOWN) if len(unknown) > SHOWN else ""
    alike = any(_alike_text(table, column, code) for _, column, code, _ in unknown)
    fix = tell(
        "add the code to the item's options (with its kind if it stands for a missing "
        "value), or correct the file"
    )
    if rows and all(_is_number(instrument, item) for item, _, _, _ in unknown):
        fix = tell(
            "write the number alone, in the unit of the question; leave the cell empty if none was given"
        )
    if alike:
        fix = tell("give each code a distinct value label in the file")
    sums = pick_totals(table.notes)
    return LiteracyError(
        "responses.code",
        where=where,
        what=tell("answer codes that are not in the instrument: {}{}", "; ".join(rows), more),
        fix=tell("{}. Note: {}", fix, sums[0]) if sums else fix,
    )


def _is_number(instrument: Instrument | None, item: str) -> bool:
    """Return whether an item is numeric."""
    return instrument is not None and any(i.name == item and i.type == "number" for i in instrument.items)


def _near_option(instrument: Instrument | None, item: str, code: str) -> str:
    """Return the option whose label is closest to an unknown text; the text itself is not shown."""
    found = None if instrument is None else next((i for i in instrument.items if i.name == item), None)
    labels = [] if found is None else [t for o in found.options for t in (o.label.zh, o.label.en) if t]
    inside = [t for t in labels if t in code and not code.isdigit()]
    near = sorted(inside, key=len)[-1:] or nearest_words(code, labels)
    return tell("; did you mean {!r}?", near[0]) if near else ""


def _shown(code: str) -> str:
    """Return a code as messages may show it: short codes unchanged, other (possibly personal) texts by length only."""
    if code.startswith(tell("option '")):
        return redact(code[:60])
    plain = redact(code)
    return (
        plain if plain == code and CODE_LIKE.fullmatch(code) else tell("[text of {} characters]", len(code))
    )


def _alike_text(table: Table, column: str, code: str) -> str:
    for label, keys in labelled_alike(table.value_labels.get(column, {})):
        if code in keys:
            return tell(
                " (in the file, codes {} share the label '{}')", tell(" and ").join(keys), redact(label)[:40]
            )
    return ""


def _declared_missing_text(table: Table, column: str, code: str) -> str:
    try:
        number = float(code)
    except ValueError:
        return ""
    ranges = table.user_missing.get(column, ())
    inside = any(
        not isinstance(lo, str) and not isinstance(hi, str) and lo <= number <= hi for lo, hi in ranges
    )
    return tell(" (declared missing in the file; kind unknown)") if inside else ""
