"""``literacy backtest``: how well would each method have forecast what then happened?"""

from __future__ import annotations

from typing import Any

import click

from literacy.cli import options as opt
from literacy.cli.output import emit


@click.command("backtest")
@click.option("--series", metavar="NAME", default="national", show_default=True, help="Published series.")
@click.option("--estimates", metavar="CSV", help="A series of your own: columns year, estimate, se or n.")
@click.option("--method", metavar="NAME", multiple=True, help="Method; repeat for several (default: all).")
@click.option(
    "--min-waves", type=int, default=4, show_default=True, help="Waves seen before the first forecast."
)
@click.option("--ahead", type=int, default=3, show_default=True, help="Waves forecast from each origin.")
@opt.format_option
@opt.out_option
def command(
    series: str,
    estimates: str | None,
    method: tuple[str, ...],
    min_waves: int,
    ahead: int,
    form: str,
    out: str,
) -> None:
    """Forecast a series from each of its own pasts, and score the forecasts: MAE, CRPS, Brier, coverage.

    \b
    Examples:
      literacy backtest --series national
      literacy backtest --estimates city.csv --method local_linear --method linear
    """
    from literacy.projection import backtest, read_trend, series_trend

    trend = read_trend(estimates) if estimates else series_trend(series)
    more: dict[str, Any] = {"method": method} if method else {}
    emit(backtest(trend, min_waves=min_waves, ahead=ahead, **more), form, out)
