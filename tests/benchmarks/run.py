"""Time this package beside svy, R survey and bare numpy, and write docs/benchmarks.md: ``make bench``.

svy gets an environment of its own, made by pip the first time (build/svy). R is used where it is installed with its
package survey. Every number comes from a process of its own; what fails or takes longer than its limit says so.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import data

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SVY = "0.35.0"
TASKS = {
    "A": "proportions of 5 domains with Taylor standard errors",
    "B": "raking on 4 margins",
    "C": "500 rescaled bootstrap replicates (made and used) and domain proportions",
    "D": "as C, every replicate raked again",
}
SIZES = {
    "A": (10_000, 300_000, 3_000_000),
    "B": (10_000, 300_000, 3_000_000),
    "C": (10_000, 300_000),
    "D": (10_000, 300_000),
}
R_SIZES = {"A": (10_000, 300_000), "B": (10_000, 300_000), "C": (), "D": ()}
WANTED = {("A", 3_000_000): 15, ("B", 3_000_000): 25, ("C", 300_000): 50, ("D", 300_000): 10}
LIMIT = 120  # seconds

MEMORY = {("A", 3_000_000): None, ("B", 3_000_000): None, ("C", 300_000): 500.0}  # MB; None: twice the data

PROFILE = """
Where the time goes. A at 3,000,000 rows (cProfile): sums by unit and domain, counts and squared weights in one pass of
blocks about 60 %, levels of the domain column found, checked and crossed 30 %, the check that the variable is 0/1 10 %.
Bare numpy does the first only, without counts and squares (those are what degrees of freedom and n_eff need). C: two
thirds are the draws of the bootstrap; at 10,000 rows a third is the rank of the replicates in each domain.
"""


BEFORE = "bf28902"
"""The commit whose speed must be kept; its tree is taken from the history, where there is one."""
ROUNDS = 3  # of all programs in turn, so that a busy machine is fair to all
LIMITS = {(t, n): {10_000: 4.0, 3_000_000: 1.5}.get(n) for t in "AB" for n in (10_000, 300_000, 3_000_000)}
LIMITS |= {(t, n): 1.3 for t in "CD" for n in (10_000, 300_000)}
SLOWER = 1.1  # times the commit before


def old_tree() -> Path | None:
    """The tree of the commit before, under build/; None without the history."""
    folder = ROOT / "build" / BEFORE
    if not (folder / "literacy").exists():
        folder.mkdir(parents=True, exist_ok=True)
        packed = subprocess.run(["git", "archive", BEFORE], capture_output=True, check=False, cwd=ROOT)
        if packed.returncode:
            return None
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    return folder


def svy_python() -> str | None:
    """Interpreter of svy's environment; made by pip where it is not there yet."""
    folder = Path(os.environ.get("SVY_ENV", ROOT / "build" / "svy"))
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", f"svy=={SVY}"], check=False)
    found = subprocess.run([str(python), "-c", "import svy"], capture_output=True, check=False)
    return str(python) if found.returncode == 0 else None


