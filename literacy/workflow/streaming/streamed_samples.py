"""A Sample of a file that is read block by block, in passes that collect the sums required by the estimates."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from literacy._merging import merge_tree
from literacy.errors import CountedError, LiteracyError
from literacy.messages import tell
from literacy.workflow.recipes import count_altered, find_margins, refuse_altered, weight_to_margins
from literacy.workflow.samples import DesignOptions, find_design
from literacy.workflow.streaming.streamed_rows import Rows, Tally
from literacy.workflow.weighting_warnings import find_doubts

if TYPE_CHECKING:
    from literacy.estimation import Totals
    from literacy.files import Share, TableFile
    from literacy.instrument import Margins
    from literacy.sampling import Sample
    from literacy.weighting.cell_factors import CellFactors


class Task(Protocol):
    """Interface of what a pass collects of every block."""

    def partial(self, block: Sample) -> Any:
        """Return the sums of a block, which can be added."""


class Question(Protocol):
    """Interface of a statistic that is computed from one pass over all blocks, or from several."""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What the next pass collects."""

    def proceed(self, found: Sequence[Any], complete: Callable[[Totals], Totals]) -> Any:
        """Return the question of the next pass, or the result, given the sums of the tasks over all blocks.

        *complete* adds to Totals the history of the rows and, if there are any, replicates.
        """


class Work(Protocol):
    """Interface of a computation on every block, whose results can be added."""

    def find(self, block: Sample) -> tuple[Any, ...]:
        """Return the results for a block."""


class OwnPasses:
    """What inquiries have in common that make passes of their own over the blocks."""

    __slots__ = ()

    @property
    def options(self) -> dict[str, Any]:
        """None: what is asked is not a single statistic."""
        return {}

    @property
    def merged(self) -> bool:
        """True: it can be computed from sums added over blocks."""
        return True


@dataclass(frozen=True, slots=True)
class AskAll:
    """Computation of the sums of several tasks; ``units``: with all sampling units, from which replicates are made."""

    tasks: tuple[Task, ...]
    units: bool = False

    def find(self, block: Sample) -> tuple[Any, ...]:
        """Return the sums of each task."""
        found = tuple(t.partial(block) for t in self.tasks)
        if not self.units:
            return found
        from literacy.estimation import Totals
        from literacy.estimation.core.unit_replicates import add_units

        return tuple(add_units(f, block) if isinstance(f, Totals) else f for f in found)


@dataclass(frozen=True, slots=True)
class SumCells:
    """Computation of the sums by cell of the margins."""

    columns: tuple[str, ...]

    def find(self, block: Sample) -> tuple[Any, ...]:
        """Return the sums by cell."""
        from literacy.weighting.cell_factors import sum_cells

        return (sum_cells(block, self.columns),)


@dataclass(frozen=True, slots=True)
class Harvest:
    """Results and counts of one or more blocks."""

    found: tuple[Any, ...]
    tally: Tally

    def __add__(self, other: Harvest) -> Harvest:
        """Return the sum of both."""
        sums = tuple(a + b for a, b in zip(self.found, other.found, strict=True))
        return Harvest(sums, self.tally + other.tally)


class Crew(Protocol):
    """Interface of processes or machines that process shares of a file."""

    def gather(self, sample: BlockSample, work: Work, shares: Sequence[Share]) -> Harvest:
        """Return the results for all shares."""


