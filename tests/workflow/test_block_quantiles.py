"""Quantiles of a file read block by block: those of the whole, or within the stated error of their ranks."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import literacy as lit
from literacy.cli.group import main
from literacy.errors import LiteracyError
from literacy.estimation.core.finishing import Result
from literacy.estimation.statistics.block_quantiles import round_up, search_quantile
from literacy.estimation.statistics.block_ranks import Hunt, RankRows
from literacy.files import open_table, readers, tablefile
from literacy.kernels.design import rank_summaries
from literacy.kernels.design.rank_summaries import rank_rows
from literacy.workflow.recipes import Steps
from literacy.workflow.samples import DesignOptions, need
from literacy.workflow.streaming import streamed_rows
from literacy.workflow.streaming.streamed_estimates import Asked, answer_file
from tests.conftest import some
from tests.workflow.test_blocks import agree

OPTIONS = DesignOptions(weight="w", strata="h", psu=("u",))
COLUMNS = ["normal", "ties", "constant", "gaps", "wide", "few", "d", "many", "g_a", "g_b"]


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Rows of every kind of trouble: ties, gaps, zero and huge weights, domains of one row or without a value."""
    rng, n = np.random.default_rng(8), 420
    made = pd.DataFrame(
        {
            "w": np.where(rng.random(n) < 0.03, 0.0, rng.uniform(0.5, 3, n).round(3)),
            "h": rng.integers(0, 5, n),
            "u": rng.integers(0, 6, n),
            "normal": rng.normal(size=n),
            "ties": np.where(rng.random(n) < 0.6, 2.5, rng.normal(2, 1, n).round(1)),
            "constant": 3.25,
            "gaps": np.where(rng.random(n) < 0.4, np.nan, np.arange(n) * 0.1),
            "wide": np.sign(rng.normal(size=n)) * 10.0 ** rng.uniform(-100, 100, n),
            "few": rng.integers(1, 6, n),
            "d": rng.choice(["a", "b", "c"], n),
            "many": rng.integers(0, 90, n),
            "g_a": rng.integers(0, 2, n),
            "g_b": rng.integers(0, 2, n),
        }
    )
    made.loc[5, "w"] = 150.0
    made.loc[made["many"] == 7, "gaps"] = np.nan
    return made


