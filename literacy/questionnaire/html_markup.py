"""Small pieces of HTML: everything that comes from a survey passes through :func:`plain`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from literacy.instrument import Label

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHORT = 32
_TAGS = {"zh": "zh-CN", "en": "en"}


def clean(text: str) -> str:
    """A text without the control characters no XML or HTML may hold; each becomes U+FFFD."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def plain(text: object) -> str:
    """Any text, escaped."""
    return html.escape(clean(str(text)))


def code(text: object) -> str:
    """A name or code as it stands in the data, escaped; a short one stays on one line."""
    mark = "" if len(str(text)) <= _SHORT else ' class="long"'
    return f"<code{mark}>{plain(text)}</code>"


def anchor(prefix: str, name: object) -> str:
    """An identifier for HTML and XML; two names never share one.

    Letters, digits, points, hyphens and underscores stay; all other characters, and underscores that look like the
    beginning of an escape, become ``_u`` and their number.
    """
    safe = re.sub(r"_(?=u[0-9A-F]+_)|[^A-Za-z0-9._-]", lambda m: f"_u{ord(m.group()):04X}_", str(name))
    return f"{prefix}{safe}"


def languages(label: Label, lang: str) -> tuple[tuple[str, str], ...]:
    """(language, text) of a label, the chosen language first; a text that only repeats another is left out.

    A survey in one language gives the same text for both: Chinese characters then decide which it is.
    """
    chinese = lang == "zh" or (label.zh == label.en and re.search("[\u4e00-\u9fff]", label.zh) is not None)
    order = ("zh", "en") if chinese else ("en", "zh")
    made: dict[str, str] = {}
    for tongue, text in (*((t, label.get(t)) for t in order), *label.others):
        if text and text not in made.values():
            made[tongue] = text
    return tuple(made.items())


def texts(label: Label, lang: str, tag: str = "p") -> str:
    """A label in all its languages, one element each; those not chosen are marked as second."""
    parts = []
    for place, (tongue, text) in enumerate(languages(label, lang)):
        second = ' class="second"' if place else ""
        parts.append(f'<{tag}{second} lang="{plain(_TAGS.get(tongue, tongue))}">{plain(text)}</{tag}>')
    return "".join(parts)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> str:
    """A table of ready cells; the sentence *empty* where there is no row."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return f"<p>{plain(empty)}</p>"
    head = "".join(f'<th scope="col">{plain(h)}</th>' for h in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names with ready texts below or beside them; empty texts are left out."""
    made = "".join(f"<dt>{plain(name)}</dt><dd>{text}</dd>" for name, text in pairs if text)
    return f"<dl>{made}</dl>" if made else ""
