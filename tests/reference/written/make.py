"""Write the files again and ask PSPP and R haven what they hold: python -m tests.reference.written.make

``record.json`` tells the versions, the commands and the sha256 of each file; ``pspp_*.json`` and ``haven_*.json`` are
what the programs said. The files themselves are not kept: the tests write them anew.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat

from literacy.answers.description import describe_columns, restore_codes
from literacy.files.writing.format_labels import Description
from literacy.files.writing.statfiles import write_spss, write_stata
from literacy.instrument.definitions import Label, Option
from literacy.scoring import score
from tests.files.statprograms import PSPP_SCRIPT, R_SCRIPT, ask_haven, ask_pspp
from tests.reference.exports.make import small_truth

HERE = Path(__file__).parent
FILES = tuple(f"{t}.{e}" for t in ("responses", "scored", "awkward") for e in ("sav", "zsav", "dta"))
Content = tuple[pd.DataFrame, Description]


def contents() -> dict[str, Content]:
    """The three tables that are written."""
    truth = small_truth()
    answers = with_seconds(restore_codes(truth))
    scored = with_seconds(score(truth).frame)
    return {
        "responses": (answers, describe_columns(answers, truth.instrument)),
        "scored": (scored, describe_columns(scored, truth.instrument)),
        "awkward": awkward(),
    }


def with_seconds(frame: pd.DataFrame) -> pd.DataFrame:
    """The day of the interview as seconds since 1970, as it was when the programs were asked."""
    days = frame["interview_date"]
    return frame.assign(interview_date=(days - pd.Timestamp(0)).dt.total_seconds().astype(np.int64))


def awkward() -> Content:
    """Names, labels, codes and cells that formats hold, but only just (SPSS: 64, 256 and 120 bytes)."""
    frame = pd.DataFrame(
        {
            "科学素质题目一": [1.0, 2.0, 8.0, np.nan, -3.0],
            "q" * 27: [0.1, 1 / 3, 1e300, -1e-300, 2.0**53],
            "many": [1.0, 2.0, 91.0, 94.0, 99.0],
            "above": [1.0, -1.0, -2.0, -3.0, -9.0],
            "longtext": ["字" * 300, "", "=1+1", 'it\'s "so", he said', "b"],
            "coded": ["a", "b", "rf", "", "a"],
            "empty": [np.nan] * 5,
            "blank": [""] * 5,
        }
    )
    two = (Option(1, Label("值" * 40, "One")), Option(2, Label("否", "No")))
    gone = (
        Option(8, Label("不知道", "DK"), missing="dont_know"),
        Option(-3, Label("不适用", "NA"), missing="not_applicable"),
    )
    several = tuple(Option(90 + k, Label(f"缺失{k}", f"gone {k}"), missing="skipped") for k in range(10))
    below = tuple(
        Option(-k, Label(f"缺{k}", f"gone {k}"), missing=kind)
        for k, kind in ((1, "dont_know"), (2, "refused"), (3, "skipped"), (9, "not_asked"))
    )
    letters = (
        Option("a", Label("甲", "A")),
        Option("b", Label("乙", "B")),
        Option("rf", Label("拒答", "Refused"), missing="refused"),
    )
    options = {"科学素质题目一": two + gone, "many": two + several, "above": two + below, "coded": letters}
    missing = {name: tuple(o.code for o in listed if o.missing) for name, listed in options.items()}
    labels = {
        "科学素质题目一": Label("题" * 80, "Question"),
        "q" * 27: Label("标" * 80, "Label"),
        "longtext": Label("很长的文字", "Long text"),
    }
    return frame, Description(labels, options, missing)


def write(name: str, content: Content, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """One of the files, and what its writer told."""
    path = folder / name
    writer = write_stata if path.suffix == ".dta" else write_spss
    return path, writer(content[0], path, content[1])


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version(command: list[str]) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()[0].strip()


def main() -> None:
    record: dict[str, object] = {
        "data": "synthetic: 14 respondents of the sample wave of 2025, their scores, and a table of awkward columns",
        "writer": f"pyreadstat {pyreadstat.__version__}",
        "PSPP": {"version": _version(["pspp", "--version"]), "command": PSPP_SCRIPT},
        "R haven": {
            "version": _version(
                [
                    "Rscript",
                    "--vanilla",
                    "-e",
                    "cat(R.version.string, 'haven', as.character(packageVersion('haven')))",
                ]
            ),
            "command": R_SCRIPT,
        },
    }
    files: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        tables = contents()
        for name in FILES:
            path, _ = write(name, tables[name.split(".")[0]], folder)
            files[name] = {"sha256": fingerprint(path)}
            for program in ("haven",) if path.suffix == ".dta" else ("haven", "pspp"):
                said = ask_haven(path) if program == "haven" else ask_pspp(path, folder)
                text = json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"
                file = f"{program}_{name.replace('.zsav', '.sav').replace('.', '_')}.json"
                if path.suffix == ".zsav":
                    assert (HERE / file).read_text(
                        encoding="utf-8"
                    ) == text  # packed or not, it says the same
                (HERE / file).write_text(text, encoding="utf-8")
                files[name][program] = file
    record["files"] = files
    (HERE / "record.json").write_text(
        json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
