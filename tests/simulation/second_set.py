"""Every forecasting method on a second set of real series, which is part of no fit (tests/reference/series)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from literacy.projection import Trend, backtest, trend_from_frame
from literacy.projection.models.methods import METHODS

SERIES = Path(__file__).parents[1] / "reference" / "series" / "series.csv"


def read_series() -> dict[tuple[str, str], Trend]:
    """Trends by topic and group; the effective size is half the number asked, as no design effect is stated."""
    table = pd.read_csv(SERIES)
    made = {}
    for (topic, group), rows in table.groupby(["topic", "group"], sort=False):
        frame = pd.DataFrame({"year": rows["year"], "estimate": rows["hits"] / rows["n"], "n": rows["n"]})
        made[str(topic), str(group)] = trend_from_frame(frame, area=f"{topic}: {group}")
    return made


def try_series(methods: tuple[str, ...] = tuple(METHODS)) -> pd.DataFrame:
    """All forecasts of all series; a group is projected below the whole population of its topic."""
    series = read_series()
    parts = []
    for (topic, group), trend in series.items():
        higher = () if group == "all" else (series[topic, "all"],)
        parts.append(backtest(trend, methods, higher=higher).forecasts.assign(topic=topic, group=group))
    return pd.concat(parts, ignore_index=True)


def summarise(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Mean scores of every method over the forecasts that all methods make, in points."""
    key = ["area", "origin", "year"]
    methods = forecasts["method"].nunique()
    common = forecasts.groupby(key)["method"].transform("nunique") == methods
    table = forecasts[common].groupby("method", sort=False)
    scores = table.agg(
        n=("crps", "size"), mae=("error", lambda e: 100 * e.abs().mean()), crps=("crps", "mean")
    )
    scores["crps"] *= 100
    scores["coverage"] = table["covered"].apply(lambda c: 100 * c.astype(float).mean())
    return scores.sort_values("crps")


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")
    found = try_series()
    print(summarise(found).round(3).to_string())
    ours = found[found["method"] == "averaged"]
    print(
        ours.groupby("topic", sort=False).agg(
            n=("crps", "size"), crps=("crps", "mean"), covered=("covered", "mean")
        )
    )
