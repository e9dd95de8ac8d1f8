"""Totals: sums of rows by sampling unit and domain, which can be added over blocks.

Every smooth statistic and its variance follow from these sums, so a table may be read in blocks, on several machines
and in any order: ``a + b`` is the Totals of both blocks. Units and domains are identified by their labels. Numbers are
summed about a centre of each block; merging shifts the sums of one block to the centre of the other, so that precision
does not depend on the location of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from literacy.errors import LiteracyError
from literacy.estimation.core.sample_columns import as_moments, has_times, sort_levels
from literacy.kernels.design.elements import Groups
from literacy.kernels.design.linearization import shift_columns
from literacy.messages import tell
from literacy.provenance import Origin
from literacy.sampling import Design, Effect
from literacy.sampling.codes import Codes
from literacy.sampling.joining import Frames, Place, join_frames, list_frames

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = tuple[Any, ...]
MANY_DOMAINS = 3000
MANY_TOTALS = 1 << 26
"""Maximum number of elements of a table by sampling unit, domain and column: half a GB."""
SCORES = "scores"
"""Statistic whose columns are linearised scores, of which only the totals are needed."""
OPEN = ("mean", "total", "ratio", "variance", SCORES)  # statistics of numeric columns, which have a centre


@dataclass(frozen=True, slots=True)
class Task:
    """Description of an estimate, common to all blocks.

    ``kind`` is the estimator, ``variables`` its columns, ``by`` the domains; the other fields are its options.
    """

    kind: str
    variables: tuple[str, ...]
    by: tuple[str, ...] = ()
    ci: str = "mean"
    level: float = 0.95
    deff: str = "wr"
    df: float | None = None
    extra: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The sums of one variable in the domains of one layer.

    Attributes
    ----------
    name : name of the variable in the table.
    statistic : "mean", "total", "ratio", "variance", "scores"; for categories "shares" or "counts".
    keys : the D domains.
    layer : the combination of overlapping groups, or empty.
    levels, scale : levels of a category, and their natural order; empty for numbers.
    numeric : whether the levels are numbers or booleans.
    others : whether any row, in a domain or not, has a number other than 0 and 1.
    centre : constants subtracted from the numeric columns.
    t : (D, q) totals; n : (D,) respondents; squares : (D,) sums of squared weights.
    moments : (D, q, q) weighted sums of products of the columns; None for a category.
    z : (m_s, D, q) totals by unit of each stage; empty if the variance does not need them.
    counts : (m, D) rows of each first-stage unit, if there is ``z``.
    groups : moments for rows as units, (H, D) or for a category (H, D, L); replaces ``z``.
    theta : (R, D, q) totals of every replicate.
    gram : (D, R, R) cross-products of the replicate factors in the domain, for their rank; None if not needed.
    df : (D,) degrees of freedom, if they do not follow from the units.
    inner : (C, D, q) totals by cell of an adjustment, if there is one.
    """

    name: str
    statistic: str
    keys: tuple[Key, ...]
    layer: Key
    levels: tuple[Any, ...]
    scale: tuple[Any, ...]
    numeric: bool
    centre: tuple[float, ...]
    t: Floats
    n: Floats
    squares: Floats
    moments: Floats | None
    z: tuple[Floats, ...] = ()
    counts: Floats | None = None
    groups: Groups | None = None
    theta: Floats | None = None
    gram: Floats | None = None
    df: Floats | None = None
    inner: Floats | None = None
    others: bool = False

    @property
    def category(self) -> bool:
        """Whether the columns are indicators of the levels of a category."""
        return self.statistic not in OPEN

    @property
    def width(self) -> int:
        """Number of estimates in each domain."""
        return max(len(self.levels), 1)

    def weights(self, totals: Floats) -> Floats:
        """Return the weights (..., D) contained in totals (..., D, q)."""
        return np.asarray(totals.sum(axis=-1) if self.category else totals[..., 0])


