"""Every example of a docstring runs; every public function has one, and says what it takes and gives."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import literacy
from literacy._display import Printable
from literacy._readable import ENGLISH
from literacy.messages import speak
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


RESULTS: dict[str, Callable[[Any], Any]] = {
    "share": lambda n: literacy.proportion(n["sample"], "literate", by="residence"),
    "mean": lambda n: literacy.mean(n["sample"], "total", by="sex"),
    "quantile": lambda n: literacy.quantile(n["sample"], "total"),
    "points": lambda n: literacy.proportion(n["sample"], "literate", by="sex").contrast("2", "1"),
    "change": lambda n: literacy.compare(
        literacy.proportion(n["earlier"], "literate"), literacy.proportion(n["sample"], "literate")
    ),
    "crosstab": lambda n: literacy.crosstab(n["sample"], "sex", "residence"),
    "test": lambda n: literacy.test_independence(n["sample"], "sex", "literate"),
    "model": lambda n: literacy.regress(n["sample"], "literate ~ sex"),
    "answers": lambda n: literacy.tabulate(n["sample"], "sex", by="residence"),
    "numbers": lambda n: literacy.tabulate(n["sample"], "age"),
    "weighting": lambda n: n["sample"].weighting,
    "sample": lambda n: n["sample"],
    "trend": lambda n: literacy.series_trend("national"),
    "projection": lambda n: n["outlook"],
    "groups": lambda n: n["groups"],
}
PERCENT = {"share", "crosstab", "answers", "trend", "projection", "groups", "change"}
LABELLED = {"share": "城区", "mean": "女", "crosstab": "城区", "answers": "城区"}


@pytest.mark.parametrize("what", RESULTS)
def test_results_speak_their_readers_language(what: str, names: dict[str, Any], tmp_path: Path) -> None:
    with speak("zh"):
        result = RESULTS[what](names)
        page = result._repr_html_()
        heads = set(re.findall(r"<th[^>]*>([^<]*)</th>", page))
        assert result.to_excel(tmp_path / "table.xlsx") is not None
    assert not heads & (set(ENGLISH) - {"df", "n"}), heads
    assert ("%" in page.partition("<ul>")[0]) == (what in PERCENT)
    assert LABELLED.get(what, "") in page
    assert len(result.to_frame()) and (tmp_path / "table.xlsx").stat().st_size


def test_every_result_can_be_shown_kept_and_drawn() -> None:
    results = [getattr(literacy, n) for n in literacy.__all__]
    results = [r for r in results if inspect.isclass(r) and issubclass(r, Printable)]
    assert len(results) > 30
    for one in results:
        assert one.to_frame is not Printable.to_frame, one
        assert callable(one.to_excel) and callable(one.plot) and callable(one._repr_html_)


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


def test_the_whole_year_takes_at_most_25_lines() -> None:
    """The notebook that makes all tables, figures, the projection and the scoreboard; CI runs it."""
    text = (ROOT / "notebooks" / "8_the_whole_year.py").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) <= 25
    for made in ("lit.make_annual_report", "lit.make_scoreboard", "lit.project(", ".plot()"):
        assert made in text
