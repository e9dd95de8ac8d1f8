"""Supplements to python-docx: Chinese typefaces, page numbers, table rows, and deterministic output."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
MONGOLIAN = "Mongolian Baiti"
LATIN, LATIN_HEAD = "Times New Roman", "Arial"
SONG, HEI = "宋体", "黑体"
GREY, LINE = "595959", "A6A6A6"


def new_document(title: str, lang: str, *, vertical: bool = False) -> Any:
    """Return an empty A4 document with typefaces for Chinese and Latin text; lines may be vertical."""
    import docx
    from docx.shared import Cm, Pt, RGBColor

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.3), Cm(2.0)
    section.header_distance = section.footer_distance = Cm(1.1)
    sizes = {"Normal": 10.5, "Title": 17, "Heading 1": 13, "Header": 8.5, "Footer": 8.5}
    for name, size in sizes.items():
        style = document.styles[name]
        heavy = name in ("Title", "Heading 1")
        letters = MONGOLIAN if vertical else LATIN_HEAD if heavy else LATIN
        set_typeface(style.element.get_or_add_rPr(), letters, HEI if heavy else SONG, lang)
        style.font.size = Pt(size)
        style.font.bold = heavy
        style.font.color.rgb = RGBColor.from_string(GREY if name in ("Header", "Footer") else "000000")
    normal = document.styles["Normal"].paragraph_format
    normal.space_after, normal.space_before, normal.line_spacing = Pt(3), Pt(0), 1.15
    heading = document.styles["Heading 1"].paragraph_format
    heading.space_before, heading.space_after, heading.keep_with_next = Pt(14), Pt(5), True
    top = document.styles["Title"]
    top.paragraph_format.space_after = Pt(8)
    for border in top.element.pPr.findall(_name("w:pBdr")):
        top.element.pPr.remove(border)
    if vertical:
        _turn_lines(section)
    properties = document.core_properties
    properties.title, properties.author, properties.comments, properties.keywords = title, "", "", ""
    properties.last_modified_by, properties.revision = "", 1
    properties.created = properties.modified = _EPOCH
    properties.language = {"zh": "zh-CN"}.get(lang, lang)
    return document


def _turn_lines(section: Any) -> None:
    """Set lines from top to bottom, starting at the left, on a landscape page."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml import OxmlElement

    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    direction = OxmlElement("w:textDirection")
    direction.set(_name("w:val"), "tbLrV")
    grid = section._sectPr.find(_name("w:docGrid"))
    if grid is None:
        section._sectPr.append(direction)
    else:
        grid.addprevious(direction)


def set_typeface(properties: Any, latin: str, chinese: str, lang: str) -> None:
    """Set the typefaces of a run or style explicitly, including East Asian ones, and the language of its text."""
    from docx.oxml import OxmlElement

    fonts = properties.find(_name("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    fonts = OxmlElement("w:rFonts")
    for slot, face in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(_name(f"w:{slot}"), face)
    fonts.set(_name("w:hint"), "eastAsia" if lang == "zh" else "default")
    properties.insert(0, fonts)
    language = properties.find(_name("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(
        _name("w:val"), "en-US" if lang in ("zh", "en") else "mn-Mong-CN" if latin == MONGOLIAN else lang
    )
    language.set(_name("w:eastAsia"), "zh-CN")


def add_field(paragraph: Any, instruction: str) -> None:
    """Add a field such as PAGE or NUMPAGES, with a placeholder shown until it is updated."""
    from docx.oxml import OxmlElement

    for kind in ("begin", None, "separate", "1", "end"):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(_name("w:fldCharType"), str(kind))
            run._r.append(mark)
        elif kind is None:
            text = OxmlElement("w:instrText")
            text.set(_name("xml:space"), "preserve")
            text.text = f" {instruction} "
            run._r.append(text)
        else:
            run.text = kind


def set_borders(table: Any) -> None:
    """Thin grey lines between rows, none between columns."""
    from docx.oxml import OxmlElement

    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        drawn = side in ("top", "bottom", "insideH")
        line.set(_name("w:val"), "single" if drawn else "nil")
        if drawn:
            line.set(_name("w:sz"), "8" if side != "insideH" else "4")
            line.set(_name("w:color"), "000000" if side != "insideH" else LINE)
        borders.append(line)
    properties.append(borders)


def set_widths(table: Any, widths: list[float]) -> None:
    """Set fixed column widths in centimetres, in all places from which programs read them."""
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def keep_row(row: Any, *, head: bool = False) -> None:
    """Prevent page breaks within a row; *head* rows are repeated on every page."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def save_document(document: Any) -> bytes:
    """Return the document as bytes without a time stamp."""
    stream = io.BytesIO()
    document.save(stream)
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _ZIP_EPOCH)
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(fixed, old.read(entry.filename))
    return out.getvalue()


def _name(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))
