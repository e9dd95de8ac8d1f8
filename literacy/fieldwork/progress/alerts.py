"""Alerts of the fieldwork board, with reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas._libs.tslibs.nattype import NaTType

from literacy.fieldwork.outcome_rates import OutcomeRates
from literacy.fieldwork.progress.visits import Visits
from literacy.messages import tell

BEHIND, UNLIKELY, FLAGGED, MANY_A_DAY, LEAST_VISITS = 0.85, 2.6, 0.2, 15, 3
"""Limits of the alerts: minimum fraction of the expected interviews; z score of an interviewer's rate against all
others; flagged fraction; interviews per person and day; visits required before a case counts as never at home."""


def find_alerts(
    board: pd.DataFrame, drawn: pd.DataFrame, used: Visits, table: pd.DataFrame, rates: OutcomeRates, share: float,
    end: pd.Timestamp | NaTType, likely: pd.Timestamp | NaTType,
) -> pd.DataFrame:  # fmt: skip
    """Return the alerts with reasons: ``kind, name, alert, reason, reason_zh``."""
    out: list[tuple[str, str, str, str, str]] = []
    if not np.isnan(share):
        for row in board[board["kind"].isin(["all", "stratum", "unit"])].to_dict("records"):
            if row["expected"] >= 1 and row["done"] < BEHIND * row["expected"]:
                en = tell("{:.0f} completed, {:.0f} expected by today", row["done"], row["expected"])
                out.append(
                    (
                        row["kind"],
                        row["name"],
                        "behind",
                        en,
                        f"已完成 {row['done']:.0f}，今日应完成 {row['expected']:.0f}",
                    )
                )
    if not pd.isna(end) and not pd.isna(likely) and likely > end:
        en = tell("at this pace fieldwork ends on {:%Y-%m-%d}, not {:%Y-%m-%d}", likely, end)
        out.append(("all", "", "late", en, f"按目前进度将于 {likely:%Y-%m-%d} 完成，晚于计划 {end:%Y-%m-%d}"))
    out += _rates(board)
    out += _logs(used, table)
    out += _reserve(drawn, table)
    for row in board[(board["kind"] == "interviewer") & (board["flagged"] > FLAGGED)].to_dict("records"):
        en = tell("{:.0%} of the interviews are flagged by the quality check", row["flagged"])
        out.append(("interviewer", row["name"], "flagged", en, f"质量检查标出其 {row['flagged']:.0%} 的问卷"))
    for row in board[
        (board["kind"] == "unit") & (board["done"] > board["target"]) & (board["target"] > 0)
    ].to_dict("records"):
        en = tell("{:.0f} interviews, {:.0f} were planned", row["done"], row["target"])
        out.append(
            ("unit", row["name"], "too many", en, f"完成 {row['done']:.0f} 份，计划 {row['target']:.0f} 份")
        )
    return pd.DataFrame(out, columns=["kind", "name", "alert", "reason", "reason_zh"])


def _rates(board: pd.DataFrame) -> list[tuple[str, str, str, str, str]]:
    """Return interviewers with unusually many refusals compared with all others."""
    out = []
    people = board[board["kind"] == "interviewer"]
    for row in people.to_dict("records"):
        others = people[people["name"] != row["name"]]
        tried, cases = float(others["cases"].sum()), float(row["cases"])
        if not tried or not cases:
            continue
        p = float(others["refused"].sum() + row["refused"]) / (tried + cases)
        se = np.sqrt(p * (1 - p) * (1 / cases + 1 / tried))
        gap = row["refused"] / cases - float(others["refused"].sum()) / tried
        if se > 0 and gap / se > UNLIKELY:
            en = tell(
                "{:.0f} of {:.0f} refused; {:.0%} for all others",
                row["refused"],
                cases,
                others["refused"].sum() / tried,
            )
            zh = f"{cases:.0f} 户中 {row['refused']:.0f} 户拒访；其他人为 {others['refused'].sum() / tried:.0%}"
            out.append(("interviewer", row["name"], "refusals", en, zh))
    return out


def _logs(used: Visits, table: pd.DataFrame) -> list[tuple[str, str, str, str, str]]:
    out = []
    made = used.table[(used.table["group"] == "I") & (used.table["interviewer"] != "")]
    counts = made.groupby(["interviewer", "date"]).size().reset_index(name="made")
    for row in counts[counts["made"] > MANY_A_DAY].to_dict("records"):
        date, count = row["date"], row["made"]
        en = tell("{} interviews on {:%Y-%m-%d}", count, date)
        out.append(
            ("interviewer", str(row["interviewer"]), "many a day", en, f"{date:%Y-%m-%d} 一天完成 {count} 份")
        )
    early = table[(table["group"] == "NC") & (table["visits"] < LEAST_VISITS)].groupby("unit").size()
    for unit, count in early.items():
        en = tell("{} households not contacted after fewer than {} visits: visit again", count, LEAST_VISITS)
        out.append(
            ("unit", str(unit), "call again", en, f"{count} 户未接触到且上门不足 {LEAST_VISITS} 次，须再访")
        )
    return out


def _reserve(drawn: pd.DataFrame, table: pd.DataFrame) -> list[tuple[str, str, str, str, str]]:
    """Return reserve units that were used before an earlier one."""
    spare = drawn[drawn["reserve"] == 1]
    if spare.empty or "household" in drawn:
        return []
    used = set(table["unit"])
    key = spare["stratum"].astype(str) if "stratum" in spare else pd.Series("", index=spare.index)
    out = []
    for _, own in spare.groupby(key):
        waiting = False
        for row in own.sort_values("order").to_dict("records"):
            if row["unit"] not in used:
                waiting = True
            elif waiting:
                en = tell("a reserve unit was used before an earlier one on the list")
                out.append(("unit", str(row["unit"]), "reserve order", en, "备用单位未按名单顺序启用"))
    return out
