"""The one "did you mean": words near to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable

from literacy.messages import tell


def nearest_words(word: object, known: Iterable[object], *, count: int = 1, cutoff: float = 0.6) -> list[str]:
    """The known words nearest to *word*, best first; capitals do not count, and none may be near.

    Parameters
    ----------
    word : object
        What was given.
    known : iterable
        What could have been meant.
    count : int
        At most so many.
    cutoff : float
        Least likeness, 0 to 1 (Ratcliff and Obershelp).

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
    """``did you mean 'x'?``, or *otherwise* where nothing is near.

    Examples
    --------
    >>> guess_word("hight", ["height"])
    "did you mean 'height'?"
    """
    found = nearest_words(word, known)
    return tell("did you mean {!r}?", found[0]) if found else otherwise
