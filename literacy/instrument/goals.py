"""Goals: levels of an indicator to be reached by a year."""

from __future__ import annotations

from dataclasses import dataclass

from literacy.instrument.definitions import Label
from literacy.instrument.reading.source_tables import Findings, place_of, read_toml
from literacy.instrument.workbooks.survey_paths import SurveyPath
from literacy.messages import tell


@dataclass(frozen=True, slots=True)
class Goal:
    """A share to be reached by a year. If ``strict``, it must be exceeded; ``value`` is None if not known.

    Examples
    --------
    >>> goal = lit.load_goal("erenhot", 2025)
    >>> goal.value, goal.strict
    (0.12, True)
    """

    area: str
    label: Label
    year: int
    value: float | None
    strict: bool
    source: str
    status: str
    note: Label | None = None
    file: str = ""

    def __str__(self) -> str:
        level = "not known" if self.value is None else f"{'>' if self.strict else '>='} {self.value:.1%}"
        return f"{self.label.localized} {self.year}: {level}"


def read_goals(path: SurveyPath, findings: Findings) -> tuple[Goal, ...]:
    """Parse a goals file."""
    t = read_toml(path, findings)
    if t is None:
        return ()
    goals: list[Goal] = []
    for part in t.tables("goals", required=True):
        value = part.number("value")
        goal = Goal(
            area=part.text("area", required=True),
            label=part.name_label(),
            year=part.whole("year", required=True) or 0,
            value=value,
            strict=part.flag("strict"),
            source=part.text("source", required=True),
            status=part.text("status", required=True),
            note=part.label("note"),
            file=place_of(path),
        )
        part.done()
        if value is not None and not 0 < value < 1:
            part.complain("value", tell("{:g} is not a share between 0 and 1 (12 % is 0.12)", value))
        if value is not None and "strict" not in part.data:
            part.complain("strict", "is missing: true if the rate must exceed the goal")
        if value is None and goal.status and "not found" not in goal.status:
            part.complain("value", "is missing; an unknown goal has status 'not found'")
        if any((goal.area, goal.year) == (other.area, other.year) for other in goals):
            part.complain("year", tell("there are two goals for {} {}", goal.area, goal.year))
        goals.append(goal)
    t.done()
    return tuple(goals)
