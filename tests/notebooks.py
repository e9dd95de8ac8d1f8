"""Run every notebook from top to bottom in a fresh kernel; stop at the first error.

Twins share their code but for the language of tables and figures: every notebook is run in English, the one
about a survey of one's own in Chinese too. ``make docs`` runs all in both.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from literacy.workflow import format_notebook, list_notebooks  # noqa: E402

BOTH = ("9_a_survey_of_your_own",)


def main() -> int:
    """Exit code 0 if all ran."""
    names = list_notebooks()
    assert names, "no notebooks"
    for name, lang in [*((n, "en") for n in names), *((n, "zh") for n in BOTH)]:
        start = time.perf_counter()
        notebook = nbformat.reads(format_notebook(name, lang), as_version=4)
        with tempfile.TemporaryDirectory() as place:
            client = NotebookClient(
                notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": place}}
            )
            try:
                client.execute()
            except CellExecutionError as error:
                print(f"{name} ({lang}): {error}", file=sys.stderr)
                return 1
        print(f"{name} ({lang}): ran in {time.perf_counter() - start:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
