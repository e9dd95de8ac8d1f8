"""Numbers and texts that could mean two things: read by what the file says, or refused; never guessed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from literacy.answers import Responses, read
from literacy.errors import LiteracyError
from literacy.instrument import Instrument, load_instrument
from tests.files.exports import write_xlsx
from tests.files.ownsurvey import ITEMS, question, write_survey

WORDS = {
    "fire": "对", "ice": "错", "agree": "同意", "often": "每周", "children": "2", "hours": "5小时", "visits_1": "去过",
    "visits_2": "没去过", "media": "报纸",
}  # fmt: skip
PLACES: dict[str, list[object]] = {
    "fire": [1, 2, 3], "ice": [1, 2, 3], "agree": [3, 3, 3], "often": [1, 3, 4], "children": [1, 2, 4],
    "hours": [1, 2, 3], "visits_1": [1, 2, 3], "visits_2": [1, 2, 3], "media": ["4┋1", "3", "5"],
}  # fmt: skip
CODES: dict[str, list[object]] = {
    "fire": [0, 1, 8], "ice": [1, 0, 8], "agree": [5, 1, 3], "often": [0, 3, 1], "children": [1, 2, 4],
    "hours": [1, 2, 3], "visits_1": [1, 2, 3], "visits_2": [1, 2, 3], "media": ["4┋1", "3", "9"],
}  # fmt: skip


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Instrument:
    return load_instrument(write_survey(tmp_path_factory.mktemp("own") / "own"))


class Office:
    """Writes a file of the office's own survey and reads it."""

    def __init__(self, own: Instrument, folder: Path) -> None:
        self.own, self.folder = own, folder

    def read(
        self,
        cells: dict[str, list[object]] | None = None,
        name: str = "a.csv",
        headings: dict[str, str] | None = None,
        plain: bool = False,
        **changed: list[object],
    ) -> Responses:
        told: dict[str, list[object]] = {k: [v] * 3 for k, v in WORDS.items()} | (cells or {}) | changed
        data: dict[str, object] = (
            {} if plain else {"序号": [1, 2, 3], "来自IP": ["1.2.3.4(北京)"] * 3, "所用时间": ["9秒"] * 3}
        )
        for k, (item, *_) in enumerate(ITEMS, start=1):
            data[(headings or {}).get(item, item if plain else f"{k}、{question(item)}")] = told[item]
        path = self.folder / name
        pd.DataFrame(data).to_csv(path, index=False, encoding="utf-8-sig")
        return read(path, self.own)

    def refusal(self, **arguments: object) -> str:
        with pytest.raises(LiteracyError) as refused:
            self.read(**arguments)  # type: ignore[arg-type]
        return str(refused.value)


@pytest.fixture
def office(own: Instrument, tmp_path: Path) -> Office:
    return Office(own, tmp_path)


def answers(got: Responses, item: str) -> list[object]:
    """Codes of an item, and the kind of missing where there is none."""
    return [
        -int(kind) if kind else value
        for value, kind in zip(got.frame[item].tolist(), got.missing[item].tolist(), strict=True)
    ]


def test_places_are_no_codes(office: Office) -> None:
    got = office.read(PLACES, name="7_按序号_调查_3_3.csv")
    assert answers(got, "fire") == [1, 0, -1] and answers(got, "often") == [0, 2, 3]
    assert answers(got, "media") == ["1|4", "2", -1] and answers(got, "visits_1") == [1, 2, -1]
    assert any("often read as positions" in n for n in got.history)


def test_codes_under_numbered_headings_are_known_by_those_that_can_be_no_places(office: Office) -> None:
    got = office.read(CODES)
    assert answers(got, "fire") == [0, 1, -1] and answers(got, "agree") == [5, 1, 3]
    assert answers(got, "media") == ["1|4", "3", -1]
    assert any("codes, not as positions" in n for n in got.history)


def test_a_turned_scale_by_number_may_be_places_or_points(office: Office) -> None:
    said = office.refusal(cells=PLACES, agree=[5, 1, 3], name="7_按序号_调查_3_3.csv")
    assert "agree (1, 3, 5)" in said and "positions or points" in said


def test_a_heading_that_names_single_choice_settles_it(office: Office) -> None:
    heading = {"agree": f"3、{question('agree')}[单选题]"}
    got = office.read(PLACES, name="7_按序号_调查_3_3.csv", headings=heading, agree=[5, 1, 3])
    assert answers(got, "agree") == [1, 5, 3]


def test_some_codes_and_some_places_are_refused(office: Office) -> None:
    said = office.refusal(cells=PLACES, fire=[0, 1, 1])
    assert "fire (0, 1) can only be codes" in said and "only positions" in said


def test_nothing_tells_codes_from_places(office: Office) -> None:
    cells = CODES | {
        "fire": [1, 1, 1],
        "ice": [1, 1, 1],
        "often": [1, 2, 1],
        "agree": [3, 3, 3],
        "media": ["1", "2", "3"],
    }
    data = {f"{k}、{question(i)}": cells[i] for k, (i, *_) in enumerate(ITEMS, start=1)}
    path = office.folder / "plain.csv"
    pd.DataFrame({"序号": [1, 2, 3]} | data).to_csv(path, index=False)
    with pytest.raises(LiteracyError, match="nothing else in the file decides"):
        read(path, office.own)


