"""``literacy project``: from waves to the chance of passing the goal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import emit, say

if TYPE_CHECKING:
    from literacy.projection import Trend


@click.command("project")
@click.argument("files", nargs=-1, type=click.Path(allow_dash=True))
@click.option(
    "--series", metavar="NAME", help="Project a published series (national, inner_mongolia, …) instead."
)
@click.option(
    "--estimates", metavar="CSV", help="Project published figures: columns year, estimate, se or n."
)
@click.option(
    "--goal", metavar="YEAR[=SHARE]", multiple=True, help="Goal: a year of the survey's goals, or 2030=0.2."
)
@click.option("--method", default="local_linear", show_default=True, help="Forecasting method.")
@click.option(
    "--prior-sd",
    type=float,
    default=None,
    help="How far the city's pace may lie from the nation's, in logits a year.",
)
@click.option("--horizon", type=int, help="Last year of the fan.")
@click.option(
    "--show", type=click.Choice(["fan", "goals", "sensitivity", "levels"]), default="fan", show_default=True,
    help="Which table csv and json give.",
)  # fmt: skip
@opt.survey_option
@opt.standard_option
@opt.design_options
@opt.weighting_options
@opt.format_option
@opt.out_option
def command(
    files: tuple[str, ...], series: str | None, estimates: str | None, goal: tuple[str, ...], method: str,
    prior_sd: float | None, horizon: int | None, show: str, survey: str | None, standard: tuple[str, ...],
    form: str, out: str, **design: Any,
) -> None:  # fmt: skip
    """Project the share of literate citizens from FILES (one a wave) and give the chance of each goal.

    --margins auto weights each wave to its own margins.

    \b
    Examples:
      literacy project 2021.sav 2023.sav 2025.sav --margins auto --goal 2025
      literacy project --series national --goal 2035=0.25
      literacy project --estimates city.csv --goal 2027=0.15 --format json --show goals
    """
    from literacy.cli.loading import one_standard, take_options
    from literacy.cli.waves import find_goals, load_waves, share_trend
    from literacy.instrument import load_instrument
    from literacy.projection import project

    if sum(map(bool, (files, series, estimates))) != 1:
        raise click.UsageError("give survey files, or --series NAME, or --estimates CSV")
    instrument = load_instrument(survey) if survey else None
    if files:
        samples = load_waves(files, survey, one_standard(standard), take_options(design))
        line, instrument = share_trend(samples), next(iter(samples.values())).instrument
    else:
        line = _published(series, estimates, standard)
    extra: dict[str, Any] = {} if prior_sd is None else {"prior_sd": prior_sd}
    result = project(line, find_goals(goal, instrument), method=method, horizon=horizon, **extra)
    for note in result.notes:
        say(f"· {note}")
    emit(
        result if form == "table" else getattr(result, f"{'to' if show == 'fan' else show}_frame")(),
        form,
        out,
    )


def _published(series: str | None, estimates: str | None, standard: tuple[str, ...]) -> Trend:
    from literacy.projection import read_trend, series_trend

    return series_trend(series) if series else read_trend(str(estimates))
