"""An office's first hour and its second year, in process; ``make wheel`` does the first hour on the installed wheel."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import literacy as lit
from literacy.messages import speak
from tests.cli.conftest import Run, records
from tests.cli.firsthour import steps, write_export
from tests.conftest import ROOT


def test_twelve_steps_lead_to_weights_estimates_and_a_figure(run: Run, tmp_path: Path) -> None:
    write_export(tmp_path / "export.xlsx")
    with speak("zh"):
        done = steps(run, tmp_path, figure=False)  # the figure takes seconds: make wheel draws it
    assert len(done) <= 11, done
    weighted = lit.read_table(tmp_path / "weighted.xlsx")
    assert len(weighted) == 400 and weighted["weight"].sum() == pytest.approx(25999 + 27107)
    assert (tmp_path / "shares.xlsx").is_file()
    for page in ("survey_of_your_own.md", "survey_of_your_own.zh.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        assert not [step for step in done if step.startswith("literacy") and step not in text]


def answers(year: int, right: int) -> str:
    """Two hundred invented answers of a year, of which *right* in ten are right."""
    rows = ["submitted,age,sex,education,residence,occupation,k01,m01,s01,a01"]
    for k in range(200):
        keys = [
            a if (7 * k + 3 * q) % 10 < right else b
            for q, (a, b) in enumerate(((1, 2), (2, 1), (2, 1), (1, 2)))
        ]
        person = [20 + k % 45, 1 + k % 2, 1 + k % 5, 1 + k % 2, 1 + k % 4]
        rows.append(",".join(map(str, [f"{year}-0{5 + k % 2}-{10 + k % 19}", *person, *keys])))
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("names", [("2026.xlsx", "2028.xlsx"), ("first.csv", "second.csv")])
def test_the_second_year_needs_no_further_words(run: Run, tmp_path: Path, names: tuple[str, str]) -> None:
    run("survey", "new", "draft", "--year", "2026")
    run("survey", "convert", "draft", "-o", "text")
    for year in (2026, 2028):
        (tmp_path / "text" / "waves" / f"{year}.toml").write_text(
            f'name = "{year}"\nyear = {year}\nstart = {year}-05-01\nend = {year}-06-30\n', encoding="utf-8"
        )
    run("survey", "convert", "text", "-o", "survey.xlsx")
    shutil.rmtree(tmp_path / "text")
    (tmp_path / "literacy.toml").write_text('survey = "survey.xlsx"\n', encoding="utf-8")
    for name, year, right in zip(names, (2026, 2028), (5, 6), strict=True):
        (tmp_path / "raw.csv").write_text(answers(year, right), encoding="utf-8")
        lit.write_table(pd.read_csv(tmp_path / "raw.csv"), tmp_path / name)
    done = run("project", *names, "--format", "json")
    seen = {r["year"]: r["observed"] for r in records(done) if r["observed"] is not None}
    assert sorted(seen) == [2026, 2028]
    for name, year in zip(names, (2026, 2028), strict=True):
        scored = lit.score(lit.read(tmp_path / name, str(tmp_path)))
        assert scored.wave.year == year
        assert lit.proportion(lit.Sample(scored), "literate").estimate[0] == pytest.approx(seen[year])


@pytest.mark.parametrize("years", [(2026, 2028), (2028, 2026)])
def test_a_year_the_survey_does_not_list_is_a_wave_of_its_own(
    run: Run, tmp_path: Path, years: tuple[int, int]
) -> None:
    run("survey", "new", "mycity", "--year", "2026")
    for year, right in zip(years, (5, 6), strict=True):
        (tmp_path / f"{year}.csv").write_text(answers(year, right), encoding="utf-8")
    done = run("project", "2026.csv", "2028.csv", "-i", "mycity", "--format", "json")
    assert sorted(r["year"] for r in records(done) if r["observed"] is not None) == [2026, 2028]
    assert "does not list it" in done.stderr
    scored = lit.score(lit.read(tmp_path / "2028.csv", str(tmp_path / "mycity")))
    assert scored.wave.name == "2028" and scored.wave.file == ""
    near = answers(2027, 5)  # a wave that states its year alone may have ended in the year after
    (tmp_path / "near.csv").write_text(near, encoding="utf-8")
    assert lit.score(lit.read(tmp_path / "near.csv", str(tmp_path / "mycity"))).wave.year == 2026


def test_rows_are_contrasted_by_their_labels(run: Run, tmp_path: Path) -> None:
    run("survey", "new", "mycity", "--year", "2026")
    (tmp_path / "a.csv").write_text(answers(2026, 5), encoding="utf-8")
    asked = ("estimate", "a.csv", "-i", "mycity", "--share", "literate", "--by", "sex", "--format", "json")
    by_code = records(run(*asked, "--contrast", "1-2"))
    assert records(run(*asked, "--contrast", "男-女")) == by_code
