"""A questionnaire file with its columns matched to the items; its answers are read block by block or all at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.answers.blocks import CodedAnswers, find_items
from literacy.answers.coding.assembly import (
    Part,
    assemble_part,
    personal_columns,
    refuse_codes,
    remarks,
)
from literacy.answers.coding.birthyears import BirthYears, refuse_years
from literacy.answers.coding.coded import Memory
from literacy.answers.coding.columnforms import ColumnForm, find_form
from literacy.answers.coding.optiontexts import option_texts
from literacy.answers.matching.matching import (
    Match,
    choose_wave,
    find_survey,
    match_columns,
    rank_surveys,
    require_match,
)
from literacy.answers.matching.wavesigns import DayColumns, wave_by_column
from literacy.answers.overview import Note, Overview, Unknown, add_unknown, look_over, render_notes
from literacy.answers.paradata import Devices, Spans, find_days, gather_paradata
from literacy.answers.responses import Responses
from literacy.errors import LiteracyError
from literacy.instrument import find_home, load_instrument, load_wave
from literacy.instrument.definitions import Item, Wave
from literacy.messages import tell
from literacy.privacy import Glimpses, has_personal_numbers

if TYPE_CHECKING:
    from literacy.files import Share, Table, TableFile
    from literacy.instrument import Instrument
    from literacy.provenance import Source

Progress = Callable[[float], None]
"""Callback that is called from time to time with the fraction of the work done."""
FITS = 0.5
"""Minimum share of a survey's items in a file for it to be matched without the survey being named."""
CELLS = 1 << 20
"""Number of cells per block when the columns are inspected."""
LOOKED = 0.25
"""Share of the progress attributed to the inspection of the file."""


