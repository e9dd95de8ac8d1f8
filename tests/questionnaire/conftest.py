"""Surveys to export, the same without anything about scoring, and a synthetic wave as the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from literacy._resources import sample_data
from literacy.answers import Responses, read
from literacy.instrument import Instrument, list_surveys, load_instrument

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


def with_other_keys(instrument: Instrument, turn: int = 1) -> Instrument:
    """The same scored items with other right answers: what is the same for both does not show which are right."""
    items = []
    for item in instrument.items:
        codes = [o.code for o in item.answers]
        if item.type == "multiple" and item.key:
            key = tuple(c for c in codes if c not in item.key) or (codes[0],)
        elif item.key:
            key = (codes[(codes.index(item.key[0]) + turn) % len(codes)],)
        else:
            key = ()
        items.append(replace(item, key=key))
    return replace(instrument, items=tuple(items))
