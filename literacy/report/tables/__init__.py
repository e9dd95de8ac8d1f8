"""Tables from which figures are drawn, and tables written for readers."""
