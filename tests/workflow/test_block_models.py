"""A model fitted block by block gives the numbers, notes and errors of all rows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import literacy as lit
from literacy.errors import LiteracyError
from literacy.estimation.models import predictors
from literacy.estimation.models.equations import Data, Plan
from literacy.estimation.models.formulas import model_columns
from literacy.estimation.models.regression import Request
from literacy.files import open_table, readers, tablefile
from literacy.kernels.models.glm import fit_glm, glm_influence
from literacy.workflow.recipes import Steps
from literacy.workflow.samples import DesignOptions, need
from literacy.workflow.streaming import streamed_models
from literacy.workflow.streaming.streamed_estimates import answer_file
from literacy.workflow.streaming.streamed_models import AskedModel
from tests.conftest import some

DESIGN = DesignOptions(weight="w", strata="h", psu=("u",))
LINEAR, ITERATED = 1e-12, 1e-10


def make_table(n: int, seed: int = 3) -> pd.DataFrame:
    """Answers with weights of 0, missing values, and a level in the last rows only."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "w": rng.uniform(0.5, 2, n).round(3),
            "h": rng.integers(0, 3, n),
            "u": rng.integers(0, 5, n),
            "age": rng.integers(18, 70, n),
            "year": rng.normal(2020, 3, n).round(2),
            "edu": rng.choice(["初中", "高中", "大学"], n),
            "code": rng.integers(1, 4, n),
            "hours": rng.uniform(1, 9, n).round(2),
        }
    )
    lift = 0.04 * (table.age - 40) + 0.5 * (table.edu == "大学")
    table["score"] = (1e3 + 10 * lift + rng.normal(0, 3, n)).round(2)
    table["y"] = (rng.random(n) < 1 / (1 + np.exp(-lift))).astype(float)
    table["view"] = np.digitize(lift + rng.logistic(size=n), [-1.0, 0.3, 1.5])
    table["visits"] = rng.poisson(table.hours * np.exp(0.3 * lift))
    table["log_hours"] = np.log(table.hours)
    table.loc[rng.random(n) < 0.05, "w"] = 0.0
    for name in ("age", "score", "y"):
        table[name] = table[name].astype(float)
        table.loc[rng.random(n) < 0.08, name] = np.nan
    table.loc[rng.random(n) < 0.08, "edu"] = None
    late = table.index[-max(n // 12, 6) :]
    table.loc[late[::2], "edu"] = "小学"
    table.loc[late[::2], "w"] = 1.25
    return table


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], Path]:
    """The table in a format, with so many rows."""
    place = tmp_path_factory.mktemp("models")

    def find(form: str, n: int) -> Path:
        table = make_table(n)
        if form != "folder":
            path = place / f"{n}.{form}"
            if not path.exists():
                lit.write_table(table, path)
            return path
        folder = place / f"folder{n}"
        if not folder.exists():
            folder.mkdir()
            parts = [*np.array_split(np.arange(n), 3), np.arange(0)]
            for k, rows in zip((0, 1, 3, 2), parts, strict=True):  # the third is empty
                lit.write_table(table.iloc[rows].reset_index(drop=True), folder / f"{k}.parquet")
        return folder

    return find


def ask(
    path: Path,
    rows: int | None,
    asked: AskedModel,
    options: DesignOptions = DESIGN,
    workers: int | None = None,
    large: bool = False,
) -> tuple[Any, Any]:
    """The result, and what is said with it."""
    said: list[str] = []
    request = asked.request
    with open_table(path, rows=rows) as file:
        assert file.in_blocks == (rows is not None or large)
        named = model_columns(request.outcome, request.predictors, file.columns) or []
        more = [request.offset or "", *(request.where or ())]
        ((_, history, (made,)),) = answer_file(
            file, (asked,), options, None, None, ("",), False, need(options, [*named, *more]), ".",
            say=lambda *lines: said.extend(map(str, lines)), workers=workers, in_blocks=asked.in_blocks,
        )  # fmt: skip
    return made.result, (made.title, said, history)


def agree(one: Any, other: Any, tolerance: float) -> None:
    """Equal relative to the largest of value, estimate and standard error; names, counts and notes exactly."""
    a, b = one.to_frame(), other.to_frame()
    assert list(a.columns) == list(b.columns)
    size = np.maximum(
        np.abs(a["estimate"]), a["se"].fillna(0)
    )  # an effect of nearly 0 has no digits of its own
    for name in a.columns:
        x, y = a[name], b[name]
        if not pd.api.types.is_float_dtype(x) or name == "n":
            assert x.tolist() == y.tolist(), name
            continue
        gap = np.abs(x - y) / np.maximum(np.abs(x), size)
        assert (x.isna() == y.isna()).all() and (gap.fillna(0) <= tolerance).all(), (name, gap.max())
    scale = np.sqrt(np.outer(np.diag(one.covariance), np.diag(one.covariance))) + np.abs(
        np.outer(a["estimate"], a["estimate"])
    )
    assert (np.abs(one.covariance - other.covariance) <= tolerance * scale).all()
    assert one._notes() == other._notes()


