"""The typeface: Chinese forms, regular weight, open licence, no side effects; wrapping."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest

from literacy.errors import LiteracyError
from literacy.report.figures.typeface import clean, font_path, width, wrap


def test_the_font_is_noto_sans_sc_regular():
    from matplotlib.font_manager import get_font

    font = get_font(font_path())
    assert (font.family_name, font.style_name) == ("Noto Sans SC", "Regular")


def test_the_font_has_every_character_of_gb2312_and_what_we_print():
    from matplotlib.font_manager import get_font

    have = get_font(font_path()).get_charmap()
    rows = [bytes([a, b]) for a in range(0xB0, 0xF8) for b in range(0xA1, 0xFF)]
    common = "".join(r.decode("gb2312", "ignore") for r in rows)
    assert len(common) == 6763
    assert [c for c in common + "−–—…·≥≤><%（）“”" if ord(c) not in have] == []


def test_glyphs_are_the_chinese_forms():
    """In the upper box of 骨 the small hook stands left in China, right in Japan."""
    from matplotlib.ft2font import FT2Font

    font = FT2Font(font_path())
    font.set_size(200, 72)
    font.set_text("骨")
    font.draw_glyphs_to_bitmap()
    ink = np.asarray(font.get_image()) > 128
    rows, columns = np.where(ink)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    tall, wide = ink.shape
    band = ink[int(0.14 * tall) : int(0.22 * tall)]
    left, right = (band[:, int(a * wide) : int(b * wide)].mean() for a, b in ((0.28, 0.46), (0.54, 0.72)))
    assert left > 0.6 and right < 0.3


def test_the_licence_is_open_and_the_package_needs_nothing():
    package = distribution("pylopdf-fonts-zh-cn")
    licence = next(f for f in package.files or [] if f.name == "LICENSE")
    assert "SIL OPEN FONT LICENSE Version 1.1" in Path(str(package.locate_file(licence))).read_text("utf-8")
    assert not package.requires


def test_drawing_leaves_matplotlib_as_it_was():
    code = """
import sys
import literacy.report
assert "matplotlib" not in sys.modules
import matplotlib
from matplotlib import font_manager
matplotlib.rcParams["font.size"] = 23
matplotlib.rcParams["axes.grid"] = True
keys = [k for k in matplotlib.rcParams if k != "backend"]  # asking for the backend would load pyplot
before = [str(matplotlib.rcParams[k]) for k in keys]
fonts = len(font_manager.fontManager.ttflist)
import pandas as pd
figure = literacy.report.plot(pd.DataFrame({"group": ["", "a"], "estimate": [0.1, 0.2]}))
for form in ("svg", "png", "pdf"):
    figure.render(form)
assert [str(matplotlib.rcParams[k]) for k in keys] == before
assert len(font_manager.fontManager.ttflist) == fonts
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_a_character_without_a_glyph_is_refused():
    with pytest.raises(LiteracyError, match=r"U\+182E"):
        clean("蒙古语 ᠮᠣᠩ")


def test_curly_quotes_stay_chinese_only_in_chinese_text():
    assert clean("“科学”") == "“科学”"
    assert clean("the plant’s “colour”") == 'the plant\'s "colour"'


@pytest.mark.parametrize(
    "text",
    [
        "下列关于抗生素的说法中，哪一项是正确的？请从四个选项中选出最符合科学事实的一项（单选）。",
        "Which of these statements about antibiotics is right? Choose one.",
        "混排：CAST 100-point standard（70分）与 2016 Benchmark 不可比较",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    ],
)
@pytest.mark.parametrize("room", [0.8, 1.5, 4.0])
def test_wrapping_keeps_to_the_room_and_loses_nothing(text, room):
    lines = wrap(text, room, 8.5)
    assert max(width(line, 8.5) for line in lines) <= room + 1e-9
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert not any(line[0] in "，。？）、；" for line in lines)
    assert not any(line.endswith("（") for line in lines)


def test_a_cut_text_ends_in_an_ellipsis_and_fits():
    lines = wrap("科学" * 60, 1.5, 8.5, lines=2)
    assert len(lines) == 2 and lines[1].endswith("…")
    assert width(lines[1], 8.5) <= 1.5


def test_empty_text_is_one_empty_line():
    assert wrap("", 1.0, 8.0) == [""] and width("", 8.0) == 0.0
