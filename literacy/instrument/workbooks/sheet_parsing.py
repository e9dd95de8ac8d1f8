"""Conversion of a survey's workbook to the CSV and TOML files of a survey folder."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from literacy.instrument.workbooks.answer_codes import Codes
from literacy.instrument.workbooks.cell_texts import code, day, flag, number, split, whole_year
from literacy.instrument.workbooks.sheet_rows import Row, Rows, csv_text, read_sheets
from literacy.instrument.workbooks.sheets import FALSE, TRUE, about_key, plain
from literacy.instrument.workbooks.sheets import FLAGS as ABOUT_FLAGS
from literacy.instrument.workbooks.sheets import LISTS as ABOUT_LISTS
from literacy.instrument.workbooks.survey_paths import Cells, SheetPath, Workbook
from literacy.instrument.workbooks.toml_text import format_toml


def open_survey_workbook(path: Path) -> SheetPath:
    """Return the files contained in a survey's workbook.

    Raises
    ------
    LiteracyError
        ``survey.invalid`` if the file is not a workbook, or a sheet or column is unknown or duplicated.
    """
    sheets, others = read_sheets(path)
    decoder = _Decoder(sheets)
    files = decoder.files()
    for name, (title, lines) in others.items():
        files[name] = csv_text(lines)
        decoder.cells[name] = [Cells(title, {f"row {n}": n for n in range(1, len(lines) + 1)})]
    return SheetPath(Workbook(path, files, {k: tuple(v) for k, v in decoder.cells.items()}))


class _Decoder:
    """Converter of sheets to files. ``cells`` records where the parts of each file are located in the workbook."""

    def __init__(self, sheets: Mapping[str, Rows]) -> None:
        self.sheets = sheets
        self.cells: dict[str, list[Cells]] = {}
        self.more: dict[str, dict[str, Any]] = {}
        self.codes = Codes(*(self.rows(name) for name in ("options", "items", "recodes")))

    def rows(self, name: str) -> list[tuple[int, Row]]:
        found = self.sheets.get(name)
        return found.rows if found else []

    def place(self, file: str, sheet: str) -> Cells:
        """Return a new record of where parts of *file* are located on a sheet."""
        found = self.sheets.get(sheet)
        cells = Cells(found.title if found else sheet, {}, dict(found.letters) if found else {})
        self.cells.setdefault(file, []).append(cells)
        return cells

    def files(self) -> dict[str, str]:
        """Return the text of every file, by its path within the survey's folder."""
        self._take_more()
        documents: dict[str, dict[str, Any]] = {"instrument.toml": self._instrument()}
        documents |= self._waves()
        documents |= self._margins()
        goals = self._goals()
        if goals:
            documents["goals.toml"] = {"goals": goals}
        for file, data in self.more.items():
            _merge(documents.setdefault(file, {}), data)
        out = {name: format_toml(data) for name, data in documents.items()}
        for name in ("items", "options"):
            if name in self.sheets:
                out[f"{name}.csv"] = self._table(name)
        return out

    def _table(self, name: str) -> str:
        found, file = self.sheets[name], f"{name}.csv"
        cells = self.place(file, name)
        lines = [list(found.letters)]
        for position, (row_number, given) in enumerate(found.rows, start=2):
            row = given
            if name == "items" and row.get("key"):
                row = row | {"key": "|".join(self.codes.key(row.get("options", ""), row["key"]))}
            cells.rows[f"row {position}"] = row_number
            tag = row.get("item") or (
                f"{row.get('options', '')}[{row.get('code', '')}]" if name == "options" else ""
            )
            if tag:
                cells.rows.setdefault(tag, row_number)
            lines.append(list(row.values()))
        for needed in [
            c.name for c in found.sheet.columns if c.name in _NEEDED[name] and c.name not in found.letters
        ]:
            if needed in ("en", "zh", "missing"):
                lines = [[*line, needed if n == 0 else ""] for n, line in enumerate(lines)]
        return csv_text(lines)

    def _take_more(self) -> None:
        for row_number, row in self.rows("more"):
            file, key = row.get("file") or "instrument.toml", row.get("key", "")
            try:
                value = tomllib.loads(f"v = {row.get('value', '')}")["v"]
            except tomllib.TOMLDecodeError:
                value = row.get("value", "")
            self.cells.setdefault(file, [])
            cells = self.place(file, "more")
            cells.rows[key.partition("[")[0] or key] = row_number
            data = self.more.setdefault(file, {})
            if key.endswith("[]"):
                data.setdefault(key[:-2], []).append(value)
            else:
                _set(data, key, value)

    def _instrument(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        cells = self.place("instrument.toml", "about")
        for row_number, row in self.rows("about"):
            key, value = about_key(row.get("key", "")), row.get("value", "")
            if not key:
                if value or row.get("key"):
                    data[row.get("key", "") or "?"] = value
                    cells.rows[row.get("key", "") or "?"] = row_number
                continue
            cells.rows[key] = row_number
            if not value:
                continue
            if key in ABOUT_LISTS:
                parts = (
                    [p.strip() for p in value.split("\n") if p.strip()] if key == "sources" else split(value)
                )
                _set(data, key, parts)
            elif key in ABOUT_FLAGS:
                bare = plain(value)
                _set(data, key, True if bare in TRUE else False if bare in FALSE else value)
            elif key == "blank":
                _set(data, key, _value_of("blank", value))
            else:
                _set(data, key, value)
        below: dict[str, Callable[[], list[dict[str, Any]]]] = {
            "standards": self._standards, "modules": self._modules, "asking": self._asking,
            "universes": self._universes, "groups": self._groups, "recodes": self._recodes,
        }  # fmt: skip
        for name, read in below.items():
            found = read()
            if found:
                data[name] = found
        return data

    def _standards(self) -> list[dict[str, Any]]:
        cells, out = self.place("instrument.toml", "standards"), []
        for row_number, row in self.rows("standards"):
            cells.rows[f"standards.{row.get('id', '')}"] = row_number
            one: dict[str, Any] = {"id": row.get("id", "")}
            if row.get("literate"):
                one["literate"] = number(row["literate"])
            if row.get("items"):
                one["items"] = split(row["items"])
            if row.get("pass_share"):
                pairs = [p.partition("=") for p in split(row["pass_share"])]
                one["pass_share"] = {k.strip(): number(v.strip()) for k, _, v in pairs}
            out.append(one)
        return out

    def _modules(self) -> list[dict[str, Any]]:
        return self._grouped("modules", "module", "modules", ("optional",))

    def _asking(self) -> list[dict[str, Any]]:
        out = self._grouped("modules", "items", "asking", ("optional", "personal"))
        for one in out:
            one["items"] = split(str(one.pop("name", "")))
            one.pop("label", None)
        return [{"items": one.pop("items"), **one} for one in out]

    def _grouped(self, sheet: str, kind: str, table: str, flags: Sequence[str]) -> list[dict[str, Any]]:
        """Convert consecutive rows with one name to one table with a list of conditions."""
        cells, out = self.place("instrument.toml", sheet), list[dict[str, Any]]()
        last: tuple[str, str] | None = None
        for row_number, row in self.rows(sheet):
            own, name = (
                row.get("kind") or (last[0] if last else ""),
                row.get("name") or (last[1] if last else ""),
            )
            fresh = (own, name) != last
            last = (own, name)
            if own != kind:
                if own not in ("module", "items", "group", "universe"):
                    out += [] if kind in ("items", "group") else [{"kind": own, "name": name}]
                continue
            if fresh:
                cells.rows[f"{table}.{name if table != 'asking' else len(out) + 1}"] = row_number
                out.append({"name": name, **_labels(row)})
                for key in flags:
                    if row.get(key) and flag(row[key]) is not False:
                        out[-1][key] = flag(row[key])
            condition = self._condition(row)
            if condition:
                out[-1].setdefault("asked", []).append(condition)
                cells.rows[f"{table}.{name}.asked.{len(out[-1]['asked'])}"] = row_number
        return out

    def _populations(
        self, kind: str, table: str
    ) -> list[tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]]:
        cells = self.place("instrument.toml", "groups")
        out = list[tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]]()
        last = ("", "")
        for row_number, row in self.rows("groups"):
            own, name = row.get("kind") or last[0], row.get("name") or last[1]
            fresh, last = (own, name) != last, (own, name)
            if own != kind and not (own not in ("universe", "group") and kind == "group"):
                continue
            if fresh:
                cells.rows[f"{table}.{name}"] = row_number
                head: dict[str, Any] = {"name": name, **_labels(row)}
                if own != kind:
                    head["kind"] = own
                for key in ("universe", "indicator"):
                    if row.get(key):
                        head[key] = flag(row[key]) if key == "indicator" else row[key]
                proxy = _label(row, "proxy_")
                if proxy:
                    head["proxy"] = proxy
                out.append((head, []))
            condition = self._condition(row)
            if condition:
                out[-1][1].append((row.get("any", ""), condition))
                cells.rows[f"{table}.{name}.all_of.{condition.get('column', '')}"] = row_number
        return out

    def _condition(self, row: Row) -> dict[str, Any]:
        bounds, column = _bounds(row), self.codes.column(row.get("column", ""))
        if "values" in bounds:
            bounds["values"] = [code(self.codes.of(column, str(v))) for v in split(row["values"])]
        return {"column": column, **bounds} if column or bounds else {}

    def _universes(self) -> list[dict[str, Any]]:
        out = []
        for head, conditions in self._populations("universe", "universes"):
            head.pop("universe", None)
            out.append({**head, "all_of": [c for _, c in conditions]})
        return out

    def _groups(self) -> list[dict[str, Any]]:
        out = []
        for head, conditions in self._populations("group", "groups"):
            head.pop("indicator", None)
            if any(mark for mark, _ in conditions):
                lists: dict[str, list[dict[str, Any]]] = {}
                for mark, condition in conditions:
                    lists.setdefault(mark, []).append(condition)
                head["any_of"] = list(lists.values())
            else:
                head["all_of"] = [c for _, c in conditions]
            proxy = head.pop("proxy", None)
            out.append(head | ({"proxy": proxy} if proxy else {}))
        return out

    def _recodes(self) -> list[dict[str, Any]]:
        cells, out = self.place("instrument.toml", "recodes"), list[dict[str, Any]]()
        for row_number, row in self.rows("recodes"):
            name = row.get("name") or (out[-1]["name"] if out else "")
            if not out or out[-1]["name"] != name:
                cells.rows[f"recodes.{name}"] = row_number
                out.append(
                    {
                        "name": name,
                        **_labels(row),
                        "column": self.codes.column(row.get("column", "")),
                        "levels": [],
                    }
                )
            level: dict[str, Any] = {"code": code(row.get("code", ""))}
            level |= _bounds(row)
            label = _label(row, "level_")
            if label:
                level["label"] = label
            cells.rows[f"recodes.{name}.levels.{level['code']}"] = row_number
            out[-1]["levels"].append(level)
        return out

    def _waves(self) -> dict[str, dict[str, Any]]:
        out: dict[str, dict[str, Any]] = {}
        for row_number, row in self.rows("waves"):
            name = row.get("name", "")
            file = f"waves/{name or f'row {row_number}'}.toml"
            cells = self.place(file, "waves")
            cells.rows.update(dict.fromkeys(("name", *_WAVE, "note", "marker", "design"), row_number))
            wave: dict[str, Any] = {"name": name}
            for key, read in _WAVE.items():
                if row.get(key):
                    wave[key] = read(row[key])
            if row.get("marker_column"):
                wave["marker"] = {"column": row["marker_column"], **_bounds(row, "marker_")}
            design: dict[str, Any] = {k: row[k] for k in ("weight", "strata") if row.get(k)}
            design |= {k: split(row[k]) for k in ("psu", "fpc") if row.get(k)}
            if design:
                wave["design"] = design
            note = _label(row, "note_")
            out[file] = wave | ({"note": note} if note else {})
        for row_number, row in self.rows("columns"):
            file = f"waves/{row.get('wave', '')}.toml"
            cells = self.place(file, "columns")
            cells.rows[f"columns.{row.get('item', '')}"] = row_number
            wave = out.setdefault(file, {"name": row.get("wave", "")})
            if "year" not in wave and re.fullmatch(r"\d{4}", wave["name"]):
                wave["year"] = int(
                    wave["name"]
                )  # a wave only its columns differ of need not stand in the other sheet
            wave.setdefault("columns", {})[row.get("item", "")] = row.get("column", "")
        return out

    def _margins(self) -> dict[str, dict[str, Any]]:
        out: dict[str, dict[str, Any]] = {}
        years = {row.get("name", ""): row.get("year", "") for _, row in self.rows("waves")}
        survey = next(
            (r.get("value", "") for _, r in self.rows("about") if about_key(r.get("key", "")) == "survey"), ""
        )
        wave = table = ""
        for row_number, row in self.rows("margins"):
            wave = row.get("wave") or wave
            table = row.get("table") or row.get("columns") or table
            file = f"margins/{wave}.toml"
            cells = self.place(file, "margins")
            data = out.setdefault(file, {"survey": survey, "year": whole_year(years.get(wave) or wave)})
            if row.get("universe"):
                data["universe"] = row["universe"]
            tables: list[dict[str, Any]] = data.setdefault("tables", [])
            if not tables or tables[-1]["name"] != table.replace("|", "_"):
                columns = split(row.get("columns") or table)
                tables.append({"name": table.replace("|", "_"), "columns": columns, "totals": []})
            one = tables[-1]
            cells.rows.update({f"tables.{one['name']}": row_number, "universe": row_number})
            parts = [code(p) for p in split(row.get("level", ""))]
            level: dict[str, Any] = {"level": parts[0]} if len(parts) == 1 else {"levels": parts}
            if row.get("level") or row.get("total"):
                one["totals"].append({**level, "total": number(row.get("total", ""))})
            for key in ("status", "source"):
                if row.get(key):
                    one[key] = row[key]
            for key in ("proxy", "note"):
                label = _label(row, f"{key}_")
                if label:
                    one[key] = label
        for data in out.values():
            for one in data.get("tables", []):
                one.setdefault("status", "input")
        return out

    def _goals(self) -> list[dict[str, Any]]:
        out = list[dict[str, Any]]()
        for row_number, row in self.rows("goals"):
            cells = self.place("goals.toml", "goals")
            cells.rows[f"goals.{len(out) + 1}"] = row_number
            goal: dict[str, Any] = {
                "area": row.get("area", ""),
                "year": whole_year(row.get("year", "")),
                **_labels(row),
            }
            for key, read in (("value", number), ("strict", flag), ("status", str), ("source", str)):
                if row.get(key):
                    goal[key] = read(row[key])
            note = _label(row, "note_")
            out.append(goal | ({"note": note} if note else {}))
        return out


