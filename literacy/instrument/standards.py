"""Scoring standards: dimensions, points, tiers, cut scores and comparability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from literacy._display import Printable
from literacy._texts import in_language
from literacy.instrument.definitions import FrozenMap, Label
from literacy.messages import language, tell, tell_value

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Dimension:
    """A scored part of a standard, worth ``points`` (rule "points") or passed at ``pass_share`` (rule "joint")."""

    name: str
    label: Label
    points: float | None = None
    pass_share: float | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier, reached by scores at or above ``cut``."""

    name: str
    label: Label
    cut: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One of the 26 benchmarks of 2016 with the numbers of its points, and how well each is documented."""

    no: int
    title: str
    points: tuple[int, ...]
    title_status: str
    range_status: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Standard(Printable):
    """A published scoring rule.

    Attributes
    ----------
    rule : str
        "points" (points distributed within dimensions), "benchmarks" (equal points, one pass share), "joint" (every
        dimension passed) or "count" (number correct).
    score_max : float or None
        Maximum score; None for "count" (the number of items) and "joint".
    literate : float or None
        Cut score of the literate tier in points, as a share of the points for "benchmarks", or as a number of items for
        "count"; None if the survey must state it, and for "joint".
    treat : mapping
        Kind of missing -> "incorrect" or "excluded" (not counted).
    weigh : str
        "equal_within_dimension" or "equal": how the points are distributed over the items asked.
    multiple : str
        "all_or_nothing": a multiple-choice item is right only if exactly the keyed codes are ticked.
    size : int or None
        Number of items the standard prescribes, if any.
    benchmarks : tuple of Benchmark
        Benchmarks that the items must cover (rule "benchmarks").
    items : tuple of str
        Items that count; empty means every keyed item of the survey to which the rule applies.
    stated_by : str
        The survey that stated the inputs the standard leaves open ("" if none are needed or none were stated).
    unknown : tuple of Label
        Parts of the standard that are not published and therefore not implemented.
    """

    id: str
    label: Label
    rule: str
    dimensions: tuple[Dimension, ...]
    tiers: tuple[Tier, ...]
    literate: float | None
    score_max: float | None
    treat: FrozenMap[str]
    weigh: str
    multiple: str
    comparable: tuple[str, ...]
    comparison: Label
    sources: tuple[str, ...]
    status: str
    in_force: tuple[int | None, int | None] = (None, None)
    size: int | None = None
    benchmarks: tuple[Benchmark, ...] = ()
    items: tuple[str, ...] = ()
    unknown: tuple[Label, ...] = ()
    note: Label | None = None
    stated_by: str = ""
    file: str = ""

    @property
    def dont_know(self) -> str:
        """Treatment of don't-know answers: "incorrect" or "excluded"."""
        return self.treat["dont_know"]

    @property
    def needs(self) -> tuple[str, ...]:
        """Inputs the survey has not yet stated: "literate" and/or "pass_share:<dimension>"."""
        lacking = [
            f"pass_share:{d.name}" for d in self.dimensions if self.rule == "joint" and d.pass_share is None
        ]
        if self.rule != "joint" and self.literate is None:
            lacking.append("literate")
        return tuple(lacking)

    def state(
        self,
        *,
        by: str,
        literate: float | None = None,
        pass_share: Mapping[str, float] | None = None,
        items: tuple[str, ...] | None = None,
    ) -> Standard:
        """Return the standard completed by a survey's own inputs (*by* names who stated them)."""
        shares = dict(pass_share or {})
        dimensions = tuple(
            replace(d, pass_share=shares[d.name]) if d.name in shares else d for d in self.dimensions
        )
        return replace(
            self,
            dimensions=dimensions,
            literate=self.literate if literate is None else literate,
            items=self.items if items is None else items,
            stated_by=by,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per dimension, tier or benchmark: part, name, zh, en, value, status.

        ``value`` is the points or pass share of a dimension, the cut of a tier, or the number of points of a benchmark.
        """
        import pandas as pd

        rows: list[tuple[str, str, str, str, float | None, str]] = []
        for d in self.dimensions:
            value = d.points if d.points is not None else d.pass_share
            rows.append(("dimension", d.name, d.label.zh, d.label.en, value, ""))
        rows += [("tier", t.name, t.label.zh, t.label.en, t.cut, "") for t in self.tiers]
        for b in self.benchmarks:
            title = b.title_status.removeprefix("title ").split(";")[0]
            status = tell("title {}; range {}", title, b.range_status.split(",")[0])
            rows.append(("benchmark", str(b.no), b.title, "", float(len(b.points)), status))
        columns = ["part", "name", "zh", "en", "value", "status"]
        return pd.DataFrame(rows, columns=columns).astype({"value": float})

    def _title(self) -> str:
        return tell(
            "{} ({}), standard '{}', rule {}",
            self.label.localized,
            self.label.get("en" if language() == "zh" else "zh"),
            self.id,
            self.rule,
        )

    def _notes(self) -> list[str]:
        notes = [
            tell("Comparison: {}", self.comparison.localized),
            tell("Don't know counts as {}.", tell_value(self.dont_know)),
        ]
        notes += [tell("Unknown: {}", label.localized) for label in self.unknown]
        if self.needs:
            notes.append(tell("The survey must state: {}", ", ".join(self.needs)))
        recalled = [b.no for b in self.benchmarks if b.range_status != "verified"]
        if recalled:
            notes.append(
                tell(
                    "Recalled, not verified: point ranges of benchmarks {} to {}.", recalled[0], recalled[-1]
                )
            )
        return notes + [tell("Source: {}", in_language(s, language())) for s in self.sources]
