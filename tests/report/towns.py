# ruff: noqa: E501 - rows of made-up tables read better whole
"""A second, made-up survey, and random answers to it: everything here is invented."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from literacy.instrument import Instrument, load_instrument
from literacy.sampling import Design, Sample
from literacy.scoring import Scored, score

INSTRUMENT = """
survey = "shicheng"
area = "shicheng"
id = "id"
blank = "skipped"
sources = ["invented for tests"]
[label]
zh = "{label}"
en = "{label}"
[[standards]]
id = "oxford"
literate = 2
items = ["a1", "a2", "a3"]
[[modules]]
name = "scale"
label = {{ zh = "知识题", en = "知识题" }}
[[modules]]
name = "background"
label = {{ zh = "基本情况", en = "基本情况" }}
[[modules]]
name = "channels"
label = {{ zh = "渠道", en = "渠道" }}
optional = true
[[universes]]
name = "adults"
label = {{ zh = "石城居民", en = "石城居民" }}
indicator = true
all_of = []
{groups}
"""
GROUP = """[[groups]]
name = "{name}"
label = {{ zh = "{label}", en = "{label}" }}
universe = "adults"
all_of = [{{ column = "work", values = [{code}] }}]
"""
ITEMS = "item,type,module,zh,en,options,key,dimension\n" + "".join(
    f"{name},{kind},{module},{zh},{zh},{options},{key},\n"
    for name, kind, module, zh, options, key in (
        ("a1", "true_false", "scale", "地心的温度非常高。", "tf", "1"),
        ("a2", "true_false", "scale", "激光由声波产生。", "tf", "2"),
        ("a3", "true_false", "scale", "电子比原子小。", "tf", "1"),
        ("sex", "category", "background", "性别", "sex", ""),
        ("residence", "category", "background", "居住地", "residence", ""),
        ("education", "category", "background", "文化程度", "education", ""),
        ("work", "category", "background", "职业", "work", ""),
        ("channel", "category", "channels", "主要渠道", "channel", ""),
    )
)
OPTIONS = "options,code,zh,en,missing\n" + "".join(
    f"{o},{c},{zh},{zh},\n"
    for o, c, zh in (
        ("tf", 1, "对"), ("tf", 2, "错"), ("sex", 1, "男"), ("sex", 2, "女"), ("residence", 1, "城镇"),
        ("residence", 2, "农村"), ("education", 1, "初中及以下"), ("education", 2, "高中"), ("education", 3, "大学"),
        ("work", 1, "农民"), ("work", 2, "工人"), ("work", 3, "干部"), ("work", 4, "其他"), ("channel", 1, "电视"),
        ("channel", 2, "手机"), ("channel", 3, "广播"),
    )
)  # fmt: skip
GROUPS = {"farmers": ("农民", 1), "workers": ("工人", 2), "officials": ("干部", 3)}


def write_survey(
    folder: Path, label: str = "石城公民科学素质调查", groups: dict[str, tuple[str, int]] | None = None
) -> Path:
    """The survey's folder; hostile labels are welcome."""
    folder.mkdir(parents=True, exist_ok=True)
    named = GROUPS if groups is None else groups
    text = "".join(
        GROUP.format(name=n, label=zh.replace("\\", "\\\\").replace('"', '\\"'), code=c)
        for n, (zh, c) in named.items()
    )
    quoted = label.replace("\\", "\\\\").replace('"', '\\"')
    (folder / "instrument.toml").write_text(INSTRUMENT.format(label=quoted, groups=text), encoding="utf-8")
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    (folder / "options.csv").write_text(OPTIONS, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Town:
    """A scored frame of the survey as a mould: only its frame is changed."""

    scored: Scored
    instrument: Instrument

    def sample(self, frame: pd.DataFrame) -> Sample:
        """A sample of other respondents: weights, strata and units are in the frame."""
        return Sample(replace(self.scored, frame=frame), Design(weight="w", strata="stratum", psu=("unit",)))


def make_town(folder: Path, **more: object) -> Town:
    """The mould, scored once by the real road."""
    from literacy.answers import read

    instrument = load_instrument(write_survey(folder, **more))  # type: ignore[arg-type]
    rows = pd.DataFrame({"id": range(1, 9), "a1": 1, "a2": 2, "a3": 1, "sex": [1, 2] * 4, "residence": [1, 1, 2, 2] * 2,
                         "education": [1, 2, 3, 1] * 2, "work": [1, 2, 3, 4] * 2, "channel": [1, 2, 3, 1] * 2})  # fmt: skip
    rows.to_csv(folder / "seed.csv", index=False)
    return Town(score(read(folder / "seed.csv", instrument)), instrument)


def random_frame(
    rng: np.random.Generator, *, units: int, size: int, rate: float, spread: float = 0.0, tilt: float = 0.0,
    mix: tuple[float, ...] = (0.3, 0.25, 0.15, 0.3), year: int = 2025, strata: int = 2,
    gap: float = 0.0, schooling: tuple[float, ...] = (),
) -> pd.DataFrame:  # fmt: skip
    """Respondents in units: ``spread`` between units, ``tilt`` between levels of education and groups, ``gap`` between sexes."""
    n = units * size
    unit = np.repeat(np.arange(units), size)
    work = rng.choice([1, 2, 3, 4], n, p=np.asarray(mix) / sum(mix))
    education, sex, residence = rng.integers(1, 4, n), rng.integers(1, 3, n), 1 + (rng.random(n) < 0.4)
    if schooling:
        education = rng.choice([1, 2, 3], n, p=schooling)
    logit = np.log(rate / (1 - rate)) if 0 < rate < 1 else np.sign(rate - 0.5) * 50.0
    chance = 1 / (
        1
        + np.exp(
            -(
                logit
                + rng.normal(0, spread, units)[unit]
                + tilt * (education - 2)
                + tilt * (work == 3)
                + gap * (sex == 1)
            )
        )
    )
    y = (rng.random(n) < chance).astype(float)
    frame = pd.DataFrame(
        {"id": np.arange(n), "sex": sex, "residence": residence, "education": education, "work": work,
         "channel": rng.integers(1, 4, n), "w": rng.uniform(0.5, 2.0, n), "stratum": unit % strata, "unit": unit,
         "literate": y, "total": y * 2 + rng.integers(0, 2, n), "tier": np.where(y > 0, "literate", "lower"),
         "universe": "adults", "wave": str(year)}
    )  # fmt: skip
    for name, (_, code) in GROUPS.items():
        frame[f"group_{name}"] = (work == code).astype(int)
    for item in ("a1", "a2", "a3"):
        frame[f"{item}_correct"] = (rng.random(n) < 0.2 + 0.6 * y).astype(float)
    return frame
