"""Drawing units: chances as promised, joint ones where claimed, the same draw everywhere, bad frames refused."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation import total
from literacy.fieldwork import read_frame, select
from literacy.fieldwork.drawing.frames import arrange_frame
from literacy.fieldwork.drawing.strata import JOINT, METHODS, UNEQUAL, draw_stratum
from literacy.kernels.fieldwork.draws import draw_sampford
from literacy.kernels.fieldwork.joint import joint_sampford
from literacy.kernels.fieldwork.random_stream import RandomStream
from literacy.sampling import Design, Sample

FRAMES = {
    "plain": ([3, 1, 7, 9, 2, 2, 5, 8], 3),
    "giants": ([500, 3, 1, 7, 90, 2, 2, 5], 4),
    "ties": ([4] * 9, 4),
    "zeros": ([0, 3, 0, 7, 2, 2, 0, 5], 3),
    "one": ([6], 1),
    "all": ([5, 1, 2], 3),
    "fractions": ([0.1, 0.7, 0.25, 0.3, 1.9], 2),
}
DRAWS = 800
LIMIT = 4.5
"""Standard errors of the simulation that a frequency may be off: some 400 are looked at."""


def frame_of(sizes: Sequence[float]) -> pd.DataFrame:
    return pd.DataFrame({"unit": [f"u{i}" for i in range(len(sizes))], "size": sizes})


@pytest.mark.search
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", FRAMES)
def test_chances_are_as_promised_and_totals_unbiased(name: str, method: str) -> None:
    sizes, n = FRAMES[name]
    frame = frame_of(sizes)
    if method in UNEQUAL:
        x = np.array(sizes, float)
        pi = x * n / x.sum()
        for _ in sizes:  # by hand: giants are cut to 1 and the rest is shared out anew
            pi = np.where(pi >= 1, 1.0, pi)
            rest = pi < 1
            if rest.any() and x[rest].sum():
                pi[rest] = (n - (~rest).sum()) * x[rest] / x[rest].sum()
    else:
        pi = np.full(len(sizes), n / len(sizes))
    y = np.random.default_rng(1).uniform(1, 9, len(sizes)) * (pi > 0)
    hits, both, totals = np.zeros(len(sizes)), np.zeros((len(sizes), len(sizes))), np.zeros(DRAWS)
    places, no = np.arange(len(sizes)), np.zeros(len(sizes), bool)
    for seed in range(DRAWS):
        part = draw_stratum("", places, np.array(sizes, float), no, n, method, seed, 0)
        assert len(set(part.rows.tolist())) == n == len(part.rows)
        hits[part.rows] += 1
        both[np.ix_(part.rows, part.rows)] += 1
        totals[seed] = (y[part.rows] / part.probability[part.rows]).sum()
    assert part.probability == pytest.approx(pi)
    t = select(frame, n, seed=DRAWS - 1, method=method).to_frame()  # the public road gives the same
    assert t["unit"].str[1:].astype(int).tolist() == part.rows.tolist()
    assert t["base_weight"].to_numpy() == pytest.approx(1 / pi[part.rows])
    error = np.sqrt(np.maximum(pi * (1 - pi), 1e-12) / DRAWS)
    assert (np.abs(hits / DRAWS - pi) <= LIMIT * error + 1e-9).all()
    spread = np.std(totals) / np.sqrt(DRAWS)
    assert abs(np.mean(totals) - y.sum()) <= LIMIT * spread + 1e-9 * y.sum()
    if method in JOINT:
        for seed in range(10):  # pairs are only told for units drawn
            part = draw_stratum("", places, np.array(sizes, float), no, n, method, seed, 0)
            joint = part.joint(method)
            assert np.diag(joint) == pytest.approx(pi[part.rows])
            seen = both[np.ix_(part.rows, part.rows)] / DRAWS
            assert (
                np.abs(seen - joint) <= LIMIT * np.sqrt(np.maximum(joint * (1 - joint), 1e-12) / DRAWS) + 1e-9
            ).all()


def test_sampford_is_sampford() -> None:
    """The design itself, by all samples of a small frame: p(s) in proportion to prod(omega) * sum(1 - pi)."""
    pi = np.array([0.2, 0.3, 0.45, 0.5, 0.7, 0.85])
    n = 3
    omega = pi / (1 - pi)
    samples = list(itertools.combinations(range(len(pi)), n))
    p = np.array([np.prod(omega[list(s)]) * (1 - pi[list(s)]).sum() for s in samples])
    p /= p.sum()
    both = np.zeros((6, 6))
    for s, chance in zip(samples, p, strict=True):
        both[np.ix_(s, s)] += chance
    assert np.diag(both) == pytest.approx(pi)
    assert joint_sampford(pi, n, np.arange(6)) == pytest.approx(both, abs=1e-12)
    seen = dict.fromkeys(samples, 0)
    for seed in range(3000):
        seen[tuple(draw_sampford(pi, n, RandomStream(seed, "test")))] += 1
    z = (np.array(list(seen.values())) / 3000 - p) / np.sqrt(p * (1 - p) / 3000)
    assert np.abs(z).max() < 4 and 0.4 < float((z**2).mean()) < 2


@pytest.mark.reference
def test_joint_probabilities_are_those_of_r_sampling() -> None:
    """R 4.2.2, sampling 2.9: UPsampfordpi2(c(.2,.3,.45,.5,.7,.85))."""
    want = [0.0311005076, 0.0519682096, 0.0603245905, 0.1061988269, 0.1504078655]
    assert joint_sampford(np.array([0.2, 0.3, 0.45, 0.5, 0.7, 0.85]), 3, np.arange(6))[
        0, 1:
    ] == pytest.approx(want, abs=1e-7)


def test_a_draw_is_the_same_everywhere() -> None:
    """Numbers that must never change: they were drawn once, and a seed stands in somebody's report."""
    assert [RandomStream(1, "example").next_integer() for _ in range(1)] == [783982535643299]
    frame = pd.DataFrame(
        {"unit": range(20), "stratum": ["a"] * 12 + ["b"] * 8, "size": [i * 7 % 13 + 1 for i in range(20)]}
    )
    for method, want in FIXED.items():
        t = select(frame, 7, seed=20250506, method=method, reserve=1).to_frame()
        assert t["unit"].tolist() == want, method