def measure(command: list[str], tree: Path = ROOT) -> dict[str, Any]:
    """Run one worker, with the package of a tree."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LIMIT,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"more than {LIMIT} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["failed"])[-1][:80]}
    out: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return out


def write_binary(folder: Path, rows: int) -> None:
    """Columns and margins for R."""
    columns = data.make_columns(rows)
    for name, values in columns.items():
        values.astype(np.float64).tofile(folder / name)
    for j, totals in enumerate(data.make_margins(columns).values()):
        np.array(list(totals.values())).tofile(folder / f"goal{j}")


def measure_all() -> dict[tuple[str, int, str], dict[str, Any]]:
    """Every task, size and program."""
    svy, old = svy_python(), old_tree()
    rscript = shutil.which("Rscript")
    results: dict[tuple[str, int, str], dict[str, Any]] = {}
    for task, sizes in SIZES.items():
        for rows in sizes:
            programs = [
                ("literacy", sys.executable, ROOT),
                *([(BEFORE, sys.executable, old)] if old else []),
                ("numpy", sys.executable, ROOT),
                *([("svy", svy, ROOT)] if svy else []),
            ]
            for turn in range(ROUNDS):
                for program, python, tree in programs:
                    slow = program == "svy" and task in "CD" and rows > 100_000
                    if slow and turn:
                        continue
                    worker = "literacy" if program == BEFORE else program
                    repeats = "1" if slow else "9" if rows > 100_000 else "100" if task in "AB" else "9"
                    command = [str(python), str(HERE / "worker.py"), worker, task, str(rows), repeats]
                    got = measure(command, tree)
                    best = results.get((task, rows, program), got)
                    if turn and "failed" not in got and "failed" not in best:
                        got |= {n: min(got[n], best[n]) for n in ("seconds", "cpu", "peak_mb", "more_mb")}
                    results[task, rows, program] = got
                    say(task, rows, program, results)
            if rscript and rows in R_SIZES[task]:
                with tempfile.TemporaryDirectory() as folder:
                    write_binary(Path(folder), rows)
                    command = [rscript, str(HERE / "worker.R"), task, str(rows), folder]
                    results[task, rows, "R survey"] = measure(command)
                say(task, rows, "R survey", results)
    return results


def say(task: str, rows: int, program: str, results: dict[tuple[str, int, str], dict[str, Any]]) -> None:
    """Progress on stderr."""
    told = {k: v for k, v in results[task, rows, program].items() if k != "numbers"}
    sys.stderr.write(f"{task} {rows:>9,} {program:<9} {told}\n")


def processor() -> str:
    """Name of the processor, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def write_report(results: dict[tuple[str, int, str], dict[str, Any]]) -> str:
    """The page of docs."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`; do not edit. Synthetic survey: 300 strata of 10 units, 5 domains, margins of 2, 5, 6",
        f"and 10 levels. The best of {ROUNDS} processes of each program, which take turns, and of up to 100 runs in each.",
        "",
        f"Machine: {processor()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"numpy {np.__version__}; svy {SVY}.",
        "",
        "- **s**: seconds by the clock. **times**: the program's over ours. **CPU s**: processor time of the process, which other",
        f"  work on the machine disturbs less; numpy, {BEFORE} and this package use one thread, so these are compared by it.",
        f"- **{BEFORE}**: this package at that commit, from the history of the repository.",
        "- **peak MB**: highest resident memory of the process, interpreter and libraries included. **over data MB**:",
        "  what the task added to the process that had already loaded the data (0: it fitted into memory freed before).",
        f"- R survey was left out of C and D: at 10,000 rows neither was done after {LIMIT} s.",
        "- **numpy** is the least arithmetic that gives the estimates and standard errors (B: the weights), without checks,",
        "  intervals, degrees of freedom, diagnostics or generality: a lower bound.",
        "",
    ]
    missed = []
    for task, sizes in SIZES.items():
        lines += [f"## {task}: {TASKS[task]}", ""]
        lines += [
            "| rows | program | s | times | CPU s | peak MB | over data MB | data MB |",
            "|--:|:--|--:|--:|--:|--:|--:|--:|",
        ]
        for rows in sizes:
            mine = results.get((task, rows, "literacy"), {}).get("seconds")
            for program in ("literacy", BEFORE, "svy", "R survey", "numpy"):
                got = results.get((task, rows, program))
                if got is None:
                    continue
                if "failed" in got:
                    lines.append(f"| {rows:,} | {program} | {got['failed']} | | | | | |")
                    continue
                ratio = got["seconds"] / mine if mine else float("nan")
                cpu = f"{got['cpu']:.4f}" if "cpu" in got else ""
                over = f"{got['more_mb']:.0f}" if "more_mb" in got else ""
                size = f"{got['input_mb']:.0f}" if "input_mb" in got else ""
                lines.append(
                    f"| {rows:,} | {program} | {got['seconds']:.4f} | {'' if program == 'literacy' else f'{ratio:.2f}'} "
                    f"| {cpu} | {got['peak_mb']:.0f} | {over} | {size} |"
                )
            theirs = results.get((task, rows, "svy"), {}).get("seconds")
            wanted = WANTED.get((task, rows))
            if wanted and mine and theirs:
                verdict = "reached" if theirs / mine >= wanted else "missed"
                missed.append(
                    f"- {task} at {rows:,} rows: wanted {wanted}x svy, measured {theirs / mine:.1f}x: {verdict}"
                )
            missed += judge_speed(task, rows, results)
            missed += judge_memory(task, rows, results.get((task, rows, "literacy"), {}))
        lines.append("")
    return "\n".join([*lines, "## Wanted and measured", "", *missed, PROFILE])


def judge_speed(task: str, rows: int, results: dict[tuple[str, int, str], dict[str, Any]]) -> list[str]:
    """Lines on bare numpy and on the commit before: processor time, and whether the numbers are the same."""
    out, mine = [], results.get((task, rows, "literacy"), {})
    for program, limit in (("numpy", LIMITS[task, rows]), (BEFORE, SLOWER)):
        got = results.get((task, rows, program), {})
        if limit is None or "cpu" not in got or "cpu" not in mine:
            continue
        ratio = mine["cpu"] / got["cpu"]
        verdict = "kept" if ratio <= limit else "**missed**"
        line = f"- {task} at {rows:,} rows: at most {limit:g}x {program} wanted, measured {ratio:.2f}x: {verdict}"
        a, b = (np.array(x["numbers"]) for x in (mine, got))
        off = float(np.abs(a / b - 1).max())
        if (
            program == "numpy" and task in "CD"
        ):  # replicates of its own draw: standard errors agree but for chance
            half = len(a) // 2
            off, chance = (
                float(np.abs(x / y - 1).max()) for x, y in ((a[:half], b[:half]), (a[half:], b[half:]))
            )
            line += f"; estimates differ by {off:.0e}, standard errors of two draws by {chance:.0%}"
        else:
            line += f"; numbers differ by {off:.0e}"
        out.append(line)
    return out


def judge_memory(task: str, rows: int, got: dict[str, Any]) -> list[str]:
    """One line where a limit of memory was set."""
    if (task, rows) not in MEMORY or "peak_mb" not in got:
        return []
    limit = MEMORY[task, rows] or 2 * got["input_mb"]
    verdict = "kept" if got["peak_mb"] <= limit else "passed"
    return [
        f"- {task} at {rows:,} rows: at most {limit:.0f} MB wanted; the whole process took {got['peak_mb']:.0f} MB, "
        f"{got['bare_mb']:.0f} of them interpreter and libraries: {verdict}"
    ]


def main() -> None:
    """Measure and write."""
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text(write_report(measure_all()), encoding="utf-8", newline="\n")
    sys.stderr.write(f"wrote {page.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
