"""Selection of sentence templates according to test results, and insertion of facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from literacy.instrument import Label
from literacy.report.facts.formatting import plain, show
from literacy.report.facts.record import Fact
from literacy.report.sentences.phrases import PHRASES

_BLANK = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
LANGUAGES = ("zh", "en")
Word = Label | str | Fact


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages.

    Attributes
    ----------
    id : str
        Identifier, unique in the report.
    part : str
        Part of the report to which the sentence belongs.
    zh, en : str
        Chinese and English text.
    facts : tuple of str
        Ids of the facts whose numbers it contains or whose test determines its wording.
    claim : str
        What it asserts about the last fact: rise, fall, highest, narrowed, passed, ...; empty if no test is involved.
    """

    id: str
    part: str
    zh: str
    en: str
    facts: tuple[str, ...] = ()
    claim: str = ""

    def get(self, lang: str) -> str:
        """Return the text in a language."""
        return self.zh if lang == "zh" else self.en


def fill(key: str, lang: str, words: Mapping[str, Word]) -> str:
    """Return a template in a language, with its placeholders filled."""

    def one(match: re.Match[str]) -> str:
        word, role = words[match[1]], match[2]
        if isinstance(word, Fact):
            return show(word, lang, role or "value")
        text = plain(word.get(lang)) if isinstance(word, Label) else plain(word)
        if match[1] == "comma":
            return word.get(lang) if isinstance(word, Label) else word
        return f" {text}" if match[1] == "note" and lang == "en" and text else text

    return _BLANK.sub(one, PHRASES[key][LANGUAGES.index(lang)])


def phrase(key: str, **words: Word) -> Label:
    """Return a filled template in both languages, for use inside another one."""
    return Label(fill(key, "zh", words), fill(key, "en", words))


def tell(
    name: str, part: str, key: str, *, claim: str = "", facts: tuple[Fact, ...] = (), **words: Word
) -> Sentence:
    """Return a sentence made from a template; its facts are those of the placeholders, followed by *facts*."""
    used = [w.id for w in words.values() if isinstance(w, Fact)] + [f.id for f in facts]
    zh, en = (fill(key, lang, words) for lang in LANGUAGES)
    return Sentence(name, part, zh, en, tuple(dict.fromkeys(used)), claim)


def join(labels: list[Label]) -> Label:
    """Return labels as an enumeration in both languages."""
    en = [plain(a.en) for a in labels]
    if len(en) > 1:
        en[-2:] = [f"{en[-2]}{', and' if len(en) > 2 else ' and'} {en[-1]}"]
    return Label("、".join(plain(a.zh) for a in labels), ", ".join(en))


def inline(label: Label) -> Label:
    """Return a heading for use within a sentence: in English with a small initial, unless it starts with an acronym."""
    en = label.en
    return Label(label.zh, en if en[1:2].isupper() else en[:1].lower() + en[1:])


NO_NOTE = Label("", "")


def write_sentences(*writers: Callable[[], Iterator[Sentence]]) -> tuple[Sentence, ...]:
    """Return the sentences of several writers in order; their ids must be unique."""
    out: dict[str, Sentence] = {}
    for writer in writers:
        for sentence in writer():
            if sentence.id in out:
                raise KeyError(f"the sentence {sentence.id} is there twice")
            out[sentence.id] = sentence
    return tuple(out.values())
