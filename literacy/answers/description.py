"""Description of the columns of a table by labels, value labels and missing codes of the instrument."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from literacy.files.writing.format_labels import Description
from literacy.instrument import KINDS
from literacy.instrument.definitions import Code, Label, Option

if TYPE_CHECKING:
    from literacy.answers.responses import Responses
    from literacy.instrument import Instrument

_YES_NO = (Option(0, Label("否", "No")), Option(1, Label("是", "Yes")))
_SCORED = {
    "total": Label("总分", "Total score"),
    "tier": Label("等级", "Tier"),
    "literate": Label("是否具备公民科学素质", "Scientifically literate"),
    "universe": Label("总体", "Universe"),
    "survey": Label("调查", "Survey"),
    "wave": Label("期次", "Wave"),
    "standard": Label("评分标准", "Scoring standard"),
    "n_answered": Label("作答题数", "Items answered"),
}
_KINDS = {
    "dont_know": Label("回答“不知道”的题数", "Items answered with don't know"),
    "refused": Label("拒答题数", "Items refused"),
    "skipped": Label("漏答题数", "Items skipped"),
    "not_asked": Label("未问题数", "Items not asked"),
    "not_applicable": Label("不适用题数", "Items not applicable"),
}


def describe_columns(frame: pd.DataFrame, instrument: Instrument) -> Description:
    """Describe the columns defined by an instrument: items, recodes, groups, scores, split multiple choice."""
    labels: dict[str, Label] = {}
    options: dict[str, tuple[Option, ...]] = {}
    missing: dict[str, tuple[Code, ...]] = {}
    items = {i.name: i for i in instrument.items}
    splits = {
        f"{i.name}_{o.code}": (i, o) for i in instrument.items if i.type == "multiple" for o in i.answers
    }
    groups = {f"group_{g.name}": g.label for g in instrument.groups}
    recodes = {r.name: r for r in instrument.recodes}
    dimensions = {d.name: d.label for s in instrument.rules.values() for d in s.dimensions}
    for column in map(str, frame.columns):
        if column in items:
            item = items[column]
            labels[column] = item.label
            gone = tuple(o for o in item.options if o.missing)
            options[column] = gone if item.type == "multiple" else item.options
            missing[column] = tuple(o.code for o in gone)
        elif column in splits:
            item, option = splits[column]
            labels[column] = Label(
                f"{item.label.zh}：{option.label.zh}", f"{item.label.en}: {option.label.en}"
            )
            options[column] = _YES_NO
        elif column.endswith("_correct") and column.removesuffix("_correct") in items:
            label = items[column.removesuffix("_correct")].label
            labels[column] = Label(f"答对：{label.zh}", f"Right: {label.en}")
            options[column] = (Option(0, Label("未答对", "Not right")), Option(1, Label("答对", "Right")))
        elif column in groups:
            labels[column], options[column] = groups[column], _YES_NO
        elif column in recodes:
            labels[column], options[column] = recodes[column].label, recodes[column].options
        elif column in dimensions:
            labels[column] = dimensions[column]
        elif column in _SCORED:
            labels[column] = _SCORED[column]
            if column == "literate":
                options[column] = _YES_NO
        elif column.removeprefix("n_") in _KINDS and column.startswith("n_"):
            labels[column] = _KINDS[column.removeprefix("n_")]
    return Description(labels, options, missing)


def restore_codes(responses: Responses) -> pd.DataFrame:
    """Return the answers with the instrument's missing codes in the missing cells, as in a data file.

    A cell stays empty if the item has no code for its kind of missing value.
    """
    frame = responses.frame.copy()
    for item in responses.instrument.items:
        if item.name not in frame.columns:
            continue
        by_kind = {o.missing: o.code for o in reversed(item.options) if o.missing}
        kinds = responses.missing[item.name].to_numpy()
        cells = frame[item.name].astype(object).to_numpy(copy=True)
        for number, kind in enumerate(KINDS):
            if number and kind in by_kind:
                cells[kinds == number] = by_kind[kind]
        whole = item.type not in ("multiple", "text") and all(
            not isinstance(o.code, str) for o in item.options
        )
        frame[item.name] = _as_numbers(cells, frame.index) if whole else _as_text(cells, frame.index)
    return frame


def _as_numbers(cells: np.ndarray, index: pd.Index) -> pd.Series:
    if all(_absent(c) or float(c).is_integer() for c in cells):
        return pd.Series([None if _absent(c) else int(c) for c in cells], index=index, dtype="Int64")
    return pd.Series([np.nan if _absent(c) else float(c) for c in cells], index=index, dtype=np.float64)


def _absent(cell: object) -> bool:
    return cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell))


def _as_text(cells: np.ndarray, index: pd.Index) -> pd.Series:
    return pd.Series([None if _absent(c) else str(c) for c in cells], index=index, dtype="str")
