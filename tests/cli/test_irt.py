from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from literacy.cli.group import main
from tests.psychometrics.conftest import simulate


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("irt")
    b = np.linspace(-1, 1, 6)
    simulate(300, b, seed=1)[0].assign(w=1.0, unit=np.arange(300) % 30).to_csv(place / "old.csv", index=False)
    simulate(300, b, seed=2, mean=0.3)[0].to_csv(place / "new.csv", index=False)
    return place


def run(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


ITEMS = [w for k in range(1, 7) for w in ("--item", f"q{k}")]


def test_items_positions_and_link(folder: Path) -> None:
    old, new = str(folder / "old.csv"), str(folder / "new.csv")
    design = ("--weight", "w", "--psu", "unit")
    run("irt", old, *ITEMS, *design, "--model", "rasch", "--fit", "--format", "csv", "-o", str(folder / "items.csv"),
        "--scores", str(folder / "theta.csv"), "--method", "wle")  # fmt: skip
    table = pd.read_csv(folder / "items.csv")
    assert table["item"].tolist() == [f"q{k}" for k in range(1, 7)]
    assert table["rmsd_corrected"].notna().all() and (table["se_d"] > 0).all()
    assert len(pd.read_csv(folder / "theta.csv")) == 300
    shown = run("irt", new, "--model", "rasch", "--fixed", str(folder / "items.csv"))
    assert "converged" in shown
    run("irt", new, "--model", "rasch", "--format", "csv", "-o", str(folder / "items_new.csv"))
    link = run(
        "link", str(folder / "items.csv"), str(folder / "items_new.csv"), "--fixed-slope", "--format", "csv"
    )
    assert "intercept" in link
    direct = run("link", new, new, "--model", "rasch", "--drift", "--format", "csv")
    assert "q3" in direct and "True" not in direct


def test_what_cannot_be_is_one_error(folder: Path) -> None:
    result = CliRunner().invoke(main, ["irt", str(folder / "new.csv"), "--item", "q9"])
    assert (
        result.exit_code == 1 and "psychometrics.items" in result.stderr and "Traceback" not in result.stderr
    )
    (folder / "other.csv").write_text("item,a,b\nx,1,0\ny,1,1\n")
    (folder / "third.csv").write_text("item,a,b\nu,1,0\nv,1,1\n")
    result = CliRunner().invoke(main, ["link", str(folder / "other.csv"), str(folder / "third.csv")])
    assert result.exit_code == 1 and "psychometrics.link" in result.stderr
