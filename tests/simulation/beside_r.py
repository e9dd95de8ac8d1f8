"""Random surveys, estimated here and by R survey: what differs beyond rounding? ``make beside-r`` (docs/ancestor_random.md).

Synthetic surveys of all kinds of design, with missing values, gaps in the weights and small domains. Every number both programs give
is compared; what differs is listed, and what only one of them gives. Known differences are explained in docs/ancestor.md.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import literacy as lit

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "ancestor_random.md"
SURVEYS = int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 200
EXACT = 1e-8
KINDS = ("people", "strata", "strata_fpc", "clusters", "clusters_fpc", "two_stages")
ADJUSTED = ("none", "rake", "poststratify", "jackknife")


def make_survey(rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, Any]]:
    """One synthetic survey, and what R is to know of its design."""
    kind, adjust = rng.choice(KINDS), str(rng.choice(ADJUSTED, p=[0.4, 0.2, 0.2, 0.2]))
    strata, units, people = int(rng.integers(2, 7)), int(rng.integers(2, 7)), int(rng.integers(3, 12))
    rows = [
        (h, h * 100 + u, i)
        for h in range(strata)
        for u in range(units)
        for i in range(int(rng.integers(2, people + 1)))
    ]
    frame = pd.DataFrame(rows, columns=["h", "u", "i"])
    n = len(frame)
    frame["p"] = np.arange(n)
    frame["w"] = rng.gamma(2, 10, n) + 1
    if rng.random() < 0.3:
        frame.loc[rng.random(n) < 0.1, "w"] *= 30
    effect = rng.normal(0, 0.6, strata * 100 + 100)[frame["u"]]
    frame["x"] = np.round(50 + 10 * rng.normal(size=n) + 5 * effect, int(rng.integers(0, 4)))
    frame["z"] = np.round(frame["x"] * 0.4 + 20 + 3 * rng.normal(size=n), 2)
    frame["y"] = np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n) + effect)
    frame["b"] = (rng.random(n) < 1 / (1 + np.exp(1.2 - effect))).astype(int)
    frame["g"] = rng.choice(list("abc"), n, p=[0.5, 0.35, 0.15])
    frame["k"] = rng.choice(list("pqrs")[: int(rng.integers(2, 5))], n)
    frame["m"] = rng.integers(1, 4, n)
    spec: dict[str, Any] = {"adjust": adjust, "strata": None, "psu": None, "fpc": None}
    if kind != "people":
        spec["strata"] = "h"
    if kind.startswith("clusters") or kind == "two_stages":
        spec["psu"] = ["u"] if kind != "two_stages" else ["u", "p"]
    if kind == "strata_fpc":
        frame["n1"] = frame["h"].map(frame["h"].value_counts()) * int(rng.integers(2, 9))
        spec["fpc"] = ["n1"]
    if kind in ("clusters_fpc", "two_stages"):
        frame["n1"] = units * int(rng.integers(2, 9))
        spec["fpc"] = ["n1"]
    if kind == "two_stages":
        frame["n2"] = frame["u"].map(frame["u"].value_counts()) * int(rng.integers(2, 9))
        spec["fpc"] = ["n1", "n2"]
    whole = frame["w"].sum()
    for name in ("g", "m"):
        share = frame.groupby(name)["w"].sum() * np.exp(rng.uniform(-0.3, 0.3, frame[name].nunique()))
        spec[name] = {str(k): float(whole * v / share.sum()) for k, v in share.items()}
    return frame, spec


def make_sample(frame: pd.DataFrame, spec: dict[str, Any]) -> lit.Sample:
    """The same survey here."""
    design = lit.Design(
        weight="w", strata=spec["strata"], psu=spec["psu"], fpc=spec["fpc"], lonely_psu="adjust"
    )
    sample = lit.Sample(frame, design)
    if spec["adjust"] == "rake":
        margins = {"g": spec["g"], "m": {int(k): v for k, v in spec["m"].items()}}
        return lit.rake(sample, margins, tolerance=1e-12)
    if spec["adjust"] == "poststratify":
        return lit.poststratify(sample, {"g": spec["g"]})
    if spec["adjust"] == "jackknife":
        return lit.make_replicates(sample, "jackknife")
    return sample


def columns(estimate: lit.Estimate, *names: str) -> list[list[float]]:
    """Columns of an estimate's table."""
    return [estimate.table[name].astype(float).tolist() for name in names]


