"""Replicate factors: multipliers of each sampling unit's weight in each replicate.

All arrays are by unit: ``stratum`` (m,) is the stratum of each unit, 0..H-1, and factors have shape (m, R). The
variance of an estimate is ``scale * sum_r rscales[r] * (theta_r - centre)**2``.

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
RANK = 1e-5  # singular values below this multiple of the largest count as 0
DRAWN = 1 << 18  # random numbers drawn per call
SPARE = 8  # one eighth more rows than columns usually suffice to establish full rank


@dataclass(frozen=True, slots=True)
class Factors:
    """Replicate factors (m, R) of the units, with the overall ``scale`` and the scale of each replicate, (R,)."""

    factors: Floats
    scale: float
    rscales: Floats


def jackknife(stratum: Ints, left: Floats, lonely_psu: str = "remove", one_scale: bool = False) -> Factors:
    """Delete-one jackknife factors: JK1 (one stratum) or JKn.

    Parameters
    ----------
    stratum : (m,)
        Stratum of each unit.
    left : (H,)
        Fraction of each stratum's population that was not sampled (1 without fpc). A stratum with fraction 0 has no
        replicates.
    lonely_psu : str
        Treatment of strata with one unit: no replicate ("remove", "certainty"); the average contribution of the other
        strata ("average"); one replicate that deletes the unit, as if strata were units ("adjust").
    one_scale : bool
        Return the common scale in ``scale`` rather than in ``rscales``; for a single stratum (JK1).

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
    """Factors of balanced repeated replication (BRR), or of Fay's method with factors ``rho`` and ``2 - rho``.

    Parameters
    ----------
    stratum : (m,)
        Stratum of each unit. Strata have two units, or an even number, which are paired in the order of the units.
        Pairs from larger strata come first, then strata of two, each in the order of the codes; this is the order in
        which they are assigned to rows 1, 2, ... of the matrix.
    hadamard : (R, R) of two values, optional
        Matrix with orthogonal rows; row 0 is not used. Where a row has the value of the corner [0, 0], the second unit
        of the pair is retained, elsewhere the first. The default, :func:`make_hadamard`, uses the opposite convention
        (both as in R).
    rho : float
        At least 0 (BRR) and below 1.

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
    """Pairs (P, 2) of units within strata of even size: larger strata first, then strata of two, by code."""
    size = np.bincount(stratum)
    order = np.argsort(stratum, kind="stable")
    start = np.r_[0, np.cumsum(size)]
    large = [order[start[h] : start[h + 1]] for h in np.flatnonzero(size > 2)]
    small = [order[start[h] : start[h + 1]] for h in np.flatnonzero(size == 2)]
    return np.concatenate([*large, *small]).reshape(-1, 2)


def make_hadamard(least: int) -> Ints:
    """Smallest Hadamard matrix of order at least ``least`` from the constructions of Sylvester and Paley.

    The entries of row 0 and column 0 are 1; the rows are orthogonal.
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
    """Sylvester's construction of a Hadamard matrix of order 2n from one of order n."""
    return None if matrix is None else np.asarray(np.kron(np.array([[1, 1], [1, -1]], np.int64), matrix))


def _is_prime(q: int) -> bool:
    return q > 1 and all(q % d for d in range(2, int(q**0.5) + 1))


def _jacobsthal(q: int) -> Ints:
    """Jacobsthal matrix (q, q): quadratic characters of the differences modulo the prime q."""
    squares = {i * i % q for i in range(1, q)}
    character = np.array([0] + [1 if i in squares else -1 for i in range(1, q)], np.int64)
    return np.asarray(character[(np.arange(q)[:, None] - np.arange(q)) % q])


