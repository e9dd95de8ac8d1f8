"""Regression models, decompositions and pairwise variance."""
