"""Units drawn from a frame, and households and persons within them."""
