"""Coding of a column's cells into codes of the instrument and kinds of missing values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.answers.coding.amounts import read_amount
from literacy.answers.coding.coded import BLANK, UNKNOWN, Coded, Declared, Memory
from literacy.answers.coding.columnforms import (
    NUMBER,
    ColumnForm,
    find_form,
    join_codes,
    option_places,
    read_letters,
    read_prefixed,
    settle,
)
from literacy.answers.coding.optiontexts import Found, drop_filled, labelled_alike, option_texts
from literacy.files.text.spelling import is_disguised, skeleton, squeeze, tidy
from literacy.files.text.vocabulary import missing_kind
from literacy.files.writing.distinct import Places, find_places, look_up
from literacy.instrument.definitions import KINDS, Code, Item, MissingRule
from literacy.messages import mark, tell
from literacy.privacy.identifiers import is_long_number

_KIND = {name: code for code, name in enumerate(KINDS)}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SPLITTERS = (r"[;；]", r"[\n\r]+", r"→|->", r"[,，、]", r"\s+", r"/")
_BARS = r"[┋|]"
LONGEST = 4000
"""Maximum length of a cell that is parsed as several option texts in a row."""


def plain(value: object) -> Code:
    """Return a whole number as int, any other number as float, everything else as text."""
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return int(number) if number.is_integer() else number
    return str(value)


class Reader:
    """Reader of single cells of one item, by the item's codes and labels and by the file's own labels.

    Parameters
    ----------
    item : Item
    declared : Declared
    """

    def __init__(self, item: Item, declared: Declared) -> None:
        self.item: Item = item
        self.declared: Declared = declared
        self.notes: dict[str, int] = {}
        self.words_first: bool = declared.numbers == "agree"
        self._codes: dict[str, Found] = {str(o.code): (o.code, o.missing) for o in item.options}
        self._texts = option_texts(item)
        self._relabelled = self._by_label()
        self._alike = self._labelled_alike()
        self._places = option_places(item) if declared.numbers != "codes" else {}

    def _note(self, template: str, *values: object) -> None:
        text = tell(template, self.item.name, *values)
        self.notes[text] = self.notes.get(text, 0) + 1

    def _by_label(self) -> dict[str, Found | None]:
        """Map values to options by the file's labels, if these contradict the codes (None: undecidable)."""
        if self.item.type in ("number", "text"):
            return {}
        found: dict[str, Found | None] = {}
        differ = False
        for value, label in self.declared.value_labels.items():
            key = str(plain(value))
            option, own = self._texts.find(label), self._codes.get(key)
            if option is None:
                if own is not None and not own[1] and not missing_kind(label):
                    found[key] = None
                continue
            found[key] = option
            differ = differ or (own is not None and own != option)
        return found if differ else {}

    def _labelled_alike(self) -> frozenset[str]:
        """Return the codes that carry the label of another code although they are different answers."""
        if self.item.type in ("number", "text"):
            return frozenset()
        found: set[str] = set()
        for label, keys in labelled_alike(self.declared.value_labels):
            own = {self._codes[k] for k in keys if k in self._codes}
            if len(own) > 1:
                found |= {k for k in keys if k in self._codes and self._codes[k] != self._texts.find(label)}
        return frozenset(found)

    def read(self, value: object, filled: bool = True) -> tuple[Code | None, int]:
        """Return the code and kind of one cell; (None, UNKNOWN) if it is unknown."""
        if isinstance(value, str):
            return self._read_text(value, filled)
        if isinstance(value, (bool, np.bool_)):
            option = self._texts.find(str(bool(value)))
            if option is not None:
                return settle(*option)
        spoken = self._texts.exact(str(plain(value))) if self.words_first else None
        if spoken is not None:
            return settle(*spoken)
        return self._read_code(plain(value), label=self.declared.value_labels.get(value))  # type: ignore[call-overload]  # numbers are keys

    def _read_code(self, code: Code, label: str | None) -> tuple[Code | None, int]:
        key = str(code)
        if key in self._alike:
            return None, UNKNOWN
        if self._places:
            found = self._read_number(key)
            if found is not None:
                return found
        elif key in self._relabelled:
            self._note(
                "{}: codes read by the file's value labels, because they differ from those of the instrument"
            )
            option = self._relabelled[key]
            return settle(*option) if option is not None else (None, UNKNOWN)
        elif key in self._codes:
            return settle(*self._codes[key])
        for rule in self.declared.rules:
            if any(str(c) == key for c in rule.codes):
                return None, _KIND[rule.kind]
            if label is not None and _labelled(label, rule):
                return None, _KIND[rule.kind]
        if key in self.declared.words:
            return None, _KIND[self.declared.words[key]]
        number = None if isinstance(code, str) else float(code)
        gone = number is not None and self.declared.is_missing(number)
        if label is not None:
            kind = missing_kind(label)
            own = number is None and self.declared.is_missing(key)  # a labelled Stata missing value
            if kind:
                word = kind.replace("_", " ")
                if not own:
                    self._note(
                        "{}: code {} read as {} by its value label '{}'", key, tell(word), label.strip()
                    )
                return None, _KIND[kind]
            option = self._texts.find(label)
            if option is not None:
                if not own:
                    self._note("{}: code {} read as {} by its value label", key, option[0])
                return settle(*option)
        if gone:
            return None, UNKNOWN
        if self.item.type == "number" and number is not None and is_long_number(number, self.item.max):
            self._note("{}: numbers as long as a telephone or card number were removed and count as skipped")
            return None, _KIND["skipped"]
        if self.item.type == "number" or (self.item.type != "text" and not self.item.options):
            return code, 0 if number is not None else UNKNOWN
        if self.item.type == "text":
            return code, 0
        return self._read_percent(number)

    def _read_number(self, key: str) -> tuple[Code | None, int] | None:
        """Read a number that may be the position of an option; None if it is neither a position nor a code."""
        place, code = self._places.get(key), self._codes.get(key)
        if self.declared.numbers == "places" or (place is not None and place == code):
            option = place
        else:
            option = code if place is None else None
        if option is not None:
            return settle(*option)
        return (None, UNKNOWN) if place is not None or code is not None else None

    def _read_percent(self, number: float | None) -> tuple[Code | None, int]:
        """Read ``0.15`` as the option ``15%``, which spreadsheets convert to a number."""
        option = self._texts.exact(f"{round(number * 100, 6):g}%") if number is not None else None
        return settle(*option) if option is not None else (None, UNKNOWN)

    def _read_text(self, text: str, filled: bool) -> tuple[Code | None, int]:
        short = squeeze(text)
        if not short:
            return None, BLANK
        for word in (text.strip(), short):
            if word in self.declared.words:
                return None, _KIND[self.declared.words[word]]
        if self.words_first:
            option = self._texts.exact(text)
            if option is not None:
                return settle(*option)
        if text.strip() in self._codes and not (self._relabelled or self._alike or self._places):
            return settle(*self._codes[text.strip()])
        for rule in self.declared.rules:
            if any(short == squeeze(t) or short == "." + squeeze(t) for t in rule.tags) or _labelled(
                text, rule
            ):
                return None, _KIND[rule.kind]
        if "〖" in short and NUMBER.fullmatch(drop_filled(short).strip()):
            short = drop_filled(short).strip()
        if NUMBER.fullmatch(short):
            number = float(short)
            if not text.isascii() and self.item.type == "number" and "〖" not in text:
                if not is_disguised(text):  # 2² is not 22
                    return None, UNKNOWN
                self._note("{}: digits in full width or with invisible characters read as numbers")
            label = self.declared.value_labels.get(number, self.declared.value_labels.get(text))
            return self._read_code(plain(number), label)
        if text in self.declared.value_labels or self.declared.is_missing(text):
            found = self._read_code(text, self.declared.value_labels.get(text))
            if found[1] != UNKNOWN:
                return found
        option = self._texts.find(text, filled)
        if option is None and short == "-oth-":
            option = self._texts.other
        if option is not None:
            return settle(*option)
        kind = missing_kind(tidy(text))
        if kind:
            return None, _KIND[kind]
        if self.item.type == "text":
            return text.strip(), 0
        if self.item.type == "number":
            amount = read_amount(short, self.item)
            if amount is None or not is_disguised(_HAN.sub("", text)):
                return None, UNKNOWN
            self._note("{}: cells with the unit {} read as numbers", amount.unit)
            return plain(amount.number), 0
        return None, UNKNOWN


