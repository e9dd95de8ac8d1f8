"""Cells become codes and kinds of missing."""
