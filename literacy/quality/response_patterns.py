"""Statistical indicators of suspicious responses, on arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int32]

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


def find_straight(block: Codes, rare: float, answered: float = 0.8) -> Flags:
    """Respondents with one answer throughout a block, unless many respondents answer it in that way.

    Parameters
    ----------
    block : (n, k) array of int32
        Codes of the answers as positions; negative for none.
    rare : float
        A pattern shared by this share of respondents or more is accepted as genuine (never, never, never).
    answered : float
        Share of the block that must be answered.
    """
    n, k = block.shape
    if not n or not k:
        return np.zeros(n, dtype=bool)
    given = block >= 0
    judged = given.sum(axis=1) >= answered * k
    high = block.max(axis=1)
    low = np.where(given, block, np.iinfo(np.int32).max).min(axis=1)
    whole: Flags = judged & (low == high)
    people = max(1, int(judged.sum()))
    for code in np.unique(high[whole]):
        alike = whole & (high == code)
        if alike.sum() >= rare * people:
            whole &= ~alike
    return whole


def score_likelihood(answers: Codes) -> Floats:
    """Typicality of each respondent's answers: mean log relative frequency of the answers given, robustly standardised.

    Uniformly random answers score far below those of people, who tend to share popular answers.

    Parameters
    ----------
    answers : (n, k) array of int32
        Positions of the answers; negative for none.

    Returns
    -------
    (n,) robust z; 0 if fewer than ENOUGH items were answered.
    """
    n, k = answers.shape
    total = np.zeros(n)
    expected = np.zeros(n)
    count = np.zeros(n)
    for j in range(k):
        given = answers[:, j] >= 0
        if given.sum() < ENOUGH:
            continue
        shares = np.bincount(answers[given, j]) / given.sum()
        with np.errstate(divide="ignore"):
            logs = np.log(shares)
        total[given] += logs[answers[given, j]]
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


def match_answers(answers: Codes, least: int) -> tuple[Floats, NDArray[np.intp]]:
    """Return for each respondent the largest share of identical answers with any earlier one, and who that is.

    Parameters
    ----------
    answers : (n, k) array of int32
        Positions of the answers; negative for none, which is ignored in comparisons.
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
    n = len(answers)
    share = np.zeros(n)
    partner = np.full(n, -1, dtype=np.intp)
    if n > MAX_PAIRS:
        enough = (answers >= 0).sum(axis=1) >= least
        _, first, inverse = np.unique(answers, axis=0, return_index=True, return_inverse=True)
        origin = first[np.ravel(inverse)]
        again = enough & (origin != np.arange(n))
        share[again] = 1.0
        partner[again] = origin[again]
        return share, partner
    given = (answers >= 0).astype(np.float32)
    hot, many = _one_hot(answers)
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


def find_bursts(device: NDArray[np.int64], seconds: Floats, least: int, window: float = 60.0) -> Flags:
    """Submissions among *least* or more from one device within a window of seconds.

    Parameters
    ----------
    device : (n,) device numbers, 0 if not known
    seconds : (n,) time of submission in seconds, NaN if not known
    """
    flags = np.zeros(len(device), dtype=bool)
    known = np.flatnonzero((device > 0) & np.isfinite(seconds))
    order = known[np.lexsort((seconds[known], device[known]))]
    for first in range(len(order) - least + 1):
        run = order[first : first + least]
        if device[run[0]] == device[run[-1]] and seconds[run[-1]] - seconds[run[0]] <= window:
            flags[run] = True
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


def count_devices(device: NDArray[np.int64]) -> tuple[NDArray[np.int64], float]:
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
