"""Reads a report's sentences as a reader does: what is said of whom, by which verb, with which numbers.

It knows the verbs of both languages and nothing of the program's templates; what it cannot read, it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

VERBS_ZH = {
    "上升": "rise",
    "下降": "fall",
    "缩小": "narrowed",
    "扩大": "widened",
    "高": "higher",
    "低": "lower",
}
VERBS_EN = {"rose": "rise", "fell": "fall", "up": "rise", "down": "fall", "narrowed": "narrowed", "widened": "widened",
            "above": "higher", "below": "lower"}  # fmt: skip
GOALS = {"判定为达标": "passed", "判定为未达标": "not passed", "无法判定是否达标": "cannot be told",
         "the goal is reached": "passed", "the goal is not reached": "not passed",
         "whether the goal is reached is undecided": "cannot be told"}  # fmt: skip
_N = r"[+−]?[\d.,]*\d"
_PP = "percentage points"
_ZH = rf"（95%置信区间：(?P<low>{_N})%?[—至](?P<high>{_N})(?:%|个百分点)）"
_EN = rf"\(95% confidence interval (?P<low>{_N})%? to (?P<high>{_N})(?:%| {_PP})\)"
_ZH_DIFFERENCE = _ZH.replace("（", "，", 1)
_EN_DIFFERENCE = _EN.replace(r"\(", ", ", 1)
_ENDS_ZH, _ENDS_EN = r"(?:（因四舍五入.*）)?。", r"(?: \(because of rounding.*\))?\."

FORMS: tuple[tuple[str, str, str], ...] = (
    ("total", rf"(?P<year>\d{{4}})年，.*的比例为(?P<value>{_N})%{_ZH[:-1]}；样本量(?P<n>[\d,]+)）。",
     rf"In (?P<year>\d{{4}}), the share .* was (?P<value>{_N})% {_EN[:-2]}; n = (?P<n>[\d,]+)\)\. It speaks for: .*"),
    ("total poor", rf"(?P<year>\d{{4}})年，.*的比例估计为(?P<value>{_N})%，但精度不足，不宜引用（样本量(?P<n>[\d,]+)）。",
     rf"In (?P<year>\d{{4}}), the share .* is estimated at (?P<value>{_N})%, which is not reliable enough to quote "
     r"\(n = (?P<n>[\d,]+)\)\. It speaks for: .*"),
    ("total none", r"(?P<year>\d{4})年样本量不足，.*不予公布。", r"The sample of (?P<year>\d{4}) is too small .* to be released\."),
    ("whole", rf"与(?P<base>\d{{4}})年的(?P<before>{_N})%相比，(?P<verb>上升|下降)(?P<size>{_N})个百分点{_ZH}，变化在统计上显著{_ENDS_ZH}",
     rf"Compared with (?P<before>{_N})% in (?P<base>\d{{4}}), it (?P<verb>rose|fell) by (?P<size>{_N}) {_PP} {_EN}, a "
     rf"statistically significant change{_ENDS_EN}"),
    ("whole same", rf"与(?P<base>\d{{4}})年的(?P<before>{_N})%相比，未见统计上显著的变化（差值(?P<value>{_N})个百分点"
     rf"{_ZH_DIFFERENCE}{_ENDS_ZH}",
     rf"Compared with (?P<before>{_N})% in (?P<base>\d{{4}}), no statistically significant change was found \(difference "
     rf"(?P<value>{_N}) {_PP}{_EN_DIFFERENCE}{_ENDS_EN}"),
    ("whole untested", r"与(?P<base>\d{4})年相比的变化无法检验。", r"Whether it changed since (?P<base>\d{4}) cannot be tested\."),
    ("growth", rf"以(?P<base>\d{{4}})年的(?P<before>{_N})%为基数，增长(?P<value>{_N})%。",
     rf"Relative to the base of (?P<before>{_N})% in (?P<base>\d{{4}}), that is a growth of (?P<value>{_N})%\."),
    ("group", rf"(?P<level>.+)：(?P<value>{_N})%{_ZH}，比(?P<base>\d{{4}})年的(?P<before>{_N})%(?P<verb>上升|下降)"
     rf"(?P<size>{_N})个百分点{_ENDS_ZH}",
     rf"(?P<level>.+): (?P<value>{_N})% {_EN}, (?P<verb>up|down) (?P<size>{_N}) {_PP} from (?P<before>{_N})% in "
     rf"(?P<base>\d{{4}}){_ENDS_EN}"),
    ("group same", rf"(?P<level>.+)：(?P<value>{_N})%{_ZH}，与(?P<base>\d{{4}})年相比未见统计上显著的变化。",
     rf"(?P<level>.+): (?P<value>{_N})% {_EN}; no statistically significant change since (?P<base>\d{{4}}) was found\."),
    ("group untested", rf"(?P<level>.+)：(?P<value>{_N})%{_ZH}，与(?P<base>\d{{4}})年相比的变化无法检验。",
     rf"(?P<level>.+): (?P<value>{_N})% {_EN}; whether it changed since (?P<base>\d{{4}}) cannot be tested\."),
    ("group only", rf"(?P<level>.+)：(?P<value>{_N})%{_ZH}。", rf"(?P<level>.+): (?P<value>{_N})% {_EN}\."),
    ("group poor", "(?P<level>.+)：样本有限，估计值精度不足，不予引用。", r"(?P<level>.+): the estimate is not reliable enough to quote\."),
    ("goal", rf"(?P<goal_year>\d{{4}})年目标为(?P<bar>超过|不低于)(?P<goal>{_N})%；(?P<year>\d{{4}})年调查值为(?P<value>{_N})%{_ZH}，"
     rf"(?P<verdict>{'|'.join(k for k in GOALS if k > 'z')})。",
     rf"The goal for (?P<goal_year>\d{{4}}) is (?P<bar>more than|at least) (?P<goal>{_N})%; the survey of (?P<year>\d{{4}}) "
     rf"found (?P<value>{_N})% {_EN}: (?P<verdict>{'|'.join(k for k in GOALS if k < 'z')})\."),
    ("goal poor", rf"(?P<goal_year>\d{{4}})年目标为(?P<bar>超过|不低于)(?P<goal>{_N})%；调查的估计值精度不足，不作判定。",
     rf"The goal for (?P<goal_year>\d{{4}}) is (?P<bar>more than|at least) (?P<goal>{_N})%; the estimate of the survey is not "
     r"reliable enough for a judgement\."),
    ("goal none", "未提供可判定的目标。", r"No goal was given that could be judged\."),
    ("mean", rf"平均得分为(?P<value>{_N})分（95%置信区间：(?P<low>{_N})—(?P<high>{_N})）。",
     rf"The mean score is (?P<value>{_N}) \(95% confidence interval (?P<low>{_N}) to (?P<high>{_N})\)\."),
    ("items", rf"(?P<n>\d+)道计分题答对率的估计值在(?P<low>{_N})%到(?P<high>{_N})%之间。",
     rf"Estimated shares of right answers to the (?P<n>\d+) scored items range from (?P<low>{_N})% to (?P<high>{_N})%\."),
    ("two", rf"按(?P<column>.+?)分，(?P<level>.+)（(?P<value>{_N})%）比(?P<other>.+)（(?P<rest>{_N})%）(?P<verb>高)(?P<size>{_N})个百分点{_ZH}"
     rf"{_ENDS_ZH}",
     rf"By (?P<column>.+?): (?P<level>.+) \((?P<value>{_N})%\) are (?P<verb>above) (?P<other>.+) \((?P<rest>{_N})%\) by "
     rf"(?P<size>{_N}) {_PP} {_EN}{_ENDS_EN}"),
    ("two same", rf"按(?P<column>.+?)分，(?P<level>.+)（(?P<value>{_N})%）与(?P<other>.+)（(?P<rest>{_N})%）之间未见统计上显著的差异。",
     rf"By (?P<column>.+?): no statistically significant difference between (?P<level>.+) \((?P<value>{_N})%\) and (?P<other>.+) "
     rf"\((?P<rest>{_N})%\) was found\."),
    ("highest", rf"按(?P<column>.+?)分，(?P<level>.+)的比例最高（(?P<value>{_N})%），与(?P<above>.+)的差异均在统计上显著。",
     rf"By (?P<column>.+?): (?P<level>.+) have the highest share \((?P<value>{_N})%\); the differences from (?P<above>.+) are all "
     r"statistically significant\."),
    ("some", rf"按(?P<column>.+?)分，(?P<level>.+)（(?P<value>{_N})%）高于(?P<above>.+)；与(?P<same>.+)之间未见统计上显著的差异。",
     rf"By (?P<column>.+?): (?P<level>.+) \((?P<value>{_N})%\) are above (?P<above>.+); no statistically significant difference "
     r"from (?P<same>.+) was found\."),
    ("above", rf"按(?P<column>.+?)分，(?P<level>.+)（(?P<value>{_N})%）高于(?P<above>.+)。",
     rf"By (?P<column>.+?): (?P<level>.+) \((?P<value>{_N})%\) are above (?P<above>.+)\."),
    ("none", rf"按(?P<column>.+?)分，(?P<level>.+)（(?P<value>{_N})%）与(?P<same>.+)之间未见统计上显著的差异。",
     rf"By (?P<column>.+?): no statistically significant difference between (?P<level>.+) \((?P<value>{_N})%\) and (?P<same>.+) "
     r"was found\."),
    ("gap", rf"(?P<column>.+)差距(?P<verb>缩小|扩大)：(?P<level>.+)与(?P<other>.+)的差距由(?P<base>\d{{4}})年的(?P<before>{_N})个百分点"
     rf"(?:缩小|扩大)到(?P<after>{_N})个百分点（变化(?P<value>{_N})个百分点{_ZH_DIFFERENCE}{_ENDS_ZH}",
     rf"The gap by (?P<column>.+?) (?P<verb>narrowed|widened): (?P<level>.+) against (?P<other>.+), from (?P<before>{_N}) {_PP} in "
     rf"(?P<base>\d{{4}}) to (?P<after>{_N}) {_PP} \(change (?P<value>{_N}) {_PP}{_EN_DIFFERENCE}{_ENDS_EN}"),
    ("gap turned", rf"(?P<level>.+)与(?P<other>.+)之差由(?P<base>\d{{4}})年的(?P<before>{_N})个百分点变为(?P<after>{_N})个百分点（变化"
     rf"(?P<value>{_N})个百分点{_ZH_DIFFERENCE}，变化在统计上显著{_ENDS_ZH}",
     rf"The difference between (?P<level>.+) and (?P<other>.+) went from (?P<before>{_N}) {_PP} in (?P<base>\d{{4}}) to "
     rf"(?P<after>{_N}) {_PP} \(change (?P<value>{_N}) {_PP}{_EN_DIFFERENCE}, a statistically significant change{_ENDS_EN}"),
    ("gap same", rf"按(?P<column>.+)分的差距自(?P<base>\d{{4}})年以来未见统计上显著的变化（变化(?P<value>{_N})个百分点"
     rf"{_ZH_DIFFERENCE[:-1]}(?P<adjusted>；区间未作多重比较校正，虽不含0，校正后差距的变化并不显著)?）。",
     rf"No statistically significant change since (?P<base>\d{{4}}) in the gap by (?P<column>.+) was found \(change "
     rf"(?P<value>{_N}) {_PP}{_EN_DIFFERENCE[:-2]}(?P<adjusted>; the interval excludes 0 .* not significant)?\)\."),
    ("split", rf"自(?P<base>\d{{4}})年以来的变化按(?P<column>.+)分解：人口构成的变化对应(?P<mix>{_N})个百分点（.*?），各类人群自身比例的变化"
     rf"对应(?P<rate>{_N})个百分点（.*?）{_ENDS_ZH}",
     rf"The change since (?P<base>\d{{4}}), split by (?P<column>.+?): (?P<mix>{_N}) {_PP} go with the composition of the population "
     rf"\(.*?\), (?P<rate>{_N}) {_PP} with the rates within the levels \(.*?\){_ENDS_EN}"),
    ("adjusted", rf"在其他特征相同的条件下，(?P<level>.+)的比例比(?P<other>.+?)(?P<verb>高|低)(?P<size>{_N})个百分点{_ZH}。",
     rf"With the other characteristics held equal, the share of (?P<level>.+) is (?P<size>{_N}) {_PP} (?P<verb>above|below) that "
     rf"of (?P<other>.+) {_EN}\."),
    ("adjusted none", "在其他特征相同的条件下，按(?P<columns>.+)分，(?P<more>其余)?各项差异均未见统计显著性。",
     r"With the other characteristics held equal, no (?P<more>further )?difference by (?P<columns>.+) is statistically significant\."),
    ("projected", rf"按模型推算，(?P<year>\d{{4}})年的比例为(?P<value>{_N})%（95%预测区间：(?P<low>{_N})%—(?P<high>{_N})%）。",
     rf"The model projects (?P<value>{_N})% for (?P<year>\d{{4}}) \(95% interval (?P<low>{_N})% to (?P<high>{_N})%\)\."),
    ("chance", r"(?P<goal_year>\d{4})年目标为.*，真实比例达到目标的概率为.*。",
     r"The goal for (?P<goal_year>\d{4}) is .*, the true share passes it with probability .*\."),
    ("borrowed pace", r"只有一次调查，看不出本地自身的提高速度：推算借用(?P<source>.+)公布数的提高速度（.*?），.*。",
     r"One survey shows no pace of its own: the projection borrows the pace of the published figures of (?P<source>.+) \(.*\); .*\."),
    ("shared pace", r"推算的提高速度由本地历次调查和(?P<source>.+)公布数共同决定，.*。",
     r"The pace of the projection rests on the surveys of the place and on the published figures of (?P<source>.+): .*\."),
    ("own pace", r"推算的提高速度只依据本地历次调查，.*。", r"The pace of the projection rests on the surveys of the place alone; .*\."),
    ("pace", rf"要实现这一目标，每年需要提高(?P<value>{_N})个百分点。", rf"To reach it takes (?P<value>{_N}) {_PP} a year\."),
)  # fmt: skip
"""Longer forms come before the shorter ones they contain."""

_COMPILED = [(kind, (re.compile(zh, re.S), re.compile(en, re.S))) for kind, zh, en in FORMS]
_NUMBERS = ("value", "low", "high", "before", "after", "size", "rest", "goal", "mix", "rate", "n")
_LISTS = ("above", "same", "columns")


@dataclass(frozen=True)
class Said:
    """One sentence as read: its kind, its verb, whom it names, and its numbers as printed."""

    kind: str
    verb: str = ""
    words: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)

    def among(self, name: str) -> list[str]:
        """Names in a row."""
        return [w for w in re.split("、|, and | and |, ", self.words.get(name, "")) if w]


def read_sentence(text: str, lang: str) -> Said | None:
    """What a sentence says, or None where no form fits."""
    for kind, forms in _COMPILED:
        found = forms[lang == "en"].fullmatch(text)
        if found is None:
            continue
        parts = {k: v for k, v in found.groupdict().items() if v is not None}
        verbs = VERBS_EN if lang == "en" else VERBS_ZH
        verb = verbs[parts["verb"]] if "verb" in parts else GOALS.get(parts.get("verdict", ""), "")
        numbers = {k: float(v.replace("−", "-").replace(",", "")) for k, v in parts.items() if k in _NUMBERS}
        bar = {"超过": ">", "more than": ">", "不低于": ">=", "at least": ">="}
        words = {k: bar.get(v, v) for k, v in parts.items() if k not in (*_NUMBERS, "verb", "verdict")}
        return Said(kind, verb, words, numbers)
    return None


def compare_twins(zh: Said, en: Said) -> Iterator[str]:
    """Where the two languages do not say the same (names of columns apart, which have words of their own)."""
    if (zh.kind, zh.verb) != (en.kind, en.verb):
        yield f"{zh.kind} {zh.verb} in Chinese, {en.kind} {en.verb} in English"
    if zh.numbers != en.numbers:
        yield f"{zh.numbers} in Chinese, {en.numbers} in English"
    for name in ("level", "other", "base", "year", "goal_year", "bar"):
        if zh.words.get(name) != en.words.get(name):
            yield f"{name} {zh.words.get(name)} in Chinese, {en.words.get(name)} in English"
    for name in _LISTS:
        if len(zh.among(name)) != len(en.among(name)):
            yield f"{name}: {zh.words.get(name)} in Chinese, {en.words.get(name)} in English"
