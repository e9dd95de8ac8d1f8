"""The command line: one module per command; data go to stdout, messages to stderr."""

from literacy.cli.group import main

__all__ = ["main"]
