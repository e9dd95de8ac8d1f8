"""What identifies people, by how it is written: telephones, cards, addresses of machines, mail, places, names."""

from __future__ import annotations

import re
import unicodedata

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊陆郝孔白崔康毛邱秦史顾侯邵孟龙段雷钱汤尹黎常武乔贺赖龚庞樊殷施陶翟倪严牛温季俞章鲁"
    "葛韦毕聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游裴席屈尚蓝包佟那阿巴乌额"
)
_TWO = "欧阳|上官|皇甫|司马|司徒|诸葛|尉迟|慕容|夏侯|东方"
_PERSON = rf"(?:(?:{_TWO})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})"
_STREET = r"[\u4e00-\u9fff]{1,12}(?:大街|街道|路|街|巷|胡同|小区|花园|家园|嘎查|村)"
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

_MOBILE = (
    r"(?:\(?(?:\+|00)?86\)?[-\s.]?)?1[3-9]\d"
    r"(?:[-\s.]?\d{4}[-\s.]?\d{4}|[-\s.]\d{3}[-\s.]\d{5}|\d[-\s.]\d{3}[-\s.]\d{4})"
)
_LANDLINE = (
    r"(?:(?:\+|00)?86[-\s]?\(?0?|\(?0)(?:10|2\d|[3-9]\d{2})\)?[-\s]?[2-9]\d{2,3}[-\s]?\d{4}"
    r"(?:(?:[-转]|\s?ext\.?\s?)\d{1,5})?"
)
_ABROAD = r"(?:(?:\+|00)976[-\s]?\d{4}[-\s]?\d{4}|\+\d{1,3}(?:[-\s]?\d){7,12})"
_CARD_18 = (
    r"[1-9]\d{5}[-\s]?(?:18|19|20)\d{2}[-\s]?(?:0[1-9]|1[0-2])[-\s]?(?:0[1-9]|[12]\d|3[01])[-\s]?\d{3}[\dXx]"
)
_CARD_15 = r"[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_HEX = r"[0-9A-Fa-f]{1,4}"
_AT = r"(?:\s*[(（\[【][^)）\]】]{1,40}[)）\]】])?"

