"""The fieldwork board: target, interviews done and expected, rates, current precision and alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pandas._libs.tslibs.nattype import NaTType

from literacy._display import Printable
from literacy.errors import LiteracyError
from literacy.fieldwork.outcome_rates import OutcomeRates, rate_outcomes
from literacy.fieldwork.progress.alerts import find_alerts
from literacy.fieldwork.progress.cases import close_field, read_sample
from literacy.fieldwork.progress.representativity import Representativity, measure_representativity
from literacy.fieldwork.progress.visits import Visits, read_visits
from literacy.kernels.design.intervals import t_quantile
from literacy.messages import tell

KINDS = ("all", "stratum", "unit", "interviewer", "day")
COUNTS = ("target", "done", "expected", "visits", "cases", "refused", "no_contact", "substitutes")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Assumptions for the current precision: expected share, intraclass correlation, and the margin to be reached."""

    share: float = 0.12
    icc: float = 0.05
    margin: float | None = None
    level: float = 0.95


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FieldStatus(Printable):
    """Status of fieldwork.

    Attributes
    ----------
    table : DataFrame
        ``kind`` (all, stratum, unit, interviewer, day), ``name``, ``target, done, expected`` (by today; missing without
        an end date), ``visits, cases, refused, no_contact, substitutes, response`` (interviews divided by cases),
        ``flagged`` (fraction of an interviewer's interviews flagged by the quality check, if given).
    today, start, end : Timestamp
        Dates; ``end`` may be NaT.
    rates : OutcomeRates
    representativity : Representativity or None
    n_eff, deff, half_width : float
        Current effective sample size (accounting for clustering and unequal weights), design effect, and half-width of
        the interval of the share.
    pace : float
        Interviews per day over the last seven days with interviews.
    likely_end : Timestamp
        Projected end; NaT if unknown.
    stop : str
        Result of the stop rule: ``go on``, ``stop``, or empty without a margin.
    alerts : DataFrame
        ``kind, name, alert, reason, reason_zh``.
    notes : tuple of str
    """

    table: pd.DataFrame
    today: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp | NaTType
    rates: OutcomeRates
    representativity: Representativity | None
    n_eff: float
    deff: float
    half_width: float
    pace: float
    likely_end: pd.Timestamp | NaTType
    stop: str
    alerts: pd.DataFrame
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def rows(self, kind: str) -> pd.DataFrame:
        """Return the rows of one kind."""
        return self.table[self.table["kind"] == kind].drop(columns="kind").reset_index(drop=True)

    def _summary(self) -> pd.DataFrame:
        return self.table[self.table["kind"].isin(["all", "stratum", "interviewer"])]

    def _title(self) -> str:
        whole = self.rows("all").iloc[0]
        expected = "" if pd.isna(whole["expected"]) else tell(", {:.0f} expected", whole["expected"])
        return tell(
            "Field on {:%Y-%m-%d}: {:.0f} of {:.0f} interviews{}",
            self.today,
            whole["done"],
            whole["target"],
            expected,
        )

    def _notes(self) -> list[str]:
        lines = [
            tell(
                "RR1 {:.1%}, RR3 {:.1%} (e = {:.3f}), COOP1 {:.1%}, REF1 {:.1%}, CON1 {:.1%}",
                self.rates.rate("RR1"),
                self.rates.rate("RR3"),
                self.rates.e,
                self.rates.rate("COOP1"),
                self.rates.rate("REF1"),
                self.rates.rate("CON1"),
            )
        ]
        if self.representativity is not None:
            lines.append(f"{self.representativity._title()}: {self.representativity._notes()[0]}")
        lines.append(
            tell(
                "effective n so far {:.0f} (design effect {:.2f}), half-width {:.4f}",
                self.n_eff,
                self.deff,
                self.half_width,
            )
        )
        end = tell("not known") if pd.isna(self.likely_end) else f"{self.likely_end:%Y-%m-%d}"
        lines.append(
            tell("{:.1f} interviews a day; likely end {}", self.pace, end)
            + (tell("; stop rule: {}", self.stop) if self.stop else "")
        )
        lines += [
            tell("alert, {} {}: {}", r["kind"], r["name"], r["reason"])
            for r in self.alerts.head(12).to_dict("records")
        ]
        if len(self.alerts) > 12:
            lines.append(tell("{} more alerts (see .alerts)", len(self.alerts) - 12))
        return [*lines, *self.notes]


