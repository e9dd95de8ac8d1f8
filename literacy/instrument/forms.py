"""Reading ``items.csv`` and ``options.csv``, the two tables an office edits in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from literacy.instrument.model import ITEM_TYPES, KINDS, Code, Item, Label, Option, nearest
from literacy.instrument.tables import Findings, code_of, place_of, read_rows

ITEM_COLUMNS = ("item", "type", "module", "zh", "en")
ITEM_EXTRAS = (
    "options", "key", "dimension", "benchmark", "min", "max", "unit", "short_zh", "short_en", "note_zh", "note_en",
    "hint_zh", "hint_en",
)  # fmt: skip
OPTION_COLUMNS = ("options", "code", "zh", "en", "missing")
KEYED = ("true_false", "single", "multiple")
Complain = Callable[[str, str], None]
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def read_options(path: Path, findings: Findings) -> dict[str, tuple[Option, ...]]:
    """Return the option sets of a survey by name."""
    place = place_of(path)
    sets: dict[str, list[Option]] = {}
    for row in read_rows(path, OPTION_COLUMNS, (), findings):
        name, code, missing = row.get("options", ""), code_of(row.get("code", "")), row.get("missing", "")
        spot = f"{name}[{row.get('code', '')}]"
        if not name or code == "":
            findings.add(place, f"row {row['']}", "code", "a row needs the name of its option set and a code")
            continue
        if missing and missing not in KINDS[1:]:
            findings.add(
                place,
                spot,
                "missing",
                f"'{missing}' is not a kind of missing ({', '.join(KINDS[1:])}){nearest(missing, KINDS[1:])}",
            )
        label = _label(row, "zh", "en", place, spot, findings)
        if any(o.code == code for o in sets.get(name, [])):
            findings.add(place, spot, "code", "the code appears twice in this option set")
        sets.setdefault(name, []).append(Option(code, label, missing))
    return {name: tuple(options) for name, options in sets.items()}


def read_items(path: Path, sets: dict[str, tuple[Option, ...]], findings: Findings) -> tuple[Item, ...]:
    """Return the items of a survey in the order of the questionnaire."""
    items: list[Item] = []
    for row in read_rows(path, ITEM_COLUMNS, ITEM_EXTRAS, findings):
        item = _item(row, sets, place_of(path), findings)
        if item is None:
            continue
        if any(item.name == other.name for other in items):
            findings.add(place_of(path), item.name, "item", "the item appears twice")
            continue
        items.append(item)
    return tuple(items)


def _item(
    row: dict[str, str], sets: dict[str, tuple[Option, ...]], place: str, findings: Findings
) -> Item | None:
    name = row.get("item", "")

    def complain(key: str, message: str) -> None:
        findings.add(place, name or f"row {row['']}", key, message)

    if not _NAME.fullmatch(name):
        complain("item", f"'{name}' is not a name (lower-case ASCII letters, digits, _)")
        return None
    kind = row.get("type", "")
    if kind not in ITEM_TYPES:
        complain("type", f"'{kind}' is not one of {', '.join(ITEM_TYPES)}{nearest(kind, ITEM_TYPES)}")
    options = _options_of(row, kind, sets, complain)
    short, note, hint = (_both(row, column, complain) for column in ("short", "note", "hint"))
    low, high = _number(row, "min", complain), _number(row, "max", complain)
    if low is not None and high is not None and low > high:
        complain("min", f"{low:g} is above max {high:g}")
    benchmark = _number(row, "benchmark", complain)
    return Item(
        name=name,
        type=kind,
        label=_label(row, "zh", "en", place, name, findings),
        module=row.get("module", ""),
        options=options,
        key=_key_of(row, kind, options, complain),
        dimension=row.get("dimension", ""),
        benchmark=None if benchmark is None else int(benchmark),
        min=low,
        max=high,
        unit=row.get("unit", ""),
        short=short,
        note=note,
        hint=hint,
    )


def _both(row: dict[str, str], column: str, complain: Complain) -> Label | None:
    """An optional text in both languages, or in none."""
    zh, en = row.get(f"{column}_zh", ""), row.get(f"{column}_en", "")
    if bool(zh) != bool(en):
        complain(f"{column}_zh" if en else f"{column}_en", f"is missing; a {column} is bilingual (zh, en)")
    return Label(zh, en) if zh and en else None


def _options_of(
    row: dict[str, str], kind: str, sets: dict[str, tuple[Option, ...]], complain: Complain
) -> tuple[Option, ...]:
    name = row.get("options", "")
    if not name:
        if kind not in ("number", "text"):
            complain("options", f"a {kind} item needs an option set")
        return ()
    if name not in sets:
        complain("options", f"'{name}' is not an option set of options.csv{nearest(name, sets)}")
        return ()
    return sets[name]


def _key_of(
    row: dict[str, str], kind: str, options: tuple[Option, ...], complain: Complain
) -> tuple[Code, ...]:
    text = row.get("key", "")
    if not text:
        for column in ("dimension", "benchmark"):
            if row.get(column):
                complain("key", f"an item with a {column} needs a key")
        return ()
    if kind not in KEYED:
        complain("key", f"only {', '.join(KEYED)} items can have a key")
    key = tuple(code_of(part) for part in text.split("|"))
    answers = [o.code for o in options if not o.missing]
    for code in key:
        if options and code not in answers:
            complain("key", f"code {code} is not among the answers {', '.join(map(str, answers))}")
    if kind != "multiple" and len(key) != 1:
        complain("key", f"a {kind} item has exactly one key")
    if len(set(key)) != len(key):
        complain("key", "names a code twice")
    return tuple(sorted(key, key=str))


def _number(row: dict[str, str], column: str, complain: Complain) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        complain(column, f"'{text}' is not a number")
        return None


def _label(row: dict[str, str], zh: str, en: str, place: str, spot: str, findings: Findings) -> Label:
    for column in (zh, en):
        if not row.get(column):
            findings.add(place, spot, column, "is empty; labels are bilingual (zh, en)")
    return Label(row.get(zh, ""), row.get(en, ""))
