"""The command line: one module per command; stdout is data, stderr is words."""

from literacy.cli.group import main

__all__ = ["main"]
