"""``literacy form``: assembly of test forms from an item bank."""

from __future__ import annotations

import click

from literacy.cli import options as opt
from literacy.cli.output import Output, say


@click.group("form")
def command() -> None:
    """Assemble forms of a test from a bank of items.

    \b
    Examples:
      literacy form assemble bank.csv --rules blueprint.toml --forms 4 -o forms.xlsx
    """


@command.command("assemble")
@click.argument("bank", type=click.Path(), callback=opt.keep_input)
@click.option(
    "--rules", metavar="TOML", required=True, callback=opt.keep_input,
    help="Rules: length, tables for columns of the bank (level = points or [least, most]), "
         "enemies, information, …",
)  # fmt: skip
@click.option(
    "--forms",
    type=click.IntRange(1),
    help="Number of parallel forms (default: as given in the rules, otherwise one).",
)
@click.option("--show", type=click.Choice(["items", "rules"]), default="items", show_default=True,
              help="The items selected, or every rule with its outcome.")  # fmt: skip
@opt.encoding_option
@opt.output_options()
def assemble(bank: str, rules: str, forms: int | None, show: str, encoding: str | None, out: Output) -> None:
    """Select the items of one form, or of several parallel forms, from BANK so that every rule is satisfied.

    BANK is a table with one row per item: item, the columns named by the rules, points (default 1), difficulty, or a,
    b[, g] for information targets. Rules that contradict each other are reported.

    \b
    Examples:
      literacy form assemble bank.csv --rules blueprint.toml --forms 4 -o forms.xlsx
      literacy form assemble bank.xlsx --rules blueprint.toml --show rules
    """
    from literacy.cli.opening import open_data
    from literacy.psychometrics import assemble_form, read_blueprint

    with open_data(bank, encoding) as file:
        table = file.table().frame
    wanted = read_blueprint(rules, table)
    if forms is not None:
        wanted["forms"] = forms
    made = assemble_form(table, **wanted)
    if show == "rules":
        out.write(made.rules, notes=made._notes())
        return
    out.write(made)
    if out.form != "table":
        say(*(f"· {note}" for note in made._notes()))
