"""A folder or a pattern of Parquet or CSV files is one table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy import LiteracyError, read_table
from literacy.files import open_table

WHOLE = pd.DataFrame(
    {"id": np.arange(1, 8), "y": [1.5, 2, np.nan, 4, 5, 6, 7], "g": ["a", "b", None, "甲", "a", "b", "b"]}
)


def write(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")


def split(folder: Path, ending: str) -> Path:
    """Three parts and one without rows, their columns in different orders."""
    place = folder / "parts"
    place.mkdir()
    for k, rows in enumerate((slice(0, 3), slice(3, 3), slice(3, 5), slice(5, 7))):
        part = WHOLE.iloc[rows]
        write(part[["g", "y", "id"]] if k == 2 else part, place / f"part{k}{ending}")
    (place / "_SUCCESS").touch()
    (place / ".hidden.csv").write_text("x\n1\n", encoding="utf-8")
    return place


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet"])
def test_the_parts_are_what_one_file_would_be(tmp_path: Path, ending: str) -> None:
    place = split(tmp_path, ending)
    write(WHOLE, tmp_path / f"one{ending}")
    one = read_table(tmp_path / f"one{ending}")
    assert read_table(place).equals(one)
    assert read_table(str(place / f"part*{ending}")).equals(one)
    with open_table(place, rows=2) as file:
        assert pd.concat([t.frame for t in file.blocks()], ignore_index=True).equals(file.table().frame)
        assert "4 files read as one table" in file.schema.notes


def test_whole_numbers_of_several_files_have_one_type(tmp_path: Path) -> None:
    for k, cells in enumerate(([1, 2], [300, None], [])):
        pd.DataFrame({"n": pd.array(cells, dtype="Int64")}).to_parquet(tmp_path / f"{k}.parquet", index=False)
    assert read_table(tmp_path)["n"].tolist()[:3] == [1, 2, 300]


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"id": [9], "y": [1.0]}, "lacks g"),
        ({"id": [9], "y": [1.0], "g": ["a"], "z": [1]}, "it alone has z"),
        ({"id": ["x1"], "y": [1.0], "g": ["a"]}, "column id"),
    ],
)
def test_parts_that_differ_are_one_error_that_names_the_part(
    tmp_path: Path, ending: str, second: dict[str, list[object]], said: str
) -> None:
    write(WHOLE, tmp_path / f"first{ending}")
    write(pd.DataFrame(second), tmp_path / f"second{ending}")
    with pytest.raises(LiteracyError) as caught:
        read_table(tmp_path)
    assert f"second{ending}" in str(caught.value) and said in str(caught.value)
    assert caught.value.code == "io.columns"


def test_other_formats_and_empty_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LiteracyError, match="there is no data file"):
        read_table(tmp_path)
    with pytest.raises(LiteracyError, match="there is no data file"):
        read_table(str(tmp_path / "*.csv"))
    write(WHOLE, tmp_path / "a.csv")
    WHOLE.to_excel(tmp_path / "b.xlsx", index=False)
    with pytest.raises(LiteracyError, match=r"b\.xlsx"):
        read_table(tmp_path)


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    write(WHOLE, tmp_path / "wave[1].csv")
    assert len(read_table(tmp_path / "wave[1].csv")) == len(WHOLE)


def test_folders_in_a_folder_are_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "all" / "2024").mkdir(parents=True)
    pd.DataFrame({"x": [1]}).to_csv(tmp_path / "all" / "a.csv", index=False)
    with pytest.raises(LiteracyError, match="2024"):
        read_table(tmp_path / "all")


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_many_small_files_are_a_large_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """What is held in memory is the whole folder, not its largest file."""
    monkeypatch.setattr("literacy.files.readers.SMALL", 4000)
    frame = pd.DataFrame({"y": range(200), "g": ["a", "b"] * 100})
    for k in range(12):
        path = tmp_path / f"{k:02d}.{ending}"
        frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path)
    with open_table(tmp_path / f"00.{ending}") as one, open_table(tmp_path) as all_:
        assert (one.in_blocks, all_.in_blocks) == (False, True)
        assert sum(len(b.frame) for b in all_.blocks(["y"])) == 2400
