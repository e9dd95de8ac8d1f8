"""``literacy margins``: workbooks of population totals."""

from __future__ import annotations

from pathlib import Path

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, refuse_overwrite, say
from literacy.messages import language, tell


@click.group("margins")
def command() -> None:
    """Create a workbook for the population totals used in weighting, and check it once it is filled in.

    \b
    Example:
      literacy margins template -i mycity -o margins.xlsx
    """


@command.command("template")
@opt.survey_option
@click.option("-o", "--out", required=True, metavar="OUT", help="A file name that ends in .xlsx.")
@click.option(
    "--by",
    multiple=True,
    metavar="COLUMN",
    help="Column to weight by; repeat. sex|age_band is a cross-tabulation.",
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the sheets."
)
def template(survey: str | None, out: str, by: tuple[str, ...], lang: str) -> None:
    """Write a workbook with a sheet for each table of population totals, with its levels filled in.

    \b
    Examples:
      literacy margins template -i mycity -o margins.xlsx
      literacy margins template -i mycity -o margins.xlsx --by sex --by "residence|age_band"
    """
    from literacy.errors import LiteracyError
    from literacy.instrument import find_home
    from literacy.questionnaire import write_margins_form

    survey = survey or find_home([Path()]).survey or None
    if survey is None:
        raise LiteracyError("cli.usage", where="-i", what="no survey was given", fix="specify it: -i SURVEY")
    if not out.lower().endswith(".xlsx"):
        raise LiteracyError(
            "cli.usage",
            where="-o",
            what=tell("{} is not a workbook", out),
            fix="give it a name that ends in .xlsx",
        )
    refuse_overwrite(out)
    tables = write_margins_form(survey, out, by=by, lang=lang)
    say(tell("wrote {}: {}", out, ", ".join(tables)))
    say(tell("· enter counts, shares or percentages; then run literacy weight FILE --margins ") + out)


@command.command("show")
@click.argument("file")
@opt.survey_option
@opt.output_options()
def show(file: str, survey: str | None, out: Output) -> None:
    """Check FILE and show its tables as they will be used.

    \b
    Example:
      literacy margins show margins.xlsx -i mycity
    """
    from literacy.instrument import load_instrument, load_margins

    instrument = load_instrument(survey) if survey else None
    if instrument is not None and survey and file.isdigit() and not Path(file).exists():
        margins = load_margins(survey, int(file))  # the margins of a wave of the survey
    else:
        margins = load_margins(file, instrument=instrument)
    shown = None
    if instrument is not None and language() != "en":
        shown = margins.for_readers(margins.with_labels(instrument, language()), language())
    out.write(margins, shown=shown)
