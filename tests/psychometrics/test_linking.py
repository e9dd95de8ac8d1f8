from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import literacy as lit
from literacy.errors import LiteracyError
from literacy.psychometrics import find_cut, fit_irt, irt_dif, link_items, plausible_values
from literacy.sampling import Design
from tests.psychometrics.conftest import data, reference, simulate


def table(b: Any, a: Any = 1.0, **more: Any) -> pd.DataFrame:
    return pd.DataFrame({"item": [f"i{k}" for k in range(len(b))], "a": a, "b": b, **more})


@pytest.mark.parametrize(
    "method", ["mean_mean", "mean_sigma", "haebara", "stocking_lord", "haberman", "robust"]
)
def test_an_exact_change_of_scale_is_found(method: str) -> None:
    old = table(np.linspace(-1.5, 1.5, 9), np.linspace(0.7, 1.6, 9))
    new = old.assign(b=(old["b"] - 0.4) / 1.2, a=old["a"] * 1.2)
    link = link_items(new, old, method)
    assert link.slope == pytest.approx(1.2, abs=1e-9)
    assert link.intercept == pytest.approx(0.4, abs=1e-9)
    assert link.link_error == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(link.linked["b"], old["b"], atol=1e-8)


def test_partial_credit_moves_as_a_whole() -> None:
    old = fit_irt(data("Science"), model="gpcm").parameters
    new = old.copy()
    new["a"] = old["a"] * 1.3
    for k in (1, 2, 3):
        new[f"b{k}"] = (old[f"b{k}"] - 0.25) / 1.3
        new[f"d{k}"] = np.nan
    for method in ("haebara", "stocking_lord", "robust"):
        link = link_items(new, old, method)
        assert (link.slope, link.intercept) == (pytest.approx(1.3, abs=1e-7), pytest.approx(0.25, abs=1e-7))


def test_link_error_is_the_jackknife_of_clusters() -> None:
    rng = np.random.default_rng(3)
    old = table(rng.normal(size=12), cluster=[f"c{k // 3}" for k in range(12)])
    new = old.assign(b=old["b"] + rng.normal(scale=0.2, size=12) - 0.3)
    link = link_items(new, old, "mean_mean", clusters="cluster", fixed_slope=True)
    shift = (old["b"] - new["b"]).to_numpy()
    left = [np.delete(shift, range(3 * c, 3 * c + 3)).mean() for c in range(4)]
    assert link.link_error == pytest.approx(np.sqrt(3 / 4 * ((left - np.mean(left)) ** 2).sum()), rel=1e-12)
    assert link.clusters == 4 and link.slope == 1.0
    # items one by one: the standard error of a mean of differences
    alone = link_items(new, old, "mean_mean", fixed_slope=True)
    assert alone.link_error == pytest.approx(shift.std(ddof=1) / np.sqrt(12), rel=1e-9)


def test_drift_is_found_and_taken_out() -> None:
    rng = np.random.default_rng(5)
    old = table(np.linspace(-1.5, 1.5, 15))
    new = old.assign(b=old["b"] - 0.2 + rng.normal(scale=0.04, size=15))
    new.loc[7, "b"] += 1.0
    link = link_items(new, old, fixed_slope=True)
    assert link.drift.loc[link.drift["drifting"], "item"].tolist() == ["i7"]
    assert abs(link.purified[1] - 0.2) < 0.03 < abs(link.intercept - 0.2)
    assert abs(link_items(new, old, "robust", fixed_slope=True).intercept - 0.2) < 0.03


def test_sampling_is_taken_off_the_link_error() -> None:
    b = np.linspace(-1.5, 1.5, 10)
    fits = [fit_irt(simulate(1500, b, seed=s)[0], model="rasch") for s in (1, 2)]
    link = link_items(fits[1], fits[0], fixed_slope=True)
    assert 0 < link.sampling_error < 0.1 and link.link_error_corrected <= link.link_error


def test_the_link_error_enters_change_and_projection() -> None:
    class Wave:
        standard = wave = universe = ""

        def __init__(self, share: float) -> None:
            self.share = share

        def to_frame(self) -> pd.DataFrame:
            return pd.DataFrame([{"estimate": self.share, "se": 0.01, "n": 1200, "df": 60}])

    rng = np.random.default_rng(5)
    old = table(np.linspace(-1.5, 1.5, 12))
    link = link_items(old.assign(b=old["b"] + rng.normal(scale=0.3, size=12)), old)
    waves = {2021: Wave(0.08), 2023: Wave(0.10), 2025: Wave(0.13)}
    plain, linked = lit.trend(waves), lit.trend(waves, link={2023: link})
    np.testing.assert_allclose(linked.se[0], plain.se[0])
    assert (linked.se[1:] > plain.se[1:]).all() and linked.correlated
    step = [t.covariance[2, 2] + t.covariance[1, 1] - 2 * t.covariance[1, 2] for t in (plain, linked)]
    assert step[1] < 1.2 * step[0]  # the link of 2023 is shared by 2025
    assert lit.trend(waves, link=link).se[1] == plain.se[1]
    spread = [float(lit.project(t).to_frame()["se"].iloc[-1]) for t in (plain, linked)]
    assert spread[1] > spread[0]
    with pytest.raises(lit.LiteracyError):
        lit.trend(waves, link={2021: link})


