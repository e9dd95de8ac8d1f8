"""Signals at random moments of score, weight and report: the old output whole, no file left, nothing others can read.

``python -m tests.cli.signals 40`` (make signals).
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

import literacy
from tests.conftest import ROOT

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if os.name == "posix" else ()


@dataclass
class Told:
    """What came of it."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def fingerprint(place: Path) -> str:
    """One hash of a file, or of a folder with its names."""
    files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    whole = hashlib.sha256()
    for file in files:
        whole.update(os.fsencode(file.relative_to(place)) + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def open_to_others(folder: Path, known: set[Path]) -> list[str]:
    """Files, other than the known, that others could read now (not those inside a folder closed to them)."""
    found = []
    for here, folders, names in os.walk(folder):
        place = Path(here)
        folders[:] = [f for f in folders if place / f not in known and _mode(place / f) & 0o055]
        found += [str(place / n) for n in names if place / n not in known and _mode(place / n) & 0o044]
    return found


def _mode(place: Path) -> int:
    try:
        return place.lstat().st_mode
    except OSError:
        return 0


def ready(process: int) -> bool:
    """Whether the program has begun (it listens to TERM); where the system does not tell, yes."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except OSError:
        return True
    (caught,) = [line.split()[1] for line in status.splitlines() if line.startswith("SigCgt")]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def strike(rounds: int, rows: int = 20, seed: int = 1) -> Told:
    """Run each command once to its end, then *rounds* times with a signal at a random moment of that time.

    Parameters
    ----------
    rounds : int
        Over all commands together.
    rows : int
        The synthetic wave of 2025 so many times over, as .csv.
    seed : int
    """
    pick, told = random.Random(seed), Told()
    with tempfile.TemporaryDirectory(prefix="literacy-signals-") as made:
        folder = Path(made).resolve()
        work, private = folder / "work", folder / "tmp"
        work.mkdir()
        private.mkdir()
        wave = literacy.read_table(literacy.sample_data("erenhot_2025.sav"))
        pd.concat([wave] * rows).to_csv(work / "big.csv", index=False)
        (work / "small.sav").write_bytes(literacy.sample_data("erenhot_2025.sav").read_bytes())
        commands = {
            "score": (["score", "big.csv", "-i", "erenhot", "-o", "out.csv"], work / "out.csv"),
            "score to .xlsx": (["score", "small.sav", "-o", "out.xlsx"], work / "out.xlsx"),
            "weight": (["weight", "big.csv", "-i", "erenhot", "--margins", "2025", "-o", "w.csv"], work / "w.csv"),
            "report": (["report", "2025", "small.sav", "--lang", "en", "-o", "r"], work / "r"),
        }  # fmt: skip
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(private)}
        times, whole = {}, {}
        for name, (call, out) in commands.items():
            begun = time.monotonic()
            whole_call = [sys.executable, "-m", "literacy", *call]
            subprocess.run(whole_call, cwd=work, env=env, check=True, capture_output=True)
            times[name], whole[name] = time.monotonic() - begun, fingerprint(out)
        known = set(work.rglob("*")) | {work, private}
        listing = sorted(p for p in work.iterdir())
        for number in range(rounds):
            name = list(commands)[number % len(commands)]
            call, out = commands[name]
            sign = NUMBERS[number // len(commands) % len(NUMBERS)]
            child = subprocess.Popen(
                [sys.executable, "-m", "literacy", *call], cwd=work, env=env,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            while child.poll() is None and not ready(child.pid):
                time.sleep(0.005)
            moment = time.monotonic() + pick.uniform(0.0, 1.05) * times[name]
            loose: set[str] = set()
            while time.monotonic() < moment and child.poll() is None:
                loose.update(open_to_others(folder, known))
                time.sleep(0.01)
            if child.poll() is None:
                child.send_signal(sign)
            _, err = child.communicate(timeout=120)
            where = f"round {number}, {name}, {sign.name}"
            if child.returncode not in (0, 128 + sign, -sign):
                told.faults.append(f"{where}: exit {child.returncode}: {err.decode(errors='replace')[-300:]}")
            if b"Traceback" in err:
                told.faults.append(f"{where}: a traceback: {err.decode(errors='replace')[-300:]}")
            if fingerprint(out) != whole[name]:
                told.faults.append(f"{where}: the output is not whole")
            left = sorted(p for p in work.iterdir() if p not in listing) + sorted(private.iterdir())
            if left:
                told.faults.append(f"{where}: left {[p.name for p in left]}")
            if loose:
                told.faults.append(f"{where}: others could read {sorted(loose)[:3]}")
            told.ends["to its end" if child.returncode == 0 else f"exit {child.returncode}"] += 1
    return told


if __name__ == "__main__":
    result = strike(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
    print(dict(result.ends))
    for fault in result.faults:
        print("FAULT", fault)
    raise SystemExit(bool(result.faults))