@dataclass(frozen=True, slots=True)
class Spread:
    """Parameters of replicate variance: the fields of ``Replicates`` that do not depend on rows."""

    method: str
    scale: float
    rscales: Floats
    mse: bool
    df: float
    gram: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Sums of a block of rows. ``a + b`` are those of both blocks; :func:`literacy.finish` computes the estimate.

    Attributes
    ----------
    task : Task
        Description of the estimate.
    design : Design
        The sample design.
    units : Codes or Frames
        Units of every stage: compiled for these rows, or by label, so that blocks can be added.
    parts : tuple of Part
        Sums of every variable in every layer of domains.
    order, scales : values of each ``by`` column in order, and their natural order.
    overlapping : columns whose domains overlap.
    lost : number of rows without a value of a ``by`` column, by column.
    missing : number of rows of the domains without a value, by variable.
    spread : Spread or None
        Parameters of the replicates.
    origin : Origin
        Provenance of the rows.
    rows, blocks : number of rows and blocks.
    live, mass : number of rows with weight, and the sum of all weights.
    fixed : reason why these Totals cannot be added to others; empty if they can.
    project : function from the derivatives (D, q, k) of each part to unit totals of every stage, for adjusted weights:
        adjustments apply to rows, not to totals.
    spans, effect : weights (m_s, C) of the units of each stage in the cells of an adjustment, and its effect.

    Examples
    --------
    >>> design = lit.Design(weight="w", psu="village")
    >>> blocks = [
    ...     {"y": [1, 0], "village": [1, 2], "w": [9, 9]},
    ...     {"y": [1, 1], "village": [2, 3], "w": [8, 8]},
    ... ]
    >>> one, two = (lit.partial(b, "proportion", "y", design=design) for b in blocks)
    >>> lit.finish(one + two).estimate.round(4)
    array([0.7353])
    """

    task: Task
    design: Design
    units: Codes | Frames
    parts: tuple[Part, ...]
    order: tuple[tuple[Any, ...], ...]
    scales: tuple[tuple[Any, ...], ...]
    overlapping: tuple[str, ...]
    lost: Mapping[str, int]
    missing: Mapping[str, int]
    spread: Spread | None
    origin: Origin
    rows: int
    live: int = 0
    mass: float = 0.0
    blocks: int = 1
    fixed: str = ""
    project: Callable[[Sequence[Floats]], tuple[Floats, ...]] | None = None
    spans: tuple[Floats, ...] = ()
    effect: Effect | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on labels of the design in blocks; those of a Sample of all rows are in its history."""
        return self.units.notes if isinstance(self.units, Frames) else ()

    def __add__(self, other: Totals) -> Totals:
        """Return the Totals of both blocks."""
        if not isinstance(other, Totals):
            return NotImplemented
        return merge_totals(self, other)

    def __radd__(self, other: object) -> Totals:
        """Support ``sum(blocks)``, which starts with 0."""
        return self if other == 0 else NotImplemented

    def __repr__(self) -> str:
        of = ", ".join(self.task.variables)
        return tell(
            "Totals for the {} of {}: {} rows in {} blocks", self.task.kind, of, self.rows, self.blocks
        )


def merge_totals(a: Totals, b: Totals) -> Totals:
    """Return the Totals of the rows of both blocks.

    Raises
    ------
    LiteracyError
        ``estimate.option``: they describe different estimates, or cannot be merged (weights adjusted to totals of all
        rows, replicates generated from the units of a block).
    """
    for one in (a, b):
        if one.fixed:
            raise LiteracyError(
                "estimate.option",
                where="Totals",
                what=tell("these cannot be added: {}", one.fixed),
                fix="give every block final weights, or replicate weights as columns; or use all rows at once",
            )
    a, b = _align_days(a, b), _align_days(b, a)
    for name, x, y in (("questions", a.task, b.task), ("designs", a.design, b.design)):
        if x != y:
            raise LiteracyError(
                "estimate.option",
                where="Totals",
                what=tell("the blocks have different {}", name),
                fix="call partial with the same arguments for every block",
            )
    frames, place_a, place_b = join_frames(name_units(a), name_units(b))
    sizes = tuple(len(f.stratum_of) for f in frames.stages)
    strata = len(frames.stages[0].strata)
    mine = {(p.name, p.layer): p for p in a.parts}
    parts = []
    for p in (*a.parts, *(q for q in b.parts if (q.name, q.layer) not in mine)):
        q = next((x for x in b.parts if (x.name, x.layer) == (p.name, p.layer)), None)
        own = mine.get((p.name, p.layer))
        if own is None or q is None:
            place = place_b if own is None else place_a
            parts.append(_lay(p, p.keys, p.levels, place.units, sizes, place.strata, strata))
            continue
        parts.append(_join(own, q, place_a, place_b, sizes, strata))
    scales = tuple(scale_of(s, t) for s, t in zip(a.scales, b.scales, strict=True))
    order = tuple(
        tuple(sort_levels(list(dict.fromkeys((*x, *y))), scale))
        for x, y, scale in zip(a.order, b.order, scales, strict=True)
    )
    spread = a.spread
    if spread is not None and b.spread is not None:
        if len(spread.rscales) != len(b.spread.rscales) or spread.method != b.spread.method:
            raise LiteracyError(
                "estimate.option", where="Totals", what="the blocks have different replicates",
                fix="read the same replicate weights in every block",
            )  # fmt: skip
        gram = None if spread.gram is None or b.spread.gram is None else spread.gram + b.spread.gram
        spread = replace(spread, gram=gram)
    return Totals(
        task=a.task,
        design=a.design,
        units=frames,
        parts=tuple(parts),
        order=order,
        scales=scales,
        overlapping=a.overlapping,
        lost=_count(a.lost, b.lost),
        missing=_count(a.missing, b.missing),
        spread=spread,
        origin=a.origin.merge(b.origin),
        rows=a.rows + b.rows,
        live=a.live + b.live,
        mass=a.mass + b.mass,
        blocks=a.blocks + b.blocks,
        spans=_add_spans(a.spans, b.spans, place_a, place_b, sizes),
        effect=a.effect,
    )


