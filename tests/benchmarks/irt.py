"""Time item response models beside girth and mirt of PyPI, and write docs/benchmarks_irt.md: ``make bench-irt``.

The peers live in an environment of their own: IRT_PEERS=/path/to/python (``pip install girth mirt``); without it ours stand alone. Every
number comes from a process of its own on one thread, so that ratios do not hang on how busy the other cores are.
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
PEOPLE, ITEMS, FEWER = 300_000, 50, 20_000

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
    + 'start = time.perf_counter()\nfit = fit_irt(frame, se="none")\ntell(time.perf_counter() - start, fit.loglik)',
    "literacy 2pl with standard errors": OURS
    + "start = time.perf_counter()\nfit = fit_irt(frame)\ntell(time.perf_counter() - start, fit.loglik)",
    "literacy rasch": OURS
    + 'start = time.perf_counter()\nfit = fit_irt(frame, model="rasch", se="none")\ntell(time.perf_counter() - start, fit.loglik)',
    "literacy wle": OURS
    + 'fit = fit_irt(frame, se="none")\nstart = time.perf_counter()\nperson_scores(fit, "wle")\ntell(time.perf_counter() - start)',
}
PEERS = {
    "girth twopl_mml": TELL
    + "from girth import twopl_mml\nx = x.T.astype(int)\nstart = time.perf_counter()\ntwopl_mml(x)\ntell(time.perf_counter() - start)",
    "mirt (PyPI) 2PL": TELL
    + 'import mirt\nstart = time.perf_counter()\nfit = mirt.fit_mirt(x.astype(int), model="2PL")\ntell(time.perf_counter() - start, float(getattr(fit, "log_likelihood", "nan")))',
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


def run(python: str, code: str, path: Path) -> dict[str, float] | str:
    """One process; its last word, or why it failed."""
    env = {
        **os.environ,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "NUMBA_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }
    try:
        done = subprocess.run(
            [python, "-W", "ignore", "-c", code, str(path)],
            capture_output=True,
            text=True,
            env=env,
            timeout=1500,
        )
    except subprocess.TimeoutExpired:
        return "more than 1,500 s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:80]
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    """Run all and write the page."""
    peers = os.environ.get("IRT_PEERS", "")
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for n in (FEWER, PEOPLE):
            path = Path(folder) / f"{n}.npy"
            np.save(path, answers(n))
            jobs = [(name, sys.executable, code) for name, code in WORKERS.items()]
            if peers and n == FEWER:
                jobs += [(name, peers, code) for name, code in PEERS.items()]
            for name, python, code in jobs:
                found = run(python, code, path)
                if isinstance(found, str):
                    lines.append(f"| {name} | {n:,} | {found} | | |")
                    continue
                loglik = f"{found['loglik']:.2f}" if found["loglik"] is not None else ""
                lines.append(
                    f"| {name} | {n:,} | {found['seconds']:.2f} | {found['peak_mb']:.0f} | {loglik} |"
                )
                print(lines[-1], flush=True)
    OUT.write_text(
        "# Item response models: speed and memory\n\nMade by `make bench-irt`: 50 items, one thread, each line a process of its own, synthetic "
        "answers. Seconds on a shared machine mean little; compare the lines of this one run. Peak memory includes the answers and Python "
        "with pandas.\n\n| what | people | seconds | peak MB | log likelihood |\n|---|---|---|---|---|\n"
        + "\n".join(lines)
        + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
