"""A file read block by block gives the numbers of the whole: every command, format and size of block."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import literacy as lit
from literacy.errors import LiteracyError
from literacy.files import open_table
from literacy.workflow.answerfiles import load_data
from literacy.workflow.recipes import Steps, write_weighted
from literacy.workflow.samples import DesignOptions, build_sample, need
from literacy.workflow.streaming.streamed_estimates import Asked, answer_file
from literacy.workflow.streaming.streamed_weighting import weight_blocks
from tests.conftest import some

ROWS = 1380


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample wave as answers, scored and as a plain table, in every format that is read block by block."""
    place = tmp_path_factory.mktemp("blocks")
    raw = Path(str(lit.sample_data("erenhot_2025.sav")))
    scored = lit.score(lit.read(raw, "erenhot")).frame
    made = {"raw.sav": raw, "raw.parquet": place / "raw.parquet"}
    numbers, _ = pyreadstat.read_sav(raw, user_missing=True)
    numbers.convert_dtypes().to_parquet(made["raw.parquet"], index=False, row_group_size=450)
    for ending in ("sav", "zsav", "csv", "parquet"):
        made[f"scored.{ending}"] = place / f"scored.{ending}"
        lit.write_table(scored, made[f"scored.{ending}"])
    table = lit.read_table(raw)
    rng = np.random.default_rng(5)
    table = pd.DataFrame(
        {
            "w": table["base_weight"] if "base_weight" in table else rng.uniform(0.5, 2, len(table)).round(3),
            "h": rng.integers(0, 6, len(table)),
            "u": rng.integers(0, 9, len(table)),
            "y": (rng.random(len(table)) < 0.2).astype(int),
            "score": rng.normal(1e6, 12, len(table)).round(2),
            "spend": rng.gamma(2, 30, len(table)).round(1),
            "edu": rng.choice(["初中", "高中", "大学"], len(table)),
            "share": [f"{v}%" for v in rng.integers(1, 99, len(table))],
        }
    )
    table.loc[rng.random(len(table)) < 0.1, "score"] = np.nan
    for ending in ("sav", "zsav", "csv", "parquet"):
        made[f"plain.{ending}"] = place / f"plain.{ending}"
        lit.write_table(table, made[f"plain.{ending}"])
    for ending in ("csv", "parquet"):
        folder = place / f"folder_{ending}"
        folder.mkdir()
        for k, rows in enumerate(np.array_split(np.arange(len(table)), 3)):
            lit.write_table(table.iloc[rows].reset_index(drop=True), folder / f"{k}.{ending}")
        made[f"folder.{ending}"] = folder
    made["pattern.parquet"] = place / "folder_parquet" / "*.parquet"
    return made


PLAIN = DesignOptions(weight="w", strata="h", psu=("u",))
QUESTIONS: dict[str, Asked] = {
    "share": Asked("proportion", ("y",), {"by": ["edu"], "deff": "wor"}),
    "levels": Asked("proportion", ("edu",), {"by": ["h"], "ci": "beta"}),
    "value": Asked("proportion", ("edu=大学",), {"where": {"y": ["1"]}}),
    "mean": Asked("mean", ("score",), {"by": ["edu", "y"]}),
    "percent": Asked("mean", ("share",), {}),
    "total": Asked("total", ("spend",), {"by": ["h"]}),
    "counts": Asked("total", ("edu",), {}),
    "ratio": Asked("ratio", ("spend", "score"), {"by": ["edu"]}),
    "variance": Asked("population_variance", ("score",), {}),
    "independence": Asked("independence", ("edu", "y"), {"where": None}),
    "median": Asked("quantile", ("score",), {"p": 0.5}),
    "upper tail": Asked("quantile", ("spend",), {"p": 0.97, "by": ["edu", "y"], "level": 0.9}),
    "of few values": Asked("quantile", ("h",), {"p": 0.25, "by": ["edu"], "where": {"y": ["1"]}}),
}
SCORED: dict[str, Asked] = {
    "literate": Asked("proportion", ("literate",), {"by": ["group"]}),
    "tier": Asked("proportion", ("tier",), {"by": ["sex"]}),
    "total": Asked("mean", ("total",), {"by": ["sex"], "where": {"group_youth": ["1"]}}),
    "median": Asked("quantile", ("total",), {"p": 0.5, "by": ["group"]}),
}


