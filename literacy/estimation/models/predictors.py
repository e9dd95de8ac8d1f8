"""Predictors of a model as columns of the data, whose levels are those of all blocks.

Numbers are columns of numbers; other columns, and codes of an item that the instrument defines as a choice, are
categories. The levels of categories are collected from every block before a model matrix is made, so that a level that
occurs in one block only has its column in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.estimation.core.code_labels import known_items
from literacy.estimation.core.sample_columns import (
    Bools,
    Floats,
    Ints,
    as_moments,
    find_column,
    has_times,
    is_number,
    level_order,
    read_levels,
    read_numbers,
    sort_levels,
)
from literacy.estimation.core.totals import scale_of
from literacy.estimation.models.formulas import (
    CATEGORY,
    EXPRESSION,
    NUMBER,
    Factor,
    evaluate,
    find_columns,
    parse_terms,
)
from literacy.estimation.models.terms import Terms, Values, Variable
from literacy.instrument import Recode
from literacy.messages import tell
from literacy.sampling import Sample

COEFFICIENTS = 300  # maximum of one model: computing time and the covariance grow with its square
MANY = 60  # with more levels, a column is probably a name or a date
MOST = 10_000  # levels of a category that are collected from several blocks
CODED = ("single", "multiple", "category", "true_false")  # types of items whose numbers are codes


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of a category in some rows, in order; ``a + b`` are those of both sets of rows.

    ``scale`` is their natural order, or empty; ``numeric`` states that the column holds numbers, ``ordered`` whether
    the type of categories has an order, if the column is of one.
    """

    name: str
    values: tuple[Any, ...] = ()
    scale: tuple[Any, ...] = ()
    numeric: bool = False
    ordered: bool | None = None

    def __add__(self, other: Levels) -> Levels:
        """Return the levels of both."""
        if not self.values or not other.values:
            return other if not self.values else self
        if self == other:
            return self
        scale = scale_of(self.scale, other.scale)
        both = {level_key(v): v for v in (*self.values, *other.values)}
        if len(both) > MOST:
            raise LiteracyError(
                "estimate.variable", where=tell("variable {!r}", self.name), what=tell("more than {:,} levels", MOST),
                fix="group the values first",
            )  # fmt: skip
        values = list(both.values())
        if has_times(values):  # the dates of the other rows as well
            values = list(as_moments(values))
        return Levels(
            self.name, tuple(sort_levels(values, scale)), scale, self.numeric and other.numeric,
            self.ordered if self.ordered == other.ordered else None,
        )  # fmt: skip

    def place(self, values: Iterable[Any]) -> Ints:
        """Return the index (len + 1,) of some levels, followed by -1 for missing values."""
        at = {level_key(v): i for i, v in enumerate(self.values)}
        return np.array([*(at.get(level_key(v), -1) for v in values), -1], np.int64)


def level_key(level: Any) -> Any:
    """Return what identifies a level: a date is the midnight of its day."""
    return as_moments((level,))[0]


def find_levels(sample: Sample, name: str, rows: Bools, role: str) -> Levels:
    """Return the levels of a column in some rows with weight."""
    column = find_column(sample, name, role)
    ordered = bool(column.dtype.ordered) if isinstance(column.dtype, pd.CategoricalDtype) else None
    values = read_levels(sample, name, rows, role)[1]
    return Levels(name, values, level_order(sample, column), is_number(column), ordered)


@dataclass(frozen=True, slots=True)
class Outline:
    """The right-hand side of a model as written, before levels are known.

    Attributes
    ----------
    products : terms, each a tuple of variable names; main effects first.
    factors : factor by name.
    reference : reference level by name, where given.
    """

    products: tuple[tuple[str, ...], ...]
    factors: Mapping[str, Factor]
    reference: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """The variables."""
        return list(dict.fromkeys(name for p in self.products for name in p))

    def is_expression(self, name: str) -> bool:
        """Whether a variable is computed from columns."""
        return self.factors[name].kind == EXPRESSION


