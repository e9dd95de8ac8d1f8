"""What all tests share."""

from __future__ import annotations

import copy
import gc
import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

# one thread each, here and in every process the tests start: threads on small matrices wait for each other
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
# a shell that starts the tests in the background, or nohup, ignores these, and so would every child of theirs
for name, usual in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every process they start compiles the package again

import pytest
from hypothesis import HealthCheck, settings

from literacy.messages import speak

# the same examples every time, so that a change passes or fails for what it is; `make explore` draws new ones
# none of them fails because the machine is busy with something else
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("repeatable", derandomize=True, **CALM)
settings.register_profile("explore", derandomize=False, max_examples=500, **CALM)
settings.load_profile("repeatable")

START = time.monotonic()
ROOT = Path(__file__).resolve().parent.parent


def some(values: Iterable[Any], every: int = 3) -> list[Any]:
    """Instances of one kind: one in a few for each run of the tests, the others for `make searches`."""
    return [
        v
        if i % every == 0
        else pytest.param(*(v if isinstance(v, tuple) else (v,)), marks=pytest.mark.search)
        for i, v in enumerate(values)
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the tests may take: those that would begin later are skipped, and counted as such."""
    parser.addoption(
        "--budget", type=float, default=0.0, metavar="SECONDS", help="begin no test after so many seconds"
    )


def pytest_collection_finish() -> None:
    """Set aside what imports and collection made, so that no later collection of garbage looks through it."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep to the budget."""
    budget = item.config.getoption("--budget")
    if budget and time.monotonic() - START > budget:
        pytest.skip(f"the budget of {budget:g} s is spent")


@pytest.fixture(autouse=True, scope="session")
def english() -> Iterator[None]:
    """Messages in English, whatever the machine speaks."""
    with speak("en"):
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def r_survey() -> Path:
    """Results of R survey 4.4-2 on its own example data, see the README there."""
    return ROOT / "tests" / "reference" / "r_survey"


@pytest.fixture(scope="session")
def gss() -> Path:
    """The science module of the General Social Survey 2016, see the README there."""
    return ROOT / "tests" / "reference" / "gss" / "gss_science_2016.sav"


@pytest.fixture(scope="session")
def dictionaries() -> dict[tuple[str, str, str | None], dict[str, Any]]:
    """Dictionaries of SPSS files the tests have met, by content."""
    return {}


@pytest.fixture(autouse=True)
def _one_dictionary_a_file(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, dictionaries: dict[Any, dict[str, Any]]
) -> Iterator[None]:
    """Ask the reading child once for the dictionary of the same bytes: its start is most of a command's time.

    Not in the rooms of the tests that are about files.
    """
    if {"files", "fuzzing", "answers"} & set(request.path.relative_to(ROOT).parts):
        yield
        return
    import literacy.files.statistics.spss as spss

    ask: Callable[..., dict[str, Any]] = spss.describe_file

    def remember(path: Path, kind: str, encoding: str | None, *more: Any) -> dict[str, Any]:
        key = (hashlib.sha256(Path(path).read_bytes()).hexdigest(), kind, encoding)
        if key not in dictionaries:
            dictionaries[key] = ask(path, kind, encoding, *more)
        return copy.deepcopy(dictionaries[key])

    monkeypatch.setattr(spss, "describe_file", remember)
    yield
