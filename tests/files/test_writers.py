"""SPSS and Stata files: what does not fit is told, and what is told is what is read back."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from literacy.answers import read_table, write_table
from literacy.errors import LiteracyError
from literacy.files.writing.format_labels import Description
from literacy.files.writing.statfiles import write_spss, write_stata
from literacy.files.writing.statnames import SPSS, STATA, fit_names
from literacy.instrument.definitions import Label, Option
from tests.files.statprograms import Said, ask_haven, ask_pspp, ask_pyreadstat, differing, has_haven

ENDINGS = ["sav", "zsav", "dta"]
NOTHING = Description()


def back(frame: pd.DataFrame, path: Path, described: Description = NOTHING) -> tuple[Said, tuple[str, ...]]:
    """What the file holds, by pyreadstat and by every other program that is here; and what the writer told."""
    told = (write_stata if path.suffix == ".dta" else write_spss)(frame, path, described)
    said = ask_pyreadstat(path)
    if has_haven():
        assert differing(said, ask_haven(path)) == []
    if shutil.which("pspp") and path.suffix != ".dta" and len(frame):
        assert differing(said, ask_pspp(path, path.parent)) == []
    return said, told


# ---- names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "spss", "stata"),
    [
        (["q1", "Q1"], ["q1", "Q1_2"], ["q1", "Q1"]),
        (["Q1", "q1", "Q1_2"], ["Q1", "q1_3", "Q1_2"], ["Q1", "q1", "Q1_2"]),
        (["all", "By", "if"], ["all_", "By_", "if"], ["all", "By", "if_"]),
        (["str5", "_all", "int"], ["str5", "v_all", "int"], ["str5_", "_all_", "int_"]),
        (["年龄", "题 一", "题（一）"], ["年龄", "题_一", "题_一_"], ["年龄", "题_一", "题_一_"]),
        (["", " ", "--", 7, "1a"], ["v", "v_2", "v_3", "v_7", "v_1a"], ["v", "v_2", "v_3", "v_7", "v_1a"]),
        (["a.b", "c.", "#x", "$y"], ["a.b", "c", "v_#x", "v_$y"], ["a_b", "c_", "v_x", "v_y"]),
        (["字" * 40, "字" * 41], ["字" * 21, "字" * 20 + "_2"], ["字" * 32, "字" * 30 + "_2"]),
        (
            ["n" * 70, "n" * 64, "n" * 71], ["n" * 62 + "_2", "n" * 64, "n" * 62 + "_3"],
            ["n" * 32, "n" * 30 + "_2", "n" * 30 + "_3"],
        ),
    ],
)  # fmt: skip
def test_names(given: list[object], spss: list[str], stata: list[str], tmp_path: Path) -> None:
    for rules, names, file in ((SPSS, spss, "x.sav"), (STATA, stata, "x.dta")):
        found, notes = fit_names(given, rules)
        assert found == names
        for old, new in zip(given, names, strict=True):
            assert (f"{old} -> {new}" in "".join(notes)) == (str(old) != new)
        frame = pd.DataFrame(np.arange(2.0 * len(given)).reshape(2, -1))
        frame.columns = pd.Index(given, dtype=object)
        said, told = back(frame, tmp_path / file)
        assert list(said["cells"]) == names and told == notes
        assert [c[1] for c in said["cells"].values()] == frame.iloc[1].tolist()


def test_more_changes_than_are_listed_are_counted() -> None:
    _, (note,) = fit_names([f"a {k}" for k in range(25)], SPSS)
    assert note.endswith("; and 15 more")


def test_stata_names_with_value_labels_leave_room_for_the_name_of_the_set(tmp_path: Path) -> None:
    name = "题" * 32
    frame = pd.DataFrame({name: [1.0, 2.0]})
    said, told = back(frame, tmp_path / "x.dta", Description({}, {name: (Option(1, Label("一", "one")),)}))
    assert list(said["values"]) == ["题" * 27] and name in told[0]


def test_columns_of_one_name_are_all_written(tmp_path: Path) -> None:
    frame = pd.DataFrame([[1.0, 2.0, 3.0]], columns=["a", "a", "a"])
    for ending in ENDINGS:
        said, told = back(frame, tmp_path / f"x.{ending}")
        assert said["cells"] == {"a": [1.0], "a_2": [2.0], "a_3": [3.0]} and "a -> a_2" in told[0]


# ---- labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "longest"),
    [("sav", "b" * 256), ("sav", "字" * 85), ("zsav", "字" * 85), ("dta", "字" * 80), ("dta", "b" * 80)],
)
def test_labels_are_cut_at_a_character_and_told(ending: str, longest: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"q": [1.0], "r": [1.0]})
    described = Description({"q": Label(longest, "q"), "r": Label(longest + "尾", "r")})
    said, told = back(frame, tmp_path / f"x.{ending}", described)
    assert said["labels"]["q"] == longest
    cut = said["labels"]["r"]
    assert cut.endswith("…") and longest.startswith(cut[:-1]) and len(cut) > len(longest) - 4
    assert len(told) == 1 and told[0].endswith(": r") and "shortened" in told[0]


@pytest.mark.parametrize(
    ("ending", "longest"), [("sav", "字" * 40), ("sav", "b" * 120), ("dta", "字" * 8000)]
)
def test_value_labels_are_cut_at_a_character_and_told(ending: str, longest: str, tmp_path: Path) -> None:
    options = (Option(1, Label(longest, "one")), Option(2, Label(longest + "尾", "two")))
    said, told = back(
        pd.DataFrame({"q": [1.0, 2.0]}), tmp_path / f"x.{ending}", Description({}, {"q": options})
    )
    assert said["values"]["q"]["1"] == longest
    cut = said["values"]["q"]["2"]
    assert cut.endswith("…") and longest.startswith(cut[:-1]) and len(cut) > len(longest) - 4
    assert len(told) == 1 and told[0].endswith(": q")


def test_codes_that_are_no_whole_numbers(tmp_path: Path) -> None:
    options = (Option(0.5, Label("半", "half")), Option(1, Label("一", "one")), Option("x", Label("文", "x")))
    frame, described = pd.DataFrame({"q": [0.5, 1.0]}), Description({}, {"q": options})
    said, told = back(frame, tmp_path / "x.sav", described)
    assert said["values"]["q"] == {"0.5": "半", "1": "一"} and told == ("q: no label can be given to x",)
    said, told = back(frame, tmp_path / "x.dta", described)
    assert said["values"]["q"] == {"1": "一"} and told == (
        "q: Stata labels whole numbers only; no label for 0.5, x",
    )
    assert said["cells"]["q"] == [0.5, 1.0]


# ---- missing ---------------------------------------------------------------------------------------------------------


def gone(*codes: object, kind: str = "skipped") -> tuple[Option, ...]:
    return tuple(Option(c, Label(f"缺{c}", f"gone {c}"), missing=kind) for c in codes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("codes", "cells", "told", "declared"),
    [
        ((8, 9), [1.0, 8.0], 0, ["8", "9"]),
        ((7, 8, 9), [1.0], 0, ["7", "8", "9"]),
        ((6, 7, 8, 9), [1.0, 5.0], 0, ["6 to 9"]),
        ((-9, 97, 98, 99), [1.0, 5.0], 0, ["-9", "97 to 99"]),
        ((1, 2, 3, 99), [5.0, 50.0], 0, ["1 to 3", "99"]),
        ((1, 3, 5, 7), [2.0, 4.0, 6.0], 1, ["3", "5", "7"]),
    ],
)
def test_more_than_three_missing_codes_become_a_range_that_holds_no_answer(
    codes: tuple[int, ...], cells: list[float], told: int, declared: list[str], tmp_path: Path
) -> None:
    described = Description({}, {"q": gone(*codes)}, {"q": codes})
    said, notes = back(pd.DataFrame({"q": cells}), tmp_path / "x.sav", described)
    assert said["missing"]["q"] == sorted(declared) and len(notes) == told
    assert said["cells"]["q"] == cells


def test_missing_codes_of_texts(tmp_path: Path) -> None:
    frame = pd.DataFrame({"short": ["a", "9", "8"], "long": ["一二三", "9", "8"]})
    options = {"short": gone(8, 9), "long": gone(8, 9)}
    said, told = back(frame, tmp_path / "x.sav", Description({}, options, {"short": (8, 9), "long": (8, 9)}))
    assert said["missing"] == {"short": ["8", "9"]} and said["values"]["long"] == {"8": "缺8", "9": "缺9"}
    assert len(told) == 1 and told[0].endswith(": long")


def test_stata_gets_its_own_missing_values_wherever_they_stand(tmp_path: Path) -> None:
    """The first hundred cells decide for the library what a column is: it must not be asked."""
    kinds = ("dont_know", "refused", "skipped", "not_asked", "not_applicable", "refused")
    options = tuple(Option(90 + k, Label(f"缺{k}", f"k{k}"), missing=kind) for k, kind in enumerate(kinds))
    cells = [90.0] * 150 + [1.0, 91.0, 92.0, 93.0, 94.0, 95.0, np.nan]
    frame = pd.DataFrame({"before": ["文字"] * 157, "q": cells, "after": np.arange(157.0)})
    said, told = back(frame, tmp_path / "x.dta", Description({}, {"q": options}))
    assert said["cells"]["q"] == [".d"] * 150 + [1.0, ".r", ".s", ".x", ".i", ".a", None] and told == ()
    assert said["values"]["q"][".a"] == "缺5"
    assert said["cells"]["after"] == list(range(157)) and set(said["cells"]["before"]) == {"文字"}


def test_a_stata_letter_is_no_answer_d(tmp_path: Path) -> None:
    """Only ``.d`` and answers in a column: the letter is missing, not the fourth option."""
    from literacy.files import load_table

    frame = pd.DataFrame({"q": [1.0, 8.0, 4.0]})
    back(frame, tmp_path / "x.dta", Description({}, {"q": gone(8, kind="dont_know")}))
    table = load_table(tmp_path / "x.dta")
    assert table.frame["q"].tolist() == [1.0, ".d", 4.0] and table.value_labels["q"] == {".d": "缺8"}
    assert table.declared_missing("q").tolist() == [False, True, False]
    assert read_table(tmp_path / "x.dta")["q"].isna().tolist() == [False, True, False]


# ---- cells -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_type_of_column(ending: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "whole": pd.array([1, None, -3], dtype="Int64"), "yes": pd.array([True, None, False], dtype="boolean"),
            "plain": [True, False, True], "small": np.array([1, 2, 3], dtype=np.uint8),
            "level": pd.Categorical([3, 1, None]), "word": pd.Categorical(["好", None, "坏"]),
            "mixed": ["a", 1, None], "none": [None, None, None], "nan": [np.nan] * 3,
            "single": np.array([0.1, 2, np.nan], dtype=np.float32), "new": pd.array(["a", None, "b"], dtype="string"),
        }
    )  # fmt: skip
    said, told = back(frame, tmp_path / f"x.{ending}")
    assert told == ()
    assert said["cells"] == {
        "whole": [1.0, None, -3.0], "yes": [1.0, None, 0.0], "plain": [1.0, 0.0, 1.0], "small": [1.0, 2.0, 3.0],
        "level": [3.0, 1.0, None], "word": ["好", "", "坏"], "mixed": ["a", "1", ""], "none": ["", "", ""],
        "nan": [None] * 3, "single": [float(np.float32(0.1)), 2.0, None], "new": ["a", "", "b"],
    }  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_no_double_holds(ending: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"n": [1.0, np.inf, -np.inf], "max": [np.finfo(float).max, -np.finfo(float).max, 5.0], "id": [2**60 + 1, 2, 3]}
    )  # fmt: skip
    said, told = back(frame, tmp_path / f"x.{ending}")
    assert said["cells"] == {
        "n": [1.0, None, None],
        "max": [None, None, 5.0],
        "id": [str(2**60 + 1), "2", "3"],
    }
    assert [n.split(":")[0] for n in told] == ["n", "max", "id"] and "2 infinite" in told[0]


@pytest.mark.parametrize("ending", ENDINGS)
def test_characters_no_file_holds(ending: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": ["a\0b", "c\ud800d", "fine"]}, dtype=object)
    described = Description({"t": Label("标\0签", "l")})
    said, told = back(frame, tmp_path / f"x.{ending}", described)
    assert said["cells"]["t"] == ["ab", "c?d", "fine"] and "2 texts" in told[0]
    assert said["labels"]["t"] == "标签"


def test_blanks_at_the_end_are_told_in_spss_and_kept_in_stata(tmp_path: Path) -> None:
    frame = pd.DataFrame({"t": ["a ", "b"]})
    assert "end in blanks" in back(frame, tmp_path / "x.sav")[1][0]
    assert write_stata(frame, tmp_path / "x.dta", NOTHING) == ()
    assert ask_pyreadstat(tmp_path / "x.dta")["cells"]["t"] == ["a ", "b"]  # haven cuts them when it reads


@pytest.mark.parametrize(
    ("ending", "size"), [("sav", 32_766), ("zsav", 32_766), ("dta", 40_000), ("sav", 256), ("dta", 2046)]
)
def test_long_texts_come_back_whole_or_are_refused(ending: str, size: int, tmp_path: Path) -> None:
    texts = ["x" * size, "二连浩特" * (size // 12), ""]
    said, told = back(pd.DataFrame({"text": texts, "n": [1.0, 2.0, 3.0]}), tmp_path / f"x.{ending}")
    assert said["cells"]["text"] == texts and told == ()
    if ending != "dta":
        with pytest.raises(LiteracyError, match="32,768 bytes; SPSS allows 32,767"):
            write_table(pd.DataFrame({"t": ["x" * 32_768]}), tmp_path / f"no.{ending}")
        assert not (tmp_path / f"no.{ending}").exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_times(ending: str, tmp_path: Path) -> None:
    zone = pd.Series(pd.to_datetime(["2025-06-23 08:30:00", None])).dt.tz_localize("Asia/Shanghai")
    day = pd.Series(np.array(["1900-01-01T00:00:00", "2025-06-23T23:59:59"], dtype="datetime64[us]"))
    old = pd.Series(np.array(["1500-01-01", "0000-01-01"], dtype="datetime64[s]"))
    path = tmp_path / f"x.{ending}"
    told = write_table(pd.DataFrame({"zone": zone, "day": day, "old": old}), path)
    read = read_table(path)
    assert str(read["zone"].iloc[0]) == "2025-06-23 08:30:00" and pd.isna(read["zone"].iloc[1])
    assert "Asia/Shanghai" in told[0] and "old:" in told[1] and len(told) == 2
    assert str(read["day"].iloc[0]) == "1900-01-01 00:00:00"
    assert read["old"].isna().tolist() == [ending != "dta", True]
    if has_haven():
        assert differing(ask_pyreadstat(path), ask_haven(path)) == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_rows_and_no_columns(ending: str, tmp_path: Path) -> None:
    empty = pd.DataFrame({"a": pd.Series([], dtype=float), "t": pd.Series([], dtype=object)})
    said, told = back(empty, tmp_path / f"x.{ending}", Description({}, {"a": gone(8)}, {"a": (8,)}))
    assert said["cells"] == {"a": [], "t": []} and told == () and said["values"]
    with pytest.raises(LiteracyError, match="0 columns"):
        write_table(pd.DataFrame(index=range(3)), tmp_path / f"no.{ending}")
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(("no", "."))] == []


def test_too_many_columns_for_stata(tmp_path: Path) -> None:
    frame = pd.DataFrame(np.zeros((1, 32_768)))
    with pytest.raises(LiteracyError, match=r"32,768 columns; Stata .* 1 to 32,767"):
        write_table(frame, tmp_path / "x.dta")


def test_multiple_response_sets_are_not_written(tmp_path: Path) -> None:
    """As docs/formats.md says: the columns are, the sets that join them are not."""
    back(pd.DataFrame({"k46_1": [1.0], "k46_2": [0.0]}), tmp_path / "x.sav")
    _, meta = pyreadstat.read_sav(str(tmp_path / "x.sav"))
    assert meta.mr_sets == {}


# ---- bytes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [*ENDINGS, "xlsx", "parquet", "csv", "tsv"])
def test_the_same_table_gives_the_same_bytes_at_another_time(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, 8.0] * 50, "t": ["二", "", "x"] * 50})
    written = []
    for k, zone in enumerate(("UTC", "Asia/Tokyo")):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        write_table(frame, tmp_path / f"x{k}.{ending}")
        written.append((tmp_path / f"x{k}.{ending}").read_bytes())
        time.sleep(1.1 if not k else 0)
    monkeypatch.undo()
    time.tzset()
    assert written[0] == written[1]


def test_headers_bear_the_first_of_january_2000(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1.0]})
    for ending, mark in (
        ("sav", b"01 Jan 0000:00:00"),
        ("zsav", b"01 Jan 0000:00:00"),
        ("dta", b"01 Jan 2000 00:00"),
    ):
        path = tmp_path / f"x.{ending}"
        write_table(frame, path)
        assert path.read_bytes()[:300].count(mark) == 1
