"""Tables out, whole or not at all."""
