"""``literacy check``: suspicious responses, with reasons; nothing is deleted."""

from __future__ import annotations

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.messages import language, tell


@click.command("check")
@opt.file_argument
@opt.survey_option
@opt.wave_option
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default=language,
    help="Language of the reasons (default: that of messages).",
)
@opt.encoding_option
@opt.limit_option
@opt.output_options(("table", "html", *opt.DATA))
def command(
    file: str, survey: str | None, wave: str | None, lang: str, encoding: str | None,
    limit: tuple[str, ...], out: Output,
) -> None:  # fmt: skip
    """Check FILE for suspicious responses: speeding, straightlining, duplicates, impossible values, bots.

    Every flag has a reason; nothing is deleted (literacy score --exclude flagged does that, and reports it). A data
    table (.csv, .xlsx, …) has one line per flagged row (row, id, checks, reasons); html is a page. What is detected,
    and how often: docs/quality.md. Large files are read in blocks.

    \b
    Examples:
      literacy check survey.sav
      literacy check survey.sav --lang zh --format html -o page.html
      literacy check survey.sav --format csv --limit speed=0.25 -o flags.csv
    """
    from literacy.answers import open_responses
    from literacy.cli.opening import open_data
    from literacy.cli.quality_limits import read_limits
    from literacy.quality import check_file, format_page, format_terminal
    from literacy.quality.quality_terms import title

    limits = read_limits(limit)
    begin = show_stages(2)

    def seen(history: tuple[str, ...]) -> None:
        say(*history)
        begin(tell("checking"))

    begin(tell("reading {}", file))
    with open_data(file, encoding) as table:
        answers = open_responses(table, survey, wave, paradata=True)
        quality = check_file(answers, limits, seen=seen)
    if out.form == "table":
        out.text(format_terminal(quality, lang))
        return
    if out.form == "html":
        out.text(format_page(quality, lang))
    else:
        out.data(quality.flagged_rows(lang))
    say(title(quality, lang))
