"""Distributions of answers of a file read block by block: the table of the whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli.group import main
from literacy.files import open_table
from literacy.kernels.design import rank_summaries
from literacy.workflow.samples import DesignOptions
from literacy.workflow.streaming.streamed_tabulation import AskedAnswers, tabulate_file
from tests.conftest import some
from tests.workflow.test_block_commands import run, same_in_blocks

ANSWERS: dict[str, list[str]] = {
    "items with the key": ["k01", "k02", "--key"],
    "several answers": ["channel_sources", "--by", "sex"],
    "a number": ["age", "--by", "group"],
    "patterns": ["visit_*", "--of", "answered", "--ci", "beta"],
    "margins": ["channel_main", "--margins", "2025", "--level", "0.9"],
    "a recode and a domain": ["education_three", "k03", "--where", "sex=2"],
    "replicates": ["k01", "age", "--replicates", "jackknife"],
}
SCORED = {
    "marks": ["k01_correct", "tier", "--by", "group"],
    "points": ["total", "n_answered", "--margins", "2025"],
    "several answers": ["channel_sources", "--where", "sex=1"],
}
PLAIN = {
    "numbers and texts": ["few", "income", "town"],
    "truths by town": ["yes", "--by", "town", "--of", "answered"],
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """Answers, scored rows and a plain table in a format."""
    place = tmp_path_factory.mktemp("tabulated")
    raw = lit.sample_data("erenhot_2025.sav")

    def find(kind: str, form: str) -> str:
        path = place / f"{kind}.{form}"
        if kind == "answers" and form == "sav":
            return str(raw)
        if not path.exists():
            rng = np.random.default_rng(3)
            n = 1700
            plain = pd.DataFrame(
                {
                    "few": rng.choice([1.0, 2, 3, np.nan], n), "income": rng.gamma(2, 900, n).round(0),
                    "town": rng.choice(["b", "a", "镇"], n), "yes": rng.integers(0, 2, n),
                    "w": rng.uniform(0, 2, n).round(1),
                }
            )  # fmt: skip
            frame = {
                "answers": lambda: lit.read_table(raw),
                "scored": lambda: lit.score(lit.read(raw, "erenhot")).frame,
                "plain": lambda: plain,
            }[kind]()
            lit.write_table(frame, path)
        return str(path)

    return find


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Summaries of few entries, so that quartiles have to be narrowed down."""
    monkeypatch.setattr(rank_summaries, "LEAST", 20)
    monkeypatch.setattr(rank_summaries, "MOST", 20)


CASES = [
    *((f, "answers", name) for name in ANSWERS for f in ("sav", "parquet", "csv")),
    *((f, "scored", name) for name in SCORED for f in ("parquet", "csv")),
    *((f, "plain", name) for name in PLAIN for f in ("csv", "parquet", "sav")),
]


@pytest.mark.parametrize(("form", "kind", "name"), some(CASES, 7))
def test_the_table_is_that_of_the_whole(
    files: Callable[[str, str], str], form: str, kind: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"answers": ANSWERS, "scored": SCORED, "plain": PLAIN}[kind][name]
    design = [] if kind != "plain" else ["--weight", "w"]
    arguments = [
        "tabulate",
        files(kind, form),
        *given,
        *design,
        *(["-i", "erenhot"] if kind != "plain" else []),
    ]
    same_in_blocks(arguments, run(arguments), monkeypatch)


