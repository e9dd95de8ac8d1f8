"""Linking of the scale of a new test to that of an earlier one by common items, with linking error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.kernels.psychometrics.ability_estimates import expected_score
from literacy.kernels.psychometrics.layout import Layout, lay_out
from literacy.kernels.psychometrics.transformation import METHODS, find_link, transform
from literacy.messages import tell, tell_value
from literacy.psychometrics.arguments import take_numbers
from literacy.psychometrics.bank import Bank, read_bank, tabulate_bank
from literacy.psychometrics.fitted import IrtFit

Floats = NDArray[np.float64]

DRIFT = 3.0
"""Absolute robust z above which an item is a candidate for drift."""
DRIFT_SIZE = 0.05
"""Mean shift of the curve relative to the median item, as a share of the score, above which a candidate drifts."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Link(Printable):
    """A linear link between two scales: old scale = slope * new + intercept.

    Attributes
    ----------
    slope, intercept : float
    method : str
    link_error : float
        Standard error of the intercept due to the choice of common items, from leaving out one cluster at a time:
        sqrt((m - 1) / m * sum((x_j - mean)^2)).
    slope_error : float
        The corresponding standard error of the slope.
    sampling_error : float
        Standard error of the intercept due to the estimation of the item parameters; NaN where their standard errors
        are not known.
    link_error_corrected : float
        ``link_error`` without the part due to the sampling of respondents alone; 0 where that part is at least as
        large.
    clusters : int
        Number of clusters, each left out in turn.
    drift : DataFrame
        item, cluster, difference (mean over the scale of the old curve minus the linked new curve, as a share of the
        item's maximum score), z, drifting.
    purified : (float, float, tuple of str)
        Slope and intercept without the drifting items, and the names of those items.
    left_out : DataFrame
        cluster, slope, intercept of each leave-one-out link.
    linked : DataFrame
        The new items' parameters on the old scale.
    sd : float
        Standard deviation of the new population on the old scale.
    notes : tuple of str
    """

    slope: float
    intercept: float
    method: str
    link_error: float
    slope_error: float
    sampling_error: float
    link_error_corrected: float
    clusters: int
    drift: pd.DataFrame
    purified: tuple[float, float, tuple[str, ...]]
    left_out: pd.DataFrame
    linked: pd.DataFrame
    sd: float
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per linking constant: constant, estimate, link_error, purified."""
        return pd.DataFrame(
            {
                "constant": ["slope", "intercept"],
                "estimate": [self.slope, self.intercept],
                "link_error": [self.slope_error, self.link_error],
                "purified": [self.purified[0], self.purified[1]],
            }
        )

    def transform(self, theta: Floats | Sequence[float] | float) -> Floats:
        """Transform positions from the new scale to the old one."""
        out: Floats = self.slope * np.asarray(theta, np.float64) + self.intercept
        return out

    def _title(self) -> str:
        return tell(
            "Link by {}: {} common items in {} clusters",
            tell_value(self.method),
            len(self.drift),
            self.clusters,
        )

    def _notes(self) -> list[str]:
        return list(self.notes)


def link_items(
    new: IrtFit | pd.DataFrame,
    old: IrtFit | pd.DataFrame,
    method: str = "stocking_lord",
    anchor: Sequence[str] | None = None,
    clusters: str | Mapping[str, str] | None = None,
    fixed_slope: bool = False,
    theta: Sequence[float] | Floats | None = None,
) -> Link:
    """Link the scale of a new form or wave to that of an old one by their common items.

    Parameters
    ----------
    new, old : IrtFit or DataFrame
        Fits, or tables with columns ``item, a, b[, g]`` (or ``d``; ``d1 …`` or ``b1 …`` with ``model``).
    method : str
        ``mean_mean``, ``mean_sigma``, ``haebara``, ``stocking_lord``, ``haberman`` (log-mean) or ``robust`` (bisquare).
    anchor : sequence of str, optional
        Common items to use. Default: all items with the same name.
    clusters : str or mapping, optional
        Column of testlets or benchmarks in a table, or a mapping from item to cluster. The items of a cluster are left
        out together. Default: each item is a cluster.
    fixed_slope : bool
        Fix the slope at 1.
    theta : (q,) array, optional
        Points of the old scale at which curves are compared, with equal weights. Default: 61 points from -6 to 6 with
        N(0, 1) weights.

    Returns
    -------
    Link

    Raises
    ------
    LiteracyError
        ``psychometrics.link`` where the tests cannot be linked by these items, ``psychometrics.option`` for invalid
        options.

    References
    ----------
    Kolen, Brennan (2004), chapter 6; Monseur, Berezner (2007), Journal of Applied Measurement 8, 323-335;
    Robitzsch (2021), Foundations 1, 116-144.

    Examples
    --------
    >>> import pandas as pd
    >>> old = pd.DataFrame({"item": list("abcd"), "a": [1.0, 0.8, 1.2, 1.1], "b": [-1.0, 0.0, 0.5, 1.0]})
    >>> new = old.assign(b=old["b"] - 0.3)
    >>> round(link_items(new, old).intercept, 6)
    0.3
    """
    option("method", method, METHODS, "psychometrics.option")
    banks = [_bank(x, name) for x, name in ((new, "new"), (old, "old"))]
    items = _common(banks[0], banks[1], anchor)
    groups = _clusters(items, clusters, new, old)
    points, mass = _points(theta)
    pair = [_select(b, items) for b in banks]

    def find(kept: Sequence[int], shift: Sequence[Floats] | None = None) -> tuple[float, float]:
        chosen = [_part(p.layout, (shift[i] if shift else p.whole), kept) for i, p in enumerate(pair)]
        return find_link(method, chosen[0], chosen[1], points, mass, fixed_slope)

    every = list(range(len(items)))
    slope, intercept = find(every)
    if not (np.isfinite(slope) and np.isfinite(intercept) and slope > 0):
        raise LiteracyError(
            "psychometrics.link", where=tell("method {!r}", method), what=tell("the slope comes out as {:g}", slope),
            fix="check for reversed keys among the common items (anchor=[…]), or use method='robust'",
        )  # fmt: skip
    left = []
    for name in dict.fromkeys(groups):
        kept = [i for i in every if groups[i] != name]
        left.append(
            (name, *find(kept)) if len(kept) >= 2 or (kept and fixed_slope) else (name, np.nan, np.nan)
        )
    table = pd.DataFrame(left, columns=["cluster", "slope", "intercept"])
    m = len(table)
    errors = [_jackknife(table[c].to_numpy(np.float64)) for c in ("slope", "intercept")]
    sampling = _sampling(pair, lambda shift: find(every, shift))
    drift = _drift(pair, items, groups, slope, intercept, points, mass)
    moved = [i for i in every if bool(drift["drifting"].iloc[i])]
    pure = (
        find([i for i in every if i not in moved])
        if moved and len(every) - len(moved) >= 2
        else (slope, intercept)
    )
    corrected = float(np.sqrt(max(errors[1] ** 2 - sampling**2, 0.0))) if np.isfinite(sampling) else np.nan
    linked = transform(banks[0].layout, banks[0].whole, slope, intercept)
    notes = _say(slope, intercept, errors, sampling, corrected, m, theta, [items[i] for i in moved], pure)
    if any(isinstance(x, IrtFit) and x.answers.sample.origin.synthetic for x in (new, old)):
        notes.append(tell("synthetic data: nobody was interviewed"))
    at = banks[0].layout.group_place(banks[0].layout.groups - 1)
    return Link(
        slope=slope,
        intercept=intercept,
        method=method,
        link_error=errors[1],
        slope_error=errors[0],
        sampling_error=sampling,
        link_error_corrected=corrected,
        clusters=m,
        drift=drift,
        purified=(pure[0], pure[1], tuple(items[i] for i in moved)),
        left_out=table,
        linked=tabulate_bank(
            Bank(banks[0].items, banks[0].models, banks[0].layout, linked, np.zeros_like(banks[0].covariance))
        ).dropna(axis=1, how="all"),
        sd=float(np.exp(linked[at + 1])),
        notes=tuple(notes),
    )


def find_anchor_link(
    fits: Sequence[IrtFit], anchor: Sequence[str], whole: Sequence[Floats], fixed_slope: bool
) -> tuple[float, float]:
    """Return slope and intercept (``robust``) between two fits, new (1) to old (0), with other parameter values."""
    parts = [
        _part(f.bank.layout, w, [f.bank.items.index(i) for i in anchor])
        for f, w in zip(fits, whole, strict=True)
    ]
    return find_link("robust", parts[1], parts[0], *_points(None), fixed_slope)


def _bank(given: IrtFit | pd.DataFrame, where: str) -> Bank:
    if isinstance(given, IrtFit):
        if not given.converged:
            raise LiteracyError(
                "psychometrics.link", where=where, what="its model has not converged: there is no maximum to link",
                fix="give more respondents or items, or a model with fewer parameters (rasch)",
            )  # fmt: skip
        return given.bank
    if not isinstance(given, pd.DataFrame):
        raise LiteracyError(
            "psychometrics.link", where=where, what=tell("{} contains no item parameters", type(given).__name__),
            fix="give a fit, or a table item, a, b",
        )  # fmt: skip
    bank = read_bank(given, where)
    cover = np.zeros_like(bank.covariance)
    for j, row in enumerate(given.to_dict("records")):
        at = int(bank.layout.starts[j])
        for place, name in enumerate(("se_a", "se_d")):
            value = row.get(name)
            if value is not None and np.isfinite(value) and bank.layout.categories[j] == 2:
                cover[at + place, at + place] = float(value) ** 2
    return Bank(bank.items, bank.models, bank.layout, bank.whole, cover)


def _common(new: Bank, old: Bank, anchor: Sequence[str] | None) -> list[str]:
    both = [i for i in old.items if i in new.items]
    if anchor is not None:
        absent = [str(i) for i in anchor if i not in both]
        if absent:
            raise LiteracyError(
                "psychometrics.link",
                where="anchor",
                what=tell("{!r} does not occur in both", absent[0]),
                fix="give common items",
            )
        both = [i for i in both if i in set(anchor)]
    if len(both) < 2:
        raise LiteracyError(
            "psychometrics.link",
            where="items",
            what=tell("{} common items", len(both)),
            fix="give common items the same name",
        )
    for i in both:
        j, k = new.items.index(i), old.items.index(i)
        if new.layout.kinds[j] != old.layout.kinds[k] or new.layout.categories[j] != old.layout.categories[k]:
            kinds = {new.layout.kinds[j], old.layout.kinds[k]}
            if kinds <= {"divide", "guess"} and new.layout.categories[j] == old.layout.categories[k]:
                continue
            raise LiteracyError(
                "psychometrics.link", where=i, what="it has different categories or a different "
                                                    "model in the two tests",
                fix="omit it: anchor=[…]",
            )  # fmt: skip
    return both


def _clusters(
    items: list[str],
    clusters: str | Mapping[str, str] | None,
    new: IrtFit | pd.DataFrame,
    old: IrtFit | pd.DataFrame,
) -> list[str]:
    if clusters is None:
        return items
    known = clusters
    if isinstance(known, str):
        tables = [t for t in (new, old) if isinstance(t, pd.DataFrame) and known in t.columns]
        if not tables:
            raise LiteracyError(
                "psychometrics.option", where="clusters", what=tell("no column {!r} in the tables", known),
                fix="give a column of new or old, or {item: cluster}",
            )  # fmt: skip
        known = {}
        for t in tables:
            known |= {str(i): str(c) for i, c in zip(t["item"], t[str(clusters)], strict=True) if pd.notna(c)}
    absent = [i for i in items if i not in known]
    if absent:
        raise LiteracyError(
            "psychometrics.option",
            where="clusters",
            what=tell("{!r} has no cluster", absent[0]),
            fix="give one for every item",
        )
    return [str(known[i]) for i in items]


def _points(theta: Sequence[float] | Floats | None) -> tuple[Floats, Floats]:
    if theta is None:
        points = np.linspace(-6.0, 6.0, 61)
        return points, np.exp(-0.5 * points**2)
    points = take_numbers(theta, "theta")
    if len(points) < 2 or not np.isfinite(points).all():
        raise LiteracyError(
            "psychometrics.option",
            where="theta",
            what=tell("{} points", len(points)),
            fix="give several finite points",
        )
    return points, np.ones(len(points))


def _select(bank: Bank, items: list[str]) -> Bank:
    """Return the given items of a bank, in the given order."""
    kept = [bank.items.index(i) for i in items]
    layout, whole = _part(bank.layout, bank.whole, kept)
    places = np.concatenate([np.arange(bank.layout.starts[j], bank.layout.starts[j + 1]) for j in kept])
    cover = np.zeros((len(whole), len(whole)))
    cover[: len(places), : len(places)] = np.nan_to_num(bank.covariance[np.ix_(places, places)])
    return Bank(tuple(items), tuple(bank.models[j] for j in kept), layout, whole, cover)


def _part(layout: Layout, whole: Floats, kept: Sequence[int]) -> tuple[Layout, Floats]:
    fixed = {i: whole[layout.starts[j] : layout.starts[j + 1]] for i, j in enumerate(kept)}
    made = lay_out(
        [layout.kinds[j] for j in kept], [int(layout.categories[j]) for j in kept], [""] * len(kept), 1, fixed
    )
    return made, made.whole(np.zeros(0))


def _jackknife(values: Floats) -> float:
    """Return the jackknife standard error sqrt((m - 1) / m * sum((x_j - mean)^2))."""
    m = len(values)
    if m < 2 or not np.isfinite(values).all():
        return float("nan")
    return float(np.sqrt((m - 1) / m * ((values - values.mean()) ** 2).sum()))


def _sampling(pair: list[Bank], find: object) -> float:
    """Return the standard error of the intercept by the delta method; NaN where item standard errors are unknown."""
    assert callable(find)
    variance = 0.0
    for side, bank in enumerate(pair):
        places = np.flatnonzero(np.diag(bank.covariance) > 0)
        slopes = np.zeros(len(places))
        for n, at in enumerate(places):
            step = 1e-4 * max(1.0, abs(bank.whole[at]))
            ends = []
            for sign in (1.0, -1.0):
                shift = [p.whole.copy() for p in pair]
                shift[side][at] += sign * step
                ends.append(find(shift)[1])
            slopes[n] = (ends[0] - ends[1]) / (2 * step)
        variance += float(slopes @ bank.covariance[np.ix_(places, places)] @ slopes)
    return float(np.sqrt(variance)) if variance > 0 else float("nan")


def _drift(
    pair: list[Bank],
    items: list[str],
    groups: list[str],
    slope: float,
    intercept: float,
    points: Floats,
    mass: Floats,
) -> pd.DataFrame:
    moved = transform(pair[0].layout, pair[0].whole, slope, intercept)
    old = expected_score(pair[1].layout, pair[1].whole, points)
    new = expected_score(pair[0].layout, moved, points)
    share = (old - new) @ (mass / mass.sum()) / (pair[1].layout.categories - 1)
    centre = np.median(share)
    spread = 1.4826 * np.median(np.abs(share - centre))
    z = (share - centre) / max(float(spread), 1e-9)
    return pd.DataFrame(
        {
            "item": items,
            "cluster": groups,
            "difference": share,
            "z": z,
            "drifting": (np.abs(z) > DRIFT) & (np.abs(share - centre) > DRIFT_SIZE),
        }
    )


def _say(
    slope: float, intercept: float, errors: list[float], sampling: float, corrected: float, m: int,
    theta: object, moved: list[str], pure: tuple[float, float],
) -> list[str]:  # fmt: skip
    notes = [tell("old scale = {:.4f} * new + {:.4f}", slope, intercept)]
    if np.isfinite(errors[1]):
        notes.append(
            tell("linking error {:.4f} (intercept) by deleting one of {} clusters at a time", errors[1], m)
        )
    else:
        notes.append(tell("no linking error: {} clusters are too few to delete one at a time", m))
    if np.isfinite(sampling):
        notes.append(
            tell(
                "sampling of respondents alone accounts for {:.4f}; corrected for it {:.4f}",
                sampling,
                corrected,
            )
        )
    if theta is not None:
        notes.append(tell("curves compared at the points given, with equal weights"))
    if moved:
        notes.append(
            tell("drifting: {}; without: slope {:.4f}, intercept {:.4f}", ", ".join(moved), pure[0], pure[1])
        )
    return notes
