"""Holds what a report says against what the respondents bear."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.report.towns import GROUPS, OPTIONS
from tests.simulation.report_reading import Said, compare_twins, read_sentence
from tests.simulation.report_recalculation import (
    ALPHA,
    MINIMUM,
    Test,
    Wave,
    adjusted_effects,
    change,
    family,
    gap_change,
    holm,
    split,
)

HALF = 0.05 + 1e-6
"""A number printed to one decimal lies that near to what it stands for."""
PARTS = ("summary", "results", "change", "projection", "adjusted")
COLUMNS = {
    "居住地": "residence",
    "性别": "sex",
    "文化程度": "education",
    "人群": "group",
    "Group": "group",
    "group": "group",
}
LABELS = {("group", name): zh for name, (zh, _) in GROUPS.items()} | {
    (o, c): zh for o, c, zh, *_ in (line.split(",") for line in OPTIONS.splitlines()[1:])
}
_LEVELS = {(by, zh): level for (by, level), zh in LABELS.items()}


def leaks(inside: Mapping[tuple[str, str], NDArray[np.bool_]], shown: set[tuple[str, str]]) -> str:
    """The first few people that follow from what is shown, by ranks of the matrix of who is where; "" for none."""
    for a in sorted(shown):
        for b in sorted(shown - {a}):
            apart = int((inside[b] & ~inside[a]).sum())
            if not (inside[a] & ~inside[b]).any() and 0 < apart < MINIMUM:
                return f"{apart} people are in {b} and not in {a}"
    known = np.array([inside[k] for k in sorted(shown)], float)
    rank = np.linalg.matrix_rank(np.unique(known, axis=1))
    for one in sorted(set(inside) - shown):
        if 0 < inside[one].sum() < MINIMUM:
            more = np.unique(np.vstack([known, inside[one].astype(float)]), axis=1)
            if np.linalg.matrix_rank(more) == rank:
                return f"{one} is a sum of what is shown"
    return ""


class Claims:
    """One report's sentences and facts against its respondents."""

    def __init__(
        self, facts: pd.DataFrame, sentences: pd.DataFrame, waves: Mapping[int, pd.DataFrame]
    ) -> None:
        self.facts, self.sentences = facts, sentences
        self.waves = {year: Wave(frame) for year, frame in waves.items()}
        self.year = max(waves)
        self.latest = self.waves[self.year]
        self.earlier = sorted(waves, reverse=True)[1:]
        self.columns = [c for c in ("residence", "sex", "education") if len(self.latest.levels(c)) > 1]
        self.grouped = "group" in set(facts["by"])
        if not self.grouped:
            for wave in self.waves.values():
                wave.frame = wave.frame.drop(columns=[c for c in wave.frame if c.startswith("group_")])
        self.family = family(self.waves, self.columns)

    def problems(self) -> Iterator[str]:
        yield from self.check_facts()
        yield from self.check_hidden()
        said: dict[str, Said] = {}
        for s in self.sentences[self.sentences["part"].isin(PARTS)].itertuples():
            zh, en = read_sentence(s.zh, "zh"), read_sentence(s.en, "en")
            if zh is None or en is None:
                yield f"{s.id}: cannot be read: {s.zh if zh is None else s.en}"
                continue
            said[s.id] = zh
            yield from (f"{s.id}: {t}" for t in compare_twins(zh, en))
            for one in (zh, en):
                yield from (f"{s.id}: {t} ({s.zh if one is zh else s.en})" for t in self.check(one))
        yield from self.check_complete(said)

    def check(self, s: Said) -> Iterator[str]:
        """What is wrong with one sentence as read."""
        head = s.kind.split(" ")[0]
        checks: dict[str, Callable[[Said], Iterator[str]]] = {
            "total": self._total, "whole": self._whole, "growth": self._growth, "group": self._group, "goal": self._goal,
            "mean": self._mean, "two": self._two, "highest": self._levels, "some": self._levels, "above": self._levels,
            "none": self._levels, "gap": self._gap, "split": self._split, "adjusted": self._adjusted,
        }  # fmt: skip
        if head in checks:
            yield from checks[head](s)

    def _numbers(self, s: Said, **own: float) -> Iterator[str]:
        for name, value in own.items():
            if not abs(s.numbers[name] - 100 * value) <= HALF:
                yield f"{name} {s.numbers[name]:g}, anew {100 * value:.3f}"

    def _total(self, s: Said) -> Iterator[str]:
        own = self.latest.share()
        right = "total none" if not own.released else "total" if own.reliable else "total poor"
        if s.kind != right:
            yield f"said as {s.kind!r}, anew {right!r}"
        elif s.kind != "total none":
            yield from self._numbers(s, value=own.p)
            if s.numbers["n"] != own.n:
                yield f"n {s.numbers['n']:g}, anew {own.n}"
            if s.kind == "total":
                yield from self._numbers(s, **dict(zip(("low", "high"), own.interval(), strict=True)))

    def _moved(self, s: Said, test: Test, q: float, verb: str) -> Iterator[str]:
        """A rise, fall, or no change found, with its size."""
        right = "untested" if math.isnan(q) else "" if q >= ALPHA else "rise" if test.value > 0 else "fall"
        told = "untested" if s.kind.endswith("untested") else verb
        if told != right:
            yield f"says {told or 'no change'}, anew {right or 'no change'} (p {q:.4f})"
        elif told in ("rise", "fall"):
            yield from self._numbers(s, size=abs(test.value))

    def _whole(self, s: Said) -> Iterator[str]:
        before = self.waves[int(s.words["base"])]
        test = change(before, self.latest)
        known = before.share().testable and self.latest.share().testable
        yield from self._moved(s, test, test.p if known else math.nan, s.verb)
        if "before" in s.numbers:
            yield from self._numbers(
                s, before=before.share().p, **dict(zip(("low", "high"), test.interval(), strict=True))
            )
        if "value" in s.numbers:
            yield from self._numbers(s, value=test.value)

    def _growth(self, s: Said) -> Iterator[str]:
        before = self.waves[int(s.words["base"])]
        test = change(before, self.latest)
        if not (test.p < ALPHA and test.value > 0):
            yield f"a growth with p {test.p:.4f}"
        yield from self._numbers(s, before=before.share().p, value=test.value / before.share().p)

    def _group(self, s: Said) -> Iterator[str]:
        level = _LEVELS["group", s.words["level"]]
        own = self.latest.share("group", level)
        if s.kind == "group poor" or not own.reliable:
            if s.kind != "group poor" or own.reliable:
                yield f"said as {s.kind!r}, anew {'reliable' if own.reliable else 'not reliable'}"
            return
        yield from self._numbers(s, value=own.p, **dict(zip(("low", "high"), own.interval(), strict=True)))
        if s.kind == "group only":
            return
        base = int(s.words["base"])
        test, q = self.family.get(
            f"change|{base}>{self.year}|group|{level}", (Test(math.nan, math.nan, 0), math.nan)
        )
        yield from self._moved(s, test, q, s.verb)
        if "before" in s.numbers:
            yield from self._numbers(s, before=self.waves[base].share("group", level).p)

    def _goal(self, s: Said) -> Iterator[str]:
        own = self.latest.share()
        if s.kind == "goal none":
            return
        if (s.kind == "goal poor") != (own.released and not own.reliable):
            yield f"said as {s.kind!r}, anew {'reliable' if own.reliable else 'not reliable'}"
            return
        if s.kind == "goal poor":
            return
        low, high = own.interval()
        yield from self._numbers(s, value=own.p, low=low, high=high)
        goals = self.facts[(self.facts["measure"] == "goal") & (self.facts["wave"] == s.words["goal_year"])]
        bar = float(goals["value"].iloc[0])
        right = "passed" if low > bar else "not passed" if high < bar else "cannot be told"
        if s.verb != right:
            yield f"says {s.verb}, anew {right}"

    def _mean(self, s: Said) -> Iterator[str]:
        own = self.latest.mean("total")
        low, high = own.interval()
        yield from self._numbers(s, value=own.value / 100, low=low / 100, high=high / 100)

    def _fit(self, by: str) -> list[str]:
        told = self.facts[(self.facts["measure"] == "share") & (self.facts["by"] == by)
                          & (self.facts["wave"] == str(self.year)) & (self.facts["status"] == "suppressed")]  # fmt: skip
        gone = set(told["level"].astype(str))
        return [v for v in self.latest.levels(by) if v not in gone and self.latest.share(by, v).reliable]

    def _pairs(self, s: Said) -> tuple[str, str, dict[str, tuple[Test, float]]]:
        """Column, leader as named, and its tests against every other level, by label."""
        by = COLUMNS[s.words["column"]]
        leader = _LEVELS[by, s.words["level"]]
        pairs = self.latest.pairs(by, self._fit(by))
        can = {v: self.latest.share(by, v).testable for v in self._fit(by)}
        tests = {t: (p if can[pair[0]] and can[pair[1]] else math.nan) for pair, (t, p) in pairs.items()}
        if any(math.isnan(p) for p in tests.values()):  # the family holds what can be tested
            plain = [t.p if can[pair[0]] and can[pair[1]] else math.nan for pair, (t, _) in pairs.items()]
            tests = dict(zip(tests, holm(plain), strict=True))
        found = {}
        for (a, b), (test, _) in pairs.items():
            if leader in (a, b):
                found[LABELS[by, b if a == leader else a]] = (
                    test if a == leader else Test(-test.value, test.variance, test.df),
                    tests[test],
                )
        return by, leader, found

    def _two(self, s: Said) -> Iterator[str]:
        by, leader, tests = self._pairs(s)
        test, q = tests[s.words["other"]]
        if (s.kind == "two") != (q < ALPHA and test.value > 0) or (s.kind == "two same") != (q >= ALPHA):
            yield f"said as {s.kind!r} with p {q:.4f} and difference {test.value:.4f}"
        other = _LEVELS[by, s.words["other"]]
        yield from self._numbers(
            s, value=self.latest.share(by, leader).p, rest=self.latest.share(by, other).p
        )
        if s.kind == "two":
            low, high = test.interval()
            yield from self._numbers(s, size=test.value, low=low, high=high)

    def _levels(self, s: Said) -> Iterator[str]:
        by, leader, tests = self._pairs(s)
        yield from self._numbers(s, value=self.latest.share(by, leader).p)
        strange = {*s.among("above"), *s.among("same")} - set(tests)
        if strange:
            yield f"names {', '.join(sorted(strange))}, not to be compared with {s.words['level']}"
            return
        for label in s.among("above"):
            test, q = tests[label]
            if not (q < ALPHA and test.value > 0):
                yield f"above {label} with p {q:.4f} and difference {test.value:.4f}"
        for label in s.among("same"):
            if tests[label][1] < ALPHA:
                yield f"no difference from {label} with p {tests[label][1]:.4f}"
        left = {k for k, (_, q) in tests.items() if not math.isnan(q)} - {*s.among("above"), *s.among("same")}
        if left:
            yield f"says nothing of {', '.join(sorted(left))}"
        if s.kind == "highest" and len(s.among("above")) != len(self.latest.levels(by)) - 1:
            yield "highest, but not above every other level"

    def _gap(self, s: Said) -> Iterator[str]:
        base = int(s.words["base"])
        if s.kind == "gap same":
            by = COLUMNS[s.words["column"]]
        else:
            by = next(b for b in self.columns if (b, s.words["level"]) in _LEVELS)
        levels = self.latest.levels(by)
        first, second = sorted(levels, key=lambda v: -self.latest.share(by, v).p)
        test, then, now = gap_change(self.waves[base], self.latest, by, first, second)
        _, q = self.family[f"gap_change|{base}>{self.year}|{by}"]
        right = "gap same" if q >= ALPHA else "gap turned" if then < 0 else "gap"
        if s.kind != right:
            yield f"said as {s.kind!r}, anew {right!r} (p {q:.4f}, from {then:.4f} to {now:.4f})"
            return
        low, high = test.interval()
        yield from self._numbers(s, value=test.value, low=low, high=high)
        if s.kind != "gap same":
            yield from self._numbers(s, before=then, after=now)
            if [_LEVELS[by, s.words[k]] for k in ("level", "other")] != [first, second]:
                yield f"{s.words['level']} and {s.words['other']} are the wrong way round"
        if s.kind == "gap" and s.verb != ("narrowed" if abs(now) < abs(then) else "widened"):
            yield f"says {s.verb}, anew from {then:.4f} to {now:.4f}"

    def _split(self, s: Said) -> Iterator[str]:
        mix, rate = split(self.waves[int(s.words["base"])], self.latest, COLUMNS[s.words["column"]])
        yield from self._numbers(s, mix=mix, rate=rate)

    def _effects(self) -> dict[tuple[str, str], tuple[Test, float]]:
        told = self.facts[self.facts["measure"] == "adjusted"]
        return adjusted_effects(self.latest, [c for c in self.columns if c in set(told["by"])])

    def _adjusted(self, s: Said) -> Iterator[str]:
        effects = self._effects()
        if s.kind == "adjusted none":
            if not s.words.get("more") and any(q < ALPHA for _, q in effects.values()):
                yield "no adjusted difference, though there is one"
            return
        by = next(b for b in self.columns if (b, s.words["level"]) in _LEVELS)
        test, q = effects[by, _LEVELS[by, s.words["level"]]]
        if _LEVELS[by, s.words["other"]] != self.latest.levels(by)[0]:
            yield "another reference"
        if not q < ALPHA or (s.verb == "higher") != (test.value > 0):
            yield f"{s.verb} with p {q:.4f} and {test.value:.4f}"
        low, high = test.interval()
        yield from self._numbers(s, size=abs(test.value), low=low, high=high)

    def check_facts(self) -> Iterator[str]:
        """Shares, statuses, changes and the family of tests in the table of facts."""
        table = self.facts.set_index("id")
        for row in self.facts[self.facts["measure"] == "share"].itertuples():
            own = self.waves[int(row.wave)].share(row.by, str(row.level))
            if row.status == "suppressed":
                continue
            if abs(row.value - own.p) > 1e-9 or row.n != own.n:
                yield f"{row.id}: {row.value:.6f} of {row.n:g}, anew {own.p:.6f} of {own.n}"
            if (row.status == "ok") != own.reliable:
                yield f"{row.id}: {row.status}, anew {'ok' if own.reliable else 'unreliable'}"
        told = self.facts[(self.facts["family"] == "groups") & self.facts["p_adjusted"].notna()]
        if set(told["id"]) != {k for k, (_, q) in self.family.items() if not math.isnan(q)}:
            yield f"family of tests: {sorted(told['id'])}, anew {sorted(self.family)}"
            return
        for row in told.itertuples():
            test, q = self.family[row.id]
            if abs(test.value - row.value) > 1e-9 or abs(q - row.p_adjusted) > 1e-6:
                yield f"{row.id}: {row.value:.6f} p {row.p_adjusted:.6f}, anew {test.value:.6f} p {q:.6f}"
        for row in self.facts[self.facts["measure"] == "adjusted"].itertuples():
            test, q = self._effects()[row.by, str(row.level)]
            if abs(test.value - row.value) > 1e-6 or not math.isclose(q, row.p_adjusted, abs_tol=1e-5):
                yield f"{row.id}: {row.value:.6f} p {row.p_adjusted:.6f}, anew {test.value:.6f} p {q:.6f}"
        assert len(table) == len(self.facts)

    def check_hidden(self) -> Iterator[str]:
        """What is suppressed has no number, is named by no sentence, and cannot be found by subtraction."""
        numbers = ["value", "se", "ci_low", "ci_high", "n"]
        gone = self.facts[(self.facts["status"] == "suppressed") & (self.facts["by"] != "")]
        yield from (f"{r['id']}: a suppressed number" for _, r in gone.iterrows() if r[numbers].notna().any())
        shown = self.sentences[self.sentences["part"].isin(["summary", "results", "change", "adjusted"])]
        shares = gone[gone["measure"] == "share"]
        for row in shares[shares["wave"] == str(self.year)].itertuples():
            yield from (f"{s.id}: names {row.zh}" for s in shown.itertuples() if row.zh in s.zh)
        for year, wave in self.waves.items():
            for by in (*self.columns, *(("group",) if self.grouped else ())):
                hidden = set(
                    shares[(shares["wave"] == str(year)) & (shares["by"] == by)]["level"].astype(str)
                )
                small = {v for v in wave.levels(by) if wave.share(by, v).n < MINIMUM}
                if not small <= hidden:
                    yield f"{year} {by}: shows {sorted(small - hidden)}"
                if by != "group" and len(hidden) == 1 and len(wave.levels(by)) > 1:
                    yield f"{year} {by}: {sorted(hidden)} is found by subtraction"
            gone_of = {
                by: set(shares[(shares["wave"] == str(year)) & (shares["by"] == by)]["level"].astype(str))
                for by in (*self.columns, *(("group",) if self.grouped else ()))
            }
            if wave.share().released:
                yield from self._check_linked(year, wave, gone_of)

    def _check_linked(self, year: int, wave: Wave, gone: Mapping[str, set[str]]) -> Iterator[str]:
        """No few people are the difference, or any sum, of what is shown; and nothing is hidden without such a need."""
        inside = {("", ""): wave.inside("", "")}
        inside |= {(by, v): wave.inside(by, v) for by in gone for v in wave.levels(by)}
        shown = {k for k in inside if k[1] not in gone.get(k[0], ())}
        leak = leaks(inside, shown)
        if leak:
            yield f"{year}: {leak}"
        for by, levels in gone.items():
            for level in levels if all(wave.share(by, v).n >= MINIMUM for v in levels) else ():
                if (by, level) in inside and not leaks(inside, shown | {(by, level)}):
                    yield f"{year} {by}: {level} is hidden without need"

    def check_complete(self, said: Mapping[str, Said]) -> Iterator[str]:
        """Nothing that a test decides is passed over: each earlier wave, each group, each column."""
        if not self.latest.share().released:
            return
        kinds = [(s.kind.split(" ")[0], s) for s in said.values()]
        for base in self.earlier:
            if self.waves[base].share().released and not any(
                k == "whole" and s.words["base"] == str(base) for k, s in kinds
            ):
                yield f"nothing of the whole since {base}"
        named = {s.words.get("level") for k, s in kinds if k == "group"}
        for level in self.latest.levels("group") if self.grouped else ():
            if level in self._fit("group") and LABELS["group", level] not in named:
                yield f"nothing of the group {level}"
        for by in (*self.columns, *(("group",) if self.grouped else ())):
            fit = [v for v in self._fit(by) if self.latest.share(by, v).testable]
            told = any(
                COLUMNS.get(s.words.get("column", "")) == by
                and k in ("two", "highest", "some", "above", "none")
                for k, s in kinds
            )
            if len(fit) > 1 and len(fit) == len(self._fit(by)) and not told:
                yield f"nothing of the levels of {by}"


def check_claims(
    facts: pd.DataFrame, sentences: pd.DataFrame, waves: Mapping[int, pd.DataFrame]
) -> list[str]:
    """Everything a report says that the respondents do not bear, in words."""
    return list(Claims(facts, sentences, waves).problems())
