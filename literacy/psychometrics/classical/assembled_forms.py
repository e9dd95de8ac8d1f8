"""Assembly of test forms from an item bank, subject to rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy._nearest import guess_word
from literacy.errors import LiteracyError
from literacy.kernels.psychometrics.ability_estimates import test_curves
from literacy.kernels.psychometrics.item_selection import Rule, choose, find_conflict
from literacy.messages import tell
from literacy.psychometrics.arguments import require_table, take_count, take_numbers, take_share
from literacy.psychometrics.bank import read_bank

Floats = NDArray[np.float64]

LENGTH = "length"
MOST_FORMS = 100
"""Largest number of forms in one search."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Forms(Printable):
    """Test forms that satisfy every rule.

    Attributes
    ----------
    table : DataFrame
        One row per form and item: form (from 1), item and the other columns of the bank.
    rules : DataFrame
        One row per form and rule: form, rule, low, high, value.
    notes : tuple of str
    """

    table: pd.DataFrame
    rules: pd.DataFrame
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table of items."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Forms: {}, items: {}", self.table["form"].nunique(), len(self.table))

    def _notes(self) -> list[str]:
        return list(self.notes)


def assemble_form(
    bank: pd.DataFrame,
    blueprint: Mapping[str, Any],
    forms: int = 1,
    *,
    difficulty: tuple[float, float] | None = None,
    information: Mapping[float, float] | None = None,
    tolerance: float = 0.05,
    enemies: Sequence[Sequence[str]] = (),
    earlier: Mapping[str, Sequence[str]] | None = None,
    overlap: tuple[int, int] | int | None = None,
    uses: int = 1,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    seconds: float = 60.0,
) -> Forms:
    """Choose the items of one form, or of several parallel forms, so that every rule is satisfied.

    Parameters
    ----------
    bank : DataFrame
        One row per item: ``item``, the columns named in the blueprint, ``points`` (default 1), ``difficulty`` where a
        target difficulty is set, ``a, b[, g]`` where a target information is set.
    blueprint : mapping
        Maps ``length`` to the number of items, and a column (``dimension``, ``benchmark``) to a mapping from level to
        points. A number is exact; a pair gives the minimum and the maximum.
    forms : int
        Number of forms.
    difficulty : (mean, distance), optional
        Target mean difficulty of the items of a form, and the largest deviation from it.
    information : mapping, optional
        Maps points of the scale to the target test information.
    tolerance : float
        Largest relative deviation from the target information.
    enemies : sequence of sequences of items
        Sets of items of which at most one may be in a form.
    earlier : mapping, optional
        Maps the names of earlier forms to their items.
    overlap : int or (least, most), optional
        Number of items a form shares with each earlier form. A single number is the maximum.
    uses : int
        Maximum number of forms an item may be in.
    include, exclude : sequence of items
        Items to be in every form, and in none. The limit ``uses`` does not apply to ``include``.
    seconds : float
        Time limit of one search, in seconds.

    Returns
    -------
    Forms

    Raises
    ------
    LiteracyError
        ``psychometrics.form`` where the rules contradict each other: the message names a set of conflicting rules, each
        of them needed for the conflict. Also ``psychometrics.items``, ``psychometrics.option``.

    References
    ----------
    van der Linden (2005), Linear Models for Optimal Test Design; Chinneck (2008).

    Examples
    --------
    >>> import pandas as pd
    >>> bank = pd.DataFrame({"item": list("abcdef"), "dimension": ["k", "k", "k", "s", "s", "s"]})
    >>> made = assemble_form(bank, {"length": 4, "dimension": {"k": 2}}, enemies=[("a", "b")])
    >>> len(made.table), "c" in set(made.table["item"])
    (4, True)
    """
    items = _check(bank)
    forms, uses = take_count(forms, "forms", 1, MOST_FORMS), take_count(uses, "uses", 1, MOST_FORMS)
    tolerance = take_share(tolerance, "tolerance", ends=True)
    if len(take_numbers(seconds, "seconds")) != 1 or not seconds > 0:
        raise LiteracyError(
            "psychometrics.option", where="seconds", what=f"{seconds!r}", fix="give a time above 0"
        )
    if not isinstance(blueprint, Mapping):
        raise LiteracyError(
            "psychometrics.option", where="blueprint", what=tell("{} is not a mapping", type(blueprint).__name__),
            fix="give a mapping such as {'length': 50, 'dimension': {'knowledge': 20}}, or read_blueprint(FILE)",
        )  # fmt: skip
    places = {item: i for i, item in enumerate(items)}
    known = [("include", include), ("exclude", exclude), *(("enemies", e) for e in enemies)]
    for name, some in known:
        absent = [str(i) for i in some if str(i) not in places]
        if absent:
            raise LiteracyError(
                "psychometrics.items", where=name, what=tell("no item {!r} in the bank", absent[0]),
                fix=guess_word(absent[0], items, tell("name items of the bank")),
            )  # fmt: skip
    made = _Rules(len(items), forms)
    _follow_blueprint(made, bank, blueprint)
    if difficulty is not None:
        values = _numbers(bank, "difficulty")
        mean, away = difficulty
        bounds = [(values - mean - away, -np.inf, 0.0), (values - mean + away, 0.0, np.inf)]
        made.rows(tell("difficulty {:g} ± {:g}", mean, away), bounds)
    if information:
        known_bank = read_bank(bank, "bank")
        for theta, target in information.items():
            values = _information(known_bank, float(theta))
            made.rows(
                tell("information {:g} ± {:.0%} at {:g}", target, tolerance, theta),
                [(values, target * (1 - tolerance), target * (1 + tolerance))],
            )
    for group in enemies:
        made.rows(tell("enemies {}", ", ".join(map(str, group))), [(_marks(places, group), -np.inf, 1.0)])
    if overlap is not None:
        low, high = (0, overlap) if isinstance(overlap, int) else overlap
        for name, some in (earlier or {}).items():
            shared = _marks(places, [i for i in map(str, some) if i in places])
            made.rows(
                tell("overlap of {} to {} with {}", low, high, name), [(shared, float(low), float(high))]
            )
    for item in include:
        made.rows(tell("include {}", item), [(_marks(places, [item]), 1.0, 1.0)])
    for item in exclude:
        made.rows(tell("exclude {}", item), [(_marks(places, [item]), 0.0, 0.0)])
    if forms > uses:
        made.limit_uses(
            tell("an item in at most {} of {} forms", uses, forms), uses, {places[str(i)] for i in include}
        )
    chosen, certain = choose(made.rules, len(items) * forms, seconds)
    if chosen is None:
        raise _conflict(made.rules, len(items) * forms, seconds, certain)
    marks = chosen.reshape(forms, len(items)) > 0.5
    if not marks.any():
        raise LiteracyError(
            "psychometrics.option", where="blueprint", what="a form without items satisfies these rules",
            fix="give a length, or points of a column",
        )  # fmt: skip
    table = pd.concat([bank[m].assign(form=f + 1) for f, m in enumerate(marks)], ignore_index=True)
    table = table[["form", "item", *(c for c in bank.columns if c not in ("item", "form"))]]
    notes = [
        tell(
            "every rule is satisfied: {}; the first feasible selection found, the same on every run",
            len(made.rules),
        )
    ]
    if earlier and overlap is None:
        notes.append(tell("earlier forms are given, but no overlap=: they have no effect"))
    return Forms(table, made.tabulate(marks), tuple(notes))


