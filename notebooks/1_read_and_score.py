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
# # 1. Read and score
#
# A questionnaire file becomes one row per respondent: right and wrong answers, points by dimension, a total and a
# verdict. The data are **synthetic**: nobody was interviewed, and the form is a demonstration, not the official test.

# %% [markdown] lang="zh"
# # 1. 读取与评分
#
# 问卷文件变成每位受访者一行：每题对错、各维度得分、总分和是否达标。数据为**合成数据**：没有访问过任何人，问卷是演示问卷，不是官方测评题。

# %%
import literacy as lit

instrument = lit.load_instrument("erenhot")
responses = lit.read(lit.sample_data("erenhot_2025.sav"), instrument)
responses

# %% [markdown]
# Every kind of missing stays what it is. *Don't know* is an answer, a refusal is not, and an item a person was never
# asked is not held against that person.

# %% [markdown] lang="zh"
# 各种缺失原样保留。“不知道”是一种回答，拒答不是；没有问到的题目不计在受访者头上。

# %%
responses.to_frame().query("item in ['k01', 'k21', 'k46', 'digital_scan', 'decision_evidence']")

# %% [markdown]
# The standard says what each kind counts as. It is data, with its source, and can be read:

# %% [markdown] lang="zh"
# 各种缺失怎样计分由标准规定。标准也是数据，注明来源，可以查看：

# %%
standard = instrument.standard("cast100")
print(getattr(standard.comparison, LANG))
dict(standard.treat)

# %%
scored = lit.score(responses)
scored

# %% [markdown]
# The same answers under the 2016 benchmark: 60 % of fifty items. The rate is about twice as high, because the rule is
# another one. The two must never meet in one trend, and `trend` refuses to join them.

# %% [markdown] lang="zh"
# 同样的答卷按 2016 年《基准》评分：五十题答对 60%。比例约为两倍，因为规则不同。两者不能放进同一条趋势，`trend` 会拒绝连接。

# %%
lit.score(responses, "benchmark2016")

# %% [markdown]
# Which items are hard? (Unweighted here; the next story weights.)

# %% [markdown] lang="zh"
# 哪些题目难？（此处未加权，下一篇再加权。）

# %%
marks = scored.frame.loc[scored.frame["universe"] == "adults"].filter(regex="^k[0-9]+_correct$")
hardest = marks.mean().sort_values().head(5)
for name, share in hardest.items():
    label = instrument.item(name.removesuffix("_correct")).label
    print(f"{share:.2f}  {getattr(label, LANG)}")
