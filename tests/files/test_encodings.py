"""Mojibake: files that declare a wrong encoding or none come out as Chinese, and one line says so."""

from __future__ import annotations

import struct
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from literacy.errors import LiteracyError
from literacy.files import load_table
from literacy.files.text.encodings import guess_encoding, is_chinese


def in_gbk(path: Path, *, charset: int | None = None, record: str | None = None) -> None:
    """Rewrite a UTF-8 .sav of equal-length texts so that its texts are GBK, with the declaration asked for."""
    labels = {"q": "qqqqqqqqqqqq"}
    pyreadstat.write_sav(
        pd.DataFrame({"q": [1.0, 2.0], "town": ["tttttttt", "ssss"]}), path,
        column_labels=labels, variable_value_labels={"q": {1: "vvvv"}},
    )  # fmt: skip
    data = path.read_bytes()
    for old, new in (
        (b"q" * 12, "地球中心很热"),
        (b"t" * 8, "二连浩特"),
        (b"ssss", "呼和"),
        (b"vvvv", "正确"),
    ):
        raw = new.encode("gbk")
        assert len(raw) == len(old) and old in data
        data = data.replace(old, raw)
    at = data.index(struct.pack("<4i", 7, 20, 1, 5))
    data = (
        data[:at]
        + (struct.pack("<4i", 7, 20, 1, len(record)) + record.encode() if record else b"")
        + data[at + 21 :]
    )
    if charset is not None:
        place = data.index(struct.pack("<4i", 7, 3, 4, 8)) + 16 + 28
        data = data[:place] + struct.pack("<i", charset) + data[place + 4 :]
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("charset", "record", "told"),
    [
        (1252, None, "cp1252"), (2, None, "us-ascii"), (0, None, "no encoding"), (65001, "UTF-8", "UTF-8"),
        (1252, "windows-1252", "windows-1252"), (936, "GBK", ""), (936, "EUC-CN", ""),
        (936, "GB18030", ""), (936, "CP936", ""),
    ],
)  # fmt: skip
def test_spss_texts_come_out_as_chinese(tmp_path: Path, charset: int, record: str | None, told: str) -> None:
    path = tmp_path / "old.sav"
    in_gbk(path, charset=charset, record=record)
    table = load_table(path)
    assert table.labels["q"] == "地球中心很热"
    assert table.value_labels["q"] == {1.0: "正确"}
    assert table.frame["town"].tolist() == ["二连浩特", "呼和"]
    if told:
        assert len(table.notes) == 1 and "GB18030" in table.notes[0] and told in table.notes[0]
    else:
        assert table.notes == ()


def test_the_encoding_can_be_told(tmp_path: Path) -> None:
    path = tmp_path / "old.sav"
    in_gbk(path, charset=1252)
    assert load_table(path, encoding="GB18030").labels["q"] == "地球中心很热"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_csv_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("编号,地区\n1,二连浩特\n".encode(encoding))
    assert load_table(path).frame["地区"].tolist() == ["二连浩特"]


def test_bytes_of_no_encoding_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n1,\xff\xff\xff\n")
    with pytest.raises(LiteracyError) as caught:
        load_table(path)
    assert caught.value.code == "io.encoding"


@pytest.mark.parametrize(
    ("text", "codec", "chinese"),
    [
        ("大学本科及以上，不知道", "gbk", True), ("Où étiez-vous né à Genève?", "cp1252", False),
        ("ямар боловсролтой вэ", "cp1251", False), ("größer, schöner", "latin-1", False),
    ],
)  # fmt: skip
def test_western_and_cyrillic_bytes_are_not_taken_for_chinese(text: str, codec: str, chinese: bool) -> None:
    raw = text.encode(codec)
    assert is_chinese(raw) is chinese
    assert bool(guess_encoding(raw, "windows-1252")[0]) is chinese
