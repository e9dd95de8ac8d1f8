"""Facts about the test: reliability, classification at the cut score, and items with DIF or drift."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from literacy.errors import LiteracyError
from literacy.instrument import Label
from literacy.psychometrics import (
    Dif,
    IrtFit,
    classification,
    dif,
    find_cut,
    fit_irt,
    item_curves,
    link_items,
    reliability,
)
from literacy.report.facts.record import Fact
from literacy.report.facts.study import LEVEL, Study
from literacy.sampling import Sample

PART = "test"
GROUPS = ("language", "sex")
"""Candidate grouping columns for DIF; the first one with at least two sufficiently large groups is used."""
LEAST_COMMON = 5
"""Minimum number of common items for an analysis of drift."""


def list_test(study: Study) -> Iterator[Fact]:
    """Yield those facts about the test that can be computed from the waves, if any."""
    year = str(study.year)
    yield from _reliability(study.latest, year)
    fit = _fit(study.latest)
    if fit is not None:
        yield from _decisions(study, fit, year)
    yield from _fairness(study, year)
    if fit is not None and study.earlier:
        yield from _drift(study, fit, max(study.earlier))


def _count(
    name: str, year: str, value: float, label: Label, by: str = "", base: str = "", method: str = ""
) -> Fact:
    return Fact(
        f"{name}|{year}",
        PART,
        name,
        "count",
        float(value),
        wave=year,
        label=label,
        by=by,
        base=base,
        method=method,
    )


def _fit(sample: Sample) -> IrtFit | None:
    """Return the IRT model fitted to a wave, or None if it cannot be fitted or does not converge."""
    try:
        fit = fit_irt(sample)
    except LiteracyError:
        return None
    return fit if fit.converged else None


def _reliability(sample: Sample, year: str) -> Iterator[Fact]:
    try:
        rows = {r["coefficient"]: r for r in reliability(sample).to_frame().to_dict("records")}
    except LiteracyError:
        return
    row = rows.get("alpha_design", rows["alpha"])
    if not np.isfinite([row["estimate"], row["ci_low"], row["ci_high"]]).all():
        return
    yield Fact(
        f"test_alpha|{year}", PART, "test_alpha", "ratio", float(row["estimate"]), wave=year,
        ci_low=float(row["ci_low"]), ci_high=float(row["ci_high"]), confidence=LEVEL,
        label=Label("信度（α系数）", "Reliability (coefficient alpha)"),
    )  # fmt: skip


def _decisions(study: Study, fit: IrtFit, year: str) -> Iterator[Fact]:
    """Yield the standard error, accuracy, consistency and corrected share at the cut score.

    Nothing is yielded unless the total score is the percentage of correct answers.
    """
    sample, k = study.latest, len(fit.bank.items)
    passing = study.standard.literate
    right = fit.answers.codes[fit.answers.live].astype(np.float64)
    whole = (right != 255).all(axis=1)
    if (
        passing is None
        or "total" not in sample.frame
        or len(fit.parameters) != k
        or whole.sum() < study.minimum
    ):
        return
    total = sample.frame["total"].to_numpy(np.float64, na_value=np.nan)[fit.answers.live][whole]
    if not np.allclose(total, 100 * right[whole].sum(axis=1) / k, atol=1e-6):
        return
    cut = float(np.ceil(passing * k / 100 - 1e-9))
    try:
        place = find_cut(fit, cut)
        made = classification(fit, [cut])
    except LiteracyError:
        return
    curves = item_curves(fit, np.array([place]))
    chance = curves.loc[curves["item"] != "test", "expected"].to_numpy()
    error = 100 * float(np.sqrt((chance * (1 - chance)).sum())) / k
    row, rate = made.table.iloc[0], made.rates.iloc[0] if len(made.rates) else None
    at = Label(
        f"{passing:g}分处的测量标准误（分）", f"Standard error of measurement at {passing:g} points (points)"
    )
    yield Fact(f"test_error|{year}", PART, "test_error", "score", error, wave=year, label=at)
    for name, numbers in (
        ("accuracy", Label("判定准确率", "Accuracy of decisions")),
        ("consistency", Label("判定一致率", "Consistency of decisions")),
    ):
        yield Fact(
            f"test_{name}|{year}", PART, f"test_{name}", "share", float(row[name]), wave=year, label=numbers
        )
    if rate is not None and np.isfinite([rate["corrected"], rate["ci_low"], rate["ci_high"]]).all():
        yield Fact(
            f"test_observed|{year}", PART, "test_observed", "share", float(rate["observed"]), wave=year,
            label=Label("观测比例", "Share observed"),
        )  # fmt: skip
        yield Fact(
            f"test_corrected|{year}", PART, "test_corrected", "share", float(rate["corrected"]), wave=year,
            ci_low=float(rate["ci_low"]), ci_high=float(rate["ci_high"]), confidence=LEVEL,
            label=Label("校正测量误差后的比例", "Share corrected for measurement error"),
        )  # fmt: skip


def _fairness(study: Study, year: str) -> Iterator[Fact]:
    """Yield the number of items tested for DIF, and of those in ETS class C, for the first suitable column."""
    frame, live = study.latest.frame, study.latest.weight > 0
    for by in GROUPS:
        sizes = frame.loc[live, by].value_counts() if by in frame else None
        if sizes is None or (sizes >= study.minimum).sum() < 2 or frame.loc[live, by].isna().any():
            continue
        try:
            found = dif(study.latest, by, purify=True, adjust="holm")
        except LiteracyError:
            return
        if not isinstance(found, Dif) or not found.table["statistic"].notna().any():
            return
        column, tested = study.column(by), found.table[found.table["statistic"].notna()]
        large = sorted(set(tested.loc[tested["flagged"].astype(bool) & (tested["class"] == "C"), "item"]))
        yield _count(
            "test_dif_items", year, tested["item"].nunique(), Label("检验的题目数", "Items tested"), by=by
        )
        label = Label(
            f"按{column.zh}存在较大功能差异（C类）的题目数", f"Items of class C by {column.en.lower()}"
        )
        yield _count("test_dif_large", year, len(large), label, by=by, method=", ".join(large))
        return


def _drift(study: Study, fit: IrtFit, base: int) -> Iterator[Fact]:
    """Yield the number of items in common with the previous wave, and of those whose difficulty drifted."""
    old = _fit(study.samples[base])
    if old is None or len(set(old.bank.items) & set(fit.bank.items)) < LEAST_COMMON:
        return
    try:
        link = link_items(fit, old)
    except LiteracyError:
        return
    year = str(study.year)
    moved = link.drift.loc[link.drift["drifting"], "item"].astype(str).tolist()
    label = Label(f"与{base}年相同的题目数", f"Items in common with {base}")
    yield _count("test_common", year, len(link.drift), label, base=str(base))
    label = Label(f"{base}年以来难度漂移的题目数", f"Items that drifted since {base}")
    yield _count("test_drift", year, len(moved), label, base=str(base), method=", ".join(moved))
