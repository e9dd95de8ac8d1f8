"""Simulated fieldwork of Erenhot: are planned half-widths reached, and does the adjustment remove the bias?

``make simulate-fieldwork`` runs 500 surveys of each scenario and prints the table of docs/fieldwork.md. The city is
invented: sizes, ages, groups and literacy are made up. Argument: number of runs.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from literacy.estimation import proportion
from literacy.fieldwork import (
    allocate_domains,
    describe_groups,
    measure_representativity,
    plan_clusters,
    select,
)
from literacy.sampling import Design, Sample
from literacy.weighting import adjust_nonresponse

Z = 1.959964
BANDS = ("18-29", "30-39", "40-49", "50-59", "60-69")
LITERATE = np.array([0.26, 0.17, 0.11, 0.06, 0.04])
ANSWERING = np.array([0.45, 0.58, 0.70, 0.80, 0.88])


def make_city(rng: np.random.Generator) -> pd.DataFrame:
    """52,026 adults in town, 1,080 in the sumu; herders live in the sumu, literacy falls with age."""
    parts = []
    for stratum, size, shift in (("town", 52026, 0.0), ("sumu", 1080, -0.03)):
        age = rng.choice(5, size, p=[0.16, 0.22, 0.22, 0.23, 0.17])
        p = np.clip(LITERATE[age] + shift, 0.01, 1)
        parts.append(pd.DataFrame({
            "stratum": stratum, "age": age, "literate": rng.random(size) < p,
            "herder": (rng.random(size) < 0.75) if stratum == "sumu" else False,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def precision_met(runs: int) -> list[tuple[str, float, float]]:
    """Planned and reached half-widths of the city, the sumu, the herders and the old, by Bethel's allocation."""
    rng = np.random.default_rng(11)
    city = make_city(rng)
    strata = city.groupby("stratum").agg(
        population=("literate", "size"),
        mean_y=("literate", "mean"),
        sd_y=("literate", lambda x: np.std(x, ddof=1)),
    )
    strata = strata.reset_index().assign(cost=[2.0, 1.0], place=lambda t: t["stratum"])
    masks = {"herders": city["herder"], "old": city["age"] == 4}
    groups = pd.concat([
        city[mask].groupby("stratum").agg(people=("literate", "size"), share=("literate", "mean")).reset_index().assign(group=name)
        for name, mask in masks.items()
    ])  # fmt: skip
    described = describe_groups(strata, groups)
    demands = pd.DataFrame(
        [("", "", "y", 0.08), ("place", "sumu", "y", 0.16), ("", "", "herders", 0.20), ("", "", "old", 0.22)],
        columns=["domain", "level", "variable", "cv"],
    )
    plan = allocate_domains(described, demands)
    n = dict(zip(plan.table["stratum"], plan.table["n"], strict=True))
    arrays = {s: city[city["stratum"] == s].reset_index(drop=True) for s in n}
    found: dict[str, list[float]] = {k: [] for k in ("city", "sumu", "herders", "old")}
    sizes = {s: len(a) for s, a in arrays.items()}
    for _ in range(runs):
        rows = {s: arrays[s].iloc[rng.choice(sizes[s], n[s], replace=False)] for s in n}
        w = {s: sizes[s] / n[s] for s in n}
        found["city"].append(sum(w[s] * rows[s]["literate"].sum() for s in n) / len(city))
        found["sumu"].append(rows["sumu"]["literate"].mean())
        for name, own in (("herders", lambda r: r["herder"]), ("old", lambda r: r["age"] == 4)):
            top = sum(w[s] * rows[s].loc[own(rows[s]), "literate"].sum() for s in n)
            found[name].append(top / sum(w[s] * own(rows[s]).sum() for s in n))
    truth = {"city": city["literate"].mean(), "sumu": arrays["sumu"]["literate"].mean(),
             **{k: city.loc[m, "literate"].mean() for k, m in masks.items()}}  # fmt: skip
    planned = plan.demands["expected"].to_numpy()
    return [(k, Z * planned[i] * truth[k], Z * float(np.std(found[k], ddof=1))) for i, k in enumerate(found)]


