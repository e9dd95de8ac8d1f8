"""The city's plan as data: actions, projects and organisation with their tasks."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from literacy._display import Printable
from literacy.instrument.loader import locate_survey
from literacy.instrument.model import Label, nearest
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.tables import Findings, Table, place_of, read_toml

if TYPE_CHECKING:
    import pandas as pd

PARTS = ("action", "project", "organisation")


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the plan. ``office`` names who answers for it; empty until the city has said so."""

    id: str
    label: Label
    office: str = ""
    note: Label | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """An action (with its target group), a project, or the plan's organisation."""

    id: str
    kind: str
    label: Label
    tasks: tuple[Task, ...]
    group: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plan(Printable):
    """What the city set out to do."""

    survey: str
    label: Label
    parts: tuple[Part, ...]
    status: str
    sources: tuple[str, ...]
    note: Label | None = None
    file: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row a task: part, kind, group, task, zh, en, office."""
        import pandas as pd

        rows = [
            (part.id, part.kind, part.group, task.id, task.label.zh, task.label.en, task.office)
            for part in self.parts
            for task in part.tasks
        ]
        return pd.DataFrame(rows, columns=["part", "kind", "group", "task", "zh", "en", "office"])

    def _title(self) -> str:
        counts = [f"{kind}s {n}" for kind in PARTS[:2] if (n := sum(p.kind == kind for p in self.parts))]
        tasks = sum(len(p.tasks) for p in self.parts)
        return f"{self.label.en} ({self.label.zh}): {', '.join(counts)}, tasks {tasks}"

    def _notes(self) -> list[str]:
        tasks = [t for p in self.parts for t in p.tasks]
        notes = [f"Status: {self.status}"]
        notes += [f"{t.id}: {t.note.en}" for t in tasks if t.note is not None]
        if any(not t.office for t in tasks):
            notes.append(
                f"No office is named for {sum(not t.office for t in tasks)} tasks: an input of the city."
            )
        return notes


def load_plan(survey: str | os.PathLike[str] | Instrument) -> Plan:
    """Load a survey's plan (or a user's own plan file).

    Raises
    ------
    LiteracyError
        ``survey.unknown``; ``survey.invalid`` or ``survey.key`` telling every problem at once.
    """
    if isinstance(survey, Instrument):
        path = Path(survey.folder) / "plan.toml"
    elif Path(survey).suffix.lower() == ".toml" and Path(survey).name != "instrument.toml":
        path = Path(survey)
    else:
        path = locate_survey(survey) / "plan.toml"
    findings = Findings()
    plan = read_plan(path, findings)
    findings.refuse()
    assert plan is not None  # a file that gives nothing gave a finding
    return plan


def read_plan(path: Path, findings: Findings, groups: Iterable[str] | None = None) -> Plan | None:
    """Parse and check a plan file; *groups*, where given, are the groups an action may name."""
    t = read_toml(path, findings)
    if t is None:
        return None
    known = None if groups is None else tuple(groups)
    plan = Plan(
        survey=t.text("survey"),
        label=t.name_label(),
        parts=tuple(_part(p, known) for p in t.tables("parts", required=True)),
        status=t.text("status", required=True),
        sources=t.texts("sources", required=True),
        note=t.label("note"),
        file=place_of(path),
    )
    t.done()
    for word, names in (
        ("part", [p.id for p in plan.parts]),
        ("task", [task.id for p in plan.parts for task in p.tasks]),
    ):
        for name in sorted({n for n in names if n and names.count(n) > 1}):
            t.complain("parts", f"the {word} id '{name}' appears twice")
    return plan


def _part(t: Table, groups: tuple[str, ...] | None) -> Part:
    name, kind = t.text("id", required=True), t.choice("kind", PARTS, required=True)
    group = t.text("group")
    if groups is not None and group and group not in groups:
        t.complain("group", f"'{group}' is not a group of the survey{nearest(group, groups)}")
    if kind == "action" and not group:
        t.complain("group", "an action names its target group")
    tasks = tuple(_task(part) for part in t.tables("tasks", required=True))
    part = Part(name, kind, t.name_label(), tasks, group)
    t.done()
    return part


def _task(t: Table) -> Task:
    task = Task(t.text("id", required=True), t.name_label(), t.text("office"), t.label("note"))
    t.done()
    return task
