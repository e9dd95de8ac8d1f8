"""Colours, markers and hatches that remain distinguishable in greyscale and to colour-blind readers.

The five series colours differ in lightness (CIE L* about 20, 35, 45, 61, 74) and are at least 17 apart in CIELAB
under simulated deuteranopia, protanopia and tritanopia (Machado et al. 2009). Each also has its own marker and
hatch, so that no figure relies on colour alone. ``tests/report/test_palette.py`` verifies these properties.
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1A1A1A"
MUTED = "#595959"
RULE = "#BFBFBF"
GRID = "#E3E3E3"
PAPER = "#FFFFFF"
GOAL = "#8A2F63"
FAN = ("#DCE6F2", "#B3C9E2", "#7FA5CF")  # 95, 80 and 50 %


@dataclass(frozen=True, slots=True)
class Mark:
    """Style of one series: fill, marker, hatch, and the colour of lines and edges (contrast of 3:1 against white)."""

    color: str
    marker: str
    hatch: str
    edge: str


MARKS = (
    Mark("#0B2F66", "o", "", "#0B2F66"),
    Mark("#B8470C", "^", "////", "#B8470C"),
    Mark("#2CA58D", "s", "....", "#2CA58D"),
    Mark("#E0AE2B", "D", "xxxx", "#8A6508"),
    Mark("#8A2F63", "v", "\\\\\\\\", "#8A2F63"),
)

LEVELS = {"city": 0, "nation": 1, "region": 2, "west": 3, "league": 4}
STATUS = {
    "on_course": Mark("#2CA58D", "o", "", "#2CA58D"),
    "behind": Mark("#B8470C", "v", "", "#B8470C"),
    "cannot_tell": Mark("#E0AE2B", "D", "", "#8A6508"),
    "no_data": Mark("#FFFFFF", "s", "", "#595959"),
}


def mark(position: int) -> Mark:
    """Return the mark of the series at a position; marks repeat from the sixth series on."""
    return MARKS[position % len(MARKS)]


def level_mark(level: str, levels: list[str]) -> Mark:
    """Return the mark of a level of a trend: known levels have fixed marks, others use the remaining ones."""
    if level in LEVELS:
        return MARKS[LEVELS[level]]
    left = [i for i in range(len(MARKS)) if i not in {LEVELS[v] for v in levels if v in LEVELS}] or [0]
    others = [v for v in levels if v not in LEVELS]
    return MARKS[left[others.index(level) % len(left)]]
