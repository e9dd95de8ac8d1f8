"""Regression on the rows of a large file: passes for levels and counts, for coefficients, and for their variance."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from literacy.estimation.models.equations import Finder, OnData, Plan, Scan, Source, Step
from literacy.estimation.models.prediction import marginal_effects, marginal_means
from literacy.estimation.models.regression import Request, fit_model, regress
from literacy.workflow.streaming.streamed_rows import Tally
from literacy.workflow.streaming.streamed_samples import BlockSample, OwnPasses

if TYPE_CHECKING:
    from literacy.estimation import Model
    from literacy.instrument import Instrument
    from literacy.sampling import Sample

NUMBERS = 1 << 21
"""Elements of a model matrix in memory at a time: 16 MB."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """The rows of a file as the source of a model.

    Attributes
    ----------
    rows : BlockSample
    counted : list of Tally
        Receives the counts of the first pass.
    """

    rows: BlockSample
    counted: list[Tally] = field(default_factory=list)

    @property
    def block(self) -> bool:
        """True: rows are read in blocks."""
        return True

    def gather(self, work: Finder) -> Any:
        """Return the sum of the results of all blocks."""
        harvest = self.rows.gather(work)
        self.rows.file.require_unchanged()
        found = harvest.found[0]
        if isinstance(found, Scan):
            self.rows.require_rows(found.origin.universe, found.head.design.weight, harvest.tally)
            self.counted[:] = [harvest.tally]
        return found

    def take(self, plan: Plan, step: Step) -> Any:
        """Return the sum of the results of a step over all blocks."""
        width = len(plan.terms.columns()) + 1
        rows = replace(self.rows, most=max(NUMBERS // width, 1))
        return FileSource(rows, self.counted).gather(OnData(plan, step))

    def keep(self, plan: Plan) -> Source:
        """Return the source itself: no rows are kept."""
        return self


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """A model, or the margins of one; `title` describes the model."""

    title: str
    result: Any


@dataclass(frozen=True, slots=True)
class AskedModel(OwnPasses):
    """A requested regression: coefficients, or adjusted means of a predictor, or marginal effects."""

    request: Request
    means: str | None = None
    effects: bool = False

    @property
    def statistic(self) -> str:
        """Name of the statistic."""
        return "regression"

    def answer(self, sample: Sample) -> ModelAnswer:
        """Compute the result from a sample of all rows."""
        asked = self._of(sample)
        return self._present(
            regress(
                sample, asked.outcome, asked.predictors, family=asked.family, offset=asked.offset,
                reference=asked.reference, where=asked.where, level=asked.level,
            )
        )  # fmt: skip

    def in_blocks(self, rows: BlockSample) -> tuple[list[ModelAnswer], tuple[str, ...], tuple[str, ...]]:
        """Return the result from the rows of a file, its history, and notes on the reading."""
        source = FileSource(rows)
        first = next(rows.samples())[0]
        model = fit_model(source, first, self._of(first))
        (tally,) = source.counted
        design = model.sample.design
        notes = model.sample.codes.notes
        told = rows.describe_rows(model.sample.universe, notes, bool(design.weight), tally)
        history = (*told, *rows.find_doubts())
        model = replace(
            model, sample=model.sample.evolve(history=history), history=(*history, model.history[-1])
        )
        return [self._present(model)], history, rows.rows.reading_notes(tally)

    def _of(self, sample: Sample) -> Request:
        """Return the request with categories of the instrument marked as such."""
        predictors = self.request.predictors or ()
        names = [predictors] if isinstance(predictors, str) else predictors
        return replace(self.request, predictors=[as_factor(sample.instrument, p) for p in names])

    def _present(self, model: Model) -> ModelAnswer:
        result: Any = model
        if self.means or self.effects:
            result = marginal_means(model, self.means) if self.means else marginal_effects(model)
        return ModelAnswer(model._title(), result)


def as_factor(instrument: Instrument | None, predictor: str) -> str:
    """Format a coded category of the instrument (1 urban, 2 sumu) as ``factor(…)``; scales and numbers as they are."""
    for item in instrument.items if instrument is not None else ():
        if item.name == predictor and item.type in ("category", "single", "true_false"):
            return f"factor({predictor})"
    return predictor
