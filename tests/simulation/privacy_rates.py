"""How often made-up personal values are recognised, and how often ordinary ones are taken for such: ``make privacy-rates``.

    python -m tests.simulation.privacy_rates [COLUMNS]

Writes its tables into docs/privacy.md. All values are invented; names are put together of lists written for this
page, not of the lists the program knows.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pandas as pd

from literacy._resources import sample_data
from literacy.files import load_table
from literacy.files.text.numbers import infer_numbers
from literacy.privacy.identifiers import redact
from literacy.privacy.privacy import clean_column, find_personal, personal_content
from tests.conftest import ROOT

SEED = 20251128
COLUMNS = 100
START, END = "<!-- rates -->", "<!-- end of rates -->"
Dice = np.random.Generator

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建国志文华红玉兰海燕春梅晓东雪峰宇航子涵欣怡浩然梓轩诗佳慧"
)
MONGOL = [
    "阿木古楞",
    "阿拉木斯",
    "阿如汗",
    "安其尔",
    "敖日格乐",
    "巴音孟克",
    "巴图巴雅尔",
    "宝音达来",
    "布仁巴雅尔",
    "布日固德",
    "查干巴拉",
    "朝乐蒙",
    "朝鲁孟",
    "达布希勒图",
    "达楞太",
    "道日娜",
    "德德玛",
    "额尔敦朝鲁",
    "额尔敦巴雅尔",
    "恩和巴图",
    "嘎拉桑",
    "格日勒图雅",
    "哈斯巴根",
    "哈斯其木格",
    "海棠",
    "呼日乐",
    "呼日勒巴特尔",
    "吉日木图",
    "金山",
    "满都夫",
    "孟根其其格",
    "孟克吉雅",
    "莫德格",
    "木其尔",
    "那日松",
    "那顺乌日图",
    "娜布琪",
    "娜米拉",
    "诺明",
    "诺敏高娃",
    "其布日哈斯",
    "其力格尔",
    "青格乐图",
    "萨仁其木格",
    "萨日朗",
    "斯琴毕力格",
    "斯日吉德玛",
    "松布尔",
    "苏乙拉图",
    "苏日嘎拉图",
    "孙布尔",
    "塔林夫",
    "特格喜",
    "特日格勒",
    "图布新",
    "图门乌力吉",
    "乌达巴拉",
    "乌吉木",
    "乌仁图雅",
    "乌日力格",
    "乌日尼勒",
    "乌云毕力格",
    "乌云格日乐",
    "希吉日",
    "锡林高娃",
    "叶喜",
    "扎拉丰嘎",
    "阿拉腾苏和",
    "巴达荣贵",
    "朝鲁巴根",
    "丹森尼玛",
    "鄂云",
    "嘎日玛",
    "浩毕斯哈拉图",
    "胡斯冷",
    "吉仁",
    "罗布桑",
    "满达日娃",
    "敏珠尔",
    "那木吉拉",
    "彭苏克",
    "仁钦",
    "桑布",
    "散丹",
    "哈布尔",
    "特木热",
    "温都日娜",
    "希都日古",
    "僧格仁钦",
    "照日格图",
    "宝德",
    "额日德木图",
    "莎茹拉",
    "伊德日",
    "玉梅",
    "云登",
    "斯钦巴图",
    "乌恩奇",
]
LATIN_MONGOL = [
    "Altangerel",
    "Ankhbayar",
    "Ariunaa",
    "Batsaikhan",
    "Bayarsaikhan",
    "Bolormaa",
    "Chinzorig",
    "Davaasuren",
    "Delgermaa",
    "Dulguun",
    "Enkhtuya",
    "Ganzorig",
    "Gerelmaa",
    "Khulan",
    "Lkhagvasuren",
    "Munkhtsetseg",
    "Naranbaatar",
    "Nyamdorj",
    "Odgerel",
    "Oyunbileg",
    "Purevdorj",
    "Saikhanbileg",
    "Sarangerel",
    "Solongo",
    "Temuujin",
    "Tsogtbaatar",
    "Tuvshinbayar",
    "Undrakh",
    "Uyanga",
    "Zolzaya",
]
GIVEN_PINYIN = [
    "Wei",
    "Fang",
    "Xiaoming",
    "Jianguo",
    "Li",
    "Yuhua",
    "Haiyan",
    "Zhiqiang",
    "Guilan",
    "Wenbo",
    "Tingting",
    "Chunmei",
]
FAMILY_PINYIN = ["Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Bao", "Bai"]
PLACES = [
    "乌兰",
    "锡林",
    "东城",
    "北疆",
    "额仁",
    "团结",
    "幸福",
    "友谊",
    "光明",
    "恐龙",
    "盛世",
    "金桥",
    "伊林",
    "富民",
    "滨河",
    "百合",
    "学府",
    "天骄",
]
COMPOUNDS = [
    "小区",
    "花园",
    "家园",
    "新村",
    "嘎查",
    "社区",
    "公寓",
    "家属院",
    "佳苑",
    "新城",
    "华府",
    "生活区",
]
CHINESE = "零一二三四五六七八九"


def pick(dice: Dice, some: object) -> str:
    """One of a list, or one letter of a text."""
    listed = list(some)  # type: ignore[call-overload]  # a list or a text
    return str(listed[int(dice.integers(len(listed)))])


def digits(dice: Dice, count: int) -> str:
    """Some digits."""
    return "".join(map(str, dice.integers(0, 10, count)))


def han(dice: Dice, between: str = "") -> str:
    """A Han name of two or three letters."""
    given = "".join(pick(dice, GIVEN) for _ in range(1 + (dice.random() < 0.8)))
    return pick(dice, FAMILY) + between + given


def mobile(dice: Dice) -> str:
    """A number of the form of a mobile telephone's."""
    return "1" + pick(dice, "3456789") + digits(dice, 9)


