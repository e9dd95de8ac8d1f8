"""Replicate factors: how each sampling unit's weight is multiplied in each replicate.

Everything is by unit: ``stratum`` (m,) gives the stratum 0..H-1 of each unit, and factors are (m, R). The variance of
an estimate is then ``scale * sum_r rscales[r] * (theta_r - centre)**2``.

References
----------
Wolter (2007), "Introduction to Variance Estimation", chapters 3 to 5. Rao & Wu (1988), JASA 83: 231-241. Judkins
(1990), Journal of Official Statistics 6: 223-239 (Fay). Canty & Davison (1999), The Statistician 48: 379-391 (R's
"bootstrap").
R survey 4.4-2, ``as.svrepdesign``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
RANK = 1e-5  # singular values below this part of the largest are 0
SPARE = 4  # a quarter more lines than columns are enough to show full rank


@dataclass(frozen=True, slots=True)
class Factors:
    """Factors (m, R) of the units, with the scale of the sum of squares and of each square (R,)."""

    factors: Floats
    scale: float
    rscales: Floats


def jackknife(stratum: Ints, left: Floats, lonely_psu: str = "remove", one_scale: bool = False) -> Factors:
    """Leave one unit out at a time: JK1 (one stratum) or JKn.

    Parameters
    ----------
    stratum : (m,)
    left : (H,)
        Part of each stratum's population not sampled (1 without fpc). A stratum with nothing left makes no replicate.
    lonely_psu : str
        A stratum with one unit: none ("remove", "certainty"); the others' average in its place ("average"); one
        replicate without it, as if strata were units ("adjust").
    one_scale : bool
        One stratum, and its scale in ``scale`` rather than in ``rscales`` (JK1).

    Returns
    -------
    Factors
    """
    units, strata = len(stratum), int(stratum.max()) + 1
    size = np.bincount(stratum, minlength=strata)
    open_ = left >= 1e-7
    columns, rscales = [], []
    dropped = 0
    for h in range(strata):
        n = int(size[h])
        own = np.flatnonzero(stratum == h)
        if not open_[h]:
            continue
        if n == 1:
            if lonely_psu == "adjust" and strata > 1:
                column = np.full(units, strata / (strata - 1))
                column[own] = 0.0
                columns.append(column)
                rscales.append((strata - 1) / strata)
            else:
                dropped += lonely_psu == "average"
            continue
        block = np.ones((units, n))
        block[own] = n / (n - 1)
        block[own, np.arange(n)] = 0.0
        columns.extend(block.T)
        rscales.extend([left[h] * (n - 1) / n] * n)
    factors = np.array(columns).T if columns else np.ones((units, 0))
    scale = units / max(len(rscales), 1) if dropped else 1.0
    each = np.array(rscales)
    if one_scale and len(each):
        return Factors(factors, float(each[0]), np.ones(len(each)))
    return Factors(factors, float(scale), each)


def balanced(stratum: Ints, hadamard: NDArray[np.integer] | None = None, rho: float = 0.0) -> Factors:
    """Balanced half samples (BRR), or Fay's with factors ``rho`` and ``2 - rho``.

    Parameters
    ----------
    stratum : (m,)
        Strata of two units each, or of an even number, which are paired in the order of the units. Pairs of larger
        strata come first, then strata of two, each in the order of the codes: the order in which they take rows 1, 2,
        ... of the matrix.
    hadamard : (R, R) of two values, optional
        Orthogonal rows; row 0 is not used. Where a row of it has the value of the corner [0, 0] the second unit of the
        pair is kept, elsewhere the first. Default: :func:`make_hadamard`, the other way round (both as in R).
    rho : float
        0 (BRR) to below 1.

    Returns
    -------
    Factors
    """
    pairs = pair_units(stratum)
    matrix = make_hadamard(len(pairs) + 1) if hadamard is None else np.asarray(hadamard)
    as_corner = matrix[1 : len(pairs) + 1] == matrix[0, 0]
    keep_first = as_corner if hadamard is None else ~as_corner
    factors = np.empty((len(stratum), matrix.shape[1]))
    factors[pairs[:, 0]] = np.where(keep_first, 2 - rho, rho)
    factors[pairs[:, 1]] = np.where(keep_first, rho, 2 - rho)
    count = matrix.shape[1]
    return Factors(factors, 1.0 / (count * (1 - rho) ** 2), np.ones(count))


def pair_units(stratum: Ints) -> Ints:
    """Units in pairs (P, 2): larger strata first, then strata of two, by code. Every stratum must be even."""
    size = np.bincount(stratum)
    order = np.argsort(stratum, kind="stable")
    start = np.r_[0, np.cumsum(size)]
    large = [order[start[h] : start[h + 1]] for h in np.flatnonzero(size > 2)]
    small = [order[start[h] : start[h + 1]] for h in np.flatnonzero(size == 2)]
    return np.concatenate([*large, *small]).reshape(-1, 2)


def make_hadamard(least: int) -> Ints:
    """The smallest Hadamard matrix of order at least ``least`` from the constructions of Sylvester and Paley.

    Row 0 and column 0 are ones; the rows are orthogonal.
    """
    order = 1 if least <= 1 else 2 if least == 2 else 4 * -(-least // 4)
    while True:
        matrix = _construct(order)
        if matrix is not None:
            signs = matrix * matrix[0]
            return np.asarray(signs * signs[:, :1], np.int64)
        order += 4


def _construct(order: int) -> Ints | None:
    if order in (1, 2):
        return np.array([[1, 1], [1, -1]], np.int64)[:order, :order]
    if order & (order - 1) == 0:
        return _double(_construct(order // 2))
    if _is_prime(order - 1) and (order - 1) % 4 == 3:
        q = order - 1
        core = _jacobsthal(q)
        skew = np.block(
            [[np.zeros((1, 1), np.int64), np.ones((1, q), np.int64)], [-np.ones((q, 1), np.int64), core]]
        )
        return np.asarray(skew + np.eye(order, dtype=np.int64))
    half = order // 2 - 1
    if order % 4 == 0 and _is_prime(half) and half % 4 == 1:
        one = np.ones((1, half), np.int64)
        conference = np.block([[np.zeros((1, 1), np.int64), one], [one.T, _jacobsthal(half)]])
        eye = np.eye(half + 1, dtype=np.int64)
        sign = np.array([[1, 1], [1, -1]], np.int64)
        return np.asarray(np.kron(conference, sign) + np.kron(eye, np.array([[1, -1], [-1, -1]], np.int64)))
    return _double(_construct(order // 2)) if order % 8 == 0 else None


def _double(matrix: Ints | None) -> Ints | None:
    """Sylvester's step from order n to 2n."""
    return None if matrix is None else np.asarray(np.kron(np.array([[1, 1], [1, -1]], np.int64), matrix))


