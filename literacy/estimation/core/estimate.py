"""Estimate: population quantities with their uncertainty, and the only function that makes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy._latetable import LateTable
from literacy._readable import own_heading, own_variable
from literacy.errors import LiteracyError
from literacy.estimation.core.code_labels import Labels, name_codes
from literacy.estimation.core.column_names import COLUMNS, refuse_names
from literacy.estimation.core.expressions import Expression, evaluate, name_expressions
from literacy.kernels.design.intervals import proportion_interval, symmetric_interval
from literacy.messages import tell, tell_value
from literacy.provenance import ORIGIN_FIELDS, Origin, Source

Floats = NDArray[np.float64]
KINDS = {
    "mean": "mean",
    "proportion": "share",
    "total": "total",
    "ratio": "ratio",
    "quantile": "quantile",
    "population_variance": "variance",
    "contrast": "contrast",
    "standardized": "standardized",
}
NOISE = 1e-14  # relative to the terms that cancel: a smaller variance is rounding error
ROUNDING = 1e-13  # relative to the numbers compared: a smaller difference and error are rounding errors


@dataclass(frozen=True, slots=True)
class Options:
    """The options behind an estimate, printed with it.

    ``variance`` is "taylor" or the replication method, ``ci`` the type of interval, ``deff`` the reference of the
    design effect, ``lonely_psu`` the rule for strata with one sampling unit.
    """

    variance: str
    ci: str
    level: float
    deff: str
    lonely_psu: str


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The content of an Estimate. Arrays are (k,), one value per row; ``covariance`` is (k, k).

    Attributes
    ----------
    kind : name of the estimator.
    labels : leading columns: the `by` columns, ``variable`` and, if there are any, ``level``.
    estimate, covariance, df, n : the numbers; ``df`` and ``n`` may be scalars.
    level : confidence level.
    by, overlapping : columns of the domains, and those whose domains overlap.
    ci : type of interval: "mean" for t intervals, otherwise one for proportions; with ``limits`` only its name.
    limits : lower and upper limits, if they are not computed from `ci`.
    se : standard errors, if they are not the square roots of the variances.
    kish : Kish's effective number of respondents, for shares with variance 0.
    n_eff, deff, reliable : further columns; missing if not given.
    against : reference of the design effect.
    unit : "share", "points" (differences of shares) or "number"; empty means share for proportion intervals.
    method : appended to the variance method in the column ``method``; ``before`` is prepended.
    sizes : size of the numbers compared in a test of 0, for judging rounding error; None for no test.
    extra : columns at the end.
    notes : notes for readers of the table.
    """

    kind: str
    labels: Mapping[str, Sequence[Any]]
    estimate: Floats
    covariance: Floats
    df: Floats | float
    n: Any
    level: float
    by: tuple[str, ...] = ()
    overlapping: tuple[str, ...] = ()
    ci: str = "mean"
    limits: tuple[Floats, Floats] | None = None
    se: Floats | None = None
    kish: Floats | None = None
    n_eff: Floats | None = None
    deff: Floats | None = None
    reliable: NDArray[np.bool_] | None = None
    against: str = "wr"
    unit: str = ""
    method: str = ""
    before: str = ""
    sizes: Floats | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Estimate(Printable):
    """Population estimates with their joint covariance. For differences and other functions see :meth:`contrast`.

    Attributes
    ----------
    held : LateTable
        Data from which ``table`` is built on first access: the ``by`` columns, ``variable``, ``level`` (categories
        only), then estimate, se, ci_low, ci_high, df, n, n_eff, deff, method, reliable. Shares are 0-1.
    covariance : (k, k) float
        Covariance of the rows of the table.
    kind : str
        Name of the estimator.
    by : tuple of str
        The domain columns.
    options : Options
        Options of the estimate.
    origin : Origin
        Provenance; ``standard, wave, universe, synthetic, labels, history, source`` are part of it.
    overlapping : tuple of str
        Domain columns whose domains overlap (the five groups).
    unit : str
        Unit of the numbers: "share" (0-1, displayed as percent), "points" (differences of shares) or "number".
    notes : tuple of str
        Notes for readers of the table.

    Examples
    --------
    >>> share = lit.proportion(sample, "literate", by="sex")
    >>> share.names
    ('1', '2')
    >>> share.contrast("2", "1").unit
    'points'
    >>> share.evolve(notes=()).notes
    ()
    """

    held: LateTable
    covariance: Floats
    kind: str
    by: tuple[str, ...]
    options: Options
    origin: Origin
    overlapping: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unit: str = "number"

    @property
    def table(self) -> pd.DataFrame:
        """The estimates as a table, one row each."""
        return self.held.frame

    @property
    def level(self) -> float:
        """Confidence level."""
        return self.options.level

    @property
    def standard(self) -> str:
        """Scoring standard; empty if not known."""
        return self.origin.standard

    @property
    def wave(self) -> str:
        """Wave; empty if not known."""
        return self.origin.wave

    @property
    def universe(self) -> str:
        """Universe; empty if not known."""
        return self.origin.universe

    @property
    def synthetic(self) -> bool:
        """True if the data are synthetic."""
        return self.origin.synthetic

    @property
    def labels(self) -> Labels:
        """Column -> value -> bilingual label, as far as the instrument has them."""
        return self.origin.labels

    @property
    def history(self) -> tuple[str, ...]:
        """One sentence per step."""
        return self.origin.history

    @property
    def source(self) -> Source | None:
        """The input file."""
        return self.origin.source

    @property
    def variable(self) -> str:
        """The variable; empty if there are several or none."""
        names = list(dict.fromkeys(self.table["variable"]))
        return str(names[0]) if len(names) == 1 else ""

    @property
    def estimate(self) -> Floats:
        """The estimates, (k,)."""
        return np.asarray(self.held.numbers("estimate"))

    @property
    def se(self) -> Floats:
        """Their standard errors, (k,)."""
        return np.asarray(self.held.numbers("se"))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the rows for :meth:`contrast`: the domain, otherwise the variable or level, joined by ``:``."""
        return tuple(":".join(map(str, row)) for row in self.table[self._named_by()].itertuples(index=False))

    def labelled(self, lang: str) -> tuple[str, ...]:
        """Return the names of the rows with labels in place of codes where known."""
        parts, known = self._named_by(), self._known(lang)
        rows = self.table[parts].itertuples(index=False)
        return tuple(
            ":".join(known.get(c, {}).get(str(v), str(v)) for c, v in zip(parts, row, strict=True))
            for row in rows
        )

    def _named_by(self) -> list[str]:
        parts = [*self.by]
        if self.table["variable"].nunique() > 1 or not (self.by or "level" in self.table):
            parts.append("variable")
        if "level" in self.table:
            parts.append("level")
        return parts

    def contrast(self, first: str, second: str) -> Estimate:
        """Return the difference ``first`` minus ``second`` of two rows, accounting for their covariance.

        Rows are named as in :attr:`names`; see :func:`literacy.contrast` for other functions.
        """
        return contrast(self, {first: 1.0, second: -1.0})

    def evolve(self, **changes: Any) -> Estimate:
        """Return a copy with some fields of the estimate or its origin replaced."""
        origin: Origin = changes.pop("origin", self.origin)
        fields = {name: changes.pop(name) for name in ORIGIN_FIELDS if name in changes}
        if "table" in changes:
            changes["held"] = LateTable.of(changes.pop("table"))
        return replace(self, origin=origin.evolve(**fields), **changes)

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _unit(self) -> str:
        return self.unit

    def _known(self, lang: str) -> dict[str, dict[str, str]]:
        found = Printable._known(self, lang)
        if not self.standard and "variable" in self.table:
            names = {str(v): str(v) for v in self.table["variable"].unique()}
            found["variable"] = names | found.get("variable", {})
        return found

    def _heads(self) -> dict[str, str]:
        return {"level": "quantile_p"} if self.kind == "quantile" else {}

    def _title(self) -> str:
        head = tell("total") if self.kind == "total" else tell_value(KINDS.get(self.kind, self.kind))
        head += tell(" of {}", own_variable(self.variable, bool(self.standard))) if self.variable else ""
        head += tell(" by {}", " x ".join(map(own_heading, self.by))) if self.by else ""
        context = [tell("wave {}", self.wave)] if self.wave else []
        context += [tell("standard {}", self.standard)] if self.standard else []
        context += [tell("universe {}", tell_value(self.universe))] if self.universe else []
        context += [tell("synthetic data")] * self.synthetic
        return head[0].upper() + head[1:] + (tell(" ({})", ", ".join(context)) if context else "")

    def _notes(self) -> list[str]:
        o = self.options
        interval = tell("{} interval", tell_value(o.ci)) if o.ci != "mean" else tell("t interval")
        out = [
            tell(
                "{:.0%} {}; variance: {}, strata with one sampling unit: {}",
                o.level,
                interval,
                tell_value(o.variance),
                tell_value(o.lonely_psu),
            )
        ]
        return out + list(self.notes)


def check_level(level: float) -> None:
    """Raise an error for a confidence level outside (0, 1)."""
    if not 0 < level < 1:
        raise LiteracyError(
            "estimate.option", where=f"level={level}", what="not between 0 and 1", fix="for example 0.95"
        )


def make_estimate(numbers: Numbers, origin: Origin) -> Estimate:
    """Make an Estimate; no other function does.

    Parameters
    ----------
    numbers : Numbers
        Content of the estimate.
    origin : Origin
        Provenance; its ``variance`` and ``lonely_psu`` are printed as options.

    Raises
    ------
    LiteracyError
        ``estimate.variable``: a domain column has the name of a column of the table.
    """
    m, k = numbers, len(numbers.estimate)
    taken = {"variable", "level", *COLUMNS, *m.extra} | (
        {"statistic", "p_value"} if m.sizes is not None else set()
    )
    refuse_names(m.by, taken)
    se = _standard_errors(m) if m.se is None else m.se
    df = np.broadcast_to(np.asarray(m.df, np.float64), (k,))
    n = np.broadcast_to(np.asarray(m.n), (k,))
    if m.limits is not None:
        low, high = m.limits
    elif m.ci == "mean":
        low, high = symmetric_interval(m.estimate, se, df, m.level)
    else:
        counts = np.asarray(n, np.float64)
        low, high = proportion_interval(
            m.estimate, se, df, m.level, m.ci, counts, counts if m.kish is None else m.kish
        )
    missing = np.full(k, np.nan)
    columns: dict[str, Any] = dict(m.labels)
    columns |= {
        "estimate": np.array(m.estimate, np.float64),
        "se": se,
        "ci_low": low,
        "ci_high": high,
        "df": df,
        "n": pd.array(n, dtype="Int64") if n.dtype == object else n.astype(np.int64),
        "n_eff": missing if m.n_eff is None else m.n_eff,
        "deff": missing if m.deff is None else m.deff,
        "method": m.before + (f"{origin.variance}, {m.method}" if m.method else origin.variance),
        "reliable": _flags(m.reliable, k),
    }
    if m.sizes is not None:
        columns |= _test_zero(m.estimate, se, df, m.sizes)
    held = LateTable(columns | dict(m.extra))
    return Estimate(
        held=held,
        covariance=np.asarray(m.covariance),
        kind=m.kind,
        by=m.by,
        options=Options(origin.variance, m.ci, m.level, m.against, origin.lonely_psu),
        origin=origin,
        overlapping=m.overlapping,
        notes=(*m.notes, *(name_codes(origin.labels, held.frame) if origin.labels else ())),
        unit=m.unit or ("share" if m.kind == "proportion" or m.ci != "mean" else "number"),
    )


def _flags(values: NDArray[np.bool_] | None, count: int) -> Any:
    """Return a column of yes, no or unknown."""
    if values is None:
        return pd.arrays.BooleanArray(np.zeros(count, bool), np.ones(count, bool))
    return pd.arrays.BooleanArray(np.asarray(values, bool), np.zeros(count, bool))


def _standard_errors(m: Numbers) -> Floats:
    """Return the square roots of the variances; NaN without a variance or an estimate."""
    variance = np.diag(m.covariance)
    with np.errstate(invalid="ignore"):
        se = np.sqrt(np.maximum(variance, 0.0))
    return np.where(np.isfinite(variance) & np.isfinite(m.estimate), se, np.nan)


def _test_zero(estimate: Floats, se: Floats, df: Floats, sizes: Floats) -> dict[str, Floats]:
    """t test of 0; omitted where estimate and standard error are within the rounding error of the numbers compared."""
    from scipy import stats

    with np.errstate(invalid="ignore"):
        real = se > ROUNDING * np.maximum(np.abs(sizes), np.abs(estimate))
    t = np.divide(estimate, se, out=np.full(len(se), np.nan), where=real)
    p = np.where(df > 0, 2 * stats.t.sf(np.abs(t), np.maximum(df, 1e-9)), np.nan)
    return {"statistic": t, "p_value": p}


def contrast(
    estimate: Estimate,
    expressions: Expression | Sequence[Expression] | Mapping[str, Expression],
    *,
    level: float | None = None,
    df: float | None = None,
) -> Estimate:
    """Estimate functions of the rows of an estimate, by the delta method.

    Parameters
    ----------
    estimate : Estimate
        Estimate whose rows are named as in ``estimate.names``.
    expressions : mapping, str, list of either, or mapping of a name to either
        ``{"officials": 1, "elderly": -1}`` is linear; ``"log(officials / elderly)"`` may be any function of the rows
        with + - * / ** and exp, log, sqrt, logit, expit. Names that are not identifiers are quoted by backticks.
    level : float, optional
        Confidence level; default is that of the estimate.
    df : float, optional
        Degrees of freedom; default is the smallest among the rows used.

    Returns
    -------
    Estimate
        One row per contrast; ``n`` is the number of respondents in the smallest row used.

    Examples
    --------
    >>> share = lit.proportion(sample, "literate", by="residence")
    >>> share.names
    ('1', '2')
    >>> lit.contrast(share, {"urban less rural": {"1": 1, "2": -1}, "odds": "logit(`1`) - logit(`2`)"}).names
    ('urban less rural', 'odds')
    """
    level = estimate.level if level is None else level
    check_level(level)
    named = name_expressions(expressions)
    rows, held = estimate.names, estimate.estimate
    values, gradient = np.empty(len(named)), np.zeros((len(named), len(held)))
    for i, (name, expression) in enumerate(named.items()):
        values[i], gradient[i] = evaluate(rows, held, expression, name)
    known = np.nan_to_num(estimate.covariance)
    covariance = gradient @ known @ gradient.T
    used = gradient != 0
    lost = (used & ~np.isfinite(np.diag(estimate.covariance))).any(axis=1)
    size = np.abs(gradient) @ np.abs(known) @ np.abs(gradient).T
    noise = np.diag(covariance) <= NOISE * np.diag(size)  # rounding error of cancelling terms
    covariance[noise, :] = 0.0
    covariance[:, noise] = 0.0
    own = estimate.table["df"].to_numpy(np.float64)
    smallest = np.array([own[u].min() if u.any() else np.nan for u in used])
    n = estimate.table["n"].to_numpy(np.float64, na_value=np.nan)
    least = [n[u].min() if u.any() else 0.0 for u in used]
    gaps = any(np.isnan(x) for x in least)
    notes = (
        (tell("n is that of the smallest row of the contrast; df is the smallest"),) if len(held) > 1 else ()
    )
    numbers = Numbers(
        kind="contrast",
        labels={"variable": list(named)},
        estimate=values,
        covariance=covariance,
        df=smallest if df is None else float(df),
        n=np.array([pd.NA if np.isnan(x) else int(x) for x in least], object)
        if gaps
        else np.array(least, np.int64),
        level=level,
        se=np.where(lost, np.nan, np.sqrt(np.diag(covariance))),
        against=estimate.options.deff,
        unit=_unit_of(estimate, named),
        before="delta, ",
        notes=(
            tell(
                "from the {} of {}",
                tell("total")
                if estimate.kind == "total"
                else tell_value(KINDS.get(estimate.kind, estimate.kind)),
                own_variable(estimate.variable, bool(estimate.standard))
                if estimate.variable
                else tell("several variables"),
            ),
            *notes,
        ),
    )
    return make_estimate(numbers, estimate.origin.evolve(labels={}))


def _unit_of(estimate: Estimate, named: Mapping[str, Expression]) -> str:
    """Unit of contrasts: differences of shares are points, averages of shares are shares, others are numbers."""
    sums = {round(sum(e.values()), 9) if isinstance(e, Mapping) else None for e in named.values()}
    if estimate.unit == "number" or len(sums) != 1:
        return "number"
    (total,) = sums
    return "points" if total == 0 else estimate.unit if total == 1 else "number"
