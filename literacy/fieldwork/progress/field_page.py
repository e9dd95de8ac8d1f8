"""The fieldwork board as an HTML page and as a workbook."""

from __future__ import annotations

import html
import io
from datetime import datetime
from typing import Any

import pandas as pd

from literacy._display import format_document
from literacy.fieldwork.dispositions import GROUP_LABELS, ORIGIN
from literacy.fieldwork.progress.field_board import FieldStatus
from literacy.fieldwork.progress.figures import CAPTIONS, draw_status
from literacy.instrument import FrozenMap, Label

_EPOCH = datetime(2000, 1, 1)
WORDS: FrozenMap[Label] = FrozenMap(
    {
        "title": Label("调查实施进度", "Fieldwork board"),
        "all": Label("总体", "In all"),
        "stratum": Label("分层", "By stratum"),
        "unit": Label("按单位", "By unit"),
        "interviewer": Label("按调查员", "By interviewer"),
        "day": Label("按日期", "By day"),
        "name": Label("名称", "Name"),
        "target": Label("计划", "Target"),
        "done": Label("完成", "Done"),
        "expected": Label("今日应完成", "Expected by today"),
        "visits": Label("上门次数", "Visits"),
        "cases": Label("样本户", "Cases"),
        "refused": Label("拒访", "Refused"),
        "no_contact": Label("未接触到", "No contact"),
        "substitutes": Label("替换", "Substitutes"),
        "response": Label("完成率", "Response"),
        "flagged": Label("质量标记", "Flagged"),
        "rates": Label("结果率（AAPOR）", "Outcome rates (AAPOR)"),
        "rate": Label("指标", "Rate"),
        "estimate": Label("数值", "Value"),
        "formula": Label("公式", "Formula"),
        "alerts": Label("需要处理", "Needs a look"),
        "kind": Label("对象", "Of"),
        "reason": Label("原因", "Reason"),
        "none": Label("无", "None"),
        "precision": Label("代表性与精度", "Representativity and precision"),
        "variable": Label("变量", "Variable"),
        "level": Label("类别", "Level"),
        "unconditional": Label("偏离（无条件）", "Partial, unconditional"),
        "conditional": Label("偏离（有条件）", "Partial, conditional"),
        "n": Label("户数", "Cases"),
        "outcomes": Label("各类结果户数", "Cases by outcome"),
    }
)
_DRAWN: FrozenMap[str] = FrozenMap({"unit": "units", "interviewer": "interviewers", "day": "progress"})
_SHARES = frozenset({"response", "flagged", "estimate"})


def format_status(status: FieldStatus, lang: str = "zh") -> str:
    """Return the board as an HTML page; deterministic.

    Parameters
    ----------
    status : FieldStatus
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str

    Examples
    --------
    >>> board = lit.field_status(
    ...     lit.sample_data("fieldwork/sample.csv"), lit.sample_data("fieldwork/visits.csv")
    ... )
    >>> "今日应完成" in lit.format_status(board, "zh")  # no end was given
    False
    """
    terms = {k: v.get(lang) for k, v in WORDS.items()}
    body = [
        f"<h1>{terms['title']} · {status.today:%Y-%m-%d}</h1>",
        f"<p><strong>{html.escape(headline(status, lang))}</strong></p>",
    ]
    reasons = status.alerts.assign(kind=status.alerts["kind"].map(lambda k: terms.get(k, k)))
    reasons = reasons.assign(reason=reasons["reason_zh"] if lang == "zh" else reasons["reason"])[
        ["kind", "name", "reason"]
    ]
    body += [
        f"<h2>{terms['alerts']}</h2>",
        _table(reasons, terms) if len(reasons) else f"<p>{terms['none']}</p>",
    ]
    figures = draw_status(status, lang)
    for kind in ("stratum", "interviewer", "unit", "day"):
        rows = status.rows(kind).dropna(axis=1, how="all")
        if len(rows):
            name = _DRAWN.get(kind, "")
            drawn = ""
            if name in figures:
                caption = CAPTIONS[name if not pd.isna(status.end) or name != "units" else "units_plain"].get(
                    lang
                )
                drawn = f"<figure>{figures[name]}<figcaption>{caption}</figcaption></figure>"
            body += [
                f"<h2>{terms[kind]}</h2>",
                drawn,
                _table(rows, terms),
            ]
    counts = ", ".join(f"{GROUP_LABELS[g].get(lang)} {c:,.0f}" for g, c in status.rates.counts.items() if c)
    body += [
        f"<h2>{terms['rates']}</h2>",
        f"<p>{html.escape(counts)}; e = {status.rates.e:.4f}</p>",
    ]
    body.append(_table(status.rates.to_frame()[["rate", "estimate", "formula"]], terms))
    body.append(f"<p>{html.escape(ORIGIN.get(lang))}</p>")
    body += [
        f"<h2>{terms['precision']}</h2>",
        "<ul>",
        *[f"<li>{html.escape(t)}</li>" for t in precision_lines(status, lang)],
        "</ul>",
    ]
    if status.representativity is not None and len(status.representativity.table):
        body.append(_table(status.representativity.table, terms))
    return format_document(terms["title"], "".join(body), lang)


def headline(status: FieldStatus, lang: str) -> str:
    """Summarise interviews done, target and expected number in one sentence."""
    whole = status.rows("all").iloc[0]
    known = not pd.isna(whole["expected"])
    if lang == "zh":
        return (
            f"已完成 {whole['done']:.0f} 份，计划 {whole['target']:.0f} 份"
            + (f"，今日应完成 {whole['expected']:.0f} 份" if known else "")
            + "。"
        )
    return f"{whole['done']:.0f} of {whole['target']:.0f} interviews" + (
        f"; {whole['expected']:.0f} expected by today." if known else "."
    )


