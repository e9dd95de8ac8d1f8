"""How a column is read is decided from all its rows: answers, notes and errors are the same in blocks as in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.answers import open_responses
from literacy.answers.coding.coded import Declared, Memory
from literacy.answers.coding.columnforms import find_form
from literacy.answers.coding.ticks import code_ticks
from literacy.answers.matching.column_rules import Place
from literacy.answers.reading import judge_columns, read_plain
from literacy.errors import LiteracyError
from literacy.files import Table, open_table
from literacy.instrument import Instrument, Label
from literacy.instrument.definitions import Item, Option, Wave
from literacy.privacy import Glimpses
from literacy.workflow.answerfiles import Needed
from literacy.workflow.streaming.streamed_rows import Tally, look_over
from tests.conftest import some

N = 90
ROWS = 8
PHONES = [f"13{800000000 + 7919 * row * row % 10**8}" for row in range(N)]


def options(*codes: int | str, words: str) -> tuple[Option, ...]:
    return tuple(Option(code, Label(w, w)) for code, w in zip(codes, words.split(), strict=True))


ITEMS = (
    Item("age", "number", Label("年龄", "Age"), "background", min=14, max=99),
    Item("visits", "number", Label("去了几次", "How many times"), "background", min=0, max=50),
    Item("sex", "category", Label("性别", "Sex"), "background", options(1, 2, words="男 女")),
    Item(
        "rest",
        "category",
        Label("选一项", "Choose"),
        "background",
        options(1, 2, "a", words="一项 两项 其余"),
    ),
    Item("times", "single", Label("次数", "Times"), "background", options(1, 2, 3, 4, words="0 1 2 更多")),
    Item("turned", "single", Label("项", "One"), "background", options(2, 1, 7, words="甲 乙 丙")),
    Item("topics", "multiple", Label("题", "Topics"), "background", options(1, 2, 3, words="天文 地理 生物")),
    Item("remark", "text", Label("意见", "Remark"), "background"),
)
PLAIN = {
    "age": "30",
    "visits": "2",
    "sex": "1",
    "rest": "1",
    "times": "1",
    "turned": "2",
    "topics": "1|2",
    "remark": "好",
}
"""What every row holds in the columns that a case leaves alone."""


def late(usual: str, other: str, first: int = 40) -> Callable[[int], str]:
    """A column that is written in another way from some row on."""
    words, others = usual.split(), other.split()
    return lambda row: words[row % len(words)] if row < first else others[row % len(others)]


CASES: dict[str, tuple[str, Callable[[int], str]]] = {
    "numbers among remarks": ("remark", late("1 ２ 3.0 07", "意见")),
    "telephones among remarks": ("remark", lambda row: PHONES[row] if row % 9 else "1"),
    "telephones in some blocks of remarks": ("remark", lambda row: PHONES[row] if 20 < row < 30 else str(row)),
    "amounts and a telephone in remarks": ("remark", lambda row: PHONES[row] if row == 50 else str(3 * 10**10 + row)),
    "codes of two types": ("rest", late("1 2", "a 1")),
    "codes of two types, one of which occurs": ("rest", late("1 2", "2")),
    "words beside numbers that are words": ("times", late("1 2", "更多 1")),
    "numbers that are words, then codes": ("times", late("更多 1", "1 2", 20)),
    "letters throughout": ("sex", late("A B", "B")),
    "letters after gaps": ("sex", lambda row: "" if row < 40 else "AB"[row % 2]),
    "letters, then words": ("sex", late("A B", "男 女")),
    "words, then letters": ("sex", late("男 女", "A B")),
    "letters of several options, then codes": ("topics", late("AB C", "1|2")),
    "codes after letters": ("turned", late("A1 A2", "A7")),
    "codes after letters, then words": ("turned", late("A7", "甲")),
    "years of birth throughout": ("age", lambda row: str(1950 + row % 40)),
    "years of birth in some blocks": ("age", lambda row: "1960" if row < 30 else "41"),
    "years of birth in most rows": ("age", lambda row: "33" if row < 30 else "1971"),
    "ages with a unit in some blocks": ("age", late("30 41", "３５ 28岁 拒答")),
    "telephones alone, and one gap": ("visits", lambda row: PHONES[row] if row != 60 else ""),
    "dates of the second column in some blocks": ("submitdate", lambda row: "" if row < 40 else "2025-05-20"),
    "dates that cannot be read in some blocks": ("submitdate", lambda row: "25/5/3" if row < 40 else "2025-05-20"),
    "dates of many years": ("submitdate", lambda row: f"{2001 + row // 5}-05-20"),
}  # fmt: skip
Read = tuple[pd.DataFrame, np.ndarray, tuple[str, ...]] | str


def survey() -> tuple[Instrument, Wave]:
    erenhot = lit.load_instrument("erenhot")
    wave = replace(erenhot.waves[-1], absent=())
    return replace(erenhot, items=ITEMS, recodes=(), groups=(), universes=()), wave


def make_answers(path: Path, columns: dict[str, Callable[[int], str]]) -> Path:
    cells = {c: [v] * N for c, v in PLAIN.items()}
    if "submitdate" in columns:
        cells["date"] = [f"2024-05-{1 + row % 20:02}" for row in range(N)]
    cells |= {c: [make(row) for row in range(N)] for c, make in columns.items()}
    pd.DataFrame(cells).to_csv(path, index=False)
    return path


def read_answers(path: Path) -> Read:
    instrument, wave = survey()
    try:
        with open_table(path) as file:
            opened = open_responses(file, instrument, wave)
            if not file.in_blocks:
                whole = opened.whole()
                return whole.frame, whole.missing.to_numpy(), whole.history
            blocks = [*opened.parts()]
    except LiteracyError as error:
        return str(error)
    for (one, _), (two, _) in pairwise(blocks):
        assert list(one.frame.dtypes) == list(two.frame.dtypes)
    frame = pd.concat([b.frame for b, _ in blocks], ignore_index=True)
    kinds = np.concatenate([b.kinds.T for b, _ in blocks])
    return frame, kinds, opened.find_history([note for _, notes in blocks for note in notes])


def same(whole: Read, found: Read) -> None:
    assert type(whole) is type(found)
    if isinstance(whole, str) or isinstance(found, str):
        assert whole == found
        return
    pd.testing.assert_frame_equal(whole[0], found[0])
    assert np.array_equal(whole[1], found[1])
    assert whole[2] == found[2]


@pytest.mark.parametrize("case", CASES)
def test_answers_are_read_in_blocks_as_in_memory(
    case: str, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    column, make = CASES[case]
    path = make_answers(tmp_path / "t.csv", {column: make})
    whole = read_answers(path)
    blocks(ROWS)
    same(whole, read_answers(path))


@pytest.mark.parametrize("seed", some(range(24), 6))
def test_any_mixture_of_columns_is_read_in_blocks_as_in_memory(
    seed: int, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    rng = np.random.default_rng(seed)
    names = rng.permutation(list(CASES))[:5]
    columns: dict[str, Callable[[int], str]] = {}
    for name in names:
        column, make = CASES[name]
        order = rng.permutation(N) if rng.random() < 0.5 else np.roll(np.arange(N), rng.integers(N))
        columns[column] = lambda row, make=make, order=order: make(int(order[row]))  # type: ignore[misc]
    path = make_answers(tmp_path / "t.csv", columns)
    whole = read_answers(path)
    blocks(int(rng.integers(5, 30)))
    same(whole, read_answers(path))


def test_text_items_are_texts_whatever_their_cells_are(tmp_path: Path) -> None:
    path = make_answers(tmp_path / "t.csv", {"remark": lambda row: PHONES[row] if row % 2 else "7"})
    read = read_answers(path)
    assert not isinstance(read, str)
    assert set(read[0]["remark"]) == {"7", "[…]"}


FREE: dict[str, Callable[[int], str]] = {
    "names of interviewers, and of people": lambda row: "王小明" if row % 3 else "李红",
    "full-width digits": lambda row: "１２" if row == 70 else str(row),
    "more full-width digits": lambda row: "３" if row % 2 else str(row),
    "shares": lambda row: f"{row}%",
    "errors of a spreadsheet": lambda row: "#N/A" if row in (50, 60) else str(row),
    "days beside ranges": lambda row: "2025-03-04" if row < 60 else f"{row % 9}-1{row % 9}",
    "days beside ranges after many words": lambda row: f"意见{row}" if row < 70 else ("2025-03-04", "5-9")[row % 2],
    "personal at last": lambda row: PHONES[row] if row > 70 else "无",
}  # fmt: skip


@pytest.mark.parametrize("seed", some(range(12), 4))
def test_a_plain_table_says_in_blocks_what_it_says_in_memory(
    seed: int, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(list(FREE))
    names = ["访员", *(f"c{k}" for k in range(1, len(chosen)))]
    table = pd.DataFrame({c: [FREE[k](row) for row in range(N)] for c, k in zip(names, chosen, strict=True)})
    path = tmp_path / "t.csv"
    table.to_csv(path, index=False)
    whole, said = read_plain(path)
    blocks(int(rng.integers(5, 30)))
    with open_table(path) as file:
        assert file.in_blocks
        rows = look_over(file, Needed(), False, ".")
        made = [*rows.blocks(file)]
    tally = sum((t for _, t in made), Tally())
    assert rows.reading_notes(tally) == said
    pd.testing.assert_frame_equal(
        pd.concat([frame for frame, _ in made], ignore_index=True), whole, check_dtype=False
    )


@pytest.mark.parametrize("place", [3, 700, 1500])
def test_one_name_among_many_codes_of_interviewers_is_found(place: int) -> None:
    cells = pd.Series([f"A{row:04}" for row in range(1600)])
    cells[place] = "张伟"
    glimpses = Glimpses()
    for first in range(0, len(cells), 300):
        glimpses.hear(pd.DataFrame({"访员": cells.iloc[first : first + 300]}), ["访员"])
    assert len(glimpses.cells["访员"]) <= 500
    for held in (cells, glimpses.cells["访员"]):
        assert judge_columns({"访员": held}, {}) == {"访员": "interviewers' names"}


@pytest.mark.parametrize("seed", range(5))
def test_the_form_of_a_column_is_that_of_its_blocks_together(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pool = ["A", "B", "AB", "A1", "A2", "A7", "更多", "1", "", "z9", "甲"]
    for item in ITEMS:
        texts = list(rng.choice(pool, size=rng.integers(1, 5), replace=False))
        cut = int(rng.integers(0, len(texts) + 1))
        assert find_form(texts, item) == find_form(texts[:cut], item) & find_form(texts[cut:], item)


@pytest.mark.parametrize("other", [[], [9.0]])
def test_a_two_labelled_as_no_is_no_tick_beside_whatever_other_codes(other: list[float]) -> None:
    item = next(i for i in ITEMS if i.name == "topics")
    labels = {1.0: "是", 2.0: "否", 9.0: "拒绝回答"}
    table = Table(pd.DataFrame({"t1": [1.0, 2.0, *other], "t3": [2.0, 1.0, *other]}), "sav")
    declared = {c: Declared(labels) for c in ("t1", "t3")}
    done = code_ticks(table, item, Place("topics", ("t1", "t3"), "name", ("1", "3")), declared, Memory())
    assert done.unknown == () and done.values.tolist()[:2] == ["1", "3"]
