"""Trends: shares of a place by wave, surveyed or published, with their uncertainty."""
