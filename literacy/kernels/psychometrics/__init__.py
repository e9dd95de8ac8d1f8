"""Numbers of tests: item response functions, their fit by marginal likelihood, scores, fit, linking."""
