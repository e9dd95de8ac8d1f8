"""One program, one task, one size: run in a process of its own, prints a line of JSON.

    python worker.py PROGRAM TASK ROWS REPEATS

The file runs in several environments, so it imports nothing of this repository but ``data`` beside it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import numpy as np

import data

SHOWN = 100  # weights shown, so that they can be compared


def memory() -> float:
    """Highest resident memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def literacy_task(task: str, columns: dict[str, Any], margins: Any) -> Callable[[], Any]:
    import pandas as pd

    import literacy as lit

    sample = lit.Sample(pd.DataFrame(columns, copy=False), lit.Design(weight="w", strata="h", psu="u"))

    def share(weighted: Any) -> Any:
        made = lit.proportion(weighted, "y", by="d")
        return made.estimate, made.se

    def total(weight: Any) -> Any:
        return weight.sum(), weight[:SHOWN]

    def bootstrap() -> Any:
        return lit.make_replicates(sample, "rao_wu", replicates=data.REPLICATES, seed=1)

    return {
        "A": lambda: share(sample),
        "B": lambda: total(lit.rake(sample, margins).weight),
        "C": lambda: share(bootstrap()),
        "D": lambda: share(lit.rake(bootstrap(), margins)),
    }[task]


def svy_task(task: str, columns: dict[str, Any], margins: Any) -> Callable[[], Any]:
    import polars as pl
    import svy

    sample = svy.Sample(pl.DataFrame(columns), svy.Design(stratum="h", psu="u", wgt="w"))

    def bootstrap() -> Any:
        return sample.weighting.create_bs_wgts(n_reps=data.REPLICATES, rstate=1)

    def rake(what: Any) -> Any:
        return what.weighting.rake(controls=margins, wgt_name="raked", tol=1e-10)

    return {
        "A": lambda: sample.estimation.prop("y", by="d"),
        "B": lambda: rake(sample),
        "C": lambda: bootstrap().estimation.prop("y", by="d", method="replication"),
        "D": lambda: rake(bootstrap()).estimation.prop("y", by="d", method="replication"),
    }[task]


def numpy_task(task: str, columns: dict[str, Any], margins: Any) -> Callable[[], Any]:
    """The least arithmetic the task needs, without any check, diagnosis or generality: a lower bound."""
    w, unit, d, y = (columns[k] for k in ("w", "u", "d", "y"))
    goals = [np.array(list(margins[k].values())) for k in data.SIZES]

    def table(cell: Any, cells: int) -> tuple[Any, Any]:
        key = unit * cells + cell
        one = np.bincount(key, w, minlength=3000 * cells).reshape(3000, cells)
        return one, np.bincount(key, w * y, minlength=3000 * cells).reshape(3000, cells)

    def taylor() -> Any:
        size, hit = table(d, 5)
        share = hit.sum(axis=0) / size.sum(axis=0)
        z = ((hit - share * size) / size.sum(axis=0)).reshape(300, 10, 5)
        return share, np.sqrt((10 / 9 * (z - z.mean(axis=1, keepdims=True)) ** 2).sum(axis=(0, 1)))

    def joint() -> Any:
        out = columns["m0"].astype(np.int64)
        for name in ("m1", "m2", "m3"):
            out = out * data.SIZES[name] + columns[name]
        return out

    def fit(base: Any) -> Any:
        shape = (*data.SIZES.values(), *base.shape[1:])
        current = base.reshape(shape).copy()
        for _ in range(12):
            for axis, goal in enumerate(goals):
                others = tuple(i for i in range(4) if i != axis)
                target = goal.reshape([-1 if i == axis else 1 for i in range(current.ndim)])
                current *= target / current.sum(axis=others, keepdims=True)
        return np.divide(current.reshape(base.shape), base, out=np.zeros_like(base), where=base > 0)

    def factors() -> Any:
        draws = np.random.default_rng(1).multinomial(9, np.full(10, 0.1), (data.REPLICATES, 300))
        return (draws.reshape(data.REPLICATES, 3000) * (10 / 9)).astype(float)

    def raking() -> Any:
        cell = joint()
        weight = w * fit(np.bincount(cell, w, minlength=600))[cell]
        return weight.sum(), weight[:SHOWN]

    def bootstrap() -> Any:
        size, hit = table(d, 5)
        f = factors()
        return hit.sum(axis=0) / size.sum(axis=0), ((f @ hit) / (f @ size)).std(axis=0, ddof=1)

    def raked_bootstrap() -> Any:
        cell = joint() * 5 + d
        size, hit = table(cell, 3000)
        f = factors()
        sums, hits = (f @ size).reshape(-1, 600, 5), (f @ hit).reshape(-1, 600, 5)
        ratio = fit(np.ascontiguousarray(sums.sum(axis=2).T)).T[:, :, None]
        shares = (hits * ratio).sum(axis=1) / (sums * ratio).sum(axis=1)
        one, hit = size.sum(axis=0).reshape(600, 5), hit.sum(axis=0).reshape(600, 5)
        plain = fit(one.sum(axis=1))
        return plain @ hit / (plain @ one), shares.std(axis=0, ddof=1)

    return {"A": taylor, "B": raking, "C": bootstrap, "D": raked_bootstrap}[task]


def main() -> None:
    """Time one task and print what it took."""
    program, task, rows, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    makers = {"literacy": literacy_task, "svy": svy_task, "numpy": numpy_task}
    small = data.make_columns(3000 * 20)  # imports and first calls are not the task
    makers[program]("A", small, data.make_margins(small))()
    del small
    bare = memory()
    columns = data.make_columns(rows)
    margins = data.make_margins(columns)
    run = makers[program](task, columns, margins)
    before = memory()
    times, spent = [], []
    for _ in range(repeats):
        start, busy = time.perf_counter(), time.process_time()
        found = run()
        spent.append(time.process_time() - busy)
        times.append(time.perf_counter() - start)
    size = sum(c.nbytes for c in columns.values()) / 1e6
    done = {
        "seconds": min(times),
        "cpu": min(spent),
        "more_mb": memory() - before,
        "peak_mb": memory(),
        "input_mb": size,
    }
    done["bare_mb"] = bare
    if program in ("literacy", "numpy"):
        done["numbers"] = np.concatenate([np.ravel(x) for x in found]).tolist()
    sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main()
