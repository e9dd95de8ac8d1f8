"""Statistical indicators of suspicious responses, on arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.signedinteger[Any]]
Columns = Callable[[], Iterable[Codes]]
"""Function that gives the columns of positions one after the other, anew at each call."""

MAX_PAIRS = 20_000
"""Maximum number of rows for which all pairs are compared."""
BLOCK = 1024
AHEAD = 3
CHANCE = 0.03
FEW = 64
ENOUGH = 20
"""Minimum number of answers per person, and of persons per item, for :func:`score_likelihood`."""


def find_speeders(duration: Floats, share: float) -> Flags:
    """Durations shorter than a fraction of the median; (n,) bool, False where the duration is NaN."""
    known = np.isfinite(duration) & (duration > 0)
    if not known.any():
        return np.zeros(len(duration), dtype=bool)
    with np.errstate(invalid="ignore"):
        return known & (duration < share * np.median(duration[known]))


def find_straight(block: Sequence[Codes], rare: float, answered: float = 0.8) -> Flags:
    """Respondents with one answer throughout a block, unless many respondents answer it in that way.

    Parameters
    ----------
    block : k arrays (n,) of integers
        Codes of the answers to each item as positions; negative for none.
    rare : float
        A pattern shared by this share of respondents or more is accepted as genuine (never, never, never).
    answered : float
        Share of the block that must be answered.
    """
    if not len(block) or not len(block[0]):
        return np.zeros(len(block[0]) if len(block) else 0, dtype=bool)
    first = np.full(len(block[0]), -1, dtype=np.int32)
    given = np.zeros(len(first), dtype=np.int32)
    whole = np.ones(len(first), dtype=bool)
    for column in block:
        here = column >= 0
        given += here
        whole &= ~here | (first < 0) | (column == first)
        np.copyto(first, column, where=here & (first < 0))
    judged = given >= answered * len(block)
    whole &= judged & (first >= 0)
    people = max(1, int(judged.sum()))
    for code in np.unique(first[whole]):
        alike = whole & (first == code)
        if alike.sum() >= rare * people:
            whole &= ~alike
    return whole


def score_likelihood(answers: Iterable[Codes], n: int) -> Floats:
    """Typicality of each respondent's answers: mean log relative frequency of the answers given, robustly standardised.

    Uniformly random answers score far below those of people, who tend to share popular answers.

    Parameters
    ----------
    answers : arrays (n,) of integers, one for each item
        Positions of the answers; negative for none.
    n : int

    Returns
    -------
    (n,) robust z; 0 if fewer than ENOUGH items were answered.
    """
    total = np.zeros(n)
    expected = np.zeros(n)
    count = np.zeros(n)
    for column in answers:
        given = column >= 0
        if given.sum() < ENOUGH:
            continue
        shares = np.bincount(column[given]) / given.sum()
        with np.errstate(divide="ignore"):
            logs = np.log(shares)
        total[given] += logs[column[given]]
        expected[given] += float(np.sum(shares[shares > 0] * logs[shares > 0]))
        count[given] += 1
    enough = count >= ENOUGH
    score = np.zeros(n)
    if not enough.any():
        return score
    mean = (total[enough] - expected[enough]) / count[enough]
    centre = np.median(mean)
    spread = 1.4826 * np.median(np.abs(mean - centre))
    score[enough] = (mean - centre) / spread if spread > 0 else 0.0
    return score


def count_answers(answers: Iterable[Codes], n: int) -> NDArray[np.int32]:
    """Number of answers of each respondent, (n,)."""
    count = np.zeros(n, dtype=np.int32)
    for column in answers:
        count += column >= 0
    return count


def match_answers(answers: Columns, n: int, least: int) -> tuple[Floats, NDArray[np.intp]]:
    """Return for each respondent the largest share of identical answers with any earlier one, and who that is.

    Parameters
    ----------
    answers : callable
        Gives arrays (n,) of integers, one for each item: positions of the answers; negative for none, which is ignored
        in comparisons.
    n : int
    least : int
        Minimum number of answers in common.

    Returns
    -------
    share : (n,) shares; 0 if there is nobody to compare with
    partner : (n,) row of the other respondent, -1 for none

    Notes
    -----
    Beyond MAX_PAIRS rows only identical questionnaires are found (share 1).
    """
    share = np.zeros(n)
    partner = np.full(n, -1, dtype=np.intp)
    if n > MAX_PAIRS:
        origin = find_origins(answers, n)
        again = (origin != np.arange(n)) & (count_answers(answers(), n) >= least)
        share[again] = 1.0
        partner[again] = origin[again]
        return share, partner
    matrix = np.column_stack(list(answers())).astype(np.int32)
    given = (matrix >= 0).astype(np.float32)
    hot, many = _one_hot(matrix)
    for start in range(0, n, BLOCK):
        stop = min(n, start + BLOCK)
        equal = hot[start:stop] @ hot[:stop].T
        for column in many:
            equal += (column[start:stop, None] == column[None, :stop]) & (column[start:stop, None] >= 0)
        common = given[start:stop] @ given[:stop].T
        ratio = np.where(common >= least, equal / np.maximum(common, 1), 0.0)
        ratio[np.arange(start, stop)[:, None] <= np.arange(stop)[None, :]] = 0.0
        best = ratio.argmax(axis=1)
        share[start:stop] = ratio[np.arange(stop - start), best]
        partner[start:stop] = np.where(share[start:stop] > 0, best, -1)
    return share, partner


def find_origins(answers: Columns, n: int) -> NDArray[np.intp]:
    """Return for each row the first row with the same answers, itself if there is none before; (n,).

    Rows are grouped by a digest of 64 bits and then compared, so that two that differ are never taken for equal.
    """
    groups, _ = pd.factorize(_digest_rows(answers(), n))
    firsts = np.flatnonzero(groups > np.concatenate([[-1], np.maximum.accumulate(groups)[:-1]]))
    origin = firsts[groups]
    same = np.ones(n, dtype=bool)
    for column in _nonnegative(answers()):
        same &= column == column[origin]
    if not same.all():  # different rows with one digest
        rows = np.flatnonzero(np.isin(groups, groups[~same]))
        table = np.column_stack([column[rows] for column in _nonnegative(answers())])
        _, first, inverse = np.unique(table, axis=0, return_index=True, return_inverse=True)
        origin[rows] = rows[first[np.ravel(inverse)]]
    return origin


def _digest_rows(answers: Iterable[Codes], n: int) -> NDArray[np.uint64]:
    """Return a number for each row that is equal for equal answers and almost always differs otherwise."""
    digest = np.zeros(n, dtype=np.uint64)
    for column in _nonnegative(answers):
        digest ^= column.astype(np.uint64)
        digest *= np.uint64(0x9E3779B97F4A7C15)
        digest ^= digest >> np.uint64(32)
    return digest


def _nonnegative(answers: Iterable[Codes]) -> Iterator[Codes]:
    """Yield the columns with one code, -1, for every kind of missing value."""
    for column in answers:
        yield np.maximum(column, -1)


def _one_hot(answers: Codes) -> tuple[NDArray[np.float32], list[Codes]]:
    """Return indicators of the answers of columns with few distinct ones, and the other columns unchanged."""
    parts: list[NDArray[np.float32]] = [np.zeros((len(answers), 0), dtype=np.float32)]
    many = []
    for j in range(answers.shape[1]):
        column = answers[:, j]
        codes = np.unique(column[column >= 0])
        if len(codes) > FEW:
            many.append(column)
        elif len(codes):
            parts.append((column[:, None] == codes[None, :]).astype(np.float32))
    return np.hstack(parts), many


def find_bursts(device: Codes, seconds: Floats, least: int, window: float = 60.0) -> Flags:
    """Submissions among *least* or more from one device within a window of seconds.

    Parameters
    ----------
    device : (n,) device numbers, 0 if not known
    seconds : (n,) time of submission in seconds, NaN if not known
    """
    flags = np.zeros(len(device), dtype=bool)
    known = np.flatnonzero((device > 0) & np.isfinite(seconds))
    order = known[np.lexsort((seconds[known], device[known]))]
    starts = max(len(order) - least + 1, 0)
    first, last = order[:starts], order[least - 1 : least - 1 + starts]
    found = np.flatnonzero((device[first] == device[last]) & (seconds[last] - seconds[first] <= window))
    for k in range(least):
        flags[order[found + k]] = True
    return flags


def find_clockwork(seconds: Floats, least: int, slack: float = 2.0, shortest: float = 20.0) -> Flags:
    """Submissions in a chain of *least* or more at equal intervals, possibly with others in between.

    Parameters
    ----------
    seconds : (n,) time of submission in seconds, NaN if not known
    least : int
    slack, shortest : float
        In seconds. Intervals may differ from the first by *slack*; those shorter than *shortest* or longer than an hour
        are not considered, nor are chains in dense data, where one more submission at the right moment is likely
        (probability above CHANCE).
    """
    flags = np.zeros(len(seconds), dtype=bool)
    known = np.flatnonzero(np.isfinite(seconds))
    order = known[np.argsort(seconds[known], kind="stable")]
    times = seconds[order]
    n = len(times)
    if n < least or least < 3:
        return flags
    for ahead in range(1, AHEAD + 1):
        first = np.arange(n - ahead)
        gap = times[ahead:] - times[:-ahead]
        chains = np.stack([first, first + ahead])
        fits = (gap >= shortest) & (gap <= 3600)
        for _ in range(least - 2):
            first, gap, chains = first[fits], gap[fits], chains[:, fits]
            due = times[chains[-1]] + gap
            found = np.searchsorted(times, due - slack)
            fits = found < n
            found = np.minimum(found, n - 1)
            fits &= (times[found] <= due + slack) & (found > chains[-1])
            chains = np.vstack([chains, found])
        chains = chains[:, fits]
        span = times[chains[-1]] - times[chains[0]]
        between = chains[-1] - chains[0] + 1 - least
        rare = between * (2 * slack + 1) <= CHANCE * span
        flags[order[np.unique(chains[:, rare])]] = True
    return flags


def count_devices(device: Codes) -> tuple[NDArray[np.int64], float]:
    """Number of rows with each row's device (0 if not known), and the share of known rows whose device is unique."""
    counts = np.bincount(np.maximum(device, 0), minlength=1)
    counts[0] = 0
    shared = counts[np.maximum(device, 0)].astype(np.int64)
    known = shared > 0
    return shared, float((shared[known] == 1).mean()) if known.any() else 0.0


def robust_z(values: Floats) -> Floats:
    """Distance from the median in normal-consistent median absolute deviations; 0 if these vanish."""
    if not np.isfinite(values).any():
        return np.zeros(len(values))
    centre = np.nanmedian(values)
    spread = 1.4826 * np.nanmedian(np.abs(values - centre))
    return (values - centre) / spread if spread > 0 else np.zeros(len(values))
