"""Nothing is lost silently in a text table, and numbers keep every digit; each kind of fault in several instances."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.answers.reading import read_plain
from literacy.cli import main
from literacy.errors import LiteracyError
from literacy.files import load_table, open_table, require_numbers
from literacy.files.text.textfile import TextFile  # noqa: F401  # what is tried here

SMALL = 'id,名,visits\r\n1,"a,b",10\r\n2,"c ""d""\r\ne",20\r\n3,二连,30\r\n'


def table_of(folder: Path, text: str | bytes, **more: str) -> tuple[pd.DataFrame, str]:
    path = folder / "x.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    table = load_table(path, **more)
    return table.frame, " ".join(table.notes)


def error_of(folder: Path, text: str | bytes) -> str:
    with pytest.raises(LiteracyError) as caught:
        table_of(folder, text)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_cut_inside_a_line_is_told(encoding: str, tmp_path: Path) -> None:
    """A file is cut at every byte: at a line's end it is a shorter file, anywhere else a note or an error."""
    data = SMALL.encode(encoding)
    ends = {len(SMALL[: k + 2].encode(encoding)) for k in range(len(SMALL)) if SMALL[k : k + 2] == "\r\n"}
    inside = len(SMALL[: SMALL.index('""\r\ne') + 4].encode(encoding))  # a line end within quotes
    told = 0
    for size in range(1, len(data)):
        try:
            _, notes = table_of(tmp_path, data[:size])
        except LiteracyError:
            told += 1
            continue
        if size in ends - {inside}:
            assert "line break" not in notes, size
        else:
            assert "truncated" in notes, (size, data[:size])
            told += 1
    assert told >= len(data) - 1 - len(ends)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b,c\n1,2,3\n4\n5,6,7\n", "line 3 (1 of 3)"),
        ("a,b\n1,2\n3\n4\n5,6\n", "2 lines end before the last column"),
        ("a;b;c\n1;2\n4;5;6\n", "line 2 (2 of 3)"),
        ("a,b\n1,2\n,\n3,4\n", "3 rows in the file, 2 read: 1 blank row skipped"),
        ('a,b,c\n1,2,3\n"","",""\n , ,\n4,5,6\n', "4 rows in the file, 2 read: 2 blank rows skipped"),
        ("a,b\n1,2\n3,4\x1a", "(0x1A)"),
        ("a,b\n1,2\n3,4\n\x1a\x1a", "(0x1A)"),
        ("a,b\n1,2,\n3,4,\n", "empty cells beyond the last column in 2 lines: 2, 3"),
        ("a\n1\n\n2\n", "1 empty line skipped"),
        ("Survey of 2025\n\na,b,c\n1,2,3\n", "2 lines above the header skipped"),
        ('a,b,c\n1,"x\n2,y,3\n4,z",5\n6,w,7\n', "is its closing quote missing? lines 2 to 4"),
        ("a,b\n1,2\n3,4", "ends without a line break, in line 3"),
    ],
)  # fmt: skip
def test_what_is_passed_over_or_filled_up_is_counted(text: str, said: str, tmp_path: Path) -> None:
    assert said in table_of(tmp_path, text)[1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n3,4,5\n6,7\n", "line 3 has more cells than the header: 3 instead of 2"),
        ('a,b\n1,"x\n2,"y"\n3,z\n', "row that begins in line 2 is not closed"),
        ('a,b\n1,x\n2,"y\n3,z\n4,w\n', "begins in line 3 is not closed in its cell, the cell runs on to line 5"),
        ('a,b\n1,x\n2,"y\n', "row that begins in line 3 is not closed"),
        ("a,b,c\n1,2,3\n4,5", "the last line is truncated: line 3 has 2 of 3 cells"),
        ("a,b\n1,2\n3,\x004\n", "line 3 contains a NUL byte"),
        ("a,二\n1,连\n".encode()[:-2], "ends inside a character"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_for_certain_names_its_line(text: str | bytes, said: str, tmp_path: Path) -> None:
    assert said in error_of(tmp_path, text)


def test_quotes_inside_cells_and_cells_of_several_lines_are_no_faults(tmp_path: Path) -> None:
    frame, notes = table_of(tmp_path, 'a,b\n5" x 3",1\n"two\nlines",2\n"say ""so""",3\n')
    assert frame["a"].tolist() == ['5" x 3"', "two\nlines", 'say "so"'] and not notes


@pytest.mark.search
@pytest.mark.parametrize("rows", [1, 2, 1000])
def test_a_lonely_quote_deep_in_a_long_file(rows: int, tmp_path: Path) -> None:
    body = "".join(f"{k},x\n" for k in range(3000))
    path = tmp_path / "x.csv"
    path.write_text("a,b\n" + body + '3000,5" tall\n' + body, encoding="utf-8")
    with open_table(path, rows=rows) as file:
        assert sum(len(t.frame) for t in file.blocks(["b"])) == 6001


CODES = ["152501001001000001", "9223300000000000001", "-9007199254740993", "9007199254740992"]


def test_whole_numbers_keep_every_digit(tmp_path: Path) -> None:
    frame, _ = table_of(tmp_path, "code,x\n" + "".join(f"{c},1\n" for c in CODES))
    assert frame["code"].tolist() == [int(c) for c in CODES] and frame["code"].dtype == "int64"
    gaps, _ = table_of(tmp_path, "code,x\n,1\n" + "".join(f"{c},1\n" for c in CODES))
    assert gaps["code"].tolist()[1:] == [int(c) for c in CODES] and gaps["code"].isna()[0]
    longer, notes = table_of(tmp_path, "code,x\n92233720368547758071,1\n5,1\n")
    assert (
        longer["code"].tolist() == ["92233720368547758071", "5"] and "code: numbers of more than 18" in notes
    )
    _, notes = table_of(tmp_path, "code,x\n9007199254740993,1\n0.5,1\n")
    assert "beside fractions, are rounded" in notes
    labels, _ = table_of(tmp_path, "code,x\n007,1\n8,1\n")
    assert labels["code"].tolist() == ["007", "8"]


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".xlsx"])
def test_long_codes_are_written_as_they_came(ending: str, tmp_path: Path) -> None:
    codes = [int(c) for c in CODES]
    frame = pd.DataFrame({"code": codes if ending != ".xlsx" else [str(c) for c in codes], "x": 1.0})
    lit.write_table(frame, tmp_path / f"x{ending}")
    assert lit.read_table(tmp_path / f"x{ending}")["code"].tolist() == codes


