"""Write a report: everything into a fresh folder first, then each part moved in place of the old one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from literacy.files import encode_csv, fill_folder, try_folder, write_error
from literacy.report.figure import write_bytes
from literacy.report.folders import ROOMS, is_made
from literacy.report.gallery import draw_report
from literacy.report.registry import CHARTS
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
    """Draw and write all into a fresh folder, then put it in the place of what an earlier run made."""
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
            raise write_error(folder, f"cannot be written ({reason})", "choose another folder") from error
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
