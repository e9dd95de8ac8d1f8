"""Sampling: the design of a survey and the sample with its weights."""

from literacy.sampling.adjustment import Adjustment, BlockAdjustment, Effect
from literacy.sampling.design import Design
from literacy.sampling.replication import Replicates
from literacy.sampling.resampling import draw_factors, make_replicates, read_replicates
from literacy.sampling.sample import Sample
from literacy.sampling.universe import (
    EVERYBODY,
    UNWEIGHTED,
    require_rows,
    tell_universe,
    tell_universes,
    tell_zero,
)

__all__ = [
    "EVERYBODY",
    "UNWEIGHTED",
    "Adjustment",
    "BlockAdjustment",
    "Design",
    "Effect",
    "Replicates",
    "Sample",
    "draw_factors",
    "make_replicates",
    "read_replicates",
    "require_rows",
    "tell_universe",
    "tell_universes",
    "tell_zero",
]