def day(dice: Dice, first: int, last: int) -> tuple[int, int, int]:
    """Year, month, day."""
    return int(dice.integers(first, last + 1)), int(dice.integers(1, 13)), int(dice.integers(1, 29))


def card(dice: Dice) -> str:
    """A number of the form of an identity card's."""
    y, m, d = day(dice, 1945, 2009)
    return f"15{digits(dice, 4)}{y}{m:02d}{d:02d}{digits(dice, 3)}{pick(dice, '0123456789X')}"


def spelt(dice: Dice) -> str:
    """A mobile number in one of the ways people write it."""
    n = mobile(dice)
    ways = (
        n, f"{n[:3]} {n[3:7]} {n[7:]}", f"{n[:3]}-{n[3:7]}-{n[7:]}", " ".join(n), f"+86 {n}", f"0086{n}",
        f"{n[:5]} {n[5:]}", "".join(CHINESE[int(c)] for c in n), "".join(chr(ord(c) + 0xFEE0) for c in n),
        f"{n[:3]}.{n[3:7]}.{n[7:]}", f"（{n}）",
    )  # fmt: skip
    return pick(dice, ways)


def home(dice: Dice) -> str:
    """An address in a compound."""
    place = pick(dice, PLACES) + pick(dice, COMPOUNDS)
    a, b, c = (int(dice.integers(1, top)) for top in (40, 6, 7))
    ways = (
        f"{place}{a}号楼{b}单元{c}0{b}室", f"{place}{a}-{b}-{c}0{b}", f"{place}{a}#{b}-{c}0{b}", f"{place}{a}栋{b}单元{c}0{b}",
        f"{place} {a}号楼 {b}单元", f"{place}{CHINESE[1 + a % 9]}号楼{CHINESE[1 + b % 9]}单元{c}0{b}", f"{place}{a}号",
        f"{pick(dice, PLACES)}街{a}号{b}单元{c}0{b}",
    )  # fmt: skip
    return pick(dice, ways)


