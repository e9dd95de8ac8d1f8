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

# %%
import literacy as lit

instrument = lit.load_instrument("erenhot")
responses = lit.read(lit.sample_data("erenhot_2025.sav"), instrument)
print(responses._title())

# %% [markdown]
# Every kind of missing stays what it is. *Don't know* is an answer, a refusal is not, and an item a person was never
# asked is not held against that person.

# %%
responses.to_frame().query("item in ['k01', 'k21', 'k46', 'digital_scan', 'decision_evidence']")

# %% [markdown]
# The standard says what each kind counts as. It is data, with its source, and can be read:

# %%
standard = instrument.standard("cast100")
print(standard.comparison.en)
dict(standard.treat)

# %%
scored = lit.score(responses)
scored

# %% [markdown]
# The same answers under the 2016 benchmark: 60 % of fifty items. The rate is about twice as high, because the rule is
# another one. The two must never meet in one trend, and `trend` refuses to join them.

# %%
lit.score(responses, "benchmark2016")

# %% [markdown]
# Which items are hard? (Unweighted here; the next story weights.)

# %%
marks = scored.frame.loc[scored.frame["universe"] == "adults"].filter(regex="^k[0-9]+_correct$")
hardest = marks.mean().sort_values().head(5)
for name, share in hardest.items():
    print(f"{share:.2f}  {instrument.item(name.removesuffix('_correct')).label.zh}")
