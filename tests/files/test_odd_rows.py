"""Rows nobody answered, files pasted together, quotes out of place, names alike: read or said, whole and in blocks."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli import main
from literacy.files import load_table, open_table, readers
from literacy.files.text.header import tell_alike
from tests.conftest import some

ROWS = [f"{k},{20 + k % 40},{'男女'[k % 2]},{k % 7}.5" for k in range(1, 41)]
HEAD = "id,age,sex,score"
MARK = "\ufeff"


def lines(*parts: str | list[str]) -> str:
    return "".join(
        f"{line}\n" for line in itertools.chain(*([p] if isinstance(p, str) else p for p in parts))
    )


def read(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[pd.DataFrame, str]:
    """A file whole; blocks of 1 and 7 rows must give the same cells and notes."""
    with open_table(path) as file:
        whole = file.table()
    monkeypatch.setattr(readers, "SMALL", 0)
    for rows in (1, 7):
        with open_table(path, rows=rows) as file:
            blocks = list(file.blocks())
        joined = pd.concat([b.frame for b in blocks], ignore_index=True)
        pd.testing.assert_frame_equal(joined, whole.frame)
        assert blocks[-1].notes == whole.notes
    return whole.frame, " ".join(whole.notes)


def table_of(
    folder: Path, text: str, monkeypatch: pytest.MonkeyPatch, codec: str = "utf-8"
) -> tuple[pd.DataFrame, str]:
    path = folder / "x.csv"
    path.write_bytes(text.encode(codec))
    return read(path, monkeypatch)


REPEATED = [
    (lines(HEAD, ROWS[:20], HEAD, ROWS[20:]), "line 22", "utf-8"),
    (lines(HEAD, ROWS[:20], HEAD, ROWS[20:], HEAD), "line 22, 43", "utf-8"),
    (lines(HEAD, ROWS[:20], '"id","age","sex","score"', ROWS[20:]), "line 22", "utf-8"),
    (lines('"id","age",sex,"score"', ROWS[:20], HEAD, ROWS[20:]), "line 22", "utf-8"),
    (lines(HEAD, ROWS[:20], "id , age,sex,score", ROWS[20:]), "line 22", "utf-8"),
    (lines(HEAD, ROWS).replace("\n", "\r\n") + lines(HEAD).replace("\n", "\r\n"), "line 42", "utf-8"),
    (lines(",年龄,性别,score", ROWS[:20], ",年龄,性别,score", ROWS[20:]), "line 22", "utf-8"),
    (lines("编号,年龄,性别,得分", ROWS[:20], "编号,年龄,性别,得分", ROWS[20:]), "line 22", "gb18030"),
    (lines("编号\t年龄\t性别\t得分", [r.replace(",", "\t") for r in ROWS], "编号\t年龄\t性别\t得分"), "line 42",
     "utf-16"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "codec"), some(REPEATED))
def test_the_header_among_the_rows_is_skipped_and_said(
    text: str, said: str, codec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, notes = table_of(tmp_path, text, monkeypatch, codec)
    assert len(frame) == 40 and frame.iloc[:, 0].tolist() == list(range(1, 41))
    assert (
        f"the header stands in the rows once more and was skipped there (files pasted together?): {said}"
        in notes
    )


def test_a_column_that_bears_the_name_of_its_cells_is_no_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, notes = table_of(tmp_path, lines("a,b", ["a,x", "x,b", "a,c"]), monkeypatch)
    assert len(frame) == 3 and not notes
    frame, notes = table_of(tmp_path, lines("a", ["a", "b"]), monkeypatch)
    assert frame["a"].tolist() == ["a", "b"] and not notes


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (lines(MARK + HEAD, ROWS[:20], MARK + ROWS[20], ROWS[21:]), "line 22"),
        (lines(HEAD, ROWS[:20], MARK + HEAD, ROWS[20:]), "line 22"),
        (lines(MARK + '"id",age,sex,score', ROWS[:20], MARK + '"21"' + ROWS[20][2:], ROWS[21:]), "line 22"),
    ],
)
def test_a_byte_order_mark_inside_the_file_is_no_part_of_a_cell(
    text: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, notes = table_of(tmp_path, text, monkeypatch)
    assert frame["id"].tolist() == list(range(1, 41))
    assert f"a byte order mark inside the file was skipped (files pasted together?): {line}" in notes


IMPORT = '"{""ImportId"":""%s"",""timeZone"":""Asia/Shanghai""}"'
BELOW = [
    ("编号,年龄,性别,得分", "line 2 below the header explains it (编号, 年龄, 性别, 得分 …)"),
    (",years,,points", "line 2 below the header explains it (years, points …)"),
    (",,,points", "line 2 below the header explains it (points …)"),
    ("\n".join(["Number,How old are you?,Sex,Points", ",".join(IMPORT % q for q in "abcd")]), "lines 2 to 3"),
    ('"No.\n(unique)",age in years,sex,"points"', "line 2 below"),
]


@pytest.mark.parametrize(("row", "said"), BELOW)
def test_lines_that_explain_the_header_are_no_respondents(
    row: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, notes = table_of(tmp_path, lines(HEAD, row, ROWS), monkeypatch)
    assert frame["id"].tolist() == list(range(1, 41)) and frame["score"].dtype == float
    assert said in notes


@pytest.mark.parametrize("row", ["编号,年龄,性别,得分", ",岁,,分"])
def test_so_it_is_in_workbooks(row: str, tmp_path: Path) -> None:
    cells = [r.split(",") for r in (HEAD, row, *ROWS)]
    typed = [[float(c) if c.replace(".", "").isdigit() else c for c in r] for r in cells]
    pd.DataFrame(typed).to_excel(tmp_path / "x.xlsx", index=False, header=False)
    with open_table(tmp_path / "x.xlsx") as file:
        table = file.table()
    assert table.frame["id"].tolist() == list(range(1, 41))
    assert "line 2 below the header explains it" in " ".join(table.notes)


@pytest.mark.parametrize(
    "text",
    [
        lines(HEAD, ",不知道,男,", ROWS),  # a respondent who does not know
        lines("name,age", ["Li,", "An,34", "Bo,51"]),
        lines("name,age", ["Li,unsure", "Li,34", "Bo,51"]),
        lines("a,b", ["x,y", "z,w", "v,u"]),
        lines("a,b", ["x,y", "1,2"]),
        lines("a,b,c", ["x,about 30,", "y,30,5", "z,31,", "v,35,6"]),
    ],
)
def test_a_first_respondent_is_no_explanation(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, notes = table_of(tmp_path, text, monkeypatch)
    assert len(frame) == text.count("\n") - 1 and "explain" not in notes


def test_columns_without_a_name_take_that_of_the_line_below(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As SurveyMonkey writes a question of several answers."""
    rows = [f"{1000 + k},{20 + k},{'Apples' if k % 2 else ''},{'Pears' if k % 3 else ''}" for k in range(12)]
    text = lines(
        "Respondent ID,How old are you?,Which do you like?,", ",Open-Ended Response,Apples,Pears", rows
    )
    frame, notes = table_of(tmp_path, text, monkeypatch)
    assert list(frame.columns) == ["Respondent ID", "How old are you?", "Which do you like?", "Pears"]
    assert len(frame) == 12 and "line 2 below the header" in notes


