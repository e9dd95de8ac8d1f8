"""Export of a match as a wave file, which can be edited to correct the matching of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from literacy.privacy.identifiers import redact

if TYPE_CHECKING:
    from literacy.answers.matching.matching import Match

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def quote_toml(text: str) -> str:
    """Return a text as a TOML string."""
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    cells = [named.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c) for c in text]
    return f'"{"".join(cells)}"'


def comment_toml(text: str) -> str:
    """Return a text on one line, as required in a comment."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quote_toml, texts))}]"


def write_wave(match: Match) -> str:
    """Return the text of a wave file that reproduces the match.

    Every item has a line: ``item = "column"``, or a comment that explains why there is none. Columns that hold no item
    are listed at the end, so that their names can be copied.
    """
    return "\n".join([*_head(match), *_design(match), *_columns(match), *_rest(match)]) + "\n"


def _head(match: Match) -> list[str]:
    wave = match.wave
    lines = [
        f"# How the columns of a data file meet the items of {match.instrument.survey}: edit, then use it with",
        "# `literacy score FILE -w THIS_FILE`.",
        "",
        f"survey = {quote_toml(match.instrument.folder if match.foreign else match.instrument.survey)}",
        f"name = {quote_toml(wave.name or 'own')}",
    ]
    if wave.year is not None:
        lines.append(f"year = {wave.year}")
    for key, day in (("start", wave.start), ("end", wave.end)):
        if day is not None:
            lines.append(f"{key} = {day.isoformat()}")
    for key, text in (("mode", wave.mode), ("standard", wave.standard)):
        if text:
            lines.append(f"{key} = {quote_toml(text)}")
    if wave.synthetic:
        lines.append("synthetic = true")
    if wave.absent:
        lines += ["# items and modules this wave did not ask", f"absent = {_list(wave.absent)}"]
    return lines


def _design(match: Match) -> list[str]:
    design = match.wave.design.resolve(match.other)
    pairs: list[tuple[str, str]] = []
    if design.weight:
        pairs.append(("weight", quote_toml(design.weight)))
    if design.strata:
        pairs.append(("strata", quote_toml(design.strata)))
    pairs += [(key, _list(names)) for key, names in (("psu", design.psu), ("fpc", design.fpc)) if names]
    if not pairs:
        return [
            "",
            "# No design columns were found. Take the marks away and name yours:",
            "# [design]",
            '# weight = "base_weight"',
            '# strata = "stratum"',
            '# psu = ["psu"]',
        ]
    return ["", "[design]", *(f"{key} = {value}" for key, value in pairs)]


def _columns(match: Match) -> list[str]:
    lines = ["", '# item = "column in the data file"   # how they met', "[columns]"]
    for item in match.instrument.items:
        place = match.places.get(item.name)
        key = item.name if _BARE.fullmatch(item.name) else quote_toml(item.name)
        if place is None:
            why = "not asked in this wave" if item.name in match.wave.absent else "not found"
            lines.append(f'# {key} = ""   # {why}: {comment_toml(item.label.zh)}')
        elif len(place.columns) == 1:
            lines.append(f"{key} = {quote_toml(place.columns[0])}   # {place.by}")
        elif item.name in match.stems:
            stem = quote_toml(match.stems[item.name])
            lines.append(f"{key} = {stem}   # {len(place.columns)} columns, one an option")
        else:
            remark = comment_toml(", ".join(place.columns))
            lines.append(f"# {key}: one column an option, found by its name: {remark}")
    return lines


def _rest(match: Match) -> list[str]:
    lines = []
    for column in match.other:
        why = match.personal.get(column)
        question = comment_toml(redact(match.questions.get(column, "")))
        remark = f"personal ({why}), left out" if why else question
        lines.append(f"#   {comment_toml(column)}{f'   # {remark}' if remark else ''}")
    return ["", "# Columns that hold no item:", *lines] if lines else []
