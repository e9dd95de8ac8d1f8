"""Every example of a docstring runs; every public function has one, and says what it takes and gives."""

from __future__ import annotations

import doctest
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import literacy
from tests.conftest import ROOT

PACKAGE = ROOT / "literacy"
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
FUNCTIONS = [n for n in literacy.__all__ if inspect.isfunction(getattr(literacy, n))]
MODULES = [
    ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for p in sorted(PACKAGE.rglob("*.py"))
    if "_data" not in p.parts and ">>> " in p.read_text(encoding="utf-8")
]


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What examples may use without saying where it is from: waves of the synthetic sample, and projections."""
    responses = literacy.read(literacy.sample_data("erenhot_2023.sav"), "erenhot")
    earlier = literacy.rake(
        literacy.Sample(literacy.score(responses)), literacy.load_margins("erenhot", 2023)
    )
    sample = literacy.load_sample(literacy.sample_data("erenhot_2025.sav"), "erenhot", margins="auto")
    goal = literacy.set_goal(2030, 0.2)
    known = {
        "responses": responses,
        "earlier": earlier,
        "sample": sample,
        "outlook": literacy.project(literacy.series_trend("national"), goal),
        "groups": literacy.project_groups(literacy.group_trends({2023: earlier, 2025: sample}), goal),
    }
    return {"lit": literacy, "np": np, "pd": pd, **known}


@pytest.mark.parametrize("module", MODULES)
def test_examples_run(
    module: str, names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LITERACY_LANG", "en")
    found = importlib.import_module(module)
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    told: list[str] = []
    for test in doctest.DocTestFinder(exclude_empty=True).find(found, extraglobs=names):
        runner.run(test, out=told.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)
    assert runner.tries, f"{module}: an example that doctest does not find"


def examples(name: str) -> Iterator[doctest.Example]:
    """Examples of a public function that run."""
    text = inspect.getdoc(getattr(literacy, name)) or ""
    yield from (e for e in doctest.DocTestParser().get_examples(text) if not e.options.get(doctest.SKIP))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_an_example(name: str) -> None:
    assert list(examples(name)), f"{name} has no example that runs"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_is_described(name: str) -> None:
    function = getattr(literacy, name)
    text = inspect.getdoc(function) or ""
    given = list(inspect.signature(function).parameters)
    head = text.partition("Returns\n")[0]
    assert [p for p in given if p not in head.replace("*", "")] == []
    assert not given or "Parameters\n---" in text
    assert "Returns\n---" in text or "Yields\n---" in text, f"{name} does not say what it gives"