@dataclass(frozen=True, slots=True)
class ResponseFile:
    """A questionnaire file whose columns are matched to the items and whose rows are still to be read.

    Attributes
    ----------
    file : TableFile
        The file, which must stay open while answers are read.
    match : Match
    overview : Overview
        Properties of the whole file: its number of rows, personal columns, types.
    source : Source
    history : tuple of str
        Assumptions made before any answer was coded.
    columns : tuple of str
        Columns of the file that are read.
    share : Share or None
        The part of the file that is read; None means the whole file.
    kept : (rows,) boolean array, optional
        Rows of the whole file that the blocks hold; None means all.
    left_out : tuple of str
        Why the others are left out, one sentence each.
    """

    file: TableFile
    match: Match
    overview: Overview
    source: Source
    history: tuple[str, ...]
    columns: tuple[str, ...]
    share: Share | None = None
    kept: NDArray[np.bool_] | None = None
    left_out: tuple[str, ...] = ()

    @property
    def instrument(self) -> Instrument:
        """The instrument to which the columns are matched."""
        return self.match.instrument

    @property
    def wave(self) -> Wave:
        """The wave to which the file belongs."""
        return self.match.wave

    def keep(self, rows: NDArray[np.bool_], reason: str) -> ResponseFile:
        """Keep the rows where a boolean array is true; the history tells the reason and the number left out.

        Only for the blocks of a whole file, not for :meth:`whole`.
        """
        sentence = tell("{} of {} rows left out: {}", int((~rows).sum()), len(rows), reason)
        return replace(self, kept=rows, left_out=(*self.left_out, sentence))

    def find_history(self, notes: Iterable[Note]) -> tuple[str, ...]:
        """Return the assumptions made, given the notes of all blocks, and the rows left out; one sentence each."""
        return (*dict.fromkeys((*self.history, *render_notes(notes))), *self.left_out)

    def parts(
        self,
        progress: Progress | None = None,
        wanted: Collection[str] | None = None,
        cells: int = 0,
        *,
        paradata: bool = False,
    ) -> Iterator[tuple[CodedAnswers, tuple[Note, ...]]]:
        """Yield the answers block by block, each block with its notes.

        *wanted* are the columns requested of the result computed from the answers; only the columns that these require
        are built. *paradata* are gathered on request; the file must have been opened for that.

        Raises
        ------
        LiteracyError
            ``responses.code`` at the end of the file, listing every unknown code with its count in the whole file; no
            block is yielded from the first unknown code onwards.
        """
        unknown: list[Unknown] = []
        born: list[BirthYears] = []
        done = 0
        memory = Memory()
        devices = Devices()
        items = None if wanted is None else find_items(self.instrument, self.wave, wanted, self.file.columns)
        for table in self.file.blocks(self.columns, cells, self.share, self._choices()):
            part = assemble_part(table, self.match, self.overview, self.columns, memory, items)
            of_rows = slice(done, done + len(table.frame))
            done = of_rows.stop
            beside = None
            if paradata:
                personal, spans = self.overview.personal, self.overview.spans
                beside = gather_paradata(table, self.match, personal, spans, devices)
            del table
            unknown += part.unknown
            born += part.born
            block, notes = self._coded(part, wanted, beside), part.notes
            del part
            if self.kept is not None:
                block = block.keep(self.kept[of_rows])
            if not unknown:
                yield block, notes
            del block  # before the next rows are read
            if progress is not None:
                progress(LOOKED + (1 - LOOKED) * done / max(1, self.overview.rows))
        self.file.require_unchanged()
        refuse_years(born, self.file.where)
        if unknown:
            every = add_unknown(unknown, [i.name for i in self.instrument.items])
            raise refuse_codes(every, self.file.schema, self.file.where, self.instrument)

    def whole(self) -> Responses:
        """Return all answers, with the paradata of the interviews.

        Raises
        ------
        LiteracyError
            As in :meth:`parts`.
        """
        table = self.file.table(self.columns)
        self.file.require_unchanged()
        part = assemble_part(table, self.match, self.overview, self.columns)
        refuse_years(part.born, self.file.where)
        if part.unknown:
            raise refuse_codes(part.unknown, table, self.file.where, self.match.instrument)
        missing = pd.DataFrame(part.kinds.T, columns=[i.name for i in self.instrument.items])
        return Responses(
            part.frame, missing, self.instrument, self.wave, self.source, self.find_history(part.notes),
            gather_paradata(table, self.match, self.overview.personal),
            unread=tuple(self.overview.personal.items()), absent=self.match.absent,
        )  # fmt: skip

    def _choices(self) -> frozenset[str]:
        """Return the columns of items whose answers are options, neither numbers nor texts."""
        chosen = {i.name for i in self.instrument.items if i.type not in ("number", "text")}
        places = self.match.places.items()
        return frozenset(c for name, place in places if name in chosen for c in place.columns)

    def _coded(
        self, part: Part, wanted: Collection[str] | None, paradata: pd.DataFrame | None
    ) -> CodedAnswers:
        return CodedAnswers(
            part.frame, part.coded, part.kinds, self.instrument, self.wave, self.source, self.history,
            self.match.absent, wanted, paradata,
        )  # fmt: skip


