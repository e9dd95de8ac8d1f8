"""Bad input: one clear message, exit 1, nothing written, no respondent shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import literacy
from tests.cli.conftest import Run


def refused(result: object, tmp_path: Path, *words: str) -> str:
    """The message, checked: has the words, says how to fix, is no traceback, and no OUT was written."""
    text: str = result.stderr  # type: ignore[attr-defined]
    for word in words:
        assert word in text, f"{word!r} is not in:\n{text}"
    assert "fix:" in text and "Traceback" not in text
    assert text.count("fix:") == 1
    assert not list(tmp_path.glob("out*"))
    return text


def plain(tmp_path: Path, **columns: object) -> str:
    """A small plain table of three strata."""
    frame = pd.DataFrame(
        {"y": np.arange(12.0), "w": 1.0, "h": list("aaaabbbbcccc"), "u": range(12), "sex": [1, 2] * 6}
    ).assign(**columns)
    frame.to_csv(tmp_path / "plain.csv", index=False)
    return "plain.csv"


def test_a_truncated_sav(run: Run, survey: str, tmp_path: Path) -> None:
    whole = (tmp_path / survey).read_bytes()
    for part in (0.02, 0.5, 0.99):
        (tmp_path / "cut.sav").write_bytes(whole[: int(len(whole) * part)])
        refused(run("score", "cut.sav", "-i", "erenhot", "-o", "out.csv", code=1), tmp_path, "cut.sav")


def test_a_text_file_named_sav(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.sav").write_text("just some words\n", encoding="utf-8")
    refused(run("score", "notes.sav", "-i", "erenhot", "-o", "out.csv", code=1), tmp_path, "notes.sav")


def test_an_empty_a_missing_file_and_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.sav").write_bytes(b"")
    (tmp_path / "folder.sav").mkdir()
    for name in ("empty.sav", "nowhere.sav", "folder.sav"):
        refused(run("score", name, "-i", "erenhot", "-o", "out.csv", code=1), tmp_path, name)


def test_a_file_of_another_survey(run: Run, survey: str, tmp_path: Path) -> None:
    text = refused(
        run("score", survey, "-i", "gss-science", "-o", "out.csv", code=1), tmp_path, "hotcore", "erenhot"
    )
    assert "8 " in text


def test_an_unknown_answer_code(run: Run, survey: str, tmp_path: Path) -> None:
    import pyreadstat

    frame, meta = pyreadstat.read_sav(str(tmp_path / survey), user_missing=True)
    frame.loc[[3, 5, 8], "k23"] = 7.0
    pyreadstat.write_sav(frame, str(tmp_path / "odd.sav"), variable_value_labels=meta.variable_value_labels)
    refused(run("score", "odd.sav", "-i", "erenhot", "-o", "out.csv", code=1), tmp_path, "k23", "7", "3")


@pytest.mark.parametrize("bad", [np.nan, -1.0])
def test_a_missing_or_negative_weight(run: Run, tmp_path: Path, bad: float) -> None:
    file = plain(tmp_path, w=[bad] + [1.0] * 11)
    result = run("estimate", file, "--mean", "y", "--weight", "w", "-o", "out.csv", code=1)
    refused(result, tmp_path, "w", "1 missing" if np.isnan(bad) else "1 negative")


def test_a_stratum_with_one_psu(run: Run, tmp_path: Path) -> None:
    file = plain(tmp_path, h=list("aaaabbbbcccd"))
    arguments = ("estimate", file, "--mean", "y", "--weight", "w", "--strata", "h", "--psu", "u")
    text = refused(run(*arguments, "-o", "out.csv", code=1), tmp_path, "'d'")
    assert all(rule in text for rule in ("adjust", "average", "certainty", "remove"))
    assert "y" in run(*arguments, "--lonely-psu", "adjust").stdout


def margins(tmp_path: Path, *rows: str) -> str:
    (tmp_path / "m.csv").write_text("table,level,total\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return "m.csv"


def test_margins_with_a_level_nobody_holds(run: Run, tmp_path: Path) -> None:
    file = plain(tmp_path)
    name = margins(tmp_path, "sex,1,50", "sex,2,40", "sex,3,10")
    result = run("weight", file, "--weight", "w", "--margins", name, "-o", "out.csv", code=1)
    refused(result, tmp_path, "sex", "3")


def test_margins_that_cannot_be_met(run: Run, tmp_path: Path) -> None:
    """Nobody of sex 1 lives outside a and b, yet the margins want more of c and d than there are of sex 2."""
    file = plain(tmp_path, h=list("abababababcc"), sex=[1, 1] * 5 + [2, 2])
    name = margins(tmp_path, "sex,1,50", "sex,2,50", "h,a,30", "h,b,40", "h,c,30")
    result = run("weight", file, "--weight", "w", "--margins", name, "-o", "out.csv", code=1)
    refused(result, tmp_path, "sex", "h")


def test_margins_whose_totals_differ(run: Run, tmp_path: Path) -> None:
    name = margins(tmp_path, "sex,1,500", "sex,2,500", "h,a,300", "h,b,400", "h,c,310")
    refused(
        run("weight", plain(tmp_path), "--weight", "w", "--margins", name, "-o", "out.csv", code=1),
        tmp_path,
        "1,010",
    )


def test_an_unknown_key_in_margins_and_goals(run: Run, survey: str, tmp_path: Path) -> None:
    import shutil

    from literacy._resources import surveys_dir

    own = tmp_path / "own"
    shutil.copytree(surveys_dir() / "erenhot", own)
    text = (own / "margins" / "2025.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(
        text.replace('universe = "adults"', 'univers = "adults"'), encoding="utf-8"
    )
    result = run("weight", survey, "--margins", "mine.toml", "-o", "out.csv", code=1)
    refused(result, tmp_path, "univers", "did you mean 'universe'")
    goals = own / "goals.toml"
    goals.write_text(
        goals.read_text(encoding="utf-8").replace("\nstrict =", "\nstric =", 1), encoding="utf-8"
    )
    result = run("project", survey, "-i", str(own), "--goal", "2025", "-o", "out.csv", code=1)
    refused(result, tmp_path, "stric", "did you mean 'strict'")
    assert "stric" in run("survey", "check", str(own), code=1).stdout


def test_waves_of_different_standards_are_not_joined(run: Run, tmp_path: Path) -> None:
    for year, standard in ((2023, "cast100"), (2025, "benchmark2016")):
        run(
            "score",
            str(literacy.sample_data(f"erenhot_{year}.sav")),
            "--standard",
            standard,
            "-o",
            f"{year}.csv",
        )
    result = run("project", "2023.csv", "2025.csv", "--goal", "2025", "-o", "out.csv", code=1)
    refused(result, tmp_path, "cast100", "benchmark2016")


def test_usage_is_exit_two(run: Run, survey: str) -> None:
    assert "specify what to estimate" in run("estimate", survey, code=2).stderr
    assert "COLUMN=VALUE" in run("estimate", survey, "--share", "literate", "--where", "sex", code=2).stderr


@pytest.mark.parametrize(
    ("asked", "idle"),
    [
        ("--mean total", "--approximate"),
        ("--share literate --mean total", "--approximate"),
        ("--quantile total@0.5", "--ci beta"),
        ("--mean total --ratio knowledge/total", "--ci beta"),
        ("--quantile total@0.5", "--deff wr"),
        ("--test independence:literate:sex", "--by sex"),
        ("--test independence:literate:sex", "--level 0.9"),
        ("--test means:total:sex", "--suppress 10"),
        ("--test means:total:sex", "--contrast a-b"),
    ],
)
def test_an_option_that_changes_nothing_is_refused(run: Run, survey: str, asked: str, idle: str) -> None:
    told = run("estimate", survey, *asked.split(), *idle.split(), code=2).stderr
    assert f"{idle.split()[0]} changes nothing here" in told
