"""Tables for readers: percents, heads in two languages, labels, escaping."""

from __future__ import annotations

import pandas as pd
import pytest

from literacy.errors import LiteracyError
from literacy.report import write_table

TABLE = pd.DataFrame(
    {"group": ["", "youth"], "estimate": [0.1234, 0.2], "se": [0.0111, 0.02],
     "ci_low": [0.1, None], "ci_high": [0.15, None], "df": [24.0, 24.0], "n": [1420, 320], "reliable": [True, False]}
)  # fmt: skip
LABELS = pd.DataFrame({"kind": ["group"], "name": ["youth"], "zh": ["青少年"], "en": ["Young people"]})


def test_chinese_csv_opens_in_excel(tmp_path):
    path = write_table(TABLE, tmp_path / "t.csv", "zh", unit="share", labels=LABELS)
    assert path.read_bytes()[:3] == b"\xef\xbb\xbf"
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0] == "群体,估计值,标准误（百分点）,置信区间下限,置信区间上限,自由度,样本量,是否可靠"
    assert lines[1:] == ["全体,12.3%,1.11,10.0%,15.0%,24.00,1420,是", "青少年,20.0%,2.00,–,–,24.00,320,否"]


def test_means_stay_numbers(tmp_path):
    path = write_table(TABLE.assign(estimate=[51.8, 58.2]), tmp_path / "t.csv", "en")
    assert path.read_text("utf-8-sig").splitlines()[1] == "All,51.80,0.0111,0.1000,0.1500,24.00,1420,yes"


def test_html_is_escaped_and_says_its_language(tmp_path):
    table = pd.DataFrame({"group": ["<b>a&b</b>"], "estimate": [0.5]})
    text = write_table(
        table, tmp_path / "t.html", "en", unit="share", title="A < B", notes=["x & y"]
    ).read_text("utf-8")
    assert (
        '<html lang="en">' in text
        and "&lt;b&gt;a&amp;b&lt;/b&gt;" in text
        and '<td class="n">50.0%</td>' in text
    )
    assert "<caption>A &lt; B</caption>" in text and "<p>x &amp; y</p>" in text and "<b>" not in text


def test_shares_by_name_are_percents_without_being_told(tmp_path):
    table = pd.DataFrame(
        {"year": [2025], "median": [0.12], "low_95": [0.1], "high_95": [0.14], "p_reached": [0.5]}
    )
    lines = write_table(table, tmp_path / "t.csv", "zh").read_text("utf-8-sig").splitlines()
    assert lines[1] == "2025,12.0%,10.0%,14.0%,50.0%"


def test_what_cannot_be_written(tmp_path):
    with pytest.raises(LiteracyError, match="give a name that ends in"):
        write_table(TABLE, tmp_path / "t.xlsx")
    with pytest.raises(LiteracyError, match="it is not a table"):
        write_table([1, 2], tmp_path / "t.csv")
    with pytest.raises(LiteracyError, match="unit"):
        write_table(TABLE, tmp_path / "t.csv", unit="percent")
    assert list(tmp_path.iterdir()) == []
