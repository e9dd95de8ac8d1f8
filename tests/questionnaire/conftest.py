"""Surveys to export, the same without anything about scoring, and a synthetic wave as the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from literacy._resources import sample_data
from literacy.instrument import Instrument, list_surveys, load_instrument
from literacy.io import Responses, read

SURVEYS = list_surveys()


@pytest.fixture(scope="session")
def erenhot() -> Instrument:
    return load_instrument("erenhot")


@pytest.fixture(scope="session")
def truth(erenhot: Instrument) -> Responses:
    """Every ninth respondent of the synthetic wave of 2025."""
    whole = read(sample_data("erenhot_2025.sav"), erenhot)
    return whole.keep(np.arange(len(whole)) % 9 == 0, "every ninth kept")


def without_keys(instrument: Instrument) -> Instrument:
    """The same questions with no right answers: a form that is the same for both shows none."""
    items = tuple(replace(i, key=(), dimension="", benchmark=None) for i in instrument.items)
    return replace(instrument, items=items)
