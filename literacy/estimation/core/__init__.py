"""Domains, variables and the engine from which every estimate is made."""
