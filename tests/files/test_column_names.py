"""Names of columns in full width or with what nobody sees; columns that no known character separates."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.files import load_table
from literacy.files.text.header import plain_name

SPELLINGS = [
    "ｑ１", "ｑ1", "q\u200b1", "\ufeffq1", "q1\u200e", "\u2060q1", "q\u00ad1", "\u3000q1\u3000", "\u00a0q1", "q1\u2009",
    "ｑ１\u200b",
]  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
def test_a_disguised_name_is_read_plain(tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"x.{ending}"
    frame = pd.DataFrame({"id": [1, 2], name: [3, 4], "问题１": [5, 6]})
    if ending == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="," if ending == "csv" else "\t")
    table = load_table(path)
    assert list(table.frame.columns) == ["id", "q1", "问题１"]  # headings in Chinese stay as written
    told = "column names written in full width or with invisible characters read as: q1" in table.notes
    assert told == (name.replace("\ufeff", "").strip() != "q1")


@pytest.mark.parametrize("name", ["q①", "ｑ１、年龄", "年龄（岁）", "ＱＱ号", "①", "㎡", "é１"])
def test_other_names_stay(name: str) -> None:
    assert plain_name(name) == name


@pytest.mark.parametrize("names", [["q1", "ｑ１"], ["ｑ１", "q\u200b1"], ["ｑ１", "q1"]])
def test_two_names_that_would_become_one_stay(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(names) + "\n1,2\n", encoding="utf-8")
    table = load_table(path)
    assert list(table.frame.columns) == names
    assert any("differ only by case, width or blanks" in note for note in table.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("region visits\nnorth 3\nsouth 4\n", "blanks"),
        ("id   age   sex\n1    45    M\n2    46    F\n", "blanks"),
        ("  id   age\n   1    45\n   2    46\n", "blanks"),
        ("地区，次数\n南，3\n北，4\n", "full-width commas"),
        ("地区；次数\n南；3\n北；4\n", "full-width semicolons"),
        ("地区、次数\n南、3\n北、4\n", "enumeration commas"),
        ("地区｜次数\n南｜3\n北｜4\n", "full-width bars"),
        ("a~b\n1~2\n3~4\n", "separated by ~"),
        ("a^b^c\n1^2^x\n3^4^y\n", "separated by ^"),
    ],
)
def test_an_unknown_separator_is_called_by_its_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LiteracyError) as refused:
        load_table(path)
    assert refused.value.code == "io.format"
    assert said in refused.value.what


@pytest.mark.parametrize(
    "text",
    [
        "your age\n12 years\n13 years\n", "submit time\n2025-06-01 10:00\n2025-06-02 11:00\n", "score\n1\n2\n",
        "说明\n你好，3\n再见，4\n",
        "a b\n1 2\n3\n", "first name\nLi Ming\nWang Wu\n", "a b\n1 2\n", "a、b\n好、坏\n高、低\n",
    ],
)  # fmt: skip
def test_one_column_of_texts_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    assert len(load_table(path).frame.columns) == 1
