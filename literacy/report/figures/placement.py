"""Placement of labels next to points without overlap, by a greedy search over eight directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 in inches
_SIDES = ((1, 0), (0, 1), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))
_REACH = (0.09, 0.16, 0.26)


@dataclass(frozen=True, slots=True)
class Tag:
    """A label to be placed: its anchor point and its size, in inches."""

    x: float
    y: float
    wide: float
    tall: float


def overlap(a: Box, b: Box) -> float:
    """Return the area of the intersection of two boxes."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _box(tag: Tag, side: tuple[int, int], reach: float) -> Box:
    x = tag.x + side[0] * (reach + tag.wide / 2)
    y = tag.y + side[1] * (reach + tag.tall / 2) * (0.75 if side[0] else 1.0)
    return x - tag.wide / 2, y - tag.tall / 2, x + tag.wide / 2, y + tag.tall / 2


def place(tags: Sequence[Tag], points: Sequence[tuple[float, float]], room: Box) -> list[Box]:
    """Choose a box for every tag, in order; earlier tags take precedence.

    Parameters
    ----------
    tags : sequence of Tag
        Labels to place.
    points : sequence of (x, y)
        Positions of marks, and points sampled along lines, that should not be covered.
    room : Box
        Region within which labels are placed.

    Returns
    -------
    list of Box
        One box per tag. Boxes do not overlap one another unless every candidate position is taken.
    """
    placed: list[Box] = []
    for tag in tags:
        best, cost = _box(tag, _SIDES[0], _REACH[0]), float("inf")
        for rank, (reach, side) in enumerate((r, s) for r in _REACH for s in _SIDES):
            box = _box(tag, side, reach)
            grown = (box[0] - 0.03, box[1] - 0.02, box[2] + 0.03, box[3] + 0.02)
            area = tag.wide * tag.tall
            out = area - overlap(box, room)
            hit = sum(overlap(grown, other) for other in placed)
            covered = sum(1 for x, y in points if grown[0] < x < grown[2] and grown[1] < y < grown[3])
            price = 1000 * (out + hit) / area + covered + 0.02 * rank
            if price < cost - 1e-12:
                best, cost = box, price
        placed.append(best)
    return placed