MODELS: dict[str, AskedModel] = {
    "linear": AskedModel(Request("score", ["age", "edu", "year"])),
    "products": AskedModel(Request("score", ["C(code) * age", "I(age**2)", "np.log(hours)"])),
    "reference": AskedModel(Request("score", ["edu"], reference={"edu": "大学"}, where={"code": ["1", "3"]})),
    "means": AskedModel(Request("score", ["edu", "age"]), means="edu"),
    "logistic": AskedModel(Request("y", ["age", "edu"], family="logistic")),
    "value": AskedModel(Request("edu=大学", ["age"], family="logistic", where={"code": ["2"]})),
    "shares": AskedModel(Request("y", ["age", "C(code)"], family="logistic"), means="code"),
    "effects": AskedModel(Request("y", ["age", "edu"], family="logistic"), effects=True),
    "poisson": AskedModel(Request("visits", ["age", "code"], family="poisson", offset="log_hours")),
    "ordinal": AskedModel(Request("view", ["age", "edu"], family="ordinal")),
    "ordinal means": AskedModel(Request("view", ["age", "edu"], family="ordinal"), means="edu"),
}


def tolerance(asked: AskedModel) -> float:
    return LINEAR if asked.request.family == "linear" else ITERATED


@pytest.mark.parametrize("form", ["csv", "parquet", "folder", "sav"])
@pytest.mark.parametrize("name", some(MODELS, 4))
def test_a_model_in_blocks_is_that_of_the_whole(
    places: Callable[[str, int], Path], name: str, form: str
) -> None:
    path, asked = places(form, 400), MODELS[name]
    whole, told = ask(path, None, asked)
    for rows in (67, 1000):
        made, said = ask(path, rows, asked)
        agree(whole, made, tolerance(asked))
        assert said == told


@pytest.mark.parametrize("name", some(MODELS))
def test_blocks_of_seven_rows(places: Callable[[str, int], Path], name: str) -> None:
    path, asked = places("parquet", 90), MODELS[name]
    agree(ask(path, None, asked)[0], ask(path, 7, asked)[0], tolerance(asked))


@pytest.mark.parametrize("name", some(["linear", "logistic", "ordinal means"]))
def test_blocks_of_one_row(places: Callable[[str, int], Path], name: str) -> None:
    path, asked = places("parquet", 70), MODELS[name]
    agree(ask(path, None, asked)[0], ask(path, 1, asked)[0], tolerance(asked))


DESIGNS: dict[str, DesignOptions] = {
    "none": DesignOptions(),
    "weights": DesignOptions(weight="w"),
    "strata": DesignOptions(weight="w", strata="h"),
    "adjust": DesignOptions(weight="w", strata="lone", psu=("u",), lonely_psu="adjust"),
    "average": DesignOptions(weight="w", strata="lone", psu=("u",), lonely_psu="average"),
    "two stages": DesignOptions(weight="w", strata="h", psu=("u", "code"), fpc=("fpc", "fpc2")),
}


@pytest.mark.parametrize("design", DESIGNS)
def test_every_design(design: str, tmp_path: Path) -> None:
    table = make_table(300).assign(fpc=40, fpc2=9)
    # a stratum of one unit, and strata without rows of the domain
    table["lone"] = np.where(table.u == 0, 9, 10 * table.code + table.h)
    lit.write_table(table, tmp_path / "a.parquet")
    for asked in (
        MODELS["linear"],
        MODELS["means"],
        AskedModel(replace(MODELS["logistic"].request, where={"code": ["1", "2"]})),
    ):
        whole, told = ask(tmp_path / "a.parquet", None, asked, DESIGNS[design])
        made, said = ask(tmp_path / "a.parquet", 41, asked, DESIGNS[design])
        agree(whole, made, tolerance(asked))
        assert said == told


