"""A Sample of a file that is read block by block: one pass collects what the estimates need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.recipes import find_margins, meet_margins
from literacy.workflow.rows import Rows, Tally
from literacy.workflow.samples import DesignOptions, find_design

if TYPE_CHECKING:
    from literacy.estimation import Totals
    from literacy.files import TableFile
    from literacy.instrument import Margins
    from literacy.sampling import Sample
    from literacy.weighting.blocks import CellFactors, CellSums


class Question(Protocol):
    """What is asked of every block."""

    def partial(self, block: Sample) -> Totals:
        """What a block adds to the answer."""


@dataclass(frozen=True, slots=True)
class BlockSample:
    """The rows of an open file with their design and weights, of which a block at a time is in memory.

    Attributes
    ----------
    file : TableFile
    rows : Rows
        What the rows are.
    options : DesignOptions
    factors : CellFactors, optional
        What weighting to margins multiplies the base weights by.
    margins : Margins, optional
        The margins they meet.
    """

    file: TableFile
    rows: Rows
    options: DesignOptions
    factors: CellFactors | None = None
    margins: Margins | None = None

    def samples(self) -> Iterator[tuple[Sample, Tally]]:
        """Blocks as Samples, and what was counted in each."""
        from literacy.sampling import Sample

        for data, tally in self.rows.blocks(self.file):
            sample = Sample(data, find_design(data, self.options), self.options.universe, block=True)
            counted = tally + count_rows(sample)
            yield (sample if self.factors is None else self.factors.apply(sample)), counted

    def weighted(self) -> BlockSample:
        """The same rows, weighted to the margins that were asked for: a pass over the columns of the margins.

        Raises
        ------
        LiteracyError
            As the weighting step; ``weighting.value`` where the rows are their own sampling units.
        """
        from literacy.weighting.blocks import margin_columns, solve_cells, sum_cells

        steps, margins = self.options.steps, self.options.totals
        if margins is None and steps.margins is None:
            return self
        sums: CellSums | None = None
        columns: tuple[str, ...] = ()
        counted, name = Tally(), ""
        for sample, tally in self.samples():
            if sums is None:
                data: Any = sample if sample.instrument is not None else None
                margins = margins if margins is not None else find_margins(data, str(steps.margins))
                columns = margin_columns(margins, [str(c) for c in sample.frame.columns])
            found = sum_cells(sample, columns)
            sums = found if sums is None else sums + found
            counted, name = counted + tally, sample.universe
        if sums is None or margins is None:
            raise LiteracyError("io.empty", where=self.file.where, what="no rows", fix="check the export")
        met = margins
        factors = solve_cells(sums, name, lambda cells: meet_margins(cells, met, steps))
        return replace(self, factors=factors, margins=margins)

    def collect(self, questions: Sequence[Question]) -> tuple[list[Totals], Tally]:
        """Totals of all questions, in one pass over the file."""
        sums: list[Totals] = []
        counted = Tally()
        for sample, tally in self.samples():
            counted += tally
            found = [q.partial(sample) for q in questions]
            sums = [a + b for a, b in zip(sums, found, strict=True)] if sums else found
        return sums, counted

    def answer(self, questions: Sequence[Question]) -> tuple[list[Any], tuple[str, ...], tuple[str, ...]]:
        """Answers to all questions in one pass over the file; where they come from; what is said of the reading."""
        from literacy.estimation import finish

        sums, tally = self.collect(questions)
        made: list[Any] = []
        history: tuple[str, ...] = ()
        for totals in sums:
            self._require(totals, tally)
            history = self.history(totals, tally)
            made.append(finish(replace(totals, origin=totals.origin.evolve(history=history))))
        return made, history, self.rows.said(tally)

    def _require(self, totals: Totals, tally: Tally) -> None:
        from literacy.sampling import require_rows

        if not tally.rows:
            raise LiteracyError("io.empty", where=self.file.where, what="no rows", fix="check the export")
        require_rows(totals.origin.universe, tally.inside, tally.zero, totals.design.weight)

    def history(self, totals: Totals, tally: Tally) -> tuple[str, ...]:
        """What a Sample of all rows would say."""
        return self.tell(totals.origin.universe, totals.notes, bool(totals.design.weight), tally)

    def tell(self, universe: str, notes: Sequence[str], weight: bool, tally: Tally) -> tuple[str, ...]:
        """What a Sample of all rows would say, from the name of their universe and what was noticed in the design."""
        from literacy.sampling import EVERYBODY, UNWEIGHTED, tell_universe, tell_universes, tell_zero

        if universe == "all":
            told = [tell(EVERYBODY)]
        elif universe:
            told = [tell_universe(universe, tally.inside, tally.rows - tally.inside)]
        else:
            told = tell_universes(tally.universes)
        weights = tell_zero(tally.zero) if weight else [tell(UNWEIGHTED)]
        step = [] if self.factors is None else [self.factors.sentence]
        return (*self.rows.history(self.file, tally), *told, *notes, *weights, *step)


def count_rows(sample: Sample) -> Tally:
    """Rows of a block in and outside the universe."""
    inside = int(sample.inside.sum())
    zero = int(((sample.weight == 0) & sample.inside).sum())
    plain = sample.instrument is None and not sample.universe and "universe" in sample.frame.columns
    universes = sample.frame["universe"].value_counts().to_dict() if plain else {}
    return Tally(inside=inside, zero=zero, universes=universes)
