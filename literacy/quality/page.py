"""The quality check as one HTML page that needs nothing else."""

from __future__ import annotations

import html

import pandas as pd

from literacy._display import format_value
from literacy.quality.review import Quality
from literacy.quality.rules import CHECKS

_STYLE = (
    "body{font-family:'Noto Sans SC','Microsoft YaHei',system-ui,sans-serif;max-width:62rem;margin:2rem auto;"
    "padding:0 1rem;color:#1b1b1b;background:#fff}table{border-collapse:collapse;margin:.5rem 0 2rem;width:100%}"
    "th,td{padding:.25rem .6rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}th{border-bottom:2px solid #444}"
    ".bar{background:#2f5d8a;height:.7rem;display:inline-block}tr.notable td{background:#fff3d6}"
)
_WORDS = {
    "zh": {
        "title": "答卷质量检查", "flagged": "被标记", "of": "共", "people": "人",
        "checks": "检查项目", "check": "项目", "n": "人数", "share": "占比",


        "rows": "被标记的答卷", "row": "行", "id": "编号", "reason": "原因", "items": "各题缺失情况", "item": "题目",
        "places": "调查员与调查点", "none": "没有。", "not_looked": "文件中没有所需信息，未检查",
        "note": "本检查只作标记，不删除任何答卷；是否剔除由分析人员决定，并记入处理记录。",
    },
    "en": {
        "title": "Quality of the answers", "flagged": "flagged", "of": "of", "people": "people", "checks": "Checks",
        "check": "Check",
        "n": "n", "share": "Share", "rows": "Flagged respondents", "row": "Row", "id": "Id", "reason": "Reason",
        "items": "Missing answers by item", "item": "Item", "places": "Interviewers and places", "none": "None.",
        "not_looked": "not looked at: the file lacks what it needs",
        "note": "This check only flags. Leaving anybody out is the analyst's decision and goes into the history.",
    },
}  # fmt: skip


def format_page(quality: Quality, lang: str = "zh") -> str:
    """A complete HTML page of a quality check, in ``zh`` or ``en``; the same check gives the same page."""
    words = _WORDS["zh" if lang == "zh" else "en"]
    flagged = int(quality.flagged.sum())
    share = f" ({flagged / quality.n:.1%})" if quality.n else ""
    title = f"{words['title']}: {quality.survey} {quality.wave}".strip()
    source = f"<p>{html.escape(str(quality.source))}</p>" if quality.source else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>"
        f"<p><strong>{flagged} {words['of']} {quality.n} {words['people']} {words['flagged']}{share}</strong></p>"
        f"<p>{words['note']}</p>{source}<h2>{words['checks']}</h2>{_checks(quality, words, lang)}"
        f"<h2>{words['rows']}</h2>{_flags(quality, words, lang)}"
        f"<h2>{words['items']}</h2>{_table(quality.items, words)}"
        f"<h2>{words['places']}</h2>{_table(quality.places, words)}</body></html>\n"
    )


def _checks(quality: Quality, words: dict[str, str], lang: str) -> str:
    rows = []
    for check, label in CHECKS.items():
        if check not in quality.looked_at:
            rows.append(
                f'<tr><td>{label.get(lang)}</td><td class="n">–</td><td>{words["not_looked"]}</td></tr>'
            )
            continue
        count = int((quality.flags["check"] == check).sum())
        part = count / quality.n if quality.n else 0.0
        bar = f'<span class="bar" style="width:{min(1.0, part * 10) * 12:.2f}rem"></span> {part:.1%}'
        rows.append(f'<tr><td>{label.get(lang)}</td><td class="n">{count}</td><td>{bar}</td></tr>')
    head = f"<tr><th>{words['check']}</th><th>{words['n']}</th><th>{words['share']}</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _flags(quality: Quality, words: dict[str, str], lang: str) -> str:
    if quality.flags.empty:
        return f"<p>{words['none']}</p>"
    rows = [
        f'<tr><td class="n">{row}</td><td>{html.escape(format_value(ident, "id"))}</td>'
        f"<td>{CHECKS[check].get(lang)}</td><td>{html.escape(reason)}</td></tr>"
        for row, ident, check, reason in quality.flags.itertuples(index=False, name=None)
    ]
    head = "".join(f"<th>{words[w]}</th>" for w in ("row", "id", "check", "reason"))
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _table(frame: pd.DataFrame, words: dict[str, str]) -> str:
    if frame.empty:
        return f"<p>{words['none']}</p>"
    shown = [c for c in frame.columns if c != "notable"]
    rows = []
    for record in frame.to_dict("records"):
        cells = "".join(
            f'<td class="n">{html.escape(format_value(record[c], c))}</td>'
            if isinstance(record[c], (int, float))
            else f"<td>{html.escape(str(record[c]))}</td>"
            for c in shown
        )
        mark = ' class="notable"' if record["notable"] else ""
        rows.append(f"<tr{mark}>{cells}</tr>")
    head = "".join(f"<th>{html.escape(words.get(c, c))}</th>" for c in shown)
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"
