"""Domain of a test or model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from literacy.estimation.core.domains import Where, select_rows
from literacy.estimation.core.sample_columns import Bools
from literacy.sampling import Sample


def find_rows(sample: Sample, where: Where, block: bool = False) -> tuple[Bools, str]:
    """Return a mask (n,) of the rows of a domain, and its name; rows with weight 0 never belong to it.

    It is an error if there are none, except in a block.
    """
    chosen = select_rows(sample, where, block)
    live = sample.weight != 0
    if chosen is None:
        return live, ""
    if isinstance(where, str):
        name = where
    elif isinstance(where, Mapping):
        name = ", ".join(f"{c}={v}" for c, v in where.items())
    elif where is not None and len(where) and all(isinstance(x, str) for x in where):
        name = ", ".join(str(x) for x in where)
    else:
        name = "chosen rows"
    return np.asarray(chosen & live), name
