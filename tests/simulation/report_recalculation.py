"""What a report's tests should say, worked out anew from the respondents with numpy and scipy alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
ALPHA = 0.05


class Wave:
    """One wave: shares of domains and the covariance of any two, from totals of units within strata."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.w, self.y = frame["w"].to_numpy(float), frame["literate"].to_numpy(float)
        self.stratum, self.unit = frame["stratum"].to_numpy(), frame["unit"].to_numpy()
        self.of_unit = np.zeros(self.unit.max() + 1, int)
        self.of_unit[self.unit] = self.stratum
        self.there = np.bincount(self.unit, minlength=len(self.of_unit)) > 0

    def inside(self, by: str, level: str) -> NDArray[np.bool_]:
        if not by:
            return np.ones(len(self.w), bool)
        if by == "group":
            return (self.frame[f"group_{level}"] == 1).to_numpy()
        return (self.frame[by].astype(str) == level).to_numpy()

    def share(self, by: str = "", level: str = "") -> tuple[float, Floats, float, int]:
        """Share, influence of every respondent, degrees of freedom, respondents."""
        d = self.inside(by, level)
        size = self.w[d].sum()
        if not size:
            return math.nan, np.zeros(len(d)), math.nan, 0
        p = float((self.w * self.y * d).sum() / size)
        influence = self.w * d * (self.y - p) / size
        units = len(np.unique(self.unit[d]))
        df = float(units - len(np.unique(self.stratum[d])))
        return p, influence, df, int(d.sum())

    def variance(self, influence: Floats) -> float:
        total = 0.0
        whole = np.bincount(self.unit, influence, minlength=len(self.of_unit))
        for h in np.unique(self.stratum):
            sums = whole[(self.of_unit == h) & self.there]
            total += len(sums) / (len(sums) - 1) * float(((sums - sums.mean()) ** 2).sum())
        return total


def probability(value: float, variance: float, df: float) -> float:
    """Two-sided t probability."""
    if not variance > 1e-18 or not df > 0:
        return math.nan
    return float(2 * stats.t.sf(abs(value) / math.sqrt(variance), df))


def welch(v1: float, v2: float, df1: float, df2: float) -> float:
    """Satterthwaite's degrees of freedom of two independent waves."""
    bottom = v1**2 / df1 + v2**2 / df2
    return (v1 + v2) ** 2 / bottom if bottom > 0 else math.nan


def test_change(before: Wave, after: Wave, by: str = "", level: str = "") -> tuple[float, float]:
    """Change of a share, and its probability."""
    p1, i1, d1, _ = before.share(by, level)
    p2, i2, d2, _ = after.share(by, level)
    v1, v2 = before.variance(i1), after.variance(i2)
    return p2 - p1, probability(p2 - p1, v1 + v2, welch(v1, v2, d1, d2))


def test_difference(wave: Wave, by: str, first: str, second: str) -> tuple[float, float]:
    """Difference of two domains of one wave; their covariance counts."""
    p1, i1, d1, _ = wave.share(by, first)
    p2, i2, d2, _ = wave.share(by, second)
    return p1 - p2, probability(p1 - p2, wave.variance(i1 - i2), min(d1, d2))


def test_gap(
    before: Wave, after: Wave, by: str, first: str, second: str
) -> tuple[float, float, float, float]:
    """Change of the difference of two domains; its probability; the gap then and now."""
    parts = []
    degrees = []
    for level in (first, second):
        one, two = before.share(by, level), after.share(by, level)
        v1, v2 = before.variance(one[1]), after.variance(two[1])
        degrees.append(welch(v1, v2, one[2], two[2]))
        parts.append((one, two))
    then = parts[0][0][0] - parts[1][0][0]
    now = parts[0][1][0] - parts[1][1][0]
    variance = before.variance(parts[0][0][1] - parts[1][0][1]) + after.variance(
        parts[0][1][1] - parts[1][1][1]
    )
    return now - then, probability(now - then, variance, min(degrees)), then, now


def holm(p: Sequence[float]) -> list[float]:
    """Holm's adjustment, written out."""
    known = sorted((q, i) for i, q in enumerate(p) if not math.isnan(q))
    out, worst = [math.nan] * len(p), 0.0
    for rank, (q, i) in enumerate(known):
        worst = max(worst, min(1.0, q * (len(known) - rank)))
        out[i] = worst
    return out


def logit_interval(wave: Wave) -> tuple[float, float]:
    """95 % interval of the whole's share on the logit scale."""
    p, influence, df, _ = wave.share()
    if not 0 < p < 1:
        return math.nan, math.nan
    se = math.sqrt(wave.variance(influence)) / (p * (1 - p))
    t = float(stats.t.ppf(0.975, df))
    centre = math.log(p / (1 - p))
    low, high = (1 / (1 + math.exp(-(centre + s * t * se))) for s in (-1, 1))
    return low, high


