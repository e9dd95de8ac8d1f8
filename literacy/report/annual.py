"""The annual report: facts, sentences and tables of one survey, and the documents generated from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.instrument import Goal, Instrument, Label, Margins, known_goals, place_label
from literacy.messages import tell, tell_value
from literacy.projection import (
    Contributions,
    Outlook,
    Projection,
    Trend,
    Verdict,
    find_contributions,
    group_trends,
    judge,
    project,
    project_groups,
    series_trend,
    trend,
)
from literacy.report.facts.adjusted import fit_adjusted, list_adjusted
from literacy.report.facts.changes import list_changes
from literacy.report.facts.fieldwork_facts import list_conditions, list_flags
from literacy.report.facts.goal_facts import (
    Pace,
    list_goals,
    list_levels,
    list_plan,
    list_projection,
    read_pace,
)
from literacy.report.facts.habits import list_habits
from literacy.report.facts.instrument_facts import list_test
from literacy.report.facts.outcomes import list_people, list_scores, list_shares
from literacy.report.facts.record import Facts, gather
from literacy.report.facts.study import Study, find_breakdowns
from literacy.report.sentences import Sentence, write_sentences
from literacy.report.sentences import headlines as head
from literacy.report.sentences import quality as note
from literacy.report.sentences import result_sentences as say
from literacy.report.sentences.instrument_sentences import write_test
from literacy.report.settings import Settings, load_settings
from literacy.report.tables.compilation import compile_tables
from literacy.sampling import Sample

if TYPE_CHECKING:
    from literacy.plan import Scoreboard
    from literacy.quality import Quality

DOCUMENTS = ("docx", "pdf", "html", "xlsx")
SHORT = ("brief", "press", "slides")
_NO_TREND = ("project.input", "trend.waves", "trend.standards", "goal.missing")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Report(Printable):
    """The annual report of a survey, ready to be written to files.

    Attributes
    ----------
    facts : Facts
        All numbers of the report, each stored once.
    sentences : tuple of Sentence
        The sentences in Chinese and English, in the order of the parts; each refers to its facts by id.
    tables : dict of table name to DataFrame
        The input tables of the figures (:mod:`literacy.report.tables.contract`), plus ``facts`` and ``sentences``.
    study : Study
    settings : Settings
    projection : Projection or None
    reasons : mapping of part to Label
        The reason why a part has no data, for each such part.
    """

    facts: Facts
    sentences: tuple[Sentence, ...]
    tables: dict[str, pd.DataFrame]
    study: Study
    settings: Settings
    projection: Projection | None
    reasons: Mapping[str, Label]

    def to_frame(self) -> pd.DataFrame:
        """Return the sentences with columns id, part, zh, en, claim and facts (ids separated by spaces)."""
        return frame_sentences(self.sentences)

    def _title(self) -> str:
        return tell("Report {} of {}", self.study.year, self.study.instrument.survey)

    def _summary(self) -> pd.DataFrame:
        return self.to_frame()[["id", "en"]]

    def _notes(self) -> list[str]:
        out = [tell("{} facts, {} sentences", len(self.facts), len(self.sentences))]
        out += [
            tell("no data for {}: {}", tell_value(part), reason.localized)
            for part, reason in self.reasons.items()
        ]
        return out + ([tell("synthetic data")] if self.study.synthetic else [])

    def write(
        self,
        folder: str | Path,
        formats: Sequence[str] = (),
        *,
        lang: str | Sequence[str] = ("zh", "en"),
        template: str | Path | None = None,
        short: Sequence[str] = (),
        figures: bool = True,
        figure_formats: Sequence[str] = ("svg", "png"),
    ) -> tuple[Path, ...]:
        """Write the tables, figures and documents of the report to a folder.

        All files are first written to a temporary folder next to it and then moved into place.

        Parameters
        ----------
        folder : str or Path
            Output folder. ``tables/``, ``figures/``, ``short/`` and ``report.{zh,en}.{docx,pdf,html,xlsx}`` from an
            earlier run are replaced as a whole; other files are kept.
        formats : sequence of {"docx", "pdf", "html", "xlsx"}
            Document formats to write; none by default.
        lang : str or sequence of str
            Output languages: ``zh``, ``en`` or both.
        template : str or Path, optional
            A Word file whose styles and page layout are used for the docx.
        short : sequence of {"brief", "press", "slides"}
            Short documents to write to ``short/``.
        figures : bool
            Whether to draw the figures as well.
        figure_formats : sequence of {"svg", "png", "pdf"}

        Returns
        -------
        tuple of Path
            Paths of the files written.

        Raises
        ------
        LiteracyError
            ``io.write`` if the folder cannot be written, ``report.settings`` if a format or the template is invalid.
            The folder is left unchanged in either case.
        """
        from literacy.report.delivery import deliver

        languages = (lang,) if isinstance(lang, str) else tuple(lang)
        for one in languages:
            option("lang", one, ("zh", "en"), "report.settings")
        for one in formats:
            option("format", one, DOCUMENTS, "report.settings")
        for one in short:
            option("short", one, SHORT, "report.settings")
        drawn = tuple(figure_formats) if figures else ()
        return deliver(self, Path(folder), tuple(formats), languages, template, tuple(short), drawn)


def frame_sentences(sentences: Sequence[Sentence]) -> pd.DataFrame:
    """Return sentences as a table, one row per sentence."""
    rows = [(s.id, s.part, s.zh, s.en, s.claim, " ".join(s.facts)) for s in sentences]
    return pd.DataFrame(rows, columns=["id", "part", "zh", "en", "claim", "facts"])


def make_report(
    samples: Mapping[int, Sample] | Sample,
    goals: Sequence[Goal] | None = None,
    *,
    margins: Margins | None = None,
    horizon: int | None = None,
    scoreboard: Scoreboard | None = None,
    quality: Quality | None = None,
    response: Printable | None = None,
    settings: Settings | str | Path | None = None,
    parts: Sequence[str] | None = None,
) -> Report:
    """Make the annual report of a survey.

    Parameters
    ----------
    samples : mapping of year to Sample, or one Sample
        Weighted waves, all scored by the same standard; the latest one defines the report's year.
    goals : sequence of Goal, optional
        Goals to assess. By default, the first goal of the survey's own area in or after the report's year.
    margins : Margins, optional
        Population margins to which the latest wave was weighted; proxies among them are named in the report.
    horizon : int, optional
        Last year of the projection.
    scoreboard : Scoreboard, optional
        Result of :func:`literacy.plan.scoreboard`.
    quality : Quality, optional
        Result of :func:`literacy.check_quality` for the latest wave.
    response : outcome rates, optional
        Response rates of the latest wave: a result whose table has the columns ``rate`` and ``estimate``.
    settings : Settings, path of a report.toml, optional
        Report settings. By default, those of the survey's own ``report.toml``, if there is one.
    parts : sequence of str, optional
        Parts of the report, in order, overriding those of the settings.

    Returns
    -------
    Report

    Raises
    ------
    LiteracyError
        ``report.settings`` for an unknown part or key; ``trend.standards`` if the waves were scored by different
        standards; ``trend.waves`` if there is no wave, or a single sample has no year.

    Examples
    --------
    >>> report = lit.make_report({2025: sample})
    >>> report.tables["share_by_group"].columns[:3].tolist()
    ['variable', 'estimate', 'se']
    """
    waves = _waves(samples)
    latest = waves[max(waves)]
    chosen = _settings(settings, latest.survey()[0])
    chosen = chosen if parts is None else chosen.with_parts(parts)
    study = Study(
        waves, chosen.minimum, chosen.shared, find_breakdowns(latest, chosen.breakdowns)
    )  # shared by all steps below
    reasons: dict[str, Label] = {}
    goals = own_goals(study) if goals is None else list(goals)
    projection = _project(study, goals, horizon, reasons)
    levels = [series_trend(name) for name in study.instrument.higher]
    since = min(waves) - 5
    adjusted = fit_adjusted(study)
    judged = _outlooks(study, projection, goals)
    facts = gather(
        list_shares(study), list_people(study), list_changes(study, chosen.equivalence), list_goals(judged),
        list_scores(study), list_levels(levels, since), list_projection(projection), list_plan(scoreboard),
        list_habits(study), list_adjusted(study, adjusted), list_conditions(study, response), list_flags(quality),
        list_test(study) if "test" in chosen.parts else (),
    )  # fmt: skip
    _explain(facts, study, reasons, adjusted.reason)
    sentences = _write(facts, study, chosen, None if projection is None else read_pace(projection))
    tables = compile_tables(
        study, projection, _above(study, projection), levels, margins, _gaps(study, projection)
    )
    if scoreboard is not None:
        tables["scoreboard"] = scoreboard.to_frame()
    tables |= {"facts": facts.to_frame(), "sentences": frame_sentences(sentences)}
    return Report(facts, sentences, tables, study, chosen, projection, reasons)


def _waves(samples: Mapping[int, Sample] | Sample) -> dict[int, Sample]:
    if isinstance(samples, Sample):
        year = samples.survey()[1].year
        if year is None:
            raise LiteracyError(
                "trend.waves", where="make_report", what="the wave has no year", fix="give {2025: sample}"
            )
        samples = {year: samples}
    waves = dict(sorted(samples.items()))
    if not waves:
        raise LiteracyError("trend.waves", where="make_report", what="no wave", fix="give {2025: sample}")
    standards = {s.survey()[2].id for s in waves.values()}
    if len(standards) > 1:
        raise LiteracyError(
            "trend.standards",
            where="make_report",
            what=tell("the waves are scored by {}", ", ".join(sorted(standards))),
            fix="score all waves by the same standard",
        )
    return waves


def _settings(given: Settings | str | Path | None, instrument: Instrument) -> Settings:
    if isinstance(given, Settings):
        return given
    if given is not None:
        return load_settings(given)
    own = Path(instrument.folder) / "report.toml"
    return load_settings(own) if instrument.folder and own.is_file() else Settings()


def own_goals(study: Study) -> list[Goal]:
    """Return the first goal of the survey's own area in or after the report's year; empty if there is none."""
    mine = [
        g for g in known_goals(study.instrument)
        if g.area == study.instrument.area and g.value is not None and g.year >= study.year
    ]  # fmt: skip
    return sorted(mine, key=lambda g: g.year)[:1]


def place_of(study: Study, chosen: Settings) -> Label:
    """Return the label of the place covered: from the settings, else from the goals, else empty."""
    return chosen.place if chosen.place.zh else place_label(study.instrument) or Label("", "")


def share_trend(study: Study) -> Trend:
    """Return the trend of the literate share over the waves whose overall share is released."""
    made = {year: study.share(year) for year in sorted(study.samples) if not study.hidden(year, "")}
    return trend(made, area=study.instrument.area, label=place_label(study.instrument), splice="")


def _project(
    study: Study, goals: Sequence[Goal], horizon: int | None, reasons: dict[str, Label]
) -> Projection | None:
    try:
        return project(share_trend(study), goals, horizon=horizon)
    except LiteracyError as error:
        if error.code not in _NO_TREND or (horizon is not None and error.where == "horizon"):
            raise
        reasons["projection"] = Label("波次或可参照的上级数据不足，无法推算", error.what)
        return None


def _outlooks(
    study: Study, projection: Projection | None, goals: Sequence[Goal]
) -> tuple[tuple[Goal, Outlook | Verdict], ...]:
    """Return each goal with its projected outlook or, without a projection, the verdict of a survey in its year."""
    if projection is not None:
        return tuple((o.goal, o) for o in projection.outlooks)
    waves = share_trend(study)
    return tuple((g, judge(waves, g)) for g in goals if g.value is not None and len(waves.rows(g.year)))


def _above(study: Study, projection: Projection | None) -> list[Goal]:
    last = projection.years[-1] if projection is not None else study.year
    return [g for g in known_goals(study.instrument) if last >= g.year >= min(study.samples)]


def _gaps(study: Study, projection: Projection | None) -> Contributions | None:
    """Return group contributions to the gap to the next goal, or to the last goal if none lies ahead.

    None if there is no projection, no group or no goal within the projected years.
    """
    if projection is None or not study.groups:
        return None
    goals = [
        o.goal for o in projection.outlooks if projection.years[0] <= o.goal.year <= projection.years[-1]
    ]
    if not goals:
        return None
    ahead = [g for g in goals if g.year > study.year]
    trends = group_trends(dict(study.samples), area=projection.trend.area)
    made = project_groups(trends, goals, horizon=int(projection.years[-1]))
    return find_contributions(made, ahead[0] if ahead else goals[-1])


def _explain(facts: Facts, study: Study, reasons: dict[str, Label], adjusted: str) -> None:
    """Record the reason for every part that has no data."""
    if not study.earlier:
        reasons["change"] = Label("只有一次调查", "there is one wave only")
    if not facts.find(measure="published"):
        reasons["levels"] = Label("未指定可参照的上级公布数", "the survey names no higher levels")
    if not facts.find(measure="plan_tasks"):
        reasons["scoreboard"] = Label("未提供实施方案的填报数据", "no scoreboard of a plan was given")
    if not facts.find(measure="answer"):
        reasons["channels"] = Label("问卷没有这类题目", "the survey asks no such items")
    if not facts.find(part="test"):
        reasons["test"] = Label("数据不足以评价测验", "the data do not allow the test to be judged")
    if not facts.find(measure="adjusted"):
        reasons["adjusted"] = Label("样本不足以建立模型", adjusted or "no model could be fitted")


def _write(facts: Facts, study: Study, chosen: Settings, pace: Pace | None) -> tuple[Sentence, ...]:
    level = chosen.equivalence
    return write_sentences(
        lambda: head.write_whole(facts, study, place_of(study, chosen)),
        lambda: head.write_changes(facts, study, level, "summary", 1),
        lambda: head.write_goals(facts, pace),
        lambda: head.write_groups(facts, study),
        lambda: say.write_results(facts, study),
        lambda: head.write_changes(facts, study, level),
        lambda: head.write_gaps(facts, study),
        lambda: head.write_splits(facts, study),
        lambda: say.write_levels(facts),
        lambda: head.write_goals(facts, pace, "projection"),
        lambda: say.write_projection(facts, pace),
        lambda: say.write_plan(facts),
        lambda: say.write_habits(facts, study),
        lambda: say.write_adjusted(facts, study),
        lambda: note.write_methods(study),
        lambda: note.write_quality(facts, study, chosen.declared or {}),
        lambda: write_test(facts, study),
    )
