"""Sample: what it takes, what it refuses, and what it says."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation import mean, proportion, total
from literacy.instrument import Label
from literacy.provenance import Origin
from literacy.sampling import Design, Sample, make_replicates, read_replicates
from literacy.sampling.codes import compile_design


def draw() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n = 120
    return pd.DataFrame(
        {
            "stratum": np.repeat(["north", "south", "west"], 40),
            "psu": np.tile(np.repeat([1, 2, 3, 4], 10), 3),
            "w": rng.uniform(1, 5, n),
            "count": np.repeat([20.0, 30, 40], 40),
            "y": rng.normal(10, 2, n),
            "age": rng.integers(14, 70, n),
        }
    )


DESIGN = Design("w", strata="stratum", psu="psu")


def refused(code: str, *words: str) -> Any:
    """The error's code and every word in its text."""

    class Check:
        def __enter__(self) -> None:
            self.context = pytest.raises(LiteracyError)
            self.info = self.context.__enter__()

        def __exit__(self, *args: Any) -> bool:
            done = self.context.__exit__(*args)
            assert self.info.value.code == code
            for word in words:
                assert word in str(self.info.value)
            return bool(done)

    return Check()


def test_summary_says_what_the_sample_is() -> None:
    text = str(Sample(draw(), DESIGN))
    for line in ("strata", "sampling units", "12", "df", "9", "sum of weights"):
        assert line in text


def test_units_are_nested_in_strata() -> None:
    assert Sample(draw(), DESIGN).df() == 9
    with refused("design.nesting", "several strata", "nest=True"):
        Sample(draw(), Design("w", strata="stratum", psu="psu", nest=False))
    unique = draw().assign(psu=lambda d: d["stratum"] + d["psu"].astype(str))
    assert Sample(unique, Design("w", strata="stratum", psu="psu", nest=False)).df() == 9


@pytest.mark.parametrize(
    ("bad", "words"), [(np.nan, "2 missing"), (-1.0, "2 negative"), (np.inf, "2 missing")]
)
def test_weights_must_be_there(bad: float, words: str) -> None:
    frame = draw()
    frame.loc[[3, 5], "w"] = bad
    with refused("design.weight", "'w'", words, "120 rows"):
        Sample(frame, DESIGN)


def test_weights_written_as_text_are_read_or_refused() -> None:
    frame = draw()
    text = frame.assign(w=frame["w"].astype(str))
    assert mean(Sample(text, DESIGN), "y").estimate[0] == mean(Sample(frame, DESIGN), "y").estimate[0]
    with refused("design.weight", "1 missing or not a number"):
        Sample(text.assign(w=["much", *text["w"][1:]]), DESIGN)


def test_weight_zero_is_counted_and_said() -> None:
    frame = draw()
    frame.loc[:9, "w"] = 0.0
    sample = Sample(frame, DESIGN)
    assert any("10 rows have a base weight of 0" in h for h in sample.history)
    assert mean(sample, "y").table["n"][0] == 110
    assert sample.df() == 8  # the unit holds nobody with weight
    with refused("design.weight", "all weights are 0"):
        Sample(frame.assign(w=0.0), DESIGN)


def test_columns_that_are_not_there() -> None:
    with refused("design.column", "strata='stratun'", "'stratum'"):
        Sample(draw(), Design("w", strata="stratun", psu="psu"))
    with refused("design.column", "weight='wt'"):
        Sample(draw(), Design("wt"))
    twice = draw()
    twice.columns = ["stratum", "stratum", "w", "count", "y", "age"]
    with refused("design.column", "twice"):
        Sample(twice, Design("w", strata="stratum"))


def test_missing_design_columns_are_refused_inside_the_universe_only() -> None:
    frame = draw()
    young = frame["age"] < 30
    frame["universe"] = np.where(young, "pupils", "adults")
    frame.loc[young, ["psu", "stratum"]] = None
    frame.loc[young, "w"] = np.nan
    with refused("design.value", "missing in", "strata='stratum'"):
        Sample(frame, DESIGN)
    sample = Sample(frame, DESIGN, "adults")
    assert (sample.weight[young] == 0).all()
    want = mean(Sample(frame[~young].reset_index(drop=True), DESIGN), "y")
    got = mean(sample, "y")
    assert got.estimate == pytest.approx(want.estimate)
    assert got.se == pytest.approx(want.se)
    assert got.table["df"][0] == want.table["df"][0]


