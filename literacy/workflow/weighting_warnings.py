"""Warnings about implausible weighting, which are added to the history but never acted upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from literacy.messages import tell
from literacy.scoring import Scored

if TYPE_CHECKING:
    from literacy.instrument import Margins


def find_doubts(data: object, margins: Margins | None, *, asked: bool) -> tuple[str, ...]:
    """Return warnings: totals of one wave used for another, or available totals that were not used.

    Parameters
    ----------
    data : Scored or table
        Nothing is checked for a table without a survey.
    margins : Margins, optional
        The totals used in weighting.
    asked : bool
        Whether weights were computed or named other than by totals.
    """
    if not isinstance(data, Scored) or data.wave.year is None:
        return ()
    year = data.wave.year
    if margins is not None:
        if margins.year in (None, year):
            return ()
        return (tell("population totals of {} are used for the wave of {}", margins.year, year),)
    if asked or not _has_margins(data, year):
        return ()
    return (tell("the survey has population totals of {0} that were not used: --margins {0}", year),)


def _has_margins(data: Scored, year: int) -> bool:
    from literacy.instrument import locate_survey

    folder = data.instrument.folder or data.instrument.survey
    return (locate_survey(folder) / "margins" / f"{year}.toml").is_file()
