"""What the quality check says of each interviewer, and the tables figures are drawn from."""

from __future__ import annotations

import pandas as pd

from literacy.answers import Responses
from literacy.fieldwork.progress.board import FieldStatus
from literacy.quality import Quality


def flag_interviewers(responses: Responses, quality: Quality) -> tuple[dict[str, float], tuple[str, ...]]:
    """Interviewer's code -> part of the interviews with a flag; and what is to be said where the file tells none."""
    if "interviewer" not in responses.paradata.columns:
        return {}, ("the answers have no column of interviewers' codes: no flags by interviewer",)
    code = responses.paradata["interviewer"].astype(str).reset_index(drop=True)
    share = pd.Series(quality.flagged).groupby(code).mean()
    return {str(k): float(v) for k, v in share.items()}, ()


def status_tables(status: FieldStatus) -> dict[str, pd.DataFrame]:
    """Tables of the report's figures: ``field_units`` and ``field_days``."""
    units = status.rows("unit")[["name", "target", "done", "expected", "response"]]
    days = status.rows("day")[["name", "done"]].rename(columns={"name": "date", "done": "made"})
    days = days.assign(done=days["made"].cumsum())
    whole = float(status.rows("all")["target"].iloc[0])
    if not pd.isna(status.end):
        length = (status.end - status.start).days + 1
        past = (pd.to_datetime(days["date"]) - status.start).dt.days + 1
        days = days.assign(expected=(past / length).clip(0, 1) * whole)
    return {"field_units": units.rename(columns={"name": "unit"}), "field_days": days.assign(target=whole)}
