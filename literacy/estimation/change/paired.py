"""Joint covariance of statistics from two samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.estimation.core.sample_columns import Bools, Floats, covariance_of
from literacy.messages import tell
from literacy.sampling import Design, Sample
from literacy.sampling.replication import describe_lost
from literacy.sampling.unit_labels import plain_labels


@dataclass(frozen=True, slots=True)
class Side:
    """A statistic of one sample: value (k,), influence (n, k) and evaluation under other weights (``revalue``)."""

    sample: Sample
    value: Floats
    influence: Floats
    revalue: Callable[[Floats], Floats]
    rows: Bools

    def covariance(self, notes: list[str]) -> Floats:
        """Covariance (k, k) under the design of the sample; notes are appended to ``notes``."""
        return covariance_of(self.sample, self.influence, self.value, self.revalue, self.rows, notes)


def share_units(
    first: Sample, second: Sample, rows: tuple[Bools | None, Bools | None] = (None, None)
) -> bool:
    """Whether any first-stage unit, or the replicates, of one sample occur in the other as well.

    Parameters
    ----------
    first, second : Sample
    rows : pair of boolean arrays, optional
        The rows considered, one value per row of the sample; default is those of the universe.
    """
    if first.replicates is not None or second.replicates is not None:
        return True
    return bool(_units_of(first, rows[0]) & _units_of(second, rows[1]))


def _units_of(sample: Sample, rows: Bools | None) -> set[tuple[str, str]]:
    design, live = sample.design, sample.inside if rows is None else rows & sample.inside
    if not design.psu:
        return set()
    unit = plain_labels(sample.frame[design.psu[0]])[live].astype(str)
    top = (
        plain_labels(sample.frame[design.strata[0]])[live].astype(str)
        if design.strata
        else ["all"] * len(unit)
    )
    return set(zip(top, unit, strict=True))


def joint_covariance(first: Side, second: Side, shared: bool, notes: list[str]) -> Floats:
    """Covariance (k1 + k2, k1 + k2) of statistics from two samples; notes are appended to `notes`."""
    k = len(first.value)
    if not shared:
        out = np.zeros((k + len(second.value),) * 2)
        out[:k, :k], out[k:, k:] = first.covariance(notes), second.covariance(notes)
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
        joint, value = np.hstack(thetas), np.concatenate([first.value, second.value])
        notes += describe_lost(int(r1.lost(joint, value).sum()), r1.count)
        notes.append(tell("the waves share their replicates: their covariance is taken into account"))
        return r1.covariance(joint, value)
    return _shared_covariance(first, second, notes)


def _shared_covariance(first: Side, second: Side, notes: list[str]) -> Floats:
    """Covariance under the joint design: first-stage units matched by label, later stages separate by wave."""
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
            fix="omit pps= and fpc= in both designs (sampling with replacement), or compare them "
            "as independent",
        )
    if not designs[0].psu:
        raise LiteracyError(
            "estimate.option",
            where="shared",
            what="the designs name no sampling units",
            fix="name psu= in both",
        )
    frames, scores, units = [], [], []
    for number, (side, design) in enumerate(zip((first, second), designs, strict=True)):
        frame = side.sample.frame
        part = {"weight": np.ones(len(frame))}
        part["stratum1"] = _labels(side, design.strata[0]) if design.strata else "all"  # type: ignore[assignment]  # text columns
        for s, name in enumerate(design.psu):
            text = _labels(side, name)
            part[f"unit{s + 1}"] = text if s == 0 else f"{number}:" + text  # type: ignore[assignment]  # text columns
        for s in range(1, len(design.psu)):
            own = _labels(side, design.strata[s]) if s < len(design.strata) else ""
            part[f"stratum{s + 1}"] = f"{number}:" + own if isinstance(own, pd.Series) else f"{number}"  # type: ignore[assignment]  # text columns
        for s, name in enumerate(design.fpc):
            part[f"fpc{s + 1}"] = frame[name]  # type: ignore[assignment]  # numbers
        frames.append(pd.DataFrame(part))
        live = frames[-1][side.rows]
        units.append(set(zip(live["stratum1"], live["unit1"], strict=True)))
        weighted = side.influence * side.sample.weight[:, None]
        for adjustment in side.sample.adjustments:
            weighted = adjustment.project(weighted)
        scores.append(weighted)
    notes.append(_describe_shared(units[0], units[1], designs[0]))
    if designs[0].fpc:
        notes += _settle_counts(frames)
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


def _settle_counts(frames: list[pd.DataFrame]) -> list[str]:
    """For strata whose first-stage count differs between waves, use the smaller finite population correction."""
    counts = [f.groupby("stratum1")["fpc1"].agg(["min", "max"]) for f in frames]
    if any((c["min"] < c["max"]).any() for c in counts):
        return []  # no correction in either wave, by design
    both = pd.concat([c["min"] for c in counts], axis=1, join="inner").set_axis(["before", "after"], axis=1)
    apart = both[both["before"] != both["after"]]
    if apart.empty:
        return []
    fractions = bool((apart <= 1).all(axis=None))
    settled = apart.min(axis=1) if fractions else apart.max(axis=1)
    for frame in frames:
        frame["fpc1"] = frame["stratum1"].map(settled).fillna(frame["fpc1"])
    return [
        tell(
            "{} strata differ in their number of units between the waves: the larger correction "
            "is not applied",
            len(apart),
        )
    ]


def _labels(side: Side, name: str) -> pd.Series:
    """Labels of a design column as text comparable between waves; missing labels are allowed outside the universe."""
    text = plain_labels(side.sample.frame[name])
    return text.where(side.sample.inside | text.notna().to_numpy(), "(outside the universe)")


def _describe_shared(first: set[tuple[str, str]], second: set[tuple[str, str]], design: Design) -> str:
    """Return the note on the number of sampling units the waves have in common.

    Raises
    ------
    LiteracyError
        ``estimate.option`` if there is none, so that there is no covariance to account for.
    """
    both = len(first & second)
    if not both:
        raise LiteracyError(
            "estimate.option",
            where=tell("shared: psu={!r}", design.psu[0]),
            what="no sampling unit occurs in both waves, so there is no covariance to take into account",
            fix="label strata and units the same way in both waves, or compare them as "
            "independent (shared=False)",
        )
    return tell(
        "the waves share {} of {} and {} sampling units: their covariance is taken into account",
        both,
        len(first),
        len(second),
    )
