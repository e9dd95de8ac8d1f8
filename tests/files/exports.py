"""One synthetic wave, written in every format and mode an office may get it in."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from literacy.answers.responses import Responses
from literacy.instrument import KINDS
from literacy.instrument.definitions import Item

DESIGN = ("id", "wave", "stratum", "psu", "fpc_psu", "fpc_person", "base_weight")
CODE = {"refused": 9, "skipped": -2, "not_applicable": -3, "dont_know": 8}


def asked_items(truth: Responses) -> list[Item]:
    """Items of the wave, in the order of the form."""
    return [i for i in truth.instrument.items if i.name not in truth.wave.absent]


def missing_code(item: Item, kind: str) -> object:
    """Code the instrument has for a kind of missing, None where it has none (an empty cell then)."""
    return next((o.code for o in item.options if o.missing == kind), None)


def cells(truth: Responses, item: Item) -> list[tuple[object, str]]:
    """(code, kind) of every respondent."""
    kinds = np.asarray(KINDS, dtype=object)[truth.missing[item.name].to_numpy()]
    values = truth.frame[item.name].astype(object)
    return [(None if k != "valid" else v, k) for v, k in zip(values, kinds, strict=True)]


def coded(truth: Responses) -> pd.DataFrame:
    """Codes as an office's own file holds them: multiple choice in one column an option, missing by code."""
    columns: dict[str, object] = {name: truth.frame[name].to_numpy() for name in DESIGN}
    for item in asked_items(truth):
        column = [missing_code(item, k) if v is None else v for v, k in cells(truth, item)]
        if item.type != "multiple":
            columns[item.name] = np.array([np.nan if c is None else float(c) for c in column])
            continue
        for option in item.answers:
            code = str(option.code)
            columns[f"{item.name}_{code}"] = np.array(
                [
                    np.nan
                    if v is None and c is None
                    else float(c)
                    if v is None
                    else float(code in str(v).split("|"))
                    for (v, _), c in zip(cells(truth, item), column, strict=True)
                ]
            )
    return pd.DataFrame(columns)


def labels_of(
    truth: Responses, frame: pd.DataFrame
) -> tuple[dict[str, str], dict[str, dict[float, str]], dict[str, list[float]]]:
    """Column labels, value labels and user-missing codes for the coded frame."""
    columns, values, missing = {}, {}, {}
    for item in asked_items(truth):
        own = [
            c
            for c in frame.columns
            if c == item.name or (item.type == "multiple" and c.rsplit("_", 1)[0] == item.name)
        ]
        gone = {float(o.code): o.label.zh for o in item.options if o.missing}
        for column in own:
            columns[column] = item.label.zh
            listed = gone if item.type == "multiple" else {float(o.code): o.label.zh for o in item.options}
            values[column] = listed | ({0.0: "未选", 1.0: "选中"} if item.type == "multiple" else {})
            missing[column] = sorted(gone)[-3:]
    return columns, values, missing


def spoken(
    truth: Responses, item: Item, value: object, kind: str, lang: str, join: str, empty: str, skipped: str
) -> str:
    """A cell in words."""
    if value is None:
        code = missing_code(item, kind)
        option = item.option(code) if code is not None else None
        return option.label.get(lang) if option else skipped if kind == "not_applicable" else empty
    if not item.options or item.type == "number":
        return str(value)
    names = [item.option(int(c)).label.get(lang) for c in str(value).split("|")]  # type: ignore[union-attr]
    return join.join(names)


def plain_texts(
    truth: Responses, lang: str, join: str = ";", empty: str = "", skipped: str = ""
) -> pd.DataFrame:
    """Answers in words under the items' names."""
    columns: dict[str, object] = {name: truth.frame[name].to_numpy() for name in DESIGN}
    for item in asked_items(truth):
        columns[item.name] = [
            spoken(truth, item, v, k, lang, join, empty, skipped) for v, k in cells(truth, item)
        ]
    return pd.DataFrame(columns)


# ---- writers ---------------------------------------------------------------------------------------------------------


def write_sav(truth: Responses, path: Path, *, packed: bool = False, compress: bool = False) -> None:
    import pyreadstat

    frame = coded(truth)
    columns, values, missing = labels_of(truth, frame)
    pyreadstat.write_sav(
        frame, path, column_labels=columns, variable_value_labels=values, missing_ranges=missing,
        row_compress=packed, compress=compress,
    )  # fmt: skip


