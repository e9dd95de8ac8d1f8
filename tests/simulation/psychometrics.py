"""Cities with a known truth: do intervals of items, plausible values and link errors keep their promises?

Run ``make simulate-psychometrics``, or ``python -m tests.simulation.psychometrics [SECTION …]`` to renew some sections
(``items``, ``shares``, ``rates``, ``dif``, ``lord``, ``links``) of docs/psychometrics_simulation.md. The design is that of the Erenhot survey: strata, sampling units of 20 adults, weights. All data are
synthetic.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import brentq

from literacy.psychometrics import (
    classification,
    dif,
    fit_irt,
    link_items,
    person_scores,
    plausible_values,
)
from literacy.sampling import Design

Floats = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "docs" / "psychometrics_simulation.md"
REPLICATIONS = 100
SHARES_DRAWN = 100
"""Samples of the section on shares above a cut."""
RATES_DRAWN = 1_000
"""Samples of each kind in the section on corrected rates; of those of 5,000 people or more a fifth."""
UNITS, SIZE = 60, 20
SHARES = np.array([0.4, 0.3, 0.2, 0.1])
"""Population shares of the strata; each gives a quarter of the units, so that weights differ by four."""
LIFTS = np.array([-0.3, 0.0, 0.3, 0.6])
"""Mean position of the strata before the whole is brought to mean 0."""
BETWEEN = 0.2
"""Share of the variance within strata that lies between sampling units."""
ITEMS = 20
LOW, HIGH = 0.92, 0.97
CUTS = (11, 14)
"""Of the sum score of 20 items: 55 % and 70 %."""
FOCAL = (250, 1_200, 5_000)
FEWEST_REFERENCE = 950
"""Interviews of the other group beside 250 in the survey of Erenhot."""
DELTAS = (1.0, 1.5, 2.5)
"""Planted DIF on ETS's delta scale: the bounds of the classes, and a gross one."""
PLANTED = (4, 9, 14)
"""Items (from 0) that have them."""


@dataclass(frozen=True, slots=True)
class City:
    """One sample: answers with design columns, and the positions behind them."""

    frame: pd.DataFrame
    theta: Floats


def items_of(seed: int = 1) -> tuple[Floats, Floats]:
    """Slopes and difficulties of the test."""
    rng = np.random.default_rng(seed)
    return rng.lognormal(0.0, 0.25, ITEMS), np.linspace(-1.6, 1.8, ITEMS)


def spread() -> tuple[float, float]:
    """Mean of the strata and standard deviation within, so that the whole has mean 0 and variance 1."""
    mean = float(SHARES @ LIFTS)
    return mean, float(np.sqrt(1 - SHARES @ (LIFTS - mean) ** 2))


def draw_city(seed: int, a: Floats, b: Floats, units: int = UNITS, size: int = SIZE) -> City:
    """Draw one sample of the city."""
    rng = np.random.default_rng(seed)
    mean, sd = spread()
    stratum = np.repeat(np.arange(4), units // 4)
    unit_mean = LIFTS[stratum] - mean + sd * np.sqrt(BETWEEN) * rng.normal(size=units)
    theta = np.repeat(unit_mean, size) + sd * np.sqrt(1 - BETWEEN) * rng.normal(size=units * size)
    right = rng.random((len(theta), len(b))) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))
    frame = pd.DataFrame(right.astype(int), columns=[f"q{j + 1}" for j in range(len(b))])
    frame["stratum"] = np.repeat(stratum, size)
    frame["unit"] = np.repeat(np.arange(units), size)
    frame["weight"] = SHARES[frame["stratum"]] * 4 * 100
    return City(frame, theta)


