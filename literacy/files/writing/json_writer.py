"""Encoding of tables as JSON: a list of records."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import numpy as np
import pandas as pd

_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")


def encode_json(frame: pd.DataFrame) -> bytes:
    """Encode a frame as a JSON list of records with full precision; terminal control characters are escaped."""
    names = [str(c) for c in frame.columns]
    records = [
        {n: _plain(v) for n, v in zip(names, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]
    text = json.dumps(records, ensure_ascii=False, indent=1)
    return _UNSEEN.sub(lambda m: f"\\u{ord(m[0]):04x}", text).encode("utf-8") + b"\n"


def _plain(value: Any) -> Any:
    """Convert a cell to a JSON value; missing and infinite values become null, numpy scalars Python scalars."""
    if isinstance(value, np.generic):
        value = value.item()
    if (
        value is None
        or value is pd.NaT
        or value is pd.NA
        or (isinstance(value, float) and not math.isfinite(value))
    ):
        return None
    return value if isinstance(value, (bool, int, float, str)) else str(value)