READINGS = [
    (["TRUE", "FALSE", "TRUE"], [1, 0, 1], "TRUE and FALSE"),
    (["true", "", "false"], [1, None, 0], "TRUE and FALSE"),
    (["45%", "50%", "10.5%"], [0.45, 0.5, 0.105], "shares"),
    (["1,200", "950", "-2,300,000.5"], [1200, 950, -2300000.5], "thousands separator"),
    (["１２", "3", "４.5"], [12, 3, 4.5], "full-width"),
    (['="1"', '="2"', "3"], [1, 2, 3], "quotes"),
    (
        ["1", "#N/A", "3"],
        [1, None, 3],
        "1 error cells of a spreadsheet count as missing (first in row 2, line 3: #N/A)",
    ),
]


@pytest.mark.parametrize(("cells", "numbers", "said"), READINGS)
def test_what_is_certain_is_read_and_said(
    cells: list[str], numbers: list[float | None], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.tsv"
    lines = [f'{k}\t"{c.replace(chr(34), chr(34) * 2)}"' for k, c in enumerate(cells)]
    path.write_text("\n".join(["k\tv", *lines, ""]), encoding="utf-8")
    frame, notes = read_plain(path, keep_personal=True)
    assert [None if pd.isna(v) else v for v in frame["v"]] == pytest.approx(numbers) and said in " ".join(
        notes
    )


@pytest.mark.parametrize(
    "cells", [["1,5", "2"], ["45%", "3"], ["TRUE", "2"], ["1,20", "3"], ["x", "1"], ["#N/A", "x"]]
)
def test_what_is_not_certain_stays_text(cells: list[str], tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("k;v\n" + "".join(f"1;{c}\n" for c in cells), encoding="utf-8")
    frame, notes = read_plain(tmp_path / "x.csv", keep_personal=True)
    assert frame["v"].tolist() == cells and not notes


def test_a_cell_that_is_no_number_is_named_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("k;v\n1;2\n1;1,5\n", encoding="utf-8")
    frame = lit.read_table(tmp_path / "x.csv")
    with pytest.raises(LiteracyError, match=r"row 2, line 3 contains '1,5'.*\n.*--decimal ,"):
        require_numbers(lambda: [frame], ["v", "absent"], "x.csv", 2)
    assert lit.read_table(tmp_path / "x.csv", decimal=",")["v"].tolist() == [2, 1.5]
    words = pd.DataFrame({"v": ["red", "blue"]})
    require_numbers(lambda: [words], ["v"], "x.csv")  # a column of words is told by whom it is given to
    with pytest.raises(LiteracyError, match="not a decimal mark"):
        lit.read_table(tmp_path / "x.csv", decimal=";")


def test_wide_tables_cost_little_a_column(tmp_path: Path) -> None:
    names = [f"v{k}" for k in range(20_000)]
    (tmp_path / "wide.csv").write_text(
        "\n".join([",".join(names), *[",".join(["1"] * 20_000)] * 3, ""]), encoding="utf-8"
    )
    with open_table(tmp_path / "wide.csv") as file:
        assert len(file.columns) == 20_000
        assert file.table(["v7"]).frame["v7"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "write",
    ["{}", "'{}", '="{}"', '"{}"', "{}.0"],
    ids=["bare", "apostrophe", "formula", "quoted", "point"],
)
@pytest.mark.parametrize("first", [2**53 + 1, 12_345_678_901_234_567_890, 10**23], ids=["16", "20", "24"])
def test_units_of_many_digits_stay_apart_or_are_told(write: str, first: int, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    rows = "".join(f"{write.format(first + k)},{k % 3}\n" for k in range(8))
    path.write_text("u,y\n" + rows, encoding="utf-8")
    done = CliRunner().invoke(main, ["estimate", str(path), "--mean", "y", "--psu", "u", "--format", "json"])
    assert done.exit_code == 0
    if write == "{}.0":  # what wrote the point had a float, and has lost them already
        assert "are rounded" in done.stderr
    else:
        assert json.loads(done.stdout)[0]["df"] == 7


@pytest.mark.parametrize("cell", ["99岁", "N/A", "-", "½", "$3", "null"])
def test_the_cell_that_stops_a_column_is_named(cell: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"id,y\n1,3\n2,{cell}\n", encoding="utf-8")
    done = CliRunner().invoke(main, ["estimate", str(path), "--mean", "y"])
    assert done.exit_code == 1 and f"row 2, line 3 contains '{cell}'" in done.stderr


@pytest.mark.parametrize(
    ("last", "total"),
    [("合计,5", True), ("Total,5", True), ("总计：,5", True), ("3,合计", False), ("totally,5", False)],
)
def test_a_last_row_of_totals_is_said(last: str, total: bool, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for codec in ("utf-8", "gb18030"):
        path.write_text(f"id,a\n1,2\n2,3\n{last}\n", encoding=codec)
        with open_table(path) as file:
            assert any("line 4 begins" in n for n in file.table().notes) == total


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter_without_a_mark(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes("id,地区\n1,东\n2,西\n".encode(codec))
    with open_table(path) as file:
        table = file.table()
    assert table.frame["地区"].tolist() == ["东", "西"] and any("UTF-16" in n for n in table.notes)
