"""Replicate weights generated from the design, or read from the data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.kernels.design.replication import (
    Factors,
    balanced,
    jackknife,
    resample_population,
    resample_with_replacement,
)
from literacy.kernels.design.variance import Stage
from literacy.messages import tell
from literacy.sampling.codes import Codes, find_column
from literacy.sampling.design import Design
from literacy.sampling.replication import Replicates
from literacy.sampling.sample import Sample
from literacy.sampling.unit_labels import plain_label

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MADE = ("jackknife", "jk1", "jkn", "brr", "fay", "bootstrap", "rao_wu")
READ = ("jk1", "jkn", "jk2", "brr", "fay", "bootstrap", "sdr", "other")
R_NAMES = {"auto": "jackknife", "subbootstrap": "rao_wu", "acs": "sdr", "successive-difference": "sdr"}
"""R's names of methods where they differ by more than case (JK1, JKn, BRR, Fay)."""
SCALED = ("jk1", "jkn", "bootstrap", "other")  # methods with a user-defined scale
SQUARES = ("jk1", "jkn", "bootstrap", "other", "brr", "fay")  # methods with user-defined rscales
RANK = 1e-5


def read_method(method: str, known: tuple[str, ...]) -> str:
    """Return the method for one of our names or R's (JK1, JKn, BRR, Fay, ACS, successive-difference …)."""
    plain = str(method).casefold()
    plain = R_NAMES.get(plain, plain)
    if plain not in known:
        option("method", method, known)
    return plain


def make_replicates(
    sample: Sample, method: str = "jackknife", *, replicates: int = 500, rho: float = 0.5, seed: int | None = None,
    hadamard: NDArray[np.integer] | None = None, mse: bool = False,
) -> Sample:  # fmt: skip
    """Generate replicate weights from the first stage of the design.

    Parameters
    ----------
    sample : Sample
        The sample before any weighting; subsequent weighting steps are repeated in every replicate.
    method : str
        "jackknife" (JK1 without strata, JKn with strata), "jk1", "jkn", "brr", "fay", "bootstrap" (Canty and Davison;
        R's ``bootstrap``) or "rao_wu" (rescaled; R's ``subbootstrap``). R's names are accepted as well.
    replicates : int
        Number of bootstrap replicates.
    rho : float
        Fay's factor.
    seed : int
        Seed of a bootstrap; required.
    hadamard : array, optional
        Hadamard matrix that defines the half samples (brr, fay).
    mse : bool
        Take squares about the full-sample estimate rather than about the mean of the replicates.

    Returns
    -------
    Sample
        With ``replicates``, from which the variance of every statistic is then computed.

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1, 2, 3, 4], "village": list("aabb"), "w": 5.0})
    >>> made = lit.make_replicates(lit.Sample(table, lit.Design(weight="w", psu="village")), "jackknife")
    >>> lit.mean(made, "y").se
    array([1.])
    """
    if sample.adjustments:
        raise LiteracyError(
            "estimate.option",
            where="make_replicates",
            what="the weights were already adjusted",
            fix="create the replicates first, then rake or calibrate: every replicate is reweighted as well",
        )
    stage = sample.codes.stages[0]
    first = np.full(stage.units, len(sample))
    np.minimum.at(first, stage.unit, np.arange(len(sample)))
    method, made, sentence = draw_factors(
        sample.design, sample.codes, name_first_units(sample.codes), method, replicates, rho, seed, hadamard, first
    )  # fmt: skip
    result = Replicates(
        made.factors, stage.unit, sample.weight, made.scale, made.rscales, mse, sample.df(), method
    )
    return sample.evolve(replicates=result, history=(*sample.history, sentence))


