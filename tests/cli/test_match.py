"""``literacy survey match``: what it shows, the wave file it saves, and scores read back from every ending."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import literacy
from tests.cli.conftest import Run, records
from tests.conftest import some


def renamed() -> pd.DataFrame:
    """Forty rows of the sample wave; one item under a name nobody can guess, and columns that name people."""
    frame = literacy.read_table(literacy.sample_data("erenhot_2025.sav")).head(40)
    return frame.rename(columns={"k07": "mystery"}).assign(
        姓名="张小三", 手机="13900001234", 备注=["ok"] * 40
    )


def test_match_shows_how_every_column_was_met(run: Run, tmp_path: Path) -> None:
    renamed().to_csv("wave.csv", index=False)
    rows = records(run("survey", "match", "wave.csv", "-i", "erenhot", "--format", "json"))
    by_item = {r["item"]: r for r in rows if r["item"]}
    by_column = {r["column"]: r for r in rows if not r["item"]}
    assert by_item["k01"]["column"] == "k01" and by_item["k01"]["by"] == "name"
    assert by_item["k07"]["by"] == "not found" and by_item["health_label"]["by"] == "not in this wave"
    assert by_column["姓名"]["by"] == "left out: name" and by_column["手机"]["by"] == "left out: phone"
    assert by_column["备注"]["by"] == by_column["mystery"]["by"] == "kept unchanged"
    shown = run("survey", "match", "wave.csv", "-i", "erenhot").stdout
    assert "mystery" in shown and "more rows" not in shown


def test_a_saved_match_is_edited_and_scores_the_file(run: Run, survey: str, tmp_path: Path) -> None:
    renamed().to_csv("wave.csv", index=False)
    assert "k07" in run("score", "wave.csv", "-i", "erenhot", code=1).stderr
    run("survey", "match", "wave.csv", "-i", "erenhot", "-o", "mine.toml")
    text = Path("mine.toml").read_text(encoding="utf-8")
    line = next(row for row in text.splitlines() if row.startswith("# k07"))
    Path("mine.toml").write_text(text.replace(line, 'k07 = "mystery"'), encoding="utf-8")
    run("score", "wave.csv", "-w", "mine.toml", "-o", "scored.csv")
    mine = pd.read_csv("scored.csv", encoding="utf-8-sig")
    run("score", survey, "-o", "plain.csv")
    plain = pd.read_csv("plain.csv", encoding="utf-8-sig").head(40)
    assert mine["total"].tolist() == plain["total"].tolist()
    assert mine["k07_correct"].equals(plain["k07_correct"])


def test_a_mistake_in_a_wave_file_is_told(run: Run, survey: str) -> None:
    Path("bad.toml").write_text('survey = "erenhot"\nname = "x"\n[columns]\nk99 = "a"\n', encoding="utf-8")
    assert "k99" in run("score", survey, "-w", "bad.toml", code=1).stderr
    Path("none.toml").write_text('name = "x"\n', encoding="utf-8")
    assert "does not name a survey" in run("score", survey, "-w", "none.toml", code=1).stderr


@pytest.mark.parametrize("ending", some(["csv", "tsv", "xlsx", "parquet", "sav", "zsav", "dta"]))
def test_scores_are_the_same_from_every_ending(run: Run, survey: str, ending: str) -> None:
    run("score", survey, "-o", f"scored.{ending}")
    arguments = ("--mean", "total", "--margins", "2025", "--format", "json")
    direct = records(run("estimate", survey, *arguments))[0]
    again = records(run("estimate", f"scored.{ending}", *arguments))[0]
    assert again["estimate"] == pytest.approx(direct["estimate"], rel=1e-9)
    assert again["se"] == pytest.approx(direct["se"], rel=1e-9)


def test_a_match_is_shown_where_the_wave_cannot_be_told(run: Run) -> None:
    Path("x.csv").write_text("age,sex,q1,q2,q3,=A1\n30,1,1,1,2,5\n", encoding="utf-8")
    waves = str(Path(__file__).parent.parent / "files" / "faults" / "two_waves")
    done = run("survey", "match", "x.csv", "-i", waves)
    assert "2026 or 2028" in done.stdout and "matched as in wave 2028" in done.stdout
    assert "2026 or 2028" in run("score", "x.csv", "-i", waves, code=1).stderr
