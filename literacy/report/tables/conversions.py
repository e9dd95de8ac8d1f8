"""Conversion of results to tables of the contract: trends, projections, weightings, models, backtests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from literacy.errors import LiteracyError
from literacy.estimation import Model, Tabulation
from literacy.instrument import Label
from literacy.kernels.design.intervals import proportion_interval
from literacy.messages import tell, tell_value
from literacy.projection import Backtest, Contributions, Projection, Trend
from literacy.projection.models.methods import METHODS
from literacy.provenance import Source
from literacy.report.facts.goal_facts import read_pace
from literacy.report.sentences.composition import phrase
from literacy.weighting import Weighting

LEVEL = 0.95


def published_rows(trend: Trend) -> pd.DataFrame:
    """Return a published series with its breaks, without intervals because most sampling errors are assumed."""
    frame = trend.to_frame()
    return pd.DataFrame(
        {
            "year": frame["year"],
            "level": trend.level,
            "label_zh": trend.label.zh,
            "label_en": trend.label.en,
            "estimate": frame["estimate"],
            "standard": frame["standard"],
            "break": frame["joined"].astype(int),
            "synthetic": 0,
        }
    )


def surveyed_rows(trend: Trend) -> pd.DataFrame:
    """Return the surveys of a city or group with logit intervals, and other series without intervals."""
    rows = published_rows(trend)
    if trend.level not in ("city", "group") or not len(trend):
        return rows
    low, high = proportion_interval(trend.estimate, trend.se, trend.df, LEVEL, "logit", trend.n, trend.n_eff)
    return rows.assign(ci_low=low, ci_high=high, confidence=LEVEL, n=trend.n, synthetic=int(trend.synthetic))


def fan_rows(projection: Projection, synthetic: int) -> pd.DataFrame:
    """Return the fan by year with its label, and the probability that the true share passes the first goal."""
    names = {"estimate": "median", "ci_low": "low_95", "ci_high": "high_95"}
    frame = projection.to_frame().rename(columns=names)
    bounds = [f"{side}_{percent}" for percent in (50, 80, 95) for side in ("low", "high")]
    place, stand_in = projection.trend, projection.proxy
    zh, en = place.label.zh or place.area, place.label.en or place.area
    if stand_in is not None:
        zh = f"{zh or '本地'}（以{stand_in.label.zh or stand_in.area}代替）"
        en = f"{en or 'this place'}, by proxy of {stand_in.label.en or stand_in.area}"
    frame = frame[["year", "median", *bounds]].assign(
        synthetic=synthetic, level=place.level, label_zh=zh, label_en=en
    )
    if projection.outlooks and projection.outlooks[0].goal.value is not None:
        first = projection.outlooks[0]
        frame["p_reached"] = 1.0 - projection.spread.cdf(projection.outlooks[0].goal.value)
        if first.verdict is not None:  # if the goal's year was surveyed, that survey alone decides
            frame.loc[frame["year"] == first.goal.year, "p_reached"] = first.verdict.probability
    return frame


def goal_rows(projection: Projection) -> pd.DataFrame:
    """Return the goals of a projection, with probabilities and verdicts."""
    rows: list[dict[str, Any]] = []
    for o in projection.outlooks:
        stated = o.goal.area == ""  # a goal given by the user is labelled by its year only
        rows.append(
            {
                "area": o.goal.area,
                "level": projection.trend.level,
                "year": o.goal.year,
                "value": o.goal.value,
                "strict": int(o.goal.strict),
                "label_zh": "" if stated else o.goal.label.zh,
                "label_en": "" if stated else o.goal.label.en,
                "source": o.goal.source,
                "p_reached": o.probability if o.verdict is None else o.verdict.probability,
                "p_shown": o.probability_shown,
                "p_proven": o.probability_proven,
                "outcome": "" if o.verdict is None else o.verdict.outcome,
            }
        )
    return pd.DataFrame(rows)


def prior_rows(projection: Projection, synthetic: int) -> pd.DataFrame:
    """Return the probability of reaching the next goal by strength of the slope prior; empty if no goal lies ahead."""
    frame = projection.sensitivity_frame()
    if frame.empty:
        return frame
    year, value = frame[["year", "goal"]].iloc[0]
    goal = next((o.goal for o in projection.outlooks if (o.goal.year, o.goal.value) == (year, value)), None)
    if goal is None:
        return frame.iloc[:0]
    names = {
        "prior_sd": "sd",
        "probability": "p_reached",
        "estimate": "median",
        "ci_low": "low_95",
        "ci_high": "high_95",
    }
    mine = (frame["year"] == year) & (frame["goal"] == value) & np.isfinite(frame["prior_sd"])
    mine &= frame["assumption"].isin(["prior sd", "as projected"])
    rows: pd.DataFrame = frame[mine].rename(columns=names)
    return rows[[*names.values(), "chosen"]].assign(
        chosen=rows["chosen"].astype(int), synthetic=synthetic, year=year, goal=value, strict=int(goal.strict)
    )


def projection_tables(projection: Projection) -> dict[str, pd.DataFrame]:
    """Return the tables of a projection: trends of the place and higher levels, fan, goals, sensitivity to prior."""
    bands = [published_rows(b.trend) for b in projection.higher]
    trends = [*bands, surveyed_rows(projection.trend)] if len(projection.trend) else bands
    made_up = int(projection.trend.synthetic)
    prior = prior_rows(projection, made_up)
    tables = {"trend": pd.concat(trends, ignore_index=True), "fan": fan_rows(projection, made_up)}
    if projection.outlooks:
        tables["goal"] = goal_rows(projection)
    origins = origin_rows(projection)
    return (
        tables | ({"prior": prior} if len(prior) else {}) | ({"provenance": origins} if len(origins) else {})
    )


def name_origin(source: Source) -> dict[str, str]:
    """Return the description of a file for footers, in both languages."""
    name, print_ = Path(source.path).name, source.sha256[:12]
    return {
        "zh": f"{name}（{source.rows} 行，sha256 {print_}），literacy {source.version}",
        "en": f"{name} ({source.rows} rows, sha256 {print_}), literacy {source.version}",
    }


def origin_rows(projection: Projection, table: str = "", levels: Sequence[Trend] = ()) -> pd.DataFrame:
    """Return facts for the footer: a proxy, the basis of the pace, and the files of the trends and further *levels*."""
    rows: list[dict[str, str]] = []
    stand_in, place = projection.proxy, projection.trend
    if stand_in is not None:
        zh, en = stand_in.label.zh or stand_in.area, stand_in.label.en or stand_in.area
        own_zh, own_en = place.label.zh or place.area or "本地", place.label.en or place.area or "this place"
        rows.append(
            {
                "table": table,
                "kind": "proxy",
                "zh": f"{own_zh}没有自己的调查，预测值全部由{zh}推算，并计入未知的差距",
                "en": f"no survey of {own_en} exists; every projected figure is that of {en}, "
                "with an unknown departure added to its uncertainty",
            }
        )
    pace = read_pace(projection)
    if pace is not None and len(projection.years):
        text = phrase(f"pace.{pace.kind}", source=pace.source)
        rows.append({"table": "fan", "kind": "note", "zh": text.zh, "en": text.en})
    trends = [place, *(b.trend for b in projection.higher), *levels]
    files = [f for t in trends for f in (*t.waves, t.source) if f is not None]
    for origin in dict.fromkeys(files):
        rows.append({"table": table, "kind": "source", **name_origin(origin)})
    return pd.DataFrame(rows, columns=["table", "kind", "zh", "en"])


def contribution_tables(result: Contributions) -> dict[str, pd.DataFrame]:
    """Return each group's contribution to the city's gap to the goal; positive values are a shortfall."""
    frame = result.to_frame()
    goal, named = result.goal, result.labels.get("group", {})
    labels = [named.get(g, Label(g, g)) for g in frame["group"]]
    return {
        "gap": frame[["group", "share"]].assign(
            estimate=frame["gap"], synthetic=int(result.synthetic), year=goal.year, goal=goal.value,
            strict=int(goal.strict), zh=[one.zh for one in labels], en=[one.en for one in labels],
        )
    }  # fmt: skip


def weighting_tables(weighting: Weighting) -> dict[str, pd.DataFrame]:
    """Return counts by margin before and after weighting, and the distribution of the weights."""
    names = {"low": "bin_low", "high": "bin_high", "weights": "stage"}
    weights = weighting.weights_frame(24).rename(columns=names)
    tables = {"weights": weights.assign(stage=weights["stage"].replace({"weight": "final"}))}
    margins = weighting.margins.rename(columns={"population": "target"})
    if not len(margins):
        return tables
    keys = zip(margins["margin"].astype(str), margins["level"].astype(str), strict=True)
    levels = [weighting.label_level(*key) for key in keys]
    found = {"margins": margins.assign(zh=[x.zh for x in levels], en=[x.en for x in levels])}
    known = [(m, weighting.label_margin(m)) for m in margins["margin"].astype(str).unique()]
    rows = [{"kind": "margin", "name": m, "zh": label.zh, "en": label.en} for m, label in known]
    return found | tables | {"labels": pd.DataFrame(rows)}


def backtest_tables(result: Backtest) -> dict[str, pd.DataFrame]:
    """Return the scores of forecasting methods on past data; the nominal coverage of their intervals is 90 %."""
    frame = result.to_frame().rename(columns={"n": "forecasts"})
    labels = [METHODS[m].label for m in frame["method"]]
    origins = [{"table": "", "kind": "source", **name_origin(one)} for one in result.sources]
    more = {"provenance": pd.DataFrame(origins)} if origins else {}
    return more | {
        "backtest": frame.assign(
            zh=[label.zh for label in labels], en=[label.en for label in labels], nominal=0.9,
            label_zh=result.label.zh or result.area, label_en=result.label.en or result.area,
            default=(frame["method"] == next(iter(METHODS))).astype(int),
        )
    }  # fmt: skip


def model_tables(model: Model) -> dict[str, pd.DataFrame]:
    """Return the coefficients of a model including reference levels; as ratios if the model has them."""
    frame = model.to_frame()
    ratio = "ratio" in frame and bool(frame["ratio"].notna().any())
    columns = ("ratio", "ratio_low", "ratio_high") if ratio else ("estimate", "ci_low", "ci_high")
    rows: list[dict[str, Any]] = []
    for _, term in frame[frame["variable"] != "(intercept)"].iterrows():
        rows.append(_term(model, term["variable"], term.get("level", ""), *(float(term[c]) for c in columns)))
    seen: set[str] = set()
    for variable, level in _references(model):
        at = next((i for i, r in enumerate(rows) if r["variable"] == variable), None)
        if at is not None and variable not in seen:
            seen.add(variable)
            neutral = 1.0 if ratio else 0.0
            rows.insert(at, _term(model, variable, level, neutral, math.nan, math.nan) | {"reference": 1})
    scale = {"poisson": "rate_ratio"}.get(model.family, "odds_ratio") if ratio else "link"
    origin = model.sample.origin
    table = pd.DataFrame(rows).drop(columns="variable").assign(
        scale=scale, n=model.n, confidence=model.level, synthetic=int(origin.synthetic),
        wave=origin.wave, model="",
    )  # fmt: skip
    return {"coefficients": table}


ANSWERS = 45
"""Maximum number of answers shown in a figure."""


def answer_tables(made: Tabulation) -> dict[str, pd.DataFrame]:
    """Return the shares of answers to questions, with texts in both languages; means and quartiles are omitted."""
    frame = made.to_frame()
    frame = frame[np.array(made._unit()) == "share"]
    if not 0 < len(frame) <= ANSWERS:
        raise LiteracyError(
            "report.input",
            where=made.title,
            what=tell("{} answers with a share; a figure shows 1 to {}", len(frame), ANSWERS),
            fix="tabulate fewer questions at a time, or without by; numbers have no distribution to draw",
        )
    rows = []
    for row in frame.to_dict("records"):
        question, answer = str(row["question"]), str(row["level"])
        text, known = made.questions.get(question), made.answers.get(question, {}).get(answer)
        words = {}
        for lang in ("zh", "en"):
            parts = [made.domains.get(c, {}).get(str(row[c])) for c in made.by]
            named = [p.get(lang) if p else str(row[c]) for c, p in zip(made.by, parts, strict=True)]
            words[lang] = ("，" if lang == "zh" else ", ").join(
                [*named, known.get(lang) if known else tell_value(answer, lang)]
            )
            words[f"question_{lang}"] = text.get(lang) if text else question
        rows.append({**row, "group": f"{question}:{answer}", **words})
    origin = made.origin
    table = pd.DataFrame(rows).assign(
        wave=origin.wave, standard=origin.standard, universe=origin.universe, confidence=made.level,
        synthetic=int(origin.synthetic), source="" if origin.source is None else str(origin.source),
    )  # fmt: skip
    front = ["question", "question_zh", "question_en", "group", "zh", "en", "estimate", "ci_low", "ci_high"]
    keep = [*front, "se", "df", "n", "n_eff", "deff", "method", "reliable", "wave", "standard", "universe",
            "confidence", "synthetic"]  # fmt: skip
    found = {"answers": table[keep]}
    universes = origin.labels.get("universe", {})
    if universes:
        found["labels"] = pd.DataFrame(
            [{"kind": "universe", "name": n, "zh": v.zh, "en": v.en} for n, v in universes.items()]
        )
    return found


def _references(model: Model) -> list[tuple[str, str]]:
    """Return the reference levels stated in the notes of a model (``reference: a=1, b=low``)."""
    for note in model.notes:
        if note.startswith("reference: "):
            pairs = (part.partition("=") for part in note.removeprefix("reference: ").split(", "))
            return [(name, level) for name, _, level in pairs]
    return []


def _term(
    model: Model, variable: str, level: Any, estimate: float, low: float, high: float
) -> dict[str, Any]:
    """Return one row of the coefficient plot, with labels if the instrument has the variable and the level."""
    instrument = getattr(model.sample, "instrument", None)
    words = {}
    for lang in ("zh", "en"):
        name = instrument.label_of(variable, lang) if instrument is not None else variable
        known = (
            {str(o.code): o.label.get(lang) for o in instrument.levels(variable)}
            if instrument is not None
            else {}
        )
        text = known.get(str(level), str(level))
        words[lang] = f"{name}: {text}" if text and text != "nan" else name
    return {
        "variable": variable, "term": f"{variable} {level}".strip(), "label_zh": words["zh"], "label_en": words["en"],
        "estimate": estimate, "ci_low": low, "ci_high": high, "reference": 0,
    }  # fmt: skip
