"""What a command says and shows of a file read block by block is what it says of the whole: errors, notes, levels."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli.group import main
from literacy.errors import CountedError, LiteracyError
from literacy.workflow.recipes import read_recipe
from tests.conftest import some

DESIGN = ["--weight", "w", "--strata", "h", "--psu", "u"]
HELD = "all rows are held in memory"


def make_table(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "w": rng.uniform(0.5, 2, n).round(3),
            "h": rng.integers(0, 3, n).astype(float),
            "u": rng.integers(0, 6, n),
            "age": rng.integers(18, 70, n),
            "edu": rng.choice(["初中", "高中", "大学"], n),
            "code": rng.integers(1, 4, n),
            "people": 40.0,
        }
    )
    table["score"] = table.age * 0.2 + rng.normal(0, 3, n)
    table["y"] = (rng.random(n) < table.age / 90).astype(float)
    return table


def both(arguments: list[str], blocks: Callable[[int], None], rows: int = 40) -> tuple[Any, Any, list[str]]:
    """The command on the whole and in blocks, and the lines that only the second says."""
    whole = CliRunner().invoke(main, arguments, catch_exceptions=False)
    blocks(rows)
    found = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert found.exit_code == whole.exit_code
    said = [line for line in found.stderr.splitlines() if line not in whole.stderr.splitlines()]
    assert [line for line in found.stderr.splitlines() if line not in said] == whole.stderr.splitlines()
    return whole, found, said


def same_tables(whole: Any, found: Any) -> None:
    one, two = (pd.read_csv(io.StringIO(done.stdout)) for done in (whole, found))
    pd.testing.assert_frame_equal(one, two, rtol=1e-9, atol=1e-12)


FAULTY: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "weights": lambda d: d.assign(w=d.w.where(d.index % 70 != 3, -1.0).where(d.index % 90 != 5)),
    "strata": lambda d: d.assign(h=d.h.where(d.index % 70 != 69)),
    "populations": lambda d: d.assign(people=d.people.where(d.index % 70 != 69, 0.0)),
    "two columns": lambda d: d.assign(
        people=d.people.where(d.index < 200, -1), h=d.h.where(d.index % 70 != 9)
    ),
    "weights and strata": lambda d: d.assign(
        w=d.w.where(d.index % 70 != 3, -1.0), h=d.h.where(d.index < 290)
    ),
}


@pytest.mark.parametrize("command", some(["model", "tabulate", "estimate", "weight"], 2))
@pytest.mark.parametrize("name", FAULTY)
def test_unusable_cells_are_counted_in_the_whole_file(
    name: str, command: str, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    FAULTY[name](make_table()).to_parquet(tmp_path / "t.parquet", index=False)
    (tmp_path / "m.csv").write_text("table,level,total\ncode,1,200\ncode,2,210\ncode,3,190\n")
    asked = {
        "model": ["--outcome", "score", "--on", "age"],
        "tabulate": ["edu"],
        "estimate": ["--mean", "age"],
        "weight": ["--margins", str(tmp_path / "m.csv"), "-o", str(tmp_path / "o.csv")],
    }[command]
    _, found, said = both([command, str(tmp_path / "t.parquet"), *asked, *DESIGN, "--fpc", "people"], blocks)
    assert found.exit_code == 1 and not said
    assert not (tmp_path / "o.csv").exists()


def test_counted_errors_add_up_and_can_be_sent() -> None:
    one = CountedError(
        "design.weight", where="w", counts=(("{} negative", 2), ("{} missing", 0)), fix="", among=9
    )
    two = CountedError(
        "design.weight", where="w", counts=(("{} negative", 1), ("{} missing", 4)), fix="", among=5
    )
    sum_ = pickle.loads(pickle.dumps(one + two)).widen(6)
    assert sum_.what == "3 negative and 4 missing among 20 rows"
    assert sum_.counts == (("{} negative", 3), ("{} missing", 4))


@pytest.mark.parametrize("command", some(["model", "tabulate", "estimate", "weight"]))
def test_weights_from_populations_need_all_rows(
    command: str, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    """A block shows too few units of a stratum: weights made of it would be wrong."""
    make_table().to_parquet(tmp_path / "t.parquet", index=False)
    (tmp_path / "m.csv").write_text("table,level,total\ncode,1,200\ncode,2,210\ncode,3,190\n")
    asked = {
        "model": ["--outcome", "y", "--on", "age", "--on", "edu", "--family", "logistic"],
        "tabulate": ["edu"],
        "estimate": ["--mean", "score"],
        "weight": ["--margins", str(tmp_path / "m.csv")],
    }[command]
    whole, found, said = both(
        [command, str(tmp_path / "t.parquet"), *asked, "--psu", "u", "--fpc", "people", "--format", "csv"],
        blocks,
    )
    assert found.exit_code == 0 and len(said) == 1 and HELD in said[0]
    if command == "weight":
        assert found.stdout == whole.stdout
    else:
        same_tables(whole, found)


def test_a_block_has_no_weights_from_populations() -> None:
    with pytest.raises(LiteracyError, match="sizes of all strata"):
        lit.Sample(make_table(), lit.Design(psu="u", fpc="people"), block=True)


VALUES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "0 and 1 in the domain only": lambda d: np.where(d.code == 1, d.y, d.age % 4),
    "1 in the domain only": lambda d: np.where(d.code == 1, 1, d.age % 4),
    "0 and 1, none in the domain": lambda d: d.y.where(d.code != 1),
    "numbers, none in the domain": lambda d: (d.age % 4).where(d.code != 1),
    "texts, none in the domain": lambda d: d.edu.where(d.code != 1),
    "no number at all": lambda d: np.nan,
    "no text at all": lambda d: pd.Series([None] * len(d), dtype="str"),
}


@pytest.mark.parametrize("command", ["tabulate", "--share", "--total"])
@pytest.mark.parametrize("name", VALUES)
def test_what_a_variable_is_depends_on_all_rows(
    name: str, command: str, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    """Shares of levels, or of 1: a domain without other values than 0 and 1 is no reason for the second."""
    table = make_table()
    table.assign(v=VALUES[name](table)).to_parquet(tmp_path / "t.parquet", index=False)
    asked = ["tabulate", "FILE", "v"] if command == "tabulate" else ["estimate", "FILE", command, "v"]
    asked[1] = str(tmp_path / "t.parquet")
    whole, found, said = both([*asked, "--where", "code=1", *DESIGN, "--format", "csv"], blocks)
    assert not said
    if not whole.exit_code:
        same_tables(whole, found)


@pytest.mark.parametrize(
    "command", [["tabulate", "FILE", "day"], ["estimate", "FILE", "--mean", "age", "--by", "day"]]
)
def test_days_are_moments_where_another_block_has_a_time(
    command: list[str], tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    table = make_table()
    hours = table.code * 24 + 5 * (table.index == 290)
    table["day"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(hours, unit="h")
    table.to_parquet(tmp_path / "t.parquet", index=False)
    asked = [str(tmp_path / "t.parquet") if a == "FILE" else a for a in command]
    whole, found, said = both([*asked, "--weight", "w", "--psu", "u", "--format", "csv"], blocks)
    assert whole.exit_code == 0 and not said
    same_tables(whole, found)


@pytest.mark.parametrize("command", some(["tabulate", "model", "weight"]))
def test_notes_on_the_reading_come_with_an_error(
    command: str, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    make_table().assign(yes=lambda d: d.code == 1, w=0).to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "m.csv").write_text("table,level,total\nyes,0,200\nyes,1,210\n")
    asked = {
        "model": ["--outcome", "score", "--on", "yes"],
        "tabulate": ["yes"],
        "weight": ["--margins", str(tmp_path / "m.csv"), "-o", str(tmp_path / "o.csv")],
    }[command]
    whole, _, said = both([command, str(tmp_path / "t.csv"), *asked, "--weight", "w"], blocks)
    assert whole.exit_code == 1 and "TRUE" in whole.stderr and not said


def test_unknown_codes_are_listed_in_the_order_of_the_items(
    tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    frame = lit.read_table(lit.sample_data("erenhot_2025.sav"))
    frame.loc[[299, 899, 1300], "k01"] = 77
    frame.loc[3, "k02"] = 88
    frame.to_csv(tmp_path / "t.csv", index=False)
    whole, _, said = both(["check", str(tmp_path / "t.csv"), "-i", "erenhot", "-w", "2025"], blocks, 100)
    assert whole.exit_code == 1 and not said


@pytest.fixture
def weighted(tmp_path: Path) -> tuple[pd.DataFrame, Path]:
    """A table raked to a file of margins, and its path."""
    make_table().to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "m.csv").write_text("table,level,total\ncode,1,200\ncode,2,210\ncode,3,190\n")
    out = tmp_path / "weighted.csv"
    made = ["weight", str(tmp_path / "t.csv"), "--margins", str(tmp_path / "m.csv"), *DESIGN, "-o", str(out)]
    assert CliRunner().invoke(main, made).exit_code == 0
    return pd.read_csv(out), out


RECORDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "totals only as a file": lambda r: {k: v for k, v in r.items() if k != "totals"},
    "a text for a number": lambda r: r | {"max_ratio": "three"},
    "a number for a text": lambda r: r | {"distance": 3},
    "one bound": lambda r: r | {"bounds": [0.3]},
    "texts as bounds": lambda r: r | {"bounds": ["a", "b"]},
    "numbers as cells": lambda r: r | {"respondent": "y", "cells": [1, 2]},
    "truth": lambda r: r | {"number": True},
    "other totals": lambda r: r | {"totals": {**r["totals"], "tables": [["code", ["codes"], [], None]]}},
}


@pytest.mark.parametrize("name", RECORDS)
def test_an_altered_record_of_weights_is_refused_or_followed_alike(
    name: str, weighted: tuple[pd.DataFrame, Path], blocks: Callable[[int], None]
) -> None:
    frame, path = weighted
    record = RECORDS[name](json.loads(frame["weighting"][0]))
    frame["weighting"] = [json.dumps(record), *[""] * (len(frame) - 1)]
    frame.to_csv(path, index=False)
    ask = ["tabulate", str(path), "edu", "--strata", "h", "--psu", "u", "--format", "csv"]
    whole, found, said = both(ask, blocks)
    assert whole.exit_code == (0 if name == "totals only as a file" else 1)
    assert all("iteration" in line for line in said)  # how many may differ
    if not whole.exit_code:
        same_tables(whole, found)


def test_a_column_of_the_margins_that_is_gone_is_one_error(
    weighted: tuple[pd.DataFrame, Path], blocks: Callable[[int], None]
) -> None:
    frame, path = weighted
    frame.drop(columns="code").to_csv(path, index=False)
    whole, _, said = both(["tabulate", str(path), "edu", "--strata", "h", "--psu", "u"], blocks)
    assert whole.exit_code == 1 and "margin 'code'" in whole.stderr and not said


def test_every_step_can_be_recorded() -> None:
    steps = {
        "replicates": "bootstrap", "number": 20, "rho": 0, "seed": 3, "respondent": "y", "cells": ["a"],
        "propensity": [], "classes": 4, "margins": "m", "distance": "logit", "bounds": [0.3, 3],
        "max_ratio": 3, "trim_lower": 0.2, "trim_upper": 3.5,
    }  # fmt: skip
    read, _ = read_recipe(pd.DataFrame({"weighting": [json.dumps(steps)]}))
    assert read.bounds == (0.3, 3) and read.cells == ("a",) and read.rho == 0


SPELT: dict[str, Callable[[int, int], str]] = {
    "in every block": lambda unit, row: f"v{unit}" + " " * (row % 2),
    "between blocks": lambda unit, row: f"v{unit}" if row < 120 else f"  v{unit}",
    "inner blanks": lambda unit, row: f"v{unit}" if row < 120 else f"v {unit}",
}


@pytest.mark.parametrize("spelt", SPELT)
@pytest.mark.parametrize(
    "command",
    some([
        ["estimate", "--mean", "score"], ["estimate", "--quantile", "score@0.5"], ["tabulate", "y"],
        ["estimate", "--test", "independence:y:edu"], ["model", "--outcome", "score", "--on", "age"],
        ["estimate", "--mean", "score", "--replicates", "jackknife"],
    ], 2),
    ids=" ".join,
)  # fmt: skip
def test_labels_spelt_otherwise_in_other_blocks_are_noted_once(
    command: list[str], spelt: str, tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    table = make_table()
    units = [SPELT[spelt](unit, row) for row, unit in enumerate(table.u.tolist())]
    strata = [f"h{h:.0f}" + " " * (row > 200) for row, h in enumerate(table.h.tolist())]
    path = tmp_path / "plain.csv"
    table.assign(u=units, h=strata).to_csv(path, index=False)
    name, *rest = command
    whole, found, said = both([name, str(path), *rest, *DESIGN], blocks)
    assert whole.stdout == found.stdout and not said
    assert whole.stderr.count("strata h: 3 labels differ") == 1
    assert whole.stderr.count("psu u: 6 labels differ") == 1


def test_labels_spelt_otherwise_in_another_file_are_noted(
    tmp_path: Path, blocks: Callable[[int], None]
) -> None:
    table = make_table()
    folder = tmp_path / "waves"
    folder.mkdir()
    for k, ending in enumerate(("", " ")):
        part = table[k::2]
        part.assign(u=[f"v{u}{ending}" for u in part.u]).to_csv(folder / f"{k}.csv", index=False)
    whole, found, said = both(["estimate", str(folder), "--mean", "score", *DESIGN], blocks)
    assert whole.stdout == found.stdout and not said
    assert "psu u: 6 labels differ" in found.stderr


def test_weighting_notes_labels_spelt_otherwise(tmp_path: Path, blocks: Callable[[int], None]) -> None:
    table = make_table()
    path, totals = tmp_path / "plain.csv", tmp_path / "totals.csv"
    table.assign(u=[SPELT["between blocks"](u, row) for row, u in enumerate(table.u.tolist())]).to_csv(
        path, index=False
    )
    totals.write_text("table,level,total\nedu,初中,100\nedu,高中,90\nedu,大学,110\n", encoding="utf-8")
    more = ["--margins", str(totals), "-o", str(tmp_path / "out.csv"), *DESIGN]
    whole = CliRunner().invoke(main, ["weight", str(path), *more], catch_exceptions=False)
    blocks(40)
    found = CliRunner().invoke(main, ["weight", str(path), *more], catch_exceptions=False)
    for done in (whole, found):
        assert done.exit_code == 0 and done.stderr.count("psu u: 6 labels differ") == 1, done.stderr
