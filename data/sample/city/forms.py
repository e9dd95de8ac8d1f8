"""What the form of each wave looked like as a file: items left out, other names, how multiple choice is kept."""

from __future__ import annotations

from dataclasses import dataclass, field

from literacy.instrument import Instrument, Item


@dataclass(frozen=True, slots=True)
class Form:
    """One wave's form: modules and items not on it, names that differ, multiple choice as text or 0/1 columns."""

    absent: tuple[str, ...]
    names: dict[str, str] = field(default_factory=dict)
    ticks: bool = True


def _old_names() -> dict[str, str]:
    background = ("age", "sex", "education", "occupation", "residence", "community", "language")
    names = {name: f"A{n}" for n, name in enumerate(background, start=1)}
    return names | {f"k{n:02d}": f"B{n:02d}" for n in range(1, 51)}


FORMS = {
    2021: Form(
        absent=(
            "school_grade",
            "health",
            "decision",
            "channel_topics",
            "channel_check_how",
            "channel_language",
        ),
        names=_old_names(),
        ticks=False,
    ),
    2023: Form(
        absent=("school_grade", "decision", "channel_topics"),
        names={"education": "edu", "occupation": "job", "channel_main": "channel_first"},
    ),
    2025: Form(absent=("health", "channel_topics", "channel_check_how")),
}


def asked_items(form: Form, instrument: Instrument) -> tuple[Item, ...]:
    """The items on a wave's form."""
    return tuple(i for i in instrument.items if i.name not in form.absent and i.module not in form.absent)
