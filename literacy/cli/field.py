"""``literacy field``: monitoring and closing of fieldwork."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, refuse_overwrite, say


@click.group("field")
def command() -> None:
    """Monitor fieldwork from its visit log, and close it.

    \b
    Example:
      literacy field status visits.csv --sample sample.csv --end 2025-07-11
      literacy field close visits.csv --sample sample.csv --answers scored.csv -o cases.csv
    """


@command.command("status")
@opt.file_argument
@click.option(
    "--sample",
    required=True,
    metavar="FILE",
    callback=opt.keep_input,
    help="File written by literacy sample select.",
)
@click.option("--today", metavar="DAY", help="Date of the report (default: the last date in the log).")
@click.option("--start", metavar="DAY", help="First day of fieldwork (default: the first date in the log).")
@click.option("--end", metavar="DAY", help="Last planned day; without it there is no target for today.")
@click.option(
    "--by", metavar="COLUMN", multiple=True, help="For the R-indicator: columns known for every case; repeat."
)
@click.option(
    "--answers",
    metavar="FILE",
    callback=opt.keep_input,
    help="Answers so far: flags by interviewer (literacy check).",
)
@click.option("-i", "--survey", metavar="SURVEY", help="Survey of the answers.")
@click.option(
    "--share", type=float, default=0.12, show_default=True, help="Expected share, for the precision so far."
)
@click.option(
    "--icc",
    type=float,
    default=0.05,
    show_default=True,
    help="Intraclass correlation, for the precision so far.",
)
@click.option("--margin", type=float, help="Stop rule: the half-width to reach.")
@click.option(
    "--e",
    type=float,
    help="Proportion of the cases of unknown eligibility that are eligible, e (default: estimated).",
)
@click.option("--workbook", metavar="FILE", help="Also write the report as a workbook (.xlsx).")
@click.option("--figures", metavar="DIR", help="Also write the board's figures (.svg) to this folder.")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the page and the workbook.",
)
@opt.encoding_option
@opt.output_options(("table", "html", *opt.DATA))
def status(
    file: str, sample: str, today: str | None, start: str | None, end: str | None, by: tuple[str, ...],
    answers: str | None, survey: str | None, share: float, icc: float, margin: float | None, e: float | None,
    workbook: str | None, figures: str | None, lang: str, encoding: str | None, out: Output,
) -> None:  # fmt: skip
    """Show interviews planned, completed and expected by today, from FILE, a visit log.

    FILE has the columns unit, household, interviewer, date, disposition. By stratum, unit, interviewer and day; AAPOR
    outcome rates with e; R-indicator; precision so far and likely end date; alerts with reasons.

    \b
    Examples:
      literacy field status visits.csv --sample sample.csv --end 2025-07-11
      literacy field status visits.csv --sample sample.csv --end 2025-07-11 --format html -o board.html
      literacy field status visits.csv --sample sample.csv --margin 0.025 --answers so_far.sav -i erenhot
    """
    from literacy.fieldwork import (
        Assumptions,
        draw_status,
        encode_status,
        field_status,
        format_status,
        read_sample,
        read_visits,
    )

    flagged = _flags(answers, survey, encoding) if answers else {}
    board = field_status(
        read_sample(sample, encoding=encoding), read_visits(file, encoding=encoding), today=today, start=start, end=end,
        by=by, flagged=flagged, assume=Assumptions(share, icc, margin), e=e,
    )  # fmt: skip
    if out.form == "html":
        out.text(format_status(board, lang))
    elif out.form == "xlsx":
        out.put(encode_status(board, lang))
    else:
        out.write(board)
    if workbook:
        refuse_overwrite(workbook)
        Output(workbook, "xlsx").put(encode_status(board, lang))
    if figures:
        from literacy.files import make_folder

        make_folder(Path(figures))
    for name, drawn in draw_status(board, lang).items() if figures else ():
        Output(str(Path(str(figures)) / f"{name}.svg"), "svg").text(drawn)


@command.command("close")
@opt.file_argument
@click.option(
    "--sample",
    required=True,
    metavar="FILE",
    callback=opt.keep_input,
    help="File written by literacy sample select.",
)
@click.option(
    "--answers",
    metavar="FILE",
    callback=opt.keep_input,
    help="Answers or scores with the columns unit and household.",
)
@click.option(
    "--e",
    type=float,
    help="Proportion of the cases of unknown eligibility that are eligible, e (default: estimated).",
)
@click.option(
    "--person",
    type=click.Choice(["kish", "birthday", "random"]),
    help="How one adult of a household was chosen; log or answers have adults (kish: also person).",
)
@opt.encoding_option
@opt.output_options(opt.DATA, "csv")
def close(
    file: str, sample: str, answers: str | None, e: float | None, person: str | None, encoding: str | None, out: Output
) -> None:  # fmt: skip
    """Join FILE, a visit log, with the sample and the answers: one row per case, ready for weighting.

    The column responded (1/0) is the one read by --respondent of literacy weight and literacy estimate.

    \b
    Example:
      literacy field close visits.csv --sample sample.csv --answers scored.csv -o cases.csv
      literacy estimate cases.csv --share literate --weight base_weight --psu unit --respondent responded
    """
    from literacy.answers import read_plain
    from literacy.fieldwork import close_field, read_sample, read_visits

    scored: Any = None
    if answers:
        scored, notes = read_plain(answers, encoding=encoding)
        say(*(f"· {n}" for n in notes))
    cases = close_field(
        read_sample(sample, encoding=encoding),
        read_visits(file, encoding=encoding),
        scored,
        e=e,
        person=person,
    )
    out.data(cases.to_frame())
    say(cases)


def _flags(answers: str, survey: str | None, encoding: str | None) -> dict[str, float]:
    """Return the fraction of each interviewer's interviews flagged by the quality check."""
    from literacy.answers import read
    from literacy.fieldwork import flag_interviewers
    from literacy.quality import check_quality

    responses = read(answers, survey, encoding=encoding)
    found, notes = flag_interviewers(responses, check_quality(responses))
    say(*(f"· {n}" for n in notes))
    return found
