"""The core of the tests on the lowest versions of every library that pyproject.toml allows."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORE = (
    "kernels", "scoring", "files/test_formats.py", "files/test_roundtrip.py", "files/test_writers.py",
    "files/test_keptcells.py", "cli/test_streams.py",
)  # fmt: skip
"""What runs: numbers, scores, every format in and out, and commands."""
TOOLS = ("pytest>=8.2", "hypothesis>=6.100", "openpyxl>=3.1", "xlwt>=1.3")
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
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(ROOT / "tests" / c for c in CORE)],
        ):
            print("+", *command, flush=True)
            done = subprocess.run(
                [str(c) for c in command], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
            )
            if done.returncode:
                raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