@pytest.mark.parametrize("method", ["lord", "likelihood_ratio", "rmsd"])
def test_an_item_that_works_differently_is_found_and_no_other(method: str) -> None:
    b = np.linspace(-1, 1, 6)
    shifted = b.copy()
    shifted[2] += 0.9
    first, second = simulate(1200, b, seed=1)[0], simulate(1200, shifted, seed=2, mean=-0.5)[0]
    frame = pd.concat([first.assign(language="zh"), second.assign(language="mn")], ignore_index=True)
    found = irt_dif(frame, "language", method=method, model="rasch", reference="zh")
    worst = found.table.sort_values("statistic", ascending=False)["item"].iloc[0]
    assert worst == "q3"
    assert found.table.loc[found.table["flagged"], "item"].tolist() in (
        ["q3"],
        [] if method == "rmsd" else ["q3"],
    )
    if method != "rmsd":
        assert found.table.set_index("item").loc["q3", "effect"] < -0.1


def test_plausible_values_know_more_than_point_scores() -> None:
    """The share above a cut: point scores shrink, draws do not; and the error of the test is in the error."""
    frame, theta = simulate(1500, np.linspace(-1, 1, 12), seed=7)
    fit = fit_irt(frame, model="rasch")
    values = plausible_values(fit, number=5, seed=3)
    share = values.share_above(1.0)
    truth = float((theta > 1.0).mean())
    assert abs(share.estimate[0] - truth) < 3 * share.se[0]
    assert "plausible values" in share.table["method"].iloc[0]
    assert any("too wide" in note for note in share.notes)
    score = float((1 / (1 + np.exp(-(1.0 - np.linspace(-1, 1, 12))))).sum())
    scored = values.share_above(score=score)
    place = find_cut(fit, score)
    assert scored.estimate[0] == values.share_above(place).estimate[0]
    assert not any("too wide" in note for note in scored.notes)
    for bad in ({}, {"cut": 1.0, "score": 5.0}, {"score": 13}):
        with pytest.raises(LiteracyError):
            values.share_above(**bad)
    again = plausible_values(fit, number=5, seed=3)
    np.testing.assert_array_equal(values.draws, again.draws)


def test_background_bends_the_draws_to_the_groups() -> None:
    first, second = (
        simulate(1500, np.linspace(-1, 1, 6), seed=1)[0],
        simulate(1500, np.linspace(-1, 1, 6), seed=2, mean=1.0)[0],
    )
    frame = pd.concat([first.assign(town=0), second.assign(town=1)], ignore_index=True)
    fit = fit_irt(frame, items=[f"q{k}" for k in range(1, 7)], model="rasch")
    by = plausible_values(fit, background=["town"], number=6).estimate(
        lambda s: lit.mean(s, "theta", by="town")
    )
    gap = by.contrast("1", "0")
    scale = fit.groups["sd"][0] / np.sqrt(1.25)
    assert gap.estimate[0] == pytest.approx(1.0 * scale, abs=0.12)


@pytest.mark.parametrize("unit", ["testlet", pytest.param("item", marks=pytest.mark.search)])
def test_link_error_of_two_pisa_studies_is_that_of_sirt(unit: str) -> None:
    """Monseur and Berezner (2007): published; and with R's search made fine, to nine digits."""
    meant = reference("sirt_pisa")
    frame = pd.DataFrame({k: meant[k] for k in ("item", "testlet", "study1", "study2")})
    new, old = (frame.assign(a=1.0, b=frame[c]) for c in ("study2", "study1"))
    points = np.linspace(-4, 4, 100)

    def shift(rows: np.ndarray) -> float:
        made = link_items(new[rows], old[rows], "stocking_lord", fixed_slope=True, theta=points)
        return -made.intercept

    every = np.ones(len(frame), bool)
    assert shift(every) == pytest.approx(meant["exact"]["shift"], rel=1e-7)
    assert shift(every) == pytest.approx(meant["printed"]["shift"], rel=2e-4)
    without = np.array([shift((frame[unit] != u).to_numpy()) for u in frame[unit].unique()])
    m = len(without)
    about_whole = np.sqrt((m - 1) / m * ((without - shift(every)) ** 2).sum())  # sirt's centre
    assert about_whole == pytest.approx(meant["exact"][unit], rel=1e-7)
    link = link_items(
        new, old, "stocking_lord", clusters=None if unit == "item" else unit, fixed_slope=True, theta=points
    )
    about_mean = np.sqrt((m - 1) / m * ((without - without.mean()) ** 2).sum())
    assert link.link_error == pytest.approx(about_mean, rel=1e-9)
    assert link.link_error == pytest.approx(meant["printed"][unit], rel=5e-4)


