"""Documents: whole, well formed, the same bytes, and nothing in them but text."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pytest

from literacy.errors import LiteracyError
from literacy.report import Report, load_settings, make_report
from literacy.report.documents.document_outline import outline
from literacy.report.documents.excel_report import write_workbook
from literacy.report.documents.html_report import write_page
from literacy.report.documents.pdf import write_print
from literacy.report.documents.word import write_word
from tests.report.towns import make_town, random_frame
from tests.simulation.report_audit import check_documents

HOSTILE = {
    "farmers": ("<script>alert(1)</script>&amp;", 1),
    "workers": ("=1+1 { REF x }", 2),
    "officials": ("干\\u0007部" + "长" * 290, 3),
}


def make(folder: Path, rates: tuple[float, ...] = (0.2, 0.5), **more: object) -> Report:
    town = make_town(folder, **more)  # type: ignore[arg-type]
    rng = np.random.default_rng(5)
    first = 2025 - 2 * (len(rates) - 1)
    samples = {
        first + 2 * k: town.sample(random_frame(rng, units=40, size=10, rate=r, year=first + 2 * k))
        for k, r in enumerate(rates)
    }
    return make_report(samples)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return make(tmp_path_factory.mktemp("survey") / "town")


def open_docx(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_every_number_in_every_document_is_a_fact(report: Report, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    assert list(check_documents(report, tmp_path / "out")) == []


def test_same_inputs_same_bytes(report: Report) -> None:
    one = outline(report, "zh")
    for write in (write_word, write_workbook, lambda o: write_page({"zh": o}, "zh")):
        assert write(one) == write(one)
    pytest.importorskip("typst")
    assert write_print(one) == write_print(one)


def test_word_parts_are_well_formed_and_every_relationship_resolves(report: Report) -> None:
    for lang in ("zh", "en"):
        with open_docx(write_word(outline(report, lang))) as archive:
            names = set(archive.namelist())
            for name in names:
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(archive.read(name))
                if name.endswith(".rels"):
                    base = Path(name).parent.parent
                    for relation in ElementTree.fromstring(archive.read(name)):
                        target = relation.get("Target", "")
                        if relation.get("TargetMode") != "External":
                            path = (
                                target.lstrip("/") if target.startswith("/") else (base / target).as_posix()
                            )
                            assert shutil.os.path.normpath(path) in names, (name, target)  # type: ignore[attr-defined]


def test_word_references_resolve_and_pictures_are_described(report: Report) -> None:
    with open_docx(write_word(outline(report, "zh"))) as archive:
        xml = archive.read("word/document.xml").decode()
    marks = set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', xml))
    wanted = re.findall(r"(?:PAGE)?REF (\S+)", xml)
    assert wanted and set(wanted) <= marks
    assert "SEQ 表" in xml and "SEQ 图" in xml
    described = re.findall(r"<wp:docPr [^>]*>", xml)
    assert described and all('descr="' in d and 'descr=""' not in d for d in described)
    assert "w:tblHeader" in xml and "w:cantSplit" in xml


def test_word_charts_hold_a_workbook_that_opens(report: Report) -> None:
    with open_docx(write_word(outline(report, "zh"))) as archive:
        charts = [n for n in archive.namelist() if n.startswith("word/charts/chart")]
        books = [n for n in archive.namelist() if n.startswith("word/embeddings/")]
        assert charts and len(charts) == len(books)
        for name in charts:
            assert "externalData" in archive.read(name).decode()
        for name in books:
            sheet = openpyxl.load_workbook(io.BytesIO(archive.read(name))).worksheets[0]
            assert isinstance(sheet.cell(2, 2).value, float)


def test_word_charts_as_pictures(report: Report) -> None:
    with open_docx(write_word(outline(report, "zh"), pictures=True)) as archive:
        assert [n for n in archive.namelist() if n.endswith(".png")]
        assert not [n for n in archive.namelist() if "charts" in n]


def test_word_fonts_are_named_with_a_fallback_and_none_is_embedded(report: Report) -> None:
    with open_docx(write_word(outline(report, "zh"))) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
        assert 'w:name="仿宋"' in fonts and "w:altName" in fonts
        assert not [n for n in archive.namelist() if n.endswith(".odttf")]
        styles = archive.read("word/styles.xml").decode()
        assert 'w:eastAsia="方正小标宋简体"' in styles


@pytest.mark.skipif(
    shutil.which("soffice") is None or shutil.which("pdftotext") is None, reason="needs LibreOffice, poppler"
)
def test_the_page_holds_22_lines_of_28_characters(tmp_path: Path) -> None:
    """LibreOffice 7.4: full lines of text in the styles of the report."""
    import docx

    from literacy.report.documents.word import styles
    from literacy.report.figures.typeface import font_path

    document = docx.Document()
    styles.set_page(document.sections[0], "zh")
    styles.set_styles(document, "zh")
    document.add_paragraph("科" * 28 * 22 * 2)
    document.save(str(tmp_path / "page.docx"))
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    fonts = tmp_path / "fonts.conf"  # the package's own typeface, since a bare machine has no Chinese one
    fonts.write_text(
        f"<fontconfig><dir>{Path(font_path()).parent}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    done = subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "page.docx")],
        capture_output=True, timeout=240, check=False, env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
    )  # fmt: skip
    if not (tmp_path / "page.pdf").exists():
        pytest.skip(f"LibreOffice does not convert here: {done.stderr.decode()[:80]}")
    text = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, check=True
    )
    pages = [
        [line.strip() for line in p.splitlines() if line.strip()] for p in text.stdout.decode().split("\f")
    ]
    assert [len(p) for p in pages if p] == [22, 22]
    assert {len(line) for p in pages for line in p} == {28}


class Outside(HTMLParser):
    """What a page would fetch or run that is not its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        for name, value in attrs:
            fetched = name in ("src", "srcset", "data", "poster") or (tag == "link" and name == "href")
            if fetched and not (value or "").startswith("data:"):
                self.found.append(f"{tag} {name}={value}")
            if name.startswith("on"):
                self.found.append(f"{tag} {name}")


