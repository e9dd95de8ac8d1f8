"""``literacy scenario``: groups that add up to the city, and what another pace, other shares or effort would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.projection import Contributions, Effort, GroupProjection, Scenario

ONE_GOAL = ("contributions", "effort")


@click.command("scenario")
@opt.data_argument("files", nargs=-1, required=True)
@opt.goal_option
@click.option(
    "--horizon", type=int, metavar="YEAR", help="Last year of the projection (default: that of the goal)."
)
@click.option(
    "--by", default="group", show_default=True, metavar="COLUMN",
    help="Groups: the prefix of their 0/1 columns ('group' = the five target groups), or a column of disjoint groups.",
)  # fmt: skip
@click.option(
    "--pace", metavar="GROUP=POINTS", multiple=True,
    help="Assume that a group gains so much per year instead of what is projected: elderly=0.02 or elderly=2% is two "
    "points per year; repeat for several groups.",
)  # fmt: skip
@click.option(
    "--extra", metavar="GROUP=POINTS", multiple=True,
    help="Assume that a group gains so much more per year than projected; repeat.",
)  # fmt: skip
@click.option(
    "--share", metavar="GROUP=SHARE", multiple=True,
    help="Assume that a group comes to this share of the population by the last projected year: elderly=25%; repeat.",
)  # fmt: skip
@click.option(
    "--show", type=click.Choice(["groups", "contributions", "city", "effort"]),
    help="groups: every group year by year, or with --pace, --extra or --share its level now and then; contributions: "
    "level of every group and its part in the gap to the goal; city: the city with what is assumed; effort: the least "
    "effort of the groups that reaches the goal (default: contributions, or city if something is assumed).",
)  # fmt: skip
@click.option(
    "--cost", metavar="GROUP=NUMBER", multiple=True,
    help="Relative cost of the effort for a group, with --show effort; groups that are not named then get no effort "
    "(default: 1 for every group).",
)  # fmt: skip
@click.option(
    "--limit", metavar="GROUP=POINTS", multiple=True,
    help="Largest gain of a group per year, with --show effort, instead of the largest gain shown so far; GROUP=none "
    "for no limit, none alone for no limit at all.",
)  # fmt: skip
@click.option(
    "--chance", type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Probability of passing that the effort must give (default: 0.5).",
)  # fmt: skip
@opt.survey_option
@opt.standard_option
@opt.encoding_option
@opt.design_options
@opt.weighting_options
@opt.lang_option
@opt.output_options()
def command(
    files: tuple[str, ...], goal: tuple[str, ...], horizon: int | None, by: str, pace: tuple[str, ...],
    extra: tuple[str, ...], share: tuple[str, ...], show: str | None, cost: tuple[str, ...], limit: tuple[str, ...],
    chance: float | None, survey: str | None, standard: tuple[str, ...], encoding: str | None, lang: str | None,
    out: Output, **design: Any,
) -> None:  # fmt: skip
    """Project the groups so that they add up to the city, from FILES (one per wave), and ask what would change it.

    Without further options: how literate each group is now and in the goal's year, and its part in the gap to the goal.
    Groups are named by their codes, such as elderly. --margins auto weights each wave to its own margins.

    \b
    Examples:
      literacy scenario 2023.sav 2025.sav --margins auto --goal 2027=0.15
      literacy scenario 2023.sav 2025.sav --margins auto --goal 2030=20% --pace elderly=2% --share youth=15%
      literacy scenario 2023.sav 2025.sav --margins auto --goal 2030=0.2 --show effort --chance 0.8
      literacy scenario 2023.sav 2025.sav --margins auto --goal 2030=0.2 --show groups -o groups.xlsx
    """
    from literacy.cli.opening import chosen_sheet, one_standard, take_options
    from literacy.projection import group_trends, project_groups
    from literacy.workflow.forecasting import find_goals, read_group_values
    from literacy.workflow.samples import load_waves, need

    assumed = {
        "pace": read_group_values(pace, "--pace"),
        "extra": read_group_values(extra, "--extra"),
        "shares": read_group_values(share, "--share"),
    }
    costs = read_group_values(cost, "--cost", percent=False)
    limits = None if limit == ("none",) else read_group_values(limit, "--limit", none=True)
    show = show or ("city" if any(assumed.values()) else "contributions" if goal else "groups")
    effort = {"--cost": bool(cost), "--limit": bool(limit), "--chance": chance is not None}
    _refuse_idle(show, {"--pace": pace, "--extra": extra, "--share": share}, effort, goal)
    options = take_options(design)
    begin = show_stages(len(files) + 1)
    waves = load_waves(
        files, survey, one_standard(standard), options, encoding, needed=need(options, ("literate", by)),
        sheet=chosen_sheet(), say=say, begin=begin,
    )  # fmt: skip
    begin(tell("projecting"))
    instrument = next(iter(waves.values())).survey()[0]
    projected = project_groups(group_trends(waves, by=by), find_goals(goal, instrument), horizon=horizon)
    if show == "effort":
        from literacy.projection import least_effort, next_goal

        result: Effort | Contributions | Scenario | GroupProjection = least_effort(
            projected, next_goal(projected.city), probability=0.5 if chance is None else chance,
            cost=costs or None, limit=float("inf") if limits is None else limits or None,
        )  # fmt: skip
    elif show == "contributions":
        from literacy.projection import find_contributions, next_goal

        result = find_contributions(projected, next_goal(projected.city))
    elif any(assumed.values()):
        from literacy.projection import what_if

        made = what_if(projected, **assumed)
        result = made.by_group() if show == "groups" else made
    else:
        result = projected
    out.write(result, lang)


def _refuse_idle(
    show: str, assumed: dict[str, tuple[str, ...]], effort: dict[str, bool], goal: tuple[str, ...]
) -> None:
    """Raise an error for options without effect on what is shown, and for a missing assumption or goal."""
    for name in (name for name, given in effort.items() if given and show != "effort"):
        raise click.UsageError(tell("{} has no effect without --show {}", name, "effort"))
    for name in (name for name, given in assumed.items() if given and show in ONE_GOAL):
        raise click.UsageError(tell("{} has no effect with --show {}", name, show))
    if show == "city" and not any(assumed.values()):
        raise click.UsageError(tell("--show city takes an assumption: --pace, --extra or --share"))
    if show in ONE_GOAL and len(goal) != 1:
        raise click.UsageError(tell("--show {} takes one goal, such as --goal 2030=0.2", show))
