"""Figures of the fieldwork board (progress by day, units, interviewers) as self-contained SVG."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.fieldwork.progress.field_board import FieldStatus
from literacy.instrument import FrozenMap, Label

Floats = NDArray[np.float64]
WIDTH, ROW, LEFT, RIGHT = 720.0, 22.0, 150.0, 60.0
INK, MUTED, DONE, PLAN = "#222222", "#6b6b6b", "#1f6f8b", "#d9d9d9"
_FONT = "font-family=\"'Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif\" font-size=\"12\""
CAPTIONS: FrozenMap[Label] = FrozenMap(
    {
        "progress": Label("累计完成", "Interviews so far"),
        "plan": Label("计划", "planned"),
        "units": Label(
            "各单位：完成（深）与计划（浅），竖线为今日应完成",
            "Units: done (dark), target (light), line: expected by today",
        ),
        "units_plain": Label("各单位：完成（深）与计划（浅）", "Units: done (dark) and target (light)"),
        "interviewers": Label("各调查员：完成率", "Interviewers: part of their cases that were interviewed"),
    }
)  # fmt: skip


def draw_status(status: FieldStatus, lang: str = "zh") -> dict[str, str]:
    """Return the figures of the board as SVG elements; deterministic.

    Parameters
    ----------
    status : FieldStatus
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    dict of str
        ``progress`` (cumulative interviews and plan by day), ``units`` (done, target, expected), ``interviewers``
        (response); figures without data are omitted.

    Examples
    --------
    >>> sample, log = lit.sample_data("fieldwork/sample.csv"), lit.sample_data("fieldwork/visits.csv")
    >>> sorted(lit.draw_status(lit.field_status(sample, log), "en"))
    ['interviewers', 'progress', 'units']
    """
    captions = {k: v.get(lang) for k, v in CAPTIONS.items()}
    out = {"progress": _progress(status, captions)}
    units = status.rows("unit")
    known = not units["expected"].isna().all()
    out["units"] = _bars(
        captions["units" if known else "units_plain"], units["name"].tolist(), units["done"].to_numpy(float),
        units["target"].to_numpy(float), units["expected"].to_numpy(float) if known else None,
    )  # fmt: skip
    people = status.rows("interviewer")
    if len(people):
        out["interviewers"] = _bars(
            captions["interviewers"], people["name"].tolist(), people["response"].fillna(0.0).to_numpy(float),
            np.ones(len(people)), None, share=True,
        )  # fmt: skip
    return out


def _progress(status: FieldStatus, captions: dict[str, str]) -> str:
    days = status.rows("day")
    dates = pd.to_datetime(days["name"])
    done = days["done"].cumsum().to_numpy(float)
    target = float(status.rows("all")["target"].iloc[0])
    last = max(status.today, status.end) if not pd.isna(status.end) else status.today
    length = max((last - status.start).days, 1)
    top = max(target if not pd.isna(status.end) else 0.0, float(done.max()), 1.0) * 1.05
    height, foot = 260.0, 30.0

    def place(day: pd.Timestamp, value: float) -> tuple[float, float]:
        x = 60 + (day - status.start).days / length * (WIDTH - 60 - RIGHT)
        return x, height - foot - value / top * (height - foot - 14)

    points = [place(d, v) for d, v in zip(dates, done, strict=True)]
    body = [_line(60, height - foot, WIDTH - RIGHT, height - foot, MUTED)]
    if not pd.isna(status.end):
        first, end = place(status.start, 0.0), place(pd.Timestamp(status.end), target)
        body += [
            _line(*first, *end, MUTED, dash="5 4"),
            _text(end[0] + 4, end[1] + 4, captions["plan"], "start", MUTED),
        ]
        body.append(_text(54, end[1] + 4, f"{target:,.0f}", "end", MUTED))
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    body.append(f'<polyline points="{path}" fill="none" stroke="{DONE}" stroke-width="2"/>')
    for (x, y), day, value in zip(points, days["name"], done, strict=True):
        body.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{DONE}"><title>{day}: {value:,.0f}</title></circle>'
        )
    x, y = points[-1]
    body.append(_text(x + 6, y + 14, f"{done[-1]:,.0f}", "start", DONE))
    for day in (status.start, last):
        body.append(_text(place(day, 0)[0], height - foot + 18, f"{day:%Y-%m-%d}", "middle", MUTED))
    return _frame(captions["progress"], height, body, f"{done[-1]:,.0f} / {target:,.0f}")


def _bars(
    title: str, names: list[str], done: Floats, target: Floats, expected: Floats | None, *, share: bool = False
) -> str:  # fmt: skip
    top = max(float(np.max(np.concatenate([done, target]), initial=0.0)), 1e-9)
    scale = (WIDTH - LEFT - RIGHT) / top
    body = []
    for i, name in enumerate(names):
        y = i * ROW + 4
        shown = f"{done[i]:.1%}" if share else f"{done[i]:,.0f} / {target[i]:,.0f}"
        tip = f"<title>{html.escape(str(name))}: {shown}</title>"
        body.append(_text(LEFT - 8, y + 12, _short(str(name)), "end", INK))
        body.append(_box(LEFT, y, target[i] * scale, PLAN, tip))
        body.append(_box(LEFT, y, done[i] * scale, DONE, tip))
        if expected is not None:
            x = LEFT + expected[i] * scale
            body.append(_line(x, y - 2, x, y + 16, INK, 2.0))
        body.append(_text(WIDTH - RIGHT + 6, y + 12, shown, "start", MUTED))
    return _frame(title, len(names) * ROW + 8, body, "")


def _frame(title: str, height: float, body: list[str], more: str) -> str:
    label = html.escape(f"{title} {more}".strip(), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 20:.0f} {height:.0f}" width="{WIDTH + 20:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{label}" style="max-width:100%;height:auto" {_FONT}>'
        f"<title>{label}</title>{''.join(body)}</svg>"
    )


def _box(x: float, y: float, width: float, color: str, tip: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="14" fill="{color}">{tip}</rect>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, color: str, width: float = 1.0, dash: str = "") -> str:
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" '
        f'stroke-width="{width:g}"{more}/>'
    )


def _text(x: float, y: float, text: str, anchor: str, color: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">{html.escape(text)}</text>'


def _short(text: str) -> str:
    wide = 0
    for i, c in enumerate(text):
        wide += 2 if ord(c) > 0x2E80 else 1
        if wide > 20:
            return text[:i] + "…"
    return text
