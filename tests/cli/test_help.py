"""Every command explains itself, quickly."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import click
import pytest

from literacy.cli.group import COMMANDS, main


def commands() -> list[tuple[str, click.Command]]:
    """Every command and subcommand with its full name."""
    found: list[tuple[str, click.Command]] = []
    for name in COMMANDS:
        command = importlib.import_module(f"literacy.cli.{name}").command
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", c) for sub, c in sorted(command.commands.items())]
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda x: x if isinstance(x, str) else "")
def test_every_command_has_help_and_an_example(name: str, command: click.Command) -> None:
    text = command.help or ""
    assert "Example" in text and f"literacy {name.split()[0]}" in text, name
    assert text.split("\n")[0].strip().endswith("."), name
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name != "help":
            assert parameter.help or parameter.name == "level", f"{name}: {parameter.name} has no help"


def test_a_misspelt_command_names_the_nearest() -> None:
    from click.testing import CliRunner

    result = CliRunner().invoke(main, ["scor", "x"])
    assert result.exit_code == 2 and "did you mean 'score'" in result.stderr


def test_help_is_quick() -> None:
    """Less than 0.25 s of CPU beyond bare Python; the best of five, so that a busy machine does not fail it."""
    if not hasattr(os, "wait4"):
        pytest.skip("no CPU times of children here")

    def cost(*command: str) -> float:
        times = []
        for _ in range(5):
            child = subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            assert child.returncode == 0
            times.append(usage.ru_utime + usage.ru_stime)
        return min(times)

    assert cost("-m", "literacy", "--help") - cost("-c", "pass") < 0.25