def _align_days(a: Totals, b: Totals) -> Totals:
    """Return the first Totals, with the midnight of each day where the second have a time of day."""
    timed = [j for j, values in enumerate(b.order) if has_times(values)]
    named = {(p.name, p.layer) for p in b.parts if has_times(p.levels)}
    if not timed and not named:
        return a
    order = tuple(as_moments(v) if j in timed else v for j, v in enumerate(a.order))
    parts = tuple(
        replace(
            p,
            keys=tuple(
                tuple(as_moments((v,))[0] if j in timed else v for j, v in enumerate(k)) for k in p.keys
            ),
            levels=as_moments(p.levels) if (p.name, p.layer) in named else p.levels,
        )
        for p in a.parts
    )
    return replace(a, order=order, parts=parts)


def _add_spans(
    x: Sequence[Floats], y: Sequence[Floats], place_a: Place, place_b: Place, sizes: Sequence[int]
) -> tuple[Floats, ...]:
    """Return the weights by unit and cell of both blocks."""
    out = []
    for p, q, pa, pb, m in zip(x, y, place_a.units, place_b.units, sizes, strict=False):
        shape = (m, p.shape[1])
        out.append(_scatter(p, shape, pa, None) + _scatter(q, shape, pb, None))
    return tuple(out)


def name_units(totals: Totals) -> Frames:
    """Return the units by label."""
    if isinstance(totals.units, Frames):
        return totals.units
    alone = any(p.groups is not None for p in totals.parts)
    return list_frames(totals.units, alone)


def scale_of(first: Key, second: Key) -> Key:
    """Return the natural order of two blocks' levels: the longer if it contains the other; otherwise none."""
    longer, shorter = (first, second) if len(first) >= len(second) else (second, first)
    return longer if set(shorter) <= set(longer) else ()


