"""Answers written by their names (对, 农牧民) as the codes a survey's workbook gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from literacy.instrument.workbooks.cell_texts import split
from literacy.instrument.workbooks.sheets import whole

Rows = Sequence[tuple[int, Mapping[str, str]]]


class Codes:
    """The codes of option sets and recodes by the names of their answers, in any of the survey's languages."""

    def __init__(self, options: Rows, items: Rows, recodes: Rows) -> None:
        self._sets: dict[str, dict[str, set[str]]] = {}
        self._codes: dict[str, set[str]] = {}
        for _, row in options:
            self._add(row.get("options", ""), row.get("code", ""), row.items(), "")
        self._of = {row.get("item", ""): row.get("options", "") for _, row in items}
        self._names: dict[str, set[str]] = {}
        for _, row in items:
            self._call(row.get("item", ""), row, ("zh", "en", "short_zh", "short_en"))
        name = ""
        for _, row in recodes:
            name = row.get("name") or name
            self._add(f"recode {name}", row.get("code", ""), row.items(), "level_")
            self._of.setdefault(name, f"recode {name}")
            self._call(name, row, ("zh", "en"))

    def _call(self, name: str, row: Mapping[str, str], columns: Iterable[str]) -> None:
        for text in filter(None, (row.get(c, "") for c in columns)):
            self._names.setdefault(whole(text), set()).add(name)

    def _add(self, name: str, code: str, cells: Iterable[tuple[str, str]], stem: str) -> None:
        self._codes.setdefault(name, set()).add(code)
        for column, text in cells:
            language = column.removeprefix(stem)
            if text and column.startswith(stem) and (language in ("zh", "en") or stem):
                self._sets.setdefault(name, {}).setdefault(whole(text), set()).add(code)

    def _code(self, name: str, text: str) -> str:
        if text in self._codes.get(name, ()):
            return text
        met = self._sets.get(name, {}).get(whole(text), set())
        return next(iter(met)) if len(met) == 1 else text

    def column(self, text: str) -> str:
        """The item or recode that is called *text* (职业); else the text itself."""
        met = self._names.get(whole(text), set())
        return next(iter(met)) if text not in self._of and len(met) == 1 else text

    def of(self, column: str, text: str) -> str:
        """The code called *text* among the answers to an item or the levels of a recode; else the text itself."""
        return self._code(self._of.get(column, ""), text)

    def key(self, options: str, text: str) -> list[str]:
        """The codes of a key: names and codes mixed as they come; a name may hold the separators itself."""
        alone = self._code(options, text.strip())
        return [alone] if alone != text.strip() else [self._code(options, part) for part in split(text)]
