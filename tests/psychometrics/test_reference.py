"""Every case of R mirt 1.47 and plink 1.5-1 our vocabulary covers (tests/reference/psychometrics/README.md)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.psychometrics import (
    fit_irt,
    item_fit,
    link_items,
    local_dependence,
    model_fit,
    person_scores,
)
from tests.psychometrics.conftest import LSAT, data, reference

pytestmark = pytest.mark.reference


def fit(name: str) -> Any:
    options: dict[str, Any] = dict(LSAT[name])
    frame = data(options.pop("data", "LSAT7"))
    if options.pop("weights", False):
        options["weights"] = data("LSAT7_weights")["w"].to_numpy()
    return fit_irt(frame, **options)


@pytest.mark.parametrize("name", LSAT)
def test_parameters_and_likelihood(name: str) -> None:
    found, meant = fit(name), reference("mirt_LSAT7")[name]
    table = found.parameters
    assert found.converged and table["item"].tolist() == meant["item_names"]
    assert found.loglik == pytest.approx(meant["loglik"], rel=1e-9)
    for column, other in (("a", "a1"), ("d", "d"), ("g", "g")):
        np.testing.assert_allclose(table[column], [i[other] for i in meant["items"]], atol=1e-5)
    np.testing.assert_allclose(table["b"], [i["b"] for i in meant["irtpars"]], atol=2e-5)
    # mirt stops its Rasch model early (test_roads: test_rasch_variance_by_another_quadrature_and_search)
    assert found.groups["variance"][0] == pytest.approx(meant["latent_var"], abs=2e-5)


@pytest.mark.parametrize("name", [n for n in LSAT if "weighted" not in n])
def test_standard_errors(name: str) -> None:
    table, meant = fit(name).parameters, reference("mirt_LSAT7")[name]["se"]
    for row in table.to_dict("records"):
        assert row["se_d"] == pytest.approx(meant[row["item"]]["d"], abs=2e-6)
        if meant[row["item"]]["a1"] is not None:
            assert row["se_a"] == pytest.approx(meant[row["item"]]["a1"], abs=2e-6)


def test_partial_credit() -> None:
    found, meant = fit_irt(data("Science"), model="gpcm"), reference("mirt_Science_GPCM")["GPCM"]
    assert found.converged and found.loglik == pytest.approx(meant["loglik"], rel=1e-10)
    np.testing.assert_allclose(found.parameters["a"], [i["a1"] for i in meant["items"]], atol=1e-5)
    for k in (1, 2, 3):
        np.testing.assert_allclose(found.parameters[f"d{k}"], [i[f"d{k}"] for i in meant["items"]], atol=1e-5)
        np.testing.assert_allclose(
            found.parameters[f"b{k}"], [i[f"b{k}"] for i in meant["irtpars"]], atol=1e-5
        )
        for row in found.parameters.to_dict("records"):
            assert row[f"se_d{k}"] == pytest.approx(meant["se"][row["item"]][f"d{k}"], abs=2e-5)


MIXED = ["2pl"] * 10 + ["gpcm"] * 3 + ["grm"] * 2
SEVERAL: dict[str, str | list[str]] = {
    "gpcm5": "gpcm",
    "pcm5": "pcm",
    "grm5": "grm",
    "mixed": MIXED,
    "unused": "grm",
}


@pytest.mark.parametrize("name", SEVERAL)
def test_items_of_five_categories_coded_from_one(name: str) -> None:
    meant = reference("mirt_polytomous")[name]
    frame = data("synthetic_mixed")[list(meant["items"])]
    if name == "unused":
        frame = frame.assign(g2=frame["g2"].replace(3, 4))
    found = fit_irt(frame, model=SEVERAL[name])
    assert found.converged and found.loglik == pytest.approx(meant["loglik"], rel=1e-9)
    # mirt's partial credit model with a free variance stops 1e-6 below the maximum
    far = 1e-4 if name == "pcm5" else 1e-6
    for row in found.parameters.to_dict("records"):
        for column, (value, error) in meant["items"][row["item"]].items():
            mine = "a" if column == "a1" else column
            assert row[mine] == pytest.approx(value, abs=far)
            if error is not None:
                assert row[f"se_{mine}"] == pytest.approx(error, abs=far)
    if "s_x2" in meant:
        fitted = item_fit(found).table[["s_x2", "df"]].to_numpy()
        np.testing.assert_allclose(fitted, meant["s_x2"], atol=1e-3 if name == "pcm5" else 2e-5)


def test_items_of_several_categories_are_fitted_as_by_sum_score() -> None:
    fitted = item_fit(fit_irt(data("Science"), model="gpcm")).table
    meant = reference("mirt_Science_GPCM")["GPCM"]["itemfit_SX2"]
    np.testing.assert_allclose(fitted["df"], [r["df.S_X2"] for r in meant])
    np.testing.assert_allclose(fitted["s_x2"], [r["S_X2"] for r in meant], atol=2e-5)


@pytest.mark.parametrize("method", ["eap", "map", "ml", "wle"])
@pytest.mark.parametrize("name", ["TwoPL", "Rasch_freevar", "ThreePL_prior"])
def test_positions(name: str, method: str) -> None:
    meant = reference("mirt_LSAT7")[name]
    patterns = pd.DataFrame(
        [[p[f"Var{k}"] for k in (5, 4, 3, 2, 1)] for p in meant["score_patterns"]],
        columns=meant["item_names"],
    )
    known = fit_irt(data("LSAT7"), model=LSAT[name].get("model", "2pl"))
    everybody = pd.concat([data("LSAT7"), patterns], ignore_index=True)
    weight = np.r_[np.ones(1000), np.full(len(patterns), 1e-12)]
    scored = person_scores(fit_irt(everybody, model=known.bank.models[0], weights=weight, se="none"), method)
    values = [list(r.values()) for r in meant[f"scores_{method.upper()}"]]
    theta = np.array([v[0] for v in values], float)
    good = np.isfinite(theta)
    if (
        name == "ThreePL_prior"
    ):  # mirt says nothing where the 3PL likelihood has its maximum far below the items
        good &= np.abs(theta) < 2.5
    np.testing.assert_allclose(scored.theta[1000:][good], theta[good], atol=3e-5)
    if name != "ThreePL_prior":
        se = np.array([v[1] for v in values], float)
        np.testing.assert_allclose(scored.se[1000:][good], se[good], atol=2e-4)
        assert np.isinf(scored.theta[1000:][~np.isfinite(theta)]).all()


def test_scores_by_sum(lsat: pd.DataFrame) -> None:
    meant = reference("mirt_LSAT7")["TwoPL"]["EAPsum"]
    scored = person_scores(fit_irt(lsat), "sum")
    for row in meant:
        rows = lsat.sum(axis=1) == row["Sum.Scores"]
        np.testing.assert_allclose(scored.theta[rows], row["F1"], atol=1e-6)
        np.testing.assert_allclose(scored.se[rows], row["SE_F1"], atol=1e-6)


def test_fit_of_items_and_whole(lsat: pd.DataFrame) -> None:
    meant, found = reference("mirt_LSAT7")["TwoPL"], fit_irt(lsat)
    table = item_fit(found).table
    for mine, theirs in (("s_x2", "S_X2"), ("df", "df.S_X2"), ("p_value", "p.S_X2")):
        np.testing.assert_allclose(table[mine], [r[theirs] for r in meant["itemfit_SX2"]], rtol=1e-6)
    for mine, theirs in (
        ("outfit", "outfit"),
        ("z_outfit", "z.outfit"),
        ("infit", "infit"),
        ("z_infit", "z.infit"),
    ):
        np.testing.assert_allclose(table[mine], [r[theirs] for r in meant["infit"]], atol=1e-6)
    np.testing.assert_allclose(local_dependence(found).matrix, meant["Q3"], atol=1e-7)
    whole = model_fit(found)
    for mine, theirs in (("m2", "M2"), ("df", "df"), ("p_value", "p"), ("rmsea", "RMSEA"), ("rmsea_low", "RMSEA_5"),
                         ("rmsea_high", "RMSEA_95"), ("srmsr", "SRMSR")):  # fmt: skip
        assert getattr(whole, mine) == pytest.approx(
            meant["M2"][theirs], rel=1e-3 if "rmsea_" in mine else 1e-5
        ), mine
    rasch = model_fit(fit_irt(lsat, model="rasch"))
    assert rasch.m2 == pytest.approx(reference("mirt_LSAT7")["Rasch_freevar"]["M2"]["M2"], rel=1e-5)


def table_of(form: str) -> pd.DataFrame:
    frame = data(f"KB04_form{form}").rename(columns={"c": "g"})
    return frame.assign(a=1.7 * frame["a"], item=[f"i{k + 1}" for k in range(len(frame))])


def constants(case: str) -> list[dict[str, Any]]:
    found = reference("plink_KB04")[case]
    return list(found["constants"] if isinstance(found, dict) else found)


@pytest.mark.parametrize("case", ["all", "no27", "const_uniform161"])
def test_links(case: str) -> None:
    meant = {r["_row"]: r for r in constants(case)}
    anchor = [f"i{k}" for k in data("KB04_common")["form.x"] if case != "no27" or k != 27]
    theta = np.linspace(-4, 4, 161 if case == "const_uniform161" else 40)
    names = {
        "mean_mean": "Mean/Mean",
        "mean_sigma": "Mean/Sigma",
        "haebara": "Haebara",
        "stocking_lord": "Stocking-Lord",
    }
    for mine, theirs in names.items():
        link = link_items(table_of("X"), table_of("Y"), mine, anchor=anchor, theta=theta)
        assert link.slope == pytest.approx(meant[theirs]["A"], abs=2e-6), mine
        assert link.intercept == pytest.approx(meant[theirs]["B"], abs=2e-6), mine


@pytest.mark.parametrize("model", ["gpcm", "grm", "mixed"])
def test_links_of_items_of_several_categories(model: str) -> None:
    known = reference("plink_polytomous")

    def form(name: str) -> pd.DataFrame:
        steps = np.array(known[name]["th"])
        table = pd.DataFrame({"item": [f"i{k}" for k in range(12)], "model": model, "a": known[name]["a"]})
        table[["b1", "b2", "b3"]] = steps
        if model == "mixed":
            table["model"] = ["2pl"] * 6 + ["gpcm"] * 6
            table["b"] = table["b1"]
            table.loc[6:, "b"] = np.nan
            table.loc[:5, ["b1", "b2", "b3"]] = np.nan
        return table

    for method, meant in zip(known["methods"], known[model], strict=True):
        link = link_items(form("new"), form("old"), method, theta=np.linspace(-4, 4, 161))
        assert (link.slope, link.intercept) == pytest.approx(meant, abs=2e-6), method


def test_link_with_normal_weights() -> None:
    meant = {r["_row"]: r for r in constants("const_normal161")}
    anchor = [f"i{k}" for k in data("KB04_common")["form.x"]]
    link = link_items(
        table_of("X"), table_of("Y"), anchor=anchor
    )  # 61 points of N(0, 1) from -6 to 6 against 161 from -4
    assert link.slope == pytest.approx(meant["Stocking-Lord"]["A"], abs=2e-3)
    assert link.intercept == pytest.approx(meant["Stocking-Lord"]["B"], abs=2e-3)


@pytest.mark.parametrize("column", ["testinfo", "expected_test"])
def test_curves(lsat: pd.DataFrame, column: str) -> None:
    from literacy.psychometrics import item_curves

    meant = reference("mirt_LSAT7")["TwoPL"]
    curves = item_curves(fit_irt(lsat), np.array(meant["info_theta"]))
    mine = curves.loc[curves["item"] == "test", "information" if column == "testinfo" else "expected"]
    np.testing.assert_allclose(mine, meant[column], atol=1e-6)


LSAT6 = (
    "00000:3 00001:6 00010:2 00011:11 00100:1 00101:1 00110:3 00111:4 01000:1 01001:8 01011:16 01101:3 01110:2 "
    "01111:15 10000:10 10001:29 10010:14 10011:81 10100:3 10101:28 10110:15 10111:80 11000:16 11001:56 11010:21 "
    "11011:173 11100:11 11101:61 11110:28 11111:298"
)
"""Section 6 of the Law School Admission Test (Bock and Lieberman 1970): patterns and how often each occurs."""


def test_section_six_of_the_law_school_admission_test() -> None:
    """R mirt 1.45.1 (TOL 1e-10, 61 points from -6 to 6); R ltm prints the log likelihood as -2466.653."""
    patterns = [pair.split(":") for pair in LSAT6.split()]
    frame = pd.DataFrame(
        [[int(c) for c in p] for p, n in patterns for _ in range(int(n))], columns=list("abcde")
    )
    found = fit_irt(frame)
    assert len(frame) == 1000 and found.loglik == pytest.approx(-2466.6533775135, rel=1e-12)
    slopes = [0.825659531622, 0.722744206450, 0.890874530804, 0.688367983095, 0.656855958019]
    intercepts = [2.773234395519, 0.990201194001, 0.249147528153, 1.284756925819, 2.053270449057]
    np.testing.assert_allclose(found.parameters["a"], slopes, atol=1e-7)
    np.testing.assert_allclose(found.parameters["d"], intercepts, atol=1e-7)
    assert model_fit(found).m2 == pytest.approx(4.7383839524, abs=1e-6)
    rasch = fit_irt(frame, model="rasch")  # as printed in mirt's own tests
    assert rasch.parameters["d"].round(3).tolist() == [2.73, 0.999, 0.24, 1.306, 2.099]
    assert rasch.groups["variance"][0] == pytest.approx(0.57, abs=1e-3)


def test_the_spread_of_a_mean_square_counts_as_at_most_the_root_of_two() -> None:
    """As in Winsteps and R mirt: a large spread would make any mean square a large z."""
    from literacy.kernels.psychometrics.itemfit import _standardise

    q = np.sqrt(2)
    found = _standardise(np.array([1.0, 1.0]), np.array([0.04, 25.0]))
    np.testing.assert_allclose(found, [0.2 / 3, q / 3])
