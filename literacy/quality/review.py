"""The quality check of a file: all checks, with the reason for every flag."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.messages import language, tell
from literacy.quality import quality_terms as wording
from literacy.quality.checks import CHECKS, Limits
from literacy.quality.file_warnings import find_doubts
from literacy.quality.findings import FINDERS, Finding, gather_evidence
from literacy.quality.quality_tables import flag_table, item_table, people_table, place_table

if TYPE_CHECKING:
    from literacy.answers.responses import Responses
    from literacy.instrument import Label
    from literacy.provenance import Source


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quality(Printable):
    """Result of a quality check. It flags with reasons; exclusion is up to the analyst (:func:`exclude_flagged`).

    Attributes
    ----------
    flags : DataFrame
        One row per flag: ``row`` (from 1, as in the file), ``id``, ``check``, ``reason``, ``reason_zh``.
    items : DataFrame
        One row per item: number asked, and shares of don't know, refused, skipped; ``notable`` if much is missing.
    people : DataFrame
        Distribution of item nonresponse: ``above``, ``up_to`` (shares of the items asked), ``n``, ``share``.
    places : DataFrame
        One row per interviewer or community: n, share right, share of don't know, median duration; ``notable`` for
        outliers, with ``why``. Interviewers' names are replaced by numbers.
    n : int
        Number of respondents.
    limits : Limits
    looked_at : tuple of str
        The checks that the file allows; the others lack data (duration, device, time).
    doubts : tuple of Label
        Implausible patterns in the file as a whole: all respondents outside every universe, keys that seem reversed,
        options nobody chose.
    survey, wave, label, synthetic
        Origin of the answers: names, the survey's label, and whether the wave is synthetic.
    """

    flags: pd.DataFrame
    items: pd.DataFrame
    people: pd.DataFrame
    places: pd.DataFrame
    n: int
    limits: Limits
    looked_at: tuple[str, ...]
    survey: str
    wave: str
    label: Label
    synthetic: bool = False
    source: Source | None = None
    doubts: tuple[Label, ...] = ()

    @property
    def flagged(self) -> NDArray[np.bool_]:
        """Boolean array (n,): rows with at least one flag."""
        mask = np.zeros(self.n, dtype=bool)
        mask[self.flags["row"].to_numpy(dtype=np.intp) - 1] = True
        return mask

    def to_frame(self) -> pd.DataFrame:
        """Return one row per check: what it flags, the number of rows, their share."""
        rows = []
        for check, label in CHECKS.items():
            count = int((self.flags["check"] == check).sum())
            looked = check in self.looked_at
            rows.append(
                {
                    "check": check,
                    "finds": label.en,
                    "n": count if looked else pd.NA,
                    "share": count / self.n if looked and self.n else np.nan,
                }
            )
        return pd.DataFrame(rows).astype({"n": "Int64"})

    def flagged_rows(self, lang: str = "en") -> pd.DataFrame:
        """Return one row per flagged respondent: ``row``, ``id``, ``checks``, ``reasons`` (in *lang*, joined by ;)."""
        text = "reason_zh" if lang == "zh" else "reason"
        join = "；" if lang == "zh" else "; "
        grouped = self.flags.groupby("row", sort=True)
        table = pd.DataFrame(
            {
                "id": grouped["id"].first(),
                "checks": grouped["check"].agg(" ".join),
                "reasons": grouped[text].agg(join.join),
            }
        )
        return table.reset_index()[["row", "id", "checks", "reasons"]]

    def _title(self) -> str:
        return wording.title(self, language())

    def _notes(self) -> list[str]:
        return wording.notes(self, language())


def check_quality(responses: Responses, limits: Limits | None = None) -> Quality:
    """Check answers for suspicious responses; nothing is deleted or changed.

    Parameters
    ----------
    responses : Responses
    limits : Limits, optional
        Limits of the checks; default :class:`Limits`.

    Returns
    -------
    Quality

    Examples
    --------
    >>> import literacy as lit
    >>> quality = lit.check_quality(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))
    >>> "speed" in quality.looked_at  # the sample waves do not record interview length
    False
    """
    limits = limits or Limits()
    evidence = gather_evidence(responses)
    found: list[Finding] = []
    looked = []
    outside: list[Finding] | None = None
    for check, find in FINDERS.items():
        findings = find(evidence, limits)
        if findings is not None:
            looked.append(check)
            found += findings
        if check == "outside":
            outside = findings
    return Quality(
        flag_table(found, responses),
        item_table(evidence, limits),
        people_table(evidence),
        place_table(evidence, limits),
        len(responses.frame),
        limits,
        tuple(looked),
        responses.instrument.survey,
        responses.wave.name,
        responses.instrument.label,
        responses.wave.synthetic,
        responses.source,
        find_doubts(evidence, outside),
    )


def exclude_flagged(responses: Responses, quality: Quality | None = None) -> Responses:
    """Exclude every flagged respondent; the history records how many and why.

    Parameters
    ----------
    responses : Responses
    quality : Quality, optional
        Result of :func:`check_quality` for these responses; computed with the default limits if not given.

    Returns
    -------
    Responses

    Raises
    ------
    LiteracyError
        ``cli.usage`` if the check is of another file.

    Examples
    --------
    >>> kept = lit.exclude_flagged(responses)
    >>> len(kept) <= len(responses)
    True
    """
    from literacy.errors import LiteracyError

    quality = check_quality(responses) if quality is None else quality
    if quality.n != len(responses.frame):
        raise LiteracyError(
            "cli.usage",
            where="exclude_flagged",
            what=tell(
                "the check is of {} respondents, the responses are of {}", quality.n, len(responses.frame)
            ),
            fix="give the check made of these same responses",
        )
    counts = quality.flags["check"].value_counts()
    reasons = ", ".join(f"{check} {counts[check]}" for check in CHECKS if check in counts)
    moved = ", ".join(
        f"{f.name}={getattr(quality.limits, f.name):g}"
        for f in fields(quality.limits)
        if getattr(quality.limits, f.name) != f.default
    )
    entry = tell(
        "flagged by the quality check ({}{})",
        reasons or tell("none"),
        tell("; limits ") + moved if moved else "",
    )
    return responses.keep(~quality.flagged, entry)
