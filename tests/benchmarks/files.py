"""What a file adds to a command, beside what the libraries take for it; writes docs/benchmarks_files.md: ``make bench-files``.

    python -m tests.benchmarks.files [SCALE [CASE …]]

Every number comes from a whole process of its own. What a file adds is the time of the command on it less the time of
the same command on ten rows of it; what a library adds is the time of its call less that of its import. SCALE makes the
files smaller and prints the page instead of writing it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

import literacy
from tests.benchmarks import tables
from tests.benchmarks.run import processor

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = 2
CACHE = tempfile.TemporaryDirectory()
"""Where compiled modules are kept during the run."""
COMMAND = [sys.executable, "-m", "literacy"]
ESTIMATE = ["--share", "y", "--by", "d", "--weight", "w", "--strata", "h", "--psu", "u", "--format", "csv"]
WANTED = "['y', 'd', 'w', 'h', 'u']"


class Took(NamedTuple):
    """A process: wall seconds, seconds of processor (children included), highest resident memory in MB."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page: ``limit`` is the highest ratio (or seconds) and ``memory`` the highest MB wanted (0: none)."""

    what: str
    took: Took
    beside: str = ""
    ratio: float | None = None
    limit: float = 0.0
    memory: float = 0.0

    def cells(self) -> str:
        """The line of the table."""
        shown = "" if self.ratio is None else f"{self.ratio:.2f}"
        wanted = f"≤ {self.limit:g}" if self.limit else ""
        wanted += f", {self.memory:.0f} MB" if self.memory else ""
        kept = "" if not wanted else ("kept" if self.kept else "**missed**")
        took = f"{self.took.wall:.2f} | {self.took.cpu:.2f} | {self.took.peak:,.0f}"
        return f"| {self.what} | {took} | {self.beside} | {shown} | {wanted} | {kept} |"

    @property
    def kept(self) -> bool:
        """Whether it is as wanted."""
        fast = self.ratio is None or not self.limit or self.ratio <= self.limit
        return fast and (not self.memory or self.took.peak <= self.memory)


LAUNCHER = """
import json, os, sys, time
start = time.perf_counter()
sink = os.open(os.devnull, os.O_RDWR)
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, sink, 1)])
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - start
print(json.dumps([os.waitstatus_to_exitcode(status), wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
"""A small process between: what a process has used counts what its parent held when it began."""


def run(cache: str, *command: str) -> Took:
    """One process, waited for with what it used; compiled modules are kept in *cache*, as an installation has them."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONPYCACHEPREFIX": cache}
    done = subprocess.run(
        [sys.executable, "-S", "-c", LAUNCHER, *command], env=environment, cwd=cache, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    status, wall, cpu, peak = json.loads(done.stdout)
    if status:
        raise RuntimeError(f"{command}: {done.stderr[-500:]}")
    return Took(wall, cpu, peak)


def best(commands: dict[str, list[str]], runs: int = RUNS) -> dict[str, Took]:
    """The least of some runs of each command; the commands take turns, so that a busy machine is fair to all."""
    found: dict[str, Took] = {}
    for _ in range(runs):
        for name, command in commands.items():
            took = run(CACHE.name, *command)
            old = found.get(name, took)
            found[name] = Took(min(old.wall, took.wall), min(old.cpu, took.cpu), max(old.peak, took.peak))
            sys.stderr.write(f"{name}: {took.wall:.2f} s, CPU {took.cpu:.2f} s, {took.peak:.0f} MB\n")
    return found


def added(long: Took, short: Took) -> Took:
    """What the file adds; the memory is that of the whole process."""
    return Took(max(long.wall - short.wall, 1e-3), max(long.cpu - short.cpu, 1e-3), long.peak)


def python(code: str, program: str = sys.executable) -> list[str]:
    """A command that runs some lines of Python."""
    return [program, "-c", code]


Peers = dict[str, tuple[list[str], list[str]]]
"""Name of a library's call -> the call, its import alone."""


def beside(what: str, files: tuple[Path, Path], peers: Peers, limit: float, memory: float) -> list[Row]:
    """``estimate`` of a share on a long and a short file, beside libraries; the first is what it is compared with."""
    commands = {path.stem: [*COMMAND, "estimate", str(path), *ESTIMATE] for path in files}
    for name, (call, bare) in peers.items():
        commands |= {name: call, f"import for {name}": bare}
    took = best(commands)
    mine = added(took["long"], took["short"])
    rows = [Row(name, added(took[name], took[f"import for {name}"])) for name in peers]
    return [*rows, Row(what, mine, rows[0].what, mine.cpu / rows[0].took.cpu, limit, memory)]


LIBRARIES = ("pandas", "pyarrow", "pyreadstat", "polars")


def peers_python() -> tuple[str, str]:
    """A Python with the libraries compared, in an environment of its own under build/; or why there is none.

    Those that the package itself needs are of the same versions there as here.
    """
    from importlib.metadata import version

    home = ROOT / "build" / "peers"
    program = home / "bin" / "python"
    wanted = [name if name == "polars" else f"{name}=={version(name)}" for name in LIBRARIES]
    try:
        if not program.exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True)
        asked = [str(program), "-m", "pip", "install", "--quiet", *wanted]
        subprocess.run(asked, check=True, capture_output=True, timeout=600)
    except (OSError, subprocess.SubprocessError) as error:
        return (
            sys.executable,
            f"the libraries could not be installed apart ({type(error).__name__}): no polars",
        )
    return str(program), ""