def covariance(sample: lit.Sample) -> list[list[float]]:
    """Covariance of the means of two groups."""
    return [[float(lit.mean(sample, "x", by="g").covariance[0, 1])]]


def fitted(model: lit.Model) -> list[list[float]]:
    """Coefficients and their standard errors."""
    return [model.coefficients.tolist(), np.sqrt(np.diag(model.covariance)).tolist()]


def tested(test: lit.Test, *, df: bool = False) -> list[list[float]]:
    """Statistic, degrees of freedom and p-value."""
    return [[test.statistic], *([[test.df[-1]]] if df else []), [test.p_value]]


def term(sample: lit.Sample) -> list[list[float]]:
    """F test of a term."""
    test = lit.test_term(lit.regress(sample, "b", ["z", "k"], family="logistic"), "k")
    return [[test.statistic], [test.df[0]], [test.df[1]], [test.p_value]]


OURS: dict[str, Callable[[lit.Sample], list[list[float]]]] = {
    "mean": lambda s: columns(lit.mean(s, "y"), "estimate", "se", "deff"),
    "total": lambda s: columns(lit.total(s, "x"), "estimate", "se"),
    "ratio": lambda s: columns(lit.ratio(s, "x", "z"), "estimate", "se"),
    "by": lambda s: columns(lit.mean(s, "x", by="g"), "estimate", "se"),
    "covariance": covariance,
    "share": lambda s: columns(lit.proportion(s, "k"), "estimate", "se"),
    "domain": lambda s: columns(lit.mean(s, "b", where={"g": ["a", "b"]}), "estimate", "se", "df"),
    **{
        f"interval_{theirs}": lambda s, own=own: [
            (made := lit.proportion(s, "b", ci=own)).table["estimate"].tolist(),
            [*made.table["ci_low"].tolist(), *made.table["ci_high"].tolist()],
        ]
        for theirs, own in (("logit", "logit"), ("beta", "beta"), ("mean", "mean"), ("asin", "arcsine"))
    },
    "variance": lambda s: columns(lit.population_variance(s, "x"), "estimate", "se"),
    "quantile": lambda s: columns(lit.quantile(s, "x", [0.1, 0.5, 0.8]), "estimate", "ci_low", "ci_high"),
    **{
        f"test_{way}": lambda s, way=way: tested(lit.test_independence(s, "g", "k", statistic=way))
        for way in ("F", "Chisq", "Wald", "adjWald")
    },
    "means": lambda s: tested(lit.test_means(s, "x", by="b"), df=True),
    "ranks": lambda s: tested(lit.test_ranks(s, "x", "b")),
    "linear": lambda s: fitted(lit.regress(s, "x", ["z", "k"])),
    "logistic": lambda s: fitted(lit.regress(s, "b", ["z", "k"], family="logistic")),
    "term": term,
}  # fmt: skip


