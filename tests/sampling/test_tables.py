"""Tables at the door, labels of units, columns of replicate weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.estimation import mean
from literacy.sampling import Design, Sample, make_replicates, read_replicates
from literacy.sampling.unit_labels import plain_label, plain_labels

DESIGN = Design(weight="w", strata="h", psu="psu")


def draw(n: int = 90) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    return pd.DataFrame(
        {
            "h": np.repeat(["A", "B", "C"], n // 3),
            "psu": np.tile(np.repeat([1, 2, 3], n // 9), 3),
            "w": rng.uniform(1, 4, n),
            "y": rng.normal(5, 2, n),
            "d": rng.choice(["p", "q"], n),
        }
    )


def refusal(function: object, *words: str) -> LiteracyError:
    with pytest.raises(LiteracyError) as info:
        function()  # type: ignore[operator]  # a lambda
    assert all(word in str(info.value) for word in words)
    return info.value


def test_tables_of_every_kind_give_the_same_number() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    frame = draw()
    right = mean(Sample(frame, DESIGN), "y")
    for other in (frame.to_dict("list"), dict(frame.items()), pyarrow.Table.from_pandas(frame)):
        made = mean(Sample(other, DESIGN), "y")
        assert made.estimate == pytest.approx(right.estimate, rel=1e-14)
        assert made.se == pytest.approx(right.se, rel=1e-14)
    assert refusal(lambda: Sample([1, 2, 3], DESIGN), "list").code == "io.format"
    assert refusal(lambda: Sample({"a": [1], "b": [1, 2]}, DESIGN), "mapping").code == "io.format"


def test_names_that_are_numbers_are_taken_as_text_and_said() -> None:
    sample = Sample(draw().rename(columns={"y": 7, "h": 0}), Design(weight="w", strata=0, psu="psu"))
    assert "to text: 0, 7" in sample.history[0] or "to text: 7, 0" in sample.history[0]
    assert mean(sample, "7").estimate == pytest.approx(mean(Sample(draw(), DESIGN), "y").estimate)
    both = draw().rename(columns={"y": 7, "d": "7"})
    assert refusal(lambda: Sample(both, DESIGN), "'7'").code == "io.columns"
    assert refusal(lambda: Sample(pd.concat({"a": draw()}, axis=1)), "levels").code == "io.columns"


def test_a_sample_without_a_design_counts_every_row_once() -> None:
    assert mean(Sample(draw()), "y").estimate[0] == pytest.approx(draw()["y"].mean())


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t + " ",
        lambda t: "\u3000" + t,
        lambda t: t.translate(str.maketrans("123", "１２３")),
        lambda t: t + ".0",
    ],
)
def test_spellings_of_a_unit_are_one_unit_and_said(change: object) -> None:
    frame = draw()
    text = frame["psu"].astype(str)
    frame["psu"] = np.where(np.arange(len(frame)) % 2, text, text.map(change))  # type: ignore[arg-type]  # a lambda
    sample = Sample(frame, DESIGN)
    assert mean(sample, "y").se == pytest.approx(mean(Sample(draw(), DESIGN), "y").se)
    assert sum("psu" in sentence and "same" in sentence for sentence in sample.history) == 1
    assert mean(sample, "y").history == sample.history


def test_clean_labels_are_not_spoken_of_and_an_inner_blank_is() -> None:
    assert not any("labels" in sentence for sentence in Sample(draw(), DESIGN).history)
    frame = draw().assign(psu=lambda d: np.where(d.index % 2, "v 1", "v1"))
    assert any("treated as different" in sentence for sentence in Sample(frame, DESIGN).history)


def test_plain_labels() -> None:
    wanted = {
        1.0: "1",
        "1.0": "1",
        " １ ": "1",
        "a  b": "a b",
        1.5: "1.5",
        "01": "01",
        "v1.0": "v1.0",
    }
    assert {k: plain_label(k) for k in wanted} == wanted
    assert plain_labels(pd.Series([1.0, np.nan, 2.0])).tolist() == ["1", pd.NA, "2"]


def replicated() -> pd.DataFrame:
    frame = draw()
    factors = make_replicates(Sample(frame, DESIGN), "jkn").replicates
    assert factors is not None
    return pd.concat(
        [frame, pd.DataFrame(factors.weights(), columns=[f"w{i}" for i in range(1, 10)])], axis=1
    )


def test_a_prefix_takes_numbers_only_and_says_what_it_leaves() -> None:
    frame = replicated().assign(w_flag=1).drop(columns="w4")
    sample = read_replicates(Sample(frame, Design(weight="w")), "w", "jk1")
    assert sample.replicates is not None and sample.replicates.count == 8
    assert "w_flag" in sample.history[-1] and "number 4" in sample.history[-1]
    design = Design(weight="w")
    assert (
        refusal(lambda: read_replicates(Sample(frame, design), ["w", "w1"], "jk1"), "'w'").code
        == "design.column"
    )
    assert (
        refusal(lambda: read_replicates(Sample(frame, design), ["w1", "w1"], "jk1"), "twice").code
        == "design.column"
    )


def test_names_of_r_and_scales_that_a_method_fixes() -> None:
    sample = Sample(replicated(), Design(weight="w"))
    for ours, theirs in {"jk1": "JK1", "sdr": "ACS", "brr": "BRR", "jk2": "JK2"}.items():
        assert mean(read_replicates(sample, "w", theirs), "y").se == pytest.approx(
            mean(read_replicates(sample, "w", ours), "y").se
        )
    assert read_replicates(sample, "w", "successive-difference").replicates.method == "sdr"  # type: ignore[union-attr]
    for method, name in (
        ("sdr", "scale"),
        ("sdr", "rscales"),
        ("jk2", "rscales"),
        ("brr", "scale"),
        ("jk1", "rho"),
    ):
        error = refusal(lambda m=method, n=name: read_replicates(sample, "w", m, **{n: 0.5}), name)
        assert error.code == "estimate.option"
    error = refusal(lambda: read_replicates(sample, "w", "jk1", rscales=[1.0, 2.0]), "rscales")
    assert error.code == "estimate.option"
