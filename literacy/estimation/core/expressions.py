"""Expressions: functions of named numbers, parsed from text and differentiated automatically."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from literacy._nearest import guess_word
from literacy.errors import LiteracyError
from literacy.messages import tell

Floats = NDArray[np.float64]
Expression = str | Mapping[str, float]
FUNCTIONS = ("exp", "log", "sqrt", "logit", "expit")


def name_expressions(
    expressions: Expression | Sequence[Expression] | Mapping[str, Expression],
) -> dict[str, Expression]:
    """Return the expressions by name; unnamed ones are named by their text."""
    if isinstance(expressions, str):
        return {expressions: expressions}
    if isinstance(expressions, Mapping):
        if all(isinstance(v, int | float | np.number) for v in expressions.values()):
            weights = {k: float(v) for k, v in expressions.items()}  # type: ignore[arg-type]  # all are numbers
            return {_write(weights): weights}
        return dict(expressions)  # type: ignore[arg-type]  # some are expressions, so all must be
    out: dict[str, Expression] = {}
    for expression in expressions:
        out |= name_expressions(expression)
    return out


def _write(weights: Mapping[str, float]) -> str:
    """Format a linear contrast as text."""
    parts = []
    for name, w in weights.items():
        size = "" if abs(w) == 1 else f"{abs(w):g}*"
        parts.append(f"{'- ' if w < 0 else '+ '}{size}{name}")
    return " ".join(parts).removeprefix("+ ")


def _row(names: Sequence[str], name: str, where: str) -> int:
    hits = [i for i, n in enumerate(names) if n == name]
    if len(hits) == 1:
        return hits[0]
    known = guess_word(name, names, tell("rows: {}", ", ".join(names[:12])))
    raise LiteracyError(
        "estimate.domain",
        where=where,
        what=tell("{!r} is not a row of the estimate", name)
        if not hits
        else tell("{!r} names {} rows", name, len(hits)),
        fix=known,
    )


def evaluate(names: Sequence[str], values: Floats, expression: Expression, name: str) -> tuple[float, Floats]:
    """Return value and gradient (k,) of an expression of k named numbers.

    Parameters
    ----------
    names, values : (k,) the numbers
    expression : mapping of names to factors, or text with + - * / ** and :data:`FUNCTIONS`
    name : name of the expression in messages

    Raises
    ------
    LiteracyError
        ``estimate.domain`` for an unknown name; ``estimate.option`` for a text that cannot be parsed.
    """
    where = tell("contrast {!r}", name)
    if isinstance(expression, Mapping):
        gradient = np.zeros(len(values))
        for label, w in expression.items():
            gradient[_row(names, str(label), where)] += float(w)
        used = gradient != 0
        return float(gradient[used] @ values[used]), gradient
    return _Reader(names, values, expression, where).read()


class _Reader:
    """Parser that evaluates an expression and its gradient (forward-mode differentiation)."""

    __slots__ = ("aliases", "names", "text", "values", "where")

    def __init__(self, names: Sequence[str], values: Floats, text: str, where: str) -> None:
        self.names, self.values, self.text, self.where = names, values, text, where
        self.aliases: dict[str, str] = {}

    def _fail(self, what: str) -> LiteracyError:
        return LiteracyError(
            "estimate.option",
            where=self.where,
            what=what,
            fix=tell(
                "use row names, numbers, + - * / ** and {}; quote unusual names with backticks",
                ", ".join(FUNCTIONS),
            ),
        )

    def read(self) -> tuple[float, Floats]:
        """Return value and gradient."""
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
        zero = np.zeros(len(self.values))
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return float(node.value), zero
        if isinstance(node, ast.Name):
            row = _row(self.names, self.aliases.get(node.id, node.id), self.where)
            zero[row] = 1.0
            return float(self.values[row]), zero
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            value, slope = self._node(node.operand)
            return (-value, -slope) if isinstance(node.op, ast.USub) else (value, slope)
        if isinstance(node, ast.BinOp):
            return self._binary(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
            return self._call(node.func.id, *self._node(node.args[0]))
        raise self._fail("contains something that is not arithmetic")

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
        raise self._fail("contains an unknown operator")

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
        raise self._fail(tell("{!r} is not a known function", name))
