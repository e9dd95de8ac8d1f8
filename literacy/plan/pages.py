"""Output of the scoreboard: text for a terminal, and an HTML page."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pandas as pd

from literacy._display import format_table
from literacy._texts import in_language
from literacy.errors import option
from literacy.instrument import Label
from literacy.plan.evidence import DASH, amount, describe, format_goal, interval, movement
from literacy.plan.statuses import STATUSES

if TYPE_CHECKING:
    from literacy.plan.scoreboards import Line, Scoreboard

LANGUAGES = ("zh", "en")
HEADS = ("action", "project", "organisation", "plan")
SIGNS = {"on_course": "●", "behind": "▼", "cannot_tell": "◆", "no_data": "□"}
WORDS = {
    "title": Label("实施方案进展一览", "The plan at a glance"),
    "synthetic": Label("合成数据，仅供演示", "SYNTHETIC DATA, for demonstration only"),
    "code": Label("编号", "Code"),
    "task": Label("任务", "Task"),
    "indicator": Label("指标", "Indicator"),
    "value": Label("当前值", "Now"),
    "before": Label("上次（年份）", "Before (year)"),
    "change": Label("较上次", "Last step"),
    "since": Label("自起点（年份）", "Since (year)"),
    "office": Label("责任单位、期限", "Office, deadline"),
    "why": Label("各行状态的理由", "Why each line stands where it does"),
    "sources": Label("文件依据", "Documents"),
    "goal": Label("目标", "Goal"),
    "status": Label("状态", "Status"),
    "evidence": Label("依据", "Evidence"),
    "notes": Label("说明", "Notes"),
    "tasks": Label("各项任务", "Tasks"),
    "of": Label("{year} 年数", "of {year}"),
    "rule": Label(
        "无数据者不判为“进展正常”。有目标的看区间是否全部达标；无目标的检验自起点以来的变化，次数按其自身波动检验；不可靠或过时的数不作判断。",
        "Nothing is on course without data. Where there is a goal, the whole interval must meet it; where there is "
        "none, the change since the start is tested, of counts by their own variation; unreliable and outdated numbers "
        "decide nothing.",
    ),
    "interval": Label("括号内为 {level:.0%} 置信区间。", "In brackets: {level:.0%} confidence interval."),
    "colon": Label("：", ": "),
}
_STYLE = """
@page { size: A4 portrait; margin: 9mm 10mm; }
* { box-sizing: border-box; }
body { font: 12px/1.35 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  color: #1a1a1a; background: #fff; margin: 1.2em auto; max-width: 84em; padding: 0 1em; }
h1 { font-size: 1.5em; margin: 0 0 .1em; }
h2 { font-size: 1.15em; margin: 1.2em 0 .3em; }
p { margin: .25em 0; }
.small { color: #595959; }
.made-up { border: 1px solid #8a2f63; color: #8a2f63; padding: 0 .5em; font-weight: 700; float: right; }
.key span { margin-right: 1.2em; white-space: nowrap; }
table { border-collapse: collapse; width: 100%; margin-top: .4em; }
th { text-align: left; font-weight: 400; color: #595959; border-bottom: 1px solid #595959; padding: .1em .35em; }
td { padding: .1em .35em; vertical-align: top; border-bottom: 1px solid #e3e3e3; }
tr.head td { font-weight: 700; border-top: 1px solid #595959; background: #f5f5f5; }
tr.head td.plain { font-weight: 400; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.status, td.code { white-space: nowrap; }
.board td:nth-child(2) { width: 19%; } .board td:nth-child(3) { width: 23%; }
.on_course b { color: #1d7a68; } .behind b { color: #b8470c; }
.cannot_tell b { color: #8a6508; } .no_data b { color: #595959; }
.evidence td { vertical-align: top; }
@media print {
  body { font-size: 7.2pt; line-height: 1.3; margin: 0; padding: 0; max-width: none; }
  .board { font-size: 6.9pt; line-height: 1.3; }
  html:lang(en) body { font-size: 6.6pt; line-height: 1.25; }
  html:lang(en) .board { font-size: 5.7pt; line-height: 1.15; }
  .board td, .board th { padding: .08em .25em; }
  .board .before { display: none; } /* on paper it stands with the evidence */
  .board { page-break-after: always; break-after: page; }
  tr { page-break-inside: avoid; break-inside: avoid; }
  tr.head td { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""


def _term(key: str, lang: str, **values: object) -> str:
    return WORDS[key].get(lang).format(**values)


def format_status_sign(status: str, lang: str) -> str:
    """Format a status with its sign, so that it is not distinguished by colour alone."""
    return f"{SIGNS[status]} {STATUSES[status].get(lang)}"


def count_tasks(board: Scoreboard) -> dict[str, int]:
    """Return status -> number of tasks."""
    tasks = [line.status for line in board.lines if line.kind == "task"]
    return {s: tasks.count(s) for s in STATUSES}


def _row(line: Line, board: Scoreboard, lang: str) -> dict[str, str]:
    r = line.shown
    value = amount(r.value, r.indicator, lang)
    old = "" if r.year is None or r.year == board.year else f" [{_term('of', lang, year=r.year)}]"
    limits = interval(r, lang)
    return {
        "code": line.code,
        "task": line.label.get(lang),
        "indicator": _measured(line, lang),
        "office": ("，" if lang == "zh" else ", ").join(t for t in (line.office, line.deadline) if t),
        "before": _dated(amount(r.before, r.indicator, lang), r.before_year, lang),
        "since": _dated(movement(r, lang, since=True), r.start_year, lang),
        "value": value + (limits if lang == "zh" or not limits else f" {limits}") + old,
        "change": movement(r, lang),
        "goal": format_goal(r.goal, r.indicator, lang),
        "status": format_status_sign(line.status, lang),
    }


def _measured(line: Line, lang: str) -> str:
    """Format the indicator shown, with its unit."""
    indicator = line.shown.indicator
    unit = "%" if indicator.share else indicator.unit.get(lang)
    name = indicator.label.get(lang)
    return f"{name}（{unit}）" if lang == "zh" else f"{name} ({unit})"


def _dated(text: str, year: int | None, lang: str) -> str:
    if year is None or text == DASH:
        return DASH
    return f"{text}（{year}）" if lang == "zh" else f"{text} ({year})"


def _columns(board: Scoreboard) -> tuple[str, ...]:
    """Return the columns of the board; offices only if any is named."""
    named = any(line.office or line.deadline for line in board.lines)
    office = ("office",) if named else ()
    return ("code", "task", "indicator", *office, "value", "before", "change", "since", "goal", "status")


def board_table(board: Scoreboard, lang: str) -> pd.DataFrame:
    """Return the board as a table, one row per line."""
    names = {k: _term(k, lang) for k in _columns(board)}
    rows = [_row(line, board, lang) for line in board.lines]
    return pd.DataFrame([{name: row[k] for k, name in names.items()} for row in rows])


def write_text(board: Scoreboard, lang: str) -> str:
    """Return the board as text: one table per part, followed by the notes."""
    option("lang", lang, LANGUAGES, "report.input")
    parts = [_heading(board, lang), _counts(board, lang)]
    names = {k: _term(k, lang) for k in _columns(board)}
    block: list[dict[str, str]] = []
    for line in board.lines:
        if line.kind in HEADS and block:
            parts.append(format_table(pd.DataFrame(block)))
            block = []
        row = _row(line, board, lang)
        block.append({name: row[k] for k, name in names.items()})
    parts.append(format_table(pd.DataFrame(block)))
    notes = [_term("rule", lang), *(note.get(lang) for note in board.notes)]
    why = [f"{line.code}  {line.sentence.get(lang)}" for line in board.lines]
    parts.append("\n".join([_term("why", lang), *why]))
    notes.append(
        f"{_term('sources', lang)}{_term('colon', lang)}{'; '.join(in_language(s, lang) for s in board.plan.sources)}"
    )
    return "\n\n".join([*parts, "\n".join(f"· {n}" for n in notes)])


def _heading(board: Scoreboard, lang: str) -> str:
    made_up = f" [{_term('synthetic', lang)}]" if board.synthetic else ""
    return f"{_term('title', lang)} {board.year}{made_up}\n{board.plan.label.get(lang)}"


def _counts(board: Scoreboard, lang: str) -> str:
    counts = count_tasks(board)
    counted = "  ".join(f"{format_status_sign(s, lang)} {n}" for s, n in counts.items())
    return f"{_term('tasks', lang)} {sum(counts.values())}{_term('colon', lang)}{counted}"


def write_html(board: Scoreboard, lang: str) -> str:
    """Return the board as a self-contained HTML page whose first printed page contains the whole table."""
    option("lang", lang, LANGUAGES, "report.input")
    title = f"{_term('title', lang)} {board.year}"
    badge = f'<span class="made-up">{_text(_term("synthetic", lang))}</span>' if board.synthetic else ""
    keys = "".join(
        f'<span class="{s}"><b>{SIGNS[s]}</b> {_text(STATUSES[s].get(lang))} {n}</span>'
        for s, n in count_tasks(board).items()
    )
    notes = "".join(f"<p>· {_text(note.get(lang))}</p>" for note in board.notes)
    notes += "".join(
        f"<p>· {_text(_term('sources', lang) + _term('colon', lang) + in_language(s, lang))}</p>"
        for s in board.plan.sources
    )
    level = _term("interval", lang, level=board.level)
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">',
            f'<head><meta charset="utf-8"><title>{_text(title)}</title>',
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style></head>',
            f'<body>\n<section class="board">{badge}<h1>{_text(title)}</h1>',
            f"<p>{_text(board.plan.label.get(lang))}</p>",
            f'<p class="key">{_text(_term("tasks", lang) + _term("colon", lang))}{keys}</p>',
            _table(board, lang),
            f'<p class="small">{_text(_term("rule", lang))} {_text(level)}</p></section>',
            f"<section><h2>{_text(_term('why', lang))}</h2>{_reasons(board, lang)}",
            f"<h2>{_text(_term('notes', lang))}</h2>{notes}",
            f"<h2>{_text(_term('evidence', lang))}</h2>{_evidence(board, lang)}</section>\n</body>\n</html>\n",
        ]
    )


def _text(text: str) -> str:
    return html.escape(text)


def _table(board: Scoreboard, lang: str) -> str:
    columns = _columns(board)
    numbers = ("value", "before", "change", "since", "goal")
    head = "".join(
        f'<th class="{"number " if c in numbers else ""}{c}" scope="col">{_text(_term(c, lang))}</th>'
        for c in columns
    )
    rows = []
    for line in board.lines:
        row = _row(line, board, lang)
        cells = []
        for c in columns:
            style = f"number {c}" if c in numbers else c
            if c == "status":
                text = STATUSES[line.status].get(lang)
                cells.append(
                    f'<td class="status {line.status}"><b>{SIGNS[line.status]}</b> {_text(text)}</td>'
                )
            else:
                plain = " plain" if c in ("indicator", "office") else ""
                cells.append(f'<td class="{style}{plain}">{_text(row[c])}</td>')
        kind = ' class="head"' if line.kind in HEADS else ""
        rows.append(f"<tr{kind}>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody></table>"


def _reasons(board: Scoreboard, lang: str) -> str:
    rows = [
        f'<tr><td>{_text(line.code)}</td><td class="{line.status}"><b>{SIGNS[line.status]}</b></td>'
        f"<td>{_text(line.sentence.get(lang))}</td></tr>"
        for line in board.lines
    ]
    return '<table class="evidence"><tbody>\n' + "\n".join(rows) + "\n</tbody></table>"


def _evidence(board: Scoreboard, lang: str) -> str:
    rows = []
    for line in board.lines:
        for reading in line.readings:
            sign = f'<td class="{reading.status}"><b>{SIGNS[reading.status]}</b></td>'
            rows.append(
                f"<tr><td>{_text(line.code)}</td>{sign}<td>{_text(describe(reading).get(lang))}</td></tr>"
            )
    return '<table class="evidence"><tbody>\n' + "\n".join(rows) + "\n</tbody></table>"
