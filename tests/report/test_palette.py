# ruff: noqa: E501 - matrices read better whole
"""The palette's promises, measured: lightness, colour blindness (Machado et al. 2009), contrast."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from literacy.report.figures.palette import FAN, LEVELS, MARKS, STATUS, level_mark

TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
# Machado, Oliveira, Fernandes 2009, doi 10.1109/TVCG.2009.113: severity 1.0
BLIND = {
    "none": np.eye(3),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


def linear(color: str) -> np.ndarray:
    c = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ rgb / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(color: str) -> float:
    return 1.05 / (float(TO_XYZ[1] @ linear(color)) + 0.05)


def test_lightness_tells_the_series_apart_in_grey_print():
    light = sorted(lab(linear(m.color))[0] for m in MARKS)
    assert np.diff(light).min() >= 9


@pytest.mark.parametrize("sight", BLIND)
def test_series_stay_apart_for_colour_blind_readers(sight):
    seen = [lab(np.clip(BLIND[sight] @ linear(m.color), 0, 1)) for m in MARKS]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= 17


def test_lines_and_edges_stand_out_from_white():
    assert min(contrast(m.edge) for m in (*MARKS, *STATUS.values())) >= 3


def test_bands_darken_towards_the_middle():
    light = [lab(linear(c))[0] for c in FAN]
    assert light[0] - light[1] >= 10 and light[1] - light[2] >= 10


def test_markers_differ():
    assert len({m.marker for m in MARKS}) == len(MARKS) == len({m.hatch for m in MARKS})
    assert len({m.marker for m in STATUS.values()}) == len(STATUS)


def test_levels_keep_their_marks_and_new_ones_take_what_is_left():
    present = ["city", "banner", "nation"]
    looks = [level_mark(v, present) for v in present]
    assert looks[0] is MARKS[LEVELS["city"]] and looks[2] is MARKS[LEVELS["nation"]]
    assert looks[1] not in (looks[0], looks[2])
