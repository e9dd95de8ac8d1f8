"""Turn resident questionnaires into the numbers a city is held to.

The names below are the public interface; each is loaded when it is first used, so that ``import literacy``
stays quick and loads neither matplotlib nor statsmodels.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from literacy.provenance import __version__

if TYPE_CHECKING:
    from literacy._resources import sample_data
    from literacy.errors import LiteracyError
    from literacy.io import Responses, read
    from literacy.scoring import Scored, score

_HOMES: dict[str, tuple[str, ...]] = {
    "literacy.errors": ("LiteracyError",),
    "literacy._resources": ("sample_data",),
    "literacy.io": ("Responses", "read"),
    "literacy.scoring": ("Scored", "score"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["LiteracyError", "Responses", "Scored", "__version__", "read", "sample_data", "score"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'literacy' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
