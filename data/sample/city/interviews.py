"""From synthetic people to interviews: what was asked, refused, left out or broken off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from city.answers import DONT_KNOW, choose
from city.dice import draw_codes
from city.habits import answer_habits
from city.people import SUMU
from literacy.instrument import Instrument, Item, Wave, holds

ONLINE = {2021: 0.0, 2023: 0.12, 2025: 0.18}
"""Share that fills in the form online, by the interviewer's code."""
REFUSED_BACKGROUND = {"age": 0.003, "occupation": 0.006}
"""Residence, sex and education, to which the sample is weighted, are completed by calling back; who refuses the age
is outside every universe."""
LEAVES_OUT, REFUSES, BREAKS_OFF = 0.006, 0.004, 0.024
"""Chance to leave an item out, to refuse it, and to end the interview early; of the least able, half at the middle."""
ANSWERED, LEFT_OUT, REFUSED = 0, 1, 2

BACKGROUND = ("age", "sex", "education", "occupation", "residence", "community")


@dataclass(frozen=True, slots=True)
class Silences:
    """What a person does not answer: ``kinds`` (n, k) of the scored items, ``stop`` (n,) in 0-1 where the interview
    ends early (2 where it does not), ``unease`` (n,) in 0-1."""

    kinds: NDArray[np.int8]
    stop: NDArray[np.float64]
    unease: NDArray[np.float64]


def silences(rng: np.random.Generator, ability: NDArray[np.float64], items: int) -> Silences:
    """Draw what is not answered; the less able leave out, refuse and break off more often."""
    unease = expit(-1.2 * ability)
    chance = rng.random((len(ability), items))
    kinds = np.full(chance.shape, ANSWERED, dtype=np.int8)
    kinds[chance < LEAVES_OUT * unease[:, None]] = LEFT_OUT
    kinds[chance > 1.0 - REFUSES * unease[:, None]] = REFUSED
    stop = np.where(rng.random(len(ability)) < BREAKS_OFF * unease, rng.random(len(ability)), 2.0)
    return Silences(kinds, stop, unease)


def silence(states: NDArray[np.int8], quiet: Silences, length: int) -> NDArray[np.int8]:
    """Answers to the scored items where what is not answered is not right; ``length`` items are on the form."""
    kept = np.where(quiet.kinds == ANSWERED, states, DONT_KNOW).astype(np.int8)
    for row in np.flatnonzero(quiet.stop < 1.0):
        kept[row, _stop_at(quiet.stop[row], length) :] = DONT_KNOW
    return kept


def interview(
    rng: np.random.Generator,
    people: pd.DataFrame,
    states: NDArray[np.int8],
    instrument: Instrument,
    wave: Wave,
) -> pd.DataFrame:
    """Interview the people given.

    Parameters
    ----------
    people : DataFrame
        Rows drawn, index 0..n-1; ``school_grade`` only for pupils.
    states : (n, k) answers to the scored items, in the instrument's order.

    Returns
    -------
    DataFrame
        ``interview_date``, ``interview_mode`` and every item: codes of the instrument, multiple choice as "1|3", None
        where there is no answer.
    """
    table = pd.DataFrame(index=people.index)
    table["interview_date"] = _dates(rng, len(people), wave)
    slope = expit(-0.06 * (people["age"].to_numpy() - 30))
    table["interview_mode"] = np.where(rng.random(len(people)) < 2.6 * ONLINE[int(wave.name)] * slope, 2, 1)
    answers = {name: people[name].to_numpy().astype(object) for name in BACKGROUND}
    answers["language"] = _languages(rng, people)
    grades = people["school_grade"] if "school_grade" in people else [None] * len(people)
    answers["school_grade"] = np.array(list(grades), dtype=object)
    for j, item in enumerate(instrument.scored_items):
        answers[item.name] = choose(rng, states[:, j], item)
    habits = answer_habits(rng, people, instrument)
    answers |= {name: habits[name].to_numpy(dtype=object) for name in habits}
    filled = pd.DataFrame({i.name: answers[i.name] for i in instrument.items}, index=people.index)
    _refuse_background(rng, filled, instrument)
    _leave_out(rng, filled, instrument, silences(rng, people["ability"].to_numpy(), states.shape[1]))
    _not_asked(filled, instrument)
    return pd.concat([table, filled], axis=1).copy()


def _dates(rng: np.random.Generator, n: int, wave: Wave) -> list[date]:
    assert wave.start is not None and wave.end is not None, wave.name
    days = (wave.end - wave.start).days + 1
    return [wave.start + timedelta(days=int(d)) for d in np.floor(rng.random(n) * days)]


def _languages(rng: np.random.Generator, people: pd.DataFrame) -> NDArray[np.object_]:
    sumu = (people["residence"] == SUMU).to_numpy()
    weights = np.where(sumu[:, None], [0.24, 0.52, 0.24, 0.0], [0.86, 0.05, 0.085, 0.005])
    return draw_codes(rng, weights, np.array([1, 2, 3, 4])).astype(object)


def refused_code(item: Item) -> int | None:
    """Code of the option "refused" of an item."""
    return next((int(o.code) for o in item.options if o.missing == "refused"), None)


def _refuse_background(rng: np.random.Generator, filled: pd.DataFrame, instrument: Instrument) -> None:
    for name, share in REFUSED_BACKGROUND.items():
        filled.loc[rng.random(len(filled)) < share, name] = refused_code(instrument.item(name))


def _leave_out(
    rng: np.random.Generator, filled: pd.DataFrame, instrument: Instrument, quiet: Silences
) -> None:
    """Empty what was left out, put the code of what was refused, and end the interviews that broke off."""
    scored = [i.name for i in instrument.scored_items]
    for j, item in enumerate(instrument.scored_items):
        code = refused_code(item)
        cells = filled[item.name].to_numpy(dtype=object).copy()
        cells[quiet.kinds[:, j] == REFUSED] = str(code) if item.type == "multiple" else code
        cells[quiet.kinds[:, j] == LEFT_OUT] = None
        filled[item.name] = cells
    columns = list(filled.columns)
    after = columns[columns.index(scored[-1]) + 1 :]
    for name in after:
        filled.loc[rng.random(len(filled)) < LEAVES_OUT * quiet.unease, name] = None
    line = [*scored, *after]
    for row in np.flatnonzero(quiet.stop < 1.0):
        filled.loc[row, line[_stop_at(quiet.stop[row], len(line)) :]] = None


def _stop_at(share: float, length: int) -> int:
    """Turn the place where an interview ends (0-1) into a position, after item 20 of the test at the earliest."""
    return 20 + int(share * (length - 20))


def _not_asked(filled: pd.DataFrame, instrument: Instrument) -> None:
    """Empty the items a person is not asked, by the instrument's own conditions."""
    known = pd.DataFrame(index=filled.index)
    for name in BACKGROUND:
        item = instrument.item(name)
        gone = [o.code for o in item.options if o.missing]
        known[name] = pd.to_numeric(filled[name].where(~filled[name].isin(gone)), errors="coerce")
    for item in instrument.items:
        if item.asked:
            filled.loc[~holds(item.asked, known), item.name] = None
