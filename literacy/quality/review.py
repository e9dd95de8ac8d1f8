"""The quality check: every sign looked at, every flag with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy.instrument import holds
from literacy.instrument.model import Item
from literacy.quality import signs
from literacy.quality.rules import CHECKS, Limits

if TYPE_CHECKING:
    from literacy.io.responses import Responses
    from literacy.provenance import Source


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Quality(Printable):
    """What looks wrong in a file. It flags, with reasons; leaving out is the analyst's act (:func:`exclude_flagged`).

    Attributes
    ----------
    flags : DataFrame
        One row a flag: ``row`` (from 1, as in the file), ``id``, ``check``, ``reason``.
    items : DataFrame
        One row an item: asked, and shares of don't know, refused, skipped; ``notable`` where much is missing.
    places : DataFrame
        One row an interviewer or community: n, share right, share of don't know, median duration, robust z of each;
        ``notable`` where one lies far out.
    n : int
        Respondents.
    limits : Limits
    looked_at : tuple of str
        The checks the file allows; the others need what it has not (duration, device, time).
    """

    flags: pd.DataFrame
    items: pd.DataFrame
    places: pd.DataFrame
    n: int
    limits: Limits
    looked_at: tuple[str, ...]
    survey: str
    wave: str
    source: Source | None = None

    @property
    def flagged(self) -> NDArray[np.bool_]:
        """Boolean array (n,): rows with at least one flag."""
        mask = np.zeros(self.n, dtype=bool)
        mask[self.flags["row"].to_numpy(dtype=np.intp) - 1] = True
        return mask

    def to_frame(self) -> pd.DataFrame:
        """One row a check: what it finds, how many rows, their share."""
        rows = []
        for check, label in CHECKS.items():
            count = int((self.flags["check"] == check).sum())
            looked = check in self.looked_at
            rows.append(
                {
                    "check": check,
                    "finds": label.en,
                    "说明": label.zh,
                    "n": count if looked else pd.NA,
                    "share": count / self.n if looked and self.n else np.nan,
                }
            )
        return pd.DataFrame(rows).astype({"n": "Int64"})

    def _title(self) -> str:
        wave = f" {self.wave}" if self.wave else ""
        flagged = int(self.flagged.sum())
        share = f" ({flagged / self.n:.1%})" if self.n else ""
        return f"Quality of {self.survey}{wave}: {flagged} of {self.n} respondents flagged{share}"

    def _notes(self) -> list[str]:
        notes = ["nothing was left out: literacy score --exclude flagged does that, and says so"]
        lacking = [c for c in CHECKS if c not in self.looked_at]
        if lacking:
            notes.append(f"not looked at, as the file lacks what they need: {', '.join(lacking)}")
        for _, row in self.items[self.items["notable"]].head(5).iterrows():
            notes.append(f"item {row['item']}: {row['missing']:.0%} refused or skipped")
        for _, row in self.places[self.places["notable"]].head(5).iterrows():
            notes.append(
                f"{row['kind']} {row['name']} (n = {row['n']}) lies far from the others: {row['why']}"
            )
        return notes


def check_quality(responses: Responses, limits: Limits | None = None) -> Quality:
    """Look for answers that look wrong.

    Parameters
    ----------
    responses : Responses
    limits : Limits, optional

    Returns
    -------
    Quality

    Examples
    --------
    >>> import literacy as lit
    >>> from literacy.quality import check_quality
    >>> print(check_quality(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot")))  # doctest: +SKIP
    """
    limits = limits or Limits()
    n = len(responses.frame)
    asked = [i for i in responses.instrument.items if not bool((responses.missing[i.name] == 4).all())]
    answers = _positions(responses, asked)
    found: list[tuple[int, str, str]] = []
    looked = ["straight", "double", "value", "outside", "missing", "random"]
    duration = _number(responses.paradata, "duration", n)
    if np.isfinite(duration).any():
        looked.append("speed")
        median = float(np.nanmedian(duration[duration > 0])) if (duration > 0).any() else np.nan
        for row in np.flatnonzero(signs.find_speeders(duration, limits.speed)).tolist():
            found.append((row, "speed", f"{duration[row]:.0f} s; the median is {median:.0f} s"))
    found += _straight(answers, asked, limits)
    device = _number(responses.paradata, "device", n)
    devices = np.where(np.isfinite(device), device, 0).astype(np.int64)
    found += _doubles(answers, devices, limits)
    found += _values(responses, asked)
    found += _outside(responses)
    found += _left_out(responses, asked, limits)
    likelihood = signs.score_likelihood(answers)
    for row in np.flatnonzero(likelihood < limits.unlikely).tolist():
        found.append((row, "random", f"robust z {likelihood[row]:.1f} of how usual the answers are"))
    if "submitted" in responses.paradata.columns and (devices > 0).any():
        looked.append("burst")
        seconds = _seconds(responses.paradata["submitted"])
        for row in np.flatnonzero(signs.find_bursts(devices, seconds, limits.burst)).tolist():
            found.append((row, "burst", f"{limits.burst} or more submissions within a minute"))
    found.sort(key=lambda f: (f[0], list(CHECKS).index(f[1])))
    return Quality(
        _flag_table(found, responses),
        _item_table(responses, asked, limits),
        _place_table(responses, duration, limits),
        n,
        limits,
        tuple(c for c in CHECKS if c in looked),
        responses.instrument.survey,
        responses.wave.name,
        responses.source,
    )


def exclude_flagged(responses: Responses, quality: Quality) -> Responses:
    """Leave out every flagged respondent; the history says how many and for what."""
    counts = quality.flags["check"].value_counts().sort_index()
    reasons = ", ".join(f"{check} {count}" for check, count in counts.items())
    return responses.keep(~quality.flagged, f"flagged by the quality check ({reasons or 'none'})")


def _number(paradata: pd.DataFrame, name: str, n: int) -> NDArray[np.float64]:
    if name not in paradata.columns:
        return np.full(n, np.nan)
    return np.asarray(paradata[name].to_numpy(dtype=float, na_value=np.nan))


def _seconds(moments: pd.Series) -> NDArray[np.float64]:
    values = moments.to_numpy(dtype="datetime64[s]")
    seconds = values.astype(np.int64).astype(np.float64)
    seconds[np.isnat(values)] = np.nan
    return seconds


def _positions(responses: Responses, asked: list[Item]) -> NDArray[np.int32]:
    """Answers as positions (n, k): don't know is an answer like any other; -1 for all else."""
    columns = []
    for item in asked:
        cells = responses.frame[item.name] if item.name in responses.frame.columns else None
        kinds = responses.missing[item.name].to_numpy()
        if cells is None or item.type == "text":
            columns.append(np.full(len(kinds), -1, dtype=np.int32))
            continue
        positions = pd.factorize(cells.array, sort=True)[0].astype(np.int32)
        top = int(positions.max(initial=-1)) + 1
        columns.append(np.where(kinds == 1, np.int32(top), np.where(kinds == 0, positions, np.int32(-1))))
    if not columns:
        return np.zeros((len(responses.frame), 0), dtype=np.int32)
    return np.column_stack(columns).astype(np.int32)


def _straight(answers: NDArray[np.int32], asked: list[Item], limits: Limits) -> list[tuple[int, str, str]]:
    blocks: dict[tuple[object, ...], list[int]] = {}
    for place, item in enumerate(asked):
        if item.type in ("number", "text", "multiple") or not item.options:
            continue
        alike = item.type if item.key and item.type == "single" else tuple(o.code for o in item.options)
        blocks.setdefault((item.module, item.type, alike), []).append(place)
    found: dict[int, str] = {}
    for places in blocks.values():
        if len(places) < limits.block:
            continue
        block = _common_codes(answers, asked, places)
        for row in np.flatnonzero(signs.find_straight(block, limits.pattern)):
            first, last = asked[places[0]].name, asked[places[-1]].name
            found.setdefault(int(row), f"one answer to all of {first} … {last} ({len(places)} items)")
    return [(row, "straight", reason) for row, reason in found.items()]


def _common_codes(answers: NDArray[np.int32], asked: list[Item], places: list[int]) -> NDArray[np.int32]:
    """Positions within the option list in place of positions within the answers that occur."""
    out = np.full((len(answers), len(places)), -1, dtype=np.int32)
    for at, place in enumerate(places):
        column = answers[:, place]
        seen = np.unique(column[column >= 0])
        order = {int(code): k for k, code in enumerate(seen)}
        codes = sorted(order)
        for code in codes:
            out[column == code, at] = order[code]
    return out


def _doubles(
    answers: NDArray[np.int32], devices: NDArray[np.int64], limits: Limits
) -> list[tuple[int, str, str]]:
    share, partner = signs.match_answers(answers, limits.common)
    found = []
    for row in np.flatnonzero(partner >= 0):
        other = int(partner[row])
        together = devices[row] > 0 and devices[row] == devices[other]
        if share[row] >= (limits.same_device if together else limits.same):
            where = ", from the same device" if together else ""
            found.append(
                (int(row), "double", f"{share[row]:.0%} of the answers are those of row {other + 1}{where}")
            )
    return found


def _values(responses: Responses, asked: list[Item]) -> list[tuple[int, str, str]]:
    found = []
    for item in asked:
        if (
            item.type != "number"
            or (item.min is None and item.max is None)
            or item.name not in responses.frame
        ):
            continue
        values = responses.frame[item.name].to_numpy(dtype=float, na_value=np.nan)
        low = -np.inf if item.min is None else item.min
        high = np.inf if item.max is None else item.max
        with np.errstate(invalid="ignore"):
            wrong = np.flatnonzero((values < low) | (values > high))
        found += [
            (int(r), "value", f"{item.name} is {values[r]:g}, outside {low:g} to {high:g}") for r in wrong
        ]
    return found


def _outside(responses: Responses) -> list[tuple[int, str, str]]:
    inside = np.zeros(len(responses.frame), dtype=bool)
    for universe in responses.instrument.universes:
        inside |= holds(universe.all_of, responses.frame)
    names = ", ".join(u.label.en for u in responses.instrument.universes)
    return [(int(r), "outside", f"in none of: {names}") for r in np.flatnonzero(~inside)]


def _left_out(responses: Responses, asked: list[Item], limits: Limits) -> list[tuple[int, str, str]]:
    kinds = responses.missing[[i.name for i in asked]].to_numpy()
    due = (kinds < 4).sum(axis=1)
    gone = ((kinds == 2) | (kinds == 3)).sum(axis=1)
    wrong = np.flatnonzero((due > 0) & (gone > limits.missing * due))
    return [(int(r), "missing", f"{gone[r]} of {due[r]} items refused or skipped") for r in wrong]


def _flag_table(found: list[tuple[int, str, str]], responses: Responses) -> pd.DataFrame:
    name = responses.instrument.id_column
    ids = (
        responses.frame[name]
        if name in responses.frame.columns
        else pd.Series(range(1, len(responses.frame) + 1))
    )
    rows = [
        {"row": row + 1, "id": ids.iloc[row], "check": check, "reason": reason}
        for row, check, reason in found
    ]
    return pd.DataFrame(rows, columns=["row", "id", "check", "reason"])


def _item_table(responses: Responses, asked: list[Item], limits: Limits) -> pd.DataFrame:
    rows = []
    for item in asked:
        kinds = responses.missing[item.name].to_numpy()
        due = int((kinds < 4).sum())
        gone = int(((kinds == 2) | (kinds == 3)).sum())
        rows.append(
            {
                "item": item.name,
                "asked": due,
                "dont_know": float((kinds == 1).sum()) / due if due else np.nan,
                "refused": float((kinds == 2).sum()) / due if due else np.nan,
                "skipped": float((kinds == 3).sum()) / due if due else np.nan,
                "missing": gone / due if due else np.nan,
                "notable": bool(due and gone / due > limits.item_missing),
            }
        )
    columns = ["item", "asked", "dont_know", "refused", "skipped", "missing", "notable"]
    return pd.DataFrame(rows, columns=columns)


def _place_table(responses: Responses, duration: NDArray[np.float64], limits: Limits) -> pd.DataFrame:
    """Interviewers and communities: who differs from the rest in the share right, don't know, or time."""
    kinds: list[tuple[str, pd.Series]] = []
    if "interviewer" in responses.paradata.columns:
        kinds.append(("interviewer", responses.paradata["interviewer"]))
    for name in ("community", responses.wave.design.psu[0] if responses.wave.design.psu else ""):
        if name and name in responses.frame.columns:
            kinds.append((name, responses.frame[name]))
    right, unsure = _rates(responses)
    rows: list[dict[str, object]] = []
    for kind, groups in kinds:
        table = pd.DataFrame(
            {"name": groups.astype("str"), "right": right, "dont_know": unsure, "duration": duration}
        ).dropna(subset=["name"])
        means = table.groupby("name").agg(
            n=("right", "size"),
            right=("right", "mean"),
            dont_know=("dont_know", "mean"),
            duration=("duration", "median"),
        )
        means = means[means["n"] >= limits.group_size]
        if len(means) < 5:
            continue
        zs = {c: signs.robust_z(means[c].to_numpy(dtype=float)) for c in ("right", "dont_know", "duration")
              if means[c].notna().all()}  # fmt: skip
        for place, name in enumerate(means.index.astype(str)):
            row = means.iloc[place]
            far = [
                f"{c} {row[c]:.2f} (z {z[place]:+.1f})"
                for c, z in zs.items()
                if abs(z[place]) > limits.outlier
            ]
            rows.append(
                {
                    "kind": kind,
                    "name": name,
                    "n": int(row["n"]),
                    "right": row["right"],
                    "dont_know": row["dont_know"],
                    "duration": row["duration"],
                    "notable": bool(far),
                    "why": "; ".join(far),
                }
            )
    frame = pd.DataFrame(
        rows, columns=["kind", "name", "n", "right", "dont_know", "duration", "notable", "why"]
    )
    return frame.astype({"n": "int64", "notable": bool})


def _rates(responses: Responses) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share right and share of don't know among the scored items each person was asked."""
    items = [i for i in responses.instrument.scored_items if i.name in responses.frame.columns]
    right = np.zeros(len(responses.frame))
    unsure = np.zeros(len(responses.frame))
    asked = np.zeros(len(responses.frame))
    for item in items:
        kinds = responses.missing[item.name].to_numpy()
        key = "|".join(sorted(map(str, item.key)))
        texts = responses.frame[item.name].astype("str")
        right += ((texts == key) & (kinds == 0)).to_numpy(dtype=float, na_value=0.0)
        unsure += kinds == 1
        asked += kinds < 4
    with np.errstate(invalid="ignore"):
        return right / np.where(asked, asked, np.nan), unsure / np.where(asked, asked, np.nan)
