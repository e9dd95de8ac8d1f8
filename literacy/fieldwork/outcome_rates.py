"""Response, cooperation, refusal and contact rates by AAPOR, with the estimated eligibility rate e."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.fieldwork.dispositions import EDITION, GROUP_LABELS, outcome_group
from literacy.kernels.fieldwork.outcome_rates import (
    GROUPS,
    RATES,
    describe_rate,
    eligible_share,
    outcome_fraction,
)
from literacy.messages import tell


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OutcomeRates(Printable):
    """AAPOR outcome rates.

    Attributes
    ----------
    table : DataFrame
        ``rate, estimate`` (NaN if the denominator is 0), ``numerator, denominator, formula``.
    counts : mapping
        Cases by outcome: I, P, R, NC, O, UH, UO, NE.
    e : float
        Fraction of cases of unknown eligibility assumed to be eligible, in RR3, RR4, REF2 and CON2.
    e_given : bool
        Whether e was given; otherwise it was estimated from the cases of known eligibility.
    substitutes : int
        Number of substitute cases, which are excluded from all rates.
    weighted : bool
        Whether the counts are weighted.
    """

    table: pd.DataFrame
    counts: Mapping[str, float]
    e: float
    e_given: bool
    substitutes: int
    weighted: bool

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def rate(self, name: str) -> float:
        """Return one rate, for example ``RR3``."""
        found = self.table.loc[self.table["rate"] == name, "estimate"]
        if found.empty:
            raise LiteracyError(
                "estimate.option",
                where=f"rate={name!r}",
                what="is unknown",
                fix=tell("one of {}", ", ".join(RATES)),
            )
        return float(found.iloc[0])

    def _title(self) -> str:
        total = sum(self.counts.values())
        return tell("Outcome rates of {:,.0f} {}cases", total, tell("weighted ") if self.weighted else "")

    def _notes(self) -> list[str]:
        listed = ", ".join(
            f"{g} {GROUP_LABELS[g].localized} {self.counts[g]:,.10g}" for g in GROUPS if self.counts[g]
        )
        origin = (
            tell("as given")
            if self.e_given
            else tell("from the cases whose eligibility is known: (I+P+R+NC+O)/(I+P+R+NC+O+NE)")
        )
        notes = [listed, f"e = {self.e:.4f}, {origin}"]
        if self.substitutes:
            notes.append(
                tell(
                    "{} substitutes are excluded from the rates: a case that was replaced keeps its own outcome",
                    self.substitutes,
                )
            )
        return [
            *notes,
            tell(
                "formulas: {}, by way of the R package outcomerate 1.0.1 (of the edition only title, "
                "preface and contents were seen)",
                tell(EDITION),
            ),
        ]


def rate_outcomes(
    outcomes: Mapping[str, float] | Iterable[Any], *, e: float | None = None, weight: Iterable[float] | None = None,
    substitutes: int = 0,
) -> OutcomeRates:  # fmt: skip
    """Compute outcome rates from the final disposition of every case.

    Parameters
    ----------
    outcomes : mapping or sequence
        Number of cases by outcome (``{"I": 4, "P": 2, …}``), or the final disposition of each case: a code such as
        ``2.11``, its label, or one of the letters.
    e : float, optional
        Fraction of cases of unknown eligibility that are eligible; default is estimated from the cases of known
        eligibility.
    weight : sequence, optional
        Base weights of the cases, for weighted rates.
    substitutes : int
        Number of cases excluded because they are substitutes; reported in the notes.

    Returns
    -------
    OutcomeRates

    Raises
    ------
    LiteracyError
        ``field.visits`` for an unknown outcome or a negative number; ``estimate.option`` for e out of range.

    Examples
    --------
    >>> round(
    ...     rate_outcomes({"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1, "NE": 1}).rate("RR3"), 3
    ... )
    0.37
    """
    counts = _count(outcomes, weight)
    if e is not None and not 0 <= e <= 1:
        raise LiteracyError(
            "estimate.option", where=f"e={e}", what="out of range", fix="a share must lie between 0 and 1"
        )
    share = eligible_share(counts) if e is None else float(e)
    rows = []
    for rate in RATES:
        top, below = outcome_fraction(rate, counts, share)
        rows.append((rate, top / below if below > 0 else math.nan, top, below, describe_rate(rate)))
    table = pd.DataFrame(rows, columns=["rate", "estimate", "numerator", "denominator", "formula"])
    return OutcomeRates(table, counts, share, e is not None, substitutes, weight is not None)


def _count(outcomes: Mapping[str, float] | Iterable[Any], weight: Iterable[float] | None) -> dict[str, float]:
    counts = dict.fromkeys(GROUPS, 0.0)
    if isinstance(outcomes, Mapping):
        if weight is not None:
            raise LiteracyError(
                "estimate.option",
                where="weight",
                what="applies to individual cases",
                fix="give weighted counts instead",
            )
        pairs: list[tuple[Any, float]] = [(k, float(v)) for k, v in outcomes.items()]
    else:
        listed = list(outcomes)
        weights = [1.0] * len(listed) if weight is None else [float(w) for w in weight]
        if len(weights) != len(listed):
            raise LiteracyError(
                "estimate.option",
                where="weight",
                what=tell("{} weights for {} cases", len(weights), len(listed)),
                fix="give one for each",
            )
        pairs = list(zip(listed, weights, strict=True))
    unknown: dict[str, int] = {}
    for cell, number in pairs:
        group = outcome_group(cell)
        if not group:
            unknown[str(cell)] = unknown.get(str(cell), 0) + 1
        elif not number >= 0 or math.isinf(number):
            raise LiteracyError(
                "field.visits",
                where=tell("outcome {!r}", cell),
                what=tell("{} cases", number),
                fix="give a number of 0 or more",
            )
        else:
            counts[group] += number
    if unknown:
        examples = ", ".join(f"{k!r} ({v})" for k, v in list(unknown.items())[:5])
        raise LiteracyError(
            "field.visits",
            where="disposition",
            what=tell("no such code: {}", examples),
            fix="use AAPOR's codes (1.1 complete, 2.11 refusal, …; see docs/fieldwork.md) or I P R NC O UH UO NE",
        )
    return counts
