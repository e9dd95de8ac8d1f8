"""Two roads to one number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import literacy as lit
from literacy.psychometrics import fit_irt, person_scores
from tests.psychometrics.conftest import data, simulate

seeds = st.integers(0, 10_000)
few = settings(max_examples=5, deadline=None)


def conditional(frame: pd.DataFrame) -> np.ndarray:
    """Rasch difficulties by conditional likelihood, summing to zero: elementary symmetric functions, no population."""
    x = frame.to_numpy()
    score, k = x.sum(axis=1), x.shape[1]
    keep = (score > 0) & (score < k)
    sums, counts = x[keep].sum(axis=0), np.bincount(score[keep], minlength=k + 1)

    def minus(free: np.ndarray) -> float:
        b = np.append(free, -free.sum())
        gamma = np.ones(1)
        for e in np.exp(-b):
            gamma = np.append(gamma, 0.0) + e * np.append(0.0, gamma)
        return float(sums @ b + counts[1:k] @ np.log(gamma[1:k]))

    found = minimize(minus, np.zeros(k - 1), method="BFGS", options={"gtol": 1e-8}).x
    return np.append(found, -found.sum())


def test_rasch_by_em_is_conditional_likelihood_where_the_population_is_normal() -> None:
    """What the normal assumption adds is far below the standard error."""
    frame, _ = simulate(20_000, [-1.0, -0.4, 0.1, 0.5, 0.8], seed=4)
    table = fit_irt(frame, model="rasch").parameters
    b = table["b"] - table["b"].mean()
    spread = table["se_b"].max()
    assert np.abs(b - conditional(frame)).max() < 0.1 * spread


@few
@given(seeds)
def test_weights_of_two_are_rows_twice(seed: int) -> None:
    frame, _ = simulate(300, [-1, 0, 0.5, 1], seed=seed)
    once = fit_irt(frame, weights=np.full(300, 2.0), se="none")
    twice = fit_irt(pd.concat([frame, frame], ignore_index=True), se="none")
    assert once.loglik == pytest.approx(twice.loglik, rel=1e-12)
    np.testing.assert_allclose(once.parameters[["a", "d"]], twice.parameters[["a", "d"]], rtol=1e-7)


@few
@given(seeds)
def test_graded_with_two_categories_is_2pl(seed: int) -> None:
    frame, _ = simulate(500, [-1, 0, 0.5, 1], seed=seed)
    for other in ("grm", "gpcm"):
        np.testing.assert_allclose(
            fit_irt(frame, model=other).parameters[["a", "d", "se_a", "se_d"]],
            fit_irt(frame).parameters[["a", "d", "se_a", "se_d"]],
            rtol=1e-6,
        )


@few
@given(seeds)
def test_equal_groups_are_one_group(seed: int) -> None:
    frame, _ = simulate(400, [-1, 0, 0.5, 1], seed=seed)
    both = pd.concat([frame.assign(wave=1), frame.assign(wave=2)], ignore_index=True)
    for model in ("rasch", "2pl"):
        joint, single = (
            fit_irt(both, model=model, groups="wave", se="none"),
            fit_irt(frame, model=model, se="none"),
        )
        np.testing.assert_allclose(joint.parameters[["a", "d"]], single.parameters[["a", "d"]], atol=1e-5)
        assert joint.groups["mean"][1] == pytest.approx(0.0, abs=1e-5)
        assert joint.groups["variance"][1] == pytest.approx(single.groups["variance"][0], abs=1e-4)


def test_posterior_mean_is_that_of_simulation(lsat: pd.DataFrame) -> None:
    fit = fit_irt(lsat)
    rng = np.random.default_rng(5)
    theta = rng.normal(size=400_000)
    table = fit.parameters
    right = 1 / (1 + np.exp(-(theta[:, None] * table["a"].to_numpy() + table["d"].to_numpy())))
    for row in (0, 500, 999):
        x = lsat.iloc[row].to_numpy()
        weight = np.where(x == 1, right, 1 - right).prod(axis=1)
        mean = weight @ theta / weight.sum()
        assert person_scores(fit, "eap").theta[row] == pytest.approx(mean, abs=0.01)


def test_sums_are_enough_for_rasch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Average rows of sum scores give what the rows themselves give, gaps by design included."""
    import literacy.psychometrics.irt as irt

    frame, _ = simulate(600, [-1, -0.3, 0, 0.5, 1], seed=2)
    gaps = frame.astype(float)
    gaps.iloc[:200, :2] = np.nan
    gaps.iloc[200:400, 3:] = np.nan
    for table in (frame, gaps, data("Science")):
        model = "rasch" if len(table) == 600 else "pcm"
        monkeypatch.setattr(irt, "rests_on_sums", lambda layout, known: True)
        short = fit_irt(table, model=model)
        monkeypatch.setattr(irt, "rests_on_sums", lambda layout, known: False)
        long = fit_irt(table, model=model)
        assert short.loglik == pytest.approx(long.loglik, rel=1e-12)
        names = [c for c in short.parameters if c.startswith(("d", "se_d"))]
        np.testing.assert_allclose(short.parameters[names], long.parameters[names], atol=1e-6)


