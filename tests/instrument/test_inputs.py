"""Margins and goals of the user's own: TOML and CSV files outside any survey."""

from __future__ import annotations

import pytest

from literacy.errors import LiteracyError
from literacy.instrument import load_goal, load_goals, load_instrument, load_margins

TOML = """
survey = "erenhot"
universe = "adults"
[[tables]]
name = "sex_age"
columns = ["sex", "age_two"]
status = "input"
source = "county long tables"
totals = [
  { levels = [1, "18-59"], total = 40 },
  { levels = [2, "18-59"], total = 35.5 },
  { levels = [1, "60-69"], total = 12 },
  { levels = [2, "60-69"], total = 12.5 },
]
[[tables]]
name = "residence"
status = "input"
source = "county long tables"
totals = [{ level = 1, total = 97 }, { level = 2, total = 3 }]
"""
CSV = """table,level,total
sex,1,"51,000"
sex,2,49000
sex|residence,1|1,50000
sex|residence,1|2,1000
sex|residence,2|1,48000
sex|residence,2|2,1000
"""
GOALS = """
[[goals]]
area = "duolun"
year = 2030
label = { zh = "多伦县", en = "Duolun" }
value = 0.13
strict = false
source = "county plan"
status = "input"
"""


def write(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_margins_from_toml(tmp_path):
    margins = load_margins(write(tmp_path, "m.toml", TOML), instrument=load_instrument("erenhot"))
    assert margins.total == 100
    table = margins.table("sex_age")
    assert table.columns == ("sex", "age_two")
    assert table.totals[1] == ((2, "18-59"), 35.5)
    assert margins.table("residence").columns == ("residence",)
    assert margins.keep("residence").to_frame()["share"].tolist() == [0.97, 0.03]


def test_margins_from_csv(tmp_path):
    margins = load_margins(write(tmp_path, "m.csv", CSV), instrument=load_instrument("erenhot"))
    assert margins.table("sex").totals == (((1,), 51000.0), ((2,), 49000.0))
    assert margins.table("sex_residence").columns == ("sex", "residence")
    assert margins.table("sex_residence").totals[0] == ((1, 1), 50000.0)


@pytest.mark.parametrize(
    ("name", "text", "old", "new", "words"),
    [
        ("m.toml", TOML, 'status = "input"', 'statuss = "input"', "did you mean 'status'?"),
        ("m.toml", TOML, "total = 12.5", "totl = 12.5", "totl: is not a known key"),
        ("m.toml", TOML, '[1, "18-59"]', "[1]", "needs 2 codes (one per column), has 1"),
        ("m.toml", TOML, '[1, "18-59"]', '[1, "18-95"]', "level '18-95' is not an option of 'age_two'"),
        ("m.toml", TOML, "total = 97", "total = 98", "totals add up to 101"),
        ("m.toml", TOML, "total = 97", 'total = "97"', "must be a number, not '97'"),
        ("m.toml", TOML, "total = 97", "total = nan", "total nan must be 0 or more"),
        ("m.csv", CSV, "49000", "many", "row 3:total: 'many' is not a number"),
        ("m.csv", CSV, "table,level,total", "table,lvl,total", "the column is missing"),
        ("m.csv", CSV, "2|2,1000", "2,1000", "needs one code per column of 'sex|residence'"),
        ("m.csv", "table,level,total\n", "", "", "there is no table of margins"),
    ],
)
def test_broken_margins_get_one_clear_error(tmp_path, name, text, old, new, words):
    path = write(tmp_path, name, text.replace(old, new, 1) if old else text)
    with pytest.raises(LiteracyError) as caught:
        load_margins(path, instrument=load_instrument("erenhot"))
    assert words in str(caught.value)
    assert path.as_posix() in str(caught.value)


def test_an_unknown_key_says_the_key_and_the_fix(tmp_path):
    path = write(tmp_path, "m.toml", TOML.replace("universe =", "univers ="))
    with pytest.raises(LiteracyError) as caught:
        load_margins(path)
    assert caught.value.code == "survey.key"
    assert caught.value.where == f"{path.as_posix()}:univers"
    assert caught.value.what == "is not a known key (did you mean 'universe'?)"


def test_goals_from_a_file(tmp_path):
    path = write(tmp_path, "goals.toml", GOALS)
    goal = load_goal(path, 2030)
    assert (goal.area, goal.value, goal.strict) == ("duolun", 0.13, False)
    assert str(goal) == "Duolun 2030: >= 13.0%"
    assert load_goals(path) == (goal,)
    with pytest.raises(LiteracyError, match="did you mean 'value'") as caught:
        load_goal(write(tmp_path, "goals.toml", GOALS.replace("value =", "valeu =")), 2030)
    assert caught.value.code in {"survey.key", "survey.invalid"}


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(LiteracyError, match="the file is missing") as caught:
        load_margins(tmp_path / "none.toml")
    assert caught.value.code == "io.missing"


def test_the_goal_of_erenhot_is_strict():
    goal = load_goal("erenhot", 2025)
    assert (goal.value, goal.strict, goal.area) == (0.12, True, "erenhot")
    assert load_goal(load_instrument("erenhot"), 2025) == goal
    assert load_goal("erenhot", 2035, "china").value == 0.25
    assert [str(g) for g in load_goals("erenhot") if g.value is None] == [
        "Inner Mongolia 2025: not known",
        "Xilingol League 2025: not known",
    ]
