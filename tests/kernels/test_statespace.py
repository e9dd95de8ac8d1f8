"""The filter and smoother against statsmodels, a closed form, and a dense calculation of the same posterior."""

from __future__ import annotations

import numpy as np
import pytest

from literacy.kernels.forecast.statespace import ancestry, filter_states, smooth_states, trend_matrices

YEARS = np.array([2001.0, 2003, 2005, 2007, 2010, 2015, 2018, 2020, 2022, 2023, 2024, 2028.5])
Y = np.array([-4.25, -3.90, -4.12, -3.77, -3.39, -2.72, -2.38, -2.14, np.nan, -1.80, -1.71, np.nan])
VARIANCE = np.array([0.0145, 0.0103, 0.0126, 0.009, 0.0009, 0.0005, 0.0004, 0.0003, 0, 0.00006, 0.00005, 0])
MEAN, COVARIANCE = np.array([-4.0, 0.1]), np.diag([4.0, 0.04])
DESIGN = np.tile([1.0, 0.0], (len(Y), 1))


def matrices() -> tuple[np.ndarray, np.ndarray]:
    return trend_matrices(np.diff(YEARS, prepend=YEARS[0]), (-1,), 0.03, 0.01)


def test_equals_statsmodels_with_irregular_years_and_gaps() -> None:
    from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

    transition, noise = matrices()
    path = filter_states(Y, VARIANCE, DESIGN, transition, noise, MEAN, COVARIANCE)
    smooth = smooth_states(path, transition)
    k = len(Y)
    # statsmodels applies transition[t] after observing t: shift ours by one step
    model = KalmanSmoother(k_endog=1, k_states=2, k_posdef=2)
    model.bind(Y.reshape(-1, 1).copy())
    model["design"] = np.array([[1.0, 0.0]])
    model["selection"] = np.eye(2)
    model["obs_cov"] = VARIANCE[None, None, :]
    model["transition"] = np.moveaxis(np.concatenate([transition[1:], np.eye(2)[None]]), 0, 2)
    model["state_cov"] = np.moveaxis(np.concatenate([noise[1:], np.zeros((1, 2, 2))]), 0, 2)
    model.initialize_known(MEAN, COVARIANCE)
    model.loglikelihood_burn = 0
    theirs = model.smooth()
    np.testing.assert_allclose(path.mean, theirs.filtered_state.T, rtol=0, atol=1e-8)
    np.testing.assert_allclose(
        path.covariance, np.moveaxis(theirs.filtered_state_cov, 2, 0), rtol=0, atol=1e-8
    )
    np.testing.assert_allclose(smooth.mean, theirs.smoothed_state.T, rtol=0, atol=1e-8)
    np.testing.assert_allclose(
        smooth.covariance, np.moveaxis(theirs.smoothed_state_cov, 2, 0), rtol=0, atol=1e-8
    )
    assert path.loglik == pytest.approx(theirs.llf, abs=1e-8)
    assert k == theirs.nobs


def test_closed_form_two_observations_without_process_noise() -> None:
    """Known start, slope N(m, s²), level exact at 0: the slope's posterior is a precision-weighted mean."""
    transition, noise = trend_matrices(np.array([0.0, 2.0, 3.0]), (-1,), 0.0, 0.0)
    prior_mean, prior_sd, error = 0.1, 0.07, 0.15
    y = np.array([np.nan, -0.02, np.nan])
    path = filter_states(
        y,
        np.array([0.0, error**2, 0.0]),
        np.tile([1.0, 0.0], (3, 1)),
        transition,
        noise,
        np.array([0.0, prior_mean]),
        np.diag([0.0, prior_sd**2]),
    )
    precision = 1 / prior_sd**2 + 4 / error**2
    slope = (prior_mean / prior_sd**2 + 2 * -0.02 / error**2) / precision
    assert path.mean[2, 1] == pytest.approx(slope, abs=1e-14)
    assert path.mean[2, 0] == pytest.approx(5 * slope, abs=1e-14)
    assert path.covariance[2, 0, 0] == pytest.approx(25 / precision, abs=1e-14)


