"""Compact record of the answers of a file for the quality checks; records of blocks of rows add up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._merging import merge_tree
from literacy.instrument import KINDS, Instrument, Wave, holds
from literacy.privacy import is_code
from literacy.quality.answer_positions import HELD_BACK, NOT_ASKED, Positions, mark_missing, place_cells

if TYPE_CHECKING:
    from literacy.answers.blocks import CodedAnswers
    from literacy.answers.coding.coded import Coded
    from literacy.answers.responses import Responses
    from literacy.instrument.definitions import Item

Rows = NDArray[np.intp]
_UNASKED = KINDS.index("not_asked")


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Data of a file, or of a block of its rows, in the form the checks use.

    Attributes
    ----------
    instrument, wave
        What was asked, and in which wave.
    rows : int
        Number of rows, n.
    answers : mapping
        Item -> answers to it (n,), for the items that were asked of anybody. Texts are not held.
    hidden : frozenset of str
        Items whose column is not read, because it identifies people.
    duration : (n,) array
        Interview duration in seconds, NaN if not known.
    device : (n,) array of integers
        Number of the device, 0 if not known.
    moment : (n,) array
        Time of submission in seconds, NaN if not known.
    ids : Series or None
        Respondent numbers; None if there is no such column.
    places : mapping
        Interviewer, community and sampling unit, as far as the file has them, in order of appearance. Names of
        interviewers are held as digests only.
    outside : Positions or None
        For the rows in no universe, the columns that lack a value needed to tell (none: an empty tuple); None if the
        survey has no universes.
    impossible : mapping
        Numeric item with limits -> rows and values outside them.
    """

    instrument: Instrument
    wave: Wave
    rows: int
    answers: Mapping[str, Positions]
    hidden: frozenset[str]
    duration: NDArray[np.float64]
    device: NDArray[Any]
    moment: NDArray[np.float64]
    ids: pd.Series | None
    places: Mapping[str, Positions]
    outside: Positions | None
    impossible: Mapping[str, tuple[Rows, NDArray[np.float64]]]

    def __add__(self, other: Evidence) -> Evidence:
        """Return the record of the rows of both, one below the other."""
        first, second = self.rows, other.rows
        values = {name: (rows + first, found) for name, (rows, found) in other.impossible.items()}
        return Evidence(
            self.instrument,
            self.wave,
            first + second,
            _add_columns(self.answers, other.answers, first, second, NOT_ASKED),
            self.hidden | other.hidden,
            np.concatenate([self.duration, other.duration]),
            np.concatenate([self.device, other.device]),
            np.concatenate([self.moment, other.moment]),
            None
            if self.ids is None or other.ids is None
            else pd.concat([self.ids, other.ids], ignore_index=True),
            _add_columns(self.places, other.places, first, second, HELD_BACK),
            None if self.outside is None or other.outside is None else self.outside + other.outside,
            {
                name: tuple(np.concatenate(pair) for pair in zip(found, values[name], strict=True))  # type: ignore[misc]  # pairs
                for name, found in self.impossible.items()
            },
        )

    @property
    def asked(self) -> list[Item]:
        """Items asked of at least one respondent."""
        return [i for i in self.instrument.items if i.name in self.answers]

    def each_answers(self) -> Iterator[NDArray[Any]]:
        """Yield for each item asked the positions of the answers (n,), as :meth:`Positions.answers` gives them."""
        for item in self.asked:
            column = self.answers[item.name]
            held = item.type != "text" and item.name not in self.hidden
            yield column.answers() if held else np.full(self.rows, HELD_BACK, dtype=np.int8)


def _add_columns(
    one: Mapping[str, Positions], two: Mapping[str, Positions], first: int, second: int, none: int
) -> dict[str, Positions]:
    """Add columns by name; one that is absent holds the code *none* throughout."""
    names = dict.fromkeys((*one, *two))
    return {
        n: (one[n] if n in one else _fill(first, none)) + (two[n] if n in two else _fill(second, none))
        for n in names
    }


def _fill(rows: int, code: int) -> Positions:
    return Positions(np.full(rows, code, dtype=np.int8), ())


def gather_evidence(blocks: Iterable[Evidence]) -> Evidence:
    """Return the record of all rows, the positions of answers in ascending order of the codes."""
    whole: Evidence = merge_tree(blocks, lambda a, b: a + b)
    answers = {name: column.settle() for name, column in whole.answers.items()}
    return replace(whole, answers=answers)


def record_responses(responses: Responses) -> Evidence:
    """Return the record of answers held in memory."""
    answers = {}
    for item in responses.instrument.items:
        kinds = responses.missing[item.name].to_numpy()
        if not bool((kinds < _UNASKED).any()):
            continue
        if item.name in responses.frame.columns:
            positions, uniques = pd.factorize(responses.frame[item.name])
            answers[item.name] = _column(item, positions, uniques.tolist(), kinds)
        else:
            answers[item.name] = mark_missing(_fill(len(kinds), HELD_BACK), kinds)
    hidden = frozenset(answers).difference(responses.frame.columns)
    return _record(responses.frame, responses.paradata, responses.instrument, responses.wave, answers, hidden)