def test_fixed_items_give_the_population_back() -> None:
    frame, _ = simulate(3000, [-1, -0.5, 0, 0.5, 1, 1.5], seed=8)
    known = fit_irt(frame, model="rasch")
    other, _ = simulate(3000, [-1, -0.5, 0, 0.5, 1, 1.5], seed=9, mean=0.7, sd=1.3)
    fit = fit_irt(other, model="rasch", fixed=known)
    assert fit.groups["mean"][0] == pytest.approx(0.7, abs=0.1)
    assert fit.groups["sd"][0] == pytest.approx(1.3, abs=0.1)


def test_maxima_far_out_are_reached() -> None:
    """A reversed key has a negative slope, an item nobody solves a difficulty far out; nothing stops at a bound."""
    frame, _ = simulate(4000, [-1, -0.5, 0, 0.5, 1, 1.5], seed=3)
    frame["reversed"] = 1 - frame["q3"].sample(frac=1, random_state=1).to_numpy() * 0 - frame["q3"]
    rng = np.random.default_rng(2)
    frame["hard"] = (rng.random(4000) < 0.02).astype(int)  # luck alone: slope near 0, difficulty far out
    table = fit_irt(frame.drop(columns="q3")).parameters.set_index("item")
    assert table.loc["reversed", "a"] < -0.5
    assert abs(table.loc["hard", "b"]) > 6
    assert fit_irt(frame.drop(columns="q3")).converged


def test_mixed_formats() -> None:
    science = data("Science")
    frame = science.assign(Work=(science["Work"] > 2).astype(int))
    fit = fit_irt(frame, model={"Comfort": "grm", "Work": "2pl", "Future": "gpcm", "Benefit": "gpcm"})
    assert fit.converged
    table = fit.parameters.set_index("item")
    assert np.isfinite(table.loc["Work", "d"]) and np.isfinite(table.loc["Comfort", "d3"])
    assert table.index.tolist() == list(science.columns)


def test_clustered_errors_are_larger() -> None:
    """Half of the position is the village's: errors over villages are wider than those that ignore them."""
    rng = np.random.default_rng(12)
    village = np.repeat(np.arange(60), 20)
    theta = rng.normal(size=60)[village] * np.sqrt(0.5) + rng.normal(size=1200) * np.sqrt(0.5)
    right = rng.random((1200, 8)) < 1 / (1 + np.exp(-(theta[:, None] - np.linspace(-1, 1, 8))))
    frame = pd.DataFrame(right.astype(int), columns=[f"q{i}" for i in range(8)]).assign(village=village)
    with_ = fit_irt(frame, model="rasch", design=lit.Design(psu="village"))
    without = fit_irt(frame.drop(columns="village"), model="rasch")
    assert with_.errors == "sandwich" and without.errors == "observed"
    np.testing.assert_allclose(with_.parameters["d"], without.parameters["d"], atol=1e-9)
    assert (with_.parameters["se_d"] / without.parameters["se_d"]).mean() > 1.4


def test_rasch_variance_by_another_quadrature_and_search(lsat: pd.DataFrame) -> None:
    """120 Gauss-Hermite points and Newton steps: R mirt's Rasch model stops 1.5e-5 below this variance."""
    patterns, count = np.unique(lsat.to_numpy(), axis=0, return_counts=True)
    z, weight = np.polynomial.hermite_e.hermegauss(120)

    def gradient(p: np.ndarray) -> np.ndarray:
        line = p[:-1, None] + np.exp(p[-1]) * z
        chance = np.exp(-patterns @ np.logaddexp(0, -line) - (1 - patterns) @ np.logaddexp(0, line)) * weight
        chance /= chance.sum(axis=1, keepdims=True)
        away = patterns[:, :, None] - 1 / (1 + np.exp(-line))
        by_item = np.einsum("n,nq,njq->j", count, chance, away)
        return np.append(by_item, np.einsum("n,nq,njq,q->", count, chance, away, np.exp(p[-1]) * z))

    p = np.append(np.log(lsat.mean() / (1 - lsat.mean())), 0.0)
    for _ in range(30):
        turns = 1e-5 * np.eye(len(p))
        slope = np.array([(gradient(p + e) - gradient(p - e)) / 2e-5 for e in turns])
        p = p - np.linalg.solve(slope, gradient(p))
    assert np.abs(gradient(p)).max() < 1e-7
    fit = fit_irt(lsat, model="rasch")
    np.testing.assert_allclose(fit.parameters["d"], p[:-1], atol=1e-7)
    assert fit.groups["variance"][0] == pytest.approx(np.exp(2 * p[-1]), abs=1e-7)