def _csv(folder: Path, scale: float, peers: str) -> dict[str, list[Row]]:
    rows = _count(1_000_000, scale)
    files = _pair(folder, "csv", tables.write_csv, rows)
    call = python(f"import pandas\npandas.read_csv({str(files[0])!r})", peers)
    calls = {"`pandas.read_csv`": (call, python("import pandas", peers))}
    calls |= _polars(peers, f"scan_csv({str(files[0])!r})")
    return {"CSV": beside(f"`estimate`, CSV of {rows:,} × 50", files, calls, 1.5, 600)}


def _gbk(folder: Path, scale: float, peers: str) -> dict[str, list[Row]]:
    rows, commands = _count(1_000_000, scale), {}
    for encoding in ("utf-8", "gb18030"):
        for count in (rows, 10):
            path = folder / f"{encoding}_{count}.csv"
            tables.write_csv(path, count, encoding)
            commands[f"{encoding} {count}"] = [*COMMAND, "estimate", str(path), *ESTIMATE]
    took = best(commands)
    utf8, gbk = (added(took[f"{e} {rows}"], took[f"{e} 10"]) for e in ("utf-8", "gb18030"))
    what = f"`estimate`, CSV of {rows:,} × 50, one column of Chinese texts"
    return {
        "Chinese texts": [
            Row(f"{what}, UTF-8", utf8),
            Row("the same in GBK", gbk, "UTF-8", gbk.cpu / utf8.cpu, 1.5),
        ]
    }


def _parquet(folder: Path, scale: float, peers: str) -> dict[str, list[Row]]:
    rows = _count(10_000_000, scale)
    files = _pair(folder, "parquet", tables.write_parquet, rows)
    call = python(f"import pandas\npandas.read_parquet({str(files[0])!r}, columns={WANTED})", peers)
    calls = {"`pandas.read_parquet(columns=)`": (call, python("import pandas, pyarrow.parquet", peers))}
    calls |= _polars(peers, f"scan_parquet({str(files[0])!r})")
    return {"Parquet": beside(f"`estimate`, Parquet of {rows:,} × 50", files, calls, 2.5, 700)}


def _sav(folder: Path, scale: float, peers: str) -> dict[str, list[Row]]:
    rows = _count(1_000_000, scale)
    files = _pair(folder, "sav", tables.write_sav, rows)
    call = python(f"import pyreadstat\npyreadstat.read_sav({str(files[0])!r}, usecols={WANTED})", peers)
    calls = {"`pyreadstat.read_sav(usecols=)`": (call, python("import pyreadstat", peers))}
    return {"SPSS": beside(f"`estimate`, .sav of {rows:,} × 50", files, calls, 1.5, 0)}


def _wide(folder: Path, scale: float, peers: str) -> dict[str, list[Row]]:
    ask, rows = ["--mean", "v1", "--format", "csv"], []
    for ending in ("csv", "parquet", "sav"):
        wide, narrow = folder / f"wide.{ending}", folder / f"narrow.{ending}"
        tables.write_wide(wide, _count(20_000, scale))
        tables.write_wide(narrow, 10)
        took = best({p.stem: [*COMMAND, "estimate", str(p), *ask] for p in (wide, narrow)})
        more = added(took["wide"], took["narrow"])
        rows.append(
            Row(f"`estimate`, .{ending} of 50 × {_count(20_000, scale):,}", more, "seconds", more.cpu, 4)
        )
    return {"Many columns": rows}


def _waves(folder: Path, scale: float, peers: str) -> dict[str, list[Row]]:
    short, long = _count(200_000, scale), _count(3_000_000, scale)
    return {
        f"Scoring {short:,} × 151": _score(folder, tables.write_wave, short, peers),
        f"Scoring {long:,} × 60": _score(folder, tables.write_short_wave, long, peers),
    }


def _count(full: int, scale: float) -> int:
    return max(1000, round(full * scale))


def _pair(folder: Path, ending: str, write: Callable[[Path, int], None], rows: int) -> tuple[Path, Path]:
    """A long file and one of ten rows."""
    long, short = folder / f"long.{ending}", folder / f"short.{ending}"
    write(long, rows)
    write(short, 10)
    return long, short


def _polars(program: str, scan: str) -> Peers:
    if program == sys.executable:
        return {}
    sums = "group_by('d').agg((pl.col('y') * pl.col('w')).sum(), pl.col('w').sum()).collect()"
    call = python(f"import polars as pl\npl.{scan}.{sums}", program)
    return {"polars, the weighted sums alone": (call, python("import polars", program))}


