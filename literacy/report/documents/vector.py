"""Charts as SVG: bars and lines with intervals, a tooltip on every mark, and labels as text elements."""

from __future__ import annotations

import html

from literacy.report.documents.document import ChartBlock, Series
from literacy.report.figures.palette import GRID, INK, MARKS, MUTED
from literacy.report.figures.scale import digits, ticks

WIDTH, ROW, LABEL, TOP, FOOT = 720.0, 30.0, 200.0, 10.0, 44.0
_FONT = "font-family=\"'Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif\""
LONGEST = 15


def draw_vector(block: ChartBlock) -> str:
    """Return a chart as a self-contained SVG element."""
    body, height = _bars(block) if block.kind == "bar" else _upright(block)
    label = html.escape(block.alt, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="{WIDTH:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{label}" {_FONT} font-size="12" fill="{INK}">{body}</svg>'
    )


def _text(x: float, y: float, text: str, anchor: str = "middle", color: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">{html.escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, color: str, width: float = 1.0, dash: str = "") -> str:
    more = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}"{more}/>'


def _short(text: str) -> str:
    wide = 0
    for i, c in enumerate(text):
        wide += 2 if ord(c) > 0x2E80 else 1
        if wide > 2 * LONGEST:
            return text[:i] + "…"
    return text


def _top(block: ChartBlock) -> float:
    return max([1e-9, *(v for s in block.series for part in (s.values, s.high) for v in part)])


def _tip(name: str, series: Series, i: int) -> str:
    caption = f"{name}: {series.values[i]:.1f}%"
    if series.low:
        caption += f" [{series.low[i]:.1f}, {series.high[i]:.1f}]"
    return f"<title>{html.escape(caption)}</title>"


def _bars(block: ChartBlock) -> tuple[str, float]:
    series, top = block.series[0], _top(block)
    marks = ticks(0.0, top * 1.08)
    right = WIDTH - 40.0
    scale = (right - LABEL) / (top * 1.08)
    height = TOP + ROW * len(block.categories) + FOOT
    floor, places, out = height - FOOT, digits(marks), []
    for tick in marks:
        x = LABEL + tick * scale
        out += [_line(x, TOP, x, floor, GRID), _text(x, floor + 16, f"{tick:.{places}f}", color=MUTED)]
    for i, (name, value) in enumerate(zip(block.categories, series.values, strict=True)):
        y = TOP + ROW * (i + 0.5)
        out.append(f"<g>{_tip(name, series, i)}")
        out.append(
            f'<rect x="{LABEL:.1f}" y="{y - 9:.1f}" width="{max(value * scale, 0):.1f}" height="18" fill="{MARKS[0].color}"/>'
        )
        end = value
        if series.low:
            low, high = LABEL + series.low[i] * scale, LABEL + series.high[i] * scale
            out += [_line(low, y, high, y, "#E07A2B", 1.6), _line(low, y - 4, low, y + 4, "#E07A2B", 1.6),
                    _line(high, y - 4, high, y + 4, "#E07A2B", 1.6)]  # fmt: skip
            end = series.high[i]
        out += [
            _text(LABEL - 8, y + 4, _short(name), "end"),
            _text(LABEL + end * scale + 6, y + 4, f"{value:.1f}", "start"),
            "</g>",
        ]
    out.append(_text(right, floor + 32, block.axis, "end", MUTED))
    return "".join(out), height


def _upright(block: ChartBlock) -> tuple[str, float]:
    top, height, left = _top(block) * 1.08, 300.0, 50.0
    floor, right = height - 50.0, WIDTH - 20.0
    scale, step = (floor - TOP) / top, (right - left) / len(block.categories)
    marks, out = ticks(0.0, top), []
    places = digits(marks)
    for tick in marks:
        y = floor - tick * scale
        out += [_line(left, y, right, y, GRID), _text(left - 6, y + 4, f"{tick:.{places}f}", "end", MUTED)]
    at = [left + step * (i + 0.5) for i in range(len(block.categories))]
    out += [_text(x, floor + 18, _short(name)) for x, name in zip(at, block.categories, strict=True)]
    for k, series in enumerate(block.series):
        out += _series(block, series, k, at, floor, scale, step)
    if len(block.series) > 1:
        for k, series in enumerate(block.series):
            x = left + 160 * k
            out += [_line(x, floor + 38, x + 24, floor + 38, MARKS[0].color, 2 if k == 0 else 1, "" if k == 0 else "5 4"),
                    _text(x + 30, floor + 42, series.name, "start")]  # fmt: skip
    return "".join(out), height


def _series(
    block: ChartBlock, series: Series, k: int, at: list[float], floor: float, scale: float, step: float
) -> list[str]:
    out: list[str] = []
    if block.kind == "line":
        points = " ".join(f"{x:.1f},{floor - v * scale:.1f}" for x, v in zip(at, series.values, strict=True))
        dash = "" if k == 0 else ' stroke-dasharray="5 4"'
        out.append(
            f'<polyline points="{points}" fill="none" stroke="{MARKS[0].color}" stroke-width="{2 if k == 0 else 1}"{dash}/>'
        )
    for i, (x, v) in enumerate(zip(at, series.values, strict=True)):
        y, name = floor - v * scale, f"{block.categories[i]} {series.name}"
        out.append(f"<g>{_tip(name, series, i)}")
        if block.kind == "line":
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{MARKS[0].color}"/>')
        else:
            wide = min(step * 0.5, 80.0)
            out.append(
                f'<rect x="{x - wide / 2:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{floor - y:.1f}" fill="{MARKS[0].color}"/>'
            )
            out.append(_text(x, floor - 6, f"{v:.1f}", color="#FFFFFF"))
        if series.low:
            low, high = floor - series.low[i] * scale, floor - series.high[i] * scale
            out += [_line(x, low, x, high, "#E07A2B", 1.6), _line(x - 4, low, x + 4, low, "#E07A2B", 1.6),
                    _line(x - 4, high, x + 4, high, "#E07A2B", 1.6)]  # fmt: skip
        out.append("</g>")
    return out
