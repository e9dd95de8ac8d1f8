"""The reading of an indicator: number, change, goal and status."""

from __future__ import annotations

import math
from dataclasses import dataclass

from literacy.instrument import Goal, Indicator, Label
from literacy.plan.statuses import REASONS

NAN = math.nan


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of an indicator.

    Attributes
    ----------
    indicator : Indicator
    status, reason : str
        A key of ``STATUSES`` and one of ``REASONS``.
    value, ci_low, ci_high : float
        The latest number with its interval; NaN if there is none, or for the interval of counts.
    year : int or None
        Year of the number.
    n : int
        Number of respondents.
    reliable : bool
        Whether a survey estimate is reliable.
    before : float
        The previous number, of the year ``before_year``.
    change, change_low, change_high, p_value : float
        Change since the previous number, with interval and test.
    start : float
        The first number of the comparison, of the year ``start_year``.
    since, since_low, since_high, since_p : float
        Change since the start along the straight line through all numbers from then on, with interval and test.
    line : tuple of int
        Years of the numbers on that line.
    chance : float
        Probability that a future goal is reached in its year, if it was projected.
    last_year : float
        Number of the year before ``year``.
    goal : Goal or None
        The goal by which it was judged.
    synthetic : bool
        Whether any of its data are synthetic.
    source : str
        Source files.
    record : str
        The office's record from which a returned number was taken.
    office : str
        The reporting office.
    """

    indicator: Indicator
    status: str
    reason: str
    value: float = NAN
    ci_low: float = NAN
    ci_high: float = NAN
    year: int | None = None
    n: int = 0
    reliable: bool = False
    before: float = NAN
    before_year: int | None = None
    change: float = NAN
    change_low: float = NAN
    change_high: float = NAN
    p_value: float = NAN
    start: float = NAN
    start_year: int | None = None
    since: float = NAN
    since_low: float = NAN
    since_high: float = NAN
    since_p: float = NAN
    line: tuple[int, ...] = ()
    chance: float = NAN
    last_year: float = NAN
    goal: Goal | None = None
    synthetic: bool = False
    source: str = ""
    record: str = ""
    office: str = ""

    @property
    def why(self) -> Label:
        """The reason as a label."""
        return REASONS[self.reason]
