"""``literacy score``: scores of a questionnaire file, one row per respondent."""

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
    help="Exclude respondents flagged by the quality check (literacy check).",
)
@opt.limit_option
@opt.output_options(opt.DATA, "csv")
def command(
    file: str, survey: str | None, wave: str | None, standard: tuple[str, ...], encoding: str | None,
    keep_personal: bool, exclude: str | None, limit: tuple[str, ...], out: Output,
) -> None:  # fmt: skip
    """Score FILE by a standard: points by dimension, total, tier and verdict, one row per respondent.

    Without -i, the only survey whose items all match the file is used. CSV is written to stdout, or to OUT a table in
    the format of its extension: .csv, .tsv, .json, .xlsx, .parquet, .sav, .zsav, .dta. Large files are read and
    written in blocks, with constant memory.

    \b
    Examples:
      literacy score survey.sav -o scored.csv
      literacy score survey.sav --exclude flagged -o clean.csv
      literacy score survey.sav -i erenhot --standard benchmark2016 -o scored.csv
    """
    from literacy.cli.opening import one_standard, open_data
    from literacy.cli.quality_limits import read_limits
    from literacy.errors import LiteracyError
    from literacy.scoring import is_scored, score_file
    from literacy.workflow.answerfiles import load_data, require_scored, score_unflagged

    if limit and not exclude:
        raise LiteracyError(
            "cli.usage", where=f"--limit {limit[0]}", what="nothing is checked here unless "
                                                           "--exclude flagged is given",
            fix="add --exclude flagged, or inspect the flags first: literacy check FILE",
        )  # fmt: skip
    rule = one_standard(standard)
    with open_data(file, encoding) as table:
        if is_scored(table.schema.frame):
            limits = read_limits(limit) if exclude else None
            data = load_data(table, survey, wave, rule, keep_personal, limits, say=say)
            scored = require_scored(data, file)
            out.data(scored.frame, scored.instrument)
            say(scored)
            return
        with show_progress("scoring", long=table.in_blocks) as progress:
            if exclude:
                done = score_unflagged(
                    table, out.path, survey, wave, rule, read_limits(limit), form=out.form,
                    keep_personal=keep_personal, progress=progress,
                )  # fmt: skip
            else:
                done = score_file(
                    table, out.path, survey, wave, rule, form=out.form, keep_personal=keep_personal,
                    progress=progress,
                )  # fmt: skip
    out.report(done.changed)
    say(done)