def test_rows_outside_stay_in_the_design() -> None:
    """A universe is a domain: units without a member of it still count."""
    frame = draw()
    frame["universe"] = np.where(frame["psu"] == 4, "pupils", "adults")
    inside, cut = Sample(frame, DESIGN, "adults"), frame[frame["psu"] != 4].reset_index(drop=True)
    assert len(inside) == 120
    assert any("90 rows; 30 rows outside it get weight 0" in h for h in inside.history)
    a, b = total(inside, "y"), total(Sample(cut, DESIGN), "y")
    assert a.estimate == pytest.approx(b.estimate)
    assert a.se[0] > 1.5 * b.se[0]
    where = total(Sample(frame, DESIGN), "y", where="universe=adults")
    assert a.se == pytest.approx(where.se)


@dataclass
class Scored:
    frame: pd.DataFrame
    history: tuple[str, ...] = ("scored",)
    standard: Any = field(default_factory=lambda: SimpleNamespace(id="cast100", tiers=()))
    wave: Any = field(default_factory=lambda: SimpleNamespace(name="2025"))
    source: Any = None
    instrument: Any = field(
        default_factory=lambda: SimpleNamespace(
            items=(),
            recodes=(),
            groups=(),
            universes=(
                SimpleNamespace(name="pupils", label=Label("学生", "pupils"), indicator=False),
                SimpleNamespace(name="adults", label=Label("成年人", "adults"), indicator=True),
            ),
        )
    )

    @property
    def origin(self) -> Origin:
        return Origin(standard=self.standard.id, wave=self.wave.name, history=self.history)


def test_a_scored_file_speaks_for_the_indicators_universe() -> None:
    frame = draw().assign(universe=lambda d: np.where(d["age"] < 18, "pupils", "adults"))
    sample = Sample(Scored(frame), DESIGN)
    assert sample.universe == "adults"
    assert sample.history[0] == "scored"
    e = mean(sample, "y")
    assert (e.standard, e.wave, e.universe) == ("cast100", "2025", "adults")
    assert "cast100" in str(e) and "adults" in str(e)
    assert mean(Sample(Scored(frame), DESIGN, "pupils"), "y").table["n"][0] == int((frame["age"] < 18).sum())
    assert mean(Sample(Scored(frame), DESIGN, "all"), "y").table["n"][0] == 120
    assert mean(Sample(Scored(frame), DESIGN, {"stratum": ["north", "west"]}), "y").table["n"][0] == 80


def test_a_plain_table_with_universes_is_not_silently_mixed() -> None:
    frame = draw().assign(universe=lambda d: np.where(d["age"] < 18, "pupils", "adults"))
    assert any("several universes" in h for h in Sample(frame, DESIGN).history)
    with refused("design.universe", "'elders'", "no row"):
        Sample(frame, DESIGN, "elders")
    with refused("design.universe", "no column 'universe'"):
        Sample(draw(), DESIGN, "adults")


def test_population_counts() -> None:
    sample = Sample(draw(), Design("w", strata="stratum", psu="psu", fpc="count"))
    free = Sample(draw(), DESIGN)
    assert mean(sample, "y").se[0] < mean(free, "y").se[0]
    design = Design("w", strata="stratum", psu="psu", fpc="count")
    with refused("design.fpc", "'south'", "4 sampled units of 3"):
        Sample(draw().assign(count=lambda d: d["count"].where(d["stratum"] != "south", 3)), design)
    with refused("design.fpc", "varies within stratum 'north'"):
        Sample(draw().assign(count=lambda d: d["count"] + (d.index == 0)), design)
    with refused("design.fpc", "below 1 and some above"):
        Sample(draw().assign(count=lambda d: d["count"].where(d["stratum"] != "south", 0.5)), design)
    with refused("design.fpc", "missing, zero or negative in 1 rows"):
        Sample(draw().assign(count=lambda d: d["count"].where(d.index > 0)), design)
    everybody = Sample(draw().assign(count=4), design)
    assert mean(everybody, "y").se[0] == 0.0


def test_weights_follow_from_counts() -> None:
    frame = draw().assign(people=lambda d: d["count"] * 5)
    sample = Sample(frame, Design(strata="stratum", psu=("psu", "y"), fpc=("count", "people")))
    assert sample.weight[0] == pytest.approx(20 / 4 * 100 / 10)
    assert any("from fpc" in h for h in sample.history)
    assert any("every row has weight 1" in h for h in Sample(frame, Design()).history)


