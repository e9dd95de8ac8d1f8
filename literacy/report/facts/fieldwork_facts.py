"""Facts about the fieldwork: sample, response rates, weights, design effects and item nonresponse."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from literacy._display import Printable
from literacy.fieldwork import OutcomeRates
from literacy.instrument import Label
from literacy.quality import Quality
from literacy.report.facts.record import Fact
from literacy.report.facts.study import Study, name_level
from literacy.weighting import Weighting

_KINDS = {
    "n_dont_know": Label("不知道", "don't know"),
    "n_refused": Label("拒答", "refused"),
    "n_skipped": Label("漏答", "skipped"),
}


_STEPS = {
    "rake": Label("迭代比例拟合", "raking"),
    "poststratify": Label("事后分层", "poststratification"),
    "trim": Label("权数截尾", "trimming"),
    "nonresponse": Label("无应答调整", "nonresponse adjustment"),
    "calibrate": Label("校准", "calibration"),
}


def name_step(method: str) -> Label:
    """Return the label of a weighting step."""
    return next((label for start, label in _STEPS.items() if method.startswith(start)), Label(method, method))


def list_conditions(study: Study, response: Printable | None = None) -> Iterator[Fact]:
    """Yield the facts of the quality statement for the latest wave, and the sample sizes of all waves."""
    for year, sample in sorted(study.samples.items()):
        inside = int((sample.weight != 0).sum())
        label = Label("有效样本量", "respondents in the indicator")
        yield Fact(f"size|{year}", "quality", "size", "count", float(inside), wave=str(year), label=label)
        rows = Label("问卷份数", "interviews in the file")
        yield Fact(f"rows|{year}", "quality", "rows", "count", float(len(sample)), wave=str(year), label=rows)
        out = Label("不计入指标的问卷", "interviews outside the indicator")
        yield Fact(
            f"outside|{year}",
            "quality",
            "outside",
            "count",
            float(len(sample) - inside),
            wave=str(year),
            label=out,
        )
    yield from _design(study)
    yield from _weights(study)
    yield from _margins(study)
    yield from _nonresponse(study)
    yield from _rates(study, response)


def _design(study: Study) -> Iterator[Fact]:
    sample, year = study.latest, study.year
    first = sample.codes.stages[0]
    live = sample.weight != 0
    units = np.bincount(first.unit, live, minlength=first.units) > 0
    strata = int((np.bincount(first.stratum, units, minlength=len(first.size)) > 0).sum())
    counts = (
        ("strata", strata, Label("抽样层", "strata")),
        ("units", int(units.sum()), Label("初级抽样单位", "sampling units of the first stage")),
        ("stages", len(sample.codes.stages), Label("抽样阶段", "stages")),
    )
    for name, value, label in counts if sample.design.strata or sample.design.psu else ():
        yield Fact(f"{name}|{year}", "quality", name, "count", float(value), wave=str(year), label=label)
    yield Fact(
        f"df|{year}",
        "quality",
        "df",
        "count",
        sample.df(),
        wave=str(year),
        label=Label("自由度", "degrees of freedom"),
    )
    row = study.share(year).table.iloc[0]
    if not study.hidden(year, ""):
        for name, label in (
            ("deff", Label("比例的设计效应", "design effect of the share")),
            ("n_eff", Label("比例的有效样本量", "effective sample size of the share")),
        ):
            figure = float(row[name])
            if math.isfinite(figure):
                unit = "number" if name == "deff" else "count"
                yield Fact(f"{name}|{year}", "quality", name, unit, figure, wave=str(year), label=label)
    if sample.design.strata:
        stratum = np.asarray(first.stratum[first.unit])
        counts_of = np.bincount(stratum, live, minlength=len(sample.codes.strata_labels))
        gone = (counts_of > 0) & (counts_of < study.minimum)
        if gone.sum() == 1 and (counts_of >= study.minimum).any():  # derivable from the total
            gone[np.argmin(np.where(counts_of >= study.minimum, counts_of, np.inf))] = True
        for code, label_text in enumerate(sample.codes.strata_labels):
            if counts_of[code] and not gone[code]:
                level = name_level(label_text)
                yield Fact(
                    f"stratum|{year}|{level}", "quality", "stratum", "count", float(counts_of[code]), wave=str(year),
                    by="stratum", level=level, label=Label(f"第{level}层", f"stratum {level}"),
                )  # fmt: skip


def _weights(study: Study) -> Iterator[Fact]:
    weighting, year = study.latest.weighting, str(study.year)
    w = study.latest.weight[study.latest.weight != 0]
    kish = float(len(w) * (w**2).sum() / w.sum() ** 2)
    yield Fact(f"kish|{year}", "quality", "kish", "number", kish, wave=year,
               label=Label("权数不等的设计效应（Kish）", "effect of unequal weights (Kish)"))  # fmt: skip
    yield Fact(f"weights|{year}", "quality", "weights", "people", float(w.sum()), wave=year,
               label=Label("权数合计", "sum of weights"))  # fmt: skip
    if not isinstance(weighting, Weighting):
        return
    for i, step in enumerate(weighting.steps_frame().to_dict("records"), 1):
        did = name_step(str(step["method"]))
        label = Label(
            f"权数不等的设计效应：第{i}步（{did.zh}）后",
            f"effect of unequal weights after step {i}, {did.en}",
        )
        yield Fact(f"step|{year}|{i}|kish", "quality", "step", "number", float(step["deff_kish"]), wave=year,
                   level=str(i), label=label)  # fmt: skip
    scale, zh, en = 1.0, "权数调整倍数", "weight ratio"
    if not study.latest.design.weight:  # without base weights, the scale of the ratios is arbitrary
        scale, zh, en = 1.0 / float(w.mean()), "权数与平均权数之比", "weight over the mean weight"
    for name, value, label in (
        ("ratio_low", weighting.min_ratio * scale, Label(f"最小{zh}", f"smallest {en}")),
        ("ratio_high", weighting.max_ratio * scale, Label(f"最大{zh}", f"largest {en}")),
    ):
        yield Fact(f"{name}|{year}", "quality", name, "number", value, wave=year, label=label)


def _margins(study: Study) -> Iterator[Fact]:
    """Yield the weighted counts of the levels of every margin before and after weighting, and the population counts."""
    weighting, year = study.latest.weighting, str(study.year)
    if not isinstance(weighting, Weighting):
        return
    for row in weighting.margins.to_dict("records"):
        by, level = str(row["margin"]), name_level(row["level"])
        for name, column in (("before", "before"), ("after", "after"), ("target", "population")):
            yield Fact(
                f"margin|{year}|{by}|{level}|{name}", "quality", "margin", "people", float(row[column]), wave=year,
                by=by, level=level, other=name, label=weighting.label_level(by, level),
            )  # fmt: skip


def _nonresponse(study: Study) -> Iterator[Fact]:
    frame, year = study.latest.frame, str(study.year)
    live = study.latest.weight != 0
    items = len([i for i in study.instrument.scored_items if f"{i.name}_correct" in frame])
    if not items:
        return
    yield Fact(
        f"items|{year}",
        "quality",
        "items",
        "count",
        float(items),
        wave=year,
        label=Label("计分题", "scored items"),
    )
    for column, label in _KINDS.items():
        if column in frame:
            share = float(pd.to_numeric(frame.loc[live, column]).mean()) / items
            yield Fact(
                f"missing|{year}|{column}",
                "quality",
                "missing",
                "share",
                share,
                wave=year,
                level=column,
                label=label,
            )


def _rates(study: Study, response: Printable | None) -> Iterator[Fact]:
    """Yield the response rates by their AAPOR names, if outcome rates are given."""
    if response is None:
        return
    frame = response.to_frame()
    for row in frame.to_dict("records"):
        name = str(row.get("rate", row.get("name", "")))
        value = row.get("estimate", row.get("value"))
        if name and value is not None and pd.notna(value):
            yield Fact(
                f"response|{study.year}|{name}", "quality", "response", "share", float(value), wave=str(study.year),
                level=name, label=Label(name, name),
            )  # fmt: skip
    if isinstance(response, OutcomeRates) and math.isfinite(response.e):
        yield Fact(
            f"response|{study.year}|e", "quality", "response", "share", response.e, wave=str(study.year), level="e",
            label=Label("e", "e"),
        )  # fmt: skip
        yield Fact(
            f"substitutes|{study.year}", "quality", "substitutes", "count", float(response.substitutes),
            wave=str(study.year), label=Label("替换户", "substitutes"),
        )  # fmt: skip


def list_flags(quality: Quality | None) -> Iterator[Fact]:
    """Yield the number of flags raised by the quality check and the number of interviews checked."""
    if quality is None:
        return
    yield Fact("flags", "quality", "flags", "count", float(len(quality.flags)), label=Label("标记", "flags"))
    yield Fact(
        "flags_n",
        "quality",
        "flags_n",
        "count",
        float(quality.n),
        label=Label("检查的问卷", "interviews checked"),
    )
