"""Bethel's optimum: against all allocations of small frames, a general solver, budgets, and bad tables."""

from __future__ import annotations

import itertools
import json
import time

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from literacy.errors import LiteracyError
from literacy.fieldwork import allocate_domains, describe_groups, plan_clusters
from tests.conftest import ROOT

PUBLISHED = json.loads((ROOT / "tests" / "reference" / "designs" / "bethel.json").read_text(encoding="utf-8"))


def demands(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["domain", "level", "variable", "cv"])


def meets(strata: pd.DataFrame, n: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
    """By the textbook formula, demand by demand, for many allocations (one a row)."""
    size, fine = strata["population"].to_numpy(float), np.ones(len(n), bool)
    for _, row in rows.iterrows():
        inside = np.ones(len(strata), bool)
        if row["domain"]:
            inside = (strata[row["domain"]] == row["level"]).to_numpy()
        s, m = strata[f"sd_{row['variable']}"].to_numpy(), strata[f"mean_{row['variable']}"].to_numpy()
        v = ((size**2 * s**2) * (1 / n - 1 / size))[:, inside].sum(axis=1)
        fine &= np.sqrt(np.maximum(v, 0)) <= row["cv"] * (size * m)[inside].sum() * (1 + 1e-9)
    return fine


@pytest.mark.parametrize("seed", range(12))
def test_at_most_one_interview_a_stratum_above_exhaustive_search(seed: int) -> None:
    rng = np.random.default_rng(seed)
    strata = pd.DataFrame({
        "stratum": list("abc"), "population": rng.integers(4, 30, 3), "cost": rng.integers(1, 4, 3).astype(float),
        "mean_x": rng.uniform(1, 9, 3), "sd_x": rng.uniform(0.5, 6, 3), "mean_y": rng.uniform(1, 9, 3),
        "sd_y": rng.uniform(0.5, 6, 3), "part": ["p", "p", "q"],
    })  # fmt: skip
    rows = demands(("", "", "x", rng.uniform(0.05, 0.2)), ("part", "p", "y", rng.uniform(0.05, 0.3)))
    every = np.array(list(itertools.product(*[range(2, int(p) + 1) for p in strata["population"]])))
    every = every[meets(strata, every, rows)]
    costs = every @ strata["cost"].to_numpy()
    best, cheapest = every[int(np.argmin(costs))], float(costs.min())
    found = allocate_domains(strata, rows)
    n = found.to_frame()["n"].to_numpy()
    assert meets(strata, n[None, :], rows).all()
    assert found.cost <= cheapest + strata["cost"].sum() + 1e-9
    assert n.sum() <= best.sum() + len(strata) or found.cost <= cheapest + strata["cost"].max()
    assert float(strata["cost"].to_numpy() @ found.details["exact"].to_numpy()) <= cheapest + 1e-6


@pytest.mark.search
@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_equals_a_general_solver(seed: int) -> None:
    """The same convex programme given to SLSQP: cost in real numbers, demands of several domains and variables."""
    rng = np.random.default_rng(seed)
    count = 12
    strata = pd.DataFrame({
        "stratum": range(count), "population": rng.integers(2_000, 90_000, count), "cost": rng.uniform(1, 3, count),
        "mean_x": rng.uniform(1, 9, count), "sd_x": rng.uniform(1, 6, count), "mean_y": rng.uniform(1, 9, count),
        "sd_y": rng.uniform(1, 6, count), "region": np.repeat(list("abc"), 4),
    })  # fmt: skip
    rows = demands(("", "", "x", 0.02), ("region", "", "y", 0.06), ("region", "a", "x", 0.03))
    found = allocate_domains(strata, rows)
    size, cost = strata["population"].to_numpy(float), strata["cost"].to_numpy()

    def slack(inside: np.ndarray, v: str, cv: float, n: np.ndarray) -> float:
        s, m = strata[f"sd_{v}"].to_numpy(), strata[f"mean_{v}"].to_numpy()
        variance = ((size**2 * s**2) * (1 / n - 1 / size))[inside].sum()
        return float(1 - variance / (cv * (size * m)[inside].sum()) ** 2)

    region = strata["region"].to_numpy()
    wanted = [
        (np.ones(count, bool), "x", 0.02),
        *((region == r, "y", 0.06) for r in "abc"),
        (region == "a", "x", 0.03),
    ]
    limits = [{"type": "ineq", "fun": lambda n, w=w: slack(*w, n)} for w in wanted]
    start = np.full(count, 2_000.0)
    solved = optimize.minimize(
        lambda n: cost @ n / 1e3, start, jac=lambda n: cost / 1e3, bounds=[(2, p) for p in size], constraints=limits,
        method="SLSQP", options={"maxiter": 500, "ftol": 1e-10},
    )  # fmt: skip
    assert solved.success
    assert cost @ found.details["exact"].to_numpy() == pytest.approx(cost @ solved.x, rel=1e-4)


def test_one_variable_is_neyman_and_the_price_is_what_it_costs() -> None:
    strata = pd.DataFrame(
        {"stratum": ["a", "b"], "population": [6000, 4000], "mean_y": [10.0, 20.0], "sd_y": [4.0, 12.0]}
    )
    found = allocate_domains(strata, demands(("", "", "y", 0.02)))
    exact = found.details["exact"].to_numpy()
    assert exact[0] / exact[1] == pytest.approx(6000 * 4 / (4000 * 12))
    dearer = allocate_domains(strata, demands(("", "", "y", 0.02 * 0.99))).details["exact"].sum()
    assert found.demands["price"].iloc[0] == pytest.approx(dearer - exact.sum(), rel=0.02)
    assert "no column cost" in str(found) and "binding: y in the whole population" in str(found)


def test_budget_and_precision_are_two_sides() -> None:
    rng = np.random.default_rng(3)
    strata = pd.DataFrame({
        "stratum": range(30), "population": rng.integers(50, 5000, 30), "cost": rng.uniform(1, 4, 30),
        "mean_y": rng.uniform(1, 9, 30), "sd_y": rng.uniform(1, 9, 30), "d": rng.integers(0, 3, 30),
    })  # fmt: skip
    rows = demands(("", "", "y", 0.02), ("d", "", "y", 0.05))
    free = allocate_domains(strata, rows)
    assert free.factor == 1.0
    again = allocate_domains(strata, rows, budget=free.cost)
    assert again.factor == pytest.approx(1.0, abs=1e-3) and again.cost <= free.cost
    half = allocate_domains(strata, rows, budget=free.cost / 2)
    assert half.factor > 1 and half.cost <= free.cost / 2 and "too small for the requirements" in str(half)
    rich = allocate_domains(strata, rows, budget=free.cost * 1.5)
    assert rich.factor < 1 and rich.cost <= free.cost * 1.5
    assert (rich.demands["expected"] <= rich.demands["cv"] * rich.factor * (1 + 1e-9)).all()
    everybody = allocate_domains(strata, rows, budget=1e9)
    assert (everybody.to_frame()["n"].to_numpy() == strata["population"].to_numpy()).all()
    with pytest.raises(LiteracyError, match="the fewest interviews allowed already cost"):
        allocate_domains(strata, rows, budget=10)


def test_certain_strata_and_minimum() -> None:
    strata = pd.DataFrame({
        "stratum": list("abc"), "population": [10, 3000, 1], "cost": 1, "mean_y": 5.0, "sd_y": [1.0, 2.0, 1.0],
        "certainty": [1, 0, 0],
    })  # fmt: skip
    found = allocate_domains(strata, demands(("", "", "y", 0.5)), minimum=4)
    assert found.to_frame()["n"].tolist() == [10, 4, 1]
    assert found.details["bound"].tolist() == ["certainty", "minimum", "population"]


def test_ten_thousand_strata_and_twenty_demands_in_two_seconds() -> None:
    rng = np.random.default_rng(1)
    h = 10_000
    columns = {f"{w}_v{j}": rng.uniform(1, 9, h) for j in range(4) for w in ("mean", "sd")}
    strata = pd.DataFrame({
        "stratum": range(h), "population": rng.integers(10, 5000, h), "cost": rng.uniform(1, 4, h),
        "d": rng.integers(0, 5, h), **columns,
    })  # fmt: skip
    rows = demands(*[("d", "", f"v{j}", 0.01) for j in range(4)])
    start = time.process_time()
    found = allocate_domains(strata, rows)
    assert time.process_time() - start < 2
    assert len(found.demands) == 20 and (found.demands["expected"] <= 0.01 * (1 + 1e-9)).all()


def test_groups_that_overlap() -> None:
    """The cv of a group's share, planned and simulated."""
    strata = pd.DataFrame({"stratum": ["sumu", "town"], "population": [1000, 9000], "cost": [2.0, 1.0]})
    groups = pd.DataFrame({
        "stratum": ["sumu", "sumu", "town"], "group": ["herders", "old", "old"], "people": [800, 200, 1500],
        "share": [0.10, 0.05, 0.06],
    })  # fmt: skip
    described = describe_groups(strata, groups)
    found = allocate_domains(described, demands(("", "", "herders", 0.25), ("", "", "old", 0.30)))
    n = dict(zip(found.table["stratum"], found.table["n"], strict=True))
    rng = np.random.default_rng(2)
    people = {s: np.zeros((int(p), 2)) for s, p in (("sumu", 1000), ("town", 9000))}
    people["sumu"][:200] = [1, 0]
    people["sumu"][:10, 1] = 1
    people["town"][:1500] = [1, 0]
    people["town"][:90, 1] = 1
    shares = []
    for _ in range(1500):
        part = [
            rng.choice(people[s], n[s], replace=False).sum(axis=0) * len(people[s]) / n[s] for s in people
        ]
        sums = np.sum(part, axis=0)
        shares.append(sums[1] / sums[0])
    assert np.std(shares) / np.mean(shares) == pytest.approx(
        float(found.demands["expected"].iloc[1]), rel=0.12
    )


STRATA = pd.DataFrame(
    {
        "stratum": ["a", "b"],
        "population": [10, 20],
        "cost": [1, 1],
        "mean_y": [1, 2],
        "sd_y": [1, 1],
        "d": ["p", "q"],
    }
)
ROWS = demands(("", "", "y", 0.1))


@pytest.mark.parametrize(
    ("strata", "rows", "told"),
    [
        (STRATA.assign(stratum=["a", "a"]), ROWS, "appears more than once"),
        (STRATA.assign(cost=[1, 0]), ROWS, "cost: 0 or below in 1 strata"),
        (STRATA.assign(population=[0, 20]), ROWS, "'a' is empty"),
        (STRATA.assign(population=[-5, 20]), ROWS, "'a' is empty"),
        (STRATA.assign(sd_y=[None, 1]), ROWS, "sd_y: missing"),
        (STRATA.assign(sd_y=[-1, 1]), ROWS, "below 0"),
        (STRATA.drop(columns="population"), ROWS, "no column population"),
        (STRATA, demands(("", "", "z", 0.1)), "no columns mean_z and sd_z"),
        (STRATA, demands(("e", "", "y", 0.1)), "no such column"),
        (STRATA, demands(("d", "r", "y", 0.1)), "no stratum belongs to it"),
        (STRATA, demands(("", "", "y", 0)), "cv: 0 or below"),
        (STRATA, ROWS.iloc[:0], "no rows"),
        (STRATA.assign(mean_y=0), ROWS, "the mean is 0"),
    ],
)
def test_bad_tables_are_refused_in_one_message(strata: pd.DataFrame, rows: pd.DataFrame, told: str) -> None:
    with pytest.raises(LiteracyError, match=told):
        allocate_domains(strata, rows)


def test_two_stages_are_the_best_of_all_whole_numbers() -> None:
    plan = plan_clusters(400, 60, 0.05, margin=0.02)
    assert plan.margin <= 0.02 and plan.take == 12
    money = plan_clusters(400, 60, 0.05, budget=plan.cost)
    assert money.margin <= plan.margin * 1.001 and money.cost <= plan.cost
    with pytest.raises(LiteracyError, match="no plan of at most"):
        plan_clusters(400, 60, 0.05, margin=0.02, most_units=20)


@pytest.mark.reference
@pytest.mark.parametrize("case", PUBLISHED["sampling_strata"]["cases"])
def test_the_optimum_of_sampling_strata(case: dict[str, list[object]]) -> None:
    """Its real numbers, rounded up as ours are."""
    record = PUBLISHED["sampling_strata"]
    strata = pd.DataFrame(case["strata"], columns=record["columns"]).assign(cost=1.0)
    wanted = demands(*[("region", "", name, cv) for name, cv in record["cv"].items()])
    assert allocate_domains(strata, wanted).to_frame()["n"].tolist() == np.ceil(case["n"]).tolist()


@pytest.mark.reference
@pytest.mark.parametrize("optimum", PUBLISHED["bethel"]["optima"])
def test_the_example_of_the_package_bethel(optimum: dict[str, dict[str, float]]) -> None:
    record = PUBLISHED["bethel"]
    strata = pd.DataFrame(record["strata"], columns=record["columns"]).assign(cost=1.0, whole="all")
    wanted = demands(*[("whole", "", name, cv) for name, cv in optimum["cv"].items()])
    made = allocate_domains(strata, wanted, minimum=record["minimum"])
    assert made.to_frame()["n"].tolist() == optimum["n"]
