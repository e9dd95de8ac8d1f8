"""Numbers of weighting."""
