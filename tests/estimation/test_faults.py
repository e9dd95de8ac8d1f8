"""Inputs that once gave a wrong or misleading number: an answer or one error, never silence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.errors import LiteracyError
from literacy.estimation.core.column_names import RESERVED
from literacy.sampling import Design, Sample

DESIGN = Design(weight="w", strata="h", psu="psu")
N = 120


def table(**more: object) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "h": np.repeat(["A", "B"], N // 2),
            "psu": np.tile(np.repeat(np.arange(1, 6), N // 10), 2),
            "w": rng.uniform(1, 3, N),
            "a": rng.choice(["p", "q", "r"], N),
            "b": rng.choice(["u", "v"], N),
            "z": rng.normal(0, 1, N),
        }
    )
    return frame.assign(**more)


def sample(**more: object) -> Sample:
    return Sample(table(**more), DESIGN)


@pytest.mark.parametrize("name", RESERVED)
def test_domains_may_not_be_called_like_a_column_of_results(name: str) -> None:
    one = Sample(table().rename(columns={"a": name}), DESIGN)
    for call in (lambda: lit.proportion(one, "b", by=name), lambda: lit.crosstab(one, name, "b")):
        with pytest.raises(LiteracyError) as info:
            call()
        assert info.value.code == "estimate.variable" and repr(name) in info.value.where


@pytest.mark.parametrize("value", [1, 0.1, 1e6 + 0.1])
def test_what_does_not_vary_is_not_tested(value: float) -> None:
    one = sample(c=value)
    for test in (
        lit.test_means(one, "c", by="b"),
        lit.test_means(one, "c", by="a"),
        lit.test_ranks(one, "c", "b"),
    ):
        assert np.isnan(test.p_value) and np.isnan(test.statistic)
    changed = lit.compare(one, sample(c=value), "c", statistic="mean", shared=True)
    assert changed.estimate[0] == 0 and np.isnan(changed.table["p_value"][0])


def test_a_model_without_residuals_has_no_p_values() -> None:
    model = lit.regress(sample(copy=table()["z"]), "z", ["copy"])
    assert model.table["p_value"].isna().all() and model.table["estimate"].tolist() == pytest.approx(
        [0.0, 1.0]
    )
    assert any("determine the outcome exactly" in note for note in model.notes)


def test_a_domain_of_one_unit_and_a_recode() -> None:
    one = sample(only=lambda d: ((d.h == "A") & (d.psu == 1)).astype(int), a2=lambda d: d.a.str.upper())
    test = lit.test_independence(one, "a", "b", where="only=1")
    assert np.isnan(test.statistic) and np.isnan(test.p_value)
    with pytest.raises(LiteracyError, match="a2"):
        lit.test_independence(one, "a", "a2")
    assert any("cannot be tested" in note for note in lit.crosstab(one, "a", "a2").notes)


def test_columns_of_several_kinds_and_zeros_and_ones_in_a_table() -> None:
    assert lit.mean(sample(k=[1, "a"] * (N // 2)), "z", by="k").names == ("1", "a")
    with pytest.raises(LiteracyError, match="'k'"):
        lit.mean(sample(k=[[1]] * N), "z", by="k")
    made = lit.crosstab(sample(one=lambda d: (d.z > 0).astype(int)), "a", "one")
    assert len(made.table) == 6 and made.table["count"].sum() == N


def test_a_level_nobody_holds_is_zero_with_an_exact_limit() -> None:
    levels = ["p", "q", "r", "never"]
    one = sample(k=lambda d: pd.Categorical(d.a, levels))
    made = lit.proportion(one, "k=never")
    assert made.estimate[0] == 0 and made.se[0] == 0 and 0 < made.table["ci_high"][0] < 0.1
    whole = lit.proportion(one, "k").table.set_index("level")
    assert whole.index.tolist() == levels and whole.loc["never", "estimate"] == 0
    with pytest.raises(LiteracyError, match="no row"):
        lit.proportion(sample(), "a=never")
    gone = sample(a="q")
    for changed in (lit.compare(sample(), gone, "a=p"), lit.compare(sample(), gone, "a")):
        assert changed.estimate[0] == pytest.approx(-lit.proportion(sample(), "a=p").estimate[0])
    both = lit.compare(lit.proportion(sample(), "a"), lit.proportion(gone, "a"))
    assert both.table["level"].tolist() == ["q", "p", "r"] and any(
        "occur in one of the waves only" in n for n in both.notes
    )


def test_shared_units_are_one_however_they_were_read() -> None:
    before, after = sample(), sample(z=lambda d: d.z + 0.3)
    right = lit.compare(before, after, "z", statistic="mean", shared=True)
    for change in (
        lambda p: p.astype(float),
        lambda p: p.map("{:.1f}".format),
        lambda p: p.astype(str) + " ",
    ):
        other = Sample(after.frame.assign(psu=change(after.frame["psu"])), DESIGN)
        assert lit.compare(before, other, "z", statistic="mean", shared=True).se == pytest.approx(right.se)
    assert "10 of 10 and 10" in " ".join(right.notes)
    strange = Sample(after.frame.assign(psu=after.frame["psu"] + 100), DESIGN)
    with pytest.raises(LiteracyError, match="psu"):
        lit.compare(before, strange, "z", statistic="mean", shared=True)


def test_the_variance_shown_is_the_one_used() -> None:
    waves = [lit.make_replicates(sample(), "bootstrap", replicates=20, seed=s) for s in (1, 2)]
    assert lit.compare(*(lit.mean(w, "z") for w in waves)).options.variance == "bootstrap"
    mixed = lit.compare(lit.mean(waves[0], "z"), lit.mean(sample(), "z"))
    assert mixed.options.variance == "bootstrap and taylor"


def test_replicates_that_lose_a_domain_are_left_out_whole_and_counted() -> None:
    frame = table(rare=lambda d: np.where((d.h == "A") & (d.psu == 1), "x", "y"))
    factors = np.ones((N, 6))
    factors[(frame["rare"] == "x").to_numpy(), 0] = 0.0
    factors[:, 1:] += np.random.default_rng(2).normal(0, 0.2, (N, 5))
    frame = pd.concat(
        [frame, pd.DataFrame(factors * frame[["w"]].to_numpy(), columns=[f"r{i}" for i in range(6)])], axis=1
    )
    one = lit.read_replicates(Sample(frame, Design("w")), "r", "other", scale=1.0)
    made = lit.mean(one, "z", by="rare")
    assert any("1 of 6 replicates" in note for note in made.notes)
    fewer = lit.read_replicates(
        Sample(frame, Design("w")), [f"r{i}" for i in range(1, 6)], "other", scale=1.0
    )
    assert made.se == pytest.approx(lit.mean(fewer, "z", by="rare").se)


def test_nonresponse_given_as_a_series_is_put_in_order() -> None:
    answered = pd.Series((np.arange(N) % 3 > 0).astype(int))
    right = lit.mean(lit.adjust_nonresponse(sample(), answered, by="a"), "z").estimate
    mixed = answered.sample(frac=1, random_state=0)
    assert lit.mean(lit.adjust_nonresponse(sample(), mixed, by="a"), "z").estimate == pytest.approx(right)
    with pytest.raises(LiteracyError):
        lit.adjust_nonresponse(sample(), answered.rename(lambda i: i + 1), by="a")


def test_statistical_tests_are_not_collected_and_origins_are_handed_on() -> None:
    assert all(not getattr(lit, name).__test__ for name in lit.__all__ if name.startswith("test_"))
    scored = lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))
    assert scored.origin.synthetic and Sample(scored).origin.wave == "2025"
    share = lit.proportion(Sample(scored, Design(weight="base_weight")), "literate")
    assert share.synthetic and lit.trend({2025: share.evolve(history=())}).synthetic