def clusters_met(runs: int) -> tuple[str, float, float]:
    """Two stages: blocks whose literacy differs, planned with their intraclass correlation."""
    rng = np.random.default_rng(12)
    sizes = rng.integers(60, 160, 480)
    level = rng.beta(0.12 * 19, 0.88 * 19, len(sizes))  # intraclass correlation 1 / 20
    blocks = [rng.random(size) < p for size, p in zip(sizes, level, strict=True)]
    frame = pd.DataFrame({"unit": np.arange(len(sizes)), "size": sizes})
    plan = plan_clusters(400, 60, 0.05, margin=0.03, share=0.12)
    found = []
    for seed in range(runs):
        t = select(frame.sample(frac=1, random_state=seed), plan.units, seed=seed, take=plan.take).to_frame()
        found.append(
            np.mean(
                [blocks[u][rng.choice(len(blocks[u]), plan.take, replace=False)].mean() for u in t["unit"]]
            )
        )
    return f"two stages ({plan.units} units of {plan.take})", plan.margin, Z * float(np.std(found, ddof=1))


def nonresponse(runs: int) -> tuple[float, float, float, float, float]:
    """R-indicator without and with nonresponse by age; bias of the share before and after the adjustment."""
    rng = np.random.default_rng(13)
    city = make_city(rng)
    truth = float(city["literate"].mean())
    design = Design("base_weight", "stratum")
    arrays = {s: city[city["stratum"] == s].reset_index(drop=True) for s in ("town", "sumu")}
    equal, by_age, plain, better = [], [], [], []
    for run in range(runs):
        table = pd.concat([a.iloc[rng.choice(len(a), n, replace=False)].assign(base_weight=len(a) / n) for (s, a), n in zip(arrays.items(), (1500, 300), strict=True)], ignore_index=True)  # fmt: skip
        table["band"], table["unit"] = np.array(BANDS)[table["age"]], np.arange(len(table)) % 30
        table["literate"] = table["literate"].astype(int)
        if run < 100:  # the indicator's jackknife is the slow part
            table["responded"] = (rng.random(len(table)) < 0.68).astype(int)
            equal.append(measure_representativity(table, ["band"]).estimate)
        table["responded"] = (rng.random(len(table)) < ANSWERING[table["age"]]).astype(int)
        if run < 100:
            by_age.append(measure_representativity(table, ["band"]).estimate)
        answered = table[table["responded"] == 1].reset_index(drop=True)
        plain.append(float(proportion(Sample(answered, design), "literate").estimate[0]))
        adjusted = adjust_nonresponse(Sample(table, design), "responded", by=["band"])
        better.append(float(proportion(adjusted, "literate").estimate[0]))
    return float(np.mean(equal)), float(np.mean(by_age)), truth, float(np.mean(plain)), float(np.mean(better))


def main(runs: int) -> None:
    print(f"{runs} runs")
    print("| what | planned half-width | reached | ratio |\n|---|---:|---:|---:|")
    for name, planned, reached in (*precision_met(runs), clusters_met(runs)):
        print(f"| {name} | {planned:.4f} | {reached:.4f} | {reached / planned:.3f} |", flush=True)
    equal, by_age, truth, plain, better = nonresponse(runs)
    print(f"R-indicator: {equal:.3f} where everybody answers alike, {by_age:.3f} where it depends on age")
    print(
        f"truth {truth:.4f}; respondents {plain:.4f} (bias {plain - truth:+.4f}); adjusted {better:.4f} (bias {better - truth:+.4f})"
    )
    print(f"removed: {1 - abs(better - truth) / abs(plain - truth):.1%} of the bias")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