def draw_factors(
    design: Design, codes: Codes, labels: Sequence[tuple[str, str]], method: str, replicates: int = 500,
    rho: float = 0.5, seed: int | None = None, hadamard: NDArray[np.integer] | None = None, first: Ints | None = None,
) -> tuple[str, Factors, str]:  # fmt: skip
    """Generate replicate factors of the first-stage sampling units.

    Parameters
    ----------
    design, codes : the design, compiled from rows or from labelled units
    labels : (m,) stratum and label of each unit; empty if rows are their own units
    method, replicates, rho, seed, hadamard : as in :func:`make_replicates`
    first : (m,) first row of each unit, which determines the order in half samples; default is the order of the units

    Returns
    -------
    str, Factors, str
        The method ("jackknife" resolved), the factors, and a description of them.
    """
    method = read_method(method, MADE)
    stage = codes.stages[0]
    strata = len(stage.size)
    if method == "jackknife":
        method = "jk1" if strata == 1 else "jkn"
    if method == "jk1" and strata > 1:
        raise LiteracyError(
            "estimate.option",
            where="method='jk1'",
            what=tell("the design has {} strata", strata),
            fix="use 'jkn'",
        )
    if design.pps not in ("", "brewer"):
        raise LiteracyError(
            "estimate.option",
            where=f"method={method!r}",
            what=tell("no replicates for pps={!r}", design.pps),
            fix="use the linearised variance",
        )
    left = np.zeros(strata)
    np.maximum.at(left, stage.stratum, stage.unsampled)
    if bool(stage.lonely.any()) and design.lonely_psu == "fail":
        _refuse_lonely(design, codes)
    notes: list[str] = []
    if method in ("jk1", "jkn"):
        made = jackknife(stage.stratum, left, design.lonely_psu, one_scale=method == "jk1")
    elif method in ("brr", "fay"):
        if bool((left < 1).any()):
            notes.append(tell("a finite population correction does not apply to half samples and is ignored"))
        order = np.arange(stage.units) if first is None else np.argsort(first, kind="stable")
        made = _balance(codes, order, rho if method == "fay" else 0.0, hadamard)
    elif seed is None or replicates < 2:
        raise LiteracyError(
            "estimate.option",
            where="seed" if seed is None else f"replicates={replicates}",
            what="a bootstrap must be reproducible" if seed is None else "too few",
            fix="give seed=, any whole number" if seed is None else "500 is customary",
        )
    else:
        rng = np.random.default_rng(seed)
        made = _draw_bootstrap(stage, left, labels, method, replicates, rng, notes)
    if not made.factors.shape[1]:
        raise LiteracyError(
            "estimate.df",
            where=f"method={method!r}",
            what="no stratum can form a replicate",
            fix="check the design",
        )
    if len(codes.stages) > 1:
        notes.append(tell("the variance of later stages is reflected by the first-stage units only"))
    sentence = "; ".join([tell("{} replicates by {}", made.factors.shape[1], method), *notes])
    return method, made, sentence


def name_first_units(codes: Codes) -> tuple[tuple[str, str], ...]:
    """Return stratum and label of each first-stage sampling unit; empty if rows are their own units."""
    own = codes.units[0]
    if own.units is None:
        return ()
    strata = [plain_label(v) for v in own.strata]
    units = [plain_label(v) for v in np.asarray(own.units).tolist()]
    return tuple((strata[h], u) for h, u in zip(codes.stages[0].stratum.tolist(), units, strict=True))


def _draw_bootstrap(
    stage: Stage, left: Floats, labels: Sequence[tuple[str, str]], method: str, replicates: int,
    rng: np.random.Generator, notes: list[str],
) -> Factors:  # fmt: skip
    """Generate bootstrap factors, drawing units in the order of their labels, so that row order does not matter.

    Parameters
    ----------
    stage : the first stage
    left : (H,) fraction of each stratum's population that was not sampled
    labels : (m,) stratum and label of each unit; if empty, the order of the units is used
    method : "bootstrap" or "rao_wu"
    """
    order = np.arange(stage.units)
    rank = np.arange(len(stage.size))
    if labels:
        order = np.array(sorted(order.tolist(), key=labels.__getitem__), np.int64)
        strata = stage.stratum[order]
        first = strata[np.sort(np.unique(strata, return_index=True)[1])]
        rank[first] = np.arange(len(first))
    stratum = rank[stage.stratum[order]]
    size, open_ = np.bincount(stratum, minlength=len(rank)), np.empty(len(rank))
    open_[rank] = left
    if method == "rao_wu":
        if bool((left < 1).any()):
            notes.append(
                tell("a finite population correction does not apply to this bootstrap and is ignored")
            )
        return resample_with_replacement(stratum, replicates, rng, order)
    finite = open_ < 1
    whole = np.where(finite, np.round(size / np.where(finite, 1 - open_, 1.0)), np.inf)
    made = resample_population(stratum, whole, replicates, rng)
    factors = np.empty((stage.units, replicates))
    factors[order] = made.factors
    return Factors(factors, made.scale, made.rscales)


