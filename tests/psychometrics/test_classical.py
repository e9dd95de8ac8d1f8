"""Reliability and items, against R psych and CTT (classical_LSAT7.json)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from literacy import read, sample_data, score
from literacy.errors import LiteracyError
from literacy.psychometrics import fit_irt, item_analysis, reliability
from literacy.sampling import Design, Sample
from tests.psychometrics.conftest import reference, simulate


def test_reliability_is_that_of_psych(lsat: pd.DataFrame) -> None:
    meant = reference("classical_LSAT7")["LSAT7"]
    table = reliability(lsat).to_frame().set_index("coefficient")
    found = table["estimate"]
    assert found["alpha"] == pytest.approx(meant["alpha_total"]["raw_alpha"], abs=1e-10)
    assert table.loc["alpha", ["ci_low", "ci_high"]].tolist() == pytest.approx(
        [meant["feldt"][0], meant["feldt"][2]], abs=1e-10
    )
    for i in range(1, 7):
        assert found[f"lambda{i}"] == pytest.approx(meant["lambda"][f"l{i}"], abs=1e-10)
    assert found["kr21"] == pytest.approx(meant["KR21"], abs=1e-10)
    assert found["sem"] == pytest.approx(meant["SEM"], abs=1e-10)
    assert found["omega"] == pytest.approx(meant["omega_tot_1f"], abs=1e-7)


def test_design_widens_the_interval_and_equal_weights_change_nothing() -> None:
    frame, _ = simulate(400, np.linspace(-1, 1, 8), seed=3)
    items = list(frame)
    frame["psu"] = np.arange(400) // 20
    frame["w"] = 2.0
    table = reliability(Sample(frame, Design("w", psu="psu")), items=items).to_frame()
    table = table.set_index("coefficient")
    assert table.loc["alpha_design", "estimate"] == pytest.approx(table.loc["alpha", "estimate"], abs=1e-12)
    srs = reliability(frame, items=items, weights="w").to_frame().set_index("coefficient")
    gap = srs.loc["alpha_design", "ci_high"] - srs.loc["alpha_design", "ci_low"]
    plain = srs.loc["alpha", "ci_high"] - srs.loc["alpha", "ci_low"]
    assert gap == pytest.approx(plain, rel=0.25)


def test_many_items_groups_irt_and_cuts() -> None:
    frame, _ = simulate(300, np.linspace(-1, 1, 20), seed=5)
    made = reliability(frame.assign(side=np.arange(300) % 2), by="side", items=list(frame), cuts=(70,))
    assert set(made.table["group"]) == {"0", "1"} and "sem_at_70" in set(made.table["coefficient"])
    assert any("swapping" in n for n in made.notes)
    fit = fit_irt(frame, model="rasch")
    assert "irt_marginal" in set(reliability(frame, fit=fit).table["coefficient"])


@pytest.mark.parametrize("bad", ["one item", "two people", "no variance"])
def test_what_has_no_reliability_is_refused(lsat: pd.DataFrame, bad: str) -> None:
    frame = {"one item": lsat[["Item.1"]], "two people": lsat[:2], "no variance": lsat * 0}[bad]
    with pytest.raises(LiteracyError):
        reliability(frame)


def test_items_are_those_of_psych(lsat: pd.DataFrame) -> None:
    meant = reference("classical_LSAT7")["LSAT7"]
    table = item_analysis(lsat).to_frame()
    for row, stats, drop in zip(
        table.to_dict("records"), meant["item_stats"], meant["alpha_drop"], strict=True
    ):
        assert row["difficulty"] == pytest.approx(stats["mean"], abs=1e-12)
        assert row["item_total"] == pytest.approx(stats["raw.r"], abs=1e-10)
        assert row["item_rest"] == pytest.approx(stats["r.drop"], abs=1e-10)
        assert row["alpha_dropped"] == pytest.approx(drop["raw_alpha"], abs=1e-10)
    assert (table["flags"] == "").all() and (table["omitted"] == 0).all()
    twice = item_analysis(pd.concat([lsat, lsat]), weights=np.full(2000, 3.0)).to_frame()
    np.testing.assert_allclose(twice["item_rest"], table["item_rest"])


def test_flags_find_what_was_planted_and_nothing_else() -> None:
    frame, _ = simulate(900, np.linspace(-1, 1, 8), a=1.3, seed=8)
    raw = frame.replace({0: 2, 1: 1})
    raw["q1"] = 3 - raw["q1"]  # keyed the wrong way round
    raw["q2"] = 1  # all right
    raw.loc[:300, "q3"] = np.nan
    made = item_analysis(raw, key=dict.fromkeys(raw, 1))
    flags = made.table.set_index("item")["flags"]
    assert flags["q1"] == "reversed key; distractor better than the key (2)"
    assert flags["q2"] == "too easy" and flags["q3"] == "unanswered"
    assert (flags[3:] == "").all()
    assert made.options.groupby("item")["share"].sum().to_numpy() == pytest.approx(1)
    late = item_analysis(frame.assign(q8=frame["q8"].where(np.arange(900) > 9)))
    assert late.table["not_reached"].iloc[-1] == pytest.approx(10 / 900)


def test_items_of_the_sample_with_options_and_design() -> None:
    responses = read(sample_data("erenhot_2025.sav"))
    made = item_analysis(Sample(score(responses)), answers=responses)
    assert made.options["item"].nunique() == 44 and len(made.table) == 50
    assert made.table["dont_know"].gt(0).any() and not made.table["flags"].str.contains("key").any()


def test_flags_are_shown_in_the_language_of_the_reader() -> None:
    from literacy._readable import readable

    frame = pd.DataFrame({"flags": ["reversed key; distractor better than the key (2, 3)", "too hard", ""]})
    assert readable(frame, "en", "number").iloc[:, 0].tolist() == [*frame["flags"][:2], "–"]
    shown = readable(frame, "zh", "number").iloc[:, 0].tolist()
    assert shown == ["疑似答案键相反；有干扰项优于正确选项（2, 3）", "过难", "–"]


def test_rows_of_the_workbook_are_as_high_as_their_texts(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from literacy.report.documents.item_pages import write_item_workbook

    table = pd.DataFrame({"item": ["a", "a"], "question": ["问" * 60, "short"]})
    curves = pd.DataFrame(columns=["item", "option", "right", "band", "share", "n"])
    path = tmp_path / "items.xlsx"
    path.write_bytes(write_item_workbook(table, ["a", "a"], curves, "items", [], "zh"))
    rows = load_workbook(path).worksheets[0].row_dimensions
    assert rows[2].height >= 60 > 20 > rows[3].height