def test_html_is_one_file_that_fetches_nothing(report: Report) -> None:
    page = write_page({lang: outline(report, lang) for lang in ("zh", "en")}, "zh").decode()
    seen = Outside()
    seen.feed(page)
    assert seen.found == [] and seen.scripts == 1
    assert "default-src 'none'" in page and "url(" not in page and "@import" not in page
    assert page.count("<svg") == page.count('role="img"') and "<title>" in page


def test_hostile_labels_stay_text_in_all_four(tmp_path: Path) -> None:
    bad = make(tmp_path / "bad", label='<img src=x onerror=alert(1)> "=CMD()" #{1+1}', groups=HOSTILE)
    one = outline(bad, "zh")
    page = write_page({"zh": one}, "zh").decode()
    seen = Outside()
    seen.feed(page)
    assert seen.found == [] and seen.scripts == 1
    assert "&lt;script&gt;alert(1)" in page
    (tmp_path / "bad.xlsx").write_bytes(write_workbook(one))
    book = openpyxl.load_workbook(tmp_path / "bad.xlsx")
    assert not [c for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert any(c.value == "=1+1 { REF x }" for s in book for row in s.iter_rows() for c in row)
    with open_docx(write_word(one)) as archive:
        xml = archive.read("word/document.xml").decode()
    ElementTree.fromstring(xml)
    assert "=1+1 { REF x }" in re.sub(r"<w:instrText.*?</w:instrText>", "", xml)
    assert not re.search(r"<w:instrText[^>]*>[^<]*REF x", xml)
    assert "\x07" not in xml + page
    pytest.importorskip("typst")
    assert write_print(one).startswith(b"%PDF")


def test_workbook_has_one_table_a_sheet_and_numbers_as_numbers(report: Report, tmp_path: Path) -> None:
    (tmp_path / "r.xlsx").write_bytes(write_workbook(outline(report, "zh")))
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames[:3] == ["封面", "目录", "说明"]
    assert not [s.title for s in book if s.merged_cells.ranges]
    cover = [row[0].value for row in book["封面"].iter_rows()]
    for sentence in (s for s in report.sentences if s.part == "summary"):
        assert sentence.zh in cover
    sheet = book["表1"]
    numbers = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, (int, float))]
    assert any(c.value == pytest.approx(100 * report.facts["share|2025"].value) for c in numbers)


