"""Scoring: from right and wrong answers to points and tiers."""
