"""Representativity of the response: the R-indicator with its interval, and partial indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy._readable import own_heading
from literacy.errors import LiteracyError
from literacy.kernels.design.intervals import t_quantile
from literacy.kernels.fieldwork.representativity import (
    conditional_part,
    r_indicator,
    response_chances,
    unconditional_parts,
)
from literacy.messages import tell
from literacy.sampling.codes import find_column

Floats = NDArray[np.float64]
GROUPS = 30


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Representativity(Printable):
    """The R-indicator of the response.

    Attributes
    ----------
    estimate, ci_low, ci_high, se : float
        R-indicator (1 = fully representative), corrected for estimated propensities, with a jackknife interval over
        units.
    plain : float
        The indicator without the correction.
    response : float
        Weighted response rate of the cases counted.
    table : DataFrame
        Partial indicators: ``variable, level`` (empty for the variable as a whole), ``unconditional`` (for levels
        signed: negative means under-represented), ``conditional`` (for variables), ``n``.
    variables : tuple of str
    """

    estimate: float
    ci_low: float
    ci_high: float
    se: float
    plain: float
    response: float
    table: pd.DataFrame
    variables: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table of partial indicators."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("R-indicator {:.3f} ({:.3f} to {:.3f})", self.estimate, self.ci_low, self.ci_high)

    def _notes(self) -> list[str]:
        return [
            tell(
                "response propensities by {}; {:.1%} responded (weighted)",
                ", ".join(map(own_heading, self.variables)),
                self.response,
            ),
            tell(
                "{:.3f} without the correction for estimated propensities; interval by a "
                "jackknife over units",
                self.plain,
            ),
        ]


def measure_representativity(
    cases: pd.DataFrame, by: Sequence[str], *, weight: str = "base_weight", unit: str = "unit", level: float = 0.95
) -> Representativity:  # fmt: skip
    """Compute the R-indicator of the cases of a survey.

    Parameters
    ----------
    cases : DataFrame
        One row per case with ``responded`` (0/1) and the variables, which must be known for all sampled cases; rows
        with weight 0 (ineligible cases, substitutes) are ignored.
    by : sequence of str
        Variables of the response model; each enters by its levels.
    weight, unit : str
        Columns of base weights and of sampling units.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Representativity

    Raises
    ------
    LiteracyError
        ``estimate.variable`` for a variable that is missing for some cases; ``estimate.df`` with fewer than two units.

    Examples
    --------
    >>> cases = pd.DataFrame(
    ...     {"unit": range(40), "base_weight": 2.0, "age": list("yo") * 20, "responded": [1, 0, 1, 1] * 10}
    ... )
    >>> found = lit.measure_representativity(cases, ["age"])
    >>> found.to_frame().columns[:2].tolist()
    ['variable', 'level']
    """
    names = tuple(dict.fromkeys(by))
    if not names:
        raise LiteracyError(
            "estimate.option", where="by", what="no variables", fix="give columns known for every case"
        )
    w = find_column(cases, weight, "weight").to_numpy(np.float64)
    rows = cases[w > 0].reset_index(drop=True)
    w = w[w > 0]
    responded = find_column(rows, "responded", "responded").to_numpy(np.float64)
    codes: list[tuple[NDArray[np.int64], list[str]]] = []
    for name in names:
        column = find_column(rows, name, "by")
        if column.isna().any():
            raise LiteracyError(
                "estimate.variable",
                where=f"by={name!r}",
                what=tell("missing in {} of {} cases", int(column.isna().sum()), len(rows)),
                fix="use variables known for every case drawn, respondents and nonrespondents alike",
            )
        at, labels = pd.factorize(column.astype(str), sort=True)
        codes.append((at.astype(np.int64), [str(x) for x in labels]))
    columns = [np.ones(len(rows))]
    for at, names_of in codes:
        columns += [(at == k).astype(np.float64) for k in range(1, len(names_of))]
    x = np.column_stack(columns)
    if len(rows) < 2 or responded.sum() in (0, len(rows)):
        full = 1.0 if len(rows) else float("nan")
        empty = pd.DataFrame(columns=["variable", "level", "unconditional", "conditional", "n"])
        return Representativity(
            full, float("nan"), float("nan"), float("nan"), full, float(responded.mean()), empty, names
        )
    chance, spread = response_chances(x, w, responded)
    plain, found = r_indicator(chance, spread, w)
    se = _jackknife(x, w, responded, pd.factorize(find_column(rows, unit, "unit").astype(str))[0])
    half = float(t_quantile(np.inf, level)) * se
    return Representativity(
        found, max(found - half, 0.0), min(found + half, 1.0), se, plain, float(w @ responded / w.sum()),
        _parts(chance, w, names, codes), names,
    )  # fmt: skip


def _jackknife(x: Floats, w: Floats, responded: Floats, unit: NDArray[np.intp]) -> float:
    """Return the jackknife standard error, deleting units in at most :data:`GROUPS` groups."""
    count = int(unit.max()) + 1
    groups = min(count, GROUPS)
    if groups < 2:
        raise LiteracyError(
            "estimate.df", where="R-indicator", what="a single unit", fix="wait for a second one"
        )
    group = unit % groups
    found = []
    for g in range(groups):
        keep = group != g
        if responded[keep].sum() in (0, keep.sum()):
            continue
        chance, spread = response_chances(x[keep], w[keep], responded[keep])
        found.append(r_indicator(chance, spread, w[keep])[1])
    values = np.array(found)
    return (
        float(np.sqrt((len(values) - 1) / len(values) * ((values - values.mean()) ** 2).sum()))
        if len(values) > 1
        else float("nan")
    )


def _parts(
    chance: Floats, w: Floats, names: tuple[str, ...], codes: list[tuple[NDArray[np.int64], list[str]]]
) -> pd.DataFrame:
    out = []
    for i, (name, (at, labels)) in enumerate(zip(names, codes, strict=True)):
        whole, parts = unconditional_parts(chance, w, at, len(labels))
        others = np.zeros(len(w), np.int64)
        for j, (other, kinds) in enumerate(codes):
            if j != i:
                others = others * len(kinds) + other
        kinds_seen, others = np.unique(others, return_inverse=True)
        out.append(
            (name, "", whole, conditional_part(chance, w, others.reshape(-1), len(kinds_seen)), len(w))
        )
        out += [
            (name, labels[k], float(parts[k]), float("nan"), int((at == k).sum())) for k in range(len(labels))
        ]
    return pd.DataFrame(out, columns=["variable", "level", "unconditional", "conditional", "n"])
