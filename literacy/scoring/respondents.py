"""Scoring of respondents: points, tier and verdict from answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy.answers.blocks import CodedAnswers
from literacy.answers.responses import Responses
from literacy.errors import LiteracyError
from literacy.instrument import KINDS, Instrument, Item, Standard, Wave, add_recodes, holds, nearest
from literacy.kernels.scoring.scoring_points import Floats, Marks, mark_values
from literacy.messages import tell, tell_value
from literacy.scoring.marking import KeyTables, mark, mark_item, select_items
from literacy.scoring.scored import GROUP_PREFIX, Scored
from literacy.scoring.scoring_rules import apply_rule

FEW = 30
"""Number of columns up to which they are joined without copying."""
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
    instrument, missing = responses.instrument, responses.missing
    rule = find_standard(instrument, standard or responses.wave.standard)
    kinds = missing[[i.name for i in instrument.items]].to_numpy().T
    absent = _absent(responses)

    def marked(item: Item) -> Marks:
        return mark_item(responses.frame[item.name], item)

    def given(item: Item) -> pd.Series | None:
        return responses.frame[item.name] if item.name in responses.frame.columns else None

    return _score(responses, rule, kinds, absent, marked, given, answers, None)


def score_block(
    block: CodedAnswers, rule: Standard, answers: Collection[str] = (), keys: KeyTables | None = None
) -> Scored:
    """Score the respondents of a block; returns the requested columns of the result of :func:`score`."""
    tables = keys or KeyTables()
    n = len(block.frame)

    def marked(item: Item) -> Marks:
        coded = block.coded.get(item.name)
        return np.zeros(n, dtype=np.uint8) if coded is None else tables.mark(coded)

    def given(item: Item) -> pd.Series | None:
        return block.coded[item.name].values if item.name in block.coded else None

    return _score(block, rule, block.kinds, list(block.absent), marked, given, answers, block.wanted)


def _score(
    answered: Responses | CodedAnswers, rule: Standard, kinds: NDArray[np.int8], absent: list[str],
    marked: Callable[[Item], Marks], given: Callable[[Item], pd.Series | None], answers: Collection[str],
    wanted: Collection[str] | None,
) -> Scored:  # fmt: skip
    """Compute scores from answers given as columns or as indices into tables; only *wanted* columns (None: all)."""
    instrument, wave = answered.instrument, answered.wave
    items = select_items(instrument, rule)
    scored = instrument.scored_items
    place = {item.name: k for k, item in enumerate(instrument.items)}
    marks = mark(marked, [kinds[place[i.name]] for i in scored], scored, rule)
    counted = np.isin([i.name for i in scored], [i.name for i in items])
    verdict = apply_rule(marks if counted.all() else marks[counted], items, rule, wanted)
    conditions = {c.column for u in instrument.universes for c in u.all_of}
    conditions |= {c.column for g in instrument.groups for some in g.any_of for c in some}
    recoded = add_recodes(answered.frame, instrument, None if wanted is None else {*wanted, *conditions})
    parts: list[pd.DataFrame | pd.Series[Any]] = [
        _background(recoded.drop(columns=absent, errors="ignore"), instrument),
        _answers(scored, given, kinds, place, answers, absent, recoded.index),
        find_universes(recoded, instrument),
        find_groups(recoded, instrument),
        _marks(marks, [i.name for i in scored], absent, wanted),
        _counts(kinds, [place[i.name] for i in items], wanted),
        verdict,
    ]
    frame = _join_columns(parts, copy=wanted is None or len(wanted) > FEW)
    for name, value in (("survey", instrument.survey), ("wave", wave.name), ("standard", rule.id)):
        if wanted is None or name in wanted:
            frame[name] = value
    judged = int(verdict["literate"].notna().sum())
    history = (*answered.history, *account(wave, rule, len(items), judged, len(frame)))
    shown = [i.name for i in scored if i.name in frame.columns]
    history += tuple(
        tell("{}: the answers as given; {}_correct shows which are correct", n, n) for n in shown
    )
    return Scored(frame, instrument, wave, rule, answered.source, history)


def _join_columns(parts: Sequence[pd.DataFrame | pd.Series[Any]], copy: bool) -> pd.DataFrame:
    """Return the columns of all parts; without copying, a frame of few columns that nothing is added to later."""
    whole = [p if isinstance(p, pd.DataFrame) else p.to_frame() for p in parts]
    columns = {name: p[name].array for p in whole for name in p.columns}
    if copy or len(columns) < sum(len(p.columns) for p in whole):
        return pd.concat([p.reset_index(drop=True) for p in whole], axis=1)
    return pd.DataFrame(columns, index=pd.RangeIndex(len(whole[0])), copy=False)


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


def _answers(
    scored: Sequence[Item], given: Callable[[Item], pd.Series | None], kinds: NDArray[np.int8],
    place: Mapping[str, int], asked: Collection[str], absent: Collection[str], index: pd.Index,
) -> pd.DataFrame:  # fmt: skip
    """Return the answers to the scored items that were requested."""
    columns: dict[str, pd.Series | Floats] = {}
    for item in scored if asked else ():
        named = (
            {f"{item.name}_{o.code}": str(o.code) for o in item.answers} if item.type == "multiple" else {}
        )
        if item.name in absent or ({item.name, *named}).isdisjoint(asked):
            continue
        cells = given(item)
        if cells is None:
            continue
        if item.type == "multiple":
            columns |= {
                n: _chosen(cells, code) for n, code in named.items() if n in asked or item.name in asked
            }
        else:
            unsure = next((o.code for o in item.options if o.missing == "dont_know"), None)
            unknowing = kinds[place[item.name]] == KINDS.index("dont_know")
            columns[item.name] = cells if unsure is None else cells.mask(unknowing, unsure)
    return pd.DataFrame(columns, index=index)


def _chosen(answers: pd.Series, code: str) -> Floats:
    """Indicator of a code in multiple-choice answers: 1.0 or 0.0, NaN where there is no answer."""
    codes, cells = pd.factorize(answers)
    held = np.array([code in str(cell).split("|") for cell in cells], dtype=np.float64)
    return np.where(codes >= 0, held[codes] if len(held) else np.nan, np.nan)


def find_universes(frame: pd.DataFrame, instrument: Instrument) -> pd.Series:
    """Name of each respondent's universe."""
    names = [*(u.name for u in instrument.universes), OUTSIDE]
    place = np.full(len(frame), len(names) - 1, dtype=np.intp)
    for k, universe in reversed(list(enumerate(instrument.universes))):
        place[holds(universe.all_of, frame)] = k
    return pd.Series(names, name="universe", dtype="str").take(place)


