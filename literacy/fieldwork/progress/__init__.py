"""Monitoring of fieldwork."""