def answers(
    path: Path, rows: int | None, asked: list[Asked], options: DesignOptions
) -> tuple[Any, list[Any]]:
    names = [v.partition("=")[0] for a in asked for v in a.variables]
    names += [n for a in asked for n in (*(a.options.get("by") or ()), *(a.options.get("where") or ()))]
    said: list[str] = []
    with open_table(path, rows=rows) as file:
        assert file.in_blocks == (rows is not None)
        survey = "erenhot" if "plain" not in path.name and "folder" not in str(path) else None
        made = answer_file(
            file, asked, options, survey, None, ("",), False, need(options, names), ".",
            say=lambda *lines: said.extend(map(str, lines)),
        )  # fmt: skip
        ((_, history, found),) = made
    return (said, history), found


def agree(one: Any, other: Any) -> None:
    """Equal to 1e-12 of the larger of value and estimate; counts and names exactly."""
    a, b = one.to_frame(), other.to_frame()
    assert list(a.columns) == list(b.columns)
    for name in a.columns:
        x, y = a[name], b[name]
        if not pd.api.types.is_float_dtype(x) or name == "n":
            assert x.tolist() == y.tolist(), name
            continue
        size = np.maximum(np.abs(x), np.abs(a["estimate"]) if "estimate" in a else 0)
        assert np.allclose(x, y, rtol=0, atol=1e-12 * np.nan_to_num(size).max() + 1e-300, equal_nan=True), (
            name
        )
    assert one._notes() == other._notes()


@pytest.mark.parametrize("rows", some([97, 500]))
@pytest.mark.parametrize(
    "name",
    [
        "plain.csv",
        "plain.parquet",
        "plain.sav",
        "plain.zsav",
        "folder.csv",
        "folder.parquet",
        "pattern.parquet",
    ],
)
def test_a_plain_table_in_blocks_gives_the_numbers_of_the_whole(
    files: dict[str, Path], name: str, rows: int
) -> None:
    asked = [q for key, q in QUESTIONS.items() if key != "percent" or name.endswith("csv")]
    whole = answers(files[name], None, asked, PLAIN)
    parts = answers(files[name], rows, asked, PLAIN)
    assert parts[0] == whole[0]
    for one, other in zip(whole[1], parts[1], strict=True):
        agree(one, other)


