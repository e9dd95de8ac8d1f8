"""Words in headers and questions that ask for personal data."""

from __future__ import annotations

import re

from literacy.files.text.spelling import skeleton

_HEADERS = {
    "name": (
        "姓名 名字 户主 联系人 name fullname firstname lastname surname givenname familyname нэр овог овогнэр "
        "имя фио xingming"
    ),
    "phone": (
        "电话 手机 手机号 手机号码 移动电话 座机 固定电话 联系电话 联系方式 电话号码 家庭电话 phone "
        "phonenumber mobile mobilephone mobilenumber telephone telephonenumber tel cellphone cell "
        "contactnumber утас утасныдугаар телефон shouji dianhua"
    ),
    "identity card": (
        "身份证 身份证号 身份证号码 证件号 证件号码 idcard idcardno idcardnumber idnumber nationalid ssn "
        "identitycard регистр регистрийндугаар shenfenzheng"
    ),
    "passport": (
        "护照 护照号 护照号码 passport passportno passportnumber"
    ),
    "bank card": (
        "银行卡 银行卡号 银行账号 卡号 银行账户 bankcard bankaccount accountnumber iban"
    ),
    "address": (
        "住址 家庭住址 现住址 居住地址 详细地址 家庭地址 通讯地址 通信地址 收件地址 门牌号 门牌 地址 address "
        "homeaddress streetaddress postaladdress хаяг гэрийнхаяг адрес"
    ),
    "IP address": (
        "ip 来自ip ip地址 ipaddress ipaddr clientip remoteip"
    ),
    "WeChat": (
        "微信 微信号 微信号码 微信名 微信昵称 微信id 微信openid 微信账号 wechat wechatid weixin openid "
        "unionid nickname 昵称 qq qq号 qq号码 微信二维码 微信链接"
    ),
    "account": (
        "抖音号 抖音id 抖音昵称 抖音账号 快手号 快手id 快手昵称 小红书号 微博号 微博昵称 douyinid tiktokid"
    ),
    "birth date": (
        "出生日期 出生年月日 生日 生辰 birthday birthdate dateofbirth birthdayofrespondent dob төрсөнөдөр төрсөнөгноо"
    ),
    "email": (
        "邮箱 电子邮箱 电子邮件 邮箱地址 邮件地址 email emailaddress mail имэйл"
    ),
    "user account": (
        "用户id 用户名 userid username submittedby 账号"
    ),
    "device": (
        "设备号 设备id 设备编号 设备标识 deviceid idfa idfv oaid aaid androidid 安卓id advertisingid imei meid "
        "macaddress mac地址 subscriberid simid simserial"
    ),
    "position": (
        "经度 纬度 经纬度 定位 地理位置 gps gps坐标 坐标 latitude longitude lat lon lng geopoint geolocation "
        "location coordinates gpslat gpslon gpscoordinates"
    ),
    "number plate": (
        "车牌 车牌号 车牌号码 licenseplate numberplate platenumber"
    ),
}  # fmt: skip
_BY_HEADER = {skeleton(word): what for what, words in _HEADERS.items() for word in words.split()}
_INSIDE = {
    "name": "姓名",
    "phone": "手机号 联系电话 联系方式 电话号码 phonenumber",
    "identity card": "身份证号 证件号 身份证",
    "passport": "护照号",
    "WeChat": "微信号 微信昵称 openid qq号 wechatid",
    "email": "电子邮 邮箱 emailaddress",
    "address": (
        "家庭住址 家庭地址 详细地址 通讯地址 现住址 门牌号 homeaddress"
    ),
    "bank card": "银行卡号 银行账号",
    "number plate": "车牌号",
    "IP address": "ip地址 来自ip",
    "position": "经纬度 gpscoordinates latitude longitude",
}  # fmt: skip
"""Words that indicate personal data anywhere in a short text."""
_HARMLESS = re.compile(
    "编码|代码|是否|有没有|有无|归属地|隐私|保护|泄露|愿意|诈骗|被骗|陌生|索要|怎么|如何|会不会|能不能|应该|下列|以下|哪些|哪种|哪一|正确"
    "|安全|告诉|所在|类型|类别|时长|时间|频率|次数|品牌|话费|使用|上网|科学家|学校|单位名|机构|code|hours?|brand|type|freq"
)
_BEFORE = re.compile(
    "^(?:请问|请您?|填写|输入|提供|留下|一下|您的?|你的?|我的?|本人|受访者|被访者|受访人|被访人|填写人|答题人|答卷人|参与者|户主|家长|学生"
    "|老师|教师|居民|村民|联系人|家庭|个人|真实|监护人|父亲|母亲|配偶|的)+"
)
_AFTER = re.compile(
    r"(?:是什么|是多少|为什么|什么|多少|是|为|码|信息|一栏|必填|选填|用于.{1,12}|以便.{1,12}|方便.{1,12}|\d{1,2})+$"
)
_NUMBERED = re.compile(
    r"^\s*(?:第\s*\d+\s*[题问]|[A-Za-z]{1,2}\d+[a-z]?(?=[\W_]|[\u4e00-\u9fff])|\d+)\s*[-_.、:：)）\s]*"
)
_BEFORE_WORDS = (
    "your the my please enter what is whats respondent respondents respondent's participant participants "
    "contact home householder household hh head person personal mother father parent child guardian "
    "spouse student teacher mobile cell full first last main primary secondary alternative alt own work "
    "office gps meta q a of r resp"
)
_LEADING = frozenset(_BEFORE_WORDS.split())
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z']+|\d+|[^\W\d_A-Za-z]+")


def personal_header(header: str, label: str = "") -> str:
    """Return the kind of personal data that a header or label names ("" for none)."""
    return next((what for what in map(_named, (str(header), str(label))) if what), "")


def _named(text: str) -> str:
    text = re.sub(r"^[\w./]*/(?=\w)", "", text)  # group path of a form before the item
    bare = _NUMBERED.sub("", text, count=1) or text
    outside = re.split(r"[(（\[【]", bare, maxsplit=1)[0]
    for form in (text, bare, outside):
        whole = skeleton(form)
        if whole in _BY_HEADER:
            return _BY_HEADER[whole]
        short = _AFTER.sub("", _BEFORE.sub("", whole))
        if short in _BY_HEADER:
            return _BY_HEADER[short]
    whole = skeleton(bare)
    if len(whole) <= 40 and not _HARMLESS.search(whole):
        found = next((what for what, words in _INSIDE.items() if any(w in whole for w in words.split())), "")
        if found:
            return found
    return _named_in_words(outside)


def _named_in_words(text: str) -> str:
    """Return the kind of personal data named by ``respondent_phone``, ``contactName`` or ``what is your name?``."""
    words = [w.casefold() for w in _WORDS.findall(text)]
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in ("no", "nr")):
        words.pop()
    while words:
        what = _BY_HEADER.get("".join(words), "")
        if what or not (words[0] in _LEADING or words[0].isdigit()):
            return what
        words.pop(0)
    return ""
