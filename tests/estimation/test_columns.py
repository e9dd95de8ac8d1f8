"""A column may come as whole numbers, floats, text or truth values: the numbers are the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import literacy as lit
from literacy.estimation.core.sample_columns import read_levels

NUMBERS = ["estimate", "se", "ci_low", "ci_high", "df", "n", "n_eff", "deff"]


def make_frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 3000
    place = np.arange(n)
    frame = pd.DataFrame({"h": place // 300, "u": place // 30, "w": rng.uniform(0, 3, n)})
    frame["d"] = rng.choice([-3, 0, 1, 7], n)
    frame["e"] = rng.integers(0, 3, n)
    frame["y"] = rng.integers(0, 2, n)
    frame.loc[frame.d == 7, "w"] = 0.0  # a level nobody counts in
    return frame


@pytest.mark.parametrize("design", [{"strata": "h", "psu": "u"}, {"strata": "h"}, {"psu": "u"}, {}])
@pytest.mark.parametrize("by", [None, "d", ["d", "e"]])
def test_types_of_columns_do_not_matter(design: dict[str, str], by: str | list[str] | None) -> None:
    frame = make_frame()
    other = frame.assign(
        d=frame.d.astype(float), e=frame.e.astype("Int64"), y=frame.y.astype(float)
    )  # the long road
    third = frame.assign(d=frame.d.astype("int8"), e=frame.e.astype("category"), y=frame.y.astype(bool))
    got = []
    for data in (frame, other, third):
        sample = lit.Sample(data, lit.Design(weight="w", **design))
        got.append(lit.proportion(sample, "y", by=by, where={"e": [0, 2]}).to_frame())
        got.append(lit.proportion(sample, "y", by=by).to_frame())
    for a, b in ((got[0], got[2]), (got[0], got[4]), (got[1], got[3]), (got[1], got[5])):
        assert_allclose(a[NUMBERS].astype(float), b[NUMBERS].astype(float), rtol=1e-11, atol=1e-14)
        assert 7 not in set(a.get("d", ()))


def test_levels_of_whole_numbers() -> None:
    frame = make_frame()
    frame["t"] = frame.e == 1
    sample = lit.Sample(frame, lit.Design(weight="w"))
    code, levels = read_levels(sample, "d")
    assert levels == (-3, 0, 1)
    assert all(type(v) is int for v in levels)
    live = frame.w.to_numpy() != 0
    assert (np.array(levels)[code[live]] == frame.d[live]).all()
    assert (code[~live] == -1).all()
    truth, names = read_levels(sample, "t")
    assert names == (False, True)
    assert all(type(v) is bool for v in names)
    assert (truth == frame.t).all()
    only, found = read_levels(sample, "d", (frame.d == 1).to_numpy())
    assert found == (1,)
    assert ((only == 0) == (frame.d == 1)).all()


def test_far_whole_numbers_are_looked_up() -> None:
    frame = make_frame()
    frame["far"] = np.where(frame.e == 0, -(2**62), np.where(frame.e == 1, 5, 2**62))
    frame["huge"] = frame.e.to_numpy().astype("uint64") + np.uint64(2**63)
    sample = lit.Sample(frame, lit.Design(weight="w"))
    assert read_levels(sample, "far")[1] == (-(2**62), 5, 2**62)
    assert read_levels(sample, "huge")[1] == (2**63, 2**63 + 1, 2**63 + 2)


def test_a_constant_has_no_error_whatever_its_type() -> None:
    frame = make_frame()
    for value in (0, 1, 1.0, True):
        sample = lit.Sample(frame.assign(c=value), lit.Design(weight="w", strata="h", psu="u"))
        table = lit.proportion(sample, "c", by="e").to_frame()
        assert (table["estimate"] == float(value)).all()
        assert (table["se"] == 0).all()
