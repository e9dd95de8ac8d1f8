"""What shows in a whole file only: rows pasted in twice, items nobody answers, covers, titles and stacked tables."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import literacy as lit
from literacy.answers import overview, render_notes
from literacy.answers.overview import RespondentNumbers, count_answers
from literacy.cli import main
from literacy.files import open_table, readers, tablefile

FAULTS = Path(__file__).parent.parent / "files" / "faults"
OWN = ["-i", str(FAULTS / "two_waves")]
ROWS = pd.read_csv(FAULTS / "answers_of_2026.csv", dtype=str)


def scored(path: Path) -> str:
    done = CliRunner().invoke(main, ["score", str(path), *OWN, "-o", str(path.with_suffix(".out.csv"))])
    assert not done.exit_code, done.output
    return done.output


@pytest.mark.parametrize("ids", ["numbers", "texts", "fractions"])
@pytest.mark.parametrize("rows", [25_000, 7])
def test_rows_that_repeat_a_number_are_counted(
    ids: str, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tablefile, "ROWS", rows)
    monkeypatch.setattr(readers, "SMALL", 0 if rows == 7 else 1 << 23)
    frame = ROWS.assign(
        id=[{"numbers": f"{k}", "texts": f"R{k}", "fractions": f"{k}.5"}[ids] for k in range(len(ROWS))]
    )
    path = tmp_path / "x.csv"
    pd.concat([frame, frame.iloc[:3]]).to_csv(path, index=False)
    assert "id: 3 rows repeat a number used before" in scored(path)
    frame.to_csv(path, index=False)
    assert "repeat a number" not in scored(path)
    frame.assign(id=[None if k < 5 else i for k, i in enumerate(frame["id"])]).to_csv(path, index=False)
    assert "repeat a number" not in scored(path)  # an empty one is none


RUN = st.builds(lambda first, n: [first + k for k in range(n)], st.integers(0, 20), st.integers(1, 12))
LOOSE = st.lists(st.integers(0, 25), min_size=1, max_size=9)


@given(st.lists(st.one_of(RUN, LOOSE), min_size=1, max_size=6), st.sampled_from([1.0, 0.5]))
def test_repeats_of_runs_and_of_single_numbers(blocks: list[list[int]], step: float) -> None:
    numbers = RespondentNumbers()
    cells = [[x * step if step < 1 else x for x in block] for block in blocks]
    for block in cells:
        numbers.hear(pd.Series(block))
    whole = [x for block in cells for x in block]
    assert numbers.repeated() == len(whole) - len(set(whole))


def test_beyond_many_numbers_in_no_order_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "MANY", 4)
    frame = ROWS.assign(id=[f"R{k}" for k in range(len(ROWS))])
    path = tmp_path / "x.csv"
    frame.to_csv(path, index=False)
    assert "numbers were compared for repeats" in scored(path)
    frame.assign(id=range(len(ROWS))).to_csv(path, index=False)
    assert "numbers were compared" not in scored(path)


@pytest.mark.parametrize("rows", [25_000, 7])
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_an_item_nobody_answers_is_said(
    ending: str, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tablefile, "ROWS", rows)
    monkeypatch.setattr(readers, "SMALL", 0 if rows == 7 else 1 << 23)
    said = "items without an answer in any row count as skipped (is the export complete?)"
    for empty, told in ((["q1"], f"{said}: q1"), (["q1", "q3"], f"{said}: q1, q3"), ([], "")):
        path = tmp_path / f"x.{ending}"
        frame = ROWS.assign(**dict.fromkeys(empty, None))
        frame.loc[: len(frame) - 2, "q2"] = None  # the last row alone answers it
        getattr(frame, {"csv": "to_csv", "parquet": "to_parquet", "xlsx": "to_excel"}[ending])(
            path, index=False
        )
        output = scored(path)
        assert told in output if told else said not in output


def test_few_rows_and_answers_in_other_parts_say_nothing() -> None:
    import numpy as np

    skipped, answered = {"a": np.array([2, 2])}, {"a": np.array([0, 2])}
    many = [note for _ in range(6) for note in count_answers(skipped, 2, 2)]
    assert len(render_notes(many)) == 1 and not render_notes([*many, *count_answers(answered, 2, 2)])
    assert not render_notes(count_answers(skipped, 2, 2))


def sheets(path: Path, *pages: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for k, rows in enumerate(pages):
        page = book.create_sheet(f"S{k}")
        for row in rows:
            page.append(row)
    book.save(path)
    return path


TABLE: list[list[object]] = [["a", "b"], [1, 2], [3, 4]]


@pytest.mark.parametrize(
    "cover", [[["说明"], ["见第二页"]], [["a", "b"]], [["one"]], [[]], [["单位", "科协"], ["x"]]]
)
def test_a_cover_is_no_table(cover: list[list[object]], tmp_path: Path) -> None:
    with open_table(sheets(tmp_path / "x.xlsx", cover, TABLE)) as file:
        assert file.columns == ("a", "b") and "S1" in " ".join(file.table().notes)


def test_a_sheet_of_one_column_is_read_where_there_is_no_other(tmp_path: Path) -> None:
    assert lit.read_table(sheets(tmp_path / "x.xlsx", [["a"], [1], [2]], [["cover"]]))["a"].tolist() == [1, 2]


def test_tables_stacked_in_a_sheet_are_one(tmp_path: Path) -> None:
    path = sheets(tmp_path / "x.xlsx", [*TABLE, [], *TABLE, ["a", "b "]])
    with open_table(path) as file:
        table = file.table()
    assert table.frame["a"].tolist() == [1, 3, 1, 3]
    assert "the header stands in the rows once more and was skipped there: row 5, 8" in " ".join(table.notes)


@pytest.mark.parametrize(
    "above", [["# exported", "# by us"], ["2026年调查", "单位：某区", "日期：六月"], ["Survey", ""]]
)
def test_several_titles_above_a_text_table(above: list[str], tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("\n".join([*above, "id,年龄,得分", "1,30,2", "2,40,3"]) + "\n", encoding="utf-8")
    with open_table(path) as file:
        assert file.columns == ("id", "年龄", "得分")
        assert f"{len(above)} lines above the header skipped" in " ".join(file.table().notes)
