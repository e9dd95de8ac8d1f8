"""Totals of blocks: the same estimate as all rows at once, however the rows are cut and in whatever order."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.errors import LiteracyError
from literacy.estimation import Estimate, Test, finish, partial
from literacy.sampling import Design, Sample, make_replicates, read_replicates

N = 240
SPLITS = int(os.environ.get("SPLITS", "10"))  # of each design; 20 designs


def draw() -> pd.DataFrame:
    rng = np.random.default_rng(15)
    h = rng.choice(["n", "s", "w", "e"], N)
    psu = rng.integers(1, 6, N)
    frame = pd.DataFrame(
        {
            "h": h,
            "psu": psu,
            "ssu": rng.integers(1, 4, N),
            "w": rng.uniform(1, 30, N),
            "count": pd.Series(h).map({"n": 12.0, "s": 9.0, "w": 20.0, "e": 15.0}),
            "inner": 7.0,
            "people": pd.Series(h).map({"n": 900.0, "s": 700.0, "w": 1200.0, "e": 800.0}),
            "y": rng.normal(40, 9, N),
            "x": rng.gamma(3, 2, N),
            "one": rng.integers(0, 2, N),
            "k": pd.Categorical(
                rng.choice(["low", "mid", "high"], N), ["low", "mid", "high", "top"], ordered=True
            ),
            "d": rng.choice(["p", "q", "r"], N),
            "universe": np.where(rng.random(N) < 0.9, "adults", "pupils"),
            "g_a": rng.integers(0, 2, N),
            "g_b": rng.integers(0, 2, N),
        }
    )
    frame.loc[frame.index[frame["h"] == "e"][0], "h"] = "alone"
    frame["unique"] = frame["h"] + frame["psu"].astype(str)
    frame["prob"] = 1 / (frame.groupby("unique")["psu"].transform("first") + 4.0)
    frame.loc[rng.random(N) < 0.05, "y"] = np.nan
    frame.loc[rng.random(N) < 0.05, "d"] = None
    lonely = frame["h"] == "alone"
    frame.loc[lonely, ["count", "people"]] = [30.0, 500.0]
    base = Design(weight="w", strata="h", psu="psu", lonely_psu="certainty")
    for method, stem, more in (("jkn", "jk", {}), ("bootstrap", "bs", {"replicates": 12, "seed": 3})):
        made = make_replicates(Sample(frame, base), method, **more).replicates
        assert made is not None
        frame = pd.concat(
            [frame, pd.DataFrame(made.weights(), columns=[f"{stem}{i}" for i in range(made.count)])], axis=1
        )
    return frame


FRAME = draw()
CERTAIN: dict[str, Any] = {"lonely_psu": "certainty"}
DESIGNS: dict[str, tuple[Design, str, Any, dict[str, Any]]] = {
    "strata and units": (Design("w", "h", "psu", **CERTAIN), "mean", "y", {"by": "d"}),
    "weights only": (Design("w"), "mean", "y", {}),
    "people in strata": (Design("w", "h", **CERTAIN), "mean", "y", {"by": "k"}),
    "people with fpc": (Design("w", "h", fpc="people", **CERTAIN), "total", "y", {"by": "d"}),
    "people, adjust": (Design("w", "h", lonely_psu="adjust"), "mean", "x", {"by": "d"}),
    "people, average": (Design("w", "h", lonely_psu="average"), "proportion", "k", {"by": "one"}),
    "people, category": (Design("w", "h", **CERTAIN), "proportion", "k", {"by": "d"}),
    "units with fpc": (Design("w", "h", "psu", "count", **CERTAIN), "total", ["x", "y"], {"by": "k"}),
    "two stages": (
        Design("w", "h", ("psu", "ssu"), ("count", "inner"), **CERTAIN),
        "mean",
        "x",
        {"by": ["d", "one"]},
    ),
    "unique labels": (Design("w", "h", "unique", nest=False, **CERTAIN), "proportion", "d", {}),
    "no strata": (Design("w", psu="unique"), "population_variance", "y", {"by": "one"}),
    "adjust": (Design("w", "h", "psu", lonely_psu="adjust"), "ratio", ["y", "x"], {"by": "d"}),
    "average": (Design("w", "h", "psu", lonely_psu="average"), "proportion", "one", {"by": "k"}),
    "brewer": (Design("w", psu="unique", fpc="prob", pps="brewer"), "mean", "y", {}),
    "overton": (Design("w", psu="unique", fpc="prob", pps="overton"), "mean", "x", {"by": "d"}),
    "overlapping groups": (Design("w", "h", "psu", **CERTAIN), "proportion", "k=mid", {"by": "g"}),
    "universe": (Design("w", "h", "psu", **CERTAIN), "mean", "y", {"by": "d", "universe": "adults"}),
    "jackknife": (Design("w"), "mean", "y", {"by": "d", "replicates": ("jk", "jkn", {"rscales": 0.8})}),
    "bootstrap": (
        Design("w"),
        "proportion",
        ["one", "d"],
        {"by": "k", "replicates": ("bs", "bootstrap", {})},
    ),
    "two-way table": (Design("w", "h", "psu", **CERTAIN), "crosstab", ["k", "d"], {}),
}


def make_sample(frame: pd.DataFrame, design: Design, options: dict[str, Any], block: bool) -> Sample:
    sample = Sample(frame, design, options.get("universe"), block=block)
    if "replicates" in options:
        columns, method, more = options["replicates"]
        sample = read_replicates(sample, columns, method, **more)
    return sample


def cut(frame: pd.DataFrame, rng: np.random.Generator) -> list[pd.DataFrame]:
    pieces = int(51 ** rng.random())  # 1 to 50, small numbers more often
    where = rng.integers(0, pieces, len(frame))
    blocks = [frame[where == i].reset_index(drop=True) for i in rng.permutation(pieces)]
    return [b for b in blocks if len(b)]


def close(made: Any, right: Any, estimate: Any, exact: float = 1e-12) -> None:
    made, right, estimate = (np.asarray(v, np.float64) for v in (made, right, estimate))
    assert (np.isnan(made) == np.isnan(right)).all()
    scale = np.maximum(np.abs(right), np.abs(estimate))
    assert (np.abs(made - right)[~np.isnan(right)] <= exact * scale[~np.isnan(right)] + 1e-300).all()


@pytest.mark.parametrize("name", DESIGNS)
def test_any_split_gives_the_same_estimate(name: str) -> None:
    design, statistic, variable, options = DESIGNS[name]
    more = {k: v for k, v in options.items() if k == "by"}
    whole = make_sample(FRAME, design, options, block=False)
    function: Callable[..., Estimate] = getattr(lit, statistic)
    split = statistic in ("ratio", "crosstab")
    right = function(whole, *variable, **more) if split else function(whole, variable, **more)
    if statistic == "proportion":  # levels nobody holds are not known to blocks
        keep = (right.table["estimate"] > 0).to_numpy() | ("level" not in right.table)
        right = right.evolve(
            table=right.table[keep].reset_index(drop=True), covariance=right.covariance[keep][:, keep]
        )
    rng = np.random.default_rng(sum(map(ord, name)))
    for _ in range(SPLITS):
        blocks = cut(FRAME, rng)
        totals = [
            partial(make_sample(b, design, options, block=True), statistic, variable, **more) for b in blocks
        ]
        made = finish(sum(totals[1:], totals[0]))
        assert isinstance(made, Estimate)
        if statistic == "proportion":
            keep = (made.table["estimate"] > 0).to_numpy() | ("level" not in made.table)
            made = made.evolve(
                table=made.table[keep].reset_index(drop=True), covariance=made.covariance[keep][:, keep]
            )
        assert made.names == right.names
        for column in ("estimate", "se", "ci_low", "ci_high", "df", "n", "n_eff", "deff"):
            value, wanted = (
                t[column].to_numpy(np.float64, na_value=np.nan) for t in (made.table, right.table)
            )
            close(value, wanted, right.estimate, 1e-12 if column in ("estimate", "se") else 1e-9)
        size = np.maximum(np.outer(right.se, right.se), np.outer(right.estimate, right.estimate))
        assert (np.abs(made.covariance - right.covariance) <= 1e-12 * size + 1e-300).all()


@pytest.mark.parametrize("test", ["F", "adjWald"])
def test_independence_of_blocks(test: str) -> None:
    design = Design("w", "h", "psu", **CERTAIN)
    right = lit.test_independence(Sample(FRAME, design), "k", "d", test)
    blocks = cut(FRAME, np.random.default_rng(2))
    made = finish(sum(partial(b, "independence", ["k", "d"], design=design, test=test) for b in blocks))
    assert isinstance(made, Test)
    assert made.statistic == pytest.approx(right.statistic, rel=1e-10)
    assert made.p_value == pytest.approx(right.p_value, rel=1e-10)
    assert made.df == pytest.approx(right.df, rel=1e-10)


@pytest.mark.parametrize("name", ["strata and units", "people in strata", "no strata"])
def test_a_million_more_changes_no_standard_error(name: str) -> None:
    design, statistic, variable, options = DESIGNS[name]
    far = FRAME.assign(y=FRAME["y"] + 1e6)
    rng = np.random.default_rng(5)
    near, moved = (
        finish(sum(partial(b, statistic, variable, design=design, **options) for b in cut(f, rng)))
        for f in (FRAME, far)
    )
    assert isinstance(near, Estimate) and isinstance(moved, Estimate)
    assert moved.se == pytest.approx(near.se, rel=1e-9)
    direct = getattr(lit, statistic)(Sample(far, design), variable, **options)
    assert direct.se == pytest.approx(near.se, rel=1e-9)


def test_labels_of_blocks_may_be_read_differently() -> None:
    design = Design("w", "h", "psu", **CERTAIN)
    first, second = (
        FRAME.iloc[:100],
        FRAME.iloc[100:].assign(psu=lambda d: d["psu"].astype(float).astype(str) + " "),
    )
    made = finish(partial(first, "mean", "y", design=design) + partial(second, "mean", "y", design=design))
    assert isinstance(made, Estimate)
    assert made.se == pytest.approx(lit.mean(Sample(FRAME, design), "y").se, rel=1e-12)


def test_totals_travel_and_refuse_what_they_cannot_do() -> None:
    design = Design("w", "h", "psu", **CERTAIN)
    a, b = (
        partial(FRAME.iloc[:90], "mean", "y", design=design),
        partial(FRAME.iloc[90:], "mean", "y", design=design),
    )
    again = finish(pickle.loads(pickle.dumps(a)) + pickle.loads(pickle.dumps(b)))
    assert isinstance(again, Estimate) and any("2 blocks" in s for s in again.history)
    nobody = partial(FRAME.iloc[:5], "mean", "y", design=design, where={"d": "zzz"})
    for wrong in (
        lambda: a + partial(FRAME, "mean", "x", design=design),
        lambda: a + partial(FRAME, "mean", "y", design=Design("w")),
        lambda: partial(FRAME, "mean", "y", design=Design(strata="h", fpc="people")),
        lambda: partial(lit.poststratify(Sample(FRAME, design), {"one": {0: 50, 1: 60}}), "mean", "y"),
        lambda: partial(make_replicates(Sample(FRAME, design), "jkn"), "mean", "y"),
        lambda: partial(FRAME, "ratio", ["y"], design=design),
        lambda: partial(FRAME, "median", "y", design=design),
        lambda: finish(nobody),
    ):
        with pytest.raises(LiteracyError) as info:
            wrong()
        assert info.value.code in ("estimate.option", "estimate.variable", "estimate.domain")


def test_faults_that_only_show_once_all_units_are_there() -> None:
    torn = Design("w", "h", "psu", nest=False)
    one, two = FRAME[FRAME["h"] == "n"], FRAME[FRAME["h"] == "s"]
    with pytest.raises(LiteracyError) as info:
        finish(partial(one, "mean", "x", design=torn) + partial(two, "mean", "x", design=torn))
    assert info.value.code == "design.nesting"
    few = Design("w", "h", "psu", "few")
    blocks = [FRAME[(FRAME["h"] == "n") & (FRAME["psu"] == i)].assign(few=3.0) for i in range(1, 6)]
    with pytest.raises(LiteracyError) as info:
        finish(sum(partial(b, "mean", "x", design=few) for b in blocks))
    assert info.value.code == "design.fpc"
    lonely = Design("w", "h", "psu")
    with pytest.raises(LiteracyError) as info:
        finish(sum(partial(b, "mean", "x", design=lonely) for b in cut(FRAME, np.random.default_rng(1))))
    assert info.value.code == "design.lonely_psu"