def resample_with_replacement(
    stratum: Ints, replicates: int, rng: np.random.Generator, rows_of: Ints | None = None
) -> Factors:
    """Factors of Rao and Wu's rescaled bootstrap: n - 1 of a stratum's n units with replacement (R: "subbootstrap").

    Parameters
    ----------
    stratum : (m,)
    replicates : int
    rng : numpy Generator
    rows_of : (m,), optional
        Row of the factors for each unit; default: the units in their order.
    """
    size = np.bincount(stratum)
    order = np.argsort(stratum, kind="stable")
    order = order if rows_of is None else rows_of[order]
    plain = bool((order[1:] > order[:-1]).all())
    factors = np.empty((len(stratum), replicates))
    h = done = 0
    while h < len(size):
        n, count = int(size[h]), 1
        # strata of equal size are drawn in one call; the random numbers are the same as with one call per stratum
        most = max(1, DRAWN // max(replicates * n, 1))
        while count < most and h + count < len(size) and size[h + count] == n:
            count += 1
        rows = slice(done, done + n * count)
        out = factors[rows] if plain else np.empty((n * count, replicates))
        if n > 1:
            draws = rng.multinomial(n - 1, np.full(n, 1 / n), size=(count, replicates))
            np.multiply(draws.transpose(0, 2, 1), n / (n - 1), out=out.reshape(count, n, replicates))
        else:
            out[:] = 1.0
        if not plain:
            factors[order[rows]] = out
        h, done = h + count, done + n * count
    return Factors(factors, 1.0 / (replicates - 1), np.ones(replicates))


def resample_population(
    stratum: Ints, population: Floats | None, replicates: int, rng: np.random.Generator
) -> Factors:
    """Factors of Canty and Davison's bootstrap (R: "bootstrap"): n units from a population built from the n sampled.

    Parameters
    ----------
    stratum : (m,)
    population : (H,), optional
        Number of units in the population of each stratum; infinite or missing means sampling with replacement.
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


def count_ranks(lines: Floats, seen: Bools) -> Ints:
    """Rank of the submatrices of rows selected by each column of ``seen``.

    Parameters
    ----------
    lines : (m, R) matrix
    seen : (m, D) bool, the rows that belong to each submatrix

    Returns
    -------
    (D,) ranks

    Notes
    -----
    Rows shared by several submatrices are examined first: if they have full rank, so has every submatrix that contains
    them.
    """
    width, whole = lines.shape[1], float(np.vdot(lines, lines))
    out = np.zeros(seen.shape[1], np.int64)
    left = list(range(seen.shape[1]))
    while left:
        together, common = [left[0]], seen[:, left[0]]
        for d in left[1:]:
            both = common & seen[:, d]
            if np.count_nonzero(both) >= _enough(width):
                together, common = [*together, d], both
        if len(together) > 1 and not _is_full(lines, np.flatnonzero(common), whole):
            together = together[:1]
        out[together] = width if len(together) > 1 else count_rank(lines[seen[:, left[0]]])
        left = [d for d in left if d not in together]
    return out


def _enough(width: int) -> int:
    """Number of rows that usually suffices to establish full rank."""
    return width + width // SPARE + 1


def _is_full(lines: Floats, chosen: NDArray[np.intp], whole: float) -> bool:
    """Whether a subset of rows has full rank relative to the scale of all rows, whose squares add up to ``whole``.

    The Gram matrix of the subset must stay positive definite after the rank tolerance of the full matrix is subtracted
    from its diagonal. This is sufficient because further rows only add to the Gram matrix, and the sum of all squared
    entries bounds its largest eigenvalue.
    """
    from scipy.linalg import lapack

    width = lines.shape[1]
    some = lines[chosen[np.linspace(0, len(chosen) - 1, _enough(width)).astype(np.intp)]]
    gram = some.T @ some
    gram[np.diag_indices(width)] -= RANK**2 * whole
    return bool(lapack.dpotrf(gram.T, clean=0, overwrite_a=1)[1] == 0)


def count_rank(lines: Floats) -> int:
    """Rank of a matrix (m, R): the number of singular values above 1e-5 times the largest.

    For matrices with more rows than columns, a subset of the rows is examined first; all rows are used only if the
    subset does not have full rank.
    """
    count, width = lines.shape
    if not count:
        return 0
    if count >= _enough(width) and _is_full(lines, np.arange(count), float(np.vdot(lines, lines))):
        return int(width)
    gram = lines @ lines.T if count < width else lines.T @ lines
    size = np.linalg.eigvalsh(gram)
    return int((size > RANK**2 * size[-1]).sum())
