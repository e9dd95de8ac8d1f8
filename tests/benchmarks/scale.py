"""From a million rows to a hundred million, in one run; writes docs/benchmarks_scale.md: ``make bench-scale``.

    python -m tests.benchmarks.scale [SCALE [RUNS]]

Tables have 200 strata of 10 sampling units whatever their rows. A hundred million rows are a folder of ten links to one
file, so that they are read and never stored. SCALE makes the files smaller and prints the page instead of writing it; RUNS is how often each
program runs.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks import tables
from tests.benchmarks.files import COMMAND, ROOT, Took, best, peers_python, python
from tests.benchmarks.run import processor

STRATA, UNITS, BLOCK, SEED = 200, 10, 500_000, 20250102
ASKED = ["--share", "y", "--by", "d", "--weight", "w", "--strata", "h", "--psu", "u", "--format", "csv"]
LEVELS = {"sex": 2, "age": 5, "education": 4, "residence": 3}
FULL = 10_000_000
LINKS = 10
MANY = 100


@dataclass(frozen=True, slots=True)
class Case:
    """A line of the page: what was run, what it took, and what was wanted of it."""

    what: str
    took: Took
    limit: str = ""
    kept: bool | None = None
    beside: str = ""

    def cells(self) -> str:
        """The line of the table."""
        verdict = "" if self.kept is None else ("kept" if self.kept else "**missed**")
        took = f"{self.took.wall:.2f} | {self.took.cpu:.2f} | {self.took.peak:,.0f}"
        return f"| {self.what} | {took} | {self.beside} | {self.limit} | {verdict} |"


def write_nation(path: Path, rows: int, columns: int = 50, first: int = 0) -> None:
    """A Parquet file of an outcome, five domains, weight, design, four margins, and codes up to so many columns."""
    import pyarrow as pa
    import pyarrow.parquet

    writer = None
    for begin in range(first, first + rows, BLOCK):
        n = min(BLOCK, first + rows - begin)
        rng = np.random.default_rng((SEED, begin))
        stratum = rng.integers(0, STRATA, n)
        held = {
            "y": rng.integers(0, 2, n), "d": rng.integers(0, 5, n), "w": rng.gamma(4, 5, n).round(4), "h": stratum,
            "u": stratum * UNITS + rng.integers(0, UNITS, n),
            **{name: rng.integers(1, count + 1, n) for name, count in LEVELS.items()},
        }  # fmt: skip
        held |= {f"c{k}": rng.integers(1, 6, n) for k in range(columns - len(held))}
        table = pa.table(held)
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def write_margins(path: Path, total: int) -> None:
    """Totals of four margins, each some way from even."""
    lines = ["table,level,total"]
    for name, count in LEVELS.items():
        tilt = 1 + 0.3 * (np.arange(count) / (count - 1) - 0.5)
        parts = np.floor(total * tilt / tilt.sum())
        parts[-1] += total - parts.sum()
        lines += [f"{name},{k + 1},{v:.0f}" for k, v in enumerate(parts)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


LOOP = """
import numpy as np, pandas as pd, pyarrow.parquet as pq
sums = []
for path in {paths!r}:
    file = pq.ParquetFile(path)
    items = [c for c in file.schema_arrow.names if c[0] == "k" and c[1:].isdigit()]
    for batch in file.iter_batches(100_000, columns=[*items, "base_weight", "stratum", "psu", "sex"]):
        frame = batch.to_pandas()
        total = (frame[items] == 1).mean(axis=1) * 100
        frame["literate"] = (total >= 70) * frame["base_weight"]
        sums.append(frame.groupby(["stratum", "psu", "sex"])[["literate", "base_weight"]].sum())
