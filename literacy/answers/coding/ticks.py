"""Multiple-choice items with one column per option: the ticks of each row as one cell of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from literacy.answers.coding.coded import BLANK, UNKNOWN, Coded, Declared, Memory
from literacy.answers.coding.coding import Reader
from literacy.answers.coding.columnforms import join_codes
from literacy.files.text.spelling import skeleton, squeeze
from literacy.files.text.vocabulary import TICKED, UNTICKED, is_other
from literacy.files.writing.distinct import find_places, look_up
from literacy.instrument.definitions import KINDS, Code, Item
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.answers.matching.column_rules import Place
    from literacy.files.table import Table

BITS = 6
"""Maximum number of options of which all combinations are listed, whether they occur or not."""
FEW = 16
"""Maximum number of options whose combinations are tabulated; with more options, the distinct rows are determined."""
_KIND = {name: np.int8(code) for code, name in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class _Ticks:
    """Distinct values of an option's column: ticked, kind of missing, seen; and unknown values."""

    hit: NDArray[np.bool_]
    kind: NDArray[np.int8]
    other: NDArray[np.bool_]
    strange: tuple[tuple[int, str], ...]


def code_ticks(
    table: Table, item: Item, place: Place, declared: Mapping[str, Declared], memory: Memory
) -> Coded:
    """Combine the columns of the options into one cell of codes per row.

    A row that holds unticked options only counts as skipped. It is not read as "none", because an item that admits
    this answer has an option for it. A missing code in any of the columns determines the kind of the row.
    """
    n = len(table.frame)
    ticked: list[tuple[Code, str, NDArray[np.bool_]]] = []
    kinds = np.full(n, BLANK, dtype=np.int8)
    seen = np.zeros(n, dtype=bool)
    unknown: list[tuple[str, int]] = []
    counts: list[tuple[str, int]] = []
    finder = Reader(item, Declared())
    for column, named in zip(place.columns, place.codes, strict=True):
        option = _find_option(finder, named)
        if option is None:
            unknown.append((tell("option '{}'", named), n))
            continue
        found = table.places.get(column)
        if found is None:
            found = find_places(table.frame[column])
        declaration, code = declared[column], option[0]
        made = memory.recall(
            (item.name, column), declaration, found.uniques, _read_ticks, item, declaration, code
        )
        hit = look_up(found, made.hit, False)
        unknown += [(text, int((found.cells == found.at[i]).sum())) for i, text in made.strange]
        seen |= hit
        if made.other.any():
            seen |= look_up(found, made.other, False)
        if made.kind.any():
            kind = look_up(found, made.kind, 0)
            gone = (kind > 0) & (kinds == BLANK)
            kinds[gone] = kind[gone]
        ticked.append((code, option[1], hit))
    answers = [(code, hit) for code, missing, hit in ticked if not missing]
    places, codes = _join([hit for _, hit in answers], [code for code, _ in answers], n)
    answered = np.zeros(n, dtype=bool)
    for _, hit in answers:
        answered |= hit
    for _, missing, hit in ticked:
        if missing:
            both = int((hit & answered).sum())
            if both:
                word = missing.replace("_", " ")
                counts.append(
                    (tell("{}: {} ticked with answers by {{n}}; answers kept", item.name, word), both)
                )
            kinds[hit & ~answered] = _KIND[missing]
    kinds *= ~answered
    skipped = (kinds == BLANK) & seen
    kinds += skipped.view(np.int8) * np.int8(_KIND["skipped"] - BLANK)
    blank = bool((kinds == BLANK).any())
    return Coded(item, kinds, places, tuple(codes), unknown=tuple(unknown), counts=tuple(counts), blank=blank)


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


def _read_ticks(uniques: Any, item: Item, declared: Declared, code: Code) -> _Ticks:
    """Read one option's column: ticked, kind of missing value, seen but not ticked, and unknown values."""
    reader = Reader(item, declared)
    labels = {value: skeleton(text) for value, text in declared.value_labels.items()}
    hit = np.zeros(len(uniques), dtype=bool)
    other = np.zeros(len(uniques), dtype=bool)
    kind = np.zeros(len(uniques), dtype=np.int8)
    strange: list[tuple[int, str]] = []
    option = item.option(code)
    asks_text = option is not None and is_other(option.label.zh) | is_other(option.label.en)
    two_unticked = labels.get(2.0, "") in {skeleton(w) for w in UNTICKED if w}
    for i, value in enumerate(uniques):
        text = squeeze(f"{value:g}" if isinstance(value, float) else value)
        if two_unticked and value == 2.0:
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
                hit[i] = True  # the free text of "other: ____"
            else:
                strange.append((i, text))
    return _Ticks(hit, kind, other, tuple(strange))


def _looks_like_code(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit()


def _join(hits: list[NDArray[np.bool_]], codes: list[Code], n: int) -> tuple[NDArray[Any], list[Code | None]]:
    """Return each row's position among combinations of ticks, and these as joined codes (None: nothing ticked)."""
    k = len(hits)
    if k <= BITS:
        key = np.zeros(n, dtype=np.uint8)
        for j, hit in enumerate(hits):
            key |= hit.view(np.uint8) * np.uint8(1 << j)
        return key, [_name_ticks(codes, [i >> j & 1 for j in range(k)]) for i in range(1 << k)]
    if k > FEW:
        rows, positions = np.unique(np.column_stack(hits), axis=0, return_inverse=True)
        places = np.ravel(positions).astype(np.intp)
    else:
        wide = np.zeros(n, dtype=np.intp)
        for j, hit in enumerate(hits):
            wide += hit.astype(np.intp) << j
        seen = np.bincount(wide, minlength=1 << k) > 0
        held = np.flatnonzero(seen)
        rows = (held[:, None] >> np.arange(k)) & 1 > 0
        places = (np.cumsum(seen) - 1)[wide]
    return places, [_name_ticks(codes, row) for row in rows]


def _name_ticks(codes: list[Code], row: Sequence[Any]) -> Code | None:
    return join_codes([c for c, t in zip(codes, row, strict=True) if t]) or None
