"""Changes between waves, and their decomposition."""
