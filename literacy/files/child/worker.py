"""Child process: reads a file with pyreadstat and hands its content over; may die without harm.

Run as a script by the guard, never imported. Standard input: one JSON request. Standard output: JSON
lines, each followed by the raw arrays it announces.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

CHUNK, CELLS = 50_000, 6_000_000
DENSEST = 100  # cells of a workbook for each of its bytes: more are empty ones, between far corners


def main() -> int:
    """Answer one request."""
    request = json.loads(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit(request.get("memory", 0))
    import pyreadstat

    if request["kind"] == "grid":
        try:
            _serve_grid(request, out)
        except (MemoryError, ValueError, OSError, OverflowError) as error:
            _say(out, {"error": f"{type(error).__name__}: {error}"[:300]})
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


def _limit(size: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    most = [hard for hard in (size, resource.getrlimit(resource.RLIMIT_AS)[1]) if hard > 0]  # -1 is no limit
    if size and most:
        resource.setrlimit(resource.RLIMIT_AS, (min(most), min(most)))


def _say(out: BinaryIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message, ensure_ascii=True).encode("ascii") + b"\n")


def _serve(pyreadstat: Any, request: dict[str, Any], out: BinaryIO) -> None:
    reader = getattr(pyreadstat, "read_" + request["kind"])
    options = {"encoding": request["encoding"], "disable_datetime_conversion": True, "output_format": "dict"}
    if request["kind"] in ("sav", "dta"):
        options["user_missing"] = True
    path = request["path"]
    _, meta = reader(path, metadataonly=True, **options)
    if request["metadata_only"]:
        _say(out, _describe(meta))
        return
    chunk = max(1, min(CHUNK, CELLS // max(1, len(meta.column_names))))
    offset = 0
    while True:
        cells, meta = reader(path, row_offset=offset, row_limit=chunk, **options)
        if offset == 0:
            _say(out, _describe(meta))
        rows = _send(cells, meta, out)
        offset += rows
        if rows < chunk:
            break
    _say(out, {"end": offset})


def _serve_grid(request: dict[str, Any], out: BinaryIO) -> None:
    """The first sheet with two rows or more, cells as text."""
    import python_calamine

    try:
        book = python_calamine.load_workbook(request["path"])
        names = list(book.sheet_names)
        chosen: tuple[str, list[list[Any]]] = ("", [])
        for name in names:
            sheet = book.get_sheet_by_name(name)
            cells = sheet.height * sheet.width
            if cells > request["cells"] or cells > DENSEST * (Path(request["path"]).stat().st_size + 20_000):
                _say(out, {"error": f"LimitError: {sheet.height:,} rows of {sheet.width:,} columns"})
                return
            if sheet.width > request["columns"]:
                _say(out, {"error": f"ColumnsError: {sheet.width}"})
                return
            rows = sheet.to_python(skip_empty_area=False)
            if sum(1 for row in rows if any(c != "" for c in row)) >= 2:
                chosen = (name, rows)
                break
            if rows and not chosen[1]:
                chosen = (name, rows)
    except python_calamine.CalamineError as error:
        _say(out, {"error": str(error)[:300]})
        return
    name, rows = chosen
    _say(out, {"sheet": name, "others": [n for n in names if n != name], "rows": len(rows)})
    for start in range(0, len(rows), 5000):
        part = [[_text(c) for c in row] for row in rows[start : start + 5000]]
        data = json.dumps(part, ensure_ascii=True).encode("ascii")
        _say(out, {"size": len(data)})
        out.write(data)
    _say(out, {"end": len(rows)})


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
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
