"""The door out: kinds and endings, the command, same bytes, whole files, one clear error."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.instrument import Instrument, locate_survey
from literacy.questionnaire import NAMES, encode_questionnaire, export_questionnaire
from literacy.questionnaire.export_formats import KINDS


@pytest.mark.parametrize("to", NAMES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_same_instrument_same_bytes(
    to: str, lang: str, erenhot: Instrument, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = encode_questionnaire(erenhot, to, lang=lang)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    assert encode_questionnaire(erenhot, to, lang=lang) == one


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_the_command_writes_what_the_function_makes(
    kind: object, erenhot: Instrument, tmp_path: Path
) -> None:
    out = tmp_path / f"form{kind.ending}"
    done = CliRunner().invoke(
        main, ["survey", "export", "erenhot", "-w", "2025", "--lang", "en", "-o", str(out)]
    )
    assert done.exit_code == 0, done.stderr
    assert out.read_bytes() == encode_questionnaire(erenhot, kind.name, wave=2025, lang="en")
    assert f"wrote {out}" in done.stderr and done.stdout == ""
    piped = CliRunner().invoke(main, ["survey", "export", "erenhot", "--to", kind.name])
    assert piped.stdout_bytes == encode_questionnaire(erenhot, kind.name)
    assert list(tmp_path.iterdir()) == [out], "nothing temporary stays"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["erenhot", "-o", "form.odt"], "the extension '.odt' does not name"),
        (["erenhot"], "does not state the type"),
        (["erenhott", "-o", "form.xlsx"], "did you mean 'erenhot'"),
        (["erenhot", "-w", "2026", "-o", "form.xlsx"], "no wave '2026'"),
        (["erenhot", "-o", "no/such/folder/form.xlsx"], "cannot be written"),
    ],
)
def test_mistakes_are_told_once(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["survey", "export", *arguments])
    assert done.exit_code == 1 and message in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_unknown_kind_or_language_names_the_nearest(erenhot: Instrument) -> None:
    with pytest.raises(LiteracyError, match="did you mean 'xlsform'"):
        encode_questionnaire(erenhot, "xlsforms")
    with pytest.raises(LiteracyError, match="use one of: zh, en"):
        export_questionnaire(erenhot, "-", "xlsform", lang="de")


def test_the_command_offers_every_kind_and_shows_how() -> None:
    shown = " ".join(CliRunner().invoke(main, ["survey", "export", "--help"]).stdout.split())
    assert f"[{'|'.join(NAMES)}]" in shown
    assert "-o codebook.html" in shown and "--to ddi -o codebook.xml" in shown


@pytest.mark.parametrize("to", ["codebook", "ddi"])
def test_a_survey_of_ones_own_from_its_folder(to: str, tmp_path: Path) -> None:
    """Any folder will do, and what is wrong in it is told as everywhere."""
    done = CliRunner().invoke(main, ["survey", "export", "gss-science", "-w", "2025", "--to", to])
    assert done.exit_code == 0, "a survey without waves has one nameless wave for any year"
    folder = tmp_path / "mine"
    shutil.copytree(locate_survey("gss-science"), folder)
    toml = folder / "instrument.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace("国际科学知识量表", "<我的调查>"), encoding="utf-8"
    )
    done = CliRunner().invoke(main, ["survey", "export", str(folder), "--to", to])
    assert done.exit_code == 0 and "&lt;我的调查&gt;" in done.stdout
    (folder / "options.csv").unlink()
    done = CliRunner().invoke(main, ["survey", "export", str(folder), "--to", to])
    assert done.exit_code == 1 and done.stdout == "" and "options.csv" in done.stderr
