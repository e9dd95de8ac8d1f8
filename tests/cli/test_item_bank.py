"""``literacy items --bank --figures`` and ``literacy dif --figures``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from literacy import LiteracyError, item_analysis, sample_data
from literacy.cli.group import main
from literacy.psychometrics import dif, tabulate_dif, update_bank
from tests.psychometrics.conftest import simulate


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result.output


def test_a_bank_keeps_every_wave(tmp_path: Path) -> None:
    bank = tmp_path / "bank.csv"
    for year in ("2023", "2025"):
        some = [w for k in (20, 21, 22, 46) for w in ("--item", f"k{k}")]
        text = run(
            "items",
            str(sample_data(f"items_{year}.sav")),
            "-w",
            year,
            "-i",
            "erenhot",
            *some,
            "--bank",
            str(bank),
        )
    assert "4" in text
    made = pd.read_csv(bank).set_index("item")
    assert (made["waves"] == "2023, 2025").all() and (made["uses"] == 2).all()
    assert (made["difficulty"] == made["difficulty_2025"]).all() and made.loc["k21", "benchmark"] == 11
    assert made.loc["k46", "difficulty_2025"] - made.loc["k46", "difficulty_2023"] > 0.2
    run("items", str(bank), "--item", "uses", "--bank", str(bank), code=1)


def test_a_wave_is_replaced_and_what_else_the_bank_holds_stays() -> None:
    frame, _ = simulate(200, [0, 0.5, -0.5], seed=2)
    first = update_bank(None, item_analysis(frame), "2023").assign(author="x")
    side = frame.assign(side=[0, 1] * 100)
    found = dif(side, "side", items=list(frame))
    again = update_bank(first, item_analysis(frame[["q1", "q2"]].assign(q9=frame["q3"])), "2023", dif=found)
    assert again["item"].tolist() == ["q1", "q2", "q3", "q9"] and again["author"].notna().sum() == 3
    assert again.set_index("item").loc["q1", "dif"].startswith(("A", "B", "C"))
    assert again.set_index("item").loc["q3", "uses"] == 0
    for call in (
        lambda: update_bank(None, item_analysis(frame), ""),
        lambda: update_bank(pd.DataFrame({"x": [1]}), item_analysis(frame), "2023"),
        lambda: update_bank(None, item_analysis(side, items=list(frame), by="side"), "2023"),
        lambda: tabulate_dif(dif(side, "side", "logistic", items=list(frame))),
    ):
        with pytest.raises(LiteracyError):
            call()


def test_options_are_traced_over_the_score() -> None:
    frame, _ = simulate(500, [0, 0.5, -0.5, 0.2], a=1.5, seed=3)
    made = item_analysis(frame.replace({0: 2}), key=dict.fromkeys(frame, 1))
    assert made.curves.groupby(["item", "band"])["share"].sum().to_numpy() == pytest.approx(1)
    right = made.curves[made.curves["right"]].sort_values(["item", "band"]).groupby("item")["share"]
    assert (right.last() > right.first() + 0.2).all()
    plain = item_analysis(frame).curves  # without options: what was right and what wrong
    assert set(plain["option"]) == {0.0, 1.0} and plain[plain["right"]]["option"].eq(1).all()


def test_figures_are_drawn_and_marked(tmp_path: Path) -> None:
    file = str(sample_data("items_2025.sav"))
    some = [w for k in range(18, 26) for w in ("--item", f"k{k}")]
    run(
        "dif",
        file,
        "-w",
        "2025",
        "-i",
        "erenhot",
        "--by",
        "language",
        "--focal",
        "2",
        *some,
        "--figures",
        str(tmp_path / "dif"),
    )
    table = pd.read_csv(tmp_path / "dif" / "tables" / "dif.csv")
    assert (table["synthetic"] == 1).all() and table.set_index("item").loc["k21", "estimate"] < -3
    assert (tmp_path / "dif" / "figures" / "dif.zh.png").is_file()
    run("items", file, "-w", "2025", "-i", "erenhot", *some, "--figures", str(tmp_path / "options"))
    assert (tmp_path / "options" / "figures" / "option_curves.en.svg").is_file()
