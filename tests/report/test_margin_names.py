"""Margins are named as readers call them: cross tables, tables with a name of their own, cells of nonresponse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

import literacy as lit
from literacy.instrument import Label, Margin, Margins
from literacy.report.facts.record import Fact
from literacy.report.sentences.composition import tell
from literacy.sampling import Design, Sample
from literacy.weighting import Weighting, adjust_nonresponse, rake
from tests.report.towns import make_town, random_frame
from tests.simulation.report_reading import read_sentence

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


def test_totals_used_twice_and_their_source_are_said(tmp_path: Path) -> None:
    town = make_town(tmp_path)
    made = {}
    for year in (2023, 2025):
        frame = random_frame(np.random.default_rng(year), units=40, size=12, rate=0.3, year=year)
        made[year] = rake(town.sample(frame), replace(crossed("sex_residence"), file="人口.xlsx"))
    source = replace(crossed("sex_residence").tables[0], source="第七次全国人口普查")
    margins = replace(crossed("sex_residence"), tables=(source,), file="folder/人口.xlsx")
    report = lit.make_report(made, margins=margins)
    said = {s.id: s for s in report.sentences}
    assert said["weighting.same"].zh.startswith("各次调查（2023年、2025年）使用同一套总体数加权")
    told = report.tables["provenance"].query("kind == 'totals'")
    assert told["zh"].tolist() == ["加权所用总体数（性别 × 居住地），人口.xlsx：第七次全国人口普查"]
    report.write(tmp_path / "out", ("html",), lang="zh", figures=False)
    assert "第七次全国人口普查" in (tmp_path / "out" / "report.zh.html").read_text("utf-8")
    other = {**made, 2023: town.sample(made[2023].frame)}
    assert "weighting.same" not in {s.id for s in lit.make_report(other).sentences}


def test_without_base_weights_their_size_is_not_told(tmp_path: Path) -> None:
    town = make_town(tmp_path)
    frame = random_frame(np.random.default_rng(4), units=40, size=12, rate=0.3)
    plain = Sample(replace(town.scored, frame=frame), Design(strata="stratum", psu=("unit",)))
    report = lit.make_report({2025: rake(plain, crossed("sex_residence"))})
    low, high = (report.facts[f"ratio_{end}|2025"].value for end in ("low", "high"))
    assert low < 1 < high < 5
    assert "文件中没有基础权数" in next(s.zh for s in report.sentences if s.id == "weighting")


def test_a_gap_whose_interval_excludes_nought_says_why_it_is_no_change() -> None:
    change = Fact("gap_change|2023>2025|sex", "change", "gap_change", "points", 0.1, wave="2025", base="2023", by="sex",
                  level="1", other="2", ci_low=0.01, ci_high=0.19, confidence=0.95, verdict="no_change",
                  label=Label("性别", "Sex"))  # fmt: skip
    for low, noted in ((0.01, True), (-0.01, False)):
        one = replace(change, ci_low=low)
        key = "gap.no_change.adjusted" if noted else "gap.no_change"
        said = tell("gap", "change", key, column=Label("性别", "sex"), base="2023", change=one)
        for lang in ("zh", "en"):
            read = read_sentence(said.get(lang), lang)
            assert read is not None and read.kind == "gap same" and ("adjusted" in read.words) == noted
