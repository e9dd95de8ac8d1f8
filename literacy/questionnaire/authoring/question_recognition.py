"""Recognition of questions in a file of answers or an XLSForm."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from literacy.errors import LiteracyError
from literacy.files.text.oddrows import row_word
from literacy.files.text.spelling import skeleton, squeeze, strip_prefix, tidy
from literacy.files.text.vocabulary import missing_kind
from literacy.messages import mark, tell
from literacy.questionnaire.authoring.drafts import Files, write_files

if TYPE_CHECKING:
    from literacy.files.table import Table

MOST_OPTIONS = 15
"""Maximum number of distinct texts of a column that is read as a question with options."""
_KNOWN: tuple[tuple[str, str, str], ...] = (
    ("age", r"年龄|多大|周岁|\bage\b", "number"),
    ("birth_year", r"出生年|出生于哪一年|year of birth", "number"),
    ("sex", r"性别|\bsex\b|\bgender\b", "category"),
    ("education", r"文化程度|教育程度|学历|\beducation\b", "category"),
    ("residence", r"城乡|城镇还是|居住地|常住在城|户口|\bresidence\b", "category"),
    ("occupation", r"职业|身份是|从事.{0,6}工作|\boccupation\b", "category"),
    ("ethnicity", r"民族|\bethnic", "category"),
)
_META = re.compile(
    r"^(序号|用户id|提交答卷时间|提交时间|所用时间|来源|来源详情|来自ip|总分|答题时长|开始答题时间|答卷编号|填写时间|完成时间|id)$"
)
_DESIGN = {
    "weight": re.compile(r"^(base_?weight|weight|权数|权重|基础权数)$"),
    "strata": re.compile(r"^(stratum|strata|层|抽样层)$"),
    "psu": re.compile(r"^(psu|抽样单位|初级抽样单位|村居编号)$"),
}
_ASIDE = re.compile(r"^(wave|波次|fpc_?\w*)$")
_TIME = ("提交答卷时间", "提交时间", "开始答题时间", "完成时间", "填写时间")
_PAIRS = (("对", "错"), ("正确", "错误"), ("是", "否"), ("True", "False"), ("√", "×"))
_TRUE, _FALSE = ([pair[k] for pair in _PAIRS] for k in (0, 1))
_SPLIT = re.compile(r"[┋|]")
_PLACE = re.compile(r"(城市|城镇|城区|市区|镇区|农村|乡村|牧区|农牧区|苏木（嘎查）|嘎查村)")
SHORT = {
    "age": "年龄",
    "sex": "性别",
    "education": "受教育程度",
    "residence": "居住地",
    "occupation": "职业",
    "ethnicity": "民族",
}
"""Short labels of the background questions for tables and figures."""
_RANKS = (
    (
        "不识字|文盲|未上过学",
        "小学",
        "初中",
        "高中|中专|职高|技校",
        "大专|专科",
        "本科|^大学$",
        "研究生|硕士",
        "博士",
    ),
    ("^男", "^女"),
    ("城|镇", "乡|农|牧|苏木"),
)
"""Answer texts with a natural order, from first to last."""
KEYS = mark("fill in the correct answers: columns 正确答案 (Key) and 维度 (Dimension) of the test items")


def draft_from_table(table: Table, name: str, where: str) -> tuple[Files, tuple[str, ...]]:
    """Draft the files of a survey from a file of answers, with notes on what was recognised and what needs checking.

    Raises
    ------
    LiteracyError
        ``io.empty`` if the file contains no question.
    """
    items: list[dict[str, str]] = []
    options: dict[str, list[str]] = {}
    notes: list[str] = []
    table, sums = _leave_totals(table)
    if sums:
        notes.append(tell("{} row(s) of totals at the end are not answers: no option was made of them", sums))
    columns = list(table.frame.columns)
    design = _design(columns)
    done = {c for c in columns if c in design.values() or _ASIDE.match(squeeze(str(c)).lower())}
    aside = [str(c) for c in columns if c in done]
    for column in columns:
        if column in done or _META.match(squeeze(tidy(str(column))).lower()):
            continue
        stem = table.ticks.get(column, ("", ""))[0]
        if stem:
            group = [c for c in columns if table.ticks.get(c, ("",))[0] == stem]
            done |= set(group)
            item = {"type": "multiple", "zh": _question(stem)}
            options[_name(item, items)] = [strip_prefix(table.ticks[c][1]) for c in group]
            items.append(item | {"options": item["item"], "module": "main"})
            continue
        text = _question(table.labels.get(column, "") or str(column))
        found = _column(table, column, text)
        key = _name(found, items)
        if "choices" in found:
            found["options"] = _share_options(found.pop("choices"), key, options)
        items.append(found | {"module": "background" if key in {k for k, *_ in _KNOWN} else "main"})
    if not items:
        raise LiteracyError(
            "io.empty",
            where=where,
            what="no column contains a question",
            fix="give an exported file of answers",
        )
    year, wave = _wave(table)
    if table.positions:
        notes.append(
            tell(
                "the file contains numbers, not texts: enter the texts of the options, or start "
                "from an export by text (按文本)"
            )
        )
    if aside:
        notes.append(tell("{}: treated as design columns, not as questions", ", ".join(aside)))
    texts = [i["item"] for i in items if i["type"] == "text"]
    if texts:
        notes.append(tell("{} questions are treated as open-ended: {}", len(texts), ", ".join(texts[:8])))
    notes.append(tell(KEYS))
    return _files(name, items, options, year, wave, design), tuple(notes)


def _leave_totals(table: Table) -> tuple[Table, int]:
    """The table without the rows of totals below it, and how many there were."""
    frame, last = table.frame, len(table.frame)
    while last and row_word([str(cell) for cell in frame.iloc[last - 1].dropna()]):
        last -= 1
    return (replace(table, frame=frame.iloc[:last]), len(frame) - last) if last < len(frame) else (table, 0)


def _share_options(choices: list[str], key: str, options: dict[str, list[str]]) -> str:
    """Return the name of the option set of *choices*, reusing a set with the same answers if there is one."""
    answers = [c for c in choices if not missing_kind(c)]
    for name, known in options.items():
        if [c for c in known if not missing_kind(c)] == answers:
            options[name] = [*known, *(c for c in choices if c not in known)]
            return name
    options[key] = choices
    return key


def _design(columns: Sequence[str]) -> dict[str, str]:
    """Return the columns of the sampling design by role."""
    out: dict[str, str] = {}
    for column in columns:
        for role, pattern in _DESIGN.items():
            if role not in out and pattern.match(squeeze(tidy(str(column))).lower()):
                out[role] = str(column)
    return out


def _question(text: str) -> str:
    """Return the text of a question without its number and the platform's markers."""
    bare = re.sub(r"^\s*(第\s*\d+\s*题|[Qq]?\d+)\s*[、.．：:]?\s*", "", tidy(text))
    return (
        re.sub(r"[\[【(（](单选题?|多选题?|填空题?|必答|选填|矩阵.{0,4}题?)[\]】)）]\s*\*?", "", bare).strip(
            " *＊:："
        )
        or text
    )


