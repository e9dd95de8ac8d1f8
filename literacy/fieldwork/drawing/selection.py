"""Selection of units from a frame, with base weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.fieldwork.drawing.frames import Frame, check_frame, read_sizes
from literacy.fieldwork.drawing.strata import JOINT, METHODS, UNEQUAL, Drawn, draw_stratum
from literacy.kernels.fieldwork.apportionment import share_out
from literacy.messages import tell
from literacy.sampling import Design, Sample
from literacy.sampling.codes import find_column

Floats = NDArray[np.float64]
MADE = ("stage", "probability", "base_weight", "order", "reserve")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Selection(Printable):
    """Units selected from a frame.

    Attributes
    ----------
    table : DataFrame
        The selected rows of the frame followed by the reserve, with the columns of the frame and ``stage`` (1),
        ``probability`` of the unit, ``base_weight`` (of an interview if ``take`` was given, otherwise of the unit; 0
        for the reserve), ``order`` (within the stratum; the reserve is released in this order), ``reserve`` (1 for
        reserve units), ``units`` (number in the stratum of the frame), and with ``take`` also ``take`` (interviews in
        the unit) and ``within`` (probability of a person or household given the unit).
    method : str
        Selection method.
    seed : int
        Seed, from which the draw can be repeated.
    strata, measure : str
        Columns of the frame; empty if there are none.
    parts : tuple of Drawn
        The draw in each stratum.
    history : tuple of str
        One sentence per step.
    """

    table: pd.DataFrame
    method: str
    seed: int
    strata: str
    measure: str
    parts: tuple[Drawn, ...]
    history: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def design(self) -> Design:
        """Return the design of this table, or of interviews that carry its columns.

        For the units themselves the finite population is accounted for (unequal probabilities by Brewer's
        approximation). For interviews within units, units are treated as if drawn with replacement, which is slightly
        conservative.
        """
        strata = self.strata or None
        psu = "unit" if "unit" in self.table else None
        if "take" in self.table:
            return Design("base_weight", strata, psu)
        certain = any(part.certain.any() for part in self.parts)
        if self.method not in UNEQUAL and not certain:
            return Design("base_weight", strata, psu, "units")
        return Design("base_weight", strata, psu, "probability", pps="brewer")

    def sample(self) -> Sample:
        """Return the selected units, without the reserve, as a sample."""
        return Sample(self.table[self.table["reserve"] == 0].reset_index(drop=True), self.design())

    def joint(self) -> Floats:
        """Return the joint inclusion probabilities of the selected units, for ``Sample(..., joint=)``; without reserve.

        Returns
        -------
        (n, n) array, first-order probabilities on the diagonal; exact for "sampford", "simple", "pps" and "systematic".
        Under the last two many pairs cannot occur, so that a variance needs an approximation: ``Design(pps="brewer")``.

        Raises
        ------
        LiteracyError
            ``estimate.option`` for "brewer" and "pivotal", whose joint probabilities have no closed form.
        """
        if self.method not in JOINT:
            raise LiteracyError(
                "estimate.option", where=f"method={self.method!r}", what="its joint "
                                                                         "probabilities are not "
                                                                         "computed",
                fix="draw with 'sampford', or use Design(pps='brewer')",
            )  # fmt: skip
        pi = self.table.loc[self.table["reserve"] == 0, "probability"].to_numpy(np.float64)
        out = np.outer(pi, pi)
        at = 0
        for part in self.parts:
            out[at : at + part.n, at : at + part.n] = part.joint(self.method)
            at += part.n
        return out

    def _title(self) -> str:
        drawn = int((self.table["reserve"] == 0).sum())
        return tell("Selection of {} units, {}, seed {}", drawn, self.method, self.seed)

    def _notes(self) -> list[str]:
        return list(self.history)


def select(
    frame: pd.DataFrame | Frame,
    units: int | Mapping[Any, int],
    *,
    seed: int,
    strata: str | None = None,
    measure: str | None = None,
    method: str = "pps",
    take: int | Mapping[Any, int] | None = None,
    certainty: str | None = None,
    minimum: int | None = None,
    reserve: int = 0,
    order: str | Sequence[str] | None = None,
) -> Selection:
    """Select sampling units from a frame and compute their base weights.

    Parameters
    ----------
    frame : Frame or DataFrame
        One row per unit; a systematic draw follows the order of the rows.
    units : int or mapping
        Number of units to select, allocated to strata in proportion to size; or the number by stratum.
    seed : int
        Seed of the draw, to be recorded in the survey report. The same seed selects the same units on every machine
        (:mod:`literacy.kernels.fieldwork.random_stream`).
    strata : str, optional
        Column of strata; default is ``stratum`` if the frame has it, otherwise a single stratum, as for an empty text.
    measure : str, optional
        Column with the number of people or households of a unit, required for unequal probabilities and for ``take``;
        default is ``size`` if the frame has it. Units of size 0 cannot be selected and are counted in a note.
    method : str
        With probability proportional to size, units that are too large being selected with certainty: "pps"
        (systematic), "sampford", "brewer", "pivotal" (along the list). With equal probability: "simple", "systematic".
    take : int or mapping, optional
        Interviews per selected unit, by simple random sampling within it. Without it, units are enumerated completely.
    certainty : str, optional
        Column that is 1 for units to be selected with certainty; default is ``certainty`` if the frame has it.
    minimum : int
        Minimum number of units per stratum if ``units`` is a single number (all units of smaller strata). Default is 2,
        which permits a standard error; 1, with a note, if there are too few units for that.
    reserve : int
        Number of reserve units per stratum, selected together with the sample, in the order of their release.
    order : str or list of str, optional
        Columns by which units are sorted within strata before a draw along the list (implicit stratification).

    Returns
    -------
    Selection
        With a proportional method and a single ``take``, base weights within a stratum are equal except in certainty
        units.

    Raises
    ------
    LiteracyError
        ``frame.invalid``; ``plan.size`` if more units are requested than there are; ``estimate.option``.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"unit": list("abcd"), "size": [40, 10, 30, 20]})
    >>> len(select(frame, 2, seed=1, method="sampford").table)
    2
    """
    option("method", method, METHODS)
    if reserve < 0:
        raise LiteracyError(
            "estimate.option", where=f"reserve={reserve}", what="below 0", fix="give 0 or more"
        )
    table = check_frame(frame.table if isinstance(frame, Frame) else frame)
    clash = [c for c in MADE if c in table.columns]
    if clash:
        raise LiteracyError(
            "frame.invalid",
            where=tell("frame: {}", ", ".join(clash)),
            what="it already has columns that the draw creates",
            fix="give the frame, not a sample drawn from it, or rename the columns",
        )
    strata = _default(table, strata, "stratum")
    measure = _default(table, measure, "size")
    certainty = _default(table, certainty, "certainty")
    if method in UNEQUAL and not measure:
        raise LiteracyError(
            "estimate.option", where=f"method={method!r}", what="no sizes",
            fix="give the column of sizes in measure=, or use method='simple'",
        )  # fmt: skip
    people = _sizes(table, measure)
    key = find_column(table, strata, "strata") if strata else pd.Series("", index=table.index)
    if key.isna().any():
        raise LiteracyError(
            "frame.invalid", where=f"strata={strata!r}", what="missing values", fix="complete the frame"
        )
    forced = _forced(table, certainty)
    places = np.arange(len(table))
    if order is not None:
        names = [order] if isinstance(order, str) else list(order)
        by = pd.DataFrame({n: find_column(table, n, "order") for n in names})
        places = by.sort_values(names, kind="stable").index.to_numpy()
    levels = sorted(key.unique(), key=lambda v: (str(type(v)), v))
    own = {s: places[(key.to_numpy() == s)[places]] for s in levels}
    wanted, remarks = _share(units, levels, own, people, forced, method, minimum)
    parts = tuple(
        draw_stratum(s, own[s], people[own[s]], forced[own[s]], wanted[s], method, seed, reserve)
        for s in levels
    )
    return _assemble(table, parts, people, key, take, method, seed, strata, measure, reserve, remarks)


def _assemble(
    table: pd.DataFrame, parts: tuple[Drawn, ...], people: Floats, key: pd.Series, take: int | Mapping[Any, int] | None,
    method: str, seed: int, strata: str, measure: str, reserve: int, remarks: list[str],
) -> Selection:  # fmt: skip
    """Return the selected rows, followed by the reserve, with notes."""
    place = np.concatenate([np.array([*p.rows, *p.standby], dtype=np.int64) for p in parts])
    standby = np.concatenate([np.repeat([0, 1], [p.n, len(p.standby)]) for p in parts])
    number = np.concatenate([np.arange(p.n + len(p.standby)) + 1 for p in parts])
    chance = np.full(len(table), np.nan)
    held = np.zeros(len(table), np.int64)
    for part in parts:
        chance[part.places] = part.probability
        held[part.places] = len(part.places)
    sorting = np.lexsort((np.arange(len(place)), standby))
    place, standby, number = place[sorting], standby[sorting], number[sorting]
    pi, inside = chance[place], people[place]
    out = table.iloc[place].reset_index(drop=True)
    weight = np.where(standby == 0, 1.0 / pi, 0.0)
    extra: dict[str, Any] = {}
    if take is not None:
        asked = np.array([_of_stratum(take, s, "take") for s in key.iloc[place]], dtype=np.int64)
        _check_take(asked, inside, standby)
        extra = {
            "take": np.minimum(asked, inside).astype(np.int64),
            "within": np.minimum(asked / inside, 1.0),
        }
        weight = np.where(standby == 0, inside / np.minimum(asked, inside) / pi, 0.0)
    out = out.assign(
        stage=1, probability=pi, base_weight=weight, order=number, reserve=standby, units=held[place], **extra
    )
    main = out[out["reserve"] == 0]
    history = [*remarks, tell("{} of {} units drawn ({}, seed {})", len(main), len(table), method, seed)]
    certain = int((main["probability"] >= 1).sum())
    if certain:
        history.append(tell("{} certainty units (probability 1): treat each as a separate stratum", certain))
    zero = int(((people <= 0) & np.isin(chance, (0.0,))).sum())
    if zero and method in UNEQUAL:
        history.append(
            tell(
                "{} units of size 0 cannot be drawn: the people living there have no chance of selection",
                zero,
            )
        )
    short = sum(max(0, reserve - len(p.standby)) for p in parts)
    if reserve:
        history.append(
            tell("{} reserve units, to be released in order only", int(standby.sum()))
            + (tell(" ({} fewer than requested: the strata contain no more)", short) if short else "")
        )
    if take is not None:
        history.append(
            tell(
                "{} interviews; base weights {:.4g} to {:.4g}",
                int(main["take"].sum()),
                main["base_weight"].min(),
                main["base_weight"].max(),
            )
        )
    return Selection(out, method, seed, strata, measure, parts, tuple(history))


def _share(
    units: int | Mapping[Any, int], levels: list[Any], own: dict[Any, NDArray[np.int64]], people: Floats,
    forced: NDArray[np.bool_], method: str, minimum: int | None,
) -> tuple[dict[Any, int], list[str]]:  # fmt: skip
    """Return the number of units by stratum, and notes."""
    if isinstance(units, Mapping):
        unknown = [u for u in units if u not in own and str(u) not in {str(s) for s in levels}]
        if unknown:
            raise LiteracyError(
                "plan.size", where=tell("units: stratum {!r}", unknown[0]), what="is not in the frame",
                fix=tell("strata of the frame: {}", ', '.join(map(repr, levels[:8]))),
            )  # fmt: skip
        return {s: _of_stratum(units, s, "units") for s in levels}, []
    if len(levels) == 1:
        return {levels[0]: int(units)}, []
    able = np.array([
        len(own[s]) if method not in UNEQUAL else int(((people[own[s]] > 0) | forced[own[s]]).sum()) for s in levels
    ])  # fmt: skip
    must = np.array([int(forced[own[s]].sum()) for s in levels])
    least = np.maximum(np.minimum(2 if minimum is None else minimum, able), must)
    remarks: list[str] = []
    if minimum is None and least.sum() > units:
        least = np.maximum(np.minimum(1, able), must)
        remarks = [
            tell(
                "too few units for 2 in every stratum: some have only one, which allows no "
                "variance estimate within the stratum"
            )
        ]
    if not least.sum() <= units <= able.sum():
        raise LiteracyError(
            "plan.size",
            where=f"units={units}",
            what=tell(
                "{} strata need {} units and have {} that can be drawn",
                len(levels),
                int(least.sum()),
                int(able.sum()),
            ),
            fix="draw more or fewer units, change the minimum, or give a number for each stratum",
        )
    claim = np.array([people[own[s]].sum() if method in UNEQUAL else len(own[s]) for s in levels], np.float64)
    n = share_out(int(units), claim, least.astype(np.int64), able.astype(np.int64))
    shares = ", ".join(f"{s} {k}" for s, k in list(zip(levels, n.tolist(), strict=True))[:8])
    more = tell(", … {} more", len(levels) - 8) if len(levels) > 8 else ""
    return dict(zip(levels, n.tolist(), strict=True)), [
        tell("units of the strata, in proportion to size: {}{}", shares, more),
        *remarks,
    ]


def _default(table: pd.DataFrame, name: str | None, usual: str) -> str:
    return (usual if usual in table.columns else "") if name is None else name


def _sizes(table: pd.DataFrame, measure: str) -> Floats:
    if not measure:
        return np.ones(len(table))
    return read_sizes(find_column(table, measure, "measure"), f"measure={measure!r}").to_numpy(np.float64)


def _forced(table: pd.DataFrame, certainty: str) -> NDArray[np.bool_]:
    if not certainty:
        return np.zeros(len(table), bool)
    named = table.rename(columns={certainty: "certainty"})[["certainty"]]
    return check_frame(named)["certainty"].to_numpy(bool)


def _check_take(asked: NDArray[np.int64], inside: Floats, standby: NDArray[np.int64]) -> None:
    if (asked < 1).any():
        raise LiteracyError(
            "plan.size", where="take", what="fewer than 1 interview in a unit", fix="take at least 1"
        )
    over = (asked > inside) & (standby == 0)
    if over.any():
        raise LiteracyError(
            "plan.size",
            where="take",
            what=tell("more interviews than residents in {} of the drawn units", int(over.sum())),
            fix="take fewer, or combine small units",
        )


def _of_stratum(value: int | Mapping[Any, int], stratum: Any, name: str) -> int:
    if not isinstance(value, Mapping):
        return int(value)
    for known in (stratum, str(stratum)):
        if known in value:
            return int(value[known])
    listed = ", ".join(repr(k) for k in list(value)[:8])
    raise LiteracyError(
        "plan.size",
        where=tell("{}: stratum {!r}", name, stratum),
        what="no number given",
        fix=tell("given: {}", listed),
    )
