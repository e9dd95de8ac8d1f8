"""Conversion of the files of a survey to rows of workbook sheets; other content goes to the sheet 其他 (More)."""

from __future__ import annotations

import copy
import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from literacy.instrument.workbooks.sheets import ABOUT_KEYS, FLAGS, LISTS, SHEETS, Sheet, with_languages
from literacy.instrument.workbooks.toml_text import format_value

Rows = dict[str, list[dict[str, Any]]]


def read_documents(files: Mapping[str, str]) -> tuple[dict[str, dict[str, Any]], dict[str, list[list[str]]]]:
    """Return TOML documents and CSV tables by their path within the survey's folder."""
    documents = {k: tomllib.loads(v) for k, v in files.items() if k.endswith(".toml")}
    tables = {k: list(csv.reader(io.StringIO(v, newline=""))) for k, v in files.items() if k.endswith(".csv")}
    return documents, tables


def encode_sheets(files: Mapping[str, str]) -> tuple[list[Sheet], Rows, dict[str, list[list[str]]]]:
    """Return sheets, their rows by sheet name (cells by column name), and CSV tables that become separate sheets.

    Parameters
    ----------
    files : mapping
        Path within the survey's folder -> text.
    """
    documents, tables = read_documents(files)
    documents = copy.deepcopy(documents)
    rows: Rows = {s.name: [] for s in SHEETS}
    languages = documents.get("instrument.toml", {}).get("languages", [])
    extra = [lang for lang in languages if lang not in ("zh", "en")]
    sheets = [with_languages(s, extra) for s in SHEETS]
    instrument = documents.get("instrument.toml", {})
    rows["about"] = list(_about(instrument))
    rows["standards"] = list(_standards(instrument))
    rows["modules"] = [*_modules(instrument), *_asking(instrument)]
    rows["groups"] = [*_universes(instrument), *_groups(instrument)]
    rows["recodes"] = list(_recodes(instrument))
    years = {}
    for file in sorted(f for f in documents if f.startswith("waves/")):
        stem = file.removeprefix("waves/").removesuffix(".toml")
        years[stem] = documents[file].get("year")
        rows["waves"].append(_wave(stem, documents[file]))
        columns = documents[file].get("columns")
        if columns:
            rows["columns"] += [{"wave": stem, "item": k, "column": v} for k, v in columns.items()]
            del documents[file]["columns"]
    for file in sorted(f for f in documents if f.startswith("margins/")):
        stem = file.removeprefix("margins/").removesuffix(".toml")
        rows["margins"] += _margins(stem, documents[file], str(instrument_name(files)), years)
    if "goals.toml" in documents:
        rows["goals"] = list(_goals(documents["goals.toml"]))
    for name in ("items", "options"):
        lines = tables.pop(f"{name}.csv", [])
        if lines:
            rows[name] = [dict(zip(lines[0], line, strict=False)) for line in lines[1:] if any(line)]
    rows["more"] = [row for file, data in sorted(documents.items()) for row in _rest(file, data)]
    return sheets, rows, tables


def instrument_name(files: Mapping[str, str]) -> str:
    """Return the name of the survey that the files define."""
    return str(tomllib.loads(files.get("instrument.toml", "")).get("survey", ""))


def _take(data: dict[str, Any], key: str) -> Any:
    """Remove a dotted key from a document and return its value; tables that become empty are removed as well."""
    first, _, rest = key.partition(".")
    if not rest:
        return data.pop(first, None)
    below = data.get(first)
    if not isinstance(below, dict):
        return None
    found = _take(below, rest)
    if not below:
        data.pop(first)
    return found