def _check(bank: pd.DataFrame) -> list[str]:
    require_table(bank, "bank")
    if "item" not in bank.columns or bank.empty:
        raise LiteracyError(
            "psychometrics.items",
            where="bank",
            what="there is no column item, or no row",
            fix="give one row per item",
        )
    unnamed = int((bank["item"].isna() | (bank["item"].astype("str").str.strip() == "")).sum())
    if unnamed:
        raise LiteracyError(
            "psychometrics.items", where="bank", what=tell("{} rows have no name of an item", unnamed),
            fix="name every item",
        )  # fmt: skip
    items = [str(i) for i in bank["item"]]
    if len(set(items)) < len(items):
        raise LiteracyError(
            "psychometrics.items",
            where="bank",
            what="an item appears there twice",
            fix="keep one row per item",
        )
    return items


class _Rules:
    """Collected rules, and the values they take in each form."""

    def __init__(self, items: int, forms: int) -> None:
        self.items, self.forms = items, forms
        self.rules: list[Rule] = []
        self.seen: list[tuple[str, Floats, float, float]] = []

    def rows(self, name: str, rows: list[tuple[Floats, float, float]]) -> None:
        """Add a rule that applies to every form."""
        places, values, lows, highs = [], [], [], []
        for coefficients, low, high in rows:
            at = np.flatnonzero(coefficients)
            for f in range(self.forms):
                places.append(at + f * self.items)
                values.append(coefficients[at])
                lows.append(low)
                highs.append(high)
            self.seen.append((name, coefficients, low, high))
        self.rules.append(Rule(name, tuple(places), tuple(values), tuple(lows), tuple(highs)))

    def limit_uses(self, name: str, uses: int, free: set[int]) -> None:
        """Add a rule that limits the number of forms an item is in, except for the items in ``free``."""
        some = [i for i in range(self.items) if i not in free]
        places = tuple(i + self.items * np.arange(self.forms) for i in some)
        ones = tuple(np.ones(self.forms) for _ in some)
        self.rules.append(Rule(name, places, ones, (-np.inf,) * len(some), (float(uses),) * len(some)))

    def tabulate(self, marks: NDArray[np.bool_]) -> pd.DataFrame:
        """Return the value of each rule in each form."""
        rows = [
            (f + 1, name, low, high, float(coefficients[mark].sum()))
            for f, mark in enumerate(marks)
            for name, coefficients, low, high in self.seen
        ]
        return pd.DataFrame(rows, columns=["form", "rule", "low", "high", "value"])


