"""Construction of XML elements with texts in several languages, and deterministic serialisation."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from literacy.instrument import Label
from literacy.questionnaire.html_markup import clean, languages

_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")


def add(parent: Element, tag: str, text: object = "", **attributes: object) -> Element:
    """Append an element; attributes without a value are omitted."""
    named = {key: clean(str(value)) for key, value in attributes.items() if value is not None and value != ""}
    element = SubElement(parent, tag, named)
    if text != "":
        element.text = clean(str(text))
    return element


def add_text(parent: Element, tag: str, label: Label | None, lang: str, **attributes: object) -> None:
    """Append one element per language of a text, the chosen language first."""
    if label is None:
        return
    for language, text in languages(label, lang):
        add(parent, tag, text, **attributes).set("xml:lang", language_tag(language))


def add_once(
    parent: Element, tag: str, label: Label, lang: str, aside: Element | None = None, **attributes: object
) -> None:
    """Append a single element in the chosen language, where repetition is not allowed; other languages become notes.

    ``aside`` is the parent of the notes; by default the same parent.
    """
    first, *others = languages(label, lang)
    add(parent, tag, first[1], **attributes).set("xml:lang", language_tag(first[0]))
    for language, text in others:
        notes = add(parent if aside is None else aside, "notes", text, type=tag)
        notes.set("xml:lang", language_tag(language))


def in_both(word: Callable[[str], str]) -> Label:
    """Return the texts that a function gives in Chinese and in English as a label."""
    return Label(word("zh"), word("en"))


def language_tag(language: str) -> str:
    """Return a language code in XML syntax; ``und`` for anything else."""
    tag = language.replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else "und"


def encode(root: Element) -> bytes:
    """Serialise as UTF-8, indented by two spaces; deterministic."""
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()
