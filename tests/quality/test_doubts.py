"""What is possible but unlikely is said: each seen to fire, and quiet on the sample."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import literacy as lit
from literacy.answers import read


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return pd.DataFrame(lit.read_table(lit.sample_data("yunwan/export.xlsx")))


def doubts(table: pd.DataFrame, place: Path, lang: str = "en") -> list[str]:
    table.to_csv(place / "answers.csv", index=False)
    return [d.get(lang) for d in lit.check_quality(read(place / "answers.csv", "yunwan")).doubts]


def column(table: pd.DataFrame, word: str) -> str:
    return next(c for c in table.columns if word in str(c))


@pytest.mark.parametrize("name", ["erenhot_2025.sav", "yunwan/export.xlsx"])
def test_the_samples_raise_no_doubt(name: str) -> None:
    assert lit.check_quality(read(lit.sample_data(name))).doubts == ()


def test_everybody_outside_every_universe(table: pd.DataFrame, tmp_path: Path) -> None:
    old = table.assign(**{column(table, "年龄"): 75})
    assert (
        doubts(old, tmp_path)[0]
        == "all 480 people are outside every universe: look at what the columns age hold"
    )
    assert "全部 480 人都不属于" in doubts(old, tmp_path, "zh")[0]


def test_a_reversed_key(table: pd.DataFrame, tmp_path: Path) -> None:
    item = column(table, "抗生素")
    turned = table.assign(**{item: table[item].replace({"对": "错", "错": "对"})})
    (said,) = doubts(turned, tmp_path)
    assert said.startswith("item yw07: those who do well on the others get it wrong")


def test_an_option_nobody_chose(table: pd.DataFrame, tmp_path: Path) -> None:
    item = column(table, "可再生")
    never = table.assign(**{item: table[item].replace({"煤炭": "石油"})})
    (said,) = doubts(never, tmp_path)
    kinds = read(tmp_path / "answers.csv", "yunwan").missing["yw24"]
    assert (kinds > 0).any()
    assert said.startswith(f"item yw24: nobody of {(kinds == 0).sum()} chose")


def test_few_answers_raise_no_doubt(table: pd.DataFrame, tmp_path: Path) -> None:
    item = column(table, "抗生素")
    turned = table.assign(**{item: table[item].replace({"对": "错", "错": "对"})})
    assert doubts(turned.head(60), tmp_path) == []
