"""Figures: page layout, palette, typeface, registry and gallery."""
