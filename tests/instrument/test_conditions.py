"""Conditions row by row, recodes, groups that overlap, and the design columns of files of other years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.instrument import Condition, FrozenMap, Label, WaveDesign, add_recodes, holds, load_instrument

FRAME = pd.DataFrame(
    {
        "age": [17, 18, 29, 30, 60, 69, 70, np.nan],
        "occupation": pd.array([6, 6, 1, 5, 5, 3, 7, None], dtype="Int64"),
        "text": ["1", "2", "1|3", "3", None, "13", "x", ""],
    }
)


def rows(mask):
    assert mask.dtype == np.bool_
    return list(np.flatnonzero(mask))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("age", min=18, max=69), [1, 2, 3, 4, 5]),
        (Condition("age", min=60), [4, 5, 6]),
        (Condition("age", max=18), [0, 1]),
        (Condition("occupation", values=(5,)), [3, 4]),
        (Condition("occupation", values=("5", "x")), [3, 4]),
        (Condition("occupation", values=(1, 3)), [2, 5]),
        (Condition("text", values=(1,)), [0, 2]),
        (Condition("text", values=(3,)), [2, 3]),
        (Condition("text", values=("x",)), [6]),
        (Condition("text", min=2), [1, 3, 5]),
        (Condition("age", min=18, values=(17, 18)), [1]),
    ],
)
def test_one_condition(condition, expected):
    assert rows(holds(condition, FRAME)) == expected


def test_lists_mean_all_and_lists_of_lists_mean_any():
    old, herder = Condition("age", min=60), Condition("occupation", values=(5,))
    assert rows(holds((old, herder), FRAME)) == [4]
    assert rows(holds(((old,), (herder,)), FRAME)) == [3, 4, 5, 6]
    assert rows(holds((), FRAME)) == list(range(8))
    assert holds((old,), FRAME.iloc[:0]).shape == (0,)


def test_codes_kept_as_floats_or_categories_are_met():
    frame = pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": pd.Categorical([1, 2, None]), "c": [1.0, "2", None]})
    for column in frame:
        assert rows(holds(Condition(column, values=(1,)), frame)) == [0]
        assert rows(holds(Condition(column, values=(2,)), frame)) == [1]


def test_a_column_that_is_not_there_is_an_error():
    with pytest.raises(LiteracyError, match="did you mean 'occupation'") as caught:
        holds(Condition("ocupation", values=(1,)), FRAME)
    assert caught.value.code == "io.columns"


def test_an_old_herder_is_in_two_groups():
    instrument = load_instrument("erenhot")
    member = {g.name: rows(holds(g.any_of, FRAME)) for g in instrument.groups}
    assert member == {
        "youth": [1, 2],
        "farmers_herders": [3, 4],
        "workers": [5],
        "elderly": [4, 5, 6],
        "officials": [2],
    }
    assert rows(holds(instrument.indicator.all_of, FRAME)) == [1, 2, 3, 4, 5]


def test_recodes_leave_out_what_meets_no_level():
    frame = FRAME[["age"]].assign(education=[1, 2, 3, 4, 5, np.nan, 1, 2])
    made = add_recodes(frame, load_instrument("erenhot"))
    assert list(made.columns) == ["age", "education", "age_band", "age_two", "education_three"]
    bands = [None, "18-29", "18-29", "30-39", "60-69", "60-69", None, None]
    assert [None if pd.isna(v) else v for v in made["age_band"]] == bands
    assert made["age_two"].isna().tolist() == [True, False, False, False, False, False, True, True]
    assert made["education_three"].tolist()[:5] == ["junior_or_below"] * 2 + ["senior"] + ["tertiary"] * 2
    assert list(frame.columns) == ["age", "education"]
    assert list(add_recodes(FRAME[["text"]], load_instrument("erenhot")).columns) == ["text"]


@pytest.mark.parametrize(
    ("columns", "weight"),
    [
        (["vstrat", "vpsu", "wtssall", "wtssps"], "wtssall"),
        (["VSTRAT", "VPSU", "WTSSALL", "WTSSNR"], "WTSSALL"),
        (["vstrat", "vpsu", "wtssnrps", "wtssps"], "wtssps"),
        (["vstrat", "vpsu", "wtssnr"], "wtssnr"),
        (["vstrat", "vpsu"], ""),
    ],
)
def test_the_design_of_files_of_other_years(columns, weight):
    design = load_instrument("gss-science").wave(2018).design.resolve(columns)
    assert design.weight == weight
    assert design.strata.lower() == "vstrat"
    assert [p.lower() for p in design.psu] == ["vpsu"]
    assert design.fpc == ()


def test_a_two_stage_design_is_taken_whole_or_not_at_all():
    design = WaveDesign(psu=("town", "village"), fpc=("n1", "n2"))
    assert design.resolve(["town", "village", "n1"]).psu == ("town", "village")
    assert design.resolve(["town", "village", "n1"]).fpc == ()


def test_labels_and_maps():
    label = Label("对", "True", (("mn", "Үнэн"),))
    assert [label.get(x) for x in ("zh", "en", "mn", "fr")] == ["对", "True", "Үнэн", "True"]
    table = FrozenMap({"a": 1})
    assert {table: 0}[FrozenMap([("a", 1)])] == 0
    with pytest.raises(TypeError):
        table["b"] = 2
