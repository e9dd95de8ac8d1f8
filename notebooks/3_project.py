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
# # 3. Project
#
# Three waves make a trend, and the trend gives a chance: will the city pass 12 % in 2025? The waves are **synthetic**.

# %%
import literacy as lit


def share(year):
    """Share literate of one wave, raked to that wave's margins."""
    scored = lit.score(lit.read(lit.sample_data(f"erenhot_{year}.sav"), "erenhot"))
    design = lit.Design(
        weight="base_weight", strata="stratum", psu=("psu", "id"), fpc=("fpc_psu", "fpc_person")
    )
    return lit.proportion(lit.rake(lit.Sample(scored, design), lit.load_margins("erenhot", year)), "literate")


waves = {year: share(year) for year in (2021, 2023, 2025)}
goal = lit.load_goal("erenhot", 2025)

# %% [markdown]
# As seen in 2023, before the goal's own survey: a fan, the chance, and the pace needed beside the pace seen.

# %%
before = lit.trend({year: waves[year] for year in (2021, 2023)}, area="erenhot")
outlook = lit.project(before, goal)
outlook

# %% [markdown]
# How much of this is the city's own two surveys, and how much the nation's pace? The strength of that prior is a choice, so
# the result shows what other choices would say.

# %%
outlook.sensitivity_frame()

# %% [markdown]
# And after the fact: the survey of 2025 judges.

# %%
lit.project(lit.trend(waves, area="erenhot"), goal)

# %% [markdown]
# The nation's own published series, to its goal of 25 % in 2035:

# %%
lit.project(lit.series_trend("national"), [g for g in lit.load_goals("erenhot") if g.year == 2035])
