"""Several waves at once: what projecting and reporting start with."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from literacy.cli.loading import (
    EVERYTHING,
    DesignOptions,
    Needed,
    build_sample,
    load_data,
    load_scored,
    open_data,
)
from literacy.cli.output import say
from literacy.errors import LiteracyError
from literacy.messages import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from literacy.instrument import Goal, Instrument
    from literacy.projection import Trend
    from literacy.sampling import Sample
    from literacy.scoring import Scored


def load_waves(
    files: Sequence[str],
    survey: str | None,
    standard: str,
    options: DesignOptions,
    encoding: str | None = None,
    quiet: bool = False,
    default: int | None = None,
    needed: Needed = EVERYTHING,
    begin: Callable[[str], None] = lambda name: None,
) -> dict[int, Sample]:
    """Year -> weighted sample, one a file; margins "auto" are each wave's own where the survey has them.

    A file may have its wave in front, as ``2026=FILE``. What was assumed while reading each is said, unless *quiet*.
    A single file of a survey without waves is of the year *default*.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for a file without a year, or two files of one year.
    """
    samples: dict[int, Sample] = {}
    for given in files:
        wave, file = split_wave(given)
        begin(tell("reading {}", Path(file).name))
        scored = load_scored(file, survey, wave, standard, encoding=encoding, needed=needed)
        year = scored.wave.year
        if year is None and len(files) == 1:
            year = default
        if year is None or year in samples:
            what = (
                tell("the wave has no year") if year is None else tell("a second file of the wave {}", year)
            )
            raise LiteracyError("trend.waves", where=file, what=what, fix="give one file for each wave")
        if not quiet:
            say(*(f"· {year}: {sentence}" for sentence in scored.history))
        samples[year] = build_sample(scored, _own_margins(options, scored, year))
    return dict(sorted(samples.items()))


def _own_margins(options: DesignOptions, scored: Scored, year: int | None) -> DesignOptions:
    """The margins "auto" are those of the wave, where the survey has them; where not, it is said."""
    from literacy.instrument import locate_survey

    if options.steps.margins != "auto":
        return options
    there = (locate_survey(scored.instrument.folder) / "margins" / f"{year}.toml").is_file()
    if not there:
        say(tell("· {}: the survey has no population totals of this wave; base weights are used", year))
    return replace(options, steps=replace(options.steps, margins=str(year) if there else None))


def load_pair(
    files: tuple[str, str],
    survey: str | None,
    standard: str,
    options: DesignOptions,
    encoding: str | None = None,
    needed: Needed = EVERYTHING,
) -> tuple[Sample, Sample]:
    """Two waves in the order of their years, or two plain tables as they were given.

    Raises
    ------
    LiteracyError
        ``trend.waves`` for two files of one year.
    """
    from literacy.scoring import Scored

    found: list[tuple[int | None, Sample]] = []
    for given in files:
        wave, file = split_wave(given)
        with open_data(file, encoding) as table:
            data = load_data(table, survey, wave, standard, needed=needed)
        year = None
        wanted = options
        if isinstance(data, Scored):
            year = data.wave.year
            say(*(f"· {year or file}: {sentence}" for sentence in data.history))
            wanted = _own_margins(options, data, year)
        found.append((year, build_sample(data, wanted)))
    (first, one), (second, two) = found
    if first is not None and first == second:
        raise LiteracyError(
            "trend.waves",
            where=files[1],
            what=tell("a second file of the wave {}", second),
            fix="give one file for each wave",
        )
    later = first is not None and second is not None and first > second
    return (two, one) if later else (one, two)


def split_wave(given: str) -> tuple[str | None, str]:
    """Wave and file of ``2026=answers.csv``; a file of that very name is taken as it is."""
    wave, sign, file = given.partition("=")
    if not sign or not file or not re.fullmatch(r"\w{1,40}", wave) or Path(given).exists():
        return None, given
    return wave, file


def share_trend(samples: dict[int, Sample], splice: str = "") -> Trend:
    """Trend of the share literate."""
    from literacy.estimation import proportion
    from literacy.projection import trend
    from literacy.report.annual import place_label

    instrument = next(iter(samples.values())).survey()[0]
    return trend(
        {year: proportion(sample, "literate") for year, sample in samples.items()},
        area=instrument.area,
        label=place_label(instrument),
        splice=splice,
    )


def empty_trend(instrument: Instrument | None) -> Trend:
    """A place that was never surveyed: the survey's, or one without a name."""
    from literacy.projection import trend
    from literacy.report.annual import place_label

    if instrument is None:
        return trend({})
    return trend({}, area=instrument.area, label=place_label(instrument))


def find_goals(wanted: Sequence[str], instrument: Instrument | None) -> list[Goal]:
    """Goals by year (``2025``: the survey's own), or stated (``2030=0.2``: more than 20 %; ``>=``: reached)."""
    from literacy.instrument import load_goal
    from literacy.projection import set_goal

    goals = []
    for text in wanted:
        match = re.fullmatch(r"\s*(\d{4})\s*(?:(>=|=|>)\s*([0-9.]+)\s*(%?))?\s*", text)
        try:
            value = float(match[3]) / (100 if match[4] else 1) if match and match[3] else None
        except ValueError:
            match = value = None
        if match is None:
            raise LiteracyError(
                "cli.usage",
                where=f"--goal {text}",
                what="is neither YEAR nor YEAR=SHARE",
                fix="write --goal 2025, or --goal 2030=0.2 for more than 20 % in 2030",
            )
        year = int(match[1])
        if value is not None:
            goals.append(set_goal(year, value, strict=match[2] != ">="))
        elif instrument is None:
            raise LiteracyError(
                "goal.missing",
                where=f"--goal {text}",
                what="no survey was named, so there is no goal of that year",
                fix=tell("state the share: --goal {}=0.12, or name the survey with -i", year),
            )
        else:
            goals.append(load_goal(instrument, year))
    return goals
