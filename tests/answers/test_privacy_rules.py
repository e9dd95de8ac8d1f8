"""Which headers, contents and texts are taken for personal, and which are not: a table of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy.privacy.identifiers import redact
from literacy.privacy.privacy import clean_column, find_personal, personal_content, personal_header

NAMES = [
    "张伟",
    "王秀英",
    "李娜",
    "刘洋",
    "陈静",
    "杨帆",
    "赵磊",
    "黄丽",
    "周杰",
    "吴敏",
    "徐强",
    "孙艳",
    "马超",
    "朱红",
    "胡军",
    "林芳",
    "郭涛",
    "何平",
    "高翔",
    "罗兰",
    "乌日娜",
    "那木拉",
    "包玉山",
    "白音那",
]

PERSONAL_HEADERS = [
    ("姓名", "name"),
    ("您的姓名", "name"),
    ("1、您的姓名：", "name"),
    ("Q1_姓名", "name"),
    ("受访者姓名", "name"),
    ("请填写您的真实姓名", "name"),
    ("户主姓名", "name"),
    ("name", "name"),
    ("Respondent Name", "name"),
    ("respondent_name", "name"),
    ("contactName", "name"),
    ("What is your name?", "name"),
    ("full name", "name"),
    ("нэр", "name"),
    ("овог нэр", "name"),
    ("last_name", "name"),
    ("group/name", "name"),
    ("手机", "phone"),
    ("手机号码", "phone"),
    ("您的手机号码是多少？", "phone"),
    ("请留下您的联系方式（用于抽奖）", "phone"),
    ("第12题、联系电话", "phone"),
    ("phone", "phone"),
    ("phone_1", "phone"),
    ("Phone No.", "phone"),
    ("home phone", "phone"),
    ("Q5_phone_number", "phone"),
    ("tel", "phone"),
    ("утасны дугаар", "phone"),
    ("座机", "phone"),
    ("身份证号", "identity card"),
    ("请输入您的身份证号码", "identity card"),
    ("ID card", "identity card"),
    ("证件号码", "identity card"),
    ("护照号码", "passport"),
    ("passport_no", "passport"),
    ("银行卡号", "bank card"),
    ("Q5_地址", "address"),
    ("家庭住址", "address"),
    ("您的详细地址：", "address"),
    ("home_address", "address"),
    ("现住址", "address"),
    ("хаяг", "address"),
    ("address", "address"),
    ("来自IP", "IP address"),
    ("IP", "IP address"),
    ("ip_address", "IP address"),
    ("client.ip", "IP address"),
    ("微信号", "WeChat"),
    ("微信昵称", "WeChat"),
    ("WeChat ID", "WeChat"),
    ("openid", "WeChat"),
    ("QQ号", "WeChat"),
    ("电子邮箱", "email"),
    ("E-mail", "email"),
    ("email address", "email"),
    ("用户ID", "user account"),
    ("_submitted_by", "user account"),
    ("deviceid", "device"),
    ("IMEI", "device"),
    ("经度", "position"),
    ("_gps_latitude", "position"),
    ("GPS坐标", "position"),
    ("车牌号", "number plate"),
]

HARMLESS_HEADERS = (
    "手机上网时间",
    "是否使用微信",
    "家庭住址所在社区编码",
    "name_of_device",
    "ipad",
    "school_name",
    "village_name",
    "community",
    "phone_hours",
    "手机品牌",
    "每月手机话费",
    "电话访问",
    "是否有手机",
    "您是否愿意留下联系方式",
    "居住地",
    "地区",
    "地址编码",
    "微信使用频率",
    "您会把身份证号告诉陌生人吗",
    "收到陌生人索要手机号的短信，您会怎么做",
    "sex",
    "age",
    "weight",
    "stratum",
    "psu",
    "序号",
    "编号",
    "id",
    "提交答卷时间",
    "所用时间",
    "来源",
    "总分",
    "您的民族",
    "职业",
    "ipsos_segment",
    "tip",
    "shipment",
    "mailing_mode",
    "domain",
    "filename",
    "hotel",
    "telescope",
    "latitude_of_trust_code",
    "k01",
    "digital_phone_use",
    "interview_mode",
    "学校名称",
    "单位名称",
    "您能不能保护好验证码、密码等个人信息？",
    "科学家姓名",
    "以下哪位科学家的名字您听说过",
    "username_type",
    "语言",
    "location_type",
    "定位使用频率",
    "address_type",
    "name_code",
)


@pytest.mark.parametrize(("header", "what"), PERSONAL_HEADERS)
def test_a_header_that_asks_for_a_person(header: str, what: str) -> None:
    assert personal_header(header) == what
    assert personal_header("q99", header) == what


@pytest.mark.parametrize("header", HARMLESS_HEADERS)
def test_a_header_that_asks_for_none(header: str) -> None:
    assert personal_header(header) == ""


def column(*cells: object) -> pd.Series:
    return pd.Series([*cells] * (1 if len(cells) > 4 else 6))


PERSONAL_CONTENTS = {
    "mobile": ("phone", column("13900001234", "18647912345")),
    "mobile, code of the country": (
        "phone",
        column("+86 139 0000 1234", "0086-13900001234", "(86)13900001234"),
    ),
    "mobile, dashes": ("phone", column("139-0000-1234", "186-4791-2345")),
    "mobile, odd groups": ("phone", column("139 000 01234", "1864 791 2345")),
    "mobile, full width": ("phone", column("１３９００００１２３４", "１８６４７９１２３４５")),
    "mobile, number": ("phone", column(13900001234.0, 18647912345.0, np.nan)),
    "mobile, as a float's text": ("phone", column("13900001234.0", "")),
    "landline": ("phone", column("0479-7521234", "(0479)7521235", "04797521236")),
    "landline, city and extension": ("phone", column("010-62345678", "010-62345678-801")),
    "Mongolia": ("phone", column("+976 9911 2233", "00976-88112233")),
    "abroad": ("phone", column("+44 20 7946 0958", "+1-202-555-0143")),
    "few of them": ("phone", column("13900001234", "18647912345", "无", "不方便", "没有电话")),
    "identity card": ("identity card", column("15260219900307123X", "152602199003071238")),
    "identity card, small x": ("identity card", column("15260219900307123x")),
    "identity card, apart": ("identity card", column("152602 19900307 1234")),
    "identity card, old": ("identity card", column("152602900307123")),
    "identity card, number": ("identity card", column(152602199003071238.0, 152602198511021239.0)),
    "identity card, old, number": ("identity card", column(152602900307123.0)),
    "passport": ("passport", column("E12345678", "EA1234567", "G23456789")),
    "bank card": ("bank card", column("6222021602004567890", "6222 0216 0200 4567 890")),
    "bank card, number": ("bank card", column(6222021602004567890.0, 4367421602004567.0)),
    "IP": ("IP address", column("1.24.33.9", "202.99.224.68")),
    "IP, place": ("IP address", column("1.24.33.9(内蒙古-锡林郭勒)", "202.99.224.68（北京-北京）")),
    "IP of six": ("IP address", column("2409:8a00:1234:5678::1", "fe80::1ff:fe23:4567:890a", "::1")),
    "IP of six, whole": ("IP address", column("2409:8a00:1234:5678:9abc:def0:1234:5678(内蒙古)")),
    "mail": ("email", column("zhang.san@163.com", "li＠qq.com")),
    "openid": ("WeChat", column("oABCDEFGHIJKLMNOPQRSTUVWXYZ1", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M")),
    "wxid": ("WeChat", column("wxid_a1b2c3d4e5f622", "wxid_q9w8e7r6t5y411")),
    "device": ("device", column("00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5f")),
    "IMEI": ("device", column("356938035643809", "861536030196001")),
    "position": ("position", column("43.6531,111.9762", "43.6532 111.9763 905.2 4.0")),
    "position, degrees": ("position", column("43°39'12\"N", "43°39′")),
    "plate": ("number plate", column("蒙H12345", "蒙H·A1234", "京A12345")),
    "address": ("address", column("锡林街12号3号楼2单元401室", "前进路5号", "格日勒敖都苏木额尔登嘎查7号")),
    "names": ("name", column(*NAMES)),
    "names, English": (
        "name",
        column("John Smith", "Mary K. Jones", "Ann Lee", "Tom Brown", "Eve Adams-White"),
    ),
    "names, Mongolian": (
        "name",
        column("Б. Батбаяр", "Дорж Сүхбат", "Оюунчимэг", "Г.Энхжаргал", "Ганболд Туяа"),
    ),
}


@pytest.mark.parametrize(("what", "cells"), PERSONAL_CONTENTS.values(), ids=PERSONAL_CONTENTS.keys())
def test_cells_that_are_a_person_s(what: str, cells: pd.Series) -> None:
    assert personal_content(cells) == what
    assert find_personal(pd.DataFrame({"q99": cells}), {}) == {"q99": what}


HARMLESS_CONTENTS = {
    "codes": column(1.0, 2.0, 9.0),
    "weights": column(41.747, 33.7529, 36.8616),
    "years": column("1990", "2003"),
    "dates": column("2025-06-01", "1998-05-20", "1998.05.20"),
    "times": column("2025/6/1 10:03:05", "10:20:30"),
    "durations": column("123秒", "2分3秒", "00:12:05"),
    "community codes": column("152501001001", "152501001002"),
    "community codes, numbers": column(*(152501001000.0 + k for k in range(12))),
    "serial numbers like mobiles": column(*(15250100100 + k for k in range(20))),
    "serial numbers": column(*(f"20250601{k:04d}" for k in range(20))),
    "towns": column("锡林街道", "东城街道", "格日勒敖都苏木"),
    "towns, many": column(
        *["锡林", "二连", "白音", "东苏", "西苏", "正蓝", "多伦", "太仆寺", "阿巴嘎", "镶黄"]
    ),
    "options": column("高中", "小学", "大专", "本科", "硕士", "博士"),
    "answers": column("不知道", "对", "错", "常常", "从不"),
    "occupations": column("牧民", "教师", "农民", "公务员", "司机", "厨师", "医生", "学生", "商人", "工程师"),
    "opinions": column(*(f"希望多办科普讲座{k}" for k in range(8))),
    "millions": column(1.2e7, 3.5e6, 9.9e7),
    "milliseconds": column(1.7489e12, 1.7490e12),
    "moments": pd.Series(pd.to_datetime(["2025-06-01", "2025-06-02"])),
    "yes": column(True, False),
    "versions": column("1.2.3", "1.10"),
    "shares": column("12.5%", "13.9%"),
    "uuids": column("uuid:7f3c1c4a-95f7-4a5c-8d2e-0a1b2c3d4e5f"),
    "letters": column("A", "B", "D"),
    "psu names": column("C0101", "C0102", "E01"),
    "scores": column("100", "78.5"),
    "empty": column(None, None),
    "English words": column("Very often", "Never", "Every day", "Once a week", "Not at all"),
    "multiple": column("1|3|5", "2|4"),
    "multiple, words": column("电视┋互联网", "报纸┋其他〖邻居〗"),
    "counts in words": column("15 16 17 18 19 20", "3, 5, 7"),
    "large numbers": column(20250601000123.0),
}


@pytest.mark.parametrize("cells", HARMLESS_CONTENTS.values(), ids=HARMLESS_CONTENTS.keys())
def test_cells_that_are_nobody_s(cells: pd.Series) -> None:
    assert personal_content(cells) == ""
    assert clean_column(cells)[1] == 0


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("phone", column(1.0, 0.0)),
        ("手机", column("有", "没有")),
        ("location", column("urban", "rural")),
        ("location", column(1.0, 2.0)),
        ("微信", column("是", "否")),
        ("email", column("yes", "no")),
        ("name", column(1.0, 2.0, 3.0)),
        ("地址", column("1", "2")),
        ("position", column(3.0, 4.0)),
    ],
)
def test_a_closed_question_about_it_is_none(header: str, cells: pd.Series) -> None:
    assert find_personal(pd.DataFrame({header: cells}), {}) == {}


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("phone", column("7521234", "7521235")),
        ("手机", column(None, None)),
        ("location", column("43.65 111.97", "")),
        ("lat", column(43.6531, 43.6532)),
        ("姓名", column("张三", "李四")),
        ("QQ号", column(12345678.0, 87654321.0)),
    ],
)
def test_a_header_is_enough_where_the_cells_are_no_codes(header: str, cells: pd.Series) -> None:
    assert list(find_personal(pd.DataFrame({header: cells}), {})) == [header]


TEXTS = {
    "建议打13900001234联系我": "建议打[…]联系我",
    "电话１３９００００１２３４": "电话[…]",
    "打 139-0000-1234 或 0479-7521234": "打 […] 或 […]",
    "身份证152602199003071238": "身份证[…]",
    "微信号wx_secret77，谢谢": "微信号[…]，谢谢",
    "微信：zhang_san88": "微信：[…]",
    "加我QQ：12345678": "加我QQ：[…]",
    "write to li.si@163.com please": "write to […] please",
    "邮箱zhang@qq.com": "邮箱[…]",
    "IP 1.24.33.9(内蒙古-锡林郭勒)登录": "IP […]登录",
    "我叫张小三，是牧民": "我叫[…]，是牧民",
    "联系人：王秀英": "联系人：[…]",
    "李明先生讲得好": "[…]先生讲得好",
    "My name is John Smith.": "My name is […].",
    "Миний нэр Батбаяр": "Миний нэр […]",
    "住在锡林街12号3号楼2单元401室": "[…]",
    "卡号6222021602004567890": "卡号[…]",
    "护照E12345678": "护照[…]",
    "车牌蒙H12345": "车牌[…]",
    "在43.6531,111.9762": "在[…]",
    "座机7521234": "座机[…]",
    "其他〖找王秀英13900001234〗": "其他〖找[…][…]〗",
}
UNTOUCHED = (
    "多办科普讲座",
    "2025-06-01 10:00:05",
    "第3题与第15题相同",
    "每月1390元",
    "15 16 17 18 19 20",
    "1990年出生",
    "12号讲座",
    "3号楼太远",
    "我是牧民，不知道",
    "12.5 of 1380",
    "覆盖率98.7654321%",
    "爱因斯坦的相对论",
    "希望在15-69岁中推广",
    "v1.2.3",
    "",
    "the answer took 123.4 s; the median is 600 s",
    "same answers as row 17",
    "联系实际",
    "找到原因",
    "1.5",
    "13",
    "A",
    "152501001001",
    "高中",
    "提高科学素质",
    "2,000,000",
    "http://kepu.net/2025/06",
    "手机",
    "联系群众",
)


@pytest.mark.parametrize(("text", "left"), TEXTS.items())
def test_texts_lose_what_is_personal(text: str, left: str) -> None:
    found = redact(text)
    if left == "[…]":
        assert "12号" not in found and "401" not in found
    else:
        assert found == left


@pytest.mark.parametrize("text", UNTOUCHED)
def test_texts_keep_the_rest(text: str) -> None:
    assert redact(text) == text


def test_single_numbers_among_others_are_taken_out() -> None:
    cells = pd.Series([*np.arange(1000.0, 1099.0), 13900001234.0])
    cleaned, count = clean_column(cells)
    assert count == 1 and bool(cleaned.iloc[-1:].isna().all()) and cleaned.iloc[:-1].equals(cells.iloc[:-1])


@pytest.mark.parametrize("kind", ["str", "float64"])
def test_codes_of_units_are_no_telephone_numbers(kind: str) -> None:
    rng = np.random.default_rng(8)
    towns = [f"152501{rng.integers(1, 18):02d}{rng.integers(1, 180):03d}" for _ in range(200)]
    running = [str(13899999990 + k) for k in range(60)]
    for codes in (towns, running):
        assert personal_content(pd.Series(codes, dtype=kind)) == ""


@pytest.mark.parametrize("count", [10, 40, 300])
def test_telephone_numbers_of_one_range_are_personal(count: int) -> None:
    rng = np.random.default_rng(count)
    numbers = [f"1390479{n:04d}" for n in rng.choice(10**4, count, replace=False)]
    assert personal_content(pd.Series(numbers)) == "phone"
