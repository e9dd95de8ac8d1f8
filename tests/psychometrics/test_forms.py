"""Forms from a bank: every rule kept, every rule in a conflict needed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.psychometrics import assemble_form


def bank(n: int = 500) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "item": [f"i{j}" for j in range(n)], "benchmark": np.arange(n) % 26 + 1,
            "dimension": np.where(np.arange(n) % 2 == 0, "knowledge", "skills"),
            "a": np.exp(rng.normal(0, 0.25, n)), "b": rng.normal(0, 1, n), "difficulty": rng.uniform(0.3, 0.9, n),
        }
    )  # fmt: skip


def test_four_parallel_forms_keep_every_rule() -> None:
    rng = np.random.default_rng(2)
    enemies = [[f"i{j}" for j in rng.choice(500, 2, replace=False)] for _ in range(60)]
    target = {-1.0: 8.0, 0.0: 10.0, 1.0: 8.0}
    made = assemble_form(
        bank(), {"length": 50, "benchmark": dict.fromkeys(range(1, 27), (1, 3)), "dimension": {"knowledge": 25}}, 4,
        information=target, enemies=enemies, earlier={"2023": [f"i{j}" for j in range(100)]}, overlap=12,
    )  # fmt: skip
    table = made.table
    assert (table.groupby("form").size() == 50).all() and table["item"].is_unique
    assert (
        (made.rules["value"] >= made.rules["low"] - 1e-6) & (made.rules["value"] <= made.rules["high"] + 1e-6)
    ).all()
    for theta, meant in target.items():
        p = 1 / (1 + np.exp(-table["a"] * (theta - table["b"])))
        total = (table["a"] ** 2 * p * (1 - p)).groupby(table["form"]).sum()
        assert (abs(total / meant - 1) <= 0.05 + 1e-9).all()
    together = table.groupby("form")["item"].agg(set)
    assert not any(set(e) <= form for e in enemies for form in together)


def test_points_difficulty_include_and_exclude() -> None:
    made = assemble_form(
        bank(60).assign(points=2),
        {"length": (8, 12), "points": 20},
        difficulty=(0.7, 0.01),
        include=["i3"],
        exclude=["i4"],
    ).table
    assert len(made) == 10 and abs(made["difficulty"].mean() - 0.7) <= 0.01
    assert "i3" in set(made["item"]) and "i4" not in set(made["item"])


@pytest.mark.parametrize(
    "blueprint, more, named",
    [
        ({"length": 10, "dimension": {"knowledge": 7, "skills": 6}, "benchmark": {1: (0, 2)}},
         {"difficulty": (0.6, 0.2), "enemies": [["i5", "i6"]]},
         ["length 10", "dimension knowledge: 7 points", "dimension skills: 6 points"]),
        ({"length": 4}, {"include": ["i1", "i2"], "enemies": [["i1", "i2"], ["i3", "i4"]]},
         ["enemies i1, i2", "include i1", "include i2"]),
        ({"length": 40}, {"forms": 2}, ["length 40", "an item in at most 1 of 2 forms"]),
    ],
)  # fmt: skip
def test_a_contradiction_is_named_and_no_more(blueprint: dict, more: dict, named: list[str]) -> None:
    with pytest.raises(LiteracyError) as caught:
        assemble_form(bank(60), blueprint, **more)
    assert caught.value.code == "psychometrics.form"
    assert sorted(caught.value.what.split(": ", 1)[1].split("; ")) == sorted(named)


@pytest.mark.parametrize(
    "blueprint, more",
    [
        ({"lenght": 4}, {}),
        ({"length": -1}, {}),
        ({"length": 4}, {"include": ["x"]}),
        ({"length": 4}, {"forms": 0}),
    ],
)
def test_bad_input(blueprint: dict, more: dict) -> None:
    with pytest.raises(LiteracyError):
        assemble_form(bank(60), blueprint, **more)