def field_status(
    sample: str | Path | pd.DataFrame,
    visits: str | Path | pd.DataFrame | Visits,
    *,
    today: str | None = None,
    start: str | None = None,
    end: str | None = None,
    by: Sequence[str] = (),
    flagged: Mapping[str, float] | None = None,
    assume: Assumptions | None = None,
    e: float | None = None,
) -> FieldStatus:
    """Compute the status of fieldwork from the sample and the visit log.

    Parameters
    ----------
    sample, visits
        As in :func:`close_field`.
    today, start, end : str, optional
        Dates in the form 2025-05-06. Default: last and first day of the log; without an end nothing is "expected".
    by : sequence of str
        Columns of the sample for the R-indicator; default is ``stratum`` if there are several strata.
    flagged : mapping, optional
        Interviewer code -> fraction of interviews flagged by the quality check.
    assume : Assumptions, optional
        Assumptions for the current precision and the stop rule.
    e : float, optional
        Eligibility rate; see :func:`literacy.rate_outcomes`.

    Returns
    -------
    FieldStatus

    Examples
    --------
    >>> sample, visits = lit.sample_data("fieldwork/sample.csv"), lit.sample_data("fieldwork/visits.csv")
    >>> board = lit.field_status(sample, visits, end="2026-06-01", by=["age_band"])
    >>> board.rows("stratum")["done"].tolist()
    [293, 117]
    """
    assume = assume or Assumptions()
    _check(assume)
    drawn = read_sample(sample)
    log = visits if isinstance(visits, Visits) else read_visits(visits)
    day = _day(today, "today") if today else log.table["date"].max()
    later = int((log.table["date"] > day).sum())
    used = Visits(log.table[log.table["date"] <= day].reset_index(drop=True), log.notes) if later else log
    notes = [tell("{} visits dated after today are not counted yet", later)] if later else []
    if not len(used.table):
        raise LiteracyError(
            "field.visits",
            where=f"today={day:%Y-%m-%d}",
            what="no visit up to that date",
            fix="choose a later date",
        )
    first = _day(start, "start") if start else used.table["date"].min()
    last = _day(end, "end") if end else pd.NaT
    if not pd.isna(last) and last < first:
        raise LiteracyError(
            "field.visits",
            where=f"end={end}",
            what=tell("lies before the start ({:%Y-%m-%d})", first),
            fix="correct it",
        )
    cases = close_field(drawn, used, e=e)
    table = cases.table[cases.table["visits"] > 0].reset_index(drop=True)
    own = table[table["substitute"] == 0]
    rates = rate_outcomes(own["group"], e=e, substitutes=int(table["substitute"].sum()))
    pending = len(cases.table) - len(table)
    target = _targets(drawn)
    share = (
        float("nan")
        if pd.isna(last)
        else min(max(((day - first).days + 1) / ((last - first).days + 1), 0.0), 1.0)
    )
    board = _board(drawn, used, table, target, share, flagged or {})
    done = int(board["done"].iloc[0])
    n_eff, deff = _precision(table, assume.icc)
    spread = assume.share * (1 - assume.share)
    z = float(t_quantile(np.inf, assume.level))
    half = z * float(np.sqrt(spread / n_eff)) if n_eff > 0 else float("nan")
    pace = _pace(used, day)
    left = max(float(target.sum()) - done, 0.0)
    likely = day + pd.Timedelta(days=int(np.ceil(left / pace))) if pace > 0 else pd.NaT
    stop = ""
    if assume.margin is not None:
        stop = "stop: the margin is reached" if half <= assume.margin else "go on"
        if stop == "go on" and n_eff > 0:
            more = spread * (z / assume.margin) ** 2 / n_eff * done - done
            stop += tell(": about {:.0f} more interviews for a half-width of {:g}", more, assume.margin)
    names = list(by) or (["stratum"] if "stratum" in drawn and drawn["stratum"].nunique() > 1 else [])
    found = (
        measure_representativity(cases.table[cases.table["visits"] > 0], names)
        if names and drawn["unit"].nunique() > 1
        else None
    )
    alerts = find_alerts(board, drawn, used, table, rates, share, last, likely)
    notes.append(
        tell(
            "the precision so far assumes a share of {:g} and an intraclass correlation of {:g}",
            assume.share,
            assume.icc,
        )
    )
    notes += [
        n for n in cases.notes if "3.11" not in n
    ]  # cases without visits are reported by the board itself
    if pending:
        notes.append(tell("{} cases not visited yet enter no rate", pending))
    if pd.isna(last):
        notes.append(tell("no end of fieldwork is given (end), so there is no target for today"))
    return FieldStatus(
        board,
        day,
        first,
        last,
        rates,
        found,
        n_eff,
        deff,
        half,
        pace,
        likely,
        stop,
        alerts,
        tuple(notes),
    )


