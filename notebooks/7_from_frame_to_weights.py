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
# # 7. From a frame to a weighted file
#
# An office keeps a list of its communities and gachas in Excel. Here it becomes a sample, papers for the field, a board of
# the fieldwork, and in the end estimates whose weights know how everybody was drawn and who did not answer.
# **All sizes, residents, visits and answers are synthetic**; only the names of the units are Erenhot's.

# %% [markdown] lang="zh"
# # 7. 从抽样框到加权文件
#
# 单位用 Excel 保存社区和嘎查名单。这里由名单得到样本、调查用表、调查进展，最后得到估计；权数记录每人怎样抽中、谁没有应答。**人数、居民、上门记录和答案均为合成数据**，只有社区和嘎查的名称取自二连浩特。

# %%
import tempfile
from pathlib import Path

import literacy as lit

folder = lit.sample_data("fieldwork/frame.xlsx").parent

# %% [markdown]
# ## How many?
#
# To show that the share is above 12 % takes many more interviews than to estimate it: 1,200 cannot do it.

# %% [markdown] lang="zh"
# ## 要调查多少人？
#
# 要证明比例超过 12%，所需的人数远多于估计这个比例：1,200 人不够。

# %%
lit.explain_size(0.135, goal=0.12, power=0.8)

# %%
lit.explain_size(0.12, 0.03, deff=1.3, response=0.7)

# %% [markdown]
# ## Whom?
#
# The workbook's headings are Chinese and are understood. The sumu holds few adults, so a sample in proportion would hold
# hardly any herders: it gets four of its five gachas.

# %% [markdown] lang="zh"
# ## 调查谁？
#
# 程序认得工作簿的中文列标题。苏木的成年人很少，按比例抽取几乎抽不到牧民，所以五个嘎查抽四个。

# %%
frame = lit.read_frame(folder / "frame.xlsx")
frame

# %%
drawn = lit.select(
    frame, {"社区": 6, "苏木": 4}, seed=20260506, method="sampford", take={"社区": 70, "苏木": 40}, reserve=1
)
drawn

# %% [markdown]
# The same seed draws the same units on every machine; the protocol tells how to repeat the draw without this program.
# Within the units drawn people are drawn from lists.

# %% [markdown] lang="zh"
# 同样的种子在任何电脑上抽中同样的单位；抽样记录说明不用本程序怎样重现。抽中的单位内，按名单抽取居民。

# %%
place = Path(tempfile.mkdtemp())
(place / "draw.html").write_text(lit.format_protocol(drawn, LANG), encoding="utf-8")
people = lit.select_within(drawn, lit.read_table(folder / "residents.csv"))
people

# %% [markdown]
# ## Papers

# %% [markdown] lang="zh"
# ## 调查用表

# %%
lit.write_sheets(people.to_frame(), place / "sheets", seed=1, survey="erenhot", wave=2025)

# %% [markdown]
# ## How is it going?
#
# The young are met least often: the R-indicator is far from 1, and the partial indicators say why.

# %% [markdown] lang="zh"
# ## 进展如何？
#
# 年轻人最难遇到：R 指标远离 1，分项指标说明原因。

# %%
board = lit.field_status(people.to_frame(), folder / "visits.csv", end="2026-06-01", by=["age_band", "sex"])
board

# %%
board.representativity

# %% [markdown]
# ## From cases to estimates
#
# Sample, visits and answers become one table of cases. Those who did not answer hand their weight to people of their age
# who did.

# %% [markdown] lang="zh"
# ## 从个案到估计
#
# 样本、上门记录和答案合为个案表。未应答者的权数转给同年龄段的应答者。

# %%
cases = lit.close_field(people.to_frame(), folder / "visits.csv", lit.read_table(folder / "answers.csv"))
cases

# %%
design = lit.Design("base_weight", "stratum", "unit")
sample = lit.Sample(cases.to_frame(), design)
adjusted = lit.adjust_nonresponse(sample, "responded", by="age_band")
lit.proportion(adjusted, "literate")
