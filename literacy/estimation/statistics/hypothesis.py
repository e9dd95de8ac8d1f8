"""Test: a test statistic with its degrees of freedom and p value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.messages import tell, tell_value

ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Test(Printable):
    """Result of a test.

    Attributes
    ----------
    statistic : float
        The statistic; NaN if the design leaves nothing to test.
    df : tuple of float
        Degrees of freedom: one number, or numerator and denominator.
    p_value : float
    method : str
        Name of the test.
    of : str
        What was tested.
    law : str
        Null distribution of the statistic: "F", "t", "chi2" or "chi2 sum".
    estimate, se, ci_low, ci_high : float
        The tested quantity, if it is a single one; otherwise NaN.
    n : int
        Number of respondents used.
    notes : tuple of str
    details : dict
        Further results by name (eigenvalues, scale, ...).
    """

    __test__: ClassVar[bool] = False  # not collected by pytest

    statistic: float
    df: tuple[float, ...]
    p_value: float
    method: str
    of: str
    law: str
    estimate: float = float("nan")
    se: float = float("nan")
    ci_low: float = float("nan")
    ci_high: float = float("nan")
    n: int = 0
    notes: tuple[str, ...] = ()
    details: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Return the test in one row."""
        row: dict[str, object] = {"test": self.of, "law": self.law, "statistic": self.statistic}
        row["df"] = self.df[0] if self.df else np.nan
        if len(self.df) > 1:
            row["df_denominator"] = self.df[1]
        row["p_value"] = self.p_value
        if not np.isnan(self.estimate):
            row |= {"estimate": self.estimate, "se": self.se, "ci_low": self.ci_low, "ci_high": self.ci_high}
        return pd.DataFrame([row | {"n": self.n, "method": self.method}])

    def _title(self) -> str:
        return tell_value(self.method)

    def _notes(self) -> list[str]:
        return list(self.notes)


Function = TypeVar("Function", bound=Callable[..., Any])


def not_collected(function: Function) -> Function:
    """Mark a function named test_… as a statistical test, so that pytest does not collect it."""
    function.__test__ = False  # type: ignore[attr-defined]  # read by pytest
    return function


def f_test(
    statistic: float, df: float, ddf: float, *, method: str, of: str, n: int, notes: tuple[str, ...] = ()
) -> Test:
    """Return an F test; p is NaN without denominator degrees of freedom."""
    from scipy import stats

    p = float(stats.f.sf(statistic, df, ddf)) if ddf > 0 and df > 0 else float("nan")
    if not ddf > 0:
        notes = (*notes, tell("{:g} degrees of freedom are left for the denominator: no p-value", ddf))
    elif np.isnan(statistic):
        notes = (*notes, tell("nothing to test: what is compared has no sampling error in this design"))
    return Test(statistic, (df, ddf), p, method, of, "F", n=n, notes=notes)


def t_test(
    estimate: float,
    se: float,
    df: float,
    *,
    null: float = 0.0,
    level: float = 0.95,
    method: str,
    of: str,
    n: int,
    size: float = 0.0,
    notes: tuple[str, ...] = (),
) -> Test:
    """Return a t test of an estimate against `null`.

    ``size`` is that of the numbers from which the estimate was computed: a standard error or difference below
    :data:`ROUNDING` times it is treated as 0. If both are 0 there is no test.
    """
    from scipy import stats

    noise = ROUNDING * max(abs(estimate), abs(null), size)
    gap = 0.0 if abs(estimate - null) <= noise else estimate - null
    se = 0.0 if se <= noise else se
    statistic = gap / se if se > 0 else (float("nan") if gap == 0 else float(np.copysign(np.inf, gap)))
    if not se > 0:
        notes = (
            *notes,
            tell("the estimate has no sampling error in this design")
            + ("" if gap else tell(": nothing to test")),
        )
    if df > 0:
        p = float(2 * stats.t.sf(abs(statistic), df))
        half = float(stats.t.ppf((1 + level) / 2, df)) * se
    else:
        p = half = float("nan")
        notes = (*notes, tell("{:g} degrees of freedom are left: no p-value and no interval", df))
    return Test(
        statistic,
        (df,),
        p,
        method,
        of,
        "t",
        estimate,
        se,
        estimate - half,
        estimate + half,
        n,
        notes,
    )
