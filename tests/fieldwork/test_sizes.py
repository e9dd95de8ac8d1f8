"""Sizes: closed forms, and the power of a proof against simulated surveys."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.errors import LiteracyError
from literacy.fieldwork import explain_size, plan_size
from literacy.kernels.design.intervals import proportion_interval


@pytest.mark.parametrize(
    ("share", "goal", "power", "sides", "deff"),
    [
        (0.135, 0.12, 0.8, 2, 1.0),
        (0.135, 0.12, 0.9, 1, 1.0),
        (0.16, 0.12, 0.8, 2, 2.0),
        (0.10, 0.12, 0.8, 2, 1.5),
        (0.02, 0.01, 0.7, 2, 1.0),
    ],
)
def test_the_power_of_a_proof_is_within_two_points_of_the_stated(
    share: float, goal: float, power: float, sides: int, deff: float
) -> None:
    plan = explain_size(share, goal=goal, power=power, sides=sides, deff=deff)
    assert plan.power >= power
    rng = np.random.default_rng(7)
    size = int(plan.interviews / deff)  # a design effect is interviews that count less
    p = rng.binomial(size, share, 40_000) / size
    se = np.sqrt(p * (1 - p) / size)
    level = 0.95 if sides == 2 else 0.90
    low, high = proportion_interval(
        p, se, np.inf, level, "logit", np.full(len(p), size), np.full(len(p), size)
    )
    proven = (low > goal).mean() if share > goal else (high < goal).mean()
    assert abs(proven - plan.power) < 0.01 and abs(proven - power) < 0.02
    if goal < 0.05:
        return  # the chance is a coarse saw there
    smaller = explain_size(share, goal=goal, power=power, sides=sides, deff=deff).interviews * 0.9
    half = int(smaller / deff)
    p = rng.binomial(half, share, 40_000) / half
    low, high = proportion_interval(
        p, np.sqrt(p * (1 - p) / half), np.inf, level, "logit", np.full(len(p), half), np.full(len(p), half)
    )
    assert ((low > goal).mean() if share > goal else (high < goal).mean()) < power


@pytest.mark.parametrize(("overlap", "correlation"), [(0.0, 0.0), (0.5, 0.6)])
def test_a_difference_is_shown_as_often_as_stated(overlap: float, correlation: float) -> None:
    plan = explain_size(sd=10.0, difference=1.5, power=0.8, overlap=overlap, correlation=correlation)
    rng = np.random.default_rng(3)
    n = plan.interviews
    both = round(n * overlap)
    cov = [[100.0, 100 * correlation], [100 * correlation, 100.0]]
    shown = 0
    for _ in range(3000):
        pair = rng.multivariate_normal([0, 1.5], cov, both) if both else np.zeros((0, 2))
        one = np.concatenate([pair[:, 0], rng.normal(0, 10, n - both)])
        two = np.concatenate([pair[:, 1], rng.normal(1.5, 10, n - both)])
        se = np.sqrt(200 / n - 2 * both / n * correlation * 100 / n)
        shown += abs(two.mean() - one.mean()) > 1.959964 * se
    assert abs(shown / 3000 - 0.8) < 0.025


def test_closed_forms() -> None:
    assert plan_size(sd=10, margin=1) == 385  # (1.96 * 10)^2 = 384.15
    assert plan_size(0.5, 0.04, other=0.5) == 1201  # 2 * 0.25 * (1.96 / 0.04)^2 = 1200.4
    assert plan_size(0.5, other=0.6, power=0.8) == 385  # (0.25 + 0.24)(1.96 + 0.84)^2 / 0.01 = 384.6
    assert plan_size(0.12, 0.02, deff=1.5, response=0.8) == 1902


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"share": 0.12, "goal": 0.12}, "equals the goal"),
        ({"share": 0.135, "goal": 0.12, "population": 1000}, "there are 1,000 people"),
        ({"share": 0.12}, "planned for a margin"),
        ({}, "neither a share nor"),
        ({"share": 0.1, "other": 0.2}, "for a power"),
        ({"share": 0.1, "other": 0.1, "power": 0.8}, "no difference to detect"),
        ({"share": 0.1, "margin": 0.02, "response": 0}, "response=0"),
        ({"share": 0.1, "margin": 0.02, "goal": 0.2}, "can be used only with share="),
    ],
)
def test_what_does_not_go_together(arguments: dict[str, float], told: str) -> None:
    with pytest.raises(LiteracyError, match=told):
        plan_size(**arguments)  # type: ignore[arg-type]
