"""Shares of a file read by other processes: the same bytes, and a lost worker is made good."""

from __future__ import annotations

import importlib.util
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy._merging import merge_tree
from literacy.errors import LiteracyError
from literacy.files import open_table
from literacy.workflow.answerfiles import Needed
from literacy.workflow.cluster import DaskCrew, Errand, open_crew
from literacy.workflow.samples import DesignOptions
from literacy.workflow.streamed_estimates import Asked
from literacy.workflow.streamed_rows import open_rows
from literacy.workflow.streamed_samples import AskAll, BlockSample, Work

WITHOUT = importlib.util.find_spec("distributed") is None
OPTIONS = DesignOptions(weight="w", strata="h", psu=("u",))
ASKED = (Asked("proportion", ("y",), {"by": ["d"]}), Asked("mean", ("s",), {}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six files, one of them without rows."""
    place = tmp_path_factory.mktemp("shares")
    rng = np.random.default_rng(3)
    for k in range(6):
        n = 0 if k == 2 else 400
        table = pd.DataFrame(
            {
                "h": rng.integers(0, 5, n), "u": rng.integers(0, 8, n), "w": rng.uniform(1, 2, n),
                "y": (rng.random(n) < 0.3).astype(int), "d": rng.choice(list("abc"), n), "s": rng.normal(50, 9, n),
            }
        )  # fmt: skip
        lit.write_table(table, place / f"{k}.parquet")
    return place


@pytest.fixture(scope="module")
def crew() -> Iterator[DaskCrew]:
    """Two processes."""
    if WITHOUT:
        pytest.skip("dask[distributed] is not installed (extra: cluster)")
    with open_crew(2) as made:
        assert made is not None
        yield made


def answers(folder: Path, crew: Any, asked: tuple[Asked, ...] = ASKED) -> list[Any]:
    with open_table(folder, rows=150) as file:
        rows = open_rows(file, None, None, "", False, Needed(), ".", say=lambda *lines: None)
        return BlockSample(file, rows, OPTIONS, crew=crew).answer(asked)[0]


@dataclass(frozen=True, slots=True)
class Deadly:
    """Questions that end the first process that asks them."""

    inner: Work
    mark: str

    def find(self, block: lit.Sample) -> tuple[Any, ...]:
        try:
            os.close(os.open(self.mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return self.inner.find(block)
        os._exit(9)


def same(one: list[Any], other: list[Any]) -> bool:
    return all(a.to_frame().equals(b.to_frame()) for a, b in zip(one, other, strict=True))


def test_two_processes_give_the_bytes_of_one(folder: Path, crew: DaskCrew) -> None:
    assert same(answers(folder, None), answers(folder, crew))


@pytest.mark.search
@pytest.mark.skipif(WITHOUT, reason="dask is not installed (extra: cluster)")
def test_four_processes_give_the_bytes_of_one(folder: Path) -> None:
    with open_crew(4) as four:
        assert same(answers(folder, None), answers(folder, four))


def test_nothing_of_dask_is_loaded_unasked(folder: Path) -> None:
    code = (
        "import sys\nfrom literacy.cli import main\n"
        f"command = ['estimate', {str(folder)!r}, '--share', 'y', '--by', 'd', '--weight', 'w', '--psu', 'u']\n"
        "for arguments in (['--help'], command):\n"
        "    try: main(arguments)\n"
        "    except SystemExit as end: assert not end.code, arguments\n"
        "print(sorted(m for m in sys.modules if m.partition('.')[0] in ('dask', 'distributed')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_killed_worker_is_survived(folder: Path, crew: DaskCrew, tmp_path: Path) -> None:
    with open_table(folder, rows=150) as file:
        rows = open_rows(file, None, None, "", False, Needed(), ".", say=lambda *lines: None)
        sample = BlockSample(file, rows, OPTIONS, crew=crew)
        calm = AskAll(ASKED)
        found = sample.gather(Deadly(calm, str(tmp_path / "mark")))
    assert (tmp_path / "mark").exists()
    whole = answers(folder, None)
    assert same([lit.finish(t) for t in found.found], whole)


def test_a_damaged_share_is_one_error_that_names_it(folder: Path, crew: DaskCrew, tmp_path: Path) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    bad = tmp_path / "4.parquet"
    body = bytearray(bad.read_bytes())
    body[4:1500] = b"\xff" * 1496
    bad.write_bytes(bytes(body))
    for some in (None, crew):
        with pytest.raises(LiteracyError) as error:
            answers(tmp_path, some)
        assert error.value.code == "io.damaged" and "4.parquet" in error.value.where


def test_an_errand_needs_no_open_file(folder: Path) -> None:
    with open_table(folder, rows=150) as file:
        rows = open_rows(file, None, None, "", False, Needed(), ".", say=lambda *lines: None)
        looks = rows.looks(file)
        bare = BlockSample(None, rows.alone(), OPTIONS)  # type: ignore[arg-type]
        errand: Errand = pickle.loads(
            pickle.dumps(Errand(str(folder), file.asked, looks, bare, AskAll(ASKED)))
        )
        parts = [errand.run(share) for share in file.shares()]
    assert len(parts) > 5
    made = merge_tree(parts, lambda a, b: a + b)
    assert same([lit.finish(t) for t in made.found], answers(folder, None))


def test_answers_to_a_survey_can_be_sent() -> None:
    with open_table(lit.sample_data("erenhot_2025.sav"), rows=500) as file:
        rows = open_rows(file, "erenhot", None, "", False, Needed(), ".", say=lambda *lines: None)
        bare = BlockSample(None, rows.alone(), DesignOptions())  # type: ignore[arg-type]
        asked = AskAll((Asked("proportion", ("literate",), {}),))
        errand = pickle.loads(pickle.dumps(Errand(file.where, file.asked, rows.looks(file), bare, asked)))
        (share,) = file.shares()
        made = errand.run(share)
    assert made.tally.rows == 1380


def test_the_tree_follows_from_the_number_of_shares_alone() -> None:
    assert merge_tree("abcdefg", lambda a, b: f"({a}{b})") == "(((ab)(cd))((ef)g))"


def test_without_the_extra_one_error_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(LiteracyError) as error, open_crew(2):
        pass
    assert error.value.code == "cluster.missing"


@pytest.mark.search
@pytest.mark.skipif(WITHOUT, reason="dask is not installed (extra: cluster)")
def test_partitions_of_a_dask_table_are_added_where_they_lie(folder: Path) -> None:
    import dask
    import dask.dataframe as dd

    table = lit.read_table(folder)
    design = lit.Design(weight="w", strata="h", psu="u")
    spread = dd.from_pandas(table, npartitions=5, sort=False)
    with dask.config.set(scheduler="synchronous"):
        made = lit.finish(lit.partial(spread, "proportion", "y", design=design, by="d"))
        with pytest.raises(LiteracyError, match=r"partition \d of 5"):
            lit.partial(spread, "mean", "nobody", design=design)
    whole = lit.proportion(lit.Sample(table, design), "y", by="d")
    assert np.allclose(made.estimate, whole.estimate, rtol=1e-12)
    assert np.allclose(made.se, whole.se, rtol=1e-12)
    for door in (lambda: lit.Sample(spread, design), lambda: lit.score(spread)):
        with pytest.raises(LiteracyError, match=r"(?s)Dask.*finish\(partial"):
            door()
