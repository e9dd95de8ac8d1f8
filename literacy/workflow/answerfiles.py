"""Loading of a data file as a Scored, or as a plain table if it belongs to no survey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from literacy.errors import LiteracyError
from literacy.messages import mark, tell
from literacy.workflow.recipes import RECIPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from literacy.answers import Progress, Responses
    from literacy.files import TableFile
    from literacy.instrument import Instrument
    from literacy.quality import Limits
    from literacy.scoring import Answered, Scored, ScoredFile

Seen = Callable[["Responses"], None]
"""Callback that receives the answers of a file before they are scored."""
Say = Callable[..., None]
"""Callback that receives notes on what was assumed or left out, as they arise."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Columns that are needed: ``columns`` (None for all), ``numbers`` that must be numeric, and those ``named``."""

    columns: frozenset[str] | None = None
    numbers: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()


EVERYTHING = Needed()
ANSWER, CELL = 80, 25
"""Bytes of memory per cell of answers, and of a plain or scored table, while all rows are held; measured, about."""


def say_once(say: Say) -> Say:
    """Return *say* without lines that it was given before."""
    said: set[object] = set()

    def fresh(*lines: object) -> None:
        new = [line for line in lines if line not in said]
        said.update(new)
        say(*new)

    return fresh


def warn_whole(file: TableFile, columns: int | None, answers: bool, say: Say) -> None:
    """Say that all rows of a large file are held in memory, and about how much they take; nothing for a small file.

    Parameters
    ----------
    file : TableFile
    columns : int, optional
        Number of columns that are read; default all.
    answers : bool
        Whether the file holds answers rather than a table.
    say : callable
    """
    if not file.in_blocks:
        return
    cells = file.count_cells()
    if columns is not None:
        cells = cells * min(columns, len(file.columns)) // max(1, len(file.columns))
    size = cells * (ANSWER if answers else CELL) / 2**30
    template = mark("all rows are held in memory for this: {:,.0f} million cells, about {:,.1f} GB")
    say(f"· {tell(template, cells / 1e6, size)}")


def load_scored(
    path: str | Path,
    survey: str | None,
    wave: str | None,
    standard: str = "",
    keep_personal: bool = False,
    exclude: Limits | None = None,
    encoding: str | None = None,
    needed: Needed = EVERYTHING,
    *,
    sheet: str | None = None,
    seen: Seen | None = None,
    say: Say,
) -> Scored:
    """Score a raw file, or restore a scored one; ``exclude`` leaves out flagged respondents.

    *seen* receives the answers before they are scored; it is not called for scored files.
    """
    from literacy.files import opened

    with opened(path, encoding, sheet) as file:
        data = load_data(file, survey, wave, standard, keep_personal, exclude, needed, seen=seen, say=say)
        return require_scored(data, str(path))


def require_scored(data: Scored | pd.DataFrame, path: str) -> Scored:
    """Return the data if they belong to a survey; otherwise raise an error."""
    from literacy.scoring import Scored

    if isinstance(data, Scored):
        return data
    raise refuse_plain(path)


def refuse_plain(path: str) -> LiteracyError:
    """Return the error for a file that belongs to no survey."""
    return LiteracyError(
        "io.match",
        where=path,
        what="the columns match no survey completely",
        fix="specify the survey: -i SURVEY (literacy survey list shows them)",
    )


def score_unflagged(
    file: TableFile, out: str | Path, survey: str | None, wave: str | None, standard: str, limits: Limits, *,
    form: str | None = None, keep_personal: bool = False, progress: Progress | None = None,
) -> ScoredFile:  # fmt: skip
    """Score the respondents of a file whom the quality check does not flag; a first pass finds those it does.

    Parameters
    ----------
    file, out, survey, wave, standard, form, keep_personal, progress
        As in :func:`literacy.score_file`.
    limits : Limits
        Limits of the quality check.
    """
    from literacy.answers import open_responses
    from literacy.files import refuse_inputs
    from literacy.quality import check_file, explain_exclusion
    from literacy.scoring import find_standard, score_opened

    def first(share: float) -> None:
        if progress is not None:
            progress(share / 2)

    def second(share: float) -> None:
        if progress is not None:
            progress((1 + share) / 2)

    refuse_inputs(out, [file.where])
    opened = open_responses(file, survey, wave, keep_personal=keep_personal, progress=first, paradata=True)
    find_standard(opened.instrument, standard or opened.wave.standard)  # before all rows are read twice
    quality = check_file(opened, limits, first)
    return score_opened(
        opened.keep(~quality.flagged, explain_exclusion(quality)), out, standard, form, second
    )


