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
from literacy.quality.answer_record import (
    Evidence,
    gather_evidence,
    needed_columns,
    record_block,
    record_responses,
)
from literacy.quality.checks import CHECKS, Limits
from literacy.quality.file_warnings import find_doubts
from literacy.quality.findings import FINDERS
from literacy.quality.quality_tables import flag_table, item_table, people_table, place_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from literacy.answers import Note, Progress, ResponseFile
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

    def flagged_rows(self, lang: str = "en", most: int | None = None) -> pd.DataFrame:
        """Return one row per flagged respondent: ``row``, ``id``, ``checks``, ``reasons`` (in *lang*, joined by ;).

        *most* is the maximum number of rows; default all.
        """
        text = "reason_zh" if lang == "zh" else "reason"
        join = "；" if lang == "zh" else "; "
        flags = self.flags
        if most is not None:
            starts = np.flatnonzero(np.diff(flags["row"].to_numpy(), prepend=0))
            flags = flags.iloc[: starts[most] if len(starts) > most else len(flags)]
        names = {"check": "checks", text: "reasons"}
        several = flags["row"].duplicated(keep=False).to_numpy()
        table = flags.loc[~several, ["row", "id", *names]].rename(columns=names)
        if several.any():
            grouped = flags[several].groupby("row", sort=True)
            joined = pd.DataFrame(
                {
                    "id": grouped["id"].first(),
                    "checks": grouped["check"].agg(" ".join),
                    "reasons": grouped[text].agg(join.join),
                }
            ).reset_index()
            table = pd.concat([table, joined]) if len(table) else joined
        return table.sort_values("row", kind="stable", ignore_index=True)

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
    return _review(gather_evidence([record_responses(responses)]), limits or Limits(), responses.source)


def check_file(
    file: ResponseFile,
    limits: Limits | None = None,
    progress: Progress | None = None,
    seen: Callable[[tuple[str, ...]], None] = lambda history: None,
) -> Quality:
    """Check the answers of an open file, which is read block by block, as :func:`check_quality` does.

    *seen* receives the assumptions made in reading, once all rows are read. The file must have been opened with its
    paradata.
    """
    notes: list[Note] = []
    places = file.match.places.items()
    hidden = frozenset(name for name, place in places if place.columns[0] in file.overview.personal)

    def blocks() -> Iterator[Evidence]:
        wanted = needed_columns(file.instrument, file.wave)
        for block, noticed in file.parts(progress, wanted, paradata=True):
            notes.extend(noticed)
            yield record_block(block, hidden)

    evidence = gather_evidence(blocks())
    seen(file.find_history(notes))
    return _review(evidence, limits or Limits(), file.source)


def _review(evidence: Evidence, limits: Limits, source: Source | None) -> Quality:
    results = {check: find(evidence, limits) for check, find in FINDERS.items()}
    found = {check: rows for check, rows in results.items() if rows is not None}
    return Quality(
        flag_table(found, evidence),
        item_table(evidence, limits),
        people_table(evidence),
        place_table(evidence, limits),
        evidence.rows,
        limits,
        tuple(found),
        evidence.instrument.survey,
        evidence.wave.name,
        evidence.instrument.label,
        evidence.wave.synthetic,
        source,
        find_doubts(evidence),
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
    return responses.keep(~quality.flagged, explain_exclusion(quality))


def explain_exclusion(quality: Quality) -> str:
    """Return why flagged rows are left out: the number of flags by check, and the limits that were changed."""
    counts = quality.flags["check"].value_counts()
    reasons = ", ".join(f"{check} {counts[check]}" for check in CHECKS if check in counts)
    moved = ", ".join(
        f"{f.name}={getattr(quality.limits, f.name):g}"
        for f in fields(quality.limits)
        if getattr(quality.limits, f.name) != f.default
    )
    return tell(
        "flagged by the quality check ({}{})",
        reasons or tell("none"),
        tell("; limits ") + moved if moved else "",
    )
