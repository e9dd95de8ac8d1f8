"""Trends: the waves of a place, surveyed or published, with their uncertainty."""
