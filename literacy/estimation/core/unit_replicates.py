"""Replicates computed from totals by sampling unit, without reference to rows.

A replicate weights sampling units, so its totals follow from those of the units. Because the draws depend only on the
merged units, the result does not depend on blocks or workers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from literacy.estimation.core.domains import find_domains
from literacy.estimation.core.engine import Job, sum_rows
from literacy.estimation.core.finishing import compile_units
from literacy.estimation.core.totals import Part, Spread, Totals, name_units
from literacy.kernels.design.replication import count_ranks
from literacy.sampling import Sample, draw_factors
from literacy.sampling.unit_labels import plain_label

Floats = NDArray[np.float64]
EVERY = "(units)"
DRAWN = ("jackknife", "jk1", "jkn", "bootstrap", "rao_wu")
"""Methods whose factors depend only on the units; those of half samples depend on the order of rows as well."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Replication method and its options, as in :func:`literacy.make_replicates`."""

    method: str
    number: int
    rho: float
    seed: int | None


def add_units(totals: Totals, block: Sample) -> Totals:
    """Add to the totals of a block all its units, since those outside the domains count for the degrees of freedom."""
    rows = sum_rows(
        block, find_domains(block, None, None, block=True), (Job(EVERY, "mean", (), (None,)),), totals.task, True
    )  # fmt: skip
    return replace(totals, parts=(*totals.parts, *rows.parts))


def replicate_units(totals: Totals, draw: Draw) -> tuple[Totals, str]:
    """Replace unit totals by totals of every replicate, and return them with a description of the replicates.

    Parameters
    ----------
    totals : Totals
        Sums of blocks, each completed by :func:`add_units`.
    draw : Draw

    Raises
    ------
    LiteracyError
        As raised by :func:`literacy.make_replicates`.
    """
    codes = compile_units(totals)
    units = name_units(totals).stages[0].units
    labels = [(plain_label(h), plain_label(u)) for h, u in units]
    method, made, sentence = draw_factors(
        totals.design, codes, labels, draw.method, draw.number, draw.rho, draw.seed
    )
    every = next(p for p in totals.parts if p.name == EVERY)
    assert every.counts is not None
    df = float(codes.stages[0].count_df(every.counts)[0])
    parts = tuple(_replicate(p, made.factors, df) for p in totals.parts if p.name != EVERY)
    spread = Spread(method, made.scale, made.rscales, mse=False, df=df)
    return replace(totals, parts=parts, spread=spread), sentence


def _replicate(p: Part, factors: Floats, df: float) -> Part:
    z = p.z[0]
    theta = (factors.T @ z.reshape(len(z), -1)).reshape(-1, *z.shape[1:])
    assert p.counts is not None
    seen = p.counts > 0
    own = np.full(len(p.keys), df)
    some = np.flatnonzero(~seen.all(axis=0))
    own[some] = np.minimum(own[some], count_ranks(factors, seen[:, some]) - 1.0)
    return replace(p, theta=theta, z=(), counts=None, df=own)
