"""Terms of a model: from column names to a model matrix.

Numbers enter linearly, categories as indicators of their levels. For the notation see
:mod:`literacy.estimation.models.formulas`. A category in a term has a column for every level except the reference, or
for every level if the model would otherwise lack degrees of freedom (``a:b`` without ``a``), as in patsy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.estimation.core.sample_columns import Floats, Ints

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

    @property
    def width(self) -> int:
        """Number of columns after the intercept if every category has a reference."""
        sizes = {n: max(len(v.levels) - 1, 1) for n, v in self.variables.items()}
        return sum(prod(sizes[n] for n in p) for p in self.products)

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
            width = part.shape[1] * block.shape[1]
            block = (part[:, :, None] * block[:, None, :]).reshape(rows, width)
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
