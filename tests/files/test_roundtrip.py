"""What is written is what PSPP, R haven and pyreadstat read: every name, label, missing code and cell."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyreadstat
import pytest

from literacy._resources import sample_data
from literacy.answers import Responses, read, write_responses
from literacy.answers.description import describe_columns, restore_codes
from tests.conftest import some
from tests.files.statprograms import Said, ask_haven, ask_pspp, ask_pyreadstat, differing, expected, has_haven
from tests.reference.written.make import FILES, HERE, Content, contents, fingerprint, with_seconds, write

RECORD = json.loads((HERE / "record.json").read_text(encoding="utf-8"))
RANGES = {"many": ["90 to 99"], "above": ["-9 to -1"]}


@pytest.fixture(scope="module")
def tables() -> dict[str, Content]:
    return contents()


def ask(program: str, path: Path, folder: Path) -> Said:
    if not (has_haven() if program == "haven" else shutil.which(program)):
        pytest.skip(f"{program} is not installed")
    return ask_haven(path) if program == "haven" else ask_pspp(path, folder)


def meant(name: str, content: Content) -> Said:
    """What the instrument and the table say the file should hold."""
    return expected(*content, stata=name.endswith(".dta"), ranges=RANGES if "awkward" in name else None)


ASKED = [(n, p) for n in FILES for p in ("haven", "pspp") if p != "pspp" or not n.endswith(".dta")]


@pytest.mark.parametrize(("name", "program"), ASKED)
def test_programs_read_what_the_instrument_says(
    name: str, program: str, tables: dict[str, Content], tmp_path: Path
) -> None:
    content = tables[name.split(".")[0]]
    path, _ = write(name, content, tmp_path)
    assert differing(meant(name, content), ask(program, path, tmp_path)) == []


@pytest.mark.parametrize(("name", "program"), ASKED)
def test_what_programs_said_once_is_what_the_instrument_says(
    name: str, program: str, tables: dict[str, Content]
) -> None:
    said = json.loads((HERE / RECORD["files"][name][program]).read_text(encoding="utf-8"))
    assert differing(meant(name, tables[name.split(".")[0]]), said) == []


@pytest.mark.parametrize("name", FILES)
def test_the_record_stands_for_the_files_of_today(
    name: str, tables: dict[str, Content], tmp_path: Path
) -> None:
    """The same bytes with the same library; with another, the same dictionary and cells.

    The bytes of a packed file also depend on the system's zlib: of those only two writings of one day must agree.
    """
    path, _ = write(name, tables[name.split(".")[0]], tmp_path)
    kept = RECORD["files"][name]
    assert (
        differing(json.loads((HERE / kept["haven"]).read_text(encoding="utf-8")), ask_pyreadstat(path)) == []
    )
    if path.suffix == ".zsav":
        (tmp_path / "again").mkdir()
        again, _ = write(name, tables[name.split(".")[0]], tmp_path / "again")
        assert fingerprint(again) == fingerprint(path)
    elif RECORD["writer"] == f"pyreadstat {pyreadstat.__version__}":
        assert fingerprint(path) == kept["sha256"]


def test_the_comparison_sees_each_kind_of_difference(tables: dict[str, Content]) -> None:
    truth = meant("responses.sav", tables["responses"])
    for part, name, other in (
        ("labels", "k01", "x"), ("values", "k01", {"1": "对"}), ("missing", "k01", ["8"]), ("cells", "k01", [1.0]),
    ):  # fmt: skip
        spoiled = copy.deepcopy(truth)
        spoiled[part][name] = other
        assert len(differing(truth, spoiled)) == 1
    assert len(truth["labels"]) > 100 and len(truth["values"]) > 90 and len(truth["missing"]) > 80


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_a_whole_wave(ending: str, tmp_path: Path) -> None:
    whole = read(sample_data("erenhot_2025.sav"), "erenhot")
    whole = replace(whole, frame=with_seconds(whole.frame))  # programs tell moments each in its own way
    path = tmp_path / f"w.{ending}"
    write_responses(whole, path)
    frame = restore_codes(whole)
    truth = expected(frame, describe_columns(frame, whole.instrument), stata=ending == "dta")
    assert differing(truth, ask_pyreadstat(path)) == []
    if ending == "sav":
        assert differing(truth, ask("pspp", path, tmp_path)) == []


@pytest.mark.parametrize("ending", some(["sav", "zsav", "dta", "parquet", "csv", "xlsx"]))
def test_answers_and_kinds_of_missing_come_back(ending: str, truth: Responses, tmp_path: Path) -> None:
    path = tmp_path / f"back.{ending}"
    write_responses(truth, path)
    again = read(path, "erenhot")
    for item in truth.instrument.items:
        assert again.missing[item.name].tolist() == truth.missing[item.name].tolist(), item.name
        one, other = (r.frame[item.name].astype(object) for r in (truth, again))
        assert one.where(one.notna(), None).tolist() == other.where(other.notna(), None).tolist(), item.name


def test_stata_letters_with_their_labels_are_no_assumption(truth: Responses, tmp_path: Path) -> None:
    write_responses(truth, tmp_path / "x.dta")
    assert [line for line in read(tmp_path / "x.dta", "erenhot").history if "value label" in line] == []
