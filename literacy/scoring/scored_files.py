"""Scored files: restoring the survey, wave and standard of output of ``literacy score``."""

from __future__ import annotations

import pandas as pd

from literacy.errors import LiteracyError
from literacy.instrument import Wave, load_instrument
from literacy.messages import tell
from literacy.provenance import Source
from literacy.scoring.respondents import find_standard
from literacy.scoring.scored import Scored

CONSTANTS = ("survey", "wave", "standard")


def is_scored(frame: pd.DataFrame) -> bool:
    """Whether a table is output of :func:`literacy.score`, that is, names its survey, wave and standard."""
    return {*CONSTANTS, "universe", "literate"} <= set(frame.columns)


def restore_scored(
    frame: pd.DataFrame, source: Source | None, survey: str = "", wave: Wave | None = None
) -> Scored:
    """Restore a Scored from a scored table.

    Parameters
    ----------
    frame : DataFrame
        A table for which :func:`is_scored` holds.
    source : Source or None
        The file from which it was read.
    survey : str
        Folder of the survey, if it is not a packaged one.
    wave : Wave, optional
        The wave, if it comes from a wave file of the user's own.

    Raises
    ------
    LiteracyError
        ``scoring.standard`` if the rows are of several surveys, waves or standards.
    """
    constants = {}
    for name in CONSTANTS:
        values = frame[name].fillna("").astype("str").unique()
        if len(values) != 1:
            raise LiteracyError(
                "scoring.standard",
                where=f"{source or 'table'}:{name}",
                what=tell(
                    "the rows contain {} different values: {}",
                    len(values),
                    ", ".join(sorted(map(str, values))[:5]),
                ),
                fix="keep one survey, wave and standard per file",
            )
        constants[name] = str(values[0])
    instrument = load_instrument(survey or constants["survey"])
    if wave is None:
        wave = instrument.wave(constants["wave"].removesuffix(".0") or None)
    standard = find_standard(instrument, constants["standard"])
    origin = (tell("read back from {}", source),) if source else ()
    made_up = (tell("synthetic data: nobody was interviewed"),) if wave.synthetic else ()
    return Scored(frame, instrument, wave, standard, source, (*origin, *made_up))
