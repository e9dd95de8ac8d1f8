"""Block-wise reading of a large data file: information needed in advance, and counts accumulated over blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.answerfiles import Needed, find_columns, find_local_survey, known_columns
from literacy.workflow.recipes import RECIPE

if TYPE_CHECKING:
    import pandas as pd

    from literacy.answers import Note
    from literacy.files import Share, Table, TableFile
    from literacy.instrument import Instrument, Wave
    from literacy.scoring import Answered, Scored

CELLS = 1 << 20
"""Number of cells per block if rows are cheap to process, so that there are few blocks of moderate size."""
_NOWHERE: Any = None
DISTINCT = 1_000_000
"""Maximum number of distinct texts of a column kept to determine its type."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts accumulated over the blocks of a file and reported at the end.

    Attributes
    ----------
    rows, inside, zero : number of rows, of rows in the universe, and of those with weight 0.
    scored : respondents with a verdict.
    cleaned : cells from which personal data were removed.
    altered : rows whose delivered weight is not the one computed.
    universes : rows by universe, if none was selected.
    notes : notes on the answers, with counts.
    """

    rows: int = 0
    inside: int = 0
    zero: int = 0
    scored: int = 0
    cleaned: int = 0
    altered: int = 0
    universes: Mapping[Any, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        """Return the sum of the counts."""
        from literacy.answers import add_notes

        names = dict.fromkeys((*self.universes, *other.universes))
        return Tally(
            self.rows + other.rows,
            self.inside + other.inside,
            self.zero + other.zero,
            self.scored + other.scored,
            self.cleaned + other.cleaned,
            self.altered + other.altered,
            {n: self.universes.get(n, 0) + other.universes.get(n, 0) for n in names},
            add_notes((*self.notes, *other.notes)),
        )


class Rows(Protocol):
    """Interface of the readers of rows, one for each type of file."""

    def blocks(
        self, file: TableFile, share: Share | None = None, most: int | None = None
    ) -> Iterator[tuple[Scored | Answered | pd.DataFrame, Tally]]:
        """Yield blocks of rows in the form used by commands, with the counts of each; `most` limits their rows."""

    def history(self, file: TableFile, tally: Tally) -> tuple[str, ...]:
        """Return the history that a Sample of all rows would have."""

    def reading_notes(self, tally: Tally) -> tuple[str, ...]:
        """Return notes on the reading itself."""

    def looks(self, file: TableFile) -> dict[str, Any]:
        """Return what was determined about the columns, for other processes."""

    def alone(self) -> Rows:
        """Return a copy without the open file, for other processes."""

    def processes(self, file: TableFile) -> int:
        """Return the number of processes worth starting."""

    @property
    def forms(self) -> Forms:
        """Column types over all rows, for writing a table."""

    @property
    def belonging(self) -> tuple[Instrument, Wave] | None:
        """Survey and wave; None for a plain table."""


@dataclass(frozen=True, slots=True)
class Forms:
    """Column types over all rows of a file: columns with fractions or gaps, and datetimes with a time of day."""

    fractions: frozenset[str] = frozenset()
    clocks: frozenset[str] = frozenset()

    def unify(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Convert a block to these types, for example integers to floats if the column has fractions elsewhere."""
        import pandas as pd

        odd = [c for c in frame.columns if c in self.fractions and pd.api.types.is_integer_dtype(frame[c])]
        return frame.astype(dict.fromkeys(odd, "float64")) if odd else frame


def find_forms(frames: Iterable[pd.DataFrame]) -> Forms:
    """Determine the column types over several blocks."""
    import pandas as pd

    from literacy.files import has_clock

    fractions: set[str] = set()
    clocks: set[str] = set()
    for frame in frames:
        kinds = frame.dtypes
        fractions |= {str(c) for c in frame.columns if pd.api.types.is_float_dtype(kinds[c])}
        clocks |= {
            str(c)
            for c in frame.columns
            if c not in clocks and pd.api.types.is_datetime64_any_dtype(kinds[c]) and has_clock(frame[c])
        }
    return Forms(frozenset(fractions), frozenset(clocks))


