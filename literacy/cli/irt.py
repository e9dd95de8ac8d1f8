"""``literacy irt``: item response models with design-based standard errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.provenance import Origin
    from literacy.psychometrics import IrtFit

MODELS = ("rasch", "1pl", "2pl", "3pl", "pcm", "gpcm", "grm")
SCORES = ("eap", "map", "ml", "wle", "sum")


@click.command("irt")
@opt.file_argument
@click.option("--model", type=click.Choice(MODELS), default="2pl", show_default=True, help="Response model.")
@click.option(
    "--item", metavar="NAME", multiple=True, help="An item; repeat for several (default: all scored items)."
)
@click.option("--groups", metavar="COLUMN", help="Groups or waves, each with its own mean and variance.")
@click.option(
    "--fixed", metavar="CSV", help="Items with known parameters (item, a, b[, g]), which fix the scale."
)
@click.option("--fit", "with_fit", is_flag=True, help="Also S-X2, outfit, infit and RMSD of every item.")
@click.option("--scores", metavar="FILE", help="Also write each respondent's ability estimate to FILE.")
@click.option(
    "--method", type=click.Choice(SCORES), default="eap", show_default=True, help="Estimator of ability."
)
@click.option(
    "--cut", type=float, multiple=True, metavar="SCORE", help="Cut score on the sum score to mark; repeat."
)
@opt.figures_options
@opt.survey_option
@opt.wave_option
@opt.standard_option
@opt.encoding_option
@opt.personal_option
@opt.design_options
@opt.weighting_options
@opt.output_options()
def command(
    file: str, model: str, item: tuple[str, ...], groups: str | None, fixed: str | None, with_fit: bool,
    scores: str | None, method: str, cut: tuple[float, ...], figures: str | None, lang: tuple[str, ...],
    survey: str | None, wave: str | None, standard: tuple[str, ...], encoding: str | None, keep_personal: bool,
    out: Output, **rest: Any,
) -> None:  # fmt: skip
    """Fit an item response model to FILE: difficulty and slope of every item, with their standard errors.

    \b
    Examples:
      literacy irt survey.sav --model 2pl --margins 2025
      literacy irt survey.sav --fit --format csv -o items.csv
      literacy irt table.csv --item q1 --item q2 --item q3 --model rasch --scores positions.csv --method wle
    """
    from literacy.cli.opening import one_standard, open_data, take_options
    from literacy.psychometrics import fit_irt, item_fit, person_scores, read_table_of_items
    from literacy.workflow.answerfiles import load_data
    from literacy.workflow.samples import build_sample

    options = take_options(rest)
    begin = show_stages(3)
    begin(tell("reading {}", file))
    with open_data(file, encoding) as table:
        data = load_data(table, survey, wave, one_standard(standard), keep_personal, say=say)
    begin(tell("weighting"))
    sample = build_sample(data, options)
    known = read_table_of_items(fixed) if fixed else None
    begin(tell("fitting"))
    fit = fit_irt(sample, list(item) or None, model, groups=groups, fixed=known)
    say(*(f"· {sentence}" for sentence in sample.history))
    if with_fit:
        found = item_fit(fit)
        both = fit.to_frame().merge(found.to_frame(), on="item", how="left")
        out.write(both, notes=[*fit._notes(), *found._notes()])
    else:
        out.write(fit)
    if scores:
        made = person_scores(fit, method)
        say(*(f"· {note}" for note in made._notes()))
        named = made.to_frame()
        number = getattr(sample.instrument, "id_column", "")
        if number in sample.frame:
            named.insert(0, number, sample.frame[number].to_numpy())
        opt.open_output(scores, None, opt.DATA, "csv").data(named)
    if figures:
        draw(fit, cut, figures, lang, sample.origin)


def draw(fit: IrtFit, cuts: tuple[float, ...], figures: str, lang: tuple[str, ...], origin: Origin) -> None:
    """The item map, the characteristic curves and the information with the cuts."""
    from literacy.psychometrics import mark_tables, tabulate_figures

    opt.draw_figures(mark_tables(tabulate_figures(fit, cuts), origin), figures, lang)