def _labelled(label: str, rule: MissingRule) -> bool:
    text = squeeze(label)
    return any(text == squeeze(t) or skeleton(t) == skeleton(label) for t in rule.labels)


def code_column(
    cells: pd.Series | Places, column: str, item: Item, declared: Declared, memory: Memory | None = None,
    form: ColumnForm | None = None,
) -> Coded:  # fmt: skip
    """Code one column of an item.

    Parameters
    ----------
    cells : Series (n,), or Places
        Raw cells: numbers, text, or both.
    column : str
        Name of the column in the file.
    item : Item
    declared : Declared
        Value labels and missing codes of the file, missing rules of the instrument.
    memory : Memory, optional
        Readings of values in earlier blocks of the file.
    form : ColumnForm, optional
        How the whole column is written, if the cells are only a block of it.
    """
    if isinstance(cells, pd.Series):
        numeric = pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells)
        if numeric and item.type == "number":
            return _code_numbers(cells, item, Reader(item, declared))
        cells = find_places(cells)
    uniques = cells.uniques
    made = (memory or Memory()).recall(
        (item.name, column), declared, uniques, _read_uniques, item, declared, form
    )
    codes: list[Code | None] = [None] * cells.size
    for place, code in zip(cells.at.tolist(), made.codes, strict=True):
        codes[place] = code
    kinds = look_up(cells, made.kinds, BLANK)
    unknown = tuple((str(plain(uniques[i])), int((cells.cells == cells.at[i]).sum())) for i in made.unknown)
    blank = cells.gaps or bool((made.kinds == BLANK).any())
    return Coded(item, kinds, cells.cells, tuple(codes), unknown=unknown, notes=made.notes, blank=blank)