def _name(item: dict[str, str], items: Sequence[dict[str, str]]) -> str:
    """Return the name of an item: that of a known background question, otherwise q and its position."""
    taken = {i["item"] for i in items}
    known = next((k for k, pattern, _ in _KNOWN if re.search(pattern, item["zh"], re.IGNORECASE)), "")
    known = known or ("residence" if _is_residence(item.get("choices", ())) else "")
    if known and known not in taken and item["type"] != "multiple":
        item |= {"item": known} | ({"short_zh": SHORT[known]} if known in SHORT else {})
    else:
        item["item"] = f"q{len(items) + 1:02d}"
    return item["item"]


def _is_residence(choices: Sequence[str]) -> bool:
    """Whether the answers distinguish urban and rural, irrespective of the wording of the question."""
    answers = [c for c in choices if not missing_kind(c)]
    return len(answers) == 2 and all(_PLACE.fullmatch(a) for a in answers) and len(set(_ranked(answers))) == 2


def _column(table: Table, column: str, text: str) -> dict[str, Any]:
    import pandas as pd

    cells = table.frame[column]
    labels = table.value_labels.get(column)
    if labels:
        known = [v for c, v in labels.items() if not table.user_missing.get(column)]
        return {"type": "category", "zh": text, "choices": known, "codes": [str(c) for c in labels]}
    filled = cells.dropna()
    kind = next((k for _, pattern, k in _KNOWN if re.search(pattern, text, re.IGNORECASE)), "")
    if kind == "number" or (pd.api.types.is_numeric_dtype(filled) and not table.positions):
        return {"type": "number", "zh": text}
    texts = [" ".join(str(c).split()) for c in filled]
    texts = [c for c in texts if c and squeeze(c).removesuffix(".0") not in table.words]
    if table.positions and texts and all(re.fullmatch(r"\d{1,2}(\.0)?", c) for c in texts):
        most = int(max(map(float, texts)))
        return {"type": "category", "zh": text, "choices": [f"选项 {n}" for n in range(1, most + 1)]}
    split = [_SPLIT.split(c) for c in texts]
    if texts and sum(len(parts) > 1 for parts in split) > 0.05 * len(texts):
        return {"type": "multiple", "zh": text, "choices": _distinct(p for parts in split for p in parts)}
    return _single(text, texts, kind)


