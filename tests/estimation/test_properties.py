"""Two roads to one number, and what must not matter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy.estimation import contrast, mean, population_variance, proportion, quantile, ratio, total
from literacy.sampling import Design, Sample, make_replicates
from tests.estimation.ancestor import close

DESIGN = Design("w", strata="s", psu="p")
CLUSTERED = Design("w", strata="s", psu="p", fpc="f")


def draw(seed: int, rows: int = 240, strata: int = 4, units: int = 3) -> pd.DataFrame:
    """A stratified cluster sample: every stratum has ``units`` sampling units."""
    rng = np.random.default_rng(seed)
    s = np.arange(rows) % strata
    p = np.arange(rows) // strata % units
    effect = rng.normal(size=(strata, units))[s, p]
    y = 10 + effect + rng.normal(size=rows)
    return pd.DataFrame(
        {
            "s": s, "p": p, "w": rng.uniform(1, 9, rows), "f": float(units + 5) + s, "y": y,
            "x": rng.gamma(3, 1, rows), "z": (y > 10).astype(float), "g": rng.choice(list("abc"), rows),
        }
    )  # fmt: skip


seeds = st.integers(0, 10_000)


@settings(max_examples=15, deadline=None)
@given(seeds, st.floats(1e-3, 1e6))
def test_scale_of_weights_is_irrelevant(seed: int, scale: float) -> None:
    frame = draw(seed)
    one, other = Sample(frame, DESIGN), Sample(frame.assign(w=frame["w"] * scale), DESIGN)
    for a, b in (
        (mean(one, "y", by="g"), mean(other, "y", by="g")),
        (proportion(one, "z", by="g"), proportion(other, "z", by="g")),
        (ratio(one, "y", "x"), ratio(other, "y", "x")),
        (population_variance(one, "y"), population_variance(other, "y")),
        (quantile(one, "y", [0.2, 0.7]), quantile(other, "y", [0.2, 0.7])),
    ):
        columns = ["estimate", "se", "ci_low", "ci_high", "df", "n", "n_eff", "deff"]
        close(a.table[columns], b.table[columns], rel=1e-9)
    close(
        total(one, "y").table[["estimate", "se"]] * scale,
        total(other, "y").table[["estimate", "se"]],
        rel=1e-9,
    )


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_order_of_rows_and_labels_is_irrelevant(seed: int) -> None:
    frame = draw(seed)
    rng = np.random.default_rng(seed)
    shuffled = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    names = rng.permutation(100)
    shuffled["s"] = [f"stratum {names[v]}" for v in shuffled["s"]]
    shuffled["p"] = shuffled["p"].map(lambda v: names[v])
    one, other = Sample(frame, CLUSTERED), Sample(shuffled, CLUSTERED)
    for f in (
        lambda s: mean(s, "y", by="g"),
        lambda s: proportion(s, "g"),
        lambda s: total(s, "x", where="g=a"),
    ):
        a, b = f(one), f(other)
        close(a.table[["estimate", "se", "df", "n"]], b.table[["estimate", "se", "df", "n"]], rel=1e-9)
        close(a.covariance, b.covariance, rel=1e-7, floor=1e-12 * float(np.abs(a.covariance).max()))


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_domains_add_up(seed: int) -> None:
    sample = Sample(draw(seed), DESIGN)
    for f in (total,):
        parts, whole = f(sample, "y", by="g"), f(sample, "y")
        close(parts.estimate.sum(), whole.estimate[0])
        close(np.sqrt(parts.covariance.sum()), whole.se[0])
        c = contrast(parts, "a + b + c")
        close([c.estimate[0], c.se[0]], [whole.estimate[0], whole.se[0]])
    shares = proportion(sample, "g", by="s")
    close(shares.table.groupby("s")["estimate"].sum(), np.ones(4))
    count = total(sample, "g")
    close(count.estimate.sum(), sample.weight.sum())
    one = contrast(proportion(sample, "g"), {"a": 1, "b": 1, "c": 1})
    close([one.estimate[0], one.se[0]], [1.0, 0.0])


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_linearisation_and_jackknife_agree(seed: int) -> None:
    sample = Sample(draw(seed, rows=1600, strata=4, units=20), CLUSTERED)
    again = make_replicates(sample)
    close(total(sample, "y").se, total(again, "y").se, rel=1e-9)  # linear: the same
    for f in (
        lambda s: mean(s, "y", by="g"),
        lambda s: ratio(s, "y", "x"),
        lambda s: proportion(s, "z", by="g"),
    ):
        close(f(sample).se, f(again).se, rel=0.03)


def test_agreement_improves_with_the_number_of_units() -> None:
    gaps = []
    for units in (4, 16, 64):
        gap = []
        for seed in range(25):
            sample = Sample(draw(seed, rows=4 * units * 5, units=units), DESIGN)
            gap.append(
                abs(ratio(sample, "y", "x").se[0] / ratio(make_replicates(sample), "y", "x").se[0] - 1)
            )
        gaps.append(np.mean(gap))
    assert gaps[1] < gaps[0] / 1.5 and gaps[2] < gaps[0] / 6  # O(1/n): sixteen times the units


@pytest.mark.parametrize("value", [0.1, 3.3, 1e9 + 0.1])
def test_a_constant_has_no_error(value: float) -> None:
    sample = Sample(draw(1).assign(y=value, one=1), DESIGN)
    e = mean(sample, "y", by="g")
    assert (e.estimate == value).all() and (e.se == 0).all() and (e.covariance == 0).all()
    p = proportion(sample, "one")
    assert p.estimate[0] == 1 and p.se[0] == 0 and p.table["ci_high"][0] == 1 and p.table["ci_low"][0] > 0.9


def test_digits_survive_a_distant_origin() -> None:
    frame = draw(2)
    near, far = Sample(frame, DESIGN), Sample(frame.assign(y=frame["y"] + 1e7), DESIGN)
    close(mean(far, "y", by="g").se, mean(near, "y", by="g").se, rel=1e-7)
    close(population_variance(far, "y").estimate, population_variance(near, "y").estimate, rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_a_domain_is_its_indicator(seed: int) -> None:
    """Total of y in a domain = total of y times the indicator; a mean is a ratio of totals."""
    frame = draw(seed).assign(inside=lambda d: (d["g"] == "a").astype(float))
    frame["both"] = frame["inside"] * frame["y"]
    sample = Sample(frame, DESIGN)
    a, b = total(sample, "y", where="g=a"), total(sample, "both")
    close([a.estimate[0], a.se[0]], [b.estimate[0], b.se[0]])
    m, r = mean(sample, "y", where="g=a"), ratio(sample, "both", "inside")
    close([m.estimate[0], m.se[0]], [r.estimate[0], r.se[0]])


@settings(max_examples=10, deadline=None)
@given(seeds, st.sampled_from(["logit", "beta", "wilson", "likelihood", "arcsine"]))
def test_intervals_hold_the_share(seed: int, ci: str) -> None:
    frame = draw(seed)
    for cut in (0.0, 0.01, 0.3, 0.99, 1.0):
        sample = Sample(frame.assign(z=(np.arange(240) < cut * 240).astype(float)), DESIGN)
        t = proportion(sample, "z", ci=ci).table.iloc[0]
        assert 0 <= t.ci_low <= t.estimate <= t.ci_high <= 1
        assert t.ci_high > t.ci_low


def test_overlapping_groups_carry_their_covariance() -> None:
    frame = draw(5)
    frame["group_old"] = (frame["y"] > 9.5).astype(int)
    frame["group_all"] = 1
    sample = Sample(frame, DESIGN)
    e = mean(sample, "x", by="group")
    d = e.contrast("old", "all")
    frame["d"] = frame["group_old"]
    # by hand: influence of the difference of two overlapping means
    w, x, old = frame["w"].to_numpy(), frame["x"].to_numpy(), frame["d"].to_numpy(float)
    u = old * (x - e.estimate[0]) / (w * old).sum() - (x - e.estimate[1]) / w.sum()
    close(d.se[0], np.sqrt(sample.covariance(u[:, None])[0, 0]))
    assert d.estimate[0] == pytest.approx(e.estimate[0] - e.estimate[1])


@settings(max_examples=8, deadline=None)
@given(seeds)
def test_a_projected_sample_with_no_adjustment_agrees(seed: int) -> None:
    """The road by row-level scores (used after calibration) equals the road by unit totals."""

    class Nothing:
        name = "nothing"

        def project(self, weighted_scores: np.ndarray) -> np.ndarray:
            return weighted_scores

    sample = Sample(draw(seed), CLUSTERED)
    again = sample.evolve(adjustments=(Nothing(),))
    for f in (
        lambda s: mean(s, ["y", "x"], by="g"),
        lambda s: proportion(s, "g", by="s"),
        lambda s: ratio(s, "y", "x", by="g"),
        lambda s: population_variance(s, "y"),
        lambda s: total(s, "g"),
    ):
        a, b = f(sample), f(again)
        close(a.covariance, b.covariance, rel=1e-9, floor=1e-12 * float(np.abs(a.covariance).max()))


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_people_as_units_named_or_not(seed: int) -> None:
    """The short road for samples of single people equals the road by sampling units."""
    frame = draw(seed).assign(person=np.arange(240), far=lambda d: d["y"] + 1e6)
    short = Sample(frame, Design("w", strata="s"))
    long = Sample(frame, Design("w", strata="s", psu="person"))
    for f in (
        lambda s: mean(s, "y", by="g"),
        lambda s: mean(s, "far", by="g"),
        lambda s: total(s, "far"),
        lambda s: proportion(s, "g", by="p"),
        lambda s: ratio(s, "y", "x"),
        lambda s: population_variance(s, "far", where="g=a"),
        lambda s: total(s, "s"),
    ):
        a, b = f(short), f(long)
        close(a.table[["estimate", "se", "df", "n", "deff"]], b.table[["estimate", "se", "df", "n", "deff"]])
        close(a.covariance, b.covariance, floor=1e-9 * float(np.abs(b.covariance).max()))
