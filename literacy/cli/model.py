"""``literacy model``: regression of an outcome on predictors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.sampling import Sample


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
    standard: tuple[str, ...], encoding: str | None, decimal: str, keep_personal: bool, out: Output, **design: Any,
) -> None:  # fmt: skip
    """Regress an outcome in FILE on predictors, with design-based standard errors.

    \b
    Examples:
      literacy model survey.sav --outcome literate --on age --on education_three --family logistic
      literacy model survey.sav --outcome literate --on residence --on education_three --means residence
    """
    from literacy.cli.estimate import parse_where
    from literacy.cli.opening import one_standard, open_data, take_options
    from literacy.estimation import marginal_effects, marginal_means, regress
    from literacy.workflow.answerfiles import EVERYTHING, load_data
    from literacy.workflow.samples import build_sample, need

    options = take_options(design)
    named = (outcome, *predictors, *parse_where(where), *(n for n in (offset, means) if n))
    plain = all(p.isidentifier() for p in predictors)
    needed = need(options, named) if plain else EVERYTHING
    begin = show_stages(3)
    begin(tell("reading {}", file))
    with open_data(file, encoding) as table:
        data = load_data(
            table,
            survey,
            wave,
            one_standard(standard),
            keep_personal,
            needed=needed,
            decimal=decimal,
            say=say,
        )
    begin(tell("weighting"))
    sample = build_sample(data, options)
    say(*(f"· {sentence}" for sentence in getattr(data, "history", ())))
    domain: Any = parse_where(where) or None
    wanted = [as_factor(sample, p) for p in predictors]
    levels = {column: values[0] for column, values in parse_where(reference).items()}
    begin(tell("fitting"))
    model = regress(
        sample,
        outcome,
        wanted,
        family=family,
        offset=offset,
        reference=levels or None,
        where=domain,
    )
    if means or effects:
        say(model._title())
    out.write(marginal_means(model, means) if means else marginal_effects(model) if effects else model)


def as_factor(sample: Sample, predictor: str) -> str:
    """Format a coded category of the instrument (1 urban, 2 sumu) as ``factor(…)``; scales and numbers as they are."""
    for item in sample.instrument.items if sample.instrument is not None else ():
        if item.name == predictor and item.type in ("category", "single", "true_false"):
            return f"factor({predictor})"
    return predictor
