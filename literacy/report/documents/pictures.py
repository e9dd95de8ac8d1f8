"""Charts as images, for offices that do not allow embedded workbooks in Word files."""

from __future__ import annotations

import io

from literacy.report.documents.document import ChartBlock
from literacy.report.documents.word.charts import TINT
from literacy.report.figures.figure_page import settings
from literacy.report.figures.palette import GRID, INK, MARKS
from literacy.report.figures.typeface import clean, font

INCHES, DPI, LONGEST = 6.4, 200, 20


def draw_picture(block: ChartBlock, shape: float) -> bytes:
    """Return a chart as PNG; ``shape`` is the ratio of width to height. The same chart gives the same bytes."""
    from matplotlib.figure import Figure

    with settings():
        figure = Figure(figsize=(INCHES, INCHES / shape), dpi=DPI, layout="constrained")
        axes = figure.add_subplot()
        at = list(range(len(block.categories)))
        names = [clean(c if len(c) <= LONGEST else c[: LONGEST - 1] + "…") for c in block.categories]
        for k, series in enumerate(block.series):
            errors = None
            if series.low:
                errors = [
                    [v - low for v, low in zip(series.values, series.low, strict=True)],
                    [high - v for v, high in zip(series.values, series.high, strict=True)],
                ]
            color = MARKS[k % len(MARKS)].color
            if block.kind == "bar":
                axes.barh(at, series.values, xerr=errors, color=TINT, edgecolor=color, ecolor=INK, capsize=3)
            elif block.kind == "column":
                axes.bar(
                    at,
                    series.values,
                    yerr=errors,
                    color=TINT,
                    edgecolor=color,
                    ecolor=INK,
                    capsize=3,
                    width=0.5,
                )
            else:
                axes.plot(at, series.values, color=color, marker="o", label=clean(series.name))
        if block.kind == "bar":
            axes.set_yticks(at, names, fontproperties=font(9))
            axes.invert_yaxis()
            axes.xaxis.grid(color=GRID)
        else:
            axes.set_xticks(at, names, fontproperties=font(9))
            axes.yaxis.grid(color=GRID)
        axes.set_axisbelow(True)
        if len(block.series) > 1:
            axes.legend(prop=font(9))
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            label.set_fontproperties(font(9))
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": "literacy"})
    return out.getvalue()
