"""Numbers read back from sentences and written documents, and the facts they must be found in."""

from __future__ import annotations

import html
import io
import math
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")
FIXED = {"95", "100", "0", "2017", "1", "5", "0.001"}
"""Numbers of method and layout: level of intervals, NCHS 2017, level of tests, none."""


def tokens(text: str) -> list[str]:
    """Numbers in a text, without sign and thousands' commas; words that hold a digit are left out."""
    plain = re.sub(
        r"[A-Za-z_]+\d[\w.]*|\d+[A-Za-z_]\w*", " ", text.replace("\u2007", "").replace("\u2008", "")
    )
    return [t.replace(",", "").lstrip("−-") for t in NUMBER.findall(plain)]


def printed(facts: pd.DataFrame) -> set[str]:
    """Every way a fact may be printed, without sign and unit."""
    out = set(FIXED)
    for row in facts.itertuples():
        for value in (row.value, row.ci_low, row.ci_high):
            if not math.isfinite(value):
                continue
            if row.unit in ("share", "points", "growth", "probability"):
                out |= {
                    f"{abs(100 * value):.1f}",
                    f"{abs(100 * value):.0f}",
                    f"{abs(100 * value):.2f}".rstrip("0").rstrip("."),
                }
                out |= {f"{abs(round(100 * value, 1)):.1f}"}
            else:
                out |= {f"{abs(round(value, d)):.{d}f}" for d in (0, 1, 2)}
        for value, digits in ((row.n, 0), (row.n_eff, 0), (row.deff, 2), (row.p_adjusted, 3)):
            if math.isfinite(value):
                out.add(f"{value:.{digits}f}")
        if math.isfinite(row.confidence):
            out.add(f"{100 * row.confidence:g}")
        for text in (row.zh, row.en, row.wave, row.base, row.level, row.method):
            out |= set(tokens(str(text)))
    return out


def stray(texts: Iterable[str], allowed: set[str]) -> list[str]:
    """Numbers that no fact prints."""
    return [f"{t} in {text[:80]!r}" for text in texts for t in tokens(text) if t not in allowed]


def unequal(sentences: pd.DataFrame) -> list[str]:
    """Sentences whose twins do not hold the same numbers."""
    return [s.id for s in sentences.itertuples() if sorted(tokens(s.zh)) != sorted(tokens(s.en))]


def read_docx(content: bytes) -> list[str]:
    """Paragraphs of text, cells, and the numbers of the charts."""
    out = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name == "word/document.xml":
                xml = re.sub(r"<w:instrText.*?</w:instrText>", "", archive.read(name).decode(), flags=re.S)
                for paragraph in re.findall(r"<w:p[ >].*?</w:p>", xml, flags=re.S):
                    out.append(
                        "".join(
                            html.unescape(t)
                            for t in re.findall(r"<w:t(?: [^>]*)?>(.*?)</w:t>", paragraph, flags=re.S)
                        )
                    )
            elif name.startswith("word/charts/"):
                xml = archive.read(name).decode()
                for cache in re.findall(r"<c:val>.*?</c:val>", xml, flags=re.S):
                    out += [f"{float(v):.1f}" for v in re.findall(r"<c:v>(.*?)</c:v>", cache)]
    return out


def read_html(content: bytes) -> list[str]:
    """Text of both languages; pictures by their tooltips and labels."""
    text = re.sub(r"<(style|script)>.*?</\1>", "", content.decode(), flags=re.S)
    text = re.sub(r'<text [^>]*fill="#595959">.*?</text>', "", text)  # marks of the axes
    alts = re.findall(r'aria-label="(.*?)"', text)
    return [html.unescape(t) for t in (*re.split(r"<[^>]+>", text), *alts) if t.strip()]


def read_xlsx(path: Path) -> list[str]:
    """Cells as they are read."""
    import openpyxl

    out = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    out.append(cell.value)
                elif cell.value is not None:
                    form = cell.number_format
                    digits = (
                        3
                        if "0.000" in form
                        else 2
                        if "0.00" in form
                        else 1
                        if "0.0" in form or form == "General"
                        else 0
                    )
                    out.append(f"{abs(round(float(cell.value), digits)):.{digits}f}")
    return out


def read_pdf(path: Path) -> list[str] | None:
    """Lines of the text, or None where no program can read it."""
    if shutil.which("pdftotext") is None:
        return None
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True
    ).stdout.decode()
    layout = r"(\. ){4}|—\s*\d+\s*—|^\s*\d+(\.\d+)?\s*$|[-−]\s*$|^\s*\d+(\.\d+)?(\s{3,}\d+(\.\d+)?)+\s*$"  # pages, axes
    return [line for line in text.splitlines() if not re.search(layout, line)]