_NEEDED = {
    "items": ("item", "type", "module", "zh", "en"),
    "options": ("options", "code", "zh", "en", "missing"),
}
_WAVE: dict[str, Callable[[str], Any]] = {
    "year": whole_year, "start": day, "end": day, "mode": str, "n": number, "synthetic": flag, "standard": str,
    "absent": split, "data": str,
}  # fmt: skip


def _value_of(name: str, text: str) -> str:
    from literacy.instrument.workbooks.sheets import BLANK

    return next((v for v, zh in BLANK.items() if plain(text) in {plain(v), plain(zh)}), text)


def _labels(row: Row) -> dict[str, Any]:
    label = _label(row, "")
    return {"label": label} if label else {}


def _label(row: Row, stem: str) -> dict[str, str]:
    """Return the texts of a row, from the columns named *stem* and a language."""
    names = [k for k in row if k.startswith(stem) and re.fullmatch(r"[a-z]{2,3}", k[len(stem) :])]
    known = {"zh", "en"}
    found = {k[len(stem) :]: row[k] for k in names if row[k] and (k[len(stem) :] in known or k not in _PLAIN)}
    return {lang: found[lang] for lang in sorted(found, key=lambda x: (x != "zh", x != "en", x))}


_PLAIN = frozenset({"min", "max", "any", "key", "psu", "fpc", "end", "n"})


def _bounds(row: Row, stem: str = "") -> dict[str, Any]:
    out: dict[str, Any] = {k: number(row[f"{stem}{k}"]) for k in ("min", "max") if row.get(f"{stem}{k}")}
    if row.get(f"{stem}values"):
        out["values"] = [code(p) for p in split(row[f"{stem}values"])]
    return out


def _set(data: dict[str, Any], key: str, value: Any) -> None:
    """Set a dotted key in nested tables."""
    *path, last = key.split(".")
    for part in path:
        data = data.setdefault(part, {})
    data[last] = value


def _merge(data: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Merge *more* into *data*, table by table."""
    for key, value in more.items():
        if isinstance(value, Mapping) and isinstance(data.get(key), dict):
            _merge(data[key], value)
        elif isinstance(value, list) and isinstance(data.get(key), list):
            data[key] += value
        else:
            data[key] = value
