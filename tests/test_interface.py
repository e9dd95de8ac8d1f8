"""The public interface: one list, complete, typed, and with an example that runs for every name."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

import literacy
from literacy.cli.group import COMMANDS
from tests.conftest import ROOT

STUB = ROOT / "literacy" / "__init__.pyi"


def listed() -> dict[str, str]:
    """Public name -> its home, by Python's own parser."""
    found: dict[str, str] = {}
    for node in ast.parse(STUB.read_text(encoding="utf-8")).body[1:]:
        assert isinstance(node, ast.ImportFrom) and len(node.names) == 1, ast.unparse(node)
        (one,) = node.names
        assert one.asname == one.name, f"{one.name} is not exported to type checkers"
        assert one.name not in found, f"{one.name} is listed twice"
        found[one.name] = str(node.module)
    return found


def test_the_stub_and_the_package_agree() -> None:
    assert sorted(listed()) == literacy.__all__ == dir(literacy)
    for name, home in listed().items():
        assert getattr(literacy, name) is getattr(importlib.import_module(home), name), name


def test_a_name_that_is_not_listed_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'proportions'"):
        literacy.proportions  # noqa: B018


def test_names_are_homed_in_rooms_not_in_their_insides() -> None:
    """A name is public in its room too, so that room and package say the same."""
    inner = {n: h for n, h in listed().items() if h.count(".") > 1}
    assert inner == {"list_plan": "literacy.plan.listing"}


ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
TEXTS = (ast.JoinedStr, ast.Tuple, ast.List, ast.ListComp)
LAYOUT = ("help_texts", "output")  # words wrapped at the width of the terminal, bars and the time left
NUMBERS = ("numpy", "scipy", "statistics")
EXCUSED = {
    "project": ["len(files) + 1"],  # stages shown at the terminal
    "scenario": ["len(files) + 1"],
    "report": ["len(files) + 2"],
    "group": ["128 + number"],  # the code with which a shell reports a signal
}


def is_text(node: ast.AST) -> bool:
    """Whether an operator joins texts, sequences or paths."""
    return any(
        isinstance(n, TEXTS)
        or (isinstance(n, ast.Constant) and isinstance(n.value, str))
        or (isinstance(n, ast.Call) and ast.unparse(n.func) == "Path")
        for n in ast.walk(node)
    )


def calculations(source: str) -> list[str]:
    """Arithmetic in a module: operators on numbers, and libraries of numbers."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.BinOp | ast.AugAssign)
            and isinstance(node.op, ARITHMETIC)
            and not is_text(node)
        ):
            found.append(ast.unparse(node))
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            found += [n for n in names if n.split(".")[0] in NUMBERS]
        if isinstance(node, ast.Attribute) and node.attr in ("std", "cumsum", "groupby", "sum"):
            found.append(ast.unparse(node))
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "literacy" / "cli").glob("*.py")), ids=lambda p: p.stem)
def test_commands_do_no_arithmetic(path: Path) -> None:
    if path.stem not in LAYOUT:
        assert calculations(path.read_text(encoding="utf-8")) == EXCUSED.get(path.stem, [])


def test_arithmetic_is_found() -> None:
    assert calculations("x = value / 100") == ["value / 100"]
    assert set(calculations("x = a + b\ny *= 2\nfrom numpy import pi")) == {"numpy", "a + b", "y *= 2"}
    assert calculations("x = frame.sum()") == ["frame.sum"]
    assert calculations("x = 'a' + b + f'{c}'\ny = (1, *a) + (2,)\nz = Path(a) / b") == []


def test_every_command_has_its_function() -> None:
    """What each command does can be done from a notebook by these names."""
    names = {
        "demo": ("make_annual_report", "load_samples"),
        "sample": ("explain_size", "allocate", "select", "write_sheets"),
        "field": ("field_status", "close_field"), "check": ("check_quality", "exclude_flagged"),
        "score": ("score", "score_file"), "weight": ("load_sample", "rake", "calibrate", "trim"),
        "estimate": ("proportion", "mean", "total", "ratio", "quantile", "population_variance", "suppress"),
        "form": (), "tabulate": ("tabulate",), "margins": ("write_margins_form", "load_margins"),
        "compare": ("compare", "decompose"),
        "model": ("regress", "marginal_means", "marginal_effects"), "items": ("item_analysis", "reliability"),
        "dif": ("dif",), "irt": ("fit_irt", "item_fit", "person_scores", "read_table_of_items"),
        "link": ("link_items",), "project": ("project", "share_trend", "read_trend", "set_goal"),
        "scenario": ("group_trends", "project_groups", "find_contributions", "what_if", "least_effort"),
        "backtest": ("backtest", "list_series"),
        "plan": ("load_plan", "list_plan", "make_template", "read_returns", "scoreboard", "make_scoreboard"),
        "notebooks": ("write_notebooks",),
        "report": ("make_report", "make_annual_report", "draw_report", "plot"),
        "survey": (
            "new_survey", "list_surveys", "check_survey", "match_file", "export_questionnaire", "convert_survey",
        ),
    }  # fmt: skip
    assert sorted(names) == sorted(COMMANDS)
    for command, needed in names.items():
        assert set(needed) <= set(literacy.__all__), command


def test_the_stub_is_read_line_by_line() -> None:
    """The pattern by which the package reads its stub misses no line."""
    lines = [line for line in STUB.read_text(encoding="utf-8").splitlines() if line.startswith("from ")]
    assert all(re.fullmatch(literacy._LINE.pattern.strip("^$"), line) for line in lines)
    assert len(lines) == len(literacy.__all__)
