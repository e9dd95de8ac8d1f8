"""What a report's numbers and tests should be, worked out anew from the respondents with numpy and scipy alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Key = tuple[str, str]
ALPHA, MINIMUM = 0.05, 30
NONE = 1e-12


@dataclass(frozen=True)
class Share:
    """A share of a domain with all that decides what may be said of it."""

    p: float
    influence: Floats
    variance: float
    df: float
    n: int
    kish: float

    @property
    def testable(self) -> bool:
        return self.released and self.reliable and self.variance > NONE**2

    @property
    def released(self) -> bool:
        return self.n >= MINIMUM

    @property
    def flat(self) -> bool:
        return not 0 < self.p < 1 or self.variance <= NONE**2

    @cached_property
    def reliable(self) -> bool:
        """NCHS 2017: sizes of 30, and the width of the Korn-Graubard interval, absolute and relative."""
        if not self.n or not self.df > 0:
            return False
        size = self.kish
        if not self.flat:
            plain = self.p * (1 - self.p) / self.variance
            size = min(self.n, plain * (quantile(self.n - 1) / quantile(self.df)) ** 2)
        low, high = exact(self.p, size)
        deff = self.variance / (self.p * (1 - self.p) / (self.n - 1)) if not self.flat else math.nan
        effective = self.kish if self.flat else self.n / deff
        width = high - low
        relative = width / self.p if self.p > 0 else math.inf
        return self.n >= 30 and effective >= 30 and width < 0.3 and (width <= 0.05 or relative <= 1.3)

    def interval(self) -> tuple[float, float]:
        """95 %: on the logit scale; exact where the share is 0 or 1."""
        if self.flat:
            return exact(self.p, self.kish)
        half = quantile(self.df) * math.sqrt(self.variance) / (self.p * (1 - self.p))
        centre = math.log(self.p / (1 - self.p))
        low, high = (1 / (1 + math.exp(-(centre + s * half))) for s in (-1, 1))
        return low, high


@dataclass(frozen=True)
class Test:
    """A difference with its t test."""

    value: float
    variance: float
    df: float

    @property
    def p(self) -> float:
        if not self.variance > 1e-18 or not self.df > 0:
            return math.nan
        return float(2 * special.stdtr(self.df, -abs(self.value) / math.sqrt(self.variance)))

    def interval(self) -> tuple[float, float]:
        half = quantile(self.df) * math.sqrt(self.variance)
        return self.value - half, self.value + half


def quantile(df: float) -> float:
    """The t quantile of a 95 % interval."""
    return float(special.stdtrit(df, 0.975))


def exact(p: float, n: float) -> tuple[float, float]:
    """Clopper-Pearson with a number of trials that need not be whole."""
    x = n * p
    low = 0.0 if x <= 0 else float(special.betaincinv(x, n - x + 1, 0.025))
    high = 1.0 if n - x <= 0 else float(special.betaincinv(x + 1, n - x, 0.975))
    return low, high


def holm(p: Sequence[float]) -> list[float]:
    """Holm's adjustment, written out."""
    known = sorted((q, i) for i, q in enumerate(p) if not math.isnan(q))
    out, worst = [math.nan] * len(p), 0.0
    for rank, (q, i) in enumerate(known):
        worst = max(worst, min(1.0, q * (len(known) - rank)))
        out[i] = worst
    return out


def welch(v1: float, v2: float, df1: float, df2: float) -> float:
    """Satterthwaite's degrees of freedom of two independent waves."""
    bottom = v1**2 / df1 + v2**2 / df2 if df1 > 0 and df2 > 0 else 0.0
    return (v1 + v2) ** 2 / bottom if bottom > 0 else math.nan


