"""The scoreboard: status and evidence of every action, project and task of the plan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.estimation.change.paired import share_units
from literacy.instrument import Goal, Label, Part, Plan, nearest
from literacy.messages import language, tell
from literacy.plan.evidence import describe, describe_tasks, explain_line, explain_status
from literacy.plan.indicator_values import read_indicators
from literacy.plan.returns import Returns
from literacy.plan.standings import Reading
from literacy.plan.statuses import STATUSES, combine

if TYPE_CHECKING:
    from literacy.sampling import Sample

PLAN = Label("全市", "The city")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the board: the plan as a whole, an action, a project, the organisation, or a task.

    ``readings`` are those of its indicators, the lead first; ``tasks`` are the statuses of its tasks.
    """

    code: str
    id: str
    kind: str
    label: Label
    office: str
    status: str
    readings: tuple[Reading, ...]
    tasks: tuple[str, ...] = ()
    deadline: str = ""

    @property
    def sentence(self) -> Label:
        """The reason for the status, in one sentence."""
        return explain_line(self.status, self.shown, self.readings[0])

    @property
    def shown(self) -> Reading:
        """The reading that is shown: the one that makes the line behind, else the lead, or the first with data."""
        if self.status == "behind":
            return next(r for r in self.readings if r.status == "behind")
        return next((r for r in self.readings if r.status != "no_data"), self.readings[0])

    @property
    def evidence(self) -> Label:
        """Items, respondents, returns, and the reason for the status."""
        parts = [describe(r) for r in self.readings]
        if self.tasks:
            parts.append(describe_tasks(self.tasks))
        return Label("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Scoreboard(Printable):
    """The status of the plan in a year.

    Attributes
    ----------
    plan : Plan
    year : int
    lines : tuple of Line
        In the plan's order: the plan as a whole, then each part followed by its tasks.
    level : float
        Confidence level of intervals and tests.
    standard : Label or None
        Standard by which the waves were scored; None without waves.
    notes : tuple of Label
        Notes for readers.
    """

    plan: Plan
    year: int
    lines: tuple[Line, ...]
    level: float
    standard: Label | None = None
    notes: tuple[Label, ...] = ()

    @property
    def synthetic(self) -> bool:
        """Whether any number on the board is synthetic."""
        return any(r.synthetic for line in self.lines for r in line.readings)

    def line(self, name: str) -> Line:
        """Return a line by its code or id."""
        for line in self.lines:
            if name in (line.code, line.id):
                return line
        known = [n for line in self.lines for n in (line.id, line.code)]
        raise LiteracyError(
            "plan.input",
            where="line",
            what=tell("the plan has no '{}'{}", name, nearest(name, known)),
            fix="use the id or code of a part or task; literacy plan show lists them",
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per line: the report's table ``scoreboard``, with further details of the number shown.

        The first columns are those of the report's contract (code, kind, zh, en, value, ci_low, ci_high, unit, change,
        goal, strict, status, evidence, wave, synthetic, source, confidence). The label of a number from an earlier year
        includes the year.
        """
        return pd.DataFrame([_record(line, self.year, self.level) for line in self.lines]).astype(
            dict.fromkeys(("goal_year", "n", "before_year", "start_year"), "Int64")
        )

    def indicators_frame(self) -> pd.DataFrame:
        """Return one row per indicator: code of its line, number, change, test, goal, status and evidence."""
        rows = []
        for line in self.lines:
            for r in line.readings:
                record = _numbers(r) | {"status": r.status, "reason_zh": r.why.zh, "reason_en": r.why.en}
                record |= {"n": r.n or None, "reliable": r.reliable, "synthetic": int(r.synthetic)}
                ids = {"code": line.code, "indicator": r.indicator.id, "from": r.indicator.origin}
                wording = explain_status(r)
                record |= {"unit_zh": r.indicator.unit.zh, "office": r.office or line.office}
                record |= {"deadline": line.deadline, "sentence_zh": wording.zh, "sentence_en": wording.en}
                rows.append(ids | {"zh": r.indicator.label.zh, "en": r.indicator.label.en} | record)
        years = ("goal_year", "n", "year", "before_year", "start_year")
        return pd.DataFrame(rows).astype(dict.fromkeys(years, "Int64"))

    def provenance_frame(self) -> pd.DataFrame:
        """Return the provenance of the board, as the report's table ``provenance``."""
        files = {f for line in self.lines for r in line.readings for f in r.source.split("; ") if f}
        rows = [("source", name, name) for name in sorted(files)]
        if self.standard is not None:
            rows.append(("standard", self.standard.zh, self.standard.en))
        rows += [("confidence", f"{self.level:g}", f"{self.level:g}")]
        rows += [("note", note.zh, note.en) for note in self.notes]
        frame = pd.DataFrame(rows, columns=["kind", "zh", "en"])
        frame.insert(0, "table", "scoreboard")
        return frame

    def to_text(self, lang: str = "en") -> str:
        """Return the board as text for a terminal."""
        from literacy.plan.pages import write_text

        return write_text(self, lang)

    def to_html(self, lang: str = "zh") -> str:
        """Return the board as self-contained HTML: a table that prints on one A4 page, followed by the evidence."""
        from literacy.plan.pages import write_html

        return write_html(self, lang)

    def __str__(self) -> str:
        return self.to_text(language())

    def _title(self) -> str:
        counts = {s: sum(line.status == s for line in self.lines if line.kind == "task") for s in STATUSES}
        wording = ", ".join(f"{label.localized} {counts[s]}" for s, label in STATUSES.items())
        synthetic = tell(" (SYNTHETIC DATA)") if self.synthetic else ""
        return tell("Scoreboard {}{}: {} tasks: {}", self.year, synthetic, sum(counts.values()), wording)

    def _summary(self) -> pd.DataFrame:
        return self.for_readers(self.to_frame())

    def for_readers(self, frame: pd.DataFrame, lang: str = "") -> pd.DataFrame:
        """Return the board formatted for display, one row per line; *frame* is ignored."""
        from literacy.plan.pages import board_table

        return board_table(self, lang or language())

    def _notes(self) -> list[str]:
        return [note.localized for note in self.notes]


def scoreboard(
    plan: Plan,
    samples: Mapping[int, Sample] | None = None,
    *,
    returns: Returns | None = None,
    goals: Mapping[str, Goal] | None = None,
    year: int | None = None,
    shared: bool = False,
    level: float = 0.95,
) -> Scoreboard:
    """Compute the scoreboard of a plan.

    Every line has one of four statuses; without data, none is on course. A survey estimate is judged by its interval
    against the goal if there is one, otherwise by a test of its change since the start; unreliable or outdated
    estimates are undecided. A returned count is judged by its goal, otherwise by its Poisson variation. A line with
    several indicators is behind if any of them is, and otherwise has the status of the first. The full rules are in
    :mod:`literacy.plan.statuses`.

    Parameters
    ----------
    plan : Plan
        From :func:`literacy.instrument.load_plan`.
    samples : mapping of year to Sample
        Weighted waves of the plan's survey, scored by one standard. Their weights are used; indicators of another
        universe (pupils) use base weights, since margins are those of the indicator universe.
    returns : Returns, optional
        From :func:`read_returns`.
    goals : mapping of indicator id to Goal, optional
        Goals in addition to, or in place of, those stated in the plan.
    year : int, optional
        Year of the board; default is that of the latest wave, or without waves of the latest return. Later data are
        ignored.
    shared : bool
        Whether waves visited the same sampling units, so that the covariance between them enters every change. Pairs of
        waves without common units are treated as independent, with a note; if no pair has any, the option is an error.
    level : float
        Confidence level of intervals and tests.

    Returns
    -------
    Scoreboard

    Raises
    ------
    LiteracyError
        ``plan.input`` if there are no data, a sample is of another survey or universe, or a goal names no indicator;
        ``trend.standards`` if the waves were scored by different standards.

    Examples
    --------
    >>> board = lit.scoreboard(lit.load_plan("erenhot"), {2025: sample})
    >>> board.year
    2025
    """
    samples, returns = dict(samples or {}), returns or Returns()
    if not 0 < level < 1:
        raise LiteracyError(
            "plan.input", where=f"level={level}", what="not between 0 and 1", fix="for example 0.95"
        )
    _check_samples(plan, samples)
    indicators = plan.all_indicators()
    _check_goals(goals or {}, [i.id for i in indicators], {i.id: i.share for i in indicators})
    years = sorted(samples) or list(returns.years)
    if not years and year is None:
        raise LiteracyError(
            "plan.input",
            where="scoreboard",
            what="there is neither a wave nor a return with a number in it",
            fix="give survey waves or a filled-in return; or name the year, for a board without data",
        )
    year = years[-1] if year is None else year
    pairs, shared_notes = _shared_pairs(samples) if shared else (frozenset(), [])
    readings = read_indicators(indicators, samples, returns, goals or {}, year, shared=pairs, level=level)
    lines: list[Line] = []
    for code, owner in plan.owners():
        own = tuple(readings[i.id] for i in owner.indicators)
        if isinstance(owner, Plan):
            if own:
                lines.append(Line(code, "plan", "plan", PLAN, "", combine([r.status for r in own]), own))
            continue
        status = combine([r.status for r in own])
        if isinstance(owner, Part):
            lines.append(Line(code, owner.id, owner.kind, owner.label, "", status, own))
        else:
            office = owner.office or next((r.office for r in own if r.office), "")
            due = owner.deadline
            lines.append(Line(code, owner.id, "task", owner.label, office, status, own, deadline=due))
    standard = next((s.survey()[2].label for s in samples.values()), None)
    notes = (*shared_notes, *_notes(plan, samples, returns, list(readings.values()), year, level))
    return Scoreboard(plan, year, _with_tasks(lines), level, standard, notes)


def _shared_pairs(samples: Mapping[int, Sample]) -> tuple[frozenset[tuple[int, int]], list[Label]]:
    """Return the pairs of waves with common units, and notes on the others."""
    every = list(combinations(sorted(samples), 2))
    found = frozenset(p for p in every if share_units(samples[p[0]], samples[p[1]]))
    if every and not found:
        raise LiteracyError(
            "estimate.option",
            where="shared",
            what="no two waves have a sampling unit in common, so there is no covariance to take "
            "into account",
            fix="label strata and units the same way in all waves, or omit --shared: the waves "
            "are independent",
        )
    apart = [p for p in every if p not in found]
    names = "、".join(f"{a}—{b}" for a, b in apart), ", ".join(f"{a} and {b}" for a, b in apart)
    shared_notes = Label(
        f"以下各对调查没有共同的抽样单元，按相互独立处理：{names[0]}",
        f"without common sampling units, taken as independent: {names[1]}",
    )
    return found, [shared_notes] if apart else []


def _with_tasks(lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines, parts with the statuses of their tasks."""
    below = {
        line.code: tuple(o.status for o in lines if o.code.startswith(f"{line.code}.")) for line in lines
    }
    return tuple(replace(line, tasks=below[line.code]) if below[line.code] else line for line in lines)


def _numbers(r: Reading) -> dict[str, object]:
    return {
        "value": r.value,
        "ci_low": r.ci_low,
        "ci_high": r.ci_high,
        "unit": "share" if r.indicator.share else r.indicator.unit.en,
        "change": r.change,
        "goal": math.nan if r.goal is None else r.goal.value,
        "strict": 1 if r.goal is None else int(r.goal.strict),
        "year": r.year,
        "before": r.before,
        "before_year": r.before_year,
        "change_low": r.change_low,
        "change_high": r.change_high,
        "p_value": r.p_value,
        "goal_year": None if r.goal is None else r.goal.year,
        "last_year": r.last_year,
        "start": r.start,
        "start_year": r.start_year,
        "since": r.since,
        "since_low": r.since_low,
        "since_high": r.since_high,
        "since_p": r.since_p,
        "chance": r.chance,
    }


_MORE = (
    "before", "before_year", "change_low", "change_high", "p_value", "goal_year", "last_year", "start", "start_year",
    "since", "since_low", "since_high", "since_p", "chance",
)  # fmt: skip


def _record(line: Line, year: int, level: float) -> dict[str, object]:
    shown, evidence = line.shown, line.evidence
    numbers = _numbers(shown)
    old = shown.year is not None and shown.year < year
    suffix = (f"（{shown.year} 年数）", f" (of {shown.year})") if old else ("", "")
    first = {
        "code": line.code,
        "kind": line.kind,
        "zh": line.label.zh + suffix[0],
        "en": line.label.en + suffix[1],
        **{k: numbers[k] for k in ("value", "ci_low", "ci_high", "unit", "change", "goal", "strict")},
        "status": line.status,
        "evidence": evidence.en,
        "wave": "" if shown.year is None else str(shown.year),
        "synthetic": int(any(r.synthetic for r in line.readings)),
        "source": shown.source.rpartition("; ")[2],
        "confidence": level,
    }
    wording = line.sentence
    more = {k: numbers[k] for k in _MORE}
    ids = {"id": line.id, "indicator": shown.indicator.id, "n": shown.n or None, "office": line.office}
    ids |= {"deadline": line.deadline, "sentence_zh": wording.zh, "sentence_en": wording.en}
    extra_columns = {
        "indicator_zh": shown.indicator.label.zh,
        "indicator_en": shown.indicator.label.en,
        "unit_zh": shown.indicator.unit.zh,
        "evidence_zh": evidence.zh,
    }
    return first | more | ids | extra_columns


def _check_samples(plan: Plan, samples: Mapping[int, Sample]) -> None:
    for year, sample in samples.items():
        if sample.instrument is None or sample.instrument.survey != plan.survey:
            other = (
                tell("no survey")
                if sample.instrument is None
                else tell("the survey '{}'", sample.instrument.survey)
            )
            raise LiteracyError(
                "plan.input",
                where=tell("sample of {}", year),
                what=tell("is of {}, the plan of '{}'", other, plan.survey),
                fix="give Samples built from Scored files of the plan's survey",
            )
        wanted = sample.instrument.indicator.name
        held = set(sample.frame.loc[sample.weight != 0, "universe"].dropna().astype(str))
        if held != {wanted}:
            raise LiteracyError(
                "plan.input",
                where=tell("sample of {}", year),
                what=tell(
                    "refers to {}, not to the universe '{}'",
                    ", ".join(sorted(held)) or tell("nobody"),
                    wanted,
                ),
                fix=tell("create it with universe='{}' (the default); pupils are in the same sample", wanted),
            )
    standards = sorted({s.origin.standard for s in samples.values()})
    if len(standards) > 1:
        raise LiteracyError(
            "trend.standards",
            where="scoreboard",
            what=tell("the waves are scored by {}", tell(" and ").join(standards)),
            fix="score all waves by the same standard",
        )


def _check_goals(goals: Mapping[str, Goal], known: list[str], shares: Mapping[str, bool]) -> None:
    for name, goal in goals.items():
        if name not in known:
            raise LiteracyError(
                "plan.input",
                where=tell("goal of '{}'", name),
                what=tell("is not an indicator of the plan{}", nearest(name, known)),
                fix="name an indicator; literacy plan show lists them",
            )
        if goal.value is not None and shares[name] and not 0 < goal.value < 1:
            raise LiteracyError(
                "plan.input",
                where=tell("goal of '{}'", name),
                what=tell("{:g} is not a share between 0 and 1", goal.value),
                fix="write 12 % as 0.12",
            )


def _notes(
    plan: Plan,
    samples: Mapping[int, Sample],
    returns: Returns,
    readings: list[Reading],
    year: int,
    level: float,
) -> tuple[Label, ...]:
    notes: list[Label] = []
    tested = sum(r.reason in ("improved", "worsened", "unchanged", "turned") for r in readings)
    if tested:
        chance = tested * (1 - level)
        notes.append(
            Label(
                f"检验了 {tested} 项自起点以来的变化（{level:.0%} 水平）；"
                f"即使毫无变化，平均也会有约 {chance:.1f} 项显得显著",
                f"{tested} changes since the start are tested at {level:.0%}: if nothing had changed, about "
                f"{chance:.1f} of them would look significant",
            )
        )
    latest = samples[max(samples)] if samples else None
    if latest is not None:
        asked = latest.survey()[0]
        for group in asked.groups:
            if group.proxy is not None:
                notes.append(
                    Label(f"{group.label.zh}：{group.proxy.zh}", f"{group.label.en}: {group.proxy.en}")
                )
        if asked.demonstration:
            notes.append(
                Label("示范问卷，并非官方测试题", "The form is a demonstration, not the official test")
            )
    late = sorted({y for y in (*samples, *returns.years) if y > year})
    if late:
        years = ", ".join(map(str, late))
        notes.append(
            Label(f"{years} 年的数据晚于本表，未用", f"Data of {years} are later than the board and not used")
        )
    if not returns.reports:
        notes.append(Label("未提供年度填报表", "No yearly return was given"))
    notes += returns.remarks
    tasks = [t for p in plan.parts for t in p.tasks]
    empty = sum(not t.office for t in tasks)
    if empty:
        notes.append(
            Label(
                f"{empty} 项任务尚未填写责任单位",
                f"No office is named for {empty} tasks: an input of the city",
            )
        )
    return tuple(notes)