@pytest.fixture(scope="module")
def files(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    place = tmp_path_factory.mktemp("quantiles")
    made = {}
    for ending in ("csv", "parquet", "sav"):
        made[ending] = place / f"t.{ending}"
        lit.write_table(table, made[ending])
    made["folder"] = place / "folder"
    made["folder"].mkdir()
    cuts = [table[:100], table[100:100], table[100:260], table[260:]]  # the second has no rows
    for k, part in enumerate(cuts):
        part.reset_index(drop=True).to_parquet(made["folder"] / f"{k}.parquet", index=False)
    return made


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Summaries of few entries, so that quantiles have to be narrowed down."""
    monkeypatch.setattr(rank_summaries, "LEAST", 12)
    monkeypatch.setattr(rank_summaries, "MOST", 12)


def ask(
    path: Path, rows: int | None, asked: list[Asked], options: DesignOptions = OPTIONS, workers: int = 1
) -> list[Any]:
    with open_table(path, rows=rows) as file:  # no number is taken to be that of a person
        assert file.in_blocks == (rows is not None)
        ((_, _, found),) = answer_file(
            file, asked, options, None, None, ("",), True, need(options, COLUMNS), ".",
            say=lambda *lines: None, workers=workers,
        )  # fmt: skip
    return list(found)


def median(variable: str, p: float = 0.5, **more: Any) -> Asked:
    return Asked("quantile", (variable,), {"p": p, **more})


MIXED = [
    median("normal"),
    median("normal", 0.02, by=["d"]),
    median("ties", 0.75, by=["d", "few"]),
    median("constant", 0.9),
    median("gaps", by=["many"]),
    median("gaps", 0.98, where={"d": ["a", "c"]}),
    median("wide", 0.4, by=["d"], level=0.99),
    median("few", 0.6, by=["g"]),
    Asked("mean", ("gaps",), {"by": ["d"]}),
]


@pytest.mark.parametrize(
    ("name", "rows"), some([
        ("csv", 130), ("sav", 130), ("folder", 1000), ("parquet", 29), ("csv", 7), ("sav", 7), ("folder", 7),
        ("parquet", 7), ("csv", 1000), ("sav", 1000), ("parquet", 1000),
    ], 4),
)  # fmt: skip
def test_they_are_those_of_the_whole(files: dict[str, Path], name: str, rows: int, crowded: None) -> None:
    whole = ask(files[name], None, MIXED)
    for one, other in zip(whole, ask(files[name], rows, MIXED), strict=True):
        agree(one, other)


def test_a_block_may_be_a_single_row(table: pd.DataFrame, tmp_path: Path, crowded: None) -> None:
    path = tmp_path / "t.parquet"
    table[:40].to_parquet(path, index=False)
    asked = [median("normal", by=["d"]), median("ties", 0.1)]
    options = DesignOptions(weight="w")
    for one, other in zip(ask(path, None, asked, options), ask(path, 1, asked, options), strict=True):
        agree(one, other)


def test_rows_that_are_their_own_sampling_units(files: dict[str, Path], crowded: None) -> None:
    for options in (DesignOptions(weight="w"), DesignOptions(weight="w", strata="h")):
        asked = [median("normal", 0.3, by=["d"]), median("ties")]
        whole = ask(files["parquet"], None, asked, options)
        for one, other in zip(whole, ask(files["parquet"], 50, asked, options), strict=True):
            agree(one, other)


@pytest.mark.parametrize("step", some([
    Steps(replicates="bootstrap", number=30, seed=2), Steps(replicates="jackknife"), Steps(margins="margins"),
    Steps(margins="margins", distance="linear"),
]))  # fmt: skip
def test_replicates_and_margins(
    files: dict[str, Path], table: pd.DataFrame, step: Steps, tmp_path: Path, crowded: None
) -> None:
    if step.margins:
        margins = tmp_path / "margins.csv"
        sums = table.groupby("few")["w"].sum() * [0.9, 1.2, 1, 1.1, 0.8]
        sums.round(1).rename("total").rename_axis("level").reset_index().assign(table="few").to_csv(margins)
        step = Steps(margins=str(margins), distance=step.distance)
    options = DesignOptions(weight="w", strata="h", psu=("u",), steps=step)
    asked = [median("normal", 0.3, by=["d"]), median("gaps")]
    whole = ask(files["parquet"], None, asked, options)
    for one, other in zip(whole, ask(files["parquet"], 100, asked, options), strict=True):
        agree(one, other)


@pytest.mark.parametrize("approximate", [False, True])
def test_several_processes_give_the_bytes_of_one(files: dict[str, Path], approximate: bool) -> None:
    more = {"approximate": True} if approximate else {}
    asked = [median("normal", 0.3, by=["d"], **more), median("wide", 0.9, **more)]
    one, two = (ask(files["folder"], 60, asked, workers=count) for count in (1, 2))
    for a, b in zip(one, two, strict=True):
        assert a.to_frame().equals(b.to_frame()) and a._notes() == b._notes()


@pytest.mark.parametrize("order", ["as it is", "ascending", "descending"])
@pytest.mark.parametrize("name", ["normal", "ties", "constant", "gaps", "wide"])
def test_an_approximate_quantile_is_within_its_stated_error(
    table: pd.DataFrame, name: str, order: str, tmp_path: Path, crowded: None
) -> None:
    rows = table if order == "as it is" else table.sort_values(name, ascending=order == "ascending")
    path = tmp_path / "t.parquet"
    rows.to_parquet(path, index=False)
    for p in (0.03, 0.5, 0.95):
        (made,) = ask(path, 40, [median(name, p, approximate=True)])
        (exact,) = ask(path, None, [median(name, p)])
        live = rows[(rows["w"] > 0) & rows[name].notna()]
        share = live["w"] / live["w"].sum()
        value = made.estimate[0]
        below, upto = share[live[name] < value].sum(), share[live[name] <= value].sum()
        stated = [float(m.group(1)) for n in made._notes() if (m := re.search(r"at most ([\d.]+) perc", n))]
        assert max(below - p, p - upto, 0) <= (stated or [0])[0] / 100 + 1e-10
        if not stated or not stated[0]:
            assert value == exact.estimate[0]
        t = made.to_frame().iloc[0]
        for side, outwards in (("ci_low", -1), ("ci_high", 1)):
            # design-based at the value found: the half width may be smaller than at the exact one, p itself is inside
            assert np.isnan(t[side]) or (t[side] - value) * outwards >= 0


def test_the_interval_of_an_approximate_quantile_is_not_narrower(
    files: dict[str, Path], crowded: None
) -> None:
    """The limits lie at or beyond the values at the limits of the share, moved outwards to the probability itself."""
    rows = pd.read_parquet(files["parquet"])
    live = rows[rows["w"] > 0].sort_values("normal")
    upto = (np.cumsum(live["w"]) / live["w"].sum()).to_numpy()
    wanted = (0.2, 0.31, 0.5, 0.66, 0.8)
    moved, told = [], 0
    for p, made in zip(wanted, ask(files["parquet"], 40, [median("normal", p, approximate=True) for p in wanted]),
                       strict=True):  # fmt: skip
        sample = lit.Sample(
            rows.assign(below=(rows["normal"] <= made.estimate[0]).astype(int)),
            lit.Design(weight="w", strata="h", psu="u"),
        )
        share = lit.mean(sample, "below").to_frame().iloc[0]
        f = share["estimate"]
        low, high = share["ci_low"] - max(f - p, 0), share["ci_high"] + max(p - f, 0)
        moved.append(np.sign(f - p))
        t = made.to_frame().iloc[0]
        width = share["ci_high"] - share["ci_low"]
        assert low < 0 or t["ci_low"] <= live["normal"].iloc[np.searchsorted(upto, low)]
        assert high > 1 or t["ci_high"] >= live["normal"].iloc[np.searchsorted(upto, high)]
        if not np.isnan(t["se"]):
            told += 1
            assert t["se"] == pytest.approx((t["ci_high"] - t["ci_low"]) / width * share["se"])
    assert told
    assert {-1, 1} <= set(moved)


def test_limits_of_shares_are_moved_to_the_probability_asked_for() -> None:
    keys = (("a",), ("b",), ("c",), ("d",))
    r = Result(
        keys, (), (), np.array([0.55, 0.45, 0.55, 0.9]), np.eye(4), np.ones(4), np.ones(4), np.ones(4), np.ones(4),
        np.ones(4), (),
    )  # fmt: skip
    search = search_quantile("y", 0.5, approximate=True)
    ranks = rank_rows(np.zeros(0, np.int64), 4, np.zeros(0), np.zeros(0))
    hunt = Hunt(keys, ranks, ranks.ends(), errors=dict.fromkeys(keys[:2] + keys[3:], 0.1))
    low, high = search._widen(hunt, r, np.array([0.5, 0.4, 0.5, 0.2]), np.array([0.6, 0.5, 0.6, 0.98]))
    np.testing.assert_allclose(low, [0.45, 0.4, 0.5, 0.0])
    np.testing.assert_allclose(high, [0.6, 0.55, 0.6, 0.98])


def test_a_bound_is_never_rounded_to_nothing() -> None:
    rng = np.random.default_rng(2)
    for share in (*10.0 ** rng.uniform(-11, 0, 500), 1.0, 0.0999999, 5.9e-5):
        told = Fraction(round_up(float(share))) / 100
        assert (
            Fraction(float(share)) * (1 - Fraction(1, 10**15))
            <= told
            <= Fraction(float(share)) * Fraction(111, 100)
        )


def test_ranks_without_error_are_said_to_have_none(files: dict[str, Path], crowded: None) -> None:
    (made,) = ask(files["parquet"], 40, [median("normal", 1e-9, approximate=True)])
    rows = pd.read_parquet(files["parquet"])
    assert made.estimate[0] == rows["normal"][rows["w"] > 0].min()
    assert any("no value of normal is off" in n for n in made._notes())
    assert not any("percentage points" in n for n in made._notes())


def test_notes_on_the_error_name_the_variable(files: dict[str, Path], crowded: None) -> None:
    """Tables of several quantiles have the notes of all."""
    asked = [median(name, 0.5, approximate=True) for name in ("normal", "wide", "few")]
    told = [" ".join(one._notes()) for one in ask(files["parquet"], 40, asked)]
    for name, notes in zip(("normal", "wide", "few"), told, strict=True):
        assert f"of {name} " in notes


def test_few_values_need_no_approximation(files: dict[str, Path]) -> None:
    (made,) = ask(files["csv"], 50, [median("few", 0.6, approximate=True)])
    (exact,) = ask(files["csv"], None, [median("few", 0.6)])
    assert made.to_frame().equals(exact.to_frame()) or np.allclose(made.se, exact.se, rtol=1e-12)
    assert any("no approximation was needed" in n for n in made._notes())


BAD: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], Asked, str]] = {
    "infinite": (
        lambda d: d.assign(normal=d["normal"].where(d.index != 300, np.inf)),
        median("normal"),
        "estimate.variable",
    ),
    "text": (lambda d: d, median("d"), "estimate.variable"),
    "nothing but gaps": (lambda d: d.assign(gaps=np.nan), median("gaps"), ""),
    "a mean of gaps": (lambda d: d.assign(gaps=np.nan), Asked("mean", ("gaps",), {"by": ["d"]}), ""),
    "weights of nothing": (lambda d: d.assign(w=0.0), median("normal"), "design.weight"),
    "probability 0": (lambda d: d, median("normal", 0.0), "estimate.option"),
    "probability 1": (lambda d: d, median("normal", 1.0), "estimate.option"),
    "no probability": (lambda d: d, median("normal", np.nan), "estimate.option"),
    "a domain of nobody": (lambda d: d, median("normal", where={"d": ["z"]}), "estimate.domain"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_answered_is_one_error(table: pd.DataFrame, name: str, tmp_path: Path) -> None:
    change, asked, code = BAD[name]
    path = tmp_path / "t.parquet"
    change(table).to_parquet(path, index=False)
    if not code:
        one, other = (ask(path, rows, [asked])[0] for rows in (None, 50))
        assert np.isnan(other.estimate).all()
        agree(one, other)
        return
    for rows in (None, 50):
        with pytest.raises(LiteracyError) as error:
            ask(path, rows, [asked])
        assert error.value.code == code


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SMALL", 0)
    monkeypatch.setattr(streamed_rows, "CELLS", 0)
    for module in (readers, tablefile):
        monkeypatch.setattr(module, "ROWS", 90)


def test_the_command(files: dict[str, Path], small_blocks: None, crowded: None) -> None:
    given = ["--weight", "w", "--strata", "h", "--psu", "u", "--format", "csv"]
    command = ["estimate", str(files["parquet"]), "--quantile", "normal@0.5", *given]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0 and "held in memory" not in done.stderr
    nearly = CliRunner().invoke(main, [*command, "--approximate"])
    assert nearly.exit_code == 0 and nearly.stdout != done.stdout
    for lang in ("zh", "en"):  # a table for readers says how far it may be off, too
        shown = CliRunner().invoke(main, [*command[:-2], "--approximate", "--lang", lang])
        assert shown.exit_code == 0 and "0.5" in shown.stdout.splitlines()[2]
        assert re.search(r"at most [\d.]+ percentage points|误差不超过 [\d.]+ 个百分点", shown.stdout)


def test_a_small_file_needs_no_approximation(files: dict[str, Path]) -> None:
    command = ["estimate", str(files["csv"]), "--quantile", "normal@0.5", "--weight", "w", "--approximate"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0 and "quantiles are exact" in done.stderr


def test_what_several_quantiles_need_alike_is_collected_once(
    files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    kept = RankRows.partial

    def partial(self: RankRows, block: lit.Sample) -> Any:
        seen.append(len(block))
        return kept(self, block)

    monkeypatch.setattr(RankRows, "partial", partial)
    ask(files["parquet"], 100, [median("normal", p, by=["d"]) for p in (0.25, 0.5, 0.75)])
    assert sum(seen) == 420
