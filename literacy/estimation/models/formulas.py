"""Model formulas in the notation of statsmodels and R, parsed to the factors of each term.

Formulas are parsed by formulaic and never executed. A factor is a column, ``C(column)`` or ``factor(column)``
(categories; ``C(column, Treatment(level))`` sets the reference), ``number(column)`` (codes treated as numbers), or
arithmetic of numeric columns: ``np.log(x)``, ``I(x**2)``, with + - * / ** and the functions of :data:`FUNCTIONS`. Names
that are not identifiers are written in backticks or as ``Q("name")``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.messages import tell

Floats = NDArray[np.float64]
FUNCTIONS = ("abs", "exp", "log", "log10", "log1p", "log2", "sqrt")
_CODED = re.compile(r"^(factor|C|number)\((.+)\)$")
_SIGNS = re.compile(r"[()*:^|/`~-]")
CATEGORY, NUMBER, EXPRESSION = "category", "number", "expression"


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor of a term.

    Attributes
    ----------
    name : str
        Name of the column, or the text of an expression.
    kind : str
        "" for the column's own type, otherwise "category", "number" or "expression".
    reference : object
        Reference level of categories; None for the first.
    """

    name: str
    kind: str = ""
    reference: Any = None


def split_formula(
    outcome: str, predictors: Sequence[str] | str | None, columns: Sequence[str]
) -> tuple[str, list[str]]:
    """Return outcome and predictors, from ``"y ~ a + b"`` or from both given separately.

    Raises
    ------
    LiteracyError
        ``estimate.option`` for a formula together with predictors, or an empty predictor.
    """
    if "~" in outcome and outcome not in columns:
        if predictors is not None:
            raise LiteracyError(
                "estimate.option",
                where=tell("regress({!r})", outcome),
                what="both a formula and predictors were given",
                fix="give either the formula, or outcome and predictors",
            )
        outcome, _, right = outcome.partition("~")
        given = [right.strip()]
    else:
        given = [predictors] if isinstance(predictors, str) else [str(p) for p in predictors or []]
    parts: list[str] = []
    for text in given:
        whole = text.strip()
        if whole in columns:
            parts.append(whole)
            continue
        pieces = [p.strip() for p in whole.split("+")]
        plain = not _SIGNS.search(whole) or all(p in columns or not _SIGNS.search(p) for p in pieces)
        parts += pieces if plain else [whole]
    if any(p in ("", "0", "-1") for p in parts):
        raise _no_intercept(outcome)
    return outcome.strip(), [p for p in parts if p != "1"]


def _no_intercept(text: str) -> LiteracyError:
    return LiteracyError(
        "estimate.option",
        where=tell("regress({!r})", text.strip()),
        what="an empty predictor, or a model without an intercept",
        fix="list the predictors, joined by +",
    )


def parse_terms(predictors: Sequence[str], columns: Sequence[str]) -> list[tuple[Factor, ...]]:
    """Return the terms of some predictors in the order written, each a tuple of factors.

    Raises
    ------
    LiteracyError
        ``estimate.variable`` for a predictor that cannot be parsed; ``estimate.option`` for a model without intercept.
    """
    found: list[tuple[Factor, ...]] = []
    for text in predictors:
        coded = _CODED.match(text)
        if text in columns or not _SIGNS.search(text):
            found.append((Factor(text),))
        elif coded and coded[2].strip() in columns:
            found.append((_read_factor(text, columns, text),))
        else:
            found += _expand(text, columns)
    return list(dict.fromkeys(found))


def _expand(text: str, columns: Sequence[str]) -> list[tuple[Factor, ...]]:
    """Return the terms of the right-hand side of a formula."""
    from formulaic.errors import FormulaSyntaxError
    from formulaic.parser import DefaultFormulaParser

    try:
        terms = list(DefaultFormulaParser().get_terms(text))
    except (FormulaSyntaxError, SyntaxError, TypeError, ValueError):
        raise _unreadable(text, text) from None
    factors = [[str(f.expr) for f in term.factors if str(f.expr) != "1"] for term in terms]
    if not any(not f for f in factors):
        raise _no_intercept(text)
    return [tuple(_read_factor(f, columns, text) for f in own) for own in factors if own]


def _unreadable(text: str, part: str) -> LiteracyError:
    return LiteracyError(
        "estimate.variable",
        where=tell("predictor {!r}", text),
        what=tell("{!r} is not a column name", part) if part == text else tell("{!r} cannot be read", part),
        fix=tell(
            "a model accepts a, C(a), C(a, Treatment(level)), number(a), a:b, a*b, (a + b)**2, "
            "I(a**2) and {} of numbers; quote unusual names with backticks",
            ", ".join(FUNCTIONS),
        ),
    )


def _read_factor(text: str, columns: Sequence[str], whole: str) -> Factor:
    """Parse one factor."""
    if text in columns or re.fullmatch(r"[^\W\d]\w*", text):
        return Factor(text)
    coded = _CODED.match(text)
    if coded and coded[2].strip() in columns:
        return Factor(coded[2].strip(), NUMBER if coded[1] == "number" else CATEGORY)
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise _unreadable(whole, text) from None
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        called = tree.func.id
        name = _column(tree.args[0]) if tree.args else None
        if called == "Q" and name is not None:
            return Factor(name)
        if called in ("C", "factor", "number"):
            if name is None:
                raise _unreadable(whole, text)
            if called == "number":
                return Factor(name, NUMBER)
            return Factor(name, CATEGORY, _reference(tree, whole, text))
    check_expression(tree, whole, text)
    return Factor(text, EXPRESSION)


