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
# # 6. Shall we pass?
#
# The city is held to *more than 12 % in 2025*. This story asks in 2023, with two surveys done; then it looks at what was
# published before, and what would have to change. All survey data are **synthetic**.

# %% [markdown] lang="zh"
# # 6. 能达标吗？
#
# 本市的目标是 *2025 年超过 12%*。本篇站在 2023 年，已做过两次调查；再看以往公布的数据，以及需要怎样的变化。调查数据均为**合成数据**。

# %%
import literacy as lit


def wave(year):
    """One wave, raked to its margins."""
    scored = lit.score(lit.read(lit.sample_data(f"erenhot_{year}.sav"), "erenhot"))
    design = lit.Design(
        weight="base_weight", strata="stratum", psu=("psu", "id"), fpc=("fpc_psu", "fpc_person")
    )
    return lit.rake(lit.Sample(scored, design), lit.load_margins("erenhot", year))


samples = {year: wave(year) for year in (2021, 2023, 2025)}
shares = {year: lit.proportion(sample, "literate") for year, sample in samples.items()}
goal = lit.load_goal("erenhot", 2025)

# %% [markdown]
# ## Before the surveys: nothing but a proxy
#
# No figure of Erenhot is published. With no survey at all, the nearest published series can stand in, and every line says so.

# %% [markdown] lang="zh"
# ## 调查之前：只有代用数列
#
# 二连浩特没有公布过数据。没有任何调查时，可用最接近的已公布数列代替，并处处注明。

# %%
proxy = lit.series_trend("inner_mongolia")
proxy

# %% [markdown]
# ## With two surveys

# %% [markdown] lang="zh"
# ## 有了两次调查

# %%
two = lit.trend({year: shares[year] for year in (2021, 2023)}, area="erenhot")
outlook = lit.project(two, goal)
outlook

# %% [markdown]
# Two surveys of 1,200 hardly know the pace, so the pace is drawn towards the nation's. How strongly is a choice; under other choices
# the chance would be:

# %% [markdown] lang="zh"
# 两次各 1,200 人的调查几乎不能确定增速，因此增速参照全国的增速。参照的程度是一种选择；换一种选择，可能性为：

# %%
outlook.sensitivity_frame()[["prior_sd", "estimate", "ci_low", "ci_high", "probability", "chosen"]]

# %% [markdown]
# ## Has this way of forecasting been right before?
#
# On the nation's own history, from every origin, the next three rounds:

# %% [markdown] lang="zh"
# ## 这种预测方法以前准不准？
#
# 用全国的历史数据，从每个起点预测以后三期：

# %%
lit.backtest(lit.series_trend("national"))

# %% [markdown]
# ## After the fact
#
# The survey of the goal's year decides: passed, not passed, or undecided, and how many respondents would have decided it.

# %% [markdown] lang="zh"
# ## 事后
#
# 由目标年份的调查判断：达标、未达标或不能确定，以及要调查多少人才能确定。

# %%
lit.judge(lit.trend(shares, area="erenhot"), goal)

# %% [markdown]
# The truth, known because the city is made up, was 12.6 %: passed. A sample of 1,200 cannot always prove that.

# %% [markdown] lang="zh"
# 真值（因城市是编造的而可知）为 12.6%：达标。1,200 人的样本不一定能证明这一点。

# %%
lit.plot(lit.proportion(samples[2025], "literate", by="group"), lang=LANG)
