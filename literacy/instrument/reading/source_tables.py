"""Reader of TOML and CSV files that collects all problems, each located at ``file:table:key``.

A parser takes the keys it knows from a :class:`Table`; remaining keys are reported as unknown. Problems are added to a
:class:`Findings` list, so that one pass reports everything that is wrong.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from literacy._resources import surveys_dir
from literacy.errors import LiteracyError
from literacy.instrument.definitions import Code, Label, nearest
from literacy.instrument.workbooks.survey_paths import SheetPath, SurveyPath, locate, size_of
from literacy.messages import mark, tell

MAX_BYTES = 20_000_000
_WORDS = {
    str: mark("a text"),
    bool: mark("true or false"),
    int: mark("a whole number"),
    float: mark("a number"),
    list: mark("a list"),
}
_MENDS = {
    "survey.invalid": mark("correct it there"),
    "survey.key": mark("rename the key, or remove it"),
    "io.missing": mark("check the path"),
}
_WORDS |= {dict: mark("a table"), date: mark("a date")}


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem found in a file of a survey."""

    file: str
    table: str
    key: str
    message: str
    code: str = "survey.invalid"

    def __str__(self) -> str:
        place = ":".join(p for p in (self.file, self.table, self.key) if p)
        return f"{place}: {self.message}"


@dataclass(slots=True)
class Findings:
    """The problems found in one pass over one or more files."""

    found: list[Finding] = field(default_factory=list)
    languages: tuple[str, ...] = ()
    places: dict[str, SurveyPath] = field(default_factory=dict)

    def add(self, file: str, table: str, key: str, message: str, code: str = "survey.invalid") -> None:
        """Add a problem (duplicates are ignored); in a workbook it is located at the cell."""
        path = self.places.get(file)
        if isinstance(path, SheetPath):
            file, table, key = locate(path, table, key)
        finding = Finding(file, table, key, tell(message), code)
        if finding not in self.found:
            self.found.append(finding)

    def refuse(self) -> None:
        """Raise one error that lists all problems, if there are any."""
        if not self.found:
            return
        first = self.found[0]
        if len(self.found) == 1:
            where = ":".join(p for p in (first.file, first.table, first.key) if p)
            raise LiteracyError(first.code, where=where, what=first.message, fix=_MENDS[first.code])
        shown = [str(f) for f in self.found[:20]]
        if len(self.found) > 20:
            shown.append(tell("and {} more", len(self.found) - 20))
        raise LiteracyError(
            first.code if len({f.code for f in self.found}) == 1 else "survey.invalid",
            where=first.file,
            what=tell("{} problems\n  ", len(self.found)) + "\n  ".join(shown),
            fix="correct the places listed; `literacy survey check` lists them all again",
        )


def place_of(path: SurveyPath) -> str:
    """Return the name of a file in messages: relative to ``surveys/``, else with the folders needed to find it."""
    if isinstance(path, SheetPath):
        return path.as_posix()
    full = path.resolve()
    root = surveys_dir().resolve()
    if full.is_relative_to(root):
        return full.relative_to(root).as_posix()
    return path.as_posix()


def code_of(text: str) -> Code:
    """Convert a cell to a code: a whole number if it looks like one, otherwise the text."""
    bare = text.strip()
    digits = bare[1:] if bare[:1] == "-" else bare
    plain = digits.isascii() and digits.isdigit() and (digits == "0" or not digits.startswith("0"))
    return int(bare) if plain and len(digits) < 10 else bare