def test_one_unit_alone_in_its_stratum() -> None:
    frame = draw()
    frame.loc[frame["stratum"] == "west", "psu"] = 1
    sample = Sample(frame, DESIGN)  # not yet an error: weighting needs no standard error
    with refused("design.lonely_psu", "'west'", "adjust", "average", "certainty", "remove"):
        mean(sample, "y")
    with refused("design.lonely_psu", "'west'"):
        make_replicates(sample)
    assert mean(sample, "y", where="stratum=north").se[0] > 0  # the lonely stratum has no part in it
    chosen = Sample(frame, Design("w", strata="stratum", psu="psu", lonely_psu="adjust"))
    assert "adjust" in str(mean(chosen, "y"))


def test_a_universe_without_the_lonely_stratum_is_fine() -> None:
    frame = draw().assign(universe=lambda d: np.where(d["stratum"] == "west", "pupils", "adults"))
    frame.loc[frame["stratum"] == "west", "psu"] = 1
    assert mean(Sample(frame, DESIGN, "adults"), "y").se[0] > 0


def test_options_are_checked() -> None:
    with refused("estimate.option", "lonely_psu", "'adjusted'", "adjust"):
        Design(lonely_psu="adjusted")
    with refused("design.value", "'brewer'", "fpc="):
        Design(pps="brewer")
    with refused("design.value", "2 columns for 1 stages"):
        Sample(draw(), Design("w", strata=("stratum", "age"), psu="psu"))
    with refused("design.fpc", "2 columns for 1 stages"):
        Sample(draw(), Design("w", strata="stratum", psu="psu", fpc=("count", "count")))
    with refused("design.fpc", "inclusion probabilities"):
        Sample(draw(), Design(fpc="count", pps="brewer"))
    with refused("design.value", "go together"):
        Sample(draw().assign(p=0.1), Design(fpc="p", pps="joint"))
    with refused("design.value", "symmetric"):
        Sample(draw().assign(p=0.1), Design(fpc="p", pps="joint"), joint=np.eye(120))


def test_replicate_options_are_checked() -> None:
    sample = Sample(draw(), DESIGN)
    with refused("estimate.option", "jk1", "3 strata"):
        make_replicates(sample, "jk1")
    with refused("estimate.option", "reproducible"):
        make_replicates(sample, "bootstrap")
    with refused("estimate.option", "Hadamard"):
        make_replicates(sample, "brr", hadamard=np.ones((8, 8)))
    with refused("estimate.option", "odd number"):
        make_replicates(Sample(draw()[lambda d: d["psu"] < 4].reset_index(drop=True), DESIGN), "brr")
    with refused("design.column", "0 replicate weights"):
        read_replicates(sample, "rep", "jk1")
    with refused("estimate.option", "rscales is missing"):
        read_replicates(sample, ["age", "y"], "jkn")


@pytest.mark.parametrize("method", ["bootstrap", "rao_wu"])
def test_bootstraps_agree_with_linearisation(method: str) -> None:
    frame = draw()
    for design in (DESIGN, Design("w", strata="stratum", psu="psu", fpc="count")):
        sample = Sample(frame, design)
        again = make_replicates(sample, method, replicates=2000, seed=11)
        assert make_replicates(sample, method, replicates=2000, seed=11).replicates is not None
        same = make_replicates(sample, method, replicates=2000, seed=11)
        assert (same.replicates.factors == again.replicates.factors).all()  # type: ignore[union-attr]  # just made
        if method == "rao_wu" and design.fpc:
            continue
        assert total(again, "y").se[0] == pytest.approx(total(sample, "y").se[0], rel=0.12)


def test_a_sample_is_frozen_and_travels() -> None:
    sample = Sample(draw(), DESIGN)
    heavier = sample.evolve(weight=sample.weight * 2, history=(*sample.history, "doubled"))
    assert sample.weight.sum() * 2 == pytest.approx(heavier.weight.sum())
    assert heavier.codes is sample.codes
    with pytest.raises(AttributeError):
        sample.weight = heavier.weight  # type: ignore[misc]  # that is the point
    with pytest.raises(TypeError, match="no field"):
        sample.evolve(wieght=sample.weight)
    again = pickle.loads(pickle.dumps(sample))
    assert mean(again, "y").se == mean(sample, "y").se


