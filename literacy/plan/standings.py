"""One indicator as it stands: its number, how it moved, its goal and its status."""

from __future__ import annotations

import math
from dataclasses import dataclass

from literacy.instrument import Goal, Indicator, Label
from literacy.plan.statuses import REASONS

NAN = math.nan


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator as it stands.

    Attributes
    ----------
    indicator : Indicator
    status, reason : str
        A key of ``STATUSES`` and one of ``REASONS``.
    value, ci_low, ci_high : float
        The latest number with its interval; counts have none. NaN where there is none.
    year : int or None
        Of the number.
    n : int
        Respondents behind it.
    reliable : bool
        Whether a survey number may be relied on.
    before : float
        The number before, of the year ``before_year``.
    change, change_low, change_high, p_value : float
        The last step: change since then, its interval and its test.
    start : float
        The first number compared with, of the year ``start_year``.
    since, since_low, since_high, since_p : float
        Change since the start along the straight line through all numbers from then on, its interval and its test.
    line : tuple of int
        Years of the numbers on that line.
    chance : float
        Probability that a goal still ahead is reached in its year, where it was projected.
    last_year : float
        The number of the year before ``year``.
    goal : Goal or None
        The goal it was held against.
    synthetic : bool
        Whether any number behind it is made up.
    source : str
        Files behind it.
    record : str
        The office's record a returned number is from.
    office : str
        Who reported it.
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
        """The reason in words."""
        return REASONS[self.reason]
