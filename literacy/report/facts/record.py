"""One fact, and the table of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields

import pandas as pd

from literacy._display import Printable
from literacy.instrument import Label

NAN = math.nan
EMPTY = Label("", "")
UNITS = ("share", "points", "score", "people", "count", "ratio", "growth", "probability", "year", "number")
STATUSES = ("ok", "unreliable", "suppressed", "untested")


@dataclass(frozen=True, slots=True)
class Fact:
    """A number the report may print, with all that is known of it.

    Attributes
    ----------
    id : str
        Unique: what, wave (``2023>2025`` for a change), column and level, joined by ``|``.
    part : str
        The part of the report it belongs to.
    measure : str
        What it is: share, change, growth, gap, gap_change, difference, goal, mean, total, ...
    unit : str
        One of :data:`UNITS`. Shares, points (differences of shares), growth and probabilities are 0-1 in data.
    wave, base : str
        Wave, and the earlier wave of a change.
    by, level : str
        Column and level of the domain; both empty: the whole.
    other : str
        The second level of a difference.
    value, se, ci_low, ci_high, df, n, n_eff, deff, p_value, p_adjusted
        The numbers; NaN where there is none. ``p_adjusted`` is Holm's within the family of the test.
    confidence : float
        Level of the interval; NaN where there is none.
    method, family : str
        How the interval was made; which tests were adjusted together.
    status : str
        ok; unreliable: not to be quoted; suppressed: withheld, without numbers; untested: no test is possible.
    verdict : str
        What the test allows to say: rise, fall, no_change, equivalent; higher, lower, no_difference; highest; narrowed,
        widened; passed, not passed, cannot be told; empty where nothing was tested.
    label : Label
        The domain's or the row's name.
    """

    id: str
    part: str
    measure: str
    unit: str
    value: float
    wave: str = ""
    base: str = ""
    by: str = ""
    level: str = ""
    other: str = ""
    se: float = NAN
    ci_low: float = NAN
    ci_high: float = NAN
    df: float = NAN
    n: float = NAN
    n_eff: float = NAN
    deff: float = NAN
    p_value: float = NAN
    p_adjusted: float = NAN
    confidence: float = NAN
    method: str = ""
    family: str = ""
    status: str = "ok"
    verdict: str = ""
    label: Label = field(default=EMPTY)

    @property
    def quotable(self) -> bool:
        """May stand in text: released, reliable, a number."""
        return self.status in ("ok", "untested") and math.isfinite(self.value)

    @property
    def shown(self) -> bool:
        """May stand in a table."""
        return self.status != "suppressed" and math.isfinite(self.value)


COLUMNS = tuple(f.name for f in fields(Fact) if f.name != "label")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Facts(Printable):
    """All facts of a report, in order, by id."""

    rows: tuple[Fact, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for row in self.rows:
            if row.id in seen:
                raise KeyError(f"the fact {row.id} is there twice")
            seen.add(row.id)

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, name: object) -> bool:
        return any(r.id == name for r in self.rows)

    def __getitem__(self, name: str) -> Fact:
        return next(r for r in self.rows if r.id == name)

    def get(self, name: str) -> Fact | None:
        """The fact of that id, or None."""
        return next((r for r in self.rows if r.id == name), None)

    def find(self, **wanted: str) -> tuple[Fact, ...]:
        """Facts whose attributes equal what is given."""
        return tuple(r for r in self.rows if all(getattr(r, k) == v for k, v in wanted.items()))

    def to_frame(self) -> pd.DataFrame:
        """One row a fact; shares 0-1."""
        rows = [asdict(r) | {"zh": r.label.zh, "en": r.label.en} for r in self.rows]
        return pd.DataFrame(rows, columns=[*COLUMNS, "zh", "en"])

    def _title(self) -> str:
        return f"{len(self.rows)} facts"

    def _summary(self) -> pd.DataFrame:
        return self.to_frame()[["id", "unit", "value", "ci_low", "ci_high", "n", "status", "verdict"]]


def gather(*parts: Iterable[Fact]) -> Facts:
    """Facts of several parts as one table."""
    return Facts(tuple(row for part in parts for row in part))
