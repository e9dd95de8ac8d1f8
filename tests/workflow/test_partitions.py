"""A folder with a fault: the right answer, or one error that names the file; nothing half-written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.errors import LiteracyError
from literacy.files import open_table
from literacy.workflow.recipes import Steps
from literacy.workflow.samples import DesignOptions, need
from literacy.workflow.streaming.streamed_estimates import Asked, answer_file
from literacy.workflow.streaming.streamed_weighting import weight_blocks

OPTIONS = DesignOptions(weight="w", strata="h", psu=("u",))
SHARE = Asked("proportion", ("y",), {"by": ["edu"]})
BAD = "2"


def quiet(*lines: object) -> None:
    """Say nothing."""


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    n = 600
    return pd.DataFrame(
        {
            "w": rng.uniform(1, 2, n).round(3), "h": rng.integers(0, 4, n), "u": rng.integers(0, 7, n),
            "y": rng.integers(0, 2, n), "edu": rng.integers(1, 4, n),
        }
    )  # fmt: skip


@pytest.fixture
def folder(
    table: pd.DataFrame, tmp_path: Path
) -> Callable[[str, Callable[[pd.DataFrame], pd.DataFrame]], Path]:
    """Four files, the third of which was changed."""

    def make(ending: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
        place = tmp_path / "parts"
        place.mkdir()
        for k, rows in enumerate(np.array_split(np.arange(len(table)), 4)):
            part = table.iloc[rows].reset_index(drop=True)
            lit.write_table(change(part) if str(k) == BAD else part, place / f"{k}.{ending}")
        return place

    return make


def estimate(path: Path, asked: Asked = SHARE) -> lit.Estimate:
    with open_table(path, rows=80) as file:
        wanted = need(OPTIONS, ["y", "edu"])
        ((_, _, (made,)),) = answer_file(
            file, [asked], OPTIONS, None, None, ("",), False, wanted, ".", say=quiet
        )
    assert isinstance(made, lit.Estimate)
    return made


def weight(path: Path, out: Path) -> None:
    margins = path.parent / "margins.csv"
    margins.write_text("table,level,total\nedu,1,300\nedu,2,310\nedu,3,290\n")
    options = DesignOptions(weight="w", strata="h", psu=("u",), steps=Steps(margins=str(margins)))
    with open_table(path, rows=80) as file:
        weight_blocks(file, str(out), out.suffix[1:], options, None, None, "", False, ".", say=quiet)


CHANGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "a column is missing": lambda d: d.drop(columns="y"),
    "a column is called otherwise": lambda d: d.rename(columns={"y": "answer"}),
    "words in place of numbers": lambda d: d.assign(y="yes"),
    "moments in place of numbers": lambda d: d.assign(y=pd.Timestamp("2025-01-01")),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_other_columns_or_types_are_one_error_that_names_the_file(
    folder: Callable[..., Path], ending: str, change: str, tmp_path: Path
) -> None:
    path = folder(ending, CHANGES[change])
    for work in (lambda: estimate(path), lambda: weight(path, tmp_path / "out.csv")):
        with pytest.raises(LiteracyError) as error:
            work()
        assert f"{BAD}.{ending}" in f"{error.value.where} {error.value.what}"
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_file_without_rows_changes_nothing(
    folder: Callable[..., Path], table: pd.DataFrame, ending: str, tmp_path: Path
) -> None:
    path = folder(ending, lambda d: d.iloc[:0])
    rows = [r for k, r in enumerate(np.array_split(np.arange(len(table)), 4)) if str(k) != BAD]
    kept = table.iloc[np.concatenate(rows)].reset_index(drop=True)
    sample = lit.Sample(kept, lit.Design(weight="w", strata="h", psu="u"))
    for made, whole in (
        (estimate(path), lit.proportion(sample, "y", by="edu")),
        (estimate(path, Asked("mean", ("y",), {"by": ["edu"]})), lit.mean(sample, "y", by="edu")),
    ):
        assert made.names == whole.names
        assert np.allclose(made.estimate, whole.estimate, rtol=1e-12)
        assert np.allclose(made.se, whole.se, rtol=1e-12)
    weight(path, tmp_path / "out.csv")
    assert len(pd.read_csv(tmp_path / "out.csv")) == len(kept)


def test_a_damaged_file_leaves_nothing_written_and_the_old_file_as_it_was(
    folder: Callable[..., Path], tmp_path: Path
) -> None:
    path = folder("parquet", lambda d: d)
    bad = path / f"{BAD}.parquet"
    body = bytearray(bad.read_bytes())
    body[4:1000] = b"\xff" * 996
    bad.write_bytes(bytes(body))
    out = tmp_path / "out.csv"
    out.write_text("old\n1\n")
    before = sorted(p.name for p in tmp_path.iterdir())
    with pytest.raises(LiteracyError) as error:
        weight(path, out)
    assert error.value.code == "io.damaged" and bad.name in error.value.where
    assert out.read_text() == "old\n1\n"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "margins.csv") == before


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_a_disk_that_is_full_midway_leaves_nothing(table: pd.DataFrame, tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    pd.concat([table] * 30).to_csv(big, index=False)
    out = tmp_path / "out.csv"
    out.write_text("old\n1\n")
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom tests.workflow.test_partitions import weight\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"weight(Path({str(big)!r}), Path({str(out)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "[io.write]" in done.stderr or "io.write" in done.stderr
    assert out.read_text() == "old\n1\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["big.csv", "margins.csv", "out.csv"]
