"""Which texts the program says: read from its code and its commands. ``make messages`` brings the catalogue up to them.

New texts are added without a translation, those nobody says any more are taken out, and the ``.mo`` is compiled again,
the same bytes each time. Texts are

* what stands in ``tell(...)`` and ``mark(...)``,
* ``what``, ``fix`` and, where it is more than a name, ``where`` of a ``LiteracyError`` and of the short hands for it,
* the help of every command and option, paragraph by paragraph,
* of the command line's library, what it says of its own (click's calls of gettext).

Heads of tables (context ``column``) are kept as they stand in the catalogue.
"""

from __future__ import annotations

import ast
import functools
import io
import re
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from literacy.cli import main
from literacy.cli.group import COMMANDS
from literacy.cli.help_texts import paragraphs
from literacy.messages import PLACE

PO = PLACE / "zh" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
PACKAGE = PLACE.parent
SHORT = {"_fail", "_invalid", "_refuse", "_complain", "complain", "_bad", "_short", "_wrong"}
"""Short hands for a LiteracyError, whose texts are given by place."""
SAYS = {"tell", "mark", "_note"}
"""Calls whose first argument is said."""
CLICK = ("core", "exceptions", "types", "formatting", "decorators", "parser")
Key = tuple[str | tuple[str, str], str | None]
"""Text (or singular and plural), and context."""


class Words(Catalog):
    """A catalogue whose head does not tell when, or by which version of what, it was written."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The head of the file."""
        return [
            ("Project-Id-Version", "literacy"),
            ("Language", "zh"),
            ("Plural-Forms", "nplurals=1; plural=0;"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def has_words(text: str) -> bool:
    """Whether there is something to translate in it: options, fields and codes aside."""
    return bool(re.search(r"[A-Za-z]{2,}", re.sub(r"\{[^}]*\}|--?[a-z][a-z-]*|[a-z]+_\w+", "", text)))


def constants(node: ast.expr) -> Iterator[ast.Constant]:
    """Texts a value may be: itself, or those of its branches."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from constants(value)


def said_in(path: Path) -> Iterator[tuple[str, int]]:
    """Texts a module says, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    says = (
        SAYS
        if any(isinstance(n, ast.ImportFrom) and n.module == "literacy.messages" for n in tree.body)
        else set()
    )
    if "cli" in path.parts:
        says = {*says, "say"}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts: list[ast.Constant] = []
        if name in says and node.args:
            yield from ((c.value, node.lineno) for c in constants(node.args[0]) if has_words(c.value))
            continue
        if name in ("LiteracyError", "CountedError"):
            for keyword in node.keywords:
                found = list(constants(keyword.value))
                texts += [c for c in found if keyword.arg != "where" or " " in str(c.value)]
        elif name in SHORT:
            texts = [c for given in node.args for c in constants(given) if " " in str(c.value)]
        yield from ((str(c.value), node.lineno) for c in texts if has_words(str(c.value)))


def commands(command: click.Command, name: str = "literacy") -> Iterator[tuple[str, click.Command]]:
    """A command and all below it, by their full names."""
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for one in command.list_commands(context):
            found = command.get_command(context, one)
            if found is not None:
                yield from commands(found, f"{name} {one}")


def helped() -> Iterator[tuple[str, str]]:
    """Texts of the help, with the command."""
    yield from ((line, "literacy") for line in COMMANDS.values())
    for name, command in commands(main):
        yield from ((text, name) for text in paragraphs(command.help or "") if has_words(text))
        for parameter in command.params:
            text = getattr(parameter, "help", None)
            if text:
                yield text, name
            if (
                isinstance(parameter, click.Argument)
                or parameter.metavar
                or not isinstance(parameter.type, click.Choice)
            ):
                yield from (
                    (w, name)
                    for w in re.findall(
                        r"[A-Z]{2,}(?: RANGE)?(?![a-z])", parameter.make_metavar(click.Context(command))
                    )
                )
    yield from ((word, "literacy") for word in ("OPTIONS", "COMMAND", "ARGS"))


def library() -> Iterator[str | tuple[str, str]]:
    """What click says of its own."""
    folder = Path(str(click.__file__)).parent
    for stem in CLICK:
        for node in ast.walk(ast.parse((folder / f"{stem}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                texts = [str(c.value) for given in node.args for c in constants(given)]
                if node.func.id == "_" and texts:
                    yield texts[0]
                elif node.func.id == "ngettext" and len(texts) == 2:
                    yield texts[0], texts[1]


@functools.cache
def extract() -> dict[Key, list[tuple[str, int]]]:
    """Every text, with where it stands."""
    found: dict[Key, list[tuple[str, int]]] = {}
    for path in sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts):
        for text, _line in said_in(path):
            found.setdefault((text, None), []).append((path.relative_to(PACKAGE.parent).as_posix(), 0))
    for text, name in helped():
        found.setdefault((text, None), []).append((name.replace(" ", "·"), 0))
    for own in library():
        found.setdefault((own, None), []).append(("click", 0))
    return found


def read_catalogue() -> Words:
    """The catalogue as it stands."""
    words = Words(locale="zh_CN", charset="utf-8", fuzzy=False)
    with PO.open("rb") as file:
        for message in read_po(file, locale="zh_CN", charset="utf-8"):
            if message.id:
                words.add(message.id, message.string, context=message.context)
    return words


def renew() -> Words:
    """The catalogue with what the program says now, and the translations there are."""
    old = read_catalogue()
    new = Words(locale="zh_CN", charset="utf-8", fuzzy=False)
    for (text, context), places in extract().items():
        known = old.get(text, context) if text in old or context else old.get(text)
        new.add(
            text, known.string if known and not known.fuzzy else "", context=context,
            auto_comments=[" ".join(dict.fromkeys(place for place, _ in places))],
        )  # fmt: skip
    for message in old:
        if message.context:
            new.add(message.id, message.string, context=message.context)
    return new


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the ``.mo``."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def written(catalogue: Catalog) -> bytes:
    """The bytes of the ``.po``."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_output=False)
    return out.getvalue()


if __name__ == "__main__":
    catalogue = renew()
    PO.write_bytes(written(catalogue))
    MO.write_bytes(compiled(catalogue))
    print(f"{len(catalogue)} texts, {sum(not m.string for m in catalogue if m.id)} without their Chinese")
