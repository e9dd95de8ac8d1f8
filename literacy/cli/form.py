"""``literacy form``: assemble forms of a test from a bank of items."""

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
    help="Rules: length, tables of the bank's columns (level = points or [least, most]), enemies, information, …",
)  # fmt: skip
@click.option("--forms", type=click.IntRange(1), help="Parallel forms (default: as the rules say, else one).")
@click.option("--show", type=click.Choice(["items", "rules"]), default="items", show_default=True,
              help="The items chosen, or every rule with what came of it.")  # fmt: skip
@opt.encoding_option
@opt.output_options()
def assemble(bank: str, rules: str, forms: int | None, show: str, encoding: str | None, out: Output) -> None:
    """Choose the items of one form, or of several parallel ones, from BANK so that every rule is kept.

    BANK is a table with one row an item: item, the columns the rules name, points (default 1), difficulty, or a, b[, g]
    where information is aimed at. Rules that contradict each other are named.

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
