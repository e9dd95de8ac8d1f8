"""The packaged sample waves compared with the population from which they were generated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from literacy.workflow.samples import load_samples

if TYPE_CHECKING:
    import pandas as pd

    from literacy.sampling import Sample


def groups_beside_truth(sample: Sample, year: int) -> pd.DataFrame:
    """Return estimates of the city and the five groups with true values, and whether the interval covers them."""
    import pandas as pd

    from literacy._resources import sample_dir
    from literacy.estimation import proportion

    whole = proportion(sample, "literate").to_frame().assign(group="all")
    frame = pd.concat([whole, proportion(sample, "literate", by="group").to_frame()], ignore_index=True)
    truth = pd.read_csv(sample_dir() / "truth.csv", encoding="utf-8")
    rows = (
        (truth["wave"] == year)
        & (truth["universe"] == "adults")
        & (truth["standard"] == sample.origin.standard)
    )
    known = truth[rows].set_index("group")["truth"]
    frame["truth"] = frame["group"].map(known)
    frame["covered"] = (frame["ci_low"] <= frame["truth"]) & (frame["truth"] <= frame["ci_high"])
    return frame[["group", "estimate", "se", "ci_low", "ci_high", "n", "reliable", "truth", "covered"]]


def standards_side_by_side(survey: str, year: int) -> pd.DataFrame:
    """Return the city's rate in a sample wave by each standard the survey declares."""
    import pandas as pd

    from literacy._resources import sample_data
    from literacy.estimation import proportion
    from literacy.instrument import load_instrument

    instrument = load_instrument(survey)
    file = sample_data(instrument.wave(year).data)
    rows = []
    for standard in instrument.standards:
        sample = load_samples([file], survey, standard=standard)[year]
        rows.append(proportion(sample, "literate").to_frame().assign(standard=standard))
    return pd.concat(rows, ignore_index=True)[["standard", "estimate", "se", "ci_low", "ci_high", "n"]]
