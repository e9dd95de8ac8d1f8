"""Chance, made only of uniform draws of a seeded generator, so that the same seed gives the same people anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

SEED = 20250601


def dice(*keys: int) -> np.random.Generator:
    """Return a generator that depends on the project's seed and the keys alone."""
    return np.random.Generator(np.random.PCG64([SEED, *keys]))


def normal(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Draw standard normal numbers by inversion."""
    values: NDArray[np.float64] = ndtri(1.0 - rng.random(n))
    return values


def spread_counts(total: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Split a whole number in proportion to shares (largest remainders), adding up exactly."""
    exact = total * np.asarray(shares, dtype=np.float64) / np.sum(shares)
    counts = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def draw_codes(
    rng: np.random.Generator, weights: NDArray[np.float64], codes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Draw one code a row; ``weights`` is (n, k), not necessarily adding up to one."""
    ladder = np.cumsum(weights, axis=1)
    chance = rng.random(len(weights)) * ladder[:, -1]
    return codes[(chance[:, None] >= ladder).sum(axis=1)]


def rank_into(
    latent: NDArray[np.float64], counts: NDArray[np.int64], codes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give the codes by rank: the lowest of the latent values take the first code, exactly ``counts`` of each."""
    out = np.empty(len(latent), dtype=np.int64)
    out[np.argsort(latent, kind="stable")] = np.repeat(codes, counts)
    return out
