"""Helpers for WordprocessingML: fields, bookmarks, borders, and reproducible archives."""

from __future__ import annotations

import io
import zipfile
from typing import Any

EPOCH = (1980, 1, 1, 0, 0, 0)


def element(tag: str, **attributes: object) -> Any:
    """Return an element ``w:tag`` with attributes in the same namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def add_field(paragraph: Any, code: str, result: str, *, stale: bool = False) -> None:
    """Add a field with the result shown until Word updates it; a *stale* field is updated when the file is opened."""
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", result), ("end", "")):
        run = paragraph.add_run()
        if kind in ("begin", "separate", "end"):
            run._r.append(
                element(
                    "fldChar", fldCharType=kind, **({"dirty": "true"} if stale and kind == "begin" else {})
                )
            )
        elif kind == "text":
            run.text = text
        else:
            instruction = element("instrText")
            instruction.text = f" {text} "
            instruction.set(qn("xml:space"), "preserve")
            run._r.append(instruction)


def open_bookmark(paragraph: Any, number: int, name: str) -> None:
    """Start a bookmark at the current end of a paragraph."""
    paragraph._p.append(element("bookmarkStart", id=number, name=name))


def close_bookmark(paragraph: Any, number: int) -> None:
    """End a bookmark at the current end of a paragraph."""
    paragraph._p.append(element("bookmarkEnd", id=number))


def set_fonts(style: Any, ascii_: str, east: str) -> None:
    """Set the Latin and East Asian fonts of a style; theme fonts are removed because they take precedence."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "Theme" in name:
            del fonts.attrib[name]
    for key, value in (("ascii", ascii_), ("hAnsi", ascii_), ("cs", ascii_), ("eastAsia", east)):
        fonts.set(qn(f"w:{key}"), value)


def set_border(properties: Any, tag: str, **edges: int) -> None:
    """Add borders, with widths by edge in eighths of a point; 0 means no border."""
    borders = element(tag)
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        if edge in edges:
            size = edges[edge]
            kind = "single" if size else "nil"
            borders.append(element(edge, val=kind, sz=size, space=0, color="000000"))
    properties.append(borders)


def pack(content: bytes) -> bytes:
    """Return an archive with a fixed time on every entry, so that the same inputs give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, old.read(entry.filename))
    return out.getvalue()


_ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid "
    "spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl "
    "divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd "
    "tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType "
    "cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
}


def put_in_order(root: Any) -> None:
    """Sort properties into the order required by the Word schema."""
    for name, order in _ORDERS.items():
        place = {tag: i for i, tag in enumerate(order.split())}
        for properties in root.iter(f"{{{_SPACE}}}{name}"):
            children = sorted(properties, key=lambda c: place.get(c.tag.rpartition("}")[2], len(place)))
            for child in children:
                properties.append(child)


_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
