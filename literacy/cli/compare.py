"""``literacy compare``: change between two waves, and its decomposition."""

from __future__ import annotations

from typing import Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.errors import LiteracyError
from literacy.messages import tell


@click.command("compare")
@opt.data_argument("before")
@opt.data_argument("after")
@click.option("--share", metavar="V", help="Compare the share of a 0/1 variable.")
@click.option("--mean", metavar="V", help="Compare the mean of a numeric variable.")
@click.option("--by", metavar="COLUMN", multiple=True, help="Domains; 'group' = the five target groups.")
@click.option(
    "--where", metavar="COLUMN=VALUE", multiple=True, help="Restrict to a domain; repeat for several."
)
@click.option(
    "--split", metavar="COLUMN", multiple=True,
    help="Decompose the change into composition and rate by these columns (Kitagawa).",
)  # fmt: skip
@click.option(
    "--shared", is_flag=True,
    help="The waves share sampling units (matched by label): their covariance is taken into account.",
)  # fmt: skip
@opt.survey_option
@opt.standard_option
@opt.encoding_option
@opt.design_options
@opt.weighting_options
@opt.lang_option
@opt.output_options()
def command(
    before: str, after: str, share: str | None, mean: str | None, by: tuple[str, ...], where: tuple[str, ...],
    split: tuple[str, ...], shared: bool, survey: str | None, standard: tuple[str, ...], encoding: str | None,
    lang: str | None, out: Output, **design: Any,
) -> None:  # fmt: skip
    """Compare the wave BEFORE with the wave AFTER: the change, its interval and test.

    Waves of a survey are put in order of year; two plain tables are used in the order given. --margins auto weights
    each wave to its own margins.

    \b
    Examples:
      literacy compare 2023.sav 2025.sav --share literate --by group --margins auto
      literacy compare 2023.sav 2025.sav --share literate --split education_three --margins auto
      literacy compare before.csv after.csv --mean score --strata region --psu village --weight w --shared
    """
    from literacy.cli.estimate import parse_where
    from literacy.cli.opening import chosen_sheet, one_standard, take_options
    from literacy.estimation import compare, decompose
    from literacy.workflow.samples import load_pair, need
    from literacy.workflow.streaming.streamed_estimates import Asked
    from literacy.workflow.streaming.streamed_waves import answer_pair, answer_wave

    variable = share or mean
    if not variable or (share and mean):
        raise click.UsageError(tell("specify what to compare: --share V or --mean V"))
    options = take_options(design)
    domain: Any = parse_where(where) or None
    number = (mean,) if mean else ()
    needed = need(options, (variable.partition("=")[0], *by, *split, *(domain or ())), number)
    begin = show_stages(2)
    begin(tell("reading and weighting"))
    files, rule, sheet = (before, after), one_standard(standard), chosen_sheet()
    statistic = "proportion" if share else "mean"
    if not split and not shared:
        asked = Asked(statistic, (variable,), {"by": list(by) or None, "where": domain})
        one, two = answer_pair(
            files,
            lambda file: answer_wave(
                file, asked, survey, rule, options, encoding, needed, sheet=sheet, say=say
            ),
        )
        _require_same(files, one.standard, two.standard)
        begin(tell("comparing"))
        out.write(compare(one.answer, two.answer), lang)
        return
    first, second = load_pair(files, survey, rule, options, encoding, needed, sheet=sheet, say=say)
    _require_same(files, first.origin.standard, second.origin.standard)
    begin(tell("comparing"))
    if split:
        out.write(decompose(first, second, variable, by=list(split), where=domain, shared=shared), lang)
        return
    result = compare(
        first, second, variable, by=list(by) or None, where=domain, statistic=statistic, shared=shared
    )
    out.write(result, lang)


def _require_same(files: tuple[str, str], first: str, second: str) -> None:
    """Raise an error for waves scored by different standards."""
    if first != second:
        raise LiteracyError(
            "trend.standards",
            where=", ".join(files),
            what=tell("the waves are scored by {} and {}", first, second),
            fix="score both by the same standard: --standard NAME",
        )
