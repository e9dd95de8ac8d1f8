"""The equation of a model, and the rows to which it applies: all at once, or block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from literacy.errors import LiteracyError
from literacy.estimation.core.code_labels import known_items, known_levels, option_labels, tier_names
from literacy.estimation.core.domains import (
    Where,
    format_values,
    list_conditions,
    match_value,
    name_pairs,
    no_rows,
    unknown_value,
)
from literacy.estimation.core.sample_columns import (
    Bools,
    Floats,
    Ints,
    find_column,
    is_known,
    read_levels,
    read_numbers,
    read_outcome,
)
from literacy.estimation.core.scope import find_rows
from literacy.estimation.models.predictors import (
    Levels,
    Outline,
    Predictors,
    complete_rows,
    find_levels,
    read_values,
    scan_predictors,
    settle_terms,
)
from literacy.estimation.models.terms import Terms, Values
from literacy.messages import tell
from literacy.provenance import Origin
from literacy.sampling import Sample
from literacy.sampling.unit_labels import Spellings, merge_spellings


@dataclass(frozen=True, slots=True)
class Equation:
    """What is regressed on what, and where: the same for every block.

    Attributes
    ----------
    family, outcome : str
    outline : Outline
        The predictors.
    offset : str, optional
    levels : categories of an ordinal outcome in order, if given.
    where : domain.
    block : bool
        Whether the rows are read in blocks, so that having no rows is not an error.
    """

    family: str
    outcome: str
    outline: Outline
    offset: str | None = None
    levels: tuple[Any, ...] | None = None
    where: Where = None
    block: bool = False

    def find_domain(self, sample: Sample) -> tuple[Bools, str]:
        """Return the rows of the domain with weight, and its name."""
        return find_rows(sample, self.where, self.block)

    def read_known(self, sample: Sample, rows: Bools) -> tuple[Floats, Floats | None, Bools]:
        """Return the outcome (n,), the offset, and the rows in which both are known.

        An ordinal outcome is 0 where known, since its codes depend on the levels of all rows.
        """
        if self.family == "ordinal":
            y = np.where(find_column(sample, self.outcome, "outcome").isna(), np.nan, 0.0)
        else:
            y = read_outcome(sample, self.outcome, block=self.block)
        known = rows & ~np.isnan(y)
        shift = None if self.offset is None else read_numbers(sample, self.offset, "offset")
        return y, shift, known if shift is None else known & ~np.isnan(shift)


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What the first pass finds in some rows; ``a + b`` is what it finds in both.

    Attributes
    ----------
    head : Sample
        The first block, without its rows if there are others.
    rows, domain, known, used : number of rows, of those of the domain, with a known outcome, and with all predictors.
    among : number of rows among which the weight of the domain is shared: with adjusted weights, all.
    mass, weight : sum of the weights of the domain and of the rows used.
    negative : number of negative weights among the rows used.
    low, high : range of the outcome in the rows used.
    predictors : Predictors
    outcome : levels of an ordinal outcome.
    possible : whether the value of an outcome ``column=value`` occurs, or may occur.
    hits : values of the conditions that occur.
    spellings : labels of the design as they are written.
    origin : Origin
    """

    head: Sample
    rows: int
    domain: int
    known: int
    used: int
    among: int
    mass: float
    weight: float
    negative: int
    low: float
    high: float
    predictors: Predictors
    outcome: Levels | None
    possible: bool
    hits: frozenset[tuple[str, Any]]
    spellings: tuple[Spellings, ...]
    origin: Origin

    def __add__(self, other: Scan) -> Scan:
        """Return what is found in both."""
        both = (self.outcome, other.outcome)
        return Scan(
            self.head, self.rows + other.rows, self.domain + other.domain, self.known + other.known,
            self.used + other.used, self.among + other.among, self.mass + other.mass, self.weight + other.weight,
            self.negative + other.negative, min(self.low, other.low), max(self.high, other.high),
            self.predictors + other.predictors,
            None if both[0] is None or both[1] is None else both[0] + both[1],
            self.possible or other.possible, self.hits | other.hits,
            merge_spellings(self.spellings, other.spellings), self.origin.merge(other.origin),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScanBlock:
    """Computation of the first pass."""

    equation: Equation

    def find(self, block: Sample) -> tuple[Scan]:
        """Return what is found in a block."""
        equation = self.equation
        rows, _ = equation.find_domain(block)
        y, _, known = equation.read_known(block, rows)
        predictors, used = scan_predictors(block, equation.outline, known)
        weight, y_used = block.weight[used], y[used]
        conditions = list_conditions(equation.where) if equation.block else {}
        hits = {(c, v) for c, vs in conditions.items() for v in vs if match_value(block, c, v).any()}
        found = Scan(
            head=behead(block) if equation.block else block,
            rows=len(block),
            domain=int(rows.sum()),
            known=int(known.sum()),
            used=int(used.sum()),
            among=len(block) if block.adjustments else int(rows.sum()),
            mass=float(block.weight[rows].sum()),
            weight=float(weight.sum()),
            negative=int((weight < 0).sum()),
            low=float(y_used.min(initial=np.inf)),
            high=float(y_used.max(initial=-np.inf)),
            predictors=predictors,
            outcome=find_levels(block, equation.outcome, rows, "outcome") if equation.family == "ordinal" else None,
            possible=not equation.block or _is_possible(block, equation.outcome, y),
            hits=frozenset(hits),
            spellings=block.codes.spellings,
            origin=block.origin,
        )  # fmt: skip
        return (found,)


def behead(sample: Sample) -> Sample:
    """Return a sample without its rows, which knows instrument, wave and standard."""
    codes = replace(sample.codes, stages=(), fraction=np.ones(0), pairs=(), units=(), spellings=())
    none = np.zeros(0)
    return sample.evolve(
        frame=sample.frame.iloc[:0], weight=none, base_weight=none, inside=np.zeros(0, bool), codes=codes,
        adjustments=(),
    )  # fmt: skip


def _is_possible(block: Sample, outcome: str, y: Floats) -> bool:
    """Whether a value named as outcome occurs in a block, or is a level the column can have."""
    name, mark, value = outcome.partition("=")
    if not mark or outcome in block.frame.columns or bool((y == 1).any()):
        return True
    return is_known(value.strip(), known_levels(block, name.strip()))


@dataclass(frozen=True, slots=True)
class ListValues:
    """Computation of the values of a column."""

    column: str
    role: str

    def find(self, block: Sample) -> tuple[Levels]:
        """Return those of a block with weight."""
        return (Levels(self.column, read_levels(block, self.column, role=self.role)[1]),)


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """The rows of a block to which a model is fitted.

    Attributes
    ----------
    rows : (n,) bool, rows of the block that are used.
    y : (m,) outcome in those rows (codes for an ordinal model).
    weight : (m,)
    values : predictors in those rows.
    offset : (m,) or None.
    X : (m, k) model matrix, without the intercept for an ordinal model.
    """

    rows: Bools
    y: Floats
    weight: Floats
    values: Values
    offset: Floats | None
    X: Floats

    @property
    def codes(self) -> Ints:
        """Codes (m,) of an ordinal outcome."""
        return self.y.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Plan:
    """An equation whose levels are known, so that every block gives a model matrix of the same columns.

    Attributes
    ----------
    equation : Equation
    terms : Terms
    categories : levels of an ordinal outcome, in order.
    """

    equation: Equation
    terms: Terms
    categories: tuple[Any, ...] = ()

    @property
    def ordinal(self) -> bool:
        """Whether the outcome is ordinal."""
        return self.equation.family == "ordinal"

    def matrix(self, values: Values, rows: int, slope: str = "") -> Floats:
        """Return the model matrix of some predictor values, without the intercept for an ordinal model."""
        X = self.terms.matrix(values, rows, slope)
        return X[:, 1:] if self.ordinal else X

    def read(self, block: Sample) -> Data:
        """Return the rows of a block."""
        equation = self.equation
        rows, _ = equation.find_domain(block)
        y, shift, known = equation.read_known(block, rows)
        used = complete_rows(block, equation.outline, known)
        if self.ordinal:
            raw, found = read_levels(block, equation.outcome, rows, "outcome")
            y = Levels("", self.categories).place(found)[raw].astype(np.float64)
        values = read_values(block, equation.outline, self.terms, used)
        m = int(used.sum())
        return Data(
            used, y[used], block.weight[used], values, None if shift is None else shift[used],
            self.matrix(values, m),
        )  # fmt: skip


class Finder(Protocol):
    """A computation on a block, whose results can be added."""

    def find(self, block: Sample) -> tuple[Any, ...]:
        """Return the results for a block."""


class Step(Protocol):
    """A computation on the rows of a model in a block, whose results can be added."""

    def take(self, block: Sample, data: Data) -> Any:
        """Return the results for a block."""


@dataclass(frozen=True, slots=True)
class OnData:
    """A step, with the plan by which it reads its rows."""

    plan: Plan
    step: Step

    def find(self, block: Sample) -> tuple[Any]:
        """Return the results for a block."""
        return (self.step.take(block, self.plan.read(block)),)


class Source(Protocol):
    """Where the rows of a model come from."""

    @property
    def block(self) -> bool:
        """Whether rows are read in blocks."""

    def gather(self, work: Finder) -> Any:
        """Return the sum of the results of all blocks."""

    def take(self, plan: Plan, step: Step) -> Any:
        """Return the sum of the results of a step over all blocks."""

    def keep(self, plan: Plan) -> Source:
        """Return a source that may keep the rows of a model for several steps."""


@dataclass(frozen=True, slots=True, eq=False)
class WholeSample:
    """A sample whose rows are all in memory: a single block."""

    sample: Sample
    block: bool = False
    kept: dict[str, Data] = field(default_factory=dict)

    def gather(self, work: Finder) -> Any:
        """Return the results of the block."""
        return work.find(self.sample)[0]

    def read(self, plan: Plan) -> Data:
        """Return the rows of the model; they are kept while it is fitted."""
        return self.kept.get("data") or plan.read(self.sample)

    def take(self, plan: Plan, step: Step) -> Any:
        """Return the results of a step."""
        return step.take(self.sample, self.read(plan))

    def keep(self, plan: Plan) -> WholeSample:
        """Return a source that keeps the rows of a model."""
        return WholeSample(self.sample, False, {"data": self.read(plan)})


def settle_plan(equation: Equation, scan: Scan, gather: Callable[[Finder], Any]) -> Plan:
    """Return the plan of a model, given what the first pass found.

    Raises
    ------
    LiteracyError
        For values, rows, outcomes and predictors that do not exist or cannot be used.
    """
    head = scan.head
    conditions = list_conditions(equation.where) if equation.block else {}
    for column, values in conditions.items():
        for value in values:
            if (column, value) not in scan.hits:
                found = gather(ListValues(column, "where")).values
                raise unknown_value(column, value, format_values(head, column, found))
    if equation.block and conditions and not scan.domain:
        raise no_rows(name_pairs(equation.where if isinstance(equation.where, Mapping) else conditions))
    if not scan.possible:
        name = equation.outcome.partition("=")[0].strip()
        held = ", ".join(repr(v) for v in gather(ListValues(name, "outcome")).values[:8])
        raise LiteracyError(
            "estimate.variable",
            where=f"outcome={equation.outcome!r}",
            what="no row has that value",
            fix=tell("known: {}", held),
        )
    categories: tuple[Any, ...] = ()
    if scan.outcome is not None:
        categories = _order_categories(equation, scan.outcome, tier_names(head))
    if not scan.known:
        raise LiteracyError(
            "estimate.domain",
            where=f"outcome={equation.outcome!r}",
            what="missing in every row",
            fix="choose another variable",
        )
    terms = settle_terms(equation.outline, scan.predictors)
    if equation.outcome.partition("=")[0].strip() in terms.variables:
        raise LiteracyError(
            "estimate.variable",
            where=tell("predictor {!r}", equation.outcome),
            what="is the outcome itself",
            fix="omit it",
        )
    return Plan(equation, terms, categories)


def _order_categories(equation: Equation, outcome: Levels, tiers: list[str]) -> tuple[Any, ...]:
    """Return the categories of an ordinal outcome, in order."""
    found, named = outcome.values, f"outcome={equation.outcome!r}"
    if equation.levels is not None:
        unknown = [v for v in found if v not in equation.levels]
        if unknown:
            raise LiteracyError(
                "estimate.option",
                where=tell("levels of {!r}", equation.outcome),
                what=tell("{!r} is not among them", unknown[0]),
                fix=tell("list all levels in order: {}", ", ".join(repr(v) for v in found)),
            )
        found = tuple(v for v in equation.levels if v in found)
    elif not (outcome.numeric or (_are_tiers(found, tiers) if outcome.ordered is None else outcome.ordered)):
        raise LiteracyError(
            "estimate.variable",
            where=named,
            what="its categories have no order",
            fix=tell("give levels= in order: {}", ", ".join(repr(v) for v in found)),
        )
    if len(found) < 3:
        raise LiteracyError(
            "estimate.variable",
            where=named,
            what=tell("{} categories", len(found)),
            fix="an ordinal model requires three categories; for two use family='logistic'",
        )
    if len(found) > 50:
        raise LiteracyError(
            "estimate.variable",
            where=named,
            what=tell("{} different values", len(found)),
            fix="use family='linear', or group the values first",
        )
    return found


def _are_tiers(found: tuple[Any, ...], tiers: list[str]) -> bool:
    """Whether categories are the tiers of a standard, at most one (the lowest) excepted."""
    known = set(tiers)
    return bool(known) and len(set(found) - known) <= 1 and bool(set(found) & known)


def label_levels(head: Sample, terms: Terms) -> list[str]:
    """Return notes on the meaning of the codes of categories, as far as the instrument knows it."""
    items, notes = known_items(head), []
    for variable in terms.variables.values():
        if variable.levels and variable.name in items:
            known = option_labels(items[variable.name])
            named = [f"{v} = {known[v]}" for v in variable.levels if v in known]
            notes += [f"{variable.name}: {', '.join(named)}"] if named else []
    return notes
