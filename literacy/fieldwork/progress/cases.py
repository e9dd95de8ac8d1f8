"""Cases: sample and visit log joined, ready for nonresponse adjustment and weighting."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.fieldwork.outcome_rates import OutcomeRates, rate_outcomes
from literacy.fieldwork.progress.person_selection import weigh_persons
from literacy.fieldwork.progress.visits import Visits, as_label, last_outcomes, name_columns, read_visits
from literacy.messages import tell

NEEDED = ("unit", "stage", "probability", "base_weight", "order", "reserve")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cases(Printable):
    """The outcome of every case.

    Attributes
    ----------
    table : DataFrame
        One row per case: ``unit, household``, the columns of the sample, ``visits, interviewer, date, disposition,
        group``, ``responded`` (1 for a complete interview that is not with a substitute), ``eligible`` (1, 0, missing
        if unknown), ``substitute`` (1 for substitutes of other cases), ``base_weight`` (based on the households
        actually approached in the unit; 0 for ineligible cases), ``probability`` of all stages combined, with
        ``probability_unit`` and ``probability_within``, and the columns of the answers if they were given.
    rates : OutcomeRates
    notes : tuple of str
    """

    table: pd.DataFrame
    rates: OutcomeRates
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _summary(self) -> pd.DataFrame:
        return self.rates.to_frame()[["rate", "estimate"]]

    def _title(self) -> str:
        return tell("{} cases, {} interviews", len(self.table), int(self.table["responded"].sum()))

    def _notes(self) -> list[str]:
        return [*self.notes, *self.rates._notes()]


def read_sample(source: str | Path | pd.DataFrame, *, encoding: str | None = None) -> pd.DataFrame:
    """Read and check a sample file written by ``literacy sample select``.

    Parameters
    ----------
    source : str, Path or DataFrame
        The sample file, or its table.
    encoding : str, optional
        Encoding of a text file; detected by default.

    Returns
    -------
    DataFrame

    Raises
    ------
    LiteracyError
        ``field.visits`` if columns of the selection are missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": list("abcd"), "size": [40, 10, 30, 20]})
    >>> lit.read_sample(lit.select(frame, 2, seed=1, take=5).to_frame()).shape[0]
    2
    """
    from literacy.answers import read_plain

    table = source if isinstance(source, pd.DataFrame) else read_plain(source, encoding=encoding)[0]
    where = "sample" if isinstance(source, pd.DataFrame) else str(source)
    absent = [c for c in NEEDED if c not in table.columns]
    if absent:
        raise LiteracyError(
            "field.visits",
            where=where,
            what=tell("no column {}", ", ".join(absent)),
            fix="give the file written by literacy sample select",
        )
    table = table.reset_index(drop=True).copy()
    table["unit"] = table["unit"].map(as_label)
    if "household" in table:
        table["household"] = table["household"].map(as_label)
    keys = ["unit", "household"] if "household" in table else ["unit"]
    if table.duplicated(keys).any():
        raise LiteracyError(
            "field.visits",
            where=where,
            what=tell("{} rows appear twice ({})", int(table.duplicated(keys).sum()), ", ".join(keys)),
            fix="give one row per case",
        )
    return table


def close_field(
    sample: str | Path | pd.DataFrame, visits: str | Path | pd.DataFrame | Visits,
    answers: pd.DataFrame | None = None, *, e: float | None = None, person: str | None = None,
) -> Cases:  # fmt: skip
    """Join sample, visit log and answers to one table of cases.

    Parameters
    ----------
    sample : path or DataFrame
        The sample file. With a column ``household`` its rows are the cases, and those without a visit get code 3.11;
        without it, the households in the log are the cases, as many as were approached in each unit.
    visits : path, DataFrame or Visits
        The visit log.
    answers : DataFrame, optional
        Answers or scores with columns ``unit`` and ``household``, joined to the completed cases.
    e : float, optional
        See :func:`literacy.rate_outcomes`.
    person : {"kish", "birthday", "random"}, optional
        Method by which one adult of each household was selected. The log or the answers must then contain ``adults``
        (for "kish" also ``person``), and ``probability`` and ``base_weight`` refer to persons (``probability_person``
        is the last stage). By default the selected household or person itself is weighted.

    Returns
    -------
    Cases
        Households of reserve units, and those with ``substitute_for``, are substitutes: they do not count as responses
        or in rates and have no weight, since the case they replace keeps its outcome and is covered by the nonresponse
        adjustment.

    Raises
    ------
    LiteracyError
        ``field.visits``: visits to units or households not in the sample, answers without a completed case or
        duplicated.

    Examples
    --------
    >>> cases = lit.close_field(
    ...     lit.sample_data("fieldwork/sample.csv"), lit.sample_data("fieldwork/visits.csv")
    ... )
    >>> cases.to_frame().groupby("group")["responded"].sum().to_dict()
    {'I': 410, 'NC': 0, 'NE': 0, 'R': 0}
    """
    drawn = read_sample(sample)
    log = visits if isinstance(visits, Visits) else read_visits(visits)
    last = last_outcomes(log)
    _check_units(drawn, last)
    listed = "household" in drawn
    notes = [*log.notes]
    keys = ["unit", "household"] if listed else ["unit"]
    clash = [c for c in last.columns if c in drawn.columns and c not in keys]
    drawn = drawn.drop(columns=clash)
    if listed:
        table = drawn.merge(
            last, on=keys, how="outer" if (last["substitute_for"] != "").any() else "left", sort=False
        )
        idle = table["disposition"].isna() & (table["reserve"] == 0)
        table.loc[idle, ["disposition", "group"]] = ["3.11", "UH"]
        table = table[table["disposition"].notna()].reset_index(drop=True)
        if idle.any():
            notes.append(tell("{} cases were never visited: 3.11, not attempted", int(idle.sum())))
        table = _fill_units(table, drawn)
    else:
        table = last.merge(drawn, on="unit", how="left")
    table["visits"] = table["visits"].fillna(0).astype(np.int64)
    table["substitute_for"] = table["substitute_for"].fillna("")
    table["substitute"] = ((table["reserve"] == 1) | (table["substitute_for"] != "")).astype(np.int64)
    own = table["substitute"] == 0
    table["responded"] = ((table["group"] == "I") & own).astype(np.int64)
    known = (
        table["group"]
        .map({"NE": 0.0, "UH": np.nan, "UO": np.nan})
        .where(table["group"].isin(["NE", "UH", "UO"]), 1.0)
    )
    table["eligible"] = known.astype("Int64")
    if not listed and {"take", "size"} <= set(table.columns):
        approached = table[own].groupby("unit")["household"].transform("size")
        weight = table["size"] / approached.reindex(table.index) / table["probability"]
        changed = int(
            (approached.groupby(table["unit"]).first() != table[own].groupby("unit")["take"].first()).sum()
        )
        table["probability_unit"] = table["probability"]
        table["probability_within"] = (1.0 / (weight * table["probability"])).where(own)
        table["probability"] = table["probability"] * table["probability_within"]
        table["stage"], table["base_weight"] = 2, weight
        if changed:
            notes.append(
                tell(
                    "in {} units the number of households approached differs from the plan: "
                    "weights are based on the actual number",
                    changed,
                )
            )
    out_of_it = ~own | (table["group"] == "NE")
    table["base_weight"] = table["base_weight"].mask(out_of_it, 0.0).fillna(0.0)
    substitutes = int((~own).sum())
    if substitutes:
        done = int((~own & (table["group"] == "I")).sum())
        notes.append(
            tell(
                "{} substitutes ({} interviews) are separate cases: not counted as responses and "
                "without weight",
                substitutes,
                done,
            )
        )
    table, remarks = _join_answers(table, answers)
    table, more = weigh_persons(table, person)
    remarks += more
    rates = rate_outcomes(table.loc[own, "group"], e=e, substitutes=substitutes)
    first = ["unit", "household", *[c for c in ("stratum",) if c in table]]
    table = table[[*first, *[c for c in table.columns if c not in first]]]
    return Cases(table.reset_index(drop=True), rates, (*notes, *remarks))


def read_outcomes(source: str | Path | pd.DataFrame, *, encoding: str | None = None) -> OutcomeRates:
    """Compute outcome rates from a file of dispositions: cases, a visit log, or one row per case.

    Parameters
    ----------
    source : str, Path or DataFrame
        Output of ``literacy field close``; a visit log (of which the last outcomes count, without substitutes, and
        which lacks cases that were never visited); or a table with one row per case and a column ``disposition``
        (结果代码).
    encoding : str, optional
        Encoding of a text file; detected by default.

    Returns
    -------
    OutcomeRates

    Raises
    ------
    LiteracyError
        ``field.visits``: no column of dispositions, or unknown codes.

    Examples
    --------
    >>> lit.read_outcomes(pd.DataFrame({"disposition": ["1.1", "2.11", 110, "家中无人"]})).counts["I"]
    2.0
    """
    from literacy.answers import read_plain

    table = source if isinstance(source, pd.DataFrame) else read_plain(source, encoding=encoding)[0]
    where = "dispositions" if isinstance(source, pd.DataFrame) else str(source)
    table = name_columns(table)
    if "disposition" not in table:
        raise LiteracyError(
            "field.visits", where=where, what=tell("no column {}", "disposition"),
            fix="give what literacy field close wrote, a visit log, or one row a case",
        )  # fmt: skip
    if "substitute" not in table and {"unit", "household", "date"} <= set(table.columns):
        table = last_outcomes(read_visits(table))
        table["substitute"] = (table["substitute_for"] != "").astype(np.int64)
    replaced = (
        pd.to_numeric(table["substitute"], errors="coerce").fillna(0) == 1 if "substitute" in table else None
    )
    own = table if replaced is None else table[~replaced]
    return rate_outcomes(own["disposition"].tolist(), substitutes=len(table) - len(own))


def _fill_units(table: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Fill in the columns of the unit for substitutes that are not in the sample."""
    of_unit = drawn.drop_duplicates("unit").set_index("unit")
    for column in drawn.columns:
        if column not in ("unit", "household") and table[column].isna().any():
            table[column] = table[column].fillna(table["unit"].map(of_unit[column]))
    return table