def test_quartiles_are_narrowed_down(
    files: Callable[[str, str], str], crowded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["tabulate", files("plain", "parquet"), "income", "--by", "town", "--weight", "w"]
    same_in_blocks(arguments, run(arguments), monkeypatch)


@pytest.mark.parametrize("lang", some(["zh", "en"], 2))
def test_what_is_printed_is_that_of_the_whole(
    files: Callable[[str, str], str], blocks: Callable[[int], None], lang: str
) -> None:
    command = [
        "tabulate",
        files("answers", "sav"),
        "k01",
        "channel_sources",
        "age",
        "--by",
        "sex",
        "--lang",
        lang,
    ]
    whole = CliRunner().invoke(main, command)
    blocks(300)
    found = CliRunner().invoke(main, command)
    assert whole.exit_code == 0
    assert (found.stdout, found.stderr) == (whole.stdout, whole.stderr)


def test_several_processes_give_the_bytes_of_one(tmp_path: Path) -> None:
    frame = lit.read_table(lit.sample_data("erenhot_2025.sav"))
    cuts = [frame[:500], frame[500:900], frame[900:900], frame[900:]]  # the third has no rows
    for k, part in enumerate(cuts):
        part.reset_index(drop=True).to_parquet(tmp_path / f"{k}.parquet", index=False)
    asked = AskedAnswers(("k01", "age", "channel_sources"), ("sex",))

    def tabulate(rows: int | None, count: int) -> Any:
        with open_table(tmp_path, rows=rows) as file:
            assert file.in_blocks == (rows is not None)
            return tabulate_file(
                file, asked, DesignOptions(), "erenhot", "2025", say=lambda *lines: None, workers=count
            )

    whole, one, two = tabulate(None, 1), tabulate(200, 1), tabulate(200, 2)
    assert one[0] == two[0] == whole[0] and one[1].notes == two[1].notes == whole[1].notes
    pd.testing.assert_frame_equal(one[1].table, two[1].table, check_exact=True)
    pd.testing.assert_frame_equal(one[1].table, whole[1].table, rtol=1e-12)


def test_a_kind_of_no_answer_that_nobody_gave_is_no_level(
    tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    frame = lit.read_table(lit.sample_data("erenhot_2025.sav"))
    frame.loc[~frame["k01"].isin([1, 2]), "k01"] = 2
    frame.loc[1300, "k01"] = np.nan
    frame.to_parquet(tmp_path / "t.parquet", index=False)
    command = ["tabulate", str(tmp_path / "t.parquet"), "k01", "-i", "erenhot", "-w", "2025"]
    whole = run(command)
    blocks(350)
    found = run(command)
    assert found["level"].tolist() == whole["level"].tolist() == ["1", "2", "skipped"]


VANDAL: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "infinite": (lambda d: d.assign(income=d["income"].where(d.index != 900, np.inf)), "income"),
    "weights of nothing": (lambda d: d.assign(w=0.0), "income"),
    "not there": (lambda d: d, "incom"),
}


@pytest.mark.parametrize("name", VANDAL)
def test_what_cannot_be_tabulated_is_one_error_as_of_the_whole(
    files: Callable[[str, str], str], tmp_path: Path, blocks: Callable[[int], None], name: str
) -> None:
    change, question = VANDAL[name]
    change(pd.read_parquet(files("plain", "parquet"))).to_parquet(tmp_path / "t.parquet", index=False)
    command = ["tabulate", str(tmp_path / "t.parquet"), question, "--weight", "w"]
    whole = CliRunner().invoke(main, command)
    blocks(400)
    found = CliRunner().invoke(main, command)
    assert found.exit_code == whole.exit_code == 1
    assert found.stderr.splitlines()[-3:] == whole.stderr.splitlines()[-3:]


def test_a_table_of_two_rows(tmp_path: Path, blocks: Callable[[int], None]) -> None:
    pd.DataFrame({"income": [3.0, 4.0], "w": [2.0, 1.0]}).to_parquet(tmp_path / "t.parquet")
    command = ["tabulate", str(tmp_path / "t.parquet"), "income", "--weight", "w"]
    whole = CliRunner().invoke(main, command)
    blocks(10)
    found = CliRunner().invoke(main, command)
    assert (found.exit_code, found.stdout) == (whole.exit_code, whole.stdout)


def test_a_question_without_a_value_is_refused(tmp_path: Path, blocks: Callable[[int], None]) -> None:
    pd.DataFrame({"town": [None] * 50, "y": 1, "w": 1.0}).astype({"town": "str"}).to_parquet(
        tmp_path / "t.parquet"
    )
    blocks(20)
    found = CliRunner().invoke(main, ["tabulate", str(tmp_path / "t.parquet"), "town", "--weight", "w"])
    assert found.exit_code == 1 and "estimate.variable" in found.stderr
