"""From a table and its match to Responses: every item coded, every kind of missing settled, personal columns out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._nearest import nearest_words
from literacy.answers.coding.coding import BLANK, UNKNOWN, Coded, Declared, Reader, code_column, join_codes
from literacy.answers.coding.optiontexts import labelled_alike
from literacy.answers.matching.wavesigns import days_outside
from literacy.answers.overview import Note, Overview, Unknown
from literacy.answers.paradata import names_interviewers
from literacy.errors import LiteracyError
from literacy.files.text.oddrows import pick_totals
from literacy.files.text.spelling import skeleton, squeeze
from literacy.files.text.vocabulary import TICKED, UNTICKED, is_other
from literacy.instrument import KINDS, holds
from literacy.instrument.definitions import Code, Item
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

_KIND = {name: np.int8(code) for code, name in enumerate(KINDS)}
SHOWN = 10
CODE_LIKE = re.compile(r"[+-]?[0-9]{1,4}(\.[0-9]{1,2})?|[A-Za-z]{1,2}[0-9]{0,3}|\.[a-z]")


BORN = "year of birth"
"""Stands for a code where ages were asked and years came."""


def birth_years(coded: Coded, item: Item) -> list[int]:
    """How many answers to an item that asks for an age are years of birth, where half of them are; else nothing."""
    if (
        item.type != "number"
        or item.max is None
        or not 60 <= item.max <= 130
        or not _AGE.search(_wording(item))
    ):
        return []
    values = coded.values.to_numpy(dtype=np.float64, na_value=np.nan)
    years = int(((values >= 1900) & (values <= 2100) & (values == np.floor(values))).sum())
    return [years] if years and years >= 0.5 * np.isfinite(values).sum() else []


def _wording(item: Item) -> str:
    return f"{item.name} {item.label.zh} {item.label.en}"


_AGE = re.compile(r"(?:\b|_)age(?:\b|_)|年龄|年纪|周岁|岁数|多大|how old|нас", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file, coded: answers, kinds of missing, codes nobody knows and what was noticed."""

    frame: pd.DataFrame
    missing: pd.DataFrame
    unknown: tuple[Unknown, ...]
    notes: tuple[Note, ...]


def assemble_part(table: Table, match: Match, overview: Overview) -> Part:
    """Code the rows of a table by what was seen of the whole file."""
    n = len(table.frame)
    coded: dict[str, Coded] = {}
    unknown: list[Unknown] = []
    for item in match.instrument.items:
        place = match.places.get(item.name)
        if place is None:
            continue
        result = _code(table, item, place, match)
        coded[item.name] = result
        unknown += [Unknown(item.name, place.columns[0], BORN, n) for n in birth_years(result, item) if n]
        unknown += [Unknown(item.name, place.columns[0], code, count) for code, count in result.unknown]
    kinds = {name: result.kinds.copy() for name, result in coded.items()}
    answers = pd.DataFrame({name: result.values for name, result in coded.items()}, index=pd.RangeIndex(n))
    settle_blanks(kinds, answers, table.frame, match)
    frame = _columns(table, match, answers, overview)
    notes: list[Note] = [(note, 0) for result in coded.values() for note in result.notes]
    notes += [note for result in coded.values() for note in result.counts]
    notes += _texts(frame, match, overview)
    notes += days_outside(table, match.wave)
    return Part(frame, _kinds(kinds, match, n), tuple(unknown), tuple(notes))


def remarks(match: Match, personal: Mapping[str, str]) -> tuple[str, ...]:
    """Notes on a whole file: how columns were matched, what was left out, which items are missing."""
    said = list(match.notes)
    said += name_personal(personal)
    gone = [
        name
        for name in match.absent
        if name not in match.wave.absent and not match.instrument.item(name).optional
    ]
    if gone:
        said.append(
            tell("{} items are not in the file and count as not asked: {}", len(gone), ", ".join(gone[:8]))
        )
    return tuple(said)


def _declared(table: Table, column: str, match: Match) -> Declared:
    return Declared(
        table.value_labels.get(column, {}),
        tuple(table.user_missing.get(column, ())),
        match.instrument.missing,
        table.words,
        match.numbers,
    )


def _code(table: Table, item: Item, place: Place, match: Match) -> Coded:
    if len(place.columns) > 1:
        return code_ticks(table, item, place, match)
    column = place.columns[0]
    return code_column(table.frame[column], item, _declared(table, column, match))