def test_a_table_with_another_index() -> None:
    frame = draw()
    shuffled = frame.sample(frac=1, random_state=0)
    sample = Sample(shuffled, DESIGN)
    assert mean(sample, "y").se == pytest.approx(mean(Sample(frame, DESIGN), "y").se)
    young = frame["age"] < 40  # in the order of the other table: matched by its index
    a, b = mean(sample, "y", where=young), mean(Sample(frame, DESIGN), "y", where=young)
    assert a.estimate == pytest.approx(b.estimate)
    with refused("estimate.domain", "index"):
        mean(sample, "y", where=young.rename(index=lambda i: i + 1000))


def test_shares_by_a_group_column() -> None:
    frame = draw().assign(z=lambda d: (d["y"] > 10).astype(int))
    e = proportion(Sample(frame, DESIGN), "z", by="stratum")
    assert list(e.to_frame().columns) == [
        "stratum", "variable", "estimate", "se", "ci_low", "ci_high", "df", "n", "n_eff", "deff", "method", "reliable",
    ]  # fmt: skip


def test_one_value_of_a_column() -> None:
    frame = draw()
    sample = Sample(frame, DESIGN)
    share = proportion(sample, "stratum=north")
    assert "level" not in share.table
    whole = proportion(sample, "stratum")
    assert share.estimate[0] == pytest.approx(whole.estimate[0])
    assert total(sample, "stratum=north").estimate[0] == pytest.approx(frame["w"][:40].sum())
    with refused("estimate.variable", "stratum=nord", "'north'"):
        proportion(sample, "stratum=nord")


def test_a_family_that_is_not_there() -> None:
    frame = draw().assign(group_young=1, group_old=lambda d: (d["age"] > 40) * 1)
    with refused("estimate.domain", "'groups'", "'group'"):
        mean(Sample(frame, DESIGN), "y", by="groups")


def test_domains_are_only_those_that_occur() -> None:
    frame = draw().assign(
        area=lambda d: np.where(d["stratum"] == "north", "hills", "plain"), row=np.arange(120)
    )
    e = mean(Sample(frame, DESIGN), "y", by=["stratum", "area"])
    assert list(zip(e.table["stratum"], e.table["area"], strict=True)) == [
        ("north", "hills"), ("south", "plain"), ("west", "plain"),
    ]  # fmt: skip
    long = pd.concat([frame] * 40, ignore_index=True).assign(row=np.arange(4800))
    with refused("estimate.domain", "4800 domains", "where="):
        mean(Sample(long, DESIGN), "y", by=["row", "stratum"])


@pytest.mark.parametrize("kind", ["int64", "int16", "int8", "str", "float64"])
def test_units_are_numbered_alike_whatever_their_type(kind: str) -> None:
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"h": rng.integers(-3, 4, 900), "u": rng.integers(-50, 60, 900), "w": 1.0})
    plain = compile_design(
        frame.astype({"h": object, "u": object}), Design(strata="h", psu="u", weight="w"), np.ones(900, bool)
    ).stages[0]
    other = compile_design(
        frame.astype({"h": kind, "u": kind}), Design(strata="h", psu="u", weight="w"), np.ones(900, bool)
    ).stages[0]
    assert (plain.unit == other.unit).all()
    assert (plain.stratum == other.stratum).all()


def test_what_is_written_into_the_table_later_does_not_reach_the_sample() -> None:
    frame = pd.DataFrame({"w": [1.0, 2.0, 3.0, 4.0], "y": [0, 1, 1, 0]})
    sample = Sample(frame, Design(weight="w"))
    frame.loc[0, "w"] = 100.0
    frame["y"] = 0
    np.testing.assert_array_equal(sample.weight, [1.0, 2.0, 3.0, 4.0])
    if not sample.weight.flags.writeable:  # pandas copies on write
        assert sample.frame["w"].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_sums_of_the_weights_follow_the_weights() -> None:
    sample = Sample(pd.DataFrame({"w": [2.0, 0.0, 4.0]}), Design(weight="w"))
    assert sample.weight_sums == (2, 6.0, 20.0, 0.0)
    assert sample.weight_sums is sample.weight_sums
    heavier = sample.evolve(weight=np.array([1.0, 1.0, 3.0]))
    assert heavier.weight_sums == (3, 5.0, 11.0, 1.0)
    assert heavier.evolve(origin=heavier.origin).weight_sums is heavier.weight_sums
    assert sample.weight_sums.total == 6.0
