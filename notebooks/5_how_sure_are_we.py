# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5. How sure are we?
#
# From base weights to a table that may be released, one step at a time; at each step, what it does to the number and what it
# does to our confidence in it. The data are **synthetic**, so at the end we can look at the truth.

# %%
import pandas as pd

import literacy as lit
from literacy.estimation import compare, quantile, regress, suppress, test_independence
from literacy.sampling import make_replicates

scored = lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))

# %% [markdown]
# ## Pretending there was no design
#
# Every answer counts once, every respondent drawn by themselves. This is what a spreadsheet does, and it is wrong twice: herders
# were over-sampled, and neighbours resemble each other.

# %%
naive = lit.proportion(lit.Sample(scored, lit.Design()), "literate")
naive

# %% [markdown]
# ## The design as it was
#
# Unequal weights, strata, blocks within strata and persons within blocks, with the number of blocks and persons there were to
# draw from. `deff` says how much larger the variance is than under simple random sampling, `n_eff` how many such respondents we
# really have.

# %%
design = lit.Design(weight="base_weight", strata="stratum", psu=("psu", "id"), fpc=("fpc_psu", "fpc_person"))
sample = lit.Sample(scored, design)
based = lit.proportion(sample, "literate")
based

# %% [markdown]
# ## What is known of the population
#
# Raking makes the weighted sample agree with the margins. It costs a little (unequal weights) and gains a little (the margins
# explain part of the answers); the standard error counts both. The margins themselves are proxies here.

# %%
margins = lit.load_margins("erenhot", 2025)
raked = lit.rake(sample, margins)
weighted = lit.proportion(raked, "literate")
print(raked.weighting)

# %% [markdown]
# Margins that nothing can meet are refused, and the message names the conflict. Silence would have been a wrong number.

# %%
try:
    lit.rake(sample, {"sex": {1: 30000, 2: 20000}, "residence": {1: 52000, 2: 1080}})
except lit.LiteracyError as error:
    print(error)

# %% [markdown]
# ## A second road to the standard error
#
# Replicates repeat the whole estimate, raking included, on 200 re-drawn samples. They should tell much the same.

# %%
replicated = lit.rake(make_replicates(sample, "rao_wu", replicates=200, seed=20250506), margins)
steps = {
    "naive": naive,
    "design": based,
    "raked": weighted,
    "raked, bootstrap": lit.proportion(replicated, "literate"),
}
pd.concat([e.to_frame().assign(step=k) for k, e in steps.items()])[
    ["step", "estimate", "se", "ci_low", "ci_high", "n_eff"]
]

# %% [markdown]
# ## Which interval?
#
# For a share near 12 % the interval should not be symmetric. The methods differ most where data are few; the officials show it.

# %%
few = {"group_officials": 1}
rows = [
    lit.proportion(raked, "literate", where=few, ci=ci)
    .to_frame()[["estimate", "ci_low", "ci_high", "df"]]
    .assign(ci=ci)
    for ci in ("logit", "beta", "wilson", "likelihood", "arcsine", "mean")
]
pd.concat(rows)

# %% [markdown]
# ## Differences
#
# Is the rate of officials higher than that of workers? And do women and men differ? (Rao–Scott, which knows of the design.)

# %%
groups = lit.proportion(raked, "literate", by="group")
print(groups.contrast("officials", "workers"))
print(test_independence(raked, "literate", "sex"))

# %% [markdown]
# Since 2023:

# %%
earlier = lit.score(lit.read(lit.sample_data("erenhot_2023.sav"), "erenhot"))
before = lit.rake(lit.Sample(earlier, design), lit.load_margins("erenhot", 2023))
compare(before, raked, "literate")

# %% [markdown]
# ## What goes with being literate once schooling is held equal
#
# Odds ratios: one and above 1 means more often literate.

# %%
regress(raked, "literate", ["age_band", "education_three", "factor(sex)"], family="logistic")

# %% [markdown]
# The middle score, and a quarter from either end:

# %%
quantile(raked, "total", [0.25, 0.5, 0.75])

# %% [markdown]
# ## A table to be released
#
# `reliable` follows the published presentation standards for proportions (NCHS 2017). Cells of fewer than forty respondents are
# blanked, and so is whatever would give them away.

# %%
suppress(groups, 40)

# %% [markdown]
# ## And the truth
#
# Known only because the city is made up:

# %%
from literacy._resources import sample_dir

truth = pd.read_csv(sample_dir() / "truth.csv", encoding="utf-8")
truth.query("wave == 2025 and universe == 'adults' and standard == 'cast100'")[["group", "truth"]]
