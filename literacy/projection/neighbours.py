"""Joint projection of several places, with partial pooling of their gains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument import Goal
from literacy.messages import tell
from literacy.projection.fans import Projection, format_chance
from literacy.projection.goals.verdicts import goal_value
from literacy.projection.models.averaging import BELOW, Assumptions, Gain, fit_place
from literacy.projection.projections import project_place
from literacy.projection.trends.published import series_trend
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]

CENTRES = np.array([-0.15, -0.10, -0.05, 0.0, 0.05, 0.10, 0.15])
"""Standard deviation of the common gain of the places about that of the higher level, logits per year."""

CENTRE_SD = 0.06
SPREADS = ((0.015, 0.05), (0.04, 0.15), (0.08, 0.40), (0.15, 0.40))
"""Standard deviations of a place's gain about the common one, logits per year, with prior weights."""

APART = 0.7
"""Prior probability that the places have no gain in common: each is then projected as if alone."""

KEPT = 0.002
"""Minimum weight of a combination that is retained."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JointProjection(Printable):
    """Joint projection of several places.

    Attributes
    ----------
    places : mapping of name to Projection
    centre, centre_sd : float
        Common departure of the places' gains from that of the higher level, logits per year, with its sd.
    spread : float
        Standard deviation of the places' gains about the common one (posterior mean).
    notes : tuple of str
    """

    places: Mapping[str, Projection]
    centre: float
    centre_sd: float
    spread: float
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Projection:
        return self.places[name]

    def goals_frame(self) -> pd.DataFrame:
        """Return one row per place and goal, sorted by probability; ``rank`` within each goal."""
        parts = [p.goals_frame().assign(area=name) for name, p in self.places.items()]
        frame = pd.concat(parts, ignore_index=True)
        frame["rank"] = frame.groupby(["year", "goal"])["probability"].rank(ascending=False, method="min")
        order = ["area", "rank", *[c for c in frame.columns if c not in ("area", "rank")]]
        return frame[order]

    def to_frame(self) -> pd.DataFrame:
        """Return the fans of all places in one table."""
        parts = [p.to_frame().assign(area=name) for name, p in self.places.items()]
        return pd.concat(parts, ignore_index=True)

    def _unit(self) -> str:
        return "share"

    def _title(self) -> str:
        return tell("Joint projection of {} places", len(self.places))

    def _notes(self) -> list[str]:
        return [*self._chances(), *self.notes, *self.remarks]

    def _chances(self) -> list[str]:
        """Return a sentence on each goal: the places by their probability."""
        lines = []
        frame = self.goals_frame().sort_values("probability", ascending=False, kind="stable")
        goals = {(o.goal.year, goal_value(o.goal)) for p in self.places.values() for o in p.outlooks}
        for year, goal in sorted(goals):
            known = frame[(frame["year"] == year) & (frame["goal"] == goal) & frame["probability"].notna()]
            known = known.drop_duplicates("area")  # a goal given twice
            listed = ", ".join(
                f"{a} {format_chance(p)}" for a, p in zip(known["area"], known["probability"], strict=True)
            )
            if listed:
                lines.append(
                    tell(
                        "probability that the true share exceeds {:.4g} % in {}: {}", 100 * goal, year, listed
                    )
                )
        return lines

    @property
    def remarks(self) -> tuple[str, ...]:
        """Notes of the places, each once, with the places to which it applies if not to all."""
        said: dict[str, list[str]] = {}
        for name, p in self.places.items():
            for one in (*p.notes, *p.trend.notes):
                said.setdefault(one, []).append(name)
        return tuple(
            n if len(who) == len(self.places) else f"{', '.join(who)}: {n}" for n, who in said.items()
        )


@overload
def project(trend: Trend, goal: Goal | Iterable[Goal] = (), **options: Any) -> Projection: ...


@overload
def project(
    trend: Mapping[str, Trend] | Sequence[Trend], goal: Goal | Iterable[Goal] = (), **options: Any
) -> JointProjection: ...


def project(
    trend: Trend | Mapping[str, Trend] | Sequence[Trend], goal: Goal | Iterable[Goal] = (), **options: Any
) -> Projection | JointProjection:
    """Project one place, or several places jointly, and return the probability of passing each goal in its year.

    Parameters
    ----------
    trend : Trend, or mapping of name to Trend, or sequence of Trend
        For several places (a league's banners, a province's cities), the common gain and the variation between places
        are estimated jointly: the more similar their waves, the stronger the shrinkage towards the common gain.
    goal : Goal or iterable of Goal
    **options
        As in :func:`literacy.projection.projections.project_place`.

    Returns
    -------
    Projection, or JointProjection for several

    Examples
    --------
    >>> from literacy.projection import project, series_trend, set_goal
    >>> project(series_trend("national"), set_goal(2030, 0.2)).outlooks[0].first_year
    2028
    """
    if isinstance(trend, Trend):
        return project_place(trend, goal, **options)
    places = (
        dict(trend)
        if isinstance(trend, Mapping)
        else {t.area or tell("place {}", i): t for i, t in enumerate(trend, 1)}
    )
    if not isinstance(trend, Mapping) and len(places) != len(trend):
        raise _refused(tell("two places have the same name"), tell("give a mapping of name to trend"))
    if len(places) < 2:
        raise _refused(tell("{} place", len(places)), tell("give two places or more, or one Trend by itself"))
    fixed = [n for n in ("prior_sd", "gains") if options.get(n) is not None]
    if options.get("method", "averaged") != "averaged" or fixed:
        raise _refused(
            tell("method, prior_sd and gains cannot be given for several places"),
            tell("omit them: they are estimated from the places"),
        )
    higher = options.pop("higher", None)
    above = [series_trend("national")] if higher is None else list(higher)
    if not above or any(not len(t) for t in places.values()):
        raise _refused(
            tell("places are projected jointly below a higher level, each with at least one wave"),
            tell("give a higher level, and omit places that were never surveyed"),
        )
    rest = {k: v for k, v in options.items() if k in Assumptions.__dataclass_fields__}
    ways = [(1.0, m, s, 0.0) for m, (s, _) in product(CENTRES.tolist(), SPREADS)]
    plain = Assumptions(**{**rest, "scale": rest.get("scale") or "logit", "converge": 0.0})
    evidence = np.array([_evidence(t, above, plain, ways) for t in places.values()])
    every = np.log(weigh_ways()) + evidence.sum(axis=0)
    weight = np.exp(every[:-1] - every[:-1].max())
    weight /= weight.sum()
    made = {}
    for i, (name, one) in enumerate(places.items()):
        left = every - evidence[i]  # evidence of the others; the place's own waves enter through its own fit
        share = np.exp(left - left.max())
        given = {**options, "gains": spread_gains(ways, share / share.sum())}
        made[name] = project_place(one, goal, higher=above, **given)
    leans = np.array([w[1] for w in ways])
    spreads = np.array([w[2] for w in ways])
    centre = float(weight @ leans)
    centre_sd = float(np.sqrt(weight @ (leans - centre) ** 2))
    spread = float(weight @ spreads)
    note = tell(
        "the places gain {:+.3f} logits per year (sd {:.3f}) relative to the higher level, and "
        "vary among themselves with sd {:.3f}: the smaller the variation, the more each is "
        "shrunk towards the others",
        centre,
        centre_sd,
        spread,
    )
    return JointProjection(made, centre, centre_sd, spread, (note,))


def weigh_ways(apart: float = APART) -> Floats:
    """Return the prior probabilities of every common gain and between-place sd, and of none in common (last)."""
    prior = np.array(
        [np.exp(-0.5 * (m / CENTRE_SD) ** 2) * w for m, (_, w) in product(CENTRES.tolist(), SPREADS)]
    )
    return np.append((1 - apart) * prior / prior.sum(), apart)


def spread_gains(ways: Sequence[tuple[float, float, float, float]], share: Floats) -> tuple[Gain, ...]:
    """Return the relations of a place to the higher level, with weights, given the probabilities of the ways."""
    total = sum(w for *_, w in BELOW)
    rows = [(*way, float(w)) for way, w in zip(ways, share[:-1], strict=True)]
    rows += [(f, m, s, d, float(share[-1]) * w / total) for f, m, s, d, w in BELOW]
    return tuple(row for row in rows if row[-1] > KEPT)


def _evidence(
    trend: Trend,
    above: Sequence[Trend],
    assumed: Assumptions,
    ways: Sequence[tuple[float, float, float, float]],
) -> Floats:
    """Return the log likelihood of one place's waves for every way, and for a place by itself (last)."""
    flat = tuple((*way, 1 / len(ways)) for way in ways)
    found = fit_place(trend, above, trend.times[-1:], replace(assumed, gains=flat))
    c = found.curves
    logs = found.fit.loglik[0] + np.log(c.weight * len(ways))
    shared = [np.logaddexp.reduce(logs[(c.lean == m) & (c.gain_sd == s)]) for _, m, s, _ in ways]
    alone = fit_place(trend, above, trend.times[-1:], assumed)
    return np.array([*shared, np.logaddexp.reduce(alone.fit.loglik[0] + np.log(alone.curves.weight))])


def _refused(what: str, fix: str) -> LiteracyError:
    return LiteracyError("project.input", where="project", what=what, fix=fix)
