"""A wave of clean answers and 300 problems put into it on purpose (seeded)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from literacy.instrument.model import Item
from literacy.io import Responses

SEEDED = {
    "speed": 50,
    "straight": 50,
    "double": 50,
    "value": 30,
    "outside": 20,
    "missing": 40,
    "random": 40,
    "burst": 20,
}


def spoil(clean: Responses, seed: int) -> tuple[Responses, dict[str, np.ndarray]]:
    """The answers with problems, and the rows each problem was put into (they do not overlap)."""
    rng = np.random.default_rng(seed)
    n = len(clean)
    rows = rng.permutation(n)[: sum(SEEDED.values())]
    where: dict[str, np.ndarray] = {}
    for check, count in SEEDED.items():
        where[check], rows = np.sort(rows[:count]), rows[count:]
    frame, missing = clean.frame.copy(), clean.missing.copy()
    items = [i for i in clean.instrument.items if not bool((missing[i.name] == 4).all())]
    duration = np.exp(rng.normal(6.6, 0.35, n))
    duration[where["speed"]] = np.median(duration) * rng.uniform(0.05, 0.3, SEEDED["speed"])
    device = np.arange(1, n + 1)
    moment = pd.Timestamp("2025-06-01") + pd.to_timedelta(np.sort(rng.uniform(0, 4e6, n)), unit="s")
    moment = pd.Series(moment)
    for row in where["straight"]:
        code = int(rng.integers(1, 3))
        for item in items:
            if item.type in ("true_false", "single", "scale", "category") and item.module != "background":
                _give(frame, missing, row, item, item.answers[min(code, len(item.answers)) - 1].code)
    clean_rows = np.setdiff1d(np.arange(n), np.concatenate(list(where.values())))
    for k, row in enumerate(where["double"]):
        source = int(rng.choice(clean_rows[clean_rows < max(row, 30)]))
        for item in items:
            if rng.random() < 0.01:
                continue
            frame.loc[row, item.name] = frame.loc[source, item.name]
            missing.loc[row, item.name] = missing.loc[source, item.name]
        if k % 2:
            device[row] = device[source]
    for row in where["value"]:
        _give(frame, missing, row, clean.instrument.item("age"), int(rng.choice([0, 3, 7, 120, 150, 199])))
    for row in where["outside"]:
        _give(frame, missing, row, clean.instrument.item("age"), int(rng.integers(70, 90)))
    for row in where["missing"]:
        for item in items:
            if item.module != "background" and missing.loc[row, item.name] < 4 and rng.random() < 0.8:
                frame.loc[row, item.name] = None
                missing.loc[row, item.name] = int(rng.choice([2, 3]))
    for row in where["random"]:
        for item in items:
            if item.module != "background" and item.options and missing.loc[row, item.name] < 4:
                codes = [o.code for o in item.answers]
                if item.type == "multiple":
                    ticked = [c for c in codes if rng.random() < 0.5] or codes[:1]
                    _give(frame, missing, row, item, "|".join(map(str, ticked)))
                else:
                    _give(frame, missing, row, item, codes[int(rng.integers(len(codes)))])
    for first in range(0, SEEDED["burst"], 5):
        for k, row in enumerate(where["burst"][first : first + 5]):
            device[row] = device[where["burst"][first]]
            moment[row] = moment[where["burst"][first]] + pd.Timedelta(seconds=9 * k)
    paradata = pd.DataFrame(
        {"duration": duration, "submitted": moment, "device": pd.array(device, dtype="Int64")}
    )
    return replace(clean, frame=frame, missing=missing, paradata=paradata), where


def _give(frame: pd.DataFrame, missing: pd.DataFrame, row: int, item: Item, code: object) -> None:
    frame.loc[row, item.name] = code
    missing.loc[row, item.name] = 0
