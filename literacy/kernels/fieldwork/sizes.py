"""Sample sizes for a given precision, for detecting a difference, and for showing that a goal is reached.

References
----------
Cochran (1977), chapter 4. Kish (1965), sections 8.2 and 12.4 (design effects, overlapping samples). Fleiss, Levin &
Paik (2003), chapter 4 (power). The power to show that a goal is reached is the exact binomial probability that the
confidence interval of the toolkit (logit scale) lies beyond the goal.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from literacy.kernels.design.intervals import t_quantile

Floats = NDArray[np.float64]
WINDOW = 3.0


def size_for_margin(variance: float, margin: float, level: float, deff: float, population: float) -> float:
    """Interviews (not rounded) for a half-width ``margin`` of the interval; ``population`` may be infinite."""
    z = float(t_quantile(np.inf, level))
    n = deff * variance * (z / margin) ** 2
    return n / (1 + n / population) if math.isfinite(population) else n


def difference_variance(one: float, other: float, overlap: float, correlation: float) -> float:
    """Variance of a difference times the common sample size; ``overlap`` is the fraction of people in both samples."""
    return one + other - 2.0 * overlap * correlation * math.sqrt(one * other)


def size_for_difference(
    variance: float, difference: float, level: float, power: float, sides: int, deff: float
) -> float:
    """Interviews in each of two samples (not rounded) that detect a true difference with probability ``power``."""
    from scipy.special import ndtri

    z = float(ndtri(1 - (1 - level) / sides)) + float(ndtri(power))
    return deff * variance * (z / difference) ** 2


def proof_power(
    n: int, truth: float, goal: float, level: float, sides: int, deff: float, above: bool = True
) -> float:
    """Probability that ``n`` interviews show a share to lie beyond a goal.

    Parameters
    ----------
    n : int
        Interviews, equivalent to ``n / deff`` independent ones.
    truth, goal : float
        True share and goal, 0-1.
    level : float
        Confidence level. The goal is shown to be reached if the interval (for ``sides`` 1 its single limit) lies beyond
        it.
    above : bool
        Whether "beyond" means above the goal; otherwise below.
    """
    from scipy.stats import binom

    if not above:
        return proof_power(n, 1 - truth, 1 - goal, level, sides, deff)
    size = max(math.floor(n / deff + 1e-9), 1)
    return float(binom.sf(_last_failure(size, goal, level, sides), size, truth))


def _last_failure(size: int, goal: float, level: float, sides: int) -> int:
    """Largest number of successes whose lower limit (logit scale) does not exceed the goal."""
    from scipy.special import ndtri

    z = float(ndtri(1 - (1 - level) / sides))
    low, high = math.floor(size * goal), size  # a share equal to the goal shows nothing
    while high - low > 1:
        middle = (low + high) // 2
        p = middle / size
        limit = math.log(p / (1 - p)) - z / math.sqrt(size * p * (1 - p)) if 0 < p < 1 else -math.inf
        low, high = (middle, high) if limit <= math.log(goal / (1 - goal)) else (low, middle)
    return low


def size_for_proof(truth: float, goal: float, level: float, power: float, sides: int, deff: float) -> int:
    """Smallest number of interviews from which on the probability of :func:`proof_power` stays at or above ``power``.

    The probability is a sawtooth function of n: it drops slightly whenever one more success is required. The condition
    is therefore checked over the next few teeth as well.
    """
    above = truth > goal
    p, q = (truth, goal) if above else (1 - truth, 1 - goal)
    from scipy.special import ndtri

    z = float(ndtri(1 - (1 - level) / sides)) + float(ndtri(power))
    guess = p * (1 - p) * (z / (p - q)) ** 2
    high = max(math.ceil(guess), 2)
    while proof_power(high, p, q, level, sides, 1.0) < power + 0.01:
        high = math.ceil(high * 1.3) + 1
    low = max(math.floor(guess * 0.6), 1)
    tooth = math.ceil(WINDOW / min(q, 1 - q))
    sizes = np.arange(low, high + tooth + 1)
    from scipy.stats import binom

    last = np.array([_last_failure(int(s), q, level, sides) for s in sizes])
    enough = binom.sf(last, sizes, p) >= power
    failing = np.flatnonzero(~enough)
    first = int(failing[-1]) + 1 if len(failing) else 0
    return math.ceil((low + first) * deff - 1e-9)
