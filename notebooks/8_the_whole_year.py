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
# # 8. The whole year
#
# Everything an office publishes in a year, from the files of its waves: tables, figures, projection and scoreboard, in
# less than 25 lines. No command line, no other file. The waves and the returns are **synthetic**.

# %% [markdown] lang="zh"
# # 8. 一整年
#
# 一个单位一年要公布的全部内容，由各次调查的文件得出：表、图、预测和进展一览，不到 25 行。不需要命令行，也不需要其他文件。调查和填报表均为**合成数据**。

# %%
import tempfile
from pathlib import Path

import literacy as lit

files = [lit.sample_data(f"erenhot_{year}.sav") for year in (2021, 2023, 2025)]
samples = lit.load_samples(files, "erenhot")
samples[2025]

# %% [markdown]
# The tables of the year: shares by group, what changed, and why.

# %% [markdown] lang="zh"
# 当年的表：各人群的比例，变化多少，为什么。

# %%
groups = lit.proportion(samples[2025], "literate", by="group")
groups

# %%
lit.compare(samples[2023], samples[2025], "literate", by="group")

# %%
lit.decompose(samples[2023], samples[2025], "literate", by="education_three")

# %%
lit.regress(samples[2025], "literate ~ age + C(education_three) * sex", family="logistic")

# %% [markdown]
# Will the city pass its goal, and where do its measures stand?

# %% [markdown] lang="zh"
# 全市能否达标？各项任务进展如何？

# %%
outlook = lit.project(lit.share_trend(samples), lit.load_goal("erenhot", 2025))
outlook

# %%
returns = [lit.sample_data(f"returns_{year}.csv") for year in (2024, 2025)]
board = lit.make_scoreboard(samples, returns)
board

# %% [markdown]
# Figures of each, and the report with all its tables, figures and documents.

# %% [markdown] lang="zh"
# 各项结果的图，以及含全部表、图和文档的报告。

# %%
groups.plot()

# %%
outlook.plot()

# %%
board.plot()

# %%
out = Path(tempfile.mkdtemp())
groups.to_excel(out / "groups.xlsx")
report = lit.make_annual_report(samples, returns=returns)
files = report.write(out / "report", ["html", "xlsx"], lang=LANG)
sorted(report.tables), len(files)
