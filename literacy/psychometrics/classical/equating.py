"""Equating of sum scores on two test forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy._nearest import guess_word
from literacy.errors import LiteracyError, option
from literacy.kernels.psychometrics import conversion as by
from literacy.messages import tell, tell_value
from literacy.psychometrics.arguments import take_count, take_numbers, take_share
from literacy.sampling import Sample
from literacy.scoring import Scored

Floats = NDArray[np.float64]

ALONE = ("mean", "linear", "equipercentile")
COMMON = ("tucker", "levine", "levine_true", "chained_linear", "chained", "frequency_estimation")
LINES = ("mean", "linear", "tucker", "levine", "levine_true", "chained_linear")
MOST_POINTS = 10_000
"""Highest score whose every whole score up to it is equated."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Equating(Printable):
    """Scores of form x converted to the scale of form y.

    Attributes
    ----------
    table : DataFrame
        One row per score of x: score, equated, se (random equating error, from both samples).
    method : str
    slope, intercept : float
        equated = slope × score + intercept; NaN for methods that are not linear.
    notes : tuple of str
    """

    table: pd.DataFrame
    method: str
    slope: float
    intercept: float
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Scores of x on the scale of y ({})", tell_value(self.method))

    def _notes(self) -> list[str]:
        return list(self.notes)


