"""Regressions and what follows from them."""
