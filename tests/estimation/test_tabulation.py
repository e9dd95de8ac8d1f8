"""Distributions of questions: shares add up, and agree with those that proportion gives."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from literacy.messages import speak


@pytest.fixture(scope="module")
def answers() -> lit.Responses:
    return lit.read(lit.sample_data(), "erenhot")


@pytest.fixture(scope="module")
def sample(answers: lit.Responses) -> lit.Sample:
    return lit.Sample(lit.score(answers))


def test_every_answer_and_every_kind_of_none_has_a_row(answers: lit.Responses) -> None:
    table = lit.tabulate(answers, "k01").table
    assert list(table["level"]) == ["1", "2", "dont_know", "refused", "skipped"]
    assert table["estimate"].sum() == pytest.approx(1)
    known = lit.tabulate(answers, "k01", of="answered").table
    assert list(known["level"]) == ["1", "2"] and known["estimate"].sum() == pytest.approx(1)
    assert known["estimate"].iloc[0] == pytest.approx(table["estimate"].iloc[0] / table["estimate"][:2].sum())


def test_shares_are_those_of_proportion(answers: lit.Responses, sample: lit.Sample) -> None:
    mine = lit.tabulate(answers, "channel_main", of="answered", by="sex").table
    theirs = lit.proportion(sample, "channel_main", by="sex").table
    for column in ("estimate", "se", "ci_low", "ci_high", "n", "deff"):
        np.testing.assert_allclose(mine[column].astype(float), theirs[column].astype(float), equal_nan=True)


def test_a_multiple_choice_is_a_share_an_option(answers: lit.Responses, sample: lit.Sample) -> None:
    raw = lit.tabulate(answers, "channel_sources", of="answered").table
    scored = lit.tabulate(sample, "channel_sources").table
    assert len(raw) == len(scored) == 12 and raw["estimate"].sum() > 1
    np.testing.assert_allclose(raw["estimate"], scored["estimate"])


def test_the_key_is_marked_only_when_asked(answers: lit.Responses) -> None:
    assert "right" not in lit.tabulate(answers, "k01").table
    marked = lit.tabulate(answers, "k01", key=True).table
    assert marked.loc[marked["right"], "level"].tolist() == ["1"]


def test_questions_of_the_same_answers_stand_side_by_side(answers: lit.Responses) -> None:
    shown = str(lit.tabulate(answers, "visit_library", "visit_zoo", of="answered"))
    head = shown.splitlines()[1]
    assert "question" in head and sum("visit_" in line for line in shown.splitlines()[2:]) == 4  # rows, notes
    with speak("zh"):
        assert "没有去过" in str(lit.tabulate(answers, "visit_library", "visit_zoo"))


def test_a_number_has_mean_and_quartiles(answers: lit.Responses) -> None:
    table = lit.tabulate(answers, "age").table.set_index("level")["estimate"]
    assert list(table.index) == ["mean", "q25", "median", "q75"] and table.is_monotonic_increasing is False
    assert table["q25"] < table["median"] < table["q75"]


def test_what_is_not_there(answers: lit.Responses, sample: lit.Sample) -> None:
    with pytest.raises(lit.LiteracyError, match="k01_correct") as met:
        lit.tabulate(sample, "k01")
    assert met.value.code == "estimate.variable"
    with pytest.raises(lit.LiteracyError, match="channel_main"):
        lit.tabulate(answers, "chanel_main")


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(
        main, ["tabulate", str(lit.sample_data()), "k0[12]", "--key", "--format", "json"]
    )
    rows = json.loads(done.stdout)
    assert {r["question"] for r in rows} == {"k01", "k02"} and {"level", "estimate", "right"} <= set(rows[0])
    done = CliRunner().invoke(main, ["tabulate", str(lit.sample_data()), "k01", "-o", "k01.xlsx"])
    assert done.exit_code == 0 and (tmp_path / "k01.xlsx").stat().st_size > 2000


def test_a_tabulation_is_drawn_with_its_questions_and_numbers_are_refused() -> None:
    sample = lit.load_sample(lit.sample_data("yunwan/export.xlsx"), "yunwan")
    made = lit.tabulate(sample, "sex")
    text = made.plot(lang="zh").render("svg").decode("utf-8")
    for words in (made.questions["sex"].zh, "回答的分布", "合成数据", sample.survey()[0].indicator.label.zh):
        assert words in text
    for share in made.table["estimate"]:
        assert f"{100 * share:.1f}%" in text
    with pytest.raises(lit.LiteracyError, match="0 answers with a share"):
        lit.tabulate(sample, "age").plot()
    with pytest.raises(lit.LiteracyError, match="a figure shows 1 to 45"):
        lit.tabulate(lit.read(lit.sample_data("yunwan/export.xlsx"), "yunwan"), "yw*").plot()
