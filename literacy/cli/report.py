"""``literacy report``: the tables of the year and the figures drawn from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import say, write_text

if TYPE_CHECKING:
    from literacy.instrument import Instrument
    from literacy.projection import Contributions, Projection
    from literacy.sampling import Sample


@click.command("report")
@click.argument("year", type=int)
@opt.data_argument("files", nargs=-1)
@click.option("-o", "--out", default="out/report", show_default=True, help="Folder for tables/ and figures/.")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), multiple=True, help="Languages of the figures (default: both)."
)
@click.option(
    "--goal",
    metavar="YEAR[=SHARE]",
    multiple=True,
    help="Goals (default: the survey's next goal from YEAR on).",
)
@click.option(
    "--horizon", type=int, help="Last year of the fan (default: the last goal ahead, else five years on)."
)
@click.option(
    "-i", "--survey", default="erenhot", show_default=True, help="Survey (a name, or a folder of your own)."
)
@opt.standard_option
@opt.encoding_option
@opt.design_options
@opt.weighting_options
def command(
    year: int, files: tuple[str, ...], out: str, lang: tuple[str, ...], goal: tuple[str, ...],
    horizon: int | None, survey: str, standard: tuple[str, ...], encoding: str | None, **design: Any,
) -> None:  # fmt: skip
    """Draw the report of YEAR from FILES (one a wave); without files, from the survey's sample data.

    Numbers go to OUT/tables/*.csv first; the figures in OUT/figures/ are drawn from those files alone.

    \b
    Examples:
      literacy report 2025 -o out/report --lang zh
      literacy report 2025 2023.sav 2025.sav --margins auto -o out/report
    """
    from literacy.cli.loading import one_standard, take_options
    from literacy.cli.waves import find_goals, load_waves
    from literacy.instrument import load_instrument

    instrument = load_instrument(survey)
    options = take_options(design | {"margins": design["margins"] or "auto"})
    paths = files or sample_files(survey, year)
    samples = {
        y: s
        for y, s in load_waves(paths, survey, one_standard(standard), options, encoding).items()
        if y <= year
    }
    goals = find_goals(goal or next_goal(year, instrument), instrument)
    make_report(samples, goals, Path(out), lang or ("zh", "en"), options.steps.margins, horizon)


def next_goal(year: int, instrument: Instrument) -> tuple[str, ...]:
    """The year of the survey's own goal of that year, else of the next one; none where there is none ahead."""
    from literacy.cli.waves import known_goals

    ahead = sorted(g.year for g in known_goals(instrument) if g.area == instrument.area and g.year >= year)
    if not ahead:
        say(f"no goal of {instrument.area} from {year} on: none is asked about")
    return tuple(str(y) for y in ahead[:1])


def sample_files(survey: str, year: int) -> tuple[str, ...]:
    """Paths of the sample data of a survey's waves up to a year (said on stderr)."""
    from literacy._resources import sample_data
    from literacy.errors import LiteracyError
    from literacy.instrument import load_instrument

    waves = [w for w in load_instrument(survey).waves if w.data and w.year is not None and w.year <= year]
    if not waves:
        raise LiteracyError(
            "report.input", where=f"report {year}", what="no files were given, and there are no sample data",
            fix="give the survey files, one a wave",
        )  # fmt: skip
    say(f"no files given: the synthetic sample waves {', '.join(w.name for w in waves)} are used")
    return tuple(str(sample_data(w.data)) for w in waves)


def make_report(
    samples: dict[int, Sample], goals: list[Any], out: Path, lang: tuple[str, ...], margins: str | None,
    horizon: int | None = None,
) -> Projection:  # fmt: skip
    """Write the tables, draw the figures from them, and list both."""
    from literacy.cli.output import format_csv
    from literacy.cli.reweighting import find_margins
    from literacy.cli.waves import known_goals, share_trend
    from literacy.projection import project, series_trend
    from literacy.report import draw_report
    from literacy.report.compilation import compile_tables

    projection = project(share_trend(samples), goals, horizon=horizon)
    latest = max(samples)
    instrument = samples[latest].survey()[0]
    levels = [series_trend(name) for name in instrument.higher]
    above = [g for g in known_goals(instrument) if projection.years[-1] >= g.year >= min(samples)]
    named = str(latest) if margins == "auto" else margins
    known = find_margins(samples[latest], named) if named else None
    tables = compile_tables(samples, projection, above, levels, known, group_gaps(samples, projection))
    (out / "tables").mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write_text(format_csv(table), str(out / "tables" / f"{name}.csv"))
    gallery = draw_report(out / "tables", out / "figures", lang=lang)
    say(gallery._title(), *(f"· {note}" for note in gallery._notes()))
    return projection


def group_gaps(samples: dict[int, Sample], projection: Projection) -> Contributions | None:
    """What each group adds to the gap to the next goal (the last one where none is ahead); None without either."""
    from literacy.projection import find_contributions, group_trends, project_groups

    goals = [
        o.goal for o in projection.outlooks if projection.years[0] <= o.goal.year <= projection.years[-1]
    ]
    if not goals or not next(iter(samples.values())).survey()[0].groups:
        return None
    ahead = [g for g in goals if g.year > max(samples)]
    trends = group_trends(samples, area=projection.trend.area)
    made = project_groups(trends, goals, horizon=int(projection.years[-1]))
    return find_contributions(made, ahead[0] if ahead else goals[-1])