def _balance(codes: Codes, order: Ints, rho: float, hadamard: NDArray[np.integer] | None) -> Factors:
    stage = codes.stages[0]
    if not 0 <= rho < 1:
        raise LiteracyError(
            "estimate.option", where=f"rho={rho}", what="not in [0, 1)", fix="0.3 to 0.5 is customary"
        )
    odd = np.flatnonzero(stage.size % 2)
    if len(odd):
        names = ", ".join(repr(codes.strata_labels[h]) for h in odd[:5])
        raise LiteracyError(
            "estimate.option",
            where="half samples",
            what=tell("an odd number of sampling units in {} strata, for example {}", len(odd), names),
            fix="combine strata so that each has two units (or an even number), or use 'jkn'",
        )
    pairs = int(stage.size.sum()) // 2
    if hadamard is not None:
        matrix = np.asarray(hadamard, np.float64)
        values = np.unique(matrix)
        signs = np.where(matrix == values[-1], 1.0, -1.0)
        square = matrix.ndim == 2 and matrix.shape[0] == matrix.shape[1] and len(values) == 2
        if (
            not square
            or len(matrix) <= pairs
            or not np.allclose(signs @ signs.T, len(matrix) * np.eye(len(matrix)))
        ):
            raise LiteracyError(
                "estimate.option",
                where="hadamard",
                what=tell("not a Hadamard matrix of order above {}", pairs),
                fix="give a square matrix of two values with orthogonal rows, or none",
            )
    labels = codes.strata_labels
    rank = np.empty(len(labels), np.int64)
    rank[sorted(range(len(labels)), key=labels.__getitem__)] = np.arange(len(labels))
    made = balanced(rank[stage.stratum[order]], hadamard, rho)
    factors = np.empty_like(made.factors)
    factors[order] = made.factors
    return Factors(factors, made.scale, made.rscales)


def _refuse_lonely(design: Design, codes: Codes) -> None:
    names = ", ".join(repr(codes.strata_labels[h]) for h in np.flatnonzero(codes.stages[0].lonely)[:5])
    raise LiteracyError(
        "design.lonely_psu",
        where=f"strata={', '.join(design.strata)!r}",
        what=tell("a single sampling unit in stratum {}", names),
        fix="combine it with a similar stratum, or choose lonely_psu='adjust', 'average', "
        "'certainty' or 'remove'",
    )


def read_replicates(
    sample: Sample, columns: str | Sequence[str], method: str, *, combined: bool = True, scale: float | None = None,
    rscales: Sequence[float] | float | None = None, rho: float | None = None, mse: bool = False,
    df: float | None = None,
) -> Sample:  # fmt: skip
    """Read replicate weights from columns of the data.

    Parameters
    ----------
    sample : Sample
    columns : str or list of str
        Column names, or their common prefix followed by a number ("repw" for repw1, repw2 …).
    method : str
        "jk1", "jkn", "jk2", "brr", "fay", "bootstrap", "sdr" (successive differences) or "other"; determines ``scale``
        where the method fixes it. R's names are accepted as well: "JK1", "JKn", "ACS", "successive-difference" …
    combined : bool
        Whether the columns are weights (True) or factors of the weight (False).
    scale, rscales : float, sequence of float, optional
        Scale of the sum of squares and of each square; required unless fixed by the method ("jkn": rscales, "other":
        scale), and refused if the method fixes them (R ignores them with a warning).
    rho : float, optional
        Fay's factor; only with "fay".
    mse : bool
        See :func:`make_replicates`.
    df : float, optional
        Degrees of freedom; default is the rank of the weights less one.

    Returns
    -------
    Sample

    Examples
    --------
    >>> table = pd.DataFrame({"y": [1, 2, 3, 4], "w": 5, "rep1": [10, 10, 0, 0], "rep2": [0, 0, 10, 10]})
    >>> made = lit.read_replicates(lit.Sample(table, lit.Design("w")), "rep", "JK1")
    >>> lit.mean(made, "y").se.round(3)
    array([1.])
    """
    method = read_method(method, READ)
    names, remarks = _find_columns(sample, columns)
    weights = np.column_stack([_numbers(sample, name) for name in names])
    count = weights.shape[1]
    scale, each = _find_scales(method, count, scale, rscales, rho)
    base = sample.inside.astype(np.float64) if combined else sample.weight
    rank = np.linalg.eigvalsh((weights * base[:, None]).T @ (weights * base[:, None]))
    freedom = float((rank > (RANK**2) * rank.max()).sum() - 1) if df is None else float(df)
    result = Replicates(weights, np.arange(len(sample)), base, scale, each, mse, freedom, method)
    sentence = tell("{} replicate weights ({}) from columns {} … {}", count, method, names[0], names[-1])
    return sample.evolve(replicates=result, history=(*sample.history, "; ".join([sentence, *remarks])))


