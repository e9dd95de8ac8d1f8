"""Writing a wave as an SPSS file: Chinese labels, declared missing codes, the same bytes every time."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from city.forms import Form, asked_items
from literacy.instrument import Instrument, Item

STRATA_ZH = {
    1: "东城、乌兰社区", 2: "南苑、呼和社区", 3: "北疆、锡林社区", 4: "额仁、西城社区", 5: "苏木（5 个嘎查）",
    6: "学生：初中", 7: "学生：普通高中", 8: "学生：中等职业学校",
}  # fmt: skip
DESIGN_ZH = {
    "id": "受访者编号（合成数据）",
    "wave": "调查年份",
    "interview_date": "访问日期",
    "interview_mode": "访问方式",
    "stratum": "抽样层",
    "psu": "初级抽样单位（层内编号：居民小区块、牧业小组或班级）",
    "fpc_psu": "本层初级抽样单位总数",
    "fpc_person": "本初级抽样单位内符合条件的人数",
    "base_weight": "基础权数（抽取概率的倒数，未作无回答调整）",
}
DESIGN_VALUES = {"interview_mode": {1: "面访", 2: "扫码自填"}, "stratum": STRATA_ZH}
STAMP, STAMP_AT = b"01 Jun 2500:00:00", 92
"""Date and time (17 bytes) written over the clock's, and their place in the header of an SPSS file."""


@dataclass(slots=True)
class Sheet:
    """Columns of a file in order, with their labels and declared missing codes."""

    columns: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[int, str]] = field(default_factory=dict)
    missing: dict[str, list[int]] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, cells: Any, label: str, measure: str = "nominal") -> None:
        """Add one column."""
        self.columns[name], self.labels[name], self.measures[name] = cells, label, measure


def lay_out(table: pd.DataFrame, instrument: Instrument, form: Form) -> Sheet:
    """Put a wave's interviews into the columns of its file."""
    sheet = Sheet()
    for name, label in DESIGN_ZH.items():
        scale = name in ("interview_date", "fpc_psu", "fpc_person", "base_weight")
        sheet.add(name, table[name].to_numpy(), label, "scale" if scale else "nominal")
    sheet.values |= DESIGN_VALUES
    for item in asked_items(form, instrument):
        name = form.names.get(item.name, item.name)
        cells = table[item.name].to_numpy(dtype=object)
        if item.type != "multiple":
            _add_single(sheet, name, item, cells)
        elif form.ticks:
            _add_ticks(sheet, name, item, cells)
        else:
            sheet.add(name, np.array(["" if c is None else c for c in cells], dtype=object), item.label.zh)
    return sheet


def _add_single(sheet: Sheet, name: str, item: Item, cells: NDArray[np.object_]) -> None:
    numbers = np.array([np.nan if c is None else float(c) for c in cells])
    measure = {"number": "scale", "scale": "ordinal"}.get(item.type, "nominal")
    sheet.add(name, numbers, item.label.zh, measure)
    sheet.values[name] = {int(o.code): o.label.zh for o in item.options}
    sheet.missing[name] = declared_missing(item)


def _add_ticks(sheet: Sheet, name: str, item: Item, cells: NDArray[np.object_]) -> None:
    """One column an option: 0, 1, or in all columns alike the code of "don't know" or "refused"; empty if left out."""
    gone = {str(o.code): o.label.zh for o in item.options if o.missing}
    for option in item.answers:
        code, column = str(option.code), f"{name}_{option.code}"
        ticked = [
            np.nan if c is None else float(c) if c in gone else float(code in str(c).split("|"))
            for c in cells
        ]
        sheet.add(column, np.array(ticked), f"{item.label.zh}——{option.label.zh}")
        sheet.values[column] = {0: "未选", 1: "选中"} | {int(c): label for c, label in gone.items()}
        sheet.missing[column] = declared_missing(item)


def declared_missing(item: Item) -> list[int]:
    """Codes the file declares missing; "don't know" is an answer to a scored item, and not among them."""
    return [int(o.code) for o in item.options if o.missing and not (item.scored and o.missing == "dont_know")]


def save(sheet: Sheet, path: Path, title: str) -> None:
    """Write the file, then overwrite the time in its header with :data:`STAMP`."""
    import pyreadstat

    frame = pd.DataFrame(sheet.columns)
    formats = {
        n: "F8.0" for n in frame if n not in ("interview_date", "base_weight") and frame[n].dtype != object
    }
    formats |= {"base_weight": "F10.4"}
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=title,
        column_labels=sheet.labels,
        variable_value_labels={n: v for n, v in sheet.values.items() if v},
        missing_ranges={n: v for n, v in sheet.missing.items() if v},
        variable_measure=sheet.measures,
        variable_format=formats,
        row_compress=True,
    )
    raw = bytearray(path.read_bytes())
    raw[STAMP_AT : STAMP_AT + len(STAMP)] = STAMP
    path.write_bytes(bytes(raw))
