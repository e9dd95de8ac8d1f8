"""A short seeded run of broken files; ``make fuzz`` is the long one (docs/fuzzing.md)."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from literacy.errors import LiteracyError
from literacy.files import load_table
from tests.cli.conftest import run as run_command
from tests.fuzzing.mutants import FORMATS, SEED, load_originals, make_mutant, promised_rows
from tests.fuzzing.run import BAD, MUTANTS, try_cuts, try_mutant

SHORT = 39
NO_PROMISE = ("por", "json")
run = run_command


@pytest.mark.search
def test_no_mutant_of_a_short_run_does_harm(tmp_path: Path) -> None:
    originals = load_originals()
    outcomes = [try_mutant(originals, number, tmp_path, seed=1) for number in range(SHORT)]
    assert [o for o in outcomes if o.verdict in BAD] == []
    assert {o.verdict for o in outcomes} == {"scored", "refused"}


@pytest.mark.parametrize("number", [127, 228, 306, 2005, 3339])
def test_mutants_that_once_did_harm(tmp_path: Path, number: int) -> None:
    """Of seed 7: a lone carriage return, a row twice, columns without names, a tag that swallowed nine rows."""
    then = dict(list(load_originals().items())[:10])  # the kinds there were
    outcome = try_mutant(then, number, tmp_path, seed=7)
    assert outcome.verdict == "refused"


def test_a_parquet_file_whose_statistics_lie_is_refused(tmp_path: Path) -> None:
    assert try_mutant(load_originals(), 1414, tmp_path, seed=SEED).verdict == "refused"


def test_mutants_are_the_same_for_the_same_seed() -> None:
    originals = load_originals()
    for number in range(len(FORMATS)):
        assert make_mutant(originals, number, 3) == make_mutant(originals, number, 3)
        assert make_mutant(originals, number, 3).data != originals[FORMATS[number]]


def test_the_promise_of_good_files_is_their_rows() -> None:
    assert {
        k: promised_rows(k, d) for k, d in load_originals().items() if k not in NO_PROMISE
    } == dict.fromkeys((k for k in FORMATS if k not in NO_PROMISE), 14)


def test_the_page_shows_a_long_run_without_failure(root: Path) -> None:
    page = (root / "docs" / "fuzzing.md").read_text(encoding="utf-8")
    found = re.search(r"([\d,]+) mutants, seed \d+: (\d+) failures", page)
    assert found and int(found.group(1).replace(",", "")) >= MUTANTS and found.group(2) == "0"


def test_a_json_file_is_refused_and_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(load_originals()["json"])
    with pytest.raises(LiteracyError, match="JSON"):
        load_table(path)


@pytest.mark.search
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_no_cut_inside_a_line_is_silent(tmp_path: Path, ends: str) -> None:
    found = try_cuts("utf-8", tmp_path, ends)
    assert found.keys() == {"refused", "noted", "between lines"}
    assert found["between lines"] == 3 and found["noted"] > 5


def refused(path: Path) -> str:
    with pytest.raises(LiteracyError) as caught:
        load_table(path)
    assert caught.value.code == "io.limit"
    return caught.value.what


def bomb(path: Path, part: str, megabytes: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(part, "w") as file:
            for _ in range(megabytes):
                file.write(b" " * (1 << 20))


def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    bomb(path, "xl/worksheets/sheet1.xml", 200)
    assert path.stat().st_size < 1 << 20
    assert "400 times" in refused(path)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liar.xlsx"
    bomb(path, "xl/worksheets/sheet1.xml", 60)
    data = bytearray(path.read_bytes())
    size = (60 << 20).to_bytes(4, "little")
    assert size in data
    path.write_bytes(data.replace(size, (1000).to_bytes(4, "little")))
    with pytest.raises(LiteracyError) as caught:
        load_table(path)
    assert caught.value.code in ("io.limit", "io.damaged")


def test_entities_that_grow_are_refused(tmp_path: Path) -> None:
    source = io.BytesIO(load_originals()["xlsx"])
    path = tmp_path / "laughs.xlsx"
    head = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    head += "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 12)) + "]><x>&a11;</x>"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, head if "sheet1" in name else old.read(name))
    with pytest.raises(LiteracyError) as caught:
        load_table(path)
    assert caught.value.code in ("io.limit", "io.damaged")


def test_ten_million_columns_of_a_csv_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(["c"] * 10_000_000) + "\n1\n", encoding="utf-8")
    assert refused(path) == "10,000,000 columns; the limit is 20,000"


@pytest.mark.parametrize("kind", ["sav", "zsav"])
def test_ten_million_variables_of_an_spss_file_are_refused(tmp_path: Path, kind: str) -> None:
    data = load_originals()[kind]
    record = b"\x02\0\0\0" + bytes(20) + b"V0000000"
    path = tmp_path / f"wide.{kind}"
    with path.open("wb") as file:
        file.write(data[:176])
        for _ in range(100):
            file.write(record * 100_000)
    assert "20,000" in refused(path)
    path.unlink()
