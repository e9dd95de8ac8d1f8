"""The public names as pages: one a name, from its docstring, listed by room."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import literacy

STUB = Path(literacy.__file__).with_suffix(".pyi")
LINE = re.compile(r"^from (\S+) import (\w+) as \w+$", re.MULTILINE)
TITLES = {
    "instrument": ("调查与问卷", "Surveys and instruments"), "answers": ("读入答卷", "Reading answers"),
    "scoring": ("评分", "Scoring"), "quality": ("数据质量", "Quality"), "questionnaire": ("问卷与编码手册", "Forms and codebooks"),
    "sampling": ("抽样设计", "Designs and samples"), "weighting": ("加权", "Weighting"), "estimation": ("估计", "Estimation"),
    "psychometrics": ("试题分析", "Psychometrics"), "fieldwork": ("抽样与实地调查", "Fieldwork"),
    "projection": ("预测", "Projection"), "plan": ("实施方案", "The plan"), "report": ("报告与图", "Report and figures"),
    "workflow": ("整套流程", "Whole jobs"), "files": ("数据文件", "Files"), "privacy": ("个人信息", "Privacy"),
    "": ("其他", "The rest"),
}  # fmt: skip
WORDS = {
    "zh": (
        "Python 接口",
        "`import literacy as lit` 之后可用的全部名称，按用途排列。说明取自代码，为英文。",
        "名称",
        "用途（英文）",
    ),
    "en": (
        "Python interface",
        "All names of `import literacy as lit`, by what they are for.",
        "name",
        "what it is",
    ),
}


def listed() -> dict[str, list[str]]:
    """Room -> its public names."""
    rooms: dict[str, list[str]] = {}
    for home, name in LINE.findall(STUB.read_text(encoding="utf-8")):
        room = home.split(".")[1] if "." in home else ""
        rooms.setdefault(room if room in TITLES else "", []).append(name)
    return {room: rooms[room] for room in TITLES if room in rooms}


def page_name(name: str, every: list[str]) -> str:
    """The page of a name; where a function has its name but for capitals, a class's page says that it is one."""
    twins = [n for n in every if n.casefold() == name.casefold()]
    return f"{name}_class" if len(twins) > 1 and inspect.isclass(getattr(literacy, name)) else name


def directive(name: str) -> list[str]:
    """How Sphinx is asked to document a name."""
    thing = getattr(literacy, name)
    if inspect.isclass(thing):
        return [f".. autoclass:: literacy.{name}", "   :members:"]
    return [f".. autofunction:: literacy.{name}"] if callable(thing) else [f".. autodata:: literacy.{name}"]


def first_line(name: str) -> str:
    """What a name is, in a line."""
    thing = getattr(literacy, name)
    if not (callable(thing) or inspect.isclass(thing)):
        return ""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def pages(lang: str) -> dict[Path, str]:
    """The list of names, and a page each."""
    title, opening, head, what = WORDS[lang]
    found: dict[Path, str] = {}
    lines = [f"# {title}", "", opening, ""]
    rooms = listed()
    every = [name for names in rooms.values() for name in names]
    for room, names in rooms.items():
        lines += [f"## {TITLES[room][lang == 'en']}", "", f"| {head} | {what} |", "|---|---|"]
        for name in sorted(names, key=str.casefold):
            file = page_name(name, every)
            lines.append(f"| [{name}]({file}.rst) | {first_line(name).replace('|', '&#124;')} |")
            found[Path("reference", f"{file}.rst")] = "\n".join(
                [name, "=" * len(name), "", *directive(name), ""]
            )
        lines.append("")
    lines += [
        "```{toctree}",
        ":hidden:",
        "",
        *sorted((page_name(n, every) for n in every), key=str.casefold),
        "```",
        "",
    ]
    found[Path("reference", "index.md")] = "\n".join(lines)
    return found
