"""Which column holds which item."""
