"""Help in the reader's language: translated texts, with line breaking for Chinese."""

from __future__ import annotations

import copy
import inspect
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import click

from literacy.messages import LANGUAGES, language, tell

_STAYS = re.compile(r"\s*\b(literacy|python|pip|make)\b ")
"""Lines that form an example."""
_CAPITALS = re.compile(r"[A-Z]{2,}( RANGE)?(?![a-z])")
"""A placeholder, such as FILE."""
_PIECE = re.compile(r"\s+|[!-~“”‘’…–—¥µ×≥≤°]+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。；：、？！）】》」』”’…,.;:!?)%％")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap_text(text: str, width: int, first: str = "", later: str = "") -> str:
    """Wrap a paragraph to lines of at most *width* terminal columns; Chinese breaks between any two characters.

    No line begins with a closing punctuation mark.
    """
    pieces: list[str] = []
    for piece in _PIECE.findall(text.strip()):
        if pieces and piece[0] in _NOT_FIRST and not pieces[-1].isspace():
            pieces[-1] += piece
        else:
            pieces.append(" " if piece.isspace() else piece)
    lines, line = [], first
    for piece in pieces:
        if line.strip() and _width(line) + _width(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = later
        if piece != " " or line.strip():
            line += piece
    return "\n".join([*lines, line.rstrip()])


class Formatter(click.HelpFormatter):
    """click's help formatter, measuring Chinese characters by their width on a terminal."""

    def write_heading(self, heading: str) -> None:
        """Write the heading of a list, with the colon of its language."""
        self.write(f"{'':>{self.current_indent}}{heading}{':' if language() == 'en' else '：'}\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line of a command."""
        if language() != "en":
            prefix = tell("Usage:")
        super().write_usage(prog, args, prefix)

    def write_text(self, text: str) -> None:
        """Write paragraphs; those that begin with ``\\b`` are written line by line."""
        indent = " " * self.current_indent
        out = []
        for part in re.split(r"\n\s*\n", inspect.cleandoc(text)):
            if part.startswith("\b"):
                out.append("\n".join(indent + line for line in part.split("\n")[1:]))
            else:
                out.append(wrap_text(" ".join(part.split()), self.width, indent, indent))
        self.write("\n\n".join(out) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a definition list."""
        rows = list(rows)
        first = min(max((_width(name) for name, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        gap = indent + " " * first
        for name, text in rows:
            self.write(f"{indent}{name}")
            if not text:
                self.write("\n")
                continue
            room = first - _width(name)
            self.write(" " * room if room >= col_spacing or room > 0 else "\n" + gap)
            wrapped = wrap_text(text, max(self.width - 1, 20), gap, gap)
            self.write(wrapped[len(gap) :] + "\n")


class Context(click.Context):
    """A click context that uses :class:`Formatter`."""

    formatter_class: type[click.HelpFormatter] = Formatter


def paragraphs(text: str) -> list[str]:
    """Return the parts of a help text that are translated: paragraphs on one line each, and headings of examples."""
    return [p for part in re.split(r"\n\s*\n", inspect.cleandoc(text)) for p in _texts(part)]


def _texts(part: str) -> Iterator[str]:
    if not part.startswith("\b"):
        yield " ".join(part.split())
        return
    yield from (line.strip() for line in part.split("\n")[1:] if line.strip() and not _STAYS.match(line))


def _translate(part: str) -> str:
    if not part.startswith("\b"):
        return tell(" ".join(part.split()))
    lines = part.split("\n")
    return "\n".join(
        line if line == "\b" or not line.strip() or _STAYS.match(line)
        else line[: len(line) - len(line.lstrip())] + tell(line.strip())
        for line in lines
    )  # fmt: skip


def translate_help(text: str) -> str:
    """Translate a help text; commands in it are unchanged."""
    return "\n\n".join(_translate(part) for part in re.split(r"\n\s*\n", inspect.cleandoc(text)))


def lang_option() -> click.Option:
    """Return ``--lang`` for commands that do not define it; see :func:`requested_language`."""
    return click.Option(
        ["--lang"],
        type=click.Choice(["zh", "en"]),
        expose_value=False,
        help="Language of messages, tables and this help (default: from the environment).",
    )


def requested_language(arguments: Sequence[str], command: click.Command) -> str | None:
    """Return the message language that a command line requests by ``--lang``, or None.

    Options that set the language of documents, sheets or figures do not set the language of messages.
    """
    context = click.Context(command)
    for at, argument in enumerate(arguments):
        name, sign, value = argument.partition("=")
        if argument == "--":
            return None
        if name == "--lang":
            value = value if sign else "".join(arguments[at + 1 : at + 2])
            if value in LANGUAGES and _sets_message_language(command):
                return value
        elif isinstance(command, click.Group) and not argument.startswith("-"):
            command = command.get_command(context, argument) or command
    return None


def _sets_message_language(command: click.Command) -> bool:
    option = next((p for p in command.params if isinstance(p, click.Option) and "--lang" in p.opts), None)
    return option is None or not (option.multiple or isinstance(option.default, str))


C = TypeVar("C", bound=click.Command)


def localized_command(command: C) -> C:
    """Return the command with ``--lang`` added and its help translated."""
    command = copy.copy(command)
    command.context_class = Context
    command.params = list(command.params)
    if not any("--lang" in p.opts for p in command.params):
        command.params.append(lang_option())
    if isinstance(command, click.Group) and command.commands:
        command.commands = {name: localized_command(one) for name, one in command.commands.items()}
    if language() != "en":
        command.help = translate_help(command.help) if command.help else command.help
        command.short_help = tell(command.short_help) if command.short_help else command.short_help
        command.options_metavar = _in_capitals(command.options_metavar or "")
        if isinstance(command, click.Group):
            command.subcommand_metavar = _in_capitals(command.subcommand_metavar or "")
        context = click.Context(command)
        command.params = [_localized_parameter(p, context) for p in command.params]
    return command


def _in_capitals(text: str) -> str:
    """Translate a placeholder, word by word."""
    return _CAPITALS.sub(lambda word: tell(word[0]), text)


def _localized_parameter(parameter: click.Parameter, context: click.Context) -> click.Parameter:
    parameter = copy.copy(parameter)
    if isinstance(parameter, click.Option) and parameter.help:
        parameter.help = tell(parameter.help)
    valued = not isinstance(parameter, click.Option) or not (parameter.is_flag or parameter.count)
    if valued and (parameter.metavar or not isinstance(parameter.type, click.Choice)):
        parameter.metavar = _in_capitals(parameter.make_metavar(context))
    return parameter
