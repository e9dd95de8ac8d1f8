"""The last stage of selection: probability and weight of one adult selected in a household."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError, option
from literacy.fieldwork.sheets.kish import MOST, kish_chance
from literacy.messages import tell

Floats = NDArray[np.float64]
METHODS = ("kish", "birthday", "random")


def weigh_persons(table: pd.DataFrame, method: str | None) -> tuple[pd.DataFrame, list[str]]:
    """Convert probabilities and base weights of households to those of persons.

    Parameters
    ----------
    table : DataFrame
        Cases with ``responded, probability, base_weight`` and, if a method is given, ``adults``; for Kish's tables also
        ``person`` (the number of the adult selected).
    method : {"kish", "birthday", "random"}, optional
        How the adult was selected. The last birthday and a random number give every adult the same probability; Kish's
        tables give one of five adults 2 or 3 chances in 12, and none to adults after the sixth.

    Returns
    -------
    table, notes
        With a method: ``probability_person`` (missing if the number of adults is unknown), ``probability`` multiplied
        and ``base_weight`` divided by it. Households with an unknown number of adults get the weighted mean factor of
        the interviewed households in their stratum, so that the weights of all cases sum to the number of people.

    Raises
    ------
    LiteracyError
        ``field.visits``: number of adults missing in an interviewed household or not a whole number, or a person number
        that exceeds it.
    """
    if method is None:
        remarks = []
        if "adults" in table and (pd.to_numeric(table["adults"], errors="coerce") > 1).any():
            remarks.append(
                tell("weights are those of households; where one adult of each was asked say how (person)")
            )
        return table, remarks
    option("person", method, METHODS)
    if "adults" not in table:
        raise _invalid(tell("no column {}", "adults"), "count the adults in the visit log or in the answers")
    adults = _whole(table, "adults")
    asked = table["responded"].to_numpy(np.int64) == 1
    uncounted = int((asked & np.isnan(adults)).sum())
    if uncounted:
        raise _invalid(
            tell("adults not counted in {} interviewed households", uncounted),
            "ask how many adults live there, or take a list of persons",
        )
    person = (
        _whole(table, "person") if "person" in table and method == "kish" else np.full(len(table), np.nan)
    )
    outside = int((person > np.minimum(adults, MOST)).sum())
    if outside:
        raise _invalid(
            tell("in {} households the person is none Kish's table can name", outside),
            "number the adults from 1, and correct adults or person",
        )
    counted = ~np.isnan(adults)
    chance = np.full(len(table), np.nan)
    chance[counted] = [
        kish_chance(int(a), None if np.isnan(p) else int(p)) if method == "kish" else 1.0 / a
        for a, p in zip(adults[counted], person[counted], strict=True)
    ]
    weight = table["base_weight"].to_numpy(np.float64)
    factor = np.where(counted, 1.0 / np.where(counted, chance, 1.0), np.nan)
    remarks = [tell("one adult a household ({}): probability and weight are those of persons", method)]
    factor, guessed = _complete(table, factor, weight, asked)
    if guessed:
        remarks.append(
            tell(
                "{} households with an unknown number of adults are given the mean of those "
                "interviewed in their stratum",
                guessed,
            )
        )
    many = int((asked & (adults > MOST)).sum()) if method == "kish" else 0
    if many:
        remarks.append(
            tell("{} households have more than six adults: Kish's tables give the others no chance", many)
        )
    return (
        table.assign(
            probability_person=chance,
            probability=table["probability"] / factor,
            base_weight=weight * factor,
        ),
        remarks,
    )


def _complete(
    table: pd.DataFrame, factor: Floats, weight: Floats, asked: NDArray[np.bool_]
) -> tuple[Floats, int]:
    """Fill in unknown factors by the weighted mean of interviewed households in the stratum, otherwise of all."""
    known = asked & (weight > 0)
    mean = float(np.average(factor[known], weights=weight[known])) if known.any() else 1.0
    stratum = table["stratum"].astype(str).to_numpy() if "stratum" in table else np.full(len(table), "")
    out = factor.copy()
    for s in np.unique(stratum):
        own = stratum == s
        there = own & known
        typical = float(np.average(factor[there], weights=weight[there])) if there.any() else mean
        out[own & np.isnan(factor)] = typical
    return out, int((np.isnan(factor) & (weight > 0)).sum())


def _whole(table: pd.DataFrame, column: str) -> Floats:
    values = pd.to_numeric(table[column].replace("", np.nan), errors="coerce")
    given = table[column].notna() & (table[column].astype(str).str.strip() != "")
    bad = given & ((values < 1) | (values != np.floor(values)) | values.isna())
    if bad.any():
        raise _invalid(
            tell("{} is no whole number above 0 in {} cases", column, int(bad.sum())), "correct it"
        )
    return values.to_numpy(np.float64)


def _invalid(what: str, fix: str) -> LiteracyError:
    return LiteracyError("field.visits", where="person", what=what, fix=fix)
