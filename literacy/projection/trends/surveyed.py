"""Surveyed waves: conversion of an estimate to a wave of a trend, with its effective sample size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import pandas as pd

from literacy.errors import LiteracyError
from literacy.messages import mark, tell

VOCABULARY = frozenset(
    {"estimate", "se", "ci_low", "ci_high", "df", "n", "n_eff", "deff", "method", "reliable"}
)


class EstimateLike(Protocol):
    """Interface of estimates from which trends are made."""

    @property
    def standard(self) -> str:
        """Standard by which respondents were scored; empty if not known."""

    @property
    def wave(self) -> str:
        """Name of the wave; empty if not known."""

    @property
    def universe(self) -> str:
        """Universe of the estimate; empty if not known."""

    def to_frame(self) -> pd.DataFrame:
        """Rows with ``estimate``, ``se`` and, if known, ``n``, ``n_eff``, ``deff``, ``df``."""


def read_year(value: object) -> float:
    """Return the year of a wave, with its fraction of the year."""
    try:
        year = float(str(value))
    except ValueError:
        year = math.nan
    if not 1900 <= year <= 2200:
        raise LiteracyError(
            "trend.waves",
            where="trend",
            what=tell("{!r} is not a year", value),
            fix="give the waves as {2023: estimate, 2025: estimate}",
        )
    return year


def read_wave(year: float, estimate: EstimateLike, row: Mapping[str, object] | None) -> dict[str, object]:
    """Return one wave as a record: the only share of the estimate, or the one selected by `row`."""
    frame = estimate.to_frame()
    where = tell("trend: {:g}", year)
    for key, wanted in (row or {}).items():
        if key not in frame.columns:
            there = ", ".join(str(c) for c in frame.columns if c not in VOCABULARY)
            raise LiteracyError(
                "trend.waves",
                where=where,
                what=tell("the estimate has no column {!r}", key),
                fix=tell("choose among: {}", there or tell("nothing (it has one row)")),
            )
        frame = frame[frame[key].astype(str) == str(wanted)]
    if len(frame) != 1:
        names = [str(c) for c in frame.columns if c not in VOCABULARY]
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=tell("the estimate has {} matching rows; a trend follows one share", len(frame)),
            fix=tell("choose one with row={{column: value}}, columns: {}", ", ".join(names)),
        )
    one = frame.iloc[0]
    wave = estimate.wave
    if wave.isdigit() and len(wave) == 4 and int(wave) != math.floor(year):
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=tell("the estimate is of wave {} but was given for {:g}", wave, year),
            fix="put each estimate under the year of its own wave",
        )
    return {
        "year": year,
        "estimate": one["estimate"],
        "se": one["se"],
        "df": one.get("df", math.nan),
        "n": one.get("n", math.nan),
        "n_eff": one.get("n_eff", math.nan),
        "standard": estimate.standard,
    }


def effective_size(where: str, record: pd.Series) -> tuple[float, str]:
    """Return the effective sample size of a share, and what was assumed for it."""
    share, se = float(record["estimate"]), float(record["se"])
    if not 0 <= share <= 1:
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=tell("{:g} is not a share between 0 and 1", share),
            fix="a trend follows a proportion; 12 % is written 0.12",
        )
    if se < 0 or math.isinf(se):
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=tell("{:g} is not a standard error", se),
            fix="give the standard error of the share, not negative and finite",
        )
    if 0 < share < 1 and not math.isnan(se):
        return (math.inf if se == 0 else share * (1 - share) / se**2), ""
    size = float(record["n_eff"]) if pd.notna(record["n_eff"]) else float(record["n"])
    if not (math.isfinite(size) and size > 0):
        raise LiteracyError(
            "trend.waves",
            where=where,
            what=tell("a share of {:g} comes without a standard error or a sample size", share),
            fix="give n (or n_eff), so that its uncertainty can be derived",
        )
    if 0 < share < 1:
        note = tell("{}: the standard error is derived from {:,.0f} effective respondents", where, size)
        return size, note
    note = mark(
        "{}: a share of {:g} has no usable standard error; half a respondent is added to each side of {:,.0f}"
    )
    return size, tell(note, where, share, size)
