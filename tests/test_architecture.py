"""The house rules: floors, owners of libraries, sizes, names, import cost."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import literacy
from tests.conftest import ROOT

PACKAGE = ROOT / "literacy"

FLOORS: dict[str, int] = {
    "messages": -3, "_texts": -2, "_nearest": -2, "_latetable": -2, "errors": -1, "_readable": -1,
    "_resources": 0, "_display": 0, "_merging": 0, "provenance": 0,
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
    "dask": {"workflow", "estimation"}, "distributed": {"workflow"},
    "click": {"cli"}, "formulaic": {"estimation"},
    "statsmodels": {"projection", "estimation", "psychometrics"}, "scipy": {
        "kernels", "sampling", "weighting", "estimation", "projection", "psychometrics", "fieldwork"},
}  # fmt: skip

MAX_LINES = 500

CIRCLES: frozenset[str] = frozenset()
"""Rooms in which modules may still import each other in a circle; a room that has come clean leaves the list."""


@functools.cache
def parse(path: Path) -> ast.Module:
    """The tree of a module, read once."""
    return ast.parse(path.read_text(encoding="utf-8"))


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)


def room(path: Path) -> str:
    """Name of the room, or of the module on the ground floor."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Dotted names a module imports, at any depth."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.fixture(autouse=True, scope="module")
def forgotten_trees() -> Iterator[None]:
    """Trees of all modules are half a gigabyte, which no other test needs."""
    yield
    parse.cache_clear()


def find_misplaced(path: Path) -> Iterator[str]:
    """Imports up the house, of libraries that are another room's, and modules that are too long."""
    own = room(path)
    if own == "__init__":
        return
    if own not in FLOORS:
        yield f"{own} is no room of the house"
        return
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "literacy" and rest and rest[0] != own and not FLOORS.get(rest[0], 99) < FLOORS[own]:
            yield f"{path}: floor {FLOORS[own]} imports {name}"
        if own not in OWNERS.get(top, {own}):
            yield f"{path}: {top} belongs to {OWNERS[top]}"
    lines = path.read_text(encoding="utf-8").count("\n")
    if lines > MAX_LINES:
        yield f"{path}: {lines} lines; a room is hiding in it"


def test_floors_owners_and_size() -> None:
    assert [fault for path in modules() for fault in find_misplaced(path)] == []


def test_what_is_misplaced_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "files" / "odd.py"
    path.parent.mkdir()
    path.write_text("import click\nfrom literacy.cli import main\n" + "\n" * MAX_LINES, encoding="utf-8")
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    assert len(list(find_misplaced(path))) == 3


def name_of(path: Path) -> str:
    """Dotted name of a module; of a room's ``__init__`` that of the room."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def runtime_imports(path: Path, known: frozenset[str]) -> set[str]:
    """Modules of the package a module imports when it runs, inside functions too; not those for type checkers alone."""
    tree = parse(path)
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{a.name}" for a in node.names} & known
            found |= inside or {node.module}
    return found & known


def find_circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Modules that import each other in a circle, one list a circle (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    circles: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(graph[name]):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            circle = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(circle) > 1 or name in graph[name]:
                circles.append(sorted(circle))

    for name in sorted(graph):
        if name not in index:
            visit(name)
    return circles


def import_graph() -> dict[str, set[str]]:
    """Module -> the modules it imports; a module of a room does not import the room's ``__init__`` by being in it."""
    paths = {name_of(p): p for p in modules()}
    known = frozenset(paths)
    return {name: runtime_imports(path, known) for name, path in paths.items()}


def test_no_import_circles() -> None:
    """Not even inside a room, or inside functions; the rooms of the list are still to come clean."""
    circles = find_circles(import_graph())
    rooms = {name.split(".")[1] if "." in name else name for circle in circles for name in circle}
    assert not [c for c in circles if not {n.split(".")[1] for n in c if "." in n} <= CIRCLES], circles
    assert rooms >= CIRCLES, f"clean by now, take them off the list: {sorted(CIRCLES - rooms)}"


def test_a_circle_is_found() -> None:
    assert find_circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert find_circles({"a": {"b"}, "b": set()}) == []


def test_files_know_nothing_of_questionnaires() -> None:
    """A format is added by somebody who has never seen a questionnaire."""
    for name, imported in import_graph().items():
        if name.startswith("literacy.files"):
            assert not [m for m in imported if m.split(".")[1] in ("instrument", "answers", "privacy")], name