class Wave:
    """One wave: shares of domains and the covariance of any two, from totals of units within strata."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.w, self.y = frame["w"].to_numpy(float), frame["literate"].to_numpy(float)
        self.stratum, self.unit = frame["stratum"].to_numpy(), frame["unit"].to_numpy()
        self.of_unit = np.zeros(self.unit.max() + 1, int)
        self.of_unit[self.unit] = self.stratum
        there = np.bincount(self.unit, minlength=len(self.of_unit)) > 0
        self.strata = [np.flatnonzero((self.of_unit == h) & there) for h in np.unique(self.stratum)]
        self._made: dict[Key, Share] = {}

    def levels(self, by: str) -> list[str]:
        """Levels of a column that anybody has, in order of their codes."""
        if by == "group":
            names = [c.removeprefix("group_") for c in self.frame if c.startswith("group_")]
            return [g for g in names if self.frame[f"group_{g}"].any()]
        return [str(v) for v in sorted(self.frame[by].unique())]

    def inside(self, by: str, level: str) -> NDArray[np.bool_]:
        if not by:
            return np.ones(len(self.w), bool)
        if by == "group":
            return (self.frame[f"group_{level}"] == 1).to_numpy()
        return (self.frame[by].astype(str) == level).to_numpy()

    def variance(self, influence: Floats) -> float:
        total = 0.0
        whole = np.bincount(self.unit, influence, minlength=len(self.of_unit))
        for units in self.strata:
            sums, m = whole[units], len(units)
            total += m / (m - 1) * float(((sums - sums.mean()) ** 2).sum())
        return total

    def matrix(self, influence: Floats) -> Floats:
        """Covariance of several influences, one a column."""
        k = influence.shape[1]
        whole = np.column_stack(
            [np.bincount(self.unit, influence[:, j], minlength=len(self.of_unit)) for j in range(k)]
        )
        out = np.zeros((k, k))
        for units in self.strata:
            d = whole[units] - whole[units].mean(axis=0)
            out += len(units) / (len(units) - 1) * d.T @ d
        return out

    def share(self, by: str = "", level: str = "") -> Share:
        if (by, level) not in self._made:
            d = self.inside(by, level)
            size = self.w[d].sum()
            if not size:
                return Share(math.nan, np.zeros(len(d)), math.nan, math.nan, 0, 0.0)
            p = float((self.w * self.y * d).sum() / size)
            influence = self.w * d * (self.y - p) / size
            units = np.unique(self.unit[d])
            df = float(len(units) - len(np.unique(self.of_unit[units])))
            kish = float(size**2 / (self.w[d] ** 2).sum())
            made = Share(p, influence, self.variance(influence), df, int(d.sum()), kish)
            self._made[by, level] = made
        return self._made[by, level]

    def mean(self, column: str) -> Test:
        """Mean of a column, as a test against 0."""
        y = self.frame[column].to_numpy(float)
        m = float((self.w * y).sum() / self.w.sum())
        return Test(m, self.variance(self.w * (y - m) / self.w.sum()), self.share().df)

    def difference(self, by: str, first: str, second: str) -> Test:
        """Two domains of one wave; their covariance counts."""
        a, b = self.share(by, first), self.share(by, second)
        return Test(a.p - b.p, self.variance(a.influence - b.influence), min(a.df, b.df))

    def pairs(self, by: str, levels: Sequence[str]) -> dict[tuple[str, str], tuple[Test, float]]:
        """Every pair of levels, larger share first, with Holm's probability over all of them."""
        order = sorted(levels, key=lambda v: -self.share(by, v).p)
        made = {pair: self.difference(by, *pair) for pair in combinations(order, 2)}
        return dict(
            zip(made, zip(made.values(), holm([t.p for t in made.values()]), strict=True), strict=True)
        )


def change(before: Wave, after: Wave, by: str = "", level: str = "") -> Test:
    """Change of a share from one wave to the other."""
    a, b = before.share(by, level), after.share(by, level)
    return Test(b.p - a.p, a.variance + b.variance, welch(a.variance, b.variance, a.df, b.df))


