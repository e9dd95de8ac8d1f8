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
# # 9. A survey of your own
#
# From an export of 问卷星 and the key of its test to a first table and a first figure. The city of Yunwan (云湾) is **invented**, and
# so are its answers; put your own files in their place.

# %% [markdown] lang="zh"
# # 9. 自己的调查
#
# 从问卷星导出文件和测试题的正确答案，到第一张表和第一幅图。云湾市是**虚构的**，答卷也是编造的；请换成您自己的文件。

# %%
import tempfile
from pathlib import Path

import literacy as lit

export = lit.sample_data("yunwan/export.xlsx")
key = lit.sample_data("yunwan/key.xlsx")
lit.read_table(key).head()

# %% [markdown]
# The questions, their kinds and options are recognised from the answers; the key tells which answers are right, and to which
# dimension each item belongs.

# %% [markdown] lang="zh"
# 题目、题型和选项由答卷识别；正确答案表说明哪个选项正确，每道题属于哪个维度。

# %%
folder = Path(tempfile.mkdtemp())
for note in lit.new_survey(folder / "mycity", source=export, key=key):
    print("·", note)
lit.check_survey(folder / "mycity")

# %% [markdown]
# No complaint. `mycity/survey.xlsx` is a workbook to be edited in Excel; the program reads it as it is.

# %% [markdown] lang="zh"
# 没有问题。`mycity/survey.xlsx` 是工作簿，可用 Excel 修改，程序直接读取。

# %%
instrument = lit.load_instrument(folder / "mycity")
instrument

# %% [markdown]
# The answers, scored, and weighted to the number of men and women (totals of the invented city).

# %% [markdown] lang="zh"
# 读入答卷，评分，并按男女人数加权（虚构城市的人数）。

# %%
sample = lit.load_sample(export, folder / "mycity")
sample = lit.rake(sample, {"sex": {1: 203000, 2: 197000}})
sample.weighting

# %% [markdown]
# How people answered, and the first table:

# %% [markdown] lang="zh"
# 回答的分布，以及第一张表：

# %%
lit.tabulate(sample, "q05", by="sex")

# %%
shares = lit.proportion(sample, "literate", by="education")
shares

# %% [markdown]
# The first figure, and whether the items are any good:

# %% [markdown] lang="zh"
# 第一幅图，以及试题好不好：

# %%
lit.plot(shares, lang=LANG)

# %%
lit.item_analysis(sample).to_frame().head(10)
