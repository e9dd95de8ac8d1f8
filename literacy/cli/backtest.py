"""``literacy backtest``: accuracy of each forecasting method in the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.projection import Backtest, Trend

LEAST = 3
"""Minimum number of waves of a series included by ``--series all``."""


@click.command("backtest")
@click.option(
    "--series", metavar="NAME", multiple=True,
    help="Published series; repeat for several, 'all' for every series that is long enough "
         "(default: national).",
)  # fmt: skip
@click.option(
    "--estimates",
    metavar="CSV",
    callback=opt.keep_input,
    help="Your own series: columns year, estimate, se or n.",
)
@click.option("--method", metavar="NAME", multiple=True, help="Method; repeat for several (default: all).")
@click.option(
    "--higher", metavar="NAME",
    help="Higher-level published series that informs the pace, 'none' for none (default: the "
         "nation, for a place below it).",
)  # fmt: skip
@click.option(
    "--min-waves",
    type=int,
    help="Waves used before the first forecast (default: 4, or 2 where there are few).",
)
@click.option("--ahead", type=int, default=3, show_default=True, help="Waves to forecast from each origin.")
@opt.figures_options
@opt.output_options()
def command(
    series: tuple[str, ...], estimates: str | None, method: tuple[str, ...], higher: str | None,
    min_waves: int | None, ahead: int, figures: str | None, lang: tuple[str, ...], out: Output,
) -> None:  # fmt: skip
    """Forecast a series from each earlier wave (rolling origin), and score the forecasts: MAE, CRPS, Brier, coverage.

    \b
    Examples:
      literacy backtest --series national --figures out/backtest
      literacy backtest --series all --format csv -o backtest.csv
      literacy backtest --estimates city.csv --method local_linear --method linear
    """
    import pandas as pd

    from literacy.projection import read_trend

    if series and estimates:
        raise click.UsageError(tell("give either --series or --estimates, not both"))
    trends = [read_trend(estimates)] if estimates else _published(series or ("national",))
    results = [_try(one, method, higher, min_waves, ahead) for one in trends]
    if out.form == "table":
        out.text("\n\n".join(str(r) for r in results) + "\n")
    else:
        parts = [r.to_frame() for r in results]
        for part, result in zip(parts, results, strict=True):
            part.insert(0, "series", result.area)
        notes = [f"{r.area}: {note}" for r in results for note in r._notes()]
        out.write(pd.concat(parts, ignore_index=True), notes=notes)
    if figures:
        from literacy.report.tables.adaptation import tables_of

        if len(results) > 1:
            say(tell("the figure refers to {}", results[0].area))
        opt.draw_figures(tables_of(results[0]), figures, lang)


def _published(names: tuple[str, ...]) -> list[Trend]:
    from literacy.projection import list_series, series_trend

    known = list_series()
    long = [str(n) for n in known.loc[known["waves"] >= LEAST, "name"]]
    wanted = [n for name in names for n in (long if name == "all" else [name])]
    return [series_trend(name) for name in dict.fromkeys(wanted)]


def _try(
    trend: Trend, method: tuple[str, ...], higher: str | None, min_waves: int | None, ahead: int
) -> Backtest:
    """Return the backtest of one series, with the nation as higher level where comparable."""
    from literacy.projection import backtest, series_trend

    more: dict[str, Any] = {"method": method} if method else {}
    above = None if higher == "none" or trend.level == "nation" else series_trend(higher or "national")
    if above is not None and (higher or {s for s in trend.standards if s} <= set(above.standards)):
        more["higher"] = [above]
    waves = min_waves if min_waves is not None else 4 if len(trend) > 6 else 2
    return backtest(trend, min_waves=waves, ahead=ahead, **more)
