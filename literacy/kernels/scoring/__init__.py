"""Numbers of scoring."""
