"""Reader of population totals in tabular form: long or one sheet per table, codes or labels, counts or percentages."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from literacy.instrument.definitions import Code, nearest
from literacy.instrument.margins import Margin, Margins, check_totals, read_margin_file
from literacy.instrument.questionnaire import Instrument
from literacy.instrument.reading.printed_tables import Line, Printed, figure_of, strip_print
from literacy.instrument.reading.source_tables import Findings, code_of, place_of, read_text
from literacy.instrument.workbooks.cell_texts import cell_text, letters
from literacy.instrument.workbooks.sheet_rows import open_tables
from literacy.instrument.workbooks.sheets import plain
from literacy.instrument.workbooks.survey_paths import SurveyPath
from literacy.messages import tell, tell_value

_HEADS: dict[str, tuple[str, ...]] = {
    "table": ("table", "表", "变量", "variable"),
    "level": ("level", "类别", "分类", "名称", "组别", "category"),
    "code": ("code", "代码"),
    "total": ("total", "人数", "人口", "人口数", "总数", "数量", "count", "population", "n"),
    "share": ("share", "比例", "占比", "比重", "percent", "百分比", "proportion"),
    "source": ("source", "来源", "出处"),
}
_BRACKETS = re.compile(r"[(（][^)）]*[)）]|[/／]?万?人$")
_NO_NAME = re.compile(r"(sheet|table|工作表|表)\s*\d*", re.IGNORECASE)
_USUAL = {
    "sex": ("性别",), "age": ("年龄",), "education": ("受教育程度", "文化程度", "学历"),
    "residence": ("城乡", "居住地"), "ethnicity": ("民族",), "occupation": ("职业",),
    "age_band": ("年龄", "年龄段", "年龄组"),
}  # fmt: skip
"""Usual Chinese names of variables that every survey has."""
_SUM = {plain(w) for w in ("合计", "总计", "共计", "小计", "总人口", "total", "sum", "all")}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A total with its location in the file, its table and its levels."""

    spot: str
    table: str
    levels: tuple[str, ...]
    total: float


def read_margins(path: SurveyPath, findings: Findings) -> Margins | None:
    """Parse margins (TOML, CSV or a workbook), convert shares and percentages to one total, and check the sums."""
    if isinstance(path, Path) and path.suffix.lower() != ".toml":
        margins: Margins | None = read_margin_tables(path, findings)
    else:
        margins = read_margin_file(path, findings)
    if margins is None:
        return None
    margins = settle_totals(margins, findings)
    check_totals(margins, findings)
    return margins


def settle_totals(margins: Margins, findings: Findings) -> Margins:
    """Return the margins with shares and percentages scaled to the population total of the other tables, or to 1.

    The totals of a table sum to 1, to 100 or to a population. A sum that is near 1 or 100 but not explained by rounding
    is a finding: a level is missing or mistyped.
    """
    kinds = {t.name: _unit(t) for t in margins.tables}
    for table in margins.tables:
        if kinds[table.name] == "broken":
            what = tell(
                "the totals add up to {:,.10g}: neither 1, nor 100, nor a population size", table.total
            )
            findings.add(margins.file, f"tables.{table.name}", "totals", what)
    counted = [t.total for t in margins.tables if kinds[t.name] == "counts"]
    if "broken" in kinds.values() or len(counted) == len(margins.tables):
        return margins
    whole = 100.0 if all(kind == "percent" for kind in kinds.values()) else 1.0
    population = counted[0] if counted else whole
    tables, notes = [], []
    for table in margins.tables:
        if kinds[table.name] in ("shares", "percent") and table.total:
            scaled = tuple((lv, v * population / table.total) for lv, v in table.totals)
            exact = 1.0 if kinds[table.name] == "shares" else 100.0
            rounded = (
                "" if abs(table.total - exact) < 1e-9 else tell(", which add up to {:.10g}", table.total)
            )
            to = tell("a population of {:,.10g}", population) if counted else f"{whole:g}"
            notes.append(
                tell("{}: {}{}, scaled to {}", table.name, tell_value(kinds[table.name]), rounded, to)
            )
            table = replace(table, totals=scaled)
        tables.append(table)
    if not counted:
        notes.append(
            tell(
                "no table contains counts: weights add up to {:g}, and estimated totals are shares of that",
                whole,
            )
        )
    return replace(margins, tables=tuple(tables), notes=(*margins.notes, *notes))


