"""Build the site without a network: ``python docs/site/build.py [zh] [en] [--notebooks off|cache]``.

Pages are the Markdown of ``docs/``: ``page.md`` is English, ``page.zh.md`` its Chinese twin; a page without a twin is shown in
both sites, in the Chinese one with a line that says so. The catalogue of errors, the commands, the public names and the
notebooks are written from the code (the modules beside this one). A warning ends the build.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent
ROOT = DOCS.parent
OUT = ROOT / "out" / "site"
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(HERE))

import commands as command_pages  # noqa: E402
import errors as error_pages  # noqa: E402
import names as name_pages  # noqa: E402
import stories  # noqa: E402

SWITCH = re.compile(r"^\[(English|中文)\]\([^)]*\)\n+", re.MULTILINE)
"""The line that leads to the other language; the site has its own."""
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s#]+)(#[^)]*)?\)")
ENGLISH_ONLY = "> 本页为实测记录或技术说明，原文为英文。\n\n"


def sources() -> list[Path]:
    """Pages as they lie in the repository, English ones."""
    return sorted(p for p in [*DOCS.glob("*.md"), *DOCS.glob("guides/*.md")] if not p.name.endswith(".zh.md"))


def write(path: Path, text: str) -> None:
    """A file, left alone where it holds the same, so that Sphinx need not read it again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def relink(text: str, page: Path) -> str:
    """Links to Chinese twins become links to the page; what lies outside the site is named, not linked."""

    def one(match: re.Match[str]) -> str:
        label, target, part = match[1], match[2], match[3] or ""
        if target.startswith(("http:", "https:", "mailto:")):
            return match[0]
        target = target.replace(".zh.md", ".md")
        inside = DOCS in (page.parent / target).resolve().parents
        return (
            f"[{label}]({target}{part})" if inside or target.startswith("site:") else f"{label} (`{target}`)"
        )

    return LINK.sub(one, text)


def page_text(page: Path, lang: str) -> str:
    """A page in a language."""
    twin = page.with_name(f"{page.stem}.zh.md")
    text = (twin if lang == "zh" and twin.is_file() else page).read_text(encoding="utf-8")
    text = relink(SWITCH.sub("", text, count=1), page)
    if lang == "zh" and not twin.is_file():
        head, _, rest = text.partition("\n")
        text = f"{head}\n\n{ENGLISH_ONLY}{rest.lstrip()}"
    return text.replace("](site:", "](/")


def assemble(lang: str) -> Path:
    """The source of the site in a language."""
    there = OUT / "source" / lang
    pages = {p.relative_to(DOCS): page_text(p, lang) for p in sources()}
    named = {n for p in ("index.md", "measured.md") for n in pages[Path(p)].split()} | {
        "index",
        "survey_of_your_own",
    }
    more = sorted(p.stem for p in pages if len(p.parts) == 1 and p.stem not in named)
    head, mark, tail = pages[Path("measured.md")].rpartition("```")
    pages[Path("measured.md")] = (
        f"{head}{''.join(f'{m}{chr(10)}' for m in more)}{mark}{tail}"  # pages nobody has listed yet
    )
    pages |= {Path("errors.md"): error_pages.page(lang)}
    pages |= command_pages.pages(lang) | name_pages.pages(lang) | stories.pages(lang)
    known = {there / p for p in pages}
    for old in there.rglob("*"):
        if old.suffix in (".md", ".rst", ".ipynb") and old not in known:
            old.unlink()
    for name, text in pages.items():
        write(there / name, text)
    for extra in [*DOCS.glob("*.svg"), *DOCS.glob("*.csv")]:
        shutil.copyfile(extra, there / extra.name)
    return there


THEME = {
    "Collapse Sidebar": "收起侧栏", "Expand Sidebar": "展开侧栏", "System Settings": "随系统", "Breadcrumb": "当前位置",
    "Color mode": "配色", "© Copyright %(copyright)s.": "© %(copyright)s", "Light": "浅色", "Dark": "深色",
}  # fmt: skip
"""Words of the theme that it has not in Chinese."""


def translate_theme() -> Path:
    """The folder with the theme's words in Chinese, as Sphinx reads them."""
    from babel.messages import Catalog
    from babel.messages.mofile import write_mo

    words = Catalog("zh_CN", domain="sphinx")
    for english, chinese in THEME.items():
        words.add(english, chinese)
    there = OUT / "locale" / "zh_CN" / "LC_MESSAGES"
    there.mkdir(parents=True, exist_ok=True)
    with (there / "sphinx.mo").open("wb") as file:
        write_mo(file, words)
    return OUT / "locale"


def quiet_kernels() -> Path:
    """The folder of settings by which kernels speak of errors alone: a warning would be taken for one of the site."""
    write(
        OUT / "ipython" / "profile_default" / "ipython_kernel_config.py",
        "c = get_config()  # noqa: F821\nc.IPKernelApp.log_level = 40\n",
    )
    return OUT / "ipython"


def build(lang: str, notebooks: str) -> int:
    """Build the site in a language; gives Sphinx's exit code."""
    source = assemble(lang)
    words = {
        "LITERACY_SITE": str(HERE), "LITERACY_SITE_LANG": lang, "LITERACY_SITE_NOTEBOOKS": notebooks,
        "LITERACY_SITE_LOCALE": str(translate_theme()), "IPYTHONDIR": str(quiet_kernels()), "LITERACY_SITE_CACHE": str(OUT / "cache" / lang), "LITERACY_LANG": lang, "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-c", HERE,
        "-d", OUT / "trees" / lang, source, OUT / "html" / lang,
    ]  # fmt: skip
    start = time.perf_counter()
    done = subprocess.run([str(c) for c in command], env={**os.environ, **words}, check=False).returncode
    print(f"{lang}: {OUT / 'html' / lang}, {time.perf_counter() - start:.0f} s", flush=True)
    return done


FRONT = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>literacy</title>
<script>location.replace((navigator.language || "zh").startsWith("zh") ? "zh/index.html" : "en/index.html");</script>
</head><body><p><a href="zh/index.html">中文</a> · <a href="en/index.html">English</a></p></body></html>
"""


def main() -> int:
    """Exit code 0 if every language was built without a warning."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help="zh, en; both if none is named")
    parser.add_argument("--notebooks", default="cache", choices=["off", "cache"])
    asked = parser.parse_args()
    if unknown := set(asked.languages) - {"zh", "en"}:  # Python 3.11 holds a default of two against choices
        parser.error(f"no such language: {', '.join(sorted(unknown))}")
    worst = max(build(lang, asked.notebooks) for lang in asked.languages or ("zh", "en"))
    write(OUT / "html" / "index.html", FRONT)
    return worst


if __name__ == "__main__":
    sys.exit(main())
