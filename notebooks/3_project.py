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

# %% [markdown] lang="zh"
# # 3. 预测
#
# 三次调查构成趋势，由趋势得出可能性：2025 年全市能否超过 12%？各次调查均为**合成数据**。

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

# %% [markdown] lang="zh"
# 站在 2023 年，目标年份的调查还没有做：给出预测区间、达标的可能性，以及需要的增速和已有的增速。

# %%
before = lit.trend({year: waves[year] for year in (2021, 2023)}, area="erenhot")
outlook = lit.project(before, goal)
outlook

# %% [markdown]
# How much of this is the city's own two surveys, and how much the nation's pace? The strength of that prior is a choice, so
# the result shows what other choices would say.

# %% [markdown] lang="zh"
# 其中有多少来自本市的两次调查，有多少来自全国的增速？先验的强弱是一种选择，结果同时列出其他选择的结论。

# %%
outlook.sensitivity_frame()

# %% [markdown]
# And after the fact: the survey of 2025 judges.

# %% [markdown] lang="zh"
# 事后：由 2025 年的调查判断。

# %%
lit.project(lit.trend(waves, area="erenhot"), goal)

# %% [markdown]
# The nation's own published series, to its goal of 25 % in 2035:

# %% [markdown] lang="zh"
# 全国已公布的数列，以及 2035 年 25% 的目标：

# %%
lit.project(lit.series_trend("national"), [g for g in lit.load_goals("erenhot") if g.year == 2035])
