"""Verdicts of the board: counts by their own variation, the change since the start, and what project says."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest

import literacy as lit
from literacy.instrument import Goal, Label, Plan, load_plan
from literacy.plan import Scoreboard, read_returns, scoreboard
from literacy.plan.contrasts import weigh_carried, weigh_change, weigh_numbers
from literacy.plan.statuses import REASONS, STATUSES, judge_chance, judge_change
from literacy.projection import judge, project, trend
from literacy.sampling import Sample

YEARS = (2021, 2023, 2025)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan("erenhot")


@pytest.fixture(scope="module")
def samples() -> dict[int, Sample]:
    instrument, out = lit.load_instrument("erenhot"), {}
    for year in YEARS:
        scored = lit.score(lit.read(lit.sample_data(f"erenhot_{year}.sav"), instrument))
        out[year] = Sample(scored, lit.Design(weight="base_weight", strata="stratum", psu="psu"))
    return out


@pytest.fixture(scope="module")
def made(plan: Plan, samples: dict[int, Sample]) -> Scoreboard:
    return scoreboard(plan, samples)


@pytest.fixture(scope="module")
def whole(plan: Plan, samples: dict[int, Sample]) -> Scoreboard:
    """The waves of the sample with its returns: every status occurs."""
    files = [lit.sample_data(f"returns_{year}.csv") for year in (2024, 2025)]
    return scoreboard(plan, samples, returns=read_returns(files, plan))


def goal(year: int, value: float, strict: bool = True) -> Goal:
    return Goal("", Label("", ""), year, value, strict, "test", "given")


def returned(
    plan: Plan, tmp_path: Path, name: str, unit: str, counts: dict[int, float], **more: object
) -> dict[str, object]:
    text = "year,indicator,value,unit,source\n"
    text += "".join(f"{y},{name},{v:g},{unit},list\n" for y, v in counts.items())
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    frame = scoreboard(plan, returns=read_returns(tmp_path / "r.csv", plan), **more).indicators_frame()  # type: ignore[arg-type]
    row: dict[str, object] = frame.set_index("indicator").loc[name].to_dict()
    return row


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({2024: 412, 2025: 411}, "cannot_tell"),
        ({2024: 412, 2025: 413}, "cannot_tell"),
        ({2024: 412, 2025: 470}, "cannot_tell"),  # z = 1.95
        ({2024: 412, 2025: 471}, "on_course"),  # z = 1.99
        ({2024: 412, 2025: 355}, "behind"),  # z = -2.06
        ({2024: 4, 2025: 5}, "cannot_tell"),
        ({2024: 0, 2025: 0}, "cannot_tell"),
        ({2024: 0, 2025: 5}, "on_course"),
        ({2022: 300, 2023: 330, 2024: 350, 2025: 370}, "on_course"),  # no step is, the line is
    ],
)
def test_counts_are_judged_by_their_own_variation(
    plan: Plan, tmp_path: Path, counts: dict[int, float], status: str
) -> None:
    row = returned(plan, tmp_path, "teachers_trained", "人次", counts)
    assert row["status"] == status
    values = list(counts.values())
    a, b = values[-2:]
    if a + b:
        z = (b - a) / math.sqrt(a + b)
        assert row["p_value"] == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-9)


@pytest.mark.parametrize(("value", "status"), [(420, "cannot_tell"), (300, "on_course"), (700, "behind")])
def test_a_goal_ahead_of_a_count_is_held_against_the_line_with_its_interval(
    plan: Plan, tmp_path: Path, value: float, status: str
) -> None:
    goals = {"teachers_trained": goal(2026, value)}
    row = returned(plan, tmp_path, "teachers_trained", "人次", {2024: 400, 2025: 410}, goals=goals)
    assert row["status"] == status


def test_money_is_taken_as_booked(plan: Plan, tmp_path: Path) -> None:
    row = returned(plan, tmp_path, "funds", "万元", {2024: 30, 2025: 28.5})
    assert row["status"] == "behind" and math.isnan(float(str(row["p_value"])))


def test_the_line_is_least_squares() -> None:
    years, values = (2019, 2021, 2025), np.array([0.1, 0.13, 0.12])
    slope, base = np.polyfit(years, values, 1)
    assert weigh_change(years) @ values == pytest.approx(6 * slope)
    assert weigh_carried(years, 2030) @ values == pytest.approx(base + 2030 * slope)
    assert weigh_change((2021, 2025)).tolist() == [-1, 1]
    one = weigh_numbers(
        np.array([-1.0, 1.0]), values[:2], np.diag([1e-4, 1e-4]), np.array([30.0, 30.0]), 0.95
    )
    assert one.value == pytest.approx(0.03) and one.p_value == pytest.approx(0.0382, abs=1e-3)


def test_a_step_the_other_way_leaves_it_open() -> None:
    assert judge_change(0.06, 0.001, -0.05, 0.01, "higher", 0.05) == ("cannot_tell", "turned")
    assert judge_change(0.06, 0.001, -0.01, 0.40, "higher", 0.05) == ("on_course", "improved")
    assert judge_change(0.06, 0.001, 0.05, 0.01, "lower", 0.05) == ("behind", "worsened")
    assert judge_chance(0.98, 0.95)[0] == "on_course" and judge_chance(0.02, 0.95)[0] == "behind"


def test_all_waves_are_compared(made: Scoreboard) -> None:
    rows = made.indicators_frame().set_index("indicator")
    since = rows[rows["since"].notna()]
    assert {"elderly_literate", "ai_tools"} <= set(since.index[since["start_year"] == 2021])
    tested = since[since["reason_en"].isin([REASONS[k].en for k in ("improved", "worsened")])]
    assert len(tested) and (tested["since_p"] < 0.05).all()


def test_waves_that_visited_the_same_units(plan: Plan, samples: dict[int, Sample], made: Scoreboard) -> None:
    """Counts of units that changed between the waves stop nothing; a wave of other units is independent, and said."""
    renamed = samples[2021].frame.assign(psu="old " + samples[2021].frame["psu"].astype(str))
    waves = {**samples, 2021: samples[2021].evolve(frame=renamed)}
    board = scoreboard(plan, waves, shared=True)
    assert "taken as independent: 2021 and 2023, 2021 and 2025" in str(board)
    step = {b: {r.indicator.id: r for line in b.lines for r in line.readings} for b in (made, board)}
    name = "city_literate"
    assert step[board][name].value == step[made][name].value
    assert step[board][name].change_high - step[board][name].change_low != pytest.approx(
        step[made][name].change_high - step[made][name].change_low, rel=1e-6
    )
    with pytest.raises(lit.LiteracyError, match="no two waves"):
        scoreboard(plan, {y: waves[y] for y in (2021, 2025)}, shared=True)
    alone = scoreboard(plan, {2025: waves[2025]}, shared=True)  # nothing to share, nothing to refuse
    assert "taken as independent" not in str(alone)


@pytest.mark.search
@pytest.mark.parametrize("value", [0.08, 0.12, 0.17, 0.3])
@pytest.mark.parametrize("kept", [(2021, 2023, 2025), (2025,)])
def test_board_and_project_never_disagree(
    plan: Plan, samples: dict[int, Sample], value: float, kept: tuple[int, ...]
) -> None:
    samples = {y: samples[y] for y in kept}
    waves = trend({y: lit.proportion(s, "literate") for y, s in samples.items()}, area="erenhot")
    ahead = scoreboard(plan, samples, goals={"city_literate": goal(2027, value)}).line("0").readings[0]
    chance = project(waves, goal(2027, value)).outlooks[0].probability
    assert ahead.chance == pytest.approx(chance, abs=1e-12)
    assert ahead.status == judge_chance(chance, 0.95)[0]
    between = scoreboard(plan, samples, goals={"city_literate": goal(2024, value)}).line("0")
    between_chance = project(waves, goal(2024, value)).outlooks[0].probability  # nan before the first wave
    assert between.status == judge_chance(between_chance, 0.95)[0]
    assert (between.readings[0].reason == "early") == math.isnan(between_chance)
    for year in {2023, 2025} & set(kept):  # the wave of the goal's year decides
        told = judge(waves, goal(year, value)).outcome
        come = scoreboard(plan, samples, goals={"city_literate": goal(year, value)}).line("0").status
        assert come == {"passed": "on_course", "not passed": "behind", "cannot be told": "cannot_tell"}[told]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_status_of_the_sample_is_explained_in_one_sentence(whole: Scoreboard, lang: str) -> None:
    assert {line.status for line in whole.lines} == set(STATUSES)
    colon, end = ("：", "。") if lang == "zh" else (": ", ".")
    for line in whole.lines:
        told, why = line.sentence.get(lang), line.shown.why.get(lang)
        head, rest = told.split(colon, 1)
        assert head.casefold() == STATUSES[line.status].get(lang)
        assert line.shown.indicator.label.get(lang) in rest and why in rest
        assert rest.endswith(end) and not re.search(r"。.|[.!?] ", rest)
        if line.status != "no_data":
            assert str(line.shown.year) in rest and re.search(
                r"\d", rest.replace(str(line.shown.year), "", 1)
            )
        assert told in whole.to_text(lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_line_has_its_name_its_unit_and_one_sentence(whole: Scoreboard, lang: str) -> None:
    text, page = whole.to_text(lang), whole.to_html(lang)
    for line in whole.lines:
        shown, told = line.shown.indicator, line.sentence.get(lang)
        unit = "%" if shown.share else shown.unit.get(lang)
        name = shown.label.get(lang)
        measured = f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"
        assert measured in text and told in text
        assert told.endswith("。" if lang == "zh" else ".") and told.count("。") <= 1
    frame = whole.to_frame()
    assert (frame[["indicator_zh", "indicator_en", "unit", "unit_zh", f"sentence_{lang}"]] != "").all(
        axis=None
    )
    chinese, english = (
        ("国务院", "内蒙古", "锡林郭勒盟"),
        ("State Council", "Inner Mongolia", "Xilingol League"),
    )
    assert all(name in page for name in (chinese if lang == "zh" else english))
    mark = "本项目拟定" if lang == "zh" else "ours:"
    assert mark in text and mark in page and mark in frame.set_index("code").loc["A4.4", lang]


def test_the_plan_counts_as_its_text_does(plan: Plan) -> None:
    told = [(p.kind, len(p.tasks)) for p in plan.parts]
    assert told == [
        *(("action", n) for n in (4, 4, 4, 4, 2)),
        *(("project", n) for n in (3, 3, 3, 5)),
        ("organisation", 3),
    ]