def _unit(table: Margin) -> str:
    """Unit of the totals of a table: counts, shares, percent, or broken."""
    values = [v for _, v in table.totals]
    if not values or any(not 0 <= v < float("inf") for v in values):
        return "counts"
    digits = max(len(format(v, ".10g").partition(".")[2]) for v in values)
    # two standard deviations of a sum of terms each rounded to the last digit; one digit of a share is too few
    rounding = min(2 * (len(values) / 12) ** 0.5 * 10.0**-digits + 1e-9, 0.02 if table.total <= 1.5 else 2.0)
    if table.total <= 1.5:
        return "shares" if abs(table.total - 1) <= rounding else "broken"
    if 90 <= table.total <= 110:
        return "percent" if abs(table.total - 100) <= rounding else "broken"
    fractions = any(v != int(v) for v in values)
    return "broken" if fractions and table.total < 200 else "counts"


def read_margin_tables(path: Path, findings: Findings) -> Margins:
    """Read margins from CSV or a workbook: rows of table, level, total, or one sheet per table (also cross tables)."""
    place = place_of(path)
    findings.places.setdefault(place, path)
    sheets: dict[str, list[list[str]]]
    if path.suffix.lower() == ".csv":
        text = read_text(path, findings)
        sheets = {"": list(csv.reader(io.StringIO(text or "", newline="")))}
    else:
        sheets = {n: [[cell_text(c) for c in line] for line in t] for n, t in open_tables(path).items()}
    cells: list[_Cell] = []
    source = ""
    notes: list[str] = []
    for title, lines in sheets.items():
        filled = [(n, line) for n, line in enumerate(lines, start=1) if any(c.strip() for c in line)]
        if filled and plain(title) not in (plain("说明"), plain("Read me")):
            printed = strip_print(title or place, filled)
            found, declared = _sheet(place, title, printed, findings)
            cells += found
            source = source or declared or printed.source
            notes += printed.notes
    if not cells and not findings.found:
        findings.add(place, "", "", tell("contains no totals"))
    tables: dict[str, list[tuple[tuple[Code, ...], float]]] = {}
    for cell in cells:
        tables.setdefault(cell.table, []).append((tuple(code_of(x) for x in cell.levels), cell.total))
    parts = [
        Margin("_".join(_columns(name)), _columns(name), tuple(totals), source=source, status="input")
        for name, totals in tables.items()
    ]
    return Margins(survey="", year=None, universe="", tables=tuple(parts), file=place, notes=tuple(notes))


def _columns(table: str) -> tuple[str, ...]:
    return tuple(p.strip() for p in re.split(r"[|｜×]", table))


def _sheet(place: str, title: str, printed: Printed, findings: Findings) -> tuple[list[_Cell], str]:
    (head_row, head), *rows = printed.lines
    unit = printed.unit
    roles = {
        role: p
        for p, cell in enumerate(head)
        for role in _HEADS
        if plain(_BRACKETS.sub("", cell)) in map(plain, _HEADS[role])
    }
    if "total" not in roles and "share" in roles:
        roles["total"] = roles["share"]
    levels = [r for r in ("code", "level") if r in roles]
    if "table" in roles or not title or (levels and "total" in roles):
        lacking = [r for r in (*(() if title else ("table",)), "total") if r not in roles]
        for name in lacking if levels else (*lacking, "level"):
            findings.add(place, title, name, tell("the column is missing{}", nearest(name, head)))
        if lacking or not levels:
            return [], ""
        return _long(place, title, roles, rows, unit, findings)
    if len([c for c in head if c]) == 2 and not levels:
        whole = [(head_row, head), *rows] if _value(head, 1, unit) is not None else rows
        named = head[0].strip() if _NO_NAME.fullmatch(title.strip()) and whole is rows else title
        return _long(place, named, {"level": 0, "total": 1}, whole, unit, findings, sheet=title)
    return _cross(place, title, head, rows, unit, findings), ""


def _value(line: Sequence[str], position: int, unit: int) -> float | None:
    return figure_of(line[position], unit) if position < len(line) else None


