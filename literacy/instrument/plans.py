"""The city's plan: actions, projects and organisation with their tasks and indicators."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.instrument.definitions import Label, nearest
from literacy.instrument.goals import Goal, read_goals
from literacy.instrument.indicators import Indicator, check_indicator, parse_indicators
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.reading.loader import load_instrument
from literacy.instrument.reading.source_tables import Findings, Table, place_of, read_toml
from literacy.instrument.reading.survey_locations import locate_survey
from literacy.instrument.workbooks.survey_paths import SurveyPath
from literacy.messages import tell

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("action", "project", "organisation")


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the plan with the ``office`` responsible and the ``deadline``, both empty until the city sets them."""

    id: str
    label: Label
    office: str = ""
    note: Label | None = None
    indicators: tuple[Indicator, ...] = ()
    deadline: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An action (with its target group), a project, or the plan's organisation."""

    id: str
    kind: str
    label: Label
    tasks: tuple[Task, ...]
    group: str = ""
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan(Printable):
    """The plan of a city with the indicators by which it is assessed.

    ``indicators`` are those of the plan as a whole. The first indicator of a plan, part or task is its lead indicator.
    """

    survey: str
    label: Label
    parts: tuple[Part, ...]
    status: str
    sources: tuple[str, ...]
    note: Label | None = None
    indicators: tuple[Indicator, ...] = ()
    file: str = ""

    def owners(self) -> Iterator[tuple[str, Plan | Part | Task]]:
        """Yield code and owner of indicators in order: 0 the plan, A1 an action, A1.2 its task, P1 a project."""
        yield "0", self
        counts = dict.fromkeys(PARTS, 0)
        for part in self.parts:
            counts[part.kind] += 1
            code = f"{part.kind[0].upper()}{counts[part.kind]}"
            yield code, part
            yield from ((f"{code}.{i}", task) for i, task in enumerate(part.tasks, start=1))

    def all_indicators(self) -> tuple[Indicator, ...]:
        """All indicators, in the plan's order."""
        return tuple(i for _, owner in self.owners() for i in owner.indicators)

    def to_frame(self) -> pd.DataFrame:
        """One row per task: code, part, kind, group, task, zh, en, office, indicators (ids, lead first), deadline."""
        import pandas as pd

        codes = {owner.id: code for code, owner in self.owners() if isinstance(owner, Task)}
        rows = [
            (
                codes[task.id], part.id, part.kind, part.group, task.id, task.label.zh, task.label.en, task.office,
                " ".join(i.id for i in task.indicators), task.deadline,
            )
            for part in self.parts
            for task in part.tasks
        ]  # fmt: skip
        names = ["code", "part", "kind", "group", "task", "zh", "en", "office", "indicators", "deadline"]
        return pd.DataFrame(rows, columns=names)

    def indicators_frame(self) -> pd.DataFrame:
        """One row per indicator: code and id of its owner, indicator, zh, en, from, measure, unit, direction, goal."""
        import pandas as pd

        rows = []
        for code, owner in self.owners():
            for i in owner.indicators:
                rows.append(
                    {
                        "code": code,
                        "owner": "plan" if isinstance(owner, Plan) else owner.id,
                        "indicator": i.id,
                        "zh": i.label.zh,
                        "en": i.label.en,
                        "from": i.origin,
                        "measure": i.returned if i.measure is None else str(i.measure),
                        "unit_zh": i.unit.zh,
                        "unit_en": i.unit.en,
                        "direction": i.direction,
                        "goal": None if i.goal is None else i.goal.value,
                        "goal_year": None if i.goal is None else i.goal.year,
                    }
                )
        frame = pd.DataFrame(rows)
        return frame if frame.empty else frame.astype({"goal": "float64", "goal_year": "Int64"})

    def _title(self) -> str:
        counts = [f"{kind}s {n}" for kind in PARTS[:2] if (n := sum(p.kind == kind for p in self.parts))]
        tasks = sum(len(p.tasks) for p in self.parts)
        return tell("{} ({}): {}, tasks {}", self.label.en, self.label.zh, ", ".join(counts), tasks)

    def _notes(self) -> list[str]:
        tasks = [t for p in self.parts for t in p.tasks]
        notes = [tell("Status: {}", self.status)]
        notes += [f"{t.id}: {t.note.en}" for t in tasks if t.note is not None]
        if any(not t.office for t in tasks):
            notes.append(
                tell(
                    "No office is assigned to {} tasks: to be provided by the city.",
                    sum(not t.office for t in tasks),
                )
            )
        return notes


