"""Matching of columns to items."""
