"""Sampling: the design of a survey and the sample with its weights."""

from literacy.sampling.adjustment import Adjustment
from literacy.sampling.design import Design
from literacy.sampling.replication import Replicates
from literacy.sampling.resampling import make_replicates, read_replicates
from literacy.sampling.sample import Sample

__all__ = [
    "Adjustment",
    "Design",
    "Replicates",
    "Sample",
    "make_replicates",
    "read_replicates",
]
