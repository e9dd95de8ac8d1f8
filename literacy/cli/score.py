"""``literacy score``: a questionnaire file in, one row per respondent out."""

from __future__ import annotations

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_progress


@click.command("score")
@opt.file_argument
@opt.survey_option
@opt.wave_option
@opt.standard_option
@opt.encoding_option
@opt.personal_option
@click.option(
    "--exclude",
    type=click.Choice(["flagged"]),
    help="Leave out whom the quality check flags (literacy check).",
)
@opt.limit_option
@opt.output_options(opt.DATA, "csv")
def command(
    file: str, survey: str | None, wave: str | None, standard: tuple[str, ...], encoding: str | None,
    keep_personal: bool, exclude: str | None, limit: tuple[str, ...], out: Output,
) -> None:  # fmt: skip
    """Score FILE against a standard: points by dimension, total, tier and verdict, one row per respondent.

    Without -i the only survey whose items all match the file is taken. The CSV goes to stdout, or
    a table of the format its name asks for to OUT: .csv, .tsv, .json, .xlsx, .parquet, .sav, .zsav, .dta.
    Large files are read and written part by part, in memory that does not grow.

    \b
    Examples:
      literacy score survey.sav -o scored.csv
      literacy score survey.sav --exclude flagged -o clean.csv
      literacy score survey.sav -i erenhot --standard benchmark2016 -o scored.csv
    """
    from literacy.cli.limits import read_limits
    from literacy.cli.opening import one_standard, open_data
    from literacy.errors import LiteracyError
    from literacy.scoring import is_scored, score_file
    from literacy.workflow.answerfiles import load_data, require_scored

    if limit and not exclude:
        raise LiteracyError(
            "cli.usage", where=f"--limit {limit[0]}", what="nothing is checked here without --exclude flagged",
            fix="add --exclude flagged, or look first: literacy check FILE",
        )  # fmt: skip
    rule = one_standard(standard)
    with open_data(file, encoding) as table:
        if exclude or is_scored(table.schema.frame):
            limits = read_limits(limit) if exclude else None
            data = load_data(table, survey, wave, rule, keep_personal, limits, say=say)
            scored = require_scored(data, file)
            out.data(scored.frame, scored.instrument)
            say(scored)
            return
        with show_progress("scoring", long=table.in_blocks) as progress:
            done = score_file(
                table,
                out.path,
                survey,
                wave,
                rule,
                form=out.form,
                keep_personal=keep_personal,
                progress=progress,
            )
    out.told(done.changed)
    say(done)
