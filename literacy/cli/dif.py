"""``literacy dif``: differential item functioning between two groups."""

from __future__ import annotations

from typing import Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say
from literacy.messages import tell

METHODS = (
    "mantel_haenszel", "logistic", "logistic_uniform", "logistic_nonuniform", "standardisation", "lord",
    "likelihood_ratio", "rmsd",
)  # fmt: skip


@click.command("dif")
@opt.file_argument
@click.option("--by", metavar="COLUMN", required=True, help="Column of the groups.")
@click.option(
    "--method", type=click.Choice(METHODS), default="mantel_haenszel", show_default=True, help="Method."
)
@click.option("--reference", metavar="LEVEL", help="Reference group (default: the largest).")
@click.option("--focal", metavar="LEVEL", help="Focal group (default: each of the others).")
@click.option("--purify", is_flag=True, help="Match on the items not flagged (purification).")
@click.option("--adjust", type=click.Choice(["none", "bh", "holm"]), default="none", show_default=True,
              help="Adjust p values for the number of items: bh limits the share of false alarms among the flagged "
                   "items, holm the probability of any.")  # fmt: skip
@click.option("--alpha", type=float, default=0.05, show_default=True, help="Significance level of the tests.")
@click.option(
    "--cut", type=float, default=0.7, show_default=True, help="Share of the points that defines the rates."
)
@click.option(
    "--item", metavar="NAME", multiple=True, help="An item; repeat for several (default: all scored items)."
)
@click.option(
    "--figures",
    metavar="DIR",
    help="Also draw every item's difference, into DIR/figures (in both languages).",
)
@opt.survey_option
@opt.wave_option
@opt.standard_option
@opt.encoding_option
@opt.personal_option
@opt.design_options
@opt.weighting_options
@opt.output_options()
def command(
    file: str, by: str, method: str, reference: str | None, focal: str | None, purify: bool, adjust: str,
    alpha: float, cut: float, item: tuple[str, ...], figures: str | None, survey: str | None, wave: str | None,
    standard: tuple[str, ...], encoding: str | None, keep_personal: bool, out: Output, **rest: Any,
) -> None:  # fmt: skip
    """Test every item of FILE for differential functioning (DIF) between two groups matched on score.

    \b
    Examples:
      literacy dif survey.sav --by language
      literacy dif survey.sav --by sex --method logistic --purify --format csv -o dif.csv
    """
    from literacy.cli.opening import one_standard, open_data, take_options
    from literacy.psychometrics import Dif, dif, mark_tables, tabulate_dif
    from literacy.workflow.answerfiles import load_data
    from literacy.workflow.samples import build_sample

    options = take_options(rest)
    with open_data(file, encoding) as table:
        data = load_data(table, survey, wave, one_standard(standard), keep_personal, say=say)
    sample = build_sample(data, options)
    found = dif(
        sample, by, method, list(item) or None, reference=reference, focal=focal, purify=purify, alpha=alpha,
        adjust=adjust, cut=cut,
    )  # fmt: skip
    tables = tabulate_dif(found) if figures else {}
    say(*(f"· {sentence}" for sentence in sample.history))
    if isinstance(found, Dif):
        rates = [
            tell(
                "{} {}: {:.0f} asked every item, {:.4f} with at least {:.0%} of the points, {:.4f} "
                "without the flagged items",
                by,
                r.group,
                r.n,
                r.rate,
                cut,
                r.rate_without,
            )
            for r in found.rates.itertuples()
        ]
        out.write(found.to_frame(), notes=[found._title(), *found._notes(), *rates])
    else:
        out.write(found)
    if tables:
        opt.draw_figures(mark_tables(tables, sample.origin), str(figures), ())
