"""Equating, against R equate 2.0.9 (equate_ACT.json) and Kolen and Brennan's example."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.kernels.psychometrics import conversion as by
from literacy.psychometrics import equate
from literacy.sampling import Design, Sample
from tests.psychometrics.conftest import data, reference


@pytest.fixture(scope="module")
def act() -> tuple[np.ndarray, np.ndarray]:
    table = data("ACTmath")
    return tuple(np.repeat(table["scale"], table[c]).to_numpy() for c in ("xcount", "ycount"))


@pytest.mark.parametrize(
    "method, name, smooth",
    [("mean", "mean", None), ("linear", "linear", None), ("equipercentile", "equipercentile", None),
     ("equipercentile", "equip_smooth6", 6)],
)  # fmt: skip
def test_equated_scores_are_those_of_r(
    act: tuple[np.ndarray, np.ndarray], method: str, name: str, smooth: int | None
) -> None:
    meant = pd.DataFrame(reference("equate_ACT")["ACT"][name])
    table = equate(*act, method, smooth=smooth).table
    assert table["score"].tolist() == meant["scale"].tolist()
    far = 1e-11 if smooth is None else 2e-8
    np.testing.assert_allclose(table["equated"], meant["yx"], rtol=0, atol=far)
    if name == "linear":  # by delta method; R's formula divides some moments by n - 1
        np.testing.assert_allclose(table["se"], meant["se"], rtol=5e-4)


@pytest.mark.parametrize("case", range(8))
def test_common_items_are_equated_as_in_r(case: int) -> None:
    known = reference("equate_KBneat")
    forms = [
        pd.DataFrame(cells, columns=["total", "anchor", "n"]).pipe(lambda t: t.loc[t.index.repeat(t["n"])])
        for cells in (known["cells"]["x"], known["cells"]["y"])
    ]
    meant = known["equated"][case]
    table = equate(*forms, meant["method"], "anchor", weight_x=meant["weight_x"]).table
    # R rounds the ranks of chained equating once, not twice
    far = 5e-8 if meant["method"] == "chained" else 1e-11
    np.testing.assert_allclose(table["equated"], meant["yx"], rtol=0, atol=far)


def test_line_of_tucker_and_levine_is_that_of_kolen_and_brennan() -> None:
    x = by.Moments(15.8205, 6.5278**2, 5.1063, 2.3760**2, 13.4088)
    y = by.Moments(18.6728, 6.8784**2, 5.8626, 2.4515**2, 14.7603)
    slope, intercept = by.synthetic_line(x, y, by.tucker_slope(x), by.tucker_slope(y), 1.0)
    assert (slope, intercept) == (pytest.approx(1.0289, abs=6e-5), pytest.approx(0.5370, abs=6e-4))
    levine = by.synthetic_line(x, y, by.levine_slope(x, True), by.levine_slope(y, True), 1.0)
    assert levine[0] > 0 and abs(levine[0] - slope) < 0.1


def common(n: int, seed: int, mean: float, hard: float) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    theta = rng.normal(mean, 1, n)[:, None]
    right = rng.random((n, 30)) < 1 / (
        1 + np.exp(-(theta - np.r_[np.linspace(-1, 1, 10), np.full(20, hard)]))
    )
    return pd.DataFrame({"v": right[:, :10].sum(1), "total": right.sum(1)})


@pytest.mark.parametrize(
    "method", ["tucker", "levine", "levine_true", "chained_linear", "chained", "frequency_estimation"]
)
def test_common_items_take_the_groups_apart(method: str) -> None:
    x, y = common(3000, 1, 0.0, 0.5), common(3000, 2, 0.5, 0.0)
    truth = equate(x, common(3000, 3, 0.0, 0.0), "linear", scores=[12.0]).table["equated"][0]
    made = equate(x, y, method, "v", scores=[12.0]).table
    assert made["equated"][0] == pytest.approx(truth, abs=1.2) and 0 < made["se"][0] < 0.5
    same = equate(x, x, method, "v", scores=[5.0, 12.0]).table["equated"]
    assert same.tolist() == pytest.approx([5, 12], abs=1e-9)


def test_design_error_and_error_by_bootstrap(act: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = (a[::10] for a in act)
    rng = np.random.default_rng(1)
    for method, smooth in (("linear", None), ("equipercentile", None), ("equipercentile", 4)):
        se = equate(x, y, method, scores=[20.0], smooth=smooth).table["se"][0]
        drawn = [
            equate(rng.choice(x, len(x)), rng.choice(y, len(y)), method, scores=[20.0], smooth=smooth)
            .table["equated"][0]
            for _ in range(40)
        ]  # fmt: skip
        assert se == pytest.approx(np.std(drawn), rel=0.35)
    frame = pd.DataFrame({"total": np.sort(x), "psu": np.arange(len(x)) // 20})
    wide = equate(Sample(frame, Design(psu="psu")), y, "mean").table["se"][0]
    assert wide > 2 * equate(x, y, "mean").table["se"][0]


def test_bad_input_is_refused() -> None:
    x = common(50, 1, 0, 0)
    for call in (
        lambda: equate(x, x, "tucker"), lambda: equate(x, x, "tucker", "w"), lambda: equate([1, 1, 1], [1, 2, 3]),
        lambda: equate([1.5, 2, 3], [1, 2, 3], "equipercentile"), lambda: equate([1, 2], [1, 2, 3]),
        lambda: equate(x, x, "mean", "v"), lambda: equate(x, x, "linear", smooth=3),
        lambda: equate(x.assign(v=31), x, "tucker", "v"),
    ):  # fmt: skip
        with pytest.raises(LiteracyError):
            call()
