"""The catalogue of errors as a page: every code with its cause, and what was found and what to do wherever it is raised."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import literacy
from literacy.errors import CATALOGUE
from literacy.messages import speak, tell

PACKAGE = Path(literacy.__file__).parent
DOCS = Path(__file__).resolve().parent.parent
WORDS = {
    "zh": ("错误代码一览", "每条错误信息的末尾，方括号里是它的代码。下面是每个代码的原因，程序发现的情况（`{}` 处为具体的值）和处理办法。",
           "发现的情况", "处理办法", "实例"),
    "en": ("Errors, code by code", "Every error message ends with its code in brackets. Below: the cause of each code, "
           "what the program found (`{}` stands for a value) and what to do about it.", "found", "fix", "seen in"),
}  # fmt: skip


def templates(node: ast.expr) -> list[str]:
    """The texts an argument may say, before values are filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*templates(node.body), *templates(node.orelse)]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tell", "mark") and node.args:
        return templates(node.args[0])
    return []


def raised() -> Iterator[tuple[str, str, str]]:
    """Code, what was found and the fix, of every place whose words are written out."""
    for path in sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (
                isinstance(node, ast.Call) and getattr(node.func, "id", "") == "LiteracyError" and node.args
            ):
                continue
            given = {k.arg: templates(k.value) for k in node.keywords}
            for code in templates(node.args[0]):
                for what in given.get("what", []):
                    for fix in given.get("fix", []):
                        yield code, what, fix


def examples() -> dict[str, list[tuple[str, str]]]:
    """Code -> titles of the mistakes on the page that end with it, zh and en."""
    found: dict[str, list[tuple[str, str]]] = {}
    parts = [re.split(r"^## ", (DOCS / n).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
             for n in ("mistakes.zh.md", "mistakes.md")]  # fmt: skip
    for zh, en in zip(*parts, strict=True):
        for code in re.findall(r"^\s*\[([a-z_.]+)\]$", en, re.MULTILINE):
            found.setdefault(code, []).append((zh.partition("\n")[0], en.partition("\n")[0]))
    return found


def plain(text: str) -> str:
    """A text for a cell of a table."""
    return (
        re.sub(r"\{[^}]*\}", "{}", text)
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("*", "\\*")
        .replace("\n", " ")
    )


def page(lang: str) -> str:
    """The page in a language."""
    title, opening, found, fix, seen = WORDS[lang]
    places: dict[str, dict[tuple[str, str], None]] = {}
    with speak(lang):
        for code, what, remedy in raised():
            places.setdefault(code, {})[tell(what), tell(remedy)] = None
        tried = examples()
        lines = [f"# {title}", "", opening, ""]
        for code, cause in CATALOGUE.items():
            lines += [
                f"({code.replace('.', '-').replace('_', '-')})=",
                f"## {code}",
                "",
                f"{tell(cause)}",
                "",
            ]
            if code in places:
                lines += [f"| {found} | {fix} |", "|---|---|"]
                lines += [f"| {plain(w)} | {plain(f)} |" for w, f in places[code]] + [""]
            if code in tried:
                named = ["; ", "；"][lang == "zh"].join(t[lang == "en"] for t in tried[code])
                lines += [f"{seen}{['：', ': '][lang == 'en']}[{named}](mistakes.md)", ""]
    return "\n".join(lines)
