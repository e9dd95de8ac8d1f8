"""``literacy link``: linking of a scale to an earlier one by common items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say

if TYPE_CHECKING:
    import pandas as pd

    from literacy.psychometrics import IrtFit
    from literacy.workflow.samples import DesignOptions

METHODS = ("mean_mean", "mean_sigma", "haebara", "stocking_lord", "haberman", "robust")
MODELS = ("rasch", "1pl", "2pl", "3pl", "pcm", "gpcm", "grm")


@click.command("link")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option(
    "--method", type=click.Choice(METHODS), default="stocking_lord", show_default=True, help="Method."
)
@click.option(
    "--anchor",
    metavar="ITEM",
    multiple=True,
    help="A common item; repeat (default: all items with the same name).",
)
@click.option(
    "--clusters",
    metavar="COLUMN",
    help="Column of testlets or benchmarks, deleted together when estimating the linking error.",
)
@click.option("--fixed-slope", is_flag=True, help="Fix the slope at 1.")
@click.option(
    "--model",
    type=click.Choice(MODELS),
    default="2pl",
    show_default=True,
    help="Model to fit if the files contain answers.",
)
@click.option("--drift", is_flag=True, help="Show the shift of each common item instead of the constants.")
@click.option(
    "--item",
    metavar="NAME",
    multiple=True,
    help="An item to fit if the files contain answers; repeat (default: all scored items).",
)
@opt.survey_option
@opt.encoding_option
@opt.design_options
@opt.output_options()
def command(
    old: str, new: str, method: str, anchor: tuple[str, ...], clusters: str | None, fixed_slope: bool, model: str,
    drift: bool, item: tuple[str, ...], survey: str | None, encoding: str | None, out: Output, **rest: Any,
) -> None:  # fmt: skip
    """Link the scale of NEW to that of OLD through common items, with the linking error and the items that drifted.

    OLD and NEW are tables of items (item, a, b[, g], as literacy irt writes them) or files of answers; 2025=FILE names
    the wave of one whose wave cannot be determined.

    \b
    Examples:
      literacy link items_2023.csv items_2025.csv --clusters benchmark
      literacy link survey_2023.sav survey_2025.sav --model rasch --method robust --drift
      literacy link old.csv new.csv --item q1 --item q2 --item q3 --weight w --psu village
    """
    from literacy.psychometrics import link_items
    from literacy.workflow.samples import DesignOptions

    options = DesignOptions(**rest)
    first, second = (_load(path, survey, encoding, model, item, options) for path in (old, new))
    found = link_items(second, first, method, list(anchor) or None, clusters, fixed_slope)
    if drift:
        out.write(found.drift, notes=found._notes())
    else:
        out.write(found)


def _load(
    path: str,
    survey: str | None,
    encoding: str | None,
    model: str,
    items: tuple[str, ...],
    options: DesignOptions,
) -> IrtFit | pd.DataFrame:
    """A table of items, or a fit of the answers."""
    from literacy.cli.opening import open_data
    from literacy.psychometrics import fit_irt, read_table_of_items
    from literacy.workflow.answerfiles import load_data
    from literacy.workflow.samples import build_sample, split_wave

    wave, name = split_wave(path)
    with open_data(name, encoding) as file:
        if {"item", "a"} <= set(file.columns):
            return read_table_of_items(file)
        data: Any = load_data(file, survey, wave, say=say)
    fit = fit_irt(build_sample(data, options), list(items) or None, model)
    say(f"{path}: {fit._title()}", *(f"· {note}" for note in fit._notes()))
    return fit
