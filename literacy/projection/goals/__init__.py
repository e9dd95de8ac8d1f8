"""Goals: outlook, verdict, and scenarios that reach them."""