@pytest.mark.parametrize("name", DESIGNS)
def test_the_covariance_is_that_of_the_scores_row_by_row(name: str) -> None:
    """Not from sums by unit: of the influence of every row, under the design."""
    table = make_table(300).assign(fpc=40, fpc2=9)
    table["lone"] = np.where(table.u == 0, 9, 10 * table.code + table.h)
    given = DESIGNS[name]
    design = lit.Design(
        weight=given.weight, strata=given.strata, psu=given.psu, fpc=given.fpc, lonely_psu=given.lonely_psu
    )
    sample = lit.Sample(table, design)
    for family, outcome in (("linear", "score"), ("logistic", "y")):
        model = lit.regress(sample, outcome, ["age", "edu"], family=family, where={"code": [1, 2]})
        data = model.data
        fit = fit_glm(data.X, data.y, data.weight, family)
        scores = np.zeros((len(sample), len(fit.coefficients)))
        scores[data.rows] = glm_influence(data.X, data.y, fit, family)
        size = np.sqrt(np.outer(np.diag(model.covariance), np.diag(model.covariance)))
        assert (np.abs(sample.covariance(scores, data.rows) - model.covariance) <= 1e-9 * size).all()
        assert model.df == sample.df(data.rows) - (len(fit.coefficients) - 1)


@pytest.mark.parametrize("step", some({"raked": {}, "linear": {"distance": "linear"}}))
def test_weights_from_margins(places: Callable[[str, int], Path], step: Any, tmp_path: Path) -> None:
    margins = tmp_path / "margins.csv"
    margins.write_text("table,level,total\ncode,1,200\ncode,2,210\ncode,3,190\nh,0,180\nh,1,220\nh,2,200\n")
    more: dict[str, Any] = {"raked": {}, "linear": {"distance": "linear"}}[step]
    options = replace(DESIGN, steps=Steps(margins=str(margins), **more))
    for name in ("linear", "logistic", "means"):
        whole, _ = ask(places("parquet", 400), None, MODELS[name], options)
        made, _ = ask(places("parquet", 400), 67, MODELS[name], options)
        agree(whole, made, ITERATED)


def test_the_coefficients_are_those_of_statsmodels(places: Callable[[str, int], Path]) -> None:
    import statsmodels.api as sm

    table = make_table(400)
    table = table[(table.w > 0) & table[["age", "edu", "y", "score"]].notna().all(axis=1)]
    levels = sorted(table.edu.unique())
    X = np.column_stack([np.ones(len(table)), table.age, *((table.edu == v) for v in levels[1:])]).astype(
        float
    )
    for family, outcome in (("linear", "score"), ("logistic", "y")):
        made, _ = ask(
            places("folder", 400), 50,
            AskedModel(Request(outcome, ["age", "edu"], family=family, where={"code": ["1", "2", "3"]})),
        )  # fmt: skip
        kind = sm.families.Gaussian() if family == "linear" else sm.families.Binomial()
        # only rows with a known outcome and predictors of this model
        rows = make_table(400)
        rows = rows[(rows.w > 0) & rows[["age", "edu", outcome]].notna().all(axis=1)]
        X = np.column_stack([np.ones(len(rows)), rows.age, *((rows.edu == v) for v in levels[1:])]).astype(
            float
        )
        other = sm.GLM(rows[outcome].to_numpy(), X, kind, freq_weights=rows.w.to_numpy()).fit(tol=1e-14)
        assert made.n == len(rows)
        assert made.coefficients == pytest.approx(np.asarray(other.params), rel=1e-9)


def fault(
    path: Path, rows: int | None, asked: AskedModel, options: DesignOptions = DESIGN
) -> tuple[str, ...]:
    with pytest.raises(LiteracyError) as error:
        ask(path, rows, asked, options)
    return error.value.code, error.value.where, error.value.what, error.value.fix


FAULTS: dict[str, Request] = {
    "collinear": Request("score", ["age", "twice"]),
    "zero": Request("score", ["age", "C(code)", "C(same)"]),
    "separated": Request("sure", ["age", "edu"], family="logistic"),
    "a level separated": Request("y", ["alone"], family="logistic"),
    "separated order": Request("view", ["view2"], family="ordinal"),
    "no such value": Request("edu=博士", ["age"], family="logistic"),
    "no such domain": Request("score", ["age"], where={"edu": ["大学", "博士"]}),
    "empty domain": Request("score", ["age"], where={"edu": ["大学"], "nothing": ["1"]}),
    "no such reference": Request("score", ["edu"], reference={"edu": "博士"}),
    "not a predictor": Request("score", ["age"], reference={"edu": "大学"}),
    "no order": Request("edu", ["age"], family="ordinal"),
    "not shares": Request("age", ["code"], family="logistic"),
    "negative counts": Request("minus", ["code"], family="poisson"),
    "one level": Request("score", ["one"]),
    "undefined": Request("score", ["np.log(minus)"]),
    "a name": Request("score", ["name"]),
    "many levels": Request("score", ["factor(name)"]),
    "itself": Request("score", ["age", "score"]),
    "missing": Request("gone", ["age"]),
    "missing predictor": Request("score", ["gone"]),
    "number and categories": Request("score", ["number(code)", "C(code)"]),
    "no column": Request("score", ["ages"]),
}


