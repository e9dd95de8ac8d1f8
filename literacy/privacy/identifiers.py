"""Patterns of personal identifiers: telephone and card numbers, network, e-mail and postal addresses, accounts."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from literacy.privacy.names import MONGOL, PERSON

_ROADS = "大街|街道|路|街|巷|胡同|弄堂"
_COMPOUNDS = (
    "小区|花园|家园|嘎查|村|社区|新村|新区|公寓|大院|家属院|家属楼|苑|园|城|府|庭|湾|里|坊|屯|生产队|分场"
    "|大厦|广场|宿舍"
)
_STREET = rf"[\u4e00-\u9fff]{{1,12}}(?:{_ROADS}|{_COMPOUNDS})"
_NUM = r"[一二三四五六七八九十\d]{1,4}"
_HOUSE = (
    r"\d{1,4}\s?[-—－]\s?\d{1,3}\s?[-—－]\s?\d{2,4}(?:室|户)?"
    r"|\d{1,3}\s?[#＃]\s?(?:楼\s?)?\d{1,3}(?:\s?[-—－]\s?\d{2,4})?(?:室|户)?"
)
_FLAT = rf"{_NUM}(?:号楼|栋|幢|座){_NUM}(?:单元|门|室|号|户)(?:\s?{_NUM}(?:层|楼|室|号|户)?)*"
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

_MOBILE = (
    r"1 [3-9](?: \d){9}|1-[3-9](?:-\d){9}|1\.[3-9](?:\.\d){9}|1[3-9](?:[-\s.]\d{3}){3}"
    r"|1[3-9]\d(?:[-\s.]\d{2}){4}|1[3-9]\d{3}[-\s.]\d{6}|1[3-9]\d{2}[-\s.]\d{4}[-\s.]\d{3}|"
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
_GUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_PROFILES = (
    r"u\.wechat\.com|wx\.qq\.com|weixin\.qq\.com/[gr]|qm\.qq\.com|user\.qzone\.qq\.com|v\.douyin\.com"
    r"|(?:www\.)?douyin\.com/user|(?:www\.)?iesdouyin\.com/share/user|v\.kuaishou\.com|(?:www\.)?kuaishou\.com/profile"
    r"|(?:www\.|m\.)?weibo\.(?:com|cn)|xhslink\.com|(?:www\.)?xiaohongshu\.com/user|t\.me|wa\.me|(?:www\.)?facebook\.com"
)
_PROFILE = rf"(?:https?://)?(?:{_PROFILES})/[-\w./?=&%+#]{{3,200}}|(?:weixin|snssdk\d*|douyin)://[-\w./?=&%+#]{{3,200}}"
_ENDINGS = "jpe?g|png|gif|bmp|heic|mp4|mov|3gp|amr|m4a|mp3|wav|docx?|xlsx?|pdf|rar|sav"
_FILE = rf"[^\s\\/:*?\"<>|,，。；;]{{1,80}}\.(?:{_ENDINGS})"
_FOLDER = r"(?:[A-Za-z]:\\|/home/|/Users/|/storage/)[^\s<>|\"]{1,200}"
_AT = r"(?:\s*[(（\[【][^)）\]】]{1,40}[)）\]】])?"

PATTERNS: tuple[tuple[str, str], ...] = (
    ("identity card", f"{_CARD_18}|{_CARD_15}"),
    ("bank card", r"(?:62|4\d|5[1-5])\d{2}(?:[-\s]?\d{4}){3}(?:[-\s]?\d{1,3})?"),
    (
        "device",
        rf"(?:35|86)\d{{13}}|(?:[0-9A-Fa-f]{{2}}[:-]){{5}}[0-9A-Fa-f]{{2}}|{_GUID}"
        r"|(?i:imei|meid|idfa|idfv|oaid|aaid|android[ _]?id)\s?[:：=]?\s?[0-9A-Fa-f-]{14,64}",
    ),
    ("phone", f"{_MOBILE}|{_LANDLINE}|{_ABROAD}"),
    ("IP address", rf"(?:{_BYTE}\.){{3}}{_BYTE}{_AT}"),
    (
        "IP address",
        rf"(?:(?:{_HEX}:){{7}}{_HEX}|(?:{_HEX}:){{1,6}}(?::{_HEX}){{1,6}}|(?:{_HEX}:){{2,7}}:|::(?:{_HEX}:){{0,6}}{_HEX}){_AT}",
    ),
    ("email", r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    ("WeChat", rf"o[0-9A-Za-z_-]{{27}}|wxid_[0-9A-Za-z]{{6,}}|gh_[0-9A-Za-z]{{10,}}|{_PROFILE}"),
    ("phone", r"[一幺壹]\s?[三四五六七八九](?:\s?[零〇○一幺二三四五六七八九]){9}"),
    ("file name", f"{_FOLDER}|{_FILE}"),
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
        rf"|[\u4e00-\u9fff]{{2,14}}\s?(?:{_HOUSE}|{_FLAT})|{_STREET}\s?\d{{1,4}}\s?-\s?\d{{1,4}}(?:-\d{{1,4}})?"
        r"|\d+\s?(?:号楼|栋|幢|#楼?)\s?\d+\s?单元(?:\s?\d+\s?(?:室|号|户)?)?",
    ),
)  # fmt: skip
"""Kind of identifier and its pattern, for NFKC-normalised texts."""

_KNOWN_PLACE = "市|县|旗|苏木|嘎查|街|路|巷|小区|社区|新村|栋|单元|号|学校|中学|小学|医院"
_NO_PLACE = "农村|城里|乡下|牧区|城区|市区|郊区|县城|镇上|村里|街上|城市|大城市|小城市|小区里|学校里|旗县|路边|学校附近"
_CUES = (
    rf"(?:我叫|本人叫|(?:我的)?(?:名字|姓名)(?:是|叫|为|[:：])?|联系人(?:是|[:：])?|找|联系|致电)\s?({PERSON})(?![\u4e00-\u9fff]{{2}})",
    r"(?:我叫|我名叫|名字叫|名叫)\s?([\u4e00-\u9fff·]{2,12}|[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)",
    rf"(?:我是|本人是?|姓名|联系人)\s?[:：]?\s?({MONGOL})(?![\u4e00-\u9fff])",
    r"(?:住在|家住|家在|住址\s?[:：是为]?|地址\s?[:：是为])\s?"
    rf"((?=[^\s，。,.；;！!？?]{{0,30}}(?:{_KNOWN_PLACE}))(?!{_NO_PLACE})[\u4e00-\u9fffA-Za-z0-9#\-—]{{3,40}})",
    r"(?:抖音|快手|小红书|(?i:douyin|tiktok))\s?(?:号|(?i:id)|账号)?\s?(?:是|为|叫|[:：])\s?([A-Za-z0-9][-\w.]{4,23})",
    rf"({PERSON})(?=先生|女士|同志)",
    r"(?i:my name is|i am called|contact)\s([A-Z][a-z]+(?:\s[A-Z][a-z]+)?)",
    r"(?:[Мм]иний нэр|[Нн]эр\s?[:：]?|[Нн]амайг)\s([А-ЯӨҮЁ][а-яөүё]+)",
    r"(?i:微信号?|wechat|weixin|vx|v信)\s?(?:号|id)?\s?(?:是|为|[:：])?\s?([A-Za-z][-\w]{4,19})",
    r"(?i:qq)\s?(?:号码?)?\s?(?:是|为|[:：])?\s?(\d{5,12})",
    r"(?:座机|电话|手机|手机号)(?:号码?)?\s?(?:是|为|[:：])?\s?(\d{3,4}[-\s]?\d{4})(?!\d)",
    r"(?:护照|证件|身份证)(?:号码?)?\s?(?:是|为|[:：])?\s?([A-Za-z]{0,2}\d{6,18}[Xx]?)",
)
_MAY_ASCII = re.compile(
    r"(?:\d\D{0,3}){7}|@|:|\d\.\d{3}|name|called|contact|chat|weixin|vx|qq|gh_|o[\w-]{27}|(?:-[0-9a-f]{4}){3}-"
    rf"|imei|idfa|oaid|douyin|tiktok|\w/\w|\.(?:{_ENDINGS})\b",
    re.IGNORECASE,
)
_MAY = re.compile(
    rf"(?:\d\D{{0,3}}){{6}}|[@＠:：°]|::|\d\.\d{{3}}|[叫找]|名字|姓名|联系|致电|先生|女士|同志|微信|v信|chat|weixin|vx|qq|нэр|намайг"
    rf"|座机|电话|手机|住|家在|地址|我是|本人|抖音|快手|小红书|[一幺壹]\s?[三四五六七八九]\s?[零〇○一幺二三四五六七八九]"
    rf"|[{_PLACES}][A-Za-zＡ-Ｚ]|[\d一二三四五六七八九十]\s?(?:号|弄|栋|幢|座|单元|组|户)|\d\s?[-—－#＃]|\w/\w|\.(?:{_ENDINGS})",
    re.IGNORECASE,
)
"""Quick exclusion of the large majority of texts, which cannot contain personal data."""
_SERIAL = re.compile(r"[A-CFH-NQRT-VX-Z][A-Z]{0,3}\d{1,10}")
_UUID = re.compile(r"(?:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HIDDEN = "[…]"


@cache
def _inside() -> re.Pattern[str]:
    """Return the pattern of what is redacted; compiled on first use, because compilation takes a tenth of a second."""
    kinds = "|".join(f"(?:{p})" for _, p in PATTERNS)
    return re.compile(rf"(?<![0-9A-Za-z])(?<!\d\.)(?:{kinds})(?![0-9A-Za-z]|\.\d)")


@cache
def _cued() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(cue) for cue in _CUES)


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((what, re.compile(pattern, re.IGNORECASE)) for what, pattern in PATTERNS)


@lru_cache(maxsize=1 << 12)
def identify(text: str) -> str:
    """Return the kind of personal identifier that a whole text is ("" for none)."""
    for what, pattern in _kinds():
        if pattern.fullmatch(text):
            return what
    return ""


def redact(text: str) -> str:
    """Return a text with telephone and card numbers, addresses, e-mail, accounts and names given as such redacted."""
    if (
        len(text) < 4
        or _SERIAL.fullmatch(text)
        or not (_MAY_ASCII if text.isascii() else _MAY).search(text)
        or _UUID.fullmatch(text)
    ):
        return text
    plain = _half_width(text)
    spans = [m.span() for m in _inside().finditer(plain)]
    spans += [m.span(1) for cue in _cued() for m in cue.finditer(plain)]
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
    """Convert full-width letters, digits and signs to half-width ones, character by character."""
    if text.isascii():
        return text
    folded = (unicodedata.normalize("NFKC", c) for c in text)
    return "".join(
        {"－": "-", "—": "-", "–": "-", "‐": "-"}.get(c, f if len(f) == 1 else c)
        for c, f in zip(text, folded, strict=True)
    )


def is_long_number(value: float, most: float | None) -> bool:
    """Return whether a number given for a measured item is likely a telephone or card number."""
    return abs(value) >= (1e5 if most is not None and value > 100 * most else 1.3e10)
