"""Export formats of questionnaires and codebooks, and the functions that write them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from literacy.errors import LiteracyError, option
from literacy.files import write_atomic
from literacy.instrument import Instrument, load_instrument
from literacy.messages import tell
from literacy.questionnaire.form_outline import make_outline
from literacy.questionnaire.form_terms import LANGS

Encode = Callable[[Instrument, "int | str | None", str], bytes]
Notes = Callable[[Instrument, "int | str | None"], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """An export format: name, suffix, whether it is text, its encoder, and a function listing its limitations."""

    name: str
    ending: str
    text: bool
    encode: Encode
    notes: Notes


def _xlsform(instrument: Instrument, wave: int | str | None, lang: str) -> bytes:
    from literacy.questionnaire.xlsform import encode_xlsform

    return encode_xlsform(instrument, wave, lang=lang)


def _xlsform_notes(instrument: Instrument, wave: int | str | None) -> tuple[str, ...]:
    lost = make_outline(instrument, wave).unresolved_conditions()
    if not lost:
        return ()
    return (
        tell(
            "the routing depends on questions that are not in this form, so all respondents are asked: {}",
            ", ".join(lost),
        ),
    )


def _wjx(instrument: Instrument, wave: int | str | None, lang: str) -> bytes:
    from literacy.questionnaire.wenjuanxing_text import format_wjx

    return format_wjx(instrument, wave, lang=lang).encode("utf-8")


def _wjx_notes(instrument: Instrument, wave: int | str | None) -> tuple[str, ...]:
    from literacy.questionnaire.wenjuanxing_text import conditional_questions

    names = conditional_questions(instrument, wave)
    if not names:
        return ()
    return (
        tell(
            "问卷星 cannot import routing from a text; set there who is asked these {} questions "
            "(as stated in the paragraphs before them): {}",
            len(names),
            ", ".join(names),
        ),
    )


def _word(instrument: Instrument, wave: int | str | None, lang: str) -> bytes:
    from literacy.questionnaire.paper import encode_word

    return encode_word(instrument, wave, lang=lang)


def _codebook(instrument: Instrument, wave: int | str | None, lang: str) -> bytes:
    from literacy.questionnaire.codebook import format_codebook

    return format_codebook(instrument, wave, lang=lang).encode("utf-8")


def _ddi(instrument: Instrument, wave: int | str | None, lang: str) -> bytes:
    from literacy.questionnaire.ddi import encode_ddi

    return encode_ddi(instrument, wave, lang=lang)


def _no_notes(instrument: Instrument, wave: int | str | None) -> tuple[str, ...]:
    return ()


KINDS: tuple[Kind, ...] = (
    Kind("xlsform", ".xlsx", False, _xlsform, _xlsform_notes),
    Kind("word", ".docx", False, _word, _no_notes),
    Kind("wjx", ".txt", True, _wjx, _wjx_notes),
    Kind("codebook", ".html", True, _codebook, _no_notes),
    Kind("ddi", ".xml", True, _ddi, _no_notes),
)
NAMES = tuple(k.name for k in KINDS)


def encode_questionnaire(
    instrument: Instrument | str, to: str, *, wave: int | str | None = None, lang: str = "zh"
) -> bytes:
    """Return a questionnaire or codebook as the bytes of a file; deterministic.

    Parameters
    ----------
    instrument : Instrument or str
        The instrument, or the name or folder of a survey.
    to : str
        One of :data:`NAMES`.
    wave : int or str, optional
        Restricts the output to the items of that wave; default is all items.
    lang : str
        "zh", "en" or, for the Word form and the XLSForm, a further language of the survey; files in several languages
        display this one first.

    Raises
    ------
    LiteracyError
        ``estimate.option`` for an unknown format or language.
    """
    option("to", to, NAMES)
    survey = load_instrument(instrument) if isinstance(instrument, str) else instrument
    further = tuple(x for x in survey.languages if x not in LANGS) if to in ("word", "xlsform") else ()
    option("lang", lang, (*LANGS, *further))
    return next(k for k in KINDS if k.name == to).encode(survey, wave, lang)


def export_questionnaire(
    instrument: Instrument | str,
    path: str | Path,
    to: str = "",
    *,
    wave: int | str | None = None,
    lang: str = "zh",
) -> tuple[str, ...]:
    """Write a questionnaire or codebook to a file, atomically.

    Parameters
    ----------
    instrument : Instrument or str
        The instrument, or the name or folder of a survey.
    path : str or Path
        Output file; ``-`` is standard output.
    to : str, optional
        One of :data:`NAMES`; default is determined by the file's suffix.
    wave : int or str, optional
        Restricts the output to the items of that wave; default is all items.
    lang : {"zh", "en"}

    Returns
    -------
    tuple of str
        Notes on content that the format cannot represent, one sentence each.

    Raises
    ------
    LiteracyError
        ``io.write`` if the format is unknown or the file cannot be written; see also :func:`encode_questionnaire`.

    Examples
    --------
    >>> _ = lit.export_questionnaire("erenhot", "codebook.html", lang="en")
    """
    survey = load_instrument(instrument) if isinstance(instrument, str) else instrument
    kind = to or _kind_of(path)
    data = encode_questionnaire(survey, kind, wave=wave, lang=lang)
    write_atomic(path, data)
    return next(k for k in KINDS if k.name == kind).notes(survey, wave)


def _kind_of(path: str | Path) -> str:
    ending = Path(path).suffix.lower()
    for kind in KINDS:
        if kind.ending == ending:
            return kind.name
    listed = ", ".join(f"{k.name} ({k.ending})" for k in KINDS)
    what = (
        tell("does not state the type of file")
        if str(path) == "-"
        else tell("the extension '{}' does not name a type of file", ending)
    )
    raise LiteracyError("io.write", where=str(path), what=what, fix=tell("state which one: {}", listed))