def _count(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    return {n: a.get(n, 0) + b.get(n, 0) for n in dict.fromkeys((*a, *b))}


def _place(old: Sequence[Any], new: Sequence[Any]) -> Ints:
    at = {v: i for i, v in enumerate(new)}
    return np.array([at[v] for v in old], dtype=np.int64)


def _scatter(x: Floats, shape: tuple[int, ...], *maps: Ints | None) -> Floats:
    """Place an array into a larger one of zeros, with an index map for every axis (None leaves the axis unchanged)."""
    out = np.zeros(shape)
    if x.size:
        out[np.ix_(*(np.arange(n) if m is None else m for m, n in zip(maps, x.shape, strict=True)))] = x
    return out


def _lay(
    p: Part, keys: Sequence[Key], levels: Sequence[Any], units: Sequence[Ints], sizes: Sequence[int], strata: Ints,
    count: int,
) -> Part:  # fmt: skip
    """Return a part with its arrays on the merged units, domains and levels."""
    d = _place(p.keys, keys)
    c = _place(p.levels, levels) if p.category else None
    cells, q = len(keys), len(levels) if p.category else p.t.shape[1]
    groups = p.groups
    if groups is not None:
        tail = (None,) if not p.category else (c,)
        shape: tuple[int, ...] = (count, cells, *((q,) if p.category else ()))
        axes = (strata, d, *(tail if p.category else ()))
        w = groups.mean.shape[-1]
        groups = Groups(
            _scatter(groups.count, shape, *axes),
            _scatter(groups.mean, (*shape, w), *axes, None),
            _scatter(groups.spread, (*shape, w, w), *axes, None, None),
        )
    return replace(
        p,
        keys=tuple(keys),
        levels=tuple(levels),
        t=_scatter(p.t, (cells, q), d, c),
        n=_scatter(p.n, (cells,), d),
        squares=_scatter(p.squares, (cells,), d),
        moments=None if p.moments is None else _scatter(p.moments, (cells, q, q), d, None, None),
        z=tuple(
            _scatter(z, (m, cells, q), place, d, c) for z, place, m in zip(p.z, units, sizes, strict=False)
        ),
        counts=None if p.counts is None else _scatter(p.counts, (sizes[0], cells), units[0], d),
        groups=groups,
        theta=None if p.theta is None else _scatter(p.theta, (len(p.theta), cells, q), None, d, c),
        gram=None if p.gram is None else _scatter(p.gram, (cells, *p.gram.shape[1:]), d, None, None),
        df=None,
        inner=None if p.inner is None else _scatter(p.inner, (len(p.inner), cells, q), None, d, c),
    )


def _join(p: Part, q: Part, place_a: Place, place_b: Place, sizes: Sequence[int], strata: int) -> Part:
    """Add the sums of one variable over both blocks."""
    if not p.n.sum():
        p = replace(p, centre=q.centre)
    elif not q.n.sum():
        q = replace(q, centre=p.centre)
    if p.centre != q.centre:
        q = _move(q, p.centre)
    scale = scale_of(p.scale, q.scale)
    keys = tuple(dict.fromkeys((*p.keys, *q.keys)))
    levels = tuple(sort_levels(list(dict.fromkeys((*p.levels, *q.levels))), scale))
    _require_few(p, keys, levels, sizes)
    one = _lay(p, keys, levels, place_a.units, sizes, place_a.strata, strata)
    two = _lay(q, keys, levels, place_b.units, sizes, place_b.strata, strata)

    def add(x: Floats | None, y: Floats | None) -> Floats | None:
        return None if x is None or y is None else x + y

    return replace(
        one,
        scale=scale,
        numeric=all(x.numeric for x in (p, q) if x.levels or not levels),
        others=p.others or q.others,
        t=one.t + two.t,
        n=one.n + two.n,
        squares=one.squares + two.squares,
        moments=add(one.moments, two.moments),
        z=tuple(x + y for x, y in zip(one.z, two.z, strict=True)),
        counts=add(one.counts, two.counts),
        groups=None if one.groups is None or two.groups is None else one.groups.merge(two.groups),
        theta=add(one.theta, two.theta),
        gram=add(one.gram, two.gram),
        inner=add(one.inner, two.inner),
    )


def _require_few(p: Part, keys: Sequence[Key], levels: Sequence[Any], sizes: Sequence[int]) -> None:
    """Raise an error for more domains than a table may have, or more totals than fit into memory."""
    if len(keys) > MANY_DOMAINS:
        raise LiteracyError(
            "estimate.domain", where=repr(p.name), what=tell("{} domains", len(keys)),
            fix=tell("at most {} are allowed: group the values, or restrict with where=", MANY_DOMAINS),
        )  # fmt: skip
    numbers = len(keys) * max(len(levels), p.t.shape[1]) * (sum(sizes) if p.z else 1)
    if numbers > MANY_TOTALS:
        raise LiteracyError(
            "estimate.domain", where=repr(p.name),
            what=tell("{:,} totals: {} domains, {} columns, {:,} sampling units", numbers, len(keys),
                      max(len(levels), p.t.shape[1]), sum(sizes)),
            fix=tell("at most {:,} are kept: name larger sampling units (--psu), or fewer domains", MANY_TOTALS),
        )  # fmt: skip


def _move(p: Part, centre: tuple[float, ...]) -> Part:
    """Shift the sums to another centre."""
    T = shift_columns(p.statistic, p.centre, centre)
    return replace(
        p,
        centre=centre,
        t=p.t @ T.T,
        moments=None if p.moments is None else T @ p.moments @ T.T,
        z=tuple(z @ T.T for z in p.z),
        groups=None if p.groups is None else p.groups.transform(T),
        theta=None if p.theta is None else p.theta @ T.T,
        inner=None if p.inner is None else p.inner @ T.T,
    )
