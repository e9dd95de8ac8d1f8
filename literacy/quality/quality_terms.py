"""Texts of the quality check, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from literacy._display import format_table
from literacy.instrument import Label
from literacy.quality.checks import CHECKS

if TYPE_CHECKING:
    from literacy.quality.review import Quality

WORDS: dict[str, Label] = {
    "title": Label("答卷质量检查", "Quality of the answers"),
    "checks": Label("检查项目", "Checks"),
    "check": Label("项目", "Check"),
    "n": Label("人数", "n"),
    "share": Label("占比", "Share"),
    "part": Label("占比", "Share"),
    "rows": Label("被标记的答卷", "Flagged respondents"),
    "row": Label("行号", "Row"),
    "id": Label("编号", "Id"),
    "reason": Label("原因", "Reason"),
    "items": Label("各题缺失情况", "Missing answers by item"),
    "item": Label("题目", "Item"),
    "asked": Label("应答人数", "Asked"),
    "dont_know": Label("不知道", "Don't know"),
    "refused": Label("拒答", "Refused"),
    "skipped": Label("漏答", "Skipped"),
    "missing": Label("缺失合计", "Missing"),
    "people": Label("每人缺失情况", "Missing answers by person"),
    "left_out": Label("应答题目中拒答、漏答的比例", "Share of what was asked that was refused or skipped"),
    "places": Label("调查员与调查点", "Interviewers and places"),
    "kind": Label("类别", "Kind"),
    "name": Label("名称或代码", "Name or code"),
    "first_row": Label("首次出现的行", "First row"),
    "right": Label("答对比例", "Right"),
    "duration": Label("用时中位数（秒）", "Median time (s)"),
    "why": Label("偏离之处", "What stands out"),
    "interviewer": Label("调查员", "interviewer"),
    "community": Label("社区或嘎查", "community"),
    "psu": Label("抽样单元", "sampling unit"),
    "none": Label("没有。", "None."),
    "not_looked": Label("文件中没有所需信息，未检查", "not looked at: the file lacks what it needs"),
    "note": Label(
        "本检查只作标记，不删除任何答卷；是否剔除由分析人员决定（literacy score --exclude flagged），并记入处理记录。",
        "Nothing was left out: this only flags. Leaving out is the analyst's act "
        "(literacy score --exclude flagged) and goes into the history.",
    ),
    "synthetic": Label("合成数据：没有访问过任何人", "synthetic data: nobody was interviewed"),
    "more": Label("… 另有 {n} 人", "… {n} more"),
    "above": Label("{low:.0%}–{high:.0%}", "{low:.0%} to {high:.0%}"),
}


def title(quality: Quality, lang: str) -> str:
    """Return the title: whose answers, and how many respondents are flagged."""
    name = f"{quality.survey} {quality.wave}".strip()
    flagged = int(quality.flagged.sum())
    share = flagged / quality.n if quality.n else 0.0
    if lang == "zh":
        return f"答卷质量检查 {name}：共 {quality.n} 人，标记 {flagged} 人（{share:.1%}）"
    return f"Quality of {name}: {flagged} of {quality.n} respondents flagged ({share:.1%})"


def notes(quality: Quality, lang: str) -> list[str]:
    """Return the notes: checks that could not be made, items and places that stand out."""
    zh = lang == "zh"
    out = [WORDS["synthetic"].get(lang)] if quality.synthetic else []
    out.append(WORDS["note"].get(lang))
    out += [doubt.get(lang) for doubt in quality.doubts]
    lacking = [CHECKS[c].get(lang) if zh else c for c in CHECKS if c not in quality.looked_at]
    if lacking:
        out.append(
            f"文件中没有所需信息，未检查：{'、'.join(lacking)}"
            if zh
            else f"not looked at, as the file lacks what they need: {', '.join(lacking)}"
        )
    notable = quality.items[quality.items["notable"]].sort_values("missing", ascending=False, kind="stable")
    for item, missing in notable[["item", "missing"]].head(5).itertuples(index=False, name=None):
        out.append(
            f"题目 {item}：{missing:.0%} 拒答或漏答"
            if zh
            else f"item {item}: {missing:.0%} refused or skipped"
        )
    places = quality.places[quality.places["notable"]]
    for _, row in places.head(5).iterrows():
        kind = kind_label(row["kind"], lang)
        n, first, why = row["n"], row["first_row"], reason(row["why"], lang)
        out.append(
            f"{kind} {row['name_zh']}（{n} 人，首见于第 {first} 行）与其他相差很大：{why}"
            if zh
            else f"{kind} {row['name']} (n = {n}, first in row {first}) lies far from the others: {why}"
        )
    rest = max(0, len(notable) - 5) + max(0, len(places) - 5)
    if rest:
        out.append(
            f"另有 {rest} 个题目或调查点，见 --format html"
            if zh
            else f"{rest} more items and places: --format html"
        )
    return out


def kind_label(kind: str, lang: str) -> str:
    """Return the label for "interviewer" or "community", or the name of the column."""
    return WORDS[kind].get(lang) if kind in ("interviewer", "community", "psu") else kind


def reason(why: str, lang: str) -> str:
    """Return the reason why a place stands out, with its measures named in the given language."""
    if lang == "zh":
        for word in ("right", "dont_know", "duration"):
            why = why.replace(word, WORDS[word].zh)
        why = why.replace("; ", "；")
    return why


def format_terminal(quality: Quality, lang: str = "en", most: int = 20) -> str:
    """Return the check as text: counts, notes, and the first flagged respondents with reasons."""
    counts = quality.to_frame()
    shown = pd.DataFrame(
        {
            WORDS["check"].get(lang): [
                CHECKS[c].get(lang) if lang == "zh" else f"{c}: {CHECKS[c].en}" for c in counts["check"]
            ],
            WORDS["n"].get(lang): [f"{n}" if n is not pd.NA else "–" for n in counts["n"].tolist()],
            WORDS["share"].get(lang): [f"{s:.1%}" if s == s else "–" for s in counts["share"]],
        }
    )
    lines = [title(quality, lang), format_table(shown), *(f"· {n}" for n in notes(quality, lang))]
    rows = int(quality.flagged.sum())
    if rows:
        lines += ["", WORDS["rows"].get(lang)]
        head = quality.flagged_rows(lang, most)[["row", "id", "reasons"]].astype("str")
        lines.append(
            format_table(head.set_axis([WORDS[w].get(lang) for w in ("row", "id", "reason")], axis=1))
        )
        if rows > most:
            lines.append(f"{WORDS['more'].get(lang).format(n=rows - most)} (--format csv, --format html)")
    return "\n".join(lines) + "\n"
