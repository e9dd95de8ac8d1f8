"""A file read part by part gives the same rows, words and bytes as the whole, whatever the size of the parts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import literacy as lit
from literacy.answers import Responses, open_responses, read, write_responses, write_table
from literacy.errors import LiteracyError
from literacy.files import load_table, open_table, readers
from literacy.scoring import score, score_file
from tests.conftest import some
from tests.files.programs import ALL_WRITERS
from tests.reference.exports.make import HERE, small_truth

SAMPLE = lit.sample_data("erenhot_2025.sav")
PEOPLE = 100
ENDINGS = (".csv", ".tsv", ".parquet", ".sav", ".xlsx")


@pytest.fixture(scope="module")
def small() -> Responses:
    return small_truth()


@pytest.fixture
def everything_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of every size are read in blocks, where their format can be."""
    monkeypatch.setattr(readers, "SMALL", 0)


def same_file(source: Path | str, folder: Path, rows: int, ending: str, survey: str = "erenhot") -> None:
    whole, parted = folder / f"whole{ending}", folder / f"parted{ending}"
    responses = read(source, survey)
    scored = score(responses)
    told = write_table(scored.frame, whole, responses.instrument)
    with open_table(source, rows=rows) as file:
        done = score_file(file, parted, survey)
    assert done.changed == told
    assert str(done) == str(scored)
    if ending in (".csv", ".tsv"):
        assert whole.read_bytes() == parted.read_bytes()
    else:
        pd.testing.assert_frame_equal(lit.read_table(whole), lit.read_table(parted))


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first hundred people of the sample."""
    path = tmp_path_factory.mktemp("wave") / "wave.sav"
    write_responses(read(SAMPLE, "erenhot").keep(np.arange(1380) < PEOPLE, "only the first hundred"), path)
    return path


@pytest.mark.parametrize("rows", some([PEOPLE - 1, 7, PEOPLE, 5000], 4))
def test_the_sample_in_parts_is_the_sample(
    rows: int, wave: Path, tmp_path: Path, everything_in_parts: None
) -> None:
    same_file(wave, tmp_path, rows, ".csv")


def test_as_many_parts_as_people(tmp_path: Path, everything_in_parts: None) -> None:
    head = read(SAMPLE, "erenhot").keep(np.arange(1380) < 5, "only the first five")
    write_responses(head, tmp_path / "head.sav")
    same_file(tmp_path / "head.sav", tmp_path, 1, ".csv")


@pytest.mark.parametrize("ending", some(ENDINGS))
def test_parts_are_written_in_every_format(
    ending: str, wave: Path, tmp_path: Path, everything_in_parts: None
) -> None:
    same_file(wave, tmp_path, 40, ending)


@pytest.mark.parametrize("name", some(sorted(ALL_WRITERS)))
def test_every_format_in_parts(
    name: str, small: Responses, tmp_path: Path, everything_in_parts: None
) -> None:
    files = json.loads((HERE / "origin.json").read_text(encoding="utf-8"))["files"]
    same_file(HERE / files[name], tmp_path, 5, ".csv")


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".sav"])
def test_what_only_a_late_row_shows_is_known_from_the_first(
    ending: str, tmp_path: Path, everything_in_parts: None
) -> None:
    """Fractions, gaps, times of day, texts among numbers, phones: each first met in the last part."""
    n = 60
    frame = read(SAMPLE, "erenhot").keep(np.arange(1380) < n, "only the first sixty").frame
    late = np.arange(n) >= 50
    frame = frame.assign(
        income=np.where(late, 1000.5, 1000.0),
        rooms=np.where(late, np.nan, 3.0),
        met=pd.to_datetime(np.where(late, "2025-06-01 10:30:00", "2025-06-01 00:00:00")),
        remark=pd.Series(np.where(late, "x1", "7"), dtype="str"),
        column9=pd.Series(np.where(late, "13812345678", ""), dtype="str"),
    )
    frame["age"] = frame["age"].astype(float) + np.where(late, 0.5, 0)
    path = tmp_path / f"late{ending}"
    write_table(frame, path)
    same_file(path, tmp_path, 10, ".csv")
    text = (tmp_path / "parted.csv").read_text(encoding="utf-8-sig")
    assert "13812345678" not in text and "1000.5" in text
    assert "2025-06-01 10:30:00" in text and "2025-06-01 00:00:00" in text


def test_unknown_codes_are_counted_over_the_whole_file(tmp_path: Path) -> None:
    frame = read(SAMPLE, "erenhot").frame
    frame["k01"] = frame["k01"].where(frame.index % 100 != 3, 77)
    write_table(frame, tmp_path / "odd.sav")
    with pytest.raises(LiteracyError) as whole:
        read(tmp_path / "odd.sav", "erenhot")
    with pytest.raises(LiteracyError) as parted, open_table(tmp_path / "odd.sav", rows=400) as file:
        score_file(file, tmp_path / "out.csv", "erenhot")
    assert str(whole.value) == str(parted.value) and "14 times" in str(whole.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["odd.sav"]


def test_a_file_cut_off_in_its_last_part_leaves_nothing(tmp_path: Path) -> None:
    data = Path(SAMPLE).read_bytes()
    (tmp_path / "cut.sav").write_bytes(data[:-3000])
    with (
        pytest.raises(LiteracyError, match="truncated or damaged"),
        open_table(tmp_path / "cut.sav", rows=50) as file,
    ):
        score_file(file, tmp_path / "out.csv", "erenhot")
    assert [p.name for p in tmp_path.iterdir()] == ["cut.sav"]


def test_two_waves_in_one_file_are_decided_by_the_whole(tmp_path: Path) -> None:
    frame = read(SAMPLE, "erenhot").frame
    frame["wave"] = np.where(frame.index < 700, 2023, 2025)
    write_table(frame, tmp_path / "two.sav")
    whole = read(tmp_path / "two.sav", "erenhot")
    with open_table(tmp_path / "two.sav", rows=300) as table:
        file = open_responses(table, "erenhot")
    assert file.wave == whole.wave and not table.in_blocks
    assert file.history[: len(whole.history)] == whole.history


@pytest.mark.parametrize("text", ["a,b\n1,2\n3\n", "a,b\n1,2\n3", "a,b\n1,2\n3,4,5\n"])
def test_short_long_and_cut_lines_are_told_alike(
    text: str, tmp_path: Path, everything_in_parts: None
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")

    def outcome(rows: int | None) -> str:
        try:
            if rows is None:
                return str(load_table(path).notes)
            with open_table(path, rows=rows) as file:
                return str(next(t.notes for t in file.blocks()))
        except LiteracyError as error:
            return str(error)

    assert outcome(None) == outcome(1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_large_texts(encoding: str, tmp_path: Path, everything_in_parts: None) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(("编号,地区\n" + "".join(f"{i},二连浩特\n" for i in range(100))).encode(encoding))
    with open_table(path, rows=30) as file:
        parts = [t.frame for t in file.blocks()]
    assert [len(p) for p in parts] == [25, 25, 25, 25]
    whole = lit.read_table(path)
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True).astype({"编号": int}), whole)


@pytest.mark.search
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """Peak memory of scoring three times the rows is within a tenth of that of the first (25,000: all buffers full)."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("the system does not tell a process its peak memory")
    frame, _ = pyreadstat.read_sav(SAMPLE, user_missing=True)
    peaks = []
    for times in (18, 54):
        path = tmp_path / f"{times}.sav"
        pyreadstat.write_sav(pd.concat([frame] * times, ignore_index=True), path)
        code = (
            "import re, literacy as lit; from literacy.files import open_table;"
            f"lit.score_file(open_table({str(path)!r}, rows=2000), {str(tmp_path / 'o.csv')!r}, 'erenhot');"
            f"print(re.search(r'VmHWM:\\s*([0-9]+)', open({str(status)!r}).read()).group(1))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] < 1.1 * peaks[0], peaks


def test_a_file_with_very_long_texts_is_read_once_and_whole(tmp_path: Path) -> None:
    """The library reads such files whole: three passes would read them three times."""
    frame, _ = pyreadstat.read_sav(SAMPLE, user_missing=True)
    path = tmp_path / "long.sav"
    pyreadstat.write_sav(frame.head(60).assign(remark=["科普" * 100 + str(k) for k in range(60)]), path)
    same_file(path, tmp_path, 20, ".csv")
