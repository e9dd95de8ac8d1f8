"""Delimited text: encodings, numbers, spelling."""
