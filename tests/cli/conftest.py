"""Run commands as a user would, in a folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import literacy
from literacy.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("score", "survey.sav")`` in an empty folder; the result has stdout, stderr and exit_code."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, code: int = 0, **more: Any) -> Result:
        result = CliRunner().invoke(main, list(arguments), **more)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, f"exit {result.exit_code}\n{result.stdout}\n{result.stderr}"
        return result

    return call


@pytest.fixture
def survey(run: Run, tmp_path: Path) -> str:
    """The sample wave of 2025 as ``survey.sav``."""
    (tmp_path / "survey.sav").write_bytes(literacy.sample_data("erenhot_2025.sav").read_bytes())
    return "survey.sav"


def records(result: Result) -> list[dict[str, Any]]:
    """The JSON a command printed."""
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    return rows
