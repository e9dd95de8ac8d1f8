"""Locate the data shipped with the code: in the installed package, otherwise in the source checkout."""

from __future__ import annotations

from pathlib import Path

from literacy.errors import LiteracyError

SHIPPED = "erenhot"
"""The survey shipped with sample data and a plan; no other code refers to it by name."""
_HERE = Path(__file__).resolve().parent


def _locate(packaged: str, checkout: str) -> Path:
    inside = _HERE / "_data" / packaged
    return inside if inside.is_dir() else _HERE.parent / checkout


def surveys_dir() -> Path:
    """Return the folder that holds the surveys, standards and reference series."""
    return _locate("surveys", "surveys")


def sample_dir() -> Path:
    """Return the folder that holds the synthetic sample waves."""
    return _locate("sample", "data/sample")


def notebooks_dir() -> Path:
    """Return the folder that holds the notebooks, as text."""
    return _locate("notebooks", "notebooks")


def sample_data(name: str = f"{SHIPPED}_2025.sav") -> Path:
    """Return the path of a sample file (synthetic data of the demonstration survey).

    Parameters
    ----------
    name : str
        File name, for example ``erenhot_2025.sav``.

    Returns
    -------
    Path

    Raises
    ------
    LiteracyError
        ``sample.unknown`` if there is no such file; the message lists the available ones.

    Examples
    --------
    >>> lit.sample_data("erenhot_2025.sav").name
    'erenhot_2025.sav'
    """
    path = sample_dir() / name
    if not path.is_file():
        there = ", ".join(sorted(p.name for p in sample_dir().glob("*.sav")))
        raise LiteracyError(
            "sample.unknown", where=name, what="is not a sample file", fix=f"use one of: {there}"
        )
    return path
