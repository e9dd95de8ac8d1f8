"""Diagnostics of weighting, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy._latetable import LateTable
from literacy._readable import own_heading
from literacy.instrument import Instrument, Label
from literacy.kernels.weighting.trimming import WeightSums, kish_of, sum_weights
from literacy.messages import language, tell, tell_value
from literacy.provenance import Origin
from literacy.sampling import Adjustment, Replicates, Sample
from literacy.weighting.adjustments import append_adjustment
from literacy.weighting.margin_inputs import CROSS

Floats = NDArray[np.float64]
QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Diagnostics of one weighting step.

    Attributes
    ----------
    method : "rake", "poststratify", "calibrate (logit)", ...
    converged : whether the step converged (always true, as failure is an error).
    iterations : number of sweeps, Newton steps or rounds.
    max_error : largest relative error of any margin; NaN for steps without margins.
    deff_kish, n_eff : Kish's design effect of unequal weights after the step, and the effective sample size.
    n : number of respondents with weight after the step.
    min_ratio, max_ratio : smallest and largest ratio of new to old weight.
    sum_before, sum_after : sums of weights.
    held : table of margins: margin, level, population, before, after, error.
    before : (n,) weights before the step.
    options : options of the step.
    notes : notes for the reader.
    columns : columns of every margin of levels, by the margin's name.
    """

    method: str
    converged: bool
    iterations: int
    max_error: float
    deff_kish: float
    n_eff: float
    n: int
    min_ratio: float
    max_ratio: float
    sum_before: float
    sum_after: float
    held: LateTable
    before: Floats
    options: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def margins(self) -> pd.DataFrame:
        """Margins before and after the step."""
        return self.held.frame


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Weighting(Printable):
    """Diagnostics of all weighting steps of a sample.

    ``to_frame()`` returns the margins before and after each step; ``steps_frame()`` one row per step;
    ``weights_frame()`` the distribution of the weights for a figure, without information on individual respondents.
    ``origin`` is the provenance of the sample, ``instrument`` labels the margins.
    """

    steps: tuple[Step, ...]
    base: Floats
    weight: Floats
    origin: Origin
    instrument: Instrument | None = None

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """Columns of every margin of levels, by the margin's name."""
        return {name: columns for step in self.steps for name, columns in step.columns.items()}

    def label_margin(self, name: str) -> Label:
        """Name of a margin for readers; a cross table by those of its columns."""
        parts = [self._label_column(c) for c in self.columns.get(name, (name,))]
        if all(part is None for part in parts):
            return Label(own_heading(name, "zh"), name)
        return _cross(
            [part or Label(c, c) for part, c in zip(parts, self.columns.get(name, (name,)), strict=True)]
        )

    def label_level(self, name: str, level: str) -> Label:
        """Name of a level of a margin for readers; the code itself where the survey has no label for it."""
        columns, codes = self.columns.get(name, (name,)), level.split(CROSS)
        if len(columns) != len(codes) or self.instrument is None:
            return Label(level, level)
        known = [{str(o.code): o.label for o in self.instrument.levels(c)} for c in columns]
        return _cross([k.get(code, Label(code, code)) for k, code in zip(known, codes, strict=True)])

    def _label_column(self, column: str) -> Label | None:
        if self.instrument is None or column not in self.instrument.columns:
            return None
        return Label(self.instrument.label_of(column, "zh"), self.instrument.label_of(column, "en"))

    @property
    def converged(self) -> bool:
        """Whether every step converged."""
        return all(step.converged for step in self.steps)

    @property
    def iterations(self) -> int:
        """Number of iterations of the last step."""
        return self.steps[-1].iterations

    @property
    def max_error(self) -> float:
        """Largest relative error of a margin in the last step."""
        return self.steps[-1].max_error

    @property
    def deff_kish(self) -> float:
        """Kish's design effect of the current weights."""
        return self.steps[-1].deff_kish

    @property
    def n_eff(self) -> float:
        """Effective sample size under the current weights."""
        return self.steps[-1].n_eff

    @property
    def margins(self) -> pd.DataFrame:
        """Margins before and after the last step."""
        return self.steps[-1].margins

    @property
    def min_ratio(self) -> float:
        """Smallest ratio of weight to base weight."""
        return self._ratios()[0]

    @property
    def max_ratio(self) -> float:
        """Largest ratio of weight to base weight."""
        return self._ratios()[1]

    def _ratios(self) -> tuple[float, float]:
        live = (self.weight != 0) & (self.base != 0)
        ratio = self.weight[live] / self.base[live]
        return float(ratio.min()), float(ratio.max())

    def to_frame(self) -> pd.DataFrame:
        """Return margins before and after every step: step, method, margin, level, population, before, after, error."""
        frames = []
        for i, step in enumerate(self.steps, 1):
            part = step.margins.copy()
            part.insert(0, "step", i)
            part.insert(1, "method", step.method)
            frames.append(part)
        return pd.concat(frames, ignore_index=True)

    def steps_frame(self) -> pd.DataFrame:
        """Return one row per step: convergence, error, effect of unequal weights, ratios and sums."""
        names = (
            "method", "converged", "iterations", "max_error", "deff_kish", "n_eff", "n",
            "min_ratio", "max_ratio", "sum_before", "sum_after",
        )  # fmt: skip
        rows = [[i, *(getattr(step, name) for name in names)] for i, step in enumerate(self.steps, 1)]
        return pd.DataFrame(rows, columns=["step", *names])

    def weights_frame(self, bins: int = 30) -> pd.DataFrame:
        """Return the distribution of base and final weights, both divided by their mean.

        Returns
        -------
        DataFrame: weights ("base" or "weight"), low, high (class limits, in units of the mean weight), n, share.
        """
        kinds = {"base": self.base[self.weight != 0], "weight": self.weight[self.weight != 0]}
        relative = {name: values / values.mean() for name, values in kinds.items()}
        top = max(float(v.max()) for v in relative.values())
        bottom = min(0.0, *(float(v.min()) for v in relative.values()))
        edges = np.linspace(bottom, top * (1 + 1e-12), bins + 1)
        rows = [
            (name, low, high, int(n), n / len(values))
            for name, values in relative.items()
            for low, high, n in zip(edges[:-1], edges[1:], np.histogram(values, edges)[0], strict=True)
        ]
        return pd.DataFrame(rows, columns=["weights", "low", "high", "n", "share"])

    def quantiles_frame(self) -> pd.DataFrame:
        """Return quantiles of base weights, final weights and their ratio."""
        live = (self.weight != 0) & (self.base != 0)
        base, weight = self.base[live], self.weight[live]
        return pd.DataFrame(
            {
                "quantile": QUANTILES,
                "base": np.quantile(base, QUANTILES),
                "weight": np.quantile(weight, QUANTILES),
                "ratio": np.quantile(weight / base, QUANTILES),
            }
        )

    def for_readers(self, frame: pd.DataFrame, lang: str = "") -> pd.DataFrame:
        """Return a table of this result formatted for display, with labels of the levels."""
        chosen = lang or language()
        if {"margin", "level"} <= set(frame.columns) and (lang or chosen != "en"):
            pairs = zip(frame["margin"].astype(str), frame["level"].astype(str), strict=True)
            levels = [self.label_level(m, v).get(chosen) for m, v in pairs]
            margins = [self.label_margin(m).get(chosen) for m in frame["margin"].astype(str)]
            frame = frame.assign(margin=margins, level=levels)
        return Printable.for_readers(self, frame, lang)

    def _title(self) -> str:
        return tell("Weighting: {}", tell(", then ").join(tell_value(step.method) for step in self.steps))

    def _notes(self) -> list[str]:
        out = []
        for step in self.steps:
            out.append(describe_step(step))
            out.extend(step.notes)
        low, high = self._ratios()
        out.append(tell("weight over base weight: {:.4g} to {:.4g}", low, high))
        return out


