"""``literacy items``: item analysis, and reliability of the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say
from literacy.messages import tell

if TYPE_CHECKING:
    from literacy.psychometrics import ItemAnalysis
    from literacy.sampling import Sample


@click.command("items")
@opt.file_argument
@click.option(
    "--item", metavar="NAME", multiple=True, help="An item; repeat for several (default: all scored items)."
)
@click.option("--by", metavar="COLUMN", help="Also by group.")
@click.option(
    "--options", "with_options", is_flag=True, help="Show the options of every item instead of the items."
)
@click.option(
    "--easy",
    type=float,
    default=0.95,
    show_default=True,
    help="Share correct above which an item is too easy.",
)
@click.option(
    "--hard",
    type=float,
    default=0.10,
    show_default=True,
    help="Share correct below which an item is too hard.",
)
@click.option(
    "--unanswered",
    type=float,
    default=0.10,
    show_default=True,
    help="Share omitted above which an item is reported.",
)
@click.option(
    "--figures",
    metavar="DIR",
    help="Also draw what each option attracts, into DIR/figures (in both languages).",
)
@click.option(
    "--bank",
    "bank_kept",
    metavar="TABLE",
    help="Also keep the results in a bank of items: a CSV or Excel table, one row per item, columns per wave.",
)
@opt.survey_option
@opt.wave_option
@opt.standard_option
@opt.encoding_option
@opt.personal_option
@opt.design_options
@opt.weighting_options
@opt.output_options()
def command(
    file: str, item: tuple[str, ...], by: str | None, with_options: bool, easy: float, hard: float,
    unanswered: float, figures: str | None, bank_kept: str | None, survey: str | None,
    wave: str | None, standard: tuple[str, ...], encoding: str | None, keep_personal: bool, out: Output, **rest: Any,
) -> None:  # fmt: skip
    """Analyse every item of FILE: difficulty, item-rest correlation, options, and the reliability of the score.

    Options are analysed if FILE contains the answers of a survey, not only right and wrong. As HTML or Excel the result
    has a picture of every item beside its line.

    \b
    Examples:
      literacy items survey.sav
      literacy items survey.sav --by language -o items.xlsx
      literacy items survey.sav -o items.html
      literacy items survey.sav --options --format csv -o options.csv
      literacy items survey.sav --by language --bank bank.csv --figures out
    """
    from literacy.answers import read
    from literacy.cli.items_bank import enter_bank, read_bank_of_items
    from literacy.cli.opening import one_standard, open_data, take_options
    from literacy.psychometrics import item_analysis, mark_tables
    from literacy.scoring import Scored, is_scored
    from literacy.workflow.answerfiles import load_data
    from literacy.workflow.samples import build_sample

    options = take_options(rest)
    earlier = read_bank_of_items(bank_kept)
    with open_data(file, encoding) as table:
        data = load_data(table, survey, wave, one_standard(standard), keep_personal, say=say)
        answers = None
        if isinstance(data, Scored) and not is_scored(table.schema.frame):
            answers = read(table, data.instrument, wave, keep_personal=keep_personal)
    sample = build_sample(data, options)
    chosen = list(item) or None
    found = item_analysis(sample, chosen, by=by, answers=answers, easy=easy, hard=hard, unanswered=unanswered)
    say(*(f"· {sentence}" for sentence in sample.history))
    notes = describe_reliability(sample, chosen)
    if bank_kept:
        alone = (
            found
            if by is None
            else item_analysis(sample, chosen, answers=answers, easy=easy, hard=hard, unanswered=unanswered)
        )
        enter_bank(bank_kept, earlier, alone, sample, chosen, by)
    if with_options:
        out.write(found.options, notes=[*found._notes(), *notes])
    elif out.form in ("html", "xlsx"):
        write_report(out, found, sample, notes)
    else:
        out.write(found.to_frame(), notes=[found._title(), *found._notes(), *notes])
    if figures:
        opt.draw_figures(mark_tables({"option_curves": found.curves}, sample.origin), figures, ())


def write_report(out: Output, found: ItemAnalysis, sample: Sample, notes: list[str]) -> None:
    """Write a row and a figure per item, as a page or a workbook."""
    import pandas as pd

    from literacy._readable import one_language
    from literacy.cli.output import for_readers, refuse_screen
    from literacy.messages import language
    from literacy.report.documents.item_pages import write_item_page, write_item_workbook

    refuse_screen(out.path, out.form)
    lang, table = language(), found.to_frame()
    shown = one_language(table, "en") if lang == "en" else for_readers(found, table, lang)
    if lang == "en" and "group" in table and found.labels:
        labels = {str(k): v.get("en") for k, v in found.labels["group"].items()}
        shown = shown.assign(group=[labels.get(str(g), str(g)) for g in table["group"]])
    all_notes = [*sample.history, *found._notes(), *notes]
    if out.form == "xlsx":  # numbers as numbers, under the heads readers know
        whole = [table[c] if pd.api.types.is_numeric_dtype(table[c]) else shown.iloc[:, j]
                 for j, c in enumerate(table.columns)]  # fmt: skip
        shown = pd.concat(whole, axis=1).set_axis(shown.columns, axis=1)
    if sample.instrument is not None:
        texts = {i.name: i.label.get(lang) for i in sample.instrument.scored_items}
        shown.insert(
            list(table.columns).index("item") + 1,
            tell("question"),
            table["item"].map(texts).fillna("").to_numpy(),
        )
    given = (shown, table["item"].tolist(), found.curves, found._title(), all_notes, lang)
    if out.form == "html":
        out.text(write_item_page(*given))
    else:
        out.put(write_item_workbook(*given))
    say(*(f"· {note}" for note in notes))


def describe_reliability(sample: Sample, items: list[str] | None) -> list[str]:
    """Reliability and standard error of measurement in one sentence, or why they cannot be estimated."""
    from literacy.errors import LiteracyError
    from literacy.psychometrics import reliability

    try:
        made = reliability(sample, items=items)
    except LiteracyError as error:
        return [tell("reliability cannot be estimated: {}", error.what)]
    rows = {row["coefficient"]: row for row in made.to_frame().to_dict("records")}
    name = "alpha_design" if "alpha_design" in rows else "alpha"
    alpha = rows[name]
    sentence = tell(
        "reliability ({}): {:.4f} (95 %: {:.4f} to {:.4f})",
        name,
        alpha["estimate"],
        alpha["ci_low"],
        alpha["ci_high"],
    )
    return [
        tell("{}; standard error of measurement {:.2f} points", sentence, rows["sem"]["estimate"]),
        *made._notes(),
    ]
