"""``literacy estimate``: population estimates with their uncertainty, contrasts and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from literacy.cli import options as opt
from literacy.cli.output import Output, say, show_stages
from literacy.messages import language, tell

if TYPE_CHECKING:
    from literacy.estimation import Estimate
    from literacy.workflow.streaming.streamed_estimates import Asked

WANTED = ("share", "mean", "total", "ratio", "quantile", "variance")
CONCERNS = {
    "approximate": ("quantile",),
    "ci": ("share",),
    "deff": ("share", "mean", "total", "ratio", "variance"),
    **dict.fromkeys(("by", "contrast", "suppress", "level"), WANTED),
}
"""Options that do not concern everything that can be requested, with what they concern."""


def parse_where(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    """Parse ``COLUMN=VALUE`` pairs; a column given twice matches either value."""
    where: dict[str, list[str]] = {}
    for pair in pairs:
        column, sign, value = pair.partition("=")
        if not sign or not column:
            raise click.BadParameter(tell("'{}' is not COLUMN=VALUE", pair), param_hint="--where")
        where.setdefault(column, []).append(value)
    return where


@click.command("estimate")
@opt.file_argument
@click.option(
    "--share",
    metavar="V",
    multiple=True,
    help="Share of a 0/1 variable, or of each level of a categorical variable.",
)
@click.option("--mean", metavar="V", multiple=True, help="Mean of a numeric variable.")
@click.option("--total", metavar="V", multiple=True, help="Population total of a numeric variable.")
@click.option("--ratio", metavar="V/W", multiple=True, help="Ratio of two totals.")
@click.option(
    "--quantile", metavar="V@P", multiple=True, help="Quantile, for example total@0.5 (the median)."
)
@click.option(
    "--approximate",
    is_flag=True,
    help="Accept quantiles whose ranks are off by a stated error, from fewer passes over a large file.",
)
@click.option("--variance", metavar="V", multiple=True, help="Population variance of a numeric variable.")
@click.option(
    "--test",
    metavar="KIND:V[:W]",
    multiple=True,
    help="Test: independence:V:W, means:V:W, ranks:V:W, means:V.",
)
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
    "--contrast", metavar="A-B", multiple=True, help="Difference of two rows, named as in the table."
)
@click.option(
    "--ci",
    metavar="METHOD",
    help="Interval for shares: logit (default), beta, wilson, likelihood, arcsine, mean.",
)
@click.option(
    "--deff",
    type=click.Choice(["wr", "wor"]),
    default="wr",
    show_default=True,
    help="Reference design of deff.",
)
@click.option(
    "--suppress",
    type=int,
    metavar="N",
    help="Suppress cells with fewer than N respondents, and cells from which they could be derived.",
)
@click.option(
    "--level", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.95, show_default=True,
    help="Confidence level.",
)  # fmt: skip
@opt.cluster_options
@opt.survey_option
@opt.wave_option
@opt.standard_option
@opt.encoding_option
@opt.decimal_option
@opt.personal_option
@opt.design_options
@opt.weighting_options
@opt.lang_option
@opt.output_options()
def command(
    file: str, by: tuple[str, ...], where: tuple[str, ...], contrast: tuple[str, ...], test: tuple[str, ...],
    ci: str | None, deff: str, suppress: int | None, level: float, approximate: bool, survey: str | None,
    wave: str | None, standard: tuple[str, ...], encoding: str | None, decimal: str, keep_personal: bool,
    workers: int | None, cluster: str, lang: str | None, out: Output,
    **rest: Any,
) -> None:  # fmt: skip
    """Estimate from FILE (a raw or scored questionnaire file, or any table), accounting for the design.

    \b
    Examples:
      literacy estimate survey.sav --share literate --by group --margins 2025
      literacy estimate survey.sav --share literate --by group --contrast officials-workers --lang zh
      literacy estimate scored.csv --mean total --by sex --by age_band --format csv
      literacy estimate scored.csv --test independence:literate:sex
      literacy estimate any.csv --mean income --weight w --strata region --psu village --psu household
      literacy estimate survey.sav --share literate --standard cast100 --standard benchmark2016
    """
    from literacy.cli.opening import open_data, take_options
    from literacy.estimation import Joined
    from literacy.estimation import suppress as blank
    from literacy.workflow.samples import need
    from literacy.workflow.streaming.streamed_estimates import answer_file

    wanted = [(kind, v) for kind in WANTED for v in rest.pop(kind)]
    if not wanted and not test:
        raise click.UsageError(
            tell("specify what to estimate: --share V, --mean V, --total V, … or --test KIND:V:W")
        )
    _check_idle([*dict.fromkeys(kind for kind, _ in wanted), *(["test"] if test else [])])
    where_ = parse_where(where) or None
    common = {"by": list(by) or None, "where": where_, "level": level}
    options = take_options(rest)
    results: list[tuple[str, Any]] = []
    names, numbers = named_columns(wanted, test)
    needed = need(options, (*names, *by, *(where_ or ())), numbers)
    asked = [_ask(kind, text, common, ci, deff, approximate) for kind, text in wanted]
    asked += [_ask_test(text, where_) for text in test]
    begin = show_stages(2)
    begin(tell("reading and estimating"))
    with open_data(file, encoding) as table:
        answers = answer_file(
            table,
            asked,
            options,
            survey,
            wave,
            standard or ("",),
            keep_personal,
            needed,
            decimal,
            say=say,
            workers=workers,
            address=cluster,
        )
        for name, history, found in answers:
            for sentence in history:
                say(f"· {sentence}")
            for result in found[: len(wanted)]:
                rows = [result.contrast(*_sides(pair, result)) for pair in contrast] or [result]
                results += [(name, blank(e, suppress) if suppress else e) for e in rows]
            results += [(name, result) for result in found[len(wanted) :]]
    begin(tell("writing"))
    out.write(results[0][1] if len(results) == 1 else Joined(tuple(results), len(standard) > 1), lang)


def named_columns(wanted: list[tuple[str, str]], tests: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return the columns named by the options: all of them, and those that must be numeric."""
    names: list[str] = []
    numbers: list[str] = []
    for kind, text in wanted:
        if kind == "share":
            names.append(text.partition("=")[0])
        elif kind == "ratio":
            numbers += [part for part in text.split("/", 1) if part]
        else:
            numbers.append(text.partition("@")[0])
    names += [name for text in tests for name in text.split(":")[1:]]
    return names, numbers


