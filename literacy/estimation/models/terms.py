"""Terms of a model: from column names to a model matrix.

Numbers enter linearly, other columns as indicators of their levels; codes of an item that the instrument defines as a
choice are categories as well. For the notation see :mod:`literacy.estimation.models.formulas`. A category in a term has
a column for every level except the reference, or for every level if the model would otherwise lack degrees of freedom
(``a:b`` without ``a``), as in patsy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation.core.code_labels import known_items
from literacy.estimation.core.sample_columns import (
    Bools,
    Floats,
    Ints,
    find_column,
    is_number,
    read_levels,
    read_numbers,
)
from literacy.estimation.models.formulas import (
    CATEGORY,
    EXPRESSION,
    NUMBER,
    Factor,
    evaluate,
    find_columns,
    parse_terms,
)
from literacy.instrument import Recode
from literacy.messages import tell
from literacy.sampling import Sample

COEFFICIENTS = 300  # maximum of one model: computing time and the covariance grow with its square
MANY = 60  # with more levels, a column is probably a name or a date
CODED = ("single", "multiple", "category", "true_false")  # types of items whose numbers are codes
Coding = tuple[tuple[str, bool], ...]
"""Factors of a block of columns; the flag of a category is true if it has a column for every level."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A predictor: a number (no levels), or a category with levels, reference first; ``of`` are its source columns."""

    name: str
    levels: tuple[Any, ...] = ()
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Values:
    """Predictor values in the rows of a model.

    Attributes
    ----------
    numbers : (m,) by variable.
    codes : (m,) levels of a category by variable, reference 0.
    slopes : (m,) derivative of an expression, by variable and column.
    """

    numbers: Mapping[str, Floats]
    codes: Mapping[str, Ints]
    slopes: Mapping[tuple[str, str], Floats] = field(default_factory=dict)

    def fix(self, variable: Variable, level: int) -> Values:
        """Return the same rows with a category set to one level."""
        codes = {**self.codes, variable.name: np.full_like(self.codes[variable.name], level)}
        return Values(self.numbers, codes, self.slopes)


@dataclass(frozen=True, slots=True)
class Terms:
    """The right-hand side of a model.

    Attributes
    ----------
    variables : predictors by name.
    products : terms, each a tuple of variable names; main effects first.
    """

    variables: Mapping[str, Variable]
    products: tuple[tuple[str, ...], ...]

    def codings(self) -> list[tuple[tuple[str, ...], list[Coding]]]:
        """Return each term with the blocks of columns it adds, in the order of the matrix."""
        known: dict[frozenset[str], set[frozenset[str]]] = {frozenset(): {frozenset()}}
        out = []
        for product in self.products:
            numbers = frozenset(n for n in product if not self.variables[n].levels)
            spanned = known.setdefault(numbers, set())
            categories = [n for n in product if n not in numbers]
            fresh: list[dict[str, bool]] = [
                dict.fromkeys(part, False)
                for size in range(len(categories) + 1)
                for part in combinations(categories, size)
                if frozenset(part) not in spanned
            ]
            spanned |= {frozenset(f) for f in fresh}
            kept = numbers.union
            out.append(
                (
                    product,
                    [
                        tuple((n, block.get(n, False)) for n in product if n in kept(block))
                        for block in _absorb(fresh)
                    ],
                )
            )
        return out

    def columns(self) -> list[tuple[str, str]]:
        """Return term and level of each column after the intercept."""
        out: list[tuple[str, str]] = []
        for product, blocks in self.codings():
            for block in blocks:
                labels = [""]
                for name, full in block:
                    levels = self.variables[name].levels
                    more = [str(v) for v in levels[0 if full else 1 :]] or [""]
                    labels = [":".join(filter(None, (a, b))) for b in more for a in labels]
                out += [(":".join(product), label) for label in labels]
        return out

    def matrix(self, values: Values, rows: int, slope: str = "") -> Floats:
        """Return the model matrix (rows, k), intercept first; with `slope`, its derivative by that numeric column."""
        blocks: list[NDArray[Any]] = [np.full((rows, 1), 0.0 if slope else 1.0)]
        for _, codings in self.codings():
            for coding in codings:
                if not slope:
                    blocks.append(self._block(values, rows, coding, "", ""))
                    continue
                moved = [n for n, _ in coding if slope in self.variables[n].of]
                parts = [self._block(values, rows, coding, n, slope) for n in moved]
                flat = np.zeros_like(self._block(values, rows, coding, "", ""))
                blocks.append(np.sum([flat, *parts], axis=0))
        return np.concatenate(blocks, axis=1)

    def _block(self, values: Values, rows: int, coding: Coding, moved: str, slope: str) -> NDArray[Any]:
        """Return the columns of a block, with the derivative in place of the number `moved`."""
        block = np.ones((rows, 1))
        for name, full in coding:
            variable = self.variables[name]
            if variable.levels:
                first = 0 if full else 1
                part = (values.codes[name][:, None] == np.arange(first, len(variable.levels))).astype(float)
            elif name == moved:
                part = values.slopes.get((name, slope), np.ones(rows))[:, None]
            else:
                part = values.numbers[name][:, None]
            block = (part[:, :, None] * block[:, None, :]).reshape(rows, -1)
        return block

    def slopes(self) -> list[str]:
        """Return the numeric and categorical columns of which effects can be estimated."""
        return list(dict.fromkeys(c for v in self.variables.values() for c in (v.of or (v.name,))))