def hexes(dice: Dice, size: int) -> str:
    """A text of hexadecimal digits."""
    return "".join(pick(dice, "0123456789abcdef") for _ in range(size))


def guid(dice: Dice) -> str:
    """An identifier of 32 such digits in five groups."""
    return "-".join(hexes(dice, size) for size in (8, 4, 4, 4, 12))


def latin(dice: Dice) -> str:
    """A Mongolian name in Latin letters."""
    one = pick(dice, LATIN_MONGOL)
    return pick(dice, (one, f"{pick(dice, 'ABDEGMNOST')}. {one}", f"{one} {pick(dice, LATIN_MONGOL)}"))


def one_range(dice: Dice) -> Callable[[], str]:
    """How the numbers of neighbours begin whose operator gave them one range of ten thousand."""
    start = mobile(dice)[:7]
    return lambda: start + digits(dice, 4)


def unit_codes(dice: Dice) -> Callable[[], str]:
    """How one county numbers its units in eleven digits: county, town, village or block."""
    county, towns, blocks = (
        f"{dice.integers(13, 16)}{digits(dice, 4)}",
        dice.integers(1, 21),
        dice.integers(10, 200),
    )
    return lambda: f"{county}{dice.integers(1, towns + 1):02d}{dice.integers(1, blocks + 1):03d}"


def running_codes(dice: Dice) -> Callable[[], str]:
    """Codes of eleven digits that run on from any number that may begin a telephone number."""
    first, step = int(mobile(dice)), iter(range(10**6))
    return lambda: str(first + next(step))


def born(dice: Dice) -> Callable[[], str]:
    """How one office writes days of birth."""
    form = pick(dice, ("{}-{:02d}-{:02d}", "{}/{}/{}", "{}.{}.{}", "{}年{}月{}日", "{}{:02d}{:02d}"))
    return lambda: form.format(*day(dice, 1940, 2008))


