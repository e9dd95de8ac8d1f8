"""Thousands of broken files through ``literacy score``: does one of them end, hang or fool the program?

Run ``make fuzz``, or ``python -m tests.fuzzing.run [--mutants 2000] [--seed 20261124]``; writes docs/fuzzing.md.
The command runs inside the worker's own process, its reading child as in use; a worker that dies was crashed.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from literacy.files import readers, tablefile
from tests.conftest import ROOT
from tests.fuzzing.mutants import FORMATS, SEED, load_originals, make_mutant

PATIENCE = 20.0
MUTANTS = 2000
USUAL = (tablefile.ROWS, readers.SMALL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant: ``verdict`` is scored, refused, traceback, short, odd, crash or hang."""

    number: int
    kind: str
    verdict: str
    seconds: float
    said: str


BAD = ("crash", "hang", "traceback", "short", "odd")


def try_mutant(originals: dict[str, bytes], number: int, folder: Path, seed: int) -> Outcome:
    """Score one mutant in this process."""
    from click.testing import CliRunner

    from literacy.cli import main

    if number // len(originals) % 2:  # every other one of a format in small parts
        tablefile.ROWS, readers.SMALL = 5, 0
    else:
        tablefile.ROWS, readers.SMALL = USUAL
    mutant = make_mutant(originals, number, seed)
    kind = list(originals)[number % len(originals)]
    path = folder / f"mutant.{mutant.ending}"
    path.write_bytes(mutant.data)
    start = time.perf_counter()
    result = CliRunner().invoke(main, ["score", str(path), "-i", "erenhot"])
    seconds = time.perf_counter() - start
    said = " ".join(result.stderr.replace(str(folder), "").split())
    error = result.exception
    if (error is not None and not isinstance(error, SystemExit)) or "Traceback" in result.stderr:
        verdict, said = "traceback", f"{mutant.act}: {error!r}"
    elif result.exit_code == 0:
        rows = len(result.stdout.splitlines()) - 1
        verdict = "short" if rows < mutant.promised else "odd" if kind == "json" else "scored"
        said = f"{mutant.act}: {rows} rows, {mutant.promised} promised" if verdict == "short" else ""
    else:
        verdict = "refused" if result.exit_code == 1 and " fix: " in said else "odd"
    return Outcome(number, kind, verdict, seconds, said[:300])


CUT = '编号,答案,年龄,备注\n1,2,34,好\n2,1,50,"一,二"\n3,2,61,"说""好"""\n4,1,27,无\n'
"""A small text table; cut at each of its bytes."""
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


def try_cuts(encoding: str, folder: Path, ends: str = "\n") -> Counter[str]:
    """``estimate`` on a small CSV cut at every byte: refused, noted, between two lines, or silent."""
    from click.testing import CliRunner

    from literacy.cli import main

    tablefile.ROWS, readers.SMALL = USUAL
    data = CUT.replace("\n", ends).encode(encoding)
    end = ends.encode("utf-16-le" if encoding == "utf-16" else encoding.removesuffix("-sig"))
    found: Counter[str] = Counter()
    path = folder / "cut.csv"
    for place in range(1, len(data)):
        path.write_bytes(data[:place])
        done = CliRunner().invoke(main, ["estimate", str(path), "--mean", "年龄"])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            found[f"traceback at {place}"] += 1
        elif done.exit_code:
            found["refused"] += 1
        elif data[:place].endswith(end):
            found["between lines"] += 1
        else:
            said = done.stdout + done.stderr
            cut = any(word in said for word in ("without a line break", "truncated", "文件末尾没有换行"))
            found["noted" if cut else f"silent at {place}"] += 1
    return found


def work(seed: int, numbers: range, out: IO[str]) -> None:
    """Try mutants one after another and say what became of each, one line of JSON a mutant."""
    originals = load_originals()
    with tempfile.TemporaryDirectory() as own:
        for number in numbers:
            out.write(json.dumps(asdict(try_mutant(originals, number, Path(own), seed))) + "\n")
            out.flush()


def run(mutants: int, seed: int, processes: int = 2) -> list[Outcome]:
    """Try mutants 0 to *mutants* - 1 in a few processes; one that dies or hangs is started again after its mutant."""
    done: list[Outcome] = []
    shares = [range(k, mutants, processes) for k in range(processes)]
    threads = [threading.Thread(target=_tend, args=(seed, share, done)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(done, key=lambda o: o.number)


def _tend(seed: int, numbers: range, done: list[Outcome]) -> None:
    at = numbers.start
    while at < numbers.stop:
        command = [sys.executable, "-m", "tests.fuzzing.run", "--seed", str(seed)]
        child = subprocess.Popen(
            [*command, "--numbers", f"{at}:{numbers.stop}:{numbers.step}"], stdout=subprocess.PIPE, text=True,
            encoding="utf-8", cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert child.stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=_listen, args=(child.stdout, lines), daemon=True)
        reader.start()
        patience = PATIENCE + 10  # the first line waits for the imports
        while at < numbers.stop:
            try:
                line = lines.get(timeout=patience)
            except queue.Empty:
                child.kill()
                done.append(Outcome(at, FORMATS[at % len(FORMATS)], "hang", patience, ""))
                at += numbers.step
                break
            if not line:
                done.append(Outcome(at, FORMATS[at % len(FORMATS)], "crash", 0.0, f"status {child.wait()}"))
                at += numbers.step
                break
            outcome = Outcome(**json.loads(line))
            done.append(outcome)
            at = outcome.number + numbers.step
            patience = PATIENCE
        child.kill() if at < numbers.stop else None
        child.wait()


def _listen(stream: IO[str], lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def count(outcomes: list[Outcome]) -> dict[str, Counter[str]]:
    """Verdicts by kind of file."""
    table: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        table.setdefault(outcome.kind, Counter())[outcome.verdict] += 1
    return table


def main() -> int:
    """Run, write the page, and fail if anything bad came of a mutant."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=MUTANTS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--page", action="store_true", help="write docs/fuzzing.md")
    parser.add_argument("--numbers")
    asked = parser.parse_args()
    if asked.numbers:
        first, stop, step = map(int, asked.numbers.split(":"))
        work(asked.seed, range(first, stop, step), sys.stdout)
        return 0
    start = time.perf_counter()
    outcomes = run(asked.mutants, asked.seed)
    with tempfile.TemporaryDirectory() as own:
        cuts = {(e, n): try_cuts(e, Path(own), n) for e in ENCODINGS for n in ("\n", "\r\n")}
    silent = sorted({verdict for one in cuts.values() for verdict in one if " at " in verdict})
    print("cuts:", dict(sum(cuts.values(), Counter())))
    for outcome in outcomes:
        if outcome.verdict in BAD:
            print(outcome)  # a script for people
    if asked.page:
        from tests.fuzzing.page import write_page

        write_page(outcomes, asked.seed, time.perf_counter() - start, cuts)
    table = count(outcomes)
    print(json.dumps({k: dict(sorted(v.items())) for k, v in table.items()}, indent=1))
    print(f"slowest {max(o.seconds for o in outcomes):.1f} s, {len(outcomes)} mutants")
    return 1 if silent or any(o.verdict in BAD for o in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
