"""Tables of the quality check: flags, items, respondents by item nonresponse, interviewers and places."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.instrument import Instrument
from literacy.privacy.privacy import redact
from literacy.quality import response_patterns
from literacy.quality.answer_positions import REFUSED, SKIPPED, UNKNOWN, Positions
from literacy.quality.answer_record import Evidence, name_key
from literacy.quality.checks import CHECKS, Limits
from literacy.quality.findings import Found, count_missing

BATCH = 1 << 14
"""Number of flags whose texts are made at a time."""
BANDS = (0.0, 0.05, 0.2, 0.5, 1.0)
"""Upper limits of the classes of the share of items left unanswered."""
BEYOND_CHANCE = 3.0
"""Standard errors by which a group's mean must differ from the others, in addition to its robust z."""


def flag_table(found: Mapping[str, Found], evidence: Evidence) -> pd.DataFrame:
    """Return one row per flag, in the order of the file and of the checks."""
    names = ["row", "id", "check", "reason", "reason_zh"]
    checks = [check for check in CHECKS if check in found]
    sizes = [len(found[check].rows) for check in checks]
    if not sum(sizes):
        return pd.DataFrame([], columns=names).astype({"row": "int64"})
    rows = np.concatenate([found[check].rows for check in checks])
    check = np.repeat(np.arange(len(checks), dtype=np.int8), sizes)
    order = np.lexsort((check, rows))
    starts = np.cumsum([0, *sizes])
    parts = []
    for start in range(0, len(order), BATCH):
        at = order[start : start + BATCH]
        here = rows[at]
        texts = [found[checks[c]].reason(int(k - starts[c])) for k, c in zip(at, check[at], strict=True)]
        plain = {text: redact(text) for text in {t for pair in texts for t in pair}}
        parts.append(
            pd.DataFrame(
                {
                    "row": here.astype(np.int64) + 1,
                    "id": _name_rows(evidence.ids, here),
                    "check": [checks[c] for c in check[at]],
                    "reason": [plain[en] for _, en in texts],
                    "reason_zh": [plain[zh] for zh, _ in texts],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _name_rows(ids: pd.Series | None, rows: NDArray[np.intp]) -> list[object]:
    """Return the ids of rows, or the numbers of the rows from 1 if there are no ids."""
    return (rows + 1).tolist() if ids is None else [_harmless(cell) for cell in ids.iloc[rows].tolist()]


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
        column = evidence.answers[item.name]
        due = int(np.count_nonzero(column.due))
        unsure, refused, skipped = (column.count(kind) / due for kind in (UNKNOWN, REFUSED, SKIPPED))
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
    right, unsure = _rates(evidence)
    rows: list[dict[str, object]] = []
    for kind, column in evidence.places.items():
        codes = column.cells
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
            zh, en = _labels(evidence.instrument, kind, column.levels[code], int(code) + 1)
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


def _labels(instrument: Instrument, kind: str, value: object, number: int) -> tuple[str, str]:
    """Return the label of an interviewer or place in both languages, without personal names."""
    if kind == "interviewer":
        text = value if isinstance(value, str) else f"#{number}"
        return text, text
    text = str(value)
    item = next((i for i in instrument.items if i.name == kind), None)
    option = next((o for o in item.options if str(o.code) == text), None) if item else None
    if option is not None:
        return f"{text} {option.label.zh}", f"{text} {option.label.en}"
    return redact(text), redact(text)


def _rates(evidence: Evidence) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share right and the share of don't know among the scored items each respondent was asked."""
    right = np.zeros(evidence.rows)
    unsure = np.zeros(evidence.rows)
    asked = np.zeros(evidence.rows)
    for item in evidence.instrument.scored_items:
        column = evidence.answers.get(item.name)
        if column is None or item.name in evidence.hidden:
            continue
        right += _is_right(column, name_key(item))
        unsure += column.cells == UNKNOWN
        asked += column.due
    with np.errstate(invalid="ignore"):
        return right / np.where(asked, asked, np.nan), unsure / np.where(asked, asked, np.nan)


def _is_right(column: Positions, key: str) -> NDArray[np.bool_]:
    table = np.array([*(str(level) == key for level in column.levels), False])
    return table[np.where(column.cells >= 0, column.cells, len(column.levels))]
