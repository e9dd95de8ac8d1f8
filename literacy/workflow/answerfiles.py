"""From a file of answers to a Scored, or to the plain table where it belongs to no survey."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.recipes import RECIPE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd

    from literacy.answers import Responses
    from literacy.files import TableFile
    from literacy.instrument import Instrument
    from literacy.quality import Limits
    from literacy.scoring import Scored

Seen = Callable[["Responses"], None]
"""What is shown the answers of a file before they are scored."""
Say = Callable[..., None]
"""What is given the sentences on what was assumed or left out, as they arise."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Columns that are asked for: ``columns`` (None for all), ``numbers`` to calculate with, and those ``named``."""

    columns: frozenset[str] | None = None
    numbers: tuple[str, ...] = ()
    named: frozenset[str] = frozenset()


EVERYTHING = Needed()


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
    """Score a raw file, or read back a scored one; ``exclude`` leaves out whom the check flags.

    *seen* is shown the answers before they are scored; of a scored file there are none.
    """
    from literacy.files import opened

    with opened(path, encoding, sheet) as file:
        data = load_data(file, survey, wave, standard, keep_personal, exclude, needed, seen=seen, say=say)
        return require_scored(data, str(path))


def require_scored(data: Scored | pd.DataFrame, path: str) -> Scored:
    """The data, if they belong to a survey."""
    from literacy.scoring import Scored

    if isinstance(data, Scored):
        return data
    raise LiteracyError(
        "io.match",
        where=path,
        what="the columns match no survey completely",
        fix="specify the survey: -i SURVEY (literacy survey list shows them)",
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
    """A Scored where the file belongs to a survey (raw or scored); otherwise the plain table.

    Of scored files and plain tables, what was assumed and which personal columns were removed is reported here; for raw
    files it is in the history.
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
    """What :func:`load_data` gives, once for each standard; the file is read once."""
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
        scored = _restore(file, survey, str(wave) if own else None, keep_personal, needed, say)
        for _ in standards:
            yield scored
        return
    instrument = load_wave(str(wave), survey)[0] if own else pick_survey(file, survey, say)
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


def pick_survey(file: TableFile, survey: str | None, say: Say) -> Instrument | None:
    """The survey named, or the only one whose items all match the file (reported on stderr); None if there is none."""
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


def find_own_survey(frame: pd.DataFrame, where: str) -> str:
    """The survey beside a scored file that has the name in it; empty where it is one of those that come with us."""
    from pathlib import Path

    from literacy.instrument import find_home, load_instrument

    names = frame["survey"].dropna().astype("str").unique()
    home = find_home((Path(where).parent, Path()))
    for place in (home.survey, *home.others):
        if place and load_instrument(place).survey in names:
            return place
    return ""


def _read_plain(file: TableFile, keep_personal: bool, needed: Needed, decimal: str, say: Say) -> pd.DataFrame:
    """The columns a command needs of a table of no survey; all of them where one it names is not there."""
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
    """A scored file read back, without the personal columns it may hold."""
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
        scored = restore_scored(frame, source, survey or find_own_survey(frame, file.where))
    say(*(f"· {note}" for note in table.notes))
    if keep_personal:
        return scored
    harmless = known_columns(scored)
    found = plain_personal(table, harmless | {i.name for i in scored.instrument.items})
    number = scored.instrument.id_column
    if number in frame.columns and (what := personal_content(frame[number])):
        found[number] = what
    kept, said = clean_frame(frame.drop(columns=list(found)), harmless)
    say(*(f"· {note}" for note in (*name_personal(found), *said)))
    return replace(scored, frame=kept)


def _scored_columns(file: TableFile, survey: str | None, needed: Needed) -> list[str] | None:
    """Columns of a scored file that are read (None for all): asked for, of the design, of survey and group."""
    wanted, known = needed.columns, frozenset(file.columns)
    if wanted is None or RECIPE in known or not wanted - {"group"} <= known:
        return None
    told = file.table(["survey"]).frame
    names = told["survey"].dropna().astype("str").unique()
    if len(names) != 1:
        return None
    return find_columns(file, survey or find_own_survey(told, file.where) or str(names[0]), needed)


def find_columns(file: TableFile, survey: str, needed: Needed) -> list[str] | None:
    """Of a scored file of a survey those columns (None for all): asked for, of the design, of survey and group."""
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
    """Columns of a scored file that the survey itself knows: none of them is a person's."""
    design = scored.wave.design.resolve(scored.frame.columns)
    own = {i.name for i in scored.instrument.items if i.type != "text"}
    named = {design.weight, design.strata, *design.psu, *design.fpc, scored.instrument.id_column}
    return own | {f"{name}_correct" for name in own} | {n for n in named if n}
