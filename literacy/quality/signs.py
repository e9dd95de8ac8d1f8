"""Signs of trouble in single answers sheets: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int32]

MAX_PAIRS = 20_000


def find_speeders(duration: Floats, share: float) -> Flags:
    """Shorter than a share of the median; shape (n,), NaN durations are never flagged."""
    known = np.isfinite(duration) & (duration > 0)
    if not known.any():
        return np.zeros(len(duration), dtype=bool)
    with np.errstate(invalid="ignore"):
        return known & (duration < share * np.median(duration[known]))


def find_straight(block: Codes, rare: float) -> Flags:
    """One answer to a whole block, where few people answer it so.

    Parameters
    ----------
    block : (n, k) array of int32
        Codes of the answers as positions; negative = no answer (or not a real one).
    rare : float
        A pattern given by this share of the people or more is taken as honest (never, never, never).
    """
    first = block[:, :1]
    whole: Flags = (block == first).all(axis=1) & (block >= 0).all(axis=1)
    answered = max(1, int((block >= 0).all(axis=1).sum()))
    for code in np.unique(first[whole]):
        alike = whole & (first[:, 0] == code)
        if alike.sum() >= rare * answered:
            whole &= ~alike
    return whole


def score_likelihood(answers: Codes) -> Floats:
    """How usual a person's answers are: mean log share of the answers given, item by item, robustly standardised.

    Uniformly random answers lie far below those of people, who share what is popular.

    Parameters
    ----------
    answers : (n, k) array of int32
        Positions of the answers; negative = none.

    Returns
    -------
    (n,) robust z; 0 where fewer than 20 items were answered.
    """
    n, k = answers.shape
    total = np.zeros(n)
    expected = np.zeros(n)
    count = np.zeros(n)
    for j in range(k):
        given = answers[:, j] >= 0
        if given.sum() < 20:
            continue
        shares = np.bincount(answers[given, j]) / given.sum()
        with np.errstate(divide="ignore"):
            logs = np.log(shares)
        total[given] += logs[answers[given, j]]
        expected[given] += float(np.sum(shares[shares > 0] * logs[shares > 0]))
        count[given] += 1
    enough = count >= 20
    score = np.zeros(n)
    if not enough.any():
        return score
    mean = (total[enough] - expected[enough]) / count[enough]
    centre = np.median(mean)
    spread = 1.4826 * np.median(np.abs(mean - centre))
    score[enough] = (mean - centre) / spread if spread > 0 else 0.0
    return score


def match_answers(answers: Codes, least: int) -> tuple[Floats, NDArray[np.intp]]:
    """For every person the largest share of equal answers with anyone before, and who that is.

    Parameters
    ----------
    answers : (n, k) array of int32
        Positions; negative = no answer, which counts on neither side.
    least : int
        Answers in common needed.

    Returns
    -------
    share : (n,) ; 0 where nobody compares
    partner : (n,) row of the other, -1 for none

    Notes
    -----
    Over MAX_PAIRS rows only exactly equal sheets are looked for (share 1).
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
    equal = np.zeros((n, n), dtype=np.float32)
    for j in range(answers.shape[1]):
        codes = np.unique(answers[answers[:, j] >= 0, j])
        hot = (answers[:, j, None] == codes[None, :]).astype(np.float32)
        if len(codes):
            equal += hot @ hot.T
    common = given @ given.T
    ratio = np.where(common >= least, equal / np.maximum(common, 1), 0.0)
    ratio = np.tril(ratio, k=-1)
    best = ratio.argmax(axis=1)
    share = ratio[np.arange(n), best].astype(np.float64)
    partner = np.where(share > 0, best, -1)
    return share, partner


def find_bursts(device: NDArray[np.int64], seconds: Floats, least: int, window: float = 60.0) -> Flags:
    """Submissions that are *least* or more from one device within a window of seconds.

    Parameters
    ----------
    device : (n,) numbers of devices, 0 = not known
    seconds : (n,) time of submission, NaN = not known
    """
    flags = np.zeros(len(device), dtype=bool)
    known = np.flatnonzero((device > 0) & np.isfinite(seconds))
    order = known[np.lexsort((seconds[known], device[known]))]
    for first in range(len(order) - least + 1):
        run = order[first : first + least]
        if device[run[0]] == device[run[-1]] and seconds[run[-1]] - seconds[run[0]] <= window:
            flags[run] = True
    return flags


def robust_z(values: Floats) -> Floats:
    """Distance from the median in normal-consistent median absolute deviations (0 where those vanish)."""
    centre = np.nanmedian(values)
    spread = 1.4826 * np.nanmedian(np.abs(values - centre))
    return (values - centre) / spread if spread > 0 else np.zeros(len(values))
