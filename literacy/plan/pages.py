"""The board for readers: text for a terminal, one page of HTML."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pandas as pd

from literacy._display import format_table
from literacy.errors import option
from literacy.instrument import Label
from literacy.plan.evidence import amount, describe, goal_words, interval, movement
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
    "change": Label("较上次", "Change"),
    "goal": Label("目标", "Goal"),
    "status": Label("状态", "Status"),
    "evidence": Label("依据", "Evidence"),
    "notes": Label("说明", "Notes"),
    "tasks": Label("各项任务", "Tasks"),
    "of": Label("{year} 年数", "of {year}"),
    "rule": Label(
        "无数据者不判为“进展正常”。有目标的看区间是否全部达标；无目标的检验与上次之差；不可靠或过时的数不作判断。",
        "Nothing is on course without data. Where there is a goal, the whole interval must meet it; where there is "
        "none, the change since the wave before is tested; unreliable and outdated numbers decide nothing.",
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
.board td:nth-child(2) { width: 26%; } .board td:nth-child(3) { width: 30%; }
.on_course b { color: #1d7a68; } .behind b { color: #b8470c; }
.cannot_tell b { color: #8a6508; } .no_data b { color: #595959; }
.evidence td { vertical-align: top; }
@media print {
  body { font-size: 7.2pt; line-height: 1.3; margin: 0; padding: 0; max-width: none; }
  html:lang(en) body { font-size: 6.6pt; line-height: 1.25; }
  .board { page-break-after: always; break-after: page; }
  tr { page-break-inside: avoid; break-inside: avoid; }
  tr.head td { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""


def _say(key: str, lang: str, **values: object) -> str:
    return WORDS[key].get(lang).format(**values)


def status_words(status: str, lang: str) -> str:
    """A status with its sign: shape and word carry it, not colour alone."""
    return f"{SIGNS[status]} {STATUSES[status].get(lang)}"


def count_tasks(board: Scoreboard) -> dict[str, int]:
    """Status -> number of tasks."""
    tasks = [line.status for line in board.lines if line.kind == "task"]
    return {s: tasks.count(s) for s in STATUSES}


def _row(line: Line, board: Scoreboard, lang: str) -> dict[str, str]:
    r = line.shown
    value = amount(r.value, r.indicator, lang)
    old = "" if r.year is None or r.year == board.year else f" [{_say('of', lang, year=r.year)}]"
    limits = interval(r, lang)
    return {
        "code": line.code,
        "task": line.label.get(lang),
        "indicator": r.indicator.label.get(lang),
        "value": value + (limits if lang == "zh" or not limits else f" {limits}") + old,
        "change": movement(r, lang),
        "goal": goal_words(r.goal, r.indicator, lang),
        "status": status_words(line.status, lang),
    }


def write_text(board: Scoreboard, lang: str) -> str:
    """The board as text: one table for each part, then the notes."""
    option("lang", lang, LANGUAGES, "report.input")
    parts = [_heading(board, lang), _counts(board, lang)]
    names = {k: _say(k, lang) for k in ("code", "task", "indicator", "value", "change", "goal", "status")}
    block: list[dict[str, str]] = []
    for line in board.lines:
        if line.kind in HEADS and block:
            parts.append(format_table(pd.DataFrame(block)))
            block = []
        block.append({names[k]: v for k, v in _row(line, board, lang).items() if k in names})
    parts.append(format_table(pd.DataFrame(block)))
    notes = [_say("rule", lang), *(note.get(lang) for note in board.notes)]
    return "\n\n".join([*parts, "\n".join(f"· {n}" for n in notes)])


def _heading(board: Scoreboard, lang: str) -> str:
    made_up = f" [{_say('synthetic', lang)}]" if board.synthetic else ""
    return f"{_say('title', lang)} {board.year}{made_up}\n{board.plan.label.get(lang)}"


def _counts(board: Scoreboard, lang: str) -> str:
    counts = count_tasks(board)
    told = "  ".join(f"{status_words(s, lang)} {n}" for s, n in counts.items())
    return f"{_say('tasks', lang)} {sum(counts.values())}{_say('colon', lang)}{told}"


def write_html(board: Scoreboard, lang: str) -> str:
    """The board as a page that needs no other file; the first printed page is the whole table."""
    option("lang", lang, LANGUAGES, "report.input")
    title = f"{_say('title', lang)} {board.year}"
    badge = f'<span class="made-up">{_text(_say("synthetic", lang))}</span>' if board.synthetic else ""
    keys = "".join(
        f'<span class="{s}"><b>{SIGNS[s]}</b> {_text(STATUSES[s].get(lang))} {n}</span>'
        for s, n in count_tasks(board).items()
    )
    notes = "".join(f"<p>· {_text(note.get(lang))}</p>" for note in board.notes)
    level = _say("interval", lang, level=board.level)
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">',
            f'<head><meta charset="utf-8"><title>{_text(title)}</title>',
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_STYLE}</style></head>',
            f'<body>\n<section class="board">{badge}<h1>{_text(title)}</h1>',
            f"<p>{_text(board.plan.label.get(lang))}</p>",
            f'<p class="key">{_text(_say("tasks", lang) + _say("colon", lang))}{keys}</p>',
            _table(board, lang),
            f'<p class="small">{_text(_say("rule", lang))} {_text(level)}</p></section>',
            f"<section><h2>{_text(_say('notes', lang))}</h2>{notes}",
            f"<h2>{_text(_say('evidence', lang))}</h2>{_evidence(board, lang)}</section>\n</body>\n</html>\n",
        ]
    )


def _text(words: str) -> str:
    return html.escape(words)


def _table(board: Scoreboard, lang: str) -> str:
    columns = ("code", "task", "indicator", "value", "change", "goal", "status")
    numbers = ("value", "change", "goal")
    head = "".join(
        f'<th{" class=number" if c in numbers else ""} scope="col">{_text(_say(c, lang))}</th>'
        for c in columns
    )
    rows = []
    for line in board.lines:
        row = _row(line, board, lang)
        cells = []
        for c in columns:
            style = "number" if c in numbers else c
            if c == "status":
                words = STATUSES[line.status].get(lang)
                cells.append(
                    f'<td class="status {line.status}"><b>{SIGNS[line.status]}</b> {_text(words)}</td>'
                )
            else:
                plain = " plain" if c == "indicator" else ""
                cells.append(f'<td class="{style}{plain}">{_text(row[c])}</td>')
        kind = ' class="head"' if line.kind in HEADS else ""
        rows.append(f"<tr{kind}>{''.join(cells)}</tr>")
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody></table>"


def _evidence(board: Scoreboard, lang: str) -> str:
    rows = []
    for line in board.lines:
        for reading in line.readings:
            sign = f'<td class="{reading.status}"><b>{SIGNS[reading.status]}</b></td>'
            rows.append(
                f"<tr><td>{_text(line.code)}</td>{sign}<td>{_text(describe(reading).get(lang))}</td></tr>"
            )
    return '<table class="evidence"><tbody>\n' + "\n".join(rows) + "\n</tbody></table>"
