"""Tables behind the figures of a test, and item tables read from files."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.answers import read_plain
from literacy.errors import LiteracyError
from literacy.files import TableFile
from literacy.kernels.psychometrics.marginal import expected_counts
from literacy.kernels.psychometrics.patterns import NOT_ASKED, make_patterns
from literacy.messages import tell
from literacy.provenance import Origin
from literacy.psychometrics.classical.fairness import DELTA, Dif
from literacy.psychometrics.differential import IrtDif
from literacy.psychometrics.fitted import IrtFit
from literacy.psychometrics.positions import find_cut, item_curves, person_scores

Floats = NDArray[np.float64]

BINS = 25
DOTS = 12


def read_table_of_items(path: str | TableFile) -> pd.DataFrame:
    """Read a table of item parameters, such as :func:`literacy.fit_irt` produces, from a file.

    Parameters
    ----------
    path : str or TableFile
        A table with the columns item, a, b and, for models with guessing, g.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> pd.DataFrame({"item": ["k01"], "a": [1.1], "b": [-0.5]}).to_csv("items.csv", index=False)
    >>> read_table_of_items("items.csv")["b"].tolist()
    [-0.5]
    """
    frame, _ = read_plain(path)
    return frame


def tabulate_figures(fit: IrtFit, cuts: Sequence[float] = ()) -> dict[str, pd.DataFrame]:
    """Return the tables behind the figures ``item_map``, ``item_curves`` and ``information``.

    Parameters
    ----------
    fit : IrtFit
    cuts : sequence of float
        Cut scores on the sum score, marked at the position where the expected score equals them.

    Returns
    -------
    dict of str to DataFrame
        ``item_map``: kind (person, item), name, theta, share. ``item_curves``: item, theta, expected (as a share of
        the item's maximum score), observed, n. ``information``: theta, information, se, and score in the rows of cuts.
    """
    return {
        "item_map": _map(fit),
        "item_curves": _curves(fit),
        "information": _information(fit, cuts),
    }


def tabulate_dif(found: Dif | IrtDif) -> dict[str, pd.DataFrame]:
    """Return the table behind the figure ``dif``: each item's delta on the ETS scale, with its 95 % interval.

    Raises
    ------
    LiteracyError
        ``psychometrics.option`` for methods other than ``mantel_haenszel``, which give no delta.
    """
    if not isinstance(found, Dif) or found.method != "mantel_haenszel":
        raise LiteracyError(
            "psychometrics.option",
            where=tell("method {!r}", found.method),
            what="the figure shows the delta of ETS, which this method does not give",
            fix="use method mantel_haenszel, or omit the figure",
        )
    table = found.table
    wide = 1.959963984540054 * table["se"] * abs(DELTA)
    out = pd.DataFrame(
        {"item": table["item"], "focal": table.get("focal", found.focal), "estimate": table["delta"]}
    )
    out["ci_low"], out["ci_high"] = out["estimate"] - wide, out["estimate"] + wide
    out["class"], out["flagged"], out["confidence"] = table["class"], table["flagged"].astype(int), 0.95
    return {"dif": out}


def mark_tables(tables: dict[str, pd.DataFrame], origin: Origin) -> dict[str, pd.DataFrame]:
    """Return the tables with two columns added: the wave, and whether the data are synthetic (1) or not (0)."""
    return {n: t.assign(wave=origin.wave, synthetic=int(origin.synthetic)) for n, t in tables.items()}


def _map(fit: IrtFit) -> pd.DataFrame:
    live = fit.answers.live
    theta, weight = person_scores(fit, "eap").theta[live], fit.answers.weight[live]
    low, high = float(theta.min()), float(theta.max())
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    share = np.histogram(theta, edges, weights=weight)[0] / weight.sum()
    persons = pd.DataFrame(
        {"kind": "person", "name": "", "theta": (edges[:-1] + edges[1:]) / 2, "share": share}
    )
    rows = []
    for row in fit.parameters.to_dict("records"):
        points = [row[c] for c in row if c == "b" or (str(c)[0] == "b" and str(c)[1:].isdigit())]
        points = [float(p) for p in dict.fromkeys(points) if p is not None and np.isfinite(p)]
        several = len(points) > 1
        for k, point in enumerate(points):
            rows.append(
                {"kind": "item", "name": f"{row['item']}.{k + 1}" if several else row["item"], "theta": point}
            )
    return pd.concat([persons, pd.DataFrame(rows)], ignore_index=True)


def _curves(fit: IrtFit) -> pd.DataFrame:
    curves = item_curves(fit)
    top = dict(zip(fit.bank.items, (int(k) - 1 for k in fit.bank.layout.categories), strict=True))
    curves = curves[curves["item"] != "test"].drop(columns="information")
    curves["expected"] /= curves["item"].map(top)
    curves["observed"], curves["n"] = np.nan, np.nan
    return pd.concat([curves, _observed(fit)], ignore_index=True)


def _observed(fit: IrtFit) -> pd.DataFrame:
    """Return each item's observed mean score along the scale, by the posterior of respondents (first group)."""
    answers, layout, whole = fit.answers, fit.bank.layout, fit.bank.whole
    rows = np.flatnonzero(answers.live & (answers.group == 0))
    data = make_patterns(answers.codes[rows], np.zeros(len(rows), np.int64), answers.weight[rows], layout)
    _, counts, _ = expected_counts(layout, whole, data, fit.grid)
    theta = layout.nodes(whole, fit.grid.points, 0)
    out = []
    for j, item in enumerate(fit.bank.items):
        part = counts[0][layout.firsts[j] : layout.firsts[j + 1]]
        persons = part.sum(axis=0)
        asked = float((answers.codes[rows, j] != NOT_ASKED).sum())
        for cell in np.array_split(np.arange(len(theta)), DOTS * 2):
            mass = persons[cell].sum()
            if mass < 0.005 * persons.sum():
                continue
            score = (np.arange(len(part)) @ part[:, cell]).sum() / mass / (len(part) - 1)
            where = float(persons[cell] @ theta[cell] / mass)
            n = asked * float(mass / persons.sum())
            out.append({"item": item, "theta": where, "observed": float(score), "n": n})
    return pd.DataFrame(out)


def _information(fit: IrtFit, cuts: Sequence[float]) -> pd.DataFrame:
    curves = item_curves(fit)
    test = curves[curves["item"] == "test"]
    table = pd.DataFrame({"theta": test["theta"], "information": test["information"]}).reset_index(drop=True)
    for score in cuts:
        theta = find_cut(fit, score)
        known = item_curves(fit, np.array([theta]))
        row = {"theta": theta, "information": float(known["information"].iloc[-1]), "score": float(score)}
        table = pd.concat([table, pd.DataFrame([row])], ignore_index=True)
    if "score" not in table:
        table["score"] = np.nan
    table["se"] = 1 / np.sqrt(np.maximum(table["information"], 1e-300))
    return table