def dense(
    y: np.ndarray,
    variance: np.ndarray,
    design: np.ndarray,
    transition: np.ndarray,
    noise: np.ndarray,
    mean: np.ndarray,
    covariance: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Posterior of all states at once, by conditioning their joint normal distribution."""
    k, m = design.shape
    mu, joint = np.zeros(k * m), np.zeros((k * m, k * m))
    now, spread = mean, covariance
    for i in range(k):
        row = transition[i]
        now, spread = row @ now, row @ spread @ row.T + noise[i]
        here = slice(i * m, (i + 1) * m)
        mu[here], joint[here, here] = now, spread
        joint[here, : i * m] = row @ joint[(i - 1) * m : i * m, : i * m] if i else 0
        joint[: i * m, here] = joint[here, : i * m].T
    seen = np.flatnonzero(~np.isnan(y))
    h = np.zeros((len(seen), k * m))
    for r, i in enumerate(seen):
        h[r, i * m : (i + 1) * m] = design[i]
    gain = joint @ h.T @ np.linalg.inv(h @ joint @ h.T + np.diag(variance[seen]))
    return (mu + gain @ (y[seen] - h @ mu)).reshape(k, m), joint - gain @ h @ joint


def test_a_tree_of_three_series_equals_dense_conditioning() -> None:
    rng = np.random.default_rng(5)
    time = np.array([0.0, 1, 1, 2, 4, 4.5, 6, 6, 8])
    transition, noise = trend_matrices(np.diff(time, prepend=time[0]), (-1, 0, 1), 0.03, 0.02)
    design = np.zeros((9, 6))
    design[np.arange(9), 2 * np.array([0, 0, 1, 2, 0, 1, 2, 0, 2])] = 1.0
    y = rng.normal(size=9)
    y[[4, 8]] = np.nan
    variance = rng.uniform(0.01, 0.1, 9)
    mean, covariance = rng.normal(size=6), np.diag(rng.uniform(0.01, 2, 6))
    smooth = smooth_states(
        filter_states(y, variance, design, transition, noise, mean, covariance), transition
    )
    states, joint = dense(y, variance, design, transition, noise, mean, covariance)
    np.testing.assert_allclose(smooth.mean, states, rtol=0, atol=1e-10)
    blocks = np.stack([joint[6 * i : 6 * i + 6, 6 * i : 6 * i + 6] for i in range(9)])
    np.testing.assert_allclose(smooth.covariance, blocks, rtol=0, atol=1e-10)


def test_many_series_side_by_side_equal_one_by_one() -> None:
    rng = np.random.default_rng(2)
    transition, noise = matrices()
    y = np.where(np.isnan(Y), np.nan, Y + rng.normal(scale=0.2, size=(3, 2, len(Y))))
    variance = rng.uniform(0.001, 0.1, y.shape)
    batch = smooth_states(filter_states(y, variance, DESIGN, transition, noise, MEAN, COVARIANCE), transition)
    for i in range(3):
        for j in range(2):
            one = filter_states(y[i, j], variance[i, j], DESIGN, transition, noise, MEAN, COVARIANCE)
            np.testing.assert_allclose(
                batch.mean[i, j], smooth_states(one, transition).mean, rtol=0, atol=1e-12
            )
            assert batch.loglik[i, j] == pytest.approx(float(one.loglik), abs=1e-10)


def test_two_short_gaps_make_one_long_gap() -> None:
    """The discretisation is exact: 1.5 and 2.5 years compose to 4."""
    parents = (-1, 0, 0)
    f, q = trend_matrices(np.array([1.5, 2.5, 4.0]), parents, 0.05, 0.02)
    np.testing.assert_allclose(f[1] @ f[0], f[2], atol=1e-14)
    np.testing.assert_allclose(f[1] @ q[0] @ f[1].T + q[1], q[2], atol=1e-14)
    assert np.all(np.linalg.eigvalsh(q[2]) > -1e-15)


def test_ancestry() -> None:
    np.testing.assert_array_equal(
        ancestry((-1, 0, 1, 0)), [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 0, 0, 1]]
    )


def test_an_exact_observation_pins_the_state() -> None:
    transition, noise = matrices()
    path = filter_states(Y, np.zeros(len(Y)), DESIGN, transition, noise, MEAN, COVARIANCE)
    smooth = smooth_states(path, transition)
    seen = ~np.isnan(Y)
    np.testing.assert_allclose(smooth.mean[seen, 0], Y[seen], atol=1e-10)
    np.testing.assert_allclose(smooth.covariance[seen, 0, 0], 0, atol=1e-10)
