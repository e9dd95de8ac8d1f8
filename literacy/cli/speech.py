"""Help in the reader's language: texts from the catalogue, lines broken where Chinese may be broken."""

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
"""Lines of an example."""
_CAPITALS = re.compile(r"[A-Z]{2,}( RANGE)?(?![a-z])")
"""A placeholder, as FILE."""
_PIECE = re.compile(r"\s+|[!-~“”‘’…–—¥µ×≥≤°]+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。；：、？！）】》」』”’…,.;:!?)%％")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap_words(text: str, width: int, first: str = "", later: str = "") -> str:
    """A paragraph in lines of at most *width* columns of a terminal; Chinese breaks between any two signs.

    No line begins with a closing mark.
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
    """Writes help as click does, but measures Chinese as a terminal shows it."""

    def write_heading(self, heading: str) -> None:
        """The head of a list, with the colon of its language."""
        self.write(f"{'':>{self.current_indent}}{heading}{':' if language() == 'en' else '：'}\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How a command is called."""
        if language() != "en":
            prefix = tell("Usage:")
        super().write_usage(prog, args, prefix)

    def write_text(self, text: str) -> None:
        """Paragraphs, those that begin with ``\\b`` line by line as they are."""
        indent = " " * self.current_indent
        out = []
        for part in re.split(r"\n\s*\n", inspect.cleandoc(text)):
            if part.startswith("\b"):
                out.append("\n".join(indent + line for line in part.split("\n")[1:]))
            else:
                out.append(wrap_words(" ".join(part.split()), self.width, indent, indent))
        self.write("\n\n".join(out) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """A list of names and what they mean."""
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
            told = wrap_words(text, max(self.width - 1, 20), gap, gap)
            self.write(told[len(gap) :] + "\n")


class Context(click.Context):
    """A context whose help is measured as a terminal shows it."""

    formatter_class: type[click.HelpFormatter] = Formatter


def paragraphs(text: str) -> list[str]:
    """The texts of a help that are looked up: its paragraphs on one line each, and heads of examples."""
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
    """A help text in the reader's language; commands in it stay."""
    return "\n\n".join(_translate(part) for part in re.split(r"\n\s*\n", inspect.cleandoc(text)))


def lang_option() -> click.Option:
    """``--lang`` of a command that does not define it: read before the command line is (:func:`asked_language`)."""
    return click.Option(
        ["--lang"],
        type=click.Choice(["zh", "en"]),
        expose_value=False,
        help="Language of messages, tables and this help (default: from the environment).",
    )


def asked_language(words: Sequence[str], command: click.Command) -> str | None:
    """The first language a command line gives with ``--lang`` for messages.

    Where the option names the language of papers, sheets or figures that are made, it is not the language of messages.
    """
    context = click.Context(command)
    for at, word in enumerate(words):
        name, sign, value = word.partition("=")
        if word == "--":
            return None
        if name == "--lang":
            value = value if sign else "".join(words[at + 1 : at + 2])
            if value in LANGUAGES and _of_words(command):
                return value
        elif isinstance(command, click.Group) and not word.startswith("-"):
            command = command.get_command(context, word) or command
    return None


def _of_words(command: click.Command) -> bool:
    own = next((p for p in command.params if isinstance(p, click.Option) and "--lang" in p.opts), None)
    return own is None or not (own.multiple or isinstance(own.default, str))


C = TypeVar("C", bound=click.Command)


def speaking(command: C) -> C:
    """The command as the reader sees it: every one takes ``--lang``, and its help is in the reader's language."""
    command = copy.copy(command)
    command.context_class = Context
    command.params = list(command.params)
    if not any("--lang" in p.opts for p in command.params):
        command.params.append(lang_option())
    if isinstance(command, click.Group) and command.commands:
        command.commands = {name: speaking(one) for name, one in command.commands.items()}
    if language() != "en":
        command.help = translate_help(command.help) if command.help else command.help
        command.short_help = tell(command.short_help) if command.short_help else command.short_help
        command.options_metavar = _in_capitals(command.options_metavar or "")
        if isinstance(command, click.Group):
            command.subcommand_metavar = _in_capitals(command.subcommand_metavar or "")
        context = click.Context(command)
        command.params = [_speaking_parameter(p, context) for p in command.params]
    return command


def _in_capitals(text: str) -> str:
    """A placeholder in the reader's language: each word in capitals is looked up."""
    return _CAPITALS.sub(lambda word: tell(word[0]), text)


def _speaking_parameter(parameter: click.Parameter, context: click.Context) -> click.Parameter:
    parameter = copy.copy(parameter)
    if isinstance(parameter, click.Option) and parameter.help:
        parameter.help = tell(parameter.help)
    valued = not isinstance(parameter, click.Option) or not (parameter.is_flag or parameter.count)
    if valued and (parameter.metavar or not isinstance(parameter.type, click.Choice)):
        parameter.metavar = _in_capitals(parameter.make_metavar(context))
    return parameter
