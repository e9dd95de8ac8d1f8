"""Contrasts: functions of the rows of an Estimate, with their covariance."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation.core.assembly import check_level
from literacy.estimation.core.estimate import Estimate
from literacy.kernels.design.intervals import symmetric_interval

Floats = NDArray[np.float64]
Expression = str | Mapping[str, float]
NOISE = 1e-14
FUNCTIONS = ("exp", "log", "sqrt", "logit", "expit")


def contrast(
    estimate: Estimate,
    expressions: Expression | Sequence[Expression] | Mapping[str, Expression],
    *,
    level: float | None = None,
    df: float | None = None,
) -> Estimate:
    """Functions of the rows of an estimate, by the delta method.

    Parameters
    ----------
    estimate : Estimate
        Its rows are named as in ``estimate.names``.
    expressions : mapping, str, list of either, or mapping of a name to either
        ``{"officials": 1, "elderly": -1}`` is linear; ``"log(officials / elderly)"`` is any function of the rows with
        + - * / ** and exp, log, sqrt, logit, expit. A name that is no identifier is quoted with backticks.
    level : float, optional
        Confidence level; default the estimate's.
    df : float, optional
        Degrees of freedom; default the smallest of the rows used.

    Returns
    -------
    Estimate
        One row a contrast; ``n`` is the number of respondents in the smallest row used.
    """
    level = estimate.level if level is None else level
    check_level(level)
    named = _name(expressions)
    values, gradient = np.empty(len(named)), np.zeros((len(named), len(estimate.table)))
    for i, (name, expression) in enumerate(named.items()):
        values[i], gradient[i] = _evaluate(estimate, expression, name)
    covariance = gradient @ np.nan_to_num(estimate.covariance) @ gradient.T
    used = gradient != 0
    lost = (used & ~np.isfinite(np.diag(estimate.covariance))).any(axis=1)
    size = np.abs(gradient) @ np.abs(np.nan_to_num(estimate.covariance)) @ np.abs(gradient).T
    noise = np.diag(covariance) <= NOISE * np.diag(size)  # what rounding leaves of terms that cancel
    covariance[noise, :] = 0.0
    covariance[:, noise] = 0.0
    se = np.where(lost, np.nan, np.sqrt(np.diag(covariance)))
    own = estimate.table["df"].to_numpy(np.float64)
    degrees = (
        np.array([own[u].min() if u.any() else np.nan for u in used]) if df is None else np.full(len(se), df)
    )
    low, high = symmetric_interval(values, se, degrees, level)
    n = estimate.table["n"].to_numpy(np.float64, na_value=np.nan)
    least = pd.array([n[u].min() if u.any() else 0 for u in used], dtype="Int64")
    table = pd.DataFrame(
        {
            "variable": list(named),
            "estimate": values,
            "se": se,
            "ci_low": low,
            "ci_high": high,
            "df": degrees,
            "n": least if least.isna().any() else least.astype(np.int64),
            "n_eff": np.nan,
            "deff": np.nan,
            "method": "delta, " + estimate.options.variance,
            "reliable": pd.array([pd.NA] * len(named), dtype="boolean"),
        }
    )
    from dataclasses import replace

    notes = (
        ("n is that of the smallest row of the contrast; df the smallest",) if len(estimate.table) > 1 else ()
    )
    return Estimate(
        table=table,
        covariance=covariance,
        kind="contrast",
        by=(),
        options=replace(estimate.options, ci="mean", level=level),
        standard=estimate.standard,
        wave=estimate.wave,
        universe=estimate.universe,
        notes=(f"from the {estimate.kind} of {estimate.variable or 'several variables'}", *notes),
        history=estimate.history,
        source=estimate.source,
    )


def _name(expressions: Expression | Sequence[Expression] | Mapping[str, Expression]) -> dict[str, Expression]:
    """Every expression with a name."""
    if isinstance(expressions, str):
        return {expressions: expressions}
    if isinstance(expressions, Mapping):
        if all(isinstance(v, int | float | np.number) for v in expressions.values()):
            weights = {k: float(v) for k, v in expressions.items()}  # type: ignore[arg-type]  # all are numbers
            return {_write(weights): weights}
        return dict(expressions)  # type: ignore[arg-type]  # some are expressions, so all must be
    out: dict[str, Expression] = {}
    for expression in expressions:
        out |= _name(expression)
    return out


def _write(weights: Mapping[str, float]) -> str:
    """A linear contrast as text."""
    parts = []
    for name, w in weights.items():
        size = "" if abs(w) == 1 else f"{abs(w):g}*"
        parts.append(f"{'- ' if w < 0 else '+ '}{size}{name}")
    return " ".join(parts).removeprefix("+ ")


def _row(estimate: Estimate, name: str, where: str) -> int:
    names = estimate.names
    hits = [i for i, n in enumerate(names) if n == name]
    if len(hits) == 1:
        return hits[0]
    from difflib import get_close_matches

    near = get_close_matches(name, names, n=1)
    known = f"did you mean {near[0]!r}?" if near else f"rows: {', '.join(names[:12])}"
    raise LiteracyError(
        "estimate.domain",
        where=where,
        what=f"{name!r} is no row of the estimate" if not hits else f"{name!r} names {len(hits)} rows",
        fix=known,
    )


def _evaluate(estimate: Estimate, expression: Expression, name: str) -> tuple[float, Floats]:
    """Value and gradient (k,)."""
    k = len(estimate.table)
    where = f"contrast {name!r}"
    if isinstance(expression, Mapping):
        gradient = np.zeros(k)
        for label, w in expression.items():
            gradient[_row(estimate, str(label), where)] += float(w)
        used = gradient != 0
        return float(gradient[used] @ estimate.estimate[used]), gradient
    return _Reader(estimate, expression, where).read()


class _Reader:
    """Reads an expression and differentiates it as it goes (forward mode)."""

    __slots__ = ("aliases", "estimate", "text", "where")

    def __init__(self, estimate: Estimate, text: str, where: str) -> None:
        self.estimate, self.text, self.where = estimate, text, where
        self.aliases: dict[str, str] = {}

    def _fail(self, what: str) -> LiteracyError:
        return LiteracyError(
            "estimate.option",
            where=self.where,
            what=what,
            fix=f"use row names, numbers, + - * / ** and {', '.join(FUNCTIONS)}; quote odd names with backticks",
        )

    def read(self) -> tuple[float, Floats]:
        """Value and gradient."""
        pieces = self.text.split("`")
        if len(pieces) % 2 == 0:
            raise self._fail("a backtick is not closed")
        for i in range(1, len(pieces), 2):
            alias = f"row_{i}_"
            self.aliases[alias] = pieces[i]
            pieces[i] = alias
        try:
            tree = ast.parse("".join(pieces).strip(), mode="eval")
        except SyntaxError:
            raise self._fail("cannot be read") from None
        with np.errstate(all="ignore"):
            return self._node(tree.body)

    def _node(self, node: ast.expr) -> tuple[float, Floats]:
        zero = np.zeros(len(self.estimate.table))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value), zero
        if isinstance(node, ast.Name):
            row = _row(self.estimate, self.aliases.get(node.id, node.id), self.where)
            zero[row] = 1.0
            return float(self.estimate.estimate[row]), zero
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value, slope = self._node(node.operand)
            return (-value, -slope) if isinstance(node.op, ast.USub) else (value, slope)
        if isinstance(node, ast.BinOp):
            return self._binary(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
            return self._call(node.func.id, *self._node(node.args[0]))
        raise self._fail("holds something that is no arithmetic")

    def _binary(self, node: ast.BinOp) -> tuple[float, Floats]:
        a, da = self._node(node.left)
        b, db = self._node(node.right)
        if isinstance(node.op, ast.Add):
            return a + b, da + db
        if isinstance(node.op, ast.Sub):
            return a - b, da - db
        if isinstance(node.op, ast.Mult):
            return a * b, a * db + b * da
        if isinstance(node.op, ast.Div):
            x, y = np.float64(a), np.float64(b)
            return float(x / y), np.asarray(da / y - x * db / y**2)
        if isinstance(node.op, ast.Pow):
            if db.any():
                raise self._fail("an exponent must be a number")
            x = np.float64(a)
            return float(x**b), np.asarray(b * x ** (b - 1) * da)
        raise self._fail("holds an operator that is not known")

    def _call(self, name: str, value: float, slope: Floats) -> tuple[float, Floats]:
        x = np.float64(value)
        if name == "exp":
            return float(np.exp(x)), np.exp(x) * slope
        if name == "log":
            return float(np.log(x)), slope / x
        if name == "sqrt":
            return float(np.sqrt(x)), slope / (2 * np.sqrt(x))
        if name == "logit":
            return float(np.log(x / (1 - x))), slope / (x * (1 - x))
        if name == "expit":
            p = 1 / (1 + np.exp(-x))
            return float(p), p * (1 - p) * slope
        raise self._fail(f"{name!r} is not a known function")
