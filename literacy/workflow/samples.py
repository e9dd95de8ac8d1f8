"""From files of answers to weighted samples: one file, one a wave, or two to compare."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from literacy.errors import LiteracyError
from literacy.messages import tell
from literacy.workflow.answerfiles import EVERYTHING, Needed, Say, load_data, load_scored
from literacy.workflow.recipes import (
    NO_STEPS,
    RECIPE,
    Steps,
    apply_steps,
    check_delivered,
    find_margins,
    read_recipe,
)
from literacy.workflow.weighting_warnings import find_doubts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from literacy.answers import Responses
    from literacy.instrument import Margins
    from literacy.quality import Limits, Quality
    from literacy.sampling import Design, Sample
    from literacy.scoring import Scored


@dataclass(frozen=True, slots=True)
class DesignOptions:
    """What the analyst says about design and weighting; what is left empty is the wave's own.

    ``design`` replaces the wave's as a whole, the others piece by piece; ``totals`` are margins made in memory.
    """

    weight: str | None = None
    strata: str | None = None
    psu: tuple[str, ...] = ()
    fpc: tuple[str, ...] = ()
    lonely_psu: str = "fail"
    universe: str | None = None
    steps: Steps = NO_STEPS
    design: Design | None = None
    totals: Margins | None = None


def need(options: DesignOptions, names: Iterable[str], numbers: Iterable[str] = ()) -> Needed:
    """What a calculation with some columns needs, its design and weighting included."""
    steps, named = options.steps, frozenset((*names, *numbers))
    totals = options.totals if steps.margins is None else _read_totals(steps.margins)
    if steps.margins and totals is None:
        return Needed(None, tuple(numbers), named)  # margins of a wave name columns of the survey
    design = (options.weight, options.strata, *options.psu, *options.fpc, options.universe)
    wanted = {*named, *design, steps.respondent, *steps.cells, *steps.propensity}
    wanted |= {c for table in (totals.tables if totals is not None else ()) for c in table.columns}
    return Needed(
        frozenset(w for w in wanted if w),
        (*numbers, *(n for n in (options.weight, *options.fpc) if n)),
        named,
    )


def _read_totals(name: str) -> Margins | None:
    """Margins from a file; those of a wave are not known before the survey is."""
    from literacy.instrument import load_margins

    return None if name == "auto" or name.isdigit() else load_margins(Path(name))


def find_design(data: Any, options: DesignOptions) -> Design:
    """The design of a Scored (the wave's own, overridden piece by piece) or of a plain table."""
    from literacy.sampling import Design

    frame: pd.DataFrame = data if not hasattr(data, "instrument") else data.frame
    own = None if frame is data else data.wave.design.resolve(frame.columns)
    return options.design or Design(
        weight=options.weight or (own.weight if own else _delivered(frame)) or None,
        strata=options.strata or (own.strata if own else "") or None,
        psu=options.psu or (own.psu if own else ()) or None,
        fpc=options.fpc or (own.fpc if own else ()) or None,
        lonely_psu=options.lonely_psu,
    )


def build_sample(data: Any, options: DesignOptions) -> Sample:
    """A Sample of a Scored (the wave's own design, overridden piece by piece) or of a plain table."""
    from literacy.sampling import Sample

    frame: pd.DataFrame = data if not hasattr(data, "instrument") else data.frame
    sample = Sample(data, find_design(data, options), universe=options.universe)
    given = options.weight is not None or options.design is not None
    if options.steps.asked or options.totals is not None or given or RECIPE not in frame.columns:
        margins = options.totals
        if margins is None and options.steps.margins:
            margins = find_margins(data, options.steps.margins)
        sample = apply_steps(sample, data, options.steps, margins)
        return _with_doubts(sample, data, margins, asked=options.steps.asked or given)
    steps, margins = read_recipe(frame)
    sample = apply_steps(sample, data, steps, margins)
    check_delivered(sample, frame)
    return _with_doubts(sample, data, margins, asked=True)


def _with_doubts(sample: Sample, data: Any, margins: Margins | None, *, asked: bool) -> Sample:
    """The sample, with what is possible but unlikely in its weighting at the end of its history."""
    doubts = find_doubts(data, margins, asked=asked)
    return sample.evolve(history=(*sample.history, *doubts)) if doubts else sample


def _delivered(frame: pd.DataFrame) -> str:
    """Base weight of a plain table that was written with its weighting."""
    return "base_weight" if RECIPE in frame.columns else ""


def load_waves(
    files: Sequence[str],
    survey: str | None,
    standard: str,
    options: DesignOptions,
    encoding: str | None = None,
    default: int | None = None,
    needed: Needed = EVERYTHING,
    *,
    sheet: str | None = None,
    checked: dict[int, Quality] | None = None,
    say: Say,
    begin: Callable[[str], None] = lambda name: None,
) -> dict[int, Sample]:
    """Year -> weighted sample, one a file; margins "auto" are each wave's own.

    A file may have its wave in front, as ``2026=FILE``. A single file of a survey without waves is of the year
    *default*. *checked* takes in the quality check of each wave whose answers were read.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for a file without a year, or two files of one year.
    """
    samples: dict[int, Sample] = {}
    for given in files:
        wave, file = split_wave(given)
        begin(tell("reading {}", Path(file).name))
        answers: list[Responses] = []
        scored = load_scored(
            file, survey, wave, standard, encoding=encoding, needed=needed, sheet=sheet,
            seen=None if checked is None else answers.append, say=say,
        )  # fmt: skip
        year = scored.wave.year
        if year is None and len(files) == 1:
            year = default
        if year is None or year in samples:
            what = (
                tell("the wave has no year") if year is None else tell("a second file of the wave {}", year)
            )
            raise LiteracyError("trend.waves", where=file, what=what, fix="give one file per wave")
        say(*(f"· {year}: {sentence}" for sentence in scored.history))
        samples[year] = build_sample(scored, _own_margins(options, scored, year, say))
        if checked is not None and answers:
            from literacy.quality import check_quality

            checked[year] = check_quality(answers[0])
    return dict(sorted(samples.items()))


def load_pair(
    files: tuple[str, str],
    survey: str | None,
    standard: str,
    options: DesignOptions,
    encoding: str | None = None,
    needed: Needed = EVERYTHING,
    *,
    sheet: str | None = None,
    say: Say,
) -> tuple[Sample, Sample]:
    """Two waves in the order of their years, or two plain tables as they were given.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for two files of one year.
    """
    from literacy.files import opened
    from literacy.scoring import Scored

    found: list[tuple[int | None, Sample]] = []
    for given in files:
        wave, file = split_wave(given)
        with opened(file, encoding, sheet) as table:
            data = load_data(table, survey, wave, standard, needed=needed, say=say)
        year = None
        wanted = options
        if isinstance(data, Scored):
            year = data.wave.year
            say(*(f"· {year or file}: {sentence}" for sentence in data.history))
            wanted = _own_margins(options, data, year, say)
        found.append((year, build_sample(data, wanted)))
    (first, one), (second, two) = found
    if first is not None and first == second:
        raise LiteracyError(
            "trend.waves",
            where=files[1],
            what=tell("a second file of the wave {}", second),
            fix="give one file per wave",
        )
    later = first is not None and second is not None and first > second
    return (two, one) if later else (one, two)


def _own_margins(options: DesignOptions, scored: Scored, year: int | None, say: Say) -> DesignOptions:
    """The margins "auto" are those of the wave, where the survey has them; if not, this is reported."""
    from literacy.instrument import locate_survey

    if options.steps.margins != "auto":
        return options
    there = (locate_survey(scored.instrument.folder) / "margins" / f"{year}.toml").is_file()
    if not there:
        say(tell("· {}: the survey has no population totals for this wave; base weights are used", year))
    return replace(options, steps=replace(options.steps, margins=str(year) if there else None))


def split_wave(given: str) -> tuple[str | None, str]:
    """Wave and file of ``2026=answers.csv``; a file of that very name is taken as it is."""
    wave, sign, file = given.partition("=")
    if not sign or not file or not re.fullmatch(r"\w{1,40}", wave) or Path(given).exists():
        return None, given
    return wave, file


def load_sample(
    file: str | Path,
    survey: str | None = None,
    *,
    wave: str | int | None = None,
    standard: str = "",
    design: Design | None = None,
    universe: str | None = None,
    margins: str | int | Path | Margins | None = None,
    max_ratio: float | None = None,
    lonely_psu: str = "fail",
    exclude: Limits | None = None,
    keep_personal: bool = False,
    encoding: str | None = None,
    sheet: str | None = None,
    decimal: str = ".",
) -> Sample:
    """Read, score and weight one file of answers: what every command that estimates begins with.

    Parameters
    ----------
    file : str or Path
        Raw answers, scored answers, or any table, in any format that can be read. A file that ``literacy weight``
        wrote is weighted as it says itself.
    survey : str, optional
        Name or folder of the survey; by default the only one whose items are all in the file. A file of no survey
        becomes the Sample of a plain table.
    wave : str or int, optional
        Wave, or a wave file; by default found from the file.
    standard : str
        Scoring standard; empty for the instrument's own.
    design : Design, optional
        By default the wave's own.
    universe : str, optional
        By default that of the instrument's indicator.
    margins : "auto", wave, path or Margins, optional
        Population totals to rake to; "auto" are those of the file's own wave. None leaves the base weights.
    max_ratio : float, optional
        No weight grows by more than this factor of the mean growth; see :func:`literacy.rake`.
    lonely_psu : str
        Rule for a stratum with one sampling unit.
    exclude : Limits, optional
        Leave out whom :func:`literacy.check_quality` flags at these limits.
    keep_personal : bool
        Keep columns that identify people.
    encoding, sheet, decimal : str
        Of the file: encoding of its texts, sheet of a workbook, decimal mark.

    Returns
    -------
    Sample
        Its history says what was assumed, left out and done.

    Raises
    ------
    LiteracyError
        For a file that cannot be read or matched (``io.…``), margins that cannot be met (``margins.…``) or a design
        that cannot be used (``design.…``).

    Examples
    --------
    >>> sample = load_sample(lit.sample_data("erenhot_2025.sav"), margins="auto", max_ratio=5)
    >>> len(sample), sample.origin.wave, sample.origin.weighting
    (1380, '2025', ('rake',))
    """
    from literacy.files import opened
    from literacy.scoring import Scored

    remarks: list[str] = []
    steps = Steps(margins=_name_margins(margins), max_ratio=max_ratio)
    options = DesignOptions(
        lonely_psu=lonely_psu, universe=universe, steps=steps, design=design, totals=_own_totals(margins)
    )

    def keep(*lines: object) -> None:
        remarks.extend(map(str, lines))

    with opened(file, encoding, sheet) as table:
        data = load_data(
            table, survey, None if wave is None else str(wave), standard, keep_personal, exclude, decimal=decimal,
            say=keep,
        )  # fmt: skip
    if isinstance(data, Scored):
        options = _own_margins(options, data, data.wave.year, keep)
    return _remember(build_sample(data, options), remarks)


def load_samples(
    files: Sequence[str | Path] | Mapping[str | int, str | Path],
    survey: str | None = None,
    *,
    standard: str = "",
    universe: str | None = None,
    margins: str | Path | Margins | None = "auto",
    max_ratio: float | None = None,
    lonely_psu: str = "fail",
    encoding: str | None = None,
) -> dict[int, Sample]:
    """Read, score and weight the waves of a survey, one file each.

    Parameters
    ----------
    files : sequence of path, or mapping of wave to path
        In any order.
    survey, standard, universe, max_ratio, lonely_psu, encoding
        As in :func:`load_sample`; one for all waves.
    margins : "auto", path or Margins, optional
        "auto": each wave is raked to its own margins. None leaves the base weights.

    Returns
    -------
    dict of year to Sample
        In the order of the years: what :func:`literacy.share_trend`, :func:`literacy.make_report` and
        :func:`literacy.make_scoreboard` take.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for a file without a year, or two of one year; otherwise as :func:`load_sample`.

    Examples
    --------
    >>> files = {2023: lit.sample_data("erenhot_2023.sav")}
    >>> samples = load_samples(files, "erenhot")
    >>> list(samples)
    [2023]
    """
    named = [f"{wave}={path}" for wave, path in files.items()] if hasattr(files, "items") else files
    steps = Steps(margins=_name_margins(margins), max_ratio=max_ratio)
    options = DesignOptions(
        lonely_psu=lonely_psu, universe=universe, steps=steps, totals=_own_totals(margins)
    )
    found: dict[int, Sample] = {}
    for one in named:
        remarks: list[str] = []
        read = load_waves(
            [str(one)], survey, standard, options, encoding,
            say=lambda *lines, kept=remarks: kept.extend(map(str, lines)),
        )  # fmt: skip
        for year, sample in read.items():
            if year in found:
                raise LiteracyError(
                    "trend.waves", where=str(one), what=tell("a second file of the wave {}", year),
                    fix="give one file per wave",
                )  # fmt: skip
            found[year] = _remember(sample, remarks)
    return dict(sorted(found.items()))


def _name_margins(margins: object) -> str | None:
    """Margins by wave or file, as the steps name them; those made in memory have no name."""
    return None if margins is None or hasattr(margins, "tables") else str(margins)


def _own_totals(margins: Any) -> Margins | None:
    return margins if hasattr(margins, "tables") else None


def _remember(sample: Sample, remarks: Sequence[str]) -> Sample:
    """The sample with the notes made while reading in front of its history."""
    told = [r.removeprefix("· ") for r in remarks]
    held = sample.history
    fresh = [r for r in dict.fromkeys(told) if r not in held and r.partition(": ")[2] not in held]
    return sample.evolve(history=(*fresh, *held))
