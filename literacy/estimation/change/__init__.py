"""Differences between domains and waves."""
