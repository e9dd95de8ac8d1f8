"""One module per figure; each draws from checked tables and returns a page."""