FIXED: dict[str, list[int]] = {
    "pps": [3, 5, 7, 9, 11, 12, 16, 0, 14],
    "sampford": [6, 7, 8, 9, 11, 12, 18, 0, 14],
    "brewer": [1, 5, 7, 9, 10, 14, 16, 0, 13],
    "pivotal": [2, 5, 7, 9, 11, 12, 18, 0, 14],
    "simple": [1, 3, 4, 9, 14, 15, 19, 0, 13],
    "systematic": [1, 4, 7, 10, 14, 16, 19, 0, 13],
}


def test_methods_that_need_each_other_agree() -> None:
    """With equal sizes every proportional method has the chances of a simple sample."""
    frame = frame_of([5] * 10)
    for method in UNEQUAL:
        assert select(frame, 4, seed=3, method=method).to_frame()["probability"].tolist() == [0.4] * 4


def test_certain_units_minimum_and_reserve() -> None:
    frame = pd.DataFrame({
        "unit": list("abcdefghij"), "stratum": ["s"] * 3 + ["t"] * 7, "size": [1, 1, 1, 10, 10, 10, 10, 10, 10, 10],
        "certainty": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    })  # fmt: skip
    for seed in range(30):
        drawn = select(frame, 5, seed=seed, method="sampford", reserve=2)
        t = drawn.to_frame()
        main = t[t["reserve"] == 0]
        assert main["stratum"].value_counts().to_dict() == {
            "t": 3,
            "s": 2,
        }  # 2 at the least, though s has 3 of 73
        assert main.set_index("unit").loc["d", "probability"] == 1.0
        spare = t[t["reserve"] == 1]
        assert spare["stratum"].value_counts().to_dict() == {"t": 2, "s": 1} and not set(spare["unit"]) & set(
            main["unit"]
        )
        assert (spare["base_weight"] == 0).all()
        assert t[t["stratum"] == "t"]["order"].tolist() == [1, 2, 3, 4, 5]
    assert "1 fewer than requested" in str(drawn) and "is certain" not in str(drawn)
    with pytest.raises(LiteracyError, match="3 certainty units"):
        select(frame.assign(certainty=[1, 1, 1] + [0] * 7), {"s": 2, "t": 3}, seed=1)


def test_the_order_of_the_list_is_an_implicit_stratification() -> None:
    frame = frame_of([1] * 40).assign(place=[i % 4 for i in range(40)])
    t = select(frame, 8, seed=1, method="systematic", order="place").to_frame()
    assert t["place"].value_counts().tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize("method", ["sampford", "simple"])
def test_joint_probabilities_give_the_variance(method: str) -> None:
    """Mean of the Yates-Grundy estimate over draws against the variance over draws."""
    sizes = [30, 10, 70, 90, 20, 20, 50, 80, 40, 60]
    frame = frame_of(sizes).assign(y=[3, 2, 8, 8, 1, 3, 6, 9, 3, 7])
    got, guessed = [], []
    for seed in range(120):
        drawn = select(frame, 4, seed=seed, method=method)
        design = Design("base_weight", pps="joint", pps_variance="yg")
        estimate = total(Sample(drawn.to_frame(), design, joint=drawn.joint()), "y")
        got.append(estimate.estimate[0])
        guessed.append(float(estimate.se[0]) ** 2)
    assert np.mean(guessed) == pytest.approx(np.var(got), rel=0.35)


def test_a_design_reads_the_table_at_once() -> None:
    frame = pd.DataFrame({"unit": range(40), "stratum": ["a", "b"] * 20, "size": range(10, 50)})
    for method in METHODS:
        drawn = select(frame, 10, seed=5, method=method)
        found = total(drawn.sample(), "size")
        assert found.se[0] < (
            1e-6 if method in UNEQUAL else 400
        )  # sizes themselves are estimated without error
        with_reserve = select(frame, 10, seed=5, method=method, reserve=2)
        assert total(with_reserve.sample(), "size").estimate[0] == found.estimate[0]