@pytest.mark.parametrize("item,cells", [("agree", [5, 4, 1]), ("often", [1, 2, 3]), ("fire", [1, 2, 1])])
def test_numbers_in_an_export_by_text(office: Office, item: str, cells: list[object]) -> None:
    assert f"{item} (" in office.refusal(**{item: cells})


def test_a_number_that_is_place_and_code_is_read(office: Office) -> None:
    assert answers(office.read(agree=[3, 3, 3]), "agree") == [3, 3, 3]


def test_option_texts_that_are_numbers(office: Office) -> None:
    assert answers(office.read(children=["0", "2", "3 个及以上"]), "children") == [1, 3, 4]
    assert answers(office.read(children=[0, 1, 2]), "children") == [1, 2, 3]
    assert answers(office.read(CODES, plain=True, children=["0", "2", "3 个及以上"]), "children") == [1, 3, 4]
    assert answers(office.read(CODES, plain=True), "children") == [1, 2, 4]


def test_texts_that_begin_like_a_numbered_option(office: Office) -> None:
    assert answers(office.read(hours=["2.5小时", "1、2小时", "8:30以后"]), "hours") == [1, 3, 4]
    assert answers(office.read(hours=["A.2.5小时", "②5小时", "3、1、2小时"]), "hours") == [1, 2, 3]
    for cell in ("3.5小时", "7:30以后"):
        assert "hours" in office.refusal(hours=[cell, "5小时", "5小时"])


def test_what_stands_in_brackets_is_part_of_an_answer(office: Office) -> None:
    assert answers(
        office.read(visits_1=["去过（记不清）", "去过(请跳至第 9 题)", "去过(5分)"]), "visits_1"
    ) == [-1, 1, 1]
    assert "visits_1" in office.refusal(visits_1=["去过（经常）", "去过", "去过"])


@pytest.mark.parametrize(
    "cell,code",
    [
        ("报纸、杂志┋其他（请注明）〖报纸┋广播/电台〗", "1|4"), ("其他〖报纸〗", "1"),
        ("其他：报纸", "1"), ("广播/电台┋报纸", "2|3"), ("报纸、杂志,报纸", "3|4"),
        ("报纸、杂志、报纸", "3|4"), ("广播/电台 报纸", "2|3"), ("A.报纸、杂志┋C.广播/电台", "2|4"),
    ],
)  # fmt: skip
def test_options_that_hold_separators(office: Office, cell: str, code: str) -> None:
    assert answers(office.read(media=[cell, "报纸", "报纸"]), "media")[0] == code


@pytest.mark.parametrize("cell", ["网站┋报纸", "报纸┋", "报纸杂志社", "┋"])
def test_a_part_nobody_knows(office: Office, cell: str) -> None:
    if cell == "报纸┋":
        assert answers(office.read(media=[cell, "报纸", "报纸"]), "media")[0] == "3"
    else:
        assert "media" in office.refusal(media=[cell, "报纸", "报纸"])


def test_items_with_texts_alike(office: Office) -> None:
    assert "visits_2" in office.refusal(headings={"visits_2": "8、过去一年您去过科技馆以外的地方吗？"})
    got = office.read(headings={"visits_1": "7、过去一年您去过科技馆吗？（含流动科技馆）"})
    assert answers(got, "visits_1") == [1, 1, 1] and any("in brackets: visits_1" in n for n in got.history)


def test_true_and_false_of_turned_codes(office: Office) -> None:
    assert answers(office.read(fire=["√", "×", "√"]), "fire") == [0, 1, 0]
    assert answers(office.read(CODES, plain=True, fire=[True, False, True]), "fire") == [0, 1, 0]
    path = office.folder / "a.xlsx"
    write_xlsx(
        [n for n, *_ in ITEMS],
        [[c[k] for c in (CODES | {"fire": [True, False, True]}).values()] for k in range(3)],
        path,
    )
    assert answers(read(path, office.own), "fire") == [0, 1, 0]


def test_value_labels_that_contradict_the_codes_win_or_are_refused(own: Instrument, tmp_path: Path) -> None:
    import pyreadstat

    frame = pd.DataFrame({n: [1.0, 1.0, 1.0] for n, *_ in ITEMS}).assign(visits_1=[1.0, 2.0, 2.0])
    labels = {"visits_1": {1: "没去过", 2: "去过"}}
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), variable_value_labels=labels)
    got = read(tmp_path / "a.sav", own)
    assert answers(got, "visits_1") == [2, 1, 1]
    labels["visits_1"][1] = "很少去"
    pyreadstat.write_sav(frame, str(tmp_path / "b.sav"), variable_value_labels=labels)
    with pytest.raises(LiteracyError, match="visits_1: code 1, 1 time"):
        read(tmp_path / "b.sav", own)


def test_codes_of_seven_digits_with_one_label_are_named_as_they_are() -> None:
    from literacy.answers.coding.optiontexts import labelled_alike

    labels: dict[float | str, str] = {1000001.0: "对", 1000002.0: "对", 1.5: "错", "A": "错"}
    assert labelled_alike(labels) == [("对", ("1000001", "1000002")), ("错", ("1.5", "A"))]
