"""Projection: predictive distribution by year, outlook for each goal, and assumptions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable, format_table
from literacy.kernels.forecast.blend import Blend
from literacy.kernels.forecast.courses import Courses
from literacy.kernels.forecast.spread import Spread
from literacy.messages import language, tell, tell_value
from literacy.projection.goals.outlooks import Outlook
from literacy.projection.goals.verdicts import goal_text
from literacy.projection.models.averaging import Agreement, Assumptions
from literacy.projection.models.dynamics import Dynamics
from literacy.projection.models.methods import METHODS
from literacy.projection.sensitivities import COLUMNS, Row
from literacy.projection.trends.reference_dates import label_years
from literacy.projection.trends.trends import Trend

Floats = NDArray[np.float64]

BANDS = (50, 80, 95)


@dataclass(frozen=True, slots=True)
class Band:
    """A higher level in the model: its trend, and the distribution of its share in each year."""

    trend: Trend
    years: Floats
    spread: Spread | Blend


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Projection(Printable):
    """A projected trend.

    Attributes
    ----------
    trend : Trend
        The place's own waves.
    method : str
    years : (t,) array
        Years, as times on the scale of whole years (see :mod:`literacy.projection.trends.reference_dates`).
    spread : Spread or Blend
        Distribution of the share in each of those years.
    past : (t,) bool array
        True up to the last wave (smoothed), False beyond it (projected).
    outlooks : tuple of Outlook
        One per goal.
    higher : tuple of Band
        Higher levels, highest first.
    proxy : Trend or None
        The proxy of a place that was never surveyed.
    dynamics : Dynamics
        Standard deviations of the model; ``prior_sd`` is the strength of the slope prior.
    gain : (float, float)
        Yearly gain at the last wave in logits, with its standard deviation.
    sensitivity : tuple
        Rows of :meth:`sensitivity_frame`.
    notes : tuple of str
    assumptions : Assumptions or None
        Assumptions of the default model that were fixed by the user.
    agreement : Agreement or None
        Test of the agreement of the waves with the default model.
    courses : Courses or None
        Joint distribution of the projected years; None for methods that give one for each year only.
    """

    trend: Trend
    method: str
    years: Floats
    spread: Spread | Blend
    past: NDArray[np.bool_]
    outlooks: tuple[Outlook, ...]
    higher: tuple[Band, ...]
    proxy: Trend | None
    dynamics: Dynamics
    gain: tuple[float, float]
    sensitivity: tuple[Row, ...]
    notes: tuple[str, ...]
    assumptions: Assumptions | None = None
    agreement: Agreement | None = None
    courses: Courses | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return the fan: year, kind, area, level, estimate, se, ci_low, ci_high (95 %), low_50 … high_80, observed,
        method, proxy.
        """
        kind = np.where(self.past, "smoothed", "projected")
        return self._band(self.trend, self.years, self.spread, kind)

    def levels_frame(self) -> pd.DataFrame:
        """Return the fans of the place and of every higher level in one table, highest first."""
        parts = []
        for band in self.higher:
            kind = np.where(band.years <= band.trend.times[-1], "smoothed", "projected")
            parts.append(self._band(band.trend, band.years, band.spread, kind))
        return pd.concat([*parts, self.to_frame()], ignore_index=True)

    def goals_frame(self) -> pd.DataFrame:
        """Return one row per goal: probability, gap, paces, first year more likely than not, verdict."""
        rows = []
        for o in self.outlooks:
            verdict = o.verdict
            rows.append(
                {
                    "year": o.goal.year,
                    "goal": o.goal.value,
                    "strict": o.goal.strict,
                    "probability": o.probability,
                    "probability_shown": o.probability_shown,
                    "probability_proven": o.probability_proven,
                    "estimate": o.estimate,
                    "ci_low": o.ci_low,
                    "ci_high": o.ci_high,
                    "gap": (o.goal.value or math.nan) - o.estimate,
                    "pace_needed": o.pace_needed,
                    "pace_seen": o.pace_seen,
                    "pace_seen_se": o.pace_seen_se,
                    "pace_projected": o.pace_projected,
                    "first_year": math.nan if o.first_year is None else float(o.first_year),
                    "outcome": verdict.outcome if verdict else "",
                    "n_needed": verdict.n_needed if verdict else math.nan,
                    "proxy": self.proxy.area if self.proxy is not None else "",
                }
            )
        names = [
            "year", "goal", "strict", "probability", "probability_shown", "probability_proven", "estimate", "ci_low",
            "ci_high", "gap", "pace_needed", "pace_seen", "pace_seen_se", "pace_projected", "first_year", "outcome",
            "n_needed", "proxy",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=names)

    def sensitivity_frame(self) -> pd.DataFrame:
        """Return the projection with each assumption fixed in turn, a row per setting and goal; itself first.

        Columns: assumption, setting, prior_sd (NaN if another assumption is fixed), year, goal, estimate, ci_low,
        ci_high, probability, chosen.
        """
        return pd.DataFrame(list(self.sensitivity), columns=COLUMNS)

    def _band(
        self, trend: Trend, years: Floats, spread: Spread | Blend, kind: NDArray[np.str_]
    ) -> pd.DataFrame:
        frame = pd.DataFrame(
            {"year": label_years(years), "kind": kind, "area": trend.area, "level": trend.level}
        )
        frame["estimate"] = spread.median()
        frame["se"] = math.nan if spread.point else spread.sd()
        for percent in reversed(BANDS):
            low, high = ("ci_low", "ci_high") if percent == 95 else (f"low_{percent}", f"high_{percent}")
            for name, tail in ((low, (1 - percent / 100) / 2), (high, (1 + percent / 100) / 2)):
                frame[name] = math.nan if spread.point else spread.quantile(tail)
        seen = dict(zip(trend.times.tolist(), trend.estimate.tolist(), strict=True))
        frame["observed"] = [seen.get(float(y), math.nan) for y in years]
        frame["method"] = self.method
        frame["proxy"] = self.proxy.area if self.proxy is not None else ""
        return frame

    def _title(self) -> str:
        place = self.trend.label.localized or self.trend.area or tell("the surveyed place")
        by = (
            tell(", by proxy of {}", self.proxy.label.localized or self.proxy.area)
            if self.proxy is not None
            else ""
        )
        return tell("Projection of {}{}: {}", place, by, METHODS[self.method].label.localized)

    def _notes(self) -> list[str]:
        lines = [_sentence(o) for o in self.outlooks]
        if not math.isnan(self.gain[0]):
            lines.append(
                tell("gain at the last wave {:.3f} logits per year (sd {:.3f})", self.gain[0], self.gain[1])
            )
        frame = self.sensitivity_frame()
        for year, goal in dict.fromkeys((r[3], r[4]) for r in self.sensitivity if not math.isnan(r[4])):
            part = frame[(frame["year"] == year) & (frame["goal"] == goal)]
            # a goal given twice, or once strictly, is one question
            others = part[part["assumption"] != "as projected"].drop_duplicates(["assumption", "setting"])
            head = tell("probability that the true share exceeds {:.4g} % in {}", 100 * goal, year)
            for name, some in others.groupby("assumption", sort=False):
                listed = ("，" if language() == "zh" else ", ").join(
                    f"{tell_value(s)}: {format_chance(p)}"
                    for s, p in zip(some["setting"], some["probability"], strict=True)
                )
                lines.append(tell("{}, by {}: {}", head, tell_value(str(name)), listed))
        return [
            *lines,
            *self.notes,
            *(f"{self.trend.area or tell('trend')}: {n}" for n in self.trend.notes),
        ]

    def __str__(self) -> str:
        frame = self.to_frame()
        short = frame[
            ["year", "kind", "estimate", "se", "ci_low", "low_80", "high_80", "ci_high", "observed"]
        ]
        shown = format_table(self.for_readers(short))
        return "\n".join([self._title(), shown, *(f"· {n}" for n in self._notes())])

    def _unit(self) -> str:
        return "share"


