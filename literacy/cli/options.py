"""Options shared by several commands."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import click

from literacy.messages import tell

if TYPE_CHECKING:
    import pandas as pd

    from literacy.cli.output import Output

F = TypeVar("F", bound=Callable[..., Any])


class Decorator(Protocol):
    """A decorator that adds options and preserves the type of the command."""

    def __call__(self, function: F, /) -> F:
        """Return the command with the options added."""


def _stack(*decorators: Callable[[F], F]) -> Callable[[F], F]:
    def apply(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return apply


KEPT = "literacy.kept"
"""Key of the click context under which the file with standard input is stored."""


def keep_input(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Replace ``-`` by the name of a temporary file with standard input, which is removed when the command ends."""
    several = isinstance(value, tuple)
    values = value if several else (value,)
    if "-" not in values or ctx.resilient_parsing:
        return value
    if values.count("-") > 1 or KEPT in ctx.meta:
        raise click.UsageError(tell("standard input can be read once: only one file can be -"), ctx)
    from literacy.files import spool_input

    ctx.meta[KEPT] = kept = str(ctx.find_root().with_resource(spool_input()))
    names = tuple(kept if v == "-" else v for v in values)
    return names if several else names[0]


DATA = ("csv", "tsv", "json", "xlsx", "parquet", "sav", "zsav", "dta")
"""Formats of data tables."""
RESULT = ("table", "md", "html", *DATA)
"""Formats of results."""


def output_options(forms: Sequence[str] = RESULT, default: str = "table") -> Callable[[F], F]:
    """Add ``-o`` and ``--format``, passed to the command as an Output ``out`` whose name and format were checked."""

    def apply(function: F) -> F:
        @click.option(
            "--format", "form", type=click.Choice(forms), metavar="FORM",
            help=f"Format of stdout, or of OUT if its extension does not determine it: {', '.join(forms)} "
            f"(default: {default}).",
        )  # fmt: skip
        @click.option(
            "-o", "--out", default="-", metavar="OUT",
            help="File to write, in the format of its extension (.csv, .xlsx, …); - is stdout (default).",
        )  # fmt: skip
        @functools.wraps(function)
        def command(*args: Any, form: str | None, out: str, **given: Any) -> Any:
            return function(*args, out=open_output(out, form, forms, default), **given)

        return cast("F", command)

    return apply


def open_output(path: str, form: str | None, forms: Sequence[str], default: str) -> Output:
    """Return the Output, after checking before any work that it can be written and is not an input file."""
    from literacy.cli.output import Output, refuse_overwrite, refuse_screen
    from literacy.files.writing.output_formats import choose_form

    chosen = choose_form(path, form, forms, default)
    refuse_screen(path, chosen)
    refuse_overwrite(path)
    return Output(path, chosen)


def data_argument(name: str, **more: Any) -> Callable[[F], F]:
    """Add an argument for one or several data files; ``-`` is standard input."""
    return click.argument(name, type=click.Path(allow_dash=True), callback=keep_input, **more)


def _check_encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from literacy.files import check_encoding

    return check_encoding(value)


file_argument: Decorator = data_argument("file")


def _keep_sheet(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    from literacy.cli.opening import SHEET

    if value is not None:
        ctx.meta[SHEET] = value


encoding_option: Decorator = _stack(
    click.option(
        "--encoding",
        metavar="NAME",
        callback=_check_encoding,
        help="Encoding of the file, for example GB18030 (default: detected).",
    ),
    click.option(
        "--sheet",
        metavar="NAME",
        callback=_keep_sheet,
        expose_value=False,
        help="Sheet of a workbook (default: the first visible sheet that contains a table).",
    ),
)
decimal_option: Decorator = click.option(
    "--decimal",
    type=click.Choice([".", ","]),
    default=".",
    show_default=True,
    help="Decimal mark of numbers stored as text.",
)
survey_option: Decorator = click.option(
    "-i", "--survey", metavar="SURVEY",
    help="Survey: a name, or your own folder or workbook (default: as given in literacy.toml, or "
         "found from the items in the file).",
)  # fmt: skip
wave_option: Decorator = click.option(
    "-w",
    "--wave",
    metavar="WAVE|FILE",
    help="Wave, for example 2025, or your own wave file (default: found from the file).",
)
standard_option: Decorator = click.option(
    "--standard",
    metavar="STANDARD",
    multiple=True,
    help="Scoring standard; repeat to compare several side by side.",
)
lang_option: Decorator = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="Tables for readers: headings and labels in this language, shares in percent.",
)
personal_option: Decorator = click.option(
    "--keep-personal", is_flag=True, help="Keep names, phones and addresses (dropped by default)."
)
limit_option: Decorator = click.option(
    "--limit",
    metavar="NAME=VALUE",
    multiple=True,
    help="Change a limit of the quality check, for example speed=0.25; repeat.",
)

