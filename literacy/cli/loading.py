"""From a file name to a Scored, a data frame, or a Sample: what every command starts with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from literacy.cli.output import say
from literacy.cli.reweighting import NO_STEPS, RECIPE, Steps, apply_steps, read_recipe, take_steps
from literacy.errors import LiteracyError

if TYPE_CHECKING:
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
            mend="run once for each; literacy estimate shows several side by side",
        )
    return standards[0] if standards else ""


def pick_survey(path: str, survey: str | None) -> Instrument | None:
    """The survey named, or the only one whose items all match the file (said on stderr); None if there is none."""
    from literacy.instrument import load_instrument
    from literacy.io import find_survey, read_columns

    if survey:
        return load_instrument(survey)
    found = find_survey(read_columns(path))
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
) -> Scored:
    """Score a raw file, or read back a scored one; ``exclude`` leaves out whom the check flags."""
    from literacy.scoring import Scored

    data = load_data(path, survey, wave, standard, keep_personal, exclude)
    if isinstance(data, Scored):
        return data
    raise LiteracyError(
        "io.match",
        where=path,
        what="the columns fit no survey completely",
        mend="name the survey: -i SURVEY (literacy survey list shows them)",
    )


def load_data(
    path: str,
    survey: str | None,
    wave: str | None,
    standard: str = "",
    keep_personal: bool = False,
    exclude: Limits | None = None,
) -> Scored | pd.DataFrame:
    """A Scored where the file belongs to a survey (raw or scored); otherwise the plain table."""
    import pandas as pd

    from literacy.instrument import load_wave
    from literacy.io import read, read_columns, read_table
    from literacy.provenance import trace
    from literacy.scoring import is_scored, restore_scored, score

    own = wave is not None and wave.lower().endswith(".toml")
    ending = Path(path).suffix.lower()
    if (
        path == "-"
        or ending in (".csv", ".tsv", ".parquet", ".xlsx")
        or (ending in (".sav", ".zsav", ".dta") and is_scored(pd.DataFrame(columns=read_columns(path))))
    ):
        frame = read_table(path)
        if is_scored(frame):
            if exclude is not None:
                raise LiteracyError(
                    "cli.usage", where=f"{path} --exclude flagged", what="the file is scored already",
                    mend="give the file of the answers",
                )  # fmt: skip
            source = None if path == "-" else trace(path, len(frame))
            if own:
                asked, known = load_wave(str(wave), survey)
                return restore_scored(frame, source, asked.folder, known)
            return restore_scored(frame, source, survey or "")
        if path == "-":
            return frame
    instrument = load_wave(str(wave), survey)[0] if own else pick_survey(path, survey)
    if instrument is None:
        return read_table(path)
    responses = read(path, instrument, wave, keep_personal=keep_personal)
    if exclude is not None:
        from literacy.quality import check_quality, exclude_flagged

        responses = exclude_flagged(responses, check_quality(responses, exclude))
    return score(responses, standard)


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
    steps = options.steps
    if not steps.asked and options.weight is None and RECIPE in frame.columns:
        steps = read_recipe(frame)
    return apply_steps(sample, data, steps)


def _delivered(frame: pd.DataFrame) -> str:
    """Base weight of a plain table that ``literacy weight`` wrote."""
    return "base_weight" if RECIPE in frame.columns else ""
