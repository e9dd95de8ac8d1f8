"""Native, editable charts: written with xlsxwriter and embedded in Word, with their workbook, by python-docx."""

from __future__ import annotations

import io
import math
import re
import zipfile
from typing import Any

from literacy.report.documents.document import ChartBlock
from literacy.report.figures.palette import INK, MARKS
from literacy.report.figures.scale import step

LONGEST = 40
TINT = "#A9C1E4"
"""Fill colour of bars, light enough for black numbers and intervals to be legible."""
_SHOWN = (
    '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def shorten(text: str) -> str:
    """Return the name of a category, truncated to fit an axis."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _longest(block: ChartBlock) -> float:
    return max([1.0, *(v for s in block.series for part in (s.values, s.high) for v in part)])


def axis_step(block: ChartBlock) -> float:
    """Return the distance between tick marks on the value axis."""
    return step(_longest(block))


def axis_top(block: ChartBlock) -> float:
    """Return the upper end of the value axis: a tick mark above all values and interval bounds."""
    size = axis_step(block)
    return round(math.ceil(_longest(block) * 1.02 / size) * size, 6)


def fill_chart(book: Any, sheet: Any, name: str, block: ChartBlock, row: int, font: str) -> Any:
    """Write the data of a chart to a sheet, starting at *row*, and return the chart that refers to them."""
    n, first = len(block.categories), row + 1
    sheet.write_string(row, 0, block.axis)
    for i, text in enumerate(block.categories):
        sheet.write_string(first + i, 0, shorten(text))
    chart = book.add_chart({"type": block.kind})
    column = 1
    for k, series in enumerate(block.series):
        sheet.write_string(row, column, series.name)
        for i, value in enumerate(series.values):
            sheet.write_number(first + i, column, round(value, 6))
        options: dict[str, Any] = {
            "name": [name, row, column], "categories": [name, first, 0, first + n - 1, 0],
            "values": [name, first, column, first + n - 1, column],
            "categories_data": [shorten(c) for c in block.categories],
            "values_data": [round(v, 6) for v in series.values],
        }  # fmt: skip
        if block.kind == "line":
            options["line"] = {
                "color": MARKS[0].color,
                "width": 2 if k == 0 else 1,
                "dash_type": "solid" if k == 0 else "dash",
            }
        else:
            options |= {"fill": {"color": TINT}, "border": {"color": MARKS[0].color, "width": 0.75}, "gap": 60,
                     "data_labels": {"value": True, "num_format": "0.0", "font": {"name": font, "size": 9}}}  # fmt: skip
        if series.low:
            up = [round(h - v, 6) for h, v in zip(series.high, series.values, strict=True)]
            down = [round(v - low, 6) for low, v in zip(series.low, series.values, strict=True)]
            options["data_labels"]["position"] = "inside_base"
            bars = "x_error_bars" if block.kind == "bar" else "y_error_bars"
            options[bars] = {
                "type": "custom",
                "plus_values": up,
                "minus_values": down,
                "line": {"color": INK, "width": 1},
            }
        chart.add_series(options)
        column += 1
    _axes(chart, block, font)
    return chart


def _axes(chart: Any, block: ChartBlock, font: str) -> None:
    small = {"name": font, "size": 9}
    chart.set_legend({"position": "bottom", "font": small} if len(block.series) > 1 else {"none": True})
    lines = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}}
    size = axis_step(block)
    values = {"num_font": small, "min": 0, "max": axis_top(block), "major_unit": size, "major_gridlines": lines,
              "num_format": "0" if size >= 1 else "0.0", "minor_tick_mark": "none", "major_tick_mark": "none"}  # fmt: skip
    names: dict[str, Any] = {"num_font": small, "major_gridlines": {"visible": False}, "major_tick_mark": "none",
                             "minor_tick_mark": "none"}  # fmt: skip
    if block.kind == "bar":  # first category at the top, value axis at the bottom
        chart.set_y_axis(names | {"reverse": True, "crossing": "max"})
        chart.set_x_axis(values)
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(values)
    chart.set_title({"none": True})


def _workbook(block: ChartBlock, font: str, drawn: bool) -> bytes:
    import datetime

    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": datetime.datetime(1980, 1, 1)})
    sheet = book.add_worksheet("data")
    chart = fill_chart(book, sheet, "data", block, 0, font)
    if drawn:
        sheet.insert_chart("F2", chart, {"description": block.alt})
    else:
        book.charts.clear()  # data only: the chart itself is part of the document
    book.close()
    return out.getvalue()


def add_chart(
    document: Any, run: Any, block: ChartBlock, number: int, width: int, height: int, font: str
) -> None:
    """Insert a native chart and its workbook into a run."""
    from docx.opc.constants import RELATIONSHIP_TYPE as RT
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    package = document.part.package
    with zipfile.ZipFile(io.BytesIO(_workbook(block, font, True))) as archive:
        xml = archive.read("xl/charts/chart1.xml").decode("utf-8")
    link = '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
    xml = re.sub(r"<c:printSettings>.*?</c:printSettings>", "", xml, flags=re.S)
    xml = xml.replace("</c:chartSpace>", f"{link}</c:chartSpace>").replace('<c:showVal val="1"/>', _SHOWN)
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    data = Part(
        PackURI(f"/word/embeddings/chart{number}.xlsx"), sheet, _workbook(block, font, False), package
    )
    kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), kind, xml.encode("utf-8"), package)
    chart.relate_to(data, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package")
    name = document.part.relate_to(chart, RT.CHART)
    drawing = parse_xml(
        f'<w:drawing {_SPACES}><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{100 + number}" name="chart {number}"/><wp:cNvGraphicFramePr/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{name}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )
    drawing[0][1].set("descr", block.alt)
    run._r.append(drawing)
