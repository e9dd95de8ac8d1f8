"""Distributions of a share, and the proper scores of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from literacy.kernels.forecast.scores import brier, covered, crps, reliability
from literacy.kernels.forecast.spread import LINKS, Spread, empirical_logit, expit, logit


def test_logit_and_expit_are_inverse_and_finite() -> None:
    p = np.array([1e-12, 0.01, 0.5, 0.99, 1 - 1e-12])
    np.testing.assert_allclose(expit(logit(p)), p, rtol=1e-9)
    np.testing.assert_array_equal(expit(np.array([-1e4, 1e4])), [0, 1])
    np.testing.assert_array_equal(logit(np.array([0.0, 1.0])), [-np.inf, np.inf])


def test_empirical_logit_has_less_bias_than_the_plain_one() -> None:
    """Exact expectation over the binomial; the plain log odds of 0 hits are infinite, so 0 is left out for them."""
    m, p = 60, 0.1
    hits = np.arange(m + 1)
    chance = stats.binom.pmf(hits, m, p)
    value, variance = empirical_logit(hits / m, np.full(m + 1, float(m)))
    bias = chance @ value - logit(p)
    inside = (hits > 0) & (hits < m)
    plain = chance[inside] @ logit(hits[inside] / m) / chance[inside].sum() - logit(p)
    assert abs(bias) < 0.3 * abs(plain)
    spread = chance @ (value - chance @ value) ** 2
    assert chance @ variance == pytest.approx(spread, rel=0.15)


def test_empirical_logit_is_the_delta_method_for_large_samples() -> None:
    value, variance = empirical_logit(np.array([0.15]), np.array([1e7]))
    assert value[0] == pytest.approx(float(logit(0.15)), abs=1e-6)
    assert variance[0] == pytest.approx(1 / (1e7 * 0.15 * 0.85), rel=1e-5)


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("df", [np.inf, 4.0])
def test_quantile_and_cdf_are_inverse(link: str, df: float) -> None:
    location = {"identity": 0.12, "log": np.log(0.12), "logit": float(logit(0.12))}[link]
    s = Spread(np.array([location]), np.array([0.02 if link == "identity" else 0.2]), df, link)
    for q in (0.05, 0.5, 0.9):
        assert float(s.cdf(s.quantile(q))[0]) == pytest.approx(q, abs=1e-12)
    assert float(s.median()[0]) == pytest.approx(0.12)
    law = stats.norm if np.isinf(df) else stats.t(df)
    back = {"identity": lambda x: x, "log": np.exp, "logit": expit}[link]
    wanted = back(location + (0.02 if link == "identity" else 0.2) * law.ppf(0.8))
    assert float(s.quantile(0.8)[0]) == pytest.approx(float(wanted), rel=1e-12)


def test_sd_of_a_logit_normal_by_integration() -> None:
    s = Spread(np.array([-2.0]), np.array([0.4]))
    mean = integrate.quad(lambda x: expit(x) * stats.norm.pdf(x, -2, 0.4), -8, 4)[0]
    square = integrate.quad(lambda x: expit(x) ** 2 * stats.norm.pdf(x, -2, 0.4), -8, 4)[0]
    assert float(s.sd()[0]) == pytest.approx(np.sqrt(square - mean**2), rel=1e-8)


def crps_normal(mean: np.ndarray, sd: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Closed form of Gneiting et al. (2005), eq. 5."""
    z = (truth - mean) / sd
    return sd * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))


def test_crps_of_a_normal_equals_the_closed_form() -> None:
    mean, sd, truth = np.array([0.1, 0.12, 0.3]), np.array([0.02, 0.05, 0.01]), np.array([0.11, 0.02, 0.3])
    s = Spread(mean, sd, np.inf, "identity")
    np.testing.assert_allclose(crps(s, truth, nodes=20_000), crps_normal(mean, sd, truth), rtol=2e-4)


def test_crps_of_a_logit_normal_equals_the_integral_of_squared_cdf_differences() -> None:
    s = Spread(np.array([-2.0]), np.array([0.3]))
    truth = 0.15

    def gap(x: float) -> float:
        return float((s.cdf(x)[0] - (x >= truth)) ** 2)

    wanted = integrate.quad(gap, 0, truth)[0] + integrate.quad(gap, truth, 1)[0]
    assert float(crps(s, np.array([truth]), nodes=20_000)[0]) == pytest.approx(wanted, rel=1e-4)


def test_crps_of_a_point_is_the_absolute_error() -> None:
    s = Spread(np.array([0.1, 0.2]), np.zeros(2), np.inf, "identity")
    assert s.point
    np.testing.assert_allclose(crps(s, np.array([0.13, 0.19])), [0.03, 0.01])
    np.testing.assert_array_equal(s.cdf(np.array([0.1, 0.1])), [1, 0])


def test_crps_and_brier_are_proper_on_average() -> None:
    """The truth is drawn from N(0.1, 0.02): no other forecast of that shape scores better."""
    truth = np.random.default_rng(4).normal(0.1, 0.02, 4000)
    scores = {
        (m, s): crps_normal(np.full(4000, m), np.full(4000, s), truth).mean()
        for m in (0.09, 0.1, 0.11)
        for s in (0.01, 0.02, 0.04)
    }
    assert min(scores, key=scores.__getitem__) == (0.1, 0.02)
    passed = truth > 0.11
    honest = brier(np.full(4000, passed.mean()), passed)
    assert honest < brier(np.full(4000, passed.mean() + 0.1), passed)
    assert honest < brier(np.full(4000, passed.mean() - 0.1), passed)


def test_covered() -> None:
    s = Spread(np.zeros(3), np.ones(3), np.inf, "identity")
    assert covered(s, np.array([-1.7, 1.6, 0.0])).tolist() == [False, True, True]
    assert covered(s, np.array([-1.7, 1.6, 0.0]), 0.95).tolist() == [True, True, True]


def test_reliability_counts_edges_once_and_empty_classes_as_missing() -> None:
    stated, came, n = reliability(
        np.array([0.0, 0.5, 0.55, 1.0]), np.array([0, 1, 0, 1]), np.array([0, 0.25, 0.5, 0.75, 1.0])
    )
    assert n.tolist() == [1, 0, 2, 1]
    np.testing.assert_allclose(stated, [0, np.nan, 0.525, 1])
    np.testing.assert_allclose(came, [0, np.nan, 0.5, 1])
