"""The error class of the package: where the problem is, what it is, and how to fix it.

Every error that the package raises for data or usage is a :class:`LiteracyError` with a code from :data:`CATALOGUE`,
so that its message can be looked up, tested and translated.
"""

from __future__ import annotations

from collections.abc import Sequence

from literacy._nearest import guess_word
from literacy._texts import show_controls
from literacy.messages import mark, tell

CATALOGUE: dict[str, str] = {
    # surveys/
    "survey.unknown": mark("no survey of that name"),
    "survey.invalid": mark("a file of a survey is inconsistent"),
    "survey.key": mark("a file has an unknown key"),
    "survey.wave": mark("the survey has no such wave"),
    "survey.name": mark("the survey has no item, group, universe, recode or margin table of that name"),
    "standard.unknown": mark("no scoring standard of that name"),
    "margins.missing": mark("no population margins for that wave"),
    "goal.missing": mark("no published goal for that place and year"),
    "reference.unknown": mark("no published series of that name"),
    "sample.unknown": mark("no sample file of that name"),
    # files
    "io.missing": mark("the file does not exist"),
    "io.format": mark("the content is not of a format that can be read"),
    "io.damaged": mark("the file is cut off or damaged"),
    "io.changed": mark("the file changed while it was read"),
    "io.encoding": mark("the text cannot be decoded"),
    "io.empty": mark("the file has no rows or no columns"),
    "io.limit": mark("the file is larger than the stated limit"),
    "io.columns": mark("columns are missing or double"),
    "io.match": mark("the columns do not fit the instrument"),
    "io.reader": mark("the process that reads the file cannot run, or was ended"),
    "io.write": mark("the result cannot be written"),
    # many processes or machines
    "cluster.missing": mark("Dask, which spreads the work, is not installed"),
    "cluster.address": mark("no scheduler answers at that address"),
    "cluster.lost": mark("workers of the cluster were lost again and again"),
    # answers and scores
    "responses.code": mark("an answer has a code the instrument does not know"),
    "scoring.standard": mark("the instrument cannot be scored by that standard"),
    "scoring.items": mark("scored items are missing"),
    # designs and samples
    "design.column": mark("a design column is not in the data"),
    "design.weight": mark("weights are missing, negative or not numbers"),
    "design.value": mark("a design column contains an invalid value"),
    "design.lonely_psu": mark("a stratum has a single sampling unit"),
    "design.nesting": mark("a sampling unit occurs in two strata"),
    "design.fpc": mark("a population count is smaller than the sample drawn from it"),
    "design.universe": mark("no respondent belongs to the universe"),
    # before and during fieldwork
    "frame.invalid": mark("a sampling frame is inconsistent"),
    "plan.size": mark("a sample of that size or precision cannot be planned or drawn"),
    "field.visits": mark("a visit log or sample file is inconsistent"),
    # weighting
    "weighting.level": mark(
        "a margin has a level without respondents, or a respondent has a level without a total"
    ),
    "weighting.totals": mark("the totals of the margins differ"),
    "weighting.infeasible": mark("no weights within the bounds meet the margins"),
    "weighting.convergence": mark("the weights did not converge"),
    "weighting.negative": mark("some weights would be negative"),
    "weighting.value": mark("a weighting option or total has no meaning"),
    # estimates
    "estimate.variable": mark("the variable is not in the data or not a number"),
    "estimate.option": mark("an option has no such value"),
    "estimate.domain": mark("no such domain, or an empty one"),
    "estimate.df": mark("too few sampling units for a standard error"),
    "estimate.separation": mark("the model has no finite solution"),
    # psychometrics
    "psychometrics.items": mark("a column is no item, or no item of that name is there"),
    "psychometrics.model": mark("the response model does not fit the items, or is not known"),
    "psychometrics.data": mark("too few items or respondents, or nothing that varies"),
    "psychometrics.option": mark("an option has no meaning there"),
    "psychometrics.link": mark("the two sets of items cannot be linked"),
    "psychometrics.bank": mark("the table is no bank of items, or the wave is not named"),
    "psychometrics.form": mark("no form of the bank's items keeps all rules"),
    # projection and plan
    "trend.standards": mark("waves of different standards cannot be joined"),
    "trend.waves": mark("the waves cannot make a trend"),
    "project.input": mark("the projection lacks what it needs"),
    "plan.input": mark("the plan or a return is inconsistent"),
    # report and command line
    "report.input": mark("a figure lacks the table it is drawn from"),
    "report.settings": mark("the settings of a report name what it cannot do"),
    "cli.usage": mark("the command cannot do that"),
}