goal_option: Decorator = click.option(
    "--goal", metavar="YEAR[=SHARE]", multiple=True,
    help="A year of the survey's goals; 2030=0.2 or 2030=20% for more than 20 %, '2030>=0.2' if "
         "reaching 20 % is enough.",
)  # fmt: skip


figures_options: Decorator = _stack(
    click.option("--figures", metavar="DIR", help="Also draw: tables go to DIR/tables, the figures to DIR/figures."),
    click.option(
        "--lang", type=click.Choice(["zh", "en"]), multiple=True, help="Languages of the figures (default: both)."
    ),
)  # fmt: skip


def draw_figures(tables: Mapping[str, pd.DataFrame], folder: str, lang: Sequence[str]) -> None:
    """Write the tables of a result, draw the figures from those files, and report their location."""
    from literacy.cli.output import fill_output, say
    from literacy.report.figures.registry import CHARTS
    from literacy.report.folders import fill_report, refuse_others

    refuse_others(folder, list(tables))
    names = [c.name for c in CHARTS if c.table in tables]
    with fill_output(folder) as filling:
        gallery = fill_report(filling, folder, tables, tuple(lang) or ("zh", "en"), names)
    say(*(tell("wrote {}.csv", Path(folder) / "tables" / name) for name in tables), gallery._title())


design_options: Decorator = _stack(
    click.option("--weight", metavar="COLUMN", help="Base weight (overrides that of the wave)."),
    click.option("--strata", metavar="COLUMN", help="Strata."),
    click.option("--psu", metavar="COLUMN", multiple=True, help="Sampling unit; repeat, one per stage."),
    click.option("--fpc", metavar="COLUMN", multiple=True, help="Population count or sampling "
                                                                "fraction (fpc); repeat, one per "
                                                                "stage."),
    click.option(
        "--lonely-psu", type=click.Choice(["fail", "adjust", "average", "certainty", "remove"]),
        default="fail", show_default=True, help="Treatment of a stratum with a single sampling unit.",
    ),
    click.option("--universe", metavar="NAME", help="Universe (default: the indicator universe "
                                                    "of the survey)."),
)  # fmt: skip

weighting_options: Decorator = _stack(
    click.option("--margins", metavar="WAVE|FILE", help="Weight to these margins: those of a "
                                                        "wave, or your own TOML or CSV."),
    click.option("--max-ratio", type=float, metavar="X", help="Rake so that no weight increases "
                                                              "by more than a factor of X."),
    click.option(
        "--distance", type=click.Choice(["raking", "linear", "logit"]),
        help="Calibrate with this distance instead of raking by proportional fitting.",
    ),
    click.option("--bounds", type=float, nargs=2, metavar="LOW HIGH", help="Bounds of the ratio when calibrating."),
    click.option("--respondent", metavar="COLUMN", help="0/1 column: adjust for nonresponse first."),
    click.option("--cells", metavar="COLUMN", multiple=True, help="Nonresponse cells; repeat to cross."),
    click.option("--propensity", metavar="COLUMN", multiple=True, help="Predictors of response; repeat for several."),
    click.option("--classes", type=int, default=5, show_default=True, help="Propensity classes."),
    click.option("--trim-lower", type=float, metavar="X", help="Trim weights below X times the "
                                                               "mean weight."),
    click.option("--trim-upper", type=float, metavar="X", help="Trim weights above X times the "
                                                               "mean weight."),
    click.option("--replicates", metavar="METHOD", help="Replicate weights: jackknife, brr, fay, bootstrap, rao_wu."),
    click.option("--number", type=int, default=500, show_default=True, help="Number of bootstrap replicates."),
    click.option("--rho", type=float, default=0.5, show_default=True, help="Fay's factor."),
    click.option("--seed", type=int, help="Seed of the bootstrap (required for it)."),
)  # fmt: skip

cluster_options: Decorator = _stack(
    click.option(
        "--workers", metavar="N", type=click.IntRange(1),
        help="Read a large file by N processes of this machine; by default two where that pays.",
    ),
    click.option(
        "--cluster", metavar="ADDRESS", default="",
        help="Read a large file on a Dask cluster: tcp://HOST:8786 (extra: cluster).",
    ),
)  # fmt: skip
