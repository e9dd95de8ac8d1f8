"""Writing of tables as SPSS or Stata files; all changes are reported, nothing is silently truncated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.files.writing.format_labels import Description
from literacy.files.writing.statcells import is_number, is_whole, longest_text, plain_cells
from literacy.files.writing.statnames import SPSS, STATA, Rules, clean, fit_names, listed
from literacy.files.writing.stattags import put_missing, stamp_spss, stamp_stata
from literacy.files.writing.whole import replace_file, write_error
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.instrument.definitions import Code, Option

MAX_COLUMNS = {SPSS: 1_000_000, STATA: 32_767}
SHORT_TEXT = 8
LETTERS = {"dont_know": "d", "refused": "r", "skipped": "s", "not_asked": "x", "not_applicable": "i"}
_OTHER_LETTERS = "abcefghjklmnopqtuvwyz"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table prepared for writing: cells under their names in the file, in order, and notes on changes."""

    rules: Rules
    given: tuple[object, ...]
    names: tuple[str, ...]
    cells: dict[str, pd.Series]
    labels: dict[str, str | None]
    remarks: list[str]
    grouped: dict[str, list[str]] = field(default_factory=dict)

    def tell(self, what: str, column: object) -> None:
        """Add a note that is reported once for several columns."""
        self.grouped.setdefault(what, []).append(str(column))

    def fit(self, text: str, limit: int, column: object) -> str:
        """Return a label shortened to the maximum length of the program, with a note if it was too long."""
        whole = clean(text)
        short = self.rules.cut(whole, limit)
        if short != whole:
            self.tell(tell("labels too long for {} were shortened with …", self.rules.program), column)
        return short

    def notes(self) -> tuple[str, ...]:
        """Return notes on all changes."""
        several = (f"{what}: {listed(list(dict.fromkeys(names)))}" for what, names in self.grouped.items())
        return *self.remarks, *several


def _lay_out(frame: pd.DataFrame, path: Path, described: Description, lang: str, rules: Rules) -> _Sheet:
    given = tuple(frame.columns)
    if not given or len(given) > MAX_COLUMNS[rules]:
        what = tell("{:,} columns; {} allows 1 to {:,}", len(given), rules.program, MAX_COLUMNS[rules])
        raise write_error(path, what, tell("write .csv or .parquet"))
    shorter = {c for c in given if rules is STATA and described.options.get(str(c))}
    names, notes = fit_names(given, rules, shorter)
    remarks = list(notes)
    cells = {
        name: plain_cells(frame.iloc[:, place], str(given[place]), path, rules, remarks)
        for place, name in enumerate(names)
    }
    sheet = _Sheet(rules, given, tuple(names), cells, {}, remarks)
    for column, name in zip(given, names, strict=True):
        if column in described.labels:
            sheet.labels[name] = sheet.fit(described.labels[str(column)].get(lang), rules.label, column)
    return sheet


def write_spss(
    frame: pd.DataFrame, path: Path, described: Description, lang: str = "zh", *, packed: bool = False
) -> tuple[str, ...]:
    """Write a .sav or .zsav file with labels and user-missing codes; return notes on changes.

    The output is reproducible: the creation date in the header is always 1 January 2000.

    Raises
    ------
    LiteracyError
        ``io.write`` if a text exceeds the limits of the format, or the file cannot be written.
    """
    import pyreadstat

    sheet = _lay_out(frame, path, described, lang, SPSS)
    values: dict[str, dict[Any, str]] = {}
    missing: dict[str, list[Any]] = {}
    formats, measures = {}, {}
    for column, name in zip(sheet.given, sheet.names, strict=True):
        cells = sheet.cells[name]
        options = described.options.get(str(column), ())
        codes = described.missing.get(str(column), ())
        if is_number(cells):
            formats[name] = "F8.0" if is_whole(cells) else "F12.4"
            measures[name] = "nominal" if any(not o.missing for o in options) else "scale"
        values[name] = _labels_of(options, sheet, column, name, lang)
        missing[name] = _missing_of(codes, options, sheet, column, name)

    def write(temporary: Path) -> None:
        pyreadstat.write_sav(
            pd.DataFrame(sheet.cells),
            str(temporary),
            column_labels=sheet.labels,
            variable_value_labels={n: v for n, v in values.items() if v},
            missing_ranges={n: m for n, m in missing.items() if m},
            variable_format=formats,
            variable_measure=measures,
            compress=packed,
            row_compress=not packed,
        )
        stamp_spss(temporary)

    replace_file(path, write, (pyreadstat.PyreadstatError, pyreadstat.ReadstatError))
    return sheet.notes()


def _labels_of(
    options: tuple[Option, ...], sheet: _Sheet, column: object, name: str, lang: str
) -> dict[Any, str]:
    """Return value labels keyed by number for numeric columns, by text for text columns."""
    numeric = is_number(sheet.cells[name])
    pairs: dict[Any, str] = {}
    lost = []
    for option in options:
        code: Any = _number(option.code) if numeric else str(option.code)
        if code is None or (not numeric and len(code.encode("utf-8")) > 120):
            lost.append(str(option.code))
            continue
        pairs[code] = sheet.fit(option.label.get(lang), sheet.rules.value_label, column)
    if lost:
        sheet.remarks.append(tell("{}: no label can be given to {}", column, listed(lost)))
    return pairs