def check_claims(
    facts: pd.DataFrame, sentences: pd.DataFrame, waves: Mapping[int, pd.DataFrame]
) -> list[str]:
    """Everything a report claims that the respondents do not bear, in words."""
    made = {year: Wave(frame) for year, frame in waves.items()}
    latest = max(made)
    table, wrong = facts.set_index("id"), []
    family = facts[(facts["family"] == "groups") & facts["p_value"].notna()]
    own = []
    for row in family.itertuples():
        base = made[int(row.base)]
        if row.measure == "gap_change":
            own.append(test_gap(base, made[latest], row.by, str(row.level), str(row.other))[:2])
        else:
            own.append(test_change(base, made[latest], row.by, str(row.level)))
    for (name, row), (value, _), q in zip(
        family.set_index("id").iterrows(), own, holm([p for _, p in own]), strict=True
    ):
        if abs(value - row["value"]) > 1e-9 or abs(q - row["p_adjusted"]) > 1e-6:
            wrong.append(f"{name}: {row['value']:.6f} p {row['p_adjusted']:.6f}, anew {value:.6f} p {q:.6f}")
    adjusted = {row.id: q for row, q in zip(family.itertuples(), holm([p for _, p in own]), strict=True)}
    for s in sentences.itertuples():
        ids = s.facts.split(" ") if s.facts else []
        if s.claim in ("rise", "fall", "no_change", "narrowed", "widened", "reversed"):
            fact = next(i for i in ids if i.startswith(("change|", "gap_change|")))
            row = table.loc[fact]
            if fact in adjusted:
                q, value = adjusted[fact], row["value"]
            else:
                value, q = test_change(made[int(row["base"])], made[latest])
            if (q < ALPHA) == (s.claim == "no_change"):
                wrong.append(f"{s.id}: {s.claim} with p {q:.4f}")
            if (s.claim == "rise" and value <= 0) or (s.claim == "fall" and value >= 0):
                wrong.append(f"{s.id}: {s.claim} by {value:.4f}")
            if s.claim in ("narrowed", "widened"):
                _, _, then, now = test_gap(
                    made[int(row["base"])], made[latest], row["by"], str(row["level"]), str(row["other"])
                )
                if (abs(now) < abs(then)) != (s.claim == "narrowed"):
                    wrong.append(f"{s.id}: {s.claim} from {then:.4f} to {now:.4f}")
        elif s.id.startswith("by|"):
            wrong += _check_leader(facts, s, made[latest], str(latest))
        elif s.claim in ("passed", "not passed", "cannot be told"):
            wrong += _check_goal(table, s, made[latest])
    return wrong + _check_hidden(facts, sentences, str(latest))


def _check_leader(facts: pd.DataFrame, s: object, wave: Wave, year: str) -> list[str]:
    name = s.id  # type: ignore[attr-defined]
    by = name.split("|")[1]
    told = facts[(facts["measure"] == "difference") & (facts["by"] == by)]
    own = [test_difference(wave, by, str(r.level), str(r.other)) for r in told.itertuples()]
    adjusted = holm([p for _, p in own])
    wrong = []
    for row, (value, _), q in zip(told.itertuples(), own, adjusted, strict=True):
        if row.verdict == "higher" and not (q < ALPHA and value > 0):
            wrong.append(f"{row.id}: higher with p {q:.4f}")
        if row.verdict == "no_difference" and q < ALPHA:
            wrong.append(f"{row.id}: no difference with p {q:.4f}")
    claim = s.claim  # type: ignore[attr-defined]
    known = [
        str(v)
        for v in facts[(facts["measure"] == "share") & (facts["by"] == by) & (facts["wave"] == year)]["level"]
    ]
    if claim == "highest" and not (len(known) == len(own) + 1 and all(q < ALPHA for q in adjusted)):
        wrong.append(f"{name}: highest with p {max(adjusted):.4f}")
    return wrong


def _check_goal(table: pd.DataFrame, s: object, wave: Wave) -> list[str]:
    goal = next(i for i in s.facts.split(" ") if i.startswith("goal|"))  # type: ignore[attr-defined]
    value = float(table.loc[goal, "value"])
    low, high = logit_interval(wave)
    if math.isnan(low):
        return []
    right = "passed" if low > value else "not passed" if high < value else "cannot be told"
    claim = s.claim  # type: ignore[attr-defined]
    return [] if claim == right else [f"{s.id}: {claim}, anew {right}"]  # type: ignore[attr-defined]


def _check_hidden(facts: pd.DataFrame, sentences: pd.DataFrame, year: str) -> list[str]:
    """What is suppressed has no number and is named by no sentence of results."""
    gone = facts[(facts["status"] == "suppressed") & (facts["by"] != "")]
    numbers = ["value", "se", "ci_low", "ci_high", "n"]
    wrong = [f"{r['id']}: a suppressed number" for _, r in gone.iterrows() if r[numbers].notna().any()]
    latest = gone[(gone["measure"] == "share") & (gone["wave"] == year)]
    shown = sentences[sentences["part"].isin(["summary", "results", "change"])]
    for row in latest.itertuples():
        wrong += [f"{s.id}: names {row.zh}" for s in shown.itertuples() if row.zh in s.zh]
    return wrong
