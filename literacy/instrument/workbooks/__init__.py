"""A survey in one workbook: its sheets, and the files they stand for."""
