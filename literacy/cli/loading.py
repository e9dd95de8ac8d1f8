"""From a file name to a Scored, a data frame, or a Sample: what every command starts with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from literacy.cli.output import say
from literacy.cli.reweighting import (
    NO_STEPS,
    RECIPE,
    Steps,
    apply_steps,
    check_delivered,
    read_recipe,
    take_steps,
)
from literacy.errors import LiteracyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from literacy.instrument import Instrument
    from literacy.quality import Limits
    from literacy.sampling import Sample
    from literacy.scoring import Scored


@dataclass(frozen=True, slots=True)
class DesignOptions:
    """What the analyst said about the design on the command line; empty = the wave's own."""

    weight: str | None = None
    strata: str | None = None
    psu: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    lonely_psu: str = "fail"
    universe: str | None = None
    steps: Steps = NO_STEPS


def take_options(options: dict[str, Any]) -> DesignOptions:
    """Design and weighting options of a command, as it got them."""
    steps = take_steps(options)
    return DesignOptions(**options, steps=steps)


def one_standard(standards: tuple[str, ...]) -> str:
    """The one standard a command works with; empty = the wave's own."""
    if len(standards) > 1:
        raise LiteracyError(
            "cli.usage",
            where="--standard",
            what="a scored file holds one standard",
            fix="run once for each; literacy estimate shows several side by side",
        )
    return standards[0] if standards else ""


def pick_survey(
    path: str, survey: str | None, encoding: str | None = None, columns: Sequence[str] | None = None
) -> Instrument | None:
    """The survey named, or the only one whose items all match the file (said on stderr); None if there is none.

    ``columns`` are the file's, where they were read already.
    """
    from literacy.answers import find_survey
    from literacy.files import read_columns
    from literacy.instrument import load_instrument

    if survey:
        return load_instrument(survey)
    found = find_survey(read_columns(path, encoding=encoding) if columns is None else columns)
    if found:
        say(f"survey: {found} (all its items are in the file)")
        return load_instrument(found)
    return None


def load_scored(
    path: str,
    survey: str | None,
    wave: str | None,
    standard: str = "",
    keep_personal: bool = False,
    exclude: Limits | None = None,
    encoding: str | None = None,
) -> Scored:
    """Score a raw file, or read back a scored one; ``exclude`` leaves out whom the check flags."""
    from literacy.scoring import Scored

    data = load_data(path, survey, wave, standard, keep_personal, exclude, encoding)
    if isinstance(data, Scored):
        return data
    raise LiteracyError(
        "io.match",
        where=path,
        what="the columns fit no survey completely",
        fix="name the survey: -i SURVEY (literacy survey list shows them)",
    )


def load_data(
    path: str,
    survey: str | None,
    wave: str | None,
    standard: str = "",
    keep_personal: bool = False,
    exclude: Limits | None = None,
    encoding: str | None = None,
) -> Scored | pd.DataFrame:
    """A Scored where the file belongs to a survey (raw or scored); otherwise the plain table.

    Of scored files and plain tables, what was assumed and which personal columns were left out is said here; of raw
    files it is in the history.
    """
    import pandas as pd

    from literacy.answers import read, read_plain
    from literacy.files import read_columns
    from literacy.instrument import load_wave
    from literacy.scoring import is_scored, score

    own = wave is not None and wave.lower().endswith(".toml")
    columns = read_columns(path, encoding=encoding)
    if is_scored(pd.DataFrame(columns=columns)):
        if exclude is not None:
            raise LiteracyError(
                "cli.usage", where=f"{path} --exclude flagged", what="the file is scored already",
                fix="give the file of the answers",
            )  # fmt: skip
        return _restore(path, survey, str(wave) if own else None, keep_personal, encoding)
    instrument = load_wave(str(wave), survey)[0] if own else pick_survey(path, survey, encoding, columns)
    if instrument is None:
        frame, notes = read_plain(path, encoding=encoding, keep_personal=keep_personal)
        say(*(f"· {note}" for note in notes))
        return frame
    responses = read(path, instrument, wave, encoding=encoding, keep_personal=keep_personal)
    if exclude is not None:
        from literacy.quality import check_quality, exclude_flagged

        responses = exclude_flagged(responses, check_quality(responses, exclude))
    return score(responses, standard)


def _restore(
    path: str, survey: str | None, wave: str | None, keep_personal: bool, encoding: str | None
) -> Scored:
    """A scored file read back, without the personal columns it may hold."""
    from dataclasses import replace

    from literacy.answers import clean_frame, plain_personal
    from literacy.files import find_source, load_table, plain_frame
    from literacy.instrument import load_wave
    from literacy.privacy import name_personal, personal_content
    from literacy.scoring import restore_scored

    table = load_table(path, encoding=encoding)
    frame = plain_frame(table)
    source = find_source(path, len(frame))
    if wave is not None:
        asked, known = load_wave(wave, survey)
        scored = restore_scored(frame, source, asked.folder, known)
    else:
        scored = restore_scored(frame, source, survey or "")
    say(*(f"· {note}" for note in table.notes))
    if keep_personal:
        return scored
    harmless = _known_columns(scored)
    found = plain_personal(table, harmless | {i.name for i in scored.instrument.items})
    number = scored.instrument.id_column
    if number in frame.columns and (what := personal_content(frame[number])):
        found[number] = what
    kept, said = clean_frame(frame.drop(columns=list(found)), harmless)
    say(*(f"· {note}" for note in (*name_personal(found), *said)))
    return replace(scored, frame=kept)


def _known_columns(scored: Scored) -> set[str]:
    """Columns of a scored file that the survey itself knows: none of them is a person's."""
    design = scored.wave.design.resolve(scored.frame.columns)
    own = {i.name for i in scored.instrument.items if i.type != "text"}
    named = {design.weight, design.strata, *design.psu, *design.fpc, scored.instrument.id_column}
    return own | {f"{name}_correct" for name in own} | {n for n in named if n}


def build_sample(data: Any, options: DesignOptions) -> Sample:
    """A Sample of a Scored (the wave's own design, overridden piece by piece) or of a plain table."""
    from literacy.sampling import Design, Sample

    frame: pd.DataFrame = data if not hasattr(data, "instrument") else data.frame
    own = None if frame is data else data.wave.design.resolve(frame.columns)
    design = Design(
        weight=options.weight or (own.weight if own else _delivered(frame)) or None,
        strata=options.strata or (own.strata if own else "") or None,
        psu=options.psu or (own.psu if own else ()) or None,
        fpc=options.fpc or (own.fpc if own else ()) or None,
        lonely_psu=options.lonely_psu,
    )
    sample = Sample(data, design, universe=options.universe)
    if options.steps.asked or options.weight is not None or RECIPE not in frame.columns:
        return apply_steps(sample, data, options.steps)
    steps, margins = read_recipe(frame)
    sample = apply_steps(sample, data, steps, margins)
    check_delivered(sample, frame)
    return sample


def _delivered(frame: pd.DataFrame) -> str:
    """Base weight of a plain table that ``literacy weight`` wrote."""
    return "base_weight" if RECIPE in frame.columns else ""
