"""The quality check of a file read block by block is that of the whole file, to the byte."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import literacy as lit
from literacy.answers import open_responses, read, write_table
from literacy.cli import main
from literacy.files import open_table, readers, tablefile
from literacy.instrument import Instrument, load_instrument
from literacy.quality import Quality, check_file, check_quality, format_page
from literacy.quality.answer_positions import (
    HELD_BACK,
    UNKNOWN,
    Positions,
    choose_type,
    mark_missing,
    place_cells,
)
from literacy.quality.answer_record import (
    Evidence,
    gather_evidence,
    needed_columns,
    record_block,
    record_responses,
)
from tests.conftest import some
from tests.quality.problems import INTERVIEWERS, NAMES, SEED, spoil, write_file

SAMPLE = lit.sample_data("erenhot_2025.sav")
PEOPLE = 150
LATE = "digital_phone"
"""An item asked from the age of 60."""
FORMS = ("csv", "parquet", "sav", "folder")


@pytest.fixture(autouse=True)
def small_files_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SMALL", 0)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """An export with problems of every kind: names, addresses, times and durations as texts."""
    clean = read(SAMPLE, "erenhot")
    spoiled, where = spoil(clean, SEED)
    rows = np.zeros(len(clean), dtype=bool)
    for found in where.values():
        rows[found[:10]] = True
    rows[: PEOPLE // 2] = True
    path = tmp_path_factory.mktemp("spoiled") / "wave.csv"
    write_file(spoiled.keep(rows, "for a test"), path)
    whole = pd.DataFrame(lit.read_table(path)).head(PEOPLE)
    return whole.drop(
        columns=[i.name for i in clean.instrument.items if i.optional and i.name != LATE], errors="ignore"
    )


def write(table: pd.DataFrame, place: Path, form: str, parts: tuple[int, ...] = (60, 60)) -> Path:
    """Write a table in a format; a folder has files that end at the given rows, one of them without any."""
    path = place / ("parts" if form == "folder" else f"wave.{form}")
    if form != "folder":
        write_table(table, path)
        return path
    path.mkdir()
    ends = [0, *parts, len(table)]
    for k, (first, last) in enumerate(pairwise(ends)):
        write_table(table.iloc[first:last], path / f"{k}.parquet")
    return path


def check_blocks(path: Path, rows: int, instrument: Instrument | str = "erenhot") -> Quality:
    """Check a file in blocks of a number of rows, and see that it was."""
    sizes = []
    with open_table(path, rows=rows) as file:
        assert file.in_blocks
        opened = open_responses(file, instrument, paradata=True)
        sizes = [len(t.frame) for t in file.blocks(["id"])]
        quality = check_file(opened)
    assert max(sizes) <= rows and sum(sizes) == quality.n
    return quality


def assert_same(one: Quality, two: Quality) -> None:
    for name in ("flags", "items", "people", "places"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), check_exact=True)
    assert (one.looked_at, one.doubts, one.source) == (two.looked_at, two.doubts, two.source)
    assert format_page(one, "zh") == format_page(two, "zh") and str(one) == str(two)


@pytest.mark.parametrize(("form", "rows"), some([(f, r) for f in FORMS for r in (7, 50, 1000)], 5))
def test_blocks_are_the_whole(form: str, rows: int, table: pd.DataFrame, tmp_path: Path) -> None:
    path = write(table.head(6 * rows), tmp_path, form, (6, 6))
    whole = check_quality(read(path, "erenhot"))
    assert set(whole.looked_at) >= {"speed", "double", "device", "value", "random", "burst", "clockwork"}
    assert whole.flags["check"].nunique() > (2 if rows == 7 else 4)
    assert_same(check_blocks(path, rows), whole)


@pytest.mark.parametrize("form", some(FORMS, 4))
def test_blocks_of_one_row(form: str, table: pd.DataFrame, tmp_path: Path) -> None:
    path = write(table.head(12), tmp_path, form, (5, 5))
    assert_same(check_blocks(path, 1), check_quality(read(path, "erenhot")))


def test_times_and_durations_of_spreadsheets_are_those_of_the_whole_column(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    """Fractions of a day and serial dates are told by all numbers of a column: here, by one in its middle."""
    moments = pd.to_datetime(table["提交答卷时间"])
    days = (moments - pd.Timestamp("1899-12-30")).dt.total_seconds() / 86_400
    lengths = table["所用时间"].str.removesuffix("秒").astype(float) / 86_400
    serial = table.assign(提交答卷时间=days, 所用时间=lengths)
    one = serial.index == len(serial) // 2
    odd = serial.assign(提交答卷时间=days.mask(one, 12.5), 所用时间=lengths.mask(one, 300.0))
    found = {}
    for name, frame in (("serial", serial), ("odd", odd)):
        (tmp_path / name).mkdir()
        path = write(frame, tmp_path / name, "csv")
        found[name] = check_quality(read(path, "erenhot"))
        assert_same(check_blocks(path, 40), found[name])
    assert "burst" in found["serial"].looked_at and "burst" not in found["odd"].looked_at
    took = found["serial"].flags.query("check == 'speed'")["reason"]
    assert len(took) and not took.str.contains("took 0 s").any()


def test_what_only_one_block_holds(table: pd.DataFrame, tmp_path: Path) -> None:
    """An item asked of the last rows only, and an option chosen there only."""
    late = np.arange(PEOPLE) >= 100
    frame = table.assign(
        age=np.where(late, 65, 30), **{LATE: np.where(late, 1.0, np.nan)},
        k02=table["k02"].mask(~late & (table["k02"] == 2), 1),
    )  # fmt: skip
    path = write(frame, tmp_path, "parquet")
    whole = check_quality(read(path, "erenhot"))
    assert_same(check_blocks(path, 30), whole)
    asked = whole.items.set_index("item")["asked"]
    assert asked[LATE] == late.sum() and not any("k02" in d.en for d in whole.doubts)
    never = table.assign(k02=table["k02"].mask(table["k02"] == 2, 1))
    (tmp_path / "never").mkdir()
    path = write(never, tmp_path / "never", "parquet")
    assert any("k02: nobody of" in d.en for d in check_blocks(path, 30).doubts)


def test_ids_and_devices_are_compared_across_blocks(table: pd.DataFrame, tmp_path: Path) -> None:
    ids = table["id"].to_numpy().copy()
    ids[140] = ids[3]
    addresses = np.array([f"10.0.0.{k}" for k in range(PEOPLE)])
    addresses[[2, 50, 90, 149]] = "10.9.9.9"
    path = write(table.assign(id=ids, 来自IP=addresses), tmp_path, "csv")
    quality = check_blocks(path, 25)
    flags = quality.flags.groupby("check")
    assert "the id of row 4" in flags.get_group("double").set_index("row")["reason"].loc[141]
    assert flags.get_group("device")["row"].tolist() == [3, 51, 91, 150]
    assert flags.get_group("device")["reason"].iloc[0] == "4 questionnaires came from one device or address"
    assert_same(quality, check_quality(read(path, "erenhot")))


def test_equal_sheets_of_a_large_file_are_found_across_blocks(
    table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("literacy.quality.response_patterns.MAX_PAIRS", 10)
    copied = table.copy()
    items = [c for c in table.columns if c not in ("id", "来自IP", "提交答卷时间", "所用时间")]
    copied.loc[131, items] = copied.loc[5, items]
    path = write(copied, tmp_path, "parquet")
    quality = check_blocks(path, 25)
    doubles = quality.flags.query("check == 'double'").set_index("row")["reason"]
    assert doubles.loc[132] == "100% of the answers are those of row 6"
    assert_same(quality, check_quality(read(path, "erenhot")))


def test_answers_that_identify_people_are_not_held(table: pd.DataFrame, tmp_path: Path) -> None:
    erenhot = load_instrument("erenhot")
    items = tuple(replace(i, personal=i.name == "education") for i in erenhot.items)
    instrument = replace(erenhot, items=items)
    path = write(table, tmp_path, "csv")
    responses = read(path, instrument)
    assert "education" not in responses.frame
    assert_same(check_blocks(path, 50, instrument), check_quality(responses))
    for evidence in (record_responses(responses), record(path, 50, instrument)):
        assert evidence.hidden == {"education"} and evidence.answers["education"].levels == ()


def test_a_block_keeps_its_answers_by_row(table: pd.DataFrame, tmp_path: Path) -> None:
    with open_table(write(table, tmp_path, "csv")) as file:
        ((block, _),) = open_responses(file, "erenhot", paradata=True).parts(paradata=True)
    rows = np.arange(PEOPLE) % 3 == 1
    kept = block.keep(rows)
    for name, coded in block.coded.items():
        assert kept.coded[name].values.tolist() == coded.values[rows].tolist()
        assert kept.coded[name].kinds.tolist() == coded.kinds[rows].tolist()
    assert block.paradata is not None and kept.paradata is not None
    assert kept.paradata["device"].tolist() == block.paradata["device"][rows].tolist()
    assert kept.frame["id"].tolist() == block.frame["id"][rows].tolist() and len(kept.kinds[0]) == rows.sum()


def record(path: Path, rows: int, instrument: Instrument | str = "erenhot") -> Evidence:
    with open_table(path, rows=rows) as file:
        opened = open_responses(file, instrument, paradata=True)
        wanted = needed_columns(opened.instrument, opened.wave)
        hidden = frozenset(opened.overview.personal)
        blocks = [record_block(b, hidden) for b, _ in opened.parts(wanted=wanted, paradata=True)]
    return gather_evidence(blocks)


def test_a_record_is_small_and_holds_no_names(table: pd.DataFrame, tmp_path: Path) -> None:
    evidence = record(write(table, tmp_path, "csv"), 40)
    kept = [c.cells for c in evidence.answers.values()]
    assert sum(c.nbytes for c in kept) < 1.2 * PEOPLE * len(kept)
    beside = [
        evidence.duration,
        evidence.device,
        evidence.moment,
        *(p.cells for p in evidence.places.values()),
    ]
    assert sum(a.nbytes for a in beside) <= 32 * PEOPLE
    data = pickle.dumps([getattr(evidence, f) for f in Evidence.__slots__ if f not in ("instrument", "wave")])
    for word in (*NAMES, *INTERVIEWERS, "1390", "10.0."):
        assert word.encode() not in data, word
    assert len(evidence.places["interviewer"].levels) == len(INTERVIEWERS)


def invoke(*arguments: str) -> Result:
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done


@pytest.mark.parametrize("ending", some(["csv", "parquet"], 2))
def test_the_flagged_are_left_out_in_two_passes(
    ending: str, table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out, expected = (
        write(table, tmp_path, "csv"),
        tmp_path / f"out.{ending}",
        tmp_path / f"whole.{ending}",
    )
    responses = read(path, "erenhot")
    scored = lit.score(lit.exclude_flagged(responses))
    write_table(scored.frame, expected, responses.instrument)
    for module in (readers, tablefile):
        monkeypatch.setattr(module, "ROWS", 40)
    done = invoke("score", str(path), "-i", "erenhot", "--exclude", "flagged", "-o", str(out))
    if ending == "csv":
        assert out.read_bytes() == expected.read_bytes()
    pd.testing.assert_frame_equal(lit.read_table(out), lit.read_table(expected))
    assert 0 < len(scored.frame) < PEOPLE
    assert done.stderr.strip().endswith(str(scored).strip()) and "flagged by the quality check" in done.stderr
    assert "held in memory" not in invoke("check", str(path), "-i", "erenhot").stderr


@pytest.mark.parametrize("kept", [0, 20])
def test_blocks_whose_rows_are_all_flagged_leave_none(
    kept: int, table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (readers, tablefile):
        monkeypatch.setattr(module, "ROWS", 40)
    out = tmp_path / "out.parquet"
    age = np.where(np.arange(PEOPLE) < PEOPLE - kept, 75, 40)
    path = write(table.assign(age=age), tmp_path, "csv")
    done = invoke("score", str(path), "-i", "erenhot", "--exclude", "flagged", "-o", str(out))
    expected = lit.score(lit.exclude_flagged(read(path, "erenhot")))
    write_table(expected.frame, tmp_path / "whole.parquet", expected.instrument)
    pd.testing.assert_frame_equal(lit.read_table(out), lit.read_table(tmp_path / "whole.parquet"))
    assert (len(expected.frame) > 0) == (kept > 0)
    assert f"{PEOPLE - len(expected.frame)} of {PEOPLE} rows left out" in done.stderr


CODES = st.lists(st.one_of(st.integers(0, 400), st.none()), min_size=1, max_size=300)


@given(CODES, st.lists(st.integers(0, 300), max_size=4), st.booleans())
def test_positions_of_parts_are_those_of_the_whole(
    codes: list[int | None], cuts: list[int], texts: bool
) -> None:
    """However a column is cut, its settled positions are those of pandas' sorted factorize."""
    cells = pd.Series([None if c is None else str(c) for c in codes] if texts else codes, dtype=object)
    rng = np.random.default_rng(len(codes))
    kinds = np.where(cells.isna(), rng.integers(1, 6, len(cells)), 0).astype(np.int8)
    ends = [0, *sorted(min(c, len(cells)) for c in cuts), len(cells)]
    joined: Positions | None = None
    for first, last in pairwise(ends):
        positions, uniques = pd.factorize(cells.iloc[first:last])
        part = mark_missing(place_cells(positions, uniques.tolist()), kinds[first:last])
        joined = part if joined is None else joined + part
    assert joined is not None
    settled = joined.settle()
    expected, uniques = pd.factorize(cells, sort=True)
    assert settled.levels == tuple(uniques.tolist())
    assert settled.cells.tolist() == np.where(kinds > 0, -1 - kinds.astype(int), expected).tolist()
    assert settled.cells.dtype == (np.int8 if len(uniques) < 127 else np.int16)
    known = np.where(kinds == 1, len(uniques), expected)
    assert np.maximum(settled.answers(), -1).tolist() == known.tolist()


def test_texts_among_numbers_make_all_codes_texts() -> None:
    one, two = place_cells(np.array([0, 1]), [10, 9]), place_cells(np.array([0, 1, -1]), ["x", 10])
    settled = (one + two).settle()
    assert settled.levels == ("10", "9", "x") and settled.cells.tolist() == [0, 1, 2, 0, HELD_BACK]
    halves = (place_cells(np.array([0]), [2]) + place_cells(np.array([0]), [1.5])).settle()
    assert halves.levels == (1.5, 2.0) and UNKNOWN not in halves.cells
    assert [choose_type(n) for n in (126, 127, 32_766, 32_767)] == [np.int8, np.int16, np.int16, np.int32]
    many = (place_cells(np.array([0]), [7]) + place_cells(np.arange(40_000), list(range(40_000)))).settle()
    assert many.cells.tolist() == [7, *range(40_000)] and many.cells.dtype == np.int32
    ticks = place_cells(np.array([3, 1, 3]), [None, "1", "2", "1|2"]).settle()
    assert ticks.levels == ("1", "1|2") and ticks.cells.tolist() == [1, 0, 1]