def _missing_of(
    codes: Sequence[Code], options: tuple[Option, ...], sheet: _Sheet, column: object, name: str
) -> list[Any]:
    if not codes:
        return []
    cells = sheet.cells[name]
    if is_number(cells):
        numbers = [n for n in map(_number, codes) if n is not None]
        answers = [n for n in (_number(o.code) for o in options if not o.missing) if n is not None]
        answers += [n for n in set(cells.dropna()) if n not in numbers]
        return _ranges(sorted(set(numbers)), answers, column, sheet.remarks)
    texts = sorted(str(c) for c in codes)
    if longest_text(cells) > SHORT_TEXT or max(len(t.encode("utf-8")) for t in texts) > SHORT_TEXT:
        what = tell(
            "SPSS cannot declare missing codes in texts of more than {} bytes; here they are "
            "kept as labelled texts",
            SHORT_TEXT,
        )
        sheet.tell(what, column)
        return []
    if len(texts) > 3:
        sheet.remarks.append(_only_three(column, len(texts)))
    return list(texts[-3:])


def _number(code: Code) -> float | None:
    try:
        return float(code)
    except ValueError:
        return None


def _ranges(codes: list[float], answers: Sequence[float], column: object, remarks: list[str]) -> list[Any]:
    """Return missing codes in the forms SPSS allows: up to three codes, or a range without answers and one code."""
    if len(codes) <= 3:
        return list(codes)
    for single in (None, codes[0], codes[-1]):
        rest = [c for c in codes if c != single]
        if not any(rest[0] <= v <= rest[-1] for v in answers):
            span: list[Any] = [{"lo": rest[0], "hi": rest[-1]}]
            return [*span, single] if single is not None else span
    remarks.append(_only_three(column, len(codes)))
    return codes[-3:]


def _only_three(column: object, count: int) -> str:
    return tell(
        "{}: SPSS stores only three of its {} missing codes; the others remain ordinary codes", column, count
    )


def write_stata(frame: pd.DataFrame, path: Path, described: Description, lang: str = "zh") -> tuple[str, ...]:
    """Write a .dta file (Stata 14 or later, UTF-8) with labels; return notes on changes.

    Missing codes become labelled extended missing values: ``.d`` don't know, ``.r`` refused, ``.s`` skipped, ``.x`` not
    asked, ``.i`` not applicable. The output is reproducible, as in :func:`write_spss`.
    """
    import pyreadstat

    sheet = _lay_out(frame, path, described, lang, STATA)
    values: dict[str, dict[int | float | str, str]] = {}
    letters: dict[str, list[str]] = {}
    places: dict[int, dict[str, NDArray[np.bool_]]] = {}
    for place, (column, name) in enumerate(zip(sheet.given, sheet.names, strict=True)):
        options = described.options.get(str(column), ())
        if not options:
            continue
        if not is_number(sheet.cells[name]):
            sheet.tell("Stata cannot label texts; these columns keep their codes without labels", column)
            continue
        tags = _letters(options)
        values[name] = _stata_labels(options, tags, sheet, column, lang)
        letters[name] = sorted(tags.values())
        cells = sheet.cells[name]
        places[place] = {letter: (cells == code).to_numpy() for code, letter in tags.items()}
        sheet.cells[name] = cells.mask(cells.isin(list(tags)))

    def write(temporary: Path) -> None:
        pyreadstat.write_dta(
            pd.DataFrame(sheet.cells),
            str(temporary),
            column_labels=sheet.labels,
            variable_value_labels={n: v for n, v in values.items() if v},  # type: ignore[misc]  # letters are taken
            missing_user_values={n: t for n, t in letters.items() if t},
            version=14,
        )
        stamp_stata(temporary)
        put_missing(temporary, {place: found for place, found in places.items() if found and len(frame)})

    replace_file(path, write, (pyreadstat.PyreadstatError, pyreadstat.ReadstatError))
    return sheet.notes()


def _letters(options: tuple[Option, ...]) -> dict[float, str]:
    """Return the letter of the extended missing value for each missing code."""
    tags: dict[float, str] = {}
    free = list(_OTHER_LETTERS)
    for option in options:
        code = _number(option.code)
        if not option.missing or code is None:
            continue
        letter = LETTERS.get(option.missing, "")
        if not letter or letter in tags.values():
            if not free:
                break
            letter = free.pop(0)
        tags[code] = letter
    return tags


def _stata_labels(
    options: tuple[Option, ...], tags: dict[float, str], sheet: _Sheet, column: object, lang: str
) -> dict[int | float | str, str]:
    pairs: dict[int | float | str, str] = {}
    lost = []
    for option in options:
        code = _number(option.code)
        text = sheet.fit(option.label.get(lang), sheet.rules.value_label, column)
        if code is None or (code not in tags and (not code.is_integer() or abs(code) >= 2**31 - 28)):
            lost.append(str(option.code))
        else:
            pairs[tags.get(code, int(code))] = text
    if lost:
        sheet.remarks.append(
            tell("{}: Stata labels whole numbers only; no label for {}", column, listed(lost))
        )
    return pairs
