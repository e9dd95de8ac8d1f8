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

# %% [markdown] lang="zh"
# # 2. 加权与估计
#
# 从受访者到全市：基础权数抵消入样概率的不同，迭代加权使样本与已知的总体结构一致，每个标准误都计入分层、抽样单元和总体数。

# %%
import pandas as pd

import literacy as lit

scored = lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))
design = lit.Design(weight="base_weight", strata="stratum", psu=("psu", "id"), fpc=("fpc_psu", "fpc_person"))
sample = lit.Sample(scored, design)
sample

# %% [markdown]
# No table of Erenhot's ages or schooling is published. The margins below are therefore **proxies**, and say so.

# %% [markdown] lang="zh"
# 二连浩特没有公布年龄、受教育程度的分布，下面的总体数是**代用数据**，并已注明。

# %%
margins = lit.load_margins("erenhot", 2025)
margins

# %%
raked = lit.rake(sample, margins, max_ratio=5)
raked.weighting

# %% [markdown]
# The share of literate adults, for the whole city and by group. Groups overlap (an old herder is in two), so they are
# domains: they need not add up, and the covariance between them is kept.

# %% [markdown] lang="zh"
# 全市以及各类人群中具备科学素质的比例。人群之间有重叠（年老的牧民属于两类），合计不必等于全体，人群之间的协方差予以保留。

# %%
city = lit.proportion(raked, "literate")
groups = lit.proportion(raked, "literate", by="group")
groups

# %% [markdown]
# Two groups are compared through a contrast, never by looking whether intervals overlap.

# %% [markdown] lang="zh"
# 比较两个人群要用对比（contrast），不能看置信区间是否重叠。

# %%
groups.contrast("officials", "farmers_herders")

# %% [markdown]
# The population is made up, so the truth is known. Do the intervals hold it?

# %% [markdown] lang="zh"
# 总体是编造的，真值已知。置信区间包含真值吗？

# %%
truth = pd.read_csv(lit.sample_data("truth.csv"), encoding="utf-8")
known = truth.query("wave == 2025 and universe == 'adults' and standard == 'cast100'").set_index("group")[
    "truth"
]
table = pd.concat([city.to_frame().assign(group="all"), groups.to_frame()])
table = table[["group", "estimate", "ci_low", "ci_high", "n", "reliable"]].assign(
    truth=table["group"].map(known)
)
table

# %%
lit.plot(groups, lang=LANG)
