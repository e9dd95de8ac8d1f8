"""HTML fragments; all content from a survey is escaped by :func:`plain`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from literacy.instrument import Label

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SHORT = 32
_TAGS = {"zh": "zh-CN", "en": "en"}


def clean(text: str) -> str:
    """Replace control characters that XML and HTML do not allow by U+FFFD."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def plain(text: object) -> str:
    """Convert to text and escape for HTML."""
    return html.escape(clean(str(text)))


def code(text: object) -> str:
    """Format a name or code from the data as HTML; short ones are not broken across lines."""
    mark = "" if len(str(text)) <= _SHORT else ' class="long"'
    return f"<code{mark}>{plain(text)}</code>"


def anchor(prefix: str, name: object) -> str:
    """Return an identifier for HTML and XML that is unique for each name.

    Letters, digits, points, hyphens and underscores are kept; other characters, and underscores that look like the
    beginning of an escape, become ``_u`` followed by their code point.
    """
    safe = re.sub(r"_(?=u[0-9A-F]+_)|[^A-Za-z0-9._-]", lambda m: f"_u{ord(m.group()):04X}_", str(name))
    return f"{prefix}{safe}"


def languages(label: Label, lang: str) -> tuple[tuple[str, str], ...]:
    """Return (language, text) pairs of a label, the chosen language first, without repeated texts.

    In a survey in one language both texts are the same; whether it contains Chinese characters determines its language.
    """
    chinese = lang == "zh" or (label.zh == label.en and re.search("[\u4e00-\u9fff]", label.zh) is not None)
    order = ("zh", "en") if chinese else ("en", "zh")
    made: dict[str, str] = {}
    for language, text in (*((t, label.get(t)) for t in order), *label.others):
        if text and text not in made.values():
            made[language] = text
    return tuple(made.items())


def texts(label: Label, lang: str, tag: str = "p") -> str:
    """Format a label in all its languages, one element each; those other than the chosen one are marked secondary."""
    parts = []
    for place, (language, text) in enumerate(languages(label, lang)):
        second = ' class="second"' if place else ""
        parts.append(f'<{tag}{second} lang="{plain(_TAGS.get(language, language))}">{plain(text)}</{tag}>')
    return "".join(parts)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> str:
    """Format a table of HTML cells; the sentence *empty* if there are no rows."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return f"<p>{plain(empty)}</p>"
    head = "".join(f'<th scope="col">{plain(h)}</th>' for h in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Format a description list from pairs of name and HTML text; empty texts are omitted."""
    made = "".join(f"<dt>{plain(name)}</dt><dd>{text}</dd>" for name, text in pairs if text)
    return f"<dl>{made}</dl>" if made else ""
