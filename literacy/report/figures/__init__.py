"""Figures: page, palette, type, registry and gallery."""
