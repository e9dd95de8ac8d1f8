"""docs/fuzzing.md, from the outcomes of a run."""

from __future__ import annotations

import math
from collections import Counter
from importlib.metadata import version

from tests.conftest import ROOT
from tests.fuzzing.mutants import NAMES
from tests.fuzzing.run import BAD, PATIENCE, Outcome, count

HEAD = """# Broken files

`make fuzz` puts broken files through `literacy score` and writes this page; a short run is part of the tests
(`tests/fuzzing/`). A mutant is a good file of fourteen synthetic respondents ([where they come from]({origin})) with bytes
changed, cut, doubled, swapped, zeroed or put in, or a whole number of the header made extreme; two in three are
broken in the header or dictionary, and of workbooks three in four are broken inside a sound archive. The command
runs inside the process that is watched, its reading child as in use; every other mutant of a format is read in parts of five
rows, as large files are.

What would count as a failure:

- **crash**: the process died; **hang**: no answer within {patience:.0f} s; **traceback**: anything but a result or one message;
- **short**: fewer rows than the file's own header promises, and no error. Promised rows are read by the test itself, not by
  the code it tests: the count of the header (.sav, .zsav, .dta, .parquet), lines (.csv), rows with a value (.xlsx, .ods); .por
  promises none. A .json file is to be refused, whatever became of it.

"""


def write_page(
    outcomes: list[Outcome], seed: int, seconds: float, cuts: dict[tuple[str, str], Counter[str]]
) -> None:
    """Write the page."""
    table = count(outcomes)
    times = sorted(o.seconds for o in outcomes)
    head = HEAD.format(patience=PATIENCE, origin="../tests/reference/exports/origin.json")
    lines = [
        "| file | mutants | scored | refused with one message | crash | hang | traceback | short |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for kind, what in NAMES.items():
        row = table.get(kind, {})
        bad = [row.get(v, 0) + (row.get("odd", 0) if v == "traceback" else 0) for v in BAD[:4]]
        cells = [sum(row.values()), row.get("scored", 0), row.get("refused", 0), *bad]
        lines.append(f"| {what} | {' | '.join(f'{c:,}' for c in cells)} |")
    total = sum(1 for o in outcomes if o.verdict in BAD)
    limit = 1 - math.exp(math.log(0.05) / len(outcomes)) if not total else float("nan")
    at = min(len(times) - 1, int(0.99 * len(times)))
    said = f"{len(outcomes):,} mutants, seed {seed}: {total} failures"
    said += f" (with 95 % confidence fewer than {limit:.2%} of such files)" if not total else ""
    said += f". Half were done in {times[len(times) // 2]:.2f} s, 99 in 100 in {times[at]:.1f} s, the slowest in {times[-1]:.1f} s;"
    said += f" {seconds / 60:.0f} minutes in two processes. pyreadstat {version('pyreadstat')}, "
    said += f"python-calamine {version('python-calamine')}, pandas {version('pandas')}."
    more = "\nA mutant that is scored was changed where nothing is read, or into other valid answers: no file says which.\n"
    more += """
## A text table cut at every byte

`literacy estimate` on a table of four rows (letters of several bytes, quoted cells) that ends after its first byte, its second, and so
on. A cut between two lines leaves a whole table of fewer rows, which no program can know; any other is refused or noted.

| encoding | ends of lines | refused | noted | between lines | silent |
|---|---|---:|---:|---:|---:|
"""
    for (encoding, ends), one in cuts.items():
        silent = sum(n for verdict, n in one.items() if " at " in verdict)
        shown = "CR LF" if ends == "\r\n" else "LF"
        more += f"| {encoding} | {shown} | {one['refused']} | {one['noted']} | {one['between lines']} | {silent} |\n"
    (ROOT / "docs" / "fuzzing.md").write_text(
        head + "\n".join(lines) + "\n\n" + said + "\n" + more, encoding="utf-8"
    )
