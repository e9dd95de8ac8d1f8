"""The core of the tests on the lowest versions of every library that pyproject.toml allows."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = (
    "files/test_formats.py", "files/test_roundtrip.py", "files/test_writers.py", "scoring", "kernels/test_by_hand.py",
    "kernels/test_survey_kernels.py", "weighting/test_reference.py", "estimation/test_designs.py",
    "projection/test_project.py", "report/test_palette.py",
)  # fmt: skip
"""What runs: every format in and out, scores, weights, estimates and their designs, projections, a figure."""
TOOLS = ("pytest>=8.2", "pytest-xdist>=3.6", "hypothesis>=6.100", "openpyxl>=3.1", "xlwt>=1.3")
"""What the tests themselves need, at any version."""


def main() -> None:
    """Makes an environment of its own with uv, shows what is in it, and runs the tests there."""
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory(prefix="literacy-lowest-") as folder:
        python = Path(folder) / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        for command in (
            [uv, "venv", "--quiet", "--python", sys.executable, Path(folder) / "env"],
            [uv, "pip", "install", "--quiet", "--python", python, "--resolution", "lowest-direct", ROOT],
            [uv, "pip", "install", "--quiet", "--python", python, *TOOLS],
            [uv, "pip", "list", "--python", python],
            [
                python,
                "-m",
                "pytest",
                "-q",
                "-n",
                "auto",
                "-p",
                "no:cacheprovider",
                *(ROOT / "tests" / c for c in CORE),
            ],
        ):
            print("+", *command, flush=True)
            done = subprocess.run(
                [str(c) for c in command], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
            )
            if done.returncode:
                raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
