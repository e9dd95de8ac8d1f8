"""``literacy weight``: calibrated weights, with diagnostics on stderr."""

from __future__ import annotations

from typing import Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.messages import tell


@click.command("weight")
@opt.file_argument
@opt.survey_option
@opt.wave_option
@opt.standard_option
@opt.encoding_option
@opt.decimal_option
@opt.personal_option
@opt.design_options
@opt.weighting_options
@opt.output_options(opt.DATA, "csv")
def command(
    file: str, survey: str | None, wave: str | None, standard: tuple[str, ...], encoding: str | None,
    decimal: str, keep_personal: bool, out: Output, **design: Any,
) -> None:  # fmt: skip
    """Weight FILE to population margins: adds the columns base_weight, weight and weighting to the data.

    The last records how the file was weighted; literacy estimate reads it, so that standard errors take the margins
    into account.

    Steps are applied in a fixed order: replicates, nonresponse, margins, trimming.

    \b
    Examples:
      literacy weight survey.sav --margins 2025 -o weighted.csv
      literacy weight survey.sav --margins 2025 --distance logit --bounds 0.5 2 --trim-upper 4 -o weighted.csv
      literacy weight scored.csv --margins margins.toml --max-ratio 5 -o weighted.csv
    """
    from literacy.cli.opening import one_standard, open_data, take_options
    from literacy.errors import LiteracyError
    from literacy.workflow.answerfiles import load_data, say_once
    from literacy.workflow.recipes import write_weighted
    from literacy.workflow.samples import build_sample
    from literacy.workflow.streaming.streamed_weighting import fits_blocks, weight_blocks

    wanted = take_options(design)
    if not wanted.steps.asked:
        raise LiteracyError(
            "margins.missing", where="--margins", what="neither margins nor any other step was given",
            fix="give a wave (--margins 2025) or a file of your own (--margins margins.toml)",
        )  # fmt: skip
    rule = one_standard(standard)
    begin = show_stages(3)
    begin(tell("reading {}", file))
    with open_data(file, encoding) as table:
        note = say_once(say)
        done = None
        if fits_blocks(table, wanted, out.form):
            done = weight_blocks(
                table, out.path, out.form, wanted, survey, wave, rule, keep_personal, decimal, say=note
            )
        if done is not None:
            out.report(done.changed)
            say(*(f"· {sentence}" for sentence in done.history), done.weighting)
            return
        data = load_data(table, survey, wave, rule, keep_personal, decimal=decimal, say=note)
    begin(tell("weighting"))
    sample = build_sample(data, wanted)
    say(*(f"· {sentence}" for sentence in (*getattr(data, "history", ()), *sample.codes.notes)))
    begin(tell("writing"))
    out.data(write_weighted(sample, data, wanted.steps))
    say(sample.weighting if sample.weighting is not None else sample)
