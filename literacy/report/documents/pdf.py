"""Write a document as tagged PDF/A-2a with typst, using only the fonts shipped with the package."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from literacy.errors import LiteracyError
from literacy.report.documents.document import Block, ChartBlock, Document, Ref, TableBlock, Text
from literacy.report.documents.document_terms import word
from literacy.report.documents.vector import draw_vector
from literacy.report.documents.word.grids import line_up
from literacy.report.figures.typeface import font_path

FONT = "Noto Sans SC"
STANDARD = "a-2a"
EPOCH = 315_532_800
"""Creation date, which PDF/A requires; it is fixed so that the same inputs give the same bytes."""


def find_typst() -> None:
    """Raise an error if typst is not installed.

    Raises
    ------
    LiteracyError
        ``report.settings``, naming the extra to install.
    """
    from importlib.util import find_spec

    if find_spec("typst") is None:
        raise LiteracyError(
            "report.settings", where="--format pdf", what="typst is not installed",
            fix="pip install 'science-literacy[pdf]'",
        )  # fmt: skip


def write_print(outline: Document) -> bytes:
    """Return a document as the bytes of a tagged PDF/A file."""
    find_typst()
    import typst

    source = _Source(outline).text()
    compile_source: Any = typst.compile
    made: bytes = compile_source(
        source.encode("utf-8"),
        font_paths=[str(Path(font_path()).parent)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARD,
        timestamp=EPOCH,
    )
    return made


def quote(text: str) -> str:
    """Return text as a typst string literal, in which nothing is interpreted as markup."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


class _Source:
    """Builder of the typst source of a document; all text is written as string literals."""

    def __init__(self, outline: Document) -> None:
        self.outline, self.lang, self.out = outline, outline.lang, io.StringIO()

    def text(self) -> str:
        self._head()
        self._cover()
        wide, after = False, ""
        for part in self.outline.parts:
            if after == "summary":
                self._add("#pagebreak(weak: true)")
            after = part.name
            if part.wide != wide:
                self._add(f"#set page(flipped: {str(part.wide).lower()})")
                wide = part.wide
            self._add(f"#heading(level: 1, {quote(part.title)}) <part_{part.name}>")
            for block in part.blocks:
                self._block(block)
        return self.out.getvalue()

    def _add(self, line: str) -> None:
        self.out.write(line + "\n")

    def _head(self) -> None:
        chinese = self.lang == "zh"
        foot = '"— " + counter(page).display() + " —"' if chinese else "counter(page).display()"
        self._add(
            f"#set document(title: {quote(self.outline.cover.title)}, author: {quote(self.outline.cover.office)})"
        )
        region = ', region: "cn"' if chinese else ""
        self._add(
            f'#set text(font: {quote(FONT)}, size: {12 if chinese else 10.5}pt, lang: "{self.lang}"{region})'
        )
        self._add('#set page(paper: "a4", margin: (top: 30mm, bottom: 28mm, left: 28mm, right: 26mm))')
        self._add(f"#set par(leading: {0.9 if chinese else 0.7}em, justify: false, first-line-indent: "
                  f"{'(amount: 2em, all: true)' if chinese else '0em'})")  # fmt: skip
        self._add(
            '#show heading: it => block(above: 1.6em, below: 0.9em, text(size: 1.25em, weight: "regular", it.body))'
        )
        self._add("#set table(stroke: none)")
        self._add("#show figure.where(kind: table): set figure.caption(position: top)")
        self._add("#show figure.where(kind: table): set block(breakable: true)")
        self._add("#show figure: set block(above: 1.8em, below: 1.8em)")
        self._add("#set figure.caption(separator: [ ])")
        self._add(f"#let foot = context align(center, text(size: 9pt)[#({foot})])")

    def _cover(self) -> None:
        cover = self.outline.cover
        self._add("#set page(footer: none)")
        self._add("#v(22%)")
        if cover.logo:
            numbers = ", ".join(str(b) for b in cover.logo)
            kind = "png" if cover.logo.startswith(b"\x89PNG") else "jpg"
            alt = quote(cover.office or cover.title)
            self._add(
                f'#align(center, image(bytes(({numbers})), format: "{kind}", height: 2.5cm, alt: {alt}))'
            )
        self._add(f"#align(center, par(first-line-indent: 0em, text(size: 22pt, {quote(cover.title)})))")
        for text in (cover.subtitle, cover.mark, cover.office, cover.date):
            if text:
                self._add(f"#align(center, par(first-line-indent: 0em, {quote(text)}))")
        self._add("#pagebreak()")
        self._add("#set page(footer: foot)")
        self._add("#counter(page).update(1)")
        self._add(f"#outline(title: {quote(word('contents', self.lang))}, depth: 1)")
        self._add("#pagebreak()")

    def _block(self, block: Block) -> None:
        if isinstance(block, Text):
            runs = " + ".join(
                f"link(<b_{r.target}>, {quote(self.outline.numbers[r.target])})"
                if isinstance(r, Ref)
                else quote(r)
                for r in block.runs
            )
            if block.kind == "note":
                self._add(f"#par(first-line-indent: 0em, text(size: 9pt, {runs}))")
            else:
                self._add(f"#par({runs})")
            return
        caption = quote(f"{self.outline.numbers[block.id]} {block.caption}")
        if isinstance(block, ChartBlock):
            picture = f'image(bytes({quote(draw_vector(block))}), format: "svg", width: 92%, alt: {quote(block.alt)})'
            self._add(
                f"#figure({picture}, kind: image, supplement: none, numbering: none, caption: {caption}) <b_{block.id}>"
            )
            return
        self._add(
            f"#figure({self._table(block)}, kind: table, supplement: none, numbering: none, caption: {caption}) <b_{block.id}>"
        )
        for note in block.notes:
            self._add(f"#par(first-line-indent: 0em, text(size: 8pt, {quote(note)}))")

    def _table(self, block: TableBlock) -> str:
        sizes = ", ".join(f"{c.width}fr" for c in block.columns)
        sides = ", ".join("right" if c.numeric else "left" for c in block.columns)
        head = ", ".join(f"text(size: 9pt, {quote(c.head)})" for c in block.columns)
        columns = [line_up([row[j] for row in block.rows], c) for j, c in enumerate(block.columns)]
        cells = []
        for i, row in enumerate(block.rows):
            for j, cell in enumerate(row):
                lead = "\u3000" if cell.indent else ""
                cells.append(f"text(size: 9pt, {quote(lead + columns[j][i])})")
        return (
            f"table(columns: ({sizes},), align: ({sides},), inset: (x: 3pt, y: 3.5pt), table.hline(stroke: 1.2pt), "
            f"table.header({head}), table.hline(stroke: 0.6pt), {', '.join(cells)}, table.hline(stroke: 1.2pt))"
        )
