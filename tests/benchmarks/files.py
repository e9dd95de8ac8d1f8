"""Time reading and scoring of large files beside pyreadstat alone, and write docs/benchmarks_files.md: ``make bench-files``.

Two files are made of the synthetic wave of 2025, rows drawn with replacement: 300,000 × 120 and 3,000,000 × 60. Every
number comes from a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyreadstat

import literacy
from tests.benchmarks.run import processor

ROOT = Path(__file__).resolve().parent.parent.parent
SEED = 20250101
GUARD, SPEED, MEMORY = 1.15, 1.3, 600.0
CHUNKS = (50_000, 500_000)
"""Rows of pyreadstat's chunks: its usual number, and one with which it spends no time on passing over rows."""
WIDE, LONG = (300_000, 120), (3_000_000, 60)
WAVE = """survey = "erenhot"
name = "2025"
year = 2025
synthetic = true
standard = "cast100"
absent = ["k46", "k47", "k48", "k49", "k50", "channels", "visits", "activities", "attitudes", "digital", "health",
  "decision", "language", "school_grade"]
"""
"""The long file holds background, weights, the test up to item 45, and nothing else."""

FIRST = (
    "id",
    "wave",
    "base_weight",
    "stratum",
    "psu",
    "age",
    "sex",
    "education",
    "occupation",
    "residence",
    "community",
)
"""Columns that stand first in both files."""

HEAD = """
import json, re, sys, time
def tell(seconds, rows):
    found = re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())
    print(json.dumps({"seconds": seconds, "rows": rows, "peak_mb": int(found.group(1)) / 1024}))
start = time.perf_counter()
"""
WORKERS = {
    "pyreadstat whole": """
import pyreadstat
frame, _ = pyreadstat.read_sav(sys.argv[1], user_missing=True)
tell(time.perf_counter() - start, len(frame))
""",
    "pyreadstat in chunks": """
import pyreadstat
rows = 0
names = pyreadstat.read_sav(sys.argv[1], metadataonly=True)[1].column_names
for frame, _ in pyreadstat.read_file_in_chunks(
    pyreadstat.read_sav, sys.argv[1], chunksize=int(sys.argv[2]), user_missing=True, usecols=names
):
    rows += len(frame)
tell(time.perf_counter() - start, rows)
""",
    "literacy, guarded": """
from literacy.files import load_table
rows = len(load_table(sys.argv[1]).frame)
tell(time.perf_counter() - start, rows)
""",
    "literacy, the child alone": """
from pathlib import Path
from literacy.files.statistics.spss import open_spss
opened = open_spss(Path(sys.argv[1]))
tell(time.perf_counter() - start, opened.layout.rows)
""",
    "literacy score": """
from literacy.cli import main
main(["score", sys.argv[1], "-w", sys.argv[2], "-o", sys.argv[3]], standalone_mode=False)
tell(time.perf_counter() - start, sum(1 for _ in open(sys.argv[3], "rb")) - 1 if sys.argv[3].endswith("csv") else 0)
""",
}


def make_file(path: Path, rows: int, columns: int) -> None:
    """Draw rows of the sample wave and write the first columns of it as a compressed .sav with labels."""
    frame, meta = pyreadstat.read_sav(literacy.sample_data("erenhot_2025.sav"), user_missing=True)
    test = [c for c in frame.columns if c.startswith("k")]
    rest = [c for c in frame.columns if c not in (*FIRST, *test) and frame[c].dtype == np.float64]
    long = [*FIRST, *(c for c in test if c < "k46")]
    names = (long if columns <= len(long) else [*FIRST, *test, *rest])[:columns]
    drawn = (
        frame[names].iloc[np.random.default_rng(SEED).integers(0, len(frame), rows)].reset_index(drop=True)
    )
    drawn["id"] = np.arange(rows) + 1.0
    pyreadstat.write_sav(
        drawn,
        str(path),
        column_labels={c: meta.column_names_to_labels[c] or c for c in names},
        variable_value_labels={c: v for c, v in meta.variable_value_labels.items() if c in names},
        missing_ranges={c: v for c, v in meta.missing_ranges.items() if c in names},
        row_compress=True,
    )


