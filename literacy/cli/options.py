"""Options that several commands share, each written once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _stack(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    def apply(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


file_argument = click.argument("file", type=click.Path(allow_dash=True))
survey_option = click.option(
    "-i", "--survey", metavar="SURVEY", help="Survey (a name, or a folder of your own)."
)
wave_option = click.option(
    "-w", "--wave", metavar="WAVE", help="Wave, for example 2025 (default: found from the file)."
)
standard_option = click.option(
    "--standard",
    metavar="STANDARD",
    multiple=True,
    help="Scoring standard; repeat to see several side by side.",
)
out_option = click.option(
    "-o", "--out", default="-", metavar="OUT", help="File to write; - is stdout (default)."
)
lang_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True, help="Language of labels."
)
format_option = click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True,
    help="How the result is written.",
)  # fmt: skip
personal_option = click.option(
    "--keep-personal", is_flag=True, help="Keep names, phones and addresses (dropped by default)."
)

design_options = _stack(
    click.option("--weight", metavar="COLUMN", help="Base weight (overrides the wave's own)."),
    click.option("--strata", metavar="COLUMN", help="Strata."),
    click.option("--psu", metavar="COLUMN", multiple=True, help="Sampling unit; repeat, one a stage."),
    click.option("--fpc", metavar="COLUMN", multiple=True, help="Population count or fraction; repeat, one a stage."),
    click.option(
        "--lonely-psu", type=click.Choice(["fail", "adjust", "average", "certainty", "remove"]),
        default="fail", show_default=True, help="What to do with a stratum of a single unit.",
    ),
    click.option("--universe", metavar="NAME", help="Universe (default: the survey's indicator universe)."),
)  # fmt: skip

margins_options = _stack(
    click.option(
        "--margins", metavar="WAVE|FILE", help="Rake to these margins: a wave's, or a TOML or CSV of yours."
    ),
    click.option(
        "--max-ratio", type=float, metavar="X", help="Largest change of a weight: ratio between 1/X and X."
    ),
)
