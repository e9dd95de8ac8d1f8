"""Where a result comes from: the file, its fingerprint, what was done, and the versions that made it."""

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
        return tell("{} ({} rows{}), literacy {}", Path(self.path).name, self.rows, print_, self.version)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a carrier hands on to the next: facts about its data, as fields and never as sentences to be parsed.

    Attributes
    ----------
    standard, wave, universe : str
        Scoring standard, wave and universe; empty where none is known.
    synthetic : bool
        The data are made up; whatever is made of them says so.
    variance : str
        "taylor" or the method of the replicates; empty before there are numbers with a variance.
    lonely_psu : str
        Rule for strata with one sampling unit.
    weighting : tuple of str
        Methods of the re-weighting steps, in order.
    labels : mapping
        Column to value to bilingual label, where the instrument knows them.
    source : Source or None
        The file.
    history : tuple of str
        One sentence a step, for readers.

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
        """Origin of two blocks of one table: what both say; synthetic where either is."""
        theirs = set(other.history)
        return replace(
            self,
            synthetic=self.synthetic or other.synthetic,
            source=self.source if self.source == other.source else None,
            history=tuple(sentence for sentence in self.history if sentence in theirs),
        )

    def join(self, other: Origin) -> Origin:
        """Origin of what is made of two carriers: the later one's, synthetic where either is.

        A variance or rule that differs is named for both.
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
    """Source of a file on disk; reads it in blocks of 1 MiB for the fingerprint."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return Source(str(path), digest.hexdigest(), rows)
