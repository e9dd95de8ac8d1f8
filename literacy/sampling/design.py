"""Design: the columns that describe the sample design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.messages import tell

LONELY = ("fail", "adjust", "average", "certainty", "remove")
PPS = ("", "brewer", "overton", "hr", "joint")
FORMS = ("ht", "yg")
Names = str | int | Sequence[str | int] | None


def list_names(value: Names) -> tuple[str, ...]:
    """Return column names as a tuple of texts; numbers are converted to text."""
    if value is None or value == "":
        return ()
    return (str(value),) if isinstance(value, str | int) else tuple(str(v) for v in value)


@dataclass(frozen=True, slots=True, repr=False)
class _Fields(Printable):
    weight: str
    strata: tuple[str, ...]
    psu: tuple[str, ...]
    fpc: tuple[str, ...]
    nest: bool
    pps: str
    pps_variance: str
    lonely_psu: str


class Design(_Fields):
    """Sample design, given by names of columns.

    Parameters
    ----------
    weight : str, optional
        Column of base weights. Default: derived from ``fpc``, or 1 for all rows without ``fpc``.
    strata : str or sequence of str, optional
        Strata, one column per stage.
    psu : str or sequence of str, optional
        Sampling units, one column per stage. Without it, every row is its own unit. Labels that differ only in
        surrounding blanks, character width or a trailing .0 are merged, with a note on the sample.
    fpc : str or sequence of str, optional
        One column per stage: population counts (1 or more) or sampling fractions (1 or less). With ``pps``, inclusion
        probabilities.
    nest : bool
        Whether labels of units are nested in strata (unit 1 of stratum A differs from unit 1 of stratum B). If False, a
        label that occurs in two strata is an error.
    pps : str, optional
        Unequal probability sampling without replacement: "brewer" (any number of stages), or for one stage "overton",
        "hr" (Hartley-Rao) or "joint" (joint probabilities are passed to ``Sample``). For sampling with replacement give
        neither ``fpc`` nor ``pps``.
    pps_variance : str
        For "overton", "hr" and "joint": Horvitz-Thompson ("ht") or Yates-Grundy ("yg") form.
    lonely_psu : str
        Treatment of strata with one sampling unit: "fail", "adjust", "average", "certainty" or "remove".

    Examples
    --------
    >>> design = lit.Design(weight="w", strata="region", psu=("village", "household"), fpc="villages")
    >>> design.psu
    ('village', 'household')
    """

    __slots__ = ()

    def __init__(
        self,
        weight: str | int | None = None,
        strata: Names = None,
        psu: Names = None,
        fpc: Names = None,
        nest: bool = True,
        pps: str | None = None,
        pps_variance: str = "ht",
        lonely_psu: str = "fail",
    ) -> None:
        option("lonely_psu", lonely_psu, LONELY)
        option("pps", pps or "", PPS)
        option("pps_variance", pps_variance, FORMS)
        own = "" if weight is None else str(weight)
        super().__init__(
            own,
            list_names(strata),
            list_names(psu),
            list_names(fpc),
            nest,
            pps or "",
            pps_variance,
            lonely_psu,
        )
        if self.pps and not self.fpc and self.pps != "joint":
            raise LiteracyError(
                "design.value",
                where="pps",
                what=tell("{!r} requires the inclusion probabilities", self.pps),
                fix="give their column in fpc=",
            )
        if self.pps not in ("", "brewer") and len(self.psu) > 1:
            raise LiteracyError(
                "design.value",
                where="pps",
                what=tell("{!r} applies to one stage; psu has {}", self.pps, len(self.psu)),
                fix="use pps='brewer', or the first stage alone",
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all design columns."""
        weight = (self.weight,) if self.weight else ()
        return tuple(dict.fromkeys(weight + self.strata + self.psu + self.fpc))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per role with its columns."""
        rows = [
            ("weight", self.weight or "(from fpc, else 1)"),
            ("strata", ", ".join(self.strata) or "(none)"),
            ("psu", ", ".join(self.psu) or "(each row)"),
            ("fpc", ", ".join(self.fpc) or "(none: with replacement)"),
            ("lonely_psu", self.lonely_psu),
        ]
        if self.pps:
            form = "" if self.pps == "brewer" else f" ({self.pps_variance})"
            rows.append(("pps", self.pps + form))
        if not self.nest:
            rows.append(("nest", "no"))
        return pd.DataFrame(rows, columns=["role", "column"])
