"""Weighting of a large file: one pass determines the factors of the cells, a second writes the weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from literacy.errors import LiteracyError
from literacy.workflow.answerfiles import EVERYTHING, Say
from literacy.workflow.recipes import RECIPE, format_recipe
from literacy.workflow.samples import DesignOptions
from literacy.workflow.streaming.streamed_answers import AnswerRows, open_rows
from literacy.workflow.streaming.streamed_rows import Tally, find_forms
from literacy.workflow.streaming.streamed_samples import BlockSample

if TYPE_CHECKING:
    import pandas as pd

    from literacy.files import TableFile
    from literacy.sampling.unit_labels import Spellings

PARTED = ("csv", "tsv", "parquet")
"""Formats that are written block by block."""


@dataclass(frozen=True, slots=True)
class WeightedFile:
    """Result of weighting to a file: values the format could not represent, history, and diagnostics."""

    changed: tuple[str, ...]
    history: tuple[str, ...]
    weighting: Any


def fits_blocks(file: TableFile, options: DesignOptions, form: str) -> bool:
    """Whether a file is weighted block by block: it is large, and the weights can be computed from sums of cells."""
    steps = options.steps
    other = (
        steps.replicates or steps.respondent or steps.trim_lower is not None or steps.trim_upper is not None
    )
    return bool(
        file.in_blocks and steps.margins and not other and form in PARTED and RECIPE not in file.columns
    )


def weight_blocks(
    file: TableFile, out: str, form: str, options: DesignOptions, survey: str | None, wave: str | None,
    standard: str, keep_personal: bool, decimal: str, *, say: Say,
) -> WeightedFile | None:  # fmt: skip
    """Weight an open file to margins and write it to another file; the weights are those of weighting in memory.

    None is returned, and nothing is written, if the base weights follow from all rows.

    Raises
    ------
    LiteracyError
        As for weighting in memory; in this case nothing is written.
    """
    import pandas as pd

    from literacy.answers import write_parts
    from literacy.files import refuse_inputs
    from literacy.sampling.unit_labels import merge_spellings, note_spellings

    refuse_inputs(out, [file.where])
    rows = open_rows(file, survey, wave, standard, keep_personal, EVERYTHING, decimal, say=say)
    if not BlockSample(file, rows, options).fits_blocks():
        return None
    if not isinstance(rows, AnswerRows):
        found = find_forms(d if isinstance(d, pd.DataFrame) else d.frame for d, _ in rows.blocks(file))
        rows = replace(rows, forms=found)  # type: ignore[type-var]  # all types of rows have forms
    try:
        weighted = BlockSample(file, rows, options).weighted()
    except LiteracyError:
        say(*(f"· {note}" for note in rows.reading_notes(Tally())))  # as they may explain the error
        raise
    counted: list[Tally] = []
    written: list[Spellings] = []
    recipe = format_recipe(options.steps, weighted.margins)

    def parts() -> Iterator[pd.DataFrame]:
        for sample, tally in weighted.samples():
            first = not counted
            counted.append(tally)
            written[:] = merge_spellings(written, sample.codes.spellings)
            frame = (
                rows.forms.unify(sample.frame)
                .copy()
                .assign(base_weight=sample.base_weight, weight=sample.weight)
            )
            yield frame.assign(**{RECIPE: [recipe if first else "", *[""] * (len(frame) - 1)][: len(frame)]})

    changed = write_parts(parts(), out, clocks=rows.forms.clocks, form=form)
    tally = sum(counted, Tally())
    say(*(f"· {note}" for note in rows.reading_notes(tally)))
    factors = weighted.factors
    assert factors is not None
    history = (*rows.history(file, tally), *note_spellings(written))
    return WeightedFile(changed, history, factors.weighting)
