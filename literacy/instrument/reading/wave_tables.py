"""Reader of ``waves/*.toml``."""

from __future__ import annotations

from collections.abc import Iterable

from literacy.instrument.definitions import FrozenMap, Item, Wave, WaveDesign, nearest
from literacy.instrument.reading.rule_tables import parse_condition, parse_design
from literacy.instrument.reading.source_tables import Findings, Table, place_of, read_toml
from literacy.instrument.workbooks.survey_paths import SurveyPath
from literacy.messages import tell

MODES = ("face_to_face", "online", "mixed", "telephone", "mail", "")


def read_wave(
    path: SurveyPath,
    items: tuple[Item, ...],
    modules: Iterable[str],
    standards: tuple[str, ...],
    design: WaveDesign,
    findings: Findings,
    *,
    own: bool = False,
) -> Wave | None:
    """Parse one wave and check it against the survey's items, modules and standards.

    A wave file of the user's *own* may name its survey, and its file name need not be the name of the wave.
    """
    t = read_toml(path, findings)
    if t is None:
        return None
    if own:
        t.text("survey")
    marker, drawn = t.table("marker"), parse_design(t)
    start, end = t.day("start"), t.day("end")
    wave = Wave(
        name=t.text("name", required=True),
        year=t.whole("year", required=not own),
        columns=_columns(t, items),
        design=drawn if "design" in t.data else design,
        start=start,
        end=end,
        mode=t.choice("mode", MODES),
        n=t.whole("n"),
        standard=t.text("standard"),
        synthetic=t.flag("synthetic"),
        absent=_absent(t, items, modules),
        marker=parse_condition(marker) if marker else None,
        data=t.text("data"),
        note=t.label("note"),
        file=place_of(path),
    )
    t.done()
    if wave.name and wave.name != path.stem and not own:
        t.complain("name", tell("'{}' differs from the file name '{}'", wave.name, path.stem))
    if wave.standard and wave.standard not in standards:
        t.complain(
            "standard",
            tell("'{}' is not one of the survey's{}", wave.standard, nearest(wave.standard, standards)),
        )
    if start and end and start > end:
        t.complain("start", tell("{} is after the end {}", start, end))
    if wave.n is not None and wave.n <= 0:
        t.complain("n", "must be above 0")
    return wave


def _columns(t: Table, items: tuple[Item, ...]) -> FrozenMap[str]:
    sub = t.table("columns")
    if sub is None:
        return FrozenMap()
    names = [i.name for i in items]
    out = {}
    for key in sub.data:
        if key not in names:
            sub.complain(key, tell("is not an item{}", nearest(key, names)))
        out[key] = sub.text(key, required=True)
    for column in sorted({c for c in out.values() if list(out.values()).count(c) > 1}):
        sub.complain(column, "two items are mapped to this column")
    return FrozenMap(out)


def _absent(t: Table, items: tuple[Item, ...], modules: Iterable[str]) -> tuple[str, ...]:
    by_module = {m: tuple(i.name for i in items if i.module == m) for m in modules}
    names, out = [i.name for i in items], list[str]()
    for name in t.texts("absent"):
        if name in by_module:
            out += by_module[name]
        elif name in names:
            out.append(name)
        else:
            t.complain(
                "absent",
                tell("'{}' is neither a module nor an item{}", name, nearest(name, [*by_module, *names])),
            )
    return tuple(dict.fromkeys(out))
