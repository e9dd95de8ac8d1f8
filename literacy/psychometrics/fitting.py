"""Fit of a model: items, pairs of items, overall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.kernels.psychometrics.itemfit import (
    Residuals,
    curve_parts,
    limited_information,
    mean_squares,
    moments,
    release_parameters,
    residual_correlations,
    residuals,
    root_mean_square,
    sum_score_fit,
)
from literacy.kernels.psychometrics.layout import Layout, lay_out
from literacy.kernels.psychometrics.marginal import posteriors
from literacy.kernels.psychometrics.patterns import NOT_ASKED, make_patterns
from literacy.kernels.psychometrics.responding import log_derivative
from literacy.messages import tell
from literacy.psychometrics.arguments import require_fit
from literacy.psychometrics.bank import TIES
from literacy.psychometrics.fitted import IrtFit
from literacy.psychometrics.positions import person_scores

Floats = NDArray[np.float64]

DEPENDENT = 0.2
"""Excess of Q3 over its mean above which a pair of items is named."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ItemFit(Printable):
    """Item fit statistics.

    Attributes
    ----------
    table : DataFrame
        One row per item: item, s_x2, df, p_value, outfit, z_outfit, infit, z_infit, rmsd (uncorrected),
        rmsd_corrected, ci_low, ci_high.
    notes : tuple of str
    """

    table: pd.DataFrame
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Fit of {} items", len(self.table))

    def _notes(self) -> list[str]:
        return list(self.notes)


def item_fit(fit: IrtFit) -> ItemFit:
    """Compute the fit of every item: S-X2, outfit and infit at posterior means, RMSD corrected for chance.

    Parameters
    ----------
    fit : IrtFit

    Returns
    -------
    ItemFit
        S-X2 is computed from the respondents who were asked all items. It is omitted, with a note, under weights or
        for several groups. The interval of the RMSD accounts for weights, strata and sampling units.

    References
    ----------
    Orlando, Thissen (2000); Kang, Chen (2008); Koehler, Robitzsch, Hartig (2020).

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> skill = rng.normal(size=(500, 1))
    >>> right = rng.random((500, 5)) < 1 / (1 + np.exp(-(skill - [-1, 0, 0.5, 1, 0])))
    >>> from literacy import fit_irt
    >>> list(item_fit(fit_irt(pd.DataFrame(right.astype(int)))).table["item"])
    ['0', '1', '2', '3', '4']
    """
    require_fit(fit, IrtFit)
    table = pd.DataFrame({"item": fit.bank.items})
    notes = []
    if fit.weighted or fit.bank.layout.groups > 1:
        notes.append(tell("S-X2 is omitted: it is not defined under weights or for several groups"))
        for name in ("s_x2", "df", "p_value"):
            table[name] = np.nan
    else:
        rows = fit.answers.codes[fit.answers.live]
        full = (rows != NOT_ASKED).all(axis=1)
        if not full.all():
            notes.append(tell("S-X2 is based on the {} respondents asked all items", int(full.sum())))
        table[["s_x2", "df", "p_value"]] = _sum_scores(fit, rows[full])
    outfit, z_out, infit, z_in = mean_squares(_residuals(fit), fit.answers.weight[fit.answers.live])
    table["outfit"], table["z_outfit"], table["infit"], table["z_infit"] = outfit, z_out, infit, z_in
    table[["rmsd", "rmsd_corrected", "ci_low", "ci_high"]] = np.array(
        [curve_departure(fit, j) for j in range(len(table))]
    )
    notes.append(tell("rmsd_corrected: corrected for the value expected by chance; ci: its 95 % interval"))
    return ItemFit(table, tuple(notes))


def _sum_scores(fit: IrtFit, codes: NDArray[np.uint8]) -> Floats:
    layout, out = fit.bank.layout, []
    for j in range(len(fit.bank.items)):
        if not len(codes):
            out.append((np.nan, np.nan, np.nan))
            continue
        count = int(layout.starts[j + 1] - layout.starts[j])
        out.append(sum_score_fit(layout, fit.bank.whole, fit.grid, codes, np.ones(len(codes)), j, count))
    return np.array(out)


def _residuals(fit: IrtFit) -> Residuals:
    live = fit.answers.live
    theta = person_scores(fit, "eap").theta[live]
    return residuals(fit.bank.layout, fit.bank.whole, fit.answers.codes[live], theta)


