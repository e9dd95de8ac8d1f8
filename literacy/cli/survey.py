"""``literacy survey``: list, show and check surveys."""

from __future__ import annotations

import click

from literacy.cli.output import say, write_text


@click.group("survey")
def command() -> None:
    """List, show and check surveys.

    \b
    Example:
      literacy survey list
    """


@command.command("list")
def list_() -> None:
    """List the surveys there are.

    \b
    Example:
      literacy survey list
    """
    import pandas as pd

    from literacy._display import format_table
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
    write_text(format_table(pd.DataFrame(rows)) + "\n", "-")


@command.command("show")
@click.argument("survey")
def show(survey: str) -> None:
    """Show a survey's items, groups, universes, waves, standards and goals.

    \b
    Example:
      literacy survey show erenhot
    """
    from literacy.instrument import load_instrument

    write_text(f"{load_instrument(survey)}\n", "-")


@command.command("check")
@click.argument("survey", required=False)
def check(survey: str | None) -> None:
    """Check every file of a survey (default: all surveys, standards and series); all errors at once, exit 1 if any.

    \b
    Example:
      literacy survey check erenhot
    """
    from literacy.instrument import check_survey, check_surveys

    findings = check_survey(survey) if survey else check_surveys()
    for finding in findings:
        write_text(f"{finding}\n", "-")
    if findings:
        say(f"{len(findings)} to mend")
        raise SystemExit(1)
    say("all well")
