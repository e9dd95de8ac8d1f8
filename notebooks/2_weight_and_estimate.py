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
# # 2. Weight and estimate
#
# From respondents to the city: base weights undo the unequal chances of selection, raking makes the sample agree with
# what is known of the population, and every standard error knows of strata, sampling units and margins.

# %%
import pandas as pd

import literacy as lit
from literacy._resources import sample_dir

scored = lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))
design = lit.Design(weight="base_weight", strata="stratum", psu=("psu", "id"), fpc=("fpc_psu", "fpc_person"))
sample = lit.Sample(scored, design)
sample

# %% [markdown]
# No table of Erenhot's ages or schooling is published. The margins below are therefore **proxies**, and say so.

# %%
margins = lit.load_margins("erenhot", 2025)
margins

# %%
raked = lit.rake(sample, margins, max_ratio=5)
raked.weighting

# %% [markdown]
# The share of literate adults, for the whole city and by group. Groups overlap (an old herder is in two), so they are
# domains: they need not add up, and the covariance between them is kept.

# %%
city = lit.proportion(raked, "literate")
groups = lit.proportion(raked, "literate", by="group")
groups

# %% [markdown]
# Two groups are compared through a contrast, never by looking whether intervals overlap.

# %%
groups.contrast("officials", "farmers_herders")

# %% [markdown]
# The population is made up, so the truth is known. Do the intervals hold it?

# %%
truth = pd.read_csv(sample_dir() / "truth.csv", encoding="utf-8")
known = truth.query("wave == 2025 and universe == 'adults' and standard == 'cast100'").set_index("group")[
    "truth"
]
table = pd.concat([city.to_frame().assign(group="all"), groups.to_frame()])
table = table[["group", "estimate", "ci_low", "ci_high", "n", "reliable"]].assign(
    truth=table["group"].map(known)
)
table

# %%
lit.plot(groups, lang="en")
