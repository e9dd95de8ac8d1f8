"""Columns of very many levels: an answer in time, or a refusal that names the limit."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from literacy.cli.group import main
from literacy.estimation.core.totals import MANY_DOMAINS
from literacy.estimation.models.predictors import COEFFICIENTS
from literacy.files import readers, tablefile
from literacy.workflow.streaming import streamed_rows

DESIGN = ["--weight", "w", "--psu", "u"]
REFUSED: dict[str, tuple[list[str], str]] = {
    "by numbers": (["estimate", "--share", "y", "--by", "number"], f"at most {MANY_DOMAINS} are allowed"),
    "by texts": (["estimate", "--mean", "x", "--by", "place"], f"at most {MANY_DOMAINS} are allowed"),
    "2,000 levels": (
        ["model", "--outcome", "x", "--on", "factor(place2000)"],
        f"2,000 levels; the model would have 1,999 coefficients\n  fix: at most {COEFFICIENTS} coefficients",
    ),
    "2,000 texts": (["model", "--outcome", "x", "--on", "place2000"], "2000 different non-numeric values"),
    "every row a level": (
        ["model", "--outcome", "y", "--on", "factor(place)", "--family", "logistic"],
        "levels",
    ),
}


def write(path: Path, rows: int) -> Path:
    rng = np.random.default_rng(1)
    pd.DataFrame(
        {
            "y": rng.integers(0, 2, rows), "x": rng.normal(size=rows), "w": 1.5, "u": rng.integers(0, 50, rows),
            "number": np.arange(rows), "place": [f"p{i}" for i in range(rows)],
            "place2000": [f"p{i % 2000}" for i in range(rows)],
            "few": [f"p{i % (COEFFICIENTS + 1)}" for i in range(rows)],
        }
    ).to_parquet(path, index=False)  # fmt: skip
    return path


def refused_in(seconds: float, path: Path, name: str) -> None:
    (command, *rest), text = REFUSED[name]
    began = time.process_time()
    done = CliRunner().invoke(main, [command, str(path), *rest, *DESIGN])
    assert done.exit_code == 1 and text in done.stderr, done.stderr
    assert time.process_time() - began < seconds


@pytest.mark.parametrize("small", [0, 1 << 40], ids=["blocks", "whole"])
@pytest.mark.parametrize("name", REFUSED)
def test_many_levels_are_refused(
    name: str, small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "SMALL", small)
    for module in (readers, tablefile):  # blocks none of which has too many levels
        monkeypatch.setattr(module, "ROWS", 250)
    monkeypatch.setattr(streamed_rows, "CELLS", 0)
    refused_in(20, write(tmp_path / "a.parquet", 12_000), name)


@pytest.mark.search
@pytest.mark.parametrize("name", REFUSED)
def test_a_million_levels_are_refused_in_seconds(name: str, tmp_path: Path) -> None:
    refused_in(20, write(tmp_path / "a.parquet", 1_000_000), name)


@pytest.mark.search
@pytest.mark.parametrize("family", ["linear", "logistic"])
def test_as_many_levels_as_are_allowed_are_answered_in_time(family: str, tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", 60_000)
    began = time.process_time()
    done = CliRunner().invoke(
        main,
        ["model", str(path), "--outcome", "y", "--on", "factor(few)", "--family", family, *DESIGN, "--format", "csv"],
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert len(done.stdout.splitlines()) == COEFFICIENTS + 2  # heading and intercept
    assert time.process_time() - began < 20
