"""问卷星 exports that went through other hands: titles, other encodings, old Excel, numbers that became texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.answers import Responses, read
from literacy.answers.paradata import parse_duration, parse_durations, parse_moments
from literacy.errors import LiteracyError
from literacy.scoring import score
from tests.answers.test_wenjuanxing import differing, write
from tests.conftest import some
from tests.files.conftest import same_table
from tests.files.programs import write_old_excel
from tests.files.wenjuanxing import Style, export

DURATIONS: dict[str, Callable[[int], object]] = {
    "seconds": lambda k: f"{400 + k}秒",
    "minutes": lambda k: f"{(400 + k) // 60}分{(400 + k) % 60}秒",
    "hours": lambda k: f"0时{(400 + k) // 60}分{(400 + k) % 60}秒",
    "clock": lambda k: f"00:{(400 + k) // 60:02d}:{(400 + k) % 60:02d}",
    "marks": lambda k: f"{(400 + k) // 60}'{(400 + k) % 60}\"",
    "primes": lambda k: f"{(400 + k) // 60}′{(400 + k) % 60}″",
    "number": lambda k: 400 + k,
    "part of a day": lambda k: (400 + k) / 86_400,
}


@pytest.fixture(scope="module")
def wave(truth: Responses) -> Responses:
    return truth.keep(np.arange(len(truth)) % 10 == 0, "every tenth kept")


@pytest.mark.parametrize("name", sorted(DURATIONS))
def test_durations(name: str, wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(duration=DURATIONS[name], leading=("序号", "所用时间")))
    got = read(write(frame, tmp_path / "a.csv"), wave.instrument)
    assert got.paradata["duration"].round(2).tolist() == [400.0 + k for k in range(len(wave))]


def test_what_is_no_duration() -> None:
    assert all(np.isnan(parse_duration(cell)) for cell in ("", "很久", None, float("nan"), "3/4"))
    assert parse_durations(pd.Series([0.5, 400.0])) == [0.5, 400.0]


@pytest.mark.parametrize(
    "cells", [["2025/6/1 10:00:05"], ["2025-06-01T10:00:05"], ["2025年6月1日 10:00:05"], [45809.416724537]]
)
def test_moments(cells: list[object]) -> None:
    assert parse_moments(pd.Series(cells)).tolist() == [pd.Timestamp("2025-06-01 10:00:05")]


def test_numbers_that_are_no_moments() -> None:
    assert parse_moments(pd.Series([3.0, 45809.0])).isna().all()


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(str)


def as_floats(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(lambda c: f"{c}.0" if isinstance(c, int) else c)


def as_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(lambda c: int(c) if isinstance(c, str) and c.lstrip("-").isdigit() else c)


@pytest.mark.parametrize("change", [as_text, as_floats, as_numbers])
@pytest.mark.parametrize("numbers", [False, True], ids=["text", "number"])
def test_cells_of_another_type(
    change: Callable[[pd.DataFrame], pd.DataFrame], numbers: bool, wave: Responses, tmp_path: Path
) -> None:
    frame = change(export(wave, Style(numbers=numbers)))
    assert differing(wave, read(write(frame, tmp_path / "a.csv"), wave.instrument)) == []


@pytest.mark.parametrize("encoding", some(["gbk", "utf-16", "utf-8", "gb18030"]))
@pytest.mark.parametrize("sep", [",", "\t", ";"])
def test_saved_as_text(encoding: str, sep: str, wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(numbers=True))
    path = write(frame, tmp_path / "调查.csv", encoding, sep)
    assert differing(wave, read(path, wave.instrument)) == []


TITLES = {
    "padded": lambda width: [["二连浩特市公民科学素质调查", *[""] * (width - 1)]],
    "two lines": lambda width: [["调查结果", *[""] * (width - 1)], ["单位：", "科协", *[""] * (width - 2)]],
    "empty line": lambda width: [["调查结果", *[""] * (width - 1)], [""] * width],
}


def with_title(frame: pd.DataFrame, name: str) -> list[list[object]]:
    return [*TITLES[name](frame.shape[1]), list(frame.columns), *frame.values.tolist()]


@pytest.mark.parametrize("name", sorted(TITLES))
def test_titles_above_the_header(name: str, wave: Responses, tmp_path: Path) -> None:
    rows = with_title(export(wave), name)
    path = tmp_path / "a.csv"
    pd.DataFrame(rows).to_csv(path, header=False, index=False, encoding="gb18030")
    assert differing(wave, read(path, wave.instrument)) == []
    sheet = tmp_path / "a.xlsx"
    write_sheets(sheet, {"答卷": rows, "说明": [["由问卷星导出"], ["共 1 页"]]})
    assert differing(wave, read(sheet, wave.instrument)) == []


def test_a_bare_title_line(wave: Responses, tmp_path: Path) -> None:
    path = write(export(wave), tmp_path / "a.csv")
    path.write_text("二连浩特市公民科学素质调查\n\n" + path.read_text(encoding="utf-8-sig"), encoding="utf-8")
    assert differing(wave, read(path, wave.instrument)) == []


def test_line_breaks_in_the_header_cost_no_respondent(wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(heading=lambda k, i: f"{k}、{i.label.zh[:4]}\n{i.label.zh[4:]}"))
    got = read(write(frame, tmp_path / "a.csv"), wave.instrument)
    assert len(got) == len(wave)


def test_lines_under_the_table_are_no_respondents(wave: Responses, tmp_path: Path) -> None:
    frame = export(wave)
    under = pd.DataFrame(
        [["合计", *[""] * (frame.shape[1] - 1)], ["注：由科协提供", *[""] * (frame.shape[1] - 1)]]
    )
    path = tmp_path / "a.csv"
    pd.DataFrame([list(frame.columns), *frame.values.tolist(), *under.values.tolist()]).to_csv(
        path, header=False, index=False
    )
    got = read(path, wave.instrument)
    assert differing(wave, got) == [] and any("2 lines hold no answer" in n for n in got.history)


def write_sheets(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    """A workbook of several sheets; the first lines of each as merged cells where they hold one cell only."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if c == "" else c for c in row])
        if len(rows) > 2 and rows[0][1:2] == [""]:
            sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(rows[0]))
    book.save(path)