def equate(
    x: Any,
    y: Any,
    method: str = "linear",
    anchor: str | Sequence[str] | None = None,
    score: str = "total",
    weight_x: float = 1.0,
    internal: bool = True,
    scores: Sequence[float] | None = None,
    *,
    smooth: int | None = None,
) -> Equating:
    """Equate the scores of form x to the scale of form y.

    Parameters
    ----------
    x, y : Scored, Sample, DataFrame or (n,) numbers
        Scores of the respondents to each form. For a Sample, its weights and design are used.
    method : str
        For two random groups: ``mean``, ``linear``, ``equipercentile``. For two groups with common items: ``tucker``,
        ``levine`` (observed scores), ``levine_true``, ``chained_linear``, ``chained`` (equipercentile),
        ``frequency_estimation`` (equipercentile in the synthetic population).
    anchor : str or sequence of str, optional
        Column that holds the anchor score, or the columns of the common items, which are summed.
    score : str
        Column that holds the total score.
    weight_x : float
        Weight of the group of x in the synthetic population.
    internal : bool
        Whether the anchor is part of the total score.
    scores : sequence of float, optional
        Scores to convert. Default: every whole score from 0 to the highest observed in x.
    smooth : int, optional
        Degree of loglinear presmoothing (equipercentile methods): number of moments of each score to preserve; with
        an anchor, the covariance is preserved as well.

    Returns
    -------
    Equating
        Standard errors use the delta method, design-based for a Sample, otherwise for simple random samples.

    Raises
    ------
    LiteracyError
        ``psychometrics.option``, ``psychometrics.data``, ``psychometrics.items``.

    References
    ----------
    Kolen, Brennan (2014), Test Equating, Scaling, and Linking.

    Examples
    --------
    >>> equate([1, 2, 3, 4], [2, 4, 6, 8], "linear").table["equated"].round(2).tolist()
    [0.0, 2.0, 4.0, 6.0, 8.0]
    """
    option("method", method, (*ALONE, *COMMON), "psychometrics.option")
    if method in COMMON and anchor is None:
        raise LiteracyError(
            "psychometrics.option",
            where=tell("method {!r}", method),
            what="it is based on common items",
            fix="give anchor=",
        )
    if method in ALONE and anchor is not None:
        raise LiteracyError(
            "psychometrics.option", where=tell("method {!r}", method), what="it does not use an anchor",
            fix=tell("omit anchor, or use one of: {}", ', '.join(COMMON)),
        )  # fmt: skip
    weight_x = take_share(weight_x, "weight_x", ends=True)
    smooth = None if smooth is None else take_count(smooth, "smooth", 1, 12)
    if smooth is not None and method in LINES:
        raise LiteracyError(
            "psychometrics.option", where="smooth", what=tell("{} with method {!r}", smooth, method),
            fix="give a degree from 1 to 12 with an equipercentile method",
        )  # fmt: skip
    notes: list[str] = []
    whole = method not in LINES
    first = _take_form(x, "x", score, anchor, internal, whole, notes)
    second = _take_form(y, "y", score, anchor, internal, whole, notes)
    for form, name in ((first, "x"), (second, "y")):
        if form.cells.total.max() > MOST_POINTS:
            raise LiteracyError(
                "psychometrics.data", where=name, what=tell("a score of {:g}", float(form.cells.total.max())),
                fix=tell("give the sum scores, at most {:,} points", MOST_POINTS),
            )  # fmt: skip
    highest = int(np.floor(first.cells.total.max()))
    points = np.arange(highest + 1.0) if scores is None else take_numbers(scores, "scores")
    if whole and (points < -0.5).any() | (points > highest + 0.5).any():
        raise LiteracyError(
            "psychometrics.option",
            where="scores",
            what=tell("outside 0 to {}", highest),
            fix="give scores observed in x",
        )
    if smooth is not None:
        first, second = (_smooth(form, name, smooth, anchor is not None, internal) for form, name in
                         ((first, "x"), (second, "y")))  # fmt: skip
        notes.append(tell("smoothed: a loglinear model that preserves {} moments", smooth))
    make = _choose(method, first.cells, second.cells, points, weight_x, internal, notes)
    p, q = first.cells.share, second.cells.share
    # derivatives use exact percentile ranks; the equated scores use rounded ranks, as in R equate
    equated = _choose(method, first.cells, second.cells, points, weight_x, internal, notes, by.DIGITS)(p, q)
    if not np.isfinite(equated).all():
        raise LiteracyError(
            "psychometrics.data",
            where=tell("method {!r}", method),
            what="a spread or a correlation with the anchor is zero",
            fix="give scores that vary, and an anchor that is correlated with them",
        )
    variance = first.variance(_slopes(lambda s: make(s, q), p)) + second.variance(
        _slopes(lambda s: make(p, s), q)
    )
    table = pd.DataFrame({"score": points, "equated": equated, "se": np.sqrt(np.maximum(variance, 0.0))})
    if scores is None:
        table["score"] = table["score"].astype(np.int64)
    slope = intercept = np.nan
    if method in LINES:
        slope, intercept = _line(method, first.cells, second.cells, p, q, weight_x, internal)
        notes.append(f"y = {slope:.6f} × x {'+' if intercept >= 0 else '−'} {abs(intercept):.6f}")
    if method in COMMON and not method.startswith("chained") and method != "levine_true":
        notes.append(
            tell(
                "synthetic population: weight {:g} for the group of x, {:g} for that of y",
                weight_x,
                1 - weight_x,
            )
        )
    return Equating(table, method, slope, intercept, tuple(dict.fromkeys(notes)))


@dataclass(frozen=True, slots=True)
class _Form:
    """Cells of one form, the cell of each respondent, and the effect of smoothing on the shares."""

    cells: by.Cells
    place: NDArray[np.int64]
    weight: Floats
    sample: Sample | None
    rows: NDArray[np.bool_]
    seen: Floats
    spread: Floats | None = None

    def variance(self, slopes: Floats) -> Floats:
        """Return the variances (s,) of statistics, given their derivatives (s, c) by the shares of the cells."""
        if self.spread is not None:
            slopes = slopes @ self.spread
        influence = slopes - (slopes @ self.seen)[:, None]
        if self.sample is None:
            out: Floats = influence**2 @ self.seen / (self.cells.n - 1)
            return out
        scores = np.zeros((len(self.rows), len(slopes)))
        scores[self.rows] = influence.T[self.place] / self.weight.sum()
        return np.diag(self.sample.covariance(scores, self.rows)).copy()


