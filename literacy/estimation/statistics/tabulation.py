"""Distributions of answers: the population share of each answer to each question, optionally by domain."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from literacy._display import Printable
from literacy._readable import readable
from literacy.answers import Responses
from literacy.errors import LiteracyError, option
from literacy.estimation.core.code_labels import known_items
from literacy.estimation.core.domains import By, Where
from literacy.estimation.core.estimate import Estimate
from literacy.estimation.statistics.means import mean, proportion
from literacy.estimation.statistics.quantiles import quantile
from literacy.instrument import Item, Label, Recode, nearest
from literacy.messages import language, tell, tell_value
from literacy.provenance import Origin
from literacy.sampling import Sample
from literacy.scoring import KIND, Scored, keep_answers

BASES = ("asked", "answered")
NO_ANSWER = ("dont_know", "refused", "skipped")
QUARTILES = (0.25, 0.5, 0.75)
FEW_NUMBERS = 12
"""Number of different numbers up to which each is a level of its own."""
FIGURES = ("mean", "q25", "median", "q75")  # levels of a numeric question
Labels = Mapping[str, Mapping[str, Label]]
Row = tuple[Estimate, str]
"""An estimate, and its level in the table; "" if the estimate has levels of its own."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Tabulation(Printable):
    """Distributions of one or more questions.

    Attributes
    ----------
    table : DataFrame
        The ``by`` columns, ``question``, ``level`` (the code of the answer, a kind of missing, or mean, q25, median,
        q75 of a number), then estimate, se, ci_low, ci_high, df, n, n_eff, deff, method, reliable; ``right`` if
        requested. Shares are 0-1.
    by : tuple of str
    questions : mapping
        Question -> text.
    answers : mapping
        Question -> level -> label.
    domains : mapping
        Column of ``by`` -> value -> label.
    title, notes : title of the table and notes for readers.
    origin : Origin
        Provenance of the answers.
    level : float
        Confidence level of the intervals.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    questions: Mapping[str, Label]
    answers: Labels
    domains: Labels = field(default_factory=dict)
    title: str = ""
    notes: tuple[str, ...] = ()
    origin: Origin = field(default_factory=Origin)
    level: float = 0.95
    kind: str = "proportion"
    _most: ClassVar[int] = 1000

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _unit(self) -> list[str]:
        pairs = zip(self.table["question"], self.table["level"], strict=True)
        return ["share" if v not in FIGURES or v in self.answers.get(q, {}) else "number" for q, v in pairs]

    def for_readers(self, frame: pd.DataFrame, lang: str = "") -> pd.DataFrame:
        """Return a table of this result formatted for display; shares in adjacent columns are already texts."""
        if len(frame) == len(self.table) or (not lang and language() == "en"):
            return Printable.for_readers(self, frame, lang)
        lang = lang or language()
        return readable(frame, lang, "number", self._known(lang), self._keys(), own=self._own())

    def _known(self, lang: str) -> dict[str, dict[str, str]]:
        return {c: {v: t.get(lang) for v, t in values.items()} for c, values in self.domains.items()}

    def _title(self) -> str:
        return self.title

    def _notes(self) -> list[str]:
        return list(self.notes)

    def _summary(self) -> pd.DataFrame:
        """Return the table with texts in place of codes, and questions with common answers in adjacent columns."""
        frame = self.table.drop(columns=["df", "deff", "method", "n_eff"])
        level = [self._answer(q, v) for q, v in zip(frame["question"], frame["level"], strict=True)]
        texts = [self._text(q) for q in frame["question"]]
        sets = frame.groupby("question", sort=False)["level"].agg(tuple)
        if not self.by and len(sets) > 1 and sets.nunique() == 1:
            shares = [f"{100 * e:.1f}%" if e == e else "–" for e in frame["estimate"]]
            wide = pd.DataFrame({"question": texts, "level": level, "share": shares})
            pivot = wide.pivot_table(
                index="question", columns="level", values="share", aggfunc="first", sort=False
            )
            return pivot.reset_index().rename_axis(columns=None)
        return frame.assign(question=texts, level=level)

    def _text(self, question: str) -> str:
        known = self.questions.get(question)
        return f"{question} {known.localized}" if known else question

    def _answer(self, question: str, level: str) -> str:
        known = self.answers.get(question, {}).get(level)
        return known.localized if known else tell_value(level)


def tabulate(
    data: Responses | Scored | Sample,
    *questions: str,
    by: By = None,
    where: Where = None,
    of: str = "asked",
    key: bool = False,
    ci: str = "logit",
    level: float = 0.95,
) -> Tabulation:
    """Estimate the distribution of answers to questions under the sample design.

    Parameters
    ----------
    data : Responses, Scored or Sample
        Answers as returned by :func:`literacy.read` (with the wave's own design), or a Sample. Scored data contain the
        answers to test items only as right (1) or wrong (0), in ``k01_correct``.
    *questions : str
        Names of items, or patterns such as ``visit_*``.
    by, where, ci, level
        As in :func:`proportion`.
    of : str
        Base of the shares: everyone "asked" (don't know, refusals and skipped questions are separate rows), or those
        who "answered".
    key : bool
        Mark right answers (column ``right``).

    Returns
    -------
    Tabulation
        One row per answer. For a multiple choice each option has its own share; for a number the mean and quartiles.

    Raises
    ------
    LiteracyError
        ``estimate.variable`` for a question that is not in the data.

    Examples
    --------
    >>> import literacy as lit
    >>> answers = lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot")
    >>> bool(lit.tabulate(answers, "channel_main").table["estimate"].sum().round(6) == 1)
    True
    """
    option("of", of, BASES)
    if isinstance(data, Sample):
        sample = data
    else:
        sample = Sample(keep_answers(data) if isinstance(data, Responses) else data)
    names = expand_questions(questions, sample)
    common = {"by": by, "where": where, "level": level}
    found = [_estimates(sample, name, of, common, ci) for name in names]
    return arrange_answers(sample, names, found, of=of, key=key, level=level)


def arrange_answers(
    sample: Sample, names: Sequence[str], found: Sequence[Sequence[Row]], *, of: str, key: bool, level: float
) -> Tabulation:
    """Return the table of estimates, of which each question has one or more.

    Parameters
    ----------
    sample : the data, or a block of them
    names : questions
    found : estimates of each question, with their level ("" if the estimate has levels of its own)
    of, key, level : as in :func:`tabulate`
    """
    parts: list[pd.DataFrame] = []
    notes: list[str] = [_base_note(of)]
    items = known_items(sample)
    made: Estimate | None = None
    for name, rows in zip(names, found, strict=True):
        for estimate, level_name in rows:
            frame = estimate.to_frame()
            frame["level"] = (
                level_name if level_name else frame["level"].map(plain_code) if "level" in frame else "1"
            )
            made = estimate
            frame.insert(len(estimate.by), "question", name)
            parts.append(frame.drop(columns="variable"))
            notes += [n for n in estimate.notes if n not in notes]
    assert made is not None  # there is a question, and each gives something
    table = pd.concat(parts, ignore_index=True)
    lead = [*made.by, "question", "level"]
    table = table[[*lead, *(c for c in table.columns if c not in lead)]]
    if key:
        table["right"] = [
            _is_right(items.get(q), v) for q, v in zip(table["question"], table["level"], strict=True)
        ]
    return Tabulation(
        table,
        made.by,
        {n: items[n].label for n in names if n in items},
        {n: _labels(items.get(n)) for n in names},
        {c: {str(v): t for v, t in known.items()} for c, known in made.labels.items() if c in made.by},
        tell("Answers to {}", ", ".join(names))
        + (tell(" (synthetic data)") if sample.origin.synthetic else ""),
        tuple(notes),
        made.origin,
        level,
    )


def _base_note(of: str) -> str:
    if of == "asked":
        return tell(
            "shares of all who were asked; for multiple-choice questions they may add up to more than 100 %"
        )
    return tell(
        "shares of those who answered; for multiple-choice questions they may add up to more than 100 %"
    )


def plain_code(value: object) -> str:
    """Format a code as in the instrument."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def expand_questions(questions: Sequence[str], sample: Sample) -> list[str]:
    """Return the names of the questions, with patterns expanded in the order of the survey."""
    if not questions:
        raise LiteracyError(
            "estimate.variable", where="questions", what="none given", fix="give at least one"
        )
    known = [*known_items(sample), *map(str, sample.frame.columns)]
    out: list[str] = []
    for text in questions:
        found = [n for n in dict.fromkeys(known) if fnmatch.fnmatchcase(n, text) and _is_there(sample, n)]
        if not found:
            raise _no_question(text, sample, known)
        out += [n for n in found if n not in out]
    return out


def _is_there(sample: Sample, name: str) -> bool:
    if name.endswith(KIND):
        return False
    item = known_items(sample).get(name)
    split = isinstance(item, Item) and item.type == "multiple"
    return name in sample.frame.columns or (
        split and any(f"{name}_{o.code}" in sample.frame.columns for o in item.options)  # type: ignore[union-attr]
    )


def _no_question(text: str, sample: Sample, known: Sequence[str]) -> LiteracyError:
    scored = f"{text}_correct"
    if scored in sample.frame.columns:
        return LiteracyError(
            "estimate.variable",
            where=text,
            what=tell("scored data contain answers only as right or wrong, in {}", scored),
            fix=tell("tabulate {}, or the file of the answers", scored),
        )
    return LiteracyError(
        "estimate.variable",
        where=text,
        what=tell(
            "is not a question in the data{}", nearest(text, [k for k in known if not k.endswith(KIND)])
        ),
        fix="name a question; literacy survey show SURVEY lists them",
    )


def _labels(item: Item | Recode | None) -> dict[str, Label]:
    if item is None:
        return {}
    found = {str(o.code): o.label for o in item.options}
    for o in item.options:
        if getattr(o, "missing", ""):
            found[o.missing] = o.label
    return found


def _is_right(item: Item | Recode | None, level: str) -> bool:
    return isinstance(item, Item) and level in {str(code) for code in item.key}


def _estimates(sample: Sample, name: str, of: str, common: dict[str, Any], ci: str) -> list[Row]:
    """Return the estimates of a question."""
    item = known_items(sample).get(name)
    if isinstance(item, Item) and item.type == "multiple":
        return [
            (proportion(mark_option(sample, item, code, of), f"{name}_{code}", ci=ci, **common), code)
            for code in list_options(sample, item)
        ]
    if not is_coded(item):
        column = sample.frame[name]
        if pd.api.types.is_numeric_dtype(column) and column.dropna().nunique() > FEW_NUMBERS:
            quartiles = [(quantile(sample, name, p, **common), name_quartile(p)) for p in QUARTILES]
            return [(mean(sample, name, **common), "mean"), *quartiles]
        return [(proportion(sample, name, ci=ci, **common), "")]
    coded = code_answers(sample, name, of, find_kinds(sample, name))
    return [(proportion(coded, name, ci=ci, **common), "")]


def name_quartile(p: float) -> str:
    """Return the level of a quartile in the table."""
    return "median" if p == 0.5 else f"q{100 * p:.0f}"


def is_coded(item: Item | Recode | None) -> bool:
    """Whether a question has answers listed by the instrument, of which each is a level."""
    return isinstance(item, Item) and bool(item.answers)


def find_kinds(sample: Sample, name: str) -> list[str]:
    """Return the kinds of no answer that occur in a column."""
    kinds = _kinds(sample, name)
    return [] if kinds is None else [k for k in NO_ANSWER if (kinds == k).any()]


def _kinds(sample: Sample, name: str) -> Any:
    column = f"{name}{KIND}"
    return sample.frame[column].to_numpy() if column in sample.frame.columns else None


def code_answers(sample: Sample, name: str, of: str, kinds: Sequence[str]) -> Sample:
    """Return the sample with a question as a category of its answers and, of all asked, of *kinds* of no answer."""
    item = known_items(sample)[name]
    assert isinstance(item, Item)
    levels = [str(o.code) for o in item.answers]
    codes, uniques = pd.factorize(sample.frame[name])
    values = np.array([*map(plain_code, uniques), None], dtype=object)[codes]
    held = _kinds(sample, name)
    if of == "asked" and held is not None:
        values = np.where(np.isin(held, kinds), held, values)
        levels += kinds
    return sample.evolve(frame=sample.frame.assign(**{name: pd.Categorical(values, levels)}))


def list_options(sample: Sample, item: Item) -> list[str]:
    """Return the options of a multiple-choice question of which the data have the answers."""
    whole = item.name in sample.frame.columns
    codes = [str(o.code) for o in item.answers]
    return [c for c in codes if whole or f"{item.name}_{c}" in sample.frame.columns]


def _find_silent(kinds: pd.Series[Any]) -> NDArray[np.bool_]:
    """Return a mask of who was asked and gave no answer."""
    place, uniques = pd.factorize(kinds)
    return np.array([*(k in NO_ANSWER for k in uniques), False])[place]


def mark_option(sample: Sample, item: Item, code: str, of: str) -> Sample:
    """Return the sample with a column of who chose an option of a multiple-choice question."""
    frame, name = sample.frame, item.name
    if name not in frame.columns:
        return sample
    place, uniques = pd.factorize(frame[name])
    values = np.array([*(float(code in str(v).split("|")) for v in uniques), np.nan])[place]
    if of == "asked" and f"{name}{KIND}" in frame.columns:
        values[_find_silent(frame[f"{name}{KIND}"])] = 0.0
    return sample.evolve(frame=frame.assign(**{f"{name}_{code}": values}))