def write_dta(truth: Responses, path: Path, version: int = 15) -> None:
    import pyreadstat

    frame = coded(truth)
    columns, values, _ = labels_of(truth, frame)
    texts = {c: {int(k): v for k, v in pairs.items()} for c, pairs in values.items()}
    pyreadstat.write_dta(
        frame,
        path,
        column_labels={c: t[:26] for c, t in columns.items()},
        variable_value_labels=texts,
        version=version,
    )


def write_pspp(truth: Responses, path: Path, folder: Path, command: str) -> None:
    """By PSPP: SAVE or EXPORT."""
    source = folder / "pspp_source.sav"
    write_sav(truth, source)
    script = folder / "pspp.sps"
    script.write_text(f"GET FILE='{source}'.\n{command} OUTFILE='{path}'.\n", encoding="utf-8")
    subprocess.run(["pspp", str(script)], check=True, capture_output=True, cwd=folder)


def write_pspp_gbk(truth: Responses, path: Path, folder: Path) -> None:
    """By PSPP in a GBK locale: labels and dictionary are GBK."""
    frame = coded(truth)
    columns, values, missing = labels_of(truth, frame)
    data = folder / "gbk.txt"
    frame.to_csv(data, index=False, header=False, sep=" ", na_rep=".")
    lines = [
        "SET LOCALE='GBK'.",
        f"DATA LIST LIST FILE='{data}' / {' '.join(f'{c} (F12.6)' for c in frame.columns)}.",
    ]
    lines += [f"VARIABLE LABELS {c} '{t}'." for c, t in columns.items()]
    for column, pairs in values.items():
        listed = " ".join(f"{code:g} '{text}'" for code, text in pairs.items())
        if listed:
            lines.append(f"VALUE LABELS {column} {listed}.")
    lines += [
        f"MISSING VALUES {c} ({', '.join(f'{v:g}' for v in codes)})." for c, codes in missing.items() if codes
    ]
    lines.append(f"SAVE OUTFILE='{path}'.")
    script = folder / "gbk.sps"
    script.write_bytes("\n".join(lines).encode("gbk"))
    subprocess.run(
        ["pspp", "--syntax-encoding=GBK", str(script)], check=True, capture_output=True, cwd=folder
    )


def write_csv(frame: pd.DataFrame, path: Path, encoding: str = "utf-8", sep: str = ",") -> None:
    path.write_bytes(frame.to_csv(index=False, sep=sep).encode(encoding))


