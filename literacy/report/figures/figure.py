"""The figure returned by drawing functions, with methods to display and save it."""

from __future__ import annotations

import html
from base64 import b64encode
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy._display import Printable
from literacy.errors import option
from literacy.files import make_folder, write_atomic
from literacy.report.figures.figure_page import settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

FORMATS = ("svg", "png", "pdf")
_DPI = 200


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file atomically, creating parent folders as needed, and return its path."""
    make_folder(path.parent)
    write_atomic(path, content)
    return path


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Figure(Printable):
    """One drawn figure.

    Attributes
    ----------
    name : str
        Name of the figure in the registry.
    lang : str
        Language of the figure, ``zh`` or ``en``.
    title : str
        The title as drawn.
    frame : DataFrame
        The main input table of the figure, unchanged.
    description : str
        Text alternative describing the figure; stored in the SVG, PNG and PDF files.
    """

    name: str
    lang: str
    title: str
    frame: pd.DataFrame
    description: str
    canvas: Canvas = field(repr=False)

    def _title(self) -> str:
        return f"{self.title} [{self.name}, {self.lang}]"

    def _notes(self) -> list[str]:
        return [self.description]

    def to_frame(self) -> pd.DataFrame:
        """Return the table from which the figure was drawn, without empty columns."""
        filled = [c for c in self.frame if not self.frame[c].isin([""]).all() and self.frame[c].notna().any()]
        return self.frame[filled]

    def render(self, form: str) -> bytes:
        """Return the figure in one format as bytes; identical inputs give identical bytes."""
        option("form", form, FORMATS)
        facts = {"svg": self._svg_facts, "png": self._png_facts, "pdf": self._pdf_facts}[form]()
        buffer = BytesIO()
        with settings():
            self.canvas.savefig(buffer, format=form, dpi=_DPI, metadata=facts)
        content = buffer.getvalue()
        return self._named(content) if form == "svg" else content

    def save(self, path: str | Path, formats: tuple[str, ...] = FORMATS) -> tuple[Path, ...]:
        """Write the figure as ``path.svg``, ``path.png``, ``path.pdf``.

        Parameters
        ----------
        path : str or Path
            Output path without suffix; parent folders are created as needed.
        formats : tuple of str
            File formats: any of ``svg``, ``png`` and ``pdf``.

        Returns
        -------
        tuple of Path
            Paths of the files written. Nothing is written unless all formats can be rendered.
        """
        stem = Path(path)
        drawn = {form: self.render(form) for form in formats}
        return tuple(
            write_bytes(stem.with_name(f"{stem.name}.{form}"), content) for form, content in drawn.items()
        )

    def _svg_facts(self) -> dict[str, str | None]:
        return {"Date": None, "Creator": "literacy", "Title": self.title, "Language": self.lang}

    def _png_facts(self) -> dict[str, str | None]:
        return {"Software": "literacy", "Title": self.title, "Description": self.description}

    def _pdf_facts(self) -> dict[str, str | None]:
        return {"CreationDate": None, "ModDate": None, "Creator": "literacy", "Producer": "literacy",
                "Title": self.title, "Subject": self.description}  # fmt: skip

    def _named(self, svg: bytes) -> bytes:
        """Return the SVG with a title and description for screen readers."""
        text = svg.decode("utf-8")
        start = text.index("<svg ")
        end = text.index(">", start)
        texts = f"<title>{html.escape(self.title)}</title>\n <desc>{html.escape(self.description)}</desc>"
        head = f'{text[:end]} role="img" xml:lang="{self.lang}">\n {texts}'
        return (head + text[end + 1 :]).encode("utf-8")

    def _repr_html_(self) -> str:
        picture = b64encode(self.render("png")).decode("ascii")
        return (
            f'<img alt="{html.escape(self.description, quote=True)}" style="max-width:720px;width:100%" '
            f'src="data:image/png;base64,{picture}">'
        )
