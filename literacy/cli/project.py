"""``literacy project``: from waves to the probability of reaching the goal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.instrument import Instrument
    from literacy.projection import Answer, Projection, Trend

FILES = (".csv", ".tsv", ".xlsx")
QUESTIONS = ("milestones", "proof", "since", "jump")


@click.command("project")
@opt.data_argument("files", nargs=-1)
@click.option(
    "--series", metavar="NAME", help="Project a published series (national, inner_mongolia, …) instead."
)
@click.option(
    "--estimates",
    metavar="CSV",
    callback=opt.keep_input,
    help="Project published figures: columns year, estimate (or percent), se or n.",
)
@click.option(
    "--proxy", metavar="NAME|CSV",
    help="Proxy for a place never surveyed: a published series, or your own figures.",
)  # fmt: skip
@click.option(
    "--higher", metavar="NAME|CSV", multiple=True,
    help="Higher-level series that informs the pace; repeat for several, 'none' for none "
         "(default: the nation).",
)  # fmt: skip
@opt.goal_option
@click.option(
    "--together", is_flag=True,
    help="Project all places in --estimates jointly: the more alike they are, the more each is drawn to the others.",
)  # fmt: skip
@click.option("--method", default="averaged", show_default=True, help="Forecasting method.")
@click.option(
    "--prior-sd",
    type=float,
    default=None,
    help="Prior standard deviation of the city's pace about the nation's, in logits per year.",
)
@click.option("--horizon", type=int, help="Last year of the fan chart.")
@click.option("--area", default="", metavar="NAME", help="Place the figures in --estimates refer to.")
@click.option(
    "--level", default="", metavar="NAME", help="Its level: city (default), league, province, nation."
)
@click.option(
    "--n", "size", type=float, help="Sample size to assume where --estimates gives neither n nor se."
)
@click.option(
    "--deff", type=float,
    help="Design effect to assume where --estimates gives none (default 2); with --show proof, that of the survey to "
    "come (default: the last wave's).",
)  # fmt: skip
@click.option(
    "--splice",
    default="",
    metavar="WHY",
    help="Why waves of different standards may be joined (printed with the result).",
)
@click.option(
    "--show",
    type=click.Choice(["fan", "goals", "sensitivity", "levels", "milestones", "proof", "since", "jump"]),
    default="fan", show_default=True,
    help="Table to give in output other than text; milestones: what the years before the next "
         "goal must show; proof: the sample size its survey needs; since: the change since the "
         "first wave; jump: what the last wave is worth beyond what was expected (these four in text as well).",
)  # fmt: skip
@click.option(
    "--chance", type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Probability of passing that the milestones maintain (default: 0.5).",
)  # fmt: skip
@click.option("--cost", type=float, help="Cost of one interview, for --show proof.")
@click.option(
    "--beside", metavar="NAME|CSV", multiple=True,
    help="Neighbouring place to rank with, for --show since: a published series, or your own "
         "figures; repeat for several.",
)  # fmt: skip
@opt.figures_options
@opt.survey_option
@opt.standard_option
@opt.encoding_option
@opt.design_options
@opt.weighting_options
@opt.output_options()
def command(
    files: tuple[str, ...], series: str | None, estimates: str | None, proxy: str | None, higher: tuple[str, ...],
    goal: tuple[str, ...], together: bool, method: str, prior_sd: float | None, horizon: int | None, area: str,
    level: str, size: float | None, deff: float | None, splice: str, show: str, chance: float | None,
    cost: float | None, beside: tuple[str, ...], figures: str | None, lang: tuple[str, ...],
    survey: str | None, standard: tuple[str, ...], encoding: str | None, out: Output,
    **design: Any,
) -> None:  # fmt: skip
    """Project the share of literate citizens from FILES (one per wave) and give the probability of reaching each goal.

    --margins auto weights each wave to its own margins. Without any survey, --proxy NAME projects the place used as a
    proxy, and marks it as such.

    \b
    Examples:
      literacy project 2021.sav 2023.sav 2025.sav --margins auto --goal 2025
      literacy project --series national --goal 2035=0.25 --figures out/figures
      literacy project --estimates city.csv --goal 2027=0.15 --format json --show goals
      literacy project 2023.sav 2025.sav --margins auto --goal 2027=0.15 --show proof --cost 60
      literacy project --proxy inner_mongolia -i erenhot --goal 2025
    """
    from literacy.cli.opening import chosen_sheet, one_standard, take_options
    from literacy.instrument import load_instrument
    from literacy.projection import project
    from literacy.workflow.forecasting import empty_trend, find_goals, join_waves
    from literacy.workflow.samples import need
    from literacy.workflow.streaming.streamed_estimates import Asked
    from literacy.workflow.streaming.streamed_waves import answer_wave, answer_waves

    given = sum(map(bool, (files, series, estimates)))
    if given > 1 or not (given or proxy):
        raise click.UsageError(
            tell("give survey files, or --series NAME, or --estimates CSV, or --proxy NAME alone")
        )
    if not estimates and (area or level or size or (deff and show != "proof")):
        raise click.UsageError(tell("--area, --level, --n and --deff describe the figures of --estimates"))
    for name, value, table in (
        ("--chance", chance, "milestones"), ("--cost", cost, "proof"), ("--beside", beside or None, "since"),
    ):  # fmt: skip
        if value is not None and show != table:
            raise click.UsageError(tell("{} has no effect without --show {}", name, table))
    if lang and not figures:
        raise click.UsageError(
            tell(
                "--lang has no effect without --figures; the language of the output: literacy --lang zh project …"
            )
        )
    if together and (not estimates or area or proxy or figures or show not in ("fan", "goals")):
        raise click.UsageError(
            tell(
                "--together takes the places of one file of --estimates, for --show fan or goals, without figures"
            )
        )
    instrument: Instrument | None = load_instrument(survey) if survey else None
    if files:
        options = take_options(design)
        needed = need(options, ("literate",))
        begin = show_stages(len(files) + 1)
        rule, sheet, asked = one_standard(standard), chosen_sheet(), Asked("proportion", ("literate",), {})
        waves = answer_waves(
            files,
            lambda file: answer_wave(
                file, asked, survey, rule, options, encoding, needed, sheet=sheet, say=say
            ),
            begin,
        )
        begin(tell("projecting"))
        instrument = next(iter(waves.values())).instrument
        assert instrument is not None  # plain tables were refused
        line = join_waves({year: w.answer for year, w in waves.items()}, instrument, splice)
    elif estimates:
        assumed: dict[str, Any] = {} if deff is None else {"deff": deff}
        if together:
            from literacy.projection import read_trends

            places = read_trends(estimates, level=level, n=size, splice=splice, **assumed)
            above = [_published(name) for name in higher if name != "none"] if higher else None
            joint = project(
                places,
                find_goals(goal, instrument),
                method=method,
                horizon=horizon,
                prior_sd=prior_sd,
                higher=above,
            )
            if out.form == "table" and show == "fan":
                out.write(joint)
            else:
                made = joint.goals_frame() if show == "goals" else joint.to_frame()
                out.write(made, notes=(*joint.notes, *joint.remarks))
            return
        line = _read(estimates, area=area, level=level, n=size, splice=splice, **assumed)
    else:
        line = _published(series) if series else empty_trend(instrument)
    extra: dict[str, Any] = {} if prior_sd is None else {"prior_sd": prior_sd}
    if higher:
        extra["higher"] = [_published(name) for name in higher if name != "none"]
    result = project(
        line, find_goals(goal, instrument), method=method, horizon=horizon,
        proxy=_published(proxy) if proxy else None, **extra,
    )  # fmt: skip
    if show in QUESTIONS:
        others = [_neighbour(name) for name in beside]
        out.write(
            _answer(
                result, show, 0.5 if chance is None else chance, cost, None if estimates else deff, others
            )
        )
    elif out.form == "table":
        out.write(result)
    else:
        chosen = getattr(result, f"{'to' if show == 'fan' else show}_frame")()
        out.write(chosen, notes=(*result.notes, *line.notes))
    if figures:
        from literacy.report.tables.adaptation import tables_of

        opt.draw_figures(tables_of(result), figures, lang)


def _answer(
    result: Projection, show: str, chance: float, cost: float | None, deff: float | None, others: list[Trend]
) -> Answer:
    """Return the answer to a planning question on the next goal."""
    from literacy.projection import assess_jump, change_since, milestones, next_goal, size_to_prove

    if show == "since":
        return change_since(result.trend, float(result.trend.years[0]), others)
    goal = next_goal(result)
    if show == "jump":
        return assess_jump(result, goal)
    if show == "milestones":
        return milestones(result, goal, chance=chance)
    return size_to_prove(result, goal, deff=deff, cost=cost)


def _neighbour(name: str) -> Trend:
    """Return a series to rank with; a file that names no place goes by its own name."""
    from dataclasses import replace

    from literacy.instrument import Label

    made, stem = _published(name), Path(name).stem
    return made if made.area else replace(made, area=stem, label=Label(stem, stem))


def _published(name: str) -> Trend:
    """Return a published series by name, or the user's own figures from a file."""
    from literacy.projection import series_trend

    return _read(name) if Path(name).suffix.lower() in FILES else series_trend(name)


def _read(path: str, **more: Any) -> Trend:
    from literacy.projection import read_trend

    return read_trend(path, **more)