def test_link_error_of_means_is_the_spread_of_the_shifts() -> None:
    """Closed form: items alone, mean/mean, slope 1: the standard deviation over the root of their number."""
    meant = reference("sirt_pisa")
    old = pd.DataFrame({"item": meant["item"], "a": 1.0, "b": meant["study1"]})
    new = old.assign(b=meant["study2"])
    link = link_items(new, old, "mean_mean", fixed_slope=True)
    away = new["b"] - old["b"]
    assert link.link_error == pytest.approx(away.std() / np.sqrt(len(away)), rel=1e-12)


def two_sides(units: int = 24, size: int = 25, shared: bool = False, seed: int = 5) -> pd.DataFrame:
    """Two groups of equal items in clusters of their own, or in the same clusters."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), size)
    side = np.arange(len(unit)) % 2 if shared else unit % 2
    theta = rng.normal(0, 0.6, units)[unit] + 0.8 * rng.normal(size=len(unit)) - 0.3 * side
    right = rng.random((len(unit), 6)) < 1 / (1 + np.exp(-(theta[:, None] - np.linspace(-1, 1, 6))))
    return pd.DataFrame(right.astype(int), columns=[f"q{j + 1}" for j in range(6)]).assign(
        side=side, unit=unit, w=np.where(unit % 3 == 0, 0.7, 1.3)
    )


@pytest.mark.parametrize("shared", [pytest.param(False, marks=pytest.mark.search), True])
def test_errors_of_parameter_differences_are_those_of_leaving_out_units(shared: bool) -> None:
    """Each unit left out, both groups fitted and linked again: the errors of Lord's test are those this gives."""
    frame = two_sides(60, 20, shared, seed=6)
    units = frame["unit"].nunique()
    design = Design(weight="w", psu="unit")
    found = irt_dif(frame, "side", model="rasch", design=design, purify=False, reference="0")

    def gaps(part: pd.DataFrame) -> np.ndarray:
        d = [
            fit_irt(
                p.drop(columns=["side", "unit", "w"]), model="rasch", weights=p["w"].to_numpy(), se="none"
            )
            for _, p in part.groupby("side")
        ]
        link = link_items(d[1], d[0], "robust", fixed_slope=True)
        return (link.linked["d"] - d[0].parameters["d"]).to_numpy()

    left = np.array([gaps(frame[frame["unit"] != u]) for u in range(units)])
    error = np.sqrt((units - 1) / units * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    here = np.abs(gaps(frame)) / np.sqrt(found.table["statistic"])
    np.testing.assert_allclose(here, error, rtol=0.1)
    assert abs(float(np.mean(np.log(here / error)))) < 0.05


def test_lords_test_has_the_degrees_of_freedom_of_the_smaller_group() -> None:
    """P values are those of F: for one parameter, t with the joined degrees of freedom of 12 and 12 units."""
    frame = two_sides()
    found = irt_dif(frame, "side", model="rasch", design=Design(weight="w", psu="unit"), reference="0").table
    least = stats.t.sf(np.sqrt(found["statistic"]), 22) * 2
    most = stats.t.sf(np.sqrt(found["statistic"]), 11) * 2
    assert ((found["p_value"] > least - 1e-12) & (found["p_value"] < most + 1e-12)).all()
    simple = irt_dif(frame, "side", items=list(found["item"]), model="rasch", reference="0").table
    np.testing.assert_allclose(simple["p_value"], stats.chi2.sf(simple["statistic"], 1), rtol=1e-12)


def test_a_common_slope_is_no_parameter_of_an_item() -> None:
    frame = two_sides()
    found = irt_dif(frame, "side", items=[f"q{j + 1}" for j in range(6)], model="1pl", reference="0").table
    assert (found["df"] == 1).all()


def test_adjustment_and_purification_reach_the_tests_of_models() -> None:
    frame = two_sides(60, 40)
    frame["q3"] = np.where((frame["side"] == 1) & (frame["q3"] == 1) & (frame.index % 2 == 0), 0, frame["q3"])
    items = [f"q{j + 1}" for j in range(6)]
    for method in ("lord", "likelihood_ratio"):
        made = {
            a: lit.dif(frame, "side", method, items, adjust=a, model="rasch", reference=0).to_frame()
            for a in ("none", "bh", "holm")
        }
        assert (made["none"]["flagged"] == (made["none"]["p_value"] < 0.05)).all()
        assert (made["holm"]["p_adjusted"] >= made["bh"]["p_adjusted"]).all()
        pure = lit.dif(frame, "side", method, items, purify=True, model="rasch", reference=0).to_frame()
        assert not np.allclose(pure["statistic"], made["none"]["statistic"])
    with pytest.raises(lit.LiteracyError):
        lit.dif(frame, "side", "rmsd", items, purify=True, model="rasch")
