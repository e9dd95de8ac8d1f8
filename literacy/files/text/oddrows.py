"""Rows that are not responses: totals, remarks, and lines below the header that explain it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from literacy.files.text.numbers import NUMBER
from literacy.files.text.spelling import skeleton
from literacy.files.text.vocabulary import missing_kind
from literacy.messages import mark, tell

WORDS = frozenset(
    {"合计", "总计", "小计", "共计", "总和", "求和", "平均", "平均数", "平均值", "平均分", "合計", "總計", "小計",
     "total", "totals", "grandtotal", "subtotal", "sum", "average", "mean", "note", "notes", "remark", "remarks",
     "source", "备注", "注", "说明", "填表人", "制表人", "审核人", "填报人", "制表", "审核", "填表", "填表日期",
     "填报单位", "单位负责人", "数据来源", "资料来源"}
)  # fmt: skip
"""First filled cells of totals and remarks, up to any colon or bracket, as normalised by :func:`skeleton`."""
BELOW = 3
"""Maximum number of lines below the header that may explain it."""
LOOKED = 50
"""Number of rows compared to distinguish such a line from data."""
_ROW = mark(
    "row {} of the sheet begins with '{}'{}: it is read like the others; delete it if it is a total or a remark"
)
_LINE = mark(
    "line {} begins with '{}'{}: it is read as a row like the others; delete it if it is a total or a remark"
)
_ODD = re.compile(r"[:：(（]")
_NUMBER = re.compile(NUMBER)
_IMPORT = re.compile(r'\s*\{\s*"ImportId"')


def summary_word(cell: str) -> str:
    """Return the word by which a cell labels its row as a total or a remark; "" if it does not.

    >>> summary_word("合计（人）"), summary_word("Total:"), summary_word("Totally")
    ('合计', 'Total', '')
    """
    word = _ODD.split(cell.strip(), maxsplit=1)[0].strip() if len(cell) < 200 else ""
    return word if word and len(word) <= 24 and skeleton(word) in WORDS else ""


def row_word(row: Sequence[str]) -> str:
    """Return the :func:`summary_word` of the first filled cell of a row."""
    return summary_word(next((cell for cell in row if cell.strip()), ""))


def tell_totals(found: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Return a note on totals and remarks in a sheet, from their row numbers and words."""
    if not found:
        return ()
    number, word = found[0]
    more = tell(" and {:,} more", len(found) - 1) if len(found) > 1 else ""
    return (tell(_ROW, number, word, more),)


def tell_line(line: int, word: str, more: str) -> str:
    """Return a note on totals and remarks in a text table, from the line number and word of the first one."""
    return tell(_LINE, line, word, more)


def pick_totals(notes: Sequence[str]) -> tuple[str, ...]:
    """Return those notes on a file that concern totals and remarks."""
    ends = [tell(t, "\0", "\0", "\0").split("\0") for t in (_ROW, _LINE)]
    return tuple(n for n in notes if any(n.startswith(e[0]) and n.endswith(e[-1]) for e in ends))


def count_below(width: int, rows: Sequence[Sequence[str]]) -> int:
    """Return how many of the first rows explain the header: names in another language, units, question texts.

    Such a row has texts in columns where all rows below it have numbers, and a number in none of these columns.
    Qualtrics writes two of them, SurveyMonkey one.

    >>> count_below(2, [["编号", "年龄"], ["1", "34"], ["2", "51"]])
    1
    >>> count_below(2, [["Li", ""], ["An", "34"], ["Bo", "51"]])
    0
    """
    found = 0
    for place, row in enumerate(rows[:BELOW]):
        below = rows[place + 1 : place + 1 + LOOKED]
        if sum(1 for cell in row if _IMPORT.match(cell)) * 2 > sum(1 for cell in row if cell.strip()):
            return place + 1  # Qualtrics: the rows above it belong to the header too
        if len(below) >= 2 and _explains(width, row, below):
            found = place + 1
    return found


def _explains(width: int, row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    if 2 * len(row) < width:  # the rest of a header that a line break cut in two
        return False
    texts = numbers = gaps = 0
    for j in range(width):
        cell = row[j].strip() if j < len(row) else ""
        under = [r[j].strip() for r in below if j < len(r) and r[j].strip()]
        if 2 * len(under) < len(below) or not all(_NUMBER.fullmatch(c) for c in under):
            continue
        if _NUMBER.fullmatch(cell):
            return False
        numbers += 1
        is_text = any(c.isalpha() for c in cell) and not missing_kind(cell)
        texts += is_text
        gaps += not is_text and len(under) < len(below)
    if texts == numbers == 1:
        return _is_all_new(row, below)
    return texts >= 2 or (texts == 1 and not gaps)


def _is_all_new(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Return whether a row has two or more filled cells, all of them texts that do not recur below in their column."""
    filled = [(j, cell.strip()) for j, cell in enumerate(row) if cell.strip()]
    return len(filled) >= 2 and all(
        cell not in {r[j].strip() for r in below if j < len(r)} and not _NUMBER.fullmatch(cell)
        for j, cell in filled
    )


def tell_below(row: Sequence[str], number: int, count: int) -> str:
    """Return a note on the lines skipped below the header, with the number and the cells of the first one."""
    shown = ", ".join(cell.strip()[:20] for cell in row if cell.strip())[:60]
    if count == 1:
        return tell("line {} below the header explains it ({} …) and was skipped", number, shown)
    return tell(
        "lines {} to {} below the header explain it ({} …) and were skipped",
        number,
        number + count - 1,
        shown,
    )


def is_fuller(cells: Sequence[str], row: Sequence[str]) -> bool:
    """Return whether a row gives unique names to all columns while the header above it names only some of them.

    >>> is_fuller(["survey", "", "score", ""], ["id", "age", "x", "y"])
    True
    """
    blank = [j for j, cell in enumerate(cells) if not cell.strip()]
    names = [row[j].strip() if j < len(row) else "" for j in range(len(cells))]
    return bool(blank) and all(names) and len(set(names)) == len(names)


def name_below(column: int, rows: Sequence[Sequence[str]]) -> str:
    """Return the first name given to an unnamed column by the rows that explain the header ("" if none)."""
    return next((r[column].strip() for r in rows if column < len(r) and r[column].strip()), "")