def _cross(labels: list[Label]) -> Label:
    return Label(CROSS.join(one.zh for one in labels), CROSS.join(one.en for one in labels))


def describe_step(step: Step) -> str:
    """Describe a step in one sentence."""
    parts = []
    if step.iterations:
        word = "iteration" if step.iterations == 1 else "iterations"
        parts.append(
            tell(
                "{} after {} {}",
                tell("converged") if step.converged else tell("not converged"),
                step.iterations,
                word,
            )
        )
    if np.isfinite(step.max_error):
        parts.append(tell("largest error {:.1e}", step.max_error))
    parts.append(tell("ratios {:.4g} to {:.4g}", step.min_ratio, step.max_ratio))
    parts.append(tell("deff_kish {:.3f}, n_eff {:.0f} of {}", step.deff_kish, step.n_eff, step.n))
    return f"{tell_value(step.method)}: {', '.join(parts)}"


def no_margins() -> pd.DataFrame:
    """Return an empty table of margins."""
    texts = {name: pd.Series(dtype="str") for name in ("margin", "level")}
    numbers = {name: pd.Series(dtype=np.float64) for name in ("population", "before", "after", "error")}
    return pd.DataFrame({**texts, **numbers})


def finish_step(
    sample: Sample,
    weight: Floats,
    *,
    method: str,
    sums: WeightSums | None = None,
    iterations: int = 0,
    margins: LateTable | None = None,
    columns: Mapping[str, tuple[str, ...]] | None = None,
    ratios: tuple[float, float] | None = None,
    adjustment: Adjustment | None = None,
    replicates: Replicates | None = None,
    options: Mapping[str, Any] | None = None,
    notes: tuple[str, ...] = (),
    sentence: str = "",
) -> Sample:
    """Return the sample with new weights, the diagnostics of the step, and one sentence in the history.

    Parameters
    ----------
    sample : the sample before the step
    weight : (n,) new weights
    method, iterations, margins, columns, options, notes : see :class:`Step`
    sums : sums of the new weights, if already known
    ratios : smallest and largest ratio of new to old weight, if already known
    adjustment : effect of the step on the variance
    replicates : reweighted replicates, if the sample has any
    sentence : description of the step, for the history
    """
    before = sample.weight
    if ratios is None:
        live = (weight != 0) & (before != 0)
        ratio = weight[live] / before[live]
        ratios = (float(ratio.min()), float(ratio.max()))
    sums = sum_weights(weight) if sums is None else sums
    deff, n_eff = kish_of(sums.live, sums.total, sums.squares)
    worst = float("nan") if margins is None else float(np.fmax.reduce(margins.numbers("error")))
    step = Step(
        method, True, iterations, worst, deff, n_eff,
        sums.live, *ratios, sample.weight_sums.total, sums.total, margins or LateTable.of(no_margins()), before,
        dict(options or {}), notes, dict(columns or {}),
    )  # fmt: skip
    previous = sample.weighting.steps if isinstance(sample.weighting, Weighting) else ()
    step_text = (
        describe_step(step) if not sentence else f"{sentence} ({describe_step(step).partition(': ')[2]})"
    )
    origin = sample.origin.add_step(step_text).evolve(weighting=(*sample.origin.weighting, method))
    changes: dict[str, Any] = {
        "weight": weight,
        "weighed": [sums],
        "weighting": Weighting((*previous, step), sample.base_weight, weight, origin, sample.instrument),
        "origin": origin,
    }
    if adjustment is not None:
        changes["adjustments"] = append_adjustment(sample.adjustments, adjustment)
    if replicates is not None:
        changes["replicates"] = replicates
    return sample.evolve(**changes)
