"""Does the projection keep what it promises? Simulated cities with a known truth, and the published past.

Run ``make simulate-projection``, or ``python -m tests.simulation.projection [CITIES] [OUT]``; writes docs/projection.md
and, beside it, docs/projection_calibration.csv, the table the figure ``calibration`` is drawn from.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from literacy.projection import backtest, list_series, series_trend
from literacy.projection.dynamics import Dynamics
from tests.simulation.cities import (
    DEFF,
    GOAL,
    GOAL_YEAR,
    N,
    World,
    draw,
    national,
    own_lines,
    project_cities,
    score,
)

ROOT = Path(__file__).resolve().parents[2]
SEED, CITIES = 20250610, 4000
GAINS = {0.05: "wrong: slower than the nation", 0.115: "right", 0.18: "wrong: faster than the nation"}
WAVES = (1, 2, 3, 4)
BINS = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
LEAST = 5


def simulate(cities: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a scenario; and the forecast chances of the scenarios whose prior is right, with what came."""
    higher, dynamics = national(), Dynamics()
    rows, chances = [], []
    for g, (gain, prior) in enumerate(GAINS.items()):
        for waves in WAVES:
            rng = np.random.default_rng([SEED, g, waves])
            drawn = draw(World(mean_gain=gain), waves, cities, rng)
            ours = project_cities(drawn, dynamics, higher)
            row = {"gain": gain, "prior": prior, "waves": waves, **score(ours, drawn.truth)}
            if waves > 1:
                row |= {f"own_{k}": v for k, v in score(own_lines(drawn), drawn.truth).items()}
            rows.append(row)
            if prior == "right":
                chances.append(pd.DataFrame({"p": 1 - ours.cdf(GOAL), "passed": drawn.truth > GOAL}))
    return pd.DataFrame(rows), pd.concat(chances, ignore_index=True)


def calibrate(chances: pd.DataFrame) -> pd.DataFrame:
    """Of the cities given a chance in a bin, how many passed (with a 95 % interval of the simulation)."""
    rows = []
    for low, high in pairwise(BINS):
        inside = chances[(chances["p"] >= low) & ((chances["p"] < high) | (high == 1))]
        share, n = float(inside["passed"].mean()), len(inside)
        half = 1.96 * np.sqrt(share * (1 - share) / n)
        rows.append((float(inside["p"].mean()), share, n, max(0.0, share - half), min(1.0, share + half)))
    return pd.DataFrame(rows, columns=["forecast", "observed", "n", "ci_low", "ci_high"]).assign(synthetic=1)


def verdict(row: pd.Series) -> str:
    """What the issue asks of a scenario, met or missed."""
    notes = [] if 0.87 <= row["coverage"] <= 0.95 else ["coverage"]
    if row["waves"] > 1:
        limit = 1.0 if row["prior"] == "right" else 1.1
        notes += [] if row["brier"] <= limit * row["own_brier"] else ["Brier"]
    return "met" if not notes else f"missed: {', '.join(notes)}"


def backtests() -> list[str]:
    """Lines of the tables of the nation and of every series with enough waves."""
    lines = []
    series = list_series()
    for name in series.loc[series["waves"] >= LEAST, "name"]:
        trend = series_trend(name)
        if len(trend) < LEAST:
            continue
        table = backtest(trend).to_frame()
        lines += [
            f"### {name}: {len(trend)} waves",
            "",
            "| method | forecasts | MAE | MAE within 3 years | CRPS | Brier | coverage of 90 % |",
        ]
        lines += ["|---|---:|---:|---:|---:|---:|---:|"]
        for r in table.itertuples():
            cells = [100 * r.mae, 100 * r.mae_near, 100 * r.crps, r.brier]
            cover = "–" if np.isnan(r.coverage) else f"{100 * r.coverage:.0f} %"
            lines.append(
                f"| {r.method} | {r.n:.0f} | "
                + " | ".join("–" if np.isnan(c) else f"{c:.3f}" for c in cells)
                + f" | {cover} |"
            )
        lines.append("")
    return lines


def write(scenarios: pd.DataFrame, bins: pd.DataFrame, cities: int) -> str:
    """The page."""
    lines = [
        "# Does the projection keep what it promises?",
        "",
        f"Made by `make simulate-projection`, seed {SEED}; the same numbers every time.",
        "",
        "## The published past",
        "",
        "Rolling origin: from every wave but the first ones, the next three are forecast and compared with what was then",
        "published. Errors and CRPS in points. A method without an interval has its absolute error as CRPS. Sampling errors of",
        "published figures are assumed where none was published, and three changes of the standard lie within the series.",
        "",
        *backtests(),
        "## Cities with a known truth",
        "",
        f"{cities:,} cities a scenario, surveyed every second year by {N:,} respondents (design effect {DEFF}), the last time",
        f"in {GOAL_YEAR - 2}; asked is whether the truth exceeds {100 * GOAL:g} % in {GOAL_YEAR}. A city's true yearly gain varies by 0.05",
        "logits around the mean in the first column; the projection draws it towards the nation's published pace (about 0.115)",
        "with its default strength. The rival is the city's own straight line. Asked: coverage of the 90 % interval within",
        "87–95 %; Brier score below the rival's where the prior is right, and at most 10 % above it where it is wrong.",
        "",
        "| mean gain | prior | surveys | coverage of 90 % | Brier | MAE, points | own line: coverage | own line: Brier | |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for _, r in scenarios.iterrows():
        own = ["–", "–"] if r["waves"] == 1 else [f"{100 * r['own_coverage']:.1f} %", f"{r['own_brier']:.3f}"]
        lines.append(
            f"| {r['gain']:g} | {r['prior']} | {r['waves']} | {100 * r['coverage']:.1f} % | {r['brier']:.3f} | {r['mae']:.2f} | "
            f"{own[0]} | {own[1]} | {verdict(r)} |"
        )
    lines += [
        "",
        "## Is a chance of 70 % a chance of 70 %?",
        "",
        "The cities whose prior is right, all numbers of surveys together (`docs/projection_calibration.csv`):",
        "",
        "| chance given | mean chance | cities | passed | 95 % interval |",
        "|---|---:|---:|---:|---:|",
    ]
    for (low, high), (_, r) in zip(pairwise(BINS), bins.iterrows(), strict=True):
        lines.append(
            f"| {100 * low:.0f}–{100 * high:.0f} % | {100 * r['forecast']:.1f} % | {r['n']:,.0f} | {100 * r['observed']:.1f} % | "
            f"{100 * r['ci_low']:.1f}–{100 * r['ci_high']:.1f} % |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Simulate and write the page."""
    cities = int(sys.argv[1]) if len(sys.argv) > 1 else CITIES
    out = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs" / "projection.md"
    scenarios, chances = simulate(cities)
    bins = calibrate(chances)
    out.write_text(write(scenarios, bins, cities), encoding="utf-8", newline="\n")
    bins.to_csv(out.with_name("projection_calibration.csv"), index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
