"""Whole commands on a file read block by block, by one process or several: the numbers of the whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.answers import parts
from literacy.cli.group import main
from literacy.files import open_table, readers, tablefile
from literacy.workflow.streaming import streamed_answers, streamed_rows
from tests.conftest import some

COMMANDS: dict[str, list[str]] = {
    "estimate": ["estimate", "2025", "--share", "literate", "--by", "group"],
    "estimate total": ["estimate", "2025", "--mean", "total", "--by", "sex"],
    "compare": ["compare", "2023", "2025", "--share", "literate", "--by", "group"],
    "compare tiers": ["compare", "2025", "2023", "--share", "tier", "--by", "sex"],
    "compare means": ["compare", "2023", "2025", "--mean", "total", "--margins", "auto"],
    "project": ["project", "2025", "2023", "--margins", "auto", "--goal", "2027=0.15", "--show", "since"],
}
RAW: dict[str, list[str]] = {
    "recode": ["--share", "literate", "--by", "education_three"],
    "mark": ["--share", "k01_correct", "--by", "sex"],
    "answer": ["--share", "k01", "--by", "residence"],
    "option of several": ["--share", "channel_sources_1", "--by", "group"],
    "item": ["--share", "channel_main", "--where", "sex=2"],
    "quantile": ["--quantile", "total@0.3", "--by", "sex"],
    "two standards": ["--share", "literate", "--standard", "cast100", "--standard", "benchmark2016"],
    "kinds": ["--mean", "n_answered"],
    "everything": ["--share", "literate", "--margins", "2025", "--by", "sex"],
}
KEPT = tablefile.TableFile.blocks
FORMATS = ("sav", "zsav", "csv", "parquet")


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """Two waves, scored, in a format; a file of answers in the first."""
    place = tmp_path_factory.mktemp("waves")

    def find(year: str, form: str) -> str:
        raw = lit.sample_data(f"erenhot_{year}.sav")
        if form == "sav":
            return str(raw)
        path = place / f"erenhot_{year}.{form}"
        if not path.exists():
            lit.write_table(lit.score(lit.read(raw, "erenhot")).frame, path)
        return str(path)

    return find


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The wave of 2025 as answers, not scored."""
    place = tmp_path_factory.mktemp("answers")
    raw = lit.sample_data("erenhot_2025.sav")

    def find(form: str) -> str:
        path = place / f"answers_2025.{form}"
        if not path.exists():
            frame = lit.read_table(raw)
            lit.write_table(frame, path)
        return str(raw) if form == "sav" else str(path)

    return find