def apart(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> float:
    """The largest relative difference; standard errors and limits are relative to the larger of value and estimate."""
    worst = 0.0
    first = np.abs(np.array(theirs[0], np.float64))
    for k, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        a, b = np.array(own, np.float64), np.array(other, np.float64)
        if a.shape != b.shape:
            return math.inf
        scale = np.abs(b) if k == 0 else np.maximum(np.abs(b), first if first.shape == b.shape else np.abs(b))
        both = ~(np.isnan(a) & np.isnan(b))
        gap = np.abs(a - b)[both] / np.maximum(scale[both], 1e-12)
        worst = max(worst, float(np.nan_to_num(gap, nan=math.inf).max(initial=0.0)))
    return worst


def main() -> None:
    """Compare, and write the page."""
    rng = np.random.default_rng(20261128)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        samples = {}
        for i in range(SURVEYS):
            frame, spec = make_survey(rng)
            frame.to_csv(folder / f"{i:04}.csv", index=False)
            (folder / f"{i:04}.json").write_text(json.dumps(spec), encoding="utf-8")
            samples[f"{i:04}.csv"] = (frame, spec)
        done = subprocess.run(
            ["Rscript", "--vanilla", str(HERE / "beside_r.R"), str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    equal: Counter[str] = Counter()
    lists: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    worst: dict[str, float] = defaultdict(float)
    versions, *lines = done.stdout.splitlines()
    for line in lines:
        found = json.loads(line)
        file = found.pop("file")[0]
        frame, spec = samples[file]
        sample = make_sample(frame, spec)
        for what, own in OURS.items():
            theirs = found.get(what)
            theirs = None if not theirs else [[math.nan if v is None else v for v in part] for part in theirs]
            try:
                ours = own(sample)
            except lit.LiteracyError as error:
                if theirs is not None:
                    lists[what]["refused here"].append(f"{file[:4]} {spec['adjust']} {error.code}")
                continue
            if theirs is None:
                lists[what]["only here"].append(f"{file[:4]} {spec['adjust']}")
                continue
            gap = apart(ours, theirs)
            if gap <= EXACT:
                equal[what] += 1
                worst[what] = max(worst[what], gap)
            else:
                lists[what]["differ"].append(f"{file[:4]} {spec['adjust']} {gap:.1e}")
    PAGE.write_text(format_page(json.loads(versions), equal, worst, lists), encoding="utf-8", newline="\n")


WORDS = {
    "mean": "mean with missing values, design effect", "total": "total", "ratio": "ratio", "by": "means of groups",
    "covariance": "covariance of two groups", "share": "shares of a category", "domain": "share in a domain, df",
    "variance": "population variance", "quantile": "quantiles 0.1, 0.5, 0.8 with Woodruff's interval",
    "means": "t test", "ranks": "rank test", "linear": "linear model", "logistic": "logistic model", "term": "F test of a term",
    **{f"interval_{w}": f"interval of a share: {w}" for w in ("logit", "beta", "mean", "asin")},
    **{f"test_{w}": f"independence: {w}" for w in ("F", "Chisq", "Wald", "adjWald")},
}  # fmt: skip
WHY = """
- **R stops**: with replicate weights its `svyglm`, and so `svyciprop(method = "logit")` and `svyttest`; `svyby(covmat = TRUE)` where weights
  were adjusted; a Wald test whose matrix is singular.
- **Refused here**: a logistic model that separates the answers has no finite coefficients; R returns large numbers.
- **Differ**: quantiles below the weight of the smallest value, and at ties; the logit interval, which R fits by a regression that stops at
  1e-8; the arcsine interval where R's angle is reflected beyond the share (all in docs/ancestor.md). Where a replicate loses a group it is dropped for all groups, as in the covariance of `svyby(covmat = TRUE)`; the standard errors `svyby` prints drop it
  for that group alone.
"""


def format_page(
    versions: dict[str, str],
    equal: Counter[str],
    worst: dict[str, float],
    lists: dict[str, dict[str, list[str]]],
) -> str:
    """The page."""
    head = [
        "# Random surveys, here and in R survey", "",
        f"Written by `make beside-r`; do not edit. {SURVEYS} synthetic surveys (people, strata, clusters, two stages; finite populations; "
        "weights as drawn, raked, post-stratified, jackknife replicates; missing values; groups of one or two respondents), "
        f"each estimated here and by R {versions['R']}, survey {versions['survey']}. Equal: within {EXACT:g} of the larger of value "
        "and estimate.", "",
        "| what | equal | largest difference among them | R stops | refused here | differ | largest |",
        "|:--|--:|--:|--:|--:|--:|--:|",
    ]  # fmt: skip
    rows = []
    for what, words in WORDS.items():
        rest = lists.get(what, {})
        apart = rest.get("differ", [])
        far = max((float(a.split()[-1]) for a in apart), default=0.0)
        counts = (len(rest.get(k, [])) for k in ("only here", "refused here"))
        rows.append(
            f"| {words} | {equal[what]} | {worst[what]:.0e} | {' | '.join(map(str, counts))} | {len(apart)} | "
            f"{f'{far:.0e}' if apart else ''} |"
        )
    return "\n".join([*head, *rows, WHY])


if __name__ == "__main__":
    main()
