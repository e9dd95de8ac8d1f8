"""Writing of a report: all files go to a temporary folder, whose parts then replace the old ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from literacy.files import encode_csv, fill_folder, try_folder, write_error
from literacy.messages import tell
from literacy.report.figures.figure import write_bytes
from literacy.report.figures.gallery import draw_report
from literacy.report.figures.registry import CHARTS
from literacy.report.folders import ROOMS, is_made
from literacy.report.settings import check_parts

if TYPE_CHECKING:
    from literacy.report.annual import Report


def check_outputs(
    folder: str | Path,
    formats: tuple[str, ...],
    short: tuple[str, ...],
    template: str | Path | None,
    parts: tuple[str, ...] | None,
) -> None:
    """Check the folder, template, names of parts and required libraries before any time-consuming work starts."""
    if parts is not None:
        check_parts(parts, "--parts")
    if template is not None:
        from literacy.report.documents.word.word_report import open_template

        open_template(template)
    if "pdf" in formats:
        from literacy.report.documents.pdf import find_typst

        find_typst()
    if "slides" in short:
        from literacy.report.documents.short import find_pptx

        find_pptx()
    try_folder(folder)


def deliver(
    report: Report,
    folder: Path,
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    template: str | Path | None,
    short: tuple[str, ...],
    figure_formats: tuple[str, ...],
) -> tuple[Path, ...]:
    """Draw and write all files to a temporary folder, then replace the output of any earlier run.

    Returns the paths of the files written.
    """
    check_outputs(folder, formats, short, template, None)
    with fill_folder(folder, is_made, ROOMS) as filling:
        fresh = filling.fresh
        try:
            for name, table in report.tables.items():
                write_bytes(fresh / "tables" / f"{name}.csv", encode_csv(table, excel=True))
            if figure_formats:
                ready = [c.name for c in CHARTS if c.table in report.tables]
                draw_report(
                    fresh / "tables", fresh / "figures", lang=languages, formats=figure_formats, names=ready
                )
            _write_documents(report, fresh, formats, languages, template, short)
        except OSError as error:
            reason = error.strerror or str(error)
            raise write_error(
                folder, tell("cannot be written ({})", reason), "choose another folder"
            ) from error
        made = sorted(p.relative_to(fresh) for p in fresh.rglob("*") if p.is_file())
    return tuple(folder / name for name in made)


def _write_documents(
    report: Report,
    fresh: Path,
    formats: tuple[str, ...],
    languages: tuple[str, ...],
    template: str | Path | None,
    short: tuple[str, ...],
) -> None:
    if not formats and not short:
        return
    from literacy.report.documents.document_outline import outline
    from literacy.report.documents.excel_report import write_workbook
    from literacy.report.documents.html_report import write_page
    from literacy.report.documents.pdf import write_print
    from literacy.report.documents.short import write_brief, write_press, write_slides
    from literacy.report.documents.word import write_word

    outlines = {lang: outline(report, lang) for lang in languages}
    for lang, one in outlines.items():
        for form in formats:
            if form == "docx":
                content = write_word(one, template, pictures=report.settings.pictures)
            elif form == "pdf":
                content = write_print(one)
            elif form == "html":
                content = write_page(outlines, lang)
            else:
                content = write_workbook(one)
            write_bytes(fresh / f"report.{lang}.{form}", content)
    leaves = {
        "brief": (write_brief, "docx"),
        "press": (write_press, "docx"),
        "slides": (write_slides, "pptx"),
    }
    for name in short:
        write, ending = leaves[name]
        for lang in languages:
            write_bytes(fresh / "short" / f"{name}.{lang}.{ending}", write(report, lang))
