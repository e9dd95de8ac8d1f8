"""Time item response models beside R mirt, girth and mirt of PyPI, and write docs/benchmarks_irt.md: ``make bench-irt``.

The Python peers get an environment of their own (``build/irt_peers``, made once). R mirt is used where R finds it (``R_LIBS_USER``). Every
number is the processor time of one process on one thread, so that ratios do not hang on what else the machine does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "docs" / "benchmarks_irt.md"
PEOPLE, ITEMS, FEWER = 300_000, 50, 5_000
ENVIRONMENT = ROOT / "build" / "irt_peers"
WANTED = {"girth": "0.8.0", "mirt": "1.2.0"}

TELL = """
import json, re, sys, time
import numpy as np
x = np.load(sys.argv[1])
def tell(seconds, loglik=None):
    found = re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())
    print(json.dumps({"seconds": seconds, "peak_mb": int(found.group(1)) / 1024, "loglik": loglik}))
"""
OURS = (
    TELL
    + """
import pandas as pd
from literacy.psychometrics import fit_irt, person_scores
frame = pd.DataFrame(x, columns=[f"q{i}" for i in range(x.shape[1])], copy=False)
del x
"""
)
WORKERS = {
    "literacy 2pl": OURS
    + 'start = time.process_time()\nfit = fit_irt(frame, se="none")\ntell(time.process_time() - start, fit.loglik)',
    "literacy 2pl with standard errors": OURS
    + "start = time.process_time()\nfit = fit_irt(frame)\ntell(time.process_time() - start, fit.loglik)",
    "literacy rasch": OURS
    + 'start = time.process_time()\nfit = fit_irt(frame, model="rasch", se="none")\ntell(time.process_time() - start, fit.loglik)',
    "literacy wle": OURS
    + 'fit = fit_irt(frame, se="none")\nstart = time.process_time()\nperson_scores(fit, "wle")\ntell(time.process_time() - start)',
}
PEERS = {
    "girth twopl_mml": TELL
    + "from girth import twopl_mml\nx = x.T.astype(int)\nstart = time.process_time()\ntwopl_mml(x)\ntell(time.process_time() - start)",
    "mirt (PyPI) 2PL": TELL
    + 'import mirt\nstart = time.process_time()\nfit = mirt.fit_mirt(x.astype(int), model="2PL")\ntell(time.process_time() - start, float(getattr(fit, "log_likelihood", "nan")))',
}


def answers(n: int) -> np.ndarray:
    """Answers of n people to 50 items."""
    rng = np.random.default_rng(1)
    theta = rng.standard_normal(n)
    a, d = rng.lognormal(0, 0.3, ITEMS), rng.normal(0, 1.2, ITEMS)
    x = np.empty((n, ITEMS), np.uint8)
    for j in range(ITEMS):
        x[:, j] = rng.random(n) < 1 / (1 + np.exp(-(a[j] * theta + d[j])))
    return x


R_MIRT = """
suppressMessages(library(mirt))
arguments <- commandArgs(TRUE)
n <- as.integer(arguments[2])
x <- matrix(as.integer(readBin(arguments[1], "raw", n * 50)), n, 50, byrow = TRUE)
colnames(x) <- paste0("q", 1:50)
start <- proc.time()
fit <- mirt(x, 1, "2PL", quadpts = 61, verbose = FALSE)
spent <- proc.time() - start
peak <- as.numeric(gsub("[^0-9]", "", grep("VmHWM", readLines("/proc/self/status"), value = TRUE)))
cat(sprintf('{"seconds": %f, "peak_mb": %f, "loglik": %f}\\n', spent[1] + spent[2], peak / 1024, extract.mirt(fit, "logLik")))
"""


def write(path: Path, x: np.ndarray) -> None:
    """The answers for Python, and as plain bytes for R."""
    np.save(path, x)
    path.with_suffix(".raw").write_bytes(x.tobytes())


def run(command: list[str]) -> dict[str, float] | str:
    """One process; its last word, or why it failed."""
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=1500)
    except subprocess.TimeoutExpired:
        return "more than 1,500 s"
    except OSError as error:
        return str(error)[:80]
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:80]
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def find_peers() -> str:
    """Python of an environment with girth and mirt of PyPI, made where it is not there."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "-q", *(f"{k}=={v}" for k, v in WANTED.items())], check=True
        )
    return str(python)


def say(name: str, found: dict[str, dict[str, float] | str], other: str, wanted: str) -> str:
    """A line of the table of ratios."""
    mine, theirs = found.get(name), found.get(other)
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return f"| {other} : {name} | not measured | {wanted} |"
    return f"| {other} : {name} | {theirs['seconds'] / mine['seconds']:.1f} | {wanted} |"


def main() -> None:
    """Run all and write the page."""
    peers = find_peers()
    lines, versions = [], [f"{k} {v} of PyPI" for k, v in WANTED.items()]
    results: dict[int, dict[str, dict[str, float] | str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "mirt.R"
        script.write_text(R_MIRT)
        for n in (FEWER, PEOPLE):
            path = Path(folder) / f"{n}.npy"
            write(path, answers(n))
            jobs = {
                name: [sys.executable, "-W", "ignore", "-c", code, str(path)]
                for name, code in WORKERS.items()
            }
            jobs["R mirt 2PL"] = ["Rscript", str(script), str(path.with_suffix(".raw")), str(n)]
            if n == FEWER:
                jobs |= {name: [peers, "-W", "ignore", "-c", code, str(path)] for name, code in PEERS.items()}
            results[n] = {name: run(command) for name, command in jobs.items()}
            for name, found in results[n].items():
                if isinstance(found, str):
                    lines.append(f"| {name} | {n:,} | {found} | | |")
                else:
                    end = "" if found["loglik"] is None else f"{found['loglik']:.2f}"
                    lines.append(
                        f"| {name} | {n:,} | {found['seconds']:.2f} | {found['peak_mb']:.0f} | {end} |"
                    )
                print(lines[-1], flush=True)
    many, few = results[PEOPLE], results[FEWER]
    ratios = [
        say("literacy 2pl", many, "R mirt 2PL", "20"),
        say("literacy rasch", many, "literacy 2pl", "10"),
        say("literacy 2pl", few, "mirt (PyPI) 2PL", "5"),
        say("literacy 2pl", few, "girth twopl_mml", "5"),
    ]
    if isinstance(many["R mirt 2PL"], dict):
        versions.append("R mirt " + subprocess.run(
            ["Rscript", "-e", "cat(as.character(packageVersion('mirt')))"], capture_output=True, text=True, check=True
        ).stdout)  # fmt: skip
    OUT.write_text(
        PAGE.format(peers=", ".join(versions), fewer=f"{FEWER:,}", lines="\n".join(lines), people=f"{PEOPLE:,}",
                    ratios="\n".join(ratios)),
        encoding="utf-8",
    )  # fmt: skip


PAGE = """# Item response models: speed and memory

Made by `make bench-irt` in one run: 50 items, synthetic answers, each line a process of its own on one thread. Seconds are processor time (user and system), so
that they hang little on what else the machine does; peak memory includes the answers and the interpreter with its packages. Peers: {peers}. girth and mirt of PyPI
get {fewer} people only, R mirt 61 points as ours.

| what | people | seconds | peak MB | log likelihood |
|---|---|---|---|---|
{lines}

Ratios of processor time; wanted is what the project asks of itself. R mirt, and Rasch beside 2PL: {people} people; the others: {fewer}.

| ratio | is | wanted |
|---|---|---|
{ratios}
"""


if __name__ == "__main__":
    main()