@dataclass(frozen=True, slots=True)
class BlockSample:
    """The rows of an open file with design and weights, of which one block at a time is in memory.

    Attributes
    ----------
    file : TableFile
    rows : Rows
        Reader of the rows.
    options : DesignOptions
    factors : CellFactors, optional
        Factors by which weighting to margins multiplies the base weights.
    margins : Margins, optional
        The margins used in weighting.
    crew : Crew, optional
        Processes or machines that process shares of the file; default is this process.
    most : int, optional
        Maximum number of rows of a block, beyond that of the reader.
    """

    file: TableFile
    rows: Rows
    options: DesignOptions
    factors: CellFactors | None = None
    margins: Margins | None = None
    crew: Crew | None = None
    most: int | None = None

    def samples(self, share: Share | None = None) -> Iterator[tuple[Sample, Tally]]:
        """Yield blocks of all rows, or of a share, as Samples with their counts."""
        for data, tally in self.rows.blocks(self.file, share, self.most):
            try:
                sample = self._sample(data)
            except CountedError:
                raise self._count_faults() from None
            del data
            counted = tally + count_rows(sample)
            if self.factors is not None:
                sample = self.factors.apply(sample)
            if self.options.delivered and (self.factors is not None or not self._has_margins):
                counted += Tally(altered=count_altered(sample, sample.frame))
            yield sample, counted
            del sample  # before the next rows are read

    @property
    def _has_margins(self) -> bool:
        """Whether the rows are weighted to margins, by factors that one pass determines."""
        return self.options.totals is not None or self.options.steps.margins is not None

    def _sample(self, data: Any) -> Sample:
        from literacy.sampling import Sample

        return Sample(data, find_design(data, self.options), self.options.universe, block=True)

    def _count_faults(self) -> CountedError:
        """Return the error about unusable cells of the design, with their number in all blocks of the file."""
        from literacy.sampling import list_roles

        found: dict[str, CountedError] = {}
        order: list[str] = []
        sound = 0
        for data, _ in self.rows.blocks(self.file, None, self.most):
            order = order or list_roles(find_design(data, self.options))
            try:
                sound += int(self._sample(data).inside.sum())
            except CountedError as error:
                found[error.where] = found[error.where] + error if error.where in found else error
        first = min(
            found, key=order.index
        )  # what is looked at before it is sound, and it was looked at in every block
        return found[first].widen(sound)

    def weighted(self) -> BlockSample:
        """Return the same rows weighted to the requested margins, after one pass over their columns.

        Raises
        ------
        LiteracyError
            As for weighting in memory; ``weighting.value`` if rows are their own sampling units.
        """
        from literacy.weighting.cell_factors import margin_columns, solve_cells

        if not self._has_margins:
            return self
        steps, margins = self.options.steps, self.options.totals
        first = next(self.samples(), None)
        if first is None:
            raise LiteracyError(
                "io.empty", where=self.file.where, what="no rows", fix="check the exported file"
            )
        data: Any = first[0] if first[0].instrument is not None else None
        margins = margins if margins is not None else find_margins(data, str(steps.margins))
        columns = margin_columns(margins, first[0].frame)
        harvest = self.gather(SumCells(columns))
        self.require_rows(first[0].universe, first[0].design.weight, harvest.tally)
        sums = harvest.found[0]
        met = margins
        factors = solve_cells(sums, first[0].universe, lambda cells: weight_to_margins(cells, met, steps))
        weighting = replace(factors.weighting, instrument=first[0].instrument)
        return replace(self, factors=replace(factors, weighting=weighting), margins=margins)

    def gather(self, work: Work) -> Harvest:
        """Compute results share by share, merged in a tree that depends only on the file."""
        shares = self.file.shares()
        made: Harvest
        if self.crew is not None and len(shares) > 1:
            made = self.crew.gather(self, work, shares)
        else:
            made = merge_tree((self.harvest(work, share) for share in shares), operator.add)
        refuse_altered(made.tally.altered)
        return made

    def harvest(self, work: Work, share: Share) -> Harvest:
        """Compute the results for the blocks of a share."""
        found: Harvest | None = None
        for sample, tally in self.samples(share):
            one = Harvest(work.find(sample), tally)
            del sample
            found = one if found is None else found + one
        assert found is not None  # there is at least one block, possibly empty
        return found

    def answer(self, questions: Sequence[Question]) -> tuple[list[Any], tuple[str, ...], tuple[str, ...]]:
        """Return the results of all statistics, history and notes on the reading, from as few passes as they need."""
        replicated = self.options.steps.replicates is not None
        doubts = self.find_doubts()
        pending = dict(enumerate(questions))
        made: dict[int, Any] = {}
        tally = Tally()
        history: tuple[str, ...] = ()

        from literacy.estimation.core.totals import name_units

        def complete(totals: Totals) -> Totals:
            nonlocal history
            self.require_rows(totals.origin.universe, totals.design.weight, tally)
            history = self.history(totals, tally)
            if replicated:
                totals, sentence = self._replicate(totals)
                history = (*history, sentence)
            history = (*history, *doubts)
            # the notes on labels are in the history now
            units = replace(name_units(totals), spellings=())
            return replace(totals, units=units, origin=totals.origin.evolve(history=history))

        while pending:
            tasks: list[Task] = []
            for question in pending.values():
                for task in question.tasks:
                    if task not in tasks:
                        tasks.append(task)
            harvest = self.gather(AskAll(tuple(tasks), replicated))
            self.file.require_unchanged()
            tally = harvest.tally
            left: dict[int, Question] = {}
            for i, question in pending.items():
                step = question.proceed([harvest.found[tasks.index(t)] for t in question.tasks], complete)
                if hasattr(step, "proceed"):
                    left[i] = step
                else:
                    made[i] = step
            pending = left
        return [made[i] for i in range(len(questions))], history, self.rows.reading_notes(tally)

    def find_doubts(self) -> tuple[str, ...]:
        """Return warnings about the weighting."""
        given = self.options.weight is not None or self.options.design is not None
        first = next(iter(self.rows.blocks(self.file)))[0]
        return find_doubts(first, self.margins, asked=self.options.steps.asked or given)

    def fits_blocks(self) -> bool:
        """Whether weights do not follow from the sizes of all strata, and replicates can be made of sampling units."""
        replicated = self.options.steps.replicates is not None
        if self.options.weight and not replicated:
            return True
        data = next(iter(self.rows.blocks(self.file)))[0]
        design = find_design(data, self.options)
        return bool(design.weight or not design.fpc) and bool(design.psu or not replicated)

    def _replicate(self, totals: Totals) -> tuple[Totals, str]:
        from literacy.estimation.core.unit_replicates import Draw, replicate_units

        steps = self.options.steps
        return replicate_units(totals, Draw(str(steps.replicates), steps.number, steps.rho, steps.seed))

    def require_rows(self, universe: str, weight: str, tally: Tally) -> None:
        """Raise an error for a file without rows, or without rows in the universe."""
        from literacy.sampling import require_rows

        if not tally.rows:
            raise LiteracyError(
                "io.empty", where=self.file.where, what="no rows", fix="check the exported file"
            )
        require_rows(universe, tally.inside, tally.zero, weight)

    def history(self, totals: Totals, tally: Tally) -> tuple[str, ...]:
        """Return the history that a Sample of all rows would have."""
        return self.describe_rows(totals.origin.universe, totals.notes, bool(totals.design.weight), tally)

    def describe_rows(
        self, universe: str, notes: Sequence[str], weight: bool, tally: Tally
    ) -> tuple[str, ...]:
        """Return the history of a Sample of all rows, given the name of the universe and notes on the design."""
        from literacy.sampling import (
            EVERYBODY,
            UNWEIGHTED,
            describe_universe,
            describe_universes,
            describe_zero_weights,
        )

        if universe == "all":
            population = [tell(EVERYBODY)]
        elif universe:
            population = [describe_universe(universe, tally.inside, tally.rows - tally.inside)]
        else:
            population = describe_universes(tally.universes)
        weights = describe_zero_weights(tally.zero) if weight else [tell(UNWEIGHTED)]
        step = [] if self.factors is None else [self.factors.sentence]
        return (*self.rows.history(self.file, tally), *population, *notes, *weights, *step)


def count_rows(sample: Sample) -> Tally:
    """Count the rows of a block inside and outside the universe."""
    inside = int(sample.inside.sum())
    zero = int(((sample.weight == 0) & sample.inside).sum())
    plain = sample.instrument is None and not sample.universe and "universe" in sample.frame.columns
    universes = sample.frame["universe"].value_counts().to_dict() if plain else {}
    return Tally(inside=inside, zero=zero, universes=universes)
