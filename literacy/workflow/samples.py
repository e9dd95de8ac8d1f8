"""From data files to weighted samples: of a single file, one per wave, or two to be compared."""

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
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import pandas as pd

    from literacy.answers import Responses
    from literacy.instrument import Instrument, Margins, Wave
    from literacy.quality import Limits, Quality
    from literacy.sampling import Design, Sample


@dataclass(frozen=True, slots=True)
class DesignOptions:
    """Options of design and weighting; empty ones default to the wave's own.

    ``design`` replaces the wave's design as a whole, the others single elements; ``totals`` are margins held in memory.
    ``delivered`` means that steps and totals are those recorded in the file, whose weights they must reproduce.
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
    delivered: bool = False

    @property
    def own_weights(self) -> bool:
        """Whether weights or steps are given, rather than those of the file."""
        given = self.weight is not None or self.design is not None
        return self.steps.asked or self.totals is not None or given


def need(options: DesignOptions, names: Iterable[str], numbers: Iterable[str] = ()) -> Needed:
    """Return the columns needed for a calculation, including those of design and weighting."""
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
    """Load margins from a file; those of a wave can only be loaded once the survey is known."""
    from literacy.instrument import load_margins

    return None if name == "auto" or name.isdigit() else load_margins(Path(name))


def find_design(data: Any, options: DesignOptions) -> Design:
    """Return the design of a Scored (the wave's own with elements replaced) or of a plain table."""
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
    """Return a Sample of a Scored (with the wave's own design, elements replaced) or of a plain table."""
    from literacy.sampling import Sample

    frame: pd.DataFrame = data if not hasattr(data, "instrument") else data.frame
    sample = Sample(data, find_design(data, options), universe=options.universe)
    if options.own_weights or RECIPE not in frame.columns:
        margins = options.totals
        if margins is None and options.steps.margins:
            margins = find_margins(data, options.steps.margins)
        sample = apply_steps(sample, data, options.steps, margins)
        given = options.weight is not None or options.design is not None
        return _with_doubts(sample, data, margins, asked=options.steps.asked or given)
    steps, margins = read_recipe(frame)
    sample = apply_steps(sample, data, steps, margins)
    check_delivered(sample, frame)
    return _with_doubts(sample, data, margins, asked=True)


def _with_doubts(sample: Sample, data: Any, margins: Margins | None, *, asked: bool) -> Sample:
    """Append warnings about the weighting to the history of the sample."""
    doubts = find_doubts(data, margins, asked=asked)
    return sample.evolve(history=(*sample.history, *doubts)) if doubts else sample


def _delivered(frame: pd.DataFrame) -> str:
    """Return the base weight column of a plain table that was written with its weighting."""
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
    """Load weighted samples by year, one file per wave; margins "auto" are those of each wave.

    The wave may be prefixed, as in ``2026=FILE``. A single file of a survey without waves is assigned the year
    *default*. *checked* receives the quality check of each wave whose answers were read.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for a file without a year, or two files of the same year.
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
        year = find_year(year, samples, file)
        say(*(f"· {year}: {sentence}" for sentence in scored.history))
        samples[year] = build_sample(scored, use_own_margins(options, scored.instrument, scored.wave, say))
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
    """Load two waves in the order of their years, or two plain tables in the order given.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for two files of the same year.
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
            wanted = use_own_margins(options, data.instrument, data.wave, say)
        found.append((year, build_sample(data, wanted)))
    (first, one), (second, two) = found
    if first is not None and first == second:
        raise refuse_twice(files[1], first)
    later = first is not None and second is not None and first > second
    return (two, one) if later else (one, two)


def find_year(year: int | None, held: Collection[int], file: str) -> int:
    """Return the year of a wave; an error if there is none, or a previous file has it.

    Raises
    ------
    LiteracyError
        ``trend.waves`` if there is no year, or another file has it.
    """
    if year is None:
        raise LiteracyError(
            "trend.waves", where=file, what=tell("the wave has no year"), fix="give one file per wave"
        )
    if year in held:
        raise refuse_twice(file, year)
    return year


def refuse_twice(file: str, year: int) -> LiteracyError:
    """Return the error for a second file of a wave."""
    return LiteracyError(
        "trend.waves",
        where=file,
        what=tell("a second file of the wave {}", year),
        fix="give one file per wave",
    )


def use_own_margins(options: DesignOptions, instrument: Instrument, wave: Wave, say: Say) -> DesignOptions:
    """Replace margins "auto" by those of the wave, if the survey has them; if not, this is reported."""
    from literacy.instrument import locate_survey

    year = wave.year
    if options.steps.margins != "auto":
        return options
    there = (locate_survey(instrument.folder) / "margins" / f"{year}.toml").is_file()
    if not there:
        say(tell("· {}: the survey has no population totals for this wave; base weights are used", year))
    return replace(options, steps=replace(options.steps, margins=str(year) if there else None))


def split_wave(given: str) -> tuple[str | None, str]:
    """Split ``2026=answers.csv`` into wave and file; an existing file with that name is not split."""
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
    """Read, score and weight one data file: the first step of every command that estimates.

    Parameters
    ----------
    file : str or Path
        Raw answers, scored answers or any table, in any supported format. For a file written by ``literacy weight`` the
        recorded weighting is applied.
    survey : str, optional
        Name or folder of the survey; default is the only one whose items are all in the file. A file of no survey
        becomes a Sample of a plain table.
    wave : str or int, optional
        Wave, or a wave file; default is determined from the file.
    standard : str
        Scoring standard; empty for the instrument's own.
    design : Design, optional
        Default is the wave's own.
    universe : str, optional
        Default is that of the instrument's indicator.
    margins : "auto", wave, path or Margins, optional
        Population totals for raking; "auto" uses those of the file's wave. None keeps the base weights.
    max_ratio : float, optional
        Upper bound of the ratio of new to base weight; see :func:`literacy.rake`.
    lonely_psu : str
        Treatment of strata with one sampling unit.
    exclude : Limits, optional
        Exclude respondents flagged by :func:`literacy.check_quality` at these limits.
    keep_personal : bool
        Keep columns that identify people.
    encoding, sheet, decimal : str
        Encoding of texts, sheet of a workbook, and decimal mark of the file.

    Returns
    -------
    Sample
        Its history states what was assumed, left out and done.

    Raises
    ------
    LiteracyError
        For files that cannot be read or matched (``io.…``), margins that cannot be met (``weighting.…``, ``margins.…``)
        and unusable designs (``design.…``).

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
        lonely_psu=lonely_psu,
        universe=universe,
        steps=steps,
        design=design,
        totals=_margins_in_memory(margins),
    )

    def keep(*lines: object) -> None:
        remarks.extend(map(str, lines))

    with opened(file, encoding, sheet) as table:
        data = load_data(
            table, survey, None if wave is None else str(wave), standard, keep_personal, exclude, decimal=decimal,
            say=keep,
        )  # fmt: skip
    if isinstance(data, Scored):
        options = use_own_margins(options, data.instrument, data.wave, keep)
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
        One file per wave, in any order.
    survey, standard, universe, max_ratio, lonely_psu, encoding
        As in :func:`load_sample`; the same for all waves.
    margins : "auto", path or Margins, optional
        "auto": each wave is raked to its own margins. None keeps the base weights.

    Returns
    -------
    dict of year to Sample
        In the order of the years, as used by :func:`literacy.share_trend`, :func:`literacy.make_report` and
        :func:`literacy.make_scoreboard`.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for a file without a year, or two of the same year; otherwise as in :func:`load_sample`.

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
        lonely_psu=lonely_psu, universe=universe, steps=steps, totals=_margins_in_memory(margins)
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
                raise refuse_twice(str(one), year)
            found[year] = _remember(sample, remarks)
    return dict(sorted(found.items()))


def _name_margins(margins: object) -> str | None:
    """Return the margins as named in the steps, by wave or file; None for margins in memory."""
    return None if margins is None or hasattr(margins, "tables") else str(margins)


def _margins_in_memory(margins: Any) -> Margins | None:
    return margins if hasattr(margins, "tables") else None


def _remember(sample: Sample, remarks: Sequence[str]) -> Sample:
    """Insert notes made while reading at the beginning of the sample's history."""
    notes = [r.removeprefix("· ") for r in remarks]
    held = sample.history
    fresh = [r for r in dict.fromkeys(notes) if r not in held and r.partition(": ")[2] not in held]
    return sample.evolve(history=(*fresh, *held))