def draw_simple(seed: int, a: Floats, b: Floats, people: int) -> City:
    """Draw one simple random sample of a normal population."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(size=people)
    right = rng.random((people, len(b))) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))
    return City(pd.DataFrame(right.astype(int), columns=[f"q{j + 1}" for j in range(len(b))]), theta)


DESIGN = Design(weight="weight", strata="stratum", psu="unit")
NAMES = [f"q{j + 1}" for j in range(ITEMS)]


def item_coverage(count: int) -> pd.DataFrame:
    """Coverage of 95 % intervals of slopes and intercepts: design, weights alone, nothing."""
    a, b = items_of()
    truth = {"a": a, "d": -a * b}
    t = stats.t.ppf(0.975, UNITS - 4)
    hits: dict[tuple[str, str], list[float]] = {}
    for r in range(count):
        city = draw_city(10_000 + r, a, b)
        fits = {
            "strata and sampling units": fit_irt(city.frame, NAMES, design=DESIGN),
            "weights, units ignored": fit_irt(city.frame, NAMES, weights="weight"),
            "neither weights nor units": fit_irt(city.frame, NAMES),
        }
        for name, fit in fits.items():
            for column, true in truth.items():
                miss = np.abs(fit.parameters[column] - true) / fit.parameters[f"se_{column}"]
                hits.setdefault((name, column), []).append(float((miss < t).mean()))
    return pd.DataFrame(
        [{"errors": n, "parameter": c, "coverage": float(np.mean(v))} for (n, c), v in hits.items()]
    )


def share_bias(count: int) -> pd.DataFrame:
    """Share above a cut: by plausible values, by positions, by the observed score, against the population's.

    Plausible values in three ways: the cut as a score, as a position of the scale this sample sets, and as a position
    of a scale that known items set.
    """
    a, b = items_of()
    rows = []
    cut = 1.0
    # the population is a mixture of four normals
    mean, sd = spread()
    truth = float(SHARES @ stats.norm.sf((cut - (LIFTS - mean)) / sd))
    score = float((1 / (1 + np.exp(-a * (cut - b)))).sum())
    known = pd.DataFrame({"item": NAMES, "a": a, "b": b})
    for r in range(count):
        city = draw_city(50_000 + r, a, b)
        weight = city.frame["weight"].to_numpy()
        fit = fit_irt(city.frame, NAMES, design=DESIGN, se="none")
        linked = fit_irt(city.frame, NAMES, design=DESIGN, se="none", fixed=known)
        drawn = plausible_values(fit, background=["stratum"], number=10, seed=r)
        made = {
            "plausible values, cut as a score": drawn.share_above(score=score),
            "plausible values, known items": plausible_values(
                linked, background=["stratum"], number=10, seed=r
            ).share_above(cut),
            "plausible values, cut on the sample's own scale": drawn.share_above(cut),
        }
        there = float(weight @ (city.theta >= cut) / weight.sum())
        for way, found in made.items():
            row = found.table.iloc[0]
            rows.append({"way": way, "share": row["estimate"], "se": row["se"],
                         "covered": float(row["ci_low"] <= truth <= row["ci_high"])})  # fmt: skip
        observed = (city.frame[NAMES].sum(axis=1) >= score).to_numpy(np.float64)
        plain = {
            "posterior means": float(weight @ (person_scores(fit, "eap").theta >= cut) / weight.sum()),
            "observed score": float(weight @ observed / weight.sum()),
            "in_sample": there,
        }
        rows += [
            {"way": way, "share": value, "se": np.nan, "covered": np.nan} for way, value in plain.items()
        ]
    found = pd.DataFrame(rows).groupby("way", sort=False)
    center = found["share"].mean()
    table = pd.DataFrame({
        "way": center.index, "bias_points": 100 * (center - truth).to_numpy(),
        "simulation_error": 100 * (found["share"].std() / np.sqrt(count)).to_numpy(),
        "bias_to_sample": 100 * (center - center["in_sample"]).to_numpy(),
        "spread_points": 100 * found["share"].std().to_numpy(), "mean_se_points": 100 * found["se"].mean().to_numpy(),
        "coverage": found["covered"].mean().to_numpy(),
    })  # fmt: skip
    table.attrs = {"truth": truth}
    return table


def rate_coverage(count: int) -> pd.DataFrame:
    """Coverage of the share truly at or above a cut of the sum score, by the observed and by the corrected rate."""
    a, b = items_of()
    mean, sd = spread()
    worlds: dict[str, tuple[Callable[[int], City], Design | None]] = {
        f"{UNITS} units of {SIZE}": (lambda r: draw_city(90_000 + r, a, b), DESIGN),
        "24 units of 15": (lambda r: draw_city(190_000 + r, a, b, 24, 15), DESIGN),
        "60 units of 100": (lambda r: draw_city(290_000 + r, a, b, 60, 100), DESIGN),
        "300 people, simple": (lambda r: draw_simple(490_000 + r, a, b, 300), None),
        "1,200 people, simple": (lambda r: draw_simple(590_000 + r, a, b, 1_200), None),
        "5,000 people, simple": (lambda r: draw_simple(690_000 + r, a, b, 5_000), None),
    }
    rows = []
    for name, (draw, design) in worlds.items():
        large = name in (f"{UNITS} units of 100", "5,000 people, simple")
        for r in range(count // 5 if large else 2 * count if name.startswith("300") else count):
            fit = fit_irt(draw(r).frame, NAMES, design=design)
            table = classification(fit, CUTS).rates
            wide = stats.t.ppf(0.975, fit.answers.sample.df())
            for cut, row in zip(CUTS, table.to_dict("records"), strict=True):
                there = float(brentq(lambda z, c=cut: (1 / (1 + np.exp(-a * (z - b)))).sum() - c, -8, 8))
                in_city = float(SHARES @ stats.norm.sf((there - (LIFTS - mean)) / sd))
                truth = in_city if design else float(stats.norm.sf(there))
                rows.append({
                    "sample": name, "cut": cut, "true_rate": truth, "observed": row["observed"],
                    "corrected": row["corrected"], "mean_se": row["se_corrected"],
                    "observed_covers": abs(row["observed"] - truth) < wide * row["se"],
                    "corrected_covers": row["ci_low"] <= truth <= row["ci_high"],
                })  # fmt: skip
    frame = pd.DataFrame(rows)
    numbers = frame.columns.drop(["sample", "cut"])
    by = frame.astype(dict.fromkeys(numbers, float)).groupby(["sample", "cut"], sort=False)
    made = by.mean().reset_index()
    made.insert(6, "spread", by["corrected"].std().to_numpy())
    made["samples"] = by.size().to_numpy().astype(str)
    return made


def dif_power(
    count: int, method: str, sizes_of_focal: tuple[int, ...], adjusts: dict[str, str]
) -> pd.DataFrame:
    """How often an item with DIF is found, and others are, by the size of the smaller group."""
    a, b = items_of()
    moved = np.zeros(ITEMS)
    moved[list(PLANTED)] = np.array(DELTAS) / 2.35
    rows = []
    for n in sizes_of_focal:
        reps = count if n < 5000 else max(20, count // 4)
        for r in range(reps):
            rng = np.random.default_rng([n, r])
            sizes = (max(n, FEWEST_REFERENCE), n)
            side = np.repeat([0, 1], sizes)
            unit = np.concatenate([np.arange(k) // SIZE for k in sizes]) + 10_000 * side
            names, place = np.unique(unit, return_inverse=True)
            theta = (
                rng.normal(0, np.sqrt(BETWEEN), len(names))[place]
                + np.sqrt(1 - BETWEEN) * rng.normal(size=len(unit))
                - 0.3 * side
            )
            hard = b + np.outer(side, moved)
            right = rng.random(hard.shape) < 1 / (1 + np.exp(-a * (theta[:, None] - hard)))
            frame = pd.DataFrame(right.astype(int), columns=NAMES).assign(
                side=side, unit=unit, weight=np.where(unit % 2 == 0, 0.7, 1.3)
            )
            for adjust, said in adjusts.items():
                table = dif(frame, "side", method, items=NAMES, design=Design(weight="weight", psu="unit"), reference=0, focal=1,
                            purify=True, adjust=adjust).table  # fmt: skip
                flagged = table["flagged"].to_numpy(bool)
                large = table["class"].to_numpy() == "C" if "class" in table else np.zeros(ITEMS, bool)
                steady = moved == 0
                rows.append({
                    "focal": n, "reference": sizes[0], "p_values": said,
                    **{f"power_{v:g}": float(flagged[at]) for v, at in zip(DELTAS, PLANTED, strict=True)},
                    "false_alarms": float(flagged[steady].mean()), "class_C_false": float((flagged & large)[steady].mean()),
                    "false_of_flagged": float(flagged[steady].sum() / max(flagged.sum(), 1)),
                    "surveys_with_any": float(flagged[steady].any()), "replications": float(reps),
                })  # fmt: skip
    return pd.DataFrame(rows).groupby(["focal", "reference", "p_values"], as_index=False).mean()


def link_coverage(count: int) -> pd.DataFrame:
    """Coverage of the true link by the jackknifed error, when common items drift at random."""
    rows = []
    for number in (8, 15, 30):
        for method in ("mean_mean", "stocking_lord"):
            reps = count * 5 if method == "mean_mean" else count
            hits, widths = [], []
            for r in range(reps):
                rng = np.random.default_rng([number, r])
                b = rng.normal(size=number)
                old = pd.DataFrame({"item": [f"i{k}" for k in range(number)], "a": 1.0, "b": b})
                new = old.assign(b=b - 0.2 + 0.25 * rng.normal(size=number))
                link = link_items(new, old, method, fixed_slope=True)
                hits.append(abs(link.intercept - 0.2) < stats.t.ppf(0.975, number - 1) * link.link_error)
                widths.append(link.link_error)
            rows.append({"common_items": number, "method": method, "coverage": float(np.mean(hits)),
                         "mean_link_error": float(np.mean(widths)), "true_error": 0.25 / np.sqrt(number),
                         "replications": reps})  # fmt: skip
    return pd.DataFrame(rows)


def in_markdown(frame: pd.DataFrame) -> str:
    """A table in Markdown."""
    shown = frame.map(lambda v: f"{v:.3f}" if isinstance(v, float) else str(v))
    lines = ["| " + " | ".join(shown.columns) + " |", "|" + "---|" * shown.shape[1]]
    return "\n".join([*lines, *("| " + " | ".join(r) + " |" for r in shown.itertuples(index=False))])


def write_items(count: int) -> str:
    """Intervals of item parameters."""
    items = item_coverage(count)
    good = items[items["errors"] == "strata and sampling units"]["coverage"]
    return f"""## Intervals of item parameters

