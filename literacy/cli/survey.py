"""``literacy survey``: creation, listing, checking, conversion and export of surveys, and matching of data files."""

from __future__ import annotations

from pathlib import Path

import click

from literacy.cli import options as opt
from literacy.cli.opening import open_data
from literacy.cli.output import Output, refuse_overwrite, refuse_screen, say
from literacy.messages import tell


@click.group("survey")
def command() -> None:
    """Create, list, show, check, convert and export surveys, and match a data file with a survey.

    \b
    Example:
      literacy survey list
    """


@command.command("list")
@opt.output_options()
def list_(out: Output) -> None:
    """List the available surveys.

    \b
    Examples:
      literacy survey list
      literacy survey list -o surveys.xlsx
    """
    import pandas as pd

    from literacy.instrument import list_surveys, load_instrument

    rows = []
    for name in list_surveys():
        instrument = load_instrument(name)
        rows.append(
            {
                "survey": name,
                "zh": instrument.label.zh,
                "en": instrument.label.en,
                "items": len(instrument.items),
                "scored": len(instrument.scored_items),
                "waves": " ".join(w.name for w in instrument.waves),
                "standards": " ".join(instrument.standards),
            }
        )
    out.write(pd.DataFrame(rows))


@command.command("show")
@click.argument("survey")
@opt.output_options()
def show(survey: str, out: Output) -> None:
    """Show a survey's items, groups, universes, waves, standards and goals.

    \b
    Examples:
      literacy survey show erenhot
      literacy survey show erenhot -o items.xlsx
    """
    from literacy.instrument import load_instrument

    out.write(load_instrument(survey))


@command.command("check")
@click.argument("survey", required=False)
@opt.output_options()
def check(survey: str | None, out: Output) -> None:
    """Check every file of a survey (default: all surveys, standards, series); all errors at once, exit 1 if any.

    \b
    Examples:
      literacy survey check erenhot
      literacy survey check my_survey -o findings.xlsx
    """
    import pandas as pd

    from literacy.instrument import check_survey, check_surveys

    findings = check_survey(survey) if survey else check_surveys()
    if out.form == "table":
        out.text("".join(f"{finding}\n" for finding in findings))
    else:
        rows = [(f.file, f.table, f.key, f.message, f.code) for f in findings]
        out.write(pd.DataFrame(rows, columns=["file", "table", "key", "message", "code"]))
    if findings:
        say(tell("{} to fix", len(findings)))
        raise SystemExit(1)
    say("no problems found")


@command.command("new")
@click.argument("folder", type=click.Path())
@click.option(
    "--from",
    "source",
    type=click.Path(),
    metavar="FILE",
    help="Start from a data file (an export of 问卷星, .sav, …) or an XLSForm.",
)
@click.option(
    "--key",
    type=click.Path(),
    metavar="FILE",
    help="Table of the right answers (题目, 正确答案, 维度), with --from.",
)
@click.option("--like", metavar="SURVEY", help="Start from the structure of this survey.")
@click.option(
    "--year",
    type=int,
    metavar="YEAR",
    help="Year of the first wave (default: that of the data, otherwise this year).",
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the sheets."
)
def new(
    folder: str, source: str | None, key: str | None, like: str | None, year: int | None, lang: str
) -> None:
    """Create FOLDER with survey.xlsx, a workbook to edit, and literacy.toml, through which commands find it.

    \b
    Examples:
      literacy survey new mycity
      literacy survey new mycity --from export.xlsx
      literacy survey new mycity --from export.xlsx --key key.xlsx
      literacy survey new mycity --like erenhot
    """
    from literacy.questionnaire import new_survey

    notes = new_survey(folder, source=source, key=key, like=like, lang=lang, year=year)
    say(tell("wrote {}/survey.xlsx and {}/literacy.toml", folder, folder))
    say(*(f"· {n}" for n in notes))
    say(tell("next: edit the workbook, then literacy survey check {}", folder))


