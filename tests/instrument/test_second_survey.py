"""The second survey, of an invented city: made, found by its items; the first is named nowhere."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

import literacy as lit
from tests.conftest import ROOT

SAMPLE = ROOT / "data" / "sample" / "yunwan"


def test_it_is_what_its_generator_makes(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("yunwan", SAMPLE / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.make_survey(SAMPLE, tmp_path / "yunwan")
    kept = ROOT / "surveys" / "yunwan"
    names = sorted(p.relative_to(kept) for p in kept.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(tmp_path / "yunwan") for p in (tmp_path / "yunwan").rglob("*.*"))
    for name in names:
        assert (tmp_path / "yunwan" / name).read_bytes() == (kept / name).read_bytes(), name


def test_it_says_that_it_is_invented() -> None:
    instrument = lit.load_instrument("yunwan")
    assert "虚构" in instrument.label.zh and any("SYNTHETIC" in s for s in instrument.sources)
    assert lit.check_survey("yunwan") == []


def test_each_file_finds_its_own_survey() -> None:
    assert lit.find_survey(lit.read_table(lit.sample_data("yunwan/export.xlsx")).columns) == "yunwan"
    assert lit.find_survey(lit.read_table(lit.sample_data("erenhot_2023.sav")).columns) == "erenhot"
    scored = lit.score(lit.read(lit.sample_data("yunwan/export.xlsx"), "yunwan"))
    assert len(scored.instrument.scored_items) == 24 and scored.wave.year == 2026


def texts(path: Path) -> Iterator[str]:
    """What a module says or calls something, docstrings aside."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield node.value
        elif isinstance(node, ast.Name | ast.Attribute):
            yield node.id if isinstance(node, ast.Name) else node.attr


def test_nothing_knows_the_first_city_by_name() -> None:
    """But the one line that says which survey has sample data and a plan."""
    known = [
        f"{path.relative_to(ROOT)}: {text[:60]}"
        for path in sorted((ROOT / "literacy").rglob("*.py"))
        if "_data" not in path.parts
        for text in texts(path)
        if "erenhot" in text.lower() or "二连" in text
    ]
    assert known == ["literacy/_resources.py: erenhot"]


@pytest.mark.parametrize("source", ['x = "erenhot"', "erenhot = 1", 'f(f"{a}: 二连浩特")'])
def test_the_search_would_find_it(source: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(source, encoding="utf-8")
    assert any("erenhot" in t or "二连" in t for t in texts(tmp_path / "m.py"))
