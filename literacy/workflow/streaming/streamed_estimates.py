"""Estimates and tests from a file: block by block if it is large, otherwise from a single block of all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, cast

from literacy.errors import LiteracyError
from literacy.messages import mark, tell
from literacy.workflow.answerfiles import Needed, Say, load_kept, load_standards, say_once
from literacy.workflow.recipes import RECIPE, read_recipe
from literacy.workflow.samples import DesignOptions, build_sample

if TYPE_CHECKING:
    from literacy.estimation import Totals
    from literacy.files import TableFile
    from literacy.instrument import Instrument, Wave
    from literacy.sampling import Sample
    from literacy.workflow.streaming.streamed_rows import Rows
    from literacy.workflow.streaming.streamed_samples import BlockSample

Belonging = tuple["Instrument", "Wave"] | None
"""Survey and wave of a file; None for a plain table."""
Own = Callable[[Belonging, DesignOptions], DesignOptions]
ALONE = mark("read by this process alone: the file is small, or what is asked needs all rows at once")
EXACT = mark("--approximate: not needed, as all rows are held at once; quantiles are exact")
MERGED = ("mean", "total", "proportion", "ratio", "population_variance", "independence")
"""Statistics that can be computed from totals added over blocks."""
NEED_ROWS = ("independence", "regression")
"""Statistics whose replicates are computed from the rows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A requested statistic: its name, columns and options."""

    statistic: str
    variables: tuple[str, ...]
    options: dict[str, Any]

    @property
    def merged(self) -> bool:
        """Whether it can be computed from sums added over blocks."""
        if self.statistic != "quantile":
            return self.statistic in MERGED
        return not {"rule", "ci"} & set(self.options)  # the default rule and interval

    @property
    def tasks(self) -> tuple[Asked]:
        """What a pass collects of every block: its Totals."""
        return (self,)

    def answer(self, sample: Sample) -> Any:
        """Compute the result from a sample of all rows."""
        from literacy import estimation

        name = "test_independence" if self.statistic == "independence" else self.statistic
        options = {k: v for k, v in self.options.items() if k != "approximate"}
        return getattr(estimation, name)(sample, *self.variables, **options)

    def partial(self, block: Sample) -> Totals:
        """Compute the Totals of a block of rows."""
        from literacy.estimation import partial

        names: Any = self.variables[0] if len(self.variables) == 1 else list(self.variables)
        return partial(block, self.statistic, names, **self.options)

    def proceed(self, found: Sequence[Totals], complete: Callable[[Totals], Totals]) -> Any:
        """Return the result, given the Totals of all blocks."""
        from literacy.estimation import finish

        return finish(complete(found[0]))

    def begin(self) -> Any:
        """Return the question put to the first pass over the blocks."""
        if self.statistic != "quantile":
            return self
        from literacy.estimation.statistics.block_quantiles import search_quantile

        return search_quantile(self.variables[0], **self.options)


class Inquiry(Protocol):
    """Interface of what is asked of a file."""

    @property
    def statistic(self) -> str:
        """Name of the statistic."""

    @property
    def options(self) -> dict[str, Any]:
        """Options of the statistic."""

    @property
    def merged(self) -> bool:
        """Whether it can be computed from sums added over blocks."""

    def answer(self, sample: Sample) -> Any:
        """Compute the result from a sample of all rows."""


InBlocks = Callable[["BlockSample"], tuple[list[Any], tuple[str, ...], tuple[str, ...]]]
"""Computation of the results, their history and notes on the reading from the rows of a file."""


def answer_file(
    file: TableFile, asked: Sequence[Inquiry], options: DesignOptions, survey: str | None, wave: str | None,
    standards: Sequence[str], keep_personal: bool, needed: Needed, decimal: str, *, say: Say,
    workers: int | None = None, address: str = "", own: Own = lambda survey, options: options,
    kept: bool = False, in_blocks: InBlocks | None = None,
) -> Iterator[tuple[str, tuple[str, ...], list[Any]]]:  # fmt: skip
    """Compute results from an open file, once for each standard.

    *own* is called with the survey and wave of the file (None for a plain table) and *options*, and returns the
    options to be used. With *kept*, answers are kept as given instead of scored. *in_blocks* answers by its own passes
    over the rows; by default what is asked is computed in as few passes as it needs.

    Yields
    ------
    standard, provenance notes, results
    """
    from literacy.workflow.streaming.streamed_answers import open_kept_rows, open_rows
    from literacy.workflow.streaming.streamed_rows import Tally
    from literacy.workflow.streaming.streamed_samples import BlockSample

    # the file may be looked over before it turns out that all rows are needed, and again then
    note = say_once(say)

    def open_as(standard: str) -> Rows:
        if kept:
            return open_kept_rows(file, survey, wave, needed, say=note)
        return open_rows(file, survey, wave, standard, keep_personal, needed, decimal, say=note)

    stored = _read_delivered(file, options)
    if file.in_blocks and all(a.merged for a in asked) and _fits(stored, asked):
        from literacy.workflow.streaming.cluster import open_crew

        with ExitStack() as stack:
            alone = len(file.shares()) < 2
            # the processes load their modules while the file is looked over
            crew = stack.enter_context(open_crew(1 if alone else workers or 1, address))
            rows = open_as(standards[0])
            if BlockSample(file, rows, stored).fits_blocks():
                options = own(rows.belonging, stored)
                if crew is None and workers is None:
                    crew = stack.enter_context(open_crew(rows.processes(file)))
                for i, name in enumerate(standards):
                    rows = open_as(name) if i else rows
                    try:
                        blocks = BlockSample(file, rows, options, crew=crew).weighted()
                        answers, history, remarks = (
                            in_blocks(blocks)
                            if in_blocks
                            else blocks.answer([cast("Asked", a).begin() for a in asked])
                        )
                    except LiteracyError:
                        # what was assumed in reading may explain the error; cells cleaned are not all counted yet
                        say(*(f"· {text}" for text in rows.reading_notes(Tally())))
                        raise
                    say(*(f"· {text}" for text in remarks))
                    yield name, history, answers
                return
    if (workers or 1) > 1 or address:
        say(f"· {tell(ALONE)}")
    if any(a.options.get("approximate") for a in asked):
        say(f"· {tell(EXACT)}")
    loaded: Iterable[Any] = (
        [load_kept(file, survey, wave, needed, say=note)]
        if kept
        else load_standards(file, survey, wave, standards, keep_personal, None, needed, decimal, say=note)
    )
    for name, data in zip(standards, loaded, strict=True):
        sample = build_sample(data, own(_belonging(data), options))
        del data
        yield name, sample.history, [a.answer(sample) for a in asked]


def _belonging(data: Any) -> Belonging:
    """Return the survey and wave of the data; None for a plain table."""
    return (data.instrument, data.wave) if hasattr(data, "instrument") else None


def _read_delivered(file: TableFile, options: DesignOptions) -> DesignOptions:
    """Return the options with the steps and totals that a large weighted file records, unless others are given."""
    if not file.in_blocks or options.own_weights or RECIPE not in file.columns:
        return options
    import pandas as pd

    texts = (table.frame[RECIPE].dropna().drop_duplicates() for table in file.blocks([RECIPE]))
    steps, totals = read_recipe(pd.concat(texts, ignore_index=True).to_frame())
    return replace(options, steps=steps, totals=totals, delivered=True)


def _fits(options: DesignOptions, asked: Sequence[Inquiry]) -> bool:
    """Whether weights can be computed from sums of cells, and replicates from sums of sampling units."""
    from literacy.estimation.core.unit_replicates import DRAWN
    from literacy.sampling.resampling import MADE, read_method

    steps = options.steps
    trimmed = steps.trim_lower is not None or steps.trim_upper is not None
    if steps.respondent or trimmed:
        return False
    if not steps.replicates:
        return True
    weighted = steps.margins is not None or options.totals is not None
    rows = any(a.statistic in NEED_ROWS for a in asked)
    return not weighted and not rows and read_method(steps.replicates, MADE) in DRAWN