def load_data(
    file: TableFile,
    survey: str | None,
    wave: str | None,
    standard: str = "",
    keep_personal: bool = False,
    exclude: Limits | None = None,
    needed: Needed = EVERYTHING,
    decimal: str = ".",
    *,
    seen: Seen | None = None,
    say: Say,
) -> Scored | pd.DataFrame:
    """Load a Scored if the file belongs to a survey (raw or scored); otherwise the plain table.

    For scored files and plain tables, assumptions and removed personal columns are reported through *say*; for raw
    files they are in the history.
    """
    return next(
        load_standards(
            file, survey, wave, (standard,), keep_personal, exclude, needed, decimal, seen=seen, say=say
        )
    )


def load_standards(
    file: TableFile,
    survey: str | None,
    wave: str | None,
    standards: Sequence[str],
    keep_personal: bool = False,
    exclude: Limits | None = None,
    needed: Needed = EVERYTHING,
    decimal: str = ".",
    *,
    seen: Seen | None = None,
    say: Say,
) -> Iterator[Scored | pd.DataFrame]:
    """Yield the result of :func:`load_data` for each standard; the file is read once."""
    from literacy.answers import read
    from literacy.instrument import load_wave
    from literacy.scoring import is_scored, score

    own = wave is not None and wave.lower().endswith(".toml")
    if is_scored(file.schema.frame):
        if exclude is not None:
            raise LiteracyError(
                "cli.usage", where=tell("{} --exclude flagged", file.where), what="the file is "
                                                                                  "already scored",
                fix="give the file of the answers",
            )  # fmt: skip
        warn_whole(file, None if needed.columns is None else len(needed.columns), False, say)
        scored = _restore(file, survey, str(wave) if own else None, keep_personal, needed, say)
        for _ in standards:
            yield scored
        return
    instrument = load_wave(str(wave), survey)[0] if own else pick_survey(file, survey, say)
    warn_whole(
        file,
        None if instrument is not None or needed.columns is None else len(needed.columns),
        instrument is not None,
        say,
    )
    if instrument is None:
        frame = _read_plain(file, keep_personal, needed, decimal, say)
        for _ in standards:
            yield frame
        return
    responses = read(file, instrument, wave, keep_personal=keep_personal, columns=needed.columns)
    if seen is not None:
        seen(responses)
    if exclude is not None:
        from literacy.quality import check_quality, exclude_flagged

        responses = exclude_flagged(responses, check_quality(responses, exclude))
    for standard in standards:
        yield score(responses, standard, needed.named)


def load_kept(
    file: TableFile, survey: str | None, wave: str | None, needed: Needed, *, say: Say
) -> Answered | Scored | pd.DataFrame:
    """Load the answers of a file as they were given; of a scored file or a plain table, the needed columns."""
    from literacy.answers import read
    from literacy.instrument import load_wave
    from literacy.scoring import is_scored, keep_answers

    own = wave is not None and wave.lower().endswith(".toml")
    instrument = None
    if not is_scored(file.schema.frame):
        instrument = load_wave(str(wave), survey)[0] if own else pick_survey(file, survey, say)
    if instrument is None:
        return load_data(file, survey, wave, needed=needed, say=say)
    warn_whole(file, None, True, say)
    return keep_answers(read(file, instrument, wave))


def pick_survey(file: TableFile, survey: str | None, say: Say) -> Instrument | None:
    """Return the survey named, or the only one whose items all match the file (reported by *say*); None without."""
    from literacy.answers import choose_survey
    from literacy.instrument import load_instrument

    if survey:
        return load_instrument(survey)
    found, place = choose_survey(file.schema, file.where)
    if found is not None and place:
        say(tell("survey: {} (as specified in {})", found.survey, place))
    elif found is not None:
        say(tell("survey: {} (all its items are in the file)", found.survey))
    return found