def _long(
    place: str, title: str, roles: dict[str, int], rows: Sequence[Line], unit: int, findings: Findings,
    *, sheet: str = "",
) -> tuple[list[_Cell], str]:  # fmt: skip
    """Read rows of level and total; *title* names the table if no column does, *sheet* the location."""
    out: list[_Cell] = []
    sums: dict[str, tuple[str, float]] = {}
    table, source = title.split()[0] if title else "", ""
    for row_number, line in rows:
        text = {role: line[p].strip() if p < len(line) else "" for role, p in roles.items()}
        table = text.get("table") or table
        source = source or text.get("source", "")
        level = text.get("code") or text.get("level", "")
        spot = (
            f"{sheet or title}!{letters(roles['total'])}{row_number}"
            if sheet or title
            else f"row {row_number}"
        )
        if not level and not text["total"]:
            continue
        value = _value(line, roles["total"], unit)
        if value is None:
            what = tell("is empty") if not text["total"] else tell("'{}' is not a number", text["total"])
            findings.add(place, spot, "total", what)
            continue
        if plain(level) in _SUM:
            sums[table] = (spot, value)
            continue
        parts = tuple(p.strip() for p in re.split(r"[|｜×]", level))
        if len(parts) != len(_columns(table)):
            findings.add(place, spot, "level", tell("needs one code per column of '{}'", table))
            continue
        out.append(_Cell(spot, table, parts, value))
    for name, (spot, value) in sums.items():
        _check_sum(place, spot, value, sum(c.total for c in out if c.table == name), findings)
    return out, source


def _cross(
    place: str, title: str, head: Sequence[str], rows: Sequence[Line], unit: int, findings: Findings
) -> list[_Cell]:
    """Read a cross table: levels of the first column in rows, of the second in columns; sums are checked, not kept."""
    if len(_columns(title)) != 2:
        findings.add(
            place,
            title,
            "",
            tell("is a cross-tabulation: name the sheet after its two columns, for example sex|age_band"),
        )
        return []
    out: list[_Cell] = []
    for row_number, line in rows:
        down = line[0].strip() if line else ""
        inside = [
            (p, v)
            for p in range(1, len(head))
            if head[p].strip() and (v := _value(line, p, unit)) is not None
        ]
        for position in range(1, len(head)):
            text = line[position].strip() if position < len(line) else ""
            if head[position].strip() and _value(line, position, unit) is None:
                what = tell("'{}' is not a number", text) if text else tell("is empty")
                findings.add(place, f"{title}!{letters(position)}{row_number}", "", what)
        kept = [(p, v) for p, v in inside if plain(head[p]) not in _SUM]
        for position, value in inside:
            spot = f"{title}!{letters(position)}{row_number}"
            if plain(head[position]) in _SUM:
                _check_sum(place, spot, value, sum(v for _, v in kept), findings)
            elif plain(down) in _SUM:
                above = sum(c.total for c in out if c.levels[1] == head[position].strip())
                _check_sum(place, spot, value, above, findings)
            else:
                out.append(_Cell(spot, title, (down, head[position].strip()), value))
    return out


def _check_sum(place: str, spot: str, stated: float, found: float, findings: Findings) -> None:
    if abs(stated - found) > max(0.006 * abs(found), 1e-9) and abs(stated - found) > 1:
        findings.add(place, spot, "", tell("gives {:,.10g}, but its parts add up to {:,.10g}", stated, found))


def resolve_labels(margins: Margins, instrument: Instrument) -> Margins:
    """Return the margins with labels (性别, 男) replaced by names and codes of the instrument where known."""
    columns = {name: name for name in instrument.columns}
    for name in instrument.columns:
        for label in _labels_of(instrument, name):
            columns.setdefault(plain(label), name)
    for name in instrument.columns:
        for label in _USUAL.get(name, ()):
            columns.setdefault(plain(label), name)
    tables = []
    for table in margins.tables:
        names = tuple(columns.get(c) or columns.get(plain(c), c) for c in table.columns)
        totals = tuple(
            (tuple(_code(instrument, n, x) for n, x in zip(names, levels, strict=False)), value)
            for levels, value in table.totals
        )
        tables.append(replace(table, name="_".join(names) if table.name == "_".join(table.columns) else table.name,
                              columns=names, totals=totals))  # fmt: skip
    return replace(margins, tables=tuple(tables))


def _labels_of(instrument: Instrument, name: str) -> list[str]:
    for item in instrument.items:
        if item.name == name:
            texts = [item.label, *([item.short] if item.short is not None else [])]
            return [t for label in texts for t in (label.zh, label.en)]
    return [t for r in instrument.recodes if r.name == name for t in (r.label.zh, r.label.en)]


def _code(instrument: Instrument, column: str, level: Code) -> Code:
    """Return the code with label *level*, or *level* itself if it is a code or unknown."""
    if column not in instrument.columns:
        return level
    known = instrument.levels(column)
    codes = [o.code for o in known]
    if not known or level in codes:
        return level
    met = [o.code for o in known if plain(level) in {plain(o.label.zh), plain(o.label.en), plain(o.code)}]
    return met[0] if len(met) == 1 else level
