"""Model: regression coefficients with their design-based covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.estimation.core.sample_columns import Floats
from literacy.estimation.models.equations import Data, Plan, Source
from literacy.estimation.models.terms import Terms
from literacy.kernels.models.glm import GlmFit
from literacy.kernels.models.ordinal import OrdinalFit
from literacy.messages import tell, tell_value
from literacy.sampling import Sample

RATIO = {"logistic": "odds ratio", "poisson": "rate ratio", "ordinal": "cumulative odds ratio"}


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What predictions need: family, coefficients (k,), inverse information (k, k), number of cut points."""

    family: str
    coefficients: Floats
    naive: Floats
    q: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Model(Printable):
    """A fitted regression.

    Attributes
    ----------
    family : str
        "linear", "logistic", "poisson" or "ordinal".
    outcome : str
    terms : Terms
        The predictors.
    table : DataFrame
        ``variable, level, estimate, se, ci_low, ci_high, df, statistic, p_value``, and for families other than "linear"
        the exponentiated ``ratio, ratio_low, ratio_high``. Cut points of an ordinal model are listed last as ``cut``.
    coefficients : (k,) array
    covariance : (k, k) array
        Design-based covariance.
    naive : (k, k) array
        Inverse information of the weighted likelihood.
    df : float
        Degrees of freedom of t and F tests: those of the design less the number of slopes.
    n : int
        Number of respondents used.
    deviance : float
    categories : tuple of str
        Levels of an ordinal outcome, in order.
    level : float
        Confidence level.
    sample : Sample
        The respondents; without rows if these were read in blocks.
    source : Source
        Where the rows come from, for margins and tests.
    plan : Plan
        How the model is made of the rows.
    size : float
        Largest absolute value of the outcome.
    notes, history : tuple of str
    """

    family: str
    outcome: str
    terms: Terms
    table: pd.DataFrame
    coefficients: Floats
    covariance: Floats
    naive: Floats
    df: float
    n: int
    deviance: float
    categories: tuple[str, ...]
    level: float
    sample: Sample
    source: Source
    plan: Plan
    size: float
    notes: tuple[str, ...]
    history: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per coefficient."""
        return self.table.copy()

    @property
    def fitted(self) -> Fitted:
        """What predictions need."""
        return Fitted(self.family, self.coefficients, self.naive, max(len(self.categories) - 1, 0))

    @property
    def data(self) -> Data:
        """The rows used, of a sample in memory."""
        return self.plan.read(self.sample)

    def _title(self) -> str:
        right = " + ".join(":".join(p) for p in self.terms.products) or "1"
        return tell("{} regression: {} ~ {}", tell_value(self.family), self.outcome, right)

    def _notes(self) -> list[str]:
        return list(self.notes)


def coefficient_table(
    family: str,
    names: list[tuple[str, str]],
    fit: GlmFit | OrdinalFit,
    covariance: Floats,
    df: float,
    level: float,
    slopes: list[bool],
) -> pd.DataFrame:
    """Return the table of coefficients with t intervals and tests; NaN without degrees of freedom."""
    from scipy import stats

    beta = fit.coefficients
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    t = np.divide(beta, se, out=np.full_like(beta, np.nan), where=se > 0)
    half = stats.t.ppf((1 + level) / 2, df) * se if df > 0 else np.full_like(se, np.nan)
    p = 2 * stats.t.sf(np.abs(t), df) if df > 0 else np.full_like(se, np.nan)
    table = pd.DataFrame(
        {
            "variable": [v for v, _ in names],
            "level": [v for _, v in names],
            "estimate": beta,
            "se": se,
            "ci_low": beta - half,
            "ci_high": beta + half,
            "df": np.full(len(beta), df),
            "statistic": t,
            "p_value": p,
        }
    )
    if family in RATIO:
        keep = np.array(slopes)
        with np.errstate(over="ignore"):
            for name, value in (("ratio", beta), ("ratio_low", beta - half), ("ratio_high", beta + half)):
                table[name] = np.where(keep, np.exp(value), np.nan)
    return table