def test_pdf_is_tagged_and_its_chinese_can_be_read(report: Report, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    content = write_print(outline(report, "zh"))
    assert b"/StructTreeRoot" in content and b"pdfaid" in content
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler")
    (tmp_path / "r.pdf").write_bytes(content)
    text = subprocess.run(
        ["pdftotext", str(tmp_path / "r.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()
    assert "具备科学素质的比例" in text.replace("\n", "").replace(" ", "")


def test_short_forms(report: Report, tmp_path: Path) -> None:
    pytest.importorskip("pptx")
    made = report.write(tmp_path, short=("brief", "press", "slides"), figures=False, lang="zh")
    assert {p.name for p in made if p.parent.name == "short"} == {
        "brief.zh.docx",
        "press.zh.docx",
        "slides.zh.pptx",
    }
    import docx
    import pptx

    press = "\n".join(p.text for p in docx.Document(str(tmp_path / "short/press.zh.docx")).paragraphs)
    assert "发布时间" in press
    slides = pptx.Presentation(str(tmp_path / "short/slides.zh.pptx")).slides
    assert any(shape.has_chart for slide in slides for shape in slide.shapes)


def test_an_own_template_gives_its_styles_and_page(report: Report, tmp_path: Path) -> None:
    import docx
    from docx.shared import Mm, Pt

    office = docx.Document()
    office.styles["Heading 1"].font.size = Pt(19)
    office.sections[0].left_margin = Mm(41)
    office.add_paragraph("不应出现的文字")
    office.save(str(tmp_path / "office.docx"))
    made = docx.Document(io.BytesIO(write_word(outline(report, "zh"), tmp_path / "office.docx")))
    assert made.styles["Heading 1"].font.size == Pt(19)
    assert abs(made.sections[0].left_margin - Mm(41)) < 1000
    assert "不应出现的文字" not in "\n".join(p.text for p in made.paragraphs)
    (tmp_path / "no.docx").write_text("no")
    with pytest.raises(LiteracyError, match=r"no\.docx: it is not a Word file"):
        report.write(tmp_path / "out", ("docx",), template=tmp_path / "no.docx")
    with pytest.raises(LiteracyError, match=r"none\.docx: there is no such file"):
        report.write(tmp_path / "out", ("docx",), template=tmp_path / "none.docx")
    assert not (tmp_path / "out").exists()


def test_parts_in_an_office_s_order_with_its_texts(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    town = make_town(folder)
    (folder / "report.toml").write_text(
        'parts = ["quality", "summary", "scoreboard"]\ntitle = { zh = "石城年报", en = "Shicheng" }\n'
        '[declared]\nsponsor = "石城科协"\n[[texts]]\npart = "summary"\nzh = "foreword.txt"\n',
        encoding="utf-8",
    )
    (folder / "foreword.txt").write_text("第一段。\n\n第二段。", encoding="utf-8")
    rng = np.random.default_rng(1)
    report = make_report({2025: town.sample(random_frame(rng, units=40, size=10, rate=0.3))})
    one = outline(report, "zh")
    assert [p.name for p in one.parts] == ["quality", "summary", "scoreboard"]
    assert one.cover.title == "石城年报"
    texts = [b.plain for b in one.parts[1].blocks if hasattr(b, "plain")]
    assert texts[:2] == ["第一段。", "第二段。"]
    assert "没有数据" in one.parts[2].blocks[0].plain  # type: ignore[union-attr]
    assert any(s.zh == "委托单位：石城科协" for s in report.sentences)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('parts = ["sumary"]', "report.toml:parts"),
        ('part = ["summary"]', "report.toml:part"),
        ('[declared]\nsponser = "x"', "report.toml:declared.sponser"),
        ('[[texts]]\npart = "summary"\nzh = "none.txt"', "report.toml:texts 1"),
        ("minimum = 0", "report.toml:minimum"),
        ('parts = ["summary", "summary"]', "report.toml:parts"),
        ("title = 3", "report.toml:title"),
    ],
)
def test_a_wrong_key_or_part_is_one_error_with_its_place(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LiteracyError) as caught:
        load_settings(tmp_path / "report.toml")
    assert caught.value.where == where
    assert caught.value.code == "report.settings"


def test_old_files_never_stay_beside_new_ones_and_others_do(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path, ("html",), figures=False)
    (tmp_path / "tables" / "gap.csv").write_text("x")
    (tmp_path / "mine.txt").write_text("x")
    report.write(tmp_path, ("xlsx",), figures=False, lang="en")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.txt", "report.en.xlsx", "tables"]
    assert not (tmp_path / "tables" / "gap.csv").exists()
