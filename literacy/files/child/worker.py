"""Child process that reads a file and sends its content to the parent, which survives a crash here.

Run as a script by ``guard.py``, never imported. Standard input: one JSON request. Standard output: JSON
lines, each followed by the raw arrays it announces. Where the system can pass on open files, the file arrives as a
descriptor inherited from the parent and is not opened here.
"""

import importlib
import io
import json
import os
import sys
from collections import Counter
from typing import Any, BinaryIO

CHUNK, CELLS = 50_000, 6_000_000
OLDEST = "1.3.7"
"""Oldest supported version of pyreadstat: earlier ones cannot read blocks of rows into plain columns."""
DENSEST = 100  # most cells per byte of a workbook; a higher ratio means mostly empty cells


class Handed(io.RawIOBase):
    """File object on a descriptor inherited from the parent, with its own position; the parent's is unchanged."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.at: int = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer from the current position."""
        data = os.pread(self.handle, len(buffer), self.at)
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Change the position."""
        origin = (0, self.at, os.fstat(self.handle).st_size if whence == 2 else 0)[whence]
        self.at = max(0, origin + offset)
        return self.at


def _file(request: dict[str, Any]) -> Any:
    """Return the file, positioned at its start: by its descriptor, or as a path where there is none (Windows)."""
    handle = request.get("handle")
    return request["path"] if handle is None else io.BufferedReader(Handed(handle), 1 << 18)


def main() -> int:
    """Answer one request."""
    request = json.loads(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit(request.get("memory", 0), request.get("seconds", 0.0))
    library = "python_calamine" if request["kind"] == "grid" else "pyreadstat"
    try:
        loaded = importlib.import_module(library)
    except (
        ImportError,
        OSError,
        AttributeError,
        SystemError,
    ) as error:  # missing, incompletely installed, or built for another Python
        _say(out, {"error": f"LibraryError: {library}: {type(error).__name__}: {error}"[:400]})
        out.flush()
        return 0
    if request["kind"] == "grid":
        try:
            _serve_grid(loaded, request, out)
        except (MemoryError, ValueError, OSError, OverflowError) as error:
            _say(out, {"error": f"{type(error).__name__}: {error}"[:300]})
        out.flush()
        return 0
    pyreadstat = loaded
    if version := _too_old(pyreadstat):
        _say(out, {"error": f"LibraryError: pyreadstat: version {version}; {OLDEST} or later is needed"})
        out.flush()
        return 0
    expected = (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        UnicodeError,
        SystemError,
        IndexError,
        MemoryError,
        OverflowError,
        ValueError,
        TypeError,
        KeyError,
        OSError,
        LookupError,
    )
    try:
        _serve(pyreadstat, request, out)
    except expected as error:
        _say(out, {"error": f"{type(error).__name__}: {error}"[:300]})
    out.flush()
    return 0


def _too_old(pyreadstat: Any) -> str:
    """Return the version of pyreadstat if it is too old ("" otherwise)."""
    version = str(getattr(pyreadstat, "__version__", "0"))
    numbers = [int("".join(c for c in part if c.isdigit()) or 0) for part in version.split(".")[:3]]
    return version if numbers < [int(part) for part in OLDEST.split(".")] else ""


def _limit(size: int, seconds: float) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    most = [hard for hard in (size, resource.getrlimit(resource.RLIMIT_AS)[1]) if hard > 0]  # -1 is no limit
    if size and most:
        resource.setrlimit(resource.RLIMIT_AS, (min(most), min(most)))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if seconds and hard < 0:
        resource.setrlimit(
            resource.RLIMIT_CPU, (int(seconds) + 1, hard)
        )  # then the kernel ends the process by SIGXCPU


def _say(out: BinaryIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message, ensure_ascii=True).encode("ascii") + b"\n")


def _serve(pyreadstat: Any, request: dict[str, Any], out: BinaryIO) -> None:
    reader = getattr(pyreadstat, "read_" + request["kind"])
    options = {"encoding": request["encoding"], "disable_datetime_conversion": True, "output_format": "dict"}
    if request["kind"] in ("sav", "dta"):
        options["user_missing"] = True
    _, meta = reader(_file(request), metadataonly=True, **options)
    if request["metadata_only"]:
        _say(out, _describe(meta))
        return
    chunk = max(1, min(CHUNK, CELLS // max(1, len(meta.column_names))))
    offset = 0
    while True:
        cells, meta = reader(_file(request), row_offset=offset, row_limit=chunk, **options)
        if offset == 0:
            _say(out, _describe(meta))
        rows = _send(cells, meta, out)
        offset += rows
        if rows < chunk:
            break
    _say(out, {"end": offset})


def _serve_grid(calamine: Any, request: dict[str, Any], out: BinaryIO) -> None:
    """Send the requested sheet, or the first visible one that looks like a table, with its cells as text."""
    try:
        book, size = _open_book(calamine, request)
        shown, hidden = _sheets(book)
        wanted = request.get("sheet")
        if wanted is not None and wanted not in (*shown, *hidden):
            _say(out, {"error": "SheetError: " + json.dumps([*shown, *hidden])})
            return
        chosen: tuple[str, list[list[Any]]] = ("", [])
        best = 0  # 3: a table of two or more columns; 2: two or more rows; 1: a single row
        for name in shown if wanted is None else [wanted]:
            sheet = book.get_sheet_by_name(name)
            cells = sheet.height * sheet.width
            if cells > request["cells"] or cells > DENSEST * (size + 20_000):
                _say(out, {"error": f"LimitError: {sheet.height:,} rows of {sheet.width:,} columns"})
                return
            if sheet.width > request["columns"]:
                _say(out, {"error": f"ColumnsError: {sheet.width}"})
                return
            rows = sheet.to_python(skip_empty_area=False)
            rank = _rank(rows)
            if rank > best:
                chosen, best = (name, rows), rank
            if best == 3:
                break
    except calamine.CalamineError as error:
        protected = "password" in f"{type(error).__name__} {error}".lower()
        _say(out, {"error": f"{'PasswordError: ' if protected else ''}{error}"[:300]})
        return
    name, rows = chosen
    others = [n for n in shown if n != name]
    _say(out, {"sheet": name, "others": others, "hidden": hidden, "rows": len(rows)})
    long: Counter[int] = Counter()
    for start in range(0, len(rows), 5000):
        part = [[_text(c) for c in row] for row in rows[start : start + 5000]]
        for row in rows[start : start + 5000]:
            long.update(
                j for j, c in enumerate(row) if isinstance(c, float) and abs(c) >= 1e15 and c.is_integer()
            )
        data = json.dumps(part, ensure_ascii=True).encode("ascii")
        _say(out, {"size": len(data)})
        out.write(data)
    _say(out, {"end": len(rows), "long": list(long.items())})


def _open_book(calamine: Any, request: dict[str, Any]) -> tuple[Any, int]:
    """Open a workbook by its content, or else by its path, for the error message; return it and its size in bytes."""
    source = _file(request)
    with open(source, "rb") if isinstance(source, str) else source as file:  # noqa: PTH123 - a path as it was given
        size = file.seek(0, 2)
        file.seek(0)
        try:
            return calamine.load_workbook(file), size
        except calamine.CalamineError:
            return calamine.load_workbook(request["path"]), size


def _rank(rows: list[list[Any]]) -> int:
    """Rank how much a sheet looks like a table (0 to 3); a cover sheet has only one column or one row."""
    filled = [count for row in rows if (count := sum(1 for c in row if c != ""))]
    if sum(1 for count in filled if count >= 2) >= 2:
        return 3
    return min(2, len(filled))


def _sheets(book: Any) -> tuple[list[str], list[str]]:
    """Return the names of the visible sheets and of the hidden ones."""
    hidden = {m.name for m in book.sheets_metadata if "Visible" not in str(m.visible).rsplit(".", 1)[-1]}
    names = [str(n) for n in book.sheet_names]
    return [n for n in names if n not in hidden], [n for n in names if n in hidden]


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e22 else repr(cell)
    return "" if cell is None else str(cell)


def _describe(meta: Any) -> dict[str, Any]:
    return {
        "names": list(meta.column_names),
        "labels": {str(k): v for k, v in (meta.column_names_to_labels or {}).items() if v},
        "values": {
            k: [[_plain(c), t] for c, t in v.items()] for k, v in (meta.variable_value_labels or {}).items()
        },
        "ranges": {
            k: [[_plain(r["lo"]), _plain(r["hi"])] for r in v] for k, v in (meta.missing_ranges or {}).items()
        },
        "tagged": {k: [str(_plain(c)) for c in v] for k, v in (meta.missing_user_values or {}).items()},
        "formats": {str(k): str(v) for k, v in (meta.original_variable_types or {}).items()},
        "types": {str(k): str(v) for k, v in (meta.readstat_variable_types or {}).items()},
        "encoding": meta.file_encoding,
        "rows": meta.number_rows,
        "label": meta.file_label,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float)):
        return value
    return value.item() if hasattr(value, "item") else str(value)


def _send(cells: Any, meta: Any, out: BinaryIO) -> int:
    import numpy as np

    names = list(meta.column_names)
    rows = len(cells[names[0]]) if names and names[0] in cells else 0
    arrays: list[bytes] = []
    plan: list[str | int] = []
    for name in names:
        column = cells[name]
        if (meta.readstat_variable_types or {}).get(name) != "string":
            try:
                array = np.array([np.nan if v is None else v for v in column], dtype=np.float64)
            except (ValueError, TypeError):
                array = None
            if array is not None:
                plan.append("f8")
                arrays.append(array.tobytes())
                continue
        data = json.dumps([_cell(v) for v in column], ensure_ascii=True).encode("ascii")
        plan.append(len(data))
        arrays.append(data)
    _say(out, {"chunk": rows, "plan": plan})
    for data in arrays:
        out.write(data)
    return rows


def _cell(value: Any) -> Any:
    if value is None or value != value:
        return None
    return value if isinstance(value, (str, int, float)) else str(value)


if __name__ == "__main__":
    sys.exit(main())
