"""The first hour of an office: from an export of 问卷星 to weights, estimates and a figure, in twelve steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd

Run = Callable[..., object]
TRUTHS = ("地球绕太阳转一圈的时间是一年。", "抗生素能杀死病毒。", "声音在真空中也能传播。")
KEYS = ("对", "错", "错")
TOWNS = ("城镇", "乡村")
SCHOOLS = ("小学及以下", "初中", "高中、中专、职高或技校", "大学专科", "大学本科及以上")
JOBS = ("领导干部、公务员", "产业工人", "农牧民", "其他")


def write_export(place: Path, rows: int = 400) -> Path:
    """An export by text as 问卷星 writes it; every answer is invented."""
    said = [
        [KEYS[q] if (7 * k + 3 * q) % 10 < 6 else "错" if KEYS[q] == "对" else "对" for k in range(rows)]
        for q in range(len(KEYS))
    ]
    frame = {
        "序号": range(1, rows + 1),
        "提交答卷时间": [f"2026/6/{1 + k % 28} 10:{k % 60:02d}:05" for k in range(rows)],
        "所用时间": [f"{300 + k % 200}秒" for k in range(rows)],
        "1、您今年多大年龄？（周岁）": [18 + k % 52 for k in range(rows)],
        "2、您的性别是？": ["男" if k % 3 else "女" for k in range(rows)],
        "3、您的受教育程度是？": [SCHOOLS[k % 5] for k in range(rows)],
        "4、您的户籍所在地是？": [TOWNS[k % 4 == 0] for k in range(rows)],
        "5、您的职业是？": [JOBS[k % 4] for k in range(rows)],
    } | {f"{6 + q}、{text}": said[q] for q, text in enumerate(TRUTHS)}  # fmt: skip
    pd.DataFrame(frame).to_excel(place, index=False, engine="xlsxwriter")
    return place


def write_cell(book: Path, sheet: str, row: int, head: str, value: object) -> None:
    """One cell, as somebody types it: in the column with that heading."""
    whole = openpyxl.load_workbook(book)
    table = whole[sheet]
    heads = next(r for r in table.iter_rows(max_row=4) if any(c.value == head for c in r))
    column = next(c.column for c in heads if c.value == head)
    table.cell(row, column).value = value
    whole.save(book)


def steps(run: Run, folder: Path, *, figure: bool = True) -> list[str]:
    """From the export in *folder* to weights, estimates by group and a figure; returns each step as it was done."""
    done: list[str] = []

    def command(*words: str) -> None:
        run(*words)
        done.append(f"literacy {' '.join(words)}")

    def cell(book: str, sheet: str, row: int, head: str, value: object) -> None:
        write_cell(folder / book, sheet, row, head, value)
        done.append(f"{book}: {sheet}, row {row}, {head} = {value}")

    command("survey", "new", "mycity", "--from", "export.xlsx")
    for row, key in zip(range(7, 10), KEYS, strict=True):
        cell("mycity/survey.xlsx", "题目", row, "正确答案", 1 if key == "对" else 2)
    cell("mycity/survey.xlsx", "标准", 2, "标准", "oxford")
    cell("mycity/survey.xlsx", "标准", 2, "达标线", 2)
    command("margins", "template", "-i", "mycity", "-o", "margins.xlsx", "--by", "sex")
    sheet = openpyxl.load_workbook(folder / "margins.xlsx").sheetnames[-1]
    cell("margins.xlsx", sheet, 2, "人数", 25999)
    cell("margins.xlsx", sheet, 3, "人数", 27107)
    command("weight", "export.xlsx", "-i", "mycity", "--margins", "margins.xlsx", "-o", "weighted.xlsx")
    shares = "estimate weighted.xlsx -i mycity --share literate --by occupation -o shares.xlsx"
    command(*shares.split())
    if figure:
        command(
            *[
                "report",
                "2026",
                "export.xlsx",
                "-i",
                "mycity",
                "--margins",
                "margins.xlsx",
                "-o",
                "report",
                "--lang",
                "zh",
            ]
        )
    return done
