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

# %% [markdown] lang="zh"
# # 4. 一类人群的报告
#
# 负责老年人工作的部门需要知道：老年人处于什么水平，哪个维度落后，与什么有关。这里的老年人为 60—69 岁，因为指标只到 69 岁。数据为**合成数据**。

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

# %% [markdown] lang="zh"
# 各维度得分（满分 40、20、20、20），老年人与全体对照：

# %%
for dimension in sample.standard.dimensions:
    own = lit.mean(sample, dimension.name, where=elderly).to_frame().iloc[0]
    every = lit.mean(sample, dimension.name).to_frame().iloc[0]
    print(
        f"{getattr(dimension.label, LANG)}  {own.estimate:5.1f} ± {1.96 * own.se:3.1f}   {every.estimate:5.1f} / {dimension.points:g}"
    )

# %% [markdown]
# Digital skills: the share who manage by themselves (the highest level of each skill item).

# %% [markdown] lang="zh"
# 数字技能：能独立完成的比例（每题的最高一级）。

# %%
instrument = sample.instrument
for item in (i for i in instrument.items if i.module == "digital" and i.type == "scale"):
    best = item.answers[-1]
    share = lit.proportion(sample, item.name, where=elderly).to_frame()
    row = share[share["level"].astype(float) == best.code].iloc[0]
    print(f"{row.estimate:.2f} [{row.ci_low:.2f}, {row.ci_high:.2f}]  {getattr(item.label, LANG)}")

# %% [markdown]
# The figure the report prints:

# %% [markdown] lang="zh"
# 报告中的图：

# %%
lit.plot(lit.proportion(sample, "literate", by="group"), lang=LANG)
