# ruff: noqa: E501 - rows of made-up tables read better whole
"""Made-up tables for drawing: every number here is invented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

GROUPS = ("", "youth", "farmers_herders", "workers", "elderly", "officials")
DIMENSIONS = ("knowledge", "method", "spirit", "application")
LABELS = [
    ("group", "", "示例市", "Example City"),
    ("group", "youth", "青少年", "Young people"),
    ("group", "farmers_herders", "农牧民", "Farmers and herders"),
    ("group", "workers", "产业工人", "Industrial workers"),
    (
        "group",
        "elderly",
        "老年人（60—69岁，含退休后继续工作的人员）",
        "Elderly residents aged 60–69, at work or not",
    ),
    ("group", "officials", "领导干部和公务员", "Officials and civil servants"),
    ("dimension", "knowledge", "科学知识", "Scientific knowledge"),
    ("dimension", "method", "科学方法", "Scientific method"),
    ("dimension", "spirit", "科学精神和思想", "Scientific spirit and thinking"),
    ("dimension", "application", "应用科学的能力", "Ability to apply science"),
    ("standard", "cast100", "百分制（70分为具备）", "100 points, literate from 70"),
    ("margin", "sex", "性别", "Sex"),
    ("margin", "education", "文化程度", "Education"),
]
TEXTS = [
    ("地心的温度非常高。", "The centre of the Earth is very hot."),
    (
        "下列关于抗生素的说法中，哪一项是正确的？请从四个选项中选出最符合科学事实的一项，并说明它对日常用药的意义以及对耐药性的影响",
        "Which of these statements about antibiotics is right? Choose the one that fits the evidence best and say what it "
        "means for how people take medicine every day and for resistance",
    ),
    ("植物开什么颜色的花是由基因决定的。", "Genes decide the colour of a plant's flowers."),
    ("声波不能在真空中传播。", "Sound does not travel in a vacuum."),
]


def _shares() -> pd.DataFrame:
    rows = []
    for wave, shift in ((2021, -0.03), (2023, -0.015), (2025, 0.0)):
        for group, value, n in zip(
            GROUPS, (0.118, 0.182, 0.043, 0.109, 0.0, 0.31), (1420, 320, 301, 280, 120, 64), strict=True
        ):
            share = max(value + shift, 0.0)
            rows.append(
                {"wave": wave, "variable": "literate", "group": group, "estimate": share, "ci_low": max(share - 0.03, 0),
                 "ci_high": share + 0.03, "n": n, "reliable": int(n > 100), "standard": "cast100", "universe": "adults",
                 "synthetic": 1, "confidence": 0.95, "source": "waves/made_up_2025.sav"}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _trend() -> pd.DataFrame:
    nation = [(1996, 0.002, 0), (2001, 0.014, 0), (2010, 0.033, 0), (2015, 0.062, 1), (2018, 0.085, 0), (2020, 0.106, 0),
              (2022, 0.129, 1), (2024, 0.154, 0)]  # fmt: skip
    region = [(2010, 0.030, 0), (2015, 0.051, 1), (2018, 0.076, 0), (2020, 0.087, 0)]
    west = [(2020, 0.084, 0), (2022, 0.103, 1), (2023, 0.115, 0)]
    city = [(2021, 0.085, 0), (2023, 0.102, 0), (2025, 0.118, 0)]
    named = {"nation": ("全国", "Nation", nation), "region": ("自治区", "Region", region),
             "west": ("西部地区", "Western region", west), "city": ("示例市", "Example City", city)}  # fmt: skip
    return pd.DataFrame(
        [
            {"year": year, "level": level, "label_zh": zh, "label_en": en, "estimate": value, "break": step,
             "ci_low": value - 0.025 if level == "city" else None, "ci_high": value + 0.025 if level == "city" else None,
             "standard": "cast100", "synthetic": int(level == "city"), "confidence": 0.95}
            for level, (zh, en, rows) in named.items() for year, value, step in rows
        ]
    )  # fmt: skip


def _fan() -> pd.DataFrame:
    years = np.arange(2025, 2036)
    middle = 0.12 + 0.011 * (years - 2025)
    out = {"year": years, "median": middle, "p_reached": [0.47, *[None] * 10]}
    for p, wide in ((50, 0.006), (80, 0.012), (95, 0.018)):
        half = wide * (1 + 0.5 * (years - 2025))
        out |= {f"low_{p}": np.maximum(middle - half, 0), f"high_{p}": middle + half}
    return pd.DataFrame(out)


def _items() -> pd.DataFrame:
    rng = np.random.default_rng(50)
    rows = []
    for i, share in enumerate(rng.uniform(0.12, 0.95, 50)):
        zh, en = TEXTS[i % 4]
        half = 0.02
        rows.append({"item": f"k{i + 1:02d}", "zh": zh, "en": en, "dimension": DIMENSIONS[i % 4], "estimate": share,
                     "ci_low": share - half, "ci_high": share + half, "n": 1420, "wave": 2025, "synthetic": 1})  # fmt: skip
    return pd.DataFrame(rows)


def _weights() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    edges = np.linspace(0, 5, 21)
    parts = []
    for stage, spread in (("base", 0.3), ("final", 0.55)):
        drawn = rng.lognormal(-(spread**2) / 2, spread, 1400)
        parts.append(pd.DataFrame({"stage": stage, "bin_low": edges[:-1], "bin_high": edges[1:],
                                   "share": np.histogram(drawn, edges)[0] / len(drawn), "wave": 2025, "synthetic": 1}))  # fmt: skip
    return pd.concat(parts)


def _scoreboard() -> pd.DataFrame:
    status = ("on_course", "behind", "cannot_tell", "no_data")
    rows = []
    for a in range(1, 6):
        rows.append({"code": f"A{a}", "kind": "action", "zh": f"行动{a}：面向重点人群的科学素质提升行动",
                     "en": f"Action {a}: raise the literacy of a target group", "status": status[a % 3]})  # fmt: skip
        for t in range(1, 5 if a < 5 else 3):
            s = status[(a + t) % 4]
            known = s != "no_data"
            rows.append({"code": f"A{a}.{t}", "kind": "task", "zh": f"任务{t}：办好科普活动，建好科普场所，培养科普人员队伍",
                         "en": f"Task {t}: run events, build venues and train the people who staff them", "status": s,
                         "unit": "share" if t % 2 else "count", "value": (0.123 if t % 2 else 1280) if known else None,
                         "ci_low": 0.101 if known and t % 2 else None, "ci_high": 0.149 if known and t % 2 else None,
                         "change": (0.012 if t % 2 else -40) if known else None,
                         "goal": 0.15 if t % 2 else 1500, "strict": t % 2})  # fmt: skip
    for p, tasks in enumerate((3, 3, 3, 5), 1):
        rows.append({"code": f"P{p}", "kind": "project", "zh": f"工程{p}：科普能力建设工程", "en": f"Project {p}: capacity",
                     "status": "no_data"})  # fmt: skip
        rows += [{"code": f"P{p}.{t}", "kind": "task", "zh": f"任务{t}：完善制度", "en": f"Task {t}: put rules in place",
                  "status": status[(p + t) % 4]} for t in range(1, tasks + 1)]  # fmt: skip
    return pd.DataFrame(rows).assign(wave=2025, synthetic=1)


def made_up_tables() -> dict[str, pd.DataFrame]:
    shares = _shares()
    terms = [("sex:female", "女（参照：男）", "Female (against male)"), ("age:60-69", "60—69岁", "Aged 60–69"),
             ("education:college", "大学专科及以上文化程度", "College education or above"),
             ("residence:sumu", "居住在苏木、嘎查", "Lives in a sumu or gacha")]  # fmt: skip
    methods = [("default", "局部线性趋势（logit）", "Local linear trend (logit)", 0.0088, 0.006, 0.09, 1.0, 1),
               ("linear", "直线外推", "Straight line", 0.0337, 0.025, 0.21, 0.28, 0),
               ("last", "沿用上次数值", "Last value", 0.021, None, None, None, 0)]  # fmt: skip
    sd = [0.01, 0.03, 0.05, 0.08, 0.12]
    return {
        "share_by_group": shares,
        "mean_by_group": shares[shares["wave"] == 2025].assign(
            variable="total", estimate=lambda t: 40 + 100 * t["estimate"], ci_low=lambda t: t["estimate"] - 1.2,
            ci_high=lambda t: t["estimate"] + 1.3,
        ),
        "goal": pd.DataFrame(
            [("示例市", "city", 2025, 0.12, 1, "示例市2025年目标", "Example City goal 2025"),
             ("全国", "nation", 2025, 0.15, 1, "全国2025年目标", "national goal 2025"),
             ("全国", "nation", 2035, 0.25, 0, "全国2035年目标", "national goal 2035")],
            columns=["area", "level", "year", "value", "strict", "label_zh", "label_en"],
        ),
        "dimensions_by_group": pd.DataFrame(
            [{"wave": 2025, "group": g, "dimension": d, "estimate": 0.3 + 0.1 * j + 0.05 * i, "n": 300,
              "ci_low": 0.26 + 0.1 * j + 0.05 * i, "ci_high": 0.34 + 0.1 * j + 0.05 * i, "reliable": int(g != "officials"),
              "synthetic": 1, "standard": "cast100", "confidence": 0.95}
             for i, g in enumerate(GROUPS) for j, d in enumerate(DIMENSIONS)]
        ),
        "trend": _trend(),
        "fan": _fan(),
        "items": _items(),
        "weights": _weights(),
        "margins": pd.DataFrame(
            [("sex", "1", "男", "Male", 820, 700, 700), ("sex", "2", "女", "Female", 580, 700, 700),
             ("education", "1", "小学及以下", "Primary school or below", 210, 400, 410),
             ("education", "2", "初中", "Junior secondary school", 350, 500, 495),
             ("education", "3", "高中（含中专、技校、职高）", "Senior secondary school, including vocational", 420, 300, 300),
             ("education", "4", "大学专科及以上", "College or above", 420, 200, 195)],
            columns=["margin", "level", "zh", "en", "before", "after", "target"],
        ).assign(synthetic=1, wave=2025),
        "coefficients": pd.DataFrame(
            [{"model": "", "term": t, "label_zh": zh, "label_en": en, "estimate": v, "ci_low": v - 0.4, "ci_high": v + 0.5,
              "scale": "link", "reference": 0, "confidence": 0.95, "synthetic": 1}
             for (t, zh, en), v in zip(terms, (-0.2, -0.9, 1.6, -0.5), strict=True)]
        ),
        "prior": pd.DataFrame({"sd": sd, "p_reached": [0.62, 0.6, 0.57, 0.52, 0.5], "median": [0.124, 0.123, 0.122, 0.121, 0.12],
                               "low_95": [0.112, 0.11, 0.107, 0.1, 0.095], "high_95": [0.136, 0.138, 0.14, 0.145, 0.15],
                               "chosen": [0, 0, 0, 1, 0]}),
        "gap": pd.DataFrame({"group": GROUPS[1:], "estimate": [0.004, -0.012, -0.002, -0.006, 0.003],
                             "ci_low": [0.001, -0.018, -0.006, -0.01, 0.001], "ci_high": [0.007, -0.006, 0.002, -0.002, 0.005],
                             "confidence": 0.95, "synthetic": 1}),
        "backtest": pd.DataFrame(
            [dict(zip(("method", "zh", "en", "mae", "crps", "brier", "coverage", "default"), m, strict=True)) for m in methods]
        ).assign(forecasts=18, nominal=0.9),
        "calibration": pd.DataFrame({"forecast": [0.05, 0.15, 0.3, 0.5, 0.7, 0.9], "observed": [0.04, 0.2, 0.28, 0.55, 0.66, 0.93],
                                     "n": [400, 300, 250, 240, 260, 500]}),
        "item_map": pd.DataFrame(
            [("person", "", t / 4, s / 100) for t, s in zip(range(-8, 9), (1, 1, 2, 3, 5, 7, 9, 11, 12, 11, 10, 9, 7, 5, 4, 2, 1), strict=True)]
            + [("item", f"k{j:02d}", -1.9 + 0.075 * j, None) for j in range(1, 51)],
            columns=["kind", "name", "theta", "share"],
        ).assign(synthetic=1),
        "item_curves": pd.DataFrame(
            [(f"k{j:02d}", t / 4, 1 / (1 + 2.718 ** -(t / 4 - j / 4)), None) for j in range(1, 8) for t in range(-12, 13)]
            + [(f"k{j:02d}", float(t), None, 1 / (1 + 2.718 ** -(t - j / 4))) for j in range(1, 8) for t in (-2, -1, 0, 1, 2)],
            columns=["item", "theta", "expected", "observed"],
        ).assign(synthetic=1),
        "information": pd.DataFrame(
            [(t / 4, 12 / (1 + (t / 4) ** 2), None, None) for t in range(-16, 17)]
            + [(-0.6, 9.0, 0.33, 28), (0.2, 11.5, 0.29, 35), (1.4, 4.1, 0.49, 43)],
            columns=["theta", "information", "se", "score"],
        ).assign(synthetic=1),
        "dif": pd.DataFrame(
            [(f"k{j:02d}", 0.3 * (j % 5 - 2) - (1.4 if j == 4 else 0), "C" if j == 4 else "A", int(j == 4)) for j in range(1, 21)],
            columns=["item", "estimate", "class", "flagged"],
        ).assign(focal="2", ci_low=lambda t: t["estimate"] - 0.7, ci_high=lambda t: t["estimate"] + 0.7, confidence=0.95, synthetic=1),
        "option_curves": pd.DataFrame(
            [(f"k{j:02d}", str(o), int(o == 2), b, (0.15 * b + 0.1 if o == 2 else (0.9 - 0.15 * b) / 3)) for j in range(1, 8)
             for o in range(1, 5) for b in range(1, 6)],
            columns=["item", "option", "right", "band", "share"],
        ).assign(synthetic=1),
        "answers": pd.DataFrame(
            [(f"q{q}", ask_zh, ask_en, f"q{q}:{a}", f"回答{a}：微信公众号、微信群和朋友圈", f"Answer {a}: WeChat accounts, groups and moments", s, s * 0.8, s * 1.2)
             for q, (ask_zh, ask_en) in enumerate((("您最主要的渠道是哪一个？", "Which is your main channel?"),
                                                   ("过去十二个月中，您是否去过科技馆、博物馆或者动物园等任何一处科普场所？" * 2,
                                                    "In the last twelve months, have you been to a science museum, a museum, a zoo or any other venue? " * 2)))
             for a, s in enumerate((0.41, 0.22, 0.09, 0.0))],
            columns=["question", "question_zh", "question_en", "group", "zh", "en", "estimate", "ci_low", "ci_high"],
        ).assign(n=1420, wave=2025, synthetic=1, confidence=0.95),
        "scoreboard": _scoreboard(),
        "labels": pd.DataFrame(LABELS, columns=["kind", "name", "zh", "en"]),
        "provenance": pd.DataFrame(
            [("", "universe", "18—69岁常住居民", "residents aged 18–69"),
             ("share_by_group", "proxy", "青少年：以18—25岁居民代替", "Young people: residents aged 18–25 stand in"),
             ("", "note", "全部数字为测试而编造", "every number is invented for tests")],
            columns=["table", "kind", "zh", "en"],
        ),
    }  # fmt: skip


@pytest.fixture
def made_up() -> dict[str, pd.DataFrame]:
    return made_up_tables()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up tables as a folder of CSV."""
    place = tmp_path_factory.mktemp("tables")
    for name, table in made_up_tables().items():
        table.to_csv(place / f"{name}.csv", index=False, encoding="utf-8")
    return place