def _take_form(
    data: Any, name: str, score: str, anchor: str | Sequence[str] | None, internal: bool, whole: bool, notes: list[str]
) -> _Form:  # fmt: skip
    sample = data if isinstance(data, Sample) else None
    if isinstance(data, Sample | Scored):
        data = data.frame
    if not isinstance(data, pd.DataFrame):
        if anchor is not None:
            raise LiteracyError(
                "psychometrics.items", where=name, what="plain numbers contain no anchor",
                fix=tell("give a table with columns {} and {}", score, anchor),
            )  # fmt: skip
        try:
            if np.iscomplexobj(data):
                raise TypeError
            numbers = np.asarray(data, np.float64).ravel()
        except (TypeError, ValueError):
            raise LiteracyError(
                "psychometrics.items", where=name, what=tell("{} contains no scores", type(data).__name__),
                fix="give a Scored, a Sample, a DataFrame or numbers",
            ) from None  # fmt: skip
        data = pd.DataFrame({str(score): numbers})
        score = str(score)
    columns = [anchor] if isinstance(anchor, str) else list(anchor or [])
    columns = [
        f"{c}_correct" if c not in data.columns and f"{c}_correct" in data.columns else c for c in columns
    ]
    for column in (score, *columns):
        if column not in data.columns or not pd.api.types.is_numeric_dtype(data[column]):
            raise LiteracyError(
                "psychometrics.items", where=name, what=tell("no column of numbers {!r}", column),
                fix=guess_word(column, data.columns, tell("give columns of the data: score=, anchor=")),
            )  # fmt: skip
    total = data[score].to_numpy(np.float64, na_value=np.nan)
    common = (
        data[columns].to_numpy(np.float64, na_value=np.nan).sum(axis=1) if columns else np.zeros(len(data))
    )
    weight = sample.weight if sample is not None else np.ones(len(data))
    live = weight > 0
    rows = live & np.isfinite(total) & np.isfinite(common)
    if (lost := int(live.sum() - rows.sum())) > 0:
        notes.append(tell("{}: {} respondents without a score are excluded", name, lost))
    if rows.sum() < 3:
        raise LiteracyError(
            "psychometrics.data",
            where=name,
            what=tell("{} respondents with a score", int(rows.sum())),
            fix="give more respondents",
        )
    total, common = total[rows], common[rows]
    if whole and ((total % 1 != 0).any() or (common % 1 != 0).any() or total.min() < 0 or common.min() < 0):
        raise LiteracyError(
            "psychometrics.data", where=f"{name}: {score}", what="some scores are not whole "
                                                                 "numbers of at least 0",
            fix="give numbers of points, or use a linear method",
        )  # fmt: skip
    if internal and columns and (common > total + 1e-9).any():
        raise LiteracyError(
            "psychometrics.option", where=tell("{}: internal", name), what="some anchor scores are above the total",
            fix="give internal=False where the anchor does not count in the total",
        )  # fmt: skip
    pairs, place = np.unique(np.column_stack([total, common]), axis=0, return_inverse=True)
    place = place.ravel()
    share = np.bincount(place, weight[rows]).astype(np.float64)
    share = share / share.sum()
    cells = by.Cells(pairs[:, 0], pairs[:, 1], share, int(rows.sum()))
    return _Form(cells, place.astype(np.int64), weight[rows], sample, rows, share)


