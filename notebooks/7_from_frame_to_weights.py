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

# %%
import tempfile
from pathlib import Path

import literacy as lit
from literacy._resources import sample_dir

folder = sample_dir() / "fieldwork"

# %% [markdown]
# ## How many?
#
# To show that the share is above 12 % takes many more interviews than to estimate it: 1,200 cannot do it.

# %%
lit.explain_size(0.135, goal=0.12, power=0.8)

# %%
lit.explain_size(0.12, 0.03, deff=1.3, response=0.7)

# %% [markdown]
# ## Whom?
#
# The workbook's headings are Chinese and are understood. The sumu holds few adults, so a sample in proportion would hold
# hardly any herders: it gets four of its five gachas.

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

# %%
place = Path(tempfile.mkdtemp())
(place / "draw.html").write_text(lit.format_protocol(drawn, "en"), encoding="utf-8")
people = lit.select_within(drawn, lit.read_table(folder / "residents.csv"))
people

# %% [markdown]
# ## Papers

# %%
lit.write_sheets(people.to_frame(), place / "sheets", seed=1, survey="erenhot", wave=2025)

# %% [markdown]
# ## How is it going?
#
# The young are met least often: the R-indicator is far from 1, and the partial indicators say why.

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

# %%
cases = lit.close_field(people.to_frame(), folder / "visits.csv", lit.read_table(folder / "answers.csv"))
cases

# %%
design = lit.Design("base_weight", "stratum", "unit")
sample = lit.Sample(cases.to_frame(), design)
adjusted = lit.adjust_nonresponse(sample, "responded", by="age_band")
lit.proportion(adjusted, "literate")
