"""Sentences claim what tests bear, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.fieldwork import rate_outcomes
from literacy.kernels.design.multiplicity import adjust_holm, t_probability
from literacy.projection import set_goal
from literacy.report import Report, Settings, make_report
from literacy.report.facts.formatting import cell, show
from literacy.report.facts.record import Fact
from literacy.report.sentences.phrases import PHRASES
from literacy.sampling import Sample
from tests.report.towns import Town, make_town, random_frame
from tests.simulation.report_audit import audit
from tests.simulation.report_claims import check_claims
from tests.simulation.report_no_change import claims_without_change
from tests.simulation.report_readback import printed, stray, unequal

Draw = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return make_town(tmp_path_factory.mktemp("survey") / "town")


def waves(*rates: float, seed: int = 1, **more: object) -> dict[int, pd.DataFrame]:
    """Waves with these rates, the last in 2025."""
    rng = np.random.default_rng(seed)
    first = 2025 - 2 * (len(rates) - 1)
    return {
        first + 2 * k: random_frame(rng, units=40, size=10, rate=r, year=first + 2 * k, **more)  # type: ignore[arg-type]
        for k, r in enumerate(rates)
    }


def reported(town: Town, frames: dict[int, pd.DataFrame], **more: object) -> Report:
    return make_report({y: town.sample(f) for y, f in frames.items()}, **more)  # type: ignore[arg-type]


def one(report: Report, name: str) -> str:
    return next(s.zh for s in report.sentences if s.id == name)


@pytest.mark.search
def test_random_data_sets_bear_every_claim_and_every_number(tmp_path: Path) -> None:
    tally = audit(11, read_back=0)
    assert tally.wrong == []
    assert {"rise", "no_change", "higher", "no_difference"} <= set(tally.claims)


@pytest.mark.search
def test_a_population_without_change_is_seldom_said_to_change() -> None:
    found = claims_without_change(20)
    assert found["whole"] <= 0.2
    assert found["groups"] <= 0.2


def spoil(monkeypatch: pytest.MonkeyPatch, key: str, old: str, new: str) -> None:
    """One word of a template replaced by a wrong one."""
    assert any(old in text for text in PHRASES[key])
    monkeypatch.setitem(PHRASES, key, tuple(t.replace(old, new) for t in PHRASES[key]))  # type: ignore[arg-type]


def audited_waves(town: Town) -> list[list[str]]:
    """What the audit finds in the report of three waves and in that of two."""
    drawn = [waves(0.3, 0.5, 0.5, seed=4), waves(0.3, 0.6, seed=4)]
    found = []
    for frames in drawn:
        tables = reported(town, frames, goals=[set_goal(2025, 0.9)]).tables
        found.append(check_claims(tables["facts"], tables["sentences"], frames))
    return found


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("change.no_change", "未见统计上显著的变化（差值{change.signed}，", "上升{change.size}（"),
        ("change.rise", "上升", "下降"),
        ("change.rise", "rose", "fell"),
        ("group.rise", "上升", "下降"),
        ("group.no_change", "未见统计上显著的变化", "持平"),
        ("by.none", "与{level}之间未见统计上显著的差异", "高于{level}"),
        ("goal.not passed", "判定为未达标", "判定为达标"),
        ("change.rise", "{change.size}", "7.7个百分点"),
        ("total.ok", "{share}", "99.9%"),
    ],
)
def test_the_audit_finds_a_wrong_verb_or_number(
    town: Town, monkeypatch: pytest.MonkeyPatch, key: str, old: str, new: str
) -> None:
    """One word or number of a template is wrong: the audit reads the text, not what the program says it claims."""
    spoil(monkeypatch, key, old, new)
    assert any(audited_waves(town))


def test_the_audit_finds_nothing_where_no_word_is_wrong(town: Town) -> None:
    assert audited_waves(town) == [[], []]


def test_the_audit_finds_a_wrong_test_a_named_cell_and_a_twin(town: Town) -> None:
    frames = waves(0.3, 0.3, seed=4)
    report = reported(town, frames)
    facts, sentences = report.tables["facts"], report.tables["sentences"]
    assert check_claims(facts, sentences, frames) == []
    assert check_claims(facts.assign(p_adjusted=facts["p_adjusted"] / 2), sentences, frames)
    assert check_claims(facts[facts["measure"] != "gap_change"], sentences, frames)
    assert check_claims(facts, sentences[~sentences["id"].str.startswith("change.")], frames)
    first = facts["id"] == "share|2025|group|workers"
    assert check_claims(facts.assign(status=facts["status"].where(~first, "suppressed")), sentences, frames)
    wrong = sentences.assign(zh=sentences["zh"].str.replace("%", "7%"))
    assert stray(wrong["zh"], printed(facts) | {"30"})
    assert unequal(wrong)


def test_verbs_follow_the_test(town: Town) -> None:
    assert "上升" in one(reported(town, waves(0.1, 0.5)), "change.change|2023")
    assert "下降" in one(reported(town, waves(0.5, 0.1)), "change.change|2023")
    text = one(reported(town, waves(0.3, 0.3, seed=4)), "change.change|2023")
    assert "未见统计上显著的变化" in text
    assert "持平" not in text


def test_level_needs_a_margin_and_an_equivalence_test(town: Town) -> None:
    frames = waves(0.3, 0.3, seed=4)
    wide = reported(town, frames, settings=Settings(equivalence=0.3))
    assert "持平" in one(wide, "change.change|2023")
    narrow = reported(town, frames, settings=Settings(equivalence=0.001))
    assert "持平" not in one(narrow, "change.change|2023")


def test_growth_prints_its_base_and_needs_a_rise(town: Town) -> None:
    report = reported(town, waves(0.1, 0.5))
    assert show(report.facts["share|2023"], "zh") in one(report, "growth|2023")
    assert not [s for s in reported(town, waves(0.5, 0.1)).sentences if s.id.startswith("growth")]


def test_rounding_is_said_where_printed_numbers_do_not_subtract(town: Town) -> None:
    said = silent = 0
    for seed in range(6):
        report = reported(town, waves(0.1, 0.5, seed=seed), parts=["change"])
        before, after = (round(100 * report.facts[f"share|{y}"].value, 1) for y in (2023, 2025))
        change = round(100 * report.facts["change|2023>2025"].value, 1)
        differs = abs((after - before) - change) > 1e-6
        assert ("因四舍五入" in one(report, "change.change|2023")) == differs
        said, silent = said + differs, silent + (not differs)
    assert said and silent


def test_a_small_group_is_neither_named_nor_in_any_table(town: Town) -> None:
    rng = np.random.default_rng(3)
    frame = random_frame(rng, units=20, size=10, rate=0.4, mix=(0.5, 0.05, 0.03, 0.42))
    report = reported(town, {2025: frame})
    small = [f for f in report.facts.find(measure="share", by="group") if f.status == "suppressed"]
    assert small
    for fact in small:
        assert not np.isfinite(fact.value)
        assert cell(fact) == "…"
        assert not [s.id for s in report.sentences if fact.label.zh in s.zh]
        assert fact.level not in set(report.tables["share_by_group"]["group"])
        assert fact.level not in set(report.tables["mean_by_group"]["group"])


def test_a_level_that_two_columns_share_is_withheld_in_both(town: Town) -> None:
    """Officials are the third level of education and too few; workers are its second, which protects it."""
    frame = random_frame(np.random.default_rng(7), units=20, size=10, rate=0.3, schooling=(0.5, 0.45, 0.05))
    frame["group_officials"] = (frame["education"] == 3).astype(int)
    frame["group_workers"] = (frame["education"] == 2).astype(int)
    facts = reported(town, {2025: frame}).facts
    gone = {f.id for f in facts.find(measure="share", status="suppressed")}
    names = ("group|officials", "group|workers", "education|2", "education|3")
    assert gone == {f"share|2025|{name}" for name in names}


@pytest.mark.parametrize("year", [2023, 2025])
def test_a_wave_without_anybody_in_a_group(town: Town, year: int) -> None:
    frames = waves(0.3, 0.4)
    frames[year][[c for c in frames[year] if c.startswith("group_")]] = 0
    report = reported(town, frames)
    assert not report.facts.find(measure="share", by="group", wave=str(year))
    assert one(report, "total") and one(report, "change.change|2023")


@pytest.mark.parametrize(("rate", "word"), [(0.0, "0.0%"), (1.0, "100.0%")])
def test_nobody_and_everybody(town: Town, rate: float, word: str) -> None:
    report = reported(town, waves(rate, rate))
    assert word in one(report, "total")
    assert not {"rise", "fall", "highest", "higher"} & {s.claim for s in report.sentences}
    assert "无法检验" in one(report, "change.change|2023")


@pytest.mark.parametrize(
    ("goal", "word"), [(0.01, "判定为达标"), (0.9, "判定为未达标"), (0.5, "无法判定是否达标")]
)
def test_a_goal_is_reached_not_reached_or_cannot_be_told(town: Town, goal: float, word: str) -> None:
    assert word in one(reported(town, waves(0.5), goals=[set_goal(2025, goal)]), "goal.summary|2025")


def test_one_wave_without_groups(tmp_path: Path) -> None:
    bare = make_town(tmp_path / "bare", groups={})
    report = reported(bare, waves(0.3))
    assert not [s for s in report.sentences if s.part == "change" or s.id.startswith("group")]
    assert report.reasons["change"].en == "there is one wave only"


def test_templates_are_twins_with_the_same_blanks() -> None:
    import re

    allowed = {"universe", "place", "comma"}
    for key, (zh, en) in PHRASES.items():
        blanks = [set(re.findall(r"\{(\w+)", text)) - allowed for text in (zh, en)]
        assert blanks[0] == blanks[1], key


def test_waves_of_two_standards_and_samples_without_a_year_are_refused(town: Town) -> None:
    sample = town.sample(waves(0.3)[2025])
    with pytest.raises(LiteracyError, match="no year"):
        make_report(sample)
    other = Sample(
        replace(town.scored, frame=waves(0.3)[2025], standard=replace(town.scored.standard, id="x")),
        sample.design,
    )
    with pytest.raises(LiteracyError, match="oxford, x"):
        make_report({2023: other, 2025: sample})


def test_facts_are_unique_and_the_formatter_knows_the_yearbook_signs() -> None:
    zero = Fact("a", "results", "share", "share", 0.0)
    assert cell(zero) == "0"
    assert cell(None) == "—"
    assert cell(replace(zero, value=0.123, status="unreliable")) == "12.3*"
    assert show(replace(zero, value=-0.0123, unit="points"), "zh", "signed") == "−1.2个百分点"


def test_holm_and_t_by_hand() -> None:
    assert adjust_holm(np.array([0.01, np.nan, 0.04, 0.03])).tolist()[0] == pytest.approx(0.03)
    assert np.isnan(adjust_holm(np.array([0.01, np.nan]))[1])
    # R 4.2.2: 2 * pt(-2.5, 10) = 0.03144684; p.adjust(c(.01, .04, .03), "holm") = 0.03 0.06 0.06
    assert float(t_probability(2.5, 1.0, 10.0)) == pytest.approx(0.03144684, abs=1e-7)
    assert adjust_holm(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.06, 0.06])
    assert np.isnan(float(t_probability(1.0, 0.0, 10.0)))


def test_dispositions_stand_in_the_quality_statement(town: Town) -> None:
    rates = rate_outcomes({"I": 6, "R": 2, "NC": 1, "UH": 2, "NE": 1}, substitutes=3)
    report = make_report({2025: town.sample(waves(0.2)[2025])}, response=rates)
    told = {s.id: s for s in report.sentences}
    assert "RR1 54.5%" in told["response"].zh and "RR1 54.5%" in told["response"].en
    assert f"e {rates.e:.1%}" in told["response"].zh and "替换户3户" in told["response.source"].zh
    facts = report.tables["facts"]
    for lang in ("zh", "en"):
        shown = report.tables["sentences"][lang]
        assert not list(stray(shown[shown.str.contains("RR1")], printed(facts)))
