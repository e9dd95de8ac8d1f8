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
# # 10. Is the test fair and good?
#
# The rate hangs on one cut of one test. Before it is published: does every item do its work, does it do the same in both
# languages, is this year's test as hard as the last, and how far does the error of the test itself move the rate? The data are
# **synthetic**; one item was made harder in Mongolian, and one became better known between the waves, so that there is something
# to find.

# %% [markdown] lang="zh"
# # 10. 试题公平吗？好不好？
#
# 达标率取决于一套题的一条分数线。公布之前要问：每道题是否起作用，两种语言下是否一样，今年的题与上次是否一样难，测验本身的误差会使达标率移动多少？数据为
# **合成数据**：其中一道题在蒙古语中更难，另一道题在两次调查之间变得广为人知，因此确有可查之处。

# %%
import literacy as lit

waves = {
    year: lit.Sample(lit.score(lit.read(lit.sample_data(f"items_{year}.sav"), "erenhot", wave=year)))
    for year in ("2023", "2025")
}
items = lit.item_analysis(waves["2025"])
items.table[["item", "difficulty", "se", "item_rest", "flags"]].sort_values("item_rest").head(8)

# %% [markdown]
# No item is flagged: none goes against the others, none is answered by all or by nobody. How far would the score come out alike?

# %% [markdown] lang="zh"
# 没有题目被标记：没有与其余题相反的，也没有人人答对或无人答对的。换一套同类题目，得分会有多接近？

# %%
lit.reliability(waves["2025"])

# %% [markdown]
# ## The same in both languages?
#
# People of equal score, interviewed in Chinese (1) and in Mongolian (2). With so few Mongolian interviews only large differences
# show, and the note says how large.

# %% [markdown] lang="zh"
# ## 两种语言下一样吗？
#
# 比较得分相同的人：用汉语（1）和用蒙古语（2）接受访问的。蒙古语访问很少，只有大的差异才看得出来，说明中写明了要多大。

# %%
fair = lit.dif(waves["2025"], "language", reference=1, focal=2, purify=True, adjust="bh")
fair.table[fair.table["flagged"]]

# %%
fair.rates

# %% [markdown]
# ## As hard as two years ago?
#
# Both waves are fitted by themselves, then brought to one scale by their common items. The link error is what another choice of
# common items could have made of it; an item whose curve moved is named, and can be left out.

# %% [markdown] lang="zh"
# ## 与两年前一样难吗？
#
# 两次调查分别拟合，再由共同题放到同一量尺上。链接误差说明换一批共同题结果会差多少；曲线移动了的题会被指出，可以剔除。

# %%
common = [f"k{k}" for k in range(35, 51)]
fits = {year: lit.fit_irt(sample, common) for year, sample in waves.items()}
link = lit.link_items(fits["2025"], fits["2023"])
link

# %%
link.drift[link.drift["drifting"]]

# %% [markdown]
# The trend of the share, without and with the error of the link:

# %% [markdown] lang="zh"
# 达标率的变化，不计与计入链接误差：

# %%
shares = {int(year): lit.proportion(sample, "literate") for year, sample in waves.items()}
lit.trend(shares)

# %%
lit.trend(shares, link=link)

# %% [markdown]
# ## What the error of the test does to the rate
#
# Some of those above the cut are there by luck, and some below by bad luck; where most people are below, the first are more. The
# corrected rate takes that out, with its error.

# %% [markdown] lang="zh"
# ## 测验误差对达标率的影响
#
# 分数线以上有人是碰巧，以下有人是失手；多数人在线以下时，碰巧的更多。修正后的达标率去掉这一影响，并给出误差。

# %%
judged = lit.classification(lit.fit_irt(waves["2025"]), [70], unit="percent", lengths=(1, 2))
judged.rates

# %%
judged.table