TOTALS = [
    (lines(HEAD, ROWS[:20], "合计,600,,70", ROWS[20:]), "line 22 begins with '合计':", "utf-8"),
    (lines(HEAD, ROWS[:20], "合计,600,,70", ROWS[20:]), "line 22 begins with '合计':", "gb18030"),
    (lines(HEAD, ROWS[:20], "Total,,,1", ROWS[20:], "小计（人）,,,2"), "line 22 begins with 'Total' and 1 more:",
     "utf-8"),
    (lines(HEAD, ROWS, ",合 计,,70"), "line 42 begins with '合 计':", "utf-8"),
    (lines(HEAD, ROWS, '"GRAND TOTAL",,,70'), "line 42 begins with 'GRAND TOTAL':", "utf-8"),
    (lines(HEAD, ROWS, "填表人：某某,,审核人：某某,"), "line 42 begins with '填表人':", "utf-8"),
    (lines(HEAD, ROWS, '"注：不含\n牧区",,,'), "line 42 begins with '注':", "utf-8"),
    (lines(HEAD, ROWS, "Source: own survey,,,"), "line 42 begins with 'Source':", "utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said", "codec"), some(TOTALS))
def test_totals_and_remarks_anywhere_are_named(
    text: str, said: str, codec: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, notes = table_of(tmp_path, text, monkeypatch, codec)
    assert said in notes and "某某" not in notes


@pytest.mark.parametrize("cell", ["Totally", "Tom", "Meaning", "平安", "注册", "Su"])
def test_words_that_only_begin_so_are_no_totals(
    cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, notes = table_of(tmp_path, lines("name,x", [f"{cell},1", "b,2"]), monkeypatch)
    assert not notes


@pytest.mark.parametrize(
    ("text", "cells", "said"),
    [
        ('id,x\n1,""2""\n2,""3""\n', ['2""', '3""'], "text after a closing quote, which became part of its cell"),
        ('id,x\n1,"2"5\n2,3\n', [25, 3], "line 2"),
        ('id,x\n1,a\n2,"he said "no" to me"\n', ["a", 'he said no" to me"'], "line 3"),
        ('id,x\n1, "2"\n2, "3"\n', [2, 3], "quotes after a blank read as quotes around the cell: line 2, 3"),
        ('id, "x"\n1, "a, b"\n2,c\n', ["a, b", "c"], "quotes after a blank"),
    ],
)  # fmt: skip
def test_quotes_out_of_place_are_said(
    text: str, cells: list[object], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, notes = table_of(tmp_path, text, monkeypatch)
    assert frame["x"].tolist() == cells and said in notes


@pytest.mark.parametrize(
    "text", ['id,x\n1,5" tall\n2,6" tall\n', 'id,x\n1,"a" \n2,"say ""so"""\n', 'id,x\n1,""\n2,"a\n""b"""\n']
)
def test_quotes_in_place_are_not(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not table_of(tmp_path, text, monkeypatch)[1]


@pytest.mark.parametrize("mark", ["\u00a0", "\u2009", "\u202f", "'", "\u2019"])
def test_thousands_are_apart_by_whatever_marks_nothing_else(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(lines("id,x", [f"1,1{mark}200", "2,950", f"3,-2{mark}300{mark}000.5"]), encoding="utf-8")
    frame, notes = lit.answers.read_plain(path)
    assert frame["x"].tolist() == [1200, 950, -2300000.5] and "thousands separator" in " ".join(notes)
    path.write_text(lines("id;x", [f"1;1{mark}200,5", "2;950,25"]), encoding="utf-8")
    assert lit.read_table(path, decimal=",")["x"].tolist() == [1200.5, 950.25]
    path.write_text(lines("id,x", [f"1,1{mark}20", "2,950"]), encoding="utf-8")
    assert lit.read_table(path)["x"].tolist() == [f"1{mark}20", "950"]


def test_long_codes_apart_by_thousands_keep_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        lines("id,x", ["1,9\u00a0007\u00a0199\u00a0254\u00a0740\u00a0993", "2,1"]), encoding="utf-8"
    )
    assert lit.read_table(path)["x"].tolist() == [9007199254740993, 1]


def _text(frame: pd.DataFrame, folder: Path) -> Path:
    frame.to_csv(folder / "x.csv", index=False)
    return folder / "x.csv"


def _parquet(frame: pd.DataFrame, folder: Path) -> Path:
    frame.to_parquet(folder / "x.parquet", index=False)
    return folder / "x.parquet"


def _excel(frame: pd.DataFrame, folder: Path) -> Path:
    frame.to_excel(folder / "x.xlsx", index=False)
    return folder / "x.xlsx"


@pytest.mark.parametrize("write", [_text, _parquet, _excel])
@pytest.mark.parametrize("names", [("x", "X"), ("x", "ｘ"), ("a b", "a  b"), ("编 号", "编\u3000号")])
def test_names_alike_are_said(
    names: tuple[str, str], write: Callable[[pd.DataFrame, Path], Path], tmp_path: Path
) -> None:
    path = write(pd.DataFrame({names[0]: [1, 2], names[1]: [3, 4]}), tmp_path)
    with open_table(path) as file:
        table = file.table()
    assert list(table.frame.columns) == list(names)
    assert f"'{names[0]}' / '{names[1]}'" in " ".join(table.notes)


def test_names_alike_in_stata_and_with_blanks_in_parquet(tmp_path: Path) -> None:
    pd.DataFrame({"q1": [1, 2], "Q1": [3, 4]}).to_stata(tmp_path / "x.dta", write_index=False)
    pd.DataFrame({"x": [1, 2], "x ": [3, 4]}).to_parquet(tmp_path / "x.parquet")
    for name, pair in (("x.dta", "'q1' / 'Q1'"), ("x.parquet", "'x' / 'x '")):
        with open_table(tmp_path / name) as file:
            assert pair in " ".join(file.table().notes)
    assert not tell_alike(["q1", "q11", "q1_1", "问题1", "问题１1"])


def test_an_error_in_blocks_names_row_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is read block by block says as much as one that is read whole."""
    path = tmp_path / "x.csv"
    cells = ['"1,5"' if k == 3333 else str(k) for k in range(5000)]
    path.write_text(
        lines("id,g,x", [f"{k},{'ab'[k % 2]},{c}" for k, c in enumerate(cells)]), encoding="utf-8"
    )
    path2 = tmp_path / "y.csv"
    path2.write_text(lines("id,g,x", [f"{k},a,{'#N/A' if k in (7, 3333) else k}" for k in range(5000)]))
    said = []
    for small in (1 << 23, 0):
        monkeypatch.setattr(readers, "SMALL", small)
        one = CliRunner().invoke(main, ["estimate", str(path), "--mean", "x", "--by", "g"])
        two = CliRunner().invoke(main, ["estimate", str(path2), "--mean", "x", "--by", "g"])
        assert one.exit_code == 1 and not two.exit_code
        said.append((one.output, two.output))
    assert said[0] == said[1]
    assert "row 3,334, line 3335 contains '1,5'" in said[0][0] and "--decimal ," in said[0][0]
    assert "2 error cells of a spreadsheet count as missing (first in row 8, line 9: #N/A)" in said[0][1]


@pytest.mark.parametrize("rest", ["f,g", "f", "f,g,h,i"])
def test_the_rest_of_a_header_that_was_cut_is_no_explanation(tmp_path: Path, rest: str) -> None:
    names = [f"c{k}" for k in range(9)]
    rows = "".join(",".join(str(k + j) for j in range(9)) + ",,,,\n" for k in range(5))
    path = tmp_path / "x.csv"
    path.write_text(f"{','.join(names)}\n{rest}\n{rows}", encoding="utf-8")
    table = load_table(path)
    assert len(table.frame) == 6
    assert any("line 2" in note for note in table.notes)
    assert not any("explains" in note for note in table.notes)
