"""A statistic of one sample, ready to be set beside that of another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.estimation.core.variables import Bools, Floats, covariance_of
from literacy.sampling import Design, Sample


@dataclass(frozen=True, slots=True)
class Side:
    """A statistic of one sample: its value (k,), its influence (n, k) and how to evaluate it under other weights."""

    sample: Sample
    value: Floats
    influence: Floats
    revalue: Callable[[Floats], Floats]
    rows: Bools

    def covariance(self) -> Floats:
        """Covariance (k, k) over the sample's own design."""
        return covariance_of(self.sample, self.influence, self.value, self.revalue, self.rows)


def joint_covariance(first: Side, second: Side, shared: bool) -> Floats:
    """Covariance (k1 + k2, k1 + k2) of two statistics of two samples."""
    k = len(first.value)
    if not shared:
        out = np.zeros((k + len(second.value),) * 2)
        out[:k, :k], out[k:, k:] = first.covariance(), second.covariance()
        return out
    r1, r2 = first.sample.replicates, second.sample.replicates
    if (r1 is None) != (r2 is None) or (r1 is not None and r2 is not None and r1.count != r2.count):
        raise LiteracyError(
            "estimate.option",
            where="shared",
            what="the replicates of the two waves differ",
            fix="make the same replicates for both waves, or none",
        )
    if r1 is not None and r2 is not None:
        thetas = [
            side.revalue(np.where(side.rows[:, None], r.weights(), 0.0)).T
            for side, r in ((first, r1), (second, r2))
        ]
        return r1.covariance(np.hstack(thetas), np.concatenate([first.value, second.value]))
    return _shared_covariance(first, second)


def _shared_covariance(first: Side, second: Side) -> Floats:
    """Covariance over the joint design: first-stage units by label, later stages apart by wave."""
    designs = [first.sample.design, second.sample.design]
    if len(designs[0].psu) != len(designs[1].psu) or len(designs[0].fpc) != len(designs[1].fpc):
        raise LiteracyError(
            "estimate.option",
            where="shared",
            what="the designs of the two waves have different stages",
            fix="name the same stages in both designs",
        )
    if designs[0].pps or designs[1].pps:
        raise LiteracyError(
            "estimate.option",
            where="shared",
            what="a design with unequal probabilities without replacement",
            fix="leave pps= and fpc= out of both designs (sampling with replacement), or compare them as independent",
        )
    if not designs[0].psu:
        raise LiteracyError(
            "estimate.option",
            where="shared",
            what="the designs name no sampling units",
            fix="name psu= in both",
        )
    frames, scores = [], []
    for number, (side, design) in enumerate(zip((first, second), designs, strict=True)):
        frame = side.sample.frame
        part = {"weight": np.ones(len(frame))}
        part["stratum1"] = frame[design.strata[0]].astype("string") if design.strata else "all"  # type: ignore[assignment]  # text columns
        for s, name in enumerate(design.psu):
            text = frame[name].astype("string")
            part[f"unit{s + 1}"] = text if s == 0 else f"{number}:" + text  # type: ignore[assignment]  # text columns
        for s in range(1, len(design.psu)):
            own = frame[design.strata[s]].astype("string") if s < len(design.strata) else ""
            part[f"stratum{s + 1}"] = f"{number}:" + own if isinstance(own, pd.Series) else f"{number}"  # type: ignore[assignment]  # text columns
        for s, name in enumerate(design.fpc):
            part[f"fpc{s + 1}"] = frame[name]  # type: ignore[assignment]  # numbers
        frames.append(pd.DataFrame(part))
        weighted = side.influence * side.sample.weight[:, None]
        for adjustment in side.sample.adjustments:
            weighted = adjustment.project(weighted)
        scores.append(weighted)
    stages = range(1, len(designs[0].psu) + 1)
    joined = Design(
        weight="weight",
        strata=tuple(f"stratum{s}" for s in stages),
        psu=tuple(f"unit{s}" for s in stages),
        fpc=tuple(f"fpc{s + 1}" for s in range(len(designs[0].fpc))),
        lonely_psu=designs[0].lonely_psu,
    )
    stacked = Sample(pd.concat(frames, ignore_index=True), joined)
    k1, k2 = len(first.value), len(second.value)
    block = np.zeros((len(stacked), k1 + k2))
    block[: len(scores[0]), :k1] = scores[0]
    block[len(scores[0]) :, k1:] = scores[1]
    return np.asarray(stacked.covariance(block))