def untyped_attributes(tree: ast.AST) -> Iterator[str]:
    """Public attributes of public classes whose type a type checker has to guess.

    Typed are attributes with an annotation, and those that are given a parameter as it is.
    """
    for made in ast.walk(tree):
        if not isinstance(made, ast.ClassDef) or made.name.startswith("_"):
            continue
        typed = {
            ast.unparse(n.target).removeprefix("self.")
            for n in ast.walk(made)
            if isinstance(n, ast.AnnAssign)
        }
        for node in (n for n in made.body if isinstance(n, ast.Assign)):
            plain = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str | int)
            names = {t.id for t in node.targets if isinstance(t, ast.Name)}
            if not plain:
                yield from (f"{made.name}.{n}" for n in sorted(names) if not n.startswith("_"))
        for function in (f for f in made.body if isinstance(f, ast.FunctionDef)):
            parameters = {a.arg for a in (*function.args.args, *function.args.kwonlyargs)}
            for node in (n for n in ast.walk(function) if isinstance(n, ast.Assign)):
                kept = isinstance(node.value, ast.Name) and node.value.id in parameters
                stored = [p for t in node.targets for p in ast.walk(t) if isinstance(p, ast.Attribute)]
                names = {p.attr for p in stored if ast.unparse(p.value) == "self"}
                if not kept:
                    yield from (f"{made.name}.{n}" for n in sorted(names - typed) if not n.startswith("_"))


def test_attributes_are_typed() -> None:
    """As ``make types`` (pyright) asks, which needs the network."""
    assert {str(p): found for p in modules() if (found := list(untyped_attributes(parse(p))))} == {}


def test_an_attribute_without_a_type_is_found() -> None:
    text = """
class A:
    r = 0.0
    s = "text"
    t: float = 0.0

    def __init__(self, x: int):
        self.x = x
        self.y: int = x + 1
        self.z, self._w = x, x
        self.v = x > 1
"""
    assert list(untyped_attributes(ast.parse(text))) == ["A.r", "A.z", "A.v"]


def find_careless(path: Path) -> Iterator[str]:
    """Prints, bare raises, and errors caught whatever they are."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield f"{path}:{node.lineno}: print"
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            if caught in ("", "Exception", "BaseException"):
                yield f"{path}:{node.lineno}: catches everything"
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = ast.unparse(node.exc.func)
            if name in ("Exception", "ValueError", "RuntimeError"):
                yield f"{path}:{node.lineno}: bare {name}"


def test_no_print_no_bare_raise_no_broad_except() -> None:
    assert [fault for path in modules() for fault in find_careless(path)] == []


def test_what_is_careless_is_found(tmp_path: Path) -> None:
    path = tmp_path / "odd.py"
    path.write_text("try:\n    print(1)\nexcept Exception:\n    raise ValueError('x')\n", encoding="utf-8")
    assert len(list(find_careless(path))) == 3


def test_the_shipped_survey_is_named_in_one_place() -> None:
    """Texts of the code, help and examples of docstrings aside."""
    found = []
    for path in modules():
        tree = parse(path)
        told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
        found += [
            f"{path.relative_to(PACKAGE)}:{n.lineno}"
            for n in ast.walk(tree)
            if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told
            and re.search("erenhot|二连浩特", n.value, re.IGNORECASE)
        ]  # fmt: skip
    assert [place.partition(":")[0] for place in found] == ["_resources.py"], found


def test_no_module_shares_a_name_with_a_public_function() -> None:
    names = set(literacy.__all__)
    stems = {p.stem for p in modules() if room(p) != "cli"}
    assert not names & stems


def test_nothing_at_the_top_of_a_module_is_dead() -> None:
    """What only tests use belongs to the tests; what a decorator registers is used by it."""
    texts = [p.read_text(encoding="utf-8") for p in [*modules(), PACKAGE / "__init__.pyi"]]
    seen = Counter(re.findall(r"\w+", "\n".join(texts)))
    dead = []
    for path in modules():
        for node in parse(path).body:
            named: list[str] = []
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
                named = [node.name]
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                named = [t.id for t in targets if isinstance(t, ast.Name)]
            dead += [f"{path.relative_to(PACKAGE)}: {n}" for n in named if seen[n] == 1 and n[:2] != "__"]
    assert not dead


def test_a_module_name_is_used_once() -> None:
    """A module and its kernel may share one; a command is named after what it does."""
    homes: dict[str, list[str]] = {}
    for path in modules():
        if path.stem != "__init__" and room(path) != "cli":
            homes.setdefault(path.stem, []).append(room(path))
    shared = {stem: rooms for stem, rooms in homes.items() if len(rooms) > 1}
    assert not {s: r for s, r in shared.items() if len(r) > 2 or (r[0] == "kernels") == (r[1] == "kernels")}
    assert "calibration" in shared  # weighting and its kernel: the rule has something to look at


def test_no_room_has_more_than_15_modules() -> None:
    """The command line apart, where every command has a file."""
    rooms: dict[Path, int] = {}
    for path in modules():
        if path.stem != "__init__" and room(path) != "cli":
            rooms[path.parent] = rooms.get(path.parent, 0) + 1
    full = {str(p.relative_to(PACKAGE)): n for p, n in rooms.items() if n > 15 and p != PACKAGE}
    assert not full


def test_every_public_name_loads_and_is_documented() -> None:
    for name in literacy.__all__:
        assert name == "__version__" or getattr(literacy, name).__doc__, name


@pytest.mark.parametrize("code", ["import literacy", "from literacy.cli import main"])
def test_import_is_light(code: str) -> None:
    heavy = "matplotlib statsmodels pyreadstat scipy pandas"
    script = f"{code}; import sys; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
