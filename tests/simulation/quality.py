"""Put 300 problems into a synthetic wave, again and again: how many does the quality check find?

Run ``make quality``, or ``python -m tests.simulation.quality``; writes docs/quality.md.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from literacy._resources import sample_data
from literacy.answers import Responses, read
from literacy.instrument import load_instrument
from literacy.quality import CHECKS, Limits, check_quality
from tests.conftest import ROOT
from tests.quality.problems import SEED, TOTAL, clean_share, count_found, spoil, write_file

WAVES = 10
PUT_IN = {
    "speed": "time is 5 to 40 % of the median (the check flags below a third)",
    "straight": "one option all through the true-or-false items; every other one in all items",
    "double": "copy of an earlier row: 1 answer in 100 changed; every other one 1 in 12, from the same address",
    "device": "four from one address, all else as it was",
    "value": "age 0, 3, 7, 120, 150 or 199",
    "outside": "age 70 to 89",
    "missing": "4 in 5 answers left out",
    "random": "every answer thrown with dice",
    "burst": "five from one address, 9 seconds apart",
    "clockwork": "ten, 47 seconds apart (to a second), each from its own address",
}


def measure(clean: Responses) -> tuple[list[dict[str, tuple[int, int]]], list[float]]:
    """Found problems and the share of clean rows flagged, one a seed."""
    found, wrong = [], []
    for number in range(WAVES):
        responses, where = spoil(clean, SEED + number)
        quality = check_quality(responses)
        found.append(count_found(quality, where))
        wrong.append(clean_share(quality, where))
    return found, wrong


def measure_file(clean: Responses) -> tuple[dict[str, tuple[int, int]], float]:
    """The same for the first seed, through a file."""
    responses, where = spoil(clean, SEED)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wave.csv"
        write_file(responses, path)
        quality = check_quality(read(path, clean.instrument))
    return count_found(quality, where), clean_share(quality, where)


def measure_interviewers(clean: Responses) -> tuple[dict[str, int], int, int]:
    """Thirty made-up interviewers a wave, one of them bad: how often is that one noticed, and how often another?"""
    noticed = {"dont_know": 0, "hurry": 0}
    others = judged = 0
    for number in range(WAVES):
        rng = np.random.default_rng(SEED + number)
        n = len(clean)
        interviewer = rng.integers(1, 31, n)
        duration = np.exp(rng.normal(6.6, 0.35, n)).round()
        for fault in noticed:
            own = interviewer == 7
            missing, time = clean.missing.copy(), duration.copy()
            if fault == "hurry":
                time[own] *= 0.5
            for item in clean.instrument.scored_items if fault == "dont_know" else ():
                rows = own & (missing[item.name] == 0).to_numpy() & (rng.random(n) < 0.3)
                missing.loc[rows, item.name] = 1
            paradata = pd.DataFrame({"duration": time, "interviewer": interviewer.astype(str)})
            places = check_quality(replace(clean, missing=missing, paradata=paradata)).places
            mine = places[places["kind"] == "interviewer"]
            hit = mine["name"] == "7"
            noticed[fault] += int(mine.loc[hit, "notable"].iloc[0])
            others += int(mine.loc[~hit, "notable"].sum())
            judged += int((~hit).sum())
    return noticed, others, judged


def stated(shares: list[float]) -> int:
    """The rate that is promised, in percent: a little below the worst of the waves."""
    return max(0, math.floor(100 * min(shares) / 5) * 5)


def write_page() -> str:
    """The whole page."""
    instrument = load_instrument("erenhot")
    clean = read(sample_data("erenhot_2025.sav"), instrument)
    found, wrong = measure(clean)
    in_file, wrong_file = measure_file(clean)
    rows = []
    for check, label in CHECKS.items():
        n = TOTAL[check]
        own = [f[check][0] / n for f in found]
        some = [f[check][1] / n for f in found]
        rows.append(
            f"| {check} | {label.zh} | {PUT_IN[check]} | {n} | {in_file[check][0]} | {np.mean(own):.1%} | "
            f"{np.mean(some):.1%} | {stated(own)} % |"
        )
    noticed, others, judged = measure_interviewers(clean)
    total = sum(f[1] for f in in_file.values())
    waves = []
    for wave in (2021, 2023, 2025):
        quality = check_quality(read(sample_data(f"erenhot_{wave}.sav"), instrument))
        waves.append(f"{wave}: {int(quality.flagged.sum())} of {quality.n} ({quality.flagged.mean():.2%})")
    limits = Limits()
    return f"""# What the quality check finds

