"""How synthetic people answer the questions that have no right answer: channels, visits, activities, attitudes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from city.dice import normal
from literacy.instrument import Instrument, Item


@dataclass(frozen=True, slots=True)
class Habit:
    """Shares of the answers in the order of their codes, and how ability and age (per decade from 40) move them.

    A scale moves as a whole towards its later codes; of a category only the first answer gains.
    """

    shares: tuple[float, ...]
    ability: float = 0.0
    age: float = 0.0


VISIT = Habit((0.62, 0.22, 0.11, 0.05), 0.35, -0.12)
AGREE = Habit((0.04, 0.10, 0.26, 0.38, 0.22), 0.30)
OFTEN = Habit((0.06, 0.16, 0.32, 0.32, 0.14), 0.40)
SKILL = Habit((0.24, 0.28, 0.30, 0.18), 0.55, -0.45)
CAN = Habit((0.16, 0.26, 0.36, 0.22), 0.55, -0.25)
JOIN = Habit((0.12, 0.48, 0.40), 0.30)
YES = Habit((0.18, 0.82), 0.40)

HABITS: dict[str, Habit] = {
    "channel_frequency": Habit((0.14, 0.22, 0.28, 0.22, 0.14), 0.55, -0.10),
    "channel_check": Habit((0.16, 0.26, 0.32, 0.19, 0.07), 0.60, -0.12),
    "channel_language": Habit((0.70, 0.09, 0.19, 0.02)),
    "visit_dinosaur": Habit((0.55, 0.27, 0.13, 0.05), 0.25, -0.10),
    "visit_demonstration_farm": Habit((0.86, 0.09, 0.04, 0.01), 0.10),
    "visit_open_day": Habit((0.90, 0.07, 0.02, 0.01), 0.45, -0.10),
    "visit_obstacle": Habit((0.36, 0.14, 0.10, 0.18, 0.13, 0.05, 0.04)),
    "activity_three_rural": Habit((0.08, 0.40, 0.52), 0.15, 0.10),
    "activity_herder_training": Habit((0.07, 0.93), 0.15),
    "activity_youth_contest": Habit((0.05, 0.95), 0.60, -0.50),
    "activity_volunteer": Habit((0.05, 0.95), 0.50),
    "activity_drill": Habit((0.26, 0.74), 0.25, -0.12),
    "attitude_speed": Habit((0.12, 0.26, 0.27, 0.24, 0.11), -0.25, 0.15),
    "attitude_needless": Habit((0.18, 0.34, 0.24, 0.17, 0.07), -0.45, 0.08),
    "attitude_benefit": Habit((0.02, 0.06, 0.20, 0.42, 0.30), 0.25),
    "attitude_nature": Habit((0.02, 0.07, 0.21, 0.40, 0.30), 0.15),
    "digital_phone": Habit((0.62, 0.22, 0.16), 0.50, -0.60),
    "digital_video_call": Habit((0.12, 0.20, 0.36, 0.32), 0.45, -0.40),
    "health_checkup": Habit((0.66, 0.34), 0.15),
    "health_vaccination": Habit((0.34, 0.66), 0.20),
    "health_lecture": Habit((0.24, 0.76), 0.25),
    "health_exercise": Habit((0.18, 0.12, 0.18, 0.26, 0.26), 0.10),
    "decision_training": Habit((0.46, 0.54), 0.20),
    "decision_hours": Habit((0.02, 0.38, 0.40, 0.20)),
}
"""Items that differ from their module."""

MODULES: dict[str, Habit] = {
    "visits": VISIT, "activities": YES, "attitudes": AGREE, "digital": SKILL, "health": CAN, "decision": OFTEN,
}  # fmt: skip

SETS: dict[str, tuple[tuple[float, ...], float, float]] = {
    "channel_sources": (
        (0.62, 0.14, 0.66, 0.58, 0.34, 0.10, 0.16, 0.10, 0.12, 0.38, 0.04), 0.25, -0.25,
    ),
    "channel_topics": ((0.58, 0.16, 0.34, 0.30, 0.18, 0.22, 0.22, 0.16, 0.44, 0.04), 0.30, -0.05),
    "channel_check_how": ((0.38, 0.26, 0.14, 0.42, 0.24, 0.48), 0.35, -0.10),
}  # fmt: skip
"""Chance of each answer of a multiple choice; the last code, "none of these", stands where nothing was chosen."""


def answer_habits(rng: np.random.Generator, people: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Answer every unscored module for the people given; who is not asked is blanked elsewhere.

    ``people`` has ``ability`` and ``age``. Returns one column an item: codes, multiple choice as "1|3".
    """
    ability = people["ability"].to_numpy() - float(people["ability"].mean())
    decades = (people["age"].to_numpy() - 40.0) / 10.0
    answers: dict[str, NDArray[np.object_]] = {}
    for item in instrument.items:
        if item.scored or item.module in ("background", "test"):
            continue
        if item.name in SETS:
            answers[item.name] = _several(rng, item, ability, decades)
        elif item.name == "channel_main":
            answers[item.name] = _main(rng, answers["channel_sources"])
        else:
            answers[item.name] = _one(rng, item, _habit(item), ability, decades)
    _agree(answers)
    return pd.DataFrame(answers, index=people.index)


