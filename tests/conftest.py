"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from literacy.messages import speak

# the same examples every time, so that a change passes or fails for what it is; `make explore` draws new ones
# none of them fails because the machine is busy with something else
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("repeatable", derandomize=True, **CALM)
settings.register_profile("explore", derandomize=False, max_examples=500, **CALM)
settings.load_profile("repeatable")

ROOT = Path(__file__).resolve().parent.parent


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
def shared() -> Path:
    """The folder of shared facts and references; tests that need it skip where it is absent."""
    path = ROOT.parent / "shared"
    if not (path / "DESIGN.md").is_file():
        pytest.skip("../shared is not here")
    return path
