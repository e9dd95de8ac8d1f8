"""Page layout and styles of a document created without a template.

Chinese: GB/T 9704-2012, A4, type area 156 x 225 mm, 22 lines of 28 characters in 3号仿宋, headings in 黑体 and 楷体,
title in 2号小标宋. English: A4, 25 mm margins, 11 pt text. In LibreOffice a grid of lines and characters gives only 27
characters per line; a grid of lines, with the character spacing set in the style, gives the required 28.
"""

from __future__ import annotations

from typing import Any

from literacy.report.documents.word.word_markup import element, set_fonts

LINE, LINES, CHARACTERS = 579, 22, 28
FANGSONG, HEITI, KAITI, XIAOBIAO, SONG = "仿宋", "黑体", "楷体", "方正小标宋简体", "宋体"
LATIN, SANS = "Times New Roman", "Arial"
FALLBACKS = {
    FANGSONG: ("FangSong_GB2312", "roman"), HEITI: ("SimHei", "modern"), KAITI: ("KaiTi_GB2312", "script"),
    XIAOBIAO: ("STZhongsong", "roman"), SONG: ("SimSun", "roman"), LATIN: ("Liberation Serif", "roman"),
    SANS: ("Liberation Sans", "swiss"),
}  # fmt: skip
"""Font -> (substitute if it is not installed, family); no font is embedded."""


def set_page(section: Any, lang: str) -> None:
    """Set A4 paper with the margins and line grid of the standard, or with 25 mm margins for English."""
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(210), Mm(297)
    if lang == "en":
        section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(25)
        return
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.right_margin, section.bottom_margin = Mm(26), Mm(35)
    section.header_distance, section.footer_distance = Mm(15), Mm(28)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = element("docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE))


def set_styles(document: Any, lang: str, *, leaf: bool = False) -> None:
    """Define the styles of body text, headings, captions, cells and notes; smaller for a leaf, to fit on one page."""
    from docx.shared import Pt

    chinese = lang == "zh"
    body = 12 if chinese and leaf else 16 if chinese else 11
    _defaults(document, body)
    _style(
        document,
        "Normal",
        body,
        LATIN,
        FANGSONG if chinese else SONG,
        spacing=-5 if chinese and not leaf else 0,
    )
    _style(
        document,
        "Title",
        18 if leaf else 22,
        LATIN,
        XIAOBIAO if chinese else SONG,
        centre=True,
        bold=not chinese,
    )
    _style(
        document,
        "Heading 1",
        16 if chinese else 15,
        LATIN if chinese else SANS,
        HEITI,
        bold=not chinese,
        next_=True,
    )
    _style(
        document,
        "Heading 2",
        16 if chinese else 12,
        LATIN if chinese else SANS,
        KAITI,
        bold=not chinese,
        next_=True,
    )
    _style(
        document, "Caption", 12 if chinese else 10, LATIN, HEITI, bold=not chinese, centre=True, next_=True
    )
    _style(document, "Table Text", 10.5 if chinese else 9, LATIN, SONG)
    _style(document, "Table Note", 9, LATIN, SONG)
    _style(document, "Contents Line", 14 if chinese else 11, LATIN, FANGSONG)
    if not chinese:
        for name in ("Normal", "Heading 1"):
            document.styles[name].paragraph_format.space_after = Pt(6)
        document.styles["Heading 1"].paragraph_format.space_before = Pt(14)


def _defaults(document: Any, size: float) -> None:
    """Set the defaults of the document; the grid is measured in the default font size."""
    from docx.oxml.ns import qn

    root = document.styles.element.find(qn("w:docDefaults"))
    run = root.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for tag in ("sz", "szCs"):
        old = run.find(qn(f"w:{tag}"))
        if old is not None:
            run.remove(old)
        run.append(element(tag, val=int(2 * size)))
    for old in run.findall(qn("w:lang")):
        run.remove(old)
    run.append(element("lang", val="en-US", eastAsia="zh-CN"))
    paragraph = root.find(qn("w:pPrDefault"))
    inner = paragraph.find(qn("w:pPr")) if paragraph is not None else None
    spacing = inner.find(qn("w:spacing")) if inner is not None else None
    if inner is not None and spacing is not None:
        inner.remove(spacing)


def _style(
    document: Any, name: str, size: float, latin: str, east: str, *, bold: bool = False, centre: bool = False,
    next_: bool = False, spacing: int = 0,
) -> None:  # fmt: skip
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    set_fonts(style, latin, east)
    run = style.element.get_or_add_rPr()
    for tag in ("spacing", "kern"):
        for old in run.findall(qn(f"w:{tag}")):
            run.remove(old)
    if spacing:
        run.append(element("spacing", val=spacing))
    block = style.paragraph_format
    block.space_before = block.space_after = Pt(0)
    block.line_spacing, block.keep_with_next = 1.0, next_
    block.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else None
    if name.startswith("Table"):
        style.element.get_or_add_pPr().append(element("snapToGrid", val=0))
    properties = style.element.get_or_add_pPr()
    for tag in ("pBdr", "contextualSpacing"):
        for old in properties.findall(qn(f"w:{tag}")):
            properties.remove(old)


def fill_styles(document: Any) -> None:
    """Add the required styles that a template lacks, based on its body text."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    wanted = (
        "Normal",
        "Title",
        "Heading 1",
        "Heading 2",
        "Caption",
        "Table Text",
        "Table Note",
        "Contents Line",
    )
    for name in wanted:
        if name not in document.styles:
            style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = document.styles["Normal"]
            if name.startswith("Table"):
                style.font.size = Pt(10 if name == "Table Text" else 9)


def name_fonts(document: Any) -> None:
    """Write the font table: every font with its substitute."""
    from xml.sax.saxutils import quoteattr

    rows = "".join(
        f"<w:font w:name={quoteattr(name)}><w:altName w:val={quoteattr(other)}/>"
        f'<w:charset w:val="{"00" if name in (LATIN, SANS) else "86"}"/><w:family w:val="{family}"/></w:font>'
        for name, (other, family) in FALLBACKS.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{space}">{rows}</w:fonts>'
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = text.encode("utf-8")
