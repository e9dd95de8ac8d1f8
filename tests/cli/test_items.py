from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from literacy import sample_data
from literacy.cli.group import main
from tests.psychometrics.conftest import simulate


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("items") / "answers.csv"
    frame, _ = simulate(600, np.linspace(-1, 1, 8), seed=1)
    hard, _ = simulate(600, np.linspace(-1, 1, 8) + np.eye(8)[4] * 2, seed=1)
    side = np.arange(600) % 2
    frame[side == 1] = hard[side == 1]
    frame["q1"] = 1 - frame["q1"]
    frame.assign(side=np.where(side == 1, "b", "a"), unit=np.arange(600) // 6).to_csv(place, index=False)
    return str(place)


ITEMS = [w for k in range(1, 9) for w in ("--item", f"q{k}")]


def test_items_of_a_table(table: str, tmp_path: Path) -> None:
    text = run("items", table, *ITEMS, "--psu", "unit", "--by", "side", "-o", str(tmp_path / "items.csv"))
    made = pd.read_csv(tmp_path / "items.csv")
    assert len(made) == 16 and (made.query("item == 'q1'")["flags"] == "reversed key").all()
    assert "reliability (alpha_design)" in text


def test_dif_of_a_table(table: str, tmp_path: Path) -> None:
    some = ITEMS[2:]
    text = run(
        "dif", table, *some, "--by", "side", "--purify", "--adjust", "bh", "-o", str(tmp_path / "dif.csv")
    )
    made = pd.read_csv(tmp_path / "dif.csv").set_index("item")
    assert made.index[made["flagged"]].tolist() == ["q5"] and made.loc["q5", "class"] == "C"
    assert "without the flagged items" in text
    assert "fix:" in run("dif", table, *some, "--by", "nothing", code=1)


def test_options_of_the_sample(tmp_path: Path) -> None:
    file = str(sample_data("erenhot_2025.sav"))
    run(
        "items",
        file,
        "--item",
        "k30",
        "--item",
        "k31",
        "--item",
        "k32",
        "--options",
        "-o",
        str(tmp_path / "o.csv"),
    )
    made = pd.read_csv(tmp_path / "o.csv")
    assert set(made["item"]) == {"k30", "k31", "k32"} and made.groupby("item")["right"].sum().eq(1).all()


def test_forms_are_assembled_by_a_file_of_rules(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    bank = pd.DataFrame(
        {
            "item": [f"i{k:02d}" for k in range(40)],
            "benchmark": rng.integers(1, 5, 40),
            "a": 1.0,
            "b": rng.normal(size=40),
        }
    )
    bank.to_csv(tmp_path / "bank.csv", index=False)
    rules = tmp_path / "rules.toml"
    pair = bank["item"].tolist()[:2]
    rules.write_text(
        f'length = 10\nforms = 2\nenemies = [["{pair[0]}", "{pair[1]}"]]\n[benchmark]\n1 = [2, 3]\n4 = 2\n',
        encoding="utf-8",
    )
    call = ("form", "assemble", str(tmp_path / "bank.csv"), "--rules", str(rules))
    run(*call, "-o", str(tmp_path / "forms.csv"))
    made = pd.read_csv(tmp_path / "forms.csv")
    for _, form in made.groupby("form"):
        assert (
            len(form) == 10 and (form["benchmark"] == 4).sum() == 2 and len(set(pair) & set(form["item"])) < 2
        )
    assert made["item"].is_unique and set(made["form"]) == {1, 2}
    assert "benchmark 4: 2 points" in run(*call, "--show", "rules")
    for text, said in (
        ("lenght = 3", "did you mean 'length'"), ("length = ", "TOML"),
        ("length = 3\n[benchmark]\n1 = 2\n2 = 2", "benchmark 2"),
        ("length = 3\n[information]\nx = 1", "6.5"), ("length = 1\nenemies = 5", "enemies: 5 "),
        ('length = 1\nforms = "x"', "forms = 4"), ("length = 1\ndifficulty = 0.5", "[0.6, 0.05]"),
        ("length = 1\n[earlier]\nold = 3", "earlier"), ("length = 1\ninclude = [1]", "include"),
    ):  # fmt: skip
        rules.write_text(text, encoding="utf-8")
        assert said in run(*call, code=1)
    assert "no such file" in run(*call[:4], str(tmp_path / "none.toml"), code=1)
