"""Made-up personal values, a questionnaire file full of them, and a search for them in whatever comes out.

All names and numbers are invented; those of telephones and cards only have the form of real ones.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from pathlib import Path

import pandas as pd

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱林何郭罗梁宋"
GIVEN = "文华建国志强秀英晓明海燕春梅玉兰永红丽萍小军"
FIRST = ("Ann", "Tom", "Eve", "Ian", "Zoe", "Max", "Uma", "Leo")
LAST = ("Quillfeather", "Thistlewood", "Oxenbridge", "Marrowdale", "Pennyquick", "Larkspurton", "Grimthorpe")
MONGOL = ("Батбаяр", "Сүхбат", "Оюунчимэг", "Энхжаргал", "Ганболд", "Нарантуяа", "Дэлгэрмаа", "Отгонбаяр")


def phone(k: int, start: str = "139") -> str:
    """A mobile number."""
    return f"{start}{40_000_000 + 7_919 * k % 50_000_000:08d}"


def card(k: int) -> str:
    """A number of the form of an identity card's."""
    day = f"{1950 + k % 50}{1 + k % 12:02d}{1 + k % 28:02d}"
    return f"152602{day}{k % 1000:03d}{'X' if k % 3 == 0 else k % 10}"


def name(k: int) -> str:
    """A Chinese name of three characters, hardly twice the same."""
    return SURNAMES[k % 20] + GIVEN[k // 20 % 20] + GIVEN[(k * 7 + k // 400 + 3) % 20]


def columns(n: int) -> dict[str, list[str]]:
    """Columns of personal values: first those whose header says so, then those whose header does not."""
    rows = range(n)
    said = {
        "姓名": [name(k + 11) for k in rows],
        "respondent_phone": [f"+86 {p[:3]} {p[3:7]} {p[7:]}" for p in map(phone, rows)],
        "身份证号": [card(k) for k in rows],
        "来自IP": [f"1.24.{k % 250}.{(k * 3) % 200}(内蒙古-锡林郭勒)" for k in rows],
        "微信号": [f"zq_wechat{k:04d}" for k in rows],
        "nickname": [f"草原雄鹰{k:04d}号" for k in rows],
        "邮箱": [f"reader{k:04d}@kepu-mail.cn" for k in rows],
        "家庭住址": [f"锡林街{k + 100}号{k % 9 + 1}单元{k % 6 + 1}01室" for k in rows],
        "gps_latitude": [f"43.{650_000 + 137 * k}" for k in rows],
        "银行卡号": [f"62220216020{k:08d}" for k in rows],
        "deviceid": [f"collect:AbCdEf{k:06d}" for k in rows],
        "车牌号": [f"蒙H{k:05d}" for k in rows],
        "座机": [f"752{k:04d}" for k in rows],
        "访员姓名": [name(900 + k % 6) for k in rows],
    }
    unsaid = {
        "q99": [phone(k, "186") for k in rows],
        "column7": [name(k + 101) for k in rows],
        "q100": [f"152602{60 + k % 30}{1 + k % 12:02d}{1 + k % 28:02d}{k % 1000:03d}" for k in rows],
        "q101": [f"2409:8a00:12{k % 90 + 10}:5678::{k % 900 + 100:x}" for k in rows],
        "q102": [f"0479-75{k:05d}" for k in rows],
        "q103": [f"前进路{k + 200}号{k % 9 + 1}号楼{k % 5 + 1}单元{k % 6 + 1}02室" for k in rows],
        "q104": [f"{'БГДЖЗ'[k % 5]}.{MONGOL[k % 8]}{'аоуэ'[k // 8 % 4]}{'нлрс'[k // 32 % 4]}" for k in rows],
        "q105": [
            f"{FIRST[k % 8]} {LAST[k // 8 % 7]}{'abcdefghijklmnopqrstuvwxyz'[k // 56 % 26]}" for k in rows
        ],
        "q106": [f"o6XbmjrPTlm6Q2sgVt7hMZ{k:06d}" for k in rows],
        "q107": [f"43.{61_000 + 3 * k}, 111.{96_000 + 5 * k} 905.2 4.5" for k in rows],
        "q108": [f"E{20_000_000 + 1_237 * k}" for k in rows],
        "q110": [f"4367 4216 {k // 10_000 + 1000} {k % 10_000:04d}" for k in rows],
        "q111": ["".join(chr(ord(c) + 0xFEE0) for c in phone(k, "177")) for k in rows],
    }
    return said | unsaid


def remarks(n: int) -> list[str]:
    """Free answers with personal values inside."""
    forms = (
        "讲座很好，请打{a}找我", "我叫{b}，多办活动", "加我微信：{c}", "电话{d}，谢谢", "mail me at {e} please",
        "其他〖找{b}{a}〗",
        "身份证{f}丢了", "没有意见", "",
    )  # fmt: skip
    out = []
    for k in range(n):
        p = phone(k, "158")
        values = {
            "a": p, "b": name(k + 301), "c": f"wx_free{k:04d}", "d": f"{p[:3]}-{p[3:7]}-{p[7:]}",
            "e": f"free{k:04d}@kepu-mail.cn", "f": card(k + 5000),
        }  # fmt: skip
        out.append(forms[k % len(forms)].format(**values))
    return out


def needles(n: int, every: int = 1) -> dict[str, str]:
    """Value, as it is searched for -> the column it was in."""
    found = {}
    for column, cells in columns(n).items():
        for cell in cells[::every]:
            found[flat(re.split(r"[(（]", cell)[0])] = column
            if column in ("respondent_phone", "q111"):
                found[flat(unicodedata.normalize("NFKC", cell))[-11:]] = column
    for k in range(0, n, every):
        used = k % 9
        if used in (0, 3, 5):
            found[phone(k, "158")] = "remark"
        if used in (1, 5):
            found[name(k + 301)] = "remark"
        if used == 2:
            found[flat(f"wx_free{k:04d}")] = "remark"
        if used == 4:
            found[flat(f"free{k:04d}@kepu-mail.cn")] = "remark"
        if used == 6:
            found[flat(card(k + 5000))] = "remark"
    return found


def flat(text: str) -> str:
    """One spelling: half width, small letters, without blanks, dashes and brackets."""
    return re.sub(r"[-\s()（）]", "", unicodedata.normalize("NFKC", text).casefold())


def open_up(path: Path) -> str:
    """Everything a file says: its bytes in several encodings, what is packed in it, its table where it holds one."""
    data = path.read_bytes()
    parts = [path.name, data.decode("utf-8", "replace")]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts += [archive.read(n).decode("utf-8", "replace") for n in archive.namelist()]
    if data[:4] == b"PAR1":
        parts.append(pd.read_parquet(path).to_csv())
    if data[:4] in (b"$FL2", b"$FL3") or data.startswith(b"<stata_dta>"):
        import pyreadstat

        reader = pyreadstat.read_sav if data[:1] == b"$" else pyreadstat.read_dta
        frame, meta = reader(path)
        parts += [frame.to_csv(), str(meta.variable_value_labels), str(meta.column_names_to_labels)]
    return "\n".join(parts)


def leaks(text: str, wanted: dict[str, str]) -> list[tuple[str, str]]:
    """(column, value) of what is found in a text."""
    haystack = flat(text)
    return [(column, value) for value, column in wanted.items() if value in haystack]