PATTERNS: tuple[tuple[str, str], ...] = (
    ("identity card", f"{_CARD_18}|{_CARD_15}"),
    ("bank card", r"(?:62|4\d|5[1-5])\d{2}(?:[-\s]?\d{4}){3}(?:[-\s]?\d{1,3})?"),
    ("device", r"(?:35|86)\d{13}|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}"),
    ("phone", f"{_MOBILE}|{_LANDLINE}|{_ABROAD}"),
    ("IP address", rf"(?:{_BYTE}\.){{3}}{_BYTE}{_AT}"),
    (
        "IP address",
        rf"(?:(?:{_HEX}:){{7}}{_HEX}|(?:{_HEX}:){{1,6}}(?::{_HEX}){{1,6}}|(?:{_HEX}:){{2,7}}:|::(?:{_HEX}:){{0,6}}{_HEX}){_AT}",
    ),
    ("email", r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    ("WeChat", r"o[0-9A-Za-z_-]{27}|wxid_[0-9A-Za-z]{6,}|gh_[0-9A-Za-z]{10,}"),
    ("passport", r"E[A-HJ-NP-Z]\d{7}|[EG][1-9]\d{7}|[DSP]E\d{7}"),
    (
        "position",
        r"[NS]?-?\d{1,3}\.\d{3,}°?[NS]?\s*[,;\s]\s*[EW]?-?\d{1,3}\.\d{3,}°?[EW]?(?:[,\s]+-?\d+(?:\.\d+)?){0,2}"
        r"|\d{1,3}°\s*\d{1,2}['′](?:\s*\d{1,2}(?:\.\d+)?[\"″])?\s*[NSEW北南东西]?",
    ),
    ("number plate", rf"[{_PLACES}][A-Za-z][·.\s-]?(?=[A-Za-z]*\d)[A-Za-z0-9]{{5,6}}"),
    (
        "address",
        rf"{_STREET}\s?\d+\s?(?:号楼|号院|号|弄|栋|幢|单元|组|户)(?:\s?\d+\s?(?:号楼|号|栋|幢|单元|层|楼|室|户))*(?:\s?\d{{3,4}})?"
        r"|\d+\s?(?:号楼|栋|幢)\s?\d+\s?单元(?:\s?\d+\s?(?:室|号|户)?)?",
    ),
)  # fmt: skip
"""What a text is, and how it is written (of NFKC texts)."""

_CUES = (
    rf"(?:我叫|本人叫|(?:我的)?(?:名字|姓名)(?:是|叫|为|[:：])?|联系人(?:是|[:：])?|找|联系|致电)\s?({_PERSON})(?![\u4e00-\u9fff]{{2}})",
    r"(?:我叫|名字叫)\s?([\u4e00-\u9fff·]{2,12}|[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)",
    rf"({_PERSON})(?=先生|女士|同志)",
    r"(?i:my name is|i am called|contact)\s([A-Z][a-z]+(?:\s[A-Z][a-z]+)?)",
    r"(?:[Мм]иний нэр|[Нн]эр\s?[:：]?|[Нн]амайг)\s([А-ЯӨҮЁ][а-яөүё]+)",
    r"(?i:微信号?|wechat|weixin|vx|v信)\s?(?:号|id)?\s?(?:是|为|[:：])?\s?([A-Za-z][-\w]{4,19})",
    r"(?i:qq)\s?(?:号码?)?\s?(?:是|为|[:：])?\s?(\d{5,12})",
    r"(?:座机|电话|手机|手机号)(?:号码?)?\s?(?:是|为|[:：])?\s?(\d{3,4}[-\s]?\d{4})(?!\d)",
    r"(?:护照|证件|身份证)(?:号码?)?\s?(?:是|为|[:：])?\s?([A-Za-z]{0,2}\d{6,18}[Xx]?)",
)
_FOUND = re.compile(
    r"(?<![0-9A-Za-z])(?<!\d\.)(?:" + "|".join(f"(?:{p})" for _, p in PATTERNS) + r")(?![0-9A-Za-z]|\.\d)"
)
_CUED = tuple(re.compile(cue) for cue in _CUES)
_KINDS = tuple((what, re.compile(pattern, re.IGNORECASE)) for what, pattern in PATTERNS)
_NAME = (
    re.compile(_PERSON),
    re.compile(r"[A-Z][a-z]+(?:\s[A-Z]\.?)?\s[A-Z][a-z]+(?:-[A-Z][a-z]+)?"),
    re.compile(r"(?:[А-ЯӨҮЁ]\.?\s?)?[А-ЯӨҮЁ][а-яөүё]{2,}(?:\s[А-ЯӨҮЁ][а-яөүё]{2,})?"),
    re.compile(r"[\u4e00-\u9fff]{2,6}·[\u4e00-\u9fff]{2,6}"),
)
_MAY_ASCII = re.compile(
    r"(?:\d\D{0,3}){7}|@|:|\d\.\d{3}|name|called|contact|chat|weixin|vx|qq|gh_|o[\w-]{27}", re.IGNORECASE
)
_MAY = re.compile(
    rf"(?:\d\D{{0,3}}){{6}}|[@＠:：°]|::|\d\.\d{{3}}|[叫找]|名字|姓名|联系|致电|先生|女士|同志|微信|v信|chat|weixin|vx|qq|нэр|намайг"
    rf"|座机|电话|手机|[{_PLACES}][A-Za-zＡ-Ｚ]|\d\s?(?:号|弄|栋|幢|单元|组|户)",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[A-CFH-NQRT-VX-Z][A-Z]{0,3}\d{1,10}")
_UUID = re.compile(r"(?:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""Most texts hold nothing that could be personal: they are told apart at once."""
HIDDEN = "[…]"


def identify(text: str) -> str:
    """What personal thing a whole text is ("" for none)."""
    for what, pattern in _KINDS:
        if pattern.fullmatch(text):
            return what
    return ""


def is_name(text: str) -> bool:
    """Whether a text may be the name of a person: its form is; many a word has the same."""
    return any(pattern.fullmatch(text) for pattern in _NAME)


def redact(text: str) -> str:
    """A text with phone numbers, cards, addresses, mail, accounts, and names it gives as such taken out."""
    if (
        len(text) < 4
        or _SERIAL.fullmatch(text)
        or not (_MAY_ASCII if text.isascii() else _MAY).search(text)
        or _UUID.fullmatch(text)
    ):
        return text
    plain = _half_width(text)
    spans = [m.span() for m in _FOUND.finditer(plain)]
    spans += [m.span(1) for cue in _CUED for m in cue.finditer(plain)]
    if not spans:
        return text
    out, at = [], 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        if start >= at:
            out += [text[at:start], HIDDEN]
        at = max(at, end)
    return "".join([*out, text[at:]])


def _half_width(text: str) -> str:
    """Full-width letters, digits and signs as plain ones, character for character."""
    if text.isascii():
        return text
    folded = (unicodedata.normalize("NFKC", c) for c in text)
    return "".join(
        {"－": "-", "—": "-", "–": "-", "‐": "-"}.get(c, f if len(f) == 1 else c)
        for c, f in zip(text, folded, strict=True)
    )


def is_long_number(value: float, most: float | None) -> bool:
    """Whether a number given where a measure is asked is rather that of a telephone or card."""
    return abs(value) >= (1e5 if most is not None and value > 100 * most else 1.3e10)
