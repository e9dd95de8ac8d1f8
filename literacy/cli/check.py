"""``literacy check``: which answers look wrong, and why; nothing is deleted."""

from __future__ import annotations

import click

from literacy.cli import options as opt
from literacy.cli.output import format_csv, format_json, say, write_data, write_text


@click.command("check")
@opt.file_argument
@opt.survey_option
@opt.wave_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "html"]),
    default="table",
    show_default=True,
    help="A view for the terminal, the flagged rows (csv, json), or a page.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="en",
    show_default=True,
    help="Language of the reasons.",
)
@opt.encoding_option
@opt.limit_option
@opt.out_option
def command(
    file: str, survey: str | None, wave: str | None, form: str, lang: str, encoding: str | None,
    limit: tuple[str, ...], out: str,
) -> None:  # fmt: skip
    """Check FILE for answers that look wrong: speeders, straight lines, doubles, impossible values, bots.

    Every flag has its reason; nothing is deleted (literacy score --exclude flagged does that, and says so).
    The csv has one line a flagged row: row, id, checks, reasons. What is found and how often: docs/quality.md.

    \b
    Examples:
      literacy check survey.sav
      literacy check survey.sav --lang zh --format html -o page.html
      literacy check survey.sav --format csv --limit speed=0.25 -o flags.csv
    """
    from literacy.answers import read
    from literacy.cli.limits import read_limits
    from literacy.quality import check_quality, format_page, format_terminal
    from literacy.quality.wording import title

    limits = read_limits(limit)
    responses = read(file, survey, wave, encoding=encoding)
    say(*responses.history)
    quality = check_quality(responses, limits)
    if form == "table":
        write_text(format_terminal(quality, lang), out)
        return
    if form == "html":
        write_text(format_page(quality, lang), out)
    elif form == "json":
        write_text(format_json(quality.flagged_rows(lang)) + "\n", out)
    elif out == "-":
        write_text(format_csv(quality.flagged_rows(lang)), out)
    else:
        write_data(quality.flagged_rows(lang), out)
    say(title(quality, lang))