class LiteracyError(Exception):
    """Error in the data or in the use of the package, reported so that the user can fix it.

    Parameters
    ----------
    code : str
        A key of :data:`CATALOGUE`.
    where : str
        Location of the problem: a file, ``file:table:key``, a column or an argument.
    what : str
        What was found there (never a respondent's data).
    fix : str
        How to fix it.

    Examples
    --------
    >>> try:
    ...     lit.mean(sample, "agee")
    ... except lit.LiteracyError as error:
    ...     print(error.code, "|", error.where, "|", error.fix)
    estimate.variable | variable='agee' | did you mean 'age'?
    """

    code: str
    where: str
    what: str
    fix: str

    def __init__(self, code: str, *, where: str, what: str, fix: str) -> None:
        if code not in CATALOGUE:
            raise KeyError(f"{code} is not in the error catalogue")
        super().__init__(code, where, what, fix)
        self.code, self.where, self.what, self.fix = code, tell(where), tell(what), tell(fix)

    def __str__(self) -> str:
        return show_controls(tell("{}: {}\n  fix: {}\n  [{}]", self.where, self.what, self.fix, self.code))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.code, self.where, self.what, self.fix)


def _rebuild(code: str, where: str, what: str, fix: str) -> LiteracyError:
    return LiteracyError(code, where=where, what=what, fix=fix)


class CountedError(LiteracyError):
    """Error about a number of rows. Those of several blocks of a table add up to that of the table.

    Parameters
    ----------
    code, where, fix : str
        As in :class:`LiteracyError`.
    counts : sequence of (str, int)
        What is wrong in how many rows, as a template of a message and the number.
    among : int, optional
        Number of rows looked at, if it is to be told.
    """

    counts: tuple[tuple[str, int], ...]
    among: int | None

    def __init__(
        self, code: str, *, where: str, counts: Sequence[tuple[str, int]], fix: str, among: int | None = None
    ) -> None:
        what = tell(" and ").join(tell(text, count) for text, count in counts if count)
        super().__init__(
            code, where=where, what=what if among is None else tell("{} among {} rows", what, among), fix=fix
        )
        self.counts, self.among = tuple(counts), among

    def __add__(self, other: CountedError) -> CountedError:
        """Return the error about the rows of both."""
        counts = [(text, a + b) for (text, a), (_, b) in zip(self.counts, other.counts, strict=True)]
        return self._with(counts, None if self.among is None else self.among + (other.among or 0))

    def widen(self, rows: int) -> CountedError:
        """Return the error about these rows and others without fault."""
        return self if self.among is None else self._with(self.counts, self.among + rows)

    def _with(self, counts: Sequence[tuple[str, int]], among: int | None) -> CountedError:
        return CountedError(self.code, where=self.where, counts=counts, fix=self.fix, among=among)

    def __reduce__(self) -> tuple[object, ...]:
        return _recount, (self.code, self.where, self.counts, self.fix, self.among)


def _recount(
    code: str, where: str, counts: Sequence[tuple[str, int]], fix: str, among: int | None
) -> CountedError:
    return CountedError(code, where=where, counts=counts, fix=fix, among=among)


def option(name: str, value: object, allowed: tuple[str, ...], code: str = "estimate.option") -> None:
    """Raise an error if an option value is not allowed, suggesting the closest allowed one."""
    if value in allowed:
        return
    hint = tell("{} use one of: {}", guess_word(value, allowed), ", ".join(allowed)).lstrip()
    raise LiteracyError(code, where=name, what=tell("{!r} is unknown", value), fix=hint)