@command.command("convert")
@click.argument("survey")
@click.option(
    "-o", "--out", required=True, metavar="OUT", help="A new file name that ends in .xlsx, or a new folder."
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the sheets."
)
def convert(survey: str, out: str, lang: str) -> None:
    """Write SURVEY as a workbook, or a workbook as a folder of CSV and TOML files.

    \b
    Examples:
      literacy survey convert mycity/survey.xlsx -o mycity_text
      literacy survey convert erenhot -o erenhot.xlsx
    """
    from literacy.questionnaire import convert_survey

    notes = convert_survey(survey, out, lang=lang)
    say(tell("wrote {}", out))
    say(*(f"· {n}" for n in notes))


@command.command("match")
@opt.file_argument
@opt.survey_option
@opt.wave_option
@opt.encoding_option
@click.option(
    "--format", "form", type=click.Choice(opt.RESULT), metavar="FORM",
    help=f"Format of the output: {', '.join(opt.RESULT)} (default: table).",
)  # fmt: skip
@click.option(
    "-o", "--out", metavar="OUT",
    help="Save the matching: as a wave file (.toml), to be edited and used with -w, or as a "
         "table (.xlsx, .csv, …).",
)  # fmt: skip
def match(
    file: str, survey: str | None, wave: str | None, encoding: str | None, form: str, out: str | None
) -> None:
    """Show which column of FILE holds which item, how it was matched, and which columns remain.

    Items that are not found cause no error. Without -i, the best-fitting survey is used if at least half of its items
    are found.

    \b
    Examples:
      literacy survey match survey.sav
      literacy survey match survey.sav -i erenhot -o wave.toml
      literacy survey match survey.sav -o match.xlsx
    """
    from literacy.answers import match_file

    wave_file = out is not None and (out == "-" or Path(out).suffix.lower() in ("", ".toml"))
    shown = opt.open_output("-" if wave_file or out is None else out, form, opt.RESULT, "table")
    if wave_file and out is not None:
        refuse_overwrite(out)
    with open_data(file, encoding) as table:
        matched = match_file(table, survey, wave)
    if wave_file and out is not None:
        Output(out, "toml").text(matched.to_toml())
        if out == "-":
            return
    if shown.form == "table":
        shown.text(f"{matched.to_text()}\n")
    else:
        shown.write(matched)


@command.command("export")
@click.argument("survey")
@click.option(
    "--to",
    type=click.Choice(["xlsform", "word", "wjx", "codebook", "ddi"]),
    help="Type of file (default: from the extension of OUT).",
)
@click.option("-w", "--wave", metavar="WAVE", help="Only the items of this wave (default: all items).")
@click.option(
    "--lang",
    metavar="LANG",
    default="zh",
    show_default=True,
    help="Language of the form, or the one shown first: zh, en, or a further one of the survey.",
)
@click.option("-o", "--out", default="-", metavar="OUT", help="File to write; - is stdout (default).")
def export(survey: str, to: str | None, wave: str | None, lang: str, out: str) -> None:
    """Create a questionnaire or codebook from SURVEY, never with its answer key.

    \b
    Examples:
      literacy survey export erenhot -o form.xlsx
      literacy survey export erenhot --lang en -o form.docx
      literacy survey export erenhot -w 2025 --to wjx -o form.txt
      literacy survey export erenhot --lang en -o codebook.html
      literacy survey export erenhot -w 2025 --to ddi -o codebook.xml
    """
    from literacy.questionnaire import export_questionnaire

    refuse_screen(out, {"xlsform": "xlsx", "word": "docx"}.get(to or "", ""))
    refuse_overwrite(out)
    notes = export_questionnaire(survey, out, to or "", wave=wave, lang=lang)
    if out != "-":
        say(tell("wrote {}", out))
    say(*(f"· {n}" for n in notes))
