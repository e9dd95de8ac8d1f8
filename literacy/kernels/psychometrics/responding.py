"""Response functions: the probability of every category of an item along the scale, and its derivatives.

Three kinds, each evaluated for ``m`` items of ``K`` categories at once, with one row of parameters per item:

- ``divide`` (Rasch, 1PL, 2PL, partial credit): P(k) is proportional to exp(k a t + d_k), d_0 = 0. Parameters
  a, d_1 … d_{K-1}.
- ``graded``: P(X >= k) = expit(a t + d_k) with decreasing d. Parameters a, d_1 … d_{K-1}. [S]_
- ``guess`` (3PL): P(1) = g + (1 - g) expit(a t + d). Parameters a, d, logit g. [B]_

Slopes are on the logistic metric (without the factor 1.7).

References
----------
.. [B] Birnbaum, A. (1968). Some latent trait models. In Lord, Novick, Statistical Theories of Mental Test Scores.
.. [M] Muraki, E. (1992). A generalized partial credit model. Applied Psychological Measurement 16, 159-176.
.. [S] Samejima, F. (1969). Estimation of latent ability using a response pattern of graded scores. Psychometrika
   Monograph 17.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, log_expit, logsumexp

Floats = NDArray[np.float64]

KINDS = ("divide", "graded", "guess")


def count_parameters(kind: str, categories: int) -> int:
    """Number of parameters of an item: slope, an intercept for every category but the first, guessing parameter."""
    return categories + (kind == "guess")


def log_probability(kind: str, values: Floats, theta: Floats) -> Floats:
    """Log probability of every category.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    values : (m, p)
        Item parameters, one row per item.
    theta : (q,)
        Points of the scale.

    Returns
    -------
    (m, K, q) natural logarithms; NaN where graded intercepts do not decrease.
    """
    slope = values[:, :1, None] * theta
    if kind == "divide":
        category = np.arange(values.shape[1])[:, None]
        line = category * slope + _intercepts(values)[:, :, None]
        out: Floats = line - logsumexp(line, axis=1, keepdims=True)
        return out
    if kind == "guess":
        line = slope + values[:, 1:2, None]
        floor = values[:, 2:3, None]
        wrong = log_expit(-floor) + log_expit(-line)
        right = np.logaddexp(log_expit(floor), log_expit(-floor) + log_expit(line))
        return np.concatenate([wrong, right], axis=1)
    line = slope + values[:, 1:, None]
    above = _pad(log_expit(line), 0.0, 0.0)[:, :-1]
    below = _pad(log_expit(-line), 0.0, 0.0)[:, 1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        return above + below + np.log(_apart(values))[:, :, None]


def log_derivative(kind: str, values: Floats, theta: Floats) -> Floats:
    """Derivatives of the log probabilities with respect to the parameters.

    Parameters
    ----------
    kind, values, theta
        As in :func:`log_probability`.

    Returns
    -------
    (m, K, q, p)
    """
    m, p = values.shape
    if kind == "divide":
        chance = np.exp(log_probability(kind, values, theta))
        k = p
        out = np.empty((m, k, len(theta), p))
        mean = np.einsum("k,mkq->mq", np.arange(k), chance)
        out[..., 0] = (np.arange(k)[:, None] - mean[:, None]) * theta
        for j in range(1, k):
            out[..., j] = (np.arange(k) == j)[:, None] - chance[:, j : j + 1]
        return out
    if kind == "guess":
        line = values[:, :1] * theta + values[:, 1:2]
        right = expit(line)
        floor = expit(values[:, 2:3])
        top = floor + (1 - floor) * right
        out = np.empty((m, 2, len(theta), 3))
        out[:, 0, :, 1] = -right
        out[:, 1, :, 1] = (1 - floor) * right * expit(-line) / top
        out[:, 0, :, 2] = -floor
        out[:, 1, :, 2] = floor * (1 - floor) * expit(-line) / top
        out[..., 0] = out[..., 1] * theta
        return out
    line = values[:, :1, None] * theta + values[:, 1:, None]
    apart = _apart(values)
    up, down = expit(line), expit(-line)
    out = np.zeros((m, p, len(theta), p))
    with np.errstate(invalid="ignore", divide="ignore"):
        for j in range(1, p):
            lower = down[:, j] if j < p - 1 else 1.0
            out[:, j, :, j] = down[:, j - 1] / (lower * apart[:, j, None])
            upper = up[:, j - 2] if j > 1 else 1.0
            out[:, j - 1, :, j] = -up[:, j - 1] / (upper * apart[:, j - 1, None])
    out[..., 0] = out[..., 1:].sum(axis=-1) * theta[:, None].T
    return out


def scale_derivatives(kind: str, values: Floats, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Probabilities with their first and second derivatives along the scale, each (m, K, q)."""
    chance = np.exp(log_probability(kind, values, theta))
    a = values[:, :1, None]
    if kind == "divide":
        k = np.arange(values.shape[1])[:, None]
        mean = (k * chance).sum(axis=1, keepdims=True)
        spread = (k**2 * chance).sum(axis=1, keepdims=True) - mean**2
        first = a * chance * (k - mean)
        return chance, first, a**2 * chance * ((k - mean) ** 2 - spread)
    line = a * theta + values[:, 1 : 2 if kind == "guess" else None, None]
    up, down = expit(line), expit(-line)
    scale = expit(-values[:, 2])[:, None, None] if kind == "guess" else 1.0
    slope = _pad(scale * a * up * down, 0.0, 0.0)
    bend = _pad(scale * a**2 * up * down * (down - up), 0.0, 0.0)
    return chance, slope[:, :-1] - slope[:, 1:], bend[:, :-1] - bend[:, 1:]


def _intercepts(values: Floats) -> Floats:
    return np.concatenate([np.zeros((len(values), 1)), values[:, 1:]], axis=1)


def _pad(inner: Floats, first: float, last: float) -> Floats:
    """Pad (m, K-1, q) with a constant row before and after."""
    m, _, q = inner.shape
    return np.concatenate([np.full((m, 1, q), first), inner, np.full((m, 1, q), last)], axis=1)


def _apart(values: Floats) -> Floats:
    """1 - exp(d_{k+1} - d_k) with ones at the ends, (m, K); negative where the intercepts are not ordered."""
    inner = -np.expm1(np.diff(values[:, 1:], axis=1))
    inner = np.where(inner > 0, inner, np.nan)
    one = np.ones((len(values), 1))
    return np.concatenate([one, inner, one], axis=1)
