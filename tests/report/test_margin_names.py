"""Margins are named as readers call them: cross tables, tables with a name of their own, cells of nonresponse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import literacy as lit
from literacy.instrument import Margin, Margins
from literacy.sampling import Sample
from literacy.weighting import Weighting, adjust_nonresponse, rake
from tests.report.towns import make_town, random_frame

LEVELS = ((1, 1), (1, 2), (2, 1), (2, 2))


def sample_of(folder: Path) -> Sample:
    frame = random_frame(np.random.default_rng(4), units=40, size=12, rate=0.3)
    return make_town(folder).sample(frame)


def crossed(name: str) -> Margins:
    totals = tuple((levels, 100.0 * (i + 1)) for i, levels in enumerate(LEVELS))
    return Margins("shicheng", 2025, "adults", (Margin(name, ("sex", "residence"), totals),))


def test_a_cross_table_is_named_by_its_columns(tmp_path: Path) -> None:
    for name in ("sex_residence", "cells"):
        sample = rake(sample_of(tmp_path), crossed(name))
        weighting = sample.weighting
        assert isinstance(weighting, Weighting)
        assert weighting.label_margin(name).zh == "性别 × 居住地"
        assert weighting.label_level(name, "2 × 1").zh == "女 × 城镇"
        frame = weighting.for_readers(weighting.to_frame(), "zh")
        assert "女 × 城镇" in frame.astype(str).to_numpy().ravel()
        report = lit.make_report({2025: sample})
        folder = tmp_path / name
        report.write(folder, ("html",), lang="zh", figures=True, figure_formats=("svg",))
        assert "男 × 农村" in (folder / "report.zh.html").read_text("utf-8")
        labels = pd.read_csv(folder / "tables" / "labels.csv")
        assert labels.loc[labels["name"] == name, "zh"].tolist() == ["性别 × 居住地"]


def test_cells_of_nonresponse_are_named_too(tmp_path: Path) -> None:
    sample = sample_of(tmp_path)
    answered = np.arange(len(sample)) % 5 != 0
    made = adjust_nonresponse(sample, answered, by=["sex", "residence"])
    assert isinstance(made.weighting, Weighting)
    assert made.weighting.label_margin("sex, residence").zh == "性别 × 居住地"
    assert {x.label.zh for x in lit.make_report({2025: made}).facts.find(measure="margin")} >= {"男 × 城镇"}