def precision_lines(status: FieldStatus, lang: str) -> list[str]:
    """Describe representativity, effective size, pace and the stop rule."""
    end = "–" if pd.isna(status.likely_end) else f"{status.likely_end:%Y-%m-%d}"
    found = status.representativity
    if lang == "zh":
        out = [f"有效样本量 {status.n_eff:.0f}（设计效应 {status.deff:.2f}），比例估计的半宽 {status.half_width:.1%}",
               f"近七日平均每天 {status.pace:.1f} 份，预计 {end} 完成"]  # fmt: skip
        if found is not None:
            out.insert(
                0,
                f"代表性指标 R = {found.estimate:.3f}（{found.ci_low:.3f}—{found.ci_high:.3f}；1 为完全代表），"
                f"变量：{'、'.join(found.variables)}",
            )
        if status.stop:
            out.append("精度已达到，可以停止" if status.stop.startswith("stop") else "精度未达到，继续调查")
        return out
    out = [
        f"effective n {status.n_eff:.0f} (design effect {status.deff:.2f}); "
        f"half-width of the share {status.half_width:.1%}",
        f"{status.pace:.1f} interviews a day over the last seven days; likely end {end}",
    ]
    if found is not None:
        out.insert(0, f"{found._title()} (1 is perfect), by {', '.join(found.variables)}")
    return [*out, *([f"stop rule: {status.stop}"] if status.stop else [])]


def encode_status(status: FieldStatus, lang: str = "zh") -> bytes:
    """Return the board as an Excel workbook with one sheet per table; deterministic.

    Parameters
    ----------
    status : FieldStatus
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    bytes

    Examples
    --------
    >>> folder = lit.sample_data("fieldwork/visits.csv").parent
    >>> board = lit.field_status(folder / "sample.csv", folder / "visits.csv", today="2026-05-18")
    >>> lit.encode_status(board, "en") == lit.encode_status(board, "en")
    True
    """
    import xlsxwriter

    terms = {k: v.get(lang) for k, v in WORDS.items()}
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": _EPOCH})
    formats = {"bold": book.add_format({"bold": True}), "share": book.add_format({"num_format": "0.0%"}),
               "number": book.add_format({"num_format": "#,##0"})}  # fmt: skip
    tables = {
        k: status.rows(k).dropna(axis=1, how="all") for k in ("all", "stratum", "unit", "interviewer", "day")
    }
    tables["rates"] = status.rates.to_frame()
    if status.representativity is not None:
        tables["precision"] = status.representativity.to_frame()
    tables["alerts"] = status.alerts
    for name, table in tables.items():
        if not len(table.columns):
            continue
        sheet = book.add_worksheet(terms[name].replace("/", " ")[:31])
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for j, column in enumerate(table.columns):
            sheet.write_string(0, j, terms.get(str(column), str(column)), formats["bold"])
            sheet.set_column(j, j, 14)
            for i, cell in enumerate(table[column], start=1):
                _write(
                    sheet,
                    i,
                    j,
                    cell,
                    formats["share"] if column in _SHARES else formats["number"],
                    str(column),
                )
        if name in ("unit", "day") and len(table):
            _chart(book, sheet, name, table, terms)
    book.close()
    return stream.getvalue()


def _chart(book: Any, sheet: Any, name: str, table: pd.DataFrame, terms: dict[str, str]) -> None:
    """Add a native chart below the table: done and target by unit, or interviews by day."""
    columns, last, title = list(map(str, table.columns)), len(table), sheet.get_name()
    chart = book.add_chart({"type": "bar" if name == "unit" else "column"})
    for column, color in (("target", "#D9D9D9"), ("done", "#1F6F8B")):
        if column in columns:
            at = columns.index(column)
            chart.add_series({
                "name": terms[column], "categories": [title, 1, 0, last, 0], "values": [title, 1, at, last, at],
                "fill": {"color": color},
            })  # fmt: skip
    chart.set_title({"name": terms[name], "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    if name == "unit":
        chart.set_y_axis({"reverse": True})
    chart.set_size({"width": 640, "height": 120 + 22 * min(last, 40) if name == "unit" else 320})
    sheet.insert_chart(last + 2, 0, chart, {"description": terms[name]})


def _write(sheet: Any, row: int, at: int, cell: Any, form: Any, column: str) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, at, cell)
    elif cell is not None and not pd.isna(cell):
        plain = column in ("unconditional", "conditional")
        sheet.write_number(row, at, float(cell), *(() if plain else (form,)))


def _table(table: pd.DataFrame, terms: dict[str, str]) -> str:
    numeric = [pd.api.types.is_numeric_dtype(table[c]) for c in table.columns]
    head = "".join(
        f"<th{' class=n' if n else ''}>{terms.get(str(c), str(c))}</th>"
        for c, n in zip(table.columns, numeric, strict=True)
    )
    lines = []
    for row in table.itertuples(index=False, name=None):
        cells = "".join(
            f"<td{' class=n' if n else ''}>{_cell(v, str(c))}</td>"
            for v, c, n in zip(row, table.columns, numeric, strict=True)
        )
        lines.append(f"<tr>{cells}</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _cell(value: Any, column: str) -> str:
    if isinstance(value, str):
        return html.escape(value)
    if value is None or pd.isna(value):
        return "–"
    if column in _SHARES:
        return f"{float(value):.1%}"
    return f"{float(value):.3f}" if column in ("unconditional", "conditional") else f"{float(value):,.0f}"
