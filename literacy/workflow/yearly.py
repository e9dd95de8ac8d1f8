"""Annual results from weighted waves: the scoreboard of the plan, and the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.recipes import find_margins

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from literacy.fieldwork import OutcomeRates
    from literacy.instrument import Goal, Margins
    from literacy.plan import Scoreboard
    from literacy.quality import Quality
    from literacy.report import Report, Settings
    from literacy.sampling import Sample


def make_scoreboard(
    samples: Mapping[int, Sample],
    returns: Sequence[str | Path] = (),
    *,
    year: int | None = None,
    goals: Mapping[str, Goal] | None = None,
    shared: bool = False,
) -> Scoreboard:
    """Compute the scoreboard of the plan of the samples' survey.

    Parameters
    ----------
    samples : mapping of year to Sample
        Weighted waves of one survey, from :func:`literacy.load_samples`.
    returns : sequence of path
        Yearly returns of the offices.
    year : int, optional
        Year of the board; default is that of the latest wave.
    goals : mapping of indicator to Goal, optional
        Goals in addition to those of the plan.
    shared : bool
        Whether the waves visited the same sampling units.

    Returns
    -------
    Scoreboard

    Raises
    ------
    LiteracyError
        ``plan.input`` for a survey without a plan; otherwise as in :func:`literacy.scoreboard`.

    Examples
    --------
    >>> board = make_scoreboard({2025: sample})
    >>> board.year
    2025
    """
    from literacy.instrument import load_plan
    from literacy.plan import Returns, read_returns, scoreboard

    instrument = _latest(samples).survey()[0]
    if not has_plan(samples):
        raise LiteracyError(
            "plan.input",
            where=instrument.survey,
            what="the survey has no plan",
            fix="put a plan.toml into its folder, or give your own plan: "
            "scoreboard(load_plan(path), samples)",
        )
    plan = load_plan(instrument)
    held = read_returns([str(r) for r in returns], plan) if returns else Returns()
    return scoreboard(plan, samples, returns=held, goals=goals, year=year, shared=shared)


def has_plan(samples: Mapping[int, Sample]) -> bool:
    """Whether the survey of the samples has a plan."""
    return (Path(_latest(samples).survey()[0].folder) / "plan.toml").is_file()


def make_annual_report(
    samples: Mapping[int, Sample],
    year: int | None = None,
    *,
    returns: Sequence[str | Path] = (),
    goals: Sequence[Goal] | None = None,
    margins: str | Path | Margins | None = "auto",
    horizon: int | None = None,
    settings: Settings | str | Path | None = None,
    parts: Sequence[str] | None = None,
    quality: Quality | None = None,
    dispositions: str | Path | OutcomeRates | None = None,
) -> Report:
    """Make the annual report: all tables, sentences and figures, with projection and scoreboard.

    Parameters
    ----------
    samples : mapping of year to Sample
        Weighted waves of one survey; waves after `year` are ignored.
    year : int, optional
        Default is that of the latest wave.
    returns : sequence of path
        Yearly returns of the plan's offices.
    goals : sequence of Goal, optional
        Default is the survey's next goal from `year` on.
    margins : "auto", path or Margins, optional
        Margins of the latest wave, for their table; "auto" uses those of the wave.
    horizon : int, optional
        Last year of the projection.
    settings, parts, quality
        As in :func:`literacy.make_report`.
    dispositions : path or OutcomeRates, optional
        Dispositions of the cases of the latest wave, as in :func:`literacy.read_outcomes`; the quality statement then
        includes AAPOR outcome rates.

    Returns
    -------
    Report
        ``.tables``, ``.projection`` and ``.sentences``; ``.write(folder)`` writes tables, figures and documents.

    Raises
    ------
    LiteracyError
        ``report.input`` if no wave is of the year or earlier; otherwise as in :func:`literacy.make_report`.

    Examples
    --------
    >>> report = lit.make_annual_report({2025: sample})
    >>> "scoreboard" in report.tables
    True
    """
    from literacy.fieldwork import read_outcomes
    from literacy.report import make_report

    last = max(samples, default=0) if year is None else year
    held = {y: s for y, s in samples.items() if y <= last}
    if not held:
        known = ", ".join(map(str, sorted(samples))) or "no year"
        raise LiteracyError(
            "report.input",
            where=tell("report {}", last),
            what=tell("no file is from {} or earlier: the files are from {}", last, known),
            fix=tell("give the year of the report: literacy report {} …", max(samples, default=2025)),
        )
    latest = _latest(held)
    board = make_scoreboard(held, returns, year=last) if has_plan(held) else None
    return make_report(
        held,
        goals,
        margins=_totals(margins, latest, max(held)),
        horizon=horizon,
        scoreboard=board,
        settings=settings,
        parts=parts,
        quality=quality,
        response=read_outcomes(dispositions) if isinstance(dispositions, (str, Path)) else dispositions,
    )


def _totals(margins: str | Path | Margins | None, latest: Sample, year: int) -> Margins | None:
    """Return the totals for the report's table; None if the wave has base weights only."""
    from literacy.instrument import Margins

    if margins is None or latest.weighting is None:
        return None
    if isinstance(margins, Margins):
        return margins
    return find_margins(latest, str(year) if margins == "auto" else str(margins))


def _latest(samples: Mapping[int, Sample]) -> Sample:
    if not samples:
        raise LiteracyError("trend.waves", where="samples", what="no wave", fix="give {2025: sample}")
    return samples[max(samples)]
