"""Unscored answers with universe, groups and recodes, ready for estimation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.answers.blocks import CodedAnswers
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
    kinds = {item: responses.missing[item].to_numpy() for item in responses.missing.columns}
    return _keep(responses.frame, kinds, responses.instrument, responses.wave, responses.origin)


def keep_block(block: CodedAnswers) -> Answered:
    """Return the answers in a block of rows, of the items whose columns are requested."""
    places = {item.name: k for k, item in enumerate(block.instrument.items)}
    wanted = block.wanted
    names = [n for n in places if wanted is None or n in wanted]
    kinds = {n: block.kinds[places[n]] for n in names}
    origin = Origin(wave=block.wave.name, synthetic=block.wave.synthetic, source=block.source)
    return _keep(block.frame, kinds, block.instrument, block.wave, origin, wanted)


def _keep(
    frame: pd.DataFrame, kinds: Mapping[str, NDArray[np.int8]], instrument: Instrument, wave: Wave, origin: Origin,
    wanted: Collection[str] | None = None,
) -> Answered:  # fmt: skip
    """Return answers with recodes, universe, groups and kinds of missing."""
    names = np.asarray(KINDS, dtype=object)
    named: set[str] | None = None
    if wanted is not None:
        conditions = {c.column for u in instrument.universes for c in u.all_of}
        conditions |= {c.column for g in instrument.groups for some in g.any_of for c in some}
        named = {*wanted, *conditions}
    answers = add_recodes(frame, instrument, named)
    held = pd.DataFrame({f"{item}{KIND}": names[codes] for item, codes in kinds.items()})
    marks = (find_universes(answers, instrument), find_groups(answers, instrument))
    parts: list[pd.DataFrame | pd.Series[Any]] = [answers, *marks, held]
    whole: list[Any] = [p.reset_index(drop=True) for p in parts]
    made_up = (tell("synthetic data: nobody was interviewed"),) if wave.synthetic else ()
    origin = origin.evolve(history=(*origin.history, *made_up))
    return Answered(pd.concat(whole, axis=1), instrument, wave, None, origin)