def _smooth(form: _Form, name: str, degree: int, common: bool, internal: bool) -> _Form:
    """Return the form with smoothed shares over all possible cells."""
    high, deep = int(form.cells.total.max()), int(form.cells.anchor.max())
    total, anchor = (a.ravel().astype(np.float64) for a in np.mgrid[: high + 1, : deep + 1])
    if common and internal:
        seen = form.cells.total - form.cells.anchor
        able = (anchor <= total) & (total - anchor <= max(float(seen.max()), high - deep))
        total, anchor = total[able], anchor[able]
    key = {pair: i for i, pair in enumerate(zip(total, anchor, strict=True))}
    moved = np.array([key[pair] for pair in zip(form.cells.total, form.cells.anchor, strict=True)])
    share = np.bincount(moved, form.cells.share, minlength=len(total)).astype(np.float64)
    x = (total - high / 2) / max(high / 2, 1)
    columns = [np.polynomial.chebyshev.chebval(x, np.eye(degree + 1)[d]) for d in range(1, degree + 1)]
    if common:
        v = (anchor - deep / 2) / max(deep / 2, 1)
        few = min(degree, deep)
        columns += [np.polynomial.chebyshev.chebval(v, np.eye(few + 1)[d]) for d in range(1, few + 1)]
        columns.append(x * v)
    found = (
        by.smooth_shares(share, np.column_stack(columns), form.cells.n) if len(total) > len(columns) else None
    )
    if found is None:
        raise LiteracyError(
            "psychometrics.option", where=f"smooth={degree}", what=tell("the model could not be "
                                                                        "fitted to the scores of "
                                                                        "{}", name),
            fix="give a lower degree",
        )  # fmt: skip
    cells = by.Cells(total, anchor, found[0], form.cells.n)
    return _Form(cells, moved[form.place], form.weight, form.sample, form.rows, share, found[1])


def _line(
    method: str, x: by.Cells, y: by.Cells, p: Floats, q: Floats, w: float, internal: bool
) -> tuple[float, float]:
    one, other = by.take_moments(x, p), by.take_moments(y, q)
    with np.errstate(divide="ignore", invalid="ignore"):
        try:
            if method == "mean":
                return by.mean_line(one, other)
            if method == "linear":
                return by.linear_line(one, other)
            if method == "chained_linear":
                return by.chained_line(one, other)
            if method == "tucker":
                slopes = by.tucker_slope(one), by.tucker_slope(other)
            else:
                slopes = by.levine_slope(one, internal), by.levine_slope(other, internal)
            if method == "levine_true":
                slope = slopes[1] / slopes[0]
                return slope, other.mean + slopes[1] * (
                    one.anchor_mean - other.anchor_mean
                ) - slope * one.mean
            return by.synthetic_line(one, other, *slopes, w)
        except ZeroDivisionError:
            return np.nan, np.nan


def _choose(
    method: str,
    x: by.Cells,
    y: by.Cells,
    points: Floats,
    w: float,
    internal: bool,
    notes: list[str],
    digits: int | None = None,
) -> Callable[[Floats, Floats], Floats]:
    """Return a function from the shares of the cells in x and y to the equated scores."""
    if method in LINES:

        def straight(p: Floats, q: Floats) -> Floats:
            slope, intercept = _line(method, x, y, p, q, w, internal)
            out: Floats = slope * points + intercept
            return out

        return straight
    high_x, high_y = int(x.total.max()), int(y.total.max())
    deep = int(max(x.anchor.max(), y.anchor.max()))
    if method == "frequency_estimation":
        alone = set(x.anchor) ^ set(y.anchor)
        if alone:
            notes.append(
                tell(
                    "{} anchor scores occur in one group only; their contribution to the other "
                    "form is ignored",
                    len(alone),
                )
            )

        def frequencies(p: Floats, q: Floats) -> Floats:
            return by.equipercentile(
                points, *by.estimate_frequencies(x, y, p, q, w, (high_x, high_y, deep)), digits
            )

        return frequencies

    def shares(p: Floats, q: Floats) -> Floats:
        f, g = by.spread_shares(x.total, p, high_x), by.spread_shares(y.total, q, high_y)
        if method == "equipercentile":
            return by.equipercentile(points, f, g, digits)
        middle = by.equipercentile(points, f, by.spread_shares(x.anchor, p, deep), digits)
        return by.equipercentile(middle, by.spread_shares(y.anchor, q, deep), g, digits)

    return shares


def _slopes(make: Callable[[Floats], Floats], share: Floats) -> Floats:
    """Return the derivatives (s, c) by the shares of the cells."""
    out = []
    for c in range(len(share)):
        up, down = share.copy(), share.copy()
        up[c] += by.SPAN
        down[c] -= by.SPAN
        out.append((make(up) - make(down)) / (2 * by.SPAN))
    return np.array(out).T
