"""Domains, variables and the estimation engine."""
