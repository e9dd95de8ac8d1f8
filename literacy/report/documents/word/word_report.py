"""Write a document in Word format."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Any

from literacy.errors import LiteracyError
from literacy.report.documents.document import Block, ChartBlock, Document, Ref, TableBlock, Text
from literacy.report.documents.document_terms import word
from literacy.report.documents.word import styles
from literacy.report.documents.word.charts import add_chart
from literacy.report.documents.word.grids import add_table
from literacy.report.documents.word.word_markup import (
    add_field,
    close_bookmark,
    element,
    open_bookmark,
    pack,
    put_in_order,
)

_SEQUENCE = {"table": ("表", "Table"), "chart": ("图", "Figure")}


def write_word(outline: Document, template: str | Path | None = None, *, pictures: bool = False) -> bytes:
    """Return a document as the bytes of a docx file.

    Parameters
    ----------
    outline : Document
    template : path, optional
        A Word file whose styles, page layout, headers and footers are used; its text is removed.
    pictures : bool
        Whether charts are inserted as images instead of native charts.

    Raises
    ------
    LiteracyError
        ``report.settings`` if the template does not exist or is not a Word file.
    """
    return _Writer(outline, open_template(template), template is not None, pictures).write()


def open_template(template: str | Path | None) -> Any:
    """Return an empty document: the default of python-docx, or a template without its text."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.oxml.ns import qn

    if template is None:
        document = docx.Document()
    else:
        try:
            document = docx.Document(str(template))
        except (PackageNotFoundError, KeyError, ValueError, OSError) as error:
            if not Path(template).exists():
                raise LiteracyError(
                    "report.settings", where=str(template), what="there is no such file",
                    fix="check the path",
                ) from error  # fmt: skip
            raise LiteracyError(
                "report.settings", where=str(template), what="it is not a Word file (docx)", fix="save it in Word as .docx"
            ) from error  # fmt: skip
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)
    return document


def split_title(title: str) -> tuple[str, str]:
    """Return a long Chinese title as two lines, split before the year; the second line is empty for short titles.

    >>> split_title("石城市公民科学素质调查（示范问卷）2025年度报告")
    ('石城市公民科学素质调查（示范问卷）', '2025年度报告')
    >>> split_title("石城2025年度报告")
    ('石城2025年度报告', '')
    """
    found = re.fullmatch(r"(.{12,}?)(\d{4}年度报告)", title)
    return (found[1], found[2]) if found else (title, "")


