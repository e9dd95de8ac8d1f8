"""Models of a series of shares and of the higher levels it follows."""