def run(arguments: list[str]) -> pd.DataFrame:
    done = CliRunner().invoke(main, [*arguments, "--format", "csv"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return pd.read_csv(io.StringIO(done.stdout))


def same_in_blocks(arguments: list[str], whole: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command on blocks of two sizes gives the table of the whole."""
    for rows in (307, 800):
        monkeypatch.setattr(readers, "SMALL", 0)
        for module in (readers, tablefile):
            monkeypatch.setattr(module, "ROWS", rows)
        for module in (streamed_rows, streamed_answers, parts):
            monkeypatch.setattr(module, "CELLS", 0)
        seen: list[bool] = []

        def blocks(
            self: tablefile.TableFile, *given: object, seen: list[bool] = seen, **more: object
        ) -> object:
            seen.append(self.in_blocks)
            return KEPT(self, *given, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(tablefile.TableFile, "blocks", blocks)
        found = run(arguments)
        monkeypatch.undo()
        assert seen and all(seen)
        assert list(found.columns) == list(whole.columns)
        for column in whole.columns:
            one, two = whole[column], found[column]
            if pd.api.types.is_float_dtype(one):
                size = max(1.0, float(one.abs().max()))
                assert np.allclose(one, two, rtol=1e-12, atol=1e-12 * size, equal_nan=True), column
            else:
                assert one.tolist() == two.tolist(), column


@pytest.mark.parametrize("form", some(list(FORMATS), 2))
@pytest.mark.parametrize("name", some(list(COMMANDS), 4))
def test_a_command_in_blocks_gives_the_numbers_of_the_whole(
    waves: Callable[[str, str], str], name: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = [waves(a, form) if a in ("2023", "2025") else a for a in COMMANDS[name]]
    whole = run(arguments)
    same_in_blocks(arguments, whole, monkeypatch)


@pytest.mark.parametrize("form", some(["sav", "csv", "parquet"], 2))
@pytest.mark.parametrize("name", some(list(RAW), 5))
def test_answers_scored_in_blocks_give_the_numbers_of_the_whole(
    answers: Callable[[str], str], name: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["estimate", answers(form), *RAW[name], "-i", "erenhot", "-w", "2025"]
    same_in_blocks(arguments, run(arguments), monkeypatch)


def test_a_column_that_is_not_there_is_refused_in_the_words_of_the_whole(
    answers: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["estimate", answers("csv"), "--share", "channel_source_1", "--by", "sexx", "-i", "erenhot"]
    whole = CliRunner().invoke(main, arguments)
    monkeypatch.setattr(readers, "SMALL", 0)
    for module in (readers, tablefile):
        monkeypatch.setattr(module, "ROWS", 307)
    found = CliRunner().invoke(main, arguments)
    assert whole.exit_code == found.exit_code == 1
    assert whole.stderr.splitlines()[-3:] == found.stderr.splitlines()[-3:]


@pytest.mark.parametrize("workers", some([2, 4], 2))
def test_answers_scored_by_several_processes_give_the_bytes_of_one(tmp_path: Path, workers: int) -> None:
    frame = lit.read_table(lit.sample_data("erenhot_2025.sav"))
    folder = tmp_path / "answers"
    folder.mkdir()
    for k, rows in enumerate(np.array_split(np.arange(len(frame)), 5)):
        lit.write_table(frame.iloc[rows].reset_index(drop=True), folder / f"{k}.parquet")
    from literacy.files import open_table
    from literacy.workflow.samples import DesignOptions, need
    from literacy.workflow.streaming.streamed_estimates import Asked, answer_file

    asked = (
        Asked("proportion", ("literate",), {"by": ["group"]}),
        Asked("mean", ("total",), {"by": ["sex"]}),
    )

    def answer(count: int) -> list[pd.DataFrame]:
        with open_table(folder, rows=100) as file:
            needed = need(DesignOptions(), ("literate", "total", "group", "sex"))
            ((_, _, found),) = answer_file(
                file, asked, DesignOptions(), "erenhot", "2025", ("",), False, needed, ".",
                say=lambda *lines: None, workers=count,
            )  # fmt: skip
        return [e.to_frame() for e in found]

    for one, two in zip(answer(1), answer(workers), strict=True):
        assert one.equals(two)


@pytest.mark.parametrize(
    "command",
    some([
        ["tabulate", "k01", "--margins", "2025", "--trim-upper", "3"],
        ["model", "--outcome", "literate", "--on", "sex", "--replicates", "jackknife"],
        ["estimate", "--test", "ranks:total:sex"], ["items"],
    ]),
)  # fmt: skip
def test_a_command_that_holds_all_rows_says_so(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "w.parquet")
    numbers, _ = pyreadstat.read_sav(lit.sample_data("erenhot_2025.sav"), user_missing=True)
    numbers.convert_dtypes().to_parquet(path, index=False)
    name, *rest = command
    for small in (1 << 23, 0):
        monkeypatch.setattr(readers, "SMALL", small)
        done = CliRunner().invoke(main, [name, path, *rest])
        assert not done.exit_code, done.output
        assert ("all rows are held in memory" in done.stderr) == (not small), done.stderr


def test_cells_to_be_held_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SMALL", 0)
    pd.DataFrame({"y": range(9000), "d": [1, 2] * 4500, "w": 1.0}).to_parquet(tmp_path / "t.parquet")
    command = ["estimate", str(tmp_path / "t.parquet"), "--test", "means:y:d", "--weight", "w"]
    with open_table(tmp_path / "t.parquet") as file:
        assert file.count_cells() == 27_000
    said = CliRunner().invoke(main, command).stderr
    assert "0 million cells" in said


REGRESSED: dict[str, list[str]] = {
    "products": ["total", "--on", "C(sex)*age", "--where", "group_youth=1"],
    "means": ["literate", "--on", "residence", "--on", "age", "--family", "logistic", "--means", "residence"],
    "ordinal": ["tier", "--on", "sex", "--on", "age", "--family", "ordinal"],
    "weighted": ["k01_correct", "--on", "education_three", "--margins", "2025", "--effects"],
}


@pytest.mark.parametrize("form", some(["sav", "parquet", "csv"]))
@pytest.mark.parametrize("name", some(REGRESSED, 4))
def test_a_model_of_answers_in_blocks_is_that_of_the_whole(
    answers: Callable[[str], str], name: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["model", answers(form), "--outcome", *REGRESSED[name]]
    same_in_blocks(arguments, run(arguments), monkeypatch)