def open_responses(
    file: TableFile,
    instrument: Instrument | str | None = None,
    wave: str | int | Path | Wave | None = None,
    *,
    keep_personal: bool = False,
    columns: Collection[str] | None = None,
    progress: Progress | None = None,
    paradata: bool = False,
) -> ResponseFile:
    """Match the columns of an open file to an instrument and inspect its rows.

    Parameters
    ----------
    file : TableFile
    instrument, wave, keep_personal
        As in :func:`literacy.read`.
    columns : collection of str, optional
        Columns to keep, besides the design, among those that hold no item; default all.
    progress : callable, optional
        Called with the fraction of all work done while the file is inspected.
    paradata : bool
        Whether the paradata are to be read in blocks.

    Raises
    ------
    LiteracyError
        As in :func:`literacy.read`.
    """
    instrument, wave = _own_wave(instrument, wave)
    if not len(file.head.frame):
        raise LiteracyError(
            "io.empty", where=file.where, what="the file has no rows", fix="check the exported file"
        )
    match, before, notes = meet_file(file, instrument, wave)
    require_match(match, file.head, file.where)
    if columns is not None:
        match = replace(match, other=_wanted(match, columns))
    glimpses = Glimpses()
    labels: dict[str, str] = {}
    table_notes: list[str] = []
    spans = Spans() if paradata else None
    written, unsettled = _find_forms(file, match)
    wanted, days = _to_look_at(file, match), DayColumns()

    stated = isinstance(wave, Wave)  # in the user's own wave file, which overrides the rows

    def looked(names: Sequence[str]) -> Iterator[Table]:
        for table in file.blocks(names, CELLS):
            shown = wave_by_column(table, match.instrument) if file.in_blocks and not stated else None
            if shown not in (None, match.wave):
                raise _MixedError
            days.hear(table)
            for column, item in unsettled.items():
                written[column] &= find_form(table.frame[column].dropna().unique(), item)
            if not keep_personal:
                glimpses.hear(table.frame, wanted)
                labels.update(table.labels)
            if spans is not None:
                spans.hear(table)
            table_notes.extend(
                note for note in table.notes if note not in table_notes
            )  # an encoding may be detected late
            yield table

    try:
        overview = look_over(
            looked([c for c in file.columns if c in wanted or c in unsettled]), match, {}, keep_personal
        )
    except _MixedError:
        file.hold()
        return open_responses(
            file, instrument, wave, keep_personal=keep_personal, columns=columns, progress=progress,
            paradata=paradata,
        )  # fmt: skip
    personal = {} if keep_personal else personal_columns(glimpses.cells, labels, match)
    overview = replace(
        overview,
        personal={c: personal[c] for c in file.columns if c in personal},
        personal_numbers=frozenset(c for c, cells in glimpses.cells.items() if has_personal_numbers(cells)),
        spans=spans,
        written=written,
        days=days.pick(file.schema) if file.in_blocks else None,
    )
    if progress is not None:
        progress(LOOKED)
    found = remarks(match, overview.personal, overview.repeated, compared=overview.all_numbers)
    history = (*before, *table_notes, *notes, *found)
    source = file.find_source(overview.rows)
    places = {c for place in match.places.values() for c in place.columns}
    read = tuple(c for c in file.columns if columns is None or c in places or c in match.other)
    return ResponseFile(file, match, overview, source, tuple(dict.fromkeys(history)), read)


class _MixedError(Exception):
    """Blocks of the file indicate different waves, so that only the whole file can decide."""


def meet_file(
    file: TableFile,
    instrument: Instrument | str | None,
    wave: str | int | Path | Wave | None,
    *,
    any_: bool = False,
) -> tuple[Match, tuple[str, ...], tuple[str, ...]]:
    """Match the columns of a file to an instrument; return the match and notes on how survey and wave were determined.

    With ``any_``, the survey that fits best is used if none fits completely.
    """
    table = file.head
    named, wanted = _own_wave(instrument, wave)
    chosen, found = _pick_instrument(table, named, file.where, any_=any_)
    picked, notes = choose_wave(table, chosen, wanted, file.where, undecided=any_)
    match = match_columns(table, chosen, picked)
    return match, found, notes


def _fits_none(table: Table, where: str, nearest: str) -> LiteracyError:
    """Return the error for a file that has too few items of any survey."""
    if not len(table.frame):
        return LiteracyError(
            "io.empty", where=where, what="the file has no rows", fix="check the exported file"
        )
    instrument = load_instrument(nearest)
    met = max(
        len(match_columns(table, instrument, w).places) for w in instrument.waves or (instrument.wave(),)
    )
    return LiteracyError(
        "io.match",
        where=where,
        what=tell(
            "no survey fits: of the closest, {}, {} of {} items are in the file",
            nearest,
            met,
            len(instrument.items),
        ),
        fix=tell(
            "specify the survey with -i (-i {} shows how its items match; literacy survey list shows all)",
            nearest,
        ),
    )


def _own_wave(
    instrument: Instrument | str | None, wave: str | int | Path | Wave | None
) -> tuple[Instrument | str | None, str | int | Wave | None]:
    """Return survey and wave as given, or as specified by the user's own wave file."""
    if isinstance(wave, Path) or (isinstance(wave, str) and wave.lower().endswith(".toml")):
        return load_wave(wave, instrument)
    return instrument, wave