@dataclass(frozen=True, slots=True)
class Predictors:
    """What is known of the predictors in some rows; ``a + b`` is what is known in both.

    Attributes
    ----------
    used : number of rows in which all have values.
    undefined : rows of the domain in which an expression is undefined although its columns have values.
    levels : levels of the categories among the rows used.
    numbers : variables that are numbers in the rows used.
    """

    used: int
    undefined: Mapping[str, int]
    levels: Mapping[str, Levels]
    numbers: frozenset[str]

    def __add__(self, other: Predictors) -> Predictors:
        """Return what is known in the rows of both."""
        return Predictors(
            self.used + other.used,
            {n: self.undefined.get(n, 0) + other.undefined.get(n, 0) for n in {**self.undefined, **other.undefined}},
            {
                n: self.levels.get(n, Levels(n)) + other.levels.get(n, Levels(n))
                for n in {**self.levels, **other.levels}
            },
            self.numbers | other.numbers,
        )  # fmt: skip


def outline_terms(
    sample: Sample, predictors: Sequence[str], reference: Mapping[str, Any] | None = None
) -> Outline:
    """Return the terms of a model as written.

    Parameters
    ----------
    sample : Sample
        Any block of the data.
    predictors : sequence of str
        See :mod:`literacy.estimation.models.formulas`.
    reference : dict, optional
        Reference level by column; default is the first level.
    """
    given = dict(reference or {})
    found = parse_terms(predictors, [str(c) for c in sample.frame.columns])
    factors: dict[str, Factor] = {}
    for factor in (f for term in found for f in term):
        for column in find_columns(factor.name) if factor.kind == EXPRESSION else (factor.name,):
            find_column(sample, column, "predictor")
        held = factors.setdefault(factor.name, factor)
        if held.kind != factor.kind and factor.kind:
            if held.kind:
                raise LiteracyError(
                    "estimate.variable",
                    where=tell("predictor {!r}", factor.name),
                    what="is written as a number in one term and as categories in another",
                    fix="write it one way, or copy the column under a second name",
                )
            factors[factor.name] = factor
        if factor.reference is not None:
            given.setdefault(factor.name, factor.reference)
    products = sorted(dict.fromkeys(tuple(dict.fromkeys(f.name for f in t)) for t in found), key=len)
    made = Outline(tuple(products), factors, given)
    for name in given:
        if name not in made.names:
            raise LiteracyError(
                "estimate.option",
                where=f"reference={name!r}",
                what="not a predictor of this model",
                fix=tell("predictors: {}", ", ".join(made.names)),
            )
    return made


def _evaluate(sample: Sample, name: str) -> tuple[Floats, dict[str, Floats], Bools]:
    """Return value and derivatives of an expression, and the rows in which its columns have values."""
    own = {c: read_numbers(sample, c, "predictor") for c in find_columns(name)}
    value, slopes = evaluate(name, own)
    known = ~np.any([np.isnan(v) for v in own.values()], axis=0) if own else np.ones(len(sample), bool)
    return np.broadcast_to(value, len(sample)), slopes, known


def complete_rows(sample: Sample, outline: Outline, rows: Bools) -> Bools:
    """Return a mask (n,) of those of some rows in which all predictors have values."""
    complete = rows.copy()
    for name in outline.names:
        for column in find_columns(name) if outline.is_expression(name) else (name,):
            complete &= ~find_column(sample, column, "predictor").isna().to_numpy(bool)
    return complete


def scan_predictors(sample: Sample, outline: Outline, rows: Bools) -> tuple[Predictors, Bools]:
    """Return what is known of the predictors in the rows of the domain with a known outcome, and the complete rows."""
    complete = complete_rows(sample, outline, rows)
    undefined, levels, numbers = {}, {}, set()
    for name in outline.names:
        if outline.is_expression(name):
            value, _, known = _evaluate(sample, name)
            undefined[name] = int((rows & known & ~np.isfinite(value)).sum())
        elif complete.any():
            if _is_category(sample, name, outline):
                levels[name] = find_levels(sample, name, complete, "predictor")
            else:
                numbers.add(name)
    return Predictors(int(complete.sum()), undefined, levels, frozenset(numbers)), complete


