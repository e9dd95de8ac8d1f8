"""What no test can be judged by, given to every command about tests: an answer, or one error that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from literacy.cli import main
from tests.psychometrics.conftest import simulate

NAMES = [f"q{k}" for k in range(1, 6)]
ITEMS = [word for name in NAMES for word in ("--item", name)]
GOOD = simulate(200, [-1, -0.5, 0, 0.5, 1], seed=6)[0].assign(g=np.arange(200) % 2, w=1.0)

# file: the exit (0, or the code of the error) of items --by, dif, irt, irt --groups, link
FILES: dict[str, tuple[pd.DataFrame, tuple[str, ...]]] = {
    "all right": (GOOD.assign(**dict.fromkeys(NAMES, 1)), ("0", "0", "data", "data", "data")),
    "all wrong": (GOOD.assign(**dict.fromkeys(NAMES, 0)), ("0", "0", "data", "data", "data")),
    "one item": (GOOD[["q1", "g", "w"]], ("0", "0", "data", "data", "data")),
    "no variance": (GOOD.assign(q1=1, q2=0), ("0", "0", "0", "0", "0")),
    "three people": (GOOD.head(3), ("0", "data", "0", "0", "link")),
    "no rows": (GOOD.head(0), ("io.empty",) * 5),
    "unknown groups": (GOOD.drop(columns="g"), ("option", "option", "0", "option", "0")),
    "groups missing": (GOOD.assign(g=np.nan), ("option", "option", "0", "option", "0")),
    "one group": (GOOD.assign(g=1), ("0", "option", "0", "0", "0")),
    "empty group": (
        GOOD.assign(**{n: GOOD[n].where(GOOD["g"] == 0) for n in NAMES}), ("0", "data", "0", "data", "0"),
    ),
    "weights zero": (GOOD.assign(w=0.0), ("design.weight",) * 5),
    "weights of one group zero": (GOOD.assign(w=1.0 - GOOD["g"]), ("0", "option", "0", "0", "0")),
    "weights negative": (GOOD.assign(w=np.where(GOOD.index < 3, -1.0, 1.0)), ("design.weight",) * 5),
    "weights missing": (GOOD.assign(w=GOOD["w"].where(GOOD.index > 3)), ("design.weight",) * 5),
    "all missing": (GOOD.assign(**dict.fromkeys(NAMES, np.nan)), ("data",) * 5),
    "halves": (GOOD.assign(q1=GOOD["q1"] + 0.5), ("items",) * 5),
    "words": (GOOD.assign(q1="yes"), ("items",) * 5),
    "numbers of people": (GOOD.assign(q1=range(200)), ("items",) * 5),
    "coded 1 and 2": (GOOD.assign(q1=GOOD["q1"] + 1), ("0", "items", "0", "0", "0")),
    "item twice": (GOOD.set_axis(["q1", "q1", *GOOD.columns[2:]], axis=1), ("items",) * 5),
}  # fmt: skip


def call(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("bad")
    GOOD.to_csv(place / "good.csv", index=False)
    for name, (frame, _) in FILES.items():
        frame.to_csv(place / f"{name}.csv", index=False)
    return place


@pytest.mark.parametrize("name", FILES)
def test_an_answer_or_one_error(folder: Path, name: str) -> None:
    frame, meant = FILES[name]
    file, good = str(folder / f"{name}.csv"), str(folder / "good.csv")
    some = ITEMS[:2] if "q2" not in frame and name == "one item" else ITEMS
    commands = [
        ("items", file, *some, "--by", "g", "--weight", "w"),
        ("dif", file, *some, "--by", "g", "--weight", "w"),
        ("irt", file, *some, "--weight", "w"),
        ("irt", file, *some, "--weight", "w", "--groups", "g", "--model", "rasch"),
        ("link", good, file, *some, "--weight", "w"),
    ]
    for words, code in zip(commands, meant, strict=True):
        if name == "one item" and words[0] == "link":
            words = ("link", good, file, *ITEMS, "--weight", "w")
            code = "items"
        exit_code, out, said = call(*words)
        assert "nan" not in (out + said).replace("nan.csv", "").split(), (words, out, said)
        if code == "0":
            assert exit_code == 0 and out.strip(), (words, said)
        else:
            full = code if "." in code else f"psychometrics.{code}"
            assert exit_code == 1 and f"[{full}]" in said and "fix:" in said, (words, exit_code, said)
            assert said.count("fix:") == 1 and not out.strip(), (words, out, said)


def test_what_is_doubtful_is_said(folder: Path) -> None:
    _, _, said = call("items", str(folder / "coded 1 and 2.csv"), *ITEMS)
    assert "q1 (1–2)" in said
    _, out, _ = call("irt", str(folder / "three people.csv"), *ITEMS, "--groups", "g", "--model", "rasch")
    assert "NOT CONVERGED" in out and "goes to 0" in out
    _, _, said = call("link", str(folder / "good.csv"), str(folder / "three people.csv"), *ITEMS)
    assert "has not converged" in said
    _, _, said = call("dif", str(folder / "one group.csv"), *ITEMS, "--by", "g")
    assert "one group (1)" in said


def _bank(**more: Any) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({
        "item": [f"i{k}" for k in range(30)], "benchmark": rng.integers(1, 4, 30), "a": 1.0, "b": rng.normal(size=30),
    })  # fmt: skip
    return frame.assign(**more)


BANKS: dict[str, tuple[pd.DataFrame, str, str]] = {
    "an item twice": (_bank(item="i0"), "length = 5", "items"),
    "no items": (_bank().drop(columns="item"), "length = 5", "items"),
    "an item without a name": (_bank(item=[None, *_bank()["item"][1:]]), "length = 5", "items"),
    "no rows": (_bank().head(0), "length = 5", "items"),
    "points below 0": (_bank(points=-1), "points = 5", "items"),
    "points that are words": (_bank(points="x"), "points = 5", "items"),
    "slopes that are words": (_bank(a="x"), '[information]\n"0.0" = 2.0', "items"),
    "slopes missing": (_bank(a=np.nan), '[information]\n"0.0" = 2.0', "items"),
    "no rule": (_bank(), "", "option"),
    "length 0": (_bank(), "length = 0", "option"),
    "length below 0": (_bank(), "length = -3", "option"),
    "more than there are": (_bank(), "length = 50", "form"),
    "a contradiction": (_bank(), "length = 4\n[benchmark]\n1 = 3\n2 = 3", "form"),
    "a level there is not": (_bank(), "[benchmark]\n9 = 3", "form"),
    "a rule there is not": (_bank(), "lenght = 4", "option"),
    "enemies there are not": (_bank(), 'length = 4\nenemies = [["i1", "zz"]]', "items"),
    "no TOML": (_bank(), "length =", "option"),
}


@pytest.mark.parametrize("name", BANKS)
def test_a_bank_or_rules_of_which_no_form_can_be_made(tmp_path: Path, name: str) -> None:
    frame, rules, code = BANKS[name]
    frame.to_csv(tmp_path / "bank.csv", index=False)
    (tmp_path / "rules.toml").write_text(rules)
    exit_code, out, said = call(
        "form", "assemble", str(tmp_path / "bank.csv"), "--rules", str(tmp_path / "rules.toml")
    )
    assert exit_code == 1 and f"[psychometrics.{code}]" in said and not out.strip(), (exit_code, out, said)
