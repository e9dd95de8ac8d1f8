"""Draw the 2025 sample of the synthetic city again and again: how often do the 95 % intervals cover the truth?

Run ``make coverage-city``, or this script with [SAMPLES] [OUT]; writes docs/coverage_city.md.
Every person's answers are fixed; what is drawn anew is who is approached, who answers, and what is left unanswered.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "data" / "sample")]

from city.answers import verdict  # noqa: E402
from city.dice import SEED, dice  # noqa: E402
from city.draws import draw  # noqa: E402
from city.forms import FORMS, asked_items  # noqa: E402
from city.interviews import REFUSED_BACKGROUND, silence, silences  # noqa: E402
from city.waves import ALL, Population, adults_of, members  # noqa: E402

from literacy.estimation import proportion  # noqa: E402
from literacy.instrument import Instrument, Margins, add_recodes, load_instrument, load_margins  # noqa: E402
from literacy.sampling import Design, Sample  # noqa: E402
from literacy.weighting import rake  # noqa: E402

YEAR, STANDARD, SAMPLES = 2025, "cast100", 400
VARIANCES = ("rake", "calibrate")
DRAWS = 100
"""Key of the generator, apart from those that made the sample files."""
BACKGROUND = ["residence", "sex", "age", "education", "occupation"]
LOW, HIGH = 0.92, 0.975


class City:
    """The population of the year with answers and groups, ready to draw from."""

    def __init__(self) -> None:
        self.instrument: Instrument = load_instrument("erenhot")
        self.margins: Margins = load_margins("erenhot", YEAR)
        self.population: Population = adults_of(self.instrument, self.margins, YEAR)
        people = self.population.people
        self.columns = add_recodes(people[BACKGROUND].copy(), self.instrument)
        for group in self.instrument.groups:
            self.columns[f"group_{group.name}"] = members(people, self.instrument, group.name).astype(np.int8)
        literate = self.population.literate[STANDARD]
        self.truth = {ALL: float(literate.mean())}
        for group in self.instrument.groups:
            self.truth[group.name] = float(literate[self.columns[f"group_{group.name}"] == 1].mean())
        self.length = len(asked_items(FORMS[YEAR], self.instrument)) - len(BACKGROUND)

    def sample(self, number: int) -> Sample:
        """Draw one sample and score it."""
        rng = dice(YEAR, DRAWS, number)
        drawn = draw(rng, self.population.frame)
        rows = drawn.pop("row").to_numpy()
        ability = self.population.people["ability"].to_numpy()[rows]
        states = self.population.states[rows]
        quiet = silences(rng, ability, states.shape[1])
        kept = silence(states, quiet, self.length)
        items, standard = self.instrument.scored_items, self.instrument.standard(STANDARD)
        table = pd.concat([drawn, self.columns.iloc[rows].reset_index(drop=True)], axis=1)
        table["id"] = np.arange(len(table))
        table["literate"] = verdict(kept, items, standard)
        table["literate_in_full"] = self.population.literate[STANDARD][rows]
        told = rng.random(len(table)) >= REFUSED_BACKGROUND["age"]
        table["universe"] = np.where(told, "adults", "outside")
        design = self.instrument.wave(YEAR).design
        columns = Design(weight=design.weight, strata=design.strata, psu=design.psu, fpc=design.fpc)
        return Sample(table, columns, universe="adults")


def simulate(samples: int) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return what every sample says of every group, by both kinds of residuals, and the truth."""
    city = City()
    parts = []
    for number in range(samples):
        drawn = city.sample(number)
        for variance in VARIANCES:
            sample = rake(drawn, city.margins, max_ratio=5, variance=variance)
            found = _estimates(sample, "literate")
            found["in_full"] = _estimates(sample, "literate_in_full")["estimate"]
            parts.append(found.assign(variance=variance))
    return pd.concat(parts, ignore_index=True), city.truth


def _estimates(sample: Sample, variable: str) -> pd.DataFrame:
    whole = proportion(sample, variable).to_frame().assign(group=ALL)
    groups = proportion(sample, variable, by="group").to_frame()
    kept = ["group", "estimate", "se", "ci_low", "ci_high", "n"]
    return pd.concat([whole, groups], ignore_index=True)[kept]