def _is_prime(q: int) -> bool:
    return q > 1 and all(q % d for d in range(2, int(q**0.5) + 1))


def _jacobsthal(q: int) -> Ints:
    """Quadratic characters of differences modulo a prime."""
    squares = {i * i % q for i in range(1, q)}
    character = np.array([0] + [1 if i in squares else -1 for i in range(1, q)], np.int64)
    return np.asarray(character[(np.arange(q)[:, None] - np.arange(q)) % q])


def resample_with_replacement(stratum: Ints, replicates: int, rng: np.random.Generator) -> Factors:
    """Rao and Wu's rescaled bootstrap: n - 1 of the n units of a stratum drawn with replacement (R: "subbootstrap")."""
    size = np.bincount(stratum)
    factors = np.ones((len(stratum), replicates))
    for h, n in enumerate(size):
        if n > 1:
            draws = rng.multinomial(n - 1, np.full(n, 1 / n), size=replicates)
            factors[stratum == h] = draws.T * (n / (n - 1))
    return Factors(factors, 1.0 / (replicates - 1), np.ones(replicates))


def resample_population(
    stratum: Ints, population: Floats | None, replicates: int, rng: np.random.Generator
) -> Factors:
    """The bootstrap of Canty and Davison (R: "bootstrap"): n of n units, from a population grown from the sample.

    Parameters
    ----------
    stratum : (m,)
    population : (H,), optional
        Units in the population of each stratum; infinite or missing = drawn with replacement.
    replicates : int
    rng : numpy Generator

    Returns
    -------
    Factors
        ``scale`` uses the harmonic mean of the strata's sizes, as R does.
    """
    size = np.bincount(stratum)
    factors = np.ones((len(stratum), replicates))
    for h, n in enumerate(size):
        whole = np.inf if population is None else population[h]
        own = np.flatnonzero(stratum == h)
        if not np.isfinite(whole):
            factors[own] = rng.multinomial(n, np.full(n, 1 / n), size=replicates).T
            continue
        copies = np.full(n, int(whole) // n)
        copies[: int(whole) % n] += 1
        copies = copies[rng.permutation(n)]
        factors[own] = rng.multivariate_hypergeometric(copies, int(n), size=replicates).T
    mean_size = 1.0 / float(np.mean(1.0 / size))
    return Factors(factors, mean_size / ((mean_size - 1) * (replicates - 1)), np.ones(replicates))


def count_rank(lines: Floats) -> int:
    """Rank of a matrix (m, R): singular values above 1e-5 of the largest.

    Where there are more lines than columns, some of the lines may already show full rank: their Gram matrix stays
    positive definite after the bound of all of them is taken from its diagonal (lines only add to it, and the squares
    of all numbers together bound the largest eigenvalue). Only where they do not, all lines are read.
    """
    count, width = lines.shape
    if not count:
        return 0
    enough = width + width // SPARE + 1
    if count >= enough:
        some = lines[np.linspace(0, count - 1, enough).astype(np.intp)]
        gram = some.T @ some
        gram[np.diag_indices(width)] -= RANK**2 * float(np.vdot(lines, lines))
        try:
            np.linalg.cholesky(gram)
        except np.linalg.LinAlgError:
            pass
        else:
            return int(width)
    gram = lines @ lines.T if count < width else lines.T @ lines
    size = np.linalg.eigvalsh(gram)
    return int((size > RANK**2 * size[-1]).sum())
