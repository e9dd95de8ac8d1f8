"""Terms of a model: from column names to a model matrix.

A predictor is a column (numbers enter as they are, everything else as one 0/1 column a level beyond the reference),
``factor(column)`` (numbers taken as categories), a product ``a:b``, or ``a*b`` (both and their product). Codes of an
item that the instrument knows to be a choice are categories too; ``number(column)`` takes them as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation.core.labels import known_items
from literacy.estimation.core.variables import (
    Bools,
    Floats,
    Ints,
    find_column,
    is_number,
    read_levels,
    read_numbers,
)
from literacy.instrument import Recode
from literacy.messages import tell
from literacy.sampling import Sample

_NAME = re.compile(r"^(factor|C|number)\((.+)\)$")
MANY = 60  # levels beyond which a column is rather a name or a date
CODED = ("single", "multiple", "category", "true_false")  # types of items whose numbers are codes
_WORD = re.compile(r"^[^\s()*:+~^|]+(?: [^\s()*:+~^|]+)*$")


@dataclass(frozen=True, slots=True)
class Variable:
    """A predictor: a number (no levels) or a category with its levels, reference first."""

    name: str
    levels: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Values:
    """Data of the predictors for the rows of a model: numbers, or codes of levels (reference 0)."""

    numbers: Mapping[str, Floats]
    codes: Mapping[str, Ints]

    def fix(self, variable: Variable, level: int) -> Values:
        """Return the same rows, all at one level of a category."""
        codes = {**self.codes, variable.name: np.full_like(self.codes[variable.name], level)}
        return Values(self.numbers, codes)


@dataclass(frozen=True, slots=True)
class Terms:
    """The right-hand side of a model.

    Attributes
    ----------
    variables : predictors by name.
    products : the terms, each a tuple of variable names; main effects first.
    """

    variables: Mapping[str, Variable]
    products: tuple[tuple[str, ...], ...]

    def columns(self) -> list[tuple[str, str]]:
        """Term and level of each column after the intercept."""
        out: list[tuple[str, str]] = []
        for product in self.products:
            labels = [""]
            for name in product:
                more = [str(v) for v in self.variables[name].levels[1:]] or [""]
                labels = [":".join(filter(None, (a, b))) for b in more for a in labels]
            out += [(":".join(product), label) for label in labels]
        return out

    def matrix(self, values: Values, rows: int, slope: str = "") -> Floats:
        """Model matrix with the intercept first (rows, k); with `slope`, its derivative by that number."""
        blocks: list[NDArray[Any]] = [np.full((rows, 1), 0.0 if slope else 1.0)]
        for product in self.products:
            block = np.ones((rows, 1))
            if slope and slope not in product:
                block = np.zeros((rows, 1))
            for name in product:
                variable = self.variables[name]
                if variable.levels:
                    part = (values.codes[name][:, None] == np.arange(1, len(variable.levels))).astype(float)
                elif name == slope:
                    part = np.ones((rows, 1))
                else:
                    part = values.numbers[name][:, None]
                block = (part[:, :, None] * block[:, None, :]).reshape(rows, -1)
            blocks.append(block)
        return np.concatenate(blocks, axis=1)


def split_formula(outcome: str, predictors: Sequence[str] | str | None) -> tuple[str, list[str]]:
    """Outcome and predictors, from ``"y ~ a + b"`` or from both given apart."""
    if "~" in outcome:
        if predictors is not None:
            raise LiteracyError(
                "estimate.option",
                where=tell("regress({!r})", outcome),
                what="a formula and predictors",
                fix="give either the formula or the two apart",
            )
        outcome, _, right = outcome.partition("~")
        parts = [p.strip() for p in right.split("+")]
    else:
        given = [predictors] if isinstance(predictors, str) else list(predictors or [])
        parts = [p.strip() for text in given for p in str(text).split("+")]
    parts = [p for p in parts if p != "1"]
    if any(p in ("", "0", "-1") for p in parts):
        raise LiteracyError(
            "estimate.option",
            where=tell("regress({!r})", outcome.strip()),
            what="an empty predictor, or a model without an intercept",
            fix="name the predictors, joined by +",
        )
    return outcome.strip(), parts


def read_terms(
    sample: Sample,
    predictors: Sequence[str],
    rows: Bools,
    reference: Mapping[str, Any] | None = None,
) -> tuple[Terms, Values, Bools]:
    """Read predictors.

    Parameters
    ----------
    sample : Sample
    predictors : sequence of str
        See the module.
    rows : (n,) bool
        Rows of the domain with a known outcome.
    reference : dict, optional
        Reference level by column; the first level otherwise.

    Returns
    -------
    terms : Terms
    values : Values of the complete rows.
    complete : (n,) bool, rows of the domain where no predictor is missing.
    """
    reference = dict(reference or {})
    products: list[tuple[str, ...]] = []
    factors: set[str] = set()
    numbers_: set[str] = set()
    for text in predictors:
        if text in sample.frame.columns:
            products.append((text,))
            continue
        star, names = "*" in text, []
        for part in re.split(r"[*:]", text):
            part = part.strip()
            match = _NAME.match(part)
            name = match.group(2).strip() if match else part
            if not _WORD.match(name):
                raise LiteracyError(
                    "estimate.variable",
                    where=tell("predictor {!r}", text),
                    what=tell("{!r} is not a column name", part),
                    fix="compute the column in the data first; a model knows a, factor(a), a:b and a*b",
                )
            find_column(sample, name, "predictor")
            if match:
                (numbers_ if match.group(1) == "number" else factors).add(name)
            names.append(name)
        if star or len(names) > 1:
            products += [(name,) for name in names]
        products.append(tuple(names))
    products = sorted(dict.fromkeys(products), key=len)
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
    categories = [
        name
        for name in names_
        if name in factors or name in reference or (name not in numbers_ and _is_category(sample, name))
    ]
    for name in names_:
        column = find_column(sample, name, "predictor")
        complete &= ~column.isna().to_numpy(bool)
    if not complete.any():
        raise LiteracyError(
            "estimate.domain",
            where=tell("predictors ") + ", ".join(names_),
            what="no row of the domain has them all",
            fix="look for a column that is missing throughout",
        )
    variables: dict[str, Variable] = {}
    numbers: dict[str, Floats] = {}
    codes: dict[str, Ints] = {}
    for name in names_:
        if name not in categories:
            variables[name] = Variable(name)
            numbers[name] = read_numbers(sample, name, "predictor")[complete]
            continue
        raw, levels = read_levels(sample, name, complete, "predictor")
        first = _place(name, levels, reference.get(name))
        order = [first, *(i for i in range(len(levels)) if i != first)]
        rank = np.empty(len(levels), np.int64)
        rank[order] = np.arange(len(levels))
        codes[name] = rank[raw[complete]]
        variables[name] = Variable(name, tuple(levels[i] for i in order))
        if len(levels) > MANY and name not in factors and name not in reference:
            raise LiteracyError(
                "estimate.variable",
                where=tell("predictor {!r}", name),
                what=tell("{} different values that are no numbers", len(levels)),
                fix=tell("group them first, or write 'factor({})' if every one is meant", name),
            )
        if len(levels) < 2:
            raise LiteracyError(
                "estimate.variable",
                where=tell("predictor {!r}", name),
                what=tell("only one level ({!r}) among the rows used", levels[0]),
                fix="leave it out of this model",
            )
    return Terms(variables, tuple(products)), Values(numbers, codes), complete


def _is_category(sample: Sample, name: str) -> bool:
    """Whether a column holds categories: no numbers, or codes of a choice that the instrument knows."""
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
