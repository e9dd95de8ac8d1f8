"""Workbooks and Parquet."""