def _follow_blueprint(made: _Rules, bank: pd.DataFrame, blueprint: Mapping[str, Any]) -> None:
    points = _numbers(bank, "points") if "points" in bank.columns else np.ones(len(bank))
    if (points < 0).any():
        raise LiteracyError(
            "psychometrics.items",
            where="bank",
            what="points: some are below 0",
            fix="give points of 0 or more",
        )
    for column, meant in blueprint.items():
        if column == LENGTH:
            low, high = _range(column, meant)
            made.rows(tell("length {}", _say(low, high)), [(np.ones(len(bank)), low, high)])
            continue
        if column == "points" and not isinstance(meant, Mapping):
            low, high = _range(column, meant)
            made.rows(tell("points {}", _say(low, high)), [(points, low, high)])
            continue
        if column not in bank.columns or not isinstance(meant, Mapping):
            raise LiteracyError(
                "psychometrics.option", where=tell("blueprint: {}", column),
                what="it is not a column of the bank" if column not in bank.columns else "no levels are given",
                fix=guess_word(column, [LENGTH, *bank.columns], tell("give {column: {level: points}}")),
            )  # fmt: skip
        for level, number in meant.items():
            low, high = _range(f"{column} {level}", number)
            here = (bank[column] == level).to_numpy(bool)
            made.rows(
                tell(
                    "{} {}: {} points",
                    column,
                    f"{level:g}" if isinstance(level, float) else level,
                    _say(low, high),
                ),
                [(np.where(here, points, 0.0), low, high)],
            )


def _range(where: str, meant: Any) -> tuple[float, float]:
    pair = (meant, meant) if np.isscalar(meant) else tuple(meant)
    ok = len(pair) == 2 and all(isinstance(v, int | float | np.number) for v in pair)
    if not ok or not 0 <= pair[0] <= pair[1]:
        raise LiteracyError(
            "psychometrics.option",
            where=tell("blueprint: {}", where),
            what=f"{meant!r}",
            fix="give a number, or (least, most)",
        )
    return float(pair[0]), float(pair[1])


def _say(low: float, high: float) -> str:
    return f"{low:g}" if low == high else tell("{:g} to {:g}", low, high)


def _numbers(bank: pd.DataFrame, column: str) -> Floats:
    values = (
        pd.to_numeric(bank[column], errors="coerce").to_numpy(np.float64)
        if column in bank
        else np.array([np.nan])
    )
    if not np.isfinite(values).all():
        raise LiteracyError(
            "psychometrics.items", where=tell("bank: {}", column), what="it is not a number for every item",
            fix=tell("give a column {} of numbers", column),
        )  # fmt: skip
    return values


def _marks(places: Mapping[str, int], some: Sequence[Any]) -> Floats:
    out = np.zeros(len(places))
    out[[places[str(i)] for i in some]] = 1.0
    return out


def _information(bank: Any, theta: float) -> Floats:
    point = np.array([theta])
    each = np.eye(len(bank.items), dtype=bool)
    return np.array([float(test_curves(bank.layout, bank.whole, point, e).information[0]) for e in each])


def _conflict(rules: list[Rule], number: int, seconds: float, certain: bool) -> LiteracyError:
    if not certain:
        return LiteracyError(
            "psychometrics.form",
            where="rules",
            what=tell("within {:g} s no form was found, nor was it shown that none exists", seconds),
            fix="give more seconds=, or relax the rules",
        )
    kept, sure = find_conflict(rules, number, seconds)
    names = "; ".join(r.name for r in kept)
    problem = (
        tell("cannot all be satisfied")
        if sure
        else tell("cannot all be satisfied (some of them may not be part of the conflict)")
    )
    return LiteracyError(
        "psychometrics.form",
        where="rules",
        what=f"{problem}: {names}",
        fix="relax or drop one of these rules",
    )
