"""XML elements with texts in several languages, written in one fixed way."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from literacy.instrument import Label
from literacy.questionnaire.html_markup import clean, languages

_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")


def add(parent: Element, tag: str, text: object = "", **attributes: object) -> Element:
    """Append an element; attributes without a value are left out."""
    named = {key: clean(str(value)) for key, value in attributes.items() if value is not None and value != ""}
    element = SubElement(parent, tag, named)
    if text != "":
        element.text = clean(str(text))
    return element


def add_text(parent: Element, tag: str, label: Label | None, lang: str, **attributes: object) -> None:
    """Append an element for each language of a text, the chosen language first."""
    if label is None:
        return
    for tongue, text in languages(label, lang):
        add(parent, tag, text, **attributes).set("xml:lang", language_tag(tongue))


def add_once(
    parent: Element, tag: str, label: Label, lang: str, aside: Element | None = None, **attributes: object
) -> None:
    """Append one element, where the standard allows one only: in the chosen language; the others become notes.

    ``aside`` is where the notes go, by default the same parent.
    """
    first, *others = languages(label, lang)
    add(parent, tag, first[1], **attributes).set("xml:lang", language_tag(first[0]))
    for tongue, text in others:
        notes = add(parent if aside is None else aside, "notes", text, type=tag)
        notes.set("xml:lang", language_tag(tongue))


def in_both(word: Callable[[str], str]) -> Label:
    """The text a function gives in Chinese and in English."""
    return Label(word("zh"), word("en"))


def language_tag(tongue: str) -> str:
    """A language's code as XML takes it; ``und`` for what is no code."""
    tag = tongue.replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else "und"


def encode(root: Element) -> bytes:
    """The document as UTF-8, indented by two blanks; the same elements give the same bytes."""
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()