Share of the 95 % intervals that hold the true value, in {count} samples; with the design {good.min():.3f} to {good.max():.3f} (wanted: {LOW} to {HIGH}).

{in_markdown(items)}
"""


def write_shares(_: int) -> str:
    """Shares above a cut."""
    shares = share_bias(SHARES_DRAWN)
    return f"""## Share above a cut

True share {100 * shares.attrs["truth"]:.2f} %; {SHARES_DRAWN} samples. Bias in percentage points with its simulation error, and against the true positions of the
sample (`in_sample`), which leaves out what the draw of the sample does; spread of the share between samples beside the error it is given; coverage of the
95 % intervals. Wanted: plausible values unbiased within 0.3 points where the observed share is off by 1 or more.

{in_markdown(shares)}

A cut of the score (`share_above(score=…)`), and a fixed position of a scale that known items set, move between samples as their error says. On a scale the
sample sets itself (mean 0, variance 1) a fixed position moves with the sample, so that the share above it hardly changes from sample to sample while Rubin's total
holds the whole error of sampling: such intervals hold the truth nearly always, and the result says so. It is no double counting: spread and error agree in the
other two. In 800 samples (`SHARES_DRAWN = 800`) the intervals of the first two hold the truth in 0.946 and 0.950, their biases are 0.10 and 0.07 points (simulation
error 0.06), their spreads 1.75 and 1.75, their mean errors 1.69 and 1.69.
"""


def write_rates(_: int) -> str:
    """Rates corrected for misclassification."""
    rates = rate_coverage(RATES_DRAWN)
    return f"""## Rates corrected for misclassification

