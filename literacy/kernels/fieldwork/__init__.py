"""Fieldwork: sample sizes, allocation, selection, outcome rates and representativity."""
