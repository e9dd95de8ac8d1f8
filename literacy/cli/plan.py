"""``literacy plan``: the city's plan, its scoreboard and the yearly returns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say
from literacy.messages import language, tell

if TYPE_CHECKING:
    from literacy.instrument import Plan
    from literacy.sampling import Sample


def _choose_plan(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    """Return the survey named, that of the current folder, or the packaged one (with a note)."""
    if value or ctx.resilient_parsing:
        return value or ""
    from literacy._resources import SHIPPED
    from literacy.instrument import find_home

    if home := find_home([Path()]).survey:
        return home
    say(tell("· no plan was given: the plan of {}, which comes with the program, is used", SHIPPED))
    return SHIPPED


plan_option: opt.Decorator = click.option(
    "-i", "--survey", metavar="SURVEY", callback=_choose_plan,
    help="Survey (a name, or your own folder), or your own plan.toml (default: that of this folder).",
)  # fmt: skip
lang_option: opt.Decorator = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default=language,
    help="Language of the listing (default: that of messages).",
)


@click.group("plan")
def command() -> None:
    """Show the city's plan, its scoreboard, and the returns completed by its offices.

    \b
    Example:
      literacy plan show
      literacy plan template 2025 -o returns_2025.csv
      literacy plan status 2023.sav 2025.sav --margins auto --returns returns_2025.csv
    """


@command.command("show")
@plan_option
@lang_option
@opt.output_options()
def show(survey: str, lang: str, out: Output) -> None:
    """Show every action, project and task with its office and indicators.

    \b
    Example:
      literacy plan show --lang zh
      literacy plan show --format csv -o plan.csv
    """
    from literacy.instrument import load_plan
    from literacy.plan.listing import list_plan

    plan = load_plan(survey)
    if out.form == "table":
        out.text(f"{list_plan(plan, lang)}\n")
        return
    tasks = plan.to_frame().rename(columns={"zh": "task_zh", "en": "task_en"})
    wide = plan.indicators_frame().merge(tasks.drop(columns="indicators"), on="code", how="left")
    out.write(wide)


@command.command("template")
@click.argument("year", type=int)
@click.option(
    "--office", default="", metavar="NAME", help="Only the indicators this office is responsible for."
)
@click.option(
    "--returns",
    "reported",
    metavar="FILE",
    multiple=True,
    callback=opt.keep_input,
    help="Last year's return, for the column last_year; repeat for several offices.",
)
@plan_option
@opt.output_options(opt.DATA, "csv")
def template(year: int, office: str, reported: tuple[str, ...], survey: str, out: Output) -> None:
    """Write the empty return of YEAR: one row for each figure the offices report.

    Fill in value and source; leave a value empty if it is unknown; the labels are for information only. The columns
    office, deadline and last_year may be omitted.

    \b
    Example:
      literacy plan template 2025 -o returns_2025.csv
      literacy plan template 2025 --office 教育局 --returns returns_2024.csv -o education_2025.xlsx
    """
    from literacy.instrument import load_plan
    from literacy.plan import make_template, read_returns

    plan = load_plan(survey)
    frame = make_template(
        plan, year, office=office, returns=read_returns(reported, plan) if reported else None
    )
    tasks = [t for p in plan.parts for t in p.tasks]
    if office and not any(t.office for t in tasks):
        say(
            tell(
                "· the plan names no offices yet: the sheet of {} lists every row; leave empty "
                "what the office does not report",
                office,
            )
        )
    elif office and (unnamed := sum(not t.office for t in tasks)):
        say(tell("· {} tasks have no office assigned and appear on no office's sheet", unnamed))
    out.data(frame)


@command.command("status")
@opt.data_argument("files", nargs=-1)
@click.option(
    "--returns",
    "reported",
    metavar="FILE",
    multiple=True,
    callback=opt.keep_input,
    help="Annual return (.csv, .xlsx, .xls, .ods); repeat for several offices and years.",
)
@click.option(
    "--goal", metavar="INDICATOR:YEAR=VALUE", multiple=True,
    help="Goal of an indicator, reached at VALUE (a share as 0.15 or 15%); '>' or '<' instead of "
         "'=' if it must be exceeded or undercut.",
)  # fmt: skip
@click.option(
    "--year",
    type=int,
    help="Year of the scoreboard (default: that of the latest wave, otherwise of the latest return).",
)
@click.option(
    "--shared", is_flag=True, help="The waves share sampling units: their covariance is taken into account."
)
@click.option(
    "--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True,
    help="Confidence level of intervals and tests.",
)  # fmt: skip
@click.option(
    "--by-indicator",
    is_flag=True,
    help="In data output (csv, xlsx, …): one row per indicator instead of per task.",
)
@click.option(
    "--figures", metavar="DIR", help="Also draw the scoreboard on one page, in the language of --lang."
)
@plan_option
@lang_option
@opt.standard_option
@opt.encoding_option
@opt.design_options
@opt.weighting_options
@opt.output_options(("table", "html", *opt.DATA))
def status(
    files: tuple[str, ...], reported: tuple[str, ...], goal: tuple[str, ...], year: int | None, shared: bool,
    level: float, by_indicator: bool, figures: str | None, survey: str, lang: str,
    standard: tuple[str, ...], encoding: str | None, out: Output, **design: Any,
) -> None:  # fmt: skip
    """Draw up the scoreboard from FILES (one per wave) and the annual returns.

    Nothing is on course without data. An indicator is judged against its goal if it has one, otherwise by a test of
    its change since the start; every line states its evidence. --margins auto weights each wave to its own margins.

    \b
    Examples:
      literacy plan status 2021.sav 2023.sav 2025.sav --margins auto
      literacy plan status 2025.sav --margins auto --returns returns_2025.csv --format html --lang zh -o board.html
      literacy plan status 2023.sav 2025.sav --margins auto --lang zh --figures out/board
      literacy plan status --returns returns_2025.csv --goal venues:2027=12
    """
    from literacy.instrument import load_plan
    from literacy.plan import Returns, read_returns, scoreboard
    from literacy.workflow.forecasting import read_indicator_goal

    if not files and not reported:
        raise click.UsageError(tell("give survey files (one per wave), or --returns CSV, or both"))
    plan = load_plan(survey)
    board = scoreboard(
        plan,
        _load_samples(files, plan, survey, standard, design, encoding),
        returns=read_returns(reported, plan) if reported else Returns(),
        goals=dict(read_indicator_goal(text, plan) for text in goal),
        year=year,
        shared=shared,
        level=level,
    )
    if out.form == "html":
        out.text(board.to_html(lang))
    elif out.form == "table":
        out.text(board.to_text(lang) + "\n")
    else:
        frame = board.indicators_frame() if by_indicator else board.to_frame()
        out.write(frame, notes=board._notes(), shown=None if by_indicator else board.for_readers(frame, lang))
    if figures:
        from literacy.report.tables.adaptation import tables_of

        opt.draw_figures(tables_of(board), figures, (lang,))


def _load_samples(
    files: tuple[str, ...],
    plan: Plan,
    survey: str,
    standard: tuple[str, ...],
    design: dict[str, Any],
    encoding: str | None,
) -> dict[int, Sample]:
    """Return the weighted waves; the weighting of each is printed to stderr."""
    from literacy.cli.opening import chosen_sheet, one_standard, take_options
    from literacy.workflow.samples import load_waves

    if not files:
        return {}
    name = plan.survey if survey.lower().endswith(".toml") else survey
    samples = load_waves(
        files, name, one_standard(standard), take_options(design), encoding, sheet=chosen_sheet(), say=say
    )
    for year, sample in samples.items():
        say(
            f"· {year}: {sample.history[-1]}"
            + ("" if sample.weighting else tell("; base weights, no margins"))
        )
    return samples
