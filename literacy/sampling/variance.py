"""Design covariance from totals by sampling unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.kernels.design.variance import design_covariance, sum_units
from literacy.kernels.models.pairwise import pair_covariance
from literacy.messages import tell
from literacy.sampling.codes import Codes
from literacy.sampling.design import Design

Floats = NDArray[np.float64]


def needs_presence(design: Design, codes: Codes) -> bool:
    """Whether the lonely-unit rule depends on the strata in which a domain has rows."""
    rule = design.lonely_psu in ("adjust", "average")
    return rule and any(bool(stage.lonely.any()) for stage in codes.stages)


def total_covariance(
    design: Design,
    codes: Codes,
    totals: tuple[Floats, ...],
    counts: tuple[Floats, ...] | None = None,
    adjusted: bool = False,
) -> Floats:
    """Design covariance (k, k) from unit totals.

    Parameters
    ----------
    design, codes : the design and its units
    totals : tuple of (m_s, k)
        Weighted (and adjusted) scores summed by unit, for each stage.
    counts : tuple of (m_s, k), optional
        Number of rows of each column's domain in each unit, for the rules "adjust" and "average".
    adjusted : bool
        Whether the scores were projected by adjustments, which spreads them over all rows.

    Raises
    ------
    LiteracyError
        ``design.lonely_psu``: a stratum has one unit, and the rule is "fail".
    """
    stages = codes.stages
    if codes.pairs:
        return pair_covariance(totals[0], codes.pairs, design.pps_variance)
    if design.lonely_psu == "fail":
        for s, stage in enumerate(stages):
            lonely = stage.lonely
            if lonely.any():
                alone = lonely[stage.stratum] & (totals[s] != 0).any(axis=1)
                refuse_lonely(design, codes, s, np.unique(stage.stratum[alone]))
    present = None
    if counts is not None and not adjusted and needs_presence(design, codes):
        present = tuple(
            sum_units(c, stage.stratum, len(stage.size)) > 0 for c, stage in zip(counts, stages, strict=True)
        )
    return design_covariance(totals, stages, design.lonely_psu, present)


def refuse_lonely(design: Design, codes: Codes, stage: int, strata: NDArray[np.int64]) -> None:
    """Raise an error for strata with a single sampling unit, if there are any."""
    if not len(strata):
        return
    if stage == 0:
        names = ", ".join(repr(codes.strata_labels[h]) for h in strata[:5])
        what = tell("a single sampling unit in stratum {}", names) + (" …" if len(strata) > 5 else "")
    else:
        what = tell("a single sampling unit in {} strata of stage {}", len(strata), stage + 1)
    raise LiteracyError(
        "design.lonely_psu",
        where=f"strata={', '.join(design.strata)!r}",
        what=what,
        fix="combine it with a similar stratum, or choose lonely_psu='adjust', 'average', "
        "'certainty' or 'remove'",
    )
