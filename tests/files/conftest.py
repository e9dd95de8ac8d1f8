"""A small part of a sample wave, as the truth every export must give back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from literacy._resources import sample_data
from literacy.answers import Responses, read
from literacy.instrument import Instrument, load_instrument


@pytest.fixture(scope="session")
def erenhot() -> Instrument:
    return load_instrument("erenhot")


@pytest.fixture(scope="session")
def truth(erenhot: Instrument) -> Responses:
    """Every ninth respondent of the synthetic wave of 2025."""
    whole = read(sample_data("erenhot_2025.sav"), erenhot)
    return whole.keep(np.arange(len(whole)) % 9 == 0, "every ninth kept")


def same_table(one: pd.DataFrame, other: pd.DataFrame, columns: list[str]) -> list[str]:
    """Columns that differ between two tables (values as numbers where they are numbers)."""
    differing = []
    for name in columns:
        if name not in other.columns:
            differing.append(f"{name} is absent")
            continue
        a, b = one[name], other[name]
        if list(a.isna()) != list(b.isna()):
            differing.append(f"{name} misses other cells")
            continue
        left, right = a[a.notna()].tolist(), b[b.notna()].tolist()
        exact = not name.endswith("weight")
        if any(
            (x != y) if exact or isinstance(x, str) else abs(x - y) > 1e-12 * abs(x)
            for x, y in zip(left, right, strict=True)
        ):
            differing.append(name)
    return differing