def write_xlsx(header: list[str], rows: list[list[object]], path: Path) -> None:
    """By openpyxl."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(header)
    for row in rows:
        sheet.append([None if c is None or (isinstance(c, float) and np.isnan(c)) else c for c in row])
    book.save(path)


def wjx(truth: Responses, *, numbers: bool) -> tuple[list[str], list[list[object]]]:
    """A 问卷星 export: by text (按文本) or by number (按序号)."""
    n = len(truth.frame)
    header = ["序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"]
    lists: list[list[object]] = [
        list(range(1, n + 1)),
        [f"2025/6/{1 + k % 28} 10:{k % 60:02d}:05" for k in range(n)],
        [f"{400 + k % 300}秒" if k % 2 else f"{7 + k % 5}分{k % 60}秒" for k in range(n)],
        ["微信"] * n, ["N/A"] * n, [f"1.24.{k % 250}.{k % 200}(内蒙古-锡林郭勒)" for k in range(n)],
    ]  # fmt: skip
    for number, item in enumerate(asked_items(truth), start=1):
        shown = [o for o in item.options if o.missing not in ("skipped", "not_asked")]
        place = {str(o.code): k for k, o in enumerate(shown, start=1)}
        told = cells(truth, item)
        if not numbers:
            header.append(f"{number}、{item.label.zh}")
            lists.append([spoken(truth, item, v, k, "zh", "┋", "(空)", "(跳过)") for v, k in told])
        elif item.type == "multiple":
            for rank, option in enumerate(shown):
                name = (
                    f"{number}({option.label.zh})"
                    if rank
                    else f"{number}. {item.label.zh}({option.label.zh})"
                )
                header.append(name)
                lists.append([_tick(option.code, option.missing, v, k) for v, k in told])
        else:
            header.append(f"{number}、{item.label.zh}")
            lists.append([_position(item, place, v, k) for v, k in told])
    for name in DESIGN:
        header.append(name)
        lists.append(truth.frame[name].tolist())
    return header, [list(row) for row in zip(*lists, strict=True)]


def _tick(code: object, missing: str, value: object, kind: str) -> int:
    if value is None and kind in ("not_applicable", "skipped") and kind != missing:
        return -3 if kind == "not_applicable" else -2
    if value is None:
        return int(missing == kind)
    return int(str(code) in str(value).split("|"))


def _position(item: Item, place: dict[str, int], value: object, kind: str) -> object:
    if value is None:
        code = missing_code(item, kind)
        if code is None or kind == "skipped":
            return -3 if kind == "not_applicable" else -2
        return code if item.type == "number" else place[str(code)]
    return value if item.type == "number" else place[str(value)]


def kobo(truth: Responses, *, words: bool) -> pd.DataFrame:
    """A Kobo export: XML values, or labels; select_multiple in one column and split."""
    columns: dict[str, object] = {"start": ["2025-06-01T10:00:00.000+08:00"] * len(truth.frame)}
    columns["end"] = ["2025-06-01T10:12:00.000+08:00"] * len(truth.frame)
    for item in asked_items(truth):
        told = cells(truth, item)
        path = f"{item.module}/{item.name}"
        name = item.label.zh if words else path
        if words:
            columns[name] = [spoken(truth, item, v, k, "zh", " ", "", "") for v, k in told]
        else:
            columns[name] = [str(_value(item, v, k)).replace("|", " ") for v, k in told]
        if item.type == "multiple":
            for option in item.options:
                tail = option.label.zh if words else str(option.code)
                columns[f"{name}/{tail}"] = [_split(option.code, _value(item, v, k)) for v, k in told]
    for name in DESIGN:
        columns[name] = truth.frame[name].to_numpy()
    columns |= {
        "_id": np.arange(len(truth.frame)) + 9000, "_uuid": [f"u{k}" for k in range(len(truth.frame))],
        "_submission_time": ["2025-06-01T02:20:00"] * len(truth.frame), "__version__": ["v1"] * len(truth.frame),
    }  # fmt: skip
    return pd.DataFrame(columns)


def _value(item: Item, value: object, kind: str) -> object:
    if value is not None:
        return value
    code = missing_code(item, kind)
    return "" if code is None else code


def _split(code: object, value: object) -> object:
    return "" if value == "" else int(str(code) in str(value).split("|"))


def lime(truth: Responses, *, words: bool, headings: str) -> pd.DataFrame:
    """A LimeSurvey export: answer codes or full answers, question codes, full text, or both as headings."""
    n = len(truth.frame)
    full = headings != "code"
    columns: dict[str, object] = {
        "Response ID" if full else "id#": np.arange(n) + 1,
        "Date submitted" if full else "submitdate": ["2025-06-01 10:12:00"] * n,
        "Last page" if full else "lastpage": [3] * n, "Start language" if full else "startlanguage": ["zh-Hans"] * n,
        "Seed" if full else "seed": [12345] * n, "IP address" if full else "ipaddr": ["10.1.2.3"] * n,
    }  # fmt: skip
    for item in asked_items(truth):
        told = cells(truth, item)
        name = {"code": item.name, "full": item.label.zh, "both": f"{item.name}. {item.label.zh}"}[headings]
        if item.type != "multiple":
            if words:
                columns[name] = [spoken(truth, item, v, k, "zh", ";", "", "N/A") for v, k in told]
            else:
                columns[name] = [_value(item, v, k) for v, k in told]
            continue
        for option in item.options:
            if option.missing in ("skipped", "not_asked", "not_applicable"):
                continue
            tail = str(option.code) if headings == "code" else option.label.zh
            yes, no = ("是", "否") if words else ("Y", "N")
            columns[f"{name}[{tail}]" if headings == "code" else f"{name} [{tail}]"] = [
                ""
                if _value(item, v, k) == ""
                else yes
                if str(option.code) in str(_value(item, v, k)).split("|")
                else no
                for v, k in told
            ]
    for name in DESIGN:
        columns[name if name != "id" else "id"] = truth.frame[name].to_numpy()
    return pd.DataFrame(columns)


Writer = Callable[[Responses, Path, Path], Path]


def _to(name: str, act: Callable[[Responses, Path, Path], None]) -> Writer:
    def write(truth: Responses, folder: Path, _: Path) -> Path:
        path = folder / name
        act(truth, path, folder)
        return path

    return write


def _grid(frame: pd.DataFrame) -> tuple[list[str], list[list[object]]]:
    return list(frame.columns), frame.astype(object).values.tolist()


WRITERS: dict[str, Writer] = {
    "SPSS .sav": _to("wave.sav", lambda t, p, f: write_sav(t, p)),
    "SPSS .sav, packed": _to("packed.sav", lambda t, p, f: write_sav(t, p, packed=True)),
    "SPSS .zsav": _to("wave.zsav", lambda t, p, f: write_sav(t, p, compress=True)),
    "SPSS .sav by PSPP": _to("pspp.sav", lambda t, p, f: write_pspp(t, p, f, "SAVE")),
    "SPSS .sav by PSPP, GBK": _to("gbk.sav", write_pspp_gbk),
    "SPSS .por by PSPP": _to("wave.por", lambda t, p, f: write_pspp(t, p, f, "EXPORT")),
    "Stata .dta (15)": _to("wave.dta", lambda t, p, f: write_dta(t, p)),
    "Stata .dta (12)": _to("old.dta", lambda t, p, f: write_dta(t, p, version=12)),
    "CSV, codes, UTF-8": _to("codes.csv", lambda t, p, f: write_csv(coded(t), p)),
    "CSV, codes, UTF-16": _to("codes16.csv", lambda t, p, f: write_csv(coded(t), p, "utf-16", "\t")),
    "CSV, Chinese words, GBK": _to(
        "words.csv", lambda t, p, f: write_csv(plain_texts(t, "zh", "；"), p, "gb18030")
    ),
    "CSV, English words": _to(
        "english.csv", lambda t, p, f: write_csv(plain_texts(t, "en", "; "), p, "utf-8-sig")
    ),
    "TSV, codes": _to("codes.tsv", lambda t, p, f: write_csv(coded(t), p, sep="\t")),
    "Excel .xlsx, codes": _to("codes.xlsx", lambda t, p, f: write_xlsx(*_grid(coded(t)), p)),
    "Excel .xlsx, words": _to("words.xlsx", lambda t, p, f: write_xlsx(*_grid(plain_texts(t, "zh", "┋")), p)),
    "问卷星 by text": _to(
        "1234567_按文本_科学素质调查_60_60.xlsx", lambda t, p, f: write_xlsx(*wjx(t, numbers=False), p)
    ),
    "问卷星 by number": _to(
        "1234567_按序号_科学素质调查_60_60.xlsx", lambda t, p, f: write_xlsx(*wjx(t, numbers=True), p)
    ),
    "问卷星 by number, renamed .csv": _to(
        "renamed.csv",
        lambda t, p, f: write_csv(pd.DataFrame((w := wjx(t, numbers=True))[1], columns=w[0]), p, "gb18030"),
    ),
    "Kobo/ODK, values": _to("kobo.csv", lambda t, p, f: write_csv(kobo(t, words=False), p)),
    "Kobo/ODK, labels": _to("kobo_labels.xlsx", lambda t, p, f: write_xlsx(*_grid(kobo(t, words=True)), p)),
    "LimeSurvey, codes": _to("lime.csv", lambda t, p, f: write_csv(lime(t, words=False, headings="code"), p)),
    "LimeSurvey, answers": _to(
        "lime2.csv", lambda t, p, f: write_csv(lime(t, words=True, headings="code"), p)
    ),
    "LimeSurvey, answers, full headings": _to(
        "lime3.csv", lambda t, p, f: write_csv(lime(t, words=True, headings="full"), p)
    ),
    "LimeSurvey, codes, both headings": _to(
        "lime4.csv", lambda t, p, f: write_csv(lime(t, words=False, headings="both"), p)
    ),
    "Parquet": _to("wave.parquet", lambda t, p, f: coded(t).to_parquet(p)),
}


def write_csv_rows(path: Path, rows: list[list[str]]) -> None:
    """A small CSV by the csv module."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