def _code_numbers(cells: pd.Series, item: Item, reader: Reader) -> Coded:
    """Code a column of a numeric item; only the few special codes are read one by one."""
    array = cells.to_numpy(dtype=np.float64, na_value=np.nan, copy=True)
    kinds = np.where(np.isnan(array), BLANK, 0).astype(np.int8)
    special = {float(o.code) for o in item.options if not isinstance(o.code, str)}
    special |= {float(c) for r in reader.declared.rules for c in r.codes if not isinstance(c, str)}
    special |= {float(v) for v in reader.declared.value_labels if not isinstance(v, str)}
    special |= {float(w) for w in reader.declared.words if NUMBER.fullmatch(w)}
    for low, high in reader.declared.user_missing:
        if not isinstance(low, str) and not isinstance(high, str):
            special |= set(np.unique(array[(array >= low) & (array <= high)]).tolist())
    filled = np.where(kinds == 0, array, 0.0)
    long = [k for k in np.flatnonzero(np.abs(filled) >= 1e5).tolist() if is_long_number(filled[k], item.max)]
    kinds[long] = _KIND["skipped"]
    count_template = mark(
        "{}: {{n}} numbers as long as a telephone or card number were removed and count as skipped"
    )
    counts = ((tell(count_template, item.name), len(long)),) if long else ()
    unknown = []
    for value in sorted(special):
        hit = array == value
        count = int(hit.sum())
        if not count:
            continue
        _, kind = reader.read(value)
        if kind == UNKNOWN:
            unknown.append((str(plain(value)), count))
        kinds[hit] = kind
    array[kinds != 0] = np.nan
    return Coded(
        item,
        kinds,
        numbers=array,
        unknown=tuple(unknown),
        notes=_sentences(reader),
        counts=counts,
        blank=bool((kinds == BLANK).any()),
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reading of a column's distinct values: codes, kinds of missing values, positions of unknown ones."""

    codes: tuple[Code | None, ...]
    kinds: NDArray[np.int8]
    unknown: tuple[int, ...]
    notes: tuple[str, ...]


def _read_uniques(uniques: Any, item: Item, declared: Declared, form: ColumnForm | None) -> _Reading:
    reader = Reader(item, declared)
    codes: list[Code | None] = []
    kinds = np.empty(len(uniques), dtype=np.int8)
    many = item.type == "multiple"
    form = form or find_form(uniques, item)
    reader.words_first = reader.words_first or form.words
    letters = read_letters(uniques, item) if form.letters else {}
    coded = read_prefixed(uniques, item, placed=form.placed) if form.prefixed and not form.letters else {}
    for i, value in enumerate(uniques):
        if letters and isinstance(value, str):
            code, kind = letters.get(squeeze(value).upper(), (None, UNKNOWN))
        elif coded and isinstance(value, str):
            code, kind = coded[squeeze(value).upper()]
        elif many:
            code, kind = _read_many(value, reader)
        else:
            code, kind = reader.read(value)
        codes.append(code if kind == 0 else None)
        kinds[i] = kind
    notes = _sentences(reader)
    if letters:
        notes = (*notes, tell("{}: letters A, B, C… read as the first, second, third… option", item.name))
    return _Reading(tuple(codes), kinds, tuple(np.flatnonzero(kinds == UNKNOWN).tolist()), notes)


def _read_many(value: object, reader: Reader) -> tuple[Code | None, int]:
    """Read a cell that may hold several options."""
    if not isinstance(value, str):
        code, kind = reader.read(value)
        return (str(code), 0) if kind == 0 else (None, kind)
    bare = drop_filled(value)
    barred = "┋" in bare
    code, kind = reader.read(bare, filled=False)
    if kind != UNKNOWN and not barred:
        return (str(code), 0) if kind == 0 else (None, kind)
    for splitter in (_BARS,) if barred else (_BARS, *_SPLITTERS):
        parts = [p for p in re.split(splitter, bare) if p.strip()]
        read = [reader.read(part) for part in parts]
        if (len(parts) < 2 and not barred) or not parts or any(k == UNKNOWN for _, k in read):
            continue
        chosen = [c for c, k in read if k == 0 and c is not None]
        if not chosen:
            return None, read[0][1]
        if len(chosen) < len(read):
            reader._note("{}: don't know ticked together with answers; the answers were kept")
        return join_codes(chosen), 0
    if barred:
        return None, UNKNOWN
    texts = _joined_texts(bare, reader)
    if texts:
        return join_codes(texts), 0
    code, kind = reader.read(bare)
    return (str(code), 0) if kind == 0 else (None, kind)


def _joined_texts(value: str, reader: Reader) -> list[Code]:
    """Split a cell into option texts that themselves contain the separator, if there is exactly one way to do so."""
    whole = skeleton(tidy(value))
    if not whole or len(value) > LONGEST:
        return []
    words = {
        skeleton(tidy(text)): option.code
        for option in reader.item.answers
        for text in (option.label.zh, option.label.en, *(t for _, t in option.label.others))
        if text
    }
    ways: dict[int, set[frozenset[Code]]] = {0: {frozenset()}}
    for at in range(len(whole)):
        for word, code in words.items() if at in ways else ():
            if whole.startswith(word, at):
                ways.setdefault(at + len(word), set()).update(w | {code} for w in ways[at])
        if len(ways.get(at, ())) > 20:
            return []
    found = ways.get(len(whole), set())
    return list(next(iter(found))) if len(found) == 1 else []


def _sentences(reader: Reader) -> tuple[str, ...]:
    return tuple(sorted(reader.notes))
