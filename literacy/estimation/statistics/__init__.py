"""Means, shares, quantiles, tables and tests."""
