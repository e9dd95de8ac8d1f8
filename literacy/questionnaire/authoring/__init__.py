"""A new survey: as a workbook an office edits, from what the office has already."""
