"""Tails of weighted sums of chi-squares: closed forms, R survey, Monte Carlo."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from literacy.kernels.design.tails import satterthwaite, tail_exact, tail_saddlepoint, tail_satterthwaite


@pytest.mark.parametrize("x", [0.05, 0.5, 2.0, 7.0, 40.0, 200.0])
@pytest.mark.parametrize("k", [1, 2, 5])
def test_equal_weights_are_chi_square_and_f(x: float, k: int) -> None:
    weights = np.full(k, 1.7)
    assert tail_exact(x, weights) == pytest.approx(stats.chi2.sf(x / 1.7, k), rel=1e-10)
    for ddf in (1.0, 3.5, 60.0, 1e4):
        want = stats.f.sf(x / 1.7 / k, k, ddf)
        assert tail_exact(x, weights, ddf) == pytest.approx(want, rel=1e-9)
        assert tail_satterthwaite(x, weights, ddf) == pytest.approx(want, rel=1e-10)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("x", "weights", "ddf", "want_f", "want_chi"),
    [
        # R survey 4.1-1: pFsum(x, 1, a, ddf=, lower.tail=FALSE, method="saddlepoint"), pchisqsum(...)
        (3.2, [1.9, 0.7, 0.2], 41.7, 0.3120986100940392, 0.2953981919157229),
        (14.0, [1.9, 0.7, 0.2], 41.7, 0.01503656413969192, 0.009674663211168324),
        (0.4, [0.6, 0.5], 9.3, 0.7115713544849206, 0.6940039355188217),
    ],
)
def test_saddlepoint_is_that_of_r(
    x: float, weights: list[float], ddf: float, want_f: float, want_chi: float
) -> None:
    assert tail_saddlepoint(x, np.array(weights), ddf) == pytest.approx(want_f, rel=1e-9)
    assert tail_saddlepoint(x, np.array(weights)) == pytest.approx(want_chi, rel=1e-9)


def test_exact_agrees_with_chance() -> None:
    rng = np.random.default_rng(2)
    weights = np.array([2.0, 1.0, 0.3, 0.01])
    z = rng.standard_normal((400_000, 4)) ** 2 @ weights
    f = z / (rng.chisquare(9, len(z)) / 9)
    for x in (1.0, 6.0, 12.0):
        assert tail_exact(x, weights) == pytest.approx((z > x).mean(), abs=4e-3)
        assert tail_exact(x, weights, 9.0) == pytest.approx((f > x).mean(), abs=4e-3)


def test_far_tails_keep_their_digits() -> None:
    near = tail_exact(300.0, np.array([1.0, 1.0, 1e-9]))
    assert near == pytest.approx(stats.chi2.sf(300.0, 2), rel=1e-6)


def test_moments_match() -> None:
    scale, df = satterthwaite(np.array([3.0, 1.0]))
    assert scale * df == pytest.approx(4) and 2 * scale**2 * df == pytest.approx(2 * 10)
    assert all(np.isnan(satterthwaite(np.zeros(2))))


def test_degrees_of_freedom_that_are_whole_but_for_rounding() -> None:
    """R 4.2.2, survey 4.1.1 loses a whole degree of freedom at 71.999999999999986 (docs/ancestor.md)."""
    weights = np.array([37 / 36, 37 / 36])
    whole = tail_saddlepoint(1.95, weights, 72.0)
    assert tail_saddlepoint(1.95, weights, 71.999999999999986) == pytest.approx(whole, rel=1e-12)
    assert tail_saddlepoint(1.95, weights, 71.5) != pytest.approx(whole, rel=1e-4)
