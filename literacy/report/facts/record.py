"""The fact, a single number with its metadata, and the table of all facts."""

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
    """A number that may be printed in the report, with its precision, test results and context.

    Attributes
    ----------
    id : str
        Unique identifier: measure, wave (``2023>2025`` for a change), column and level, joined by ``|``.
    part : str
        Part of the report to which the fact belongs.
    measure : str
        Quantity measured: share, change, growth, gap, gap_change, difference, goal, mean, total, ...
    unit : str
        One of :data:`UNITS`. Shares, points (differences of shares), growth and probabilities are stored as
        fractions, not percentages.
    wave, base : str
        Wave, and the earlier wave with which a change is computed.
    by, level : str
        Column and level of the domain; both are empty for the total.
    other : str
        Second level of a difference.
    value, se, ci_low, ci_high, df, n, n_eff, deff, p_value, p_adjusted
        Value, precision and test results; NaN where not available. ``p_adjusted`` is adjusted by Holm's method within
        the family of tests.
    confidence : float
        Confidence level of the interval; NaN if there is no interval.
    method, family : str
        Method of the estimate or interval; family of tests adjusted together.
    status : str
        ok; unreliable: too imprecise to be quoted; suppressed: withheld, with all numbers removed; untested: no test
        is possible.
    verdict : str
        Conclusion of the test: rise, fall, no_change, equivalent; higher, lower, no_difference; highest; narrowed,
        widened, reversed; passed, not passed, cannot be told; untested if no test is possible. Status of a task in the
        plan. Empty if there is nothing to test.
    label : Label
        Label of the domain or of the row.
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
        """Whether the fact may be quoted in text: released, reliable and finite."""
        return self.status in ("ok", "untested") and math.isfinite(self.value)

    @property
    def shown(self) -> bool:
        """Whether the fact may be shown in a table: not suppressed, and finite."""
        return self.status != "suppressed" and math.isfinite(self.value)


COLUMNS = tuple(f.name for f in fields(Fact) if f.name != "label")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Facts(Printable):
    """All facts of a report in order, accessible by id."""

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
        """Return the fact with the given id, or None."""
        return next((r for r in self.rows if r.id == name), None)

    def find(self, **wanted: str) -> tuple[Fact, ...]:
        """Return the facts whose attributes equal the given values."""
        return tuple(r for r in self.rows if all(getattr(r, k) == v for k, v in wanted.items()))

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per fact; shares are fractions (0-1)."""
        rows = [asdict(r) | {"zh": r.label.zh, "en": r.label.en} for r in self.rows]
        return pd.DataFrame(rows, columns=[*COLUMNS, "zh", "en"])

    def _title(self) -> str:
        return f"{len(self.rows)} facts"

    def _summary(self) -> pd.DataFrame:
        return self.to_frame()[["id", "unit", "value", "ci_low", "ci_high", "n", "status", "verdict"]]


def gather(*parts: Iterable[Fact]) -> Facts:
    """Return the facts of several parts as one table."""
    return Facts(tuple(row for part in parts for row in part))
