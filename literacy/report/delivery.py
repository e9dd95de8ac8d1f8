"""Write a report: everything into a fresh folder first, then each part moved in place of the old one."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from literacy.errors import LiteracyError
from literacy.report.gallery import draw_report
from literacy.report.registry import CHARTS
from literacy.report.settings import check_parts

if TYPE_CHECKING:
    from literacy.report.annual import Report

FOLDERS = ("tables", "figures", "short")
NAMES = tuple(f"report.{lang}.{form}" for lang in ("zh", "en") for form in ("docx", "pdf", "html", "xlsx"))
"""What a run replaces: nothing of an earlier one stays beside what is new."""


def _fail(path: Path, error: OSError) -> LiteracyError:
    return LiteracyError(
        "io.write",
        where=str(path),
        what=error.strerror or "it cannot be written",
        fix="choose another folder",
    )


def try_folder(folder: str | Path) -> None:
    """Make the folder, and write in it for a moment: an error now rather than after the work."""
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise _fail(place, error) from error


def check_outputs(
    folder: str | Path,
    formats: tuple[str, ...],
    short: tuple[str, ...],
    template: str | Path | None,
    parts: tuple[str, ...] | None,
) -> None:
    """Refuse before the work what could only fail after it: folder, template, names of parts, libraries."""
    if parts is not None:
        check_parts(parts, "--parts")
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
    """Draw and write all into a fresh folder beside the old files, then put it in their place."""
    try_folder(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".report-") as name:
        fresh = Path(name)
        try:
            _write_tables(report, fresh / "tables")
            if figure_formats:
                ready = [c.name for c in CHARTS if c.table in report.tables]
                draw_report(
                    fresh / "tables", fresh / "figures", lang=languages, formats=figure_formats, names=ready
                )
            _write_documents(report, fresh, formats, languages, template, short)
            return _swap(fresh, folder)
        except OSError as error:
            raise _fail(folder, error) from error


def _write_tables(report: Report, place: Path) -> None:
    place.mkdir()
    for name, table in report.tables.items():
        text = table.to_csv(index=False, lineterminator="\n")
        (place / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


def _swap(fresh: Path, folder: Path) -> tuple[Path, ...]:
    old = fresh / ".old"
    old.mkdir()
    for name in (*FOLDERS, *NAMES):
        if (folder / name).exists():
            shutil.move(str(folder / name), old / name)
    made: list[Path] = []
    for path in sorted(p for p in fresh.iterdir() if p != old):
        target = folder / path.name
        path.rename(target)
        made += [target] if target.is_file() else sorted(p for p in target.iterdir() if p.is_file())
    return tuple(made)


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
