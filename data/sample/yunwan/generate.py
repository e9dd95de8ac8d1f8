"""Make the files of an invented city again: an export of 问卷星, the key of its test, and the survey made of both.

Run ``python data/sample/yunwan/generate.py``. SYNTHETIC: there is no city of Yunwan (云湾), nobody was interviewed, and the test
was written for this project. The survey in ``surveys/yunwan`` is what ``literacy survey new --from --key`` makes of the two
files, as text; its items are renamed, so that no file of somebody else's can be taken for it.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from literacy.questionnaire import convert_survey, new_survey

HERE = Path(__file__).resolve().parent
SURVEYS = HERE.parents[2] / "surveys"
SEED, PEOPLE = 20260601, 480
UNKNOWN = "不知道"
SCHOOLS = ("小学及以下", "初中", "高中、中专、职高或技校", "大学专科", "大学本科及以上")
JOBS = ("领导干部、公务员", "产业工人", "农牧民", "其他")
CHANNELS = ("电视", "手机上网", "科技馆等场馆", "报纸图书", "亲友同事")
K, M, S, A = "科学知识", "科学方法", "科学精神和思想", "应用科学的能力"
TRUTHS = (
    ("地球绕太阳转一圈大约需要一年。", "对", K), ("抗生素可以杀死病毒。", "错", K), ("声音可以在真空中传播。", "错", K),
    ("电子比原子小。", "对", K), ("水结成冰后体积变大。", "对", K), ("大陆的位置一直在缓慢移动。", "对", K),
    ("激光是由声波汇聚成的。", "错", K), ("成年人的血液主要由骨髓制造血细胞。", "对", K),
    ("同一项试验换人重做，结果应当大致相同，才更可信。", "对", M),
    ("只要调查的人数多，不必考虑怎样选人。", "错", M), ("两件事同时发生，就说明一件引起了另一件。", "错", M),
    ("科学结论有了新的证据就可能修改。", "对", S), ("权威专家说的话不需要证据。", "错", S),
    ("算命可以预测一个人的未来。", "错", S), ("对没有证据的说法应当先存疑。", "对", S),
    ("不同牌子的含氯消毒液与洁厕灵可以混用。", "错", A), ("室内发生燃气泄漏时应先开灯查看。", "错", A),
    ("雷雨天在空旷处应当躲到大树下。", "错", A),
)  # fmt: skip
CHOICES = (
    ("下列哪一种能源是可再生能源？", ("煤炭", "石油", "太阳能", "天然气", UNKNOWN), "太阳能", K),
    ("植物进行光合作用时吸收的气体是？", ("氧气", "二氧化碳", "氮气", "氢气", UNKNOWN), "二氧化碳", K),
    ("要知道新药是否有效，较好的做法是？", ("只给病人服药再观察", "一半病人服药，一半不服，再比较", "问病人的感受", UNKNOWN),
     "一半病人服药，一半不服，再比较", M),
    ("医生说某病遗传给孩子的可能性是四分之一，意思是？",
     ("前三个孩子健康，第四个一定得病", "每个孩子都有四分之一的可能", "第一个孩子一定得病", UNKNOWN), "每个孩子都有四分之一的可能", M),
    ("药品说明书写“每日三次”，一般是指？", ("三餐时各一次", "大约每隔八小时一次", "一次服完三份", UNKNOWN), "大约每隔八小时一次", A),
    ("低压线路着火时，应当先？", ("浇水", "切断电源", "打开窗户", UNKNOWN), "切断电源", A),
)  # fmt: skip


def make_export(dice: np.random.Generator) -> pd.DataFrame:
    """Answers as 问卷星 exports them by text."""
    school = dice.choice(5, PEOPLE, p=(0.12, 0.30, 0.26, 0.18, 0.14))
    age = dice.integers(18, 72, PEOPLE)
    able = dice.normal(0, 1, PEOPLE) + 0.55 * (school - 2) - 0.012 * (age - 45)
    minutes = pd.to_datetime("2026-06-01 08:00") + pd.to_timedelta(
        np.sort(dice.integers(0, 20 * 1440, PEOPLE)), "min"
    )
    columns: dict[str, object] = {
        "序号": range(1, PEOPLE + 1),
        "提交答卷时间": [f"{t:%Y/%m/%d %H:%M:%S}" for t in minutes],
        "所用时间": [f"{n}秒" for n in dice.integers(280, 1300, PEOPLE)],
    }
    asked: list[tuple[str, list[str]]] = [
        ("您今年多大年龄？（周岁）", [str(n) for n in age]),
        ("您的性别是？", [("男", "女")[n] for n in dice.integers(0, 2, PEOPLE)]),
        ("您的受教育程度是？", [SCHOOLS[n] for n in school]),
        ("您的职业是？", [JOBS[n] for n in dice.choice(4, PEOPLE, p=(0.08, 0.24, 0.22, 0.46))]),
        ("您从哪些渠道了解科技信息？（多选）",
         ["┋".join(c for c, yes in zip(CHANNELS, row, strict=True) if yes) or CHANNELS[1] for row in dice.random((PEOPLE, 5)) < 0.4]),
    ]  # fmt: skip
    for text, right, _ in TRUTHS:
        chance = 1 / (1 + np.exp(-(able + dice.normal(0.9, 0.7))))
        wrong = "错" if right == "对" else "对"
        said = np.where(dice.random(PEOPLE) < chance, right, wrong)
        asked.append((text, list(np.where(dice.random(PEOPLE) < 0.06, UNKNOWN, said))))
    for text, options, right, _ in CHOICES:
        chance = 1 / (1 + np.exp(-(able + dice.normal(0.5, 0.6))))
        others = [o for o in options if o != right]
        said = np.where(dice.random(PEOPLE) < chance, right, dice.choice(others, PEOPLE))
        asked.append((text, list(said)))
    return pd.DataFrame(columns | {f"{n}、{text}": cells for n, (text, cells) in enumerate(asked, start=1)})


def make_key() -> pd.DataFrame:
    """The right answers, as the authors of the test keep them."""
    rows = [(text, right, dimension) for text, right, dimension in TRUTHS]
    rows += [(text, right, dimension) for text, _, right, dimension in CHOICES]
    return pd.DataFrame(rows, columns=["题目", "正确答案", "维度"])


def make_survey(folder: Path, place: Path) -> None:
    """The survey as text, made of the two files."""
    with tempfile.TemporaryDirectory() as there:
        book = Path(there, "yunwan")
        new_survey(book, source=folder / "export.xlsx", key=folder / "key.xlsx")
        convert_survey(book, place)
    for path in place.rglob("*"):
        if path.is_file():
            text = re.sub(r"\bq(\d\d)\b", r"yw\1", path.read_text(encoding="utf-8"))
            named = 'zh = "云湾市（虚构）公民科学素质调查"\nen = "Survey of civic scientific literacy in Yunwan, an invented city"'
            text = text.replace('zh = "yunwan 公民科学素质调查"', named)
            text = text.replace(
                "由答卷文件识别，请核对",
                "合成数据 SYNTHETIC：城市、题目和答卷均为本项目编造（data/sample/yunwan）",
            )
            if path.parent.name == "waves":
                text += "synthetic = true\n"
            path.write_text(text, encoding="utf-8")


def main(folder: Path = HERE, surveys: Path = SURVEYS) -> None:
    """Write the export, the key and, where it is not there, the survey."""
    dice = np.random.default_rng(SEED)
    make_export(dice).to_excel(folder / "export.xlsx", index=False, engine="xlsxwriter")
    make_key().to_excel(folder / "key.xlsx", index=False, engine="xlsxwriter")
    if not (surveys / "yunwan").exists():
        make_survey(folder, surveys / "yunwan")


if __name__ == "__main__":
    main(*(Path(word) for word in sys.argv[1:]))
