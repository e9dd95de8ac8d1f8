"""Regression models, tests of terms and predictive margins."""
