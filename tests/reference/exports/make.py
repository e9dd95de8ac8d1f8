"""Write the fixtures of this folder again: every hundredth respondent of the synthetic wave of 2025, in each format.

Run from the root of the repository: ``python -m tests.reference.exports.make``;
needs PSPP and R with haven and openxlsx.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

from literacy._resources import sample_data
from literacy.answers import Responses, read
from tests.files.programs import ALL_WRITERS

HERE = Path(__file__).parent
EVERY = 100


def small_truth() -> Responses:
    """What every file of this folder must read to."""
    whole = read(sample_data("erenhot_2025.sav"), "erenhot")
    return whole.keep(np.arange(len(whole)) % EVERY == 0, "every hundredth kept")


def said(*command: str) -> str:
    """First line a program says of itself."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[0]


def r_version(package: str) -> str:
    return said("Rscript", "--vanilla", "-e", f"cat(as.character(packageVersion('{package}')), '\\n')")


def main() -> None:
    truth = small_truth()
    listed = {}
    with tempfile.TemporaryDirectory() as name:
        for what, write in ALL_WRITERS.items():
            path = write(truth, Path(name), Path(name))
            shutil.copyfile(path, HERE / path.name)
            listed[what] = path.name
    programs = {
        p: version(p)
        for p in ("pyreadstat", "pandas", "openpyxl", "xlsxwriter", "pyarrow", "pyxform", "xlwt")
    }
    programs |= {
        "pspp": said("pspp", "--version"), "haven": r_version("haven"), "openxlsx": r_version("openxlsx"),
    }  # fmt: skip
    text = json.dumps(
        {"rows": len(truth), "programs": programs, "files": listed}, ensure_ascii=False, indent=1
    )
    (HERE / "origin.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
