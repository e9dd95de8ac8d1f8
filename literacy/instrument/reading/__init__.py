"""Readers of the files of a survey: TOML and CSV."""
