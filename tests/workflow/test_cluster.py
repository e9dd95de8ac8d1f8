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
from literacy.workflow.samples import DesignOptions
from literacy.workflow.streaming.cluster import DaskCrew, open_crew
from literacy.workflow.streaming.errands import Errand
from literacy.workflow.streaming.processes import LocalCrew
from literacy.workflow.streaming.processors import PAYS, choose_number
from literacy.workflow.streaming.streamed_answers import open_rows
from literacy.workflow.streaming.streamed_estimates import Asked
from literacy.workflow.streaming.streamed_samples import AskAll, BlockSample, Work

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


@pytest.fixture(scope="module", params=["processes", "dask"])
def crew(request: pytest.FixtureRequest) -> Iterator[DaskCrew | LocalCrew]:
    """Two processes of this machine; and two of a Dask cluster."""
    if request.param == "processes":
        with open_crew(2) as made:
            assert isinstance(made, LocalCrew)
            yield made
        return
    if WITHOUT:
        pytest.skip("dask[distributed] is not installed (extra: cluster)")
    distributed: Any = importlib.import_module("distributed")
    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": "127.0.0.1:0"}
    local = distributed.LocalCluster(n_workers=2, **options)
    with local, open_crew(address=local.scheduler_address) as made:
        assert isinstance(made, DaskCrew)
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


def test_two_processes_give_the_bytes_of_one(folder: Path, crew: DaskCrew | LocalCrew) -> None:
    assert same(answers(folder, None), answers(folder, crew))


@pytest.mark.search
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


def test_a_killed_worker_is_survived(folder: Path, crew: DaskCrew | LocalCrew, tmp_path: Path) -> None:
    with open_table(folder, rows=150) as file:
        rows = open_rows(file, None, None, "", False, Needed(), ".", say=lambda *lines: None)
        sample = BlockSample(file, rows, OPTIONS, crew=crew)
        calm = AskAll(ASKED)
        found = sample.gather(Deadly(calm, str(tmp_path / "mark")))
    assert (tmp_path / "mark").exists()
    whole = answers(folder, None)
    assert same([lit.finish(t) for t in found.found], whole)


def test_processes_killed_before_their_first_share_are_survived(folder: Path) -> None:
    with open_crew(2) as two:
        assert isinstance(two, LocalCrew)
        for process in list(two._pool._processes.values()):
            process.kill()
            process.join()
        assert same(answers(folder, two), answers(folder, None))


@dataclass(frozen=True, slots=True)
class Hopeless:
    """Questions that end every process that asks them."""

    def find(self, block: lit.Sample) -> tuple[Any, ...]:
        os._exit(9)


def test_processes_lost_again_and_again_are_one_error(folder: Path) -> None:
    with open_table(folder, rows=150) as file, open_crew(2) as two:
        rows = open_rows(file, None, None, "", False, Needed(), ".", say=lambda *lines: None)
        with pytest.raises(LiteracyError) as error:
            BlockSample(file, rows, OPTIONS, crew=two).gather(Hopeless())
    assert error.value.code == "cluster.lost"


def test_a_second_process_is_started_only_where_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda of: {0, 1, 2}, raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (0.4, 0.0, 0.0), raising=False)
    assert choose_number(PAYS * 1e6, 5) == 2
    assert choose_number(PAYS * 1e6 - 1, 5) == choose_number(PAYS * 1e6, 1) == 1
    monkeypatch.setattr(os, "getloadavg", lambda: (2.6, 0.0, 0.0), raising=False)
    assert choose_number(PAYS * 1e6, 5) == 1
    monkeypatch.setattr(os, "getloadavg", lambda: (0.0, 0.0, 0.0), raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda of: {0}, raising=False)
    assert choose_number(PAYS * 1e6, 5) == 1


def test_a_damaged_share_is_one_error_that_names_it(
    folder: Path, crew: DaskCrew | LocalCrew, tmp_path: Path
) -> None:
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
    with pytest.raises(LiteracyError) as error, open_crew(address="tcp://nowhere:1"):
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