def load_plan(survey: str | os.PathLike[str] | Instrument) -> Plan:
    """Load a survey's plan (or a user's own plan file), checked against the survey's instrument.

    Parameters
    ----------
    survey : str, path or Instrument
        A survey that has a plan, or a plan file.

    Returns
    -------
    Plan

    Raises
    ------
    LiteracyError
        ``survey.unknown``; ``plan.input`` for a survey without a plan; ``survey.invalid`` or ``survey.key``, listing
        all problems.

    Examples
    --------
    >>> [part.kind for part in lit.load_plan("erenhot").parts][:2]
    ['action', 'action']
    """
    path: SurveyPath
    if isinstance(survey, Instrument):
        path = locate_survey(survey.folder) / "plan.toml"
    elif Path(survey).suffix.lower() == ".toml" and Path(survey).name != "instrument.toml":
        path = Path(survey)
    else:
        path = locate_survey(survey) / "plan.toml"
    if path.name == "plan.toml" and not path.is_file() and Path(str(survey)).name != "plan.toml":
        raise LiteracyError(
            "plan.input",
            where=survey.survey if isinstance(survey, Instrument) else str(survey),
            what="the survey has no plan",
            fix="put a plan.toml into its folder (literacy survey convert makes a folder of a workbook), or give "
            "your own plan: -i plan.toml",
        )
    findings = Findings()
    plan = read_plan(path, findings, survey if isinstance(survey, Instrument) else None)
    findings.refuse()
    assert plan is not None  # a file without a result has produced a finding
    return plan


def read_plan(path: SurveyPath, findings: Findings, instrument: Instrument | None = None) -> Plan | None:
    """Parse a plan file and check it against *instrument*, by default that of its folder or of the survey it names."""
    t = read_toml(path, findings)
    if t is None:
        return None
    survey = t.text("survey", required=True)
    folder, instrument = _home(path, survey, instrument, t)
    goals = (
        read_goals(folder / "goals.toml", Findings()) if folder and (folder / "goals.toml").is_file() else ()
    )
    plan = Plan(
        survey=survey,
        label=t.name_label(),
        parts=tuple(_part(p, instrument, goals) for p in t.tables("parts", required=True)),
        status=t.text("status", required=True),
        sources=t.texts("sources", required=True),
        note=t.label("note"),
        indicators=_indicators(t, instrument, goals, required=False),
        file=place_of(path),
    )
    t.done()
    for word, names in (
        ("part", [p.id for p in plan.parts]),
        ("task", [task.id for p in plan.parts for task in p.tasks]),
        ("indicator", [i.id for i in plan.all_indicators()]),
    ):
        for name in sorted({n for n in names if n and names.count(n) > 1}):
            t.complain("parts", tell("the {} id '{}' appears twice", word, name))
    return plan


def _home(
    path: SurveyPath, survey: str, instrument: Instrument | None, t: Table
) -> tuple[SurveyPath | None, Instrument | None]:
    """Return the folder of the survey to which a plan belongs, and its instrument."""
    if instrument is not None:
        return locate_survey(instrument.folder), instrument
    beside = path.parent / "instrument.toml"
    try:
        folder: SurveyPath = path.parent if beside.is_file() else locate_survey(survey)
        return folder, load_instrument(str(folder))
    except LiteracyError as error:
        if survey:
            t.complain("survey", tell("'{}' cannot be loaded: {}", survey, error.what))
        return None, None


def _indicators(
    t: Table, instrument: Instrument | None, goals: tuple[Goal, ...], *, required: bool
) -> tuple[Indicator, ...]:
    made = parse_indicators(t, goals, required=required)
    if instrument is not None:
        for indicator, part in zip(made, t.tables("indicators"), strict=True):
            check_indicator(indicator, instrument, part)
    return made


def _part(t: Table, instrument: Instrument | None, goals: tuple[Goal, ...]) -> Part:
    name, kind = t.text("id", required=True), t.choice("kind", PARTS, required=True)
    group = t.text("group")
    groups = None if instrument is None else [g.name for g in instrument.groups]
    if groups is not None and group and group not in groups:
        t.complain("group", tell("'{}' is not a group of the survey{}", group, nearest(group, groups)))
    if kind == "action" and not group:
        t.complain("group", "an action must name its target group")
    tasks = tuple(_task(part, instrument, goals) for part in t.tables("tasks", required=True))
    indicators = _indicators(t, instrument, goals, required=True)
    part = Part(name, kind, t.name_label(), tasks, group, indicators)
    t.done()
    return part


def _task(t: Table, instrument: Instrument | None, goals: tuple[Goal, ...]) -> Task:
    task = Task(
        t.text("id", required=True),
        t.name_label(),
        t.text("office"),
        t.label("note"),
        _indicators(t, instrument, goals, required=True),
        t.text("deadline"),
    )
    t.done()
    return task
