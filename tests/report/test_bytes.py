"""The same tables give the same bytes, without a date; files appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.report import draw_report, plot
from literacy.report.figures.figure import write_bytes

TABLE = pd.DataFrame(
    {"group": ["", "youth"], "estimate": [0.1, 0.2], "ci_low": [0.08, 0.15], "ci_high": [0.12, 0.25]}
)
CODE = """
import hashlib, pandas as pd, literacy.report as r
t = pd.DataFrame({"group": ["", "youth"], "estimate": [0.1, 0.2], "ci_low": [0.08, 0.15], "ci_high": [0.12, 0.25]})
f = r.plot(t)
print([hashlib.sha256(f.render(form)).hexdigest() for form in ("svg", "png", "pdf")])
"""


def test_two_processes_give_the_same_bytes():
    here = [hashlib.sha256(plot(TABLE).render(form)).hexdigest() for form in ("svg", "png", "pdf")]
    other = os.environ | {"PYTHONHASHSEED": "7", "SOURCE_DATE_EPOCH": "12345", "TZ": "Asia/Shanghai"}
    out = subprocess.run(
        [sys.executable, "-c", CODE], env=other, capture_output=True, text=True, check=True
    ).stdout
    assert out.strip() == str(here)


def test_rendering_twice_and_in_any_order_gives_the_same_bytes():
    figure = plot(TABLE, lang="en")
    first = {form: figure.render(form) for form in ("svg", "png", "pdf")}
    assert {form: figure.render(form) for form in ("pdf", "svg", "png")} == first


def test_no_date_and_no_place_in_the_files():
    figure = plot(TABLE)
    for form in ("svg", "png", "pdf"):
        content = figure.render(form)
        assert not re.search(rb"CreationDate|ModDate|<dc:date>|Creation Time", content)
        assert os.fsencode(Path.cwd()) not in content


def test_svg_text_is_drawn_as_paths_and_described(tmp_path):
    (path,) = plot(TABLE).save(tmp_path / "share", ("svg",))
    root = ET.parse(path).getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f".//{space}text") is None and root.find(f".//{space}path") is not None
    assert root.get("role") == "img" and root.find(f"{space}title").text == "公民具备科学素质的比例"
    assert "置信区间" in root.find(f"{space}desc").text


def test_pdf_embeds_its_font(tmp_path):
    content = plot(TABLE).render("pdf")
    assert b"NotoSansSC-Regular" in content and b"/Type3" in content


def test_save_keeps_dots_in_names_and_makes_folders(tmp_path):
    files = plot(TABLE).save(tmp_path / "new" / "share.2025", ("png", "svg"))
    assert [f.name for f in files] == ["share.2025.png", "share.2025.svg"]
    assert sorted(f.name for f in (tmp_path / "new").iterdir()) == ["share.2025.png", "share.2025.svg"]


def test_an_unknown_format_writes_nothing(tmp_path):
    with pytest.raises(LiteracyError, match="did you mean 'svg'"):
        plot(TABLE).save(tmp_path / "share", ("png", "svgz"))
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file_and_no_part(tmp_path, monkeypatch):
    target = tmp_path / "share.png"
    target.write_bytes(b"old")

    def fail(self, other):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(LiteracyError, match="No space left"):
        write_bytes(target, b"new")
    assert target.read_bytes() == b"old" and list(tmp_path.iterdir()) == [target]


def test_the_whole_folder_is_drawn_and_listed(folder, tmp_path):
    gallery = draw_report(folder, tmp_path, lang="en", formats=("svg",), names=("weights", "prior"))
    table = gallery.to_frame()
    assert list(table["file"]) == ["weights.en.svg", "prior.en.svg"]
    for row in table.itertuples():
        content = (tmp_path / row.file).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (row.bytes, row.sha256)
    assert "weights.en.svg" in str(gallery)


def test_figures_without_a_table_are_named_as_skipped(tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    TABLE.to_csv(tables / "share_by_group.csv", index=False, encoding="utf-8-sig")
    gallery = draw_report(tables, tmp_path / "out", lang=("zh", "en"), formats=("png",))
    assert [p.name for p in sorted((tmp_path / "out").iterdir())] == [
        "share_by_group.en.png",
        "share_by_group.zh.png",
    ]
    assert "scoreboard" in gallery.skipped and "scoreboard" in str(gallery)


def test_one_broken_table_and_nothing_is_written(tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    TABLE.to_csv(tables / "share_by_group.csv", index=False)
    TABLE.assign(item="k01", estimate=12.3).to_csv(tables / "items.csv", index=False)
    with pytest.raises(LiteracyError, match=r"items.csv:estimate: 12.3 is not a share"):
        draw_report(tables, tmp_path / "out")
    assert not (tmp_path / "out").exists()
