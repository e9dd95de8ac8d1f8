"""A fitted item response model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.kernels.psychometrics.layout import Layout
from literacy.kernels.psychometrics.marginal import Grid, row_scores
from literacy.kernels.psychometrics.patterns import compress_rows, make_patterns
from literacy.messages import tell, tell_value
from literacy.psychometrics.bank import Bank
from literacy.psychometrics.items import Answers

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """Linearisation of a fit: what the influence of each respondent is computed from.

    Attributes
    ----------
    layout : Layout
        Layout of the parameters as fitted.
    values : (f,) float
        The free parameters.
    spread : (p, f) float
        Matrix that maps the derivatives of a respondent's log likelihood to changes in the full vector of reported
        parameters.
    """

    layout: Layout
    values: Floats
    spread: Floats


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IrtFit(Printable):
    """A fitted item response model.

    Attributes
    ----------
    parameters : DataFrame
        One row per item in the order of the data: item, model, categories, a (slope, without the constant 1.7), d
        (intercept), b = -d/a, g (lower asymptote); for items with several categories d1 …, b1 …; ``se_`` of each.
    groups : DataFrame
        One row per group: group, n, mean, sd, variance, se_mean, se_variance. Standard errors of fixed values are NaN.
    loglik : float
        Log (pseudo-)likelihood with the weights as given, without the prior of g.
    iterations : int
        Passes over the data.
    converged : bool
        Whether a maximum was found: zero gradient, positive definite information, no diverging slope.
    infinite : tuple of str
        Items with an infinite estimate, including items that all respondents answered alike.
    free : int
        Number of estimated parameters.
    n : int
        Number of respondents who count.
    errors : str
        Kind of standard errors.
    bank : Bank
        The same parameters with their covariance, without the items that do not vary.
    answers : Answers
        The answers the model was fitted to.
    grid : Grid
        Quadrature points.
    linear : Linear or None
        Linearisation of the fit; None without standard errors.
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
    linear: Linear | None
    notes: tuple[str, ...]
    history: tuple[str, ...]

    def influence(self, direction: Floats) -> Floats:
        """Return linearised scores of a function of the parameters, given its derivatives (p,) by all of them.

        For k functions, directions (p, k) give scores (n, k). Zero for respondents who do not count; NaN where the fit
        has no standard errors.
        """
        live = self.answers.live
        out = np.zeros((len(live), *direction.shape[1:]))
        if self.linear is None:
            out[live] = np.nan
            return out
        codes, group, _, place = compress_rows(
            self.answers.codes[live], self.answers.group[live], np.ones(int(live.sum()))
        )
        linear = self.linear
        patterns = make_patterns(codes, group, np.ones(len(codes)), linear.layout)
        scores = row_scores(linear.layout, linear.values, patterns, self.grid)
        out[live] = (scores @ (linear.spread.T @ direction))[place]
        return out

    @property
    def aic(self) -> float:
        """Akaike information criterion; not meaningful under weights."""
        return 2 * self.free - 2 * self.loglik

    @property
    def bic(self) -> float:
        """Bayesian (Schwarz) information criterion; not meaningful under weights."""
        return float(np.log(self.n)) * self.free - 2 * self.loglik

    @property
    def weighted(self) -> bool:
        """Whether respondents have different weights."""
        weight = self.answers.weight[self.answers.live]
        return bool(np.any(weight != weight[0]))

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the item parameters."""
        return self.parameters.copy()

    def _title(self) -> str:
        models = ", ".join(map(tell_value, dict.fromkeys(self.bank.models)))
        return tell(
            "Item response model ({}): {} items, {:,} respondents", models, len(self.parameters), self.n
        )

    def _notes(self) -> list[str]:
        state = tell("converged") if self.converged else tell("NOT CONVERGED")
        lines = [
            tell(
                "{} after {} iterations; log likelihood {:.4f}; {} parameters",
                state,
                self.iterations,
                self.loglik,
                self.free,
            )
        ]
        z = self.grid.points
        lines.append(
            tell(
                "integrated over {} equally spaced points from {:g} to {:g} standard deviations",
                len(z),
                z[0],
                z[-1],
            )
        )
        lines.append(tell("standard errors: {}", tell_value(self.errors)))
        for row in self.groups.itertuples():
            lines.append(
                tell("scale of {}: mean {:.4f}, sd {:.4f}", tell_value(str(row.group)), row.mean, row.sd)
            )
        return [*lines, *self.notes]
