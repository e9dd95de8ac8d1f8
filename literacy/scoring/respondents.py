"""Scoring of respondents: points, tier and verdict from answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from literacy.answers.responses import Responses
from literacy.errors import LiteracyError
from literacy.instrument import KINDS, Instrument, Standard, Wave, add_recodes, holds, nearest
from literacy.kernels.scoring.scoring_points import Floats
from literacy.messages import tell, tell_value
from literacy.scoring.marking import mark, select_items
from literacy.scoring.scored import GROUP_PREFIX, Scored
from literacy.scoring.scoring_rules import apply_rule

OUTSIDE = "outside"
"""Universe of respondents who belong to none of the instrument's universes."""


def score(responses: Responses, standard: str = "", answers: Collection[str] = ()) -> Scored:
    """Score every respondent by one standard.

    Parameters
    ----------
    responses : Responses
        Answers as returned by :func:`literacy.read`.
    standard : str
        Id of the standard; default is the wave's own, otherwise the instrument's first.
    answers : collection of str
        Scored items whose answers are kept next to their marks for tabulation: ``k01`` next to ``k01_correct``. Don't
        know is kept as an answer if it is an option of the form; multiple choice gives one 0/1 column per option.

    Returns
    -------
    Scored
        One row per respondent. Items a respondent was not asked are not counted; how a don't-know, a refusal or a
        skipped item counts is defined by the standard (``Standard.treat``).

    Raises
    ------
    LiteracyError
        ``scoring.standard`` if the instrument does not declare the standard or has not stated an input it needs;
        ``scoring.items`` if no item can be scored by it.

    Examples
    --------
    >>> scored = lit.score(responses)
    >>> scored.standard.id, int(scored.frame["literate"].sum())
    ('cast100', 124)
    """
    if not isinstance(responses, Responses):
        raise _refuse_table(responses)
    instrument = responses.instrument
    rule = find_standard(instrument, standard or responses.wave.standard)
    items = select_items(instrument, rule)
    correct = mark(responses.frame, responses.missing, instrument.scored_items, rule)
    counted = np.isin([i.name for i in instrument.scored_items], [i.name for i in items])
    verdict = apply_rule(correct[:, counted], items, rule)
    absent = _absent(responses)
    recoded = add_recodes(responses.frame, instrument)
    parts: list[pd.DataFrame | pd.Series[Any]] = [
        _background(recoded.drop(columns=absent), instrument),
        _answers(responses, answers, absent),
        find_universes(recoded, instrument),
        find_groups(recoded, instrument),
        _marks(correct, [i.name for i in instrument.scored_items]).drop(
            columns=[f"{n}_correct" for n in absent], errors="ignore"
        ),
        _counts(responses.missing[[i.name for i in items]]),
        verdict,
    ]
    frame = pd.concat([p.reset_index(drop=True) for p in parts], axis=1)
    frame["survey"] = instrument.survey
    frame["wave"] = responses.wave.name
    frame["standard"] = rule.id
    judged = int(verdict["literate"].notna().sum())
    history = (*responses.history, *account(responses.wave, rule, len(items), judged, len(frame)))
    shown = [i.name for i in instrument.scored_items if i.name in frame.columns]
    history += tuple(
        tell("{}: the answers as given; {}_correct shows which are correct", n, n) for n in shown
    )
    return Scored(frame, instrument, responses.wave, rule, responses.source, history)


def _refuse_table(given: object) -> LiteracyError:
    """Return the error for an argument that is not a Responses object."""
    if hasattr(given, "npartitions"):
        return LiteracyError(
            "io.format", where="score", what="a Dask DataFrame, of which no process holds all rows",
            fix="literacy score FOLDER -o scored.parquet scores files block by block; "
            "finish(partial(table, …, design=…)) estimates from the partitions of a scored table",
        )  # fmt: skip
    return LiteracyError(
        "io.format", where="score", what=tell("a {} is not what lit.read gives", type(given).__name__),
        fix="lit.score(lit.read(FILE))",
    )  # fmt: skip


def account(wave: Wave, rule: Standard, items: int, judged: int, rows: int) -> tuple[str, ...]:
    """Return the history of scoring *rows* respondents on *items* items, of whom *judged* received a verdict."""
    made_up = (tell("synthetic data: nobody was interviewed"),) if wave.synthetic else ()
    sentence = tell(
        "scored {} of {} respondents by {} on {} items (don't know counts as {})",
        judged,
        rows,
        rule.id,
        items,
        tell_value(rule.dont_know),
    )
    return (*made_up, sentence)


