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

# %% [markdown] lang="zh"
# # 5. 把握有多大？
#
# 从基础权数到可以公布的表，一步一步来；看每一步怎样改变结果，怎样改变把握。数据为**合成数据**，最后可以与真值对照。

# %%
import pandas as pd

import literacy as lit

scored = lit.score(lit.read(lit.sample_data("erenhot_2025.sav"), "erenhot"))

# %% [markdown]
# ## Pretending there was no design
#
# Every answer counts once, every respondent drawn by themselves. This is what a spreadsheet does, and it is wrong twice: herders
# were over-sampled, and neighbours resemble each other.

# %% [markdown] lang="zh"
# ## 假装没有抽样设计
#
# 每份答卷算一份，每人独立抽取。电子表格就是这样算的，错在两处：牧民抽得多，邻居之间相似。

# %%
naive = lit.proportion(lit.Sample(scored, lit.Design()), "literate")
naive

# %% [markdown]
# ## The design as it was
#
# Unequal weights, strata, blocks within strata and persons within blocks, with the number of blocks and persons there were to
# draw from. `deff` says how much larger the variance is than under simple random sampling, `n_eff` how many such respondents we
# really have.

# %% [markdown] lang="zh"
# ## 按实际的抽样设计
#
# 权数不等，有分层，层内抽小区，小区内抽人，并知道可供抽取的小区数和人数。`deff` 表示方差是简单随机抽样的多少倍，`n_eff` 表示相当于多少位简单随机抽取的受访者。

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

# %% [markdown] lang="zh"
# ## 已知的总体结构
#
# 迭代加权使加权后的样本与总体数一致。代价是权数不等，好处是总体数解释了一部分差异；标准误两者都计入。这里的总体数是代用数据。

# %%
margins = lit.load_margins("erenhot", 2025)
raked = lit.rake(sample, margins)
weighted = lit.proportion(raked, "literate")
print(raked.weighting)

# %% [markdown]
# Margins that nothing can meet are refused, and the message names the conflict. Silence would have been a wrong number.

# %% [markdown] lang="zh"
# 无法满足的总体数不被接受，并指出矛盾所在。不声不响就会得出错误的数字。

# %%
try:
    lit.rake(sample, {"sex": {1: 30000, 2: 20000}, "residence": {1: 52000, 2: 1080}})
except lit.LiteracyError as error:
    print(error)

# %% [markdown]
# ## A second road to the standard error
#
# Replicates repeat the whole estimate, raking included, on 200 re-drawn samples. They should tell much the same.

# %% [markdown] lang="zh"
# ## 标准误的第二条路
#
# 复制权数把整个估计（包括加权）在 200 个重抽样本上重做一遍，结果应当大致相同。

# %%
replicated = lit.rake(lit.make_replicates(sample, "rao_wu", replicates=200, seed=20250506), margins)
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

# %% [markdown] lang="zh"
# ## 用哪种置信区间？
#
# 比例接近 12% 时，区间不应对称。数据越少，各种方法相差越大；从领导干部和公务员可以看出。

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

# %% [markdown] lang="zh"
# ## 差异
#
# 领导干部和公务员的比例高于产业工人吗？男女有差别吗？（Rao–Scott 检验，计入抽样设计。）

# %%
groups = lit.proportion(raked, "literate", by="group")
print(groups.contrast("officials", "workers"))
print(lit.test_independence(raked, "literate", "sex"))

# %% [markdown]
# Since 2023:

# %% [markdown] lang="zh"
# 与 2023 年相比：

# %%
earlier = lit.score(lit.read(lit.sample_data("erenhot_2023.sav"), "erenhot"))
before = lit.rake(lit.Sample(earlier, design), lit.load_margins("erenhot", 2023))
lit.compare(before, raked, "literate")

# %% [markdown]
# ## What goes with being literate once schooling is held equal
#
# Odds ratios: one and above 1 means more often literate.

# %% [markdown] lang="zh"
# ## 受教育程度相同时，还与什么有关
#
# 优势比：大于 1 表示更可能具备科学素质。

# %%
lit.regress(raked, "literate", ["age_band", "education_three", "factor(sex)"], family="logistic")

# %% [markdown]
# The middle score, and a quarter from either end:

# %% [markdown] lang="zh"
# 总分的中位数和上下四分位数：

# %%
lit.quantile(raked, "total", [0.25, 0.5, 0.75])

# %% [markdown]
# ## A table to be released
#
# `reliable` follows the published presentation standards for proportions (NCHS 2017). Cells of fewer than forty respondents are
# blanked, and so is whatever would give them away.

# %% [markdown] lang="zh"
# ## 可以公布的表
#
# “可靠”一列依据已公布的比例数据发布标准（NCHS 2017）。不足四十人的单元格留空，能推算出它的单元格也留空。

# %%
lit.suppress(groups, 40)

# %% [markdown]
# ## And the truth
#
# Known only because the city is made up:

# %% [markdown] lang="zh"
# ## 真值
#
# 只因为城市是编造的，真值才可知：

# %%
truth = pd.read_csv(lit.sample_data("truth.csv"), encoding="utf-8")
truth.query("wave == 2025 and universe == 'adults' and standard == 'cast100'")[["group", "truth"]]
