"""Pairwise merging of partial results in an order that depends only on their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def merge_tree(values: Iterable[Any], add: Callable[[Any, Any], Any]) -> Any:
    """Merge values pairwise, neighbours first; the order depends only on their number, and few are held at once."""
    stack: list[tuple[int, Any]] = []
    for value in values:
        level = 0
        while stack and stack[-1][0] == level:
            value, level = add(stack.pop()[1], value), level + 1
        stack.append((level, value))
    while len(stack) > 1:
        (_, second), (level, first) = stack.pop(), stack.pop()
        stack.append((level, add(first, second)))
    return stack[0][1]