def format_chance(probability: float) -> str:
    """Format a probability in whole percents, never as 0 or 100 %.

    Examples
    --------
    >>> format_chance(0.4), format_chance(1.0)
    ('40 %', 'above 99 %')
    """
    if probability < 0.005:
        return tell("below 1 %")
    if probability > 0.995:
        return tell("above 99 %")
    return f"{100 * probability:.0f}{'%' if language() == 'zh' else ' %'}"


def _points(share: float) -> str:
    return f"{100 * share:+.2f}"


def _sentence(o: Outlook) -> str:
    """Describe the outlook for one goal in a sentence."""
    text = tell("goal {} in {}: ", goal_text(o.goal), o.goal.year)
    if o.verdict is not None:
        v = o.verdict
        text += tell(
            "{} by its survey ({:.2f} %, {:g} % interval {:.2f}-{:.2f}; probability that the "
            "true share exceeds the goal, from that survey alone, {})",
            tell_value(v.outcome),
            100 * v.estimate,
            100 * v.confidence,
            100 * v.ci_low,
            100 * v.ci_high,
            format_chance(v.probability),
        )
        if v.outcome == "cannot be told":
            text += (
                tell("; {:,.0f} respondents would have been needed to decide", v.n_needed)
                if math.isfinite(v.n_needed)
                else tell("; its figure equals the goal, so no sample size would have decided it")
            )
        return text
    if math.isnan(o.estimate):
        return text + tell("its year lies outside the range the waves can support")
    chance = (
        tell("no probability")
        if math.isnan(o.probability)
        else tell("probability {} that the true share exceeds it", format_chance(o.probability))
    )
    if not math.isnan(o.probability_shown):
        chance += tell(
            " (that a survey like the last one shows it: {}; proves it: {})",
            format_chance(o.probability_shown),
            format_chance(o.probability_proven),
        )
    text += tell("{}, projected {:.2f} %", chance, 100 * o.estimate)
    if o.pace_needed <= 0:
        text += tell("; the last wave lies beyond it already")
    elif not math.isnan(o.pace_needed):
        text += tell("; requires {} points per year", _points(o.pace_needed))
    if not math.isnan(o.pace_needed):
        if not math.isnan(o.pace_seen):
            text += tell(", observed {} (se {:.2f})", _points(o.pace_seen), 100 * o.pace_seen_se)
        text += tell(", projected {}", _points(o.pace_projected))
    first = (
        tell("; more likely than not within sixty years: no")
        if o.first_year is None
        else (tell("; more likely than not from {}", o.first_year))
    )
    return text + first