def _check(assume: Assumptions) -> None:
    rules = (
        ("share", assume.share, 0 < assume.share < 1),
        ("icc", assume.icc, 0 <= assume.icc <= 1),
        ("margin", assume.margin, assume.margin is None or 0 < assume.margin < 1),
        ("level", assume.level, 0 < assume.level < 1),
    )
    for name, value, fine in rules:
        if not fine:
            raise LiteracyError(
                "estimate.option", where=f"{name}={value}", what="out of range",
                fix="shares, margins and levels lie between 0 and 1, an icc from 0 to 1",
            )  # fmt: skip


def _day(text: str, name: str) -> pd.Timestamp:
    day = pd.to_datetime(text, errors="coerce")
    if pd.isna(day):
        raise LiteracyError(
            "field.visits", where=f"{name}={text}", what="is not a date", fix="write 2025-05-06"
        )
    return pd.Timestamp(day).normalize()


def _targets(drawn: pd.DataFrame) -> pd.Series:
    """Return the number of interviews to be made in each unit."""
    main = drawn[drawn["reserve"] == 0]
    if "household" in main or "take" not in main:
        return main.groupby("unit", sort=False).size().astype(np.float64)
    return main.set_index("unit")["take"].astype(np.float64)


def _board(
    drawn: pd.DataFrame,
    used: Visits,
    table: pd.DataFrame,
    target: pd.Series,
    share: float,
    flagged: Mapping[str, float],
) -> pd.DataFrame:
    unit_stratum = (
        drawn.drop_duplicates("unit").set_index("unit")["stratum"].astype(str) if "stratum" in drawn else None
    )
    rows = [{"kind": "all", "name": "", "target": float(target.sum()), **_counts(table)}]
    if unit_stratum is not None:
        stratum = table["unit"].map(unit_stratum)
        sums = target.groupby(unit_stratum.reindex(target.index)).sum()
        rows += [
            {"kind": "stratum", "name": s, "target": float(t), **_counts(table[stratum == s])}
            for s, t in sums.items()
        ]
    for unit, goal in target.items():
        rows.append(
            {"kind": "unit", "name": unit, "target": float(goal), **_counts(table[table["unit"] == unit])}
        )
    for unit in [u for u in dict.fromkeys(table["unit"]) if u not in target.index]:
        rows.append({"kind": "unit", "name": unit, "target": 0.0, **_counts(table[table["unit"] == unit])})
    for name, own in table[table["interviewer"] != ""].groupby("interviewer", sort=True):
        rows.append(
            {
                "kind": "interviewer",
                "name": name,
                "target": np.nan,
                **_counts(own),
                "flagged": flagged.get(str(name), np.nan),
            }
        )
    for date, own in used.table.groupby("date", sort=True):
        made = table[(table["date"] == date)]
        rows.append(
            {"kind": "day", "name": f"{date:%Y-%m-%d}", "target": np.nan, **_counts(made), "visits": len(own)}
        )
    out = pd.DataFrame(rows)
    out["expected"] = out["target"] * share
    if "flagged" not in out:
        out["flagged"] = np.nan
    return out[["kind", "name", *COUNTS, "response", "flagged"]]


def _counts(table: pd.DataFrame) -> dict[str, float]:
    own = table[table["substitute"] == 0]
    eligible = int((own["group"] != "NE").sum())
    done = int(own["responded"].sum())
    return {
        "done": done, "visits": int(table["visits"].sum()), "cases": len(own),
        "refused": int((own["group"] == "R").sum()), "no_contact": int((own["group"] == "NC").sum()),
        "substitutes": int(table["substitute"].sum()), "response": done / eligible if eligible else float("nan"),
    }  # fmt: skip


def _precision(table: pd.DataFrame, icc: float) -> tuple[float, float]:
    """Return the current effective sample size and design effect: unequal weights times clustering."""
    made = table[table["responded"] == 1]
    w = made["base_weight"].to_numpy(np.float64)
    if not len(made) or w.sum() <= 0:
        return 0.0, float("nan")
    kish = len(w) * float((w**2).sum()) / float(w.sum()) ** 2
    chance = made["probability_unit"] if "probability_unit" in made else made["probability"]
    alone = pd.Series(np.arange(len(made)), index=made.index).astype(str)
    cluster = made["unit"].where(chance < 1, "\t" + alone)  # a certainty unit is a stratum, not a cluster
    sums = made["base_weight"].groupby(cluster).sum() ** 2
    size = float(sums.sum()) / float((w**2).sum())  # weighted number of interviews per unit
    deff = kish * (1 + (size - 1) * icc)
    return len(w) / deff, deff


def _pace(used: Visits, day: pd.Timestamp) -> float:
    made = used.table[used.table["group"] == "I"]
    recent = made[made["date"] > day - pd.Timedelta(days=7)]
    days = recent["date"].nunique()
    return len(recent) / days if days else 0.0