def _check_units(drawn: pd.DataFrame, last: pd.DataFrame) -> None:
    strange = sorted(set(last["unit"]) - set(drawn["unit"]))
    if strange:
        raise LiteracyError(
            "field.visits",
            where="visits: unit",
            what=tell("{} units were not drawn, for example {!r}", len(strange), strange[0]),
            fix="correct the unit; an interview outside the sample cannot be weighted",
        )
    if "household" in drawn:
        key = pd.MultiIndex.from_frame(drawn[["unit", "household"]])
        mine = pd.MultiIndex.from_frame(last[["unit", "household"]])
        outside = ~mine.isin(key) & (last["substitute_for"] == "").to_numpy()
        if outside.any():
            raise LiteracyError(
                "field.visits",
                where="visits: household",
                what=tell("{} households were not drawn", int(outside.sum())),
                fix="correct the number, or give in the column substitute_for the household that "
                "was replaced",
            )


def _join_answers(table: pd.DataFrame, answers: pd.DataFrame | None) -> tuple[pd.DataFrame, list[str]]:
    if answers is None:
        return table, []
    absent = [c for c in ("unit", "household") if c not in answers.columns]
    if absent:
        raise LiteracyError(
            "field.visits",
            where="answers",
            what=tell("no column {}", ", ".join(absent)),
            fix="carry both through the form",
        )
    mine = answers.assign(unit=answers["unit"].map(as_label), household=answers["household"].map(as_label))
    if mine.duplicated(["unit", "household"]).any():
        twice = int(mine.duplicated(["unit", "household"]).sum())
        raise LiteracyError(
            "field.visits",
            where="answers",
            what=tell("{} households appear twice", twice),
            fix="keep one interview per household",
        )
    complete = table[table["group"].isin(["I", "P"])]
    key = pd.MultiIndex.from_frame(complete[["unit", "household"]])
    lone = ~pd.MultiIndex.from_frame(mine[["unit", "household"]]).isin(key)
    if lone.any():
        raise LiteracyError(
            "field.visits",
            where="answers",
            what=tell("{} interviews have no completed case in the visit log", int(lone.sum())),
            fix="enter their visits, or omit them",
        )
    clash = [c for c in mine.columns if c in table.columns and c not in ("unit", "household")]
    out = table.merge(mine.drop(columns=clash), on=["unit", "household"], how="left")
    unanswered = int((table["group"] == "I").sum()) - int(
        pd.MultiIndex.from_frame(mine[["unit", "household"]]).isin(
            pd.MultiIndex.from_frame(table.loc[table["group"] == "I", ["unit", "household"]])).sum()
    )  # fmt: skip
    remarks = [
        tell("columns already in the sample or the log were not taken from the answers: {}", ", ".join(clash))
    ] * bool(clash)
    if unanswered:
        remarks.append(tell("{} completed cases have no answers in the file", unanswered))
    return out, remarks