class _Writer:
    """Writer of a document, with the running numbers of its bookmarks and charts."""

    def __init__(self, outline: Document, document: Any, templated: bool, pictures: bool) -> None:
        self.outline, self.document, self.pictures = outline, document, pictures
        self.lang, self.templated = outline.lang, templated
        self.bookmarks = self.charts = 0
        self.east = styles.SONG if outline.lang == "zh" else styles.SANS
        if not templated:
            styles.set_page(document.sections[0], "en" if outline.leaf else self.lang)
            styles.set_styles(document, self.lang, leaf=outline.leaf)
            styles.name_fonts(document)
        else:
            styles.fill_styles(document)

    def write(self) -> bytes:
        self._properties()
        if self.outline.leaf:
            self._leaf()
            return self._bytes()
        self._cover()
        self._contents()
        wide, after = False, ""
        for part in self.outline.parts:
            if part.wide != wide:
                self._turn(part.wide)
                wide = part.wide
            self._heading(part.name, part.title, after == "summary")
            after = part.name
            for block in part.blocks:
                self._block(block)
        return self._bytes()

    def _leaf(self) -> None:
        """Write a short form: leading line, title and text."""
        (part,) = self.outline.parts
        if part.title:
            self.document.add_paragraph(part.title, style="Caption")
        self.document.add_paragraph(self.outline.cover.title, style="Title")
        if self.outline.cover.mark:
            self.document.add_paragraph(self.outline.cover.mark, style="Caption")
        for block in part.blocks:
            if isinstance(block, ChartBlock):
                self._chart(block)
                self.document.add_paragraph(block.caption, style="Caption")
            else:
                self._block(block)

    def _bytes(self) -> bytes:
        for root in (self.document.element, self.document.styles.element):
            put_in_order(root)
        out = io.BytesIO()
        self.document.save(out)
        return pack(out.getvalue())

    def _properties(self) -> None:
        facts, cover = self.document.core_properties, self.outline.cover
        facts.title, facts.author = cover.title[:250], cover.office[:250]
        facts.language = "zh-CN" if self.lang == "zh" else "en"
        facts.comments = facts.keywords = facts.subject = facts.category = ""
        facts.last_modified_by, facts.revision = "", 1
        facts.created = facts.modified = datetime.datetime(1980, 1, 1)

    def _cover(self) -> None:
        from docx.enum.section import WD_SECTION
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm, Pt

        cover, document = self.outline.cover, self.document
        if cover.logo:
            paragraph = document.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            shape = paragraph.add_run().add_picture(io.BytesIO(cover.logo), height=Cm(2.5))
            shape._inline.docPr.set("descr", cover.office or cover.title)
        title = document.add_paragraph(style="Title")
        name, year = split_title(cover.title)
        title.add_run(name)
        if year:
            title.runs[-1].add_break()
            title.add_run(year)
        title.paragraph_format.space_before = Pt(90 if not cover.logo else 30)
        for text, bold, gap in (
            (cover.subtitle, False, 24),
            (cover.mark, True, 12),
            (cover.office, False, 120),
            (cover.date, False, 6),
        ):
            if text:
                paragraph = document.add_paragraph()
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                paragraph.paragraph_format.space_before = Pt(gap)
                paragraph.add_run(text).bold = bold
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        if not self.templated:
            self._footers(section)

    def _contents(self) -> None:
        """Write the titles of parts with page numbers as fields, which LibreOffice and Word compute on opening.

        A TOC field would keep the page numbers written to the file, which are unknown before layout.
        """
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
        from docx.oxml.ns import qn

        head = self.document.add_paragraph(style="Caption")
        head.alignment = WD_ALIGN_PARAGRAPH.CENTER
        head.add_run(word("contents", self.lang))
        for part in self.outline.parts:
            line = self.document.add_paragraph(style="Contents Line")
            line.paragraph_format.tab_stops.add_tab_stop(
                self._width(), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
            )
            link = element("hyperlink", anchor=f"_part_{part.name}", history=1)
            line.add_run(part.title)
            line.add_run("\t")
            add_field(line, f"PAGEREF _part_{part.name} \\h", "", stale=True)
            for child in list(line._p):
                if child.tag != qn("w:pPr"):
                    link.append(child)
            line._p.append(link)
        self.document.add_page_break()

    def _width(self) -> int:
        section = self.document.sections[-1]
        return int(section.page_width - section.left_margin - section.right_margin)

    def _height(self) -> int:
        section = self.document.sections[-1]
        return int(section.page_height - section.top_margin - section.bottom_margin)

    def _turn(self, landscape: bool) -> None:
        """Start a section in landscape or portrait orientation; its footer stays linked to the previous one."""
        from docx.enum.section import WD_ORIENT, WD_SECTION

        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        if (section.page_width > section.page_height) != landscape:
            top, right, bottom, left = (
                section.top_margin, section.right_margin, section.bottom_margin, section.left_margin
            )  # fmt: skip
            section.page_width, section.page_height = section.page_height, section.page_width
            section.top_margin, section.right_margin = (left, top) if landscape else (right, bottom)
            section.bottom_margin, section.left_margin = (right, bottom) if landscape else (left, top)
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        for restart in section._sectPr.findall(element("pgNumType").tag):  # continue the page numbering
            section._sectPr.remove(restart)

    def _footers(self, section: Any) -> None:
        """Add page numbers; in Chinese in 4号宋体 between dashes, at the right of odd and the left of even pages.

        The cover has none.
        """
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml.ns import qn
        from docx.shared import Pt

        self.document.settings.odd_and_even_pages_header_footer = self.lang == "zh"
        feet = [
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT if self.lang == "zh" else WD_ALIGN_PARAGRAPH.CENTER)
        ]
        if self.lang == "zh":
            feet.append((section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT))
        for foot, side in feet:
            foot.is_linked_to_previous = False
            paragraph = foot.paragraphs[0]
            paragraph.alignment = side
            before, after = ("— ", " —") if self.lang == "zh" else ("", "")
            paragraph.add_run(before)
            add_field(paragraph, "PAGE", "1")
            paragraph.add_run(after)
            for run in paragraph.runs:
                run.font.size = Pt(14 if self.lang == "zh" else 10)
                run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), styles.SONG)
            paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(
                16 if self.lang == "zh" else 0
            )
        number = element("pgNumType", start=1)
        section._sectPr.append(number)

    def _mark(self, paragraph: Any, name: str, fill: Any) -> None:
        self.bookmarks += 1
        number = self.bookmarks
        open_bookmark(paragraph, number, name)
        fill(paragraph)
        close_bookmark(paragraph, number)

    def _heading(self, name: str, title: str, fresh: bool) -> None:
        """Write the heading of a part; *fresh* starts a new page, so that the summary can be distributed alone."""
        paragraph = self.document.add_paragraph(style="Heading 1")
        if fresh:
            paragraph.paragraph_format.page_break_before = True
        self._mark(paragraph, f"_part_{name}", lambda p: p.add_run(title))

    def _block(self, block: Block) -> None:
        if isinstance(block, Text):
            self._text(block)
        elif isinstance(block, TableBlock):
            self._caption(block, "table")
            add_table(self.document, block, self._width())
            for note in block.notes:
                self.document.add_paragraph(note, style="Table Note")
            self.document.add_paragraph(style="Table Note")
        else:
            self._chart(block)
            self._caption(block, "chart")

    def _text(self, block: Text) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph = self.document.add_paragraph(style="Table Note" if block.kind == "note" else "Normal")
        if block.kind != "note" and self.lang == "zh" and not self.templated:
            properties = paragraph._p.get_or_add_pPr()
            properties.append(element("ind", firstLineChars=200, firstLine=480 if self.outline.leaf else 640))
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        for run in block.runs:
            if isinstance(run, Ref):
                add_field(paragraph, f"REF _ref_{run.target} \\h", self.outline.numbers[run.target])
            else:
                paragraph.add_run(run)

    def _caption(self, block: TableBlock | ChartBlock, kind: str) -> None:
        from docx.shared import Pt

        name = _SEQUENCE[kind][self.lang == "en"]
        count = self.outline.numbers[block.id].removeprefix(name).strip()
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = kind == "table"
        if kind == "chart":
            paragraph.paragraph_format.space_after = Pt(10)  # separates the figure from the following text

        def fill(p: Any) -> None:
            p.add_run(name if self.lang == "zh" else f"{name} ")
            add_field(p, f"SEQ {name} \\* ARABIC", count)

        self._mark(paragraph, f"_ref_{block.id}", fill)
        paragraph.add_run(f"{'　' if self.lang == 'zh' else '. '}{block.caption}")

    def _chart(self, block: ChartBlock) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm

        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph._p.get_or_add_pPr().append(element("snapToGrid", val=0))
        self.charts += 1
        width = min(self._width(), Cm(15.5))
        rows = len(block.categories)
        height = min(Cm(2.2 + 0.75 * rows) if block.kind == "bar" else Cm(7), int(self._height() * 0.8))
        run = paragraph.add_run()
        if self.pictures:
            from literacy.report.documents.pictures import draw_picture

            shape = run.add_picture(io.BytesIO(draw_picture(block, width / height)), width=width)
            shape._inline.docPr.set("descr", block.alt)
        else:
            add_chart(self.document, run, block, self.charts, int(width), int(height), self.east)
