"""Columns that identify people: recognised by their header and by what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from literacy.io.words import skeleton, squeeze

_HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "您的姓名", "受访者姓名", "被访者姓名", "户主姓名", "联系人", "name",
    "fullname", "respondentname", "firstname", "lastname", "surname"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话号码", "phone",
    "phonenumber", "mobile", "mobilephone", "telephone", "tel", "cellphone"),
    "identity card": ("身份证", "身份证号", "身份证号码", "证件号码", "护照号", "idcard", "idnumber",
    "idcardno", "nationalid", "ssn", "passport"),
    "address": ("住址", "家庭住址", "详细地址", "家庭地址", "通讯地址", "门牌号", "地址", "address",
    "homeaddress", "streetaddress"),
    "IP address": ("ip", "来自ip", "ip地址", "ipaddress", "ipaddr", "clientip"),
    "WeChat": ("微信", "微信号", "微信昵称", "微信openid", "wechat", "wechatid", "weixin",
    "openid", "unionid", "nickname", "昵称", "qq", "qq号"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮件地址", "email", "emailaddress", "mail"),
    "user account": ("用户id", "用户名", "userid", "username"),
    "device": ("设备号", "设备id", "deviceid", "imei", "macaddress", "subscriberid",
    "simid", "simserial"),
    "position": ("经度", "纬度", "经纬度", "定位", "gps", "latitude", "longitude", "lat",
    "lon", "lng", "geopoint", "location"),
}  # fmt: skip
_BY_HEADER = {skeleton(word): what for what, words in _HEADERS.items() for word in words}
_INSIDE = (("姓名", "name"), ("手机号", "phone"), ("联系电话", "phone"), ("联系方式", "phone"),
("电话号码", "phone"), ("身份证", "identity card"),
           ("微信号", "WeChat"), ("openid", "WeChat"), ("电子邮", "email"), ("邮箱",
           "email"), ("家庭住址", "address"),
           ("ip地址", "IP address"), ("来自ip", "IP address"), ("gpscoordinates",
           "position"))  # fmt: skip

_PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}")
_ID_CARD = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]")
_IP = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\s*[(（].*[)）])?")
_IP6 = re.compile(
    r"(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_OPENID = re.compile(r"o[0-9A-Za-z_-]{27}")
_CONTENT = (
    ("phone", _PHONE),
    ("identity card", _ID_CARD),
    ("IP address", _IP),
    ("IP address", _IP6),
    ("email", _EMAIL),
    ("WeChat", _OPENID),
)
SHARE = 0.3
"""A column is personal by content where at least this share of its filled cells looks like one kind of it."""


def personal_header(header: str, label: str = "") -> str:
    """What personal thing a header or label names ("" for none)."""
    for text in (header, label):
        bare = skeleton(re.sub(r"^\s*(第?\s*\d+\s*题?|[Qq]\d+)\s*[.、:：)）]?\s*", "", str(text)))
        for form in (skeleton(text), bare):
            if form in _BY_HEADER:
                return _BY_HEADER[form]
        found = next((what for word, what in _INSIDE if word in bare), "")
        if found and len(bare) <= 24:
            return found
    return ""


def personal_content(cells: pd.Series) -> str:
    """What personal thing the cells of a column look like ("" for none); looks at up to 400 different cells."""
    if pd.api.types.is_bool_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
        return ""
    if pd.api.types.is_numeric_dtype(cells):
        filled = cells.dropna()
        filled = filled[(filled >= 1.3e10) & (filled < 1e18)]
        if filled.empty:
            return ""
        texts = [f"{value:.0f}" for value in filled.drop_duplicates().head(400)]
    else:
        texts = [t for t in (squeeze(v) for v in cells.dropna().drop_duplicates().head(400)) if t]
    if not texts:
        return ""
    for what, pattern in _CONTENT:
        hits = sum(1 for t in texts if pattern.fullmatch(t))
        if hits and hits >= SHARE * len(texts):
            return what
    return ""


def find_personal(
    frame: pd.DataFrame, labels: dict[str, str], named: Iterable[str] = (), skip: Iterable[str] = ()
) -> dict[str, str]:
    """Personal columns of a file and what each holds.

    Parameters
    ----------
    frame : DataFrame
    labels : dict
        Column labels, looked at like headers.
    named : iterable of str
        Columns the survey itself names as personal.
    skip : iterable of str
        Columns known to be harmless (items, design columns).
    """
    own = {n.casefold() for n in named}
    known = set(skip)
    found: dict[str, str] = {}
    for column in frame.columns:
        if str(column).casefold() in own:
            found[column] = "named by the survey"
        elif column not in known:
            what = personal_header(str(column), labels.get(column, "")) or personal_content(frame[column])
            if what:
                found[column] = what
    return found


def name_personal(found: Mapping[str, str]) -> tuple[str, ...]:
    """The one line that names the columns left out; none where there are none."""
    if not found:
        return ()
    listed = ", ".join(f"{column} ({what})" for column, what in found.items())
    return (f"left out {len(found)} personal column{'s' if len(found) > 1 else ''}: {listed}",)


def redact(text: str) -> str:
    """A text with phone numbers, identity cards, addresses of machines and mail taken out."""
    for _, pattern in (*_CONTENT[1:2], *_CONTENT[:1], *_CONTENT[2:]):
        text = re.sub(rf"(?<![0-9A-Za-z]){pattern.pattern}(?![0-9A-Za-z])", "[…]", text)
    return text
