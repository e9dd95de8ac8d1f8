"""Personal details as they are written in Inner Mongolia are found; ordinary columns stay. All are invented."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from literacy._resources import sample_data
from literacy.files import load_table
from literacy.privacy.identifiers import identify, redact
from literacy.privacy.names import is_name
from literacy.privacy.privacy import clean_column, find_personal, personal_content
from tests.files.test_faults_workbooks import FAULTS

HAN, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋", "文国建梅晓华志强秀英海燕春玉兰永红丽萍小军"
MONGOL = [
    "其其格", "巴特尔", "乌云娜", "苏日娜", "乌云其木格", "朝鲁门", "斯琴高娃", "哈斯额尔敦", "那仁满都拉",
    "阿拉腾花", "娜仁托娅", "孟和巴雅尔", "额尔德尼", "宝音图", "萨仁高娃", "特木尔", "乌力吉", "格日勒图", "呼和",
    "道尔吉", "敖登格日勒", "吉日嘎拉", "毕力格", "通拉嘎", "斯日古楞",
]  # fmt: skip
LATIN = [
    "Batbayar", "Enkhjargal", "Narantuya", "Oyunchimeg", "Sukhbaatar", "Ganbold", "Munkhbat", "Tsetsegmaa",
    "Erdenebat", "Altantsetseg", "Bat-Erdene", "Gantumur", "Sarantuya", "Bayarmaa", "Nomin-Erdene", "Otgonbayar",
]  # fmt: skip
N = 60


def han(k: int, between: str = "") -> str:
    return HAN[k % 20] + between + GIVEN[k // 3 % 21] + GIVEN[(5 * k + 2) % 21]


def hexes(k: int, size: int) -> str:
    return hashlib.sha256(str(k).encode()).hexdigest()[:size]


def phone(k: int) -> str:
    return f"1{'3456789'[k % 7]}{k * 7_654_321 % 10**9:09d}"


def guid(k: int) -> str:
    h = hexes(k, 32)
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


CHINESE = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
PINYIN = ("Wei", "Hua", "Xiaomei", "Guoqiang", "Lan", "Jun")
NUMERALS = [f"{'一二三四五六七八九'[k % 9]}号楼{'一二三四'[k % 4]}单元" for k in range(N)]
PERSONAL = {
    "han with a blank": ("name", [han(k, " ") for k in range(N)]),
    "han with a wide blank": ("name", [han(k, "\u3000") for k in range(N)]),
    "han with a bracket": ("name", [f"{han(k)}（{'男女'[k % 2]}）" for k in range(N)]),
    "han with a title": ("name", [f"{han(k)}{('先生', '女士')[k % 2]}" for k in range(N)]),
    "mongol": ("name", [MONGOL[k % 25] for k in range(25)]),
    "mongol, repeated": ("name", [MONGOL[k % 25] for k in range(900)]),
    "mongol by their sounds": ("name", ["阿木古楞", "查干巴拉", "额日德木图", "诺明", "苏乙拉图", "乌日力格"] * 9
        + ["达布希勒图", "浩毕斯哈拉图", "呼日勒巴特尔", "娜米拉", "塔林夫", "特格喜"] * 9),
    "mongol with a family name": ("name", [f"{'包白吴金'[k % 4]}{m}" for k, m in enumerate(MONGOL)]),
    "mongol with a bracket": ("name", [f"{m}(组长)" for m in MONGOL]),
    "mongol in latin letters": ("name", LATIN),
    "mongol in latin letters, with a letter": ("name", [f"{'BDGT'[k % 4]}. {m}" for k, m in enumerate(LATIN)]),
    "mongol in latin letters, two words": ("name", [f"{m} {LATIN[(k + 3) % 16]}" for k, m in enumerate(LATIN)]),
    "pinyin": ("name", [f"{('ZHANG', 'WANG', 'LI', 'BAO')[k % 4]} {g}" for k, g in enumerate(PINYIN)]),
    "han, repeated": ("name", [han(k % 40) for k in range(1200)]),
    "house-entrance-flat": ("address", [f"幸福新村{k % 40 + 1}-{k % 6 + 1}-{100 + k}" for k in range(N)]),
    "compound": ("address", [f"锡林花园{k % 20 + 1}号楼{k % 4 + 1}单元{k % 6 + 1}0{k % 3 + 1}室" for k in range(N)]),
    "compound, Chinese numerals": ("address", [f"额仁小区{t}{100 + k}" for k, t in enumerate(NUMERALS)]),
    "building with a sign": ("address", [f"乌兰社区{k % 20 + 1}#{k % 5 + 1}-{101 + k}" for k in range(N)]),
    "gacha": ("address", [f"巴彦高毕嘎查{k + 1}号" for k in range(N)]),
    "born": ("birth date", [f"{1940 + k}-{k % 12 + 1:02d}-{k % 28 + 1:02d}" for k in range(N)]),
    "born, Chinese": ("birth date", [f"{1940 + k}年{k % 12 + 1}月{k % 28 + 1}日" for k in range(N)]),
    "born, dots": ("birth date", [f"{1940 + k}.{k % 12 + 1}.{k % 28 + 1}" for k in range(N)]),
    "born, eight digits": ("birth date", [f"{1940 + k}{k % 12 + 1:02d}{k % 28 + 1:02d}" for k in range(N)]),
    "IDFA": ("device", [guid(k).upper() for k in range(N)]),
    "OAID": ("device", [guid(k) for k in range(N)]),
    "Android": ("device", [hexes(k, 16) for k in range(N)]),
    "IMEI hashed": ("device", [hexes(k, 32) for k in range(N)]),
    "WeChat link": ("WeChat", [f"https://u.wechat.com/{hexes(k, 12)}" for k in range(N)]),
    "Douyin link": ("WeChat", [f"https://v.douyin.com/{hexes(k, 7)}/" for k in range(N)]),
    "phone, digit by digit": ("phone", [" ".join(phone(k)) for k in range(N)]),
    "phone in threes": ("phone", [f"{p[:3]} {p[3:7]} {p[7:]}" for p in map(phone, range(N))]),
    "phone in twos": ("phone", [f"{p[:5]} {p[5:]}" for p in map(phone, range(N))]),
    "phone in Chinese numerals": ("phone", ["".join(CHINESE[c] for c in phone(k)) for k in range(N)]),
    "pictures": ("file name", [f"{han(k)}身份证_{k}.jpg" for k in range(N)]),
}  # fmt: skip


@pytest.mark.parametrize("kind", PERSONAL)
def test_a_column_is_known_by_its_cells(kind: str) -> None:
    what, cells = PERSONAL[kind]
    assert personal_content(pd.Series(cells, dtype="str")) == what


def test_days_of_birth_are_known_as_days_and_as_numbers() -> None:
    days = pd.Series(pd.to_datetime(PERSONAL["born"][1]))
    assert personal_content(days) == "birth date"
    assert personal_content(pd.Series([float(t) for t in PERSONAL["born, eight digits"][1]])) == "birth date"


def test_the_columns_of_the_made_up_file_are_all_left_out() -> None:
    frame = load_table(FAULTS / "personal_details_invented.csv").frame
    found = find_personal(frame, {})
    assert set(found) == {f"col_{c}" for c in "abcdefg"}
    cleaned, changed = clean_column(frame["col_h"])
    assert changed == len(frame)
    assert not cleaned.str.contains("第二中学").any()


SENTENCES = [
    ("我叫巴特尔，办得好", "巴特尔"),
    ("我名叫其其格", "其其格"),
    ("我住在二连浩特市第二中学旁", "第二中学"),
    ("家住锡林花园3号楼，很远", "锡林花园"),
    ("地址：额仁社区12-3-402", "12-3-402"),
    ("打 1 3 8 0 0 1 2 3 4 5 6 找我", "1 2 3 4 5 6"),
    ("电话一三八零零一二三四五六", "一三八零零"),
    ("加我 https://u.wechat.com/kdfh2389d", "kdfh2389d"),
    ("抖音号：caoyuan_8899", "caoyuan_8899"),
    ("见附件 李文华简历.docx", "李文华"),
    ("在 C:\\Users\\zhangwei\\Desktop\\a.txt 里", "zhangwei"),
    ("IDFA: 64EF2EBE-FEEF-DAB8-9A1D-93B3A44F576A", "93B3A44F576A"),
    ("我是乌云其木格", "乌云其木格"),
]


@pytest.mark.parametrize(("text", "hidden"), SENTENCES)
def test_what_a_sentence_gives_away_is_taken_out(text: str, hidden: str) -> None:
    assert hidden in text
    assert hidden not in redact(text)


ORDINARY = [
    "住在农村，没有网络", "我住在城里", "2023-2025年", "每周5-10次", "第3-5题", "http://www.kepu.gov.cn/news/123",
    "3号", "1-2-3", "北京路很堵", "我是牧民", "我是高中生", "本人认为很好", "0.5-1小时", "看了第3-2集", "30#",
    "12-15度", "路上3-5分钟", "我家在牧区", "1 3 5 7", "1|3|4|5|6|7|8|9", "一三五开会", "科学家10-20岁",
    "2025-06-01", "2025-06-01 10:00:00", "A1-B2-03", "kepu.com/", "住在学校附近", "找工作很难", "微信里看到的",
    "抖音和快手", "v1.2.3", "uuid:0c4b7cf1-aaaa-bbbb-cccc-0123456789ab",
]  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_answers_stay(text: str) -> None:
    assert redact(text) == text
    assert identify(text) == ""


PLAIN = {
    "days of interview": [f"2025-{5 + k % 2:02d}-{k % 28 + 1:02d}" for k in range(N)],
    "days of several waves": [f"{2015 + k % 10}-06-{k % 28 + 1:02d}" for k in range(N)],
    "first days of months": [f"{1950 + k}-01-01" for k in range(N)],
    "occupations": ["农牧民", "公务员", "工人", "学生", "教师", "个体户", "离退休人员", "其他"] * 9,
    "places": ["额仁淖尔苏木", "格日勒敖都苏木", "社区管理局", "乌兰社区", "锡林社区", "东城社区", "北疆社区"]
    * 9,
    "places without their kind": [
        "额仁淖尔",
        "格日勒敖都",
        "巴彦淖尔",
        "乌兰察布",
        "锡林郭勒",
        "鄂尔多斯",
        "呼和浩特",
        "二连浩特",
        "锡林浩特",
        "阿巴嘎",
        "苏尼特",
        "通辽",
    ]
    * 9,
    "row numbers": [f"uuid:{guid(k)}" for k in range(N)],
    "serials": [f"EL-{k:05d}" for k in range(N)],
    "answers": ["互联网", "电视", "报纸", "图书馆", "和家人交谈", "科技馆", "手机上网", "广播"] * 9,
    "words": ["Strongly agree", "Agree", "Not sure", "Disagree", "Strongly disagree"] * 9,
    "ranges": [f"{k}-{k + 9}" for k in range(N)],
    "sites": [f"https://www.kepu.gov.cn/page/{k}.html" for k in range(N)],
}


@pytest.mark.parametrize("kind", PLAIN)
def test_an_ordinary_column_stays(kind: str) -> None:
    assert personal_content(pd.Series(PLAIN[kind], dtype="str")) == ""


def test_numbers_of_answers_are_no_devices() -> None:
    cells = pd.Series([guid(k) for k in range(N)], dtype="str")
    frame = pd.DataFrame({"_uuid": cells, "meta/instanceID": cells, "deviceToken": cells})
    assert find_personal(frame, {}) == {"deviceToken": "device"}


@pytest.mark.parametrize("year", [2021, 2023, 2025])
def test_the_sample_waves_lose_nothing(year: int) -> None:
    table = load_table(sample_data(f"erenhot_{year}.sav"))
    assert find_personal(table.frame, dict(table.labels)) == {}
    assert sum(clean_column(table.frame[c])[1] for c in table.frame.columns) == 0


def test_words_of_a_form_are_no_names() -> None:
    words = [
        "内蒙古自治区",
        "锡林郭勒",
        "二连浩特",
        "农牧民",
        "不知道",
        "School",
        "Beijing",
        "Strongly agree",
        "电视",
        "乌兰察布",
    ]
    assert [w for w in words if is_name(w)] == []
    assert np.mean([is_name(m) for m in MONGOL + LATIN]) == 1.0
