"""What may be released: the reliability flag and the suppression of cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation import contrast, proportion, suppress, total
from literacy.kernels.design.intervals import beta_interval
from literacy.kernels.release.presentation import judge_proportions, korn_graubard
from literacy.kernels.release.suppression import protect_lines
from literacy.sampling import Design, Sample


def judge(p: float, se: float, n: float, df: float = 100.0) -> tuple[bool, bool]:
    a = [np.array([v]) for v in (p, se, df, n)]
    size = n if se == 0 else p * (1 - p) / se**2
    good, review = judge_proportions(*a, np.array([size]), np.array([n]))
    return bool(good[0]), bool(review[0])


def srs(p: float, n: float) -> float:
    return float(np.sqrt(p * (1 - p) / n))


def test_the_published_rules() -> None:
    assert judge(0.5, srs(0.5, 400), 400) == (True, False)
    assert judge(0.5, srs(0.5, 29), 29)[0] is False  # fewer than 30 respondents
    assert judge(0.5, srs(0.5, 25), 80)[0] is False  # fewer than 30 effective ones
    assert judge(0.5, srs(0.5, 35), 35)[0] is False  # wider than 0.30
    assert judge(0.10, srs(0.10, 60), 60)[0] is False  # wider than 130 % of itself
    assert judge(0.01, srs(0.01, 900), 900) == (True, False)  # narrow enough not to need the relative rule
    assert judge(0.5, srs(0.5, 400), 400, df=7) == (
        True,
        True,
    )  # a statistician looks at few degrees of freedom
    assert judge(0.0, 0.0, 400) == (True, True)  # and at 0 or 1


def test_korn_graubard_of_a_simple_sample_is_clopper_pearson() -> None:
    p, n = np.array([0.3]), np.array([100.0])
    se = np.sqrt(p * (1 - p) / (n - 1))  # the estimated error; its effective size is n - 1, df too
    low, high, size = korn_graubard(p, se, n - 1, n, n)
    assert size[0] == pytest.approx(99.0)
    want = beta_interval(p, size, 0.95)
    assert [low[0], high[0]] == pytest.approx([want[0][0], want[1][0]])
    # the exact binomial interval of 30 in 100, from any table
    assert [x[0] for x in beta_interval(p, n, 0.95)] == pytest.approx([0.212406, 0.399815], abs=1e-6)


@pytest.fixture(scope="module")
def sample() -> Sample:
    rng = np.random.default_rng(8)
    n = 900
    frame = pd.DataFrame({"area": rng.choice(list("abc"), n), "sex": rng.choice(["f", "m"], n)})
    frame = frame[~((frame["area"] == "c") & (frame["sex"] == "m")) | (rng.random(n) < 0.1)].reset_index(
        drop=True
    )
    frame["z"] = (rng.random(len(frame)) < 0.4).astype(float)
    frame["level"] = rng.choice(["low", "mid", "high"], len(frame))
    return Sample(frame, Design())


def test_a_small_cell_takes_others_with_it(sample: Sample) -> None:
    e = proportion(sample, "z", by=["area", "sex"])
    out = suppress(e, 30)
    hidden = out.table[out.table["estimate"].isna()]
    small = e.table[e.table["n"] < 30]
    assert [(*small["area"], *small["sex"])] == [("c", "m")]
    assert ("c", "m") in set(zip(hidden["area"], hidden["sex"], strict=True))
    for key in ("area", "sex"):
        assert (hidden.groupby(key).size() != 1).all()
    assert (
        hidden[["se", "ci_low", "ci_high", "n_eff", "deff"]].isna().all(axis=None)
        and hidden["n"].isna().all()
    )
    assert any("cannot be derived" in n for n in out.notes)
    assert "–" in str(out)
    kept = out.table["estimate"].notna()
    assert (out.table.loc[kept, "estimate"] == e.table.loc[kept, "estimate"]).all()


def test_without_known_margins_only_the_cell_itself_goes(sample: Sample) -> None:
    e = proportion(sample, "z", by=["area", "sex"])
    assert suppress(e, 30, margins=False).table["estimate"].isna().sum() == 1
    one = suppress(e, 30, margins=["sex"]).table
    assert set(one[one["estimate"].isna()]["area"]) == {"c"}
    with pytest.raises(LiteracyError, match="not a domain column"):
        suppress(e, 30, margins=["age"])


def test_nothing_can_be_taken_from_a_suppressed_row(sample: Sample) -> None:
    out = suppress(proportion(sample, "z", by=["area", "sex"]), 30)
    c = contrast(out, {"a:f": 1, "c:m": -1})
    assert np.isnan(c.estimate[0]) and np.isnan(c.se[0])


def test_unreliable_shares_go_too(sample: Sample) -> None:
    e = proportion(sample, "z", by=["area", "sex"])
    e = e.evolve(
        table=e.table.assign(reliable=pd.array([False, True, True, True, True, True], dtype="boolean"))
    )
    assert suppress(e, 1, margins=False).table["estimate"].isna().tolist() == [True] + [False] * 5
    assert suppress(e, 1, unreliable=False).table["estimate"].notna().all()


def test_totals_of_levels_add_up_and_are_protected(sample: Sample) -> None:
    e = total(sample, "level", by="area")
    e = e.evolve(table=e.table.assign(n=[50, 50, 10, *[50] * 6]))
    out = suppress(e, 30).table
    lines = out[out["estimate"].isna()].groupby("area").size()
    assert (lines >= 2).all() and len(lines) >= 2


def test_overlapping_groups_do_not_add_up() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"z": rng.integers(0, 2, 300), "group_a": 1, "group_b": (np.arange(300) < 20) * 1})
    e = proportion(Sample(frame, Design()), "z", by="group")
    assert e.overlapping == ("group",)
    assert suppress(e, 30).table["estimate"].isna().tolist() == [False, True]


def test_no_line_keeps_a_single_hidden_cell() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        shape = rng.integers(2, 6, 2)
        row, column = (v.ravel() for v in np.indices(shape))
        hidden = rng.random(row.size) < 0.15
        out = protect_lines(hidden, hidden, rng.integers(1, 99, row.size).astype(float), [row, column])
        assert (out | ~hidden).all()
        for line in (row, column):
            assert not (np.bincount(line, out) == 1).any()
