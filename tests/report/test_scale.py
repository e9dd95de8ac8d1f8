"""Axes and labels: arithmetic without drawing."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy.report.figures.figure_terms import (
    LANGUAGES,
    WORDS,
    chance,
    chance_words,
    number,
    percent,
    plain_percent,
    signed,
)
from literacy.report.figures.placement import Tag, overlap, place
from literacy.report.figures.scale import digits, share_top, span, spread, step, ticks

POSITIVE = st.floats(1e-3, 1e6)


@given(st.floats(-1e3, 1e3), POSITIVE)
def test_ticks_are_round_even_and_inside(low, wide):
    high = low + wide
    at = ticks(low, high)
    assert at and all(low - 1e-9 * wide <= v <= high + 1e-9 * wide + 1e-9 for v in at)
    gaps = [b - a for a, b in pairwise(at)]
    assert len(at) <= 6 and all(g == pytest.approx(step(wide), rel=1e-6, abs=1e-9) for g in gaps)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_share_axes_hold_their_values(values):
    top = share_top(pd.Series(values))
    assert max(values) <= top <= 1.0 and top > 0


def test_axis_ends():
    assert share_top(pd.Series([0.0])) == pytest.approx(0.06)
    assert share_top(pd.Series([0.95])) == 1.0
    assert share_top(pd.Series([float("nan")], dtype=float)) > 0
    assert span(pd.Series([2.0, 4.0])) == pytest.approx((0.0, 4.24))
    low, high = span(pd.Series([3.0]), zero=False)
    assert low < 3 < high


def test_digits_tell_ticks_apart():
    assert digits([0, 0.05, 0.1]) == 2 and digits([0, 0.05, 0.1], 100) == 0 and digits([0, 0.025], 100) == 1


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 1.0)), min_size=1, max_size=8))
def test_spread_labels_never_overlap_and_keep_their_order(labels):
    centres, sizes = [list(v) for v in zip(*labels, strict=True)]
    out = spread(centres, sizes, 0.0, 10.0, 0.05)
    order = sorted(range(len(out)), key=lambda i: centres[i])
    for a, b in pairwise(order):
        assert out[b] - out[a] >= (sizes[a] + sizes[b]) / 2 + 0.05 - 1e-9
    assert min(o - s / 2 for o, s in zip(out, sizes, strict=True)) >= -1e-9
    assert max(o + s / 2 for o, s in zip(out, sizes, strict=True)) <= 10 + 1e-9


def test_labels_with_room_stay_where_they_want_to_be():
    assert spread([2.0, 8.0], [1.0, 1.0], 0.0, 10.0) == [2.0, 8.0]


def test_placed_labels_avoid_each_other_and_the_edges():
    tags = [
        Tag(1.0, 1.0, 0.6, 0.15),
        Tag(1.02, 1.0, 0.6, 0.15),
        Tag(1.0, 1.02, 0.6, 0.15),
        Tag(3.95, 1.0, 0.6, 0.15),
    ]
    boxes = place(tags, [(1.2, 1.0), (1.4, 1.0)], (0, 0, 4, 2))
    assert all(overlap(a, b) == 0 for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(b[0] >= 0 and b[2] <= 4 and b[1] >= 0 and b[3] <= 2 for b in boxes)
    assert not any(b[0] < 1.2 < b[2] and b[1] < 1.0 < b[3] for b in boxes)


def test_numbers_as_people_read_them():
    assert percent(0.1234) == "12.3%" and percent(0.0) == "0.0%"
    assert number(-0.04) == "0.0" and number(-1234.56) == "−1,234.6"
    assert signed(0.04) == "0.0" and signed(1.26) == "+1.3" and signed(-2) == "−2.0"
    assert plain_percent(0.12) == "12%" and plain_percent(0.0475) == "4.75%" and plain_percent(0.1) == "10%"
    assert (chance(0.9999), chance(0.0001), chance(0.735)) == (">99%", "<1%", "74%")
    assert [chance_words(p, "zh") for p in (0.9999, 0.0001, 0.735)] == ["99%以上", "1%以下", "74%"]
    assert [chance_words(p, "en") for p in (0.9999, 0.0001)] == ["above 99%", "below 1%"]


def test_every_phrase_is_in_both_languages_with_the_same_blanks():
    import re

    for key, phrases in WORDS.items():
        assert len(phrases) == len(LANGUAGES) and all(p.strip() or key in ("middle",) for p in phrases)
        blanks = [sorted(set(re.findall(r"{(\w+)}", p))) for p in phrases]
        assert blanks[0] == blanks[1], key
