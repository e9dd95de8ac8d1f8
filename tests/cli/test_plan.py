"""``literacy plan`` as an office has it: every task is there, nothing is green without data, returns are checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import literacy
from tests.cli.conftest import Run, records

WAVES = tuple(str(literacy.sample_data(f"erenhot_{year}.sav")) for year in (2023, 2025))
TASKS = {f"A{a}.{t}" for a, n in enumerate((4, 4, 4, 4, 2), 1) for t in range(1, n + 1)} | {
    f"P{p}.{t}" for p, n in enumerate((3, 3, 3, 5), 1) for t in range(1, n + 1)
}
HEAD = "year,indicator,value,unit,source,note\n"
RIGHT = "2025,venues,7,座,SYNTHETIC list,\n"


def give(tmp_path: Path, text: str, encoding: str = "utf-8", name: str = "returns.csv") -> str:
    (tmp_path / name).write_bytes(text.encode(encoding))
    return name


def board(run: Run, *arguments: str) -> dict[str, dict[str, object]]:
    return {str(r["code"]): r for r in records(run("plan", "status", *arguments, "--format", "json"))}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_eighteen_and_fourteen_tasks_are_shown(run: Run, lang: str) -> None:
    shown = run("plan", "show", "--lang", lang).stdout
    assert len(TASKS) == 32
    assert set(re.findall(r"[AP]\d\.\d", shown)) >= TASKS
    rows = records(run("plan", "show", "--format", "json"))
    assert {str(r["code"]) for r in rows} >= TASKS
    assert all(r["task_zh"] and r["task_en"] and r["indicator"] for r in rows if r["code"] in TASKS)


def test_each_task_has_a_number_with_its_evidence_or_no_data(run: Run) -> None:
    lines = board(run, *WAVES, "--margins", "auto")
    assert set(lines) >= TASKS
    for code in TASKS:
        line = lines[code]
        if line["status"] == "no_data":
            assert line["value"] is None and line["ci_low"] is None
            continue
        assert line["value"] is not None and line["wave"]
        assert re.search(r"survey of \d{4}, .*n \d+|return of \d{4}", str(line["evidence"]))
        assert re.search(r"\d{4} 年(调查|报送|填报)", str(line["evidence_zh"])) or "年" in str(
            line["evidence_zh"]
        )
    assert {str(v["status"]) for v in lines.values()} <= {"on_course", "behind", "cannot_tell", "no_data"}
    both = [c for c in TASKS if lines[c]["status"] != "no_data"]
    assert 15 <= len(both) < 32


def test_nothing_is_on_course_but_by_its_own_number(run: Run, tmp_path: Path) -> None:
    """A1.4 is led by a returned number; P3.1 is led by the survey, so that its venues alone decide nothing."""
    file = give(tmp_path, HEAD + RIGHT + "2025,teachers_trained,40,人次,SYNTHETIC list,\n")
    lines = board(run, "--returns", file)
    assert all(v["status"] == "no_data" for v in lines.values() if v["value"] is None)
    assert not [c for c, v in lines.items() if v["status"] == "on_course"]
    goals = ("--goal", "venues:2025=5", "--goal", "teachers_trained:2025=30")
    met = board(run, "--returns", file, *goals)
    green = {c: v for c, v in met.items() if v["status"] == "on_course"}
    assert list(green) == ["A1.4"] and green["A1.4"]["value"] == 40 and green["A1.4"]["synthetic"] == 1
    assert met["P3.1"]["status"] == "cannot_tell"
    missed = board(run, "--returns", file, "--goal", "venues:2025=9", "--goal", "teachers_trained:2025=50")
    assert missed["A1.4"]["status"] == missed["P3.1"]["status"] == "behind"
    assert not [c for c, v in missed.items() if v["status"] == "on_course"]


def test_the_empty_template_is_no_data_at_all(run: Run) -> None:
    run("plan", "template", "2025", "-o", "blank.csv")
    result = run("plan", "status", "--returns", "blank.csv", "--year", "2025", "--format", "json")
    assert {r["status"] for r in records(result)} == {"no_data"}


def test_the_record_behind_a_returned_number_is_evidence_and_never_markup(run: Run, tmp_path: Path) -> None:
    file = give(
        tmp_path,
        HEAD + "2023,teachers_trained,40,人次,old list,\n2025,teachers_trained,90,人次,<b>list</b>,\n",
    )
    line = board(run, "--returns", file)["A1.4"]
    assert line["status"] == "on_course" and line["change"] == 50
    assert "90 attendances (return of 2025, from: <b>list</b>)" in str(line["evidence"])
    assert "（2025 年填报，出处：<b>list</b>）" in str(line["evidence_zh"])
    page = run("plan", "status", "--returns", file, "--format", "html", "--lang", "zh").stdout
    assert "&lt;b&gt;list&lt;/b&gt;" in page and "<b>list" not in page


def test_later_data_are_left_out_and_it_is_said(run: Run, tmp_path: Path) -> None:
    file = give(tmp_path, HEAD + RIGHT + RIGHT.replace("2025", "2030").replace(",7,", ",99,"))
    shown = run("plan", "status", "--returns", file, "--year", "2025").stdout
    assert "Data of 2030 are later than the board and not used" in shown and "99" not in shown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_return_as_excel_saves_it(run: Run, tmp_path: Path, encoding: str) -> None:
    file = give(tmp_path, HEAD + RIGHT.replace("SYNTHETIC list", "合成台账"), encoding)
    lines = board(run, "--returns", file)
    shown = [v for v in lines.values() if v["value"] == 7]
    assert shown and all(v["synthetic"] == 1 for v in shown)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["returns.csv", "empty"]),
        ("year;indicator;value;unit;source\n2025;venues;7;个;x\n", ["returns.csv"]),
        ("year,indicator,value\n2025,venues,7\n", ["unit", "source"]),
        ("year,indicator,valeu,unit,source\n2025,venues,7,座,x\n", ["valeu", "value"]),
        (HEAD + "2025,venue,7,座,x,\n", ["'venue' is not an indicator", "venues"]),
        (HEAD + "2025,,7,座,x,\n", ["indicator", "empty"]),
        (HEAD + "2025,city_literate,0.2,%,x,\n", ["estimated from the survey"]),
        (HEAD + "25,venues,7,座,x,\n", ["'25' is not a year"]),
        (HEAD + "2025.0,venues,7,座,x,\n", ["'2025.0' is not a year"]),
        (HEAD + ",venues,7,座,x,\n", ["is not a year"]),
        (HEAD + "2025,venues,seven,座,x,\n", ["'seven' is not a plain number"]),
        (HEAD + '2025,venues,"1,200",座,x,\n', ["write 1200"]),
        (HEAD + "2025,venues,7座,座,x,\n", ["'7座' is not a plain number"]),
        (HEAD + "2025,venues,-7,座,x,\n", ["negative"]),
        (HEAD + "2025,venues,7.5,座,x,\n", ["not a whole number"]),
        (HEAD + "2025,venues,nan,座,x,\n", ["not a number"]),
        (HEAD + "2025,venues,inf,座,x,\n", ["not a number"]),
        (HEAD + "2025,venues,１２x,座,x,\n", ["is not a plain number"]),
        (HEAD + "2025,venues,7,人,x,\n", ["'人' is not the unit"]),
        (HEAD + "2025,venues,7,,x,\n", ["unit", "is empty"]),
        (HEAD + "2025,venues,7,座,,\n", ["source", "is empty"]),
        (HEAD + RIGHT + RIGHT, ["reported twice"]),
        (HEAD + "2025,venues,7,座,x,,extra,cells\n", ["returns.csv"]),
    ],
)
def test_a_broken_return_is_one_error_that_names_the_place(
    run: Run, tmp_path: Path, text: str, words: list[str]
) -> None:
    result = run("plan", "status", "--returns", give(tmp_path, text), code=1)
    for word in ("returns.csv", *words):
        assert word in result.stderr
    assert result.stdout == "" and "Traceback" not in result.stderr


def test_all_problems_of_a_return_are_told_at_once(run: Run, tmp_path: Path) -> None:
    text = HEAD + "2025,venue,7,座,x,\n2025,venues,-7,人,,\n19,venues,7,座,x,\n"
    told = run("plan", "status", "--returns", give(tmp_path, text), code=1).stderr
    for word in ("row 2", "row 3", "row 4", "'venue'", "negative", "'人'", "'19'", "source"):
        assert word in told


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--returns", "nowhere.csv"), "nowhere.csv"),
        (("--returns", "ok.csv", "--returns", "ok.csv"), "reported twice"),
        (("--returns", "ok.csv", "--goal", "venue:2025=5"), "venues"),
        (("--returns", "ok.csv", "--goal", "venues=5"), "INDICATOR:YEAR=VALUE"),
        (("--returns", "ok.csv", "--goal", "venues:2025<5"), "better"),
        (("--returns", "ok.csv", "-i", "erenhoot"), "erenhot"),
    ],
)
def test_a_wrong_request_is_one_error(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    give(tmp_path, HEAD + RIGHT, name="ok.csv")
    assert word in run("plan", "status", *arguments, code=1).stderr


def test_the_board_is_drawn_in_the_language_asked_for(run: Run, tmp_path: Path) -> None:
    give(tmp_path, HEAD + RIGHT)
    run(
        "plan",
        "status",
        "--returns",
        "returns.csv",
        "--lang",
        "zh",
        "--figures",
        "out",
        "--format",
        "csv",
        "-o",
        "b.csv",
    )
    assert (tmp_path / "out" / "figures" / "scoreboard.zh.png").read_bytes()[:4] == b"\x89PNG"
    assert not (tmp_path / "out" / "figures" / "scoreboard.en.png").exists()
