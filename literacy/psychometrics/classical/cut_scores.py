"""Standard setting by the Angoff and bookmark methods, with the error of the cut and its impact on the rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from literacy._display import Printable
from literacy.errors import LiteracyError, option
from literacy.kernels.psychometrics.ability_estimates import expected_score
from literacy.messages import tell, tell_value
from literacy.psychometrics.arguments import require_table, take_share
from literacy.psychometrics.bank import DICHOTOMOUS, read_bank
from literacy.psychometrics.fitted import IrtFit
from literacy.sampling import Sample
from literacy.scoring import Scored

Floats = NDArray[np.float64]

METHODS = ("angoff", "bookmark")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StandardSetting(Printable):
    """Cut score set by judges.

    Attributes
    ----------
    table : DataFrame
        One row per round: round, judges, cut (sum score), se (from the variation between judges), ci_low, ci_high, sd
        (between judges), agreement (single-judge intraclass correlation of the item ratings, ``angoff`` only), theta
        (mean position of the judges' cuts, ``bookmark`` only).
    judges : DataFrame
        One row per round and judge: round, judge, cut; with ``bookmark`` also theta.
    impact : DataFrame
        Rates at the cut of the last round and at one standard error below and above it: cut, rate; empty without
        scores.
    method : str
    notes : tuple of str
    """

    table: pd.DataFrame
    judges: pd.DataFrame
    impact: pd.DataFrame
    method: str
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table, one row per round."""
        return self.table.copy()

    def _title(self) -> str:
        return tell("Standard set by judges ({})", tell_value(self.method))

    def _notes(self) -> list[str]:
        return list(self.notes)


def standard_setting(
    ratings: pd.DataFrame,
    method: str = "angoff",
    bank: IrtFit | pd.DataFrame | None = None,
    scores: Any = None,
    score: str = "total",
    *,
    rp: float = 0.67,
    level: float = 0.95,
) -> StandardSetting:
    """Compute a cut score from the judgements of experts.

    Parameters
    ----------
    ratings : DataFrame
        ``angoff``: one row per judge and item (and round), with columns ``judge``, ``item``, ``rating`` (probability,
        from 0 to 1, that a person just at the standard answers correctly) and optionally ``round``. ``bookmark``: one
        row per judge (and round), with columns ``judge``, ``item`` (the first item of the ordered booklet that such a
        person need not master) and optionally ``round``.
    method : str
        ``angoff`` or ``bookmark``.
    bank : IrtFit or DataFrame, optional
        Items with parameters (``item, a, b[, g]``), from which the booklet of ``bookmark`` is ordered.
    scores : Scored, Sample, DataFrame or (n,) numbers, optional
        Scores on the same items, for the rate at the cut; weighted for a Sample.
    score : str
        Column that holds the scores.
    rp : float
        Response probability that orders the items and defines mastery (``bookmark``).
    level : float
        Confidence level of the interval.

    Returns
    -------
    StandardSetting
        The cut is the mean over judges. With ``bookmark``, a judge's position is midway between the two items adjacent
        to the bookmark, and the judge's cut is the expected sum score there.

    Raises
    ------
    LiteracyError
        ``psychometrics.option``, ``psychometrics.items``, ``psychometrics.data``.

    References
    ----------
    Cizek, Bunch (2007), Standard Setting; Shrout, Fleiss (1979), Psychological Bulletin 86.

    Examples
    --------
    >>> import pandas as pd
    >>> ratings = pd.DataFrame({"judge": [1, 1, 2, 2], "item": list("abab"), "rating": [0.5, 0.7, 0.6, 0.8]})
    >>> float(round(standard_setting(ratings).table["cut"][0], 2))
    1.3
    """
    option("method", method, METHODS, "psychometrics.option")
    rp, level = take_share(rp, "rp"), take_share(level, "level")
    require_table(ratings, "ratings")
    judged = _check(ratings, method)
    notes: list[str] = []
    if method == "angoff":
        table, judges, most = _by_chances(judged, level)
    else:
        table, judges, most = _by_bookmarks(judged, bank, rp, level, notes)
    last = table.iloc[-1]
    if np.isnan(last["se"]):
        notes.append(tell("one judge: there is no standard error of the judges"))
    return StandardSetting(table, judges, _impact(last, scores, score, most, notes), method, tuple(notes))


def _check(ratings: pd.DataFrame, method: str) -> pd.DataFrame:
    needed = ["judge", "item", *(["rating"] if method == "angoff" else [])]
    absent = [c for c in needed if c not in ratings.columns]
    if absent or ratings.empty or ratings[needed].isna().to_numpy().any():
        raise LiteracyError(
            "psychometrics.items", where="ratings",
            what=tell("no column {}", absent[0]) if absent else tell("no row, or a cell is missing"),
            fix=tell("give {} in every row", ', '.join(needed)),
        )  # fmt: skip
    judged = ratings.assign(round=ratings["round"] if "round" in ratings.columns else 1)
    key = ["round", "judge", *(["item"] if method == "angoff" else [])]
    if judged.duplicated(key).any():
        raise LiteracyError(
            "psychometrics.data",
            where="ratings",
            what=tell("rows that agree in {}", ", ".join(key)),
            fix="keep one of them",
        )
    return judged


def _by_chances(judged: pd.DataFrame, level: float) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    rating = pd.to_numeric(judged["rating"], errors="coerce")
    if not rating.between(0, 1).all():
        raise LiteracyError(
            "psychometrics.data",
            where="ratings: rating",
            what="some lie outside 0 to 1",
            fix="give probabilities, not percentages",
        )
    rounds, judges, most = [], [], 0
    for number, part in judged.assign(rating=rating).groupby("round", sort=True):
        wide = part.pivot(index="judge", columns="item", values="rating")
        if wide.isna().to_numpy().any():
            raise LiteracyError(
                "psychometrics.data", where=tell("ratings: round {}", number), what="a judge did not rate every item",
                fix="give every judge's rating of every item, or omit the judge",
            )  # fmt: skip
        cuts = wide.sum(axis=1)
        most = wide.shape[1]
        rounds.append(
            {
                **_mean(number, cuts.to_numpy(np.float64), level),
                "agreement": _agree(wide.to_numpy(np.float64)),
            }
        )
        judges += [{"round": number, "judge": j, "cut": float(c)} for j, c in cuts.items()]
    return pd.DataFrame(rounds), pd.DataFrame(judges), most


def _agree(x: Floats) -> float:
    """Return the intraclass correlation of a single judge with absolute agreement, ICC(2, 1)."""
    judges, items = x.shape
    if judges < 2 or items < 2:
        return float("nan")
    mean, by_item, by_judge = x.mean(), x.mean(axis=0), x.mean(axis=1)
    between = judges * ((by_item - mean) ** 2).sum() / (items - 1)
    severe = items * ((by_judge - mean) ** 2).sum() / (judges - 1)
    rest = ((x - by_item - by_judge[:, None] + mean) ** 2).sum() / ((items - 1) * (judges - 1))
    whole = between + (judges - 1) * rest + judges * (severe - rest) / items
    return float((between - rest) / whole) if whole > 0 else float("nan")


def _mean(number: Any, cuts: Floats, level: float) -> dict[str, Any]:
    n = len(cuts)
    spread = float(cuts.std(ddof=1)) if n > 1 else float("nan")
    error = spread / float(np.sqrt(n))
    wide = float(t.ppf((1 + level) / 2, n - 1)) * error if n > 1 else float("nan")
    mean = float(cuts.mean())
    return {
        "round": number, "judges": n, "cut": mean, "se": error, "ci_low": mean - wide, "ci_high": mean + wide,
        "sd": spread,
    }  # fmt: skip


def _by_bookmarks(
    judged: pd.DataFrame, bank: IrtFit | pd.DataFrame | None, rp: float, level: float, notes: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    if bank is None:
        raise LiteracyError(
            "psychometrics.option",
            where="bank",
            what="a booklet is ordered by item parameters",
            fix="give bank=",
        )
    known = bank.bank if isinstance(bank, IrtFit) else read_bank(bank, "bank")
    several = [i for i, m in zip(known.items, known.models, strict=True) if m not in DICHOTOMOUS]
    if several:
        raise LiteracyError(
            "psychometrics.items",
            where=several[0],
            what="it has several categories",
            fix="give right-or-wrong items",
        )
    values = [known.values(j) for j in range(len(known.items))]
    floor = np.array([1 / (1 + np.exp(-v[2])) if len(v) > 2 else 0.0 for v in values])
    slope, intercept = (np.array([v[i] for v in values]) for i in (0, 1))
    never = [i for i, g, a in zip(known.items, floor, slope, strict=True) if g >= rp or a <= 0]
    if never:
        raise LiteracyError(
            "psychometrics.items",
            where=never[0],
            what=tell("the probability of a correct answer never, or always, equals {:g}", rp),
            fix="omit the item, or use another rp",
        )
    chance = (rp - floor) / (1 - floor)
    place = (np.log(chance / (1 - chance)) - intercept) / slope
    order = np.argsort(place, kind="stable")
    booklet = [known.items[j] for j in order]
    steps = place[order]
    items = judged["item"].astype(str)
    unknown = sorted(set(items) - set(booklet))
    if unknown:
        raise LiteracyError(
            "psychometrics.items",
            where="ratings",
            what=tell("no item {!r} in the booklet", unknown[0]),
            fix="name its items",
        )
    at = np.array([booklet.index(i) for i in items])
    if (at == 0).any():
        notes.append(tell("{} bookmarks at the first item: its own location is used", int((at == 0).sum())))
    theta = np.where(at > 0, (steps[at] + steps[np.maximum(at - 1, 0)]) / 2, steps[0])
    cut = expected_score(known.layout, known.whole, theta).sum(axis=0)
    judges = pd.DataFrame(
        {"round": judged["round"].to_numpy(), "judge": judged["judge"].to_numpy(), "cut": cut, "theta": theta}
    )
    rounds = [
        {**_mean(number, part["cut"].to_numpy(np.float64), level), "theta": float(part["theta"].mean())}
        for number, part in judges.groupby("round", sort=True)
    ]
    notes.append(
        tell("items ordered by the ability at which the probability of a correct answer is {:g}", rp)
    )
    return pd.DataFrame(rounds), judges, len(known.items)


def _impact(last: pd.Series[Any], scores: Any, score: str, most: int, notes: list[str]) -> pd.DataFrame:
    names = ["cut", "rate"]
    if scores is None:
        return pd.DataFrame(columns=names)
    weight = scores.weight if isinstance(scores, Sample) else None
    frame = scores.frame if isinstance(scores, Sample | Scored) else scores
    if isinstance(frame, pd.DataFrame):
        if score not in frame.columns:
            raise LiteracyError(
                "psychometrics.items",
                where="scores",
                what=tell("no column {!r}", score),
                fix="give it: score=",
            )
        frame = frame[score]
    values = pd.to_numeric(pd.Series(frame), errors="coerce").to_numpy(np.float64, na_value=np.nan)
    w = np.where(np.isfinite(values), np.ones(len(values)) if weight is None else weight, 0.0)
    if not w.sum() > 0:
        raise LiteracyError(
            "psychometrics.data", where="scores", what="nobody has a score", fix="give scores"
        )
    if np.nanmax(values[w > 0]) > most + 1e-9:
        raise LiteracyError(
            "psychometrics.option", where=tell("scores: {}", score),
            what=tell("some are above the {} points of the rated items", most),
            fix="give the sum score on the same items",
        )  # fmt: skip
    cut, error = float(last["cut"]), float(last["se"])
    places = [cut, cut - error, cut + error] if np.isfinite(error) else [cut]
    rates = [(c, float(w @ (np.nan_to_num(values, nan=-np.inf) >= c - 1e-9) / w.sum())) for c in places]
    spread = (
        tell(", from {:.4f} to {:.4f} within one standard error of the judges", rates[2][1], rates[1][1])
        if len(rates) > 1
        else ""
    )
    notes.append(tell("rate at the cut: {:.4f}{}", rates[0][1], spread))
    return pd.DataFrame(rates, columns=names)