def _distinct(texts: Iterable[str]) -> list[str]:
    """Return distinct texts, in the order of leading letters or numbers, otherwise of first occurrence."""
    first: dict[str, str] = {}
    kept: dict[str, str] = {}
    for text in texts:
        bare = strip_prefix(text.strip())
        key = skeleton(bare) or bare
        first.setdefault(key, text.strip())
        kept.setdefault(key, bare)
    lettered = all(kept[k] != first[k] for k in first)
    ordered = sorted(first, key=first.__getitem__) if lettered else list(first)
    answers = [k for k in ordered if not missing_kind(kept[k])]
    return [kept[k] for k in (*answers, *(k for k in ordered if k not in answers))]


def _single(text: str, texts: Sequence[str], known: str) -> dict[str, Any]:
    distinct = _distinct(texts)
    answers = [d for d in distinct if not missing_kind(d)]
    other = distinct[len(answers) :]
    keys, yes, no = ({skeleton(w) for w in words} for words in (answers, _TRUE, _FALSE))
    if keys and keys <= yes | no:
        pair = next(([a, b] for a, b in _PAIRS if keys & {skeleton(a), skeleton(b)}), answers)
        return {"type": "true_false", "zh": text, "choices": pair + other}
    if not answers or len(answers) > MOST_OPTIONS or len(answers) > max(4, 0.3 * len(texts)):
        return {"type": "text", "zh": text}
    return {"type": known or "single", "zh": text, "choices": [*_ranked(answers), *other]}


def _ranked(answers: list[str]) -> list[str]:
    """Return answers in natural order where one is recognised: education, sex, residence, numeric ranges."""
    for words in _RANKS:
        ranks = [next((n for n, w in enumerate(words) if re.search(w, a)), None) for a in answers]
        known = [r for r in ranks if r is not None]
        if len(known) == len(answers) == len(set(known)):
            return [a for _, a in sorted(zip(known, answers, strict=True))]
    firsts = [re.search(r"\d+", a) for a in answers]
    numbers = [int(m[0]) for m in firsts if m]
    if len(numbers) == len(answers) and all(re.search(r"岁|元|年|\d\s*[-–—~～至]\s*\d", a) for a in answers):
        below = [0 if re.search(r"以下|不足|低于|少于", a) else 1 for a in answers]
        return [a for _, _, a in sorted(zip(numbers, below, answers, strict=True))]
    return answers


def _wave(table: Table) -> tuple[int | None, dict[str, Any]]:
    """Return year, first and last day of the answers, if a column shows them."""
    import pandas as pd

    for column in table.frame.columns:
        if squeeze(tidy(str(column))) not in _TIME:
            continue
        moments = pd.to_datetime(table.frame[column].astype("str"), errors="coerce", format="mixed").dropna()
        if len(moments):
            first, last = moments.min().date(), moments.max().date()
            return last.year, {"start": first, "end": last}
    return None, {}


def _files(
    name: str,
    items: Sequence[dict[str, Any]],
    options: dict[str, list[str]],
    year: int | None,
    wave: dict[str, Any],
    design: dict[str, str],
) -> Files:
    sets = [
        {"options": key, "code": str(number), "zh": text, "missing": missing_kind(text)}
        for key, texts in options.items()
        for number, text in enumerate(texts, start=1)
    ]
    kept = [{k: v for k, v in item.items() if k != "codes"} for item in items]
    modules = {"background": "基本情况", "main": "问卷"}
    used = [m for m in modules if any(i["module"] == m for i in kept)]
    adults = any(i["item"] == "age" and i["type"] == "number" for i in kept)
    instrument: dict[str, Any] = {
        "survey": name,
        "area": name,
        "languages": ["zh"],
        "blank": "skipped",
        "sources": ["由答卷文件识别，请核对"],
        "label": {"zh": f"{name} 公民科学素质调查"},
        "standards": [{"id": "cast100"}],
        "modules": [{"name": m, "label": {"zh": modules[m]}} for m in used],
        "universes": [_universe(adults)],
    }
    if design:
        instrument["design"] = {k: [v] if k == "psu" else v for k, v in design.items()}
    more = {f"waves/{year}.toml": {"name": str(year), "year": year, **wave}} if year else {}
    return write_files(instrument, kept, sets, more)


