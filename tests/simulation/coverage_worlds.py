"""Coverage, Brier score and CRPS of the projection in every world, beside the best simple rival."""

from __future__ import annotations

import numpy as np
import pandas as pd

from literacy.kernels.forecast.curves import Paths
from literacy.projection.models.averaging import Assumptions
from tests.simulation.cities import Cities, crps, national_paths, project_cities, simple_rivals
from tests.simulation.worlds import UNSEEN, WORLDS, World, draw

SEED = 20261128
NEAR, FAR = 1, 2  # two and five years ahead, as positions in AHEAD


def try_world(name: str, drawn: Cities, paths: Paths, assumed: Assumptions | None = None):  # type: ignore[no-untyped-def]
    """One row of the table, and the chances with what came."""
    cities = len(drawn.last)
    ours = project_cities(drawn, paths, assumed)
    row: dict[str, object] = {"world": name}
    for blend, truth, ahead in zip(ours, drawn.truth.T, (1, 2, 5, 10), strict=True):
        below = blend.cdf(truth)
        row[f"coverage_{ahead}"] = float(np.mean((below > 0.05) & (below < 0.95)))
    several = drawn.seen.sum(axis=1) > 1
    came = drawn.truth[:, NEAR] > drawn.goal
    chance = 1 - ours[NEAR].cdf(drawn.goal)
    row["brier"] = float(np.mean((chance - came)[several] ** 2))
    row["crps"] = 100 * float(np.mean(crps(ours[FAR], drawn.truth[:, FAR])))
    own = crps(ours[FAR], drawn.truth[:, FAR])
    briers, ratios = {}, {}
    for rival, made in simple_rivals(drawn).items():
        briers[rival] = float(np.mean(((1 - made[NEAR].cdf(drawn.goal)) - came)[several] ** 2))
        who = several if rival.startswith("own") else np.ones(cities, dtype=bool)
        ratios[rival] = float(np.mean(own[who]) / np.mean(crps(made[FAR], drawn.truth[:, FAR])[who]))
    best = min(briers, key=lambda r: briers[r])
    hard = max(ratios, key=lambda r: ratios[r])
    row |= {
        "brier_ratio": row["brier"] / briers[best],
        "brier_rival": best,
        "crps_ratio": ratios[hard],
        "crps_rival": hard,
    }
    return row, pd.DataFrame({"p": chance, "came": came})


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
