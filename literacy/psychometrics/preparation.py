"""Preparation of a fit: quadrature points, known items, layout of the parameters, starting values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.psychometrics.layout import Layout, lay_out
from literacy.kernels.psychometrics.marginal import Grid, make_grid
from literacy.kernels.psychometrics.patterns import NOT_ASKED
from literacy.messages import tell
from literacy.psychometrics.arguments import take_numbers
from literacy.psychometrics.bank import KINDS, TIES, read_bank
from literacy.psychometrics.fitted import IrtFit
from literacy.psychometrics.items import Answers

Floats = NDArray[np.float64]


def take_grid(grid: tuple[float, float, int]) -> Grid:
    """Return the quadrature points; raise an error where they do not span zero or are fewer than 11."""
    bounds = take_numbers(grid, "grid")
    low, high, number = (*bounds[:2], int(bounds[2])) if len(bounds) == 3 else (0.0, 0.0, 0)
    if not (low < 0 < high and number >= 11):
        raise LiteracyError(
            "psychometrics.option", where="grid", what=tell("{:g} to {:g} in {} points", low, high, number),
            fix="give (low, high, number) around 0 with at least 11 points, such as (-6, 6, 61)",
        )  # fmt: skip
    return make_grid(low, high, number)


def read_known(fixed: Any, answers: Answers, models: tuple[str, ...]) -> dict[int, Floats]:
    """Return the fixed parameters by item index."""
    if fixed is None:
        return {}
    bank = read_bank(fixed.parameters if isinstance(fixed, IrtFit) else fixed, "fixed")
    out = {}
    for j, item in enumerate(bank.items):
        if item not in answers.items:
            continue
        at = answers.items.index(item)
        if bank.layout.kinds[j] != KINDS[models[at]] or bank.layout.categories[j] != len(answers.levels[at]):
            raise LiteracyError(
                "psychometrics.model",
                where=tell("fixed: {}", item),
                what=tell(
                    "{} with {} categories, but fitted as {} with {}",
                    bank.models[j],
                    bank.layout.categories[j],
                    models[at],
                    len(answers.levels[at]),
                ),
                fix="fit the item with the model its parameters belong to",
            )
        out[at] = bank.values(j)
    if not out:
        raise LiteracyError(
            "psychometrics.link", where="fixed", what="none of its items is in the data",
            fix="give common items the same name",
        )  # fmt: skip
    return out


def lay_out_items(
    answers: Answers, models: tuple[str, ...], known: dict[int, Floats], prior: tuple[float, float] | None
) -> Layout:
    """Return the layout of a test's parameters, with slopes constrained as the models require."""
    if prior is not None:
        numbers = take_numbers(prior, "prior")
        prior = (float(numbers[0]), float(numbers[1])) if len(numbers) == 2 else (0.0, 0.0)
    if prior is not None and not prior[1] > 0:
        raise LiteracyError(
            "psychometrics.option",
            where="prior",
            what=tell("standard deviation {:g}", prior[1]),
            fix="give a mean and a standard deviation above 0",
        )
    if not answers.items:
        raise LiteracyError(
            "psychometrics.data", where="items", what="no item varies: each has only one answer",
            fix="give items that some answer correctly and some incorrectly",
        )  # fmt: skip
    made = lay_out(
        [KINDS[m] for m in models],
        [len(v) for v in answers.levels],
        [TIES.get(m, "") for m in models],
        len(answers.group_names),
        known,
        bool(known),
        prior,
    )
    if not known:
        return made
    ones = [int(made.starts[j]) for j, m in enumerate(models) if TIES.get(m) == "rasch" and j not in known]
    if not ones:
        return made
    whole = made.given.copy()
    whole[ones] = 1.0
    return made.with_fixed(np.array(ones, np.int64), whole)


def refuse_unidentified(answers: Answers, layout: Layout, known: dict[int, Floats]) -> None:
    """Raise an error for a test too short for its model, or a group without answers."""
    if known:
        return
    single = all(len(v) == 2 for v in answers.levels)
    slopes = len(np.unique(layout.slot[layout.starts[:-1]]))
    need = 3 if single and slopes > 1 else 2
    if len(answers.items) < need:
        raise LiteracyError(
            "psychometrics.data", where="items",
            what=tell("items that vary: {}; this model requires {}", len(answers.items), need),
            fix=tell("give more items") + (tell(", or use rasch") if need == 3 and len(answers.items) == 2 else ""),
        )  # fmt: skip
    empty = [n for g, n in enumerate(answers.group_names) if not (answers.live & (answers.group == g)).any()]
    if empty:
        raise LiteracyError(
            "psychometrics.data", where=tell("group {!r}", empty[0]), what="nobody in it answered any item",
            fix="omit the group",
        )  # fmt: skip


def rests_on_sums(layout: Layout, known: dict[int, Floats]) -> bool:
    """Return whether sum scores are sufficient statistics: all items share one slope."""
    slots = layout.slot[layout.starts[:-1]]
    return not known and set(layout.kinds) == {"divide"} and len(np.unique(slots)) == 1


def find_start(answers: Answers, layout: Layout) -> Floats:
    """Return starting values: slopes of 1 or -1 by the direction of the item, intercepts from the category shares."""
    rows = np.flatnonzero(answers.live)
    rows = rows[:: max(1, len(rows) // 10_000)]
    codes, weight = answers.codes[rows], answers.weight[rows]
    asked = codes != NOT_ASKED
    score = np.where(asked, codes, 0).astype(np.float64)
    mean = (score * weight[:, None]).sum(0) / np.maximum((asked * weight[:, None]).sum(0), 1e-300)
    away = np.where(asked, score - mean, 0.0)
    spread = np.sqrt(np.maximum((away**2 * weight[:, None]).sum(0), 1e-300))
    away /= spread
    sign = _signs((away * weight[:, None]).T @ away)
    out = layout.given.copy()
    for j in range(len(answers.items)):
        at, k = int(layout.starts[j]), int(layout.categories[j])
        if layout.slot[at + 1] < 0:
            continue
        share = np.bincount(codes[:, j], weight, NOT_ASKED + 1)[:k] + 0.5 * weight.mean()
        share /= share.sum()
        out[at] = sign[j]
        if layout.kinds[j] == "graded":
            above = np.cumsum(share[::-1])[::-1][1:]
            out[at + 1 : at + k] = 1.2 * np.log(above / (1 - above))
        elif layout.kinds[j] == "guess":
            right = np.clip((share[1] - 0.2) / 0.8, 0.05, 0.98)
            out[at + 1 : at + 3] = (1.2 * np.log(right / (1 - right)), -1.1)
        else:
            out[at + 1 : at + k] = 1.2 * np.log(share[1:] / share[0])
    tied = layout.slot[layout.starts[:-1]]
    for s in np.unique(tied[tied >= 0]):
        if (tied == s).sum() > 1:
            out[layout.starts[:-1][tied == s]] = 1.0
    return out


def _signs(cross: Floats) -> Floats:
    """Return the sign of every item on the first common direction, oriented so that its loadings sum to 0 or more."""
    off = cross - np.diag(np.diag(cross))
    direction = np.linalg.eigh(off)[1][:, -1]
    direction = direction * (1.0 if direction.sum() >= 0 else -1.0)
    return np.where(direction < 0, -1.0, 1.0)
