"""Suggestions ("did you mean") of known words close to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

from literacy.messages import tell


def nearest_words(word: object, known: Iterable[object], *, count: int = 1, cutoff: float = 0.6) -> list[str]:
    """Return the known words closest to *word*, best first and ignoring case; the list may be empty.

    Parameters
    ----------
    word : object
        The word given.
    known : iterable
        Candidate words.
    count : int
        Maximum number of words returned.
    cutoff : float
        Minimum similarity, 0 to 1 (Ratcliff and Obershelp).

    Examples
    --------
    >>> nearest_words("hight", ["height", "weight"])
    ['height']
    """
    import difflib

    spelt: dict[str, str] = {}
    for one in known:
        spelt.setdefault(str(one).casefold(), str(one))
    found = difflib.get_close_matches(str(word).casefold(), list(spelt), n=count, cutoff=cutoff)
    return [spelt[f] for f in found]


def guess_word(word: object, known: Iterable[object], otherwise: str = "") -> str:
    """Return ``did you mean 'x'?`` with the closest known word, or *otherwise* if none is close.

    Examples
    --------
    >>> guess_word("hight", ["height"])
    "did you mean 'height'?"
    """
    found = nearest_words(word, known)
    return tell("did you mean {!r}?", found[0]) if found else otherwise
