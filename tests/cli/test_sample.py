"""From an Excel frame to weighted estimates, in eight commands."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from literacy._resources import sample_dir
from literacy.cli import main

FOLDER = sample_dir() / "fieldwork"


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == code, done.output
    return done.output


def test_eight_commands_from_a_frame_to_estimates(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    frame, seen = str(FOLDER / "frame.xlsx"), str(tmp_path)
    assert "interviews" in run(
        "sample", "size", "--share", "0.12", "--margin", "0.03", "--deff", "1.3", "--response", "0.7"
    )
    assert "Allocation of 580" in run("sample", "allocate", frame, "-n", "580", "--rule", "power")
    run(
        "sample",
        "select",
        frame,
        "-n",
        "社区=6",
        "-n",
        "苏木=4",
        "--method",
        "sampford",
        "--take",
        "社区=70",
        "--take",
        "苏木=40",
        "--seed",
        "20260506",
        "--lists",
        str(FOLDER / "residents.csv"),
        "-o",
        f"{seen}/sample.csv",
        "--protocol",
        f"{seen}/draw.html",
    )
    assert (tmp_path / "sample.csv").read_bytes() == (FOLDER / "sample.csv").read_bytes()
    run("sample", "sheets", f"{seen}/sample.csv", "-o", f"{seen}/sheets")
    board = run("field", "status", str(FOLDER / "visits.csv"), "--sample", f"{seen}/sample.csv", "--end", "2026-06-01",
                "--by", "age_band", "--workbook", f"{seen}/board.xlsx")  # fmt: skip
    assert "RR1 73.3%" in board and "R-indicator" in board
    run("field", "close", str(FOLDER / "visits.csv"), "--sample", f"{seen}/sample.csv", "--answers",
        str(FOLDER / "answers.csv"), "-o", f"{seen}/cases.csv")  # fmt: skip
    found = run(
        "estimate",
        f"{seen}/cases.csv",
        "--share",
        "literate",
        "--weight",
        "base_weight",
        "--strata",
        "stratum",
        "--psu",
        "unit",
        "--respondent",
        "responded",
        "--cells",
        "age_band",
        "--format",
        "csv",
    )
    assert "literate" in found
    assert pd.read_csv(tmp_path / "cases.csv")["responded"].sum() == 410


def test_allocation_by_precision(tmp_path: Path) -> None:
    (tmp_path / "strata.csv").write_text(
        "stratum,population,cost,mean_y,sd_y\na,1000,1,5,2\nb,400,2,9,6\n", encoding="utf-8"
    )
    (tmp_path / "precision.csv").write_text("domain,level,variable,cv\n,,y,0.05\n", encoding="utf-8")
    out = run(
        "sample", "allocate", str(tmp_path / "strata.csv"), "--precision", str(tmp_path / "precision.csv")
    )
    assert "binding: y in the whole population" in out
    out = run(
        "sample",
        "allocate",
        str(tmp_path / "strata.csv"),
        "--precision",
        str(tmp_path / "precision.csv"),
        "--format",
        "csv",
    )
    assert out.startswith("stratum,n\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sample", "size", "--share", "2", "--margin", "0.1"), "share=2"),
        (("sample", "size", "--share", "0.1", "--budget", "5"), "requires costs"),
        (("sample", "allocate", "FRAME"), "give one of them only"),
        (("sample", "select", "FRAME", "-n", "many", "--seed", "1"), "neither a number nor"),
        (("sample", "select", "FRAME", "-n", "99", "--seed", "1"), "13 that can be drawn"),
        (("field", "status", "VISITS", "--sample", "FRAME"), "no column unit"),
        (("field", "status", "VISITS", "--sample", "SAMPLE", "--end", "soon"), "is not a date"),
    ],
)
def test_mistakes_are_told_once(words: tuple[str, ...], told: str) -> None:
    places = {
        "FRAME": FOLDER / "frame.xlsx",
        "VISITS": FOLDER / "visits.csv",
        "SAMPLE": FOLDER / "sample.csv",
    }
    out = run(*(str(places.get(w, w)) for w in words), code=1)
    assert told in out and "Traceback" not in out and out.count("fix:") == 1