@pytest.mark.parametrize("rows", some([150, 1000]))
def test_answers_of_other_types_in_each_file_of_a_folder(tmp_path: Path, rows: int) -> None:
    numbers, _ = pyreadstat.read_sav(lit.sample_data("erenhot_2025.sav"), user_missing=True)
    numbers.loc[900:, "k02"] = np.nan
    numbers.loc[450:899, "k03"] = 1
    numbers.loc[0, "k05"] = 9
    numbers.to_parquet(tmp_path / "whole.parquet", index=False)
    (tmp_path / "raw").mkdir()
    for k, part in enumerate(
        (numbers[:450].convert_dtypes(), numbers[450:900], numbers[900:].convert_dtypes())
    ):
        part.to_parquet(tmp_path / "raw" / f"{k}.parquet", index=False, row_group_size=200)
    asked = list(SCORED.values())
    whole = answers(tmp_path / "whole.parquet", None, asked, DesignOptions())
    parts = answers(tmp_path / "raw", rows, asked, DesignOptions())
    for one, other in zip(whole[1], parts[1], strict=True):
        a, b = one.to_frame(), other.to_frame()
        assert a["n"].tolist() == b["n"].tolist()
        assert np.allclose(a["estimate"], b["estimate"], rtol=1e-12, atol=0)
        assert np.allclose(a["se"], b["se"], rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("rows", some([211, 1000]))
@pytest.mark.parametrize(
    "name", ["raw.sav", "raw.parquet", "scored.sav", "scored.zsav", "scored.csv", "scored.parquet"]
)
def test_answers_in_blocks_give_the_numbers_of_the_whole(
    files: dict[str, Path], name: str, rows: int
) -> None:
    asked = list(SCORED.values())
    whole = answers(files[name], None, asked, DesignOptions())
    parts = answers(files[name], rows, asked, DesignOptions())
    assert parts[0] == whole[0]
    for one, other in zip(whole[1], parts[1], strict=True):
        agree(one, other)


def test_a_domain_of_nobody_is_refused(files: dict[str, Path]) -> None:
    asked = [Asked("mean", ("score",), {"where": {"edu": ["博士"]}})]
    for rows in (None, 97):
        with pytest.raises(LiteracyError) as error:
            answers(files["plain.csv"], rows, asked, PLAIN)
        assert error.value.code == "estimate.domain"


MARGINS: dict[str, Any] = {"edu": {"初中": 15000, "高中": 17000, "大学": 13000}, "y": {"0": 37000, "1": 8000}}
STEPS: dict[str, Any] = {
    "raked": {},
    "capped": {"max_ratio": 3.0},
    "linear": {"distance": "linear"},
    "logit": {"distance": "logit", "bounds": (0.3, 3.0)},
}


DRAWS = {
    "bootstrap": Steps(replicates="bootstrap", number=40, seed=3),
    "rao_wu": Steps(replicates="rao_wu", number=30, seed=4),
    "jackknife": Steps(replicates="jackknife"),
}


@pytest.mark.parametrize("step", some(DRAWS))
@pytest.mark.parametrize("name", ["plain.csv", "folder.parquet", "plain.sav"])
def test_replicates_from_the_sums_of_units_are_those_of_the_whole(
    files: dict[str, Path], name: str, step: str
) -> None:
    options = replace(PLAIN, steps=DRAWS[step])
    asked = [QUESTIONS[k] for k in (
        "share", "mean", "levels", "value", "total", "ratio", "variance", "upper tail",
    )]  # fmt: skip
    whole = answers(files[name], None, asked, options)
    parts = answers(files[name], 97, asked, options)
    assert parts[0] == whole[0]
    for one, other in zip(whole[1], parts[1], strict=True):
        assert other.origin.variance in ("bootstrap", "rao_wu", "jkn")
        agree(one, other)


def test_a_bootstrap_does_not_depend_on_the_order_of_the_rows() -> None:
    rng = np.random.default_rng(8)
    table = pd.DataFrame(
        {"y": rng.normal(size=300), "h": rng.integers(0, 4, 300), "u": rng.integers(0, 30, 300)}
    )
    design = lit.Design(strata="h", psu="u")

    def error(rows: pd.DataFrame) -> float:
        made = lit.make_replicates(lit.Sample(rows, design), "bootstrap", replicates=50, seed=1)
        return float(lit.mean(made, "y").se[0])

    assert np.isclose(error(table), error(table.sample(frac=1, random_state=2)), rtol=1e-12)


@pytest.mark.parametrize("step", some(STEPS))
@pytest.mark.parametrize("name", ["plain.csv", "folder.parquet", "plain.zsav"])
def test_weights_from_the_cells_of_margins_give_the_numbers_of_the_whole(
    files: dict[str, Path], name: str, step: str, tmp_path: Path
) -> None:
    margins = tmp_path / "margins.csv"
    levels = [(c, k, v) for c, some in MARGINS.items() for k, v in some.items()]
    pd.DataFrame(levels, columns=["table", "level", "total"]).to_csv(margins, index=False)
    options = replace(PLAIN, steps=Steps(margins=str(margins), **STEPS[step]))
    asked = [QUESTIONS[k] for k in (
        "share", "mean", "levels", "total", "ratio", "independence", "upper tail",
    )]  # fmt: skip
    whole = answers(files[name], None, asked, options)
    parts = answers(files[name], 211, asked, options)
    told = [
        [re.sub(r"converged.*error [0-9.e-]+, ", "", line) for line in one[0][1]] for one in (whole, parts)
    ]
    assert told[0] == told[1]  # but for the rounding of what is all but nothing
    for one, other in zip(whole[1], parts[1], strict=True):
        agree(one, other)


@pytest.mark.parametrize("name", some(["plain.csv", "folder.parquet", "scored.sav", "raw.sav"], 2))
def test_a_file_weighted_in_blocks_holds_the_rows_of_the_whole(
    files: dict[str, Path], name: str, tmp_path: Path
) -> None:
    plain = not name.startswith(("scored", "raw"))
    margins = tmp_path / "margins.csv"
    levels = [(c, k, v) for c, some in MARGINS.items() for k, v in some.items()]
    pd.DataFrame(levels, columns=["table", "level", "total"]).to_csv(margins, index=False)
    steps = Steps(margins=str(margins) if plain else "2025")
    options = replace(PLAIN, steps=steps) if plain else DesignOptions(steps=steps)
    survey = None if plain else "erenhot"
    out = tmp_path / f"out{Path(name).suffix.replace('sav', 'csv')}"
    with open_table(files[name], rows=211) as file:
        weight_blocks(
            file, str(out), out.suffix[1:], options, survey, None, "", False, ".", say=lambda *lines: None
        )
    with open_table(files[name]) as file:
        data = load_data(file, survey, None, say=lambda *lines: None)
    lit.write_table(write_weighted(build_sample(data, options), data, steps), tmp_path / f"whole{out.suffix}")
    made, whole = (lit.read_table(tmp_path / f"{stem}{out.suffix}") for stem in ("out", "whole"))
    pd.testing.assert_frame_equal(made, whole, rtol=1e-12)


def test_no_weight_is_written_where_the_margins_cannot_be_met(files: dict[str, Path], tmp_path: Path) -> None:
    margins = tmp_path / "margins.csv"
    pd.DataFrame([("edu", "博士", 5)], columns=["table", "level", "total"]).to_csv(margins, index=False)
    options = replace(PLAIN, steps=Steps(margins=str(margins)))
    with open_table(files["plain.csv"], rows=97) as file, pytest.raises(LiteracyError) as error:
        weight_blocks(
            file,
            str(tmp_path / "out.csv"),
            "csv",
            options,
            None,
            None,
            "",
            False,
            ".",
            say=lambda *lines: None,
        )
    assert error.value.code == "weighting.level"
    assert [p.name for p in tmp_path.iterdir()] == ["margins.csv"]


def written(files: dict[str, Path], tmp_path: Path, name: str, ending: str) -> Path:
    """A file of the sample as ``literacy weight`` writes it."""
    plain = name.startswith("plain")
    margins = tmp_path / "margins.csv"
    levels = [(c, k, v) for c, some in MARGINS.items() for k, v in some.items()]
    pd.DataFrame(levels, columns=["table", "level", "total"]).to_csv(margins, index=False)
    steps = Steps(margins=str(margins), max_ratio=3.0) if plain else Steps(margins="2025")
    options = replace(PLAIN, steps=steps) if plain else DesignOptions(steps=steps)
    with open_table(files[name]) as file:
        data = load_data(file, None if plain else "erenhot", None, say=lambda *lines: None)
    path = tmp_path / f"{'plain' if plain else 'scored'}.{ending}"
    lit.write_table(write_weighted(build_sample(data, options), data, steps), path)
    margins.unlink()  # the file remembers its totals
    return path


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("name", ["plain.csv", "scored.sav"])
def test_a_weighted_file_in_blocks_repeats_its_own_weighting(
    files: dict[str, Path], tmp_path: Path, name: str, ending: str
) -> None:
    path = written(files, tmp_path, name, ending)
    plain = name.startswith("plain")
    asked = [QUESTIONS["share"], QUESTIONS["mean"]] if plain else list(SCORED.values())
    options = DesignOptions(strata="h", psu=("u",)) if plain else DesignOptions()
    whole = answers(path, None, asked, options)
    parts = answers(path, 211, asked, options)
    told = [
        [re.sub(r"converged.*error [0-9.e-]+, ", "", line) for line in one[0][1]] for one in (whole, parts)
    ]
    assert told[0] == told[1]
    assert any("raked to" in line for line in told[1])
    for one, other in zip(whole[1], parts[1], strict=True):
        agree(one, other)


@pytest.mark.parametrize("change", ["weight", "rows", "record"])
def test_a_weighted_file_that_was_changed_is_refused_in_blocks_too(
    files: dict[str, Path], tmp_path: Path, change: str
) -> None:
    path = written(files, tmp_path, "plain.csv", "parquet")
    frame = pd.read_parquet(path)
    if change == "weight":
        frame.loc[[700, 1200], "weight"] *= 1.01
    elif change == "rows":
        frame = frame.drop(index=range(900, 950))
    else:
        frame.loc[800, "weighting"] = '{"margins": "other"}'
    frame.to_parquet(path, index=False)
    options = DesignOptions(strata="h", psu=("u",))
    for rows in (None, 211):
        with pytest.raises(LiteracyError) as error:
            answers(path, rows, [QUESTIONS["mean"]], options)
        assert error.value.code == "io.columns"
        if change == "weight":
            assert "2 weights differ" in error.value.what