def test_the_sheet_before_the_answers(wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(moment=lambda k: pd.Timestamp("2025-06-01 10:00:05").to_pydatetime()))
    path = tmp_path / "b.xlsx"
    write_sheets(
        path, {"说明": [["只有一行"]], "答卷": [list(frame.columns), *frame.values.tolist()], "空": []}
    )
    got = read(path, wave.instrument)
    assert differing(wave, got) == []
    assert set(got.paradata["submitted"]) == {pd.Timestamp("2025-06-01 10:00:05")}


def test_old_excel(wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(numbers=True))
    write_old_excel(list(frame.columns), frame.values.tolist(), tmp_path / "a.xls")
    assert differing(wave, read(tmp_path / "a.xls", wave.instrument)) == []


@pytest.mark.parametrize("numbers", [False, True], ids=["text", "number"])
def test_the_scored_table_is_the_same(numbers: bool, wave: Responses, tmp_path: Path) -> None:
    style = Style(
        numbers=numbers, heading=lambda k, i: f"{k}. *{i.label.zh}（请选择）", renumber=lambda k: 2 * k + 3,
        order=lambda items: list(reversed(items)), extra={"1、您的姓名": ["张三"], "2、备注": ["好", "(空)"]},
    )  # fmt: skip
    expected = score(wave).frame
    columns = [c for c in expected.columns if c not in ("interview_date", "interview_mode")]
    got = score(read(write(export(wave, style), tmp_path / "a.csv"), wave.instrument)).frame
    assert len(columns) > 150 and same_table(expected, got, columns) == []


def refusal(frame: pd.DataFrame, path: Path, wave: Responses) -> str:
    with pytest.raises(LiteracyError) as refused:
        read(write(frame, path), wave.instrument)
    return f"{refused.value} [{refused.value.code}]"


def test_an_option_the_survey_has_not_is_counted_but_not_shown(wave: Responses, tmp_path: Path) -> None:
    frame = export(wave)
    column = next(c for c in frame.columns if "您的性别" in c)
    frame.loc[[0, 2], column] = "其他〖李四 13800000001〗"
    said = refusal(frame, tmp_path / "a.csv", wave)
    assert "sex" in said and column in said and "2 times" in said
    assert "李四" not in said and "138" not in said


def test_an_export_by_points_is_refused(wave: Responses, tmp_path: Path) -> None:
    said = refusal(export(wave, Style(numbers=True)), tmp_path / "12_按分数_调查_3_3.csv", wave)
    assert "points, not answers" in said and "io.format" in said


def test_two_columns_for_one_question(wave: Responses, tmp_path: Path) -> None:
    frame = export(wave)
    column = next(c for c in frame.columns if "您的性别" in c)
    frame.insert(9, "88、您的性别是?", frame[column].to_numpy()[::-1])
    assert "2 columns carry the text" in refusal(frame, tmp_path / "a.csv", wave)
    frame.columns = pd.Index([c.replace("88、您的性别是?", column) for c in frame.columns])
    assert "2 columns carry the text" in refusal(frame, tmp_path / "a.csv", wave)


def test_a_place_beyond_the_form(wave: Responses, tmp_path: Path) -> None:
    frame = export(wave, Style(numbers=True))
    column = next(c for c in frame.columns if "您的性别" in c)
    frame.loc[0, column] = 7
    said = refusal(frame, tmp_path / "12_按序号_x_3_3.csv", wave)
    assert "sex" in said and "code 7, 1 time" in said