def _about(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from literacy.instrument.workbooks.sheets import BLANK

    for key, *_ in ABOUT_KEYS:
        value = _take(data, key)
        if key in LISTS and value is not None:
            parts = [value] if isinstance(value, str) else value
            value = "\n".join(parts) if key == "sources" else "|".join(parts)
        elif key in FLAGS and isinstance(value, bool):
            value = "true" if value else "false"
        elif key == "blank" and value in BLANK:
            value = str(value)
        yield {"key": key, "value": "" if value is None else value}


def _texts(label: Any, stem: str = "") -> dict[str, str]:
    return {f"{stem}{lang}": text for lang, text in label.items()} if isinstance(label, dict) else {}


def _codes(values: Any) -> str:
    return "|".join(_code(v) for v in values or ())


def _code(value: Any) -> str:
    """Format a code as a cell; texts that would be read as numbers are quoted."""
    text = str(value)
    return (
        f'"{text}"'
        if isinstance(value, str) and text.lstrip("-").isdigit() and str(int(text)) == text
        else text
    )


def _number(value: Any) -> str:
    return "" if value is None else format_value(value)


def _bounds(condition: dict[str, Any], stem: str = "") -> dict[str, str]:
    out = {f"{stem}{k}": _number(condition[k]) for k in ("min", "max") if k in condition}
    return out | ({f"{stem}values": _codes(condition["values"])} if "values" in condition else {})


def _standards(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in data.pop("standards", []):
        shares = one.get("pass_share", {})
        yield {
            "id": one.get("id", ""),
            "literate": _number(one.get("literate")),
            "items": "|".join(one.get("items", [])),
            "pass_share": "|".join(f"{k}={_number(v)}" for k, v in shares.items()),
        }


def _lines(head: dict[str, Any], conditions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the first condition in the row of the head, the others in rows below it."""
    first, *others = conditions or [{}]
    yield head | first
    for condition in others:
        yield {"kind": head["kind"], "name": head["name"]} | condition


def _asked(one: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"column": c.get("column", ""), **_bounds(c)} for c in one.get("asked", [])]


def _modules(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in data.pop("modules", []):
        head = {"kind": "module", "name": one.get("name", ""), **_texts(one.get("label"))}
        yield from _lines(head | _flags(one, "optional"), _asked(one))


def _asking(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in data.pop("asking", []):
        head = {"kind": "items", "name": "|".join(one.get("items", []))}
        yield from _lines(head | _flags(one, "optional", "personal"), _asked(one))


def _flags(one: dict[str, Any], *names: str) -> dict[str, str]:
    return {n: "true" for n in names if one.get(n)}


def _universes(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in data.pop("universes", []):
        head = {"kind": "universe", "name": one.get("name", ""), **_texts(one.get("label"))}
        if "indicator" in one:
            head["indicator"] = "true" if one["indicator"] else "false"
        yield from _lines(
            head, [{"column": c.get("column", ""), **_bounds(c)} for c in one.get("all_of", [])]
        )


def _groups(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in data.pop("groups", []):
        head = {"kind": "group", "name": one.get("name", ""), **_texts(one.get("label"))}
        head |= {"universe": one.get("universe", ""), **_texts(one.get("proxy"), "proxy_")}
        lists = one.get("any_of")
        marked = [("", c) for c in one.get("all_of", [])]
        if lists:
            marked = [(str(n), c) for n, conditions in enumerate(lists, start=1) for c in conditions]
        yield from _lines(head, [{"any": n, "column": c.get("column", ""), **_bounds(c)} for n, c in marked])


def _recodes(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in data.pop("recodes", []):
        head: dict[str, Any] = {
            "name": one.get("name", ""),
            **_texts(one.get("label")),
            "column": one.get("column", ""),
        }
        for level in one.get("levels", []):
            own = {
                "code": _code(level.get("code", "")),
                **_bounds(level),
                **_texts(level.get("label"), "level_"),
            }
            yield head | own
            head = {"name": one.get("name", "")}


def _wave(stem: str, data: dict[str, Any]) -> dict[str, Any]:
    data.pop("name", None)
    out: dict[str, Any] = {"name": stem}
    for key in ("year", "start", "end", "mode", "n", "synthetic", "standard", "absent", "data"):
        value = data.pop(key, None)
        if isinstance(value, list):
            out[key] = "|".join(value)
        elif isinstance(value, bool):
            out[key] = "true" if value else "false"
        elif value is not None:
            out[key] = value if isinstance(value, date) else str(value)
    marker = data.pop("marker", None)
    if marker:
        out |= {"marker_column": marker.get("column", ""), **_bounds(marker, "marker_")}
    design = data.get("design", {})
    for key in ("weight", "strata", "psu", "fpc"):
        value = design.pop(key, None)
        if value:
            out[key] = value if isinstance(value, str) else "|".join(value)
    if not design:
        data.pop("design", None)
    return out | _texts(data.pop("note", None), "note_")


def _margins(
    stem: str, data: dict[str, Any], survey: str, years: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    if data.get("survey") == survey:
        data.pop("survey")
    if data.get("year") == years.get(stem, stem):
        data.pop("year")
    universe = data.pop("universe", "")
    for table in data.pop("tables", []):
        columns = table.get("columns") or [table.get("name", "")]
        joined = "|".join([columns] if isinstance(columns, str) else columns)
        head = {"wave": stem, "universe": universe, "table": table.get("name", ""), "columns": joined}
        head |= {k: table.get(k, "") for k in ("source", "status")}
        head |= {**_texts(table.get("proxy"), "proxy_"), **_texts(table.get("note"), "note_")}
        for level in table.get("totals", []):
            codes = level.get("levels") or [level.get("level", "")]
            yield head | {"level": _codes(codes), "total": _number(level.get("total"))}
            head = {"wave": stem, "table": table.get("name", "")}


def _goals(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for one in data.pop("goals", []):
        out = {"area": one.get("area", ""), **_texts(one.get("label")), "year": _number(one.get("year"))}
        out |= {"value": _number(one.get("value"))}
        if "strict" in one:
            out["strict"] = "true" if one["strict"] else "false"
        yield out | {k: one.get(k, "") for k in ("status", "source")} | _texts(one.get("note"), "note_")


def _rest(file: str, data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield content that no sheet represents: one row per key, and one for each table of an array."""
    for key, value in sorted(data.items()):
        if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            for one in value:
                yield {"file": file, "key": f"{key}[]", "value": format_value(one)}
        else:
            yield {"file": file, "key": key, "value": format_value(value)}
