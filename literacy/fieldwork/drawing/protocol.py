"""The selection protocol: an HTML page from which a draw can be repeated and verified."""

from __future__ import annotations

import hashlib
import html

import pandas as pd

from literacy._display import format_document
from literacy.fieldwork.drawing.selection import Selection
from literacy.fieldwork.drawing.strata import start_share
from literacy.instrument import FrozenMap, Label
from literacy.provenance import __version__

_METHODS: FrozenMap[Label] = FrozenMap({
    "pps": Label("与规模成比例的系统抽样（Madow）", "systematic with probability proportional to size (Madow)"),
    "sampford": Label("Sampford 不等概率抽样", "Sampford's design, probability proportional to size"),
    "brewer": Label("Brewer 不等概率抽样", "Brewer's procedure, probability proportional to size"),
    "pivotal": Label("沿名单的枢轴法", "pivotal method along the list, probability proportional to size"),
    "simple": Label("简单随机抽样", "simple random sampling"),
    "systematic": Label("等距抽样", "systematic with equal probability"),
})  # fmt: skip
_ZH = (
    "随机数由 SHA-256 产生，不用任何软件自带的随机数：对文本 literacy/1|种子|select|方法|层名|序号 "
    "（序号自 0 起，UTF-8 编码）求 SHA-256，"
    "取前 8 个字节为大端整数，右移 11 位，再除以 2 的 53 次方，即得 0 与 1 之间的一个数。"
    "规模大于等于“层内总规模 ÷ 抽取数”的单位必选，其余重新分配；系统抽样以第一个随机数为起点，整数运算，不作舍入。"
    "备用单位由 literacy/1|种子|reserve|层名|序号 的随机数从未抽中的单位中依次抽取。"
)
_EN = (
    "Random numbers come from SHA-256, not from any program's own generator: the SHA-256 of the text "
    "literacy/1|seed|select|method|stratum|counter (counter from 0, UTF-8), its first eight bytes "
    "read as a big-endian whole "
    "number, shifted right by 11 bits and divided by 2 to the power of 53, is a number between 0 "
    "and 1. Units whose size is at "
    "least the stratum's total size over the number to be drawn are certain, and the rest is "
    "shared out anew. A systematic draw "
    "starts at the first number and is done in whole numbers, without rounding. Reserve units are "
    "drawn one after the other "
    "from those left, with the numbers of literacy/1|seed|reserve|stratum|counter."
)


def fingerprint_frame(selection: Selection) -> str:
    """Return SHA-256 of the units, strata and sizes in the order of the draw, tab-separated, one line per unit."""
    lines = [
        f"{part.stratum}\t{place}\t{size}"
        for part in selection.parts
        for place, size in zip(part.places, part.sizes, strict=True)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def format_protocol(selection: Selection, lang: str = "zh") -> str:
    """Return the selection protocol as HTML: seed, method, frame, strata, starts, units, reserve, and instructions.

    Parameters
    ----------
    selection : Selection
    lang : str
        ``zh`` or ``en``.

    Returns
    -------
    str

    Examples
    --------
    >>> frame = pd.DataFrame({"unit": list("abcd"), "size": [40, 10, 30, 20]})
    >>> lit.format_protocol(lit.select(frame, 2, seed=1), "en")[:15]
    '<!DOCTYPE html>'
    """
    zh = lang == "zh"
    title = "抽样记录" if zh else "Protocol of the draw"
    facts = [
        ("方法" if zh else "Method", _METHODS[selection.method].get(lang)),
        ("种子" if zh else "Seed", str(selection.seed)),
        ("抽样框单位数" if zh else "Units of the frame", str(sum(len(p.places) for p in selection.parts))),
        (
            "抽样框指纹（层、行号、规模）" if zh else "Fingerprint of the frame (stratum, row, size)",
            fingerprint_frame(selection),
        ),
        ("软件" if zh else "Program", f"literacy {__version__}"),
    ]
    head = "".join(f"<tr><th>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>" for k, v in facts)
    strata = pd.DataFrame([
        {
            "层" if zh else "stratum": str(p.stratum), "单位数" if zh else "units": len(p.places),
            "抽取" if zh else "drawn": p.n, "必选" if zh else "certain": int(p.certain.sum()),
            "备用" if zh else "reserve": len(p.standby),
            "起点" if zh else "start": f"{start_share(p):.17g}" if p.start >= 0 else "–",
        }
        for p in selection.parts
    ])  # fmt: skip
    names = [
        c
        for c in ("stratum", "unit", "size", "probability", "base_weight", "take", "order", "reserve")
        if c in selection.table
    ]
    terms = dict(zip(
        ("stratum", "unit", "size", "probability", "base_weight", "take", "order", "reserve"),
        ("层", "单位", "规模", "入样概率", "基础权数", "访问数", "顺序", "备用"), strict=True,
    ))  # fmt: skip
    units = selection.table[names].rename(columns=terms if zh else {})
    body = (
        f"<h1>{title}</h1><table>{head}</table><h2>{'怎样重复这次抽样' if zh else 'How to repeat the draw'}</h2>"
        f"<p>{html.escape(_ZH if zh else _EN)}</p><h2>{'各层' if zh else 'Strata'}</h2>{_table(strata)}"
        f"<h2>{'抽中的单位' if zh else 'Units drawn'}</h2>{_table(units)}"
        f"<ul>{''.join(f'<li>{html.escape(n)}</li>' for n in ([] if zh else selection.history))}</ul>"
    )
    return format_document(title, body, lang)


def _table(table: pd.DataFrame) -> str:
    head = "".join(f"<th>{html.escape(str(c))}</th>" for c in table.columns)
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape(f'{v:.10g}' if isinstance(v, float) else str(v))}</td>" for v in row)
        + "</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
