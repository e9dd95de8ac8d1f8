"""Serialisation to TOML, deterministic: equal data give equal text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def format_value(value: Any) -> str:
    """Format one value on one line: texts quoted, lists and tables inline."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return "inf" if value == float("inf") else repr(value)
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{_key(k)} = {format_value(v)}" for k, v in value.items()) + " }"
            if value
            else "{}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(format_value(v) for v in value) + "]"
    return str(value)


def quote(text: str) -> str:
    """Format a text as a basic TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else quote(key)


def format_toml(data: Mapping[str, Any]) -> str:
    """Format a document: plain keys first, then tables, then arrays of tables, each in insertion order."""
    plain = [
        f"{_key(k)} = {format_value(v)}" for k, v in data.items() if not _is_table(v) and not _is_array(v)
    ]
    parts = ["\n".join(plain)] if plain else []
    for key, value in data.items():
        if _is_table(value):
            parts.append(
                "\n".join([f"[{_key(key)}]", *(f"{_key(k)} = {format_value(v)}" for k, v in value.items())])
            )
        elif _is_array(value):
            for one in value:
                lines = [f"{_key(k)} = {format_value(v)}" for k, v in one.items()]
                parts.append("\n".join([f"[[{_key(key)}]]", *lines]))
    return "\n\n".join(parts) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_array(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)