def measure(program: str, *arguments: str, runs: int) -> dict[str, float]:
    """The best of some runs."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS")}
    environment["PYTHONPATH"] = str(ROOT)
    best: dict[str, float] = {}
    for _ in range(runs):
        done = subprocess.run(
            [sys.executable, "-c", HEAD + WORKERS[program], *arguments],
            capture_output=True, text=True, encoding="utf-8", env=environment, check=True,
        )  # fmt: skip
        found = json.loads(done.stdout.strip().splitlines()[-1])
        sys.stderr.write(f"{program} {Path(arguments[0]).name} {found}\n")
        if not best or found["seconds"] < best["seconds"]:
            best = found
    return best


def measure_all(folder: Path, runs: int = 3) -> dict[str, dict[str, float]]:
    """Both files, every program; runs of two programs that are compared follow each other."""
    wide, long, wave = folder / "wide.sav", folder / "long.sav", folder / "wave.toml"
    wave.write_text(WAVE, encoding="utf-8")
    results = {}
    make_file(wide, *WIDE)
    for program in ("pyreadstat whole", "literacy, guarded", "literacy, the child alone"):
        results[program] = measure(program, str(wide), runs=runs)
    make_file(long, *LONG)
    for rows in CHUNKS:
        results[f"chunks of {rows}"] = measure("pyreadstat in chunks", str(long), str(rows), runs=2)
    for ending in ("csv", "parquet"):
        out = folder / f"scored.{ending}"
        results[f"score to .{ending}"] = measure("literacy score", str(long), str(wave), str(out), runs=2)
        out.unlink()
    return results


def write_page(results: dict[str, dict[str, float]]) -> str:
    """The page of docs."""
    plain, guarded = results["pyreadstat whole"], results["literacy, guarded"]
    child, chunks = results["literacy, the child alone"], results[f"chunks of {CHUNKS[0]}"]

    def row(what: str, got: dict[str, float], base: dict[str, float]) -> str:
        ratio = got["seconds"] / base["seconds"]
        return f"| {what} | {got['seconds']:.1f} | {ratio:.2f} | {got['peak_mb']:,.0f} |"

    lines = [
        "# Large files",
        "",
        "Written by `make bench-files`; do not edit. Files made of the **synthetic** wave of 2025, rows drawn with replacement,",
        "compressed .sav with labels and user-missing codes. Best of up to three runs, every number from a process of its own;",
        "**times** is the time over that of the first row, **peak MB** the highest resident memory of the process, interpreter",
        "and libraries included.",
        "",
        f"Machine: {processor()}, {os.cpu_count()} processors, numpy {np.__version__}, pyreadstat {pyreadstat.__version__}.",
        "",
        f"## Reading {WIDE[0]:,} × {WIDE[1]} whole",
        "",
        "| program | s | times | peak MB |",
        "|:--|--:|--:|--:|",
        row("pyreadstat, in the process itself", plain, plain),
        row("`literacy.files.load_table`, guarded by a child process", guarded, plain),
        row("of it: the child and the dictionary", child, plain),
        "",
        f"## Scoring {LONG[0]:,} × {LONG[1]}",
        "",
        "`literacy score FILE -w WAVE -o OUT`: read, coded, scored by cast100, written, with the file's fingerprint.",
        "",
        "| program | s | times | peak MB |",
        "|:--|--:|--:|--:|",
        *(
            row(f"pyreadstat, the same columns in chunks of {r:,} rows, nothing done with them", got, chunks)
            for r, got in ((r, results[f"chunks of {r}"]) for r in CHUNKS)
        ),
        row("`literacy score` to .csv", results["score to .csv"], chunks),
        row("`literacy score` to .parquet", results["score to .parquet"], chunks),
        "",
        "## Wanted and measured",
        "",
    ]
    cost = guarded["seconds"] / plain["seconds"]
    lines.append(f"- the guard: at most {GUARD} times wanted, measured {cost:.2f}: {_verdict(cost <= GUARD)}")
    for ending in ("csv", "parquet"):
        got = results[f"score to .{ending}"]
        ratios = [got["seconds"] / results[f"chunks of {r}"]["seconds"] for r in CHUNKS]
        told = " and ".join(f"{ratio:.2f}" for ratio in ratios)
        lines.append(
            f"- scoring to .{ending}: at most {SPEED} times and {MEMORY:.0f} MB wanted, measured {told} times (small and "
            f"large chunks) and {got['peak_mb']:.0f} MB: {_verdict(max(ratios) <= SPEED and got['peak_mb'] < MEMORY)}"
        )
    return "\n".join(lines) + "\n"


def _verdict(kept: bool) -> str:
    return "kept" if kept else "missed"


def main() -> None:
    """Measure and write."""
    with tempfile.TemporaryDirectory() as folder:
        page = write_page(measure_all(Path(folder)))
    (ROOT / "docs" / "benchmarks_files.md").write_text(page, encoding="utf-8", newline="\n")
    sys.stderr.write("wrote docs/benchmarks_files.md\n")


if __name__ == "__main__":
    main()
