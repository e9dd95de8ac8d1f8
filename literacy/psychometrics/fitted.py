"""A fitted item response model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.kernels.psychometrics.marginal import Grid
from literacy.psychometrics.bank import Bank
from literacy.psychometrics.items import Answers


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IrtFit(Printable):
    """A fitted item response model.

    Attributes
    ----------
    parameters : DataFrame
        One row an item in the order of the data: item, model, categories, a (slope, no 1.7), d (intercept),
        b = -d/a, g (guessing floor); for items of several categories d1 …, b1 …; se_ of each.
    groups : DataFrame
        One row a group: group, n, mean, sd, variance, se_mean, se_variance. NaN errors where fixed.
    loglik : float
        Log (pseudo-)likelihood, weights as given, without the prior of g.
    iterations : int
        Passes over the data.
    converged : bool
        A maximum was found: gradient zero, information positive, no slope without end.
    infinite : tuple of str
        Items with an infinite estimate.
    free : int
        Parameters estimated.
    n : int
        Respondents that count.
    errors : str
        Kind of standard errors.
    bank : Bank
        The same parameters with their covariance; without the items that do not vary.
    answers : Answers
        What was fitted.
    grid : Grid
        Points of integration.
    notes : tuple of str
    history : tuple of str
    """

    parameters: pd.DataFrame
    groups: pd.DataFrame
    loglik: float
    iterations: int
    converged: bool
    infinite: tuple[str, ...]
    free: int
    n: int
    errors: str
    bank: Bank
    answers: Answers
    grid: Grid
    notes: tuple[str, ...]
    history: tuple[str, ...]

    @property
    def aic(self) -> float:
        """Akaike's criterion; without meaning under weights."""
        return 2 * self.free - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Schwarz's criterion; without meaning under weights."""
        return float(np.log(self.n)) * self.free - 2 * self.loglik

    @property
    def weighted(self) -> bool:
        """Whether respondents count differently."""
        weight = self.answers.weight[self.answers.live]
        return bool(np.any(weight != weight[0]))

    def to_frame(self) -> pd.DataFrame:
        """The item parameters (a copy)."""
        return self.parameters.copy()

    def _title(self) -> str:
        models = ", ".join(dict.fromkeys(self.bank.models))
        return f"Item response model ({models}): {len(self.parameters)} items, {self.n:,} respondents"

    def _notes(self) -> list[str]:
        state = "converged" if self.converged else "NOT CONVERGED"
        lines = [
            f"{state} after {self.iterations} passes; log likelihood {self.loglik:.4f}; {self.free} parameters"
        ]
        z = self.grid.points
        lines.append(
            f"integrated over {len(z)} equally spaced points from {z[0]:g} to {z[-1]:g} standard deviations"
        )
        lines.append(f"standard errors: {self.errors}")
        for row in self.groups.itertuples():
            lines.append(f"scale of {row.group}: mean {row.mean:.4f}, sd {row.sd:.4f}")
        return [*lines, *self.notes]
