"""How synthetic people answer the scored items: a two-parameter item response model with don't-know and guessing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from city.dice import dice, normal
from literacy.instrument import Instrument, Item, Standard
from literacy.kernels.scoring.scoring_points import dimension_points, reach, share_correct

DONT_KNOW, RIGHT, WRONG = 0, 1, 2

HARDNESS = {"true_false": (-1.10, 1.00), "single": (-0.95, 1.15), "multiple": (-0.10, 1.60)}
"""Lowest and highest item location of each type; items are spread over the range."""
LUCK = {"true_false": 0.42, "single": 0.22, "multiple": 0.04}
"""Chance that a guess is right; below one half for true/false, because wrong beliefs attract."""
AT_HOME = {"k01": 0.9, "k12": 0.5, "k13": 0.6, "k18": 0.7, "k44": 0.8, "k47": 0.9, "k41": 0.4, "k37": 0.4}
"""Items on herding and the grassland: how many logits easier they are for farmers and herders."""


@dataclass(frozen=True, slots=True)
class Items:
    """Parameters of the scored items: slope, location, luck, advantage of farmers and herders; each (k,)."""

    slope: NDArray[np.float64]
    location: NDArray[np.float64]
    luck: NDArray[np.float64]
    home: NDArray[np.float64]


def item_parameters(items: tuple[Item, ...]) -> Items:
    """Draw the parameters of the items; the same in every wave."""
    rng = dice(50)
    slope = 0.80 + 0.90 * rng.random(len(items))
    low = np.array([HARDNESS[i.type][0] for i in items])
    high = np.array([HARDNESS[i.type][1] for i in items])
    return Items(
        slope=slope,
        location=low + (high - low) * rng.random(len(items)),
        luck=np.array([LUCK[i.type] for i in items]),
        home=np.array([AT_HOME.get(i.name, 0.0) for i in items]),
    )


def answer(
    rng: np.random.Generator, ability: NDArray[np.float64], herder: NDArray[np.bool_], items: Items
) -> NDArray[np.int8]:
    """Give every person's answer to every item as ``DONT_KNOW``, ``RIGHT`` or ``WRONG``; shape (n, k).

    A person knows with the probability of the two-parameter logistic model. Who does not know says so the more
    often the lower the ability, and else guesses.
    """
    edge = ability[:, None] - items.location + herder[:, None] * items.home
    knows = expit(items.slope * edge)
    admits = expit(-0.75 - 0.70 * ability)[:, None]
    right = knows + (1.0 - knows) * (1.0 - admits) * items.luck
    says_not = (1.0 - knows) * admits
    chance = rng.random(right.shape)
    states = np.full(right.shape, WRONG, dtype=np.int8)
    states[chance < right + says_not] = DONT_KNOW
    states[chance < right] = RIGHT
    return states


def verdict(states: NDArray[np.int8], items: tuple[Item, ...], standard: Standard) -> NDArray[np.float64]:
    """1.0 literate, 0.0 not, for everybody by one standard; a don't-know is not right. Shape (n,)."""
    correct = (states == RIGHT).astype(np.float64)
    cut = float(standard.literate or 0.0)
    if standard.rule == "points":
        place = {d.name: j for j, d in enumerate(standard.dimensions)}
        worth = np.array([d.points for d in standard.dimensions], dtype=np.float64)
        where = np.array([place[i.dimension] for i in items], dtype=np.int64)
        return reach(dimension_points(correct, where, worth).sum(axis=1), cut)
    return reach(share_correct(correct), cut)


def choose(rng: np.random.Generator, states: NDArray[np.int8], item: Item) -> NDArray[np.object_]:
    """Turn answers to one item into codes: the key, another answer, or the don't-know code; multiple as "1|3"."""
    codes = np.empty(len(states), dtype=object)
    unknown = next(o.code for o in item.options if o.missing == "dont_know")
    answers = [o.code for o in item.answers]
    key = "|".join(map(str, item.key)) if item.type == "multiple" else item.key[0]
    for row, state in enumerate(states):
        if state == RIGHT:
            codes[row] = key
        elif state == DONT_KNOW:
            codes[row] = str(unknown) if item.type == "multiple" else unknown
        elif item.type == "multiple":
            codes[row] = _wrong_set(rng, [str(a) for a in answers], {str(c) for c in item.key})
        else:
            others = [a for a in answers if a not in item.key]
            codes[row] = others[int(rng.random() * len(others))]
    return codes


def _wrong_set(rng: np.random.Generator, answers: list[str], key: set[str]) -> str:
    """Choose codes that are mostly the key's, with one or more errors."""
    while True:
        chosen = {a for a in answers if rng.random() < (0.72 if a in key else 0.28)}
        if chosen and chosen != key:
            return "|".join(sorted(chosen))


def ability_of(
    rng: np.random.Generator,
    effects: NDArray[np.float64],
    block: NDArray[np.int64],
    level: float,
    spread: float = 0.70,
    block_spread: float = 0.14,
) -> NDArray[np.float64]:
    """Ability = level of the year + effects of what a person is + a common part of the block + a part of one's own."""
    shared = block_spread * normal(rng, int(block.max()) + 1)
    own: NDArray[np.float64] = spread * normal(rng, len(effects))
    return level + effects + shared[block] + own


__all__ = ["Instrument", "Items", "ability_of", "answer", "choose", "item_parameters", "verdict"]
