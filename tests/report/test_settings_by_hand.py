"""``report.toml`` and own texts as a clerk's editor saves them; parts by their headings; what a report is not of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.messages import speak
from literacy.report import load_settings

TOML = 'title = { zh = "报告" }\nparts = ["摘要", "质量说明", "Results"]\n[[texts]]\npart = "摘要"\nzh = "前言.txt"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_any_editor_will_do(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "report.toml").write_bytes(TOML.encode(encoding))
    (tmp_path / "前言.txt").write_bytes("各位领导：\r\n　\r\n现将结果报告如下。".encode(encoding))
    made = load_settings(tmp_path / "report.toml")
    assert made.parts == ("summary", "quality", "results")
    assert made.texts[0].zh == ("各位领导：", "现将结果报告如下。")


def test_a_missing_text_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "report.toml").write_text(TOML, "utf-8")
    with speak("zh"), pytest.raises(LiteracyError, match=r"前言\.txt：没有这个文件"):
        load_settings(tmp_path / "report.toml")
    with speak("zh"), pytest.raises(LiteracyError, match="摘要"):
        lit.Settings().with_parts(["前言"])


def test_the_year_asked_for_and_the_goal_that_cannot_be_judged_are_said(tmp_path: Path) -> None:
    lit.convert_survey("yunwan", tmp_path / "city")
    shutil.copy(lit.sample_data("yunwan/export.xlsx"), tmp_path / "a.xlsx")
    (tmp_path / "city" / "goals.toml").write_text(
        '[[goals]]\narea = "yunwan"\nlabel = { zh = "云湾市" }\nyear = 2035\nvalue = 0.3\nstrict = true\n'
        'source = "invented"\nstatus = "invented"\n', "utf-8"
    )  # fmt: skip
    order = [
        "report",
        "2028",
        str(tmp_path / "a.xlsx"),
        "-i",
        str(tmp_path / "city"),
        "-o",
        str(tmp_path / "out"),
    ]
    done = CliRunner().invoke(main, order)
    assert done.exit_code == 0, done.output
    assert "no file is from 2028: the report speaks of the wave of 2026" in done.output
    assert "no goal from" not in done.output
    lost = CliRunner().invoke(main, ["plan", "show", "-i", str(tmp_path / "city")])
    assert lost.exit_code == 1 and "[plan.input]" in lost.output and "the survey has no plan" in lost.output
