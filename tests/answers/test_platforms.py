"""Shapes of Kobo/ODK and LimeSurvey exports: each reads to one table, or is refused in one clear sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy.answers import Responses, read
from literacy.errors import LiteracyError
from tests.answers.test_wenjuanxing import differing, write
from tests.conftest import some
from tests.files.exports import DESIGN, asked_items, kobo, lime

Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def wave(truth: Responses) -> Responses:
    return truth.keep(np.arange(len(truth)) % 10 == 0, "every tenth kept")


def multiples(wave: Responses) -> list[str]:
    return [i.name for i in asked_items(wave) if i.type == "multiple"]


def is_split(column: str, wave: Responses) -> bool:
    return any(f"/{name}/" in column for name in multiples(wave))


def cell_map(act: Callable[[object], object], wave: Responses) -> Change:
    """Change the cells of split columns."""
    return lambda frame: frame.assign(**{c: frame[c].map(act) for c in frame.columns if is_split(c, wave)})


KOBO: dict[str, Callable[[Responses], Change]] = {
    "split only": lambda w: lambda f: f.drop(columns=[c for c in f if c.split("/")[-1] in multiples(w)]),
    "whole only": lambda w: lambda f: f.drop(columns=[c for c in f if is_split(c, w)]),
    "True and False": lambda w: _both(w, lambda c: {1: "True", 0: "False"}.get(c, c)),  # type: ignore[call-overload]
    "one and blank": lambda w: _both(w, lambda c: "" if c == 0 else c),
    "group by dash": lambda w: lambda f: f.rename(columns=lambda c: c.replace("/", "-", 1)),
    "group by point": lambda w: lambda f: f.rename(columns=lambda c: c.replace("/", ".", 1)),
    "no group": lambda w: lambda f: f.rename(columns=lambda c: c.split("/", 1)[-1]),
    "two groups": lambda w: lambda f: f.rename(columns=lambda c: f"all/{c}" if "/" in c else c),
    "repeat and position": lambda w: (
        lambda f: f.assign(
            _index=range(1, len(f) + 1), _parent_index=1, _geolocation="[43.65, 111.97]", _gps_latitude=43.65
        )
    ),
    "text of the other": lambda w: (
        lambda f: f.assign(**{"channels/channel_sources_other": ["邻居 13800000001"] + [""] * (len(f) - 1)})
    ),
}


def _both(wave: Responses, act: Callable[[object], object]) -> Change:
    return lambda frame: KOBO["split only"](wave)(cell_map(act, wave)(frame))


@pytest.mark.parametrize("name", some(sorted(KOBO)))
def test_kobo(name: str, wave: Responses, tmp_path: Path) -> None:
    frame = KOBO[name](wave)(kobo(wave, words=False))
    got = read(write(frame, tmp_path / "k.csv"), wave.instrument)
    assert differing(wave, got) == []
    assert "111.97" not in got.frame.to_csv() and "read as an export of Kobo or ODK" in got.history


@pytest.mark.parametrize("path", ["", "基本情况/", "a/b/"])
def test_kobo_labels(path: str, wave: Responses, tmp_path: Path) -> None:
    texts = {i.label.zh for i in asked_items(wave)}
    frame = kobo(wave, words=True).rename(columns=lambda c: f"{path}{c}" if c.split("/")[0] in texts else c)
    assert differing(wave, read(write(frame, tmp_path / "k.csv"), wave.instrument)) == []


def test_two_versions_of_a_form(wave: Responses, tmp_path: Path) -> None:
    frame = kobo(wave, words=False)
    first = np.arange(len(frame)) % 3 == 0
    for at, column in enumerate(["background/sex", "test/k01"]):
        one = frame[column].astype(str)
        frame[column] = one.where(first, "")
        frame.insert(len(frame.columns) - at, column, one.where(~first, ""), allow_duplicates=True)
    got = read(write(frame, tmp_path / "k.csv"), wave.instrument)
    assert differing(wave, got) == [] and any("same name" in n for n in got.history)


def test_two_versions_that_differ_are_refused(wave: Responses, tmp_path: Path) -> None:
    frame = kobo(wave, words=False)
    frame.insert(5, "test/k01", frame["test/k01"].to_numpy()[::-1], allow_duplicates=True)
    with pytest.raises(LiteracyError, match="k01"):
        read(write(frame, tmp_path / "k.csv"), wave.instrument)


def _quoted(column: str) -> str:
    if column.isascii() or "[" in column:
        return column
    return f'<p>"{column[:3]}"{column[3:]}</p>'


def _prefixed(frame: pd.DataFrame, wave: Responses) -> pd.DataFrame:
    """Answer codes as LimeSurvey suggests them: A1, A2 … are what the office calls 1, 2 …"""
    names = [i.name for i in asked_items(wave) if i.type in ("true_false", "single")]
    return frame.assign(**{n: frame[n].map(lambda c: f"A{c}" if c != "" else "") for n in names})


def _subquestions(frame: pd.DataFrame, wave: Responses) -> pd.DataFrame:
    """Options as SQ001, SQ002 …, in the order of the form."""
    names = {}
    for item in asked_items(wave):
        shown = [o for o in item.options if o.missing not in ("skipped", "not_asked", "not_applicable")]
        names |= {f"{item.name}[{o.code}]": f"{item.name}[SQ{k:03d}]" for k, o in enumerate(shown, start=1)}
    return frame.rename(columns=names)


LIME: dict[str, Callable[[Responses], pd.DataFrame]] = {
    "subquestions": lambda w: _subquestions(lime(w, words=False, headings="code"), w),
    "letters before codes": lambda w: _prefixed(lime(w, words=False, headings="code"), w),
    "tags in headings": lambda w: lime(w, words=True, headings="full").rename(columns=_quoted),
    "other": lambda w: lime(w, words=True, headings="code").rename(
        columns={"channel_sources[11]": "channel_sources[other]"}
    ),
    "comments": lambda w: lime(w, words=False, headings="code").assign(**{"k45[1comment]": "是"}),
    "points": lambda w: lime(w, words=False, headings="code").map(
        lambda c: float(c) if isinstance(c, int) else c
    ),
    "yes in English": lambda w: lime(w, words=False, headings="code").replace({"Y": "Yes", "N": "No"}),
    "ticks and nothing": lambda w: lime(w, words=False, headings="code").replace({"N": ""}),
}


@pytest.mark.parametrize("name", some(sorted(LIME)))
def test_limesurvey(name: str, wave: Responses, tmp_path: Path) -> None:
    got = read(write(LIME[name](wave), tmp_path / "l.csv"), wave.instrument)
    assert differing(wave, got) == []
    assert "read as an export of LimeSurvey" in got.history


def test_rows_of_an_array(wave: Responses, tmp_path: Path) -> None:
    rows = {
        i.label.zh: f"您去过下列场馆吗？ [{i.label.zh}]" for i in asked_items(wave) if i.module == "visits"
    }
    frame = lime(wave, words=True, headings="full").rename(columns=rows)
    got = read(write(frame, tmp_path / "l.csv"), wave.instrument)
    assert differing(wave, got) == [] and any("row of a matrix" in n for n in got.history)


def test_the_text_beside_other_is_its_tick(wave: Responses, tmp_path: Path) -> None:
    frame = lime(wave, words=True, headings="code").rename(
        columns={"channel_sources[11]": "channel_sources[other]"}
    )
    column = frame["channel_sources[other]"]
    frame["channel_sources[other]"] = column.map({"是": "邻居", "否": ""})
    assert differing(wave, read(write(frame, tmp_path / "l.csv"), wave.instrument)) == []


def test_text_in_another_option_is_no_tick(wave: Responses, tmp_path: Path) -> None:
    frame = lime(wave, words=True, headings="code")
    frame.loc[0, "k45[1]"] = "张三说的"
    with pytest.raises(LiteracyError, match="k45") as refused:
        read(write(frame, tmp_path / "l.csv"), wave.instrument)
    assert "张三" not in str(refused.value)


def test_answers_not_sent_are_told(wave: Responses, tmp_path: Path) -> None:
    frame = lime(wave, words=False, headings="code")
    frame.loc[[1, 2], "submitdate"] = ""
    got = read(write(frame, tmp_path / "l.csv"), wave.instrument)
    assert len(got) == len(wave) and any("not submitted" in n for n in got.history)


def test_numbered_options_that_fit_no_form(wave: Responses, tmp_path: Path) -> None:
    frame = _subquestions(lime(wave, words=False, headings="code"), wave)
    frame = frame.drop(columns=["channel_sources[SQ003]"])
    with pytest.raises(LiteracyError, match="numbered option columns"):
        read(write(frame, tmp_path / "l.csv"), wave.instrument)


def test_letters_that_may_be_places(wave: Responses, tmp_path: Path) -> None:
    frame = lime(wave, words=False, headings="code")
    frame["visit_zoo"] = [f"A{1 + k % 3}" for k in range(len(frame))]
    with pytest.raises(LiteracyError, match="visit_zoo: code A"):
        read(write(frame, tmp_path / "l.csv"), wave.instrument)


def test_the_design_is_kept(wave: Responses, tmp_path: Path) -> None:
    got = read(write(kobo(wave, words=False), tmp_path / "k.csv"), wave.instrument)
    assert set(DESIGN) <= set(got.frame.columns)
