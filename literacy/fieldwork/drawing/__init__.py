"""Selection of units from a frame, and of households and persons within them."""
