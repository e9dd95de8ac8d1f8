"""How the field is going."""