Cuts of the sum score; share of the 95 % intervals that hold the share truly at or above the cut (wanted: {LOW} to {HIGH}); spread of the corrected rate
between samples beside the error it is given. The share of intervals has a simulation error of 0.007 in 1,000 samples and of 0.015 in 200.

{in_markdown(rates)}

The error is linearised as a whole: a respondent moves the observed rate and, through the item parameters, sensitivity and specificity. Taken as independent these two gave
98.0 and 98.5 % under the design of the first two lines.
"""


def write_dif(count: int) -> str:
    """Mantel-Haenszel tests."""
    adjusts = {"none": "each", "bh": "bh", "holm": "holm"}
    power = dif_power(count, "mantel_haenszel", FOCAL, adjusts)
    return f"""## Differential items

Mantel-Haenszel under the design, purified; the smaller group is 0.3 lower. Three of {ITEMS} items differ by {DELTAS[0]:g}, {DELTAS[1]:g} and {DELTAS[2]:g} on the
delta scale of ETS (its class C begins at 1.5, significantly above 1). `power`: share of samples in which the item is flagged at 5 %; `false_alarms`: share of the other items
flagged; `class_C_false`: of them in class C; `false_of_flagged`: mean share of false ones among the flagged; `surveys_with_any`: samples with any false alarm.
What 5 % promises depends on the p values: `each` promises `false_alarms`, `bh` promises `false_of_flagged`, `holm` promises `surveys_with_any`. Slopes differ between items and the groups in their mean, so
that sum scores do not match perfectly: with thousands of interviews tests of each item see that, classes do not.

