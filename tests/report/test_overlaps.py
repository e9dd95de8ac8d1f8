"""The detector of collisions finds them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from matplotlib.figure import Figure

_spec = importlib.util.spec_from_file_location("overlaps", Path(__file__).with_name("overlaps.py"))
overlaps = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(overlaps)


def test_collisions_and_escapes_are_found():
    canvas = Figure(figsize=(4, 2))
    canvas.text(0.5, 0.5, "one")
    canvas.text(0.52, 0.5, "two")
    canvas.text(0.98, 0.9, "leaves the page")
    axes = canvas.add_axes((0.2, 0.3, 0.3, 0.05))
    axes.set_xticks([0, 0.01], labels=["left", "right"])
    axes.set_yticks([])
    assert set(overlaps.faults(canvas)) == {("one", "two"), ("leaves the page",), ("left", "right")}


def test_text_apart_is_fine():
    canvas = Figure(figsize=(4, 2))
    canvas.text(0.1, 0.2, "one")
    canvas.text(0.1, 0.8, "two")
    assert overlaps.faults(canvas) == []
