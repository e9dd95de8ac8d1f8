"""The board's figure: every line with its task, indicator and unit in full, on one A4 page, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import literacy
from tests.cli.conftest import Run, run  # noqa: F401
from tests.conftest import some

WAVES = tuple(str(literacy.sample_data(f"erenhot_{year}.sav")) for year in (2021, 2023, 2025))


@pytest.mark.parametrize("lang", some(["zh", "en"]))
def test_the_figure_names_every_indicator_and_unit(run: Run, tmp_path: Path, lang: str) -> None:  # noqa: F811
    from literacy.instrument import load_plan

    run("plan", "status", *WAVES, "--margins", "auto", "--lang", lang, "--figures", "out", "-o", "b.csv")
    text = (tmp_path / "out" / "figures" / f"scoreboard.{lang}.svg").read_text(encoding="utf-8")
    drawn = "".join(a or b for a, b in re.findall(r"<!--(.*?)-->|<text[^>]*>(.*?)</text>", text, re.S))
    drawn = re.sub(r"\s+", "", drawn)
    assert "…" not in drawn
    for _, owner in load_plan("erenhot").owners():
        lead = owner.indicators[0]
        for words in (lead.label.get(lang), *([] if hasattr(owner, "parts") else [owner.label.get(lang)])):
            assert re.sub(r"\s+", "", words).replace("’", "'") in drawn.replace("’", "'"), words
    assert "2021" in drawn  # the change since the start beside the last step
    height = re.search(r'height="([\d.]+)pt"', text)
    assert height is not None and float(height[1]) / 72 <= 11.7
