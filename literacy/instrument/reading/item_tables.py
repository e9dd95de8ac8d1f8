"""Reader of ``items.csv`` and ``options.csv``, the two tables an office edits in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable

from literacy.instrument.definitions import ITEM_TYPES, KINDS, Code, Item, Label, Option, nearest
from literacy.instrument.reading.source_tables import (
    Findings,
    code_of,
    fill_label,
    missing_texts,
    place_of,
    read_rows,
)
from literacy.instrument.workbooks.survey_paths import SurveyPath
from literacy.messages import tell

ITEM_COLUMNS = ("item", "type", "module")
ITEM_EXTRAS = (
    "zh", "en", "options", "key", "dimension", "benchmark", "min", "max", "unit",
    "short_zh", "short_en", "note_zh", "note_en", "hint_zh", "hint_en",
)  # fmt: skip
OPTION_COLUMNS = ("options", "code")
OPTION_EXTRAS = ("zh", "en", "missing")
KEYED = ("true_false", "single", "multiple")
Complain = Callable[[str, str], None]
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def read_options(path: SurveyPath, findings: Findings) -> dict[str, tuple[Option, ...]]:
    """Return the option sets of a survey by name."""
    place = place_of(path)
    sets: dict[str, list[Option]] = {}
    for row in read_rows(path, OPTION_COLUMNS, (*OPTION_EXTRAS, *_further(findings)), findings):
        name, code, missing = row.get("options", ""), code_of(row.get("code", "")), row.get("missing", "")
        spot = f"{name}[{row.get('code', '')}]"
        if not name or code == "":
            findings.add(
                place, f"row {row['']}", "code", tell("a row must have the name of its option set and a code")
            )
            continue
        if missing and missing not in KINDS[1:]:
            findings.add(
                place,
                spot,
                "missing",
                tell(
                    "'{}' is not a kind of missing ({}){}",
                    missing,
                    ", ".join(KINDS[1:]),
                    nearest(missing, KINDS[1:]),
                ),
            )
        label = _label(row, place, spot, findings)
        if any(o.code == code for o in sets.get(name, [])):
            findings.add(place, spot, "code", tell("the code appears twice in this option set"))
        sets.setdefault(name, []).append(Option(code, label, missing))
    return {name: tuple(options) for name, options in sets.items()}


def read_items(path: SurveyPath, sets: dict[str, tuple[Option, ...]], findings: Findings) -> tuple[Item, ...]:
    """Return the items of a survey in the order of the questionnaire."""
    items: list[Item] = []
    further = [f"{stem}{lang}" for lang in _further(findings) for stem in ("", "short_", "note_", "hint_")]
    for row in read_rows(path, ITEM_COLUMNS, (*ITEM_EXTRAS, *further), findings):
        item = _item(row, sets, place_of(path), findings)
        if item is None:
            continue
        if any(item.name == other.name for other in items):
            findings.add(place_of(path), item.name, "item", tell("the item appears twice"))
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
        complain("item", tell("'{}' is not a name (lower-case ASCII letters, digits, _)", name))
        return None
    kind = row.get("type", "")
    if kind not in ITEM_TYPES:
        complain(
            "type", tell("'{}' is not one of {}{}", kind, ", ".join(ITEM_TYPES), nearest(kind, ITEM_TYPES))
        )
    options = _options_of(row, kind, sets, complain)
    short, note, hint = (
        _both(row, column, complain, findings.languages) for column in ("short", "note", "hint")
    )
    low, high = _number(row, "min", complain), _number(row, "max", complain)
    if low is not None and high is not None and low > high:
        complain("min", tell("{:g} is above max {:g}", low, high))
    benchmark = _number(row, "benchmark", complain)
    return Item(
        name=name,
        type=kind,
        label=_label(row, place, name, findings),
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


def _further(findings: Findings) -> tuple[str, ...]:
    """Languages of the survey other than Chinese and English."""
    return tuple(lang for lang in findings.languages if lang not in ("zh", "en"))


def _both(row: dict[str, str], column: str, complain: Complain, languages: tuple[str, ...]) -> Label | None:
    """Return an optional text: given in every language the survey declares (at least two), or in none."""
    stem = f"{column}_"
    texts = {k.removeprefix(stem): v for k, v in row.items() if k.startswith(stem) and v}
    if not texts:
        return None
    for message, lang in missing_texts(texts, tuple(lang for lang in languages if lang in ("zh", "en"))):
        complain(f"{column}_{lang}", message)
    others = tuple((k, v) for k, v in texts.items() if k not in ("zh", "en"))
    return fill_label(texts.get("zh", ""), texts.get("en", ""), others)


def _options_of(
    row: dict[str, str], kind: str, sets: dict[str, tuple[Option, ...]], complain: Complain
) -> tuple[Option, ...]:
    name = row.get("options", "")
    if not name:
        if kind not in ("number", "text"):
            complain("options", tell("a {} item needs an option set", kind))
        return ()
    if name not in sets:
        complain("options", tell("'{}' is not an option set of options.csv{}", name, nearest(name, sets)))
        return ()
    return sets[name]


def _key_of(
    row: dict[str, str], kind: str, options: tuple[Option, ...], complain: Complain
) -> tuple[Code, ...]:
    text = row.get("key", "")
    if not text:
        for column in ("dimension", "benchmark"):
            if row.get(column):
                complain("key", tell("an item with a {} needs a key", column))
        return ()
    if kind not in KEYED:
        complain("key", tell("only {} items can have a key", ", ".join(KEYED)))
    key = tuple(code_of(part) for part in text.split("|"))
    answers = [o.code for o in options if not o.missing]
    for code in key:
        if options and code not in answers:
            shown = ", ".join(f"{o.code} {o.label}".strip() for o in options if not o.missing)
            complain("key", tell("code {} is not among the answers {}", code, shown))
    if kind != "multiple" and len(key) != 1:
        complain("key", tell("a {} item has exactly one key", kind))
    if len(set(key)) != len(key):
        complain("key", "gives a code twice")
    return tuple(sorted(key, key=str))


def _number(row: dict[str, str], column: str, complain: Complain) -> float | None:
    text = row.get(column, "")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        complain(column, tell("'{}' is not a number", text))
        return None


def _label(row: dict[str, str], place: str, spot: str, findings: Findings) -> Label:
    languages = ("zh", "en", *_further(findings))
    texts = {lang: row.get(lang, "") for lang in languages}
    for message, lang in missing_texts(texts, findings.languages):
        findings.add(place, spot, lang, message)
    others = tuple((lang, texts[lang]) for lang in languages[2:] if texts[lang])
    return fill_label(texts["zh"], texts["en"], others)
