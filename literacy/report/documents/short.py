"""Short forms of the report from the same facts and sentences: one-page brief, press release and slides."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from literacy.errors import LiteracyError
from literacy.report.documents.document import Block, ChartBlock, Document, Part, Text
from literacy.report.documents.document_outline import outline
from literacy.report.documents.document_terms import word
from literacy.report.documents.word import write_word
from literacy.report.documents.word.charts import shorten
from literacy.report.documents.word.word_markup import pack
from literacy.report.facts.formatting import plain
from literacy.report.figures.palette import MARKS

if TYPE_CHECKING:
    from literacy.report.annual import Report

BRIEF = ("total", "people", "change.summary", "goal.summary", "group.summary")
PRESS = ("total", "people", "change.summary", "goal.summary", "by|", "synthetic", "standard", "comparison")
ON_SLIDE = 5


def _pick(report: Report, starts: tuple[str, ...], lang: str) -> list[Block]:
    return [Text((s.get(lang),)) for s in report.sentences if s.id.startswith(starts)]


def _chart(document: Document, name: str) -> list[Block]:
    return [b for b in document.blocks() if isinstance(b, ChartBlock) and b.id == name]


def write_brief(report: Report, lang: str) -> bytes:
    """Return a one-page Word document: summary sentences, and the chart of groups or, failing that, of waves."""
    whole = outline(report, lang)
    chart = _chart(whole, "groups")[:1] or _chart(whole, "waves_chart")[:1]
    return _leaf(whole, "", [*_pick(report, BRIEF, lang), *chart], lang)


def write_press(report: Report, lang: str) -> bytes:
    """Return a press release in Word, with the embargo in the first line and the contact at the end."""
    whole, settings = outline(report, lang), report.settings
    embargo = plain(settings.embargo.get(lang)) or word("press.embargo", lang)
    declared = settings.declared or {}
    contact = declared["contact"].get(lang) if "contact" in declared else word("press.missing", lang)
    tail: list[Block] = [Text((word("press.contact", lang, contact=plain(contact)),))]
    return _leaf(whole, embargo, [*_pick(report, PRESS, lang), *tail], lang)


def _leaf(whole: Document, lead: str, blocks: list[Block], lang: str) -> bytes:
    numbers = {b.id: "" for b in blocks if not isinstance(b, Text)}
    part = Part("leaf", lead, tuple(blocks))
    return write_word(Document(lang, whole.cover, (part,), numbers, leaf=True))


def find_pptx() -> None:
    """Raise an error if python-pptx is not installed.

    Raises
    ------
    LiteracyError
        ``report.settings``, naming the extra to install.
    """
    from importlib.util import find_spec

    if find_spec("pptx") is None:
        raise LiteracyError(
            "report.settings", where="--short slides", what="python-pptx is not installed",
            fix="pip install 'science-literacy[slides]'",
        )  # fmt: skip


def write_slides(report: Report, lang: str) -> bytes:
    """Return slides: title, summary, and editable native charts of groups, waves and projection."""
    find_pptx()
    import pptx
    from pptx.util import Cm

    whole = outline(report, lang)
    show = pptx.Presentation()
    show.slide_width, show.slide_height = Cm(33.867), Cm(19.05)
    facts = show.core_properties
    facts.title, facts.author = whole.cover.title[:250], whole.cover.office[:250]
    facts.created = facts.modified = datetime.datetime(1980, 1, 1)
    facts.last_modified_by = ""
    cover = whole.cover
    _words(show, cover.title, [t for t in (cover.subtitle, cover.mark, cover.office, cover.date) if t])
    summary_texts = [s.get(lang) for s in report.sentences if s.part == "summary"]
    title = next((p.title for p in whole.parts if p.name == "summary"), "")
    for start in range(0, len(summary_texts), ON_SLIDE):
        _words(show, title, summary_texts[start : start + ON_SLIDE])
    for name in ("groups", "waves_chart", "fan_chart"):
        for chart in _chart(whole, name):
            if isinstance(chart, ChartBlock):
                _picture(show, chart)
    out = io.BytesIO()
    show.save(out)
    return pack(out.getvalue())


def _box(slide: Any, top: float, height: float, texts: list[str], size: int, *, bold: bool = False) -> None:
    from pptx.util import Cm, Pt

    frame = slide.shapes.add_textbox(Cm(1.5), Cm(top), Cm(30.8), Cm(height)).text_frame
    frame.word_wrap = True
    for i, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if i == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold, run.font.name = text, Pt(size), bold, "微软雅黑"
        paragraph.space_after = Pt(8)


def _words(show: Any, title: str, texts: list[str]) -> None:
    slide = show.slides.add_slide(show.slide_layouts[6])
    _box(slide, 1.0, 3.0, [title], 28, bold=True)
    _box(slide, 4.5, 13.0, texts, 18)


def _undated(workbook: bytes) -> bytes:
    """Return the workbook of a chart with a fixed creation time."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"1980-01-01T00:00:00Z", content)
            new.writestr(name, content)
    return pack(out.getvalue())


def _picture(show: Any, block: ChartBlock) -> None:
    from pptx.chart import data as charts
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.util import Cm, Pt

    slide = show.slides.add_slide(show.slide_layouts[6])
    _box(slide, 1.0, 2.0, [block.caption], 24, bold=True)
    data: Any = charts.CategoryChartData(number_format="0.0")  # type: ignore[no-untyped-call]  # the library has no types
    data.categories = [shorten(c) for c in block.categories]
    for series in block.series:
        data.add_series(series.name, [round(v, 6) for v in series.values])
    kinds = {
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "line": XL_CHART_TYPE.LINE_MARKERS,
    }
    frame = slide.shapes.add_chart(kinds[block.kind], Cm(1.5), Cm(3.5), Cm(30.8), Cm(14.5), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", block.alt)
    chart = frame.chart
    book = chart.part.chart_workbook
    book.update_from_xlsx_blob(_undated(book.xlsx_part.blob))
    chart.font.size, chart.has_title = Pt(14), False
    make_color: Any = RGBColor
    color = make_color(*(int(MARKS[0].color[i : i + 2], 16) for i in (1, 3, 5)))
    for plot in chart.plots[0].series if block.kind != "line" else ():
        plot.format.fill.solid()
        plot.format.fill.fore_color.rgb = color
    chart.has_legend = len(block.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    else:
        chart.plots[0].has_data_labels = True
        chart.plots[0].data_labels.number_format, chart.plots[0].data_labels.number_format_is_linked = (
            "0.0",
            False,
        )
    chart.value_axis.minimum_scale = 0
    chart.category_axis.reverse_order = block.kind == "bar"