def _universe(adults: bool) -> dict[str, Any]:
    if adults:
        bounds = [{"column": "age", "min": 18, "max": 69}]
        return {"name": "adults", "label": {"zh": "18—69岁居民"}, "indicator": True, "all_of": bounds}
    return {"name": "everybody", "label": {"zh": "全部受访者"}, "indicator": True, "all_of": []}


def draft_from_xlsform(path: Path, name: str) -> tuple[Files, tuple[str, ...]]:
    """Draft the files of a survey from an XLSForm (sheets ``survey`` and ``choices``).

    Raises
    ------
    LiteracyError
        ``io.format`` if the sheets lack the columns of an XLSForm.
    """
    from literacy.instrument.workbooks.cell_texts import cell_text
    from literacy.instrument.workbooks.sheet_rows import open_tables

    tables = open_tables(path)
    rows = {
        n: _records([[cell_text(c) for c in line] for line in tables.get(n, [])])
        for n in ("survey", "choices")
    }
    if not rows["survey"] or not {"type", "name"} <= set(rows["survey"][0]):
        raise LiteracyError(
            "io.format", where=str(path), what="is not an XLSForm: the sheet survey has no "
                                               "columns type and name",
            fix="export the form as XLSForm",
        )  # fmt: skip
    options: list[dict[str, str]] = []
    for row in rows["choices"]:
        list_name = row.get("list_name") or row.get("list name", "")
        if list_name and row.get("name"):
            text = _text(row)
            options.append(
                {
                    "options": _plain_name(list_name),
                    "code": row["name"],
                    "zh": text,
                    "missing": missing_kind(text),
                }
            )
    items, skipped = [], 0
    for row in rows["survey"]:
        kind, _, list_name = row.get("type", "").partition(" ")
        kinds = {
            "select_one": "single",
            "select_multiple": "multiple",
            "integer": "number",
            "decimal": "number",
            "text": "text",
        }
        if kind not in kinds:
            skipped += kind not in (
                "",
                "note",
                "begin_group",
                "end_group",
                "begin",
                "end",
                "start",
                "today",
                "deviceid",
            )
            continue
        item = {
            "item": _plain_name(row["name"]),
            "type": kinds[kind],
            "module": "main",
            "zh": _text(row) or row["name"],
        }
        items.append(item | ({"options": _plain_name(list_name.split()[0])} if list_name else {}))
    instrument: dict[str, Any] = {
        "survey": name, "area": name, "languages": ["zh"], "blank": "skipped", "sources": [f"XLSForm {path.name}"],
        "label": {"zh": f"{name} 公民科学素质调查"}, "standards": [{"id": "cast100"}],
        "modules": [{"name": "main", "label": {"zh": "问卷"}}],
        "universes": [_universe(any(i["item"] == "age" and i["type"] == "number" for i in items))],
    }  # fmt: skip
    notes = (
        [tell("{} rows of the form are of types a survey cannot contain and were omitted", skipped)]
        if skipped
        else []
    )
    notes.append(tell(KEYS))
    return write_files(instrument, items, options, {}), tuple(notes)


def _records(lines: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    if not lines:
        return []
    heads = [h.strip() for h in lines[0]]
    return [dict(zip(heads, line, strict=False)) for line in lines[1:] if any(line)]


def _text(row: dict[str, str]) -> str:
    """Return the Chinese label of a row, otherwise its default label."""
    columns: Iterable[str] = [c for c in row if c.startswith("label")]
    chinese = [c for c in columns if re.search(r"\(zh|中文|chinese", c, re.IGNORECASE)]
    return next((row[c] for c in [*chinese, *columns] if row.get(c)), "")


def _plain_name(text: str) -> str:
    bare = re.sub(r"[^a-z0-9_]", "_", text.strip().lower())
    return bare if re.match(r"[a-z]", bare) else f"q_{bare}"
