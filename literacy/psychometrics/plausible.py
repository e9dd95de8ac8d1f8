"""Plausible values: draws of ability for group estimates that are not biased by measurement error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.estimation import Estimate, proportion
from literacy.kernels.psychometrics.imputation import combine_draws, draw_positions, regress_latent
from literacy.kernels.psychometrics.patterns import make_patterns
from literacy.messages import tell
from literacy.psychometrics.arguments import require_fit, take_count
from literacy.psychometrics.fitted import IrtFit
from literacy.psychometrics.positions import find_cut
from literacy.sampling import Sample

Floats = NDArray[np.float64]

THETA = "theta"
"""Column that holds a draw."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlausibleValues(Printable):
    """Plausible values of ability.

    Attributes
    ----------
    draws : (n, m) float
        NaN for respondents who do not count.
    regression : DataFrame
        Latent regression on the background variables: term, estimate, se.
    residual_sd : float
        Residual standard deviation of that regression.
    sample : Sample
        The respondents with their design.
    fit : IrtFit
        The fitted item response model.
    notes : tuple of str
    """

    draws: Floats
    regression: pd.DataFrame
    residual_sd: float
    sample: Sample
    fit: IrtFit
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the draws, one row per respondent: pv_1, pv_2, …"""
        return pd.DataFrame(self.draws, columns=[f"pv_{i + 1}" for i in range(self.draws.shape[1])])

    def estimate(self, function: Callable[[Sample], Estimate]) -> Estimate:
        """Estimate with every draw and combine by Rubin's rules, including sampling and measurement error.

        Parameters
        ----------
        function : callable
            Takes a Sample with a column ``theta`` and returns an Estimate, for example
            ``lambda s: literacy.mean(s, "theta")``.
        """
        made = []
        for i in range(self.draws.shape[1]):
            frame = self.sample.frame.assign(**{THETA: self.draws[:, i]})
            made.append(function(self.sample.evolve(frame=frame)))
        return combine_estimates(made)

    def share_above(
        self, cut: float | None = None, by: str | Sequence[str] | None = None, *, score: float | None = None
    ) -> Estimate:
        """Estimate the share of the population at or above a cut, including measurement error.

        Parameters
        ----------
        cut : float, optional
            A position on the ability scale. Where the respondents themselves set the scale (mean 0), a fixed position
            moves with them and the interval is wider than necessary; a note says so.
        by : str or sequence, optional
            Domains.
        score : float, optional
            Sum score, instead of *cut*: the cut is the position at which the expected sum score of the fitted items
            equals it.

        Raises
        ------
        LiteracyError
            ``psychometrics.option`` if both or neither of *cut* and *score* are given, or if the expected score never
            reaches *score*.
        """
        if (cut is None) == (score is None):
            raise LiteracyError(
                "psychometrics.option", where="cut, score", what="give exactly one of the two",
                fix="give cut= (a position) or score= (a sum score)",
            )  # fmt: skip
        place = find_cut(self.fit, score) if score is not None else float(cut or 0.0)
        own = self.fit.bank.whole[self.fit.bank.layout.group_place(0)] == 0.0
        notes = (
            (tell("the respondents themselves set the scale: the interval of a share above a fixed position "
                  "is too wide (use score=)"),)
            if score is None and own else ()
        )  # fmt: skip

        def share(sample: Sample) -> Estimate:
            theta = sample.frame[THETA]
            above = (theta >= place).astype(np.float64).where(theta.notna())
            return proportion(sample.evolve(frame=sample.frame.assign(above=above)), "above", by=by)

        found = self.estimate(share)
        return found.evolve(notes=(*found.notes, *notes))

    def _summary(self) -> pd.DataFrame:
        return self.regression

    def _title(self) -> str:
        return tell(
            "{} plausible values of {:,} respondents",
            self.draws.shape[1],
            int(np.isfinite(self.draws[:, 0]).sum()),
        )

    def _notes(self) -> list[str]:
        return [tell("standard deviation about the regression: {:.4f}", self.residual_sd), *self.notes]


def plausible_values(
    fit: IrtFit, background: Sequence[str] | None = None, number: int = 10, seed: int = 1
) -> PlausibleValues:
    """Draw plausible values from the posterior of ability, given answers and background variables.

    Parameters
    ----------
    fit : IrtFit
    background : sequence of str, optional
        Columns of the data. Include every variable by which estimates will be compared. Numeric columns with more
        than ten distinct values are standardised, other columns enter as indicators; missing values get an
        indicator of their own.
    number : int
        Number of draws, at least 2.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    PlausibleValues

    Raises
    ------
    LiteracyError
        ``psychometrics.option`` for unknown columns or fewer than two draws.

    References
    ----------
    Mislevy (1991), Psychometrika 56, 177-196; Rubin (1987).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> right = rng.random((300, 5)) < 1 / (1 + np.exp(-rng.normal(size=(300, 1))))
    >>> from literacy import fit_irt
    >>> fit = fit_irt(pd.DataFrame(right.astype(int)), model="rasch")
    >>> bool(plausible_values(fit, number=5).share_above(0.0).table["estimate"].between(0, 1).all())
    True
    """
    require_fit(fit, IrtFit)
    number, seed = take_count(number, "number", 2, 1_000), take_count(seed, "seed", 0, 2**53)
    background = [background] if isinstance(background, str) else background
    answers, layout, whole = fit.answers, fit.bank.layout, fit.bank.whole
    rows = np.flatnonzero(answers.live)
    names, z = _background(answers.sample.frame.iloc[rows], list(background or ()))
    if layout.groups > 1:  # the groups of the fit are background variables
        own = np.eye(layout.groups)[answers.group[rows]][:, 1:]
        z = np.column_stack([z, own])
        names += [f"group {n}" for n in answers.group_names[1:]]
    z, names = _full_rank(z, names)
    means = [whole[layout.group_place(g)] for g in range(layout.groups)]
    sds = [np.exp(whole[layout.group_place(g) + 1]) for g in range(layout.groups)]
    low, high = (
        min(m - 7 * s for m, s in zip(means, sds, strict=True)),
        max(m + 7 * s for m, s in zip(means, sds, strict=True)),
    )
    points = np.linspace(float(low), float(high), 201)
    data = make_patterns(answers.codes[rows], np.zeros(len(rows), np.int64), np.ones(len(rows)), layout)
    table = layout.log_table(whole, points)
    line = data.cells.astype(np.float64) @ data.contrasts(table)
    line += table[data.always].sum(axis=0)
    found = regress_latent(line, points, z, answers.weight[rows])
    random = np.random.default_rng(seed)
    draws = np.full((len(answers.weight), number), np.nan)
    for i in range(number):
        beta = random.multivariate_normal(found.beta, found.covariance, method="eigh")
        draws[rows, i] = draw_positions(line, points, z @ beta, found.sd, random)
    regression = pd.DataFrame(
        {"term": names, "estimate": found.beta, "se": np.sqrt(np.maximum(np.diag(found.covariance), 0.0))}
    )
    notes = [f"seed {seed}; items as fitted (their errors are not in the draws)"]
    if not found.converged:
        notes.append(tell("the regression on the background variables did not converge"))
    return PlausibleValues(draws, regression, found.sd, answers.sample, fit, tuple(notes))


def _background(frame: pd.DataFrame, columns: list[str]) -> tuple[list[str], Floats]:
    names, parts = ["(mean)"], [np.ones(len(frame))]
    for column in columns:
        if column not in frame.columns:
            raise LiteracyError(
                "psychometrics.option", where="background", what=f"no column {column!r}",
                fix="give columns of the data",
            )  # fmt: skip
        values = frame[column]
        if pd.api.types.is_numeric_dtype(values) and values.nunique() > 10:
            numbers = values.to_numpy(np.float64, na_value=np.nan)
            gone = ~np.isfinite(numbers)
            numbers = np.where(gone, numbers[~gone].mean() if (~gone).any() else 0.0, numbers)
            parts.append((numbers - numbers.mean()) / max(float(numbers.std()), 1e-12))
            names.append(f"{column} (standardised)")
            if gone.any():
                parts.append(gone.astype(np.float64))
                names.append(f"{column}: missing")
            continue
        words = values.astype("str").where(values.notna(), "missing")
        for level in sorted(words.unique())[1:]:
            parts.append((words == level).to_numpy(np.float64))
            names.append(f"{column}: {level}")
    return names, np.column_stack(parts)


def _full_rank(z: Floats, names: list[str]) -> tuple[Floats, list[str]]:
    """Keep the columns that are linearly independent of those before them."""
    kept: list[int] = []
    for j in range(z.shape[1]):
        if np.linalg.matrix_rank(z[:, [*kept, j]]) > len(kept):
            kept.append(j)
    return z[:, kept], [names[j] for j in kept]


def combine_estimates(estimates: Sequence[Estimate]) -> Estimate:
    """Combine the estimates of several imputations by Rubin's rules.

    Parameters
    ----------
    estimates : sequence of Estimate
        At least two estimates with the same rows.

    Returns
    -------
    Estimate
        Mean over the imputations, with the variance within and between them. Intervals of proportions are computed on
        the logit scale; degrees of freedom follow Barnard and Rubin.

    Raises
    ------
    LiteracyError
        ``psychometrics.option`` where the estimates do not match, or there is only one.
    """
    if len(estimates) < 2 or len({e.names for e in estimates}) > 1:
        raise LiteracyError(
            "psychometrics.option", where="estimates",
            what=tell("{} estimates with different rows, or only one", len(estimates)),
            fix="estimate the same thing with every draw",
        )  # fmt: skip
    first = estimates[0]
    found = combine_draws(
        np.stack([e.estimate for e in estimates]),
        np.stack([np.asarray(e.covariance, np.float64) for e in estimates]),
        first.table["df"].to_numpy(np.float64),
    )
    table = first.table.copy()
    se = np.sqrt(np.maximum(np.diag(found.covariance), 0.0))
    t = stats.t.ppf((1 + first.level) / 2, np.maximum(found.df, 1e-9))
    table["estimate"], table["se"], table["df"] = found.estimate, se, found.df
    share = found.estimate
    if first.kind == "proportion":
        inside = (share > 0) & (share < 1)
        at = np.log(np.where(inside, share, 0.5) / (1 - np.where(inside, share, 0.5)))
        wide = t * se / np.where(inside, share * (1 - share), 1.0)
        table["ci_low"] = np.where(inside, 1 / (1 + np.exp(-(at - wide))), share)
        table["ci_high"] = np.where(inside, 1 / (1 + np.exp(-(at + wide))), share)
        size = np.divide(share * (1 - share), se**2, out=np.full_like(se, np.nan), where=se > 0)
        table["n_eff"] = size
        table["deff"] = table["n"].to_numpy(np.float64) / size
    else:
        table["ci_low"], table["ci_high"] = found.estimate - t * se, found.estimate + t * se
    table["method"] = tell("plausible values ({}), ", len(estimates)) + table["method"].astype("str")
    lost = float(found.missing.max(initial=0.0))
    return first.evolve(
        table=table,
        covariance=found.covariance,
        notes=(
            *first.notes,
            tell("{} draws; up to {:.0f} % of the variance is measurement error", len(estimates), 100 * lost),
        ),
    )