GOOD = pd.DataFrame({"unit": ["a", "b", "c", "d"], "stratum": ["s", "s", "t", "t"], "size": [1, 2, 3, 4]})


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (GOOD.assign(unit=["a", "b", "a", "d"]), "'a' appears more than once"),
        (GOOD.assign(unit=["a", None, "c", "d"]), "unit: empty in 1 of 4"),
        (GOOD.assign(size=[1, -2, 3, 4]), "below 0 in 1 of 4 units"),
        (GOOD.assign(size=[1, None, 3, 4]), "missing or not a number in 1 of 4"),
        (GOOD.assign(size=["1", "many", "3", "4"]), "missing or not a number in 1 of 4"),
        (GOOD.assign(size=[0, 0, 3, 4]), "stratum 's': is empty"),
        (GOOD.assign(stratum=["s", "", "t", "t"]), "stratum: empty in 1 of 4"),
        (GOOD.assign(certainty=["是", "perhaps", "", "0"]), "'perhaps' in 1 of 4"),
        (GOOD.assign(probability=1), "columns that the draw creates"),
        (GOOD.iloc[:0], "no units"),
    ],
)
def test_bad_frames_are_refused_in_one_message(bad: pd.DataFrame, told: str) -> None:
    with pytest.raises(LiteracyError, match=told) as caught:
        select(bad, 4, seed=1)
    assert caught.value.code == "frame.invalid"


def test_more_than_there_are() -> None:
    for call in (lambda: select(GOOD, 5, seed=1), lambda: select(GOOD, {"s": 3, "t": 1}, seed=1),
                 lambda: select(GOOD, 3, seed=1, minimum=2), lambda: select(GOOD, {"s": 1, "x": 1}, seed=1),
                 lambda: select(GOOD.drop(columns="stratum"), 0, seed=1)):  # fmt: skip
        with pytest.raises(LiteracyError) as caught:
            call()
        assert caught.value.code == "plan.size"


def test_an_office_workbook(tmp_path: object) -> None:
    from pathlib import Path

    import xlsxwriter

    path = Path(str(tmp_path)) / "抽样框.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    rows = [["村/社区", "层", "户数", "必选"], ["东城社区", "城", 820, "是"], ["乌兰社区", "城", 640, ""],
            ["陶力嘎查", "牧区", 88, ""], ["苏吉嘎查", "牧区", 75, ""]]  # fmt: skip
    for i, row in enumerate(rows):
        sheet.write_row(i, 0, row)
    book.close()
    frame = read_frame(path)
    assert list(frame.to_frame()) == ["unit", "stratum", "size", "certainty"]
    assert "村/社区 is read as unit" in str(frame)
    t = select(frame, 2, seed=1, minimum=1).to_frame()
    assert t["unit"].tolist()[0] == "东城社区" and t["probability"].iloc[0] == 1


def test_two_headings_for_one_role_are_asked_about(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "f.csv"
    path.write_text("单位,户数,人数\na,1,2\nb,3,4\n", encoding="utf-8")
    with pytest.raises(LiteracyError, match="户数, 人数 could each be the size"):
        read_frame(path)


def test_the_frame_of_erenhot_waits_for_its_numbers() -> None:
    frame = pytest.importorskip("literacy.instrument").load_frame("erenhot")
    assert frame["stratum"].value_counts().to_dict() == {"town": 8, "sumu": 5}
    with pytest.raises(LiteracyError, match="an unknown size must be counted first"):
        read_frame("erenhot")


def test_headings_and_rows_an_office_writes() -> None:
    odd = pd.DataFrame(
        {"嘎查（社区）": ["甲 ", "乙"], "分层": ["城", "城"], "18—69岁常住人口数（人）": [10, 20]}
    )
    assert arrange_frame(odd).table.columns.tolist() == ["unit", "stratum", "size"]
    assert arrange_frame(odd).table["unit"].tolist() == ["甲", "乙"]
    lone = arrange_frame(odd.drop(columns="嘎查（社区）"))
    assert lone.table["unit"].tolist() == ["1", "2"] and "numbered by their rows" in lone.notes[-1]
    with pytest.raises(LiteracyError, match="'合计' in 1 of 3 units"):
        arrange_frame(pd.DataFrame({"unit": ["a", "b", "合计"], "size": [1, 2, 3]}))
    with pytest.raises(LiteracyError, match="more than once"):
        arrange_frame(pd.DataFrame({"unit": ["a", "Ａ "], "size": [1, 2]}))


def test_a_forced_unit_of_size_zero_is_drawn_and_no_reserve_below_zero() -> None:
    frame = pd.DataFrame({"unit": list("abc"), "size": [0, 5, 5], "certainty": [1, 0, 0]})
    assert not any("size 0" in note for note in select(frame, 2, seed=1).history)
    with pytest.raises(LiteracyError, match="below 0"):
        select(frame, 2, seed=1, reserve=-1)