def find_standard(instrument: Instrument, name: str = "") -> Standard:
    """Return a standard by which an instrument can be scored, with all its inputs.

    Raises
    ------
    LiteracyError
        ``scoring.standard``, naming the nearest known standard or the inputs the survey has not stated.
    """
    name = name or instrument.standards[0]
    where = instrument.file or instrument.survey
    if name not in instrument.standards:
        raise LiteracyError(
            "scoring.standard",
            where=where,
            what=tell(
                "{} cannot be scored by '{}'{}", instrument.survey, name, nearest(name, instrument.standards)
            ),
            fix=tell("use one of: {}", ", ".join(instrument.standards)),
        )
    standard = instrument.standard(name)
    if standard.needs:
        raise LiteracyError(
            "scoring.standard",
            where=where,
            what=tell(
                "standard {} is incomplete: {} must be stated by the survey", name, ", ".join(standard.needs)
            ),
            fix="state it in instrument.toml under [standards]",
        )
    return standard


def _absent(responses: Responses) -> list[str]:
    """Return items asked of nobody, which carry no information and are omitted from the table.

    For a file these are the items without a column, whatever the rows contain, so that all blocks give the same
    columns.
    """
    if responses.source is not None:
        return list(responses.absent)
    nobody = (responses.missing == KINDS.index("not_asked")).all()
    return [str(name) for name in nobody.index[nobody]]


def _background(answers: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Return all columns except answers to scored items; multiple-choice answers become 0/1 columns."""
    columns: dict[str, pd.Series | Floats] = {}
    multiple = {i.name: i for i in instrument.items if i.type == "multiple"}
    scored = {i.name for i in instrument.scored_items}
    for name in answers.columns:
        if name in scored:
            continue
        if name in multiple:
            columns |= {
                f"{name}_{o.code}": _chosen(answers[name], str(o.code)) for o in multiple[name].answers
            }
        else:
            columns[name] = answers[name]
    return pd.DataFrame(columns, index=answers.index)


def _answers(responses: Responses, asked: Collection[str], absent: Collection[str]) -> pd.DataFrame:
    """Return the answers to the scored items that were requested."""
    columns: dict[str, pd.Series | Floats] = {}
    for item in responses.instrument.scored_items:
        if item.name in absent or item.name not in responses.frame.columns:
            continue
        cells = responses.frame[item.name]
        if item.type == "multiple":
            named = {f"{item.name}_{o.code}": str(o.code) for o in item.answers}
            columns |= {
                n: _chosen(cells, code) for n, code in named.items() if n in asked or item.name in asked
            }
        elif item.name in asked:
            unsure = next((o.code for o in item.options if o.missing == "dont_know"), None)
            unknowing = responses.missing[item.name].to_numpy() == KINDS.index("dont_know")
            columns[item.name] = cells if unsure is None else cells.mask(unknowing, unsure)
    return pd.DataFrame(columns, index=responses.frame.index)


def _chosen(answers: pd.Series, code: str) -> Floats:
    """Indicator of a code in multiple-choice answers: 1.0 or 0.0, NaN where there is no answer."""
    codes, cells = pd.factorize(answers)
    held = np.array([code in str(cell).split("|") for cell in cells], dtype=np.float64)
    return np.where(codes >= 0, held[codes] if len(held) else np.nan, np.nan)


def find_universes(frame: pd.DataFrame, instrument: Instrument) -> pd.Series:
    """Return the name of each respondent's universe, (n,)."""
    names = np.full(len(frame), OUTSIDE, dtype=object)
    for universe in reversed(instrument.universes):
        names[holds(universe.all_of, frame)] = universe.name
    return pd.Series(names, name="universe", dtype="str")


def find_groups(frame: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Return 0/1 columns by group; membership is independent of the universe, to which estimates are restricted."""
    columns = {}
    for group in instrument.groups:
        member = np.zeros(len(frame), dtype=bool)
        for conditions in group.any_of:
            member |= holds(conditions, frame)
        columns[GROUP_PREFIX + group.name] = member.astype(np.int8)
    return pd.DataFrame(columns)


def _marks(correct: Floats, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(correct, columns=[f"{n}_correct" for n in names])


def _counts(missing: pd.DataFrame) -> pd.DataFrame:
    """Count for each respondent the items of the standard answered, and those missing by kind."""
    kinds = missing.to_numpy()
    counts = {"n_answered": (kinds == 0).sum(axis=1)}
    counts |= {f"n_{kind}": (kinds == code).sum(axis=1) for code, kind in enumerate(KINDS) if code}
    return pd.DataFrame(counts).astype("int16")
