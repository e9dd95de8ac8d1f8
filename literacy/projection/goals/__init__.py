"""Goals: their outlook, their verdict, and what would reach them."""
