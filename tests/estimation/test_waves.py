"""Change between waves and its split, against R survey on stacked waves."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation.change.partition import decompose
from literacy.estimation.change.wave_change import compare
from literacy.estimation.statistics.means import proportion
from literacy.sampling import Design, Replicates, Sample
from tests.conftest import ROOT
from tests.estimation.peers import close

FOLDER = ROOT / "tests" / "reference" / "waves"
ONE = Design(weight="weight", strata="stratum", psu="unit")
TWO = Design(weight="weight", strata="stratum", psu=("unit", "person"), fpc=("units", "people"))
CASES = {"apart": (ONE, False), "shared": (ONE, True), "apart_two": (TWO, False), "shared_two": (TWO, True)}


def waves(design: Design = ONE) -> tuple[Sample, Sample]:
    frame = pd.read_csv(FOLDER / "waves.csv", encoding="utf-8")
    first, second = (frame[frame.wave == w].reset_index(drop=True) for w in (1, 2))
    return Sample(first, design), Sample(second, design)


@pytest.mark.reference
@pytest.mark.parametrize("case", CASES)
def test_change_as_in_r(case: str) -> None:
    design, shared = CASES[case]
    wanted = json.loads((FOLDER / "waves.json").read_text(encoding="utf-8"))[case]
    one, two = waves(design)
    found = compare(one, two, "literate", shared=shared)
    close([found.estimate[0], found.se[0]], [wanted["change"], wanted["change_se"]])
    found = compare(one, two, "literate", by="group", shared=shared)
    close(found.estimate, wanted["groups"])
    close(found.se, wanted["groups_se"])


@pytest.mark.reference
@pytest.mark.parametrize("case", CASES)
def test_split_as_in_r(case: str) -> None:
    design, shared = CASES[case]
    wanted = json.loads((FOLDER / "waves.json").read_text(encoding="utf-8"))[case]
    found = decompose(*waves(design), "literate", by="group", shared=shared)
    rows = [0, 1, *range(3, 9)]
    close(found.estimate[rows], wanted["split"])
    close(found.se[rows], wanted["split_se"])
    close([found.estimate[2], found.se[2]], [wanted["change"], wanted["change_se"]])
    assert found.table.level.tolist() == ["(all)"] * 3 + ["high", "low", "middle"] * 2


def test_estimates_compare_as_samples_do() -> None:
    one, two = waves()
    a = compare(one, two, "literate", by="group")
    b = compare(proportion(one, "literate", by="group"), proportion(two, "literate", by="group"))
    pd.testing.assert_frame_equal(a.table, b.table)
    assert (a.table.df <= 32).all() and (a.table.df >= 8).all()
    close(a.table.after - a.table.before, a.estimate)


def test_saturated_regression_splits_as_kitagawa() -> None:
    one, two = waves()
    groups = decompose(one, two, "literate", by="group")
    for base in ("high", "low"):
        lines = decompose(one, two, "literate", predictors=["group"], levels={"group": base})
        close(lines.estimate[:3], groups.estimate[:3])
        close(lines.se[:3], groups.se[:3])


@pytest.mark.parametrize("reference", ["average", "before", "after"])
def test_parts_add_up(reference: str) -> None:
    found = decompose(*waves(), "literate", predictors=["age", "group"], reference=reference)
    table = found.table
    assert table.estimate[0] + table.estimate[1] == pytest.approx(table.estimate[2])
    for place, part in enumerate(("composition", "rate")):
        own = table[(table.component == part) & (table.level != "(all)")]
        assert own.estimate.sum() == pytest.approx(table.estimate[place])


def test_turning_time_round_turns_the_sign() -> None:
    one, two = waves()
    there, back = decompose(one, two, "literate", by="group"), decompose(two, one, "literate", by="group")
    close(there.estimate, -back.estimate)
    close(there.se, back.se)


def _replicated(one: Sample) -> Sample:
    units = one.codes.stages[0].units
    stratum = one.codes.stages[0].stratum
    factors = np.where(stratum[:, None] == stratum[None, :], 5 / 4, 1.0)
    np.fill_diagonal(factors, 0.0)
    made = Replicates(
        factors, one.codes.stages[0].unit, one.weight, 1.0, np.full(units, 4 / 5), True, 16.0, "JKn"
    )
    return one.evolve(replicates=made)


@pytest.mark.parametrize("shared", [False, True])
def test_replicates_agree_with_linearisation(shared: bool) -> None:
    one, two = waves()
    for statistic in (
        lambda a, b: compare(a, b, "literate", by="group", shared=shared),
        lambda a, b: decompose(a, b, "literate", by="group", shared=shared),
        lambda a, b: decompose(a, b, "literate", predictors=["age", "group"], shared=shared),
    ):
        plain, again = statistic(one, two), statistic(_replicated(one), _replicated(two))
        close(again.estimate, plain.estimate)
        assert list(again.se) == pytest.approx(list(plain.se), rel=0.2)


def test_the_same_sample_twice_has_not_changed() -> None:
    one, _ = waves(TWO)
    found = compare(one, one, "literate", by="group", shared=True)
    assert np.abs(found.estimate).max() == 0
    one_stage, _ = waves(ONE)
    assert compare(one_stage, one_stage, "literate", shared=True).se[0] < 1e-9


@pytest.mark.parametrize(
    ("call", "code", "word"),
    [
        (lambda a, b: compare(a, b), "estimate.option", "no variable"),
        (lambda a, b: compare(a, proportion(b, "literate")), "estimate.option", "Sample and a Estimate"),
        (
            lambda a, b: compare(proportion(a, "literate"), proportion(b, "literate"), shared=True),
            "estimate.option",
            "two estimates",
        ),
        (
            lambda a, b: compare(proportion(a, "literate"), proportion(b, "literate", by="group")),
            "estimate.option",
            "same domains",
        ),
        (lambda a, b: decompose(a, b, "literate"), "estimate.option", "by and predictors"),
        (
            lambda a, b: decompose(a, b, "literate", by="stratum", where="age=30"),
            "estimate.domain",
            "one wave",
        ),
        (
            lambda a, b: decompose(a, b, "literate", predictors=["units", "factor(stratum)"]),
            "estimate.variable",
            "determined",
        ),
    ],
)
def test_mistakes_are_told(call: object, code: str, word: str) -> None:
    with pytest.raises(LiteracyError, match=word) as found:
        call(*waves())  # type: ignore[operator]
    assert found.value.code == code


@pytest.mark.parametrize(
    ("designs", "word"),
    [
        ((ONE, TWO), "different stages"),
        ((Design(weight="weight"),) * 2, "no sampling units"),
        ((Design(weight="weight", psu="unit", fpc="chance", pps="brewer"),) * 2, "unequal probabilities"),
    ],
)
def test_units_that_cannot_be_shared(designs: tuple[Design, Design], word: str) -> None:
    frames = [s.frame.assign(chance=0.2) for s in waves()]
    one, two = (Sample(f, d) for f, d in zip(frames, designs, strict=True))
    with pytest.raises(LiteracyError, match=word):
        compare(one, two, "literate", shared=True)


def test_standards_do_not_mix() -> None:
    one, two = (proportion(s, "literate") for s in waves())
    with pytest.raises(LiteracyError, match="cast100") as found:
        compare(one.evolve(standard="benchmark2016"), two.evolve(standard="cast100"))
    assert found.value.code == "trend.standards"


@pytest.mark.parametrize("fractions", [False, True])
def test_counts_of_units_that_changed_take_the_smaller_correction(fractions: bool) -> None:
    """A stratum of other size in one wave: as if it had the larger count (the smaller fraction) in both, and said."""
    one, two = waves(TWO)
    count = pd.concat([one.frame["units"], two.frame["units"]])
    if fractions:
        one, two = (s.evolve(frame=s.frame.assign(units=0.5, people=0.5)) for s in (one, two))
    grown = (0.25 if fractions else 3) * two.frame["units"]
    larger = two.evolve(frame=two.frame.assign(units=grown))
    found = compare(one, larger, "literate", shared=True)
    wanted = compare(
        one.evolve(frame=one.frame.assign(units=(0.25 if fractions else 3) * one.frame["units"])), larger,
        "literate", shared=True,
    )  # fmt: skip
    assert count.gt(1).all() and found.se[0] == pytest.approx(wanted.se[0], rel=1e-12)
    assert found.se[0] != pytest.approx(compare(one, two, "literate", shared=True).se[0], rel=1e-6)
    assert "the larger correction is not applied" in str(found) and "not applied" not in str(wanted)
