"""No module of the engine imports, by whatever way round, one that imports it: also not inside functions."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.conftest import ROOT

ROOMS = ("kernels", "sampling", "weighting", "estimation")


def graph() -> dict[str, set[str]]:
    files = [p for room in ROOMS for p in (ROOT / "literacy" / room).rglob("*.py")]
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in files}
    return {name: imported(path, set(names)) for name, path in names.items()}


def imported(path: Path, known: set[str]) -> set[str]:
    out = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            out |= {
                f"{node.module}.{a.name}" if f"{node.module}.{a.name}" in known else node.module
                for a in node.names
            }
        elif isinstance(node, ast.Import):
            out |= {a.name for a in node.names}
    return out & known


def test_no_import_circle() -> None:
    left = graph()
    while True:
        done = {name for name, needs in left.items() if not needs & left.keys()}
        if not done:
            break
        left = {name: needs for name, needs in left.items() if name not in done}
    assert not left, sorted(left)
