"""No personal value of a file comes out of any command, errors included."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import literacy
from tests.cli.conftest import Run

SECRETS = {
    "姓名": "张小三", "col_a": "13900001234", "证件": "15260219900307123X", "col_b": "10.77.66.55",
    "微信号": "wx_secret77",
}  # fmt: skip


@pytest.fixture
def frame() -> pd.DataFrame:
    whole = literacy.read_table(literacy.sample_data("erenhot_2025.sav")).head(60)
    return whole.assign(**SECRETS)


def leaked(text: str) -> list[str]:
    return [s for s in SECRETS.values() if s in text]


@pytest.mark.parametrize("command", ["score", "check", "survey match"])
def test_personal_columns_stay_inside(run: Run, frame: pd.DataFrame, command: str) -> None:
    frame.to_csv("p.csv", index=False)
    result = run(*command.split(), "p.csv", "-i", "erenhot")
    assert leaked(result.stdout + result.stderr) == []
    if command == "score":
        assert result.stderr.count("left out 5 personal columns") == 1


def test_keep_personal_keeps_them(run: Run, frame: pd.DataFrame) -> None:
    frame.to_csv("p.csv", index=False)
    assert len(leaked(run("score", "p.csv", "-i", "erenhot", "--keep-personal").stdout)) == len(SECRETS)


@pytest.mark.parametrize("command", ["score", "check"])
def test_errors_show_no_text_of_a_person(run: Run, frame: pd.DataFrame, command: str) -> None:
    frame["k01"] = [*SECRETS.values(), *["77"] * 55]
    frame.to_csv("bad.csv", index=False)
    result = run(command, "bad.csv", "-i", "erenhot", code=1)
    assert leaked(result.stdout + result.stderr) == []
    assert "code 77, 55 times" in result.stderr and "text of" in result.stderr
    assert not list(Path().glob("*.html"))