def _column(node: ast.expr) -> str | None:
    """Return the column denoted by a name, ``Q("name")`` or a text; otherwise None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "Q" and node.args:
        return _column(node.args[0])
    return None


def _reference(call: ast.Call, whole: str, text: str) -> Any:
    """Return the level named by ``Treatment(level)`` or ``contr.treatment(level)``."""
    more = [*call.args[1:], *(k.value for k in call.keywords)]
    if not more:
        return None
    (coding,) = more if len(more) == 1 else (None,)
    if isinstance(coding, ast.Call) and ast.unparse(coding.func).lower().endswith("treatment"):
        given = [*coding.args, *(k.value for k in coding.keywords)]
        if not given:
            return None
        if len(given) == 1 and isinstance(given[0], ast.Constant):
            return given[0].value
    elif isinstance(coding, ast.Name) and coding.id == "Treatment":
        return None
    raise LiteracyError(
        "estimate.variable",
        where=tell("predictor {!r}", whole),
        what=tell("{!r}: categories are compared with a reference level; no other coding is available", text),
        fix="write C(column) or C(column, Treatment(level)); marginal_means compares all levels",
    )


def check_expression(node: ast.expr, whole: str, text: str) -> tuple[str, ...]:
    """Return the columns of an expression; an error if it is more than arithmetic."""
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return ()
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return check_expression(node.operand, whole, text)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div | ast.Pow):
        left, right = (check_expression(side, whole, text) for side in (node.left, node.right))
        if not (isinstance(node.op, ast.Pow) and right):
            return tuple(dict.fromkeys((*left, *right)))
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        called = _function(node)
        if called == "Q":
            return (str(_column(node)),)
        if called == "I" or called in FUNCTIONS:
            return check_expression(node.args[0], whole, text)
    raise _unreadable(whole, text)


def _function(node: ast.Call) -> str:
    """Return the name of a function, without ``np.``."""
    return ast.unparse(node.func).removeprefix("np.").removeprefix("numpy.")


def find_columns(text: str) -> tuple[str, ...]:
    """Return the columns that occur in an expression."""
    return check_expression(ast.parse(text, mode="eval").body, text, text)


def model_columns(
    outcome: str, predictors: Sequence[str] | str | None, columns: Sequence[str]
) -> list[str] | None:
    """Return the columns that a model refers to, as far as its formula can be read without the data; None otherwise."""
    try:
        outcome, names = split_formula(outcome, predictors, columns)
        factors = [f for term in parse_terms(names, columns) for f in term]
    except LiteracyError:  # the error is raised where the model is fitted
        return None
    found = [c for f in factors for c in (find_columns(f.name) if f.kind == EXPRESSION else (f.name,))]
    outcome = outcome if outcome in columns else outcome.partition("=")[0].strip()
    return list(dict.fromkeys((outcome, *found)))


def evaluate(text: str, numbers: Mapping[str, Floats]) -> tuple[Floats, dict[str, Floats]]:
    """Return the value of an expression and its derivatives with respect to its columns (n,), in forward mode."""
    with np.errstate(all="ignore"):
        return _value(ast.parse(text, mode="eval").body, numbers)


def _value(node: ast.expr, numbers: Mapping[str, Floats]) -> tuple[Floats, dict[str, Floats]]:
    if isinstance(node, ast.Constant):
        return np.asarray(float(node.value)), {}  # type: ignore[arg-type]  # checked to be a number
    if isinstance(node, ast.Name) or (isinstance(node, ast.Call) and _function(node) == "Q"):
        name = str(_column(node))
        return numbers[name], {name: np.ones_like(numbers[name])}
    if isinstance(node, ast.UnaryOp):
        value, slopes = _value(node.operand, numbers)
        sign = -1.0 if isinstance(node.op, ast.USub) else 1.0
        return sign * value, {n: sign * d for n, d in slopes.items()}
    if isinstance(node, ast.Call):
        value, slopes = _value(node.args[0], numbers)
        result, slope = _apply(_function(node), value)
        return result, {n: slope * d for n, d in slopes.items()}
    assert isinstance(node, ast.BinOp)
    a, da = _value(node.left, numbers)
    b, db = _value(node.right, numbers)
    if isinstance(node.op, ast.Pow):
        return a**b, {n: b * a ** (b - 1) * d for n, d in da.items()}
    one = np.ones(1)
    if isinstance(node.op, ast.Add):
        result, by_a, by_b = a + b, one, one
    elif isinstance(node.op, ast.Sub):
        result, by_a, by_b = a - b, one, -one
    elif isinstance(node.op, ast.Mult):
        result, by_a, by_b = a * b, b, a
    else:
        result, by_a, by_b = a / b, 1 / b, -a / b**2
    out = {n: by_a * d for n, d in da.items()}
    for n, d in db.items():
        out[n] = out[n] + by_b * d if n in out else by_b * d
    return np.asarray(result), out


def _apply(name: str, x: Floats) -> tuple[Floats, Floats]:
    """Return value and derivative of a function."""
    if name == "I":
        return x, np.ones_like(x)
    if name == "exp":
        return np.exp(x), np.exp(x)
    if name == "sqrt":
        return np.sqrt(x), 0.5 / np.sqrt(x)
    if name == "abs":
        return np.abs(x), np.sign(x)
    if name == "log1p":
        return np.log1p(x), 1 / (1 + x)
    base = {"log": 1.0, "log2": np.log(2.0), "log10": np.log(10.0)}[name]
    return np.asarray(np.log(x) / base), np.asarray(1 / (x * base))
