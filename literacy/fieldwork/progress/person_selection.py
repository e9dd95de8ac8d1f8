"""The last stage: one adult of a household. What it does to probability and weight."""

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
    """Probabilities and base weights of persons instead of households.

    Parameters
    ----------
    table : DataFrame
        Cases with ``responded, probability, base_weight`` and, for a method, ``adults``; ``person`` (which of them)
        for Kish's tables.
    method : {"kish", "birthday", "random"}, optional
        How the adult was chosen. Last birthday and a random number give every adult the same chance; Kish's tables
        give one of five adults 2 or 3 chances of 12, and nobody after the sixth any.

    Returns
    -------
    table, notes
        With a method: ``probability_person`` (missing where the adults are not known), ``probability`` times it and
        ``base_weight`` over it. Households whose adults nobody counted carry the weighted mean of those interviewed in
        their stratum, so that the weights of all cases add up to people.

    Raises
    ------
    LiteracyError
        ``field.visits``: adults not counted where an interview was made, no whole number, or a person who is not
        among them.
    """
    if method is None:
        told = []
        if "adults" in table and (pd.to_numeric(table["adults"], errors="coerce") > 1).any():
            told.append(
                tell("weights are those of households; where one adult of each was asked say how (person)")
            )
        return table, told
    option("person", method, METHODS)
    if "adults" not in table:
        raise _invalid(tell("no column {}", "adults"), "count the adults in the visit log or in the answers")
    adults = _whole(table, "adults")
    asked = table["responded"].to_numpy(np.int64) == 1
    lost = int((asked & np.isnan(adults)).sum())
    if lost:
        raise _invalid(
            tell("adults not counted in {} interviewed households", lost),
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
    told = [tell("one adult a household ({}): probability and weight are those of persons", method)]
    factor, guessed = _complete(table, factor, weight, asked)
    if guessed:
        told.append(
            tell(
                "{} households whose adults nobody counted carry the mean of those interviewed in their stratum",
                guessed,
            )
        )
    many = int((asked & (adults > MOST)).sum()) if method == "kish" else 0
    if many:
        told.append(
            tell("{} households have more than six adults: Kish's tables give the others no chance", many)
        )
    return (
        table.assign(
            probability_person=chance,
            probability=table["probability"] / factor,
            base_weight=weight * factor,
        ),
        told,
    )


def _complete(
    table: pd.DataFrame, factor: Floats, weight: Floats, asked: NDArray[np.bool_]
) -> tuple[Floats, int]:
    """Factors of households nobody counted: the weighted mean of those interviewed in the stratum, else of all."""
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
