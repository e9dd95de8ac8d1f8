"""Papers and forms: complete, the same bytes, free of personal words, accepted by other programs."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from literacy._resources import sample_dir
from literacy.errors import LiteracyError
from literacy.fieldwork import format_protocol, read_visits, select, select_within, write_sheets
from literacy.fieldwork.sheets.kish import TABLES, assign_tables, kish_chance
from literacy.sampling import Sample

FRAME = pd.DataFrame(
    {"unit": ["东城社区", "乌兰社区", "陶力嘎查"], "stratum": ["城", "城", "牧"], "size": [400, 300, 60]}
)


def test_kish_gives_every_adult_a_fair_chance() -> None:
    twelve = assign_tables(12, 1, "x")
    for adults in (1, 2, 3, 4, 6):
        asked = [TABLES[t][adults - 1] for t in twelve]
        assert all(asked.count(k + 1) == 12 / adults for k in range(adults))
    assert assign_tables(30, 1, "x") == assign_tables(30, 1, "x") != assign_tables(30, 2, "x")


def test_the_folder(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    sample = select(FRAME, {"城": 1, "牧": 1}, seed=4, take=12, reserve=1).to_frame()
    done = write_sheets(
        sample, tmp_path / "a", seed=9, survey="erenhot", wave=2025, greeting="ᠰᠠᠶᠢᠨ ᠪᠠᠢᠨ᠎ᠠ ᠤᠤ"
    )
    again = write_sheets(
        sample, tmp_path / "b", seed=9, survey="erenhot", wave=2025, greeting="ᠰᠠᠶᠢᠨ ᠪᠠᠢᠨ᠎ᠠ ᠤᠤ"
    )
    for one, other in zip(done.files, again.files, strict=True):
        assert Path(one).read_bytes() == Path(other).read_bytes(), one
    text = "\n".join(p.text for p in docx.Document(str(tmp_path / "a" / "contact_sheets.docx")).paragraphs)
    assert all(u in text for u in sample["unit"]) and "备用单位" in text and "ᠪᠠᠢᠨ᠎ᠠ" in text
    assert len(docx.Document(str(tmp_path / "a" / "contact_sheets.docx")).tables) == len(sample)
    lines = done.to_frame()
    assert (lines.groupby("unit").size() == 12).all()
    assert ((lines["start"] >= 1) & (lines["start"] <= lines["step"])).all()
    with pytest.raises(LiteracyError, match="spare=-1"):
        write_sheets(sample, tmp_path, spare=-1)


def test_the_empty_log_is_read_back(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    import openpyxl

    sample = select(FRAME, 2, seed=4, take=3, minimum=1).to_frame()
    write_sheets(sample, tmp_path, lang="zh")
    book = openpyxl.load_workbook(tmp_path / "contact_sheets.xlsx")
    sheet = book.worksheets[0]
    sheet.append([sample["unit"].iloc[0], "1", "A01", "2026-05-06", "1.1"])
    book.save(tmp_path / "log.xlsx")
    table = read_visits(tmp_path / "log.xlsx").to_frame()
    assert table["disposition"].tolist() == ["1.1"] and table["unit"].tolist() == [sample["unit"].iloc[0]]


def test_pyxform_accepts_the_form(tmp_path: Path) -> None:
    pyxform = pytest.importorskip("pyxform")
    from pyxform.xls2xform import convert

    assert pyxform
    sample = select(FRAME, 2, seed=4, take=3, minimum=1).to_frame()
    write_sheets(sample, tmp_path, survey="erenhot", wave=2025)
    made = convert(str(tmp_path / "form.xlsx"), warnings=[], validate=False)
    assert "draw" in made.xform and "东城社区" in made.xform + str(sample["unit"].tolist())
    assert "/data/adults" in made.xform and "instance('households')" in made.xform


def test_second_stage_from_lists() -> None:
    drawn = select(FRAME, {"城": 1, "牧": 1}, seed=4, take=10)
    people = pd.DataFrame(
        [(u, k) for u, n in zip(FRAME["unit"], (410, 290, 60), strict=True) for k in range(n)],
        columns=["单位", "户号"],
    )
    stage = select_within(drawn, people)
    table = stage.to_frame()
    assert (table.groupby("unit").size() == 10).all() and (table["stage"] == 2).all()
    assert table["base_weight"].to_numpy() == pytest.approx(1 / table["probability"].to_numpy())
    first = table.iloc[0]
    listed = (people["单位"] == first["unit"]).sum()
    assert first["probability"] == pytest.approx(first["probability_unit"] * 10 / listed)
    assert len(Sample(table, stage.design())) == 20
    with pytest.raises(LiteracyError, match="has no list"):
        select_within(drawn, people[people["单位"] == "x"])
    with pytest.raises(LiteracyError, match="empty or duplicated"):
        select_within(drawn, pd.concat([people, people.tail(1)]))


def test_the_protocol_tells_what_repeats_the_draw() -> None:
    drawn = select(FRAME, 2, seed=77, minimum=1)
    for lang in ("zh", "en"):
        page = format_protocol(drawn, lang)
        assert "77" in page and "SHA-256" in page and drawn.to_frame()["unit"].iloc[0] in page


def test_the_sample_sheets_hold_no_personal_column(tmp_path: Path) -> None:
    sample = pd.read_csv(sample_dir() / "fieldwork" / "sample.csv").assign(
        户主姓名="巴特尔", 电话="13800000000"
    )
    write_sheets(sample, tmp_path)
    data = (tmp_path / "contact_sheets.xlsx").read_bytes()
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert not any("巴特尔" in book.read(n).decode("utf-8", "ignore") for n in book.namelist())


@pytest.mark.parametrize("person", ["random", "kish", "birthday", "none"])
def test_who_is_asked_stands_on_paper_and_in_the_form(tmp_path: Path, person: str) -> None:
    docx, openpyxl = pytest.importorskip("docx"), pytest.importorskip("openpyxl")
    drawn = select(
        pd.DataFrame({"unit": list("abcd"), "size": [9] * 4, "map": [2, 10, 1, 9]}), 4, seed=1, take=2
    )
    made = write_sheets(drawn.to_frame(), tmp_path, survey="erenhot", wave=2025, order="map", person=person)
    assert made.lines["unit"].drop_duplicates().tolist() == [
        "c",
        "a",
        "d",
        "b",
    ]  # 1 2 9 10: numbers, not texts
    text = "\n".join(p.text for p in docx.Document(str(tmp_path / "contact_sheets.docx")).paragraphs)
    assert "第 1 张，共 4 张" in text and ("最近过生日" in text) == (person == "birthday")
    heads = [c.text for c in docx.Document(str(tmp_path / "contact_sheets.docx")).tables[0].rows[0].cells]
    assert ("Kish 表" in heads) == (person in ("random", "kish"))
    grid = openpyxl.load_workbook(tmp_path / "form.xlsx")["survey"].iter_rows(values_only=True)
    rows = {row[1]: row for row in grid}
    assert ("adults" in rows) == (person != "none") and ("person" in rows) == (person in ("random", "kish"))


def test_the_chance_of_a_table_is_its_share_of_twelve() -> None:
    for adults in range(1, 9):
        assert sum(kish_chance(adults, p) for p in range(1, 7)) == pytest.approx(1)
    assert kish_chance(5, 1) == pytest.approx(2 / 12) and kish_chance(5, 5) == pytest.approx(3 / 12)