Maker = Callable[[Dice], Callable[[], str]]
PERSONAL: dict[str, Maker] = {
    "names, Han": lambda d: lambda: han(d),
    "names, Han, with a blank": lambda d: lambda: han(d, " "),
    "names, Han, with a bracket or title": lambda d: lambda: han(d) + pick(d, ("（男）", "(组长)", "女士", "先生")),
    "names, Mongolian in Chinese letters": lambda d: lambda: pick(d, MONGOL),
    "names, Mongolian among Han": lambda d: lambda: pick(d, MONGOL) if d.random() < 0.4 else han(d),
    "names, Mongolian in Latin letters": lambda d: lambda: latin(d),
    "names, pinyin": lambda d: lambda: f"{pick(d, FAMILY_PINYIN)} {pick(d, GIVEN_PINYIN)}",
    "telephones, spelt in eleven ways": lambda d: lambda: spelt(d),
    "identity cards": lambda d: lambda: card(d),
    "addresses in compounds and streets": lambda d: lambda: home(d),
    "days of birth": born,
    "devices: IDFA, OAID": lambda d: lambda: pick(d, (guid(d), guid(d).upper())),
    "devices: Android": lambda d: lambda: hexes(d, 16),
    "mail": lambda d: lambda: f"{hexes(d, 6)}{pick(d, GIVEN_PINYIN).lower()}@{pick(d, ('qq.com', '163.com', 'kepu-mail.cn'))}",
    "WeChat and Douyin": lambda d: lambda: pick(
        d, (f"wxid_{hexes(d, 14)}", f"https://v.douyin.com/{hexes(d, 7)}/", f"https://u.wechat.com/{hexes(d, 10)}")
    ),
    "files of people": lambda d: lambda: f"{han(d)}{pick(d, ('身份证', '简历', '照片'))}{digits(d, 2)}.{pick(d, ('jpg', 'docx', 'pdf'))}",
    "telephones of one range": one_range,
}  # fmt: skip
INSIDE: dict[str, Callable[[Dice], tuple[str, str]]] = {
    "telephones": lambda d: (t := spelt(d), f"{pick(d, ('请打', '电话', '联系我', ''))}{t}{pick(d, ('，谢谢', '。', ' 找我'))}"),
    "names after a cue": lambda d: (t := pick(d, (han(d), pick(d, MONGOL))), f"我叫{t}，{pick(d, ('办得好', '住得远'))}"),
    "names with a title": lambda d: (t := han(d), f"找{t}先生"),
    "addresses": lambda d: (t := home(d), f"{pick(d, ('家住', '住在', '地址：'))}{t}，很远"),
    "identity cards": lambda d: (t := card(d), f"身份证{t}丢了"),
    "mail": lambda d: (t := f"{hexes(d, 7)}@qq.com", f"发到{t}"),
    "accounts": lambda d: (t := f"wx{hexes(d, 7)}", f"加我微信：{t}"),
}  # fmt: skip
WORDS = {
    "occupations": ["农牧民", "公务员", "工人", "学生", "教师", "个体户", "离退休人员", "其他", "医生", "警察", "司机", "牧民", "军人", "无业"],
    "places": ["额仁淖尔苏木", "格日勒敖都苏木", "乌兰社区", "锡林社区", "东城社区", "北疆社区", "锡林浩特市", "二连浩特市", "苏尼特右旗", "阿巴嘎旗"],
    "places without their kind": [
        "额仁淖尔", "格日勒敖都", "巴彦淖尔", "乌兰察布", "锡林郭勒", "鄂尔多斯", "呼和浩特", "二连浩特", "锡林浩特", "阿巴嘎",
        "苏尼特", "东乌珠穆沁", "通辽", "包头",
    ],
    "schools": ["小学", "初中", "高中", "中专", "大专", "本科", "硕士", "博士", "文盲"],
    "channels": ["互联网", "电视", "报纸", "图书馆", "和家人交谈", "科技馆", "手机上网", "广播", "抖音", "微信公众号", "今日头条"],
    "opinions": ["非常同意", "同意", "说不清", "不同意", "非常不同意"],
    "opinions, English": ["Strongly agree", "Agree", "Not sure", "Disagree", "Strongly disagree"],
    "peoples": ["汉族", "蒙古族", "回族", "满族", "达斡尔族", "鄂温克族", "鄂伦春族", "朝鲜族"],
    "brands": ["Huawei Mate", "Apple iPhone", "Xiaomi Redmi", "Windows Chrome", "Android Webview"],
    "remarks": ["希望多办科普活动", "没有意见", "很好", "讲座太少", "内容看不懂", "牧区网络不好", "路太远了", "北京路很堵", "谢谢工作人员", "希望发礼品"],
}  # fmt: skip


def words(some: list[str]) -> Maker:
    """Cells that are one of some words."""
    return lambda dice: lambda: pick(dice, some)


