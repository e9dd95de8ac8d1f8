"""Provenance of results: the source file, its checksum, the processing steps and the package version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from literacy.messages import tell

__version__ = "0.1.0"


@dataclass(frozen=True, slots=True)
class Source:
    """Source file of a data object or result.

    Attributes
    ----------
    path : str
        The file as named by the user (relative if given as a relative path).
    sha256 : str
        Checksum of the file's bytes; empty for data created in memory.
    rows : int
        Number of rows in the file.
    version : str
        Version of this package.
    """

    path: str
    sha256: str
    rows: int
    version: str = __version__

    def __str__(self) -> str:
        print_ = f", sha256 {self.sha256[:12]}" if self.sha256 else ""
        return tell("{} ({} rows{}), literacy {}", Path(self.path).name, self.rows, print_, self.version)


@dataclass(frozen=True, slots=True)
class Origin:
    """Metadata passed on from one result to the next, as fields rather than as sentences to be parsed.

    Attributes
    ----------
    standard, wave, universe : str
        Scoring standard, wave and universe; empty if unknown.
    synthetic : bool
        Whether the data are synthetic; every result derived from them is marked as such.
    variance : str
        "taylor" or the replication method; empty before any variance is estimated.
    lonely_psu : str
        Rule for strata with a single sampling unit.
    weighting : tuple of str
        Methods of the re-weighting steps, in order.
    labels : mapping
        Column -> value -> bilingual label, where the instrument defines them.
    source : Source or None
        The source file.
    history : tuple of str
        Processing steps, one sentence each.

    Examples
    --------
    >>> origin = lit.proportion(sample, "literate").origin
    >>> origin.standard, origin.wave, origin.synthetic, origin.variance
    ('cast100', '2025', True, 'taylor')
    """

    standard: str = ""
    wave: str = ""
    universe: str = ""
    synthetic: bool = False
    variance: str = ""
    lonely_psu: str = ""
    weighting: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    source: Source | None = None
    history: tuple[str, ...] = ()

    def evolve(self, **changes: Any) -> Origin:
        """Return a copy with some fields replaced."""
        return replace(self, **changes)

    def add_step(self, sentence: str) -> Origin:
        """Return a copy with one more sentence in the history."""
        return replace(self, history=(*self.history, sentence)) if sentence else self

    def merge(self, other: Origin) -> Origin:
        """Return the origin of two blocks of one table: the source and history they share, synthetic if either is."""
        theirs = set(other.history)
        return replace(
            self,
            synthetic=self.synthetic or other.synthetic,
            source=self.source if self.source == other.source else None,
            history=tuple(sentence for sentence in self.history if sentence in theirs),
        )

    def join(self, other: Origin) -> Origin:
        """Return the origin of a result derived from two inputs: that of *other*, synthetic if either is.

        Where the variance methods or the rules for lonely units differ, both are named.
        """
        return replace(
            other,
            synthetic=self.synthetic or other.synthetic,
            variance=_both(self.variance, other.variance),
            lonely_psu=_both(self.lonely_psu, other.lonely_psu),
        )


def _both(first: str, second: str) -> str:
    return second if first in ("", second) else first if not second else f"{first} and {second}"


ORIGIN_FIELDS = tuple(f.name for f in fields(Origin))


def trace(path: str | Path, rows: int) -> Source:
    """Return the source record of a file on disk; the file is read in blocks of 1 MiB to compute its checksum."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return Source(str(path), digest.hexdigest(), rows)