def _ask(kind: str, text: str, common: dict[str, Any], ci: str | None, deff: str, approximate: bool) -> Asked:
    """Return one estimate request from its form on the command line."""
    from literacy.workflow.streaming.streamed_estimates import Asked

    if kind == "share":
        return Asked("proportion", (text,), {**common, "ci": ci or "logit", "deff": deff})
    if kind == "ratio":
        top, _, bottom = text.partition("/")
        return Asked("ratio", (top, bottom), {**common, "deff": deff})
    if kind == "quantile":
        variable, _, p = text.partition("@")
        more = {"approximate": True} if approximate else {}
        return Asked("quantile", (variable,), {**common, "p": _number(p or "0.5", text), **more})
    return Asked("population_variance" if kind == "variance" else kind, (text,), {**common, "deff": deff})


def _check_idle(wanted: list[str]) -> None:
    """Raise an error for options that change nothing of what is requested; say what part of it they leave out."""
    source = click.get_current_context().get_parameter_source
    for name, kinds in CONCERNS.items():
        idle = [kind for kind in wanted if kind not in kinds]
        if not idle or source(name) is ParameterSource.DEFAULT:
            continue
        if len(idle) < len(wanted):
            left = ", ".join(f"--{kind}" for kind in idle)
            say(f"· {tell('--{} does not concern {}, which is the same without it', name, left)}")
        else:
            raise click.UsageError(
                tell(
                    "--{} changes nothing here: it concerns {}. Omit it, or request one of these",
                    name,
                    ", ".join(f"--{kind}" for kind in kinds),
                )
            )


def _number(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise click.BadParameter(tell("'{}' is not V@P", where), param_hint="--quantile") from error


def _sides(pair: str, estimate: Estimate) -> tuple[str, str]:
    """Return the two rows of ``A-B``, by code or label; names may contain hyphens themselves (18-29)."""
    shown = [dict(zip(estimate.labelled(lang), estimate.names, strict=True)) for lang in ("zh", "en")]
    known = {**shown[0], **shown[1], **{name: name for name in estimate.names}}
    parts = pair.split("-")
    for cut in range(1, len(parts)):
        first, second = "-".join(parts[:cut]).strip(), "-".join(parts[cut:]).strip()
        if {first, second} <= set(known):
            return known[first], known[second]
    pairs = zip(estimate.names, estimate.labelled(language()), strict=True)
    rows = [name if name == label else f"{name} {label}" for name, label in pairs]
    raise click.BadParameter(tell("'{}' is not two of: {}", pair, ", ".join(rows)), param_hint="--contrast")


def _ask_test(text: str, where: Any) -> Asked:
    """Return one test request from its form on the command line."""
    from literacy.workflow.streaming.streamed_estimates import Asked

    kind, *names = text.split(":")
    tests = {"independence": (2, 2), "means": (1, 2), "ranks": (2, 2)}
    if kind not in tests or not tests[kind][0] <= len(names) <= tests[kind][1]:
        raise click.BadParameter(
            tell("'{}' is not one of independence:V:W, means:V:W, means:V, ranks:V:W", text)
        )
    return Asked("independence" if kind == "independence" else f"test_{kind}", tuple(names), {"where": where})
