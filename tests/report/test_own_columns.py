"""A column of the user's data keeps its name for readers, although a column of a result is named so too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy._readable import NAMED, own_heading, readable
from literacy.cli.group import main
from literacy.errors import LiteracyError
from literacy.estimation.core.joined_results import Joined
from literacy.messages import speak, tell_column
from literacy.report.tables.publication import write_table
from tests.messages.extraction import read_catalogue

TRANSLATED = sorted({m.id for m in read_catalogue() if m.context == "column" and str(m.id).isidentifier()})
"""Names of columns that the catalogue has a heading for."""


def make_sample(by: str) -> lit.Sample:
    rng = np.random.default_rng(3)
    n = 40
    frame = pd.DataFrame({by: rng.choice(["mean", "yes"], n), "outcome_": rng.integers(0, 2, n)})
    return lit.Sample(frame, lit.Design())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_domain_keeps_the_name_and_the_words_of_its_column(lang: str) -> None:
    assert len(TRANSLATED) > 200
    refused = 0
    for name in TRANSLATED:
        try:
            made = lit.proportion(make_sample(name), "outcome_", by=name)
        except LiteracyError:
            refused += 1
            continue
        for result in (made, Joined((("", made), ("", made)), several=False)):
            shown = result.for_readers(result.to_frame(), lang)
            if name in NAMED:
                continue
            assert shown.columns[0] == name
            assert set(shown[name]) == {"mean", "yes"}
    assert refused < 30  # names that every table of results has are refused before


def test_names_that_surveys_use_are_translated() -> None:
    made = lit.proportion(make_sample("sex"), "outcome_", by="sex")
    assert made.for_readers(made.to_frame(), "zh").columns[0] == "性别"
    assert own_heading("sex", "zh") == "性别" and tell_column("b", "zh") != "b" == own_heading("b", "zh")


def test_headings_of_results_stay_translated_beside_own_columns() -> None:
    frame = pd.DataFrame({"b": ["x"], "a": [0.5]})
    assert list(readable(frame, "zh", "number", own={"b"}).columns) == ["b", tell_column("a", "zh")]


def test_titles_and_cells_name_a_variable_as_the_file_does(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"b": rng.integers(1, 3, 60), "rate": rng.random(60), "share": rng.random(60)})
    path = tmp_path / "t.csv"
    table.to_csv(path, index=False)
    asked = ["estimate", str(path), "--mean", "rate", "--by", "b", "--lang", "zh"]
    said = CliRunner().invoke(main, asked, catch_exceptions=False).stdout
    title, heads, first = said.splitlines()[:3]
    assert title == "均值：rate，按 b"
    assert heads.split()[0] == "b" and first.split()[1] == "rate"
    both = CliRunner().invoke(main, [*asked, "--mean", "share"], catch_exceptions=False).stdout.splitlines()
    assert both[0].split()[0] == "b" and {line.split()[1] for line in both[1:5]} == {"rate", "share"}


def test_a_scored_wave_has_the_names_of_scoring() -> None:
    sample = lit.Sample(lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot")))
    with speak("zh"):
        assert (
            str(lit.mean(sample, "total", by="sex")).splitlines()[0].startswith("均值：科学素质得分，按 性别")
        )


def test_own_columns_of_written_tables_keep_their_names(tmp_path: Path) -> None:
    sample = make_sample("b")
    with speak("zh"):
        sample.to_excel(tmp_path / "s.xlsx")
    sheets = pd.read_excel(tmp_path / "s.xlsx", sheet_name=None, engine="calamine")
    heads = [list(map(str, sheet.columns)) for sheet in sheets.values()]
    assert sum("b" in head for head in heads) == 2  # the data, and the table for readers
    assert not any(tell_column("b", "zh") in head for head in heads)
    publication = lit.proportion(sample, "outcome_", by="b")
    write_table(publication, tmp_path / "p.csv", lang="zh")
    assert (tmp_path / "p.csv").read_text(encoding="utf-8-sig").startswith("b,")