@dataclass(frozen=True, slots=True)
class PlainRows:
    """Rows of a table without a survey.

    Attributes
    ----------
    columns : columns to be read.
    settled : type of each text column, determined from all cells.
    decimal : decimal mark of the texts.
    numbers : columns that must be numeric.
    keep_personal : whether personal data are kept.
    notes : notes on assumptions made and data omitted.
    personal_numbers : columns of numbers some of which are personal data, to be removed.
    """

    columns: tuple[str, ...]
    settled: Mapping[str, str]
    decimal: str
    numbers: tuple[str, ...]
    keep_personal: bool
    notes: tuple[str, ...]
    forms: Forms = field(default_factory=lambda: Forms())
    personal_numbers: frozenset[str] = frozenset()

    def blocks(
        self, file: TableFile, share: Share | None = None, most: int | None = None
    ) -> Iterator[tuple[pd.DataFrame, Tally]]:
        """Yield blocks of rows as DataFrames."""
        from literacy.files import plain_frame

        for table in file.blocks(self.columns, limit_cells(_cells(file), most, len(self.columns)), share):
            frame = plain_frame(table)
            texts = {n: k for n, k in self.settled.items() if n in frame.columns and k != "text"}
            frame = frame.assign(**{n: _settle(frame[n], k, self.decimal) for n, k in texts.items()})
            count = 0
            if not self.keep_personal:
                frame, count = _clean(frame, self.personal_numbers)
            yield frame, Tally(rows=len(frame), cleaned=count)

    @property
    def belonging(self) -> tuple[Instrument, Wave] | None:
        """None, since a plain table has no survey."""
        return None

    def looks(self, file: TableFile) -> dict[str, Any]:
        """Return what was determined about the columns."""
        return file.looks(self.columns)

    def alone(self) -> Rows:
        """Return the reader itself, which does not refer to an open file."""
        return self

    def processes(self, file: TableFile) -> int:
        """Return 1, since reading takes longer than the computations."""
        return 1

    def history(self, file: TableFile, tally: Tally) -> tuple[str, ...]:
        """Return an empty tuple, since a plain table has no history."""
        return ()

    def reading_notes(self, tally: Tally) -> tuple[str, ...]:
        """Return notes on what was assumed and left out."""
        from literacy.privacy import note_cleaned

        return (*self.notes, *note_cleaned(tally.cleaned))


def limit_cells(cells: int, rows: int | None, columns: int) -> int:
    """Return a number of cells per block that does not exceed a number of rows."""
    return cells if rows is None else min(cells, rows * max(columns, 1))


def _cells(file: TableFile) -> int:
    """Return the number of cells per block; more for Parquet, whose cells are read without texts of their own."""
    return CELLS * (4 if file.gives_places else 1)


def _settle(cells: pd.Series[Any], kind: str, decimal: str) -> pd.Series[Any]:
    from literacy.files import read_settled

    return read_settled(cells, kind, decimal)


def _clean(
    frame: pd.DataFrame, numbers: frozenset[str], skip: Iterable[str] = ()
) -> tuple[pd.DataFrame, int]:
    from literacy.privacy import clean_column

    known, count = set(skip), 0
    for name in frame.columns:
        if name not in known:
            cells, changed = clean_column(frame[name], name in numbers)
            if changed:
                frame, count = frame.assign(**{str(name): cells}), count + changed
    return frame, count


