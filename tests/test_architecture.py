"""The house rules: floors, owners of libraries, sizes, names, import cost."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import literacy
from tests.conftest import ROOT

PACKAGE = ROOT / "literacy"

FLOORS: dict[str, int] = {
    "_texts": -2, "_nearest": -2, "errors": -1, "_resources": 0, "_display": 0, "provenance": 0,
    "kernels": 1, "instrument": 1,
    "files": 2, "privacy": 3, "answers": 4, "scoring": 5, "quality": 5, "questionnaire": 5, "sampling": 6,
    "weighting": 7, "estimation": 8, "psychometrics": 9, "fieldwork": 9, "projection": 9, "plan": 10, "report": 11,
    "workflow": 12, "cli": 13, "__main__": 14,
}  # fmt: skip

OWNERS: dict[str, set[str]] = {
    "pyreadstat": {"files"}, "openpyxl": {"files"}, "python_calamine": {"files", "instrument"}, "pyarrow": {"files"},
    "xlsxwriter": {"files", "questionnaire", "fieldwork", "report"},
    "matplotlib": {"report"}, "docx": {"report", "questionnaire", "fieldwork"}, "fontTools": {"report"},
    "typst": {"report"}, "pptx": {"report"},
    "click": {"cli"}, "statsmodels": {"projection", "estimation", "psychometrics"}, "scipy": {
        "kernels", "sampling", "weighting", "estimation", "projection", "psychometrics", "fieldwork"},
}  # fmt: skip

MAX_LINES = 500


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)


def room(path: Path) -> str:
    """Name of the room, or of the module on the ground floor."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Dotted names a module imports, at any depth."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_floors_owners_and_size(path: Path) -> None:
    own = room(path)
    if own == "__init__":
        return
    assert own in FLOORS, f"{own} is no room of the house"
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "literacy" and rest and rest[0] != own:
            assert rest[0] in FLOORS, f"{path}: {name}"
            assert FLOORS[rest[0]] < FLOORS[own], f"{path}: floor {FLOORS[own]} imports {name}"
        if top in OWNERS:
            assert own in OWNERS[top], f"{path}: {top} belongs to {OWNERS[top]}"
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MAX_LINES, f"{path}: {lines} lines; a room is hiding in it"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_print_no_bare_raise_no_broad_except(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print", f"{path}:{node.lineno}: print"
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            assert caught not in ("", "Exception", "BaseException"), (
                f"{path}:{node.lineno}: catches everything"
            )
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = ast.unparse(node.exc.func)
            assert name not in ("Exception", "ValueError", "RuntimeError"), (
                f"{path}:{node.lineno}: bare {name}"
            )


def test_no_module_shares_a_name_with_a_public_function() -> None:
    names = set(literacy.__all__)
    stems = {p.stem for p in modules() if room(p) != "cli"}
    assert not names & stems


def test_every_public_name_loads_and_is_documented() -> None:
    for name in literacy.__all__:
        assert name == "__version__" or getattr(literacy, name).__doc__, name


@pytest.mark.parametrize("code", ["import literacy", "from literacy.cli import main"])
def test_import_is_light(code: str) -> None:
    heavy = "matplotlib statsmodels pyreadstat scipy pandas"
    script = f"{code}; import sys; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
