"""AAPOR outcome rates from the number of cases by outcome.

References
----------
American Association for Public Opinion Research (2016), "Standard Definitions: Final Dispositions of Case Codes and
Outcome Rates for Surveys", 9th edition. The formulas were taken from and checked against the R package outcomerate
1.0.1, which quotes that edition; the edition itself was not at hand.
"""

from __future__ import annotations

from collections.abc import Mapping

GROUPS = ("I", "P", "R", "NC", "O", "UH", "UO", "NE")
"""Complete, partial, refusal and break-off, non-contact, other, unknown household, other unknown, not eligible."""
_ELIGIBLE = ("I", "P", "R", "NC", "O")
_TOP = {
    "RR1": "I", "RR2": "I P", "RR3": "I", "RR4": "I P", "RR5": "I", "RR6": "I P",
    "COOP1": "I", "COOP2": "I P", "COOP3": "I", "COOP4": "I P",
    "REF1": "R", "REF2": "R", "REF3": "R",
    "CON1": "I P R O", "CON2": "I P R O", "CON3": "I P R O",
}  # fmt: skip
_UNKNOWN = {
    "RR1": "1", "RR2": "1", "RR3": "e", "RR4": "e", "RR5": "0", "RR6": "0", "REF1": "1", "REF2": "e", "REF3": "0",
    "CON1": "1", "CON2": "e", "CON3": "0",
}  # fmt: skip
"""Weight of the cases of unknown eligibility in the denominator."""
RATES = tuple(_TOP)


def eligible_share(counts: Mapping[str, float]) -> float:
    """Estimate of e from the cases of known eligibility; NaN if there are none."""
    eligible = sum(counts.get(g, 0.0) for g in _ELIGIBLE)
    known = eligible + counts.get("NE", 0.0)
    return eligible / known if known > 0 else float("nan")


def outcome_fraction(rate: str, counts: Mapping[str, float], e: float) -> tuple[float, float]:
    """Numerator and denominator of a rate.

    Parameters
    ----------
    rate : str
        One of :data:`RATES`.
    counts : mapping
        Cases (or their weights) of each of :data:`GROUPS`.
    e : float
        Estimated fraction of cases of unknown eligibility that are eligible.

    Examples
    --------
    >>> outcome_fraction("RR1", {"I": 4, "P": 2, "R": 1, "NC": 1, "O": 1, "UH": 1, "UO": 1, "NE": 1}, 0.9)
    (4.0, 11.0)
    """
    top = sum(counts.get(g, 0.0) for g in _TOP[rate].split())
    if rate.startswith("COOP"):
        below = sum(
            counts.get(g, 0.0)
            for g in (("I", "P", "R", "O") if rate in ("COOP1", "COOP2") else ("I", "P", "R"))
        )
        return float(top), float(below)
    unknown = counts.get("UH", 0.0) + counts.get("UO", 0.0)
    part = {"1": 1.0, "e": e, "0": 0.0}[_UNKNOWN[rate]]
    below = sum(counts.get(g, 0.0) for g in _ELIGIBLE) + (part * unknown if unknown else 0.0)
    return float(top), float(below)


def describe_rate(rate: str) -> str:
    """Formula of the rate in AAPOR's notation."""
    top = "+".join(_TOP[rate].split())
    if rate.startswith("COOP"):
        below = "I+P+R+O" if rate in ("COOP1", "COOP2") else "I+P+R"
    else:
        below = "I+P+R+NC+O" + {"1": "+UH+UO", "e": "+e(UH+UO)", "0": ""}[_UNKNOWN[rate]]
    return f"({top})/({below})" if "+" in top else f"{top}/({below})"