def find_local_survey(frame: pd.DataFrame, where: str) -> str:
    """Return the survey next to a scored file that has the name in it; empty for a packaged survey."""
    from pathlib import Path

    from literacy.instrument import find_home, load_instrument

    names = frame["survey"].dropna().astype("str").unique()
    home = find_home((Path(where).parent, Path()))
    for place in (home.survey, *home.others):
        if place and load_instrument(place).survey in names:
            return place
    return ""


def _read_plain(file: TableFile, keep_personal: bool, needed: Needed, decimal: str, say: Say) -> pd.DataFrame:
    """Read the needed columns of a table without a survey; all columns if a named one is missing."""
    from literacy.answers import read_plain
    from literacy.files import require_numbers

    known = frozenset(file.columns)
    wanted = needed.columns
    if wanted is not None:
        wanted = None if RECIPE in known or not wanted <= known else wanted
    frame, notes = read_plain(file, keep_personal=keep_personal, columns=wanted, decimal=decimal)
    say(*(f"· {note}" for note in notes))
    require_numbers(lambda: [frame], needed.numbers, file.where, file.first_line)
    return frame


def _restore(
    file: TableFile, survey: str | None, wave: str | None, keep_personal: bool, needed: Needed, say: Say
) -> Scored:
    """Restore a scored file, without personal columns it may contain."""
    from dataclasses import replace

    from literacy.answers import clean_frame, plain_personal
    from literacy.files import plain_frame
    from literacy.instrument import load_wave
    from literacy.privacy import name_personal, personal_content
    from literacy.scoring import restore_scored

    table = file.table(_scored_columns(file, survey, needed))
    frame = plain_frame(table)
    source = file.find_source(len(frame))
    if wave is not None:
        asked, known = load_wave(wave, survey)
        scored = restore_scored(frame, source, asked.folder, known)
    else:
        scored = restore_scored(frame, source, survey or find_local_survey(frame, file.where))
    say(*(f"· {note}" for note in table.notes))
    if keep_personal:
        return scored
    harmless = known_columns(scored)
    found = plain_personal(table, harmless | {i.name for i in scored.instrument.items})
    number = scored.instrument.id_column
    if number in frame.columns and (what := personal_content(frame[number])):
        found[number] = what
    kept, remarks = clean_frame(frame.drop(columns=list(found)), harmless)
    say(*(f"· {note}" for note in (*name_personal(found), *remarks)))
    return replace(scored, frame=kept)


def _scored_columns(file: TableFile, survey: str | None, needed: Needed) -> list[str] | None:
    """Return the columns of a scored file to be read (None for all): needed, design, survey and group columns."""
    wanted, known = needed.columns, frozenset(file.columns)
    if wanted is None or RECIPE in known or not wanted - {"group"} <= known:
        return None
    surveys = file.table(["survey"]).frame
    names = surveys["survey"].dropna().astype("str").unique()
    if len(names) != 1:
        return None
    return find_columns(file, survey or find_local_survey(surveys, file.where) or str(names[0]), needed)


def find_columns(file: TableFile, survey: str, needed: Needed) -> list[str] | None:
    """Return those columns for a scored file of a given survey (None for all)."""
    from literacy.instrument import load_instrument
    from literacy.scoring import CONSTANTS, GROUP_PREFIX

    wanted, known = needed.columns, frozenset(file.columns)
    if wanted is None or RECIPE in known or not wanted - {"group"} <= known:
        return None
    keep = {*wanted, *CONSTANTS, "universe", "literate"}
    instrument = load_instrument(survey)
    for own in (instrument.design, *(wave.design for wave in instrument.waves)):
        design = own.resolve(file.columns)
        keep |= {n for n in (design.weight, design.strata, *design.psu, *design.fpc) if n}
    return [c for c in file.columns if c in keep or c.startswith(GROUP_PREFIX)]


def known_columns(scored: Scored) -> set[str]:
    """Return the columns of a scored file that the survey defines and that therefore identify nobody."""
    design = scored.wave.design.resolve(scored.frame.columns)
    own = {i.name for i in scored.instrument.items if i.type != "text"}
    named = {design.weight, design.strata, *design.psu, *design.fpc, scored.instrument.id_column}
    return own | {f"{name}_correct" for name in own} | {n for n in named if n}