def record_block(block: CodedAnswers, hidden: frozenset[str]) -> Evidence:
    """Return the record of a block of a file; *hidden* are the items whose column identifies people."""
    answers = {}
    for k, item in enumerate(block.instrument.items):
        kinds = block.kinds[k]
        if item.name not in block.coded or not bool((kinds < _UNASKED).any()):
            continue
        if item.name in hidden:
            answers[item.name] = mark_missing(_fill(len(kinds), HELD_BACK), kinds)
        else:
            answers[item.name] = _column(item, *_codes(block.coded[item.name], kinds), kinds)
    paradata = pd.DataFrame(index=block.frame.index) if block.paradata is None else block.paradata
    return _record(block.frame, paradata, block.instrument, block.wave, answers, hidden & answers.keys())


def needed_columns(instrument: Instrument, wave: Wave) -> set[str]:
    """Return the columns of the frame that :func:`record_block` uses."""
    names = {i.name for i in instrument.items if _has_limits(i)}
    names |= {c.column for u in instrument.universes for c in u.all_of}
    return names | {instrument.id_column, "community", *wave.design.psu[:1]}


def _codes(coded: Coded, kinds: NDArray[np.int8]) -> tuple[NDArray[Any], list[Any]]:
    """Return positions of the cells in a list of codes, and the codes."""
    if coded.numbers is None:
        return coded.positions, list(coded.codes)
    found, places = np.unique(coded.numbers[kinds == 0], return_inverse=True)
    positions = np.full(len(kinds), -1, dtype=np.intp)
    positions[kinds == 0] = places
    whole = (found == np.floor(found)).tolist()
    return positions, [
        None if v != v else int(v) if w else v for v, w in zip(found.tolist(), whole, strict=True)
    ]


def _column(item: Item, positions: NDArray[Any], codes: list[Any], kinds: NDArray[np.int8]) -> Positions:
    """Return the answers to an item; of texts, only those equal to the key are held."""
    if item.type == "text":
        key = name_key(item)
        codes = [c if str(c) == key else None for c in codes]
    return mark_missing(place_cells(positions, codes), kinds)


def name_key(item: Item) -> str:
    """Return the right answer to an item as a text, in the form of multiple-choice cells."""
    return "|".join(sorted(map(str, item.key)))


def _has_limits(item: Item) -> bool:
    return item.type == "number" and not (item.min is None and item.max is None)


def _record(
    frame: pd.DataFrame,
    paradata: pd.DataFrame,
    instrument: Instrument,
    wave: Wave,
    answers: Mapping[str, Positions],
    hidden: frozenset[str],
) -> Evidence:
    n = len(frame)
    device = _number(paradata, "device", n)
    known = np.where(np.isfinite(device), device, 0).astype(np.int64)
    moment = np.full(n, np.nan)
    if "submitted" in paradata.columns:
        moment = _seconds(paradata["submitted"])
    places = {}
    if "interviewer" in paradata.columns:
        positions, names = pd.factorize(paradata["interviewer"])
        places["interviewer"] = place_cells(positions, [_conceal(str(name)) for name in names])
    for name in ("community", *wave.design.psu[:1]):
        if name in frame.columns:
            positions, values = pd.factorize(frame[name])
            places[name] = place_cells(positions, values.tolist())
    number = instrument.id_column
    return Evidence(
        instrument,
        wave,
        n,
        answers,
        hidden,
        _number(paradata, "duration", n),
        known.astype(np.int32) if known.max(initial=0) <= np.iinfo(np.int32).max else known,
        moment,
        frame[number].reset_index(drop=True) if number and number in frame.columns else None,
        places,
        _find_outside(frame, instrument),
        {
            i.name: _find_impossible(frame[i.name], i)
            for i in instrument.items
            if _has_limits(i) and i.name in frame.columns
        },
    )


def _conceal(interviewer: str) -> str | bytes:
    """Return the code of an interviewer; of a name, a digest."""
    if is_code(interviewer):
        return interviewer
    return hashlib.blake2b(interviewer.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _number(paradata: pd.DataFrame, name: str, n: int) -> NDArray[np.float64]:
    if name not in paradata.columns:
        return np.full(n, np.nan)
    return np.asarray(paradata[name].to_numpy(dtype=float, na_value=np.nan))


def _seconds(moments: pd.Series) -> NDArray[np.float64]:
    values = moments.to_numpy(dtype="datetime64[s]")
    seconds = values.astype(np.int64).astype(np.float64)
    seconds[np.isnat(values)] = np.nan
    return seconds


def _find_impossible(cells: pd.Series, item: Item) -> tuple[Rows, NDArray[np.float64]]:
    """Return the rows whose number lies outside the limits of an item, and the numbers."""
    values = cells.to_numpy(dtype=float, na_value=np.nan)
    low = -np.inf if item.min is None else item.min
    high = np.inf if item.max is None else item.max
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero((values < low) | (values > high))
    return wrong, values[wrong]


def _find_outside(frame: pd.DataFrame, instrument: Instrument) -> Positions | None:
    """Return for the rows in no universe the columns without a value; None if there are no universes."""
    universes = instrument.universes
    if not universes:
        return None
    inside = np.zeros(len(frame), dtype=bool)
    for universe in universes:
        inside |= holds(universe.all_of, frame)
    columns = sorted({c.column for u in universes for c in u.all_of if c.column in frame.columns})
    rows = np.flatnonzero(~inside)
    if not len(rows):
        return _fill(len(frame), HELD_BACK)
    gone = frame[columns].isna().to_numpy(dtype=bool)[rows]
    patterns, places = np.unique(gone, axis=0, return_inverse=True)
    positions = np.full(len(frame), -1, dtype=np.intp)
    positions[rows] = np.ravel(places)
    levels = [tuple(c for c, lacks in zip(columns, row, strict=True) if lacks) for row in patterns.tolist()]
    return place_cells(positions, levels)
