"""Final dispositions of cases: AAPOR codes, their groups and labels, and how well each is documented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from literacy.instrument import FrozenMap, Label
from literacy.kernels.fieldwork.outcome_rates import GROUPS
from literacy.messages import mark

EDITION = mark("AAPOR Standard Definitions, 9th edition (2016), in-person household surveys")
SEEN, RECALLED = "secondary", "not seen"
"""``secondary``: the code has this meaning in a published coding based on AAPOR (Casen 2015, as listed in the R package
desuctools; queXS, the telephone interviewing system of ACSPRI) or, for groups, in the R package outcomerate 1.0.1;
``not seen``: from memory. Of the edition itself only title, preface and contents were available."""
ORIGIN = Label(
    "AAPOR《标准定义》第 9 版（2016），入户住户调查；该版只见到书名、前言和目录，公式转引自 R 包 outcomerate 1.0.1，"
    "标“not seen”的代码未见出处。",
    "AAPOR Standard Definitions, 9th edition (2016), in-person household surveys; of the edition only title, preface "
    "and contents were seen, the formulas come by way of the R package outcomerate 1.0.1, and codes marked “not seen” "
    "from memory.",
)
"""Note on the source of rates and codes."""


@dataclass(frozen=True, slots=True)
class Disposition:
    """A disposition code.

    Attributes
    ----------
    code : str
        The code in AAPOR's notation.
    group : str
        I, P, R, NC, O, UH, UO or NE.
    label : Label
    seen : str
        How well the code is documented: :data:`SEEN` or :data:`RECALLED`.
    edition : str
        Edition of AAPOR's Standard Definitions.
    """

    code: str
    group: str
    label: Label
    seen: str
    edition: str = EDITION


_ROWS = (
    ("1.1", "I", "完成访问", "complete interview", SEEN),
    ("1.2", "P", "部分完成", "partial interview", SEEN),
    ("2.11", "R", "拒访", "refusal", SEEN),
    ("2.111", "R", "住户拒访", "refusal by the household", SEEN),
    ("2.112", "R", "被抽中人拒访", "refusal by the person selected", SEEN),
    ("2.12", "R", "中途终止", "break-off", SEEN),
    ("2.20", "NC", "未接触到", "non-contact", SEEN),
    ("2.23", "NC", "无法进入楼院", "unable to enter the building", SEEN),
    ("2.24", "NC", "家中无人", "no one at the residence", SEEN),
    ("2.25", "NC", "被抽中人外出、不在", "person selected away or unavailable", SEEN),
    ("2.30", "O", "其他未完成", "other non-interview", RECALLED),
    ("2.31", "O", "被抽中人死亡", "person selected is dead", SEEN),
    ("2.32", "O", "因身体或精神原因不能作答", "physically or mentally unable", SEEN),
    ("2.33", "O", "语言不通", "language", SEEN),
    ("2.36", "O", "其他原因（合格）", "miscellaneous, eligible", SEEN),
    ("3.10", "UH", "不知是否住户", "unknown whether a household", RECALLED),
    ("3.11", "UH", "未上门", "not attempted", SEEN),
    ("3.17", "UH", "无法到达或不安全", "unable to reach, or unsafe", SEEN),
    ("3.18", "UH", "找不到地址", "unable to locate the address", SEEN),
    ("3.20", "UO", "住户，不知有无合格人", "household, unknown whether anyone is eligible", RECALLED),
    ("3.21", "UO", "未完成筛选", "no screener completed", RECALLED),
    ("3.90", "UO", "其他情况不明", "other unknown eligibility", SEEN),
    ("4.10", "NE", "不在样本范围", "out of sample", SEEN),
    ("4.50", "NE", "非住宅", "not a housing unit", RECALLED),
    ("4.51", "NE", "商铺、机关等", "business, office or other organisation", SEEN),
    ("4.52", "NE", "机构（医院、监所等）", "institution", SEEN),
    ("4.53", "NE", "集体宿舍", "group quarters", SEEN),
    ("4.60", "NE", "空宅", "vacant housing unit", RECALLED),
    ("4.61", "NE", "常年空置", "regular, vacant", SEEN),
    ("4.62", "NE", "季节性住所", "seasonal or temporary residence", SEEN),
    ("4.70", "NE", "无合格人", "no eligible person", SEEN),
    ("4.80", "NE", "配额已满", "quota filled", SEEN),
)
DISPOSITIONS: tuple[Disposition, ...] = tuple(
    Disposition(code, group, Label(zh, en), seen) for code, group, zh, en, seen in _ROWS
)
GROUP_LABELS: FrozenMap[Label] = FrozenMap(
    {
        "I": Label("完成", "complete"),
        "P": Label("部分完成", "partial"),
        "R": Label("拒访和中途终止", "refusal, break-off"),
        "NC": Label("未接触到", "non-contact"),
        "O": Label("其他未完成", "other"),
        "UH": Label("不知是否住户", "unknown if household"),
        "UO": Label("其他情况不明", "other unknown"),
        "NE": Label("不合格", "not eligible"),
    }
)


def _key(code: str) -> str:
    """Normalise a code; ``2.20`` and ``2.2`` are the same."""
    head, point, tail = code.partition(".")
    return f"{head}.{tail.rstrip('0')}" if point else code


_BY_KEY = {_key(d.code): d for d in DISPOSITIONS}
_BY_NAME = {name.lower(): d for d in DISPOSITIONS for name in (d.label.zh, d.label.en)}


def find_disposition(cell: object) -> Disposition | None:
    """Return the disposition of a cell of a log: ``2.11``, 2.2 for 2.20, 211, or a label; None for other texts."""
    text = str(cell).strip()
    if isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))
    if text in ("", "nan", "None", "<NA>"):
        return None
    if text.isdigit() and len(text) in (3, 4):
        text = f"{text[0]}.{text[1:]}"
    return _BY_KEY.get(_key(text)) or _BY_NAME.get(text.lower())


def outcome_group(cell: object) -> str:
    """Return the group (I, P, R, NC, O, UH, UO or NE) of a code, or of such a letter itself; empty for others."""
    text = str(cell).strip().upper()
    if text in GROUPS:
        return text
    found = find_disposition(cell)
    return found.group if found else ""


def list_dispositions(lang: str = "en") -> pd.DataFrame:
    """Return the disposition codes as a table: ``code, group, label, seen, edition``.

    Parameters
    ----------
    lang : str
        Language of the labels: ``zh`` or ``en``.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> lit.list_dispositions().columns[:2].tolist()
    ['code', 'group']
    """
    rows: list[dict[str, Any]] = [
        {"code": d.code, "group": d.group, "label": d.label.get(lang), "seen": d.seen, "edition": d.edition}
        for d in DISPOSITIONS
    ]
    return pd.DataFrame(rows)
