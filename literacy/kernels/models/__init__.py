"""Numbers of models."""
