"""Planning: sample sizes and their allocation to strata."""
