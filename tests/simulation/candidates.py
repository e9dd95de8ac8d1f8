"""Candidates for the default model, in simulated worlds and on real series, by proper scores.

The candidates are the default, the default with one assumption fixed, the former model and the simple lines. Cities have two
surveys or more, since some candidates need two. Real series: the published nation (from the fourth wave on, the next three),
the published provinces below it (from every wave on), and the second set (tests/reference/series).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from literacy.instrument import load_reference
from literacy.kernels.forecast.scores import crps as score
from literacy.projection import Trend, forecast_shares, series_trend, trend_from_frame
from literacy.projection.models.averaging import Assumptions, fit_place
from tests.simulation.cities import AHEAD, Cities, crps, national_paths, project_cities, simple_rivals
from tests.simulation.second_set import read_series
from tests.simulation.worlds import WORLDS, draw

SEED, CITIES = 20261130, 600
NEAR, FAR = AHEAD.index(2), AHEAD.index(5)
VARIANTS = {
    "averaged": Assumptions(),
    "the nation's gain, own part 0.07": Assumptions(prior_sd=0.07),
    "own gain only": Assumptions(prior_sd=math.inf),
    "log odds only": Assumptions(scale="logit"),
    "arcsine only": Assumptions(scale="arcsine"),
    "no wander": Assumptions(level_sd=0.0, slope_sd=0.0),
    "no survey error": Assumptions(survey_sd=0.0),
    "gain falls by 0.04 a logit": Assumptions(converge=0.04),
    "local_linear": Assumptions(
        prior_sd=0.07, level_sd=0.03, slope_sd=0.01, survey_sd=0.0, converge=0.0, scale="logit"
    ),
}
"""In the worlds, ``local_linear`` is the default with that model's assumptions fixed, which differs from it by the nation's path."""
LINES = {
    "last value": "last_value",
    "national pace": "",
    "own line": "logit_line",
    "own line, shares": "linear",
}
"""Simple lines, with the method that is nearest to each on a real series."""


def try_worlds(cities: int) -> Iterator[tuple[str, str, float, float, float, float]]:
    """World, candidate, Brier score two years on, CRPS five years on in points, coverage (90 %) two and five years on."""
    paths = {name: national_paths(one) for name, one in VARIANTS.items()}
    for i, (world, drawn) in enumerate(WORLDS.items()):
        some = pick(draw(drawn, cities, np.random.default_rng([SEED, i])))
        came = some.truth[:, NEAR] > some.goal
        made = {name: project_cities(some, paths[name], one) for name, one in VARIANTS.items()}
        for name, each in {**made, **simple_rivals(some)}.items():
            brier = float(np.mean((1 - each[NEAR].cdf(some.goal) - came) ** 2))
            held = [
                100 * float(np.mean(np.abs(each[h].cdf(some.truth[:, h]) - 0.5) < 0.45)) for h in (NEAR, FAR)
            ]
            yield world, name, brier, 100 * float(crps(each[FAR], some.truth[:, FAR]).mean()), *held


def pick(cities: Cities) -> Cities:
    """The cities with two surveys or more."""
    keep = cities.seen.sum(axis=1) > 1
    return Cities(
        cities.time[keep],
        cities.share[keep],
        cities.size[keep],
        cities.unknown,
        cities.truth[keep],
        cities.goal[keep],
    )


def origins() -> Iterator[tuple[str, Trend, tuple[Trend, ...], np.ndarray, np.ndarray]]:
    """Set, known waves, higher levels as known then, and years and shares to come."""
    nation = series_trend("national")
    for k in range(4, len(nation)):
        yield "nation", nation.until(float(nation.years[k - 1])), (), *_after(nation, k, 3)
    table = load_reference("provinces")
    for area, rows in table[table["share"].notna()].groupby("area", sort=False):
        d = rows.sort_values("year")
        frame = pd.DataFrame({"year": d["year"], "estimate": d["share"], "n": 2000})
        whole = trend_from_frame(frame, area=str(area), level="province", splice="published as one series")
        for k in range(1, len(whole)):
            now = float(whole.years[k - 1])
            yield "provinces", whole.until(now), (nation.until(now),), *_after(whole, k, len(whole))
    series = read_series()
    for (topic, group), whole in series.items():
        for k in range(4, len(whole)):
            now = float(whole.years[k - 1])
            above = () if group == "all" else (series[topic, "all"].until(now),)
            yield "second set", whole.until(now), above, *_after(whole, k, 3)


def _after(trend: Trend, k: int, ahead: int) -> tuple[np.ndarray, np.ndarray]:
    return trend.times[k : k + ahead], trend.estimate[k : k + ahead]


def try_series() -> pd.DataFrame:
    """Mean CRPS in points of every candidate in each set, over the forecasts that all make."""
    rows = []
    for i, (kind, known, above, years, truth) in enumerate(origins()):
        for name, assumed in VARIANTS.items():
            if len(known) == 1 and assumed.prior_sd == math.inf:
                continue
            if name == "local_linear":
                spread = forecast_shares(known, years, name, higher=above)
            else:
                spread = fit_place(known, above, years, assumed).blend()
            rows += [(kind, name, (i, y), s) for y, s in zip(years, score(spread, truth), strict=True)]
        for name, method in LINES.items():
            if method and len(known) > 1:
                spread = forecast_shares(known, years, method)
                rows += [(kind, name, (i, y), s) for y, s in zip(years, score(spread, truth), strict=True)]
    table = pd.DataFrame(rows, columns=["set", "candidate", "forecast", "crps"])
    every = table.groupby("forecast")["candidate"].transform("nunique")
    table = table[every == every.max()]
    means = 100 * table.groupby(["set", "candidate"], sort=False)["crps"].mean()
    return means.unstack("candidate")


if __name__ == "__main__":
    import sys
    import warnings

    warnings.simplefilter("ignore")
    number = int(sys.argv[1]) if len(sys.argv) > 1 else CITIES
    names = ["world", "candidate", "brier", "crps", "held_2", "held_5"]
    found = pd.DataFrame(try_worlds(number), columns=names)
    order = list(found["candidate"].unique())
    tables = {
        c: found.pivot(index="world", columns="candidate", values=c).loc[list(WORLDS), order]
        for c in names[2:]
    }
    worlds, chances = tables["crps"], tables["brier"]
    real = try_series().reindex(columns=order)
    print(pd.concat([worlds, real]).round(2).to_csv())
    beside = worlds.div(worlds.min(axis=1), axis=0)
    summary = {
        "CRPS over worlds, geometric mean": np.exp(np.log(worlds.div(worlds["averaged"], axis=0)).mean()),
        "Brier over worlds, geometric mean": np.exp(np.log(chances.div(chances["averaged"], axis=0)).mean()),
        "worst CRPS beside the best": beside.max(),
        "where": beside.idxmax(),
        "least coverage +2": tables["held_2"].min(),
        "least coverage +5": tables["held_5"].min(),
    }
    print(pd.DataFrame(summary).round(2).to_string())