def _is_category(sample: Sample, name: str, outline: Outline) -> bool:
    """Whether a variable is a category: as written, not numeric, or with codes that the instrument defines."""
    kind = outline.factors[name].kind
    if kind == CATEGORY or name in outline.reference:
        return True
    if kind == NUMBER:
        return False
    if not is_number(find_column(sample, name, "predictor")):
        return True
    item = known_items(sample).get(name)
    return item is not None and (isinstance(item, Recode) or item.type in CODED)


def settle_terms(outline: Outline, found: Predictors) -> Terms:
    """Return the terms of a model, given what is known of the predictors in all rows.

    Raises
    ------
    LiteracyError
        ``estimate.variable``: a category with one level or too many, an expression that is undefined;
        ``estimate.domain``: no complete row.
    """
    for name, lost in found.undefined.items():
        if lost:
            raise LiteracyError(
                "estimate.variable",
                where=tell("predictor {!r}", name),
                what=tell("is not a number in {} rows although its columns are", lost),
                fix="exclude these rows with where=, or use another function",
            )
    if not found.used:
        raise LiteracyError(
            "estimate.domain",
            where=tell("predictors ") + ", ".join(outline.names),
            what="no row of the domain has values of all of them",
            fix="look for a column that is missing throughout",
        )
    variables: dict[str, Variable] = {}
    for name in outline.names:
        if outline.is_expression(name):
            variables[name] = Variable(name, (), find_columns(name))
        elif name in found.levels:
            if name in found.numbers:
                raise LiteracyError(
                    "estimate.variable",
                    where=tell("predictor {!r}", name),
                    what="holds numbers in some files and texts in others",
                    fix="write it alike in all files",
                )
            variables[name] = Variable(name, _order_levels(outline, found.levels[name]))
        else:
            variables[name] = Variable(name, (), (name,))
    terms = Terms(variables, outline.products)
    if terms.width > COEFFICIENTS:
        largest = max(variables.values(), key=lambda v: len(v.levels))
        raise LiteracyError(
            "estimate.variable", where=tell("predictor {!r}", largest.name),
            what=tell("{:,} levels; the model would have {:,} coefficients", len(largest.levels), terms.width),
            fix=tell("at most {} coefficients are fitted: group the levels first", COEFFICIENTS),
        )  # fmt: skip
    return terms


def _order_levels(outline: Outline, found: Levels) -> tuple[Any, ...]:
    """Return the levels of a category, reference first."""
    name, levels = found.name, found.values
    first = _place(name, levels, outline.reference.get(name))
    if len(levels) > MANY and outline.factors[name].kind != CATEGORY and name not in outline.reference:
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
    return (levels[first], *(v for i, v in enumerate(levels) if i != first))


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


def read_values(sample: Sample, outline: Outline, terms: Terms, complete: Bools) -> Values:
    """Return the values of the predictors in the complete rows."""
    numbers: dict[str, Floats] = {}
    codes: dict[str, Ints] = {}
    slopes: dict[tuple[str, str], Floats] = {}
    for name, variable in terms.variables.items():
        if outline.is_expression(name):
            value, by_column, _ = _evaluate(sample, name)
            numbers[name] = value[complete]
            slopes |= {(name, column): slope[complete] for column, slope in by_column.items()}
        elif variable.levels:
            raw, levels = read_levels(sample, name, complete, "predictor")
            codes[name] = Levels(name, variable.levels).place(levels)[raw[complete]]
            assert codes[name].min(initial=0) >= 0  # the levels are those of all blocks
        else:
            numbers[name] = read_numbers(sample, name, "predictor")[complete]
    return Values(numbers, codes, slopes)


def read_terms(
    sample: Sample,
    predictors: Sequence[str],
    rows: Bools,
    reference: Mapping[str, Any] | None = None,
) -> tuple[Terms, Values, Bools]:
    """Read the predictors of a model from all rows.

    Parameters
    ----------
    sample : Sample
    predictors, reference
        As in :func:`outline_terms`.
    rows : (n,) bool
        Rows of the domain with a known outcome.

    Returns
    -------
    terms : Terms
    values : Values in the complete rows.
    complete : (n,) bool, rows of the domain without missing predictors.
    """
    outline = outline_terms(sample, predictors, reference)
    found, complete = scan_predictors(sample, outline, rows)
    terms = settle_terms(outline, found)
    return terms, read_values(sample, outline, terms, complete), complete