def summarise(results: pd.DataFrame, truth: dict[str, float]) -> pd.DataFrame:
    """One row a group and kind of residuals: truth, estimates, mean standard error, coverage, misses either way."""
    rows = []
    for (variance, group), part in results.groupby(["variance", "group"], sort=False):
        value = truth[str(group)]
        rows.append(
            {
                "variance": variance,
                "group": group,
                "truth": value,
                "in_full": part["in_full"].mean(),
                "mean": part["estimate"].mean(),
                "sd": part["estimate"].std(ddof=1),
                "se": part["se"].mean(),
                "coverage": ((part["ci_low"] <= value) & (part["ci_high"] >= value)).mean(),
                "below": (part["ci_high"] < value).mean(),
                "above": (part["ci_low"] > value).mean(),
                "n": part["n"].mean(),
            }
        )
    return pd.DataFrame(rows)


def write_page(table: pd.DataFrame, samples: int, instrument: Instrument) -> str:
    """Return the page of documentation: what was done, the tables, what they say."""
    error = 196 * (0.95 * 0.05 / samples) ** 0.5
    by_default, by_calibration = (table[table["variance"] == v] for v in VARIANCES)
    return PAGE.format(
        samples=samples,
        year=YEAR,
        standard=STANDARD,
        seed=SEED,
        low=f"{100 * LOW:g}",
        high=f"{100 * HIGH:g}",
        error=f"{error:.1f}",
        default=_rows(by_default, instrument),
        calibrated=_rows(by_calibration, instrument, ("se", "coverage", "below", "above")),
    )


def _rows(table: pd.DataFrame, instrument: Instrument, columns: tuple[str, ...] = ()) -> str:
    lines = []
    for record in table.to_dict("records"):
        group = str(record["group"])
        name = "**all adults 18-69**" if group == ALL else instrument.group(group).label.en
        wanted = columns or ("truth", "in_full", "mean", "sd", "se", "coverage", "below", "above")
        cells = [f"{100 * record[c]:.2f} %" for c in wanted]
        cells[wanted.index("coverage")] = f"**{cells[wanted.index('coverage')]}**"
        lines.append(" | ".join([f"| {name}", *cells, *([] if columns else [f"{record['n']:.0f}"])]) + " |")
    return "\n".join(lines)


PAGE = """\
# Do the intervals cover the truth?

{samples} samples were drawn from the synthetic city of {year} (`data/sample/README.md`), each weighted and estimated as
the sample file is: the wave's design (two stages with `fpc`), `rake(max_ratio=5)` to the margins, `proportion` by
`{standard}` with 95 % logit intervals. People's answers are fixed; who is approached, who answers and which items are
left unanswered is drawn anew. Made by `make coverage-city`, seed {seed}; the same numbers every time.

The truth should lie in 95 of 100 intervals; with {samples} samples that is known to ±{error} points. Asked of the city
rate: between {low} % and {high} %.

| who | truth | mean, nothing left out | mean | sd | mean se | coverage | missed, too low | missed, too high | n |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{default}

*Mean, nothing left out*: mean estimate had everybody interviewed answered every item. *Mean*, *sd*: of the estimates as
they are. *Missed, too low*: the whole interval is below the truth.

- **Items left out lower the rate.** The standard counts what is refused, left out or broken off as not right; the truth
  knows of no such thing. Compare the two means: the silence costs about two hundredths of the rate, and so the
  intervals that miss are more often too low than too high.
- **Farmers and herders: too cautious.** The default takes R's residuals for raked weights, which average over rows
  without regard to their weights. Where herders are over-sampled (weights near 5 beside weights near 35) that
  overstates the error. With `rake(variance="calibrate")`, residuals of the weighted regression on the margins, the
  same samples give:

| who | mean se | coverage | missed, too low | missed, too high |
|---|---:|---:|---:|---:|
{calibrated}
"""


def main(arguments: list[str]) -> int:
    """Simulate, write the page, and fail where the coverage of the city rate is outside its bounds."""
    samples = int(arguments[0]) if arguments else SAMPLES
    out = Path(arguments[1]) if len(arguments) > 1 else ROOT / "docs" / "coverage_city.md"
    results, truth = simulate(samples)
    table = summarise(results, truth)
    page = write_page(table, samples, load_instrument("erenhot"))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page, encoding="utf-8", newline="\n")
    print(page)
    default = table[(table["group"] == ALL) & (table["variance"] == VARIANCES[0])]
    coverage = float(default["coverage"].iloc[0])
    return 0 if LOW <= coverage <= HIGH else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