def _pick_instrument(
    table: Table, instrument: Instrument | str | None, where: str, *, any_: bool
) -> tuple[Instrument, tuple[str, ...]]:
    """Return the instrument named, or the only one whose items all match, with a note on how it was found."""
    if isinstance(instrument, str):
        return load_instrument(instrument), ()
    if instrument is not None:
        return instrument, ()
    if any_:
        chosen, place = choose_survey(table, where)
        if chosen is not None:
            return chosen, (tell("survey {}, as specified in {}", chosen.survey, place),) if place else ()
        ranked = rank_surveys(table)
        if not ranked:
            raise LiteracyError(
                "survey.unknown",
                where=where,
                what="there is no survey to match against",
                fix="add one under surveys/",
            )
        nearest, share = ranked[0]
        if share < FITS:
            raise _fits_none(table, where, nearest)
        return load_instrument(nearest), ()
    chosen, place = choose_survey(table, where)
    if chosen is None:
        ranked = rank_surveys(table)
        best = tell("; the closest is {} ({:.0%} of its items)", ranked[0][0], ranked[0][1]) if ranked else ""
        raise LiteracyError(
            "io.match",
            where=where,
            what=tell("no survey has all its items in this file{}", best),
            fix="specify the survey with -i SURVEY (literacy survey list shows them)",
        )
    if place:
        return chosen, (tell("survey {}, as specified in {}", chosen.survey, place),)
    return chosen, (tell("survey {}: all its items are in the file", chosen.survey),)


def choose_survey(table: Table, where: str) -> tuple[Instrument | None, str]:
    """Return the survey of a file for which none is named, and the place that specifies it ("" if its items do).

    A survey next to the data takes precedence: the one named in ``literacy.toml``, or the only one in ``surveys/``, if
    at least half of its items are in the file. Otherwise it is the only known survey whose items are all in the file.
    """
    home = find_home((Path(where).parent, Path()))
    if home.survey:
        instrument = load_instrument(home.survey)
        waves = instrument.waves or (instrument.wave(),)
        if max(match_columns(table, instrument, wave).share for wave in waves) >= FITS:
            return instrument, home.place
    name = find_survey(table, home.others)
    return (load_instrument(name), "") if name else (None, "")


def _wanted(match: Match, columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns to keep among those that hold no item: design, wave, conditions, and those requested."""
    design = match.wave.design.resolve(match.other)
    markers = {w.marker.column for w in match.instrument.waves if w.marker is not None}
    named = _condition_columns(match.instrument)
    kept = {
        design.weight,
        design.strata,
        *design.psu,
        *design.fpc,
        match.instrument.id_column,
        *markers,
        *named,
    }
    shown = {"wave", "year", "年份", "年度"}
    return tuple(c for c in match.other if c in kept or c in columns or c.casefold() in shown)


def _condition_columns(instrument: Instrument) -> set[str]:
    """Return the columns used by filter conditions of items, universes and groups, and by recodes."""
    asked = {c.column for i in instrument.items for c in i.asked}
    universes = {c.column for u in instrument.universes for c in u.all_of}
    groups = {c.column for g in instrument.groups for some in g.any_of for c in some}
    return asked | universes | groups | {r.column for r in instrument.recodes}


def _find_forms(file: TableFile, match: Match) -> tuple[dict[str, ColumnForm], dict[str, Item]]:
    """Return how columns of options are written in the first rows, and the item of those that other rows may change."""
    forms: dict[str, ColumnForm] = {}
    open_: dict[str, Item] = {}
    for item in match.instrument.items if file.in_blocks else ():
        columns = match.places[item.name].columns if item.name in match.places else ()
        if item.type in ("number", "text") or len(columns) != 1:
            continue
        cells = file.head.frame[columns[0]]
        if pd.api.types.is_numeric_dtype(cells):
            continue
        form = forms[columns[0]] = find_form(cells.dropna().unique(), item)
        wordless = option_texts(item).ambiguous and not form.words
        if wordless or not form.some or form.letters or form.prefixed:
            open_[columns[0]] = item
    return forms, open_


def _to_look_at(file: TableFile, match: Match) -> list[str]:
    """Return the columns to inspect before coding: those without an item, numeric items, dates and personal columns."""
    items = {i.name: i for i in match.instrument.items}
    wanted = {*match.other, *match.instrument.personal}
    wanted |= {w.marker.column for w in match.instrument.waves if w.marker is not None}
    placed = {c for place in match.places.values() for c in place.columns}
    wanted |= placed.intersection(find_days(file.schema))
    for name, place in match.places.items():
        if items[name].type == "number" or items[name].personal:
            wanted |= set(place.columns)
    return [c for c in file.columns if c in wanted]
