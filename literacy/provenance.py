"""Where a result comes from: the file, its fingerprint, and the versions that made it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

__version__ = "0.1.0"


@dataclass(frozen=True, slots=True)
class Source:
    """Origin of a carrier.

    Attributes
    ----------
    path : str
        The file as the user named it (relative where they gave it so).
    sha256 : str
        Fingerprint of the bytes; empty for data made in memory.
    rows : int
        Rows the file holds.
    version : str
        Version of this package.
    """

    path: str
    sha256: str
    rows: int
    version: str = __version__

    def __str__(self) -> str:
        print_ = f", sha256 {self.sha256[:12]}" if self.sha256 else ""
        return f"{Path(self.path).name} ({self.rows} rows{print_}), literacy {self.version}"


def trace(path: str | Path, rows: int) -> Source:
    """Source of a file on disk; reads it in blocks of 1 MiB for the fingerprint."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return Source(str(path), digest.hexdigest(), rows)