def missing_texts(texts: Mapping[str, object], languages: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return message and language of each required text that is missing; of all languages if there is none at all."""
    filled = [k for k, v in texts.items() if isinstance(v, str) and v.strip()]
    wanted = languages or (() if filled else ("zh",))
    return [
        (
            tell("is missing; the survey's languages are {}", ", ".join(languages))
            if languages
            else tell("is missing"),
            lang,
        )
        for lang in wanted
        if lang not in filled
    ]


def fill_label(zh: str, en: str, others: tuple[tuple[str, str], ...] = ()) -> Label:
    """Return a label in which a missing text is replaced by that of the other language."""
    spare = zh or en or (others[0][1] if others else "")
    return Label(zh or spare, en or spare, others)


class Table:
    """A TOML table being read: each method takes one key, checks its type and records it as known."""

    data: dict[str, Any]
    file: str
    name: str
    findings: Findings

    def __init__(
        self,
        data: dict[str, Any],
        file: str,
        name: str,
        findings: Findings,
        languages: tuple[str, ...] | None = None,
    ) -> None:
        self.data, self.file, self.name, self.findings = data, file, name, findings
        self._languages = languages
        self.known: list[str] = []

    def complain(self, key: str, message: str, code: str = "survey.invalid") -> None:
        """Add a problem located at this table and *key*."""
        self.findings.add(self.file, self.name, key, message, code)

    def _take(self, key: str, kinds: tuple[type, ...], required: bool) -> Any:
        self.known.append(key)
        if key not in self.data:
            if required:
                self.complain(key, "is missing")
            return None
        value = self.data[key]
        wrong_bool = isinstance(value, bool) and bool not in kinds
        if wrong_bool or not isinstance(value, kinds):
            self.complain(key, tell("must be {}, not {!r}", tell(_WORDS[kinds[0]]), value))
            return None
        return value

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """Take a text; required texts must not be empty."""
        value = self._take(key, (str,), required)
        if required and value is not None and not value.strip():
            self.complain(key, "is empty")
        return default if value is None else str(value)

    def choice(self, key: str, allowed: tuple[str, ...], *, required: bool = False, default: str = "") -> str:
        """Take a text that must be one of *allowed*."""
        value = self.text(key, required=required, default=default)
        if value and value not in allowed and value != default:
            self.complain(
                key,
                tell(
                    "'{}' is not one of {}{}",
                    value,
                    ", ".join(a for a in allowed if a),
                    nearest(value, allowed),
                ),
            )
        return value

    def flag(self, key: str, *, default: bool = False, required: bool = False) -> bool:
        """Take true or false."""
        value = self._take(key, (bool,), required)
        return default if value is None else bool(value)

    def number(self, key: str, *, required: bool = False) -> float | None:
        """Take a number."""
        value = self._take(key, (float, int), required)
        return None if value is None else float(value)

    def whole(self, key: str, *, required: bool = False) -> int | None:
        """Take a whole number."""
        value = self._take(key, (int,), required)
        return None if value is None else int(value)

    def day(self, key: str) -> date | None:
        """Take a date."""
        value: date | None = self._take(key, (date,), False)
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Take a list of texts (a single text counts as a list of one)."""
        value = self._take(key, (list, str), required)
        parts = [value] if isinstance(value, str) else (value or [])
        for part in parts:
            if not isinstance(part, str):
                self.complain(key, tell("must be a list of texts, not {!r}", part))
        if required and value is not None and not [p for p in parts if str(p).strip()]:
            self.complain(key, "is empty")
        return tuple(p for p in parts if isinstance(p, str))

    def codes(self, key: str) -> tuple[Code, ...]:
        """Take a list of codes (numbers or texts)."""
        value = self._take(key, (list,), False) or []
        for part in value:
            if isinstance(part, bool) or not isinstance(part, int | float | str):
                self.complain(key, tell("must be a list of codes, not {!r}", part))
        return tuple(p for p in value if isinstance(p, int | float | str))

    def code(self, key: str) -> tuple[Code, ...]:
        """Take one code (a whole number or a text) as a tuple of one; empty, with a finding, if there is none."""
        value = self._take(key, (int, str), True)
        return () if value is None else (value,)

    def label(self, key: str, *, required: bool = False) -> Label | None:
        """Take a text ``{zh = .., en = ..}``; one language suffices if the survey declares none."""
        value = self._take(key, (dict,), required)
        if value is None:
            return None
        for message, lang in missing_texts(value, self.languages):
            self.complain(f"{key}.{lang}", message)
        others = []
        for lang, text in value.items():
            if lang in ("zh", "en"):
                continue
            if len(lang) not in (2, 3) or not isinstance(text, str):
                self.complain(f"{key}.{lang}", "is not a language code followed by a text", "survey.key")
            else:
                others.append((lang, text))
        return fill_label(str(value.get("zh", "")), str(value.get("en", "")), tuple(others))

    def name_label(self) -> Label:
        """Take the required ``label``; an empty one is returned if it is missing."""
        return self.label("label", required=True) or Label("", "")

    def table(self, key: str) -> Table | None:
        """Take a sub-table."""
        value = self._take(key, (dict,), False)
        return None if value is None else self._inner(value, key)

    def tables(self, key: str, *, required: bool = False) -> list[Table]:
        """Take an array of tables; each is named by its name, id, code or position."""
        value = self._take(key, (list,), required) or []
        out = []
        for position, part in enumerate(value, start=1):
            if not isinstance(part, dict):
                self.complain(key, tell("must be a list of tables, not {!r}", part))
                continue
            tag = next((str(part[k]) for k in ("name", "id", "code") if k in part), str(position))
            out.append(self._inner(part, f"{key}.{tag}"))
        return out

    def numbers(self, key: str) -> dict[str, float]:
        """Take a table of numbers."""
        value = self._take(key, (dict,), False) or {}
        for k, v in value.items():
            if isinstance(v, bool) or not isinstance(v, int | float):
                self.complain(f"{key}.{k}", tell("must be a number, not {!r}", v))
        return {k: float(v) for k, v in value.items() if isinstance(v, int | float)}

    def done(self) -> None:
        """Report every key that was not taken, naming the nearest known key."""
        for key in self.data:
            if key not in self.known:
                self.complain(key, tell("is not a known key{}", nearest(key, self.known)), "survey.key")

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which every text is required: those of the file, otherwise those of the survey."""
        return self.findings.languages if self._languages is None else self._languages

    def _inner(self, value: dict[str, Any], key: str) -> Table:
        return Table(value, self.file, self._below(key), self.findings, self._languages)

    def _below(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key


def read_text(path: SurveyPath, findings: Findings) -> str | None:
    """Return the text of a file: UTF-8 (with or without BOM), else GB18030 as written by Chinese Excel."""
    place = place_of(path)
    findings.places[place] = path
    if not path.is_file():
        findings.add(place, "", "", tell("the file is missing"), "io.missing")
        return None
    if size_of(path) > MAX_BYTES:
        findings.add(place, "", "", tell("the file is larger than {:,} bytes", MAX_BYTES))
        return None
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    findings.add(place, "", "", tell("is neither UTF-8 nor GB18030 text"))
    return None


def read_toml(path: SurveyPath, findings: Findings, languages: tuple[str, ...] | None = None) -> Table | None:
    """Read a TOML file as a :class:`Table`; None, with a finding, if it cannot be read.

    ``languages`` are those in which every text of the file is required; None means those of the survey.
    """
    text = read_text(path, findings)
    if text is None:
        return None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        findings.add(place_of(path), "", "", tell("is not valid TOML: {}", error))
        return None
    except RecursionError:
        findings.add(place_of(path), "", "", tell("is nested too deeply to be read"))
        return None
    return Table(data, place_of(path), "", findings, languages)


def read_rows(
    path: SurveyPath,
    required: Iterable[str],
    optional: Iterable[str],
    findings: Findings,
    short: Iterable[str] = (),
) -> list[dict[str, str]]:
    """Read a CSV file as rows of stripped texts by column name; missing, unknown and duplicate columns are findings.

    Rows may omit the columns *short* at their end.
    """
    text = read_text(path, findings)
    if text is None:
        return []
    return lay_rows(
        list(csv.reader(io.StringIO(text, newline=""))), place_of(path), required, optional, findings, short
    )


def lay_rows(
    lines: list[list[str]],
    place: str,
    required: Iterable[str],
    optional: Iterable[str],
    findings: Findings,
    short: Iterable[str] = (),
) -> list[dict[str, str]]:
    """Convert the rows of a table, header first, to the form returned by :func:`read_rows`.

    Rows may omit the columns *short* at their end.
    """
    if not lines:
        findings.add(place, "", "", tell("the file is empty"))
        return []
    header = [h.strip() for h in lines[0]]
    need, may = list(required), list(optional)
    for column in need:
        if column not in header:
            near = nearest(column, [h for h in header if h not in need and h not in may])
            findings.add(
                place,
                "",
                column,
                tell("the column is missing") + near.replace(tell("did you mean"), tell("is it")),
            )
    for column in header:
        if column not in need and column not in may:
            findings.add(
                place, "", column, tell("is not a known column{}", nearest(column, need + may)), "survey.key"
            )
    for column in sorted({h for h in header if header.count(h) > 1}):
        findings.add(place, "", column, tell("the column appears twice"))
    spare = set(short)
    least = max((i for i, h in enumerate(header, 1) if h not in spare), default=0)
    return list(_records(lines[1:], header, place, findings, least))


def _records(
    lines: list[list[str]], header: list[str], place: str, findings: Findings, least: int
) -> Iterator[dict[str, str]]:
    for number, line in enumerate(lines, start=2):
        if not any(cell.strip() for cell in line):
            continue
        if not least <= len(line) <= len(header):
            findings.add(
                place, f"row {number}", "", tell("has {} cells, the header {}", len(line), len(header))
            )
        padded = [*line, *[""] * (len(header) - len(line))]
        yield {h: c.strip() for h, c in zip(header, padded, strict=False)} | {"": str(number)}
