"""The key of a test as its authors keep it: read by number, letter and text, or refused with the rows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import literacy as lit
from tests.cli.firsthour import SCHOOLS, TRUTHS, write_export

Row = tuple[object, ...]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_export(tmp_path_factory.mktemp("export") / "export.xlsx", 60)


def make(
    export: Path, place: Path, rows: list[Row], heads: tuple[str, ...] = ("题目", "正确答案", "维度")
) -> Path:
    """A survey of an export and a key, as text."""
    pd.DataFrame(rows, columns=heads[: len(rows[0])]).to_csv(place / "key.csv", index=False)
    lit.new_survey(place / "mycity", source=export, key=place / "key.csv")
    lit.convert_survey(place / "mycity", place / "text")
    return place / "text"


@pytest.mark.parametrize(
    "rows",
    [
        [(6, "对", "科学知识"), (7, "错", "科学方法"), (8, "错", "应用科学的能力")],
        [("第6题", "A", "knowledge"), ("q07", "B", "method"), ("8", "b", "application")],
        [(f"{n}、{text}", k, "") for n, text, k in zip((6, 7, 8), TRUTHS, (1, 2, "2.0"), strict=True)],
    ],
    ids=["numbers and texts", "names and letters", "texts and codes"],
)
def test_a_key_is_read_as_it_is_written(export: Path, tmp_path: Path, rows: list[Row]) -> None:
    items = pd.read_csv(make(export, tmp_path, rows) / "items.csv", dtype=str, keep_default_na=False)
    tests = items[items["key"] != ""]
    assert list(zip(tests["item"], tests["key"], strict=True)) == [("q06", "1"), ("q07", "2"), ("q08", "2")]
    if rows[0][2]:
        assert list(tests["dimension"]) == ["knowledge", "method", "application"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(60, "对")], "row 2: no question is called '60'"),
        ([(6, "也许")], "row 2: '也许' is none of the answers 对, 错"),
        ([(6, "对"), ("q06", "错")], "row 3: 'q06' has its answer already"),
        ([(6, "E"), (99, "对")], "row 2: 'E' is none of"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_row(
    export: Path, tmp_path: Path, rows: list[Row], said: str
) -> None:
    with pytest.raises(lit.LiteracyError) as refused:
        make(export, tmp_path, rows)
    assert refused.value.code == "survey.invalid" and said in refused.value.what
    assert not (tmp_path / "mycity").exists()


def test_a_key_needs_its_columns_and_its_answers(export: Path, tmp_path: Path) -> None:
    with pytest.raises(lit.LiteracyError, match="has no column of 正确答案"):
        make(export, tmp_path, [(6, "对")], ("题目", "说明"))
    with pytest.raises(lit.LiteracyError, match="without --from"):
        lit.new_survey(tmp_path / "mycity", key=tmp_path / "key.csv")


def test_options_come_in_their_natural_order(export: Path, tmp_path: Path) -> None:
    options = pd.read_csv(make(export, tmp_path, [(6, "对")]) / "options.csv")
    labels = {name: list(part["zh"]) for name, part in options.groupby("options")}
    assert labels["education"] == list(SCHOOLS) and labels["sex"] == ["男", "女"]
