"""Reading of the TOML file with the rules for assembling a test form."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from literacy._nearest import guess_word
from literacy.errors import LiteracyError
from literacy.messages import tell

Check = Callable[[Any], bool]


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _items(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value)


def _pair(value: Any, one: Check) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(one, value))


OPTIONS: dict[str, tuple[Check, str]] = {
    "forms": (_whole, "forms = 4"),
    "uses": (_whole, "uses = 1"),
    "tolerance": (_number, "tolerance = 0.05"),
    "seconds": (_number, "seconds = 60"),
    "overlap": (lambda v: _whole(v) or _pair(v, _whole), "overlap = 10"),
    "difficulty": (lambda v: _pair(v, _number), "difficulty = [0.6, 0.05]"),
    "include": (_items, 'include = ["k01"]'),
    "exclude": (_items, 'exclude = ["k01"]'),
    "enemies": (lambda v: isinstance(v, list) and all(map(_items, v)), 'enemies = [["k01", "k02"]]'),
    "information": (
        lambda v: isinstance(v, Mapping) and all(map(_number, v.values())) and all(map(_is_number, v)),
        '[information] "-1.0" = 6.5',
    ),
    "earlier": (
        lambda v: isinstance(v, Mapping) and all(map(_items, v.values())),
        '[earlier] 2023 = ["k01"]',
    ),
}
"""Options of :func:`assemble_form`: a check of the value in the file, and an example of how it is written."""


def read_blueprint(path: str | Path, bank: pd.DataFrame) -> dict[str, Any]:
    r"""Read the rules for assembling a form from a TOML file.

    Parameters
    ----------
    path : str or Path
        TOML file. ``length``, ``points`` and tables named after columns of the bank (level = points, or [least, most])
        form the blueprint. ``forms``, ``tolerance``, ``overlap``, ``uses``, ``seconds``, ``include``, ``exclude``,
        ``enemies`` (a list of lists of items), ``difficulty`` ([mean, distance]), ``[information]``
        (point = information) and ``[earlier]`` (form = items) are the options of :func:`assemble_form` with those
        names.
    bank : DataFrame
        One row per item. Its columns determine which tables of the file are rules, and the type of their levels.

    Returns
    -------
    dict
        Keyword arguments of :func:`assemble_form`.

    Raises
    ------
    LiteracyError
        ``io.missing`` where there is no such file; ``psychometrics.option`` where it is not valid TOML or a key is
        neither a rule nor a column.

    Examples
    --------
    >>> import pandas as pd
    >>> from pathlib import Path
    >>> bank = pd.DataFrame({"item": list("abcd"), "benchmark": [1, 1, 2, 2]})
    >>> _ = Path("rules.toml").write_text("length = 2\n[benchmark]\n1 = 1")
    >>> read_blueprint("rules.toml", bank)
    {'blueprint': {'length': 2, 'benchmark': {1: 1}}}
    """
    place = Path(path)
    try:
        given = tomllib.loads(place.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise LiteracyError(
            "io.missing", where=str(path), what="there is no such file", fix="check the path"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise LiteracyError(
            "psychometrics.option", where=str(path), what=str(error), fix="write the rules as TOML in UTF-8"
        ) from error
    columns = [str(c) for c in bank.columns]
    out: dict[str, Any] = {"blueprint": {}}
    for key, value in given.items():
        if key in columns and isinstance(value, Mapping) and key not in OPTIONS:
            out["blueprint"][key] = _levels(bank[key], value)
        elif key in ("length", "points") and not isinstance(value, Mapping):
            out["blueprint"][key] = value
        elif key not in OPTIONS:
            known = ["length", "points", *OPTIONS, *columns]
            raise LiteracyError(
                "psychometrics.option", where=f"{place}: {key}",
                what="neither a rule nor a table for a column of the bank",
                fix=guess_word(key, known, tell("give length, a column of the bank, or an option "
                                                "of the assembly")),
            )  # fmt: skip
        elif not OPTIONS[key][0](value):
            raise LiteracyError(
                "psychometrics.option", where=f"{place}: {key}", what=tell("{!r} is not possible "
                                                                           "here", value),
                fix=tell("write it as {}", OPTIONS[key][1]),
            )  # fmt: skip
        else:
            out[key] = {float(k): float(v) for k, v in value.items()} if key == "information" else value
    if isinstance(out.get("difficulty"), list):
        out["difficulty"] = tuple(out["difficulty"])
    if isinstance(out.get("overlap"), list):
        out["overlap"] = tuple(out["overlap"])
    return out


def _levels(cells: pd.Series, given: Mapping[str, Any]) -> dict[Any, Any]:
    """Convert levels to the values in the bank, since keys in TOML are always text."""
    by_text = {f"{v:g}" if isinstance(v, float) else str(v): v for v in cells.dropna().unique().tolist()}
    return {by_text.get(level, level): points for level, points in given.items()}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