def gap_change(before: Wave, after: Wave, by: str, first: str, second: str) -> tuple[Test, float, float]:
    """Change of the difference of two domains; the gap then and now."""
    then, now = (wave.difference(by, first, second) for wave in (before, after))
    df = min(change(before, after, by, level).df for level in (first, second))
    return Test(now.value - then.value, then.variance + now.variance, df), then.value, now.value


def split(before: Wave, after: Wave, by: str) -> tuple[float, float]:
    """Kitagawa: the change that goes with composition, and with the rates, each at the mean of the waves."""
    mix = rate = 0.0
    for level in sorted({*before.levels(by), *after.levels(by)}):
        a, b = before.share(by, level).p, after.share(by, level).p
        s, t = (float(w.w[w.inside(by, level)].sum() / w.w.sum()) for w in (before, after))
        mix += (t - s) * (a + b) / 2
        rate += (b - a) * (s + t) / 2
    return mix, rate


def family(waves: Mapping[int, Wave], columns: Sequence[str]) -> dict[str, tuple[Test, float]]:
    """Changes of groups and of gaps since every earlier wave that can be tested, adjusted by Holm; by id of the fact."""
    latest = max(waves)
    made: dict[str, Test] = {}
    for base in sorted(waves, reverse=True)[1:]:
        before, after = waves[base], waves[latest]
        for level in after.levels("group"):
            if before.share("group", level).testable and after.share("group", level).testable:
                made[f"change|{base}>{latest}|group|{level}"] = change(before, after, "group", level)
        for by in columns:
            levels = after.levels(by)
            ready = [w.share(by, v).testable for w in (before, after) for v in levels]
            if len(levels) == 2 and before.levels(by) == levels and all(ready):
                first, second = sorted(levels, key=lambda v: -after.share(by, v).p)
                made[f"gap_change|{base}>{latest}|{by}"] = gap_change(before, after, by, first, second)[0]
    adjusted = holm([t.p for t in made.values()])
    return dict(zip(made, zip(made.values(), adjusted, strict=True), strict=True))


def adjusted_effects(wave: Wave, columns: Sequence[str]) -> dict[Key, tuple[Test, float]]:
    """Average differences in a logistic model against the first level of each column, with Holm over all of them.

    Newton's method; the errors of the coefficients from the sandwich of the design, those of the averages added.
    """
    heads = [(c, v) for c in columns for v in wave.levels(c)[1:]]
    X = np.column_stack([np.ones(len(wave.w)), *(wave.inside(c, v).astype(float) for c, v in heads)])
    w, y = wave.w / wave.w.mean(), wave.y
    beta = np.zeros(X.shape[1])
    for _ in range(60):
        mu = 1 / (1 + np.exp(-X @ beta))
        step = np.linalg.solve((X * (w * mu * (1 - mu))[:, None]).T @ X, X.T @ (w * (y - mu)))
        beta += step
        if np.abs(step).max() < 1e-12:
            break
    mu = 1 / (1 + np.exp(-X @ beta))
    bread = np.linalg.inv((X * (w * mu * (1 - mu))[:, None]).T @ X)
    covariance = wave.matrix((X * (w * (y - mu))[:, None]) @ bread)
    df = wave.share().df - (X.shape[1] - 1)
    made: dict[Key, Test] = {}
    share = w / w.sum()
    for by, level in heads:
        block = [j + 1 for j, (c, _) in enumerate(heads) if c == by]
        low, high = X.copy(), X.copy()
        low[:, block] = high[:, block] = 0.0
        high[:, heads.index((by, level)) + 1] = 1.0
        p0, p1 = (1 / (1 + np.exp(-Z @ beta)) for Z in (low, high))
        slope = (share * p1 * (1 - p1)) @ high - (share * p0 * (1 - p0)) @ low
        value = float(share @ (p1 - p0))
        own = wave.variance(share * (p1 - p0 - value))
        made[by, level] = Test(value, float(slope @ covariance @ slope) + own, df)
    return dict(zip(made, zip(made.values(), holm([t.p for t in made.values()]), strict=True), strict=True))
