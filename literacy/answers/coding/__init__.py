"""Coding of cells into answer codes and kinds of missing values."""