def look_over(file: TableFile, needed: Needed, keep_personal: bool, decimal: str) -> PlainRows:
    """Return the reader of a plain table, after determining its personal columns and the types of its text columns.

    What is personal is decided from all rows, as in memory; numbers that are too small to identify people are not
    looked at again.

    Raises
    ------
    LiteracyError
        ``io.limit`` for a column with more distinct texts than can be kept to determine whether they are numbers.
    """
    import pandas as pd

    from literacy.answers import judge_columns, plain_personal, tell_undeclared
    from literacy.files import plain_frame
    from literacy.privacy import Glimpses, has_personal_numbers, name_personal
    from literacy.privacy.headers import personal_header

    known = frozenset(file.columns)
    wanted = needed.columns
    whole = wanted is None or RECIPE in known or not wanted <= known
    columns = tuple(c for c in file.columns if whole or (wanted is not None and c in wanted))
    first = next(iter(file.blocks(columns)))
    personal = {} if keep_personal else plain_personal(first)
    frame = plain_frame(first)
    texts = [str(c) for c in columns if not _is_plain(frame[c])]
    seen: dict[str, dict[str, None] | None] = {c: {} for c in texts}
    days: dict[str, tuple[str, ...]] = dict.fromkeys(texts, ())
    labels, glimpses = first.labels, Glimpses()
    doubtful: list[str] = []
    if not keep_personal:
        wide = set(file.list_wide(columns))
        named = {c for c in columns if personal_header(c, labels.get(c, ""))}
        doubtful = [c for c in columns if c not in seen and (c in wide or c in named)]
    from literacy.files import (
        ErrorCells,
        Settled,
        require_numbers,
        settle_texts,
        tell_days,
        tell_points,
        tell_settled,
    )

    errors, before = dict.fromkeys(texts, ErrorCells()), 0
    if texts or doubtful:
        for table in file.blocks([c for c in columns if c in seen or c in doubtful], CELLS):
            if not keep_personal:
                glimpses.hear(table.frame, table.frame.columns)
            frame = plain_frame(table)
            _gather(frame, seen, days, table, decimal, file.where)
            errors = {c: e.add(frame[c], before) if seen[c] is not None else e for c, e in errors.items()}
            before += len(frame)

    personal = {c: what for c, what in personal.items() if c not in glimpses.cells}
    personal |= judge_columns(glimpses.cells, labels)
    found: dict[str, Settled] = {}
    numbered = {c for c in doubtful if has_personal_numbers(glimpses.cells[c])}
    for name, distinct in seen.items():
        found[name] = (
            settle_texts(name, distinct, decimal, errors[name], file.first_line)
            if distinct
            else Settled("text", mixed=tell_days(name, days[name]))
        )
        if distinct and not keep_personal and found[name].kind != "text":
            numbers = _settle(pd.Series(list(distinct), dtype="str"), found[name].kind, decimal)
            numbered |= {name} if has_personal_numbers(numbers) else set()
    settled = {name: one.kind for name, one in found.items()}
    notes = [*file.schema.notes, *tell_settled({n: one for n, one in found.items() if n not in personal})]
    kept = [c for c in columns if c not in personal]
    notes += (*tell_points(first, kept, decimal), *tell_undeclared(first, kept))
    wrong = [c for c in needed.numbers if settled.get(c) == "text" and c not in personal]
    for name in wrong:
        require_numbers(partial(_frames, file, name), [name], file.where, file.first_line)
    ordered = {c: personal[c] for c in columns if c in personal}
    return PlainRows(
        tuple(c for c in columns if c not in personal), settled, decimal, needed.numbers, keep_personal,
        (*notes, *name_personal(ordered)), personal_numbers=frozenset(numbered),
    )  # fmt: skip


def _frames(file: TableFile, name: str) -> Iterator[pd.DataFrame]:
    """Yield one column, block by block."""
    from literacy.files import plain_frame

    return (plain_frame(table) for table in file.blocks([name], CELLS))


def _gather(
    frame: pd.DataFrame,
    seen: dict[str, dict[str, None] | None],
    days: dict[str, tuple[str, ...]],
    table: Table,
    decimal: str,
    where: str,
) -> None:
    """Collect in *seen* the distinct cells of text columns that may be numeric, in *days* those that mix with days."""
    from literacy.files import TEXT_FORMATS, keep_days, settle_texts

    for name, found in seen.items():
        if table.format not in TEXT_FORMATS:
            seen[name] = None
            continue
        cells = list(map(str, frame[name].dropna().unique()))
        days[name] = keep_days((*days[name], *cells))
        if found is None:
            continue
        fresh = [t for t in cells if t not in found]
        found.update(dict.fromkeys(fresh))
        if fresh and settle_texts(name, found, decimal).kind == "text":
            if len(found) > 50 or not any(c.isdigit() for t in found for c in t):
                seen[name] = None
        elif len(found) > DISTINCT:
            raise LiteracyError(
                "io.limit", where=tell("{}, column {}", where, name),
                what=tell("more than {:,} different texts that may be numbers", DISTINCT),
                fix="write the numbers without marks (1234.5), so that the column is one of numbers",
            )  # fmt: skip


