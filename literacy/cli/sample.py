"""``literacy sample``: sample sizes, allocation, selection and field materials."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, refuse_overwrite, say
from literacy.messages import tell


@click.group("sample")
def command() -> None:
    """Plan and draw a sample, and print the field documents.

    \b
    Example:
      literacy sample size --share 0.135 --goal 0.12
      literacy sample allocate strata.csv --precision precision.csv
      literacy sample select frame.xlsx -n 30 --take 40 --seed 20250506 -o sample.csv
      literacy sample sheets sample.csv -o sheets
    """


@command.command("size")
@click.option(
    "--share",
    type=float,
    help="Expected share; with --goal, the true value at which the proof is to succeed.",
)
@click.option("--margin", type=float, help="Half-width of the interval (margin of error).")
@click.option("--goal", type=float, help="Goal to be proven: the whole interval lies beyond it.")
@click.option(
    "--power",
    type=float,
    help="Power: probability that the goal or the difference is shown (default for a goal: 0.8).",
)
@click.option(
    "--other", type=float, help="Share in the other wave or group: the size of each sample is planned."
)
@click.option("--sd", type=float, help="Standard deviation, for a mean.")
@click.option("--difference", type=float, help="For means: the true difference to be detected.")
@click.option(
    "--overlap",
    type=float,
    default=0.0,
    show_default=True,
    help="Proportion of people in both waves (a panel).",
)
@click.option(
    "--correlation",
    type=float,
    default=0.0,
    show_default=True,
    help="Correlation between the two answers of the same person.",
)
@click.option(
    "--sides",
    type=click.IntRange(1, 2),
    default=2,
    show_default=True,
    help="Two-sided interval or one-sided limit.",
)
@click.option("--level", type=float, default=0.95, show_default=True, help="Confidence level.")
@click.option("--deff", type=float, default=1.0, show_default=True, help="Expected design effect.")
@click.option("--population", type=float, help="Population size (default: infinite).")
@click.option("--response", type=float, default=1.0, show_default=True, help="Expected response rate.")
@click.option(
    "--icc",
    type=float,
    help="Intraclass correlation; with --cost-unit and --cost-interview, "
    "plans units and interviews per unit as well.",
)
@click.option("--cost-unit", type=float, help="Cost of one additional unit.")
@click.option("--cost-interview", type=float, help="Cost of one additional interview.")
@click.option("--budget", type=float, help="Instead of --margin: the budget.")
@opt.output_options()
def size(
    icc: float | None, cost_unit: float | None, cost_interview: float | None, budget: float | None, out: Output,
    **plan: Any,
) -> None:  # fmt: skip
    """Sample size for a precision, a difference, or proof that a goal is reached; or units and interviews in each.

    \b
    Examples:
      literacy sample size --share 0.12 --margin 0.02 --deff 1.5 --response 0.8
      literacy sample size --share 0.135 --goal 0.12 --power 0.8
      literacy sample size --share 0.12 --other 0.14 --power 0.8 --overlap 0.3 --correlation 0.5
      literacy sample size --share 0.12 --margin 0.02 --icc 0.05 --cost-unit 400 --cost-interview 60
    """
    from literacy.errors import LiteracyError
    from literacy.fieldwork import explain_size, plan_clusters

    costs = (icc, cost_unit, cost_interview)
    if any(c is not None for c in costs):
        if icc is None or cost_unit is None or cost_interview is None:
            raise LiteracyError(
                "cli.usage",
                where="--icc, --cost-unit, --cost-interview",
                what="one of them is missing",
                fix="give all three",
            )
        shared = {k: plan[k] for k in ("margin", "sd", "level")}
        share = plan["share"] if plan["share"] is not None else 0.12
        out.write(plan_clusters(cost_unit, cost_interview, icc, budget=budget, share=share, **shared))
        return
    if budget is not None:
        raise LiteracyError(
            "cli.usage",
            where="--budget",
            what="requires costs",
            fix="add --icc, --cost-unit and --cost-interview",
        )
    out.write(explain_size(**plan))


@command.command("allocate")
@opt.data_argument("strata")
@click.option(
    "--precision", metavar="FILE", callback=opt.keep_input,
    help="Requirements: domain, level, variable, cv; the cheapest allocation that meets them all is found.",
)  # fmt: skip
@click.option("-n", "--size", type=int, help="Instead of --precision: the number of respondents to allocate.")
@click.option(
    "--rule",
    type=click.Choice(["proportional", "equal", "power", "neyman"]),
    default="proportional",
    show_default=True,
    help="With -n: the allocation rule.",
)
@click.option(
    "--power",
    type=float,
    default=0.5,
    show_default=True,
    help="With --rule power: 0 is equal, 1 proportional.",
)
@click.option("--spread", metavar="COLUMN", help="With --rule neyman: column of standard deviations.")
@click.option("--budget", type=float, help="With --precision: the budget for interviews.")
@click.option(
    "--minimum", type=int, default=2, show_default=True, help="Minimum number of interviews per stratum."
)
@opt.encoding_option
@opt.output_options()
def allocate(
    strata: str, precision: str | None, size: int | None, rule: str, power: float, spread: str | None,
    budget: float | None, minimum: int, encoding: str | None, out: Output,
) -> None:  # fmt: skip
    """Allocate interviews to STRATA: for required precision (Bethel), or a given total.

    With --precision STRATA has one row per stratum: stratum, population, cost, mean_V and sd_V for each variable V,
    and a column for each type of domain. With -n it is a frame: unit, stratum, size.

    \b
    Examples:
      literacy sample allocate strata.csv --precision precision.csv -o allocation.csv --format csv
      literacy sample allocate strata.csv --precision precision.csv --budget 60000
      literacy sample allocate frame.xlsx -n 1200 --rule power
    """
    from literacy.answers import read_plain
    from literacy.errors import LiteracyError
    from literacy.fieldwork import allocate as share_out
    from literacy.fieldwork import allocate_domains, read_frame

    if (precision is None) == (size is None):
        raise LiteracyError(
            "cli.usage",
            where="--precision, -n",
            what="give one of them only",
            fix="--precision FILE or -n 1200",
        )
    if size is not None:
        if budget is not None:
            raise LiteracyError(
                "cli.usage", where="--budget", what="is used only with --precision", fix="omit it"
            )
        frame = read_frame(strata, encoding=encoding)
        say(*(f"· {n}" for n in frame.notes))
        out.write(share_out(frame, size, rule=rule, power=power, spread=spread, minimum=minimum))
        return
    table, notes = read_plain(strata, encoding=encoding)
    demands, more = read_plain(str(precision), encoding=encoding)
    say(*(f"· {n}" for n in (*notes, *more)))
    found = allocate_domains(table, demands, minimum=minimum, budget=budget)
    out.write(found, notes=found.notes)
    if out.form != "table":
        say(found._title())


@command.command("select")
@opt.data_argument("frame")
@click.option(
    "-n",
    "--units",
    metavar="N|STRATUM=N",
    multiple=True,
    required=True,
    help="Number of units in all, or in a stratum; repeat.",
)
@click.option(
    "--seed",
    type=int,
    required=True,
    help="Makes the draw reproducible: fix it beforehand, publish it afterwards.",
)
@click.option(
    "--method",
    type=click.Choice(["pps", "sampford", "brewer", "pivotal", "simple", "systematic"]),
    default="pps",
    show_default=True,
    help="Proportional to size: pps (systematic), sampford, brewer, pivotal; equal probability: "
    "simple, systematic.",
)
@click.option(
    "--take", metavar="N|STRATUM=N", multiple=True, help="Interviews in each unit; repeat for strata."
)
@click.option("--strata", metavar="COLUMN", help="Column of strata (default: stratum, if the frame has it).")
@click.option(
    "--measure", metavar="COLUMN", help="Column of unit sizes (default: size, if the frame has it)."
)
@click.option(
    "--minimum", type=int, help="Minimum number of units per stratum (default 2, if there are enough)."
)
@click.option("--reserve", type=int, default=0, show_default=True, help="Reserve units per stratum.")
@click.option("--order", metavar="COLUMN", multiple=True, help="Sort by this before the draw; repeat.")
@click.option(
    "--lists",
    metavar="FILE",
    callback=opt.keep_input,
    help="Lists of households or persons of the units: draw --take from each.",
)
@click.option(
    "--protocol", metavar="FILE", help="Also write a page that allows anyone to reproduce the draw (.html)."
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the page."
)
@opt.encoding_option
@opt.output_options(opt.DATA, "csv")
def select(
    frame: str, units: tuple[str, ...], seed: int, method: str, take: tuple[str, ...], strata: str | None,
    measure: str | None, minimum: int | None, reserve: int, order: tuple[str, ...], lists: str | None,
    protocol: str | None, lang: str, encoding: str | None, out: Output,
) -> None:  # fmt: skip
    """Draw units from FRAME (the office's own workbook: unit, stratum, size, certainty; Chinese headings accepted).

    The sample has the columns of the frame and stage, probability, base_weight, order, reserve. With --lists people
    or households are drawn within each selected unit as well.

    \b
    Examples:
      literacy sample select frame.xlsx -n 30 --take 40 --seed 20250506 -o sample.csv --protocol draw.html
      literacy sample select frame.xlsx -n sumu=5 -n town=12 --method sampford --reserve 2 --seed 7 -o sample.csv
      literacy sample select frame.xlsx -n 30 --take 40 --seed 7 --lists residents.csv -o sample.csv
    """
    from literacy.answers import read_plain
    from literacy.errors import LiteracyError
    from literacy.fieldwork import format_protocol, read_frame, select_within
    from literacy.fieldwork import select as draw

    read = read_frame(frame, encoding=encoding)
    say(*(f"· {n}" for n in read.notes))
    asked = _numbers(take, "--take")
    drawn = draw(
        read, _numbers(units, "-n"), seed=seed, strata=strata, measure=measure, method=method, take=asked,
        minimum=minimum, reserve=reserve, order=list(order) or None,
    )  # fmt: skip
    result: Any = drawn
    if lists:
        if asked is None:
            raise LiteracyError(
                "cli.usage", where="--lists", what="the number per unit is not given", fix="add --take N"
            )
        listed, notes = read_plain(lists, encoding=encoding)
        say(*(f"· {n}" for n in notes))
        result = select_within(drawn, listed)
    if protocol:
        refuse_overwrite(protocol)
        Output(protocol, "html").text(format_protocol(drawn, lang))
    out.data(result.to_frame())
    say(result._title(), *(f"· {n}" for n in result.history))


@command.command("sheets")
@opt.data_argument("sample")
@click.option("-o", "--out", required=True, metavar="DIR", help="Folder to write to.")
@click.option("--seed", type=int, default=1, show_default=True, help="For Kish tables and random starts.")
@click.option(
    "-i",
    "--survey",
    metavar="SURVEY",
    help="Also the survey's form, with the selected units and households in it.",
)
@click.option("-w", "--wave", metavar="WAVE", help="Only the items of this wave.")
@click.option("--greeting", metavar="FILE", help="A text to print on every sheet (any script).")
@click.option(
    "--spare",
    type=int,
    default=0,
    show_default=True,
    help="Extra lines beyond the interviews planned in a unit.",
)
@click.option(
    "--order", metavar="COLUMN", multiple=True, help="Sort the sheets by this (a number on the map); repeat."
)
@click.option(
    "--person",
    type=click.Choice(["random", "kish", "birthday", "none"]),
    default="random",
    show_default=True,
    help="How one adult of a household is chosen; none: the list is one of persons.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the documents.",
)
@opt.encoding_option
def sheets(
    sample: str, out: str, seed: int, survey: str | None, wave: str | None, greeting: str | None, spare: int,
    order: tuple[str, ...], person: str, lang: str, encoding: str | None,
) -> None:  # fmt: skip
    """Print the field documents for SAMPLE: contact sheets, visit log, Kish tables, instructions, the form for tablets.

    \b
    Examples:
      literacy sample sheets sample.csv -o sheets
      literacy sample sheets sample.csv -o sheets -i erenhot -w 2025 --lang en
    """
    from literacy.fieldwork import read_sample, write_sheets

    text = _greeting(greeting) if greeting else ""
    done = write_sheets(
        read_sample(sample, encoding=encoding),
        out,
        seed=seed,
        lang=lang,
        survey=survey,
        wave=wave,
        greeting=text,
        spare=spare,
        order=list(order) or None,
        person=person,
    )
    say(*(tell("wrote {}", path) for path in done.files), *(f"· {n}" for n in done.notes))


def _greeting(path: str) -> str:
    """Return the office's text; a file that is not UTF-8 text is an error."""
    from literacy.errors import LiteracyError

    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise LiteracyError(
            "io.missing" if isinstance(error, OSError) else "io.encoding",
            where=path,
            what=tell("cannot be read as text ({})", type(error).__name__),
            fix="give a text file in UTF-8",
        ) from None


def _numbers(texts: tuple[str, ...], where: str) -> Any:
    """Parse ``30``, or repeated ``sumu=5``, as a number or a mapping."""
    from literacy.errors import LiteracyError

    if not texts:
        return None
    try:
        if len(texts) == 1 and "=" not in texts[0]:
            return int(texts[0])
        pairs = [t.rsplit("=", 1) for t in texts]
        return {name.strip(): int(number) for name, number in pairs}
    except ValueError:
        raise LiteracyError(
            "cli.usage", where=f"{where} {' '.join(texts)}", what="is neither a number nor STRATUM=N",
            fix=tell("write {} 30, or {} sumu=5 {} town=12", where, where, where),
        ) from None  # fmt: skip
