"""Strata and precision requirements as arrays for the optimal allocation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.instrument import nearest
from literacy.messages import tell

Floats = NDArray[np.float64]
FIELDS = ("domain", "level", "variable", "cv")


@dataclass(frozen=True, slots=True, eq=False)
class Demands:
    """Checked strata and requirements.

    Attributes
    ----------
    stratum, cost, least, most, certain : (H,) label, cost per interview, bounds of n, and whether enumerated completely
    a : (H, J) squares of population times standard deviation, 0 outside the domain of the requirement
    known : (J,) the part of the variance that complete enumeration removes: the sum of population times variance
    total, cv : (J,) expected total and coefficient of variation required
    table : DataFrame of J rows, :data:`FIELDS`
    """

    stratum: NDArray[np.object_]
    cost: Floats
    least: Floats
    most: Floats
    certain: NDArray[np.bool_]
    a: Floats
    known: Floats
    total: Floats
    cv: Floats
    table: pd.DataFrame
    notes: tuple[str, ...]

    def limit(self, factor: float) -> Floats:
        """Return the upper limits (J,) of the sums of ``a / n`` if every cv is multiplied by ``factor``."""
        return np.asarray((factor * self.cv * self.total) ** 2 + self.known)


def read_demands(strata: pd.DataFrame, precision: pd.DataFrame, minimum: int) -> Demands:
    """Check both tables and convert them to arrays; see :func:`literacy.fieldwork.allocate_domains`."""
    _columns(strata, ("stratum", "population"), "strata")
    _columns(precision, ("domain", "variable", "cv"), "precision")
    if not len(strata) or not len(precision):
        raise _invalid("strata" if not len(strata) else "precision", "no rows", "give at least one")
    strata = strata.reset_index(drop=True)
    names = strata["stratum"].astype(str)
    if strata["stratum"].isna().any() or names.duplicated().any():
        bad = names[names.duplicated()].head(1).tolist() or ["(empty)"]
        raise _invalid(
            "strata: stratum",
            tell("{!r} appears more than once or is empty", bad[0]),
            "give one row per stratum, each with a name",
        )
    population = _numbers(strata["population"], "strata: population", names)
    if (population < 1).any():
        raise _invalid(
            "strata: population",
            tell("stratum {!r} is empty (below 1)", names[population < 1].iloc[0]),
            "omit empty strata",
        )
    if (population != np.floor(population)).any():
        raise _invalid("strata: population", "not whole numbers", "give the number of people of each stratum")
    notes: list[str] = []
    cost = np.ones(len(strata))
    if "cost" in strata:
        cost = _numbers(strata["cost"], "strata: cost", names)
        if (cost <= 0).any():
            raise _invalid(
                "strata: cost",
                tell(
                    "0 or below in {} strata, for example {!r}",
                    int((cost <= 0).sum()),
                    names[cost <= 0].iloc[0],
                ),
                "give a positive cost per interview (or omit the column for equal costs)",
            )
    else:
        notes.append(tell("no column cost: every interview costs 1"))
    certain = np.zeros(len(strata), bool)
    if "certainty" in strata:
        certain = _numbers(strata["certainty"].fillna(0), "strata: certainty", names) > 0
    least = _least(strata, minimum, names)
    least = np.where(certain, population, np.minimum(least, population))
    rows = _expand(precision.reset_index(drop=True), strata)
    a, known, total = _layout(rows, strata, population, names)
    table = pd.DataFrame([{k: r[k] for k in FIELDS} for r in rows], columns=list(FIELDS))
    return Demands(
        strata["stratum"].to_numpy(object), cost, least, population, certain, a, known, total,
        np.array([r["cv"] for r in rows]), table, tuple(notes),
    )  # fmt: skip


def _layout(
    rows: list[dict[str, object]], strata: pd.DataFrame, population: Floats, names: pd.Series
) -> tuple[Floats, Floats, Floats]:
    a = np.zeros((len(strata), len(rows)))
    known, total = np.zeros(len(rows)), np.zeros(len(rows))
    moments: dict[str, tuple[Floats, Floats]] = {}
    for j, row in enumerate(rows):
        variable = str(row["variable"])
        if variable not in moments:
            mean, sd = f"mean_{variable}", f"sd_{variable}"
            if mean not in strata or sd not in strata:
                there = [str(c)[5:] for c in strata.columns if str(c).startswith("mean_")]
                raise _invalid(
                    tell("precision: variable {!r}", variable),
                    tell("strata have no columns {} and {}{}", mean, sd, nearest(variable, there)),
                    "give both columns, or name another variable",
                )
            spread = _numbers(strata[sd], tell("strata: {}", sd), names)
            if (spread < 0).any():
                raise _invalid(tell("strata: {}", sd), "below 0", "a standard deviation must be 0 or more")
            moments[variable] = _numbers(strata[mean], tell("strata: {}", mean), names), spread
        mean_, spread = moments[variable]
        inside = np.asarray(row["inside"], bool)
        a[inside, j] = (population[inside] * spread[inside]) ** 2
        known[j] = float((population[inside] * spread[inside] ** 2).sum())
        total[j] = float((population[inside] * mean_[inside]).sum())
        if total[j] == 0:
            where = f"{row['domain']} {row['level']}".strip() or "the whole population"
            raise LiteracyError(
                "plan.size", where=tell("precision: {} in {}", variable, where),
                what="the mean is 0, so the coefficient of variation is undefined and no sample "
                     "can attain it",
                fix="drop the requirement, or combine the domain with another",
            )  # fmt: skip
    return a, known, total


def _expand(precision: pd.DataFrame, strata: pd.DataFrame) -> list[dict[str, object]]:
    """Return one entry per requirement and level, with the strata it covers."""
    cvs = _numbers(
        precision["cv"], "precision: cv", pd.Series([tell("row {}", i + 1) for i in precision.index])
    )
    if (cvs <= 0).any():
        raise _invalid(
            "precision: cv", "0 or below", "a coefficient of variation must be positive, for example 0.05"
        )
    kinds = [str(c) for c in strata.columns if not str(c).startswith(("mean_", "sd_")) and c not in
             ("stratum", "population", "cost", "certainty", "minimum")]  # fmt: skip
    out: list[dict[str, object]] = []
    for i, row in precision.iterrows():
        domain, level = _text(row["domain"]), _text(row.get("level", ""))
        variable, cv = _text(row["variable"]), float(cvs[int(str(i))])
        if not domain:
            if level:
                raise _invalid(
                    "precision: level",
                    tell("{!r} is not a level of any domain", level),
                    "give the column of the domain",
                )
            out.append(
                {
                    "domain": "",
                    "level": "",
                    "variable": variable,
                    "cv": cv,
                    "inside": np.ones(len(strata), bool),
                }
            )
            continue
        if domain not in strata.columns:
            raise _invalid(
                tell("precision: domain {!r}", domain), tell("strata have no such column{}", nearest(domain, kinds)),
                "give a column of the strata, or leave it empty for the whole population",
            )  # fmt: skip
        labels = strata[domain].map(_text)
        levels = [level] if level else sorted(set(labels) - {""})
        for one in levels:
            inside = (labels == one).to_numpy(bool)
            if not inside.any():
                raise _invalid(
                    tell("precision: {} {!r}", domain, one),
                    tell("no stratum belongs to it{}", nearest(one, sorted(set(labels)))),
                    "give a value of the column, or leave level empty to mean each of them",
                )
            out.append({"domain": domain, "level": one, "variable": variable, "cv": cv, "inside": inside})
    return out


def _least(strata: pd.DataFrame, minimum: int, names: pd.Series) -> Floats:
    if minimum < 1:
        raise LiteracyError(
            "estimate.option",
            where=f"minimum={minimum}",
            what="is below 1",
            fix="interview at least 1 in each stratum",
        )
    if "minimum" not in strata:
        return np.full(len(strata), float(minimum))
    own = _numbers(strata["minimum"].fillna(minimum), "strata: minimum", names)
    return np.maximum(np.ceil(own), 1.0)


def _columns(table: pd.DataFrame, wanted: tuple[str, ...], where: str) -> None:
    absent = [c for c in wanted if c not in table.columns]
    if absent:
        raise _invalid(
            where, tell("no column {}", ", ".join(absent)), tell("name the columns {}", ", ".join(wanted))
        )


def _numbers(column: pd.Series, where: str, names: pd.Series) -> Floats:
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    bad = ~np.isfinite(values)
    if bad.any():
        raise _invalid(
            where,
            tell("missing or not a number in {} rows, for example {!r}", int(bad.sum()), names[bad].iloc[0]),
            "fill it in",
        )
    return np.asarray(values)


def _text(cell: object) -> str:
    """Text of a cell; 1.0 becomes 1."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _invalid(where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError("frame.invalid", where=where, what=what, fix=fix)