PLAIN: dict[str, Maker] = {
    **{f"words: {kind}": words(some) for kind, some in WORDS.items()},
    "codes": lambda d: lambda: str(d.integers(1, 9)),
    "ages": lambda d: lambda: str(d.integers(14, 90)),
    "incomes": lambda d: lambda: str(int(d.gamma(2, 30_000)) // 100 * 100),
    "weights": lambda d: lambda: f"{d.gamma(4, 5):.4f}",
    "serials": lambda d: lambda: f"{pick(d, ('EL', 'A', 'NM', 'S'))}-{d.integers(1, 99_999):05d}",
    "household numbers": lambda d: lambda: f"152501{d.integers(0, 10**6):06d}",
    "days of interview": lambda d: lambda: "2025-{1:02d}-{2:02d}".format(*day(d, 2025, 2025)),
    "moments": lambda d: lambda: "2025/{1}/{2} {0}:15:33".format(d.integers(8, 20), *day(d, 2025, 2025)[1:]),
    "seconds": lambda d: lambda: f"{d.integers(60, 3000)}秒",
    "ranges": lambda d: lambda: f"{(a := int(d.integers(1, 90)))}-{a + int(d.integers(1, 20))}",
    "marks": lambda d: lambda: f"{d.integers(0, 101)}%",
    "choices": lambda d: lambda: "┋".join(pick(d, WORDS["channels"]) for _ in range(3)),
    "sites": lambda d: lambda: f"https://www.kepu.gov.cn/page/{d.integers(1, 9999)}.html",
    "versions": lambda d: lambda: f"{d.integers(1, 9)}.{d.integers(0, 20)}.{d.integers(0, 99)}",
    "unit codes of eleven digits": unit_codes,
    "unit codes that run on": running_codes,
}  # fmt: skip


def columns(make: Maker, dice: Dice, count: int) -> list[list[str]]:
    """Columns of 20 to 300 cells, one in twenty empty."""
    made = []
    for _ in range(count):
        cell = make(dice)
        made.append([cell() if dice.random() > 0.05 else "" for _ in range(int(dice.integers(20, 300)))])
    return made


def known(cells: list[str]) -> bool:
    """Whether a column is recognised under a header that says nothing."""
    texts = pd.Series([c or None for c in cells], dtype="str")
    return personal_content(texts) != ""


def main() -> None:
    """Tally, and write the tables."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COLUMNS
    lines = [
        f"{count} columns of each kind, of 20 to 300 cells, under a header that says nothing (`make privacy-rates`, seed {SEED}):",
        "", "| kind | columns known |", "|---|---:|",
    ]  # fmt: skip
    for k, (kind, make) in enumerate(PERSONAL.items()):
        hits = sum(map(known, columns(make, np.random.default_rng([SEED, k]), count)))
        lines.append(f"| {kind} | {hits / count:.1%} |")
    lines += [
        "",
        f"{5 * count:,} sentences of each kind:",
        "",
        "| inside a sentence | taken out |",
        "|---|---:|",
    ]
    for k, (kind, say) in enumerate(INSIDE.items()):
        dice = np.random.default_rng([SEED, 100 + k])
        told = [say(dice) for _ in range(5 * count)]
        lines.append(f"| {kind} | {sum(t not in redact(s) for t, s in told) / len(told):.1%} |")
    lines += [
        "", "And of ordinary columns and cells, which are to stay:", "",
        "| ordinary | columns | left out | filled cells | changed |", "|---|---:|---:|---:|---:|",
    ]  # fmt: skip
    total = np.zeros(4, dtype=int)
    for k, (kind, make) in enumerate(PLAIN.items()):
        made = columns(make, np.random.default_rng([SEED, 200 + k]), count)
        row = [len(made), sum(map(known, made)), 0, 0]
        for cells in made:
            read = infer_numbers(pd.DataFrame({"c": cells}, dtype="str"))["c"]  # as a file of text is read
            row[1] += not known(cells) and personal_content(read) != ""
            row[2] += sum(c != "" for c in cells)
            row[3] += clean_column(read)[1]
        total += row
        lines.append(f"| {kind} | {' | '.join(f'{c:,}' for c in row)} |")
    sample = np.zeros(4, dtype=int)
    for year in (2021, 2023, 2025):
        table = load_table(sample_data(f"erenhot_{year}.sav"))
        frame = table.frame
        changed = sum(clean_column(frame[c])[1] for c in frame.columns)
        lost = len(find_personal(frame, dict(table.labels)))
        sample += [len(frame.columns), lost, int(frame.notna().sum().sum()), changed]
    total += sample
    lines.append(f"| the sample waves | {' | '.join(f'{c:,}' for c in sample)} |")
    lines.append(f"| all | {' | '.join(f'{c:,}' for c in total)} |")
    lines.append("")
    lines.append(
        f"{total[1] / total[0]:.2%} of the columns and {total[3] / total[2]:.3%} of the cells were lost or changed."
    )
    text = "\n".join(lines)
    if len(sys.argv) > 1:
        sys.stdout.write(text + "\n")
        return
    page = ROOT / "docs" / "privacy.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
