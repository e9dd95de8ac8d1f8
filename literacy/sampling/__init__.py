"""Sampling: survey designs, and samples with weights and replicates."""

from literacy.sampling.adjustment import Adjustment, BlockAdjustment, Effect
from literacy.sampling.codes import list_roles
from literacy.sampling.design import Design
from literacy.sampling.replication import Replicates
from literacy.sampling.resampling import draw_factors, make_replicates, read_replicates
from literacy.sampling.sample import Sample
from literacy.sampling.universe import (
    EVERYBODY,
    UNWEIGHTED,
    describe_universe,
    describe_universes,
    describe_zero_weights,
    require_rows,
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
    "describe_universe",
    "describe_universes",
    "describe_zero_weights",
    "draw_factors",
    "list_roles",
    "make_replicates",
    "read_replicates",
    "require_rows",
]