def code_ticks(table: Table, item: Item, place: Place, match: Match) -> Coded:
    """One column an option -> one cell of codes.

    A row where nothing is ticked was skipped by the respondent: unknown whether seen and "none" was meant, as
    an item whose answer may be "none" has an option that says so. A missing code in any column is the row's kind.
    """
    n = len(table.frame)
    ticked: list[tuple[Code, str, NDArray[np.bool_]]] = []
    kinds = np.full(n, BLANK, dtype=np.int8)
    seen = np.zeros(n, dtype=bool)
    unknown: list[tuple[str, int]] = []
    counts: list[Note] = []
    finder = Reader(item, Declared())
    for column, named in zip(place.columns, place.codes, strict=True):
        option = _find_option(finder, named)
        if option is None:
            unknown.append((tell("option '{}'", named), n))
            continue
        hit, kind, strange, other = _ticks(table, column, item, option[0], match)
        unknown += strange
        seen |= hit | other
        gone = (kind > 0) & (kinds == BLANK)
        kinds[gone] = kind[gone]
        ticked.append((option[0], option[1], hit))
    answers = [(code, hit) for code, missing, hit in ticked if not missing]
    matrix = np.column_stack([hit for _, hit in answers]) if answers else np.zeros((n, 0), dtype=bool)
    values, answered = _joined(matrix, [code for code, _ in answers])
    for _, missing, hit in ticked:
        if missing:
            both = int((hit & answered).sum())
            if both:
                word = missing.replace("_", " ")
                counts.append(
                    (tell("{}: {} ticked with answers by {{n}}; answers kept", item.name, word), both)
                )
            kinds[hit & ~answered] = _KIND[missing]
    kinds[answered] = 0
    kinds[(kinds == BLANK) & seen] = _KIND["skipped"]
    cells = pd.Series(values, name=item.name, dtype="str")
    return Coded(cells, kinds, tuple(unknown), counts=tuple(counts))


def _find_option(finder: Reader, named: str) -> tuple[Code, str] | None:
    for option in finder.item.options:
        if str(option.code).casefold() == named.strip().casefold():
            return option.code, option.missing
    code, kind = finder.read(named)
    if kind in (UNKNOWN, BLANK):
        return None
    if kind == 0 and code is not None:
        return code, ""
    missing = KINDS[kind]
    return next(((o.code, o.missing) for o in finder.item.options if o.missing == missing), None)


def _ticks(
    table: Table, column: str, item: Item, code: Code, match: Match
) -> tuple[NDArray[np.bool_], NDArray[np.int8], list[tuple[str, int]], NDArray[np.bool_]]:
    """Of one option's column: ticked, kind of missing, unknown cells, and not ticked but seen."""
    declared = _declared(table, column, match)
    reader = Reader(item, declared)
    labels = {value: skeleton(text) for value, text in declared.value_labels.items()}
    positions, uniques = table.frame[column].factorize()
    hit = np.zeros(len(uniques) + 1, dtype=bool)
    other = np.zeros(len(uniques) + 1, dtype=bool)
    kind = np.zeros(len(uniques) + 1, dtype=np.int8)
    strange: list[tuple[str, int]] = []
    option = item.option(code)
    asks_text = option is not None and is_other(option.label.zh) | is_other(option.label.en)
    pair = {u for u in uniques if not isinstance(u, str)}
    one_two = (
        bool(pair) and pair <= {1.0, 2.0} and labels.get(2.0, "") in {skeleton(w) for w in UNTICKED if w}
    )
    for i, value in enumerate(uniques):
        text = squeeze(f"{value:g}" if isinstance(value, float) else value)
        if one_two and value == 2.0:
            other[i] = True
        elif text in TICKED or (text == str(code).casefold() and text != "0"):
            hit[i] = True
        elif text == "":
            continue
        elif text in UNTICKED:
            other[i] = True
        else:
            found, found_kind = reader.read(value)
            if found_kind > 0:
                kind[i] = found_kind
            elif found_kind == 0 and found == code:
                hit[i] = True
            elif isinstance(value, str) and asks_text and not _looks_like_code(text):
                hit[i] = True  # the text written beside "other: ____"
            else:
                strange.append((text, int((positions == i).sum())))
    return hit[positions], kind[positions], strange, other[positions]