def _find_columns(sample: Sample, columns: str | Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the names of the replicate weight columns, and notes on other columns."""
    known = list(sample.frame.columns)
    remarks: list[str] = []
    if isinstance(columns, str):
        numbered = re.compile(re.escape(columns) + r"\d+")
        names = [c for c in known if numbered.fullmatch(c)]
        others = [c for c in known if c.startswith(columns) and c not in names and c != sample.design.weight]
        if others and names:
            remarks.append(
                tell(
                    "start with the same text but are not {} and a number, and are ignored: {}",
                    columns,
                    _short(others),
                )
            )
        numbers = sorted(int(c[len(columns) :]) for c in names)
        gaps = sorted(set(range(numbers[0], numbers[-1])) - set(numbers)) if numbers else []
        if gaps:
            remarks.append(tell("no column with number {}", _short(list(map(str, gaps)))))
        where = f"columns={columns!r}"
    else:
        names, others, where = [str(c) for c in columns], [], "columns"
        twice = next((c for i, c in enumerate(names) if c in names[:i]), None)
        wrong = sample.design.weight if sample.design.weight in names else twice
        if wrong is not None:
            raise LiteracyError(
                "design.column",
                where=tell("columns: {!r}", wrong),
                what="is the main weight, not a replicate"
                if wrong == sample.design.weight
                else "is given twice",
                fix="remove it from the list",
            )
    if len(names) < 2:
        raise LiteracyError(
            "design.column",
            where=where,
            what=tell("{} replicate weights", len(names)),
            fix=tell("a prefix is the text before the number; there are {}", _short(others))
            if others
            else tell("give at least two columns, or the prefix they have before a number"),
        )
    return names, remarks


def _short(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")


def _numbers(sample: Sample, name: str) -> Floats:
    column: Any = find_column(sample.frame, name, "columns")
    if not pd.api.types.is_numeric_dtype(column):
        raise LiteracyError(
            "design.weight",
            where=f"columns={name!r}",
            what=tell("contains {}, not numbers", column.dtype),
            fix="replicate weights must be numbers: omit the column, or correct it",
        )
    values = np.asarray(column.to_numpy(np.float64, na_value=np.nan))
    missing = int((~np.isfinite(values) & sample.inside).sum())
    if missing:
        raise LiteracyError(
            "design.weight",
            where=f"columns={name!r}",
            what=tell("missing in {} rows", missing),
            fix="complete the column",
        )
    return np.where(sample.inside, values, 0.0)


def _find_scales(
    method: str, count: int, scale: float | None, rscales: Sequence[float] | float | None, rho: float | None
) -> tuple[float, Floats]:
    def need(what: str) -> LiteracyError:
        return LiteracyError(
            "estimate.option",
            where=f"method={method!r}",
            what=tell("{} is missing", what),
            fix=f"give {what}=",
        )

    given = {"scale": scale, "rscales": rscales, "rho": rho}
    allowed = {"scale": SCALED, "rscales": SQUARES, "rho": ("fay",)}
    for name, value in given.items():
        if value is not None and method not in allowed[name]:
            raise LiteracyError(
                "estimate.option",
                where=f"{name}={value}" if isinstance(value, int | float) else name,
                what=tell("the method {!r} fixes it", method)
                if name != "rho"
                else tell("has no effect with {!r}", method),
                fix="omit it, or give method='other' with scale= and rscales="
                if name != "rho"
                else "omit it, or give method='fay'",
            )
    if method == "brr":
        scale = 1.0 / count
    elif method == "fay":
        if rho is None:
            raise need("rho")
        scale = 1.0 / (count * (1 - rho) ** 2)
    elif method == "sdr":
        scale = 4.0 / count
    elif method == "jk2":
        scale = 1.0
    elif method == "bootstrap":
        scale = 1.0 / (count - 1) if scale is None else scale
    elif method == "jk1":
        scale = (count - 1) / count if scale is None else scale
    elif method == "jkn":
        if rscales is None:
            raise need("rscales")
        scale = 1.0 if scale is None else scale
    elif scale is None:
        raise need("scale")
    own = np.ones(1) if rscales is None else np.atleast_1d(np.asarray(rscales, np.float64))
    if own.ndim > 1 or len(own) not in (1, count) or not (np.isfinite(own) & (own >= 0)).all():
        raise LiteracyError(
            "estimate.option",
            where="rscales",
            what=tell("{} numbers for {} replicates", own.size, count)
            if own.size not in (1, count)
            else tell("not all numbers of 0 or more"),
            fix="give one number, or one per replicate",
        )
    each = np.broadcast_to(own, count).copy()
    if not (np.isfinite(scale) and scale > 0):
        raise LiteracyError(
            "estimate.option", where=f"scale={scale}", what="not above 0", fix="give a number above 0"
        )
    return float(scale), each
