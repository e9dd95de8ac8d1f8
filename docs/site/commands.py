"""The commands as pages: the help of each, as the program prints it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from literacy.cli import main
from literacy.cli.group import COMMANDS
from literacy.messages import speak, tell

WORDS = {
    "zh": ("命令", "每条命令的 `--help` 原文。返回码：0 正常；1 数据有误（一条信息：在哪里、是什么、怎么改）；2 命令用法有误。",
           "命令", "用途"),
    "en": ("Commands", "The `--help` of every command. Exit codes: 0; 1 for an error in the data (one message: where, "
           "what, how to fix it); 2 for a mistake in the command.", "command", "what it does"),
}  # fmt: skip


def helps(command: click.Command, *words: str) -> Iterator[tuple[str, str]]:
    """A command and all below it, each with its help as it is printed."""
    done = CliRunner().invoke(main, [*words, "--help"], prog_name="literacy", terminal_width=88)
    assert done.exit_code == 0, done.output
    yield " ".join(("literacy", *words)), done.output.rstrip()
    if isinstance(command, click.Group):
        context = click.Context(command)
        for one in command.list_commands(context):
            found = command.get_command(context, one)
            if found is not None:
                yield from helps(found, *words, one)


def pages(lang: str) -> dict[Path, str]:
    """The list of commands, and a page each."""
    title, opening, command_head, use = WORDS[lang]
    found = {}
    with speak(lang):
        lines = [f"# {title}", "", opening, "", f"| {command_head} | {use} |", "|---|---|"]
        for name, text in COMMANDS.items():
            lines.append(f"| [literacy {name}]({name}.md) | {tell(text)} |")
            command = main.get_command(click.Context(main), name)
            assert command is not None
            body = [f"# literacy {name}", ""]
            for full, told in helps(command, name):
                body += ([f"## {full}", ""] if full != f"literacy {name}" else []) + [
                    "```text",
                    told,
                    "```",
                    "",
                ]
            found[Path("commands", f"{name}.md")] = "\n".join(body)
    lines += ["", "```{toctree}", ":hidden:", "", *COMMANDS, "```", ""]
    found[Path("commands", "index.md")] = "\n".join(lines)
    return found
