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
# # 4. Report a group
#
# What the office in charge of the elderly needs: where the group stands, in which dimension it lags, and what goes with it.
# Elderly means 60–69 here, because the indicator ends at 69. The data are **synthetic**.

# %%
import literacy as lit

scored = lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))
design = lit.Design(weight="base_weight", strata="stratum", psu=("psu", "id"), fpc=("fpc_psu", "fpc_person"))
sample = lit.rake(lit.Sample(scored, design), lit.load_margins("erenhot", 2025))
elderly = {"group_elderly": 1}

# %%
lit.proportion(sample, "literate", where=elderly)

# %% [markdown]
# Points by dimension (of 40, 20, 20 and 20), elderly beside everybody:

# %%
for dimension in sample.standard.dimensions:
    own = lit.mean(sample, dimension.name, where=elderly).to_frame().iloc[0]
    every = lit.mean(sample, dimension.name).to_frame().iloc[0]
    print(
        f"{dimension.label.zh:10}  {own.estimate:5.1f} ± {1.96 * own.se:3.1f}   {every.estimate:5.1f} of {dimension.points:g}"
    )

# %% [markdown]
# Digital skills: the share who manage by themselves (the highest level of each skill item).

# %%
instrument = sample.instrument
for item in (i for i in instrument.items if i.module == "digital" and i.type == "scale"):
    best = item.answers[-1]
    share = lit.proportion(sample, item.name, where=elderly).to_frame()
    row = share[share["level"].astype(float) == best.code].iloc[0]
    print(f"{row.estimate:.2f} [{row.ci_low:.2f}, {row.ci_high:.2f}]  {item.label.en}")

# %% [markdown]
# The figure the report prints, in Chinese:

# %%
lit.plot(lit.proportion(sample, "literate", by="group"), lang="zh")