print(pd.concat(sums).groupby(level=[0, 1, 2]).sum().shape)
"""
"""Score and sum in bare pandas: one key for all items, no kinds of missing, no points, no check of any code."""


def _estimate(path: Path, *more: str) -> list[str]:
    return [*COMMAND, "estimate", str(path), *ASKED, *more]


def _share(folder: Path, rows: int, polars: str, runs: int) -> list[Case]:
    """One file: polars, the plain estimate, raking, bootstrap."""
    big, ten, margins = folder / "nation.parquet", folder / "ten.parquet", folder / "margins.csv"
    write_nation(ten, 4 * STRATA * UNITS)
    write_margins(margins, 20 * rows)
    commands = {
        "start": _estimate(ten), "plain": _estimate(big),
        "rake": _estimate(big, "--margins", str(margins)),
        "bootstrap": _estimate(big, "--replicates", "bootstrap", "--number", "500", "--seed", "1"),
    }  # fmt: skip
    sums = ".agg((pl.col('y') * pl.col('w')).sum(), pl.col('w').sum()).collect(engine='streaming')"
    if polars:
        scan = f"import polars as pl\npl.scan_parquet({str(big)!r})"
        commands["polars, by unit"] = python(f"{scan}.group_by('h', 'u', 'd'){sums}", polars)
        commands["polars, by domain"] = python(f"{scan}.group_by('d'){sums}", polars)
        commands["polars, import"] = python("import polars", polars)
    best({"start, not counted": commands["start"]}, 1)  # the first start of all reads the libraries from disk
    took = best(commands, runs)
    plain = took["plain"]
    out = [Case(f"`estimate` of {4 * STRATA * UNITS:,} rows: the start of the process", took["start"])]
    if polars:
        names = {"polars, by unit": "stratum, unit and domain", "polars, by domain": "domain alone"}
        for name, of in names.items():
            out.append(
                Case(
                    f"polars, streaming sums by {of} (import {took['polars, import'].cpu:.2f} CPU s)",
                    took[name],
                )
            )
        allowed = 3 * (took["polars, by unit"].cpu - took["polars, import"].cpu) + took["start"].cpu
        narrow = 3 * (took["polars, by domain"].cpu - took["polars, import"].cpu) + took["start"].cpu
        out.append(Case(
            f"`estimate`, share by five domains, Taylor errors, {rows:,} × 50", plain,
            f"≤ {allowed:.2f} CPU s, 700 MB", plain.cpu <= allowed and plain.peak <= 700,
            "3 × polars' sums by unit + start",
        ))  # fmt: skip
        out.append(
            Case(
                "the same",
                plain,
                f"≤ {narrow:.2f} CPU s",
                plain.cpu <= narrow,
                "3 × polars' sums by domain + start",
            )
        )
        out.append(
            Case("the same", plain, "about 2.5 s", plain.wall <= 2.5, "seconds, the figure of the plan")
        )
    else:
        out.append(Case(f"`estimate`, share by five domains, Taylor errors, {rows:,} × 50", plain))
    for name, what in (("rake", "raked to four margins"), ("bootstrap", "500 bootstrap replicates")):
        ratio = took[name].cpu / plain.cpu
        out.append(Case(f"the same, {what}", took[name], "≤ 3 ×", ratio <= 3, f"plain: {ratio:.2f} ×"))
    return out


def _growth(folder: Path, rows: int, runs: int) -> tuple[list[Case], list[str]]:
    """A tenth, the whole, and ten times the rows; what a row adds."""
    small, big, many = folder / "tenth.parquet", folder / "nation.parquet", folder / "links"
    write_nation(small, rows // 10)
    many.mkdir()
    for k in range(LINKS):
        os.link(big, many / f"{k}.parquet")
    commands = {"1": _estimate(small), "10": _estimate(big), "100": _estimate(many)}
    took = best(commands, runs)
    counts = {"1": rows // 10, "10": rows, "100": rows * LINKS}
    flat = took["100"].peak / took["1"].peak
    out = [Case(f"{counts[k]:,} rows", took[k]) for k in ("1", "10")]
    out.append(Case(
        f"{counts['100']:,} rows", took["100"], "memory ≤ 1.1 ×", flat <= 1.1, f"memory of {counts['1']:,}: {flat:.2f} ×"
    ))  # fmt: skip
    early = (took["10"].cpu - took["1"].cpu) / (counts["10"] - counts["1"])
    late = (took["100"].cpu - took["10"].cpu) / (counts["100"] - counts["10"])
    slope = late / early
    hours = (took["100"].cpu + late * (10**9 - counts["100"])) / 3600
    said = [
        f"Between {counts['1']:,} and {counts['10']:,} rows a million rows add {early * 1e6:.3f} CPU s, between "
        f"{counts['10']:,} and {counts['100']:,} rows {late * 1e6:.3f} CPU s: {slope:.2f} times as much "
        f"(wanted: 0.85 to 1.15, {'kept' if 0.85 <= slope <= 1.15 else '**missed**'}).",
        f"On this machine 1,000,000,000 rows would cost {hours:.3f} processor-hours: the measured time of "
        f"{counts['100']:,} rows and {late * 1e6:.3f} s for each further million. This is a calculation, not a measurement.",
    ]
    return out, said


def _folder(folder: Path, rows: int, runs: int) -> list[Case]:
    """Six files, beside pyarrow that reads the five columns into pandas; and one of them."""
    six = folder / "six"
    six.mkdir()
    for k in range(6):
        write_nation(six / f"{k}.parquet", rows, 30, first=k * rows)
    names = ["y", "d", "w", "h", "u"]
    call = f"import pandas, pyarrow.parquet\npyarrow.parquet.read_table({str(six)!r}, columns={names}).to_pandas()"
    took = best({"pyarrow": python(call), "one": _estimate(six / "0.parquet"), "six": _estimate(six)}, runs)
    ratio, more = took["six"].cpu / took["pyarrow"].cpu, took["six"].peak / took["one"].peak
    return [
        Case(f"pyarrow, five columns of 6 × {rows:,} rows into pandas", took["pyarrow"]),
        Case(f"`estimate` of one file of {rows:,} × 30", took["one"]),
        Case("`estimate` of the folder", took["six"], "≤ 3 ×", ratio <= 3, f"pyarrow: {ratio:.2f} ×"),
        Case("the same, memory", took["six"], "≤ 1.2 ×", more <= 1.2, f"one file: {more:.2f} ×"),
    ]


def _scoring(folder: Path, rows: int, runs: int) -> list[Case]:
    """Scoring and an estimate of it, beside a loop of pandas; one process and two, of ten times as many rows once."""
    wave = folder / "wave.parquet"
    options = tables.write_short_wave(wave, rows)
    paths: dict[int, list[Path]] = {}
    for count in (LINKS, MANY):
        place = folder / f"waves{count}"
        place.mkdir()
        paths[count] = [place / f"{k:02d}.parquet" for k in range(count)]
        for path in paths[count]:
            os.link(wave, path)
    asked = [*options, "--share", "literate", "--by", "group", "--format", "csv"]

    def command(count: int, workers: int) -> list[str]:
        return [
            *COMMAND,
            "estimate",
            str(paths[count][0].parent),
            *asked,
            "--workers",
            str(workers),
        ]

    took = best(
        {
            "loop": python(LOOP.format(paths=[str(p) for p in paths[LINKS]])),
            "one": command(LINKS, 1),
            "two": command(LINKS, 2),
        },
        runs,
    )
    took |= best({"many, two": command(MANY, 2), "many, one": command(MANY, 1)}, 1)
    loop, one, two = took["loop"], took["one"], took["two"]
    ratios = [f"loop, CPU: {one.cpu / loop.cpu:.2f} ×", f"loop, seconds: {two.wall / loop.wall:.2f} ×"]
    gain = took["many, one"].wall / took["many, two"].wall
    several = "by two processes, the default of so many cells (CPU of the first process alone)"
    return [
        Case(f"a loop of bare pandas over {LINKS} × {rows:,} rows × 60", loop),
        Case("`estimate` of raw answers, scored on the way, `--workers 1`", one, "≤ 1.2 ×", one.cpu <= 1.2 * loop.cpu, ratios[0]),
        Case(f"the same {several}", two, "≤ 1.2 ×", two.wall <= 1.2 * loop.wall, ratios[1]),
        Case("the same", two, "", None, f"one process, seconds: {one.wall / two.wall:.2f} × as fast"),
        Case(f"`estimate` of {MANY} × {rows:,} rows, `--workers 1`, one run", took["many, one"]),
        Case("the same by two processes, one run", took["many, two"], "≥ 1.6 × as fast", gain >= 1.6, f"one process, seconds: {gain:.2f} × as fast"),
    ]  # fmt: skip


def write_page(
    sections: dict[str, tuple[Iterable[Case], list[str]]], load: tuple[float, float], runs: int
) -> str:
    """The page of docs."""
    import pandas as pd
    import pyarrow

    lines = [
        "# From a million rows to a billion", "",
        f"Written by `make bench-scale` in one run; do not edit. Whole processes, interpreter and libraries included: the least of {runs} run{'s' * (runs != 1)}, programs taking",
        "turns; the memory is the highest of any run and of the largest process. Ratios are of CPU seconds (children included), but where two processes are compared, of",
        f"seconds. Tables are random numbers with {STRATA} strata of {UNITS} sampling units whatever their rows.", "",
        f"Machine: {processor()}, {os.cpu_count()} processors, {platform.system()}; pandas {pd.__version__}, pyarrow {pyarrow.__version__}, numpy {np.__version__}. "
        f"Load of the machine by all programs when the run began and ended: {load[0]:.1f} and {load[1]:.1f}; above {os.cpu_count()}, seconds say little.",
    ]  # fmt: skip
    for title, (cases, said) in sections.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| program | s | CPU s | peak MB | beside | wanted | |",
            "|:--|--:|--:|--:|:--|:--|:--|",
        ]
        lines += [c.cells() for c in cases]
        lines += ["", *said] if said else []
    lines += [
        "", "## What grows with what", "",
        "Time grows with the rows; memory hardly does. Both grow with sampling units × domains × columns of what is asked: sums of every unit in every domain are kept,",
        "added up and finished. Replicates add a product of units × replicates × domains, once. Multiply the processor-hours above by the price of an hour of",
        "one processor; reading from a remote disk comes on top, 26 bytes a row of this table in its five columns.",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> None:
    """Run all."""
    scale = float(arguments[0]) if arguments else 1.0
    runs = int(arguments[1]) if len(arguments) > 1 else 2
    rows = max(20_000, round(FULL * scale))
    begun = os.getloadavg()[0]
    polars, why = peers_python()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as name:
        folder = Path(name)
        write_nation(folder / "nation.parquet", rows)
        sections: dict[str, tuple[Iterable[Case], list[str]]] = {
            "One file": (_share(folder, rows, polars, runs), [f"Without polars: {why}."] if why else []),
            "A folder": (_folder(folder, rows // 10, runs), []),
            "Growth": _growth(folder, rows, runs),
            "Scoring": (_scoring(folder, rows // 10, runs), []),
        }
    page = write_page(sections, (begun, os.getloadavg()[0]), runs)
    if scale != 1:
        sys.stdout.write(page)
        return
    (ROOT / "docs" / "benchmarks_scale.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    (ROOT / "build").mkdir(exist_ok=True)
    main(sys.argv[1:])