def curve_departure(fit: IrtFit, item: int, group: int | None = None) -> tuple[float, float, float, float]:
    """Return the RMSD of an item's curve (in one group): uncorrected, corrected, interval. See :func:`item_fit`."""
    answers, layout = fit.answers, fit.bank.layout
    rows = answers.live & (answers.codes[:, item] != NOT_ASKED)
    if group is not None:
        rows &= answers.group == group
    at = np.flatnonzero(rows)
    at = at[np.argsort(answers.group[at], kind="stable")]
    if len(at) < 2:
        return (np.nan,) * 4
    data = make_patterns(answers.codes[at], answers.group[at], np.ones(len(at)), layout)
    theta = np.linspace(-6, 6, len(fit.grid.points))
    chance = np.empty((len(at), len(theta)))
    for block in posteriors(layout, fit.bank.whole, data, fit.grid):
        chance[block.part] = block.chance
    weight = answers.weight[at]
    batch, place = next(
        (b, int(np.flatnonzero(b.items == item)[0])) for b in layout.batches if item in b.items
    )
    # each group has its own points: curves are compared at equal distances from the group mean
    curves = {g: layout.nodes(fit.bank.whole, fit.grid.points, g) for g in np.unique(answers.group[at])}
    k = batch.rows.shape[1]
    parts = np.zeros((len(at), k * len(theta)))
    scores = np.empty((len(at), batch.places.shape[1]))
    persons = np.maximum(weight @ chance, 1e-300)
    for g, nodes in curves.items():
        mine = answers.group[at] == g
        curve = np.exp(layout.log_table(fit.bank.whole, nodes))[batch.rows[place]]
        slope = log_derivative(batch.kind, fit.bank.whole[batch.places[place : place + 1]], nodes)[0]
        own = curve_parts(chance[mine], answers.codes[at[mine], item], curve, weight[mine])
        scale = np.tile(np.maximum(weight[mine] @ chance[mine], 1e-300) / persons, k)
        parts[mine] = own * scale
        for c in range(k):
            hit = answers.codes[at[mine], item] == c
            scores[np.flatnonzero(mine)[hit]] = chance[mine][hit] @ slope[c]
    departure = weight @ parts
    if group is None:
        parts = release_parameters(parts, scores, weight)
    mass = persons / persons.sum()
    use = mass > 1e-4
    picked = np.tile(use, k)
    parts, departure = parts[:, picked], departure[picked]
    if answers.designed:
        spread = np.zeros((len(answers.weight), parts.shape[1]))
        spread[at] = parts
        cover = answers.sample.covariance(spread)
    else:
        cover = (parts * weight[:, None]).T @ (parts * weight[:, None])
    return root_mean_square(departure, cover, np.tile(mass[use] / mass[use].sum(), k))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LocalDependence(Printable):
    """Q3 of every pair of items: ``items``, ``matrix`` (j, j), and ``mean``, the mean off the diagonal."""

    items: tuple[str, ...]
    matrix: Floats
    mean: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row per pair of items, the most dependent first: item, other, q3, above_mean."""
        i, j = np.triu_indices(len(self.items), 1)
        value = self.matrix[i, j]
        frame = pd.DataFrame(
            {
                "item": [self.items[a] for a in i],
                "other": [self.items[b] for b in j],
                "q3": value,
                "above_mean": value - self.mean,
            }
        )
        return frame.sort_values("q3", ascending=False, kind="stable", ignore_index=True)

    def _title(self) -> str:
        return tell("Q3 of {} items", len(self.items))

    def _notes(self) -> list[str]:
        frame = self.to_frame()
        found = frame[frame["above_mean"] > DEPENDENT]
        named = ", ".join(tell("{} and {}", r.item, r.other) for r in found.itertuples()) or tell("none")
        return [tell("mean {:.4f}; pairs more than {:g} above it: {}", self.mean, DEPENDENT, named)]


def local_dependence(fit: IrtFit) -> LocalDependence:
    """Compute Yen's Q3: correlations of the residuals of item pairs at posterior means, weighted as the fit is.

    Parameters
    ----------
    fit : IrtFit

    Returns
    -------
    LocalDependence

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> right = rng.random((300, 4)) < 1 / (1 + np.exp(-rng.normal(size=(300, 1))))
    >>> from literacy import fit_irt
    >>> local_dependence(fit_irt(pd.DataFrame(right.astype(int)), model="rasch")).matrix.shape
    (4, 4)
    """
    require_fit(fit, IrtFit)
    matrix = residual_correlations(_residuals(fit), fit.answers.weight[fit.answers.live])
    off = matrix[np.triu_indices(len(matrix), 1)]
    return LocalDependence(fit.bank.items, matrix, float(np.nanmean(off)))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ModelFit(Printable):
    """Overall fit by M2: statistic, df, p_value, rmsea with its 90 % interval, srmsr."""

    m2: float
    df: float
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmsr: float

    def to_frame(self) -> pd.DataFrame:
        """Return the statistics in one row."""
        return pd.DataFrame([{n: getattr(self, n) for n in self.__slots__}])

    def _title(self) -> str:
        return "Fit of the whole (M2)"


def model_fit(fit: IrtFit) -> ModelFit:
    """Test overall fit by M2: observed item means and products of pairs against those the model implies.

    Parameters
    ----------
    fit : IrtFit
        Fit of one group, without weights or a design, every item asked of every respondent.

    Returns
    -------
    ModelFit

    Raises
    ------
    LiteracyError
        ``psychometrics.option`` under weights or a design, for several groups, for items not asked of everyone, or
        with too few degrees of freedom.

    References
    ----------
    Maydeu-Olivares, Joe (2006), Psychometrika 71, 713-732.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> right = rng.random((300, 4)) < 1 / (1 + np.exp(-rng.normal(size=(300, 1))))
    >>> fit = lit.fit_irt(pd.DataFrame(right.astype(int), columns=list("abcd")), model="rasch")
    >>> lit.model_fit(fit).to_frame().columns[:2].tolist()
    ['m2', 'df']
    """
    require_fit(fit, IrtFit)
    codes = fit.answers.codes[fit.answers.live]
    why = ""
    if fit.weighted or fit.answers.sample.design.psu or fit.answers.sample.design.strata:
        why = tell("M2 has no known distribution under survey weights or a complex design")
    elif fit.bank.layout.groups > 1:
        why = tell("M2 is available for one group only")
    elif (codes == NOT_ASKED).any():
        why = tell("M2 requires all respondents to be asked all items")
    elif not fit.converged:
        why = tell("the model has not converged: there is no maximum to test")
    size = len(fit.bank.items)
    layout = fit.bank.layout if why else _free(fit)
    if not why and size * (size + 1) // 2 <= layout.free:
        why = tell("{} moments cannot test {} parameters", size * (size + 1) // 2, layout.free)
    if why:
        raise LiteracyError(
            "psychometrics.option", where="model_fit", what=why, fix="use item_fit (its RMSD) instead"
        )
    start = _values(layout, fit.bank.whole)
    columns = [_slope(layout, start, i, fit) for i in range(layout.free)]
    found = limited_information(layout, fit.bank.whole, fit.grid, codes, np.column_stack(columns))
    return ModelFit(
        found.statistic, found.df, found.p_value, found.rmsea, found.rmsea_low, found.rmsea_high, found.srmsr
    )


def _slope(layout: Layout, start: Floats, place: int, fit: IrtFit) -> Floats:
    """Return the derivative of the moments by one parameter (five-point rule: items of many categories need it)."""
    step = 1e-3 * max(1.0, abs(float(start[place])))
    ends = []
    for k in (-2, -1, 1, 2):
        moved = start.copy()
        moved[place] += k * step
        ends.append(moments(layout, layout.whole(moved), fit.grid))
    out: Floats = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)
    return out


def _free(fit: IrtFit) -> Layout:
    """Return the layout on the reported scale: for Rasch items, a free variance replaces the common slope."""
    old, models = fit.bank.layout, fit.bank.models
    rasch = [j for j, m in enumerate(models) if TIES.get(m) == "rasch"]
    made = lay_out(
        list(old.kinds), [int(k) for k in old.categories], [TIES.get(m, "") for m in models], 1,
        free_first=bool(rasch), floor_prior=old.floor_prior,
    )  # fmt: skip
    fixed = [int(old.starts[j]) for j in rasch] + ([made.group_place(0)] if rasch else [])
    return made.with_fixed(np.array(fixed, np.int64), fit.bank.whole) if fixed else made


def _values(layout: Layout, whole: Floats) -> Floats:
    out = np.zeros(layout.free)
    live = layout.slot >= 0
    out[layout.slot[live]] = whole[live]
    return out
