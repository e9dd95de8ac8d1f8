"""Build the wheel, install it alone in a fresh environment, and use it from another directory."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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


def main() -> None:
    """Lists surveys, scores the sample, draws a Chinese figure: all from the wheel."""
    with tempfile.TemporaryDirectory(prefix="literacy-wheel-") as folder:
        there = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", there / "dist", ROOT, cwd=there)
        (wheel,) = (there / "dist").glob("*.whl")
        venv.create(there / "env", with_pip=True)
        scripts = there / "env" / ("Scripts" if sys.platform == "win32" else "bin")
        python, literacy = scripts / "python", scripts / "literacy"
        pip = (python, "-m", "pip", "install", "--quiet")
        run(*pip, "--require-hashes", "--requirement", ROOT / "requirements.lock", cwd=there)
        run(*pip, "--no-deps", wheel, cwd=there)
        run(python, "-m", "pip", "check", cwd=there)
        surveys = run(literacy, "survey", "list", cwd=there)
        assert "erenhot" in surveys and "gss-science" in surveys, surveys
        run(literacy, "survey", "check", cwd=there)
        where = "import literacy; print(literacy.sample_data('erenhot_2025.sav')); print(literacy.__file__)"
        sample, package = run(python, "-c", where, cwd=there).split()
        assert str(there) in sample and str(there) in package, (sample, package)
        run(literacy, "score", sample, "-o", "scored.csv", cwd=there)
        lines = (there / "scored.csv").read_text(encoding="utf-8-sig").count("\n")
        assert lines > 1000, lines
        run(literacy, "demo", "-o", "demo", "--lang", "zh", cwd=there)
        figures = sorted((there / "demo").rglob("*.png"))
        assert figures and all(f.stat().st_size > 10_000 for f in figures), figures
        print(f"the wheel works alone: {wheel.name}, {len(figures)} figures drawn")


if __name__ == "__main__":
    main()
