"""``literacy report``: tables, figures and documents of the annual report."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import refuse_replacing, say, show_stages
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.quality import Quality
    from literacy.report import Report

DOCUMENTS = ("docx", "pdf", "html", "xlsx")
SHORT = ("brief", "press", "slides")


class Names(click.ParamType[tuple[str, ...]]):
    """Comma-separated names, each from a given list (or any, without a list)."""

    name = "names"

    def __init__(self, allowed: tuple[str, ...] = ()) -> None:
        self.allowed = allowed

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split the value and check the names."""
        if isinstance(value, tuple):
            return value
        names = tuple(part.strip() for part in re.split("[,，、]", str(value)) if part.strip())
        for name in names:
            if self.allowed and name not in self.allowed:
                self.fail(tell("{!r} is not one of {}", name, ", ".join(self.allowed)), param, ctx)
        if not names:
            self.fail(tell("no name is given"), param, ctx)
        return tuple(dict.fromkeys(names))


def _tell_goals(report: Report, year: int) -> str:
    """Return the reason why no goal was assessed: there is none, or it is beyond the range of the waves."""
    from literacy.report.annual import own_goals, place_of

    study = report.study
    ahead = own_goals(study)
    if ahead:
        return tell("the goal of {} is not assessed: the share cannot be projected that far", ahead[0].year)
    place = place_of(study, report.settings).localized or study.instrument.label.localized
    return tell("{} has no goal from {} onwards: no goal is assessed", place, year)


@click.command("report")
@click.argument("year", type=int)
@opt.data_argument("files", nargs=-1)
@click.option(
    "-o", "--out", default="out/report", show_default=True, help="Folder for tables/, figures/ and report.*"
)
@click.option(
    "--format",
    "formats",
    type=Names(DOCUMENTS),
    default=None,
    metavar="docx,pdf,html,xlsx",
    help="Documents to write (default: tables and figures only).",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), multiple=True, help="Languages (default: both).")
@click.option("--parts", type=Names(), metavar="summary,results,…", help="Sections of the report, in order.")
@click.option(
    "--settings", metavar="report.toml", help="The office's settings (default: report.toml of the survey)."
)
@click.option("--template", metavar="office.docx", help="Word file whose styles and page layout are used.")
@click.option("--short", type=Names(SHORT), metavar="brief,press,slides", help="Short forms, in OUT/short/.")
@click.option(
    "--goal",
    metavar="YEAR[=SHARE]",
    multiple=True,
    help="Goals (default: the survey's next goal from YEAR on).",
)
@click.option(
    "--horizon",
    type=int,
    help="Last year of the fan chart (default: that of the last goal ahead, otherwise five years on).",
)
@click.option(
    "--returns", "reported", metavar="CSV", multiple=True, help="Annual return of the plan's offices; repeat."
)
@click.option(
    "--dispositions", metavar="FILE", callback=opt.keep_input,
    help="What became of the cases (of field close, or a visit log): AAPOR's rates in the quality statement.",
)  # fmt: skip
@click.option("--pdf-figures", is_flag=True, help="Also draw the figures as PDF.")
@opt.survey_option
@opt.standard_option
@opt.encoding_option
@opt.design_options
@opt.weighting_options
def command(
    year: int, files: tuple[str, ...], out: str, formats: tuple[str, ...] | None, lang: tuple[str, ...],
    parts: tuple[str, ...] | None, settings: str | None, template: str | None, short: tuple[str, ...] | None,
    goal: tuple[str, ...], horizon: int | None, reported: tuple[str, ...], dispositions: str | None, pdf_figures: bool,
    survey: str | None,
    standard: tuple[str, ...], encoding: str | None, **design: Any,
) -> None:  # fmt: skip
    """Write the report of YEAR from FILES (one per wave).

    Numbers go to OUT/tables/*.csv; the figures in OUT/figures/ and the documents OUT/report.{zh,en}.* are made from
    them. Without --format, tables and figures only.

    \b
    Examples:
      literacy report 2025 2025.sav -o out/report --lang zh
      literacy report 2025 2023.sav 2025.sav --margins auto -o out/report --format docx,pdf,html,xlsx
    """
    from literacy.cli.opening import chosen_sheet, one_standard, take_options
    from literacy.errors import LiteracyError
    from literacy.fieldwork import read_outcomes
    from literacy.report import load_settings
    from literacy.report.delivery import check_outputs
    from literacy.workflow.forecasting import find_goals
    from literacy.workflow.samples import load_waves
    from literacy.workflow.yearly import make_annual_report

    if not files:
        raise LiteracyError(
            "report.input", where=f"report {year}", what="no files were given",
            fix="give the survey files, one per wave; literacy demo reports on the synthetic sample",
        )  # fmt: skip
    refuse_replacing(out)
    check_outputs(out, formats or (), short or (), template, parts)
    chosen = load_settings(settings) if settings else None
    outcomes = read_outcomes(dispositions) if dispositions else None
    options = take_options(design | {"margins": design["margins"] or "auto"})
    begin = show_stages(len(files) + 2)
    checked: dict[int, Quality] = {}
    samples = load_waves(
        files,
        survey,
        one_standard(standard),
        options,
        encoding,
        year,
        sheet=chosen_sheet(),
        checked=checked,
        say=say,
        begin=begin,
    )
    instrument = next(iter(samples.values())).survey()[0]
    latest = max(samples)
    if latest < year:
        say(tell("no file is from {}: the report speaks of the wave of {}", year, latest))
    begin(tell("estimating"))
    report = make_annual_report(
        samples,
        year,
        returns=reported,
        goals=find_goals(goal, instrument) if goal else None,
        margins=options.steps.margins,
        horizon=horizon,
        settings=chosen,
        parts=parts,
        quality=checked.get(max((y for y in samples if y <= year), default=year)),
        dispositions=outcomes,
    )
    if not goal and not any(f.measure == "goal" for f in report.facts):
        say(_tell_goals(report, year))
    begin(tell("drawing and writing"))
    made = report.write(
        out, formats or (), lang=lang or ("zh", "en"), template=template, short=short or (),
        figure_formats=("svg", "png", "pdf") if pdf_figures else ("svg", "png"),
    )  # fmt: skip
    say(tell("{} files in {}", len(made), out), *(f"· {note}" for note in report._notes()))