def _is_plain(cells: pd.Series[Any]) -> bool:
    import pandas as pd

    return pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells)


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """Rows of a file that is already scored."""

    columns: tuple[str, ...] | None
    survey: str
    given_wave: Wave | None
    personal: frozenset[str]
    harmless: frozenset[str]
    keep_personal: bool
    notes: tuple[str, ...]
    wave: Wave
    constants: Mapping[str, str]
    instrument: Instrument
    forms: Forms = field(default_factory=lambda: Forms())
    personal_numbers: frozenset[str] = frozenset()

    def blocks(
        self, file: TableFile, share: Share | None = None, most: int | None = None
    ) -> Iterator[tuple[Scored, Tally]]:
        """Yield scored rows."""
        from literacy.files import plain_frame
        from literacy.scoring import CONSTANTS, restore_scored

        first = dict(self.constants)
        count = len(file.columns if self.columns is None else self.columns)
        for table in file.blocks(self.columns, limit_cells(_cells(file), most, count), share):
            frame = plain_frame(table)
            scored = restore_scored(frame, None, self.survey, self.given_wave)
            constants = {name: str(frame[name].iloc[0]) for name in CONSTANTS} if len(frame) else first
            if constants != first:
                restore_scored(_both(first, constants), file.find_source(0), self.survey, self.given_wave)
            count = 0
            if not self.keep_personal:
                kept = frame.drop(columns=[c for c in self.personal if c in frame])
                kept, count = _clean(kept, self.personal_numbers, self.harmless)
                scored = replace(scored, frame=kept)
            yield scored, Tally(rows=len(frame), cleaned=count)

    @property
    def belonging(self) -> tuple[Instrument, Wave] | None:
        """The survey and the wave."""
        return self.instrument, self.wave

    def looks(self, file: TableFile) -> dict[str, Any]:
        """Return what was determined about the columns."""
        return file.looks(file.columns if self.columns is None else self.columns)

    def alone(self) -> Rows:
        """Return the reader itself, which does not refer to an open file."""
        return self

    def processes(self, file: TableFile) -> int:
        """Return 1, since reading takes longer than the computations."""
        return 1

    def history(self, file: TableFile, tally: Tally) -> tuple[str, ...]:
        """Return the history: the file read, and whether its data are synthetic."""
        made_up = (tell("synthetic data: nobody was interviewed"),) if self.wave.synthetic else ()
        return (tell("read back from {}", file.find_source(tally.rows)), *made_up)

    def reading_notes(self, tally: Tally) -> tuple[str, ...]:
        """Return notes on what was assumed and left out."""
        from literacy.privacy import note_cleaned

        return (*self.notes, *note_cleaned(tally.cleaned))


def _both(first: Mapping[str, str], second: Mapping[str, str]) -> pd.DataFrame:
    """Return two rows with different survey, wave or standard, for the error message."""
    import pandas as pd

    return pd.DataFrame([first, second])


def look_over_scored(
    file: TableFile, survey: str | None, wave: str | None, keep_personal: bool, needed: Needed
) -> ScoredRows:
    """Return the reader of a scored file, after determining survey and wave from its first rows.

    Which columns are personal is decided from all rows of those that the survey does not know.
    """
    from literacy.answers import judge_columns
    from literacy.files import plain_frame
    from literacy.instrument import load_wave
    from literacy.privacy import Glimpses, has_personal_numbers, name_personal, personal_content
    from literacy.scoring import CONSTANTS, restore_scored

    first = next(iter(file.blocks(None)))
    frame = plain_frame(first)
    named = survey or find_local_survey(frame, file.where)
    own: Wave | None = None
    if wave is not None:
        asked, own = load_wave(wave, survey)
        named = str(asked.folder)
    scored = restore_scored(frame, None, named, own)
    columns = find_columns(file, named or scored.instrument.survey, needed)
    notes = list(first.notes)
    personal: dict[str, str] = {}
    numbered: set[str] = set()
    harmless = known_columns(scored)
    if not keep_personal:
        items = harmless | {i.name for i in scored.instrument.items}
        number = scored.instrument.id_column
        read = file.columns if columns is None else columns
        foreign = [c for c in read if c not in items or c == number]
        glimpses, plain = Glimpses(), Glimpses()
        for table in file.blocks(foreign, CELLS) if foreign else ():
            glimpses.hear(table.frame, foreign)
            plain.hear(plain_frame(table), foreign)
        personal = judge_columns(glimpses.cells, first.labels, items)
        if number in read and (what := personal_content(plain.cells[number])):
            personal[number] = what
        numbered = {c for c in foreign if has_personal_numbers(plain.cells[c])}
        notes += name_personal(personal)
    return ScoredRows(
        None if columns is None else tuple(columns), named, own, frozenset(personal), frozenset(harmless),
        keep_personal, tuple(notes), scored.wave, {n: str(frame[n].iloc[0]) for n in CONSTANTS},
        scored.instrument, personal_numbers=frozenset(numbered),
    )  # fmt: skip
