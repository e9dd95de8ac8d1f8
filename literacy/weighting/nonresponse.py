"""Nonresponse adjustment: weights of nonrespondents transferred to similar respondents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._latetable import LateTable
from literacy.errors import LiteracyError
from literacy.kernels.weighting.calibration import independent_columns
from literacy.kernels.weighting.cells import sum_rows
from literacy.kernels.weighting.nonresponse import fit_propensity, propensity_classes
from literacy.messages import tell
from literacy.sampling import Replicates, Sample
from literacy.sampling.codes import find_column
from literacy.sampling.foreign_tables import align_rows
from literacy.weighting.adjustments import PropensityAdjustment, ResponseAdjustment
from literacy.weighting.cells import cross_columns
from literacy.weighting.coded_columns import GONE, number_column, plain, refuse_missing
from literacy.weighting.diagnostics import finish_step
from literacy.weighting.margin_inputs import write_level
from literacy.weighting.problem import check_weights
from literacy.weighting.reweighted_replicates import add_cell_layer, cell_weights

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MANY = 3.0  # adjustment factors above this are noted
FEW = 20  # and so are cells with fewer respondents


def adjust_nonresponse(
    sample: Sample,
    respondent: str | pd.Series[Any] | NDArray[Any],
    *,
    by: str | Sequence[str] | None = None,
    propensity: str | Sequence[str] | None = None,
    classes: int | None = 5,
) -> Sample:
    """Adjust weights for nonresponse, by cells or by estimated response propensities.

    Parameters
    ----------
    sample : Sample
        All sampled persons, respondents and nonrespondents.
    respondent : str or boolean array
        1/True for respondents: a column, or one value per row (a Series is aligned by its index).
    by : str or list of str, optional
        Adjustment cells: within each combination of these columns, which must be known for everyone sampled, weights of
        respondents are multiplied by the ratio of all summed weights to those of respondents. Without ``by`` and
        ``propensity`` there is a single cell.
    propensity : str or list of str, optional
        Predictors of a weighted logistic regression of response; numbers enter linearly, other columns by levels.
    classes : int or None
        Number of classes of equal size formed from the estimated propensities and used as cells. None divides each
        weight by the estimated propensity instead.

    Returns
    -------
    Sample
        Nonrespondents get weight 0 and remain in the design. Standard errors account for the estimation of the response
        rates (linearised as in Särndal, Swensson & Wretman 1992, 15.6; for propensities Kim & Kim 2007); propensity
        classes are treated as fixed. With replicates the adjustment is repeated in each.

    Raises
    ------
    LiteracyError
        ``weighting.level``: a cell without respondents; ``weighting.convergence``: propensities tend to 0 or 1;
        ``weighting.value``: missing values.

    Examples
    --------
    >>> table = pd.DataFrame({"sex": list("mmmfff"), "answered": [1, 1, 0, 1, 0, 0], "w": 10.0})
    >>> lit.adjust_nonresponse(lit.Sample(table, lit.Design("w")), "answered", by="sex").weight
    array([15., 15.,  0., 30.,  0.,  0.])
    """
    if by is not None and propensity is not None:
        raise LiteracyError(
            "weighting.value", where="by, propensity", what="both are given", fix="choose cells or a model"
        )
    if classes is not None and classes < 1:
        raise LiteracyError(
            "weighting.value", where="classes", what=tell("{!r} is below 1", classes), fix="use 5, or None"
        )
    check_weights(sample)
    live = sample.weight > 0
    responded = _read_respondent(sample, respondent, live)
    if propensity is None:
        frame = _Crossing.build(sample, _as_list(by), live)
        labels = frame.labels or ("all",)
        names = _as_list(by)
        cell_name = ", ".join(names)
        crossed = {cell_name: tuple(names)} if names else {}
        return _adjust_cells(sample, responded, frame.cell, labels, "nonresponse", cell_name, (), crossed)
    names = _as_list(propensity)
    crossing = _Crossing.build(sample, names, live)
    design = crossing.design()
    weight = sum_rows(crossing.cell, sample.weight, len(design))
    answered = sum_rows(crossing.cell, sample.weight * responded, len(design))
    design = design[:, independent_columns(design, weight)]
    fit = fit_propensity(design, weight, answered)
    if not fit.converged:
        raise LiteracyError(
            "weighting.convergence",
            where=f"propensity={names}",
            what="the response propensities tend to 0 or 1: some level has only respondents or "
            "only nonrespondents",
            fix="combine that level with another, or use cells: by=",
        )
    note = (
        tell(
            "response propensities: {:.3f} to {:.3f} (logistic regression on {})",
            fit.propensity.min(),
            fit.propensity.max(),
            ", ".join(names),
        ),
    )
    if classes is not None:
        rows = np.bincount(crossing.cell[live], minlength=len(design))
        label = propensity_classes(fit.propensity, rows, classes)
        made = int(label.max()) + 1
        cell = label.astype(np.int32)[crossing.cell]
        titles = tuple(
            tell(
                "class {}: {:.3f}-{:.3f}",
                i + 1,
                fit.propensity[label == i].min(),
                fit.propensity[label == i].max(),
            )
            for i in range(made)
        )
        description = tell("{} classes of the propensity from {}", made, ", ".join(names))
        return _adjust_cells(sample, responded, cell, titles, "nonresponse (classes)", description, note)
    return _adjust_chances(sample, responded, crossing, design, fit.propensity, fit.iterations, names, note)


def _adjust_cells(
    sample: Sample,
    responded: Bools,
    cell: NDArray[np.int32],
    labels: tuple[str, ...],
    method: str,
    description: str,
    notes: tuple[str, ...],
    columns: Mapping[str, tuple[str, ...]] | None = None,
) -> Sample:
    cells = len(labels)
    everyone = sum_rows(cell, sample.weight, cells)
    answered = sum_rows(cell, sample.weight * responded, cells)
    silent = np.flatnonzero((everyone > 0) & (answered <= 0))
    if len(silent):
        names = ", ".join(repr(labels[i]) for i in silent[:5]) + (" …" if len(silent) > 5 else "")
        raise LiteracyError(
            "weighting.level",
            where=description or "respondent",
            what=tell("nobody responded in {}", names),
            fix="combine that cell with a similar one, or use fewer columns",
        )
    factor = np.divide(everyone, answered, out=np.zeros(cells), where=answered > 0)
    weight = sample.weight * factor[cell] * responded
    persons = np.bincount(cell[responded & (sample.weight > 0)], minlength=cells)
    big = int((factor > MANY).sum())
    if big:
        notes += (
            tell(
                "{} of {} cells have adjustments above {:g} (largest {:.2f})", big, cells, MANY, factor.max()
            ),
        )
    small = int(((persons < FEW) & (everyone > 0)).sum())
    if small:
        notes += (tell("{} of {} cells have fewer than {} respondents", small, cells, FEW),)
    margins = pd.DataFrame(
        {
            "margin": description or "all", "level": list(labels), "population": everyone, "before": answered,
            "after": sum_rows(cell, weight, cells),
        }
    )  # fmt: skip
    margins["error"] = np.abs(margins["after"] - everyone) / np.where(everyone > 0, everyone, 1.0)
    held = factor[everyone > 0]
    return finish_step(
        sample,
        weight,
        method=method,
        margins=LateTable.of(margins[everyone > 0].reset_index(drop=True)),
        columns=columns,
        ratios=(float(held.min()), float(held.max())),
        adjustment=ResponseAdjustment(method, sample.weight, weight, cell, cells),
        replicates=_replicate_cells(sample.replicates, cell, cells, responded),
        notes=notes,
        sentence=_sentence(sample, responded, tell("by {}", description) if description else tell("overall")),
    )


def _adjust_chances(
    sample: Sample,
    responded: Bools,
    crossing: _Crossing,
    design: Floats,
    chance: Floats,
    iterations: int,
    names: list[str],
    notes: tuple[str, ...],
) -> Sample:
    weight = np.where(responded, sample.weight / chance[crossing.cell], 0.0)
    ratio = 1.0 / chance
    if ratio.max() > MANY:
        notes += (
            tell(
                "weights are divided by propensities as small as {:.3f}: classes=5 would be more stable",
                chance.min(),
            ),
        )
    return finish_step(
        sample,
        weight,
        method="nonresponse (propensity)",
        iterations=iterations,
        adjustment=PropensityAdjustment(
            "nonresponse (propensity)", sample.weight, responded, crossing.cell, chance, design
        ),
        replicates=_replicate_chances(sample.replicates, crossing.cell, design, responded),
        notes=notes,
        sentence=_sentence(sample, responded, tell("by the propensity from {}", ", ".join(names))),
    )


def _sentence(sample: Sample, responded: Bools, how: str) -> str:
    live = sample.weight > 0
    rate = float(sample.weight @ responded) / float(sample.weight.sum())
    count = int((responded & live).sum())
    return tell(
        "nonresponse adjusted {}: {} of {} responded (weighted {:.1%})", how, count, int(live.sum()), rate
    )


def _replicate_cells(
    replicates: Replicates | None, cell: NDArray[np.int32], cells: int, responded: Bools
) -> Replicates | None:
    if replicates is None:
        return None
    split = (cell * 2 + responded).astype(np.int32)
    sums = cell_weights(replicates, split, 2 * cells)
    silent, answered = sums[0::2], sums[1::2]
    if ((answered <= 0) & (silent > 0)).any():
        _refuse_replicates(np.asarray(((answered <= 0) & (silent > 0)).any(axis=0)))
    factors = np.zeros_like(sums)
    factors[1::2] = np.divide(silent + answered, answered, out=np.zeros_like(answered), where=answered > 0)
    return add_cell_layer(replicates, split, factors)


def _replicate_chances(
    replicates: Replicates | None, cell: NDArray[np.int32], design: Floats, responded: Bools
) -> Replicates | None:
    if replicates is None:
        return None
    split = (cell * 2 + responded).astype(np.int32)
    sums = cell_weights(replicates, split, 2 * len(design))
    factors = np.zeros_like(sums)
    failed = np.zeros(sums.shape[1], dtype=bool)
    for r in range(sums.shape[1]):
        fit = fit_propensity(design, sums[0::2, r] + sums[1::2, r], sums[1::2, r])
        failed[r] = not fit.converged
        factors[1::2, r] = 1.0 / fit.propensity
    if failed.any():
        _refuse_replicates(failed)
    return add_cell_layer(replicates, split, factors)


def _refuse_replicates(failed: Bools) -> None:
    raise LiteracyError(
        "weighting.level",
        where="replicates",
        what=tell("in {} of {} replicates some cell has no respondents", int(failed.sum()), len(failed)),
        fix="combine small cells",
    )


def _read_respondent(sample: Sample, respondent: Any, live: Bools) -> Bools:
    if isinstance(respondent, str):
        column, name = find_column(sample.frame, respondent, "respondent"), respondent
    else:
        name = "respondent"
        column = (
            align_rows(respondent, sample.frame.index, name, "weighting.value").reset_index(drop=True)
            if isinstance(respondent, pd.Series)
            else pd.Series(np.asarray(respondent))
        )
    if len(column) != len(live):
        raise LiteracyError(
            "weighting.value",
            where=name,
            what=tell("{} values for {} rows", len(column), len(live)),
            fix="give one value per row",
        )
    refuse_missing(column.isna().to_numpy() & live, name)
    values = {plain(v) for v in column[live].unique()}
    if not values <= {0, 1}:
        raise LiteracyError(
            "weighting.value",
            where=name,
            what=tell(
                "contains values other than 0 and 1 (for example {!r})", sorted(map(str, values - {0, 1}))[0]
            ),
            fix="give True/1 for respondents and False/0 for the others",
        )
    responded = np.zeros(len(live), dtype=bool)
    responded[live] = column[live].astype(float).to_numpy() == 1
    if not responded.any():
        raise LiteracyError(
            "weighting.level", where=name, what="nobody responded", fix="check how response is coded"
        )
    return responded


def _as_list(names: str | Sequence[str] | None) -> list[str]:
    return [] if names is None else [names] if isinstance(names, str) else list(names)


@dataclass(frozen=True, slots=True, eq=False)
class _Crossing:
    """Cross-classification of respondents and nonrespondents by some columns.

    Attributes
    ----------
    cell : (n,) cell of each row
    levels : one (C,) array per column, the index of its value
    values : distinct values of each column
    numeric : whether each column enters a model as a number
    """

    cell: NDArray[np.int32]
    levels: tuple[NDArray[np.intp], ...]
    values: tuple[list[Any], ...]
    numeric: tuple[bool, ...]

    @classmethod
    def build(cls, sample: Sample, names: list[str], live: Bools) -> _Crossing:
        """Cross-classify by the named columns; values missing among rows with weight are an error."""
        columns = [number_column(find_column(sample.frame, name, "column")) for name in names]
        for name, column in zip(names, columns, strict=True):
            if column.values[:1] == [GONE]:
                refuse_missing((column.codes == column.low) & live, name)
        crossed = cross_columns(columns, sample.weight)
        levels, values, numeric = [], [], []
        for name, column, found in zip(names, columns, crossed.positions, strict=True):
            held, place = np.unique(found, return_inverse=True)
            levels.append(place)
            values.append([column.values[i] for i in held])
            kind = sample.frame[name].dtype
            numeric.append(pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind))
        return cls(crossed.cell, tuple(levels), tuple(values), tuple(numeric))

    @property
    def labels(self) -> tuple[str, ...]:
        """Label of each cell."""
        return tuple(
            write_level(tuple(plain(v[i]) for v, i in zip(self.values, row, strict=True)))
            for row in zip(*self.levels, strict=True)
        )

    def design(self) -> Floats:
        """Model matrix (C, k): a constant, numbers as they are, indicators of the levels of other columns."""
        count = len(self.levels[0])
        parts = [np.ones((count, 1))]
        for levels, values, numeric in zip(self.levels, self.values, self.numeric, strict=True):
            if numeric:
                parts.append(np.array(values, dtype=np.float64)[levels][:, None])
            else:
                parts.append(np.eye(len(values))[levels])
        return np.hstack(parts)
