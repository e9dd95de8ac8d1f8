"""Accuracy of cuts, against cacIRT 1.4 (cacIRT.json), and the corrected rate."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.kernels.psychometrics import decisions as by
from literacy.psychometrics import classification, fit_irt, read_bank
from literacy.sampling import Design
from tests.psychometrics.conftest import data, reference, simulate


def bank(scale: float = 1.7) -> pd.DataFrame:
    table = data("cac_items")
    return pd.DataFrame(
        {"item": range(len(table)), "a": scale * table["a"], "b": table["b"], "g": table["c"]}
    )


def test_lee_and_rudner_are_those_of_cacirt() -> None:
    meant = reference("cacIRT")
    q = meant["quad"]
    lee = classification(bank(), meant["cut"], theta=q["q"], weights=q["w"]).table
    np.testing.assert_allclose(lee["consistency"], [r[1] for r in meant["Lee_marginal"]], atol=1e-10)
    # cacIRT 1.4 finds the true band with slopes not multiplied by 1.7, the chances with slopes that are
    made, plain = (read_bank(bank(s), "bank") for s in (1.7, 1.0))
    theta, mass, cuts = (np.array(v) for v in (q["q"], q["w"], meant["cut"]))
    expected = by.score_chances(plain.layout, plain.whole, theta) @ np.arange(51)
    for at, row in zip([[c] for c in cuts] + [list(cuts)], meant["Lee_marginal"], strict=True):
        bands, _ = by.bands_by_score(by.score_chances(made.layout, made.whole, theta), np.array(at))
        found = by.judge_bands(bands, np.searchsorted(at, expected, side="right"), mass)
        assert found == pytest.approx(row, abs=1e-10)
    assert lee["accuracy"][0] == pytest.approx(meant["Lee_marginal"][0][0], abs=1e-10)
    rudner = classification(bank(), meant["Rud_cut"], "rudner", theta=q["q"], weights=q["w"]).table
    np.testing.assert_allclose(rudner[["accuracy", "consistency"]], meant["Rud_marginal"], atol=1e-9)


def test_accuracy_is_that_of_simulated_tests_and_grows_with_length() -> None:
    table = classification(bank(1.0), [70], unit="percent", lengths=(1, 2)).table
    rng = np.random.default_rng(3)
    theta = rng.normal(size=20_000)
    b = bank(1.0)
    chance = 1 / (1 + np.exp(-b["a"].to_numpy() * (theta[:, None] - b["b"].to_numpy())))
    above = (rng.random(chance.shape) < chance).sum(1) >= 35
    assert table["accuracy"][0] == pytest.approx(((chance.sum(1) >= 35) == above).mean(), abs=0.015)
    assert table["accuracy"][1] > table["accuracy"][0]


def test_corrected_rate_is_nearer_the_truth() -> None:
    frame, theta = simulate(3000, np.linspace(-1.5, 1.5, 12), seed=11)
    truth = (1 / (1 + np.exp(-(theta[:, None] - np.linspace(-1.5, 1.5, 12))))).sum(1) >= 9
    row = classification(fit_irt(frame, model="rasch"), [9]).rates.iloc[0]
    assert abs(row["observed"] - truth.mean()) > 2 * row["se"]
    assert row["ci_low"] < truth.mean() < row["ci_high"] and row["se_corrected"] > row["se"]


@pytest.mark.parametrize(
    "cuts, more",
    [([], {}), ([60], {}), ([9, 3], {}), ([0], {"method": "rudner", "unit": "percent"}), ([9], {"lengths": (0,)}),
     ([9], {"weights": [1]})],
)  # fmt: skip
def test_bad_input(cuts: list[float], more: dict[str, object]) -> None:
    with pytest.raises(LiteracyError):
        classification(bank(), cuts, **more)


def test_error_of_the_corrected_rate_is_that_of_leaving_out_each_unit() -> None:
    """Two roads: linearised over sampling units, and the whole estimate made again without each of them."""
    rng = np.random.default_rng(5)
    units, size, b = 30, 25, np.linspace(-1.2, 1.4, 8)
    theta = np.repeat(rng.normal(0, 0.6, units), size) + 0.8 * rng.normal(size=units * size)
    frame = pd.DataFrame(
        (rng.random((len(theta), 8)) < 1 / (1 + np.exp(-1.3 * (theta[:, None] - b)))).astype(int),
        columns=[f"q{j}" for j in range(8)],
    ).assign(unit=np.repeat(np.arange(units), size), weight=np.repeat(rng.uniform(0.5, 2, units), size))
    design, items = Design(weight="weight", psu="unit"), [f"q{j}" for j in range(8)]

    def rate(rows: pd.DataFrame) -> pd.Series:
        return classification(fit_irt(rows, items, "1pl", design=design), [5]).rates.iloc[0]

    whole = rate(frame)
    without = np.array([rate(frame[frame["unit"] != u])["corrected"] for u in range(units)])
    jackknifed = np.sqrt((units - 1) / units * ((without - without.mean()) ** 2).sum())
    assert whole["se_corrected"] == pytest.approx(jackknifed, rel=0.05)


def test_a_fit_without_errors_says_so_and_known_items_have_none() -> None:
    frame, _ = simulate(400, np.linspace(-1.5, 1.5, 6), seed=3)
    bare = classification(fit_irt(frame, model="1pl", se="none"), [4])
    assert np.isnan(bare.rates["se_corrected"].iloc[0]) and any("no standard errors" in n for n in bare.notes)
    known = pd.DataFrame({"item": frame.columns, "a": 1.0, "b": np.linspace(-1.5, 1.5, 6)})
    row = classification(fit_irt(frame, fixed=known), [4]).rates.iloc[0]
    assert row["se_corrected"] > 0


def test_influence_of_the_parameters_adds_up_to_the_sandwich() -> None:
    frame, _ = simulate(500, np.linspace(-1, 1, 5), seed=8)
    for model in ("rasch", "2pl"):
        fit = fit_irt(frame, model=model, se="sandwich")
        at = [fit.bank.layout.starts[j] + 1 for j in range(5)]
        for place in at:
            moved = fit.influence(np.eye(len(fit.bank.whole))[place])
            assert float((moved**2).sum()) == pytest.approx(fit.bank.covariance[place, place], rel=1e-9)
            assert abs(moved.sum()) < 1e-6


def test_items_that_are_not_in_the_model_are_not_in_the_cut_and_that_is_said() -> None:
    frame, _ = simulate(400, np.linspace(-1.5, 1.5, 6), seed=3)
    made = classification(fit_irt(frame.assign(easy=1), model="1pl"), [4])
    assert made.rates["observed"].iloc[0] == pytest.approx((frame.sum(axis=1) >= 4).mean())
    assert any("without easy" in note for note in made.notes)
    assert not any("without" in note for note in classification(fit_irt(frame, model="1pl"), [4]).notes)