{in_markdown(power)}
"""


def write_lord(count: int) -> str:
    """Lord's test."""
    power = dif_power(count, "lord", FOCAL[:2], {"none": "each", "bh": "bh"}).drop(columns="class_C_false")
    return f"""## Differential items by Lord's test

`lord` on the same surveys, slopes and intercepts tested together (two parameters an item). The link of the two scales is determined by the same answers: its error is part of the test, and
p values are those of F with the degrees of freedom the sampling units of the two groups give (13 units hold the 250). With the link taken as known and chi-square, 11 % of
what was flagged after Benjamini and Hochberg was false at 250.

{in_markdown(power)}
"""


def write_links(count: int) -> str:
    """Link errors."""
    return f"""## Link error

Common items drift at random (standard deviation 0.25); share of the intervals `link ± t × link error` that hold the true link.

{in_markdown(link_coverage(count))}
"""


HEAD = f"""# Psychometrics under the Erenhot design: simulation

Made by `make simulate-psychometrics`; synthetic data. {UNITS} sampling units of {SIZE} adults in four strata whose
weights differ by four, {100 * BETWEEN:.0f} % of the variance within strata between units, {ITEMS} items, two-parameter model.
"""
SECTIONS = {
    "items": write_items, "shares": write_shares, "rates": write_rates, "dif": write_dif, "lord": write_lord,
    "links": write_links,
}  # fmt: skip
MARK = "<!-- {} -->\n"
"""Line before each section, by which it is found again."""


def write_page(chosen: list[str]) -> str:
    """Write the page: the chosen sections anew, the others as they stand."""
    parts = []
    old = OUT.read_text(encoding="utf-8") if OUT.exists() else ""
    for name, write in SECTIONS.items():
        mark = MARK.format(name)
        if name in chosen:
            text = write(REPLICATIONS)
        else:
            text = old.partition(mark)[2].partition("<!-- ")[0].strip() + "\n"
        parts.append(mark + text)
    return "\n".join([HEAD, *parts])


def main() -> None:
    """Write the page."""
    chosen = sys.argv[1:] or list(SECTIONS)
    if unknown := set(chosen) - set(SECTIONS):
        sys.exit(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    OUT.write_text(write_page(chosen), encoding="utf-8")
    print(OUT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
