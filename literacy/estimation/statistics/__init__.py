"""Means, shares, totals, quantiles, tables and tests."""
