"""Atomic writing of tables to files."""
