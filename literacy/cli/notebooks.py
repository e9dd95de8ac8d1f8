"""``literacy notebooks``: copies of the packaged notebooks."""

from __future__ import annotations

import click

from literacy.cli.output import say
from literacy.messages import tell


@click.command("notebooks")
@click.argument("folder", type=click.Path())
def command(folder: str) -> None:
    """Copy the notebooks that come with the program into FOLDER, in the reader's language.

    Open them with Jupyter. They work on the synthetic sample surveys.

    \b
    Examples:
      literacy notebooks stories
      literacy notebooks stories --lang zh
    """
    from literacy.workflow import write_notebooks

    written = write_notebooks(folder)
    say(tell("wrote {} notebooks into {}", len(written), folder))
