"""``literacy tabulate``: distributions of answers, from raw or scored data."""

from __future__ import annotations

from typing import Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say


@click.command("tabulate")
@opt.file_argument
@click.argument("questions", nargs=-1, required=True)
@click.option(
    "--by", metavar="COLUMN", multiple=True, help="Domains; repeat to cross. 'group' = the target groups."
)
@click.option(
    "--where", metavar="COLUMN=VALUE", multiple=True, help="Restrict to a domain; repeat for several."
)
@click.option(
    "--of", type=click.Choice(["asked", "answered"]), default="asked", show_default=True,
    help="Base of the shares: all who were asked, or those who answered.",
)  # fmt: skip
@click.option("--key", is_flag=True, help="Mark the correct answers of test items.")
@click.option("--ci", metavar="METHOD", help="Interval for shares, as in literacy estimate.")
@click.option(
    "--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True,
    help="Confidence level.",
)  # fmt: skip
@opt.cluster_options
@opt.survey_option
@opt.wave_option
@opt.encoding_option
@opt.design_options
@opt.weighting_options
@click.option(
    "--figures", metavar="DIR", help="Also draw the answers on one page, in the language of --lang."
)
@opt.lang_option
@opt.output_options()
def command(
    file: str, questions: tuple[str, ...], by: tuple[str, ...], where: tuple[str, ...], of: str, key: bool,
    ci: str | None, level: float, survey: str | None, wave: str | None, encoding: str | None,
    workers: int | None, cluster: str, figures: str | None, lang: str | None, out: Output, **design: Any,
) -> None:  # fmt: skip
    """Tabulate the answers to QUESTIONS in FILE: shares with intervals, from raw or scored data.

    A question is an item, or a pattern such as 'visit_*'; questions with the same answers are shown side by side. For
    a multiple-choice question each option has its own share; for a number the mean and the quartiles are shown.

    \b
    Examples:
      literacy tabulate survey.sav channel_main --by sex --margins 2025
      literacy tabulate survey.sav 'visit_*' -o visits.xlsx
      literacy tabulate survey.sav k01 k02 --key --lang zh
      literacy tabulate scored.csv k01_correct --by group
      literacy tabulate survey.sav channel_main --figures out/channels
    """
    from literacy.cli.estimate import parse_where
    from literacy.cli.opening import open_data, take_options
    from literacy.workflow.streaming.streamed_tabulation import AskedAnswers, tabulate_file

    asked = AskedAnswers(questions, by, parse_where(where) or None, of, key, ci or "logit", level)
    with open_data(file, encoding) as table:
        history, made = tabulate_file(
            table, asked, take_options(design), survey, wave, say=say, workers=workers, address=cluster
        )
    for sentence in history:
        say(f"· {sentence}")
    if figures:
        from literacy.messages import language
        from literacy.report.tables.adaptation import tables_of

        opt.draw_figures(tables_of(made), figures, (lang or language(),))
    out.write(made, lang)