def _looks_like_code(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()


def _joined(matrix: NDArray[np.bool_], codes: list[Code]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Rows of ticks (n, k) as joined codes (None where nothing is ticked)."""
    n, k = matrix.shape
    if not k:
        return np.full(n, None, dtype=object), np.zeros(n, dtype=bool)
    weights = 1 << np.arange(min(k, 62), dtype=np.int64)
    if k > 62:
        uniques, positions = np.unique(matrix, axis=0, return_inverse=True)
    else:
        _, first, positions = np.unique(matrix @ weights, return_index=True, return_inverse=True)
        uniques = matrix[first]
    texts = [join_codes([c for c, t in zip(codes, row, strict=True) if t]) or None for row in uniques]
    answered: NDArray[np.bool_] = np.asarray(matrix.any(axis=1))
    return np.array(texts, dtype=object)[np.ravel(positions)], answered


def settle_blanks(
    kinds: dict[str, NDArray[np.int8]], answers: pd.DataFrame, raw: pd.DataFrame, match: Match
) -> None:
    """Decide what an empty cell means, in place.

    Not applicable where the item's asking conditions do not hold for the person; else what the instrument says of
    blanks: a kind, or ``by_module`` (not asked where the person's whole module is empty, else skipped).
    """
    instrument = match.instrument
    known = _asked_columns(instrument, answers, raw)
    module_empty: dict[str, NDArray[np.bool_]] = {}
    if instrument.blank == "by_module":
        for item in instrument.items:
            if item.name in kinds:
                blank = kinds[item.name] == BLANK
                module_empty[item.module] = (
                    module_empty[item.module] & blank if item.module in module_empty else blank.copy()
                )
    for item in instrument.items:
        if item.name not in kinds:
            continue
        kind = kinds[item.name]
        blank = kind == BLANK
        if not blank.any():
            continue
        if instrument.blank == "by_module":
            kind[blank] = np.where(module_empty[item.module][blank], _KIND["not_asked"], _KIND["skipped"])
        else:
            kind[blank] = _KIND[instrument.blank]
        if item.asked:
            kind[blank & ~holds(item.asked, known)] = _KIND["not_applicable"]


def _asked_columns(instrument: Instrument, answers: pd.DataFrame, raw: pd.DataFrame) -> pd.DataFrame:
    """The columns on which it depends who is asked what; an item the file lacks is missing for everybody."""
    columns: dict[str, pd.Series | float] = {}
    for name in sorted({c.column for i in instrument.items for c in i.asked}):
        if name in answers:
            columns[name] = answers[name]
        elif name in raw:
            columns[name] = raw[name].set_axis(answers.index)
        elif any(i.name == name for i in instrument.items):
            columns[name] = np.nan
    return pd.DataFrame(columns, index=answers.index)


def personal_columns(table: Table, match: Match) -> dict[str, str]:
    """Columns of a file that identify people, and what each holds; items and design columns only if named so."""
    design = match.wave.design.resolve(match.other)
    keep = {design.weight, design.strata, *design.psu, *design.fpc, match.instrument.id_column}
    items = {c for p in match.places.values() for c in p.columns}
    named = [*match.instrument.personal]
    for item in match.instrument.items:
        if item.personal and item.name in match.places:
            named += match.places[item.name].columns
    found = find_personal(table.frame, dict(table.labels), named, (keep | items) - set(named))
    number = match.instrument.id_column
    if number in match.other and number not in found and (what := personal_content(table.frame[number])):
        found[number] = what
    for column in match.other:
        if column not in found and column not in keep:
            label = table.labels.get(column, "")
            if names_interviewers(str(column), label, table.frame[column]):
                found[column] = "interviewers' names"
    return found


def _columns(table: Table, match: Match, answers: pd.DataFrame, overview: Overview) -> pd.DataFrame:
    """Columns in the order of the file, items under their own names; items the file lacks come last, empty."""
    first = {place.columns[0]: name for name, place in match.places.items()}
    later = {c for place in match.places.values() for c in place.columns[1:]}
    items = {i.name: i for i in match.instrument.items}
    renamed = _short_names(match) if table.format == "por" else {}
    columns: dict[str, pd.Series] = {}
    for column in table.frame.columns:
        if column in overview.personal or column in later:
            continue
        if column in first:
            cells = answers[first[column]]
            measured = items[first[column]].type == "number" and column not in overview.integral
            columns[first[column]] = cells.astype("Float64") if measured else cells
            continue
        cells = table.frame[column].mask(table.declared_missing(column)).set_axis(answers.index)
        name = renamed.get(str(column), str(column))
        while name in items or name in columns:
            name += "_in_file"
        columns[name] = cells.astype(np.int64) if column in overview.whole else cells
    gone = {c for c in overview.personal if c in first}
    empty = {kind: _empty(len(answers), kind) for kind in ("str", "Int64")}
    for item in match.instrument.items:
        if item.name not in columns and not (
            item.name in match.places and match.places[item.name].columns[0] in gone
        ):
            columns[item.name] = empty["str" if item.type in ("multiple", "text") else "Int64"]
    return pd.DataFrame(columns, index=answers.index)


def _empty(n: int, kind: str) -> pd.Series:
    """A column of a type without an answer."""
    return pd.Series([None], dtype=kind).take(np.zeros(n, dtype=np.intp)).reset_index(drop=True)


def _short_names(match: Match) -> dict[str, str]:
    """Design columns a portable file had to cut to eight capitals -> their names in the survey."""
    design = match.wave.design
    known = [design.weight, design.strata, *design.psu, *design.fpc, match.instrument.id_column, "wave"]
    found = {}
    for name in dict.fromkeys(k for k in known if k):
        fits = [c for c in match.other if len(c) <= 8 and name.casefold()[:8] == c.casefold()]
        if len(fits) == 1:
            found[fits[0]] = name
    return found


def _kinds(kinds: Mapping[str, NDArray[np.int8]], match: Match, n: int) -> pd.DataFrame:
    asked_of_none = np.full(n, _KIND["not_asked"], dtype=np.int8)
    return pd.DataFrame(
        {i.name: kinds.get(i.name, asked_of_none) for i in match.instrument.items}, index=pd.RangeIndex(n)
    )


def _texts(frame: pd.DataFrame, match: Match, overview: Overview) -> list[Note]:
    """Take personal things out of free answers (in place); how many there were."""
    if overview.keep_personal:
        return []
    touched = 0
    design = match.wave.design.resolve(frame.columns)
    kept = {i.name for i in match.instrument.items if i.type != "text"}
    kept |= {n for n in (design.weight, design.strata, *design.psu, *design.fpc) if n}
    for name in frame.columns:
        if name not in kept:
            frame[name], count = clean_column(frame[name])
            touched += count
    return [(tell(CLEANED), touched)] if touched else []


def refuse_codes(
    unknown: Sequence[Unknown], table: Table, where: str, instrument: Instrument | None = None
) -> LiteracyError:
    """The error that names every column, code and count the instrument does not know."""
    for item, column, code, count in unknown:
        if code == BORN:
            return _refuse_years(item, column, count, table, where)
    rows = []
    for item, column, code, count in unknown[:SHOWN]:
        named = item if item == column else tell("{} (column {})", item, column)
        shown = _shown(code)
        declared = _declared_missing_text(table, column, code) + _alike_text(table, column, code)
        near = _near_option(instrument, item, code)
        rows.append(
            tell("{}: code {}{}, {} time{}{}", named, shown, declared, count, "s" if count != 1 else "", near)
        )
    more = tell("; and {} more", len(unknown) - SHOWN) if len(unknown) > SHOWN else ""
    alike = any(_alike_text(table, column, code) for _, column, code, _ in unknown)
    fix = tell(
        "add the code to the item's options (with its kind if it stands for a missing "
        "value), or correct the file"
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


def _near_option(instrument: Instrument | None, item: str, code: str) -> str:
    """The option an unknown text is nearest to, by its label; the text itself is not shown."""
    found = None if instrument is None else next((i for i in instrument.items if i.name == item), None)
    labels = [] if found is None else [t for o in found.options for t in (o.label.zh, o.label.en) if t]
    inside = [t for t in labels if t in code and not code.isdigit()]
    near = sorted(inside, key=len)[-1:] or nearest_words(code, labels)
    return tell("; did you mean {!r}?", near[0]) if near else ""


def _refuse_years(item: str, column: str, count: int, table: Table, where: str) -> LiteracyError:
    numbers = (
        pd.to_numeric(table.frame[column], errors="coerce")
        if column in table.frame
        else pd.Series(dtype=float)
    )
    found = numbers[(numbers >= 1900) & (numbers <= 2100)]
    example = tell(" such as {:.0f}", found.median()) if len(found) else ""
    named = item if item == column else tell("{} (column {})", item, column)
    return LiteracyError(
        "responses.code",
        where=where,
        what=tell("{}: {:,} values{} look like years of birth rather than ages", named, count, example),
        fix="enter the age: year of interview minus year of birth",
    )


def _shown(code: str) -> str:
    """A code as a message may show it: numbers and letters of a code; a text may be a person's and is only measured."""
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