def _absorb(blocks: list[dict[str, bool]]) -> list[dict[str, bool]]:
    """Merge blocks that differ by one category, which then has all its levels (as in patsy)."""
    blocks = list(blocks)
    joined = True
    while joined:
        joined = False
        for short in blocks:
            for long in blocks:
                extra = [n for n in long if n not in short]
                same = all(n in long and long[n] == full for n, full in short.items())
                if len(long) == len(short) + 1 and same and not long[extra[0]]:
                    blocks[blocks.index(long)] = {n: f or n == extra[0] for n, f in long.items()}
                    blocks.remove(short)
                    joined = True
                    break
            if joined:
                break
    return blocks


def read_terms(
    sample: Sample,
    predictors: Sequence[str],
    rows: Bools,
    reference: Mapping[str, Any] | None = None,
) -> tuple[Terms, Values, Bools]:
    """Read the predictors of a model.

    Parameters
    ----------
    sample : Sample
    predictors : sequence of str
        See the module docstring.
    rows : (n,) bool
        Rows of the domain with a known outcome.
    reference : dict, optional
        Reference level by column; default is the first level.

    Returns
    -------
    terms : Terms
    values : Values in the complete rows.
    complete : (n,) bool, rows of the domain without missing predictors.
    """
    reference = dict(reference or {})
    found = parse_terms(predictors, [str(c) for c in sample.frame.columns])
    factors: dict[str, Factor] = {}
    for factor in (f for term in found for f in term):
        for column in find_columns(factor.name) if factor.kind == EXPRESSION else (factor.name,):
            find_column(sample, column, "predictor")
        held = factors.setdefault(factor.name, factor)
        if held.kind != factor.kind and factor.kind:
            factors[factor.name] = factor
        if factor.reference is not None:
            reference.setdefault(factor.name, factor.reference)
    products = sorted(dict.fromkeys(tuple(dict.fromkeys(f.name for f in t)) for t in found), key=len)
    names_ = list(dict.fromkeys(name for p in products for name in p))
    for name in reference:
        if name not in names_:
            raise LiteracyError(
                "estimate.option",
                where=f"reference={name!r}",
                what="not a predictor of this model",
                fix=tell("predictors: {}", ", ".join(names_)),
            )
    complete = rows.copy()
    expressions = {n for n, f in factors.items() if f.kind == EXPRESSION}
    categories = [
        name
        for name in names_
        if name not in expressions
        and (
            factors[name].kind == CATEGORY
            or name in reference
            or (factors[name].kind != NUMBER and _is_category(sample, name))
        )
    ]
    derived: dict[str, tuple[Floats, dict[str, Floats]]] = {}
    for name in names_:
        if name in expressions:
            own = {c: read_numbers(sample, c, "predictor") for c in find_columns(name)}
            derived[name] = evaluate(name, own)
            known = ~np.any([np.isnan(v) for v in own.values()], axis=0)
            _refuse_undefined(name, derived[name][0], rows & known)
            complete &= known
        else:
            complete &= ~find_column(sample, name, "predictor").isna().to_numpy(bool)
    if not complete.any():
        raise LiteracyError(
            "estimate.domain",
            where=tell("predictors ") + ", ".join(names_),
            what="no row of the domain has values of all of them",
            fix="look for a column that is missing throughout",
        )
    variables: dict[str, Variable] = {}
    numbers: dict[str, Floats] = {}
    codes: dict[str, Ints] = {}
    slopes: dict[tuple[str, str], Floats] = {}
    for name in names_:
        if name in expressions:
            value, by_column = derived[name]
            variables[name] = Variable(name, (), tuple(by_column))
            numbers[name] = value[complete]
            slopes |= {(name, column): slope[complete] for column, slope in by_column.items()}
            continue
        if name not in categories:
            variables[name] = Variable(name, (), (name,))
            numbers[name] = read_numbers(sample, name, "predictor")[complete]
            continue
        raw, levels = read_levels(sample, name, complete, "predictor")
        first = _place(name, levels, reference.get(name))
        order = [first, *(i for i in range(len(levels)) if i != first)]
        rank = np.empty(len(levels), np.int64)
        rank[order] = np.arange(len(levels))
        codes[name] = rank[raw[complete]]
        variables[name] = Variable(name, tuple(levels[i] for i in order))
        if len(levels) > MANY and factors[name].kind != CATEGORY and name not in reference:
            raise LiteracyError(
                "estimate.variable",
                where=tell("predictor {!r}", name),
                what=tell("{} different non-numeric values", len(levels)),
                fix=tell("group them first, or write 'factor({})' if each is to be a level", name),
            )
        if len(levels) < 2:
            raise LiteracyError(
                "estimate.variable",
                where=tell("predictor {!r}", name),
                what=tell("only one level ({!r}) among the rows used", levels[0]),
                fix="omit it from this model",
            )
    terms = Terms(variables, tuple(products))
    width = sum(prod(max(len(variables[n].levels) - 1, 1) for n in p) for p in products)
    if width > COEFFICIENTS:
        largest = max(variables.values(), key=lambda v: len(v.levels))
        raise LiteracyError(
            "estimate.variable", where=tell("predictor {!r}", largest.name),
            what=tell("{:,} levels; the model would have {:,} coefficients", len(largest.levels), width),
            fix=tell("at most {} coefficients are fitted: group the levels first", COEFFICIENTS),
        )  # fmt: skip
    return terms, Values(numbers, codes, slopes), complete


def _refuse_undefined(name: str, value: Floats, rows: Bools) -> None:
    """Raise an error for an expression that is undefined although its columns have values."""
    lost = int((rows & ~np.isfinite(value)).sum())
    if lost:
        raise LiteracyError(
            "estimate.variable",
            where=tell("predictor {!r}", name),
            what=tell("is not a number in {} rows although its columns are", lost),
            fix="exclude these rows with where=, or use another function",
        )


def _is_category(sample: Sample, name: str) -> bool:
    """Whether a column is categorical: not numeric, or with codes that the instrument defines as a choice."""
    if not is_number(find_column(sample, name, "predictor")):
        return True
    item = known_items(sample).get(name)
    return item is not None and (isinstance(item, Recode) or item.type in CODED)


def _place(name: str, levels: tuple[Any, ...], wanted: Any) -> int:
    if wanted is None:
        return 0
    for i, level in enumerate(levels):
        if level == wanted or str(level) == str(wanted):
            return i
    raise LiteracyError(
        "estimate.option",
        where=f"reference={{{name!r}: {wanted!r}}}",
        what="no such level among the rows used",
        fix=tell("levels: {}", ", ".join(repr(v) for v in levels)),
    )
