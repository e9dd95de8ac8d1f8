"""``literacy tabulate``: distributions of answers, from raw or scored data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say

if TYPE_CHECKING:
    from literacy.sampling import Sample
    from literacy.workflow.samples import DesignOptions


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
    ci: str | None, level: float, survey: str | None, wave: str | None, encoding: str | None, figures: str | None,
    lang: str | None, out: Output, **design: Any,
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
    from literacy.cli.opening import take_options
    from literacy.estimation import tabulate

    sample = _load(file, survey, wave, encoding, take_options(design))
    for sentence in sample.history:
        say(f"· {sentence}")
    made = tabulate(
        sample, *questions, by=list(by) or None, where=parse_where(where) or None, of=of, key=key, ci=ci or "logit",
        level=level,
    )  # fmt: skip
    if figures:
        from literacy.messages import language
        from literacy.report.tables.adaptation import tables_of

        opt.draw_figures(tables_of(made), figures, (lang or language(),))
    out.write(made, lang)


def _load(
    file: str, survey: str | None, wave: str | None, encoding: str | None, options: DesignOptions
) -> Sample:
    """Return a Sample of the answers; for scored files and plain tables, of their columns."""
    from literacy.answers import read
    from literacy.cli.opening import open_data
    from literacy.instrument import load_wave
    from literacy.scoring import is_scored, keep_answers
    from literacy.workflow.answerfiles import load_data, pick_survey, warn_whole
    from literacy.workflow.samples import build_sample

    with open_data(file, encoding) as table:
        if is_scored(table.schema.frame):
            return build_sample(load_data(table, survey, wave, say=say), options)
        own = wave is not None and Path(wave).suffix.lower() == ".toml"
        instrument = load_wave(str(wave), survey)[0] if own else pick_survey(table, survey, say)
        if instrument is None:
            return build_sample(load_data(table, survey, wave, say=say), options)
        warn_whole(table, None, True, say)
        return build_sample(keep_answers(read(table, instrument, wave)), options)