`literacy check FILE` looks for answers that look wrong and says why; it deletes nothing. 300 problems were put into
the **synthetic** wave of 2025 ({len(clean)} people), with made-up times and addresses, and checked with the default
limits: once through a file in GB18030 with personal columns, and {WAVES} times in memory. Made by `make quality`, seeds
{SEED} to {SEED + WAVES - 1}; the same numbers every time. Real problems are less tidy than these.

| check | 检查 | what was put in | n | found in the file | found, mean of {WAVES} | by any check | at least |
|---|---|---|---:|---:|---:|---:|---:|
{chr(10).join(rows)}

*Found*: flagged by the check of that name. *By any check*: flagged at all. *At least*: the rate that is promised, and
tested at every change. Of the 300 in the file {total} are flagged by some check.

**Clean answers flagged: {wrong_file:.2%} in the file; {np.mean(wrong):.2%} on average, {max(wrong):.2%} at most** (promised:
under 2 %). Most of these have no age or left out most of the form. One in 20 clean people shares an address with another.
The sample waves as they are, which hold neither times nor addresses: {"; ".join(waves)}.

**Interviewers.** In each of the {WAVES} waves 30 made-up interviewers share the people at random and one is bad. One whose
people "do not know" 30 % more of the test is noticed in {noticed["dont_know"]} of {WAVES} waves, one who takes half the time in
{noticed["hurry"]} of {WAVES}; of the others {others} of {judged} ({others / judged:.1%}) are marked.

## What each check looks at

| check | flags | limit |
|---|---|---|
| speed | an interview shorter than this share of the median | {limits.speed:.2f} |
| straight | one option in a block of this many items or more, unless this share of people answer so; don't know is not counted | {limits.block}, {limits.pattern:g} |
| double | the id of an earlier row, or this share of equal answers; the later row is flagged | {limits.same:g}; {limits.same_device:g} from one address |
| device | this many from one device or address, where most people ({limits.own_device:g}) have their own: not on interviewers' tablets | {limits.device} |
| value | a number outside what the item allows | the survey's `min`, `max` |
| outside | in no universe of the survey, or not to be told | the survey's universes |
| missing | more than this share of what was asked refused or skipped | {limits.missing:g} |
| random | answers less usual than everybody's, robust z below | {limits.unlikely:g} |
| burst | this many within a minute from one device or address | {limits.burst} |
| clockwork | this many at equal intervals (to 2 s; of 20 s to an hour), others in between or not; not in a crowd | {limits.run} |

Every limit can be moved: `literacy check FILE --limit speed=0.25`. Checks whose information the file lacks are named as
not looked at. Beside the flags there are tables of items (notable above {limits.item_missing:g} missing), of how much people left
out, and of interviewers and places (notable above a robust z of {limits.outlier:g} in the share right, the share of don't know, or the
median time, and more than 3 standard errors off; groups under {limits.group_size} are not judged). These flag nobody: a place may well differ from the others.

Up to 20,000 rows every pair is compared; above that `double` finds only sheets that are equal in every answer.

Devices, addresses and accounts are numbered when the file is read and never shown; interviewers' names are replaced by
a number and the first row they stand in; anything like a phone number is taken out of ids and reasons.
"""


if __name__ == "__main__":
    (ROOT / "docs" / "quality.md").write_text(write_page(), encoding="utf-8")
