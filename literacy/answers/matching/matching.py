"""Matching of a file's columns to items, and identification of its survey and wave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy._display import Printable, format_table
from literacy.answers.matching.column_rules import (
    CUT,
    LOOSE,
    ROW,
    FileColumns,
    Place,
    has_column,
    place_items,
)
from literacy.answers.matching.numerals import refuse_numerals, tell_numerals
from literacy.answers.matching.wavesigns import (
    Days,
    count_unread,
    read_days,
    unlisted_wave,
    wave_by_column,
    wave_by_days,
    wave_by_name,
)
from literacy.errors import LiteracyError
from literacy.files.table import NAMELESS, Table, empty_frame
from literacy.files.text.spelling import skeleton
from literacy.instrument import list_surveys, load_instrument
from literacy.instrument.definitions import Wave
from literacy.messages import tell, tell_value
from literacy.privacy.identifiers import redact

if TYPE_CHECKING:
    from literacy.instrument import Instrument

SHOWN = 8
LIKE = 0.3
"""Minimum similarity of texts for a column to be suggested for a missing item."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Match(Printable):
    """Match of the columns of a file with the items of an instrument.

    ``questions`` holds the file's own labels, ``stems`` the questions of items with one column per option, and
    ``personal`` the columns that identify people with the kind of data in each. ``numbers`` states what bare numbers
    are: ``codes``, ``places`` (positions in the form), ``agree`` (accepted only if both give the same option), or "" if
    undetermined.
    """

    instrument: Instrument
    wave: Wave
    places: Mapping[str, Place]
    absent: tuple[str, ...]
    other: tuple[str, ...]
    notes: tuple[str, ...] = ()
    questions: Mapping[str, str] = field(default_factory=dict)
    stems: Mapping[str, str] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict)
    numbers: str = "codes"

    @property
    def missing(self) -> tuple[str, ...]:
        """Required items of the wave that are not in the file."""
        free = set(self.wave.absent) | {i.name for i in self.instrument.items if i.optional}
        return tuple(n for n in self.absent if n not in free)

    @property
    def foreign(self) -> bool:
        """Whether the survey is the user's own rather than a packaged one."""
        return self.instrument.survey not in list_surveys()

    @property
    def share(self) -> float:
        """Share of the wave's required items that were found."""
        wanted = [i for i in self.instrument.items if i.name not in self.wave.absent and not i.optional]
        return 1 - len(self.missing) / len(wanted) if wanted else 0.0

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per item (item, column, by, question), then the columns without an item."""
        rows = []
        for item in self.instrument.items:
            place = self.places.get(item.name)
            rows.append(
                {
                    "item": item.name,
                    "column": ", ".join(place.columns) if place else "",
                    "by": place.by
                    if place
                    else ("not in this wave" if item.name not in self.missing else "not found"),
                    "question": item.label.zh,
                }
            )
        rows += [
            {
                "item": "",
                "column": c,
                "by": tell("left out: {}", tell_value(self.personal[c]))
                if c in self.personal
                else tell("kept unchanged"),
                "question": redact(self.questions.get(c, "")),
            }
            for c in self.other
        ]
        return pd.DataFrame(rows, columns=["item", "column", "by", "question"])

    def to_text(self) -> str:
        """Return the title, all rows of the table and the notes as text."""
        shown = self.for_readers(self.to_frame())
        return "\n".join([self._title(), format_table(shown, len(shown)), *(f"· {n}" for n in self.notes)])

    def to_toml(self) -> str:
        """Return a complete wave file that reproduces this match, for editing."""
        from literacy.answers.matching.wavefiles import write_wave

        return write_wave(self)

    def _title(self) -> str:
        wave = f" {self.wave.name}" if self.wave.name else ""
        met = tell("{} of {}", len(self.places), len(self.instrument.items))
        return tell(
            "Match with {}{}: {} items found, {} missing, {} other columns",
            self.instrument.survey,
            wave,
            met,
            len(self.missing),
            len(self.other),
        )

    def _notes(self) -> list[str]:
        return list(self.notes)


def match_columns(
    table: Table, instrument: Instrument, wave: Wave, known: FileColumns | None = None
) -> Match:
    """Match columns to items by the wave's map, by name, by option columns, by question text and by number.

    Parameters
    ----------
    table : Table
    instrument : Instrument
    wave : Wave
    known : FileColumns, optional
        Index of the table's columns, to be reused if several surveys or waves are tried.

    Raises
    ------
    LiteracyError
        ``io.columns`` if two columns match one item.
    """
    known = known or FileColumns(table)
    columns = known.names
    items = [i for i in instrument.items if i.name not in wave.absent]
    places = place_items(items, known, wave)
    taken = {c for place in places.values() for c in place.columns}
    notes: list[str] = []
    mapped = {item: column for item, column in wave.columns.items() if item not in wave.absent}
    lost = [
        f"{item} = {column!r}"
        for item, column in mapped.items()
        if item not in places or places[item].by != "wave map"
    ]
    if lost and len(lost) < len(mapped):
        notes.append(
            tell("the wave's [columns] name columns that are not in the file: {}", ", ".join(lost[:5]))
        )
    if any(p.by == "number" for p in places.values()):
        notes.append(
            tell("items matched to columns by question number alone: check with `literacy survey match`")
        )
    notes += _say_how(places)
    numerals = tell_numerals(table, items, places)
    notes += [
        numerals.explanation
        if numerals.kind
        else tell("it is unclear what the numbers stand for: {}", numerals.explanation)
    ]
    doubled = {
        c for c in columns if c not in taken and c in table.ticks and has_column(table.ticks[c][0], places)
    }
    if doubled:
        notes.append(
            tell("{} columns that repeat multiple-choice answers option by option were ignored", len(doubled))
        )
    other = tuple(c for c in columns if c not in taken and c not in doubled)
    absent = tuple(i.name for i in instrument.items if i.name not in places)
    stems = {
        name: table.ticks[place.columns[0]][0]
        for name, place in places.items()
        if len(place.columns) > 1
        and place.columns[0] in table.ticks
        and not table.ticks[place.columns[0]][0].startswith(NAMELESS)
    }
    explanation = tuple(n for n in notes if n)
    return Match(
        instrument, wave, places, absent, other, explanation, dict(table.labels), stems, numbers=numerals.kind
    )


def _say_how(places: Mapping[str, Place]) -> list[str]:
    """Return notes on the items matched by text: their number, and the names of those matched less reliably."""
    notes = []
    by_text = sum(1 for p in places.values() if p.by == "question text")
    if by_text:
        notes.append(tell("{} items matched to their columns by the text of the question", by_text))
    for by, how in (
        (LOOSE, tell("by the text of the question, ignoring text in brackets")),
        (ROW, tell("by the row of a matrix question")),
        (CUT, tell("by the beginning of the question, because the heading is truncated")),
    ):
        names = [f"{name} ({place.columns[0][:40]})" for name, place in places.items() if place.by == by]
        if names:
            more = tell(" and {} more", len(names) - SHOWN) if len(names) > SHOWN else ""
            notes.append(
                tell(
                    "{} items matched to their columns {}: {}{}",
                    len(names),
                    how,
                    ", ".join(names[:SHOWN]),
                    more,
                )
            )
    return notes


def find_survey(columns: Iterable[str] | Table, near: Sequence[str] = ()) -> str:
    """Return the name of the only survey whose items all match ("" if none does); surveys in *near* take precedence.

    Parameters
    ----------
    columns : iterable of str, or Table
        Names of the columns, or a table, of which the answers are considered as well.

    Returns
    -------
    str

    Raises
    ------
    LiteracyError
        ``io.match`` if two surveys match completely.

    Examples
    --------
    >>> lit.find_survey(lit.read_table(lit.sample_data("erenhot_2025.sav")).columns)
    'erenhot'
    """
    table = _as_table(columns)
    full = [name for name, share in rank_surveys(table, near) if share >= 1] if near else []
    full = full or [name for name, share in rank_surveys(table) if share >= 1]
    if len(full) > 1:
        raise LiteracyError(
            "io.match",
            where="columns",
            what=tell("the file fits {} surveys: {}", len(full), ", ".join(full)),
            fix="specify the survey: -i SURVEY",
        )
    return full[0] if full else ""


def rank_surveys(table: Table, among: Sequence[str] = ()) -> list[tuple[str, float]]:
    """Rank surveys (default: the packaged ones) by the share of their items that a file has, best first."""
    ranked, known = [], FileColumns(table)
    for name in among or list_surveys():
        instrument = load_instrument(name)
        waves = instrument.waves or (instrument.wave(),)
        ranked.append((name, max(match_columns(table, instrument, wave, known).share for wave in waves)))
    return sorted(ranked, key=lambda pair: (-pair[1], pair[0]))


def _as_table(columns: Iterable[str] | Table) -> Table:
    if isinstance(columns, Table):
        return columns
    return Table(empty_frame(map(str, columns)), "memory")


def require_match(match: Match, table: Table, path: str) -> None:
    """Raise an error if a file lacks items, listing them and naming a survey that fits better."""
    lacking = match.missing
    if not lacking:
        if not match.numbers:
            raise refuse_numerals(
                tell_numerals(table, match.instrument.items, match.places).explanation, path
            )
        return
    ranked = rank_surveys(table)
    own = match.instrument.survey
    best = next(((n, s) for n, s in ranked if n != own), None)
    near = (
        tell("; the closest survey is {} ({:.0%} of its items)", best[0], best[1])
        if best and best[1] > match.share
        else ""
    )
    if not near and ranked:
        near = tell("; no survey fits better ({}: {:.0%} of its items)", own, match.share)
    more = tell(" and {} more", len(lacking) - SHOWN) if len(lacking) > SHOWN else ""
    total = len([i for i in match.instrument.items if i.name not in match.wave.absent and not i.optional])
    wave = f" {match.wave.name}" if match.wave.name else ""
    fix = tell("use -i {}, or ", best[0]) if near and best and best[1] > match.share else ""
    names = f"{', '.join(lacking[:SHOWN])}{more}"
    raise LiteracyError(
        "io.match",
        where=path,
        what=tell(
            "{} of {} items of {}{} are not in the file: {}{}", len(lacking), total, own, wave, names, near
        ),
        fix=tell("{}{}", fix, _how_to_map(match)),
    )


def _how_to_map(match: Match) -> str:
    """Return where to map the columns of missing items, with columns that may hold them."""
    instrument = match.instrument
    name = instrument.survey if not match.foreign else instrument.place.removesuffix("/instrument.toml")
    texts = {i.name: skeleton(i.label.zh) for i in instrument.items if i.name in match.missing}
    near = {
        column: max(
            (SequenceMatcher(None, text, skeleton(match.questions.get(column, "") or column)).ratio()
             for text in texts.values()), default=0.0,
        )
        for column in match.other if column not in match.personal
    }  # fmt: skip
    likely = sorted((c for c in near if near[c] >= LIKE), key=lambda c: -near[c])[:SHOWN]
    maybe = tell("; perhaps {}", ", ".join(redact(c) for c in likely)) if likely else ""
    if name.lower().endswith((".xlsx", ".xlsm")):
        return tell(
            "name the columns in the sheet 列名 (Columns) of {} (literacy survey match FILE -i {} shows them){}",
            Path(name).name, name, maybe,
        )  # fmt: skip
    return tell(
        "map the columns in the wave's [columns] (literacy survey match FILE -i {} shows them){}", name, maybe
    )


def choose_wave(
    table: Table,
    instrument: Instrument,
    wanted: str | int | Wave | None,
    where: str = "",
    *,
    undecided: bool = False,
) -> tuple[Wave, tuple[str, ...]]:
    """Return the wave named, or the one determined from the file, with notes.

    The wave of a file is determined from the wave's marker, a constant ``wave`` or ``year`` column, dates of interview
    or submission that lie between the wave's start and end (if the survey lists a single wave and the dates are far
    from it, a wave of their year is created), the presence of all design columns or all items of one wave only, and the
    file name *where*. If none of these decides and *undecided* is set, the last wave that fits is used, with a note.

    Raises
    ------
    LiteracyError
        ``io.match`` if none of these decides, or if the file states a wave other than the one named.
    """
    if isinstance(wanted, Wave):
        return wanted, (
            tell("wave {}, columns as specified in {}", wanted.name, wanted.file),
        ) if wanted.file else ()
    shown = wave_by_column(table, instrument)
    if wanted not in (None, ""):
        wave = instrument.wave(wanted)
        if shown is not None and wave.name and shown.name != wave.name:
            raise LiteracyError(
                "io.match",
                where=tell("wave {}", wave.name),
                what=tell("the file itself states that it is wave {}", shown.name),
                fix=tell("omit the wave, or use wave {}", shown.name),
            )
        return wave, ()
    days = read_days(table)
    unlisted = unlisted_wave(days, instrument.waves) if shown is None else None
    if unlisted is not None and days is not None:
        wave, like = unlisted
        return wave, (
            tell(
                "wave {} (by the dates in {}); the survey does not list it: columns and design as in wave {}",
                wave.name, days.column, like.name,
            ),
        )  # fmt: skip
    if len(instrument.waves) <= 1:
        return (instrument.waves[0] if instrument.waves else instrument.wave()), ()
    called = wave_by_name(where, instrument.waves)
    if shown is not None:
        return shown, (tell("wave {} (as stated in the file)", shown.name), *_other_name(called, shown))
    held = wave_by_days(days, instrument.waves)
    if held is not None and days is not None:
        by_days = tell("wave {} (by the dates in {})", held.name, days.column)
        return held, (by_days, *_other_name(called, held))
    names = {str(c).casefold() for c in table.frame.columns}
    fitting = [w for w in instrument.waves if _design_columns(w) and _design_columns(w) <= names]
    if len(fitting) == 1:
        return fitting[0], (tell("wave {} (the only one with these design columns)", fitting[0].name),)
    if called is not None:
        return called, (tell("wave {} (by the name of the file)", called.name),)
    known = FileColumns(table)
    whole = [w for w in instrument.waves if not match_columns(table, instrument, w, known).missing]
    if len(whole) == 1:
        return whole[0], (tell("wave {} (the only one whose items are all in the file)", whole[0].name),)
    refused = _no_wave(whole or list(instrument.waves), days, table, where)
    if not undecided:
        raise refused
    shown = (whole or list(instrument.waves))[-1]
    return shown, (tell("{}; columns are matched as in wave {}", refused.what, shown.name),)


def _other_name(called: Wave | None, wave: Wave) -> tuple[str, ...]:
    """Return a note if the file name indicates a wave other than the one found in the content."""
    if called is None or called.name == wave.name:
        return ()
    return (tell("the name of the file says wave {}: is it the right file? -w sets the wave", called.name),)


def _no_wave(waves: Sequence[Wave], days: Days | None, table: Table, where: str) -> LiteracyError:
    """Return the error for a file whose wave cannot be determined."""
    names = [w.name for w in waves]
    seen = tell("it has no date of interview or submission")
    if days is None and (unread := count_unread(table)):
        seen = tell("the dates in {} cannot be read (write 2025-05-03)", unread[0][0])
    if days is not None:
        first, last = (f"{m:%Y-%m-%d}" for m in (days.moments.min(), days.moments.max()))
        seen = tell(
            "the dates in {} ({} to {}) fall within none of them, or within several", days.column, first, last
        )
    return LiteracyError(
        "io.match",
        where=where or "wave",
        what=tell("the wave cannot be determined, {} or {}: {}", ", ".join(names[:-1]), names[-1], seen),
        fix=tell("specify the wave: -w {} (for one of several files: {}=FILE)", names[-1], names[-1]),
    )


def _design_columns(wave: Wave) -> set[str]:
    names = (wave.design.weight, wave.design.strata, *wave.design.psu, *wave.design.fpc)
    return {n.casefold() for n in names if n}