def _habit(item: Item) -> Habit:
    if item.name in HABITS:
        return HABITS[item.name]
    if len(item.answers) == 3 and item.module == "activities":
        return JOIN
    if item.name == "decision_rumour" or item.name == "health_doctor":
        return OFTEN
    return MODULES[item.module]


def _one(
    rng: np.random.Generator,
    item: Item,
    habit: Habit,
    ability: NDArray[np.float64],
    decades: NDArray[np.float64],
) -> NDArray[np.object_]:
    codes = np.array([o.code for o in item.answers])
    assert len(codes) == len(habit.shares), item.name
    cuts = ndtri(np.clip(np.cumsum(habit.shares)[:-1] / np.sum(habit.shares), 1e-6, 1 - 1e-6))
    push = habit.ability * ability + habit.age * decades
    if item.type == "category":
        push = -push  # the first answer is the one ability and age make likelier
    latent = push + normal(rng, len(ability))
    chosen = codes[np.searchsorted(cuts, latent)].astype(object)
    return _missing(rng, chosen, item, ability)


def _missing(
    rng: np.random.Generator, chosen: NDArray[np.object_], item: Item, ability: NDArray[np.float64]
) -> NDArray[np.object_]:
    """Some do not know (more of the less able), a few refuse."""
    several = item.type == "multiple"
    kinds = {o.missing: str(o.code) if several else o.code for o in item.options if o.missing}
    chance = rng.random(len(chosen))
    unsure = 0.025 * expit(-ability) * 2.0
    if "dont_know" in kinds:
        chosen[chance < unsure] = kinds["dont_know"]
    if "refused" in kinds:
        chosen[chance > 0.996] = kinds["refused"]
    return chosen


def _several(
    rng: np.random.Generator, item: Item, ability: NDArray[np.float64], decades: NDArray[np.float64]
) -> NDArray[np.object_]:
    shares, by_ability, by_age = SETS[item.name]
    codes = [str(o.code) for o in item.answers]
    assert len(codes) == len(shares) + 1, item.name
    base = np.log(np.array(shares) / (1.0 - np.array(shares)))
    slope = np.ones(len(shares))
    if item.name == "channel_sources":
        slope[[0, 1, 9]] = -1.0  # television, radio and family: the older the more
    chance = expit(base + by_ability * ability[:, None] + by_age * decades[:, None] * slope)
    ticked = rng.random(chance.shape) < chance
    out = np.empty(len(ability), dtype=object)
    for row, line in enumerate(ticked):
        out[row] = "|".join(c for c, t in zip(codes, line, strict=False) if t) or codes[-1]
    return _missing(rng, out, item, ability)


def _main(rng: np.random.Generator, sources: NDArray[np.object_]) -> NDArray[np.object_]:
    out = np.empty(len(sources), dtype=object)
    for row, cell in enumerate(sources):
        among = str(cell).split("|")
        out[row] = int(among[int(rng.random() * len(among))])
    return out


def _agree(answers: dict[str, NDArray[np.object_]]) -> None:
    """Make answers that depend on each other agree."""
    never = answers["channel_check"] == 1
    answers["channel_check_how"][never] = "7"
    places = [v for k, v in answers.items() if k.startswith("visit_") and k != "visit_obstacle"]
    often = np.sum([np.isin(v, [1, 2, 3]) for v in places], axis=0) >= 4
    answers["visit_obstacle"][often] = 97
    without = answers["digital_phone"] == 3
    for name, cells in answers.items():
        if name.startswith("digital_") and name != "digital_phone":
            cells[without] = 7
    answers["decision_hours"][answers["decision_training"] == 2] = 0
