"""Libraries that only some formats need."""

from __future__ import annotations

import importlib.util

from literacy.errors import LiteracyError


def require(module: str, what: str) -> None:
    """Refuse with the way to install it, where an optional library is absent."""
    if importlib.util.find_spec(module) is None:
        raise LiteracyError(
            "io.format",
            where=what,
            what=f"needs the library {module}, which is not installed",
            fix="pip install 'literacy[formats]'",
        )
