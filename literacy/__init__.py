"""Turn resident questionnaires into the indicators by which a city is assessed.

The public interface is listed in ``__init__.pyi``, next to this file. Each name is imported on first use, so that
``import literacy`` is fast and loads neither pandas nor matplotlib nor statsmodels.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

_LINE = re.compile(r"^from (\S+) import (\w+) as \2$", re.MULTILINE)


def __getattr__(name: str) -> Any:
    homes = _find_homes()
    if name == "__all__":
        return sorted(homes)
    if name not in homes:
        raise AttributeError(f"module 'literacy' has no attribute {name!r}")
    return getattr(importlib.import_module(homes[name]), name)


def __dir__() -> list[str]:
    return sorted(_find_homes())


def _find_homes() -> dict[str, str]:
    """Return the module that defines each public name."""
    if not _HOMES:
        listed = Path(__file__).with_name("__init__.pyi").read_text(encoding="utf-8")
        _HOMES.update({name: home for home, name in _LINE.findall(listed)})
    return _HOMES


_HOMES: dict[str, str] = {}