def _score(folder: Path, make: Callable[[Path, int], list[str]], rows: int, peers: str) -> list[Row]:
    """``score`` of one wave in three formats, and what pyreadstat takes to read it."""
    commands, shorts = {}, {}
    for ending in ("sav", "csv", "parquet"):
        for name, count in (("long", rows), ("short", 10)):
            path = folder / f"{name}_wave.{ending}"
            options = make(path, count)
            command = [*COMMAND, "score", str(path), *options, "-o", str(folder / f"{name}_{ending}.csv")]
            (commands if name == "long" else shorts)[ending] = command
    sav = folder / "long_wave.sav"
    commands["pyreadstat"] = python(
        "import pyreadstat\nfor _ in pyreadstat.read_file_in_chunks(pyreadstat.read_sav, "
        f"{str(sav)!r}, chunksize=100000, user_missing=True): pass",
        peers,
    )
    shorts["pyreadstat"] = python("import pyreadstat", peers)
    took, bare = best(commands, 2), best(shorts)
    more = {name: added(took[name], bare[name]) for name in took}
    out = [Row("pyreadstat, in chunks of 100,000 rows, nothing done with them", more["pyreadstat"])]
    out.append(Row("`score`, .sav", more["sav"], "pyreadstat", more["sav"].cpu / more["pyreadstat"].cpu))
    for ending in ("csv", "parquet"):
        most = round(
            1.02 * took["sav"].peak
        )  # no more memory, but for what two runs of one program differ by
        out.append(
            Row(f"`score`, .{ending}", more[ending], ".sav", more[ending].cpu / more["sav"].cpu, 1.2, most)
        )
    for path in folder.glob("*_wave.*"):
        path.unlink()
    return out


def _commands(folder: Path, scale: float, peers: str) -> dict[str, list[Row]]:
    wave = [str(literacy.sample_data(f"erenhot_{year}.sav")) for year in (2021, 2023, 2025)]
    out = str(folder / "scored.csv")
    took = best({
        "bare": python("import pandas, scipy.stats"),
        "score": [*COMMAND, "score", wave[2], "-o", out],
        "estimate": [*COMMAND, "estimate", wave[2], "--share", "literate", "--by", "group"],
        "project": [*COMMAND, "project", *wave, "--goal", "2025"],
    }, 5)  # fmt: skip
    rows = [Row("`import pandas, scipy.stats`", took["bare"])]
    for name, limit in (("score", 0.5), ("estimate", 0.6), ("project", 1.2)):
        more = added(took[name], took["bare"])
        what = f"`{name}`" + (" of three files" if name == "project" else "")
        rows.append(Row(what, more, "seconds", more.cpu, limit))
    return {"Small commands beyond `import pandas, scipy.stats`": rows}


CASES = {
    "csv": _csv, "gbk": _gbk, "parquet": _parquet, "sav": _sav, "wide": _wide, "score": _waves, "small": _commands,
}  # fmt: skip


def write_page(page: dict[str, list[Row]], why: str) -> str:
    """The page of docs."""
    import pyarrow
    import pyreadstat

    lines = [
        "# Large files",
        "",
        "Written by `make bench-files`; do not edit. Every number is from whole processes, the least of two to five runs of programs that",
        "take turns. **s** and **CPU s** are what the file adds: a command on the file less the same command on ten rows, a library's call less",
        "its import; **peak MB** is the whole process, interpreter and libraries included. **times** compares CPU seconds with those of the row",
        "named. All files are made for this, of random numbers or of rows of the synthetic wave of 2025. The libraries run in an environment of their own.",
        "",
        f"Machine: {processor()}, {os.cpu_count()} processors; pandas {pd.__version__}, pyarrow {pyarrow.__version__}, numpy {np.__version__},",
        f"pyreadstat {pyreadstat.__version__}.{' ' + why[:1].upper() + why[1:] + '.' if why else ''}",
    ]
    for title, rows in page.items():
        head = [
            "| program | s | CPU s | peak MB | beside | times | wanted | |",
            "|:--|--:|--:|--:|:--|--:|:--|:--|",
        ]
        lines += ["", f"## {title}", "", *head, *(row.cells() for row in rows)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    peers, why = peers_python()
    page: dict[str, list[Row]] = {}
    for name in sys.argv[2:] or CASES:
        with tempfile.TemporaryDirectory() as folder:
            page |= CASES[name](Path(folder), scale, peers or sys.executable)
    if len(sys.argv) > 1:
        sys.stdout.write(write_page(page, why))
        return
    (ROOT / "docs" / "benchmarks_files.md").write_text(write_page(page, why), encoding="utf-8", newline="\n")
    sys.stderr.write("wrote docs/benchmarks_files.md\n")


if __name__ == "__main__":
    main()
