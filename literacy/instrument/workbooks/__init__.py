"""Surveys in a single workbook: the sheets and the files they correspond to."""
