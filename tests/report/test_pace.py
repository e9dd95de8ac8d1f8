"""What a projection's pace rests on stands in the text, under the figures and in the short forms."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import literacy as lit
from literacy.report import Report, make_report
from literacy.report.tables.adaptation import tables_of
from literacy.sampling import Sample
from tests.report.towns import make_town, random_frame

BORROWED = {"zh": "借用全国公布数的提高速度", "en": "borrows the pace of the published figures of China"}


@pytest.fixture(scope="module")
def wave() -> Sample:
    return lit.Sample(lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot")))


@pytest.fixture(scope="module")
def alone(wave: Sample) -> Report:
    return make_report({2025: wave}, [replace(lit.load_goal("erenhot", 2025), year=2035, value=0.2)])


def said(report: Report, name: str, lang: str) -> str:
    return next(s.get(lang) for s in report.sentences if s.id == name)


def test_one_wave_borrows_its_pace_and_says_so(alone: Report, tmp_path: Path) -> None:
    assert "按现有走势" not in said(alone, "goal.summary|2035", "zh")
    assert "借用全国的提高速度" in said(alone, "goal.summary|2035", "zh")
    assert "at a pace borrowed from the figures of China" in said(alone, "goal.summary|2035", "en")
    alone.write(tmp_path, ("docx", "html", "xlsx"), short=("brief", "press"), figure_formats=("svg",))
    for lang, words in BORROWED.items():
        assert words in said(alone, "pace", lang)
        page = (tmp_path / f"report.{lang}.html").read_text("utf-8")
        assert page.count(words) >= 2  # in the text, and under the chart
        with zipfile.ZipFile(tmp_path / f"report.{lang}.docx") as file:
            assert file.read("word/document.xml").decode().count(words) == 2
        for short in ("brief", "press"):
            with zipfile.ZipFile(tmp_path / "short" / f"{short}.{lang}.docx") as file:
                assert ("借用" if lang == "zh" else "borrowed") in file.read("word/document.xml").decode()
    notes = alone.tables["provenance"].query("table == 'fan' and kind == 'note'")
    assert notes["zh"].tolist() == [said(alone, "pace", "zh")]


def test_two_waves_and_waves_without_a_higher_level_say_theirs(wave: Sample, tmp_path: Path) -> None:
    earlier = lit.Sample(lit.score(lit.read(lit.sample_data("erenhot_2023.sav"), "erenhot")))
    both = make_report({2023: earlier, 2025: wave})
    assert "由本地历次调查和全国公布数共同决定" in said(both, "pace", "zh")
    town = make_town(tmp_path)
    frames = {
        y: random_frame(np.random.default_rng(y), units=40, size=10, rate=0.3, year=y) for y in (2023, 2025)
    }
    own = make_report({y: town.sample(frame) for y, frame in frames.items()})
    assert "只依据本地历次调查" in said(own, "pace", "zh")


def test_the_table_of_a_figure_says_it_too(wave: Sample) -> None:
    made = lit.project(lit.trend({2025: lit.proportion(wave, "literate")}))
    notes = tables_of(made)["provenance"].query("kind == 'note'")
    assert BORROWED["zh"] in notes["zh"].item() and BORROWED["en"] in notes["en"].item()