def find_groups(frame: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """Return 0/1 columns by group; membership is independent of the universe, to which estimates are restricted."""
    columns = {}
    for group in instrument.groups:
        member = np.zeros(len(frame), dtype=bool)
        for conditions in group.any_of:
            member |= holds(conditions, frame)
        columns[GROUP_PREFIX + group.name] = member.astype(np.int8)
    return pd.DataFrame(columns)


def _marks(
    marks: Marks, names: Sequence[str], absent: Collection[str], wanted: Collection[str] | None
) -> pd.DataFrame:
    kept = [
        k for k, n in enumerate(names) if n not in absent and (wanted is None or f"{n}_correct" in wanted)
    ]
    return pd.DataFrame(mark_values(marks[kept]).T, columns=[f"{names[k]}_correct" for k in kept])


def _counts(kinds: NDArray[np.int8], items: Sequence[int], wanted: Collection[str] | None) -> pd.DataFrame:
    """Count for each respondent the items of the standard answered, and those missing by kind."""
    named = {"n_answered": 0} | {f"n_{kind}": code for code, kind in enumerate(KINDS) if code}
    counts = {
        n: (kinds[items] == code).sum(axis=0, dtype=np.int16)
        for n, code in named.items()
        if wanted is None or n in wanted
    }
    return pd.DataFrame(counts, index=pd.RangeIndex(kinds.shape[1]))