@pytest.mark.parametrize("name", some(FAULTS, 8))
def test_the_same_error(name: str, tmp_path: Path) -> None:
    table = make_table(400)
    table["edu"] = table.edu.fillna("初中")
    table["twice"] = table.age * 2 + 3
    table["same"] = table.code + 1
    table["sure"] = (table.age.fillna(0) > 40).astype(int)
    table["alone"] = np.where((table.y == 1) & (np.arange(400) % 7 == 0), "a", "b")
    table["view2"] = table.view * 1.0
    table["nothing"] = 1
    table.loc[table.edu == "大学", "nothing"] = 0
    table["one"] = "a"
    table["minus"] = -table.hours
    table["name"] = [f"n{i}" for i in range(400)]
    table["gone"] = np.nan
    lit.write_table(table, tmp_path / "a.parquet")
    asked = AskedModel(FAULTS[name])
    whole = fault(tmp_path / "a.parquet", None, asked)
    for rows in (57, 1000):
        assert fault(tmp_path / "a.parquet", rows, asked) == whole


def test_a_negative_weight_and_a_universe_of_nobody(tmp_path: Path) -> None:
    table = make_table(200)
    table.loc[150, "w"] = -1.0
    table.loc[150, ["age", "score"]] = 30.0
    table["universe"] = "adults"
    table.loc[:20, "universe"], table.loc[:20, "edu"] = "pupils", "幼儿园"
    lit.write_table(table.assign(w=table.w.abs()), tmp_path / "b.parquet")
    for options in (replace(DESIGN, universe="adults"), replace(DESIGN, universe="nobody")):
        if options.universe == "nobody":
            both = [fault(tmp_path / "b.parquet", r, MODELS["linear"], options) for r in (None, 33)]
            assert both[0] == both[1]
            continue
        whole, told = ask(tmp_path / "b.parquet", None, MODELS["linear"], options)
        made, said = ask(tmp_path / "b.parquet", 15, MODELS["linear"], options)
        agree(whole, made, LINEAR)
        assert said == told
        assert "幼儿园" not in made.table["level"].tolist()  # a level of rows outside the universe


def test_several_processes_give_the_same_bytes(places: Callable[[str, int], Path]) -> None:
    for name in ("linear", "ordinal means"):
        frames = [ask(places("folder", 400), 60, MODELS[name], workers=n)[0].to_frame() for n in (1, 2)]
        pd.testing.assert_frame_equal(*frames, check_exact=True)


def test_replicates_read_all_rows_and_say_so(places: Callable[[str, int], Path]) -> None:
    options = replace(DESIGN, steps=Steps(replicates="jackknife"))
    made, (_, said, _) = ask(places("parquet", 400), 60, MODELS["linear"], options)
    whole, _ = ask(places("parquet", 400), None, MODELS["linear"], options)
    agree(whole, made, LINEAR)
    assert any("all rows are held in memory" in line for line in said)


def test_a_block_holds_no_more_of_the_matrix_than_agreed(
    places: Callable[[str, int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocks of the first pass are larger than those of the others; the numbers do not depend on them."""
    whole, _ = ask(places("parquet", 400), None, MODELS["products"])
    monkeypatch.setattr(readers, "SMALL", 0)
    for module in (readers, tablefile):
        monkeypatch.setattr(module, "ROWS", 10)
    monkeypatch.setattr(streamed_models, "NUMBERS", 400)
    read, sizes = Plan.read, []

    def kept(self: Plan, block: lit.Sample) -> Data:
        data = read(self, block)
        sizes.append((len(block), data.X.shape[1]))
        return data

    monkeypatch.setattr(Plan, "read", kept)
    made, _ = ask(places("parquet", 400), None, MODELS["products"], large=True)
    agree(whole, made, LINEAR)
    rows, width = max(n for n, _ in sizes), sizes[0][1]
    assert 10 < rows <= 400 // width


def test_dates_with_and_without_a_time_are_the_same_levels() -> None:
    day, moment = pd.Timestamp("2025-03-01"), pd.Timestamp("2025-03-02 10:00")
    one = predictors.Levels("d", (day.date(),)) + predictors.Levels("d", (day, moment))
    assert one.values == (day, moment)
    assert one.place([day.date(), moment]).tolist() == [0, 1, -1]


def test_levels_without_end_are_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictors, "MOST", 5)
    with pytest.raises(LiteracyError, match="more than 5 levels"):
        predictors.Levels("v", (1, 2, 3)) + predictors.Levels("v", (4, 5, 6))
