"""The notebooks as pages, in a language, as ``literacy notebooks`` copies them; Sphinx runs them and keeps the results."""

from __future__ import annotations

from pathlib import Path

from literacy.workflow import format_notebook, list_notebooks

WORDS = {
    "zh": (
        "笔记本",
        "可在 Jupyter 中运行的短篇，一篇讲一件事。`literacy notebooks DIR` 把它们复制到文件夹 DIR。",
    ),
    "en": (
        "Notebooks",
        "Short stories to run in Jupyter, one thing each. `literacy notebooks DIR` copies them into the folder DIR.",
    ),
}


def pages(lang: str) -> dict[Path, str]:
    """The list of notebooks, and each."""
    title, opening = WORDS[lang]
    names = list_notebooks()
    found = {Path("notebooks", f"{name}.ipynb"): format_notebook(name, lang) for name in names}
    found[Path("notebooks", "index.md")] = "\n".join(
        [f"# {title}", "", opening, "", "```{toctree}", *names, "```", ""]
    )
    return found
