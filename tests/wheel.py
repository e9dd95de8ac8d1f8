"""Build the wheel, install it alone in a fresh environment, and use it from another directory without a network."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.cli.firsthour import steps, write_export  # noqa: E402

EXPORT = ROOT / "tests" / "reference" / "exports" / "1234567_按文本_科学素质调查_60_60.xlsx"
"""A file as 问卷星 exports it, with invented answers."""


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command, show it, and return what it printed; stop at the first failure."""
    print("+", *(str(c) for c in command), flush=True)
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, text=True, encoding="utf-8", capture_output=True, check=False
    )
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
        raise SystemExit(done.returncode)
    return done.stdout


def alone() -> tuple[str, ...]:
    """What runs a command without a network, where this machine can do it."""
    wanted = ("unshare", "-r", "-n")
    if (
        shutil.which("unshare")
        and subprocess.run([*wanted, "true"], check=False, capture_output=True).returncode == 0
    ):
        return wanted
    print("· the network cannot be taken away here; the commands run with it")
    return ()


def main() -> None:
    """Surveys, a 问卷星 workbook scored into a workbook, the Word form, a Chinese figure: all from the wheel."""
    with tempfile.TemporaryDirectory(prefix="literacy-wheel-") as folder:
        there = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", there / "dist", ROOT, cwd=there)
        (wheel,) = (there / "dist").glob("science_literacy-*.whl")
        venv.create(there / "env", with_pip=True)
        scripts = there / "env" / ("Scripts" if sys.platform == "win32" else "bin")
        python = scripts / "python"
        pip = (python, "-m", "pip", "install", "--quiet")
        run(*pip, "--require-hashes", "--requirement", ROOT / "requirements.lock", cwd=there)
        run(*pip, "--no-deps", wheel, cwd=there)
        run(python, "-m", "pip", "check", cwd=there)
        literacy = (*alone(), scripts / "literacy")
        surveys = run(*literacy, "survey", "list", cwd=there)
        assert "erenhot" in surveys and "gss-science" in surveys, surveys
        run(*literacy, "survey", "check", cwd=there)
        where = "import literacy; print(literacy.sample_data('erenhot_2025.sav')); print(literacy.__file__)"
        sample, package = run(python, "-c", where, cwd=there).split()
        assert str(there) in sample and str(there) in package, (sample, package)
        assert Path(package).with_name("py.typed").is_file()
        shutil.copy(EXPORT, there)
        run(*literacy, "score", EXPORT.name, "-i", "erenhot", "-o", "scored.xlsx", cwd=there)
        again = run(*literacy, "score", EXPORT.name, "-i", "erenhot", cwd=there)
        table = "import literacy; t = literacy.read_table('scored.xlsx'); print(len(t), 'total' in t)"
        assert run(python, "-c", table, cwd=there).split() == [str(again.count("\n") - 1), "True"]
        for name in ("form.docx", "form.xlsx", "codebook.html"):
            run(*literacy, "survey", "export", "erenhot", "-o", name, cwd=there)
            assert (there / name).stat().st_size > 5_000, name
        for ending in ("csv", "tsv", "parquet", "sav", "dta"):
            run(*literacy, "score", sample, "-o", f"scored.{ending}", cwd=there)
            run(
                *literacy,
                "estimate",
                f"scored.{ending}",
                "--share",
                "literate",
                "-o",
                f"{ending}.xlsx",
                cwd=there,
            )
        assert (Path(package).parent / "messages" / "zh" / "LC_MESSAGES" / "messages.mo").is_file()
        chinese = run(*literacy, "--lang", "zh", "estimate", "--help", cwd=there)
        assert "置信水平" in chinese, chinese
        (there / "office").mkdir()
        write_export(there / "office" / "export.xlsx")
        done = steps(lambda *words: run(*literacy, *words, cwd=there / "office"), there / "office")
        assert len(done) <= 12 and list((there / "office" / "report" / "figures").glob("*.png")), done
        print(*done, sep="\n")
        run(*literacy, "demo", "-o", "demo", "--lang", "zh", cwd=there)
        figures = sorted((there / "demo").rglob("*.png"))
        assert figures and all(f.stat().st_size > 10_000 for f in figures), figures
        print(f"the wheel works alone: {wheel.name}, {len(figures)} figures drawn")


if __name__ == "__main__":
    main()
