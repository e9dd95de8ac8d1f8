"""Report settings of the publishing office, read from ``report.toml``."""

from __future__ import annotations

import contextlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from literacy.errors import LiteracyError
from literacy.instrument import Label
from literacy.instrument.definitions import nearest
from literacy.messages import tell
from literacy.report.facts.record import EMPTY
from literacy.report.facts.study import MINIMUM
from literacy.report.sentences.quality import DECLARED

PARTS: tuple[str, ...] = (
    "summary", "results", "change", "levels", "projection", "scoreboard", "channels", "adjusted", "methods", "quality",
    "tables", "glossary", "provenance",
)  # fmt: skip
ON_REQUEST: tuple[str, ...] = ("test",)
"""Parts included only if named in the settings, because they require a model fitted to every item."""
TITLES: dict[str, Label] = {
    "summary": Label("摘要", "Summary"),
    "results": Label("调查结果", "Results"),
    "change": Label("变化情况", "Change"),
    "levels": Label("各级公布数", "Published figures of higher levels"),
    "projection": Label("目标与走势", "Goal and projection"),
    "scoreboard": Label("实施方案进展", "The plan at a glance"),
    "channels": Label("渠道、场馆、活动与态度", "Channels, venues, activities and attitudes"),
    "adjusted": Label("控制其他特征后的比较", "Adjusted comparison"),
    "methods": Label("方法", "Methods"),
    "quality": Label("质量说明", "Quality statement"),
    "test": Label("测验质量", "Quality of the test"),
    "tables": Label("附表", "Tables in full"),
    "glossary": Label("名词解释", "Glossary"),
    "provenance": Label("数据来源", "Provenance"),
}
_KEYS = (
    "title", "office", "place", "date", "logo", "parts", "minimum", "equivalence", "shared", "breakdowns", "declared",
    "texts", "embargo", "pictures",
)  # fmt: skip
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class OwnText:
    """Paragraphs supplied by the office, inserted before or after the generated text of a part."""

    part: str
    place: str
    zh: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """Report settings of the publishing office.

    Attributes
    ----------
    parts : tuple of str
        Parts in order. Parts without data are omitted or, if explicitly requested, noted in one line.
    title, office, place : Label
        Title of the report, the issuing office, and the place covered; if empty, derived from the survey.
    date : str
        Date printed verbatim on the cover; empty: none.
    minimum : int
        Minimum number of respondents behind a released number.
    equivalence : float or None
        Margin (0-1) within which two shares are reported as equivalent; None: equivalence is never reported.
    shared : bool
        Whether the waves share the same sampling units.
    breakdowns : tuple of str
        Columns by which the share is broken down; empty: the default columns.
    declared : mapping
        Quality statements that only the office can supply, keyed as in ``DECLARED``.
    texts : tuple of OwnText
        Additional paragraphs supplied by the office.
    logo : bytes
        PNG or JPEG image; empty: none.
    embargo : Label
        Embargo line of the press release.
    pictures : bool
        Whether charts in Word documents are pictures instead of native charts.
    chosen : bool
        Whether the office selected the parts explicitly; if so, a part without data is noted.

    Examples
    --------
    >>> lit.Settings().with_parts(["summary", "results"]).parts
    ('summary', 'results')
    """

    parts: tuple[str, ...] = PARTS
    title: Label = EMPTY
    office: Label = EMPTY
    place: Label = EMPTY
    date: str = ""
    minimum: int = MINIMUM
    equivalence: float | None = None
    shared: bool = False
    breakdowns: tuple[str, ...] = ()
    declared: Mapping[str, Label] | None = None
    texts: tuple[OwnText, ...] = ()
    logo: bytes = b""
    embargo: Label = EMPTY
    pictures: bool = False
    chosen: bool = False

    def with_parts(self, parts: Sequence[str]) -> Settings:
        """Return a copy of the settings with the given parts, in the given order."""
        return replace(self, parts=check_parts(parts, "parts"), chosen=True)


