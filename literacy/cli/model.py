"""``literacy model``: regression of an outcome on predictors."""

from __future__ import annotations

from typing import Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.messages import tell


@click.command("model")
@opt.file_argument
@click.option("--outcome", required=True, metavar="V", help="The outcome variable.")
@click.option(
    "--on", "predictors", metavar="V", multiple=True, required=True, help="Predictor; repeat for several."
)
@click.option(
    "--family", type=click.Choice(["linear", "logistic", "poisson", "ordinal"]), default="linear", show_default=True,
    help="Type of regression.",
)  # fmt: skip
@click.option(
    "--reference", metavar="V=LEVEL", multiple=True, help="Reference level of a categorical predictor."
)
@click.option("--offset", metavar="V", help="Offset of a Poisson regression.")
@click.option(
    "--means", metavar="V", help="Adjusted means of a categorical predictor instead of coefficients."
)
@click.option("--effects", is_flag=True, help="Average marginal effects instead of coefficients.")
@click.option(
    "--where", metavar="COLUMN=VALUE", multiple=True, help="Restrict to a domain; repeat for several."
)
@opt.cluster_options
@opt.survey_option
@opt.wave_option
@opt.standard_option
@opt.encoding_option
@opt.decimal_option
@opt.personal_option
@opt.design_options
@opt.weighting_options
@opt.output_options()
def command(
    file: str, outcome: str, predictors: tuple[str, ...], family: str, reference: tuple[str, ...], offset: str | None,
    means: str | None, effects: bool, where: tuple[str, ...], survey: str | None, wave: str | None,
    standard: tuple[str, ...], encoding: str | None, decimal: str, keep_personal: bool, workers: int | None,
    cluster: str, out: Output, **design: Any,
) -> None:  # fmt: skip
    """Regress an outcome in FILE on predictors, with design-based standard errors.

    \b
    Examples:
      literacy model survey.sav --outcome literate --on age --on education_three --family logistic
      literacy model survey.sav --outcome literate --on residence --on education_three --means residence
    """
    from literacy.cli.estimate import parse_where
    from literacy.cli.opening import one_standard, open_data, take_options
    from literacy.estimation.models.formulas import model_columns
    from literacy.estimation.models.regression import Request
    from literacy.workflow.answerfiles import EVERYTHING
    from literacy.workflow.samples import need
    from literacy.workflow.streaming.streamed_estimates import answer_file
    from literacy.workflow.streaming.streamed_models import AskedModel

    options, domain = take_options(design), parse_where(where)
    levels = {column: values[0] for column, values in parse_where(reference).items()}
    request = Request(
        outcome, predictors, family=family, offset=offset, reference=levels or None, where=domain or None
    )
    asked = AskedModel(request, means, effects)
    begin = show_stages(2)
    begin(tell("reading and estimating"))
    with open_data(file, encoding) as table:
        named = model_columns(outcome, predictors, table.columns)
        more = (*domain, *(n for n in (offset, means) if n))
        answers = answer_file(
            table,
            (asked,),
            options,
            survey,
            wave,
            (one_standard(standard),),
            keep_personal,
            EVERYTHING if named is None else need(options, (*named, *more)),
            decimal,
            say=say,
            workers=workers,
            address=cluster,
            in_blocks=asked.in_blocks,
        )
        for _, history, (made,) in answers:
            say(*(f"· {sentence}" for sentence in history))
            if means or effects:
                say(made.title)
    begin(tell("writing"))
    out.write(made.result)
