"""Authoring of surveys: a new survey as a workbook to be edited, drafted from existing files."""
