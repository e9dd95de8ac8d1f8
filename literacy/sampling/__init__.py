"""Sampling: the design of a survey and the sample with its weights."""

from literacy.sampling.adjustment import Adjustment
from literacy.sampling.allocation import Allocation, allocate, plan_size
from literacy.sampling.design import Design
from literacy.sampling.replication import Replicates
from literacy.sampling.resampling import make_replicates, read_replicates
from literacy.sampling.sample import Sample
from literacy.sampling.selection import Selection, select

__all__ = [
    "Adjustment",
    "Allocation",
    "Design",
    "Replicates",
    "Sample",
    "Selection",
    "allocate",
    "make_replicates",
    "plan_size",
    "read_replicates",
    "select",
]
