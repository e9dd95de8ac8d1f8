"""A wave of clean (synthetic) answers, and 300 problems put into it on purpose (seeded)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from literacy.answers import Responses
from literacy.instrument.definitions import Item
from literacy.quality import CHECKS, Quality
from tests.files.exports import coded

SEED = 20250601
TOTAL = {
    "speed": 40,
    "straight": 40,
    "double": 50,
    "device": 12,
    "value": 24,
    "outside": 20,
    "missing": 34,
    "random": 40,
    "burst": 20,
    "clockwork": 20,
}
"""Check -> how many problems of its kind go in: 300."""
START = pd.Timestamp("2025-06-01")


def spoil(clean: Responses, seed: int) -> tuple[Responses, dict[str, np.ndarray]]:
    """The answers with problems, and the rows each problem was put into (they do not overlap)."""
    rng = np.random.default_rng(seed)
    n = len(clean)
    rows = rng.permutation(n)[: sum(TOTAL.values())]
    where: dict[str, np.ndarray] = {}
    for check in CHECKS:
        where[check], rows = np.sort(rows[: TOTAL[check]]), rows[TOTAL[check] :]
    frame = {c: clean.frame[c].astype(object).to_numpy(copy=True) for c in clean.frame.columns}
    missing = {c: clean.missing[c].to_numpy(copy=True) for c in clean.missing.columns}
    items = [i for i in clean.instrument.items if not bool((missing[i.name] == 4).all())]
    test = [i for i in items if i.module != "background"]

    def give(row: int, item: Item, code: object) -> None:
        frame[item.name][row], missing[item.name][row] = code, 0

    device = np.arange(1, n + 1)
    for row in rng.choice(n, n // 20, replace=False):  # families behind one address
        device[row] = device[(row + 1) % n]
    moment = np.sort(rng.uniform(0, 4e6, n)).round()
    duration = np.exp(rng.normal(6.6, 0.35, n)).round()
    duration[where["speed"]] = (np.median(duration) * rng.uniform(0.05, 0.4, TOTAL["speed"])).round()
    for k, row in enumerate(where["straight"]):  # every other one only in the true-or-false questions
        code = int(rng.integers(1, 3))
        for item in test:
            chosen = item.type == "true_false" or (k % 2 and item.type in ("single", "scale", "category"))
            if chosen and missing[item.name][row] < 4:
                give(row, item, item.answers[min(code, len(item.answers)) - 1].code)
    untouched = np.setdiff1d(np.arange(n), np.concatenate(list(where.values())))
    for k, row in enumerate(where["double"]):  # copied, with one answer in 100 (every other: in 12) changed
        source = int(rng.choice(untouched[untouched < max(row, untouched[0] + 1)]))
        for item in items:
            if rng.random() >= (1 / 12 if k % 2 else 0.01):
                frame[item.name][row] = frame[item.name][source]
                missing[item.name][row] = missing[item.name][source]
        if k % 2:
            device[row] = device[source]
    for first in range(0, TOTAL["device"], 4):
        device[where["device"][first : first + 4]] = n + 1 + first
    for row in where["value"]:
        give(row, clean.instrument.item("age"), int(rng.choice([0, 3, 7, 120, 150, 199])))
    for row in where["outside"]:
        give(row, clean.instrument.item("age"), int(rng.integers(70, 90)))
    for row in where["missing"]:
        for item in test:
            if missing[item.name][row] < 4 and rng.random() < 0.8:
                frame[item.name][row], missing[item.name][row] = None, 3
    for row in where["random"]:
        for item in test:
            if item.options and missing[item.name][row] < 4:
                codes = [o.code for o in item.answers]
                ticked = [c for c in codes if rng.random() < 0.5] or codes[:1]
                one = codes[int(rng.integers(len(codes)))]
                give(row, item, "|".join(map(str, ticked)) if item.type == "multiple" else one)
    for first in range(0, TOTAL["burst"], 5):
        group = where["burst"][first : first + 5]
        device[group] = 2 * n + first
        moment[group] = moment[group[0]] + 9 * np.arange(len(group))
    for first in range(0, TOTAL["clockwork"], 10):  # from an address of its own each time; one a minute
        group = where["clockwork"][first : first + 10]
        moment[group] = (
            np.floor(moment[group[0]]) + 47 * np.arange(len(group)) + rng.integers(0, 2, len(group))
        )
    paradata = pd.DataFrame(
        {
            "duration": duration,
            "submitted": START + pd.to_timedelta(moment, unit="s"),
            "device": pd.array(device, dtype="Int64"),
        }
    )
    answers = pd.DataFrame(
        {c: pd.Series(v, dtype=clean.frame[c].dtype) for c, v in frame.items()}, index=clean.frame.index
    )
    return replace(clean, frame=answers, missing=pd.DataFrame(missing), paradata=paradata), where


NAMES = ("乌兰图雅", "其其格", "巴特尔", "王秀英", "李建国", "张晓梅")
INTERVIEWERS = ("赵调研", "孙入户", "周敲门", "吴问卷", "郑记录", "冯核对")


def personal_values(n: int) -> dict[str, list[str]]:
    """Made-up personal data: names, phones, WeChat ids, and the names of interviewers."""
    return {
        "姓名": [f"{NAMES[k % len(NAMES)]}{k:04d}" for k in range(n)],
        "手机号": [f"139{k:04d}{(k * 7919) % 10_000:04d}" for k in range(n)],
        "调查员": [INTERVIEWERS[(k * 31) % len(INTERVIEWERS)] for k in range(n)],
    }


def write_file(spoiled: Responses, path: Path) -> dict[str, list[str]]:
    """The spoiled wave as an office would export it, personal columns and all; the personal values come back."""
    frame = coded(spoiled)
    n = len(frame)
    values = personal_values(n)
    number = spoiled.paradata["device"].astype(int)
    values["来自IP"] = [f"10.{d // 65_536}.{d // 256 % 256}.{d % 256}" for d in number]
    told = {
        "提交答卷时间": spoiled.paradata["submitted"].dt.strftime("%Y/%m/%d %H:%M:%S"),
        "所用时间": [f"{d:.0f}秒" for d in spoiled.paradata["duration"]],
    }
    export = pd.concat([pd.DataFrame(told | values), frame], axis=1)
    path.write_bytes(export.to_csv(index=False).encode("gb18030"))
    return values


def count_found(quality: Quality, where: dict[str, np.ndarray]) -> dict[str, tuple[int, int]]:
    """Check -> (found by the check itself, found by any check) of the problems put in."""
    any_flag = quality.flagged
    found = {}
    for check, rows in where.items():
        own = set((quality.flags.loc[quality.flags["check"] == check, "row"] - 1).tolist())
        found[check] = (sum(int(r) in own for r in rows), int(any_flag[rows].sum()))
    return found


def clean_share(quality: Quality, where: dict[str, np.ndarray]) -> float:
    """Share of the rows nobody touched that are flagged all the same."""
    untouched = np.ones(quality.n, dtype=bool)
    untouched[np.concatenate(list(where.values()))] = False
    return float(quality.flagged[untouched].mean())
