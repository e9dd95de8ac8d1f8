"""``literacy estimate``: shares, means and totals with their uncertainty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import emit, say

if TYPE_CHECKING:
    import pandas as pd

    from literacy.estimation import Estimate


def parse_where(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    """``COLUMN=VALUE`` pairs; the same column twice means either value."""
    where: dict[str, list[str]] = {}
    for pair in pairs:
        column, sign, value = pair.partition("=")
        if not sign or not column:
            raise click.BadParameter(f"'{pair}' is not COLUMN=VALUE", param_hint="--where")
        where.setdefault(column, []).append(value)
    return where


@click.command("estimate")
@opt.file_argument
@click.option(
    "--share", metavar="V", multiple=True, help="Share of a 0/1 variable, or of each level of a category."
)
@click.option("--mean", metavar="V", multiple=True, help="Mean of a number.")
@click.option("--total", metavar="V", multiple=True, help="Population total of a number.")
@click.option(
    "--by",
    metavar="COLUMN",
    multiple=True,
    help="Domains; repeat to cross. 'group' = the five target groups.",
)
@click.option(
    "--where", metavar="COLUMN=VALUE", multiple=True, help="Restrict to a domain; repeat for several."
)
@click.option(
    "--ci", metavar="METHOD", default=None, help="Interval of shares: logit (default), beta, wilson, …"
)
@click.option(
    "--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True
)
@opt.survey_option
@opt.wave_option
@opt.standard_option
@opt.design_options
@opt.margins_options
@opt.format_option
@opt.lang_option
@opt.out_option
def command(
    file: str, share: tuple[str, ...], mean: tuple[str, ...], total: tuple[str, ...], by: tuple[str, ...],
    where: tuple[str, ...], ci: str | None, level: float, survey: str | None, wave: str | None,
    standard: tuple[str, ...], form: str, lang: str, out: str, **design: Any,
) -> None:  # fmt: skip
    """Estimate from FILE, a raw or scored questionnaire file or any table, with the design accounted for.

    \b
    Examples:
      literacy estimate survey.sav --share literate --by group --margins 2025
      literacy estimate scored.csv --mean total --by sex --by age_band --format csv
      literacy estimate any.csv --mean income --weight w --strata region --psu village --psu household
      literacy estimate survey.sav --share literate --standard cast100 --standard benchmark2016
    """
    import pandas as pd

    from literacy.cli.loading import DesignOptions, build_sample, load_data

    wanted = [("proportion", v) for v in share] + [("mean", v) for v in mean] + [("total", v) for v in total]
    if not wanted:
        raise click.UsageError("say what to estimate: --share V, --mean V or --total V")
    results = []
    for name in standard or ("",):
        sample = build_sample(load_data(file, survey, wave, name), DesignOptions(**design))
        for sentence in sample.history:
            say(f"· {sentence}")
        results += [(name, _estimate(sample, kind, v, by, where, ci, level)) for kind, v in wanted]
    if len(results) == 1:
        emit(results[0][1], form, out)
        return
    frames = [_named(name, e, several=len(standard) > 1) for name, e in results]
    emit(pd.concat(frames, ignore_index=True), form, out)


def _estimate(
    sample: Any,
    kind: str,
    variable: str,
    by: tuple[str, ...],
    where: tuple[str, ...],
    ci: str | None,
    level: float,
) -> Estimate:
    from literacy import estimation

    extra: dict[str, Any] = {"ci": ci} if ci and kind == "proportion" else {}
    function = getattr(estimation, kind)
    result: Estimate = function(
        sample, variable, by=list(by) or None, where=parse_where(where) or None, level=level, **extra
    )
    return result


def _named(standard: str, estimate: Estimate, several: bool) -> pd.DataFrame:
    frame = estimate.to_frame()
    if several:
        frame.insert(0, "standard", standard)
    return frame
