"""Tables of the quality check: flags, items, respondents by item nonresponse, interviewers and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.answers.paradata import is_code
from literacy.privacy.privacy import redact
from literacy.quality import response_patterns
from literacy.quality.checks import CHECKS, Limits
from literacy.quality.findings import DUE, REFUSED, SKIPPED, UNKNOWN, Evidence, Finding, count_missing

if TYPE_CHECKING:
    from literacy.answers.responses import Responses

BANDS = (0.0, 0.05, 0.2, 0.5, 1.0)
"""Upper limits of the classes of the share of items left unanswered."""
BEYOND_CHANCE = 3.0
"""Standard errors by which a group's mean must differ from the others, in addition to its robust z."""


def flag_table(found: list[Finding], responses: Responses) -> pd.DataFrame:
    """Return one row per flag, in the order of the file and of the checks."""
    order = {check: place for place, check in enumerate(CHECKS)}
    found = sorted(found, key=lambda f: (f.row, order[f.check]))
    name = responses.instrument.id_column
    known = name in responses.frame.columns
    rows = [
        {
            "row": f.row + 1,
            "id": _harmless(responses.frame[name].iloc[f.row]) if known else f.row + 1,
            "check": f.check,
            "reason": redact(f.en),
            "reason_zh": redact(f.zh),
        }
        for f in found
    ]
    table = pd.DataFrame(rows, columns=["row", "id", "check", "reason", "reason_zh"])
    return table.astype({"row": "int64"})


def _harmless(cell: object) -> object:
    """Return an id unchanged, unless it looks like a telephone number or similar."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return "–"
    text = f"{cell:.0f}" if isinstance(cell, float) else str(cell)
    return cell if redact(text) == text else "[…]"


def item_table(evidence: Evidence, limits: Limits) -> pd.DataFrame:
    """Return one row per item: number asked, and the shares of don't know, refused and skipped."""
    rows = []
    for item in evidence.asked:
        kinds = evidence.responses.missing[item.name].to_numpy()
        due = int((kinds < DUE).sum())
        unsure, refused, skipped = (float((kinds == k).sum()) / due for k in (UNKNOWN, REFUSED, SKIPPED))
        rows.append(
            {
                "item": item.name,
                "asked": due,
                "dont_know": unsure,
                "refused": refused,
                "skipped": skipped,
                "missing": refused + skipped,
                "notable": refused + skipped > limits.item_missing,
            }
        )
    columns = ["item", "asked", "dont_know", "refused", "skipped", "missing", "notable"]
    return pd.DataFrame(rows, columns=columns).astype({"notable": bool})


def people_table(evidence: Evidence) -> pd.DataFrame:
    """Return the distribution of respondents by the share of items left unanswered."""
    due, gone = count_missing(evidence)
    share = gone[due > 0] / due[due > 0]
    rows = []
    low = -1.0
    for high in BANDS:
        count = int(((share > low) & (share <= high)).sum())
        rows.append({"above": max(low, 0.0), "up_to": high, "n": count, "share": count / max(1, len(share))})
        low = high
    return pd.DataFrame(rows)


def place_table(evidence: Evidence, limits: Limits) -> pd.DataFrame:
    """Return interviewers and communities with share right, share of don't know and duration, and mark outliers.

    Codes of interviewers are shown; names are replaced by a number and the first row in which they occur.
    """
    responses = evidence.responses
    kinds: dict[str, pd.Series] = {}
    if "interviewer" in responses.paradata.columns:
        kinds["interviewer"] = responses.paradata["interviewer"]
    for name in ("community", *responses.wave.design.psu[:1]):
        if name in responses.frame.columns:
            kinds[name] = responses.frame[name]
    right, unsure = _rates(responses)
    rows: list[dict[str, object]] = []
    for kind, groups in kinds.items():
        codes, uniques = pd.factorize(groups)
        table = pd.DataFrame(
            {"code": codes, "right": right, "dont_know": unsure, "duration": evidence.duration}
        )
        table = table[table["code"] >= 0]
        means = table.groupby("code").agg(
            n=("code", "size"),
            right=("right", "mean"),
            dont_know=("dont_know", "mean"),
            duration=("duration", "median"),
        )
        means = means[means["n"] >= limits.group_size]
        if len(means) < 5:
            continue
        zs = _distances(table, means)
        for place, code in enumerate(means.index.tolist()):
            row = means.iloc[place]
            far = {
                c: float(z[place])
                for c, (z, errors) in zs.items()
                if abs(z[place]) > limits.outlier and errors[place] > BEYOND_CHANCE
            }
            zh, en = _labels(responses, kind, uniques[code], int(code) + 1)
            rows.append(
                {
                    "kind": kind,
                    "name": en,
                    "name_zh": zh,
                    "first_row": int(np.flatnonzero(codes == code)[0]) + 1,
                    "n": int(row["n"]),
                    "right": row["right"],
                    "dont_know": row["dont_know"],
                    "duration": row["duration"],
                    "notable": bool(far),
                    "why": "; ".join(f"{c} {row[c]:.2f} (z {z:+.1f})" for c, z in far.items()),
                }
            )
    names = ["kind", "name", "name_zh", "first_row", "n", "right", "dont_know", "duration", "notable", "why"]
    return pd.DataFrame(rows, columns=names).astype({"first_row": "int64", "n": "int64", "notable": bool})


def _distances(
    table: pd.DataFrame, means: pd.DataFrame
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return for each measure the robust z of every group, and its distance from the median in standard errors."""
    out = {}
    for name in ("right", "dont_know", "duration"):
        values = means[name].to_numpy(dtype=float)
        if np.isfinite(values).all():
            spread = float(np.nanstd(table[name].to_numpy(dtype=float)))
            error = spread / np.sqrt(means["n"].to_numpy(dtype=float))
            far = np.abs(values - np.median(values)) / np.where(error > 0, error, np.inf)
            out[name] = (response_patterns.robust_z(values), far)
    return out


def _labels(responses: Responses, kind: str, value: object, number: int) -> tuple[str, str]:
    """Return the label of an interviewer or place in both languages, without personal names."""
    text = str(value)
    if kind == "interviewer":
        text = text if is_code(text) else f"#{number}"
        return text, text
    item = next((i for i in responses.instrument.items if i.name == kind), None)
    option = next((o for o in item.options if str(o.code) == text), None) if item else None
    if option is not None:
        return f"{text} {option.label.zh}", f"{text} {option.label.en}"
    return redact(text), redact(text)


def _rates(responses: Responses) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share right and the share of don't know among the scored items each respondent was asked."""
    items = [i for i in responses.instrument.scored_items if i.name in responses.frame.columns]
    right = np.zeros(len(responses.frame))
    unsure = np.zeros(len(responses.frame))
    asked = np.zeros(len(responses.frame))
    for item in items:
        kinds = responses.missing[item.name].to_numpy()
        key = "|".join(sorted(map(str, item.key)))
        texts = responses.frame[item.name].astype("str")
        right += ((texts == key) & (kinds == 0)).to_numpy(dtype=float, na_value=0.0)
        unsure += kinds == UNKNOWN
        asked += kinds < DUE
    with np.errstate(invalid="ignore"):
        return right / np.where(asked, asked, np.nan), unsure / np.where(asked, asked, np.nan)
