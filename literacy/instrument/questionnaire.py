"""The instrument: questionnaire, universes, groups, waves and standards of one survey."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from literacy._display import Printable
from literacy._texts import in_language
from literacy.errors import LiteracyError
from literacy.instrument.definitions import (
    FrozenMap,
    Group,
    Item,
    Label,
    MissingRule,
    Option,
    Recode,
    Universe,
    V,
    Wave,
    WaveDesign,
    nearest,
)
from literacy.instrument.standards import Standard
from literacy.messages import language, mark, tell

if TYPE_CHECKING:
    import pandas as pd


_CODES = {"standard": "standard.unknown"}


def _find(things: Iterable[V], names: Iterable[Hashable], wanted: Hashable, word: str, where: str) -> V:
    table = dict(zip(names, things, strict=True))
    if wanted in table:
        return table[wanted]
    known = ", ".join(map(str, table)) or tell("none")
    raise LiteracyError(
        _CODES.get(word, "survey.name"),
        where=where,
        what=tell("no {} '{}'{}", word, wanted, nearest(wanted, table)),
        fix=tell("use one of: {}", known),
    )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Instrument(Printable):
    """The definition of a survey: its questionnaire, universes, groups and waves.

    ``standards`` names the standards by which the survey can be scored (first is the default); :meth:`standard` returns
    one completed by the survey's own inputs. ``blank`` defines the meaning of an empty cell without a code: a kind of
    missing, or "by_module" (not asked if the whole module is empty, otherwise skipped). ``personal`` names columns of
    the file that identify people; they are never exported. ``higher`` names the published series of the levels above
    the area, highest first. ``languages`` are those in which every text is required (empty: any one). ``demonstration``
    marks a form that is not an official test.
    """

    survey: str
    label: Label
    items: tuple[Item, ...]
    groups: tuple[Group, ...]
    universes: tuple[Universe, ...]
    waves: tuple[Wave, ...]
    standards: tuple[str, ...]
    recodes: tuple[Recode, ...] = ()
    modules: FrozenMap[Label] = field(default_factory=FrozenMap)
    rules: FrozenMap[Standard] = field(default_factory=FrozenMap)
    design: WaveDesign = field(default_factory=WaveDesign)
    missing: tuple[MissingRule, ...] = ()
    blank: str = "skipped"
    personal: tuple[str, ...] = ()
    id_column: str = ""
    area: str = ""
    higher: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    demonstration: bool = False
    sources: tuple[str, ...] = ()
    note: Label | None = None
    folder: str = ""
    file: str = ""

    @property
    def place(self) -> str:
        """The file that users edit: the workbook, or ``instrument.toml``."""
        folder, _, name = self.file.rpartition("/")
        return folder if name and folder.endswith((".xlsx", ".xlsm")) else self.file

    def item(self, name: str) -> Item:
        """Return the item with the given name."""
        return _find(self.items, (i.name for i in self.items), name, "item", self.place)

    def group(self, name: str) -> Group:
        """Return the group with the given name."""
        return _find(self.groups, (g.name for g in self.groups), name, "group", self.place)

    def universe(self, name: str) -> Universe:
        """Return the universe with the given name."""
        return _find(self.universes, (u.name for u in self.universes), name, "universe", self.place)

    def recode(self, name: str) -> Recode:
        """Return the recode with the given name."""
        return _find(self.recodes, (r.name for r in self.recodes), name, "recode", self.place)

    def wave(self, year: int | str | None = None) -> Wave:
        """Return the wave of a year or name; without an argument, the only one.

        If the survey has no wave files there is a single unnamed wave, which is returned for any year.
        """
        if not self.waves:
            return Wave(name="", year=None, design=self.design, file=self.file)
        if year is None and len(self.waves) == 1:
            return self.waves[0]
        for wave in self.waves:
            if year is not None and (wave.year == year or wave.name == str(year)):
                return wave
        known = [w.name for w in self.waves]
        what = tell("no wave given") if year is None else tell("no wave '{}'{}", year, nearest(year, known))
        fix = tell("use one of: {}", ", ".join(known))
        if year is not None and re.fullmatch(r"(19|20)\d\d", str(year)):
            more = mark("; or add wave {} to the sheet of waves")
            if self.place == self.file:
                more = mark("; or describe it in waves/{}.toml")
            fix = f"{fix}{tell(more, year)}"
        raise LiteracyError("survey.wave", where=self.place, what=what, fix=fix)

    def standard(self, name: str = "") -> Standard:
        """Return a standard (default: the survey's first), completed by the survey's own inputs."""
        return _find(self.rules.values(), self.rules, name or self.standards[0], "standard", self.place)

    @property
    def scored_items(self) -> tuple[Item, ...]:
        """The items that have a right answer."""
        return tuple(i for i in self.items if i.scored)

    @property
    def indicator(self) -> Universe:
        """The universe of the headline indicator."""
        return next(u for u in self.universes if u.indicator)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of items and recodes, to which conditions and margins may refer."""
        return (*(i.name for i in self.items), *(r.name for r in self.recodes))

    def levels(self, column: str) -> tuple[Option, ...]:
        """Return the answer options of an item or the levels of a recode; empty for other columns."""
        for item in self.items:
            if item.name == column:
                return item.answers
        for recode in self.recodes:
            if recode.name == column:
                return recode.options
        return ()

    def label_of(self, column: str, lang: str = "en") -> str:
        """Return a column's short label in *lang*, or its name if it has none."""
        labels: dict[str, Label] = {}
        for families in (self.universes, self.groups, self.recodes):
            labels.update((thing.name, thing.label) for thing in families)
        labels.update((item.name, item.heading) for item in self.items)
        return labels[column].get(lang) if column in labels else column

    def to_frame(self, lang: str = "") -> pd.DataFrame:
        """Return one row per item: item, module, type, dimension, benchmark, key, asked; with *lang* also its texts."""
        import pandas as pd

        rows = []
        for i in self.items:
            row: dict[str, object] = {
                "item": i.name,
                "module": i.module,
                "type": i.type,
                "dimension": i.dimension,
                "benchmark": i.benchmark,
                "key": "|".join(map(str, i.key)),
                "asked": " and ".join(map(str, i.asked)),
            }
            if lang:
                row["label"] = i.label.get(lang)
                row["options"] = " | ".join(f"{o.code} {o.label.get(lang)}" for o in i.options)
            rows.append(row)
        return pd.DataFrame(rows).astype({"benchmark": "Int64"})

    def _known(self, lang: str) -> dict[str, dict[str, str]]:
        dimensions = {d.name: d.label.get(lang) for s in self.rules.values() for d in s.dimensions}
        return {
            "module": {name: label.get(lang) for name, label in self.modules.items()},
            "dimension": dimensions,
        }

    def for_readers(self, frame: pd.DataFrame, lang: str = "") -> pd.DataFrame:
        """Return the table formatted for display; ``asked`` are conditions here, whereas elsewhere it counts people."""
        return Printable.for_readers(
            self,
            frame if (lang or language()) == "en" else frame.rename(columns={"asked": "condition"}),
            lang,
        )

    def _title(self) -> str:
        return tell(
            "{}, survey '{}': {} items, {} scored",
            self.label.localized,
            self.survey,
            len(self.items),
            len(self.scored_items),
        )

    def _notes(self) -> list[str]:
        notes = [tell("A demonstration form, not the official test.")] if self.demonstration else []
        if self.note is not None:
            notes.append(self.note.localized)
        for u in self.universes:
            rule = tell(" and ").join(map(str, u.all_of)) or tell("everybody")
            notes.append(
                tell(
                    "Universe {}{}: {}; {}",
                    u.name,
                    tell(" (indicator)") if u.indicator else "",
                    u.label.localized,
                    rule,
                )
            )
        for g in self.groups:
            rule = tell(" or ").join(tell(" and ").join(map(str, one)) for one in g.any_of)
            notes.append(
                tell("Group {}: {}; {}", g.name, g.label.localized, rule)
                + (tell(". Proxy: {}", g.proxy.localized) if g.proxy else "")
            )
        for s in self.rules.values():
            notes.append(tell("Standard {}: {}; {}", s.id, s.label.localized, s.comparison.localized))
        for w in self.waves:
            days = tell(", {} to {}", w.start, w.end) if w.start and w.end else ""
            drawn = [
                (tell("weight"), (w.design.weight,)),
                (tell("strata"), (w.design.strata,)),
                (tell("sampling units"), w.design.psu),
                (tell("population counts"), w.design.fpc),
            ]
            design_text = ", ".join(f"{role} {'/'.join(names)}" for role, names in drawn if any(names))
            made = tell(" (synthetic data)") if w.synthetic else ""
            notes.append(
                tell("Wave {}{}{}", w.name, days, made)
                + (tell("; design: {}", design_text) if design_text else "")
            )
        return [*notes, *(tell("Source: {}", in_language(s, language())) for s in self.sources)]
