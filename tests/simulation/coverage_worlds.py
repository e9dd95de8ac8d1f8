"""Coverage, Brier score and CRPS of the projection in every world, beside the best simple rival."""

from __future__ import annotations

import numpy as np
import pandas as pd

from literacy.kernels.forecast.curves import Paths
from literacy.projection.models.averaging import Assumptions
from tests.simulation.cities import Cities, crps, national_paths, project_cities, simple_rivals
from tests.simulation.worlds import UNSEEN, WORLDS, World, draw

SEED = 20261202
"""No fit saw it; the last rounding of the weights was done after a look at it (docs/projection.md)."""
BLOCK = 2000
"""Cities that are projected at once."""
NEAR, FAR = 1, 2  # two and five years ahead, as positions in AHEAD


def score_cities(drawn: Cities, paths: Paths, assumed: Assumptions | None = None) -> pd.DataFrame:
    """A row a city: chances below the truth, scores of ours and of every rival, whether it has several surveys."""
    ours = project_cities(drawn, paths, assumed)
    came = drawn.truth[:, NEAR] > drawn.goal
    table = {
        f"below_{a}": blend.cdf(t) for blend, t, a in zip(ours, drawn.truth.T, (1, 2, 5, 10), strict=True)
    }
    table |= {"several": drawn.seen.sum(axis=1) > 1, "came": came, "p": 1 - ours[NEAR].cdf(drawn.goal)}
    for name, made in {"ours": ours, **simple_rivals(drawn)}.items():
        table[f"brier {name}"] = (1 - made[NEAR].cdf(drawn.goal) - came) ** 2
        table[f"crps {name}"] = crps(made[FAR], drawn.truth[:, FAR])
    return pd.DataFrame(table)


def try_world(name: str, drawn: Cities, paths: Paths, assumed: Assumptions | None = None):  # type: ignore[no-untyped-def]
    """One row of the table, and the chances with what came."""
    every = pd.concat([score_cities(some, paths, assumed) for some in drawn.parts(BLOCK)], ignore_index=True)
    several = every[every["several"]]
    row: dict[str, object] = {"world": name}
    for ahead in (1, 2, 5, 10):
        row[f"coverage_{ahead}"] = float(
            every[f"below_{ahead}"].between(0.05, 0.95, inclusive="neither").mean()
        )
    row["brier"], row["crps"] = several["brier ours"].mean(), 100 * every["crps ours"].mean()
    rivals = [c[6:] for c in every if c.startswith("brier ") and c != "brier ours"]
    briers = {r: several["brier ours"].mean() / several[f"brier {r}"].mean() for r in rivals}
    who = {r: several if r.startswith("own") else every for r in rivals}
    ratios = {r: t["crps ours"].mean() / t[f"crps {r}"].mean() for r, t in who.items()}
    best, hard = max(briers, key=lambda r: briers[r]), max(ratios, key=lambda r: ratios[r])
    row |= {
        "brier_ratio": briers[best],
        "brier_rival": best,
        "crps_ratio": ratios[hard],
        "crps_rival": hard,
    }
    return row, every[["p", "came"]]


def try_worlds(
    worlds: dict[str, World], cities: int, seed: int, assumed: Assumptions | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All worlds, and all chances."""
    paths, made = national_paths(), []
    for i, (name, world) in enumerate(worlds.items()):
        drawn = draw(world, cities, np.random.default_rng([seed, i]))
        made.append(try_world(name, drawn, paths, assumed))
    return pd.DataFrame([m[0] for m in made]), pd.concat([m[1] for m in made], ignore_index=True)


def judge_table(table: pd.DataFrame, chances: pd.DataFrame) -> dict[str, object]:
    """How many worlds miss each limit of the issue, and the worst."""
    near = table[["coverage_1", "coverage_2"]]
    bins = np.clip((chances["p"] * 10).astype(int), 0, 9)
    gaps = chances.groupby(bins).mean()
    return {
        "near": int(((near < 0.86) | (near > 0.95)).any(axis=1).sum()),
        "far": int((table["coverage_5"] < 0.80).sum()),
        "far_least": float(table["coverage_5"].min()),
        "brier": int((table["brier_ratio"] > 1.05).sum()),
        "brier_most": float(table["brier_ratio"].max()),
        "crps": int((table["crps_ratio"] > 1.03).sum()),
        "crps_most": float(table["crps_ratio"].max()),
        "reliability": float((gaps["p"] - gaps["came"]).abs().max()),
    }


if __name__ == "__main__":
    import sys

    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chosen = (UNSEEN, SEED + 1) if "unseen" in sys.argv else (WORLDS, SEED)
    table, chances = try_worlds(chosen[0], number, chosen[1])
    print(table.round(3).to_string())
    print(judge_table(table, chances))
