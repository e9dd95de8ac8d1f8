"""Finds text on a figure that collides, leaves the page, or is not set in our typeface."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

SLACK = 1.0  # pixels at 100 dpi


def texts(canvas: Any) -> list[Text]:
    """All texts that show."""
    shown = [t for t in canvas.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [t for t in shown if not t.axes or t in t.axes.texts or _is_tick(t)]


def _is_tick(text: Text) -> bool:
    axes = text.axes
    return text in axes.get_xticklabels() or text in axes.get_yticklabels()


def boxes(canvas: Any) -> list[tuple[str, Any]]:
    canvas.set_dpi(100)
    agg = FigureCanvasAgg(canvas)
    agg.draw()
    renderer = agg.get_renderer()
    return [(t.get_text(), t.get_window_extent(renderer)) for t in texts(canvas)]


def faults(canvas: Any) -> list[tuple[str, ...]]:
    """Pairs of texts whose boxes share more than a hair, and single texts that leave the page."""
    found, page = boxes(canvas), canvas.bbox
    out: list[tuple[str, ...]] = [
        (t,)
        for t, b in found
        if b.x0 < -SLACK or b.y0 < -SLACK or b.x1 > page.x1 + SLACK or b.y1 > page.y1 + SLACK
    ]
    for (a, one), (b, two) in combinations(found, 2):
        wide = min(one.x1, two.x1) - max(one.x0, two.x0)
        tall = min(one.y1, two.y1) - max(one.y0, two.y0)
        if wide > SLACK and tall > SLACK:
            out.append((a, b))
    return out
