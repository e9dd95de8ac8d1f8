"""Fieldwork: sizes, allocation, selection, outcome rates and representativity, on arrays."""