def _fail(where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError("report.settings", where=where, what=what, fix=fix)


def _decode(content: bytes) -> str | None:
    """Return the content decoded as UTF-8 or GB18030, or None if it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return None


def check_parts(parts: Sequence[str], where: str) -> tuple[str, ...]:
    """Return the names of parts after checking that each is known and given only once.

    The headings of parts, such as 摘要, are accepted in place of names.
    """
    called = {title: name for name, label in TITLES.items() for title in (label.zh, label.en)}
    parts = [called.get(name, name) for name in parts]
    for name in parts:
        if name not in (*PARTS, *ON_REQUEST):
            raise _fail(
                where,
                tell("no section is named {!r}{}", str(name)[:60], nearest(name, (*PARTS, *ON_REQUEST))),
                tell(
                    "parts: {}",
                    ", ".join(tell("{} ({})", n, TITLES[n].localized) for n in (*PARTS, *ON_REQUEST)),
                ),
            )
    if len(set(parts)) != len(parts) or not parts:
        raise _fail(where, "a section is given twice, or none is given", "give each section once")
    return tuple(parts)


def load_settings(path: str | Path) -> Settings:
    """Read settings from a ``report.toml`` file.

    Parameters
    ----------
    path : str or Path
        Path of the file.

    Returns
    -------
    Settings

    Raises
    ------
    LiteracyError
        ``report.settings``, naming the file and key, for an unknown key or part, an invalid value or a missing file.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("report.toml").write_text("minimum = 25", encoding="utf-8")
    >>> load_settings("report.toml").minimum
    25
    """
    place = Path(path)
    try:
        text = _decode(place.read_bytes())
        if text is None:
            raise _fail(str(path), "it is neither UTF-8 nor GB18030 text", "save it as UTF-8")
        data = tomllib.loads(text)
    except FileNotFoundError as error:
        raise _fail(str(path), "the file does not exist", "give a report.toml") from error
    except OSError as error:
        raise _fail(str(path), "it cannot be read", "give a report.toml") from error
    except tomllib.TOMLDecodeError as error:
        raise _fail(
            str(path), tell("it is not valid TOML: {}", error), "write it as shown in docs/report.md"
        ) from error
    for key in data:
        if key not in _KEYS:
            raise _fail(
                f"{place.name}:{key}",
                tell("no such setting{}", nearest(key, _KEYS)),
                tell("settings: {}", ", ".join(_KEYS)),
            )
    reader = _Reader(place, data)
    given = data.get("parts")
    return Settings(
        parts=PARTS if given is None else check_parts(reader.list("parts"), f"{place.name}:parts"),
        title=reader.label("title"),
        office=reader.label("office"),
        place=reader.label("place"),
        date=str(data.get("date", "")),
        minimum=reader.number("minimum", MINIMUM, 1, 10_000, whole=True),
        equivalence=reader.number("equivalence", None, 0, 1),
        shared=reader.flag("shared"),
        breakdowns=tuple(reader.list("breakdowns")),
        declared=reader.declared(),
        texts=reader.texts(),
        logo=reader.logo(),
        embargo=reader.label("embargo"),
        pictures=reader.flag("pictures"),
        chosen=given is not None,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reader of the values in one settings file; errors name the file and the key."""

    path: Path
    data: dict[str, Any]

    def place(self, key: str) -> str:
        return f"{self.path.name}:{key}"

    def label(self, key: str) -> Label:
        return self._label(self.data.get(key, ""), key)

    def _label(self, value: Any, key: str) -> Label:
        if isinstance(value, str):
            return Label(value, value)
        known = (
            isinstance(value, dict)
            and set(value) <= {"zh", "en"}
            and all(isinstance(v, str) for v in value.values())
        )
        if not known or not value:
            raise _fail(
                self.place(key), "neither a text nor { zh = …, en = … }", 'write key = { zh = "…", en = "…" }'
            )
        first = next(iter(value.values()))
        return Label(value.get("zh", first), value.get("en", first))

    def list(self, key: str) -> list[str]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise _fail(self.place(key), "it is not a list of names", tell('write {} = ["…", "…"]', key))
        return value

    def flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise _fail(
                self.place(key),
                tell("{!r} is neither true nor false", str(value)[:40]),
                "write true or false",
            )
        return value

    def number(self, key: str, default: Any, low: float, high: float, *, whole: bool = False) -> Any:
        value = self.data.get(key, default)
        if value is default:
            return value
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
        if not fits or (whole and not isinstance(value, int)):
            raise _fail(
                self.place(key),
                tell("{!r} is not a number from {} to {}", str(value)[:40], low, high),
                "correct it",
            )
        return value

    def declared(self) -> dict[str, Label]:
        given = self.data.get("declared", {})
        if not isinstance(given, dict):
            raise _fail(
                self.place("declared"), "no table", tell("write [declared] with {}", ", ".join(DECLARED))
            )
        for key in given:
            if key not in DECLARED:
                raise _fail(
                    self.place(f"declared.{key}"),
                    tell("no such statement{}", nearest(key, DECLARED)),
                    tell("one of: {}", ", ".join(DECLARED)),
                )
        return {key: self._label(value, f"declared.{key}") for key, value in given.items()}

    def texts(self) -> tuple[OwnText, ...]:
        out = []
        for i, one in enumerate(self.data.get("texts", []), 1):
            where = self.place(tell("texts {}", i))
            if (
                not isinstance(one, dict)
                or not set(one) <= {"part", "place", "zh", "en"}
                or not {"zh", "en"} & set(one)
            ):
                raise _fail(where, "keys are part, place, zh, en", 'part = "summary", zh = "foreword.zh.txt"')
            part, place = check_parts([one.get("part", "summary")], where)[0], one.get("place", "before")
            if place not in ("before", "after"):
                raise _fail(where, tell("place is {!r}", str(place)[:40]), "before or after")
            read = {lang: self._paragraphs(one[lang], where) for lang in ("zh", "en") if lang in one}
            out.append(OwnText(part, place, read.get("zh", ()), read.get("en", ())))
        return tuple(out)

    def _file(self, name: Any, where: str) -> bytes:
        try:
            content = (self.path.parent / str(name)).read_bytes()
        except OSError as error:
            shown = str(name)[:80]
            if isinstance(error, FileNotFoundError):
                what = tell("{}: the file does not exist", shown)
            else:
                what = tell("{}: the file cannot be read", shown)
            raise _fail(where, what, "give a file in the folder of report.toml") from error
        if len(content) > MOST_BYTES:
            raise _fail(where, tell("{} has more than {:,} bytes", name, MOST_BYTES), "make the file smaller")
        return content

    def _paragraphs(self, name: Any, where: str) -> tuple[str, ...]:
        text = _decode(self._file(name, where))
        if text is None:
            raise _fail(where, tell("{} is neither UTF-8 nor GB18030 text", name), "save it as UTF-8")
        return tuple(
            " ".join(p.split())
            for p in re.split(r"\n[ \t\u3000]*\n", text.replace("\r\n", "\n"))
            if p.strip()
        )

    def logo(self) -> bytes:
        if "logo" not in self.data:
            return b""
        content = self._file(self.data["logo"], self.place("logo"))
        if not content.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff")):
            raise _fail(self.place("logo"), "it is neither PNG nor JPEG", "save the logo as PNG")
        return content
