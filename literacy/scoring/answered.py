"""Unscored answers with universe, groups and recodes, ready for estimation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from literacy.answers.responses import Responses
from literacy.instrument import KINDS, Instrument, Standard, Wave, add_recodes
from literacy.messages import tell
from literacy.provenance import Origin
from literacy.scoring.respondents import find_groups, find_universes

KIND = ":kind"
"""Suffix of the columns that record whether an item was answered and, if not, the kind of missing."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One row per respondent: answers as codes, ``<item>:kind``, recodes, ``universe`` and ``group_<name>``.

    Attributes
    ----------
    frame : DataFrame
    instrument, wave : the instrument and the wave of the answers.
    standard : None, as nothing was scored.
    origin : provenance passed on to results.
    """

    frame: pd.DataFrame
    instrument: Instrument
    wave: Wave
    standard: Standard | None
    origin: Origin


def keep_answers(responses: Responses) -> Answered:
    """Return the answers to all items with universe and groups, ready for a Sample.

    Examples
    --------
    >>> import literacy as lit
    >>> from literacy.scoring import keep_answers
    >>> answers = keep_answers(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))
    >>> bool(answers.frame["k01"].isin([1, 2]).any())
    True
    """
    instrument = responses.instrument
    answers = add_recodes(responses.frame, instrument)
    names = np.asarray(KINDS, dtype=object)
    kinds = pd.DataFrame(
        {f"{item}{KIND}": names[responses.missing[item].to_numpy()] for item in responses.missing.columns}
    )
    marks = (find_universes(answers, instrument), find_groups(answers, instrument))
    parts: list[pd.DataFrame | pd.Series[Any]] = [answers, *marks, kinds]
    whole: list[Any] = [p.reset_index(drop=True) for p in parts]
    frame = pd.concat(whole, axis=1)
    made_up = (tell("synthetic data: nobody was interviewed"),) if responses.wave.synthetic else ()
    origin = responses.origin.evolve(history=(*responses.history, *made_up))
    return Answered(frame, instrument, responses.wave, None, origin)
